"""What a crowd knows: a TOML file of habits. This is its format.

    finished = "^🙏 Terima kasih"   # a card text (regex) that ends a link
    done = "^Selesai memilih"       # label of the button that confirms a multiple choice
    tick = "^☐ "                    # labels of boxes that can be ticked        (default shown)
    ticked = "^☑ "                  # labels of boxes that are ticked           (default shown)
    back = "^‹"                     # label of the button that goes back one
    avoid = ["^‹", "^[◀▶▲▼]"]       # labels nobody taps unless a rule says so
    names = ["Siti", "Budi"]        # first names                               (default: Person n)
    words = ["baik", "tidak tahu"]  # what somebody types where they should tap

    [[group]]                       # people who come for the same reason
    name = "warga"
    share = 0.9                     # of the crowd, beside the other groups; or count = 20
    starts = ["persepsi"]           # links to open, one after the other; an entry that is a list
                                    # holds one payload for each person of the group in turn
    languages = { id = 9, en = 1 }  # language codes with weights               (default: id)

    [[trait]]                       # what people are besides: each has one value of each trait
    north = 1                       # values with weights
    south = 3

    [[rule]]                        # tried in order; the first that fits decides
    text = "umur"                   # regex in the card's text                  (default: any)
    button = "^Lewati"              # regex that some label matches             (default: any)
    group = "warga.* north"         # regex in what the person is: the name of the group, the
                                    # traits in their order, the links          (default: any)
    do = [                          # one of these, by weight                   (default weight 1)
      { weight = 3 },                         # do as without a rule
      { say = ["34", "{thing}"], weight = 9 },  # type one of these
      { tap = "^Lewati", weight = 1 },        # tap a button that matches, by preference if several
      { location = [[-6.2, 106.8]] },         # share one of these places (latitude, longitude)
      { stop = true, weight = 0.1 },          # break off for good
      { wait = true },                        # do nothing until something else is shown
    ]

    [[lean]]                        # tilts a choice among buttons
    text = "khawatir"               # regex in the card's text                  (default: any)
    group = "north"                 # regex in what the person is               (default: any)
    button = "Banjir"
    weight = 3.0                    # 3: three times as likely; 0: never

    [phrases]                       # {thing} in what is typed becomes one of these; so do
    thing = ["a drain", "{where} lamps"]      # phrases in phrases
    where = ["street", "park"]

    [[opinion]]                     # cards to rate something on; see opinions.py
    text = "^🗳"                    # regex in the card's text
    about = "^(Pump) in (flood)"    # what is rated: what its groups find
    points = "^[1-5]$"              # labels of the points of the scale, in their order
    special = { "^Don't know" = 0.05 }  # other labels (regex) and who says so (share of people)
    earlier = "Earlier: (\\d)"      # a rating that draws people to it, and the label to agree
    agree = "^✓ Agree"
    others = "median ([\\d,]+)"     # what the others said before: people move towards it
    given = "Your vote:"            # the card shows that one has said it
    change = 0.1                    # share of those who think again then, once
    absent = 0.03                   # share of those who do not say anything
    truth = { "^Pump" = 4.5 }       # the point that is true of what matches (default: any, by seed)

    [chances]                       # per card, all 0 by default
    break_off = 0.005               # leave for good
    double_tap = 0.02
    old_card = 0.01                 # tap what was shown before, as a slow phone does
    back = 0.02
    type = 0.01                     # type in place of tapping
    sticker = 0.005

    [pace]
    patience = 30                   # s without anything new from the bot, then the person leaves,
                                    # having tried again after each third of it
    steps = 500                     # acts, then the person is stuck
    think = 4                       # s before an act, on average           (not at --speed full)
    arrive = 60                     # s within which all have come          (not at --speed full)
    temper = 1.0                    # how strongly people differ: 0 not at all

Without a fitting rule a person taps a button that is not to be avoided: in a multiple choice (a
card with the `done` button) one to three boxes and then `done`. Choices follow a seeded
temperament: among up to seven buttons, taken as ordered, each person tends to the same end.
Regexes are searched, not matched from the start, and mind upper and lower case.
"""

from __future__ import annotations

import random
import re
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

Pattern = re.Pattern[str]
Made = TypeVar("Made")
MATCH_ANY = re.compile("")
MATCH_NONE = re.compile(r"(?!)")
PHRASE_PATTERN = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class HabitGroup:
    """People who open the same links."""

    name: str
    starts: list[str | list[str]]
    share: float = 0.0
    count: int = 0
    languages: dict[str, float] = field(default_factory=lambda: {"id": 1.0})


@dataclass(frozen=True, slots=True)
class HabitAction:
    """One thing a rule may let a person do."""

    tap: Pattern = MATCH_NONE
    say: list[str] = field(default_factory=list)
    location: list[list[float]] = field(default_factory=list)
    stop: bool = False
    wait: bool = False
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class HabitRule:
    """What to do with cards like this."""

    do: list[HabitAction]
    text: Pattern = MATCH_ANY
    button: Pattern = MATCH_ANY
    group: Pattern = MATCH_ANY

    def fits(self, text: str, labels: list[str]) -> bool:
        """Whether it says what to do with such a card."""
        wanted = self.button is MATCH_ANY or any(map(self.button.search, labels))
        return wanted and bool(self.text.search(text))


@dataclass(frozen=True, slots=True)
class LabelPreference:
    """How much likelier a label is chosen."""

    button: Pattern
    weight: float
    text: Pattern = MATCH_ANY
    group: Pattern = MATCH_ANY


@dataclass(frozen=True, slots=True)
class RatingHabit:
    """Cards that ask for a rating, and how people come to it."""

    text: Pattern
    about: Pattern
    points: Pattern
    special: dict[str, float] = field(default_factory=dict)
    earlier: Pattern = MATCH_NONE
    agree: Pattern = MATCH_NONE
    others: Pattern = MATCH_NONE
    given: Pattern = MATCH_NONE
    change: float = 0.0
    absent: float = 0.0
    truth: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SlipChances:
    """Probabilities per card."""

    break_off: float = 0.0
    double_tap: float = 0.0
    old_card: float = 0.0
    back: float = 0.0
    type: float = 0.0
    sticker: float = 0.0


@dataclass(frozen=True, slots=True)
class HabitPace:
    """Seconds, and how many acts at most; `temper` is how strongly people differ."""

    patience: float = 30.0
    steps: int = 500
    think: float = 4.0
    arrive: float = 60.0
    temper: float = 1.0


@dataclass(frozen=True, slots=True)
class Habits:
    """Everything a crowd knows."""

    group: list[HabitGroup]
    trait: list[dict[str, float]] = field(default_factory=list)
    rule: list[HabitRule] = field(default_factory=list)
    lean: list[LabelPreference] = field(default_factory=list)
    opinion: list[RatingHabit] = field(default_factory=list)
    chances: SlipChances = field(default_factory=SlipChances)
    pace: HabitPace = field(default_factory=HabitPace)
    finished: Pattern = MATCH_NONE
    done: Pattern = MATCH_NONE
    tick: Pattern = re.compile("^☐ ")
    ticked: Pattern = re.compile("^☑ ")
    back: Pattern = MATCH_NONE
    avoid: list[Pattern] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=lambda: ["?"])
    phrases: dict[str, list[str]] = field(default_factory=dict)

    def fill_phrases(self, words: str, dice: random.Random) -> str:
        """Words to type, their phrases chosen."""
        while PHRASE_PATTERN.search(words):
            words = PHRASE_PATTERN.sub(lambda found: dice.choice(self.phrases[found[1]]), words)
        return words


def read_habits(file: Path) -> Habits:
    """Raises ValueError that says where the file is not in the format."""
    table = tomllib.loads(file.read_text("utf-8"))
    parts: dict[str, Any] = {
        "group": [_make(HabitGroup, part, "group") for part in table.pop("group", [])],
        "rule": [_make_rule(part) for part in table.pop("rule", [])],
        "lean": [_make(LabelPreference, part, "lean") for part in table.pop("lean", [])],
        "opinion": [_make(RatingHabit, part, "opinion") for part in table.pop("opinion", [])],
        "chances": _make(SlipChances, table.pop("chances", {}), "chances"),
        "pace": _make(HabitPace, table.pop("pace", {}), "pace"),
        "avoid": [_pattern(regex, "avoid") for regex in table.pop("avoid", [])],
    }
    if not parts["group"]:
        raise ValueError("habits need at least one [[group]]")
    habits: Habits = _make(Habits, table | parts, "habits")
    if unknown := _used_phrases(habits) - habits.phrases.keys():
        raise ValueError(f"phrases has no {', '.join(sorted(unknown))}")
    return habits


def _used_phrases(habits: Habits) -> set[str]:
    """Names of the phrases that stand in what is typed."""
    typed = [words for rule in habits.rule for action in rule.do for words in action.say]
    inside = [words for phrases in habits.phrases.values() for words in phrases]
    return {name for words in typed + inside for name in PHRASE_PATTERN.findall(words)}


def _make_rule(part: dict[str, Any]) -> HabitRule:
    actions = [_make(HabitAction, action, "rule.do") for action in part.get("do", [])]
    return _make(HabitRule, part | {"do": actions}, "rule")


def _make(kind: type[Made], table: dict[str, Any], where: str) -> Made:
    """A dataclass from a TOML table, regexes compiled."""
    known = {f.name: str(f.type) for f in fields(kind)}  # type: ignore[arg-type]
    if strange := set(table) - set(known):
        raise ValueError(f"{where} knows no {', '.join(sorted(strange))}; only {', '.join(known)}")
    regexes = {
        name: _pattern(value, where)
        for name, value in table.items()
        if known[name] == "Pattern" and isinstance(value, str)
    }
    try:
        return kind(**table | regexes)
    except TypeError as error:
        raise ValueError(f"{where}: {error}") from error


def _pattern(regex: str, where: str) -> Pattern:
    try:
        return re.compile(regex)
    except re.error as error:
        raise ValueError(f"{where}: {regex!r} is no regex: {error}") from error

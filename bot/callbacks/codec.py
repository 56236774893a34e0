"""Callback data: what a button means, in at most 64 bytes.

Written as words with colons between, the first of which is the verb. What concerns an interview
names it, so that a button of one never acts in another. Nothing here is trusted: whoever tapped is
looked up by their Telegram id, and the core checks every value.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache, lru_cache
from typing import ClassVar

from bot.callbacks.report_choice import Wish
from bot.callbacks.workshop_callbacks import RoomTap
from survey.forms.model.questionnaire import Group, Questionnaire
from survey.forms.runtime.form import POSITION

LONGEST = 64


@dataclass(frozen=True, slots=True)
class Agree:
    """Consent to a wave."""

    verb: ClassVar[str] = "yes"
    wave: str


@dataclass(frozen=True, slots=True)
class Decline:
    """Do not take part in a wave."""

    verb: ClassVar[str] = "no"
    wave: str


@dataclass(frozen=True, slots=True)
class Choose:
    """Answer with the n-th choice of the list; ``question`` as ``reference`` writes it."""

    verb: ClassVar[str] = "a"
    interview: int
    question: str
    choice: int


@dataclass(frozen=True, slots=True)
class Tick:
    """Tick (1) or untick (0) the n-th choice of the list."""

    verb: ClassVar[str] = "t"
    interview: int
    question: str
    choice: int
    on: int


@dataclass(frozen=True, slots=True)
class Put:
    """Answer as if ``words`` had been typed; they hold no colon."""

    verb: ClassVar[str] = "v"
    interview: int
    question: str
    words: str


@dataclass(frozen=True, slots=True)
class Clear:
    """Untick everything."""

    verb: ClassVar[str] = "c"
    interview: int
    question: str


@dataclass(frozen=True, slots=True)
class Done:
    """Confirm the ticked choices, or that a note was read."""

    verb: ClassVar[str] = "d"
    interview: int
    question: str


@dataclass(frozen=True, slots=True)
class Skip:
    """Leave a question without an answer."""

    verb: ClassVar[str] = "s"
    interview: int
    question: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Go to a question: from the review, or to another row of a card."""

    verb: ClassVar[str] = "e"
    interview: int
    question: str


@dataclass(frozen=True, slots=True)
class Back:
    """To the card before."""

    verb: ClassVar[str] = "b"
    interview: int


@dataclass(frozen=True, slots=True)
class Forward:
    """To the card after."""

    verb: ClassVar[str] = "f"
    interview: int


@dataclass(frozen=True, slots=True)
class Page:
    """Show another page of a list or of the review; nothing is kept."""

    verb: ClassVar[str] = "p"
    interview: int
    number: int


@dataclass(frozen=True, slots=True)
class Watch:
    """See or hear what goes with a question: image, audio, video, or its choices' pictures."""

    verb: ClassVar[str] = "m"
    interview: int
    question: str
    what: str


@dataclass(frozen=True, slots=True)
class Add:
    """Another instance of the repeat whose prompt ``question`` is."""

    verb: ClassVar[str] = "add"
    interview: int
    question: str


@dataclass(frozen=True, slots=True)
class Enough:
    """Nothing more to add at a prompt."""

    verb: ClassVar[str] = "ok"
    interview: int
    question: str


@dataclass(frozen=True, slots=True)
class Pick:
    """Show a page of the instances, one of which is to be removed; nothing is kept."""

    verb: ClassVar[str] = "pick"
    interview: int
    number: int


@dataclass(frozen=True, slots=True)
class Remove:
    """Remove an instance of a repeat, as it was called after the interview's step ``seen``."""

    verb: ClassVar[str] = "rm"
    interview: int
    question: str
    seen: int


@dataclass(frozen=True, slots=True)
class Send:
    """Hand in the interview."""

    verb: ClassVar[str] = "send"
    interview: int


@dataclass(frozen=True, slots=True)
class Tell:
    """Want to be told a wave's results (1) or no longer (0)."""

    verb: ClassVar[str] = "tell"
    wave: str
    on: int


@dataclass(frozen=True, slots=True)
class Turn:
    """Go to a wave."""

    verb: ClassVar[str] = "w"
    wave: str


@dataclass(frozen=True, slots=True)
class Speak:
    """Choose a language."""

    verb: ClassVar[str] = "lang"
    language: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Delete everything."""

    verb: ClassVar[str] = "forget"


@dataclass(frozen=True, slots=True)
class Look:
    """Show where I am; for cards that only tell something."""

    verb: ClassVar[str] = "look"


@dataclass(frozen=True, slots=True)
class Quote:
    """Say of an answer whether it may be quoted; ``version`` is that of the answer shown.

    ``what`` is ok, no, later, undo; or, in the list of those released, next or back.
    """

    verb: ClassVar[str] = "qt"
    what: str
    interview: int
    question: int
    occurrence: str
    version: str


@dataclass(frozen=True, slots=True)
class Quotes:
    """Show answers to decide on (``open``), or those that were released (``released``)."""

    verb: ClassVar[str] = "qs"
    page: str


@dataclass(frozen=True, slots=True)
class Release:
    """Let a wave's summary out (1) or not (0); ``version`` is that of the summary shown."""

    verb: ClassVar[str] = "sum"
    version: str
    on: int


Tap = (
    Agree | Decline | Choose | Tick | Put | Clear | Done | Skip | Edit | Back | Forward | Page | Add
    | Enough | Pick | Remove | Watch | Send | Tell | Turn | Speak | Withdraw | Look | Quote | Quotes
    | Release | RoomTap | Wish
)  # fmt: skip
VERBS: dict[str, type[Tap]] = {kind.verb: kind for kind in Tap.__args__}


def write(tap: Tap) -> str:
    """The callback data of a button. Raises ValueError if it is too long for Telegram."""
    words = [tap.verb, *(str(getattr(tap, name)) for name in parts(tap.verb))]
    data = ":".join(words)
    if len(data.encode()) > LONGEST:
        raise ValueError(f"callback data is longer than {LONGEST} bytes: {data}")
    return data


def read(data: str) -> Tap | None:
    """What was meant; None for what no button of ours says."""
    verb, *words = data.split(":")
    kind = VERBS.get(verb)
    if kind is None or len(words) != len(parts(verb)):
        return None
    values: dict[str, str | int] = {}
    for (name, is_number), word in zip(parts(verb).items(), words, strict=True):
        if is_number and not (word.isascii() and word.isdigit() and len(word) < 16):
            return None
        values[name] = int(word) if is_number else word
    return kind(**values)  # type: ignore[arg-type]


@cache
def parts(verb: str) -> dict[str, bool]:
    """The names of what stands after a verb, in order, and whether each is a number."""
    return {field.name: field.type == "int" for field in fields(VERBS[verb])}


def reference(form: Questionnaire, key: str) -> str:
    """A question's index and the positions in its key: ``12.2`` for the second instance.

    A prompt and an instance have an ``r`` and the place of their repeat among all repeats:
    ``r0`` for the first repeat's prompt, ``r0.2`` for its second instance.
    """
    path, positions = POSITION.sub("", key), [found[1:-1] for found in POSITION.findall(key)]
    repeats = repeats_of(form)
    name = f"r{repeats.index(path)}" if path in repeats else str(form.by_path[path].index)
    return ".".join([name, *positions])


def key_of(form: Questionnaire, written: str) -> str | None:
    """The key behind a reference; None if nothing can be called so."""
    name, *positions = written.split(".")
    repeats = repeats_of(form)
    named = {f"r{n}": path for n, path in enumerate(repeats)}
    path = named.get(name) or next((q.path for q in form.questions if str(q.index) == name), None)
    if path is None:
        return None
    around = [repeat for repeat in repeats if f"{path}/".startswith(f"{repeat}/")]
    if len(positions) != len(around) and (path not in around or len(positions) != len(around) - 1):
        return None
    at = dict(zip(sorted(around, key=len), positions, strict=False))
    key, walked = "", ""
    for part in path.split("/")[1:]:
        walked += f"/{part}"
        key += f"/{part}[{at[walked]}]" if walked in at else f"/{part}"
    return key


@lru_cache(maxsize=32)
def repeats_of(form: Questionnaire) -> tuple[str, ...]:
    """The paths of all repeats in the order of the sheet."""
    return tuple(g.path for g in form.body.walk() if isinstance(g, Group) and g.repeat)

"""What somebody knows who fills any form in a chat: a TOML file of words. This is its format.

    thanks = "^🙏 Thank you"        # a card's text (regex) that ends a form
    agree = "^Yes, I agree"         # the label (regex) that begins it, and so on:
    send = "^Send ✓"                # sends the answers
    skip = "^Skip$"                 # leaves a question out
    add = "^➕"                      # another one of what repeats
    enough = "^Enough, go on"       # no more of them
    done = "^Done"                  # ends choosing among several
    confirm = "^Yes, that is right" # takes what the form suggests
    onward = "^Next ›"              # goes on without an answer
    again = "^↺"                    # takes a ranking back
    step = "^[+−]\\d"               # goes towards a number
    choose = "^Choose .* ✓$"        # takes the number that the steps led to
    turn = "^[▶▼]$"                 # shows other buttons
    ignore = ["^‹", "^[◀▲]$"]       # labels that answer nothing
    tick = "^☐ "                    # boxes that can be ticked                  (default shown)
    ticked = "^☑ "                  # boxes that are ticked                     (default shown)
    chosen = "^(● ?|\\d+\\. )"      # what was chosen, or has its place         (default shown)
    warning = "⚠️"                  # begins the paragraph that refuses         (default shown)
    unseen = "came before"          # in a refusal: what was said may be said again
    skips = 0.1                     # share of the questions left out that may be
    adds = 1                        # at most so many instances more of each repeat
    languages = ["id", "en"]        # of people, in turn

    [[guess]]                       # what to type or send; those whose hint stands on the card
    hint = "📷"                     # (regex) first, then those without a hint, then all others
    send = "photo"                  # photo, voice, video, document or location
    [[guess]]
    say = ["7", "34"]               # to type, one after the other until the card moves

Numbers that stand on a card are tried, too, where the card asks for a number and refuses others.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MATCH_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class TypedGuess:
    """Words to type one after the other, or something to send, where a hint is on the card."""

    hint: re.Pattern[str] | None = None
    say: tuple[str, ...] = ()
    send: str = ""


@dataclass(frozen=True, slots=True)
class WalkingWords:
    """Everything that somebody knows who fills forms."""

    thanks: re.Pattern[str]
    agree: re.Pattern[str]
    send: re.Pattern[str]
    skip: re.Pattern[str]
    add: re.Pattern[str] = MATCH_NOTHING
    enough: re.Pattern[str] = MATCH_NOTHING
    done: re.Pattern[str] = MATCH_NOTHING
    confirm: re.Pattern[str] = MATCH_NOTHING
    onward: re.Pattern[str] = MATCH_NOTHING
    again: re.Pattern[str] = MATCH_NOTHING
    step: re.Pattern[str] = MATCH_NOTHING
    choose: re.Pattern[str] = MATCH_NOTHING
    turn: re.Pattern[str] = MATCH_NOTHING
    tick: re.Pattern[str] = re.compile("^☐ ")
    ticked: re.Pattern[str] = re.compile("^☑ ")
    chosen: re.Pattern[str] = re.compile(r"^(● ?|\d+\. )")
    warning: re.Pattern[str] = re.compile("⚠️")
    unseen: re.Pattern[str] = MATCH_NOTHING
    ignore: tuple[re.Pattern[str], ...] = ()
    skips: float = 0.1
    adds: int = 1
    languages: tuple[str, ...] = ("id",)
    guess: tuple[TypedGuess, ...] = field(default=())

    def is_control(self, label: str) -> bool:
        """Whether a label answers nothing by itself."""
        controls = (
            self.agree, self.send, self.skip, self.add, self.enough, self.done, self.confirm,
            self.onward, self.again, self.step, self.choose, self.turn, *self.ignore,
        )  # fmt: skip
        return any(pattern.search(label) for pattern in controls)


def read_walking_words(file: Path) -> WalkingWords:
    """Raises ValueError that says where the file is not in the format."""
    table = tomllib.loads(file.read_text("utf-8"))
    guesses = tuple(map(_build_guess, table.pop("guess", [])))
    try:
        return WalkingWords(**{k: _compile(v) for k, v in table.items()}, guess=guesses)
    except (TypeError, re.error) as fault:
        raise ValueError(f"{file}: {fault}") from None


def _build_guess(part: dict[str, Any]) -> TypedGuess:
    hint = re.compile(part["hint"], re.MULTILINE) if "hint" in part else None
    return TypedGuess(hint, tuple(part.get("say", ())), part.get("send", ""))


def _compile(value: Any) -> Any:
    """A regex from a text; of ``languages`` the texts themselves, which are plain words."""
    if isinstance(value, str):
        return re.compile(value)
    if isinstance(value, list):
        plain = all(re.fullmatch("[a-z]{2}", each) for each in value)
        return tuple(value if plain else map(re.compile, value))
    return value

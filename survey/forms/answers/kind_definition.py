"""What a kind of question is made of; the kinds themselves are in ``question_kinds``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol


class AskedQuestion(Protocol):
    """What reading and checking an answer must know of its question."""

    @property
    def kind(self) -> QuestionKind:
        """The kind of question."""

    @property
    def datatype(self) -> str:
        """The XForms data type of its node, without a prefix: ``int``, ``dateTime`` …"""

    @property
    def appearance(self) -> frozenset[str]:
        """The words of its appearance."""

    @property
    def suara_attributes(self) -> Mapping[str, str]:
        """Suara's own attributes, and ``start``, ``end`` and ``step`` of a range."""


class ChoiceMode(Enum):
    """How many choices of a list make an answer."""

    NONE = "none"
    ONE = "one"
    SEVERAL = "several"
    RANKED = "ranked"


#: What somebody typed, and when (in their time zone) -> what is stored, if the question takes it.
InputParser = Callable[[AskedQuestion, str, datetime], str]
#: Whether a value, which is not empty, can be stored.
ValueCheck = Callable[[AskedQuestion, str], bool]
#: A value -> as XForms writes one of the data type; None for what is none.
CanonicalWriter = Callable[[str], str | None]


def keep_text(_question: AskedQuestion, text: str, _now: datetime) -> str:
    """What somebody typed, as it is."""
    return text


def accept_any(_question: AskedQuestion, _value: str) -> bool:
    """Every value is one of this kind."""
    return True


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class QuestionKind:
    """A kind of question, as XLSForm calls it. Kinds are told apart by identity.

    How an XForm says it (https://getodk.github.io/xforms-spec/#body-elements): ``control`` is the
    element of the body, ``datatype`` the data type that tells the inputs apart, ``mediatype`` what
    tells the uploads apart ('' for whatever no other kind takes).

    ``canonicalize`` writes values of the data type as XForms does; without it they stay as they
    are. ``choices`` says how many choices of a list answer it. ``takes_location`` says that a
    shared location answers it, ``asks_day`` and ``asks_clock`` that a day or a time of day does.
    ``is_free_text`` says that people answer in their own words: ODK takes any text there, whatever
    keypad the appearance wishes for.

    ``is_display_only`` says that it tells instead of asking: going on is all that a person can do.
    ``confirmation`` is what going on then stores, which is no answer for the reports.
    """

    name: str
    control: str = "input"
    datatype: str = ""
    mediatype: str = ""
    parse_input: InputParser = keep_text
    check: ValueCheck = accept_any
    canonicalize: CanonicalWriter | None = None
    choices: ChoiceMode = ChoiceMode.NONE
    is_number: bool = False
    is_free_text: bool = False
    takes_location: bool = False
    asks_day: bool = False
    asks_clock: bool = False
    is_display_only: bool = False
    confirmation: str = ""

    def __repr__(self) -> str:
        return f"<QuestionKind {self.name}>"

    @property
    def is_note(self) -> bool:
        """Whether it only tells, and going on stores nothing."""
        return self.is_display_only and not self.confirmation

    @property
    def is_select(self) -> bool:
        """Whether it is answered from a list of choices."""
        return self.choices is not ChoiceMode.NONE

    @property
    def takes_several(self) -> bool:
        """Whether its value is several choices with spaces between them."""
        return self.choices in (ChoiceMode.SEVERAL, ChoiceMode.RANKED)

    @property
    def is_ranked(self) -> bool:
        """Whether its choices are put in order, all of them."""
        return self.choices is ChoiceMode.RANKED

    @property
    def takes_file(self) -> bool:
        """Whether it is answered with a file."""
        return self.control == "upload"

    def accepts_file(self, mime: str) -> bool:
        """Whether a file of that media type answers it."""
        return self.takes_file and mime.startswith(self.mediatype.removesuffix("*"))

    def split_choices(self, value: str) -> list[str]:
        """The choices in a stored value; what is no list of several is one alone."""
        if self.takes_several:
            return value.split()
        return [value] if value else []

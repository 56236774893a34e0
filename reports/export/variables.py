"""What the columns of wide data are: names that SPSS takes, labels, numbers for codes.

The codes of a question become numbers, since statistics programs label and leave out numbers only:

- special answers (``tt`` don't know …) the negative ones of ``SPECIAL``, in every question alike;
- codes that are whole numbers stay what they are, and place codes lose their dots
  (``31.71`` → 3171);
- where any other code is among them, all are numbered 1, 2, 3 … in the order of the sheet.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count

from reports import question_names
from reports.export.export_tables import Table
from reports.localizer import Words, later
from survey.forms.model.questionnaire import Question, Questionnaire
from survey.interview.state import TOLD

#: Answers that say nothing of the matter: missing values in every variable that has them.
SPECIAL: Mapping[str, int] = {
    question_names.UNKNOWN: -1,
    question_names.NOT_SAID: -2,
    question_names.NOT_EXPOSED: -3,
    question_names.NOT_MY_FIELD: -4,
}
#: Language -> text.
Texts = Mapping[str, str]

LONGEST_NAME = 64
NO_LETTER = re.compile(r"[^A-Za-z0-9_.]")
RESERVED = {"ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"}
WHOLE = re.compile(r"0|[1-9]\d*", re.ASCII)
PLACE = re.compile(r"[1-9]\d*(\.\d+)+", re.ASCII)
#: A number beyond this is not exact in a statistics program.
EXACT = 2**53
POINT = ("latitude", "longitude", "altitude", "accuracy")
NOT_TICKED, TICKED = later("Not chosen"), later("Chosen")


class Kind(StrEnum):
    """What is in a column."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    MOMENT = "moment"
    CHOICE = "choice"
    TICK = "tick"
    RANK = "rank"
    POINT = "point"


@dataclass(frozen=True)
class Variable:
    """A column. ``path`` is its question's; '' of what is known of the interview itself.

    ``part`` tells apart the columns of one question: a choice's code, or a part of a geopoint.
    ``numbers`` are the codes of its choices as numbers; ``values`` the labels of what can stand in
    it, of which numbers below 0 are missing values. ``wording`` is the whole question.
    """

    name: str
    kind: Kind
    labels: Texts
    path: str = ""
    part: str = ""
    numbers: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[int | str, Texts] = field(default_factory=dict)
    wording: Texts = field(default_factory=dict)

    @property
    def measure(self) -> str:
        """``ordinal`` for scales, ``scale`` for quantities, else ``nominal``."""
        if self.kind in (Kind.NUMBER, Kind.POINT, Kind.DAY, Kind.MOMENT):
            return "scale"
        substance = [code for code in self.numbers if code not in SPECIAL]
        ordered = self.kind is Kind.CHOICE and substance and all(map(WHOLE.fullmatch, substance))
        return "ordinal" if ordered or self.kind is Kind.RANK else "nominal"

    @property
    def missing(self) -> list[int]:
        """The numbers that are missing values."""
        return [value for value in self.values if isinstance(value, int) and value < 0]


def numbered(codes: Iterable[str]) -> dict[str, int]:
    """A number for each code."""
    own = [code for code in codes if code not in SPECIAL]
    special = {code: SPECIAL[code] for code in codes if code in SPECIAL}
    plain = {code: int(code.replace(".", "")) for code in own if is_number(own, code)}
    apart = len(plain) == len(own) == len(set(plain.values()))
    if apart and max(plain.values(), default=0) < EXACT:
        return plain | special
    return dict(zip(own, count(1))) | special


def is_number(codes: Sequence[str], code: str) -> bool:
    """Whether it is a whole number, or a place's code beside others of the same form."""
    if WHOLE.fullmatch(code):
        return True
    forms = {tuple(map(len, other.split("."))) for other in codes}
    return len(forms) == 1 and PLACE.fullmatch(code) is not None


class Namer:
    """Gives names that are taken by SPSS and by no other variable of the file."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.often = Counter(question_names.name(field.path).casefold() for field in table.fields)
        self.given: set[str] = set()

    def of(self, path: str) -> str:
        """The question's name; with the groups around it where another one has that name too."""
        own = question_names.name(path)
        if self.often[own.casefold()] > 1:
            own = path.removeprefix(f"{self.table.path}/").replace("/", "_")
        return own

    def take(self, wanted: str) -> str:
        """As much of a name as SPSS takes, with a number at its end if it is taken already."""
        plain = NO_LETTER.sub("_", wanted).strip("._") or "v"
        plain = plain if plain[0].isalpha() and plain.upper() not in RESERVED else f"v_{plain}"
        for number in count(1):
            end = f"_{number}" if number > 1 else ""
            name = plain[: LONGEST_NAME - len(end)].rstrip(".") + end
            if name.casefold() not in self.given:
                self.given.add(name.casefold())
                return name
        raise AssertionError("there are endless numbers")


class Columns:
    """Makes the variables of one questionnaire's tables from all its versions, newest first.

    ``languages`` are IETF codes. A question that changed its kind is text; the choices of all
    versions stand beside each other, each with the newest label that it has.
    """

    def __init__(
        self, versions: Sequence[Questionnaire], languages: Sequence[str], timezone: str
    ) -> None:
        self.versions = versions
        self.words = {language: Words(language, timezone) for language in languages}

    def of(self, table: Table, about: Sequence[Variable]) -> tuple[Variable, ...]:
        """The variables of a table: ``about`` the interview, then its questions in their order."""
        namer = Namer(table)
        found = [*about, *(v for f in table.fields for v in self.variables(namer, f.path))]
        return tuple(
            Variable(**(vars(variable) | {"name": namer.take(variable.name)})) for variable in found
        )

    def variables(self, namer: Namer, path: str) -> Iterator[Variable]:
        """The columns of one question; none for what is only read, or says what the form is."""
        versions = [form for form in self.versions if path in form.binds]
        if not versions or path.split("/")[2] == "meta":
            return
        asked = [form.controls.get(path) for form in versions]
        if asked[0] is not None and asked[0].kind in TOLD:
            return
        kinds = {
            (control.kind if control else "", form.binds[path].datatype)
            for control, form in zip(asked, versions, strict=True)
        }
        questions = [(form, form.controls[path]) for form in versions if path in form.controls]
        kind, datatype = kinds.pop() if len(kinds) == 1 else ("", "string")
        yield from self.shaped(namer.of(path), path, kind, datatype, questions)

    def shaped(
        self,
        name: str,
        path: str,
        kind: str,
        datatype: str,
        asked: Sequence[tuple[Questionnaire, Question]],
    ) -> Iterator[Variable]:
        """One column, or one for each choice or part."""
        wording = self.wording(*asked[0]) if asked else {}
        labels = wording or dict.fromkeys(self.words, question_names.name(path))
        choices = self.choices(asked)
        numbers = numbered(choices)
        values: dict[int | str, Texts] = {numbers[code]: choices[code] for code in choices}
        special = {number: label for number, label in values.items() if int(number) < 0}
        if kind == "select_one" and choices:
            yield Variable(name, Kind.CHOICE, labels, path, "", numbers, values, wording)
        elif kind in ("select_multiple", "rank") and choices:
            of = Kind.TICK if kind == "select_multiple" else Kind.RANK
            if of is Kind.TICK:
                special |= {0: self.said(NOT_TICKED), 1: self.said(TICKED)}
            for code in (code for code in choices if code not in SPECIAL):
                own = {key: f"{labels[key]} – {choices[code][key]}" for key in labels}
                yield Variable(f"{name}_{code}", of, own, path, code, numbers, special, wording)
        elif datatype == "geopoint":
            for part in POINT:
                own = {key: f"{label} ({part})" for key, label in labels.items()}
                yield Variable(f"{name}_{part}", Kind.POINT, own, path, part, wording=wording)
        else:
            plain = {"int": Kind.NUMBER, "decimal": Kind.NUMBER, "date": Kind.DAY}
            of = Kind.TEXT if choices else plain.get(datatype, Kind.TEXT)
            yield Variable(name, of, labels, path, wording=wording)

    def said(self, text: str) -> Texts:
        """One of our own texts in every language."""
        return {language: words(text) for language, words in self.words.items()}

    def wording(self, form: Questionnaire, question: Question) -> Texts:
        """A question's words; of a row of a table with its heading before them."""
        around = form.group_of[question.path]
        table = around[-1] if around and around[-1].is_table else None
        found = {}
        for code in self.words:
            language = form.language(code)
            heading = table.heading.plain(language) if table else ""
            own = question.label.plain(language) or question_names.name(question.path)
            found[code] = f"{heading} – {own}" if heading else own
        return found

    def choices(self, asked: Sequence[tuple[Questionnaire, Question]]) -> dict[str, Texts]:
        """Code -> label, the newest version's choices in their order before those gone since."""
        found: dict[str, Texts] = {}
        for form, question in asked:
            for choice in question.choices:
                labels = {
                    code: choice.label.plain(form.language(code)) or choice.value
                    for code in self.words
                }
                found.setdefault(choice.value, labels)
        return found

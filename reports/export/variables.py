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
from itertools import count

from reports import question_names
from reports.export.export_tables import ExportTable
from reports.export.kind_exports import (
    AS_TEXT,
    KIND_EXPORTS,
    KindExport,
    VariableKind,
    find_datatype_export,
)
from reports.localizer import Localizer, gettext_noop
from survey.catalogue import list_languages
from survey.forms.answers.kind_definition import QuestionKind
from survey.forms.model.questionnaire import Question, Questionnaire

#: Answers that say nothing of the matter: missing values in every variable that has them.
SPECIAL_CODES: Mapping[str, int] = {
    question_names.UNKNOWN: -1,
    question_names.NOT_SAID: -2,
    question_names.NOT_EXPOSED: -3,
    question_names.NOT_MY_FIELD: -4,
}
#: Language -> text.
TextsByLanguage = Mapping[str, str]

#: In bytes, as SPSS counts them; what ``FORBIDDEN_IN_NAMES`` leaves is ASCII.
LONGEST_NAME = 64
FORBIDDEN_IN_NAMES = re.compile(r"[^A-Za-z0-9_.]")
#: Words of the language of SPSS, which no variable may be called.
RESERVED_NAMES = {"ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"}
WHOLE_NUMBER_CODE = re.compile(r"0|[1-9]\d*", re.ASCII)
PLACE_CODE = re.compile(r"[1-9]\d*(\.\d+)+", re.ASCII)
#: A number beyond this is not exact in a statistics program.
EXACT_LIMIT = 2**53
POINT_PARTS = ("latitude", "longitude", "altitude", "accuracy")
NOT_TICKED, TICKED = gettext_noop("Not chosen"), gettext_noop("Chosen")


@dataclass(frozen=True)
class Variable:
    """A column. ``path`` is its question's; '' of what is known of the interview itself.

    ``part`` tells apart the columns of one question: a choice's code, or a part of a geopoint.
    ``numbers`` are the codes of its choices as numbers; ``values`` the labels of what can stand in
    it, of which numbers below 0 are missing values. ``wording`` is the whole question.
    """

    name: str
    kind: VariableKind
    labels: TextsByLanguage
    path: str = ""
    part: str = ""
    numbers: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[int | str, TextsByLanguage] = field(default_factory=dict)
    wording: TextsByLanguage = field(default_factory=dict)

    @property
    def measure(self) -> str:
        """``ordinal`` for scales, ``scale`` for quantities, else ``nominal``."""
        if self.kind in (
            VariableKind.NUMBER,
            VariableKind.POINT,
            VariableKind.DAY,
            VariableKind.MOMENT,
        ):
            return "scale"
        substance = [code for code in self.numbers if code not in SPECIAL_CODES]
        ordered = (
            self.kind is VariableKind.CHOICE
            and substance
            and all(map(WHOLE_NUMBER_CODE.fullmatch, substance))
        )
        return "ordinal" if ordered or self.kind is VariableKind.RANK else "nominal"

    @property
    def missing_values(self) -> list[int]:
        """The numbers that are missing values."""
        return [value for value in self.values if isinstance(value, int) and value < 0]


def number_codes(codes: Iterable[str]) -> dict[str, int]:
    """A number for each code."""
    own = [code for code in codes if code not in SPECIAL_CODES]
    special = {code: SPECIAL_CODES[code] for code in codes if code in SPECIAL_CODES}
    plain = {code: int(code.replace(".", "")) for code in own if is_numeric_code(own, code)}
    # Different codes may become the same number without their dots; then all are numbered anew.
    apart = len(plain) == len(own) == len(set(plain.values()))
    if apart and max(plain.values(), default=0) < EXACT_LIMIT:
        return plain | special
    return dict(zip(own, count(1))) | special


def is_numeric_code(codes: Sequence[str], code: str) -> bool:
    """Whether it is a whole number, or a place's code beside others of the same form."""
    if WHOLE_NUMBER_CODE.fullmatch(code):
        return True
    forms = {tuple(map(len, other.split("."))) for other in codes}
    return len(forms) == 1 and PLACE_CODE.fullmatch(code) is not None


def choose_export(kind: QuestionKind | None, datatype: str) -> KindExport:
    """What becomes of a value: by the kind of its question if it is asked, else by its type."""
    return find_datatype_export(datatype) if kind is None else KIND_EXPORTS[kind.name]


class VariableNamer:
    """Gives names that are taken by SPSS and by no other variable of the file."""

    def __init__(self, table: ExportTable) -> None:
        self.table = table
        self.often = Counter(
            question_names.get_path_name(field.path).casefold() for field in table.fields
        )
        self.given: set[str] = set()

    def choose_name(self, path: str) -> str:
        """The question's name; with the groups around it where another one has that name too."""
        own = question_names.get_path_name(path)
        if self.often[own.casefold()] > 1:
            own = path.removeprefix(f"{self.table.path}/").replace("/", "_")
        return own

    def claim_name(self, wanted: str) -> str:
        """As much of a name as SPSS takes, with a number at its end if it is taken already."""
        plain = FORBIDDEN_IN_NAMES.sub("_", wanted).strip("._") or "v"
        plain = (
            plain if plain[0].isalpha() and plain.upper() not in RESERVED_NAMES else f"v_{plain}"
        )
        for number in count(1):
            end = f"_{number}" if number > 1 else ""
            # A point at the end of a line ends a command in SPSS.
            name = plain[: LONGEST_NAME - len(end)].rstrip(".") + end
            # SPSS does not tell names apart by capitals.
            if name.casefold() not in self.given:
                self.given.add(name.casefold())
                return name
        raise AssertionError("there are endless numbers")


class VariableBuilder:
    """Makes the variables of one questionnaire's tables from all its versions, newest first.

    ``languages`` are IETF codes. A question that changed its kind is text; the choices of all
    versions stand beside each other, each with the newest label that it has.
    """

    def __init__(
        self, versions: Sequence[Questionnaire], languages: Sequence[str], timezone: str
    ) -> None:
        self.versions = versions
        self.words = {language: Localizer(language, timezone) for language in languages}

    def build_table_variables(
        self, table: ExportTable, about: Sequence[Variable]
    ) -> tuple[Variable, ...]:
        """The variables of a table: ``about`` the interview, then its questions in their order."""
        namer = VariableNamer(table)
        found = [
            *about,
            *(v for f in table.fields for v in self.build_question_variables(namer, f.path)),
        ]
        return tuple(
            Variable(**(vars(variable) | {"name": namer.claim_name(variable.name)}))
            for variable in found
        )

    def build_question_variables(self, namer: VariableNamer, path: str) -> Iterator[Variable]:
        """The columns of one question; none for what is only read, or says what the form is."""
        versions = [form for form in self.versions if path in form.binds]
        if not versions or path.split("/")[2] == "meta":
            return
        asked = [form.controls.get(path) for form in versions]
        if asked[0] is not None and asked[0].kind.is_display_only:
            return
        kinds = {
            (control.kind if control else None, form.binds[path].datatype)
            for control, form in zip(asked, versions, strict=True)
        }
        questions = [(form, form.controls[path]) for form in versions if path in form.controls]
        export = choose_export(*kinds.pop()) if len(kinds) == 1 else AS_TEXT
        yield from self.shape_variables(namer.choose_name(path), path, export, questions)

    def shape_variables(
        self,
        name: str,
        path: str,
        export: KindExport,
        asked: Sequence[tuple[Questionnaire, Question]],
    ) -> Iterator[Variable]:
        """One column, or one for each choice or part."""
        wording = self.get_wording(*asked[0]) if asked else {}
        labels = wording or dict.fromkeys(self.words, question_names.get_path_name(path))
        choices = self.list_choice_labels(asked)
        numbers = number_codes(choices)
        values: dict[int | str, TextsByLanguage] = {
            numbers[code]: choices[code] for code in choices
        }
        special = {number: label for number, label in values.items() if int(number) < 0}
        match export.variable:
            case VariableKind.CHOICE as of if choices:
                yield Variable(name, of, labels, path, "", numbers, values, wording)
            case VariableKind.TICK | VariableKind.RANK as of if choices:
                if of is VariableKind.TICK:
                    special |= {0: self.translate_text(NOT_TICKED), 1: self.translate_text(TICKED)}
                for code in (code for code in choices if code not in SPECIAL_CODES):
                    own = {key: f"{labels[key]} – {choices[code][key]}" for key in labels}
                    yield Variable(f"{name}_{code}", of, own, path, code, numbers, special, wording)
            case VariableKind.POINT as of:
                for part in POINT_PARTS:
                    own = {key: f"{label} ({part})" for key, label in labels.items()}
                    yield Variable(f"{name}_{part}", of, own, path, part, wording=wording)
            case VariableKind.NUMBER | VariableKind.DAY as of:
                yield Variable(name, of, labels, path, wording=wording)
            case _:
                # Also choices that were answered in a repeat: there is no list of them.
                yield Variable(name, VariableKind.TEXT, labels, path, wording=wording)

    def translate_text(self, text: str) -> TextsByLanguage:
        """One of our own texts in every language."""
        return {language: words(text) for language, words in self.words.items()}

    def name_languages(self) -> dict[int | str, TextsByLanguage]:
        """What each language that there is a catalogue of is called in every language."""
        return {
            code: {language: words.name_language(code) for language, words in self.words.items()}
            for code in list_languages()
        }

    def get_wording(self, form: Questionnaire, question: Question) -> TextsByLanguage:
        """A question's words; of a row of a table with its heading before them."""
        around = form.groups_by_path[question.path]
        table = around[-1] if around and around[-1].is_table else None
        found = {}
        for code in self.words:
            language = form.match_language(code)
            heading = table.heading.get_plain_text(language) if table else ""
            own = question.label.get_plain_text(language) or question_names.get_path_name(
                question.path
            )
            found[code] = f"{heading} – {own}" if heading else own
        return found

    def list_choice_labels(
        self, asked: Sequence[tuple[Questionnaire, Question]]
    ) -> dict[str, TextsByLanguage]:
        """Code -> label, the newest version's choices in their order before those gone since."""
        found: dict[str, TextsByLanguage] = {}
        for form, question in asked:
            for choice in question.choices:
                labels = {
                    code: choice.label.get_plain_text(form.match_language(code)) or choice.value
                    for code in self.words
                }
                found.setdefault(choice.value, labels)
        return found

"""What the columns of wide data are: names that SPSS takes, labels, numbers for codes.

Which number stands for which code was fixed when the code was first fielded
(``survey/code_numbers.py``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from reports.question_labels import read_label
from survey.catalogue import list_languages
from survey.code_numbers import SPECIAL_NUMBERS
from survey.forms.answers.kind_definition import QuestionKind
from survey.forms.model.questionnaire import Question, Questionnaire

#: Language -> text.
TextsByLanguage = Mapping[str, str]

#: In bytes, as SPSS counts them; what ``FORBIDDEN_IN_NAMES`` leaves is ASCII.
LONGEST_NAME = 64
FORBIDDEN_IN_NAMES = re.compile(r"[^A-Za-z0-9_.]")
#: Words of the language of SPSS, which no variable may be called.
RESERVED_NAMES = {"ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"}
#: A code that is a point of a scale; with a zero before it, it is the number of something.
SCALE_CODE = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?", re.ASCII)
#: So many single missing values SPSS takes at the most.
MOST_MISSING = 3
#: ``part`` of the variable that holds weights.
WEIGHT_PART = "weight"
POINT_PARTS = ("latitude", "longitude", "altitude", "accuracy")
NOT_TICKED, TICKED = gettext_noop("Not chosen"), gettext_noop("Chosen")


@dataclass(frozen=True)
class Variable:
    """A column. ``path`` is its question's; '' of what is known of the interview itself.

    ``part`` tells apart the columns of one question: a choice's code, or a part of a geopoint. Of
    what is derived it is the name that was wanted.
    ``numbers`` are the codes of its choices as numbers; ``values`` the labels of what can stand in
    it. ``wording`` is the whole question.
    """

    name: str
    kind: VariableKind
    labels: TextsByLanguage
    path: str = ""
    part: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)
    values: Mapping[float | str, TextsByLanguage] = field(default_factory=dict)
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
        if self.kind is not VariableKind.CHOICE:
            return "ordinal" if self.kind is VariableKind.RANK else "nominal"
        substance = {c: n for c, n in self.numbers.items() if c not in SPECIAL_NUMBERS}
        scale = substance and all(
            SCALE_CODE.fullmatch(code) and float(code) == number
            for code, number in substance.items()
        )
        return "ordinal" if scale else "nominal"

    @property
    def missing_values(self) -> list[float]:
        """The numbers that are missing values: those of answers that say nothing of the matter."""
        return sorted(self.numbers[code] for code in SPECIAL_NUMBERS if code in self.numbers)

    @property
    def missing_ranges(self) -> list[tuple[float, float]]:
        """The missing values as SPSS takes them: one range, or up to three single ones."""
        missing = self.missing_values
        own = {n for n in self.values if isinstance(n, int | float)}.difference(missing)
        if any(missing[0] < n < missing[-1] for n in own if missing):
            # A code of the author's lies between them, which a range would take with it.
            return [(n, n) for n in missing[:MOST_MISSING]]
        return [(missing[0], missing[-1])] if missing else []


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

    ``numbers`` are those of its codes by path, in the order in which they were fielded.
    ``languages`` are IETF codes. A question that changed its kind is text; the choices of all
    versions stand beside each other, each with the newest label that it has.
    """

    def __init__(
        self,
        versions: Sequence[Questionnaire],
        numbers: Mapping[str, Mapping[str, float]],
        languages: Sequence[str],
        timezone: str,
    ) -> None:
        self.versions, self.numbers = versions, numbers
        self.words = {language: Localizer(language, timezone) for language in languages}

    def build_table_variables(
        self, table: ExportTable, about: Sequence[Variable], derived: Sequence[Variable] = ()
    ) -> tuple[Variable, ...]:
        """The variables of a table: ``about`` the interview, its questions, what is ``derived``.

        These last are named last, so that no question ever gets another name for their sake.
        """
        namer = VariableNamer(table)
        found = [
            *about,
            *(v for f in table.fields for v in self.build_question_variables(namer, f.path)),
            *derived,
        ]
        return tuple(replace(variable, name=namer.claim_name(variable.name)) for variable in found)

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
        texts = self.list_choice_labels(asked)
        numbers = {c: n for c, n in self.numbers.get(path, {}).items() if c in texts}
        values: dict[float | str, TextsByLanguage] = {
            number: texts[code] for code, number in numbers.items()
        }
        match export.variable:
            case VariableKind.CHOICE as of if numbers:
                yield Variable(name, of, labels, path, "", numbers, values, wording)
            case VariableKind.TICK | VariableKind.RANK as of if numbers:
                special: dict[float | str, TextsByLanguage] = {
                    number: values[number] for c, number in numbers.items() if c in SPECIAL_NUMBERS
                }
                if of is VariableKind.TICK:
                    special |= {0: self.translate_text(NOT_TICKED), 1: self.translate_text(TICKED)}
                # In the order in which they were fielded, so that a choice that is added later
                # takes no name from another.
                for code in (code for code in numbers if code not in SPECIAL_NUMBERS):
                    own = {key: f"{labels[key]} – {texts[code][key]}" for key in labels}
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

    def name_languages(self) -> dict[float | str, TextsByLanguage]:
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
        for code, words in self.words.items():
            language = form.match_language(code)
            heading = read_label(table.heading, language, words) if table else ""
            own = read_label(question.label, language, words) or question_names.get_path_name(
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
                if choice.value not in found:
                    found[choice.value] = {
                        code: read_label(choice.label, form.match_language(code), words)
                        or choice.value
                        for code, words in self.words.items()
                    }
        return found

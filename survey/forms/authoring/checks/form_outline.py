"""A questionnaire's sheets as the checks look at them: every row with its place in the form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import cached_property
from itertools import chain, count
from pathlib import Path

from pyxform import aliases

from survey.forms.authoring.faults import Fault, QuestionnaireError
from survey.forms.authoring.list_files import ListError, ListFile, read_list_file
from survey.forms.authoring.missing_translations import choose_default_language
from survey.forms.authoring.sheet_columns import TRANSLATED_COLUMNS
from survey.forms.authoring.workbook import SheetRow, Workbook

#: Groups nested deeper than this are refused, and loops that make more questions than that.
DEEPEST_NESTING = 30
MOST_QUESTIONS = 20_000
#: Looking for similar names takes long: so often, and among so many.
MOST_GUESSES = 30
MOST_COMPARED_WORDS = 2000
#: What the form's root is called, and what if a question has that name.
ROOT_NAMES = ("data", "form")
GROUP_PATTERN = re.compile(
    r"(begin|end)[ _](group|lgroup|repeat|loop|looped group)(?: (?:over )?(\S+))?"
)
#: What pyxform calls the kinds of selects -> what XLSForm does.
CANONICAL_SELECTS = {
    "select one": "select_one",
    "select all that apply": "select_multiple",
    "select one external": "select_one_external",
    "rank": "rank",
}
SELECT_TYPES = frozenset(CANONICAL_SELECTS.values()) | {
    "select_one_from_file",
    "select_multiple_from_file",
}
PULLDATA_PATTERN = re.compile(r"pulldata\(\s*['\"]([^'\"]*)['\"]")
YES_WORDS = ("yes", "true", "true()")
#: Names that every form has.
META_NAMES = frozenset({"instanceID", "instanceName"})
OR_OTHER_PATTERN = re.compile(r"\bor[_ ](specify[_ ])?other\b")
#: The possessive ``*+`` gives nothing back: braces that never close would otherwise be tried in
#: every way.
REFERENCE_PATTERN = re.compile(r"\$\{\s*+(?:last-saved#)?([^{}\s$]*+)\s*+\}")


@dataclass(frozen=True, slots=True)
class SurveyEntry:
    """A row of the sheet survey: its type's first word, the list after it, and its path.

    The rows that end a group have no path. In a loop there is a question for each choice of its
    list: ``path`` is that of the first, ``copies`` are those of all.
    """

    row: SheetRow
    kind: str
    list_name: str
    path: str
    copies: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def parent(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def is_select(self) -> bool:
        return self.kind in SELECT_TYPES - {"select_one_external"}

    @property
    def has_other(self) -> bool:
        """Whether pyxform adds a choice “other”, and a text to ask for it."""
        return self.is_select and OR_OTHER_PATTERN.search(self.row.get("type")) is not None

    @property
    def added_suffix(self) -> str:
        """The ending of the name of a row that pyxform makes for this one; ``''`` if it doesn't."""
        if self.has_other:
            return "_other"
        return "_count" if self.kind == "begin_repeat" and self.row.get("repeat_count") else ""

    @property
    def is_from_file(self) -> bool:
        """Whether its choices come from a file beside the form."""
        return self.kind.endswith("_from_file")

    def get_parameter(self, name: str, otherwise: str) -> str:
        """The value of a parameter such as ``value=code``."""
        found = re.search(rf"\b{name}\s*=\s*(\S+)", self.row.get("parameters"))
        return found[1] if found else otherwise


def strip_list_suffix(name: str) -> str:
    """The name of a list without the suffix of its file."""
    return name.rpartition(".")[0] or name


class FormOutline:
    """A workbook and the folder of its lists. Raises QuestionnaireError if nested too deeply."""

    def __init__(self, workbook: Workbook, folder: Path) -> None:
        self.workbook = workbook
        self.folder = folder
        self.root = f"/{choose_root_name(workbook)}"
        self.entries = tuple(read_entries(workbook, self.root))
        self.questions = tuple(e for e in self.entries if e.path)
        copies = [path for entry in self.questions for path in entry.copies]
        added = [
            path + e.added_suffix for e in self.questions if e.added_suffix for path in e.copies
        ]
        #: How often a name is used, and all paths there are.
        self.name_counts = Counter(path.rpartition("/")[2] for path in copies)
        self.guesses_left = MOST_GUESSES
        self.paths = frozenset(add_parent_paths([*copies, *added])) | {
            self.root,
            f"{self.root}/meta",
        }
        self.by_name = {e.name: e for e in self.questions if self.name_counts[e.name] == 1}
        self.by_path = {entry.path: entry for entry in self.questions}

    def suggest_word(self, word: str, known: Collection[str], otherwise: str = "") -> str:
        """“Did you mean …?”, as long as there are not too many such words."""
        self.guesses_left -= 1
        if self.guesses_left < 0 or len(known) > MOST_COMPARED_WORDS:
            return otherwise
        return suggest_similar_word(word, frozenset(known), otherwise)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the labels; ``''`` where they are headed by ``label`` alone."""
        columns = (
            *self.workbook.get_sheet("survey").columns,
            *self.workbook.get_sheet("choices").columns,
        )
        default = self.default_language
        found = dict.fromkeys(c.language or default for c in columns if c.name == "label")
        return tuple(language for language in found if not self.find_intended_language(language))

    @cached_property
    def default_language(self) -> str:
        """The language of texts whose heading names none; ``''`` if that is one of its own."""
        return choose_default_language(self.workbook)

    def list_texts(self, row: SheetRow, name: str) -> dict[str, str]:
        """Language -> the text of a row in it."""
        found = row.get_texts(name)
        return {language or self.default_language: text for language, text in found.items()}

    @cached_property
    def language_counts(self) -> Counter[str]:
        """How many texts there are in each language; labels of questions count for more."""
        found: Counter[str] = Counter()
        for sheet in (self.workbook.get_sheet("survey"), self.workbook.get_sheet("choices")):
            for column in (c for c in sheet.columns if c.name in TRANSLATED_COLUMNS and c.language):
                weight = 100 if (sheet.name, column.name) == ("survey", "label") else 1
                found[column.language] += weight * (
                    1 + sum(column in row.cells for row in sheet.rows)
                )
        return found

    def find_intended_language(self, language: str) -> str:
        """The language that is spelt nearly like a rarer one; ``''`` if there is none."""
        often = (
            other
            for other, count in self.language_counts.most_common()
            if are_languages_alike(other, language)
        )
        found = next(often, language)
        return found if self.language_counts[found] > self.language_counts[language] else ""

    @cached_property
    def choices(self) -> dict[str, list[SheetRow]]:
        """Name of a list -> its rows in the sheet choices."""
        found: dict[str, list[SheetRow]] = {}
        for row in self.workbook.get_sheet("choices").rows:
            found.setdefault(row.get("list_name"), []).append(row)
        return found

    @cached_property
    def used_lists(self) -> frozenset[str]:
        """The lists that questions and loops name."""
        return frozenset(entry.list_name for entry in self.questions)

    @cached_property
    def ticked_lists(self) -> frozenset[str]:
        """The lists of which several choices may be taken at once."""
        several = ("select_multiple", "rank")
        return frozenset(entry.list_name for entry in self.questions if entry.kind in several)

    @cached_property
    def files_by_list(self) -> dict[str, ListFile | ListError]:
        """Name of a list without its suffix -> the file it is in, or why that cannot be used."""
        found: dict[str, ListFile | ListError] = {}
        for name in dict.fromkeys(self.find_file_names()):
            try:
                found[strip_list_suffix(name)] = read_list_file(self.folder, name)
            except ListError as fault:
                found[strip_list_suffix(name)] = fault
        return found

    def find_file_names(self) -> Iterator[str]:
        """Files that the form draws on."""
        for entry in self.questions:
            if entry.is_from_file and entry.list_name:
                yield entry.list_name
            if entry.kind in ("csv-external", "xml-external"):
                yield f"{entry.name}.{entry.kind[:3]}"
            for text in entry.row.cells.values():
                yield from (f"{name}.csv" for name in PULLDATA_PATTERN.findall(text))

    def find_list_columns(self, name: str) -> frozenset[str] | None:
        """The columns of a list, wherever it is; None if there is none that can be read."""
        if name in self.choices:
            return frozenset(c.name for c in self.workbook.get_sheet("choices").columns) | {
                "itextId"
            }
        external = self.workbook.get_sheet("external_choices")
        if any(row.get("list_name") == name for row in external.rows):
            return frozenset(column.name for column in external.columns)
        found = self.files_by_list.get(name)
        return frozenset(found.columns) if isinstance(found, ListFile) else None


def choose_root_name(workbook: Workbook) -> str:
    """What the root of the form is called: paths of answers begin with it.

    Always the same, so that they do not depend on a file's name, unless the settings name it or a
    question has that name.
    """
    taken = {row.get("name") for row in workbook.get_sheet("survey").rows}
    settings = next(iter(workbook.get_sheet("settings").rows), None)
    wanted = (settings.get("name") if settings else "", *ROOT_NAMES)
    numbered = (f"{ROOT_NAMES[-1]}_{number}" for number in count(2))
    return next(name for name in chain(wanted, numbered) if name and name not in taken)


def build_question_name(row: SheetRow) -> str:
    """The name of a row's question; pyxform's for a note without one."""
    if not row.get("name") and row.get("type").strip() == "note":
        return f"generated_note_name_{row.number}"
    return row.get("name")


def read_entries(workbook: Workbook, root: str) -> Iterator[SurveyEntry]:
    """The rows of the sheet survey that have a type, each with its path.

    Raises QuestionnaireError for loops that make too many questions, and groups too deep.
    """
    codes: dict[str, list[str]] = {}
    for row in workbook.get_sheet("choices").rows:
        codes.setdefault(row.get("list_name"), []).append(row.get("name"))
    around: list[tuple[str, ...]] = [(root,)]
    made = 0
    for row in workbook.get_sheet("survey").rows:
        kind, chosen = parse_type(" ".join(row.get("type").split()))
        # A row may also be a setting, its type form_title or form_id.
        if kind in ("", *aliases.settings_header) or row.get("disabled").lower() in YES_WORDS:
            continue
        if kind.startswith("end_"):
            around = around[:-1] or [(root,)]
            yield SurveyEntry(row, kind, "", "")
            continue
        copies = tuple(f"{path}/{build_question_name(row)}" for path in around[-1])
        made += len(copies)
        yield SurveyEntry(row, kind, chosen, copies[0], copies)
        if kind == "begin_loop":
            # pyxform makes no questions for a choice called none.
            columns = [code for code in codes.get(chosen, ()) if code != "none"] or [chosen]
            refuse_many(row, len(copies) * len(columns))
            copies = tuple(f"{path}/{column}" for path in copies for column in columns)
        if kind.startswith("begin_"):
            around.append(copies)
        if len(around) > DEEPEST_NESTING:
            fault = row.build_fault(
                f"More than {DEEPEST_NESTING} groups inside each other.", "Take some out."
            )
            raise QuestionnaireError([fault])
        refuse_many(row, made)


def refuse_many(row: SheetRow, made: int) -> None:
    """Raise QuestionnaireError for loops that make too many questions."""
    if made > MOST_QUESTIONS:
        message = f"The loops make more than {MOST_QUESTIONS:,} questions."
        raise QuestionnaireError([row.build_fault(message, "Shorten their lists.", "type")])


def add_parent_paths(paths: Iterable[str]) -> Iterator[str]:
    """Paths and those of the groups they are in."""
    for path in paths:
        yield path
        yield path.rpartition("/")[0]


def parse_type(words: str) -> tuple[str, str]:
    """A type in XLSForm's present words, and the list that a select names."""
    if match := GROUP_PATTERN.fullmatch(words):
        return f"{match[1]}_{aliases.control[match[2]]}", match[3] or ""
    # The longest first: “select one” also begins “select one from file”.
    for alias in sorted(aliases.select, key=len, reverse=True):
        if words == alias or words.startswith(alias + " "):
            kind = CANONICAL_SELECTS.get(aliases.select[alias], alias)
            kind += "_from_file" if alias in aliases.select_from_file else ""
            return kind, (words[len(alias) :].split() or [""])[0]
    return "osm" if words.startswith("osm ") else words, ""


def are_languages_alike(one: str, other: str) -> bool:
    """Whether two names of languages are probably meant to be the same."""
    return SequenceMatcher(None, one.lower(), other.lower()).ratio() > 0.85


def suggest_similar_word(word: str, known: frozenset[str], otherwise: str = "") -> str:
    """“Did you mean …?” for a word that is close to a known one."""
    written = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), written, 1, 0.75)
    return f"Did you mean {written[close[0]]}?" if close else otherwise


def check_references(outline: FormOutline, row: SheetRow) -> Iterator[Fault]:
    """References to questions that do not exist, or of which there are several."""
    for column, text in row.cells.items():
        for name in dict.fromkeys(REFERENCE_PATTERN.findall(text)):
            known = outline.name_counts[name]
            if known == 1 or name in META_NAMES:
                continue
            if known:
                message = f"There are {known} questions called {name}."
                remedy = "Give them different names."
                if any(e.name == name and len(e.copies) > 1 for e in outline.questions):
                    remedy = f"Within the loop write ../{name} instead of ${{{name}}}."
                yield row.build_fault(message, remedy, column.heading)
            else:
                remedy = outline.suggest_word(
                    name, outline.name_counts, "Check the spelling of the name."
                )
                yield row.build_fault(f"There is no question {name}.", remedy, column.heading)

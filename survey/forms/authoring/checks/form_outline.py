"""A questionnaire's sheets as the checks look at them: every row with its place in the form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import cached_property
from pathlib import Path

from pyxform import aliases

from survey.forms.authoring.faults import Fault, QuestionnaireError
from survey.forms.authoring.list_files import ListError, ListFile, read_list
from survey.forms.authoring.workbook import TRANSLATED, Row, Workbook

#: Groups nested deeper than this are refused, and loops that make more questions than that.
DEEPEST = 30
MOST = 20_000
#: Looking for similar names takes long: so often, and among so many.
GUESSES = 100
TOO_MANY = 2000
ROOT = "/data"
GROUP = re.compile(r"(begin|end)[ _](group|lgroup|repeat|loop|looped group)(?: (?:over )?(\S+))?")
#: What pyxform calls the kinds of selects -> what XLSForm does.
CANONICAL = {
    "select one": "select_one",
    "select all that apply": "select_multiple",
    "select one external": "select_one_external",
    "rank": "rank",
}
SELECTS = frozenset(CANONICAL.values()) | {"select_one_from_file", "select_multiple_from_file"}
PULLED = re.compile(r"pulldata\(\s*['\"]([^'\"]*)['\"]")
#: Names that every form has.
META = frozenset({"instanceID", "instanceName"})
OTHER = re.compile(r"\bor[_ ](specify[_ ])?other\b")
REFERENCE = re.compile(r"\$\{\s*+(?:last-saved#)?([^{}\s$]*+)\s*+\}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the sheet survey: its type's first word, the list after it, and its path.

    The rows that end a group have no path. In a loop there is a question for each choice of its
    list: ``path`` is that of the first, ``copies`` are those of all.
    """

    row: Row
    kind: str
    list: str
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
        return self.kind in SELECTS - {"select_one_external"}

    @property
    def or_other(self) -> bool:
        """Whether pyxform adds a choice “other”, and a text to ask for it."""
        return self.is_select and OTHER.search(self.row.get("type")) is not None

    @property
    def added(self) -> str:
        """The ending of the name of a row that pyxform makes for this one; ``''`` if it doesn't."""
        if self.or_other:
            return "_other"
        return "_count" if self.kind == "begin_repeat" and self.row.get("repeat_count") else ""

    @property
    def from_file(self) -> bool:
        """Whether its choices come from a file beside the form."""
        return self.kind.endswith("_from_file")

    def parameter(self, name: str, otherwise: str) -> str:
        """The value of a parameter such as ``value=code``."""
        found = re.search(rf"\b{name}\s*=\s*(\S+)", self.row.get("parameters"))
        return found[1] if found else otherwise


def stem(name: str) -> str:
    """The name of a list without the suffix of its file."""
    return name.rpartition(".")[0] or name


class Outline:
    """A workbook and the folder of its lists. Raises QuestionnaireError if nested too deeply."""

    def __init__(self, workbook: Workbook, folder: Path) -> None:
        self.workbook = workbook
        self.folder = folder
        self.entries = tuple(entries(workbook))
        self.questions = tuple(e for e in self.entries if e.path)
        copies = [path for entry in self.questions for path in entry.copies]
        added = [path + e.added for e in self.questions if e.added for path in e.copies]
        #: How often a name is used, and all paths there are.
        self.names = Counter(path.rpartition("/")[2] for path in copies)
        self.guesses = GUESSES
        self.paths = frozenset(above([*copies, *added])) | {ROOT, f"{ROOT}/meta"}
        self.named = {e.name: e for e in self.questions if self.names[e.name] == 1}
        self.by_path = {entry.path: entry for entry in self.questions}

    def suggestion(self, word: str, known: Collection[str], otherwise: str = "") -> str:
        """“Did you mean …?”, as long as there are not too many such words."""
        self.guesses -= 1
        if self.guesses < 0 or len(known) > TOO_MANY:
            return otherwise
        return suggestion(word, frozenset(known), otherwise)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the labels; ``''`` where they are headed by ``label`` alone."""
        columns = (*self.workbook.sheet("survey").columns, *self.workbook.sheet("choices").columns)
        found = dict.fromkeys(c.language for c in columns if c.name == "label")
        return tuple(language for language in found if not self.intended(language))

    @cached_property
    def spoken(self) -> Counter[str]:
        """How many texts there are in each language; labels of questions count for more."""
        found: Counter[str] = Counter()
        for sheet in (self.workbook.sheet("survey"), self.workbook.sheet("choices")):
            for column in (c for c in sheet.columns if c.name in TRANSLATED and c.language):
                weight = 100 if (sheet.name, column.name) == ("survey", "label") else 1
                found[column.language] += weight * (
                    1 + sum(column in row.cells for row in sheet.rows)
                )
        return found

    def intended(self, language: str) -> str:
        """The language that is spelt nearly like a rarer one; ``''`` if there is none."""
        often = (other for other, count in self.spoken.most_common() if alike(other, language))
        found = next(often, language)
        return found if self.spoken[found] > self.spoken[language] else ""

    @cached_property
    def choices(self) -> dict[str, list[Row]]:
        """Name of a list -> its rows in the sheet choices."""
        found: dict[str, list[Row]] = {}
        for row in self.workbook.sheet("choices").rows:
            found.setdefault(row.get("list_name"), []).append(row)
        return found

    @cached_property
    def lists(self) -> frozenset[str]:
        """The lists that questions and loops name."""
        return frozenset(entry.list for entry in self.questions)

    @cached_property
    def files(self) -> dict[str, ListFile | ListError]:
        """Name of a list without its suffix -> the file it is in, or why that cannot be used."""
        found: dict[str, ListFile | ListError] = {}
        for name in dict.fromkeys(self.file_names()):
            try:
                found[stem(name)] = read_list(self.folder, name)
            except ListError as fault:
                found[stem(name)] = fault
        return found

    def file_names(self) -> Iterator[str]:
        """Files that the form draws on."""
        for entry in self.questions:
            if entry.from_file and entry.list:
                yield entry.list
            if entry.kind in ("csv-external", "xml-external"):
                yield f"{entry.name}.{entry.kind[:3]}"
            for text in entry.row.cells.values():
                yield from (f"{name}.csv" for name in PULLED.findall(text))

    def columns(self, name: str) -> frozenset[str] | None:
        """The columns of a list, wherever it is; None if there is none that can be read."""
        if name in self.choices:
            return frozenset(c.name for c in self.workbook.sheet("choices").columns) | {"itextId"}
        external = self.workbook.sheet("external_choices")
        if any(row.get("list_name") == name for row in external.rows):
            return frozenset(column.name for column in external.columns)
        found = self.files.get(name)
        return frozenset(found.columns) if isinstance(found, ListFile) else None


def entries(workbook: Workbook) -> Iterator[Entry]:
    """The rows of the sheet survey that have a type, each with its path."""
    codes: dict[str, list[str]] = {}
    for row in workbook.sheet("choices").rows:
        codes.setdefault(row.get("list_name"), []).append(row.get("name"))
    around: list[tuple[str, ...]] = [(ROOT,)]
    made = 0
    for row in workbook.sheet("survey").rows:
        kind, chosen = kind_of(" ".join(row.get("type").split()))
        if not kind or row.get("disabled").lower() in ("yes", "true"):
            continue
        if kind.startswith("end_"):
            around = around[:-1] or [(ROOT,)]
            yield Entry(row, kind, "", "")
            continue
        copies = tuple(f"{path}/{row.get('name')}" for path in around[-1])
        made += len(copies)
        yield Entry(row, kind, chosen, copies[0], copies)
        if kind == "begin_loop":
            columns = [code for code in codes.get(chosen, ()) if code != "none"] or [chosen]
            refuse_many(row, len(copies) * len(columns))
            copies = tuple(f"{path}/{column}" for path in copies for column in columns)
        if kind.startswith("begin_"):
            around.append(copies)
        if len(around) > DEEPEST:
            fault = row.fault(f"More than {DEEPEST} groups inside each other.", "Take some out.")
            raise QuestionnaireError([fault])
        refuse_many(row, made)


def refuse_many(row: Row, made: int) -> None:
    """Raise QuestionnaireError for loops that make too many questions."""
    if made > MOST:
        message = f"The loops make more than {MOST:,} questions."
        raise QuestionnaireError([row.fault(message, "Shorten their lists.", "type")])


def above(paths: Iterable[str]) -> Iterator[str]:
    """Paths and those of the groups they are in."""
    for path in paths:
        yield path
        yield path.rpartition("/")[0]


def kind_of(words: str) -> tuple[str, str]:
    """A type in XLSForm's present words, and the list that a select names."""
    if match := GROUP.fullmatch(words):
        return f"{match[1]}_{aliases.control[match[2]]}", match[3] or ""
    for alias in sorted(aliases.select, key=len, reverse=True):
        if words == alias or words.startswith(alias + " "):
            kind = CANONICAL.get(aliases.select[alias], alias)
            kind += "_from_file" if alias in aliases.select_from_file else ""
            return kind, (words[len(alias) :].split() or [""])[0]
    return "osm" if words.startswith("osm ") else words, ""


def alike(one: str, other: str) -> bool:
    """Whether two names of languages are probably meant to be the same."""
    return SequenceMatcher(None, one.lower(), other.lower()).ratio() > 0.85


def suggestion(word: str, known: frozenset[str], otherwise: str = "") -> str:
    """“Did you mean …?” for a word that is close to a known one."""
    written = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), written, 1, 0.75)
    return f"Did you mean {written[close[0]]}?" if close else otherwise


def unknown_names(outline: Outline, row: Row) -> Iterator[Fault]:
    """References to questions that do not exist, or of which there are several."""
    for column, text in row.cells.items():
        for name in dict.fromkeys(REFERENCE.findall(text)):
            known = outline.names[name]
            if known == 1 or name in META:
                continue
            if known:
                message = f"There are {known} questions called {name}."
                remedy = "Give them different names."
                if any(e.name == name and len(e.copies) > 1 for e in outline.questions):
                    remedy = f"Within the loop write ../{name} instead of ${{{name}}}."
                yield row.fault(message, remedy, column.heading)
            else:
                remedy = outline.suggestion(name, outline.names, "Check the spelling of the name.")
                yield row.fault(f"There is no question {name}.", remedy, column.heading)

"""A questionnaire's sheets as the checks look at them: every row with its place in the form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

from pyxform import aliases

from survey.forms.faults import Fault, QuestionnaireError
from survey.forms.lists import ListError, ListFile, read_list
from survey.forms.sheets import Row, Workbook

#: Groups nested deeper than this are refused.
DEEPEST = 30
ROOT = "/data"
GROUP = re.compile(r"(begin|end)[ _](group|repeat|loop)( over \S+)?")
#: What pyxform calls the kinds of selects -> what XLSForm does.
CANONICAL = {
    "select one": "select_one",
    "select all that apply": "select_multiple",
    "select one external": "select_one_external",
    "rank": "rank",
}
SELECTS = frozenset(CANONICAL.values()) | {"select_one_from_file", "select_multiple_from_file"}
REFERENCE = re.compile(r"\$\{\s*(?:last-saved#)?([^}\s]*)\s*\}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the sheet survey: its type's first word, the list after it, and its path.

    The rows that end a group have no path.
    """

    row: Row
    kind: str
    list: str
    path: str

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
        #: How often a name is used, and all paths there are.
        self.names = Counter(entry.name for entry in self.questions)
        self.paths = frozenset(e.path for e in self.questions) | {ROOT, f"{ROOT}/meta"}

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the labels; ``''`` where they are headed by ``label`` alone."""
        columns = (*self.workbook.sheet("survey").columns, *self.workbook.sheet("choices").columns)
        return tuple(dict.fromkeys(c.language for c in columns if c.name == "label"))

    @cached_property
    def choices(self) -> dict[str, list[Row]]:
        """Name of a list -> its rows in the sheet choices."""
        found: dict[str, list[Row]] = {}
        for row in self.workbook.sheet("choices").rows:
            found.setdefault(row.get("list_name"), []).append(row)
        return found

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
                for found in re.finditer(r"pulldata\(\s*['\"]([^'\"]*)['\"]", text):
                    yield f"{found[1]}.csv"

    def columns(self, name: str) -> frozenset[str] | None:
        """The columns of a list, wherever it is; None if there is none that can be read."""
        if name in self.choices:
            return frozenset(c.name for c in self.workbook.sheet("choices").columns) | {"itextId"}
        found = self.files.get(name)
        return frozenset(found.columns) if isinstance(found, ListFile) else None


def entries(workbook: Workbook) -> Iterator[Entry]:
    """The rows of the sheet survey that have a type, each with its path."""
    around = [ROOT]
    for row in workbook.sheet("survey").rows:
        kind, chosen = kind_of(" ".join(row.get("type").split()))
        if not kind or row.get("disabled").lower() in ("yes", "true"):
            continue
        if kind.startswith("end_"):
            around = around[:-1] or [ROOT]
            yield Entry(row, kind, "", "")
            continue
        entry = Entry(row, kind, chosen, f"{around[-1]}/{row.get('name')}")
        if kind.startswith("begin_"):
            around.append(entry.path)
        if len(around) > DEEPEST:
            fault = row.fault(f"More than {DEEPEST} groups inside each other.", "Take some out.")
            raise QuestionnaireError([fault])
        yield entry


def kind_of(words: str) -> tuple[str, str]:
    """A type in XLSForm's present words, and the list that a select names."""
    if match := GROUP.fullmatch(words):
        return f"{match[1]}_{match[2]}", ""
    for alias in sorted(aliases.select, key=len, reverse=True):
        if words == alias or words.startswith(alias + " "):
            kind = CANONICAL.get(aliases.select[alias], alias)
            kind += "_from_file" if alias in aliases.select_from_file else ""
            return kind, (words[len(alias) :].split() or [""])[0]
    return "osm" if words.startswith("osm ") else words, ""


def suggestion(word: str, known: frozenset[str] | set[str], otherwise: str = "") -> str:
    """“Did you mean …?” for a word that is close to a known one."""
    close = get_close_matches(word, known, 1, 0.75)
    return f"Did you mean {close[0]}?" if close else otherwise


def unknown_names(outline: Outline, row: Row) -> Iterator[Fault]:
    """References to questions that do not exist, or of which there are several."""
    for column, text in row.cells.items():
        for name in dict.fromkeys(REFERENCE.findall(text)):
            known = outline.names[name]
            if known == 1 or name == "instanceID":
                continue
            if known:
                message = f"There are {known} questions called {name}."
                yield row.fault(message, "Give them different names.", column.heading)
            else:
                remedy = suggestion(name, set(outline.names), "Check the spelling of the name.")
                yield row.fault(f"There is no question {name}.", remedy, column.heading)

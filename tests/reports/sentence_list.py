"""What docs/sentences.md lists: each sentence with its translation and its condition."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.extract import extract_from_dir

from tests.reports.test_report_words import KEYWORDS, PACKAGE, last

SENTENCES = Path(__file__).parents[2] / "docs/sentences.md"
#: A message that ends so is a sentence. The last are parts that sentences end with.
SENTENCE_ENDS = (".", "!", "?", "{compared}", "{why}", "{trimmed}")
CELL = re.compile(r"(?<!\\)\|")
FIGURE_SECTION = "Names of key figures"


class ListedSentence(NamedTuple):
    """A line of the list."""

    section: str
    english: str
    indonesian: str
    condition: str


@cache
def read_sentences() -> tuple[ListedSentence, ...]:
    """The lines of all tables, in their order."""
    found, section = [], ""
    for line in SENTENCES.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            section = line.removeprefix("## ")
        cells = [cell.strip() for cell in CELL.split(line)[1:-1]]
        if len(cells) == 3 and cells[0] not in ("English", "---"):
            english, indonesian, condition = cells
            found.append(
                ListedSentence(section, unescape(english), unescape(indonesian), condition)
            )
    return tuple(found)


def unescape(cell: str) -> str:
    return re.sub(r"\\([|*])", r"\1", cell)


@cache
def extract_texts() -> tuple[Any, ...]:
    """Every text in the code of the reports as babel finds it: file, line, text, and so on."""
    return tuple(extract_from_dir(PACKAGE, [("**.py", "python")], keywords=KEYWORDS))


def list_sentences_of_code() -> dict[str, str]:
    """Every sentence in the code of the reports -> the file that makes it; data files apart."""
    return {
        last(text): file
        for file, _, text, _, _ in extract_texts()
        if last(text).rstrip().endswith(SENTENCE_ENDS) and not file.startswith("export/")
    }


@cache
def compile_patterns() -> tuple[re.Pattern[str], ...]:
    """What a sentence in the list may look like once its braces are filled in, of one or more."""
    listed = {one.english for one in read_sentences() if one.section != FIGURE_SECTION}
    every = (text for _, _, text, _, _ in extract_texts())
    single = {text[0] for text in every if not isinstance(text, str) and text[1] in listed}
    return tuple(
        re.compile(re.sub(r"\\\{\w+\\\}", "(.+?|)", re.escape(text)), re.DOTALL)
        for text in sorted(listed | single)
    )


def is_listed(line: str) -> bool:
    """Whether a line is a sentence of the list, or two of them behind each other."""
    return any(pattern.fullmatch(line) for pattern in compile_patterns()) or any(
        is_listed(line[: at + 1]) and is_listed(line[at + 2 :])
        for at in (match.start() for match in re.finditer(r"[.!?] ", line))
    )


def is_listed_figure(label: str) -> bool:
    """Whether a key figure has a name of the list."""
    names = (one.english for one in read_sentences() if one.section == FIGURE_SECTION)
    return any(re.fullmatch(re.sub(r"\\\{\w+\\\}", ".+", re.escape(name)), label) for name in names)

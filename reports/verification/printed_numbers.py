"""Numbers as they are printed in PDFs, messages and charts; each must stand in the workbook.

What a number means is not known here: a share must be a share of the workbook, a count a number of
it. Marks of axes and the numbers of pages and chapters are no figures.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from importlib.util import find_spec
from itertools import pairwise
from math import floor
from pathlib import Path

from lxml import etree

from reports.verification.published_tables import PublishedReport

CHART_FOLDER = "charts"
MOST_SHARE = 10
#: The PDF has so many choices of a question, and says how many more there are (docs/report.md).
PRINTED_CHOICES = 16
#: What a message is kept as.
MESSAGE_ENDINGS = (".html", ".txt")
TAG = re.compile(r"<[^>]*>")
#: Parts of a chart that only say where on an axis one is.
AXIS_MARK = re.compile(r"^[xy]tick_")
SVG_TEXT = "{http://www.w3.org/2000/svg}text"
#: A number on its own, as it is written, and the sign of percent behind it.
NUMBER_TOKEN = re.compile(r"(?<![\w.,])(\d[\d.,]*\d|\d)(\s?%)?(?!\w)")
#: Separators of thousands and of decimals where a comma stands for decimals, and elsewhere.
COMMA_LANGUAGES = frozenset({"id", "de", "fr", "es", "pt", "nl", "it"})


@dataclass(frozen=True)
class PrintedDocument:
    """How many numbers of a document stand in its workbook, and which do not."""

    name: str
    number: int
    absent: tuple[str, ...]
    note: str = ""


@dataclass
class KnownNumbers:
    """The numbers of a workbook as they could be printed in some languages.

    ``bare`` are numbers, ``percent`` whole percent, ``written`` numbers as texts have them, with
    the sign of percent.
    """

    languages: Sequence[str]
    bare: set[float] = field(default_factory=set)
    percent: set[float] = field(default_factory=set)
    written: set[str] = field(default_factory=set)

    def add_value(self, value: float) -> None:
        """A number of a cell, however it may be rounded: a share, a count, a score."""
        self.bare |= {abs(each) for each in (*list_roundings(value), round(value, 1))}
        # More may have answered than there were places on invitations.
        if abs(value) <= MOST_SHARE:
            shares = {abs(each) for each in list_roundings(100 * value)}
            self.percent |= shares
            self.bare |= shares

    def add_text(self, text: str) -> None:
        """All numbers that a text has."""
        for token in find_number_tokens(text):
            self.written.add(token)
            numbers, is_share = self.read_token(token)
            (self.percent if is_share else self.bare).update(numbers)

    def read_token(self, token: str) -> tuple[list[float], bool]:
        """What a number may mean in the languages, and whether it is a share in percent."""
        written = token.rstrip("%")
        read = (parse_number(written, language) for language in self.languages)
        return [number for number in read if number is not None], token.endswith("%")

    def has(self, token: str) -> bool:
        """Whether a printed number is one of the workbook's."""
        numbers, is_share = self.read_token(token)
        return token in self.written or any(
            number in (self.percent if is_share else self.bare) for number in numbers
        )


def list_roundings(number: float) -> tuple[float, float]:
    """A number in whole: with halves to the even one, and up."""
    return float(round(number)), float(floor(number + 0.5))


def find_number_tokens(text: str) -> Iterator[str]:
    """Each number as it is written, with the sign of percent if it has one."""
    for found in NUMBER_TOKEN.finditer(text):
        yield found[1] + ("%" if found[2] else "")


def parse_number(written: str, language: str) -> float | None:
    """A number as a language writes it: 1,234.5 or 1.234,5; None for what is none."""
    thousands, decimal = (".", ",") if language in COMMA_LANGUAGES else (",", ".")
    whole, _, rest = written.partition(decimal)
    first, *groups = whole.split(thousands)
    if any(len(group) != 3 for group in groups) or not (rest.isdigit() or not rest):
        return None
    return float("".join([first, *groups]) + (f".{rest}" if rest else ""))


def read_printed_documents(
    folder: Path, reports: Sequence[PublishedReport]
) -> Iterator[PrintedDocument]:
    """Every PDF, message and chart of the folder that belongs to one of the workbooks."""
    for file in dict.fromkeys(report.file for report in reports):
        mine = [report for report in reports if report.file == file]
        yield from look_up_documents(folder, Path(file).stem, mine)


def look_up_documents(
    folder: Path, stem: str, reports: Sequence[PublishedReport]
) -> Iterator[PrintedDocument]:
    """What lies beside a workbook: charts, a message, a PDF."""
    languages = [report.language for report in reports]
    known, marks = collect_numbers(reports), KnownNumbers(languages)
    kind = reports[0].facts.kind
    texts: list[str] = []
    # Beside each other in a chart, numbers of different size become one when a PDF is read.
    glued = KnownNumbers(languages)
    for chart in list_charts(folder, stem, kind, languages):
        figures, axis = read_chart(chart)
        texts += figures
        glued.written |= {
            first + second for first, second in pairwise(figures) if first[-1:].isdigit()
        }
        marks.add_text("\n".join(axis))
    if texts:
        name = f"{CHART_FOLDER}/{kind} ({', '.join(languages)})"
        yield look_up_numbers(name, texts, [known])
    for path in (folder / f"{stem}{ending}" for ending in MESSAGE_ENDINGS):
        if path.is_file():
            text = unescape(TAG.sub(" ", path.read_text(encoding="utf-8")))
            yield look_up_numbers(path.name, [text], [known])
    if (path := folder / f"{stem}.pdf").is_file():
        yield look_up_pdf(path, [known, marks, glued])


def list_charts(folder: Path, stem: str, kind: str, languages: Sequence[str]) -> list[Path]:
    """The charts of a report, where the demo or ``suara report`` puts them."""
    return [
        path
        for inside in (folder / CHART_FOLDER / kind, folder / stem)
        for language in languages
        for path in sorted(inside.glob(f"*-{language}.svg"))
    ]


def collect_numbers(reports: Sequence[PublishedReport]) -> KnownNumbers:
    """All numbers of a workbook's cells and texts."""
    known = KnownNumbers([report.language for report in reports])
    for cell in reports[0].cells:
        if isinstance(cell, datetime):
            known.bare |= {float(cell.day), float(cell.year)}
        elif isinstance(cell, (int, float)):
            known.add_value(float(cell))
        elif isinstance(cell, str):
            known.add_text(cell)
    tables = [table for report in reports for table in report.tables]
    known.bare |= {float(len(table.rows)) for table in tables}
    for table in tables:
        if table.key == "codebook":
            choices = Counter((row["wave"], row["path"]) for row in table.rows)
            known.bare |= {float(number - PRINTED_CHOICES) for number in choices.values()}
    return known


def read_chart(path: Path) -> tuple[list[str], list[str]]:
    """The texts of a chart: of what it shows, and the marks of its axes."""
    figures: list[str] = []
    axis: list[str] = []
    for text in etree.parse(path).iter(SVG_TEXT):
        around = (group.get("id") or "" for group in text.iterancestors())
        is_mark = any(map(AXIS_MARK.match, around))
        (axis if is_mark else figures).append("".join(map(str, text.itertext())))
    return figures, axis


def look_up_numbers(
    name: str, texts: Iterable[str], known: Sequence[KnownNumbers]
) -> PrintedDocument:
    """Each number of some texts, looked up in the workbook."""
    number, absent = 0, dict[str, None]()
    for token in (token for text in texts for token in find_number_tokens(text)):
        if any(each.has(token) for each in known):
            number += 1
        else:
            absent[token] = None
    return PrintedDocument(name, number, tuple(absent))


def look_up_pdf(path: Path, known: Sequence[KnownNumbers]) -> PrintedDocument:
    """Each number of a PDF; the numbers of its pages and chapters count as known."""
    if find_spec("pypdfium2") is None:
        return PrintedDocument(path.name, 0, (), "not read: install pypdfium2")
    import pypdfium2  # type: ignore[import-untyped]

    document = pypdfium2.PdfDocument(path)
    try:
        texts = [page.get_textpage().get_text_range() for page in document]
        chapters = sum(1 for _ in document.get_toc())
    finally:
        document.close()
    places = range(1, max(len(texts), chapters) + 1)
    return look_up_numbers(
        path.name, texts, [*known, KnownNumbers(known[0].languages, set(map(float, places)))]
    )

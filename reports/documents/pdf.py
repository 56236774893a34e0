"""A report as a PDF, set by Typst with the template of its kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from typst import TypstError

from reports.chapters.elements import COUNT, SCORE, SHARE, Chapter, KeyFigure, Picture, Table
from reports.documents.cell_texts import cut, written
from reports.documents.question_wording import wording
from reports.documents.reading_guide import reading
from reports.documents.table_bars import barred, blocks
from reports.documents.typesetting import compiled
from reports.localizer import Words, later
from reports.report_content import Content
from reports.request import Kind

#: Accessible (PDF/UA) and fit to be kept for good (PDF/A): tagged, titled, fonts inside.
STANDARDS = ["ua-1", "a-2a"]
#: What the two pages of a week have of the method.
IN_SHORT = (later("Who was asked"), later("Counted"), later("Hidden cells"), later("Limits"))
#: The summary has two sentences of each chapter, with more chapters than these one.
FEW = 6
#: Longer names end in an ellipsis where there is a narrow place for them.
NAME = 70
#: What stands on the first of these pages; the rest stands on the second.
FIRST = ("news", "fieldwork")
#: How much of a chapter there is room for: findings, bars in each of two blocks, pictures.
FINDINGS, BARS = 4, 7
PICTURES = {"fieldwork": 2}


def pdf(contents: Sequence[Content]) -> bytes:
    """The document, in as many languages as there are contents.

    Some letters that people may write cannot be set as the standards want them. Then there is a
    document that is like all others, and does not claim to hold to them.
    """
    order = contents[0].order
    data = [report(content) for content in contents]
    made = partial(compiled, f"{order.kind}.typ", data, "pdf", order.made_at)
    try:
        return made(standards=STANDARDS)
    except TypstError:
        return made()


def report(content: Content) -> dict[str, Any]:
    """What the template asks for."""
    words, is_short = content.words, content.order.kind == Kind.WEEKLY
    return {
        "language": words.language,
        "title": content.title,
        "period": content.period,
        "secretariat": content.order.secretariat,
        "facts": content.facts,
        "statement": content.statement,
        "key_figures": [figure(found) for found in key_figures(content)],
        "lead": content.lead,
        "lead_title": next((c.title for c in content.chapters if c.findings == content.lead), ""),
        "summary": list(summary(content)),
        "chapters": [] if is_short else [chapter(found, words) for found in content.chapters],
        "first": [short(c, words) for c in content.chapters if c.key in FIRST],
        "second": [short(c, words) for c in content.chapters if c.key not in FIRST],
        "method": list(method(content)),
        "wording": [] if is_short else list(wording(content)),
        "reading": list(reading(content)),
        "nothing": content.nothing,
        "labels": labels(words),
    }


def key_figures(content: Content) -> Iterator[KeyFigure]:
    """Those of all chapters but the one that stands before everything else in full."""
    for found in content.chapters:
        if found.findings != content.lead:
            yield from found.key_figures


def figure(found: KeyFigure) -> dict[str, Any]:
    return vars(found) | {"label": cut(found.label, NAME), "value": cut(found.value, NAME)}


def labels(words: Words) -> dict[str, str]:
    return {
        "glance": words("At a glance"),
        "hidden": words("too few answers"),
        "contents": words("Contents"),
        "method": words("Method and limits"),
        "reading": words("How to read the figures"),
        "wording": words("The wording of every question"),
        "as_before": words("Where no choices stand, they are those of the question before."),
        "figure": words("Figure"),
        "table": words("Table"),
        "page": words("Page"),
    }


def summary(content: Content) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What each chapter says first."""
    told = [c for c in content.chapters if not c.is_bare and c.findings != content.lead]
    for found in told:
        if found.findings:
            yield found.title, found.findings[: 2 if len(told) <= FEW else 1]


def method(content: Content) -> Iterator[tuple[str, str]]:
    """How the figures came about; of a week, what must be said."""
    wanted = [content.words(name) for name in IN_SHORT]
    for name, told in content.method:
        if content.order.kind != Kind.WEEKLY or name in wanted:
            yield cut(name, NAME), told


def short(found: Chapter, words: Words) -> dict[str, Any]:
    """A chapter as far as there is room for it in a week: few findings, one picture or bars."""
    bars, table = [], barred(found)
    if table is not None and len(table.plotted) == 1:
        bars = list(blocks(table, words, BARS))[:2]
    pictures = () if bars else found.pictures[: PICTURES.get(found.key, 1)]
    return {
        "title": found.title,
        "findings": found.findings[:FINDINGS],
        "pictures": [drawing(picture) for picture in pictures],
        "bars": bars,
    }


def chapter(found: Chapter, words: Words) -> dict[str, Any]:
    return {
        "key": found.key,
        "title": found.title,
        "findings": found.findings,
        "notes": found.notes,
        "pictures": [drawing(picture) for picture in found.pictures],
        "tables": [table(t, words) for t in found.tables if t.printed and len(t.frame)],
    }


def drawing(picture: Picture) -> dict[str, str]:
    return {"caption": picture.caption, "alt": picture.alt, "svg": picture.svg.decode()}


def table(found: Table, words: Words) -> dict[str, Any]:
    return {
        "title": titled(found, words),
        "heads": [column.label for column in found.on_paper],
        "numbers": [column.kind in (COUNT, SHARE, SCORE) for column in found.on_paper],
        "rows": list(written(found, words)),
    }


def titled(found: Table, words: Words) -> str:
    """The title of a table; where only its first rows are printed, how many there are."""
    if found.printed >= len(found.frame):
        return found.title
    return words(
        "{title} ({shown} of {all} rows, all of them in the workbook)",
        title=found.title,
        shown=words.count(found.printed),
        all=words.count(len(found.frame)),
    )

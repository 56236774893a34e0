"""A report as a PDF, set by Typst with the template of its kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from typst import TypstError

from reports.chapters.elements import COUNT, SCORE, SHARE, Chapter, KeyFigure, Picture, ReportTable
from reports.documents.cell_texts import format_printed_rows, shorten_text
from reports.documents.fonts import LEFT_OUT_MARK, has_letters_left_out
from reports.documents.question_wording import build_wording
from reports.documents.reading_guide import list_meanings
from reports.documents.table_bars import build_bar_blocks, find_barred_table
from reports.documents.typesetting import compile_template
from reports.localizer import Localizer, gettext_noop
from reports.report_content import ReportContent
from reports.report_kinds import get_definition

#: Accessible (PDF/UA) and fit to be kept for good (PDF/A): tagged, titled, fonts inside.
PDF_STANDARDS = ["ua-1", "a-2a"]
#: What the two pages of a week have of the method.
SHORT_METHOD_POINTS = (
    gettext_noop("Who was asked"),
    gettext_noop("Counted"),
    gettext_noop("Hidden cells"),
    gettext_noop("Limits"),
)
#: The summary has two sentences of each chapter, with more chapters than these one.
FEW_CHAPTERS = 6
#: Longer names end in an ellipsis where there is a narrow place for them.
LONGEST_LABEL = 70
#: What stands on the first of these pages; the rest stands on the second.
FIRST_PAGE_CHAPTERS = ("news", "fieldwork")
#: How much of a chapter there is room for: findings, bars in each of two blocks, pictures.
MOST_FINDINGS, MOST_BARS = 4, 7
MOST_PICTURES = {"fieldwork": 2}


def render_pdf(contents: Sequence[ReportContent]) -> bytes:
    """The document, in as many languages as there are contents.

    Some letters that people may write cannot be set as the standards want them. Then there is a
    document that is like all others, and does not claim to hold to them.
    """
    order = contents[0].request
    data = [note_letters_left_out(build_template_data(c), c.words) for c in contents]
    compile_pdf = partial(compile_template, f"{order.kind}.typ", data, "pdf", order.made_at)
    try:
        return compile_pdf(standards=PDF_STANDARDS)
    except TypstError:
        return compile_pdf()


def build_template_data(content: ReportContent) -> dict[str, Any]:
    """What the template asks for."""
    words, is_brief = content.words, get_definition(content.request.kind).is_brief
    return {
        "language": words.language,
        "title": content.title,
        "period": content.period,
        "secretariat": content.request.secretariat,
        "facts": content.facts,
        "statement": content.statement,
        "key_figures": [build_figure_data(found) for found in list_figures_beside_lead(content)],
        "warnings": [vars(warning) for warning in content.warnings],
        "lead": content.lead_findings,
        "lead_title": next(
            (c.title for c in content.chapters if c.findings == content.lead_findings), ""
        ),
        "summary": list(summarize_chapters(content)),
        "chapters": []
        if is_brief
        else [build_chapter_data(found, words) for found in content.chapters],
        "first": [
            build_short_chapter_data(c, words)
            for c in content.chapters
            if c.key in FIRST_PAGE_CHAPTERS
        ],
        "second": [
            build_short_chapter_data(c, words)
            for c in content.chapters
            if c.key not in FIRST_PAGE_CHAPTERS
        ],
        "method": list(select_method_points(content)),
        "wording": [] if is_brief else list(build_wording(content)),
        "reading": list(list_meanings(content)),
        "nothing": content.empty_note,
        "labels": build_template_labels(words),
    }


def note_letters_left_out(data: dict[str, Any], words: Localizer) -> dict[str, Any]:
    """The data with a point of the method on letters that cannot be set, if there are any."""
    if not has_letters_left_out(data):
        return data
    note = words(
        "{mark} stands for letters of a script that this document cannot show. The workbook has "
        "them.",
        mark=LEFT_OUT_MARK,
    )
    return data | {"method": [*data["method"], (words("Letters left out"), note)]}


def list_figures_beside_lead(content: ReportContent) -> Iterator[KeyFigure]:
    """Those of all chapters but the one that stands before everything else in full."""
    for found in content.chapters:
        if found.findings != content.lead_findings:
            yield from found.key_figures


def build_figure_data(found: KeyFigure) -> dict[str, Any]:
    return vars(found) | {
        "label": shorten_text(found.label, LONGEST_LABEL),
        "value": shorten_text(found.value, LONGEST_LABEL),
    }


def build_template_labels(words: Localizer) -> dict[str, str]:
    return {
        "glance": words("At a glance"),
        "warnings": words("Before you use these figures"),
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


def summarize_chapters(content: ReportContent) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What each chapter says first."""
    summarized = [
        c for c in content.chapters if not c.is_bare and c.findings != content.lead_findings
    ]
    sentences = 2 if len(summarized) <= FEW_CHAPTERS else 1
    for chapter in summarized:
        if chapter.findings:
            yield chapter.title, chapter.findings[:sentences]


def select_method_points(content: ReportContent) -> Iterator[tuple[str, str]]:
    """How the figures came about; of a week, what must be said."""
    is_brief = get_definition(content.request.kind).is_brief
    wanted = [content.words(name) for name in SHORT_METHOD_POINTS]
    for name, text in content.method:
        if not is_brief or name in wanted:
            yield shorten_text(name, LONGEST_LABEL), text


def build_short_chapter_data(found: Chapter, words: Localizer) -> dict[str, Any]:
    """A chapter as far as there is room for it in a week: few findings, one picture or bars."""
    bars, table = [], find_barred_table(found)
    if table is not None and len(table.plotted) == 1:
        bars = list(build_bar_blocks(table, words, MOST_BARS))[:2]
    pictures = () if bars else found.pictures[: MOST_PICTURES.get(found.key, 1)]
    is_first = found.key in FIRST_PAGE_CHAPTERS
    return {
        "title": found.title,
        # The first page has all: it is set as small as it takes. Its warnings stand above.
        "findings": found.findings if is_first else found.told_findings[:MOST_FINDINGS],
        "pictures": [build_picture_data(picture) for picture in pictures],
        "bars": bars,
    }


def build_chapter_data(found: Chapter, words: Localizer) -> dict[str, Any]:
    return {
        "key": found.key,
        "title": found.title,
        "findings": found.told_findings,
        "notes": found.notes,
        "pictures": [build_picture_data(picture) for picture in found.pictures],
        "tables": [
            build_table_data(t, words) for t in found.tables if t.printed_rows and len(t.frame)
        ],
    }


def build_picture_data(picture: Picture) -> dict[str, str]:
    return {"caption": picture.caption, "alt": picture.alt, "svg": picture.svg.decode()}


def build_table_data(found: ReportTable, words: Localizer) -> dict[str, Any]:
    return {
        "title": format_table_title(found, words),
        "heads": [column.label for column in found.printed_columns],
        "numbers": [column.kind in (COUNT, SHARE, SCORE) for column in found.printed_columns],
        "rows": list(format_printed_rows(found, words)),
    }


def format_table_title(found: ReportTable, words: Localizer) -> str:
    """The title of a table; where only its first rows are printed, how many there are."""
    if found.printed_rows >= len(found.frame):
        return found.title
    return words(
        "{title} ({shown} of {all} rows, all of them in the workbook)",
        title=found.title,
        shown=words.format_count(found.printed_rows),
        all=words.format_count(len(found.frame)),
    )

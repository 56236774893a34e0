"""The brief as a PDF, set by Typst."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typst

from reports.brief import Brief
from reports.chapters.chapter import COUNT, SCORE, SHARE, Chapter, Table
from reports.charts.style import FALLBACK_FONTS, FONTS
from reports.documents.cells import written
from reports.words import Words

TEMPLATE = Path(__file__).with_name("report.typ")


def pdf(brief: Brief) -> bytes:
    """The document. Texts reach the template as data and are never read as markup."""
    return compiled(brief, "pdf")


def compiled(brief: Brief, form: Any) -> bytes:
    """In any form that Typst writes a single file of."""
    made = typst.compile(
        str(TEMPLATE),
        font_paths=[str(FONTS), str(FALLBACK_FONTS)],
        ignore_system_fonts=True,
        format=form,
        sys_inputs={"brief": json.dumps(data(brief))},
        timestamp=int(brief.order.made_at.timestamp()),
    )
    return made if isinstance(made, bytes) else made[0]


def data(brief: Brief) -> dict[str, Any]:
    """What the template asks for."""
    words = brief.words
    return {
        "language": words.language,
        "title": brief.title,
        "period": brief.period,
        "secretariat": brief.order.secretariat,
        "facts": brief.facts,
        "statement": brief.statement,
        "key_figures": [vars(figure) for figure in brief.key_figures],
        "chapters": [chapter_data(chapter, words) for chapter in brief.chapters],
        "method": brief.method,
        "labels": {
            "key_figures": words("At a glance"),
            "nobody": words("Nobody has completed an interview yet."),
            "contents": words("Contents"),
            "method": words("Method and limits"),
            "figure": words("Figure"),
            "table": words("Table"),
            "page": words("Page"),
        },
    }


def chapter_data(chapter: Chapter, words: Words) -> dict[str, Any]:
    return {
        "title": chapter.title,
        "findings": chapter.findings,
        "notes": chapter.notes,
        "pictures": [
            {"caption": p.caption, "alt": p.alt, "svg": p.svg.decode()} for p in chapter.pictures
        ],
        "tables": [table_data(t, words) for t in chapter.tables if t.printed and len(t.frame)],
    }


def table_data(table: Table, words: Words) -> dict[str, Any]:
    return {
        "title": table.title,
        "heads": [column.label for column in table.on_paper],
        "numbers": [column.kind in (COUNT, SHARE, SCORE) for column in table.on_paper],
        "rows": list(written(table, words)),
    }

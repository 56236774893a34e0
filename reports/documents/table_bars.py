"""Tables as bars that a template draws, in letters as large as its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from reports.chapters.elements import BARS, COUNT, SHARE, Chapter, ReportTable
from reports.charts.style import STRENGTH_COLOURS
from reports.documents.cell_texts import shorten_text
from reports.localizer import Localizer

#: Longer labels end in an ellipsis.
BAR_LABEL_LENGTH = 50


def find_barred_table(chapter: Chapter) -> ReportTable | None:
    """The first table of a chapter that can be drawn as bars, and is not all hidden."""
    return next(filter(can_be_barred, chapter.tables), None)


def can_be_barred(table: ReportTable) -> bool:
    drawn = [column for column in table.columns if column.key in table.plotted]
    kinds = {column.kind for column in drawn}
    if table.chart_kind != BARS or table.across or kinds not in ({SHARE}, {COUNT}):
        return False
    if kinds == {COUNT} and len(drawn) > 1:
        return False
    return bool(table.first_block[list(table.plotted)].notna().any(axis=None))


def build_bar_blocks(table: ReportTable, words: Localizer, most: int) -> Iterator[dict[str, Any]]:
    """The bars of each block of the table: at most so many."""
    labels = {column.key: column.label for column in table.columns}
    is_single = len(table.plotted) == 1
    for name, block in table.blocks:
        rows = [build_bar(record, table, words) for record in block.head(most).to_dict("records")]
        yield {
            "title": name or labels[table.plotted[0]],
            "legend": [] if is_single else [labels[key] for key in table.plotted],
            "colours": STRENGTH_COLOURS[-1:] if is_single else STRENGTH_COLOURS,
            "rows": rows,
            "most": find_largest_share(rows) if is_single else 1,
        }


def find_largest_share(rows: list[dict[str, Any]]) -> float:
    return max((bar["share"] for row in rows for bar in row["shares"]), default=0) or 1


def build_bar(record: dict[Any, Any], table: ReportTable, words: Localizer) -> dict[str, Any]:
    """One bar; without any parts where they are hidden."""
    kinds = {column.key: column.kind for column in table.columns}
    say = words.format_share if kinds[table.plotted[0]] == SHARE else words.format_count
    parts, n = [record[key] for key in table.plotted], record.get("n")
    is_known = not any(map(pd.isna, parts))
    return {
        "label": shorten_text(str(record[table.against]), BAR_LABEL_LENGTH),
        "aside": words("n = {n}", n=words.format_count(n)) if is_known and not pd.isna(n) else "",
        "shares": [{"share": float(x), "written": say(x)} for x in parts] if is_known else [],
    }

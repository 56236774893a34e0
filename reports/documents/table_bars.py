"""Tables as bars that a template draws, in letters as large as its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from reports.chapters.elements import BARS, COUNT, SHARE, Chapter, Table
from reports.charts.style import STRENGTH
from reports.documents.cell_texts import cut
from reports.localizer import Words

#: Longer labels end in an ellipsis.
LABEL = 50


def barred(chapter: Chapter) -> Table | None:
    """The first table of a chapter that can be drawn as bars, and is not all hidden."""
    return next(filter(is_barred, chapter.tables), None)


def is_barred(table: Table) -> bool:
    drawn = [column for column in table.columns if column.key in table.plotted]
    kinds = {column.kind for column in drawn}
    if table.drawn != BARS or table.across or kinds not in ({SHARE}, {COUNT}):
        return False
    if kinds == {COUNT} and len(drawn) > 1:
        return False
    return bool(table.block[list(table.plotted)].notna().any(axis=None))


def blocks(table: Table, words: Words, most: int) -> Iterator[dict[str, Any]]:
    """The bars of each block of the table: at most so many."""
    labels = {column.key: column.label for column in table.columns}
    is_single = len(table.plotted) == 1
    for name, block in table.blocks:
        rows = [row(record, table, words) for record in block.head(most).to_dict("records")]
        yield {
            "title": name or labels[table.plotted[0]],
            "legend": [] if is_single else [labels[key] for key in table.plotted],
            "colours": STRENGTH[-1:] if is_single else STRENGTH,
            "rows": rows,
            "most": largest(rows) if is_single else 1,
        }


def largest(rows: list[dict[str, Any]]) -> float:
    return max((bar["share"] for row in rows for bar in row["shares"]), default=0) or 1


def row(record: dict[Any, Any], table: Table, words: Words) -> dict[str, Any]:
    """One bar; without any parts where they are hidden."""
    kinds = {column.key: column.kind for column in table.columns}
    say = words.percent if kinds[table.plotted[0]] == SHARE else words.count
    parts, n = [record[key] for key in table.plotted], record.get("n")
    is_known = not any(map(pd.isna, parts))
    return {
        "label": cut(str(record[table.against]), LABEL),
        "aside": words("n = {n}", n=words.count(n)) if is_known and not pd.isna(n) else "",
        "shares": [{"share": float(x), "written": say(x)} for x in parts] if is_known else [],
    }

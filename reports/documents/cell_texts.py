"""How a table's values are written where there is no number format: in the PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pandas as pd

from reports.chapters.elements import COUNT, DAY, SCORE, SHARE, TEXT, ReportTable
from reports.localizer import Localizer


def shorten_text(text: str, length: int) -> str:
    """A text in one line of at most ``length`` letters, with an ellipsis if it was longer."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1].rstrip()}…"


def format_printed_rows(table: ReportTable, words: Localizer) -> Iterator[list[str]]:
    """The rows that are to be printed, as texts; a dash for what is hidden or not there."""
    writers: Mapping[str, Callable[[Any], str]] = {
        COUNT: words.format_count,
        SHARE: words.format_share,
        SCORE: words.format_score,
        TEXT: str,
        DAY: words.format_day,
    }
    for row in table.frame.head(table.printed_rows).to_dict("records"):
        yield [
            "–" if pd.isna(row[column.key]) else writers[column.kind](row[column.key])
            for column in table.printed_columns
        ]

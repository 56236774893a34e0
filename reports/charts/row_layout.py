"""Rows in groups under headings, as several drawings have them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from matplotlib.axes import Axes

from reports.charts import style
from reports.charts.bar_charts import HEADING_HEIGHT, write_label

Row = TypeVar("Row")
#: Groups of rows, each with its heading; an empty heading takes no room.
RowGroups = Sequence[tuple[str, Sequence[Row]]]


def flatten_rows(groups: RowGroups[Row]) -> list[Row]:
    """All rows, without their groups."""
    return [row for _, rows in groups for row in rows]


def compute_rows_height(groups: RowGroups[Row], tall: float) -> float:
    """The room for all rows, each ``tall`` cm, and the headings."""
    headings = sum(HEADING_HEIGHT for heading, _ in groups if heading)
    return len(flatten_rows(groups)) * tall + headings


def lay_out_rows(axes: Axes, groups: RowGroups[Row], tall: float) -> Iterator[tuple[float, Row]]:
    """Each row with its middle, downwards from 0. Headings are written to the left of 0."""
    y = 0.0
    for heading, rows in groups:
        if heading:
            write_label(
                axes, 0, y + HEADING_HEIGHT * 0.6, style.fit_label(heading, 32), weight="bold"
            )
            y += HEADING_HEIGHT
        for row in rows:
            yield y + tall / 2, row
            y += tall

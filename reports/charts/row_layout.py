"""Rows in groups under headings, as several drawings have them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from matplotlib.axes import Axes

from reports.charts import style
from reports.charts.bar_charts import HEADING, write_label

Row = TypeVar("Row")
#: Groups of rows, each with its heading; an empty heading takes no room.
Groups = Sequence[tuple[str, Sequence[Row]]]


def every(groups: Groups[Row]) -> list[Row]:
    """All rows, without their groups."""
    return [row for _, rows in groups for row in rows]


def height(groups: Groups[Row], tall: float) -> float:
    """The room for all rows, each ``tall`` cm, and the headings."""
    headings = sum(HEADING for heading, _ in groups if heading)
    return len(every(groups)) * tall + headings


def laid(axes: Axes, groups: Groups[Row], tall: float) -> Iterator[tuple[float, Row]]:
    """Each row with its middle, downwards from 0. Headings are written to the left of 0."""
    y = 0.0
    for heading, rows in groups:
        if heading:
            write_label(axes, 0, y + HEADING * 0.6, style.fit(heading, 32), weight="bold")
            y += HEADING
        for row in rows:
            yield y + tall / 2, row
            y += tall

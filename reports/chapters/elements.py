"""What a chapter is made of. Every document takes its figures from here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

#: What a column holds: decides how its numbers are written.
COUNT, SHARE, SCORE, TEXT, DAY = "count", "share", "score", "text", "day"
#: How a worksheet draws a table: bars on their side, columns side by side, or points.
BARS, COLUMNS, POINTS = "bars", "columns", "points"


@dataclass(frozen=True)
class TableColumn:
    """A column of a table: its name in the frame, its heading, what it holds.

    ``printed`` says whether the PDF has it too, where it has the table. ``signed`` says whether a
    worksheet shows the sign of its whole numbers, as of differences.
    """

    key: str
    label: str
    kind: str = TEXT
    printed: bool = True
    signed: bool = False


@dataclass(frozen=True)
class ReportTable:
    """A tidy frame with readable columns. A missing number was hidden, or there is none.

    ``key`` is unique in the report and names the worksheet. ``printed_rows`` is how many of its
    rows the PDF has too; of 0 it has no such table.

    ``plotted`` are the columns that a worksheet draws, as ``chart_kind`` says: several bars are
    stacked; of points the first column goes to the right and the second up. ``against`` names each
    bar, column or point. With ``across`` the single plotted column is laid out as a coloured
    matrix of ``against`` and ``across``, darker where worse: where the number is higher, but under
    ``qualities`` where it is lower.
    """

    key: str
    title: str
    columns: tuple[TableColumn, ...]
    frame: pd.DataFrame
    printed_rows: int = 0
    plotted: tuple[str, ...] = ()
    against: str = ""
    chart_kind: str = BARS
    across: str = ""
    qualities: tuple[str, ...] = ()

    @classmethod
    def from_rows(
        cls,
        key: str,
        title: str,
        columns: tuple[TableColumn, ...],
        rows: Iterable[Mapping[str, object]],
        *,
        printed_rows: int = 0,
        plotted: tuple[str, ...] = (),
        against: str = "",
        chart_kind: str = BARS,
        across: str = "",
        qualities: tuple[str, ...] = (),
    ) -> ReportTable:
        """A table of rows, by the columns' keys; what a row lacks is missing."""
        frame = pd.DataFrame(list(rows), columns=[column.key for column in columns])
        return cls(
            key,
            title,
            columns,
            frame,
            printed_rows=printed_rows,
            plotted=plotted,
            against=against,
            chart_kind=chart_kind,
            across=across,
            qualities=qualities,
        )

    @property
    def blocks(self) -> list[tuple[str, pd.DataFrame]]:
        """What charts draw one by one: the rows that the first column calls the same, so called."""
        first = self.columns[0].key
        if self.against == first:
            return [("", self.frame)]
        return [(str(name), rows) for name, rows in self.frame.groupby(first, sort=False)]

    @property
    def first_block(self) -> pd.DataFrame:
        """The rows of the first block, or all where there is no block."""
        return next((rows for _, rows in self.blocks), self.frame)

    @property
    def printed_columns(self) -> tuple[TableColumn, ...]:
        """The columns that the PDF has."""
        return tuple(column for column in self.columns if column.printed)


@dataclass(frozen=True)
class Picture:
    """A chart with what it shows (``caption``) and what it says to who cannot see it (``alt``).

    ``draw`` makes the SVG. It is drawn only where it is shown: a week shows few.
    """

    caption: str
    alt: str
    draw: Callable[[], bytes]

    @cached_property
    def svg(self) -> bytes:
        """The chart as SVG, drawn once."""
        return self.draw()


@dataclass(frozen=True)
class KeyFigure:
    """One line of the summary; ``number`` where the value is a bare count."""

    label: str
    value: str
    detail: str = ""
    number: int | None = None


@dataclass(frozen=True)
class ChapterWarning:
    """What must be known before any figure is used; ``brief`` says it where there is little room.

    Warnings stand before everything else: in the message, on the first page, in their chapter.
    """

    text: str
    brief: str


@dataclass(frozen=True)
class Chapter:
    """A part of the report in its language."""

    key: str
    title: str
    findings: tuple[str, ...] = ()
    warnings: tuple[ChapterWarning, ...] = ()
    key_figures: tuple[KeyFigure, ...] = ()
    pictures: tuple[Picture, ...] = ()
    tables: tuple[ReportTable, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def told_findings(self) -> tuple[str, ...]:
        """All that it says in sentences, the warnings first."""
        return (*(warning.text for warning in self.warnings), *self.findings)

    @property
    def is_bare(self) -> bool:
        """Whether it has nothing to show, and can only say why."""
        return not self.pictures and not any(len(table.frame) for table in self.tables)

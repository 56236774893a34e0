"""What a chapter is made of. Every document takes its figures from here."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

#: What a column holds: decides how its numbers are written.
COUNT, SHARE, SCORE, TEXT, DAY = "count", "share", "score", "text", "day"


@dataclass(frozen=True)
class Column:
    """A column of a table: its name in the frame, its heading, what it holds.

    ``printed`` says whether the PDF has it too, where it has the table.
    """

    key: str
    label: str
    kind: str = TEXT
    printed: bool = True


@dataclass(frozen=True)
class Table:
    """A tidy frame with readable columns. A missing number was hidden, or there is none.

    ``key`` is unique in the report and names the worksheet. ``printed`` is how many of its rows
    the PDF has too. ``plotted`` are share columns that a worksheet draws, stacked, against the
    column ``against``.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame
    printed: int = 0
    plotted: tuple[str, ...] = ()
    against: str = ""

    @property
    def on_paper(self) -> tuple[Column, ...]:
        """The columns that the PDF has."""
        return tuple(column for column in self.columns if column.printed)


@dataclass(frozen=True)
class Picture:
    """A chart with what it shows (``caption``) and what it says to who cannot see it (``alt``)."""

    caption: str
    alt: str
    svg: bytes


@dataclass(frozen=True)
class KeyFigure:
    """One line of the summary; ``number`` where the value is a bare count."""

    label: str
    value: str
    detail: str = ""
    number: int | None = None


@dataclass(frozen=True)
class Chapter:
    """A part of the report in its language."""

    key: str
    title: str
    findings: tuple[str, ...] = ()
    key_figures: tuple[KeyFigure, ...] = ()
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()

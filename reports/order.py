"""What is ordered, and what is handed over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Layout(StrEnum):
    """How exported answers lie: a row an answer, or a column a question as others have it."""

    ROWS = "rows"
    CENTRAL = "central"
    KOBO = "kobo"


@dataclass(frozen=True)
class Order:
    """One report to make. All times are aware.

    The period from ``start`` (counted in) to ``end`` (not counted in) says what is new; the figures
    are of everything until ``end``. Counts of people from 1 up to ``minimum_cell`` - 1 are hidden
    wherever they describe who somebody is or where they live, and so is every result that fewer
    than ``minimum_cell`` people stand behind; 3 is the least that protects anybody.
    """

    kind: str
    start: datetime
    end: datetime
    language: str
    made_at: datetime
    late: bool
    timezone: str
    database_url: str
    city: str
    secretariat: str
    minimum_cell: int


@dataclass(frozen=True)
class File:
    """A finished document."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True)
class Report:
    """``message`` is Telegram HTML under 900 characters; ``files`` are the PDF and the workbook."""

    message: str
    files: tuple[File, ...]

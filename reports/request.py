"""What is ordered, what is handed over, and why there is nothing to hand over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ExportLayout(StrEnum):
    """How exported answers lie: a row an answer, or a column a question as others have it."""

    ROWS = "rows"
    CENTRAL = "central"
    KOBO = "kobo"


class DataFormat(StrEnum):
    """The files that exported answers lie in: text, columns for programs, SPSS."""

    CSV = "csv"
    PARQUET = "parquet"
    SAV = "sav"


class ReportKind(StrEnum):
    """What a report is for: a week, a wave, a workshop, or everything.

    ``pra`` is the Preliminary Resilience Assessment.
    """

    WEEKLY = "weekly"
    WAVE = "wave"
    WORKSHOP = "workshop"
    PRA = "pra"


class ReportFormat(StrEnum):
    """The files of a report that can be asked for; the message always comes.

    Each is called by the ending of its file. A chat gets them in the order in which it asks.
    """

    PDF = "pdf"
    XLSX = "xlsx"
    PNG = "png"


#: Between two languages that one document is in, as in ``id+en``.
LANGUAGE_SEPARATOR = "+"


class ReportRequestError(ValueError):
    """A report that cannot be made as it was ordered."""


@dataclass(frozen=True)
class ReportRequest:
    """One report to make. All times are aware.

    The period from ``start`` (counted in) to ``end`` (not counted in) says what is new; the figures
    are of everything until ``end``. Counts of people from 1 up to ``minimum_cell`` - 1 are hidden
    wherever they describe who somebody is or where they live, and so is every result that fewer
    than ``minimum_cell`` people stand behind; 3 is the least that protects anybody.

    ``city_file`` is the path of the city file: emergency numbers, levels, packs of redaction.
    ``language`` is one, or two joined by ``+``. ``scope`` is the id of the wave or the workshop
    that the report is about, or empty for all. ``population`` is the path of a CSV file with the
    margins that answers are weighted to, ``boundaries`` that of a GeoJSON file with the districts,
    ``candidates`` that of the TOML file with what could become a discovery area, ``themes`` that of
    the CSV file with the words by which open answers are grouped; empty where there is none.
    ``links`` are the words in links by which people may be said to have come. Totals change every
    ``release_weeks`` weeks at most, and how they are broken down every ``breakdown_weeks``;
    that is kept at ``release_url``, where ``database_url`` names a copy that is only read.
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
    city_file: str
    scope: str = ""
    formats: tuple[str, ...] = tuple(ReportFormat)
    population: str = ""
    boundaries: str = ""
    candidates: str = ""
    themes: str = ""
    release_weeks: int = 1
    breakdown_weeks: int = 4
    release_url: str = ""
    links: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReportFile:
    """A finished document."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True)
class Report:
    """``message`` is Telegram HTML under 900 characters; ``files`` are the formats asked for."""

    message: str
    files: tuple[ReportFile, ...]


#: What helps where the fault is ours.
RETRY_REMEDY = "it is tried again; if it fails every time, send this line to Suara's maintainers"


class ReportFailedError(Exception):
    """The report itself could not be made; the message says why, ``remedy`` what helps."""

    def __init__(self, why: str, remedy: str) -> None:
        super().__init__(why, remedy)
        self.why, self.remedy = why, remedy

    def __str__(self) -> str:
        return self.why

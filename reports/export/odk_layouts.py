"""The columns of answers as ODK Central and as KoBoToolbox name, order and fill them.

After what Central puts into ``submissions.csv.zip`` with all fields ever there and select_multiple
split, and what KoBoToolbox exports as "XML values and headers" of all versions, with groups.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from reports.export.export_tables import POINT, SEVERAL, Field, Table
from reports.export.submissions import Place, Submission

KOBO_POINT = ("latitude", "longitude", "altitude", "precision")
CENTRAL_POINT = ("Latitude", "Longitude", "Altitude", "Accuracy")
CENTRAL = (
    "KEY",
    "SubmitterID",
    "SubmitterName",
    "AttachmentsPresent",
    "AttachmentsExpected",
    "Status",
    "ReviewState",
    "DeviceID",
    "Edits",
    "FormVersion",
)
KOBO = (
    "_id",
    "_uuid",
    "_submission_time",
    "_validation_status",
    "_notes",
    "_status",
    "_submitted_by",
    "__version__",
    "_tags",
)
#: So many bits of a number survive in R and in spreadsheets that know doubles only.
EXACT_BITS = 53


class Sheets(Protocol):
    """Lays out the tables of one questionnaire."""

    dialect: Mapping[str, Any]

    def head(self, table: Table) -> list[str]:
        """The names of a table's columns."""

    def row(self, table: Table, place: Place, submission: Submission) -> list[Any]:
        """What stands in them. Rows are asked for in their order, what is around a row before."""


class Central:
    """As ODK Central: groups joined with ``-``, repeats tied to what is around by PARENT_KEY."""

    dialect: Mapping[str, Any] = {}

    def head(self, table: Table) -> list[str]:
        columns = [name for field in table.fields for name in self.columns(table, field)]
        if table.parent:
            return [*columns, "PARENT_KEY", "KEY"]
        return ["SubmissionDate", *columns, *CENTRAL]

    def columns(self, table: Table, field: Field) -> Iterator[str]:
        name = field.path.removeprefix(f"{table.path}/").replace("/", "-")
        if field.kind == POINT:
            yield from (f"{name}-{part}" for part in CENTRAL_POINT)
        else:
            yield name
            yield from (f"{name}/{choice}" for choice in field.choices)

    def row(self, table: Table, place: Place, submission: Submission) -> list[Any]:
        values = submission.rows[table.path, place]
        cells = [cell for field in table.fields for cell in self.cells(field, values)]
        key = submission.key(table.path, place)
        if place:
            around = submission.tables[table.path].parent
            return [*cells, submission.key(around, place[:-1]), key]
        files = (submission.fetched, submission.files)
        about = (key, submission.pseudonym, "", *files, "", "", "", submission.edits)
        return [universal(submission.sent_at), *cells, *about, submission.version]

    def cells(self, field: Field, values: Mapping[str, str]) -> Iterator[Any]:
        """Of choices that nobody was asked for 0 too."""
        value = values.get(field.path, "")
        if field.kind == POINT:
            yield from padded(value)
        else:
            yield value
            yield from ticks(field, value)


class Kobo:
    """As KoBoToolbox: groups joined with ``/``, repeats tied to what is around by ``_index``."""

    dialect: Mapping[str, Any] = {"delimiter": ";", "quoting": csv.QUOTE_ALL}

    def __init__(self, names: Mapping[str, str]) -> None:
        #: Path of a table -> what its file is called.
        self.names = names
        self.last: Counter[str] = Counter()
        #: The running numbers of the rows of one submission.
        self.index: dict[tuple[str, Place], int] = {}

    def head(self, table: Table) -> list[str]:
        columns = [name for field in shown(table) for name in self.columns(field)]
        if not table.parent:
            return [*columns, *KOBO, "_index"]
        about = (f"_submission_{name}" for name in KOBO)
        return [*columns, "_index", "_parent_table_name", "_parent_index", *about]

    def columns(self, field: Field) -> Iterator[str]:
        name = field.path.split("/", 2)[2]
        group, slash, own = name.rpartition("/")
        yield name
        if field.kind == POINT:
            yield from (f"{group}{slash}_{own}_{part}" for part in KOBO_POINT)
        yield from (f"{name}/{choice}" for choice in field.choices)

    def row(self, table: Table, place: Place, submission: Submission) -> list[Any]:
        values = submission.rows[table.path, place]
        cells = [cell for field in shown(table) for cell in self.cells(field, values)]
        about = self.about(submission)
        if not place:
            self.index.clear()
        self.last[table.path] += 1
        self.index[table.path, place] = index = self.last[table.path]
        if not place:
            return [*cells, *about, index]
        around = submission.tables[table.path].parent
        return [*cells, index, self.names[around], self.index[around, place[:-1]], *about]

    def about(self, submission: Submission) -> tuple[Any, ...]:
        time = submission.sent_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        sent = "submitted_via_web"
        who, version = submission.pseudonym, submission.version
        uuid = submission.uuid
        return (number(uuid), uuid, time, "", "", sent, who, version, "")

    def cells(self, field: Field, values: Mapping[str, str]) -> Iterator[Any]:
        """Of choices without an answer neither 0 nor 1."""
        value = values.get(field.path, "")
        yield value
        if field.kind == POINT:
            yield from padded(value)
        elif field.kind == SEVERAL:
            yield from ticks(field, value) if value else [""] * len(field.choices)


def shown(table: Table) -> Iterator[Field]:
    """What stands in the questionnaire's sheet: not what an XForm says of itself."""
    meta = f"/{table.path.split('/')[1]}/meta/"
    return (field for field in table.fields if not field.path.startswith(meta))


def padded(value: str) -> list[str]:
    """Latitude, longitude, altitude and accuracy, as far as they are known."""
    return [*value.split(), "", "", "", ""][:4]


def ticks(field: Field, value: str) -> Iterator[int]:
    """1 for each choice that was ticked, else 0."""
    ticked = set(value.split())
    return (int(choice in ticked) for choice in field.choices)


def universal(moment: datetime) -> str:
    """``2026-11-16T01:00:00.000Z``."""
    return (
        moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
    )


def number(uuid: UUID) -> int:
    """A whole number for a key."""
    return uuid.int >> (128 - EXACT_BITS)

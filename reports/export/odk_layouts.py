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

from reports.export.export_tables import ExportField, ExportTable
from reports.export.kind_exports import OdkColumns
from reports.export.submissions import InstancePlace, Submission

KOBO_POINT_COLUMNS = ("latitude", "longitude", "altitude", "precision")
CENTRAL_POINT_COLUMNS = ("Latitude", "Longitude", "Altitude", "Accuracy")
CENTRAL_COLUMNS = (
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
KOBO_COLUMNS = (
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
#: What a version offers that does not ask a question.
NOTHING: frozenset[str] = frozenset()
#: So many bits of a number survive in R and in spreadsheets that know doubles only.
EXACT_BITS = 53


class SheetLayout(Protocol):
    """Lays out the tables of one questionnaire."""

    dialect: Mapping[str, Any]

    def list_column_names(self, table: ExportTable) -> list[str]:
        """The names of a table's columns."""

    def build_row(
        self, table: ExportTable, place: InstancePlace, submission: Submission
    ) -> list[Any]:
        """What stands in them. Rows are asked for in their order, what is around a row before."""


class CentralLayout:
    """As ODK Central: groups joined with ``-``, repeats tied to what is around by PARENT_KEY."""

    dialect: Mapping[str, Any] = {}

    def list_column_names(self, table: ExportTable) -> list[str]:
        columns = [name for field in table.fields for name in self.name_field_columns(table, field)]
        if table.parent:
            return [*columns, "PARENT_KEY", "KEY"]
        return ["SubmissionDate", *columns, *CENTRAL_COLUMNS]

    def name_field_columns(self, table: ExportTable, field: ExportField) -> Iterator[str]:
        name = field.path.removeprefix(f"{table.path}/").replace("/", "-")
        if field.columns is OdkColumns.POINT:
            yield from (f"{name}-{part}" for part in CENTRAL_POINT_COLUMNS)
        else:
            yield name
            yield from (f"{name}/{choice}" for choice in field.choices)

    def build_row(
        self, table: ExportTable, place: InstancePlace, submission: Submission
    ) -> list[Any]:
        values, offered = submission.rows[table.path, place], submission.offered_choices
        cells = [
            cell
            for field in table.fields
            for cell in self.build_field_cells(field, values, offered.get(field.path, NOTHING))
        ]
        key = submission.build_key(table.path, place)
        if place:
            around = submission.tables[table.path].parent
            return [*cells, submission.build_key(around, place[:-1]), key]
        files = (submission.fetched_file_count, submission.file_count)
        about = (key, submission.pseudonym, "", *files, "", "", "", submission.edit_count)
        return [format_utc_time(submission.sent_at), *cells, *about, submission.version]

    def build_field_cells(
        self, field: ExportField, values: Mapping[str, str], offered: frozenset[str]
    ) -> Iterator[Any]:
        """Of choices that nobody was asked for 0 too, but nothing of those of other versions."""
        value = values.get(field.path, "")
        if field.columns is OdkColumns.POINT:
            yield from split_point(value)
        else:
            yield value
            yield from list_ticks(field, value, offered)


class KoboLayout:
    """As KoBoToolbox: groups joined with ``/``, repeats tied to what is around by ``_index``."""

    dialect: Mapping[str, Any] = {"delimiter": ";", "quoting": csv.QUOTE_ALL}

    def __init__(self, names: Mapping[str, str]) -> None:
        #: Path of a table -> what its file is called.
        self.names = names
        self.last: Counter[str] = Counter()
        #: The running numbers of the rows of one submission.
        self.index: dict[tuple[str, InstancePlace], int] = {}

    def list_column_names(self, table: ExportTable) -> list[str]:
        columns = [
            name for field in list_shown_fields(table) for name in self.name_field_columns(field)
        ]
        if not table.parent:
            return [*columns, *KOBO_COLUMNS, "_index"]
        about = (f"_submission_{name}" for name in KOBO_COLUMNS)
        return [*columns, "_index", "_parent_table_name", "_parent_index", *about]

    def name_field_columns(self, field: ExportField) -> Iterator[str]:
        name = field.path.split("/", 2)[2]
        group, slash, own = name.rpartition("/")
        yield name
        if field.columns is OdkColumns.POINT:
            yield from (f"{group}{slash}_{own}_{part}" for part in KOBO_POINT_COLUMNS)
        yield from (f"{name}/{choice}" for choice in field.choices)

    def build_row(
        self, table: ExportTable, place: InstancePlace, submission: Submission
    ) -> list[Any]:
        values, offered = submission.rows[table.path, place], submission.offered_choices
        cells = [
            cell
            for field in list_shown_fields(table)
            for cell in self.build_field_cells(field, values, offered.get(field.path, NOTHING))
        ]
        about = self.list_submission_cells(submission)
        if not place:
            self.index.clear()
        self.last[table.path] += 1
        self.index[table.path, place] = index = self.last[table.path]
        if not place:
            return [*cells, *about, index]
        around = submission.tables[table.path].parent
        return [*cells, index, self.names[around], self.index[around, place[:-1]], *about]

    def list_submission_cells(self, submission: Submission) -> tuple[Any, ...]:
        time = submission.sent_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        sent = "submitted_via_web"
        who, version = submission.pseudonym, submission.version
        uuid = submission.uuid
        return (derive_whole_number(uuid), uuid, time, "", "", sent, who, version, "")

    def build_field_cells(
        self, field: ExportField, values: Mapping[str, str], offered: frozenset[str]
    ) -> Iterator[Any]:
        """Of choices without an answer, and of those of other versions, neither 0 nor 1."""
        value = values.get(field.path, "")
        yield value
        if field.columns is OdkColumns.POINT:
            yield from split_point(value)
        elif field.columns is OdkColumns.CHOICES:
            yield from list_ticks(field, value, offered) if value else [""] * len(field.choices)


def list_shown_fields(table: ExportTable) -> Iterator[ExportField]:
    """What stands in the questionnaire's sheet: not what an XForm says of itself."""
    meta = f"/{table.path.split('/')[1]}/meta/"
    return (field for field in table.fields if not field.path.startswith(meta))


def split_point(value: str) -> list[str]:
    """Latitude, longitude, altitude and accuracy, as far as they are known."""
    return [*value.split(), "", "", "", ""][:4]


def list_ticks(field: ExportField, value: str, offered: frozenset[str]) -> Iterator[int | str]:
    """1 for each choice that was ticked, 0 for one that was not, '' for one that was not there.

    ``offered`` are the choices of the interview's own version.
    """
    ticked = set(value.split())
    for choice in field.choices:
        there = choice in offered or choice in ticked
        yield int(choice in ticked) if there else ""


def format_utc_time(moment: datetime) -> str:
    """``2026-11-16T01:00:00.000Z``."""
    return (
        moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
    )


def derive_whole_number(uuid: UUID) -> int:
    """A whole number for a key."""
    # KoBoToolbox has a running number here, which ours do not have; the first bits of the key are
    # as good as unique, and the same in each export.
    return uuid.int >> (128 - EXACT_BITS)

"""Interviews as rows, and how a question is written in a row of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import Connection, Select, case, select

from reports.export.submissions import derive_interview_uuid, stream_rows
from reports.reading.counted_interviews import MEASURE_COLUMNS, CountedInterviews
from reports.reading.disposition import (
    COMPLETE,
    PARTIAL,
    build_disposition,
    build_disposition_reason,
)
from reports.reading.frames import MICROSECONDS_PER_SECOND
from reports.reading.questionnaire_versions import read_version_names
from reports.reading.releases import ReleasedPeople
from survey.forms.model.questionnaire import Group
from survey.forms.model.xform_reader import read_xform
from survey.store.schema import interview, questionnaire, respondent, wave

#: Whether figures count an interview, since when, and which groupings do not have it in a row.
RELEASE_COLUMNS = ("released", "released_at", "not_broken_down")
INTERVIEW_COLUMNS = (
    "wave",
    "questionnaire",
    "version",
    "respondent",
    "role",
    "sector",
    "category",
    "language",
    "source",
    "disposition",
    "started_at",
    "last_at",
    "sent_at",
    "progress",
    "key",
    "disposition_why",
    "position",
    "duration",
    *MEASURE_COLUMNS,
    *RELEASE_COLUMNS,
)
#: Of interviews that no report counts.
NOT_MEASURED = ("",) * len(MEASURE_COLUMNS)


def list_interview_rows(
    connection: Connection, zone: ZoneInfo, now: datetime, counted: CountedInterviews
) -> Iterator[tuple[Any, ...]]:
    """The rows of ``interviews.csv``; ``key`` is what other layouts call the interview."""
    versions, measured = read_version_names(connection), MeasureReader(counted.measures)
    released = ReleaseReader(counted.released, zone)
    for row in stream_rows(connection, build_interviews_query(now)):
        yield (
            row.wave_id,
            row.questionnaire,
            versions[row.digest],
            row.pseudonym,
            row.role,
            row.sector,
            row.category,
            row.language,
            row.source,
            row.disposition,
            format_local_time(row.started_at, zone),
            format_local_time(row.last_at, zone),
            format_local_time(row.sent_at, zone),
            round(row.progress, 4),
            f"uuid:{derive_interview_uuid(row.id)}",
            row.disposition_why,
            spell_position(row.position),
            "" if row.duration is None else row.duration,
            *measured.read_cells(row.id),
            *released.read_cells(row.id, row.disposition),
        )


class MeasureReader:
    """Gives the cells of interviews that are asked for in the order of their ids, one by one."""

    def __init__(self, measures: pd.DataFrame) -> None:
        self.rows = measures.sort_index().itertuples(name=None)
        self.row = next(self.rows, None)

    def read_cells(self, interview_id: int) -> tuple[Any, ...]:
        """``MEASURE_COLUMNS`` of an interview; what is not known is empty."""
        while self.row is not None and self.row[0] < interview_id:
            self.row = next(self.rows, None)
        if self.row is None or self.row[0] != interview_id:
            return NOT_MEASURED
        return tuple("" if pd.isna(cell) else cell for cell in self.row[1:])


class ReleaseReader:
    """Gives ``RELEASE_COLUMNS`` of interviews; where there are no releases, figures have all."""

    def __init__(self, released: ReleasedPeople | None, zone: ZoneInfo) -> None:
        self.released, self.zone = released, zone

    def read_cells(self, interview_id: int, disposition: str) -> tuple[Any, ...]:
        """The cells of an interview; empty where its disposition keeps it out of all figures."""
        if disposition not in (COMPLETE, PARTIAL):
            return ("",) * len(RELEASE_COLUMNS)
        if self.released is None:
            return 1, "", ""
        if interview_id not in self.released.since:
            return 0, "", ""
        apart = (n for n, people in self.released.not_broken_down.items() if interview_id in people)
        since = format_local_time(self.released.since[interview_id], self.zone)
        return 1, since, " ".join(sorted(apart))


def spell_position(key: str) -> str:
    """The question they stand at as the other files call it: ``aset[2]/kode``; '' at the review."""
    return key.split("/", 2)[-1]


def build_interviews_query(now: datetime) -> Select[Any]:
    """All interviews with their respondents and their disposition, in the order of their ids.

    As of ``now``: what began later is left out, what was handed in later had not been then.
    """
    return (
        select(
            interview.c.id,
            interview.c.wave_id,
            interview.c.digest,
            interview.c.language,
            interview.c.started_at,
            interview.c.last_at,
            case((interview.c.sent_at < now, interview.c.sent_at)).label("sent_at"),
            interview.c.progress,
            interview.c.position,
            case((interview.c.spent > 0, interview.c.spent / MICROSECONDS_PER_SECOND)).label(
                "duration"
            ),
            questionnaire.c.id.label("questionnaire"),
            respondent.c.pseudonym,
            respondent.c.role,
            respondent.c.sector,
            respondent.c.category,
            respondent.c.source,
            build_disposition(now).label("disposition"),
            build_disposition_reason(now).label("disposition_why"),
        )
        .join(wave, wave.c.id == interview.c.wave_id)
        .join(questionnaire, questionnaire.c.digest == interview.c.digest)
        .join(respondent, respondent.c.id == interview.c.respondent_id)
        .where(interview.c.started_at < now)
        .order_by(interview.c.id)
    )


def format_local_time(moment: datetime | None, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else ""


def read_repeat_paths(connection: Connection) -> dict[str, set[str]]:
    """Questionnaire id -> the paths of its repeats in any version."""
    found: dict[str, set[str]] = {}
    for row in connection.execute(select(questionnaire.c.id, questionnaire.c.xform)):
        groups = (n for n in read_xform(row.xform).body.walk() if isinstance(n, Group))
        found.setdefault(row.id, set()).update(g.path for g in groups if g.repeat)
    return found


class PathSpeller:
    """Writes a question as ``aset[2]/guncangan/banjir``; each spelling is worked out once."""

    def __init__(self, repeats: dict[str, set[str]]) -> None:
        self.repeats = repeats
        self.known: dict[tuple[str, str, str], str] = {}

    def get_spelling(self, questionnaire_id: str, path: str, occurrence: str) -> str:
        """The path below the root; ``occurrence`` has a position for each repeat around it."""
        key = (questionnaire_id, path, occurrence)
        if key not in self.known:
            self.known[key] = self.spell_path(*key)
        return self.known[key]

    def spell_path(self, questionnaire_id: str, path: str, occurrence: str) -> str:
        positions = iter(occurrence.split(".") if occurrence else ())
        steps, so_far = [], ""
        for step in path.strip("/").split("/"):
            so_far += f"/{step}"
            repeated = so_far in self.repeats.get(questionnaire_id, set())
            position = next(positions, "") if repeated else ""
            steps.append(f"{step}[{position}]" if position else step)
        return "/".join(steps[1:])

"""Answers and interviews as rows: a row an answer, a row an interview."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from reports.disposition import disposition
from reports.documents.submissions import keyed, streamed
from reports.versions import version_names
from survey.forms.questionnaire import Group
from survey.forms.xform import read_xform
from survey.store.schema import (
    answer,
    code,
    interview,
    question,
    questionnaire,
    respondent,
    wave,
)

ANSWERS = ("wave", "questionnaire", "version", "respondent", "question", "value", "answered_at")
INTERVIEWS = (
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
)


def answers(connection: Connection, zone: ZoneInfo) -> Iterator[tuple[Any, ...]]:
    """The rows of ``answers.csv``, choices of one question put together."""
    spellings, versions = Spelling(repeats(connection)), version_names(connection)
    query = (
        select(
            answer.c.interview_id,
            answer.c.question_id,
            answer.c.occurrence,
            interview.c.wave_id,
            questionnaire.c.id,
            interview.c.digest,
            respondent.c.pseudonym,
            question.c.path,
            func.coalesce(code.c.value, answer.c.value).label("value"),
            answer.c.answered_at,
        )
        .join(interview, interview.c.id == answer.c.interview_id)
        .join(questionnaire, questionnaire.c.digest == interview.c.digest)
        .join(respondent, respondent.c.id == interview.c.respondent_id)
        .join(question, question.c.id == answer.c.question_id)
        .outerjoin(code, code.c.id == answer.c.code_id)
        .order_by(answer.c.interview_id, answer.c.question_id, answer.c.occurrence, answer.c.number)
    )
    for _, group in groupby(streamed(connection, query), key=lambda row: row[:3]):
        choices = list(group)
        row = choices[0]
        yield (
            row.wave_id,
            row.id,
            versions[row.digest],
            row.pseudonym,
            spellings.of(row.id, row.path, row.occurrence),
            " ".join(choice.value or "" for choice in choices),
            local(row.answered_at, zone),
        )


def interviews(connection: Connection, zone: ZoneInfo, now: datetime) -> Iterator[tuple[Any, ...]]:
    """The rows of ``interviews.csv``; ``key`` is what other layouts call the interview."""
    versions = version_names(connection)
    query = (
        select(
            interview,
            questionnaire.c.id.label("questionnaire"),
            respondent.c.pseudonym,
            respondent.c.role,
            respondent.c.sector,
            respondent.c.category,
            respondent.c.source,
            disposition(now).label("disposition"),
        )
        .join(wave, wave.c.id == interview.c.wave_id)
        .join(questionnaire, questionnaire.c.digest == interview.c.digest)
        .join(respondent, respondent.c.id == interview.c.respondent_id)
        .order_by(interview.c.id)
    )
    for row in streamed(connection, query):
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
            local(row.started_at, zone),
            local(row.last_at, zone),
            local(row.sent_at, zone),
            round(row.progress, 4),
            f"uuid:{keyed(row.id)}",
        )


def local(moment: datetime | None, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else ""


def repeats(connection: Connection) -> dict[str, set[str]]:
    """Questionnaire id -> the paths of its repeats in any version."""
    found: dict[str, set[str]] = {}
    for row in connection.execute(select(questionnaire.c.id, questionnaire.c.xform)):
        groups = (n for n in read_xform(row.xform).body.walk() if isinstance(n, Group))
        found.setdefault(row.id, set()).update(g.path for g in groups if g.repeat)
    return found


class Spelling:
    """Writes a question as ``aset[2]/guncangan/banjir``; each spelling is worked out once."""

    def __init__(self, repeats: dict[str, set[str]]) -> None:
        self.repeats = repeats
        self.known: dict[tuple[str, str, str], str] = {}

    def of(self, questionnaire_id: str, path: str, occurrence: str) -> str:
        """The path below the root; ``occurrence`` has a position for each repeat around it."""
        key = (questionnaire_id, path, occurrence)
        if key not in self.known:
            self.known[key] = self.spell(*key)
        return self.known[key]

    def spell(self, questionnaire_id: str, path: str, occurrence: str) -> str:
        positions = iter(occurrence.split(".") if occurrence else ())
        steps, so_far = [], ""
        for step in path.strip("/").split("/"):
            so_far += f"/{step}"
            repeated = so_far in self.repeats.get(questionnaire_id, set())
            position = next(positions, "") if repeated else ""
            steps.append(f"{step}[{position}]" if position else step)
        return "/".join(steps[1:])

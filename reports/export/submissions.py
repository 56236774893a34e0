"""Interviews that were handed in, one after another, as rows of their questionnaire's tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import Connection, Row, Select, Subquery, and_, func, select

from reports.export.export_tables import ExportTable, build_export_tables, unite_tables
from reports.reading.questionnaire_versions import read_version_names
from survey.code_numbers import number_versions
from survey.forms.model.questionnaire import Questionnaire
from survey.forms.model.xform_reader import read_xform
from survey.interview.steps import StepKind
from survey.store.fixed_numbers import FIELDING_ORDER, build_numbers_query, group_number_rows
from survey.store.schema import (
    answer,
    attachment,
    code,
    interview,
    question,
    questionnaire,
    respondent,
    step,
)

#: The positions in the repeats around a row, the outermost first; () in the root.
InstancePlace = tuple[int, ...]


@dataclass(frozen=True)
class Submission:
    """An interview that was handed in. ``edits`` counts how often it was handed in again.

    ``files`` are answers that are files, ``fetched`` those of them that lie in their folder.
    ``tables`` are those of its own version, ``offered_choices`` what can be ticked in it, by path.
    ``rows`` has for each of them and each place the values
    there by their paths; what is around comes before what is inside.
    """

    uuid: UUID
    version: str
    pseudonym: str
    sent_at: datetime
    edit_count: int
    file_count: int
    fetched_file_count: int
    tables: Mapping[str, ExportTable]
    offered_choices: Mapping[str, frozenset[str]]
    rows: Mapping[tuple[str, InstancePlace], Mapping[str, str]]

    def build_key(self, table: str, place: InstancePlace) -> str:
        """``uuid:…``, and below it the way to an instance of a repeat: ``uuid:…/rumah/anak[2]``."""
        if not place:
            return f"uuid:{self.uuid}"
        parent = self.tables[table].parent
        way = table.removeprefix(f"{parent}/")
        return f"{self.build_key(parent, place[:-1])}/{way}[{place[-1]}]"


class FieldedQuestionnaire:
    """All versions of one questionnaire that was ever fielded, newest first."""

    def __init__(self, connection: Connection, questionnaire_id: str) -> None:
        query = (
            select(questionnaire.c.xform)
            .where(questionnaire.c.id == questionnaire_id)
            .order_by(*FIELDING_ORDER)
        )
        forms = [read_xform(text) for text in connection.scalars(query)][::-1]
        self.id, self.forms = questionnaire_id, forms
        self.names = read_version_names(connection)
        fixed = group_number_rows(connection.execute(build_numbers_query(questionnaire_id)))
        #: Question's path -> code -> its number; also where the store has not been told of any.
        self.numbers = number_versions(fixed, reversed(forms))
        self.by_digest = {form.digest: VersionTables(form) for form in forms}
        #: Those of all versions, the newest one's root first.
        self.tables = unite_tables([version.tables for version in self.by_digest.values()])

    def read_submissions(self, connection: Connection, as_of: datetime) -> Iterator[Submission]:
        """One at a time, the one that was handed in first before the others; none of later."""
        rows = stream_rows(connection, build_submissions_query(self.id, as_of))
        # groupby joins neighbours only; the query keeps the rows of an interview together.
        for _, group in groupby(rows, key=lambda row: row.id):
            yield self.build_submission(list(group))

    def build_submission(self, answers: list[Row[Any]]) -> Submission:
        """From the rows of one interview: a row an answer, or one without any."""
        first = answers[0]
        version, made = self.by_digest[first.digest], derive_interview_uuid(first.id)
        rows: dict[tuple[str, InstancePlace], dict[str, str]] = {(version.root, ()): {}}
        rows[version.root, ()] |= version.known | {version.instance_id: f"uuid:{made}"}
        for (path, occurrence), choices in groupby(
            (row for row in answers if row.path), key=lambda row: (row.path, row.occurrence)
        ):
            value = " ".join(choice.value or "" for choice in choices)
            place = tuple(map(int, occurrence.split("."))) if occurrence else ()
            version.put_value(rows, path, place, value)
        return Submission(
            made,
            self.names[first.digest],
            first.pseudonym,
            first.sent_at,
            max(0, (first.sendings or 0) - 1),
            first.files or 0,
            first.fetched or 0,
            version.tables,
            version.offered_choices,
            # By paths and positions, so that what is around comes before what is inside.
            dict(sorted(rows.items())),
        )


class VersionTables:
    """Where the values of one version lie."""

    def __init__(self, form: Questionnaire) -> None:
        self.tables = build_export_tables(form)
        self.root = next(iter(self.tables))
        self.instance_id = f"{self.root}/meta/instanceID"
        self.table_of = {f.path: table for table in self.tables.values() for f in table.fields}
        self.offered_choices = {
            field.path: frozenset(field.choices)
            for table in self.tables.values()
            for field in table.fields
        }
        #: There is no interview without consent, so its question need not be looked up.
        self.known = {
            q.path: q.kind.confirmation
            for q in form.questions
            if "consent" in q.suara_attributes and q.kind.confirmation
        }

    def put_value(
        self,
        rows: dict[tuple[str, InstancePlace], dict[str, str]],
        path: str,
        place: InstancePlace,
        value: str,
    ) -> None:
        """Put a value into its row. Where there is one of a repeat, so are those before it."""
        table = self.table_of[path]
        at = (table.path, place)
        while place and (table.path, place) not in rows:
            for number in range(1, place[-1] + 1):
                rows.setdefault((table.path, (*place[:-1], number)), {})
            table, place = self.tables[table.parent], place[:-1]
        rows[at][path] = value


def derive_interview_uuid(interview_id: int) -> UUID:
    """The key of an interview: the same in every export, and it tells nothing of the store's."""
    return uuid5(NAMESPACE_URL, f"https://suara.id/interview/{interview_id}")


def stream_rows(connection: Connection, query: Any) -> Iterator[Row[Any]]:
    """The rows of a query without holding them all."""
    yield from connection.execution_options(yield_per=2000).execute(query)


def list_fielded_ids(connection: Connection) -> list[str]:
    """The questionnaires that were ever fielded."""
    found = select(questionnaire.c.id).distinct().order_by(questionnaire.c.id)
    return list(connection.scalars(found))


def build_submissions_query(questionnaire_id: str, as_of: datetime) -> Select[Any]:
    """Interviews with their answers beside, a row an answer, in the order of handing in."""
    sent, files = build_sendings_query(), build_attachments_query()
    return (
        select(
            interview.c.id,
            interview.c.digest,
            interview.c.sent_at,
            respondent.c.pseudonym,
            sent.c.sendings,
            files.c.files,
            files.c.fetched,
            question.c.path,
            answer.c.occurrence,
            func.coalesce(code.c.value, answer.c.value).label("value"),
        )
        .join(questionnaire, questionnaire.c.digest == interview.c.digest)
        .join(respondent, respondent.c.id == interview.c.respondent_id)
        .outerjoin(sent, sent.c.interview_id == interview.c.id)
        .outerjoin(files, files.c.interview_id == interview.c.id)
        .outerjoin(
            answer, and_(answer.c.interview_id == interview.c.id, answer.c.answered_at < as_of)
        )
        .outerjoin(question, question.c.id == answer.c.question_id)
        .outerjoin(code, code.c.id == answer.c.code_id)
        .where(questionnaire.c.id == questionnaire_id, interview.c.sent_at < as_of)
        .order_by(
            interview.c.sent_at,
            interview.c.id,
            answer.c.question_id,
            answer.c.occurrence,
            answer.c.number,
        )
    )


def build_sendings_query() -> Subquery:
    """How often each interview was handed in."""
    return (
        select(step.c.interview_id, func.count().label("sendings"))
        .where(step.c.kind == StepKind.SENT)
        .group_by(step.c.interview_id)
        .subquery()
    )


def build_attachments_query() -> Subquery:
    """How many files answer each interview, and how many of them are here."""
    return (
        select(
            attachment.c.interview_id,
            func.count().label("files"),
            func.count(attachment.c.fetched_at).label("fetched"),
        )
        .group_by(attachment.c.interview_id)
        .subquery()
    )

"""All rows that are about one person, table by table: what their own file is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from survey.store.schema import (
    answer,
    attachment,
    code,
    contact,
    interview,
    question,
    quote,
    released_interview,
    respondent,
    step,
    wish,
)
from survey.store.workshop_schema import attendance, consent_wording, move, vote

#: The rows of one person by the name of their table, each with the names of its columns.
PersonalRecords = Mapping[str, tuple[Mapping[str, Any], ...]]

OWN_INTERVIEWS = select(interview.c.id).where(interview.c.respondent_id == bindparam("who"))
OWN_CHATS = select(contact.c.telegram_id).where(contact.c.respondent_id == bindparam("who"))


def is_of_own_interview(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """That a row belongs to an interview of the person, as a condition."""
    return column.in_(OWN_INTERVIEWS)


#: What tells of a person in each table that holds something of them, in the order of its making.
PERSONAL_QUERIES: Mapping[str, Select[Any]] = {
    "contact": select(contact).where(contact.c.respondent_id == bindparam("who")),
    "respondent": select(respondent).where(respondent.c.id == bindparam("who")),
    "interview": select(interview)
    .where(interview.c.respondent_id == bindparam("who"))
    .order_by(interview.c.started_at),
    "step": select(step)
    .where(is_of_own_interview(step.c.interview_id))
    .order_by(step.c.interview_id, step.c.number),
    # By its path and its code: the numbers for both mean nothing to anybody.
    "answer": select(
        answer.c.interview_id,
        question.c.path,
        answer.c.occurrence,
        answer.c.number,
        func.coalesce(code.c.value, answer.c.value).label("value"),
        answer.c.answered_at,
    )
    .join(question, question.c.id == answer.c.question_id)
    .outerjoin(code, code.c.id == answer.c.code_id)
    .where(is_of_own_interview(answer.c.interview_id))
    .order_by(answer.c.interview_id, answer.c.question_id, answer.c.occurrence, answer.c.number),
    "attachment": select(attachment).where(is_of_own_interview(attachment.c.interview_id)),
    "quote": select(quote).where(is_of_own_interview(quote.c.interview_id)),
    "released_interview": select(released_interview).where(
        is_of_own_interview(released_interview.c.interview_id)
    ),
    "wish": select(wish).where(wish.c.telegram_id.in_(OWN_CHATS)),
    "attendance": select(attendance, consent_wording.c.words)
    .outerjoin(consent_wording, consent_wording.c.digest == attendance.c.consent)
    .where(attendance.c.respondent_id == bindparam("who")),
    "vote": select(vote).where(vote.c.respondent_id == bindparam("who")).order_by(vote.c.id),
    "move": select(move).where(move.c.respondent_id == bindparam("who")).order_by(move.c.number),
}


async def read_personal_records(connection: AsyncConnection, who: int) -> PersonalRecords:
    """Every row about a respondent; in one transaction, so that all is of one moment."""
    return {
        table: tuple(
            dict(row) for row in (await connection.execute(query, {"who": who})).mappings()
        )
        for table, query in PERSONAL_QUERIES.items()
    }

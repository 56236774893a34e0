"""What was erased, in words that name nobody, so that it is erased again from an old backup."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Executable, Select, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from survey.people import Respondent
from survey.store.retention_schema import erasure
from survey.store.schema import contact, interview, respondent, wish
from survey.store.workshop_schema import attendance, vote
from survey.store.writer import Statement


class ErasureKind(StrEnum):
    """What was erased: everything of a person, or what the retention periods are over of."""

    PERSON = "person"
    CONTACTS = "contacts"
    INTERVIEWS = "interviews"
    VOTES = "votes"


@dataclass(frozen=True, slots=True, order=True)
class Erasure:
    """One erasure; what came after ``at`` was not meant.

    ``subject`` is the SHA-256 of a person's pseudonym, the id of a wave or a workshop, or empty
    where all contacts were unlinked. A pseudonym is random, and nothing here links it to anybody.
    """

    kind: ErasureKind
    subject: str
    at: datetime


def hash_pseudonym(pseudonym: str) -> str:
    """How an erasure knows a person."""
    return hashlib.sha256(pseudonym.encode()).hexdigest()


def add_erasure(done: Erasure) -> Executable:
    """Keep that something was erased."""
    return insert(erasure).values(kind=done.kind, subject=done.subject, at=done.at)


def erase_person(who: Respondent, at: datetime) -> list[Statement]:
    """Everything of a person: contact, interviews, steps, answers go with the respondent."""
    return [
        delete(contact).where(contact.c.respondent_id == who.id),
        delete(respondent).where(respondent.c.id == who.id),
        add_erasure(Erasure(ErasureKind.PERSON, hash_pseudonym(who.pseudonym), at)),
    ]


def build_count(meant: Erasure) -> Select[int]:
    """The query that counts what an erasure of a group of records would delete."""
    match meant.kind:
        case ErasureKind.CONTACTS:
            return select(func.count()).select_from(contact).where(is_old_contact(meant.at))
        case ErasureKind.INTERVIEWS:
            return select(func.count()).select_from(interview).where(*match_interviews(meant))
        case _:
            return select(func.count()).select_from(vote).where(*match_votes(meant))


def delete_records(meant: Erasure) -> list[Executable]:
    """Delete a group of records: contacts, the interviews of a wave, a workshop's votes."""
    match meant.kind:
        case ErasureKind.CONTACTS:
            return [delete(contact).where(is_old_contact(meant.at))]
        case ErasureKind.INTERVIEWS:
            wishes = wish.c.wave_id == meant.subject, wish.c.asked_at <= meant.at
            return [
                delete(interview).where(*match_interviews(meant)),
                delete(wish).where(*wishes),
            ]
        case _:
            there = attendance.c.workshop_id == meant.subject, attendance.c.joined_at <= meant.at
            return [delete(vote).where(*match_votes(meant)), delete(attendance).where(*there)]


def is_old_contact(at: datetime) -> ColumnElement[bool]:
    """Contacts of people who joined until then, as a condition."""
    joined = select(respondent.c.id).where(respondent.c.joined_at <= at).scalar_subquery()
    return contact.c.respondent_id.in_(joined)


def match_interviews(meant: Erasure) -> tuple[ColumnElement[bool], ...]:
    """The interviews of a wave that an erasure means, as a condition."""
    return interview.c.wave_id == meant.subject, interview.c.started_at <= meant.at


def match_votes(meant: Erasure) -> tuple[ColumnElement[bool], ...]:
    """The votes of a workshop that an erasure means, as a condition."""
    return vote.c.workshop_id == meant.subject, vote.c.at <= meant.at


async def list_erasures(connection: AsyncConnection) -> list[Erasure]:
    """Everything that was erased, the oldest first."""
    found = await connection.execute(select(erasure).order_by(erasure.c.at))
    return [Erasure(ErasureKind(row.kind), row.subject, row.at) for row in found]


# Carried out again, on a backup that nobody uses yet


def repeat_erasures(connection: Connection, done: list[Erasure]) -> int:
    """Carry out again what was erased; how many records were still there."""
    before = count_everything(connection)
    gone = {one.subject for one in done if one.kind is ErasureKind.PERSON}
    for row in connection.execute(select(respondent.c.id, respondent.c.pseudonym)).all():
        if hash_pseudonym(row.pseudonym) in gone:
            connection.execute(delete(contact).where(contact.c.respondent_id == row.id))
            connection.execute(delete(respondent).where(respondent.c.id == row.id))
    for one in done:
        if one.kind is not ErasureKind.PERSON:
            for statement in delete_records(one):
                connection.execute(statement)
    known = {
        Erasure(ErasureKind(row.kind), row.subject, row.at)
        for row in connection.execute(select(erasure))
    }
    for one in sorted(set(done) - known):
        connection.execute(add_erasure(one))
    return before - count_everything(connection)


def count_everything(connection: Connection) -> int:
    """How many people, links to them, interviews and votes there are."""
    return sum(
        connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in (respondent, contact, interview, vote)
    )

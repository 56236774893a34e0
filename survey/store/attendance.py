"""Who is in a workshop, by which way, at which table; and the group chats that take part."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from survey.people import WEB_PAGE_SOURCE, Respondent, Role
from survey.store.schema import contact, invitation, respondent
from survey.store.workshop_schema import attendance, consent_wording, group_chat, workshop
from survey.store.writer import Statement
from survey.workshop.moves import VoteChannel
from survey.workshop.plan import (
    Attendance,
    AttendanceCounts,
    ConsentWording,
    GroupChat,
    WebSeat,
)

# The row of somebody who leaves stays: their votes count, and whoever comes back is the same.
IS_PRESENT = attendance.c.left_at.is_(None)


async def count_attendance(connection: AsyncConnection, workshop_id: str) -> AttendanceCounts:
    """How many are there; facilitators take part without being counted."""
    query = (
        select(attendance.c.seat, func.count(), func.count(attendance.c.briefed_at))
        .where(attendance.c.workshop_id == workshop_id, IS_PRESENT, ~attendance.c.leads)
        .group_by(attendance.c.seat)
    )
    rows = (await connection.execute(query)).all()
    named = select(workshop.c.people).where(workshop.c.id == workshop_id)
    people = (await connection.execute(named)).scalar_one()
    return AttendanceCounts({row[0]: row[1] for row in rows}, sum(row[2] for row in rows), people)


ATTENDANCE_QUERY = select(
    attendance,
    respondent.c.sector,
    respondent.c.category,
    respondent.c.language,
).join(respondent, respondent.c.id == attendance.c.respondent_id)


LAST_JOINED_QUERY = (
    ATTENDANCE_QUERY.where(attendance.c.respondent_id == bindparam("who"), IS_PRESENT)
    .order_by(attendance.c.joined_at.desc())
    .limit(1)
)


async def find_attendance(connection: AsyncConnection, who: int) -> tuple[str, Attendance] | None:
    """The workshop that somebody joined last, and how they take part; None if they are in none."""
    row = (await connection.execute(LAST_JOINED_QUERY, {"who": who})).first()
    return (row.workshop_id, read_attendance_row(row)) if row else None


async def find_attendance_by_token(
    connection: AsyncConnection, token: str
) -> tuple[str, Attendance] | None:
    """Whose web page it is, by the digest of their token."""
    row = (
        await connection.execute(ATTENDANCE_QUERY.where(attendance.c.token == token, IS_PRESENT))
    ).first()
    return (row.workshop_id, read_attendance_row(row)) if row else None


async def find_former_attendance(
    connection: AsyncConnection, workshop_id: str, who: int
) -> tuple[VoteChannel, bool] | None:
    """By which way somebody joined, and whether they are still there; None if they never did."""
    query = select(attendance.c.channel, IS_PRESENT).where(
        attendance.c.workshop_id == workshop_id, attendance.c.respondent_id == who
    )
    row = (await connection.execute(query)).first()
    return (VoteChannel(row[0]), bool(row[1])) if row else None


def read_attendance_row(row: Row[Any]) -> Attendance:
    """An attendance from its row."""
    return Attendance(
        respondent=row.respondent_id,
        sector=row.sector,
        category=row.category,
        language=row.language,
        seat=row.seat,
        channel=VoteChannel(row.channel),
        briefed=row.briefed_at is not None,
        aside=row.aside,
        leads=row.leads,
        web_seat=row.web_seat,
        consented=row.consented_at is not None,
    )


def is_invited_to_lead(workshop_id: str, who: int) -> ColumnElement[bool]:
    """Whether somebody came with the invitation of a facilitator of that workshop."""
    return exists().where(
        respondent.c.id == who,
        respondent.c.role == Role.FACILITATOR,
        invitation.c.code == respondent.c.invitation,
        invitation.c.workshop_id == workshop_id,
        invitation.c.revoked_at.is_(None),
    )


def add_attendance(
    workshop_id: str, who: int, seat: int | None, channel: VoteChannel, at: datetime
) -> Statement:
    """Somebody takes part."""
    row = {
        "workshop_id": workshop_id,
        "respondent_id": who,
        "seat": seat,
        "channel": channel,
        "joined_at": at,
        "aside": False,
        "leads": is_invited_to_lead(workshop_id, who),
    }
    return insert(attendance).values(row)


def add_web_attendance(
    workshop_id: str, pseudonym: str, token: str, language: str, seat: int | None, at: datetime
) -> list[Statement]:
    """Somebody without Telegram takes part, known by the digest of a token in their browser.

    Nobody does if as many people are there as a facilitator named.
    """
    # Counted by the statements themselves: of two who were both told that one seat is left, the
    # second one gets none. It waits for the room's row, which the first statement changes; what it
    # counts after that has the other's seat in it, on PostgreSQL, too.
    present = (
        select(func.count())
        .select_from(attendance)
        .where(attendance.c.workshop_id == workshop_id, IS_PRESENT, ~attendance.c.leads)
        .scalar_subquery()
    )
    here = (workshop.c.id == workshop_id) & (present < workshop.c.people)
    given = update(workshop).where(here).values(seats_given=workshop.c.seats_given + 1)
    person = {
        "pseudonym": pseudonym,
        "role": str(Role.PARTICIPANT),
        "language": language,
        "source": WEB_PAGE_SOURCE,
        "joined_at": at,
    }
    literals = (literal(value, respondent.c[name].type) for name, value in person.items())
    made = insert(respondent).from_select(list(person), select(*literals).where(here))
    row = {
        "workshop_id": workshop_id,
        "seat": seat,
        "channel": str(VoteChannel.WEB),
        "token": token,
        "joined_at": at,
        "aside": False,
    }
    # The number of the new respondent is known only to the database; within the same transaction
    # the pseudonym, which is unique, finds it, if there is one.
    number = select(workshop.c.seats_given).where(workshop.c.id == workshop_id).scalar_subquery()
    taken = select(
        respondent.c.id,
        number,
        *(literal(value, attendance.c[name].type) for name, value in row.items()),
    ).where(respondent.c.pseudonym == pseudonym)
    return [
        given,
        made,
        insert(attendance).from_select(["respondent_id", "web_seat", *row], taken),
    ]


async def list_web_seats(connection: AsyncConnection, workshop_id: str) -> tuple[WebSeat, ...]:
    """The seats of the web page whose owners are there, the newest first."""
    query = (
        select(
            attendance.c.web_seat,
            attendance.c.joined_at,
            respondent.c.sector,
            respondent.c.category,
        )
        .join(respondent, respondent.c.id == attendance.c.respondent_id)
        .where(
            attendance.c.workshop_id == workshop_id,
            attendance.c.web_seat.is_not(None),
            IS_PRESENT,
        )
        .order_by(attendance.c.web_seat.desc())
    )
    return tuple(WebSeat(*row) for row in await connection.execute(query))


def remove_web_seat(workshop_id: str, number: int) -> list[Statement]:
    """Take a seat of the web page away, with its votes; its browser has to come in anew."""
    owner = select(attendance.c.respondent_id).where(
        attendance.c.workshop_id == workshop_id, attendance.c.web_seat == number
    )
    return [
        update(workshop)
        .where(workshop.c.id == workshop_id, owner.exists())
        .values(seats_removed=workshop.c.seats_removed + 1),
        delete(respondent).where(respondent.c.id.in_(owner)),
    ]


def set_people(workshop_id: str, people: int) -> Statement:
    """How many people there are in the room."""
    return update(workshop).where(workshop.c.id == workshop_id).values(people=people)


def resume_web_attendance(token: str) -> Statement:
    """Whoever left a web page is there again, as the same person."""
    return update(attendance).where(attendance.c.token == token).values(left_at=None)


def update_attendance(workshop_id: str, who: int, **values: Any) -> Statement:
    """Something about how somebody takes part: ``seat``, ``left_at``, ``briefed_at``, ``aside``."""
    here = (attendance.c.workshop_id == workshop_id) & (attendance.c.respondent_id == who)
    return update(attendance).where(here).values(**values)


def resume_attendance(workshop_id: str, who: int, channel: VoteChannel, at: datetime) -> Statement:
    """Somebody is there again; whoever was invited to lead meanwhile leads."""
    here = (attendance.c.workshop_id == workshop_id) & (attendance.c.respondent_id == who)
    leads = attendance.c.leads | is_invited_to_lead(workshop_id, who)
    return (
        update(attendance)
        .where(here)
        .values(left_at=None, joined_at=at, channel=channel, leads=leads)
    )


def update_affiliation(who: int, sector: str, category: str) -> Statement:
    """Whom a participant stands for, told at the door."""
    return update(respondent).where(respondent.c.id == who).values(sector=sector, category=category)


def update_web_language(who: int, language: str) -> Statement:
    """Whoever is at the web page wants another language."""
    return update(respondent).where(respondent.c.id == who).values(language=language)


def promote_to_participant(who: Respondent) -> Statement:
    """Whoever came with a workshop's code is a participant, unless they are more."""
    return (
        update(respondent)
        .where(respondent.c.id == who.id, respondent.c.role == Role.RESIDENT)
        .values(role=Role.PARTICIPANT)
    )


def record_consent(
    workshop_id: str, who: int, given: ConsentWording, at: datetime
) -> list[Statement]:
    """Somebody agrees to these words; who has agreed before has agreed to those of then."""
    row = {"digest": given.digest, "language": given.language, "words": given.words, "added_at": at}
    literals = (literal(value, consent_wording.c[name].type) for name, value in row.items())
    known = exists().where(consent_wording.c.digest == given.digest)
    here = (
        (attendance.c.workshop_id == workshop_id)
        & (attendance.c.respondent_id == who)
        & attendance.c.consented_at.is_(None)
    )
    return [
        insert(consent_wording).from_select(list(row), select(*literals).where(~known)),
        update(attendance).where(here).values(consented_at=at, consent=given.digest),
    ]


async def list_attendee_chats(
    connection: AsyncConnection, workshop_id: str, *, leading: bool = False
) -> list[int]:
    """Telegram ids of everybody in a workshop whose private chat shows it."""
    query = (
        select(contact.c.telegram_id)
        .join(attendance, attendance.c.respondent_id == contact.c.respondent_id)
        .where(
            attendance.c.workshop_id == workshop_id,
            attendance.c.channel == VoteChannel.TELEGRAM,
            IS_PRESENT,
            contact.c.blocked_at.is_(None),
        )
        .order_by(contact.c.telegram_id)
    )
    if leading:
        query = query.where(attendance.c.leads)
    return list((await connection.execute(query)).scalars())


def replace_group_chat(chat: GroupChat, former: int | None) -> list[Statement]:
    """Let a group chat vote in a workshop, on a message; ``former`` is its number before."""
    # Without a former number the list holds NULL, which equals nothing in SQL.
    gone = delete(group_chat).where(group_chat.c.chat_id.in_([chat.chat_id, former]))
    return [gone, insert(group_chat).values(**asdict(chat))]


async def read_group_chat(connection: AsyncConnection, chat_id: int) -> GroupChat | None:
    """What a group chat votes in."""
    query = select(group_chat).where(group_chat.c.chat_id == chat_id)
    row = (await connection.execute(query)).mappings().first()
    return GroupChat(**row) if row else None


async def read_group_chats(connection: AsyncConnection, workshop_id: str) -> list[GroupChat]:
    """The group chats that vote in a workshop."""
    query = select(group_chat).where(group_chat.c.workshop_id == workshop_id)
    return [GroupChat(**row) for row in (await connection.execute(query)).mappings()]

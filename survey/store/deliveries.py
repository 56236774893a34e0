"""Schedules, and which report of which period reached which chat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from survey.people import Role
from survey.store.database import Store
from survey.store.schema import chat, delivery, schedule
from survey.store.waves import move_chat

#: A claim this old was left by a process that died; another may take it.
CLAIM_LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A schedule as the store has it: ``every`` as written, nothing due at ``since`` or before."""

    id: str
    report: str
    every: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Office:
    """A chat of the secretariat: its language, and since when it is one."""

    language: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One report of one period on its way to one chat. ``notices``: part -> message id."""

    report: str
    period: str
    chat_id: int
    language: str
    due_at: datetime
    notices: dict[str, int]


async def schedules(connection: AsyncConnection) -> list[Scheduled]:
    """The active ones."""
    rows = await connection.execute(select(schedule).where(schedule.c.active))
    return [Scheduled(row.id, row.report, row.every, row.since) for row in rows]


def its(taken: Delivery) -> tuple[ColumnElement[bool], ...]:
    """The row of a delivery, as a condition."""
    return (
        delivery.c.report == taken.report,
        delivery.c.period == taken.period,
        delivery.c.chat_id == taken.chat_id,
    )


async def claim(store: Store, wanted: Delivery, now: datetime) -> Delivery | None:
    """Take a delivery for this process; None if it was made or another process is at it."""
    async with store.writers.begin() as connection:
        row = (await connection.execute(select(delivery).where(*its(wanted)))).first()
        if row is None:
            return await first_claim(connection, wanted, now)
        if row.delivered_at is not None or now - row.claimed_at < CLAIM_LASTS:
            return None
        taken = (
            update(delivery)
            .where(*its(wanted), delivery.c.claimed_at == row.claimed_at)
            .values(claimed_at=now)
        )
        if (await connection.execute(taken)).rowcount != 1:
            return None
        return Delivery(
            row.report, row.period, row.chat_id, row.language, row.due_at, dict(row.notices)
        )


async def first_claim(
    connection: AsyncConnection, wanted: Delivery, now: datetime
) -> Delivery | None:
    """Write the row that is the claim; None if another process was faster."""
    row = {
        "report": wanted.report,
        "period": wanted.period,
        "chat_id": wanted.chat_id,
        "language": wanted.language,
        "due_at": wanted.due_at,
        "claimed_at": now,
        "notices": {},
    }
    try:
        await connection.execute(insert(delivery).values(row))
    except IntegrityError:
        return None
    return wanted


async def note(store: Store, taken: Delivery, notices: dict[str, int]) -> None:
    """Keep the message ids of notices that were sent."""
    await store.keep([update(delivery).where(*its(taken)).values(notices=notices)])


async def finish(store: Store, taken: Delivery, now: datetime) -> None:
    """It has arrived whole."""
    await store.keep([update(delivery).where(*its(taken)).values(delivered_at=now)])


async def release(store: Store, taken: Delivery, now: datetime) -> None:
    """It failed: let the next wake take it."""
    stale = now - CLAIM_LASTS
    await store.keep([update(delivery).where(*its(taken)).values(claimed_at=stale)])


async def unfinished(connection: AsyncConnection) -> list[Delivery]:
    """Claimed and never finished, whoever claimed them."""
    rows = await connection.execute(select(delivery).where(delivery.c.delivered_at.is_(None)))
    return [
        Delivery(r.report, r.period, r.chat_id, r.language, r.due_at, dict(r.notices)) for r in rows
    ]


async def arrived(connection: AsyncConnection, due_at: datetime) -> int:
    """How many reports due at a time have been delivered."""
    query = select(func.count()).where(
        delivery.c.due_at == due_at, delivery.c.delivered_at.is_not(None)
    )
    return (await connection.execute(query)).scalar_one()


async def moved(store: Store, old: int, new: int) -> None:
    """A chat has another number now; reports on their way follow it, their notices stay behind."""
    there = select(chat.c.id).where(chat.c.id == new)
    async with store.read() as connection:
        known = (await connection.execute(there)).first() is not None
    follows = update(delivery).where(delivery.c.chat_id == old).values(chat_id=new, notices={})
    renumbered = delete(chat).where(chat.c.id == old) if known else move_chat(old, new)
    await store.keep([renumbered, follows])


async def secretariat(connection: AsyncConnection) -> dict[int, Office]:
    """Chats of the secretariat."""
    rows = await connection.execute(select(chat).where(chat.c.role == Role.SECRETARIAT))
    return {row.id: Office(row.language, row.since) for row in rows}

"""Which report of which period reached which chat."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from sqlalchemy import ColumnElement, Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from survey.store.database import Store
from survey.store.report_chats import match_unfinished
from survey.store.schema import delivery
from survey.store.write_locks import WriteLock
from survey.store.writer import Statement

#: A claim that was not renewed for so long was left by a process that died; another may take it.
CLAIM_DURATION = timedelta(seconds=15)
#: So often a process that is at a delivery renews its claim.
RENEWAL_INTERVAL = timedelta(seconds=3)
#: Nothing rests longer than this; a pause that seems longer is that of a clock that was put back.
LONGEST_RETRY_PAUSE = timedelta(hours=1)
#: So many of a schedule's newest deliveries are looked at.
NEWEST_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Delivery:
    """One report of one period on its way to one chat. ``notices``: part -> message id.

    ``schedule`` is empty for what was asked for, with the choices in the message
    ``request_message_id``. ``claimed_at`` tells whose turn it is, for a process that took it later
    has another one; without it nobody has claimed it.
    """

    report: str
    period: str
    chat_id: int
    language: str
    due_at: datetime
    scope: str = ""
    schedule: str = ""
    request_message_id: int = 0
    notices: dict[str, int] | None = None
    failures: int = 0
    claimed_at: datetime | None = None


class ClaimLostError(Exception):
    """The claim grew old meanwhile, and somebody else has taken the delivery or called it off."""


class ClaimRefusal(Enum):
    """Why a delivery could not be claimed."""

    #: It was delivered, or skipped, or the same choices were tapped before.
    DONE = auto()
    #: Another process is at it.
    BUSY = auto()
    #: It could not be made and is tried again later.
    RESTING = auto()


@dataclass(frozen=True, slots=True)
class PastDelivery:
    """What became of one that was due by a schedule."""

    scope: str
    period: str
    skipped: bool


def match_delivery(taken: Delivery) -> tuple[ColumnElement[bool], ...]:
    """The row of a delivery, as a condition."""
    return (
        delivery.c.report == taken.report,
        delivery.c.scope == taken.scope,
        delivery.c.period == taken.period,
        delivery.c.chat_id == taken.chat_id,
        delivery.c.asked == taken.request_message_id,
    )


def match_claim(taken: Delivery) -> tuple[ColumnElement[bool], ...]:
    """The row of a delivery as long as nobody else has taken it, as a condition."""
    return *match_delivery(taken), delivery.c.claimed_at == taken.claimed_at


async def claim_delivery(store: Store, wanted: Delivery, now: datetime) -> Delivery | ClaimRefusal:
    """Take a delivery for this process, or say why not."""
    # Read and written in one transaction under a lock, so that no other process can claim it
    # between the two. The row is locked as well: whoever claimed it before may be writing that it
    # arrived.
    there = select(delivery).where(*match_delivery(wanted)).with_for_update()
    async with store.begin(WriteLock.DELIVERIES) as connection:
        row = (await connection.execute(there)).first()
        if row is None:
            added = await add_delivery(connection, wanted, claimed_at=now)
            return replace(wanted, claimed_at=now) if added else ClaimRefusal.DONE
        if row.delivered_at is not None or row.skipped_at is not None:
            return ClaimRefusal.DONE
        if is_claimed(row, now):
            # Others need not wait for one that could not be made before, whoever is at it now.
            return ClaimRefusal.RESTING if row.failures else ClaimRefusal.BUSY
        if is_resting(row, now):
            return ClaimRefusal.RESTING
        taken = {"claimed_at": now, "renewed_at": None, "retry_at": None}
        await connection.execute(update(delivery).where(*match_delivery(wanted)).values(taken))
        return replace(read_delivery_row(row), claimed_at=now)


def is_claimed(row: Row[Any], now: datetime) -> bool:
    """Whether a process is at a delivery, and has not left it for dead."""
    # Of either sign: a clock that was put back must not make a claim last for ever.
    seen_at = row.renewed_at or row.claimed_at
    return row.claimed_at is not None and abs(now - seen_at) < CLAIM_DURATION


def is_resting(row: Row[Any], now: datetime) -> bool:
    """Whether it is too early to try a delivery again that could not be made."""
    # A clock that was put back must not make a pause last for ever, either.
    return row.retry_at is not None and now < row.retry_at <= now + LONGEST_RETRY_PAUSE


async def add_delivery(connection: AsyncConnection, new: Delivery, **times: datetime) -> bool:
    """Write the row that is the claim, or says that it is skipped; False if another excludes it."""
    if new.schedule and await is_hour_served(connection, new):
        return False
    row = {
        "report": new.report,
        "scope": new.scope,
        "period": new.period,
        "chat_id": new.chat_id,
        "asked": new.request_message_id,
        "schedule": new.schedule,
        "language": new.language,
        "due_at": new.due_at,
        "notices": new.notices or {},
        "failures": 0,
    }
    try:
        # After a collision this statement alone is taken back, and the transaction goes on.
        async with connection.begin_nested():
            await connection.execute(insert(delivery).values(row | times))
    except IntegrityError:
        return False
    return True


async def is_hour_served(connection: AsyncConnection, one: Delivery) -> bool:
    """Whether its schedule has brought this hour already, in a period that began at another one."""
    query = select(delivery.c.period).where(
        delivery.c.schedule == one.schedule,
        delivery.c.scope == one.scope,
        delivery.c.chat_id == one.chat_id,
        delivery.c.due_at == one.due_at,
    )
    return (await connection.execute(query)).first() is not None


async def skip_delivery(store: Store, due: Delivery, now: datetime) -> None:
    """Nothing had changed: this one is not made."""
    async with store.begin(WriteLock.DELIVERIES) as connection:
        await add_delivery(connection, due, skipped_at=now)


async def keep_notices(store: Store, taken: Delivery, notices: dict[str, int]) -> None:
    """Keep the message ids of notices that were sent. Raises ClaimLostError."""
    await update_delivery(store, taken, notices=notices)


async def finish_delivery(store: Store, taken: Delivery, now: datetime) -> None:
    """It has arrived whole. Raises ClaimLostError."""
    await update_delivery(store, taken, delivered_at=now)


async def update_delivery(store: Store, taken: Delivery, **values: Any) -> None:
    """Keep what became of it. Raises ClaimLostError if another process is at it by now."""
    changed = update(delivery).where(*match_claim(taken)).values(values)
    async with store.begin() as connection:
        if (await connection.execute(changed)).rowcount == 0:
            raise ClaimLostError


def renew_claim(taken: Delivery, at: datetime) -> Statement:
    """Whoever took it still works on it."""
    return update(delivery).where(*match_claim(taken)).values(renewed_at=at)


def release_claim(taken: Delivery) -> Statement:
    """It did not arrive: let the next wake take it."""
    return update(delivery).where(*match_claim(taken)).values(claimed_at=None)


def postpone_delivery(taken: Delivery, retry_at: datetime) -> Statement:
    """It could not be made, once more: let a wake take it from ``retry_at`` on.

    That is an hour from now at the most (``LONGEST_RETRY_PAUSE``).
    """
    again = {"claimed_at": None, "retry_at": retry_at, "failures": taken.failures + 1}
    return update(delivery).where(*match_claim(taken)).values(again)


async def list_unfinished(connection: AsyncConnection) -> list[Delivery]:
    """Claimed and never finished, whoever claimed them; the oldest first."""
    query = (
        select(delivery).where(*match_unfinished()).order_by(delivery.c.due_at, delivery.c.period)
    )
    return [read_delivery_row(row) for row in await connection.execute(query)]


async def is_unfinished(connection: AsyncConnection, one: Delivery) -> bool:
    """Whether that delivery is still to be made."""
    found = await connection.execute(
        select(delivery.c.report).where(*match_delivery(one), *match_unfinished())
    )
    return found.first() is not None


async def was_requested(connection: AsyncConnection, chat_id: int, message_id: int) -> bool:
    """Whether a report was asked for with the choices in that message."""
    there = delivery.c.chat_id == chat_id, delivery.c.asked == message_id
    return (await connection.execute(select(delivery.c.report).where(*there))).first() is not None


async def list_past_deliveries(
    connection: AsyncConnection, schedule_id: str, chat_id: int
) -> list[PastDelivery]:
    """What a schedule has brought, or is bringing, into a chat; the newest first."""
    query = (
        select(delivery.c.scope, delivery.c.period, delivery.c.skipped_at)
        .where(delivery.c.schedule == schedule_id, delivery.c.chat_id == chat_id)
        .order_by(delivery.c.due_at.desc())
        .limit(NEWEST_LIMIT)
    )
    rows = await connection.execute(query)
    return [PastDelivery(row.scope, row.period, row.skipped_at is not None) for row in rows]


async def find_last_period(connection: AsyncConnection, chat_id: int, report: str) -> str:
    """The period of the last report of a kind that a schedule brought; empty before the first."""
    # What somebody asked for in between does not move the periods of the schedule.
    query = (
        select(delivery.c.period)
        .where(delivery.c.chat_id == chat_id, delivery.c.report == report)
        .where(delivery.c.schedule != "", delivery.c.delivered_at.is_not(None))
        .order_by(delivery.c.due_at.desc())
    )
    return (await connection.execute(query)).scalar() or ""


async def count_delivered(connection: AsyncConnection, due_at: datetime) -> int:
    """How many reports due at a time have been delivered."""
    query = select(func.count()).where(
        delivery.c.due_at == due_at, delivery.c.delivered_at.is_not(None)
    )
    return (await connection.execute(query)).scalar_one()


def read_delivery_row(row: Row[Any]) -> Delivery:
    """A delivery from its row."""
    # Without ``claimed_at``: reading a row gives nobody the claim on it.
    return Delivery(
        row.report,
        row.period,
        row.chat_id,
        row.language,
        row.due_at,
        row.scope,
        row.schedule,
        row.asked,
        dict(row.notices),
        row.failures,
    )

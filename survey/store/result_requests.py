"""Who wants to be told the results of a wave, and who has been told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from survey.store.database import Store
from survey.store.schema import contact, respondent, wave, wish
from survey.store.writer import Statement

#: Whoever was to be told by a process that died is told by another one after this.
TELLING_DURATION = timedelta(minutes=15)


class ResultRequestStatus(Enum):
    """How a person stands to the results of a wave."""

    NONE = auto()
    #: They will be told; it can be taken back.
    WAITING = auto()
    #: They were told, or are being told.
    TOLD = auto()


@dataclass(frozen=True, slots=True)
class ResultRequest:
    """Somebody to be told, in their language; ``notice_id`` is the message it is put into."""

    telegram_id: int
    wave_id: str
    language: str
    notice_id: int | None


def read_status(claimed_at: datetime | None) -> ResultRequestStatus:
    """How whoever wished stands to the results, by the claim of their wish."""
    return ResultRequestStatus.WAITING if claimed_at is None else ResultRequestStatus.TOLD


def add_result_request(telegram_id: int, wave_id: str, at: datetime) -> Statement:
    """The person wants to be told."""
    return insert(wish).values(telegram_id=telegram_id, wave_id=wave_id, asked_at=at)


def delete_result_request(telegram_id: int, wave_id: str) -> Statement:
    """The person no longer does; too late once somebody is at it."""
    return delete(wish).where(*match_person_wave(telegram_id, wave_id), wish.c.claimed_at.is_(None))


async def waves_to_tell(connection: AsyncConnection, now: datetime) -> list[str]:
    """The closed waves of which somebody is still to be told, the first to close first."""
    query = (
        select(wave.c.id)
        .join(wish, wish.c.wave_id == wave.c.id)
        .join(contact, contact.c.telegram_id == wish.c.telegram_id)
        .where(wave.c.closes_at <= now, *match_untold())
        .group_by(wave.c.id)
        .order_by(wave.c.closes_at, wave.c.id)
    )
    return list((await connection.execute(query)).scalars())


async def count_waiting(connection: AsyncConnection, wave_id: str) -> int:
    """How many people are still to be told of a wave."""
    query = (
        select(func.count())
        .select_from(wish)
        .join(contact, contact.c.telegram_id == wish.c.telegram_id)
        .where(wish.c.wave_id == wave_id, *match_untold())
    )
    return (await connection.execute(query)).scalar_one()


async def list_waiting(connection: AsyncConnection, wave_id: str) -> list[ResultRequest]:
    """Who is still to be told of a wave, whoever asked first being the first."""
    query = (
        select(wish, respondent.c.language)
        .join(contact, contact.c.telegram_id == wish.c.telegram_id)
        .join(respondent, respondent.c.id == contact.c.respondent_id)
        .where(wish.c.wave_id == wave_id, *match_untold())
        .order_by(wish.c.asked_at, wish.c.telegram_id)
    )
    return [
        ResultRequest(row.telegram_id, row.wave_id, row.language, row.notice)
        for row in await connection.execute(query)
    ]


async def claim_result_request(store: Store, one: ResultRequest, now: datetime) -> bool:
    """Whether this process is the one to tell them; not if they took it back meanwhile."""
    old = wish.c.claimed_at.is_(None) | (wish.c.claimed_at <= now - TELLING_DURATION)
    # The condition stands in the update itself: of two processes one changes the row, the other
    # none.
    taken = (
        update(wish)
        .where(*match_result_request(one), wish.c.told_at.is_(None), old)
        .values(claimed_at=now)
    )
    async with store.begin() as connection:
        return (await connection.execute(taken)).rowcount == 1


def set_result_notice(one: ResultRequest, message_id: int | None) -> Statement:
    """The message that the summary is put into; None if they have deleted it."""
    return update(wish).where(*match_result_request(one)).values(notice=message_id)


def mark_told(one: ResultRequest, at: datetime) -> Statement:
    """They were told."""
    return update(wish).where(*match_result_request(one)).values(told_at=at)


def match_person_wave(telegram_id: int, wave_id: str) -> tuple[ColumnElement[bool], ...]:
    """One person's wish for one wave, as a condition."""
    return wish.c.telegram_id == telegram_id, wish.c.wave_id == wave_id


def match_result_request(one: ResultRequest) -> tuple[ColumnElement[bool], ...]:
    """The row of a wish, as a condition."""
    return match_person_wave(one.telegram_id, one.wave_id)


def match_untold() -> tuple[ColumnElement[bool], ...]:
    """Not told yet, and not somebody who has blocked us, as a condition."""
    return wish.c.told_at.is_(None), contact.c.blocked_at.is_(None)

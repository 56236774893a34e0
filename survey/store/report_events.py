"""What has happened that a report may follow upon: waves closed, workshops ended, news at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from survey.store.schema import MICROSECOND, interview, receipt, refusal, wave
from survey.store.workshop_schema import move, vote
from survey.workshop.moves import MoveKind


@dataclass(frozen=True, slots=True)
class CompletedEvent:
    """Something with an ``id`` of its own that began and has ended."""

    id: str
    began: datetime
    ended: datetime


async def list_closed_waves(connection: AsyncConnection, now: datetime) -> list[CompletedEvent]:
    """The waves that have closed, the first one first."""
    query = select(wave).where(wave.c.closes_at <= now).order_by(wave.c.closes_at, wave.c.id)
    return [
        CompletedEvent(row.id, row.opens_at, row.closes_at)
        for row in await connection.execute(query)
    ]


async def list_ended_workshops(connection: AsyncConnection) -> list[CompletedEvent]:
    """The workshops whose session was ended, the first one first.

    One lasts from its first move to just after its last, so that the last belongs to it.
    """
    # The last move tells whether the session was ended, since nothing can follow the lock.
    last = (
        select(
            move.c.workshop_id.label("workshop"),
            func.max(move.c.number).label("number"),
            func.min(move.c.at).label("began"),
        )
        .group_by(move.c.workshop_id)
        .subquery()
    )
    query = (
        select(move.c.workshop_id, last.c.began, move.c.at)
        .join(last, (move.c.workshop_id == last.c.workshop) & (move.c.number == last.c.number))
        .where(move.c.kind == MoveKind.LOCKED)
        .order_by(move.c.at, move.c.workshop_id)
    )
    rows = await connection.execute(query)
    return [CompletedEvent(id_, began, at + MICROSECOND) for id_, began, at in rows]


async def has_new_data(connection: AsyncConnection, since: datetime, until: datetime) -> bool:
    """Whether anything came since, or a wave opened or closed meanwhile."""
    newest = union_all(
        # Each interview has the time of its last step, which spares looking at ten million steps.
        select(func.max(interview.c.last_at)),
        select(vote.c.at).order_by(vote.c.id.desc()).limit(1).subquery().select(),
        select(func.max(move.c.at)),
        select(func.max(refusal.c.at)),
        # A withdrawal changes the figures and leaves nothing else behind.
        select(func.max(receipt.c.at)),
        select(func.max(wave.c.opens_at)).where(wave.c.opens_at < until),
        select(func.max(wave.c.closes_at)).where(wave.c.closes_at < until),
    )
    moments = (await connection.execute(newest)).scalars()
    return any(moment is not None and moment >= since for moment in moments)

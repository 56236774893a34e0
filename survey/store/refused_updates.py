"""The records of updates that were set aside: that there was one and where it failed, no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from survey.store.schema import set_aside
from survey.store.writer import Statement

#: A fault's place is cut after so many characters: the column is no longer.
LONGEST_PLACE = 255


@dataclass(frozen=True, slots=True)
class RefusedUpdate:
    """An update that could not be read or carried out: never what it said, nor whose it was.

    ``source`` is the bot's id, ``update_id`` 0 if it had none, ``kind`` the word that Telegram has
    for such an update, ``place`` where in the code it failed.
    """

    source: int
    update_id: int
    kind: str
    place: str
    at: datetime


async def is_recorded(connection: AsyncConnection, update: RefusedUpdate) -> bool:
    """Whether there is a record of the update."""
    found = await connection.execute(
        select(set_aside.c.at).where(
            set_aside.c.source == update.source, set_aside.c.update_id == update.update_id
        )
    )
    return found.first() is not None


def add_record(update: RefusedUpdate) -> Statement:
    """Record that an update was set aside."""
    return insert(set_aside).values(
        source=update.source,
        update_id=update.update_id,
        kind=update.kind,
        place=update.place[:LONGEST_PLACE],
        at=update.at,
    )


def delete_old_records(before: datetime) -> Statement:
    """Delete the records of what was set aside before then."""
    return delete(set_aside).where(set_aside.c.at < before)


async def count_records(connection: AsyncConnection) -> int:
    """How many updates were set aside."""
    return (await connection.execute(select(func.count()).select_from(set_aside))).scalar_one()

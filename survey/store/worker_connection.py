"""What processes on one PostgreSQL know of each other: locks that they hold, and announcements.

A lock belongs to a connection. PostgreSQL lets it go when the connection ends, whatever became of
the process, so nobody has to say that they are alive, and no clock decides who is. Who has a lock
is seen by the name of its connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from survey.store.database import build_engine
from survey.store.postgres import LOCK_FAMILY, translate_faults

#: Announcements go to all who listen here.
CHANNEL = "suara"
#: PostgreSQL cuts the name of a connection after so many bytes (NAMEDATALEN), and an announcement
#: may have less than 8,000.
LONGEST_NAME, LONGEST_ANNOUNCEMENT = 63, 7_000
#: Milliseconds after which PostgreSQL ends a connection that says nothing: whoever hangs, or is on
#: a machine that is gone, holds no lock any longer than that.
IDLE_TIMEOUT = 10_000
#: Numbers of our locks below this are those of ``WriteLock``.
FIRST_NUMBER = 1_000

SET_UP = text(
    "SELECT set_config('application_name', :name, false),"
    " set_config('idle_session_timeout', :timeout, false)"
)
LIST_LOCKS = text(
    """SELECT objid::int, application_name, pid = pg_backend_pid()
    FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND granted AND classid::int = :family AND objid::int >= :first
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
).bindparams(family=LOCK_FAMILY, first=FIRST_NUMBER)
TRY_LOCKS = text(
    """SELECT number FROM unnest(CAST(:numbers AS int[])) AS number
    WHERE pg_try_advisory_lock(:family, number)"""
).bindparams(bindparam("numbers"), family=LOCK_FAMILY)
SHARE_LOCK = text("SELECT pg_advisory_lock_shared(:family, :number)").bindparams(family=LOCK_FAMILY)
UNLOCK = text(
    "SELECT pg_advisory_unlock(:family, number) FROM unnest(CAST(:numbers AS int[])) AS number"
).bindparams(bindparam("numbers"), family=LOCK_FAMILY)
ANNOUNCE = text("SELECT pg_notify(:channel, :word)").bindparams(channel=CHANNEL)


@dataclass(frozen=True, slots=True)
class HeldLock:
    """A lock, the name of the connection that holds it, and whether that is ours."""

    number: int
    holder: str
    is_ours: bool


class WorkerConnection:
    """One connection that holds locks; what others announce is handed to ``hear``.

    Everything here raises DatabaseFault when the connection is lost, and with it all locks; the
    next ``list_locks`` opens another.
    """

    def __init__(self, url: str, name: str, hear: Callable[[str], None]) -> None:
        self._engine = build_engine(url, pool_size=1, max_overflow=0, isolation_level="AUTOCOMMIT")
        self._name, self._hear = name, hear
        self._connection: AsyncConnection | None = None
        #: Two statements at once are more than a connection can carry out.
        self._turn = asyncio.Lock()

    async def list_locks(self, presence: int) -> list[HeldLock]:
        """Who holds which lock; we ourselves share ``presence`` from the first look on."""
        async with self._turn:
            try:
                if self._connection is None:
                    await self._connect(presence)
                return [HeldLock(*row) for row in await self._execute(LIST_LOCKS)]
            except BaseException:
                await self._disconnect()
                raise

    async def try_locks(self, numbers: Collection[int]) -> set[int]:
        """Those of the locks that were free, and are ours now."""
        async with self._turn:
            found = await self._execute(TRY_LOCKS, numbers=sorted(numbers)) if numbers else []
            return {number for (number,) in found}

    async def unlock(self, numbers: Collection[int]) -> None:
        """Let locks go."""
        async with self._turn:
            if numbers:
                await self._execute(UNLOCK, numbers=sorted(numbers))

    async def announce(self, word: str) -> None:
        """Tell all others."""
        async with self._turn:
            await self._execute(ANNOUNCE, word=word)

    async def close(self) -> None:
        """Let all locks go and end."""
        await self._disconnect()
        await self._engine.dispose()

    async def _connect(self, presence: int) -> None:
        self._connection = await self._engine.connect()
        await self._execute(SET_UP, name=self._name, timeout=str(IDLE_TIMEOUT))
        await self._execute(SHARE_LOCK, number=presence)
        driver: Any = (await self._connection.get_raw_connection()).driver_connection
        own = driver.get_server_pid()

        def hear(_: object, sender: int, _channel: str, word: str) -> None:
            if sender != own:
                self._hear(word)

        with translate_faults():
            await driver.add_listener(CHANNEL, hear)

    async def _disconnect(self) -> None:
        lost, self._connection = self._connection, None
        if lost is not None:
            with suppress(DBAPIError, OSError):
                # It listens and has locks: it must not go back to the pool.
                await lost.invalidate()
                await lost.close()

    async def _execute(self, statement: Any, **values: object) -> list[Any]:
        if self._connection is None:
            raise OperationalError(None, None, ConnectionError("the connection was lost"))
        return list(await self._connection.execute(statement, values))

"""Transactions that are handed in as functions: of SQLite in a thread, of others on the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine, event
from sqlalchemy.ext.asyncio import AsyncEngine

T = TypeVar("T")


class Transactions:
    """Carries transactions out over an asynchronous driver that needs no thread."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def run(self, work: Callable[[Connection], T]) -> T:
        """What ``work`` gives, in a transaction of its own. Raises what it raises."""
        async with self._engine.begin() as connection:
            return await connection.run_sync(work)

    async def close(self) -> None:
        """Close the connections."""
        await self._engine.dispose()


class TransactionThread:
    """One connection and its thread, which carries transactions out one after the other.

    aiosqlite makes a trip to its thread for every call, of which a single statement needs four;
    where several statements follow one another, the trips cost more than the statements.
    """

    def __init__(self, engine: Engine, begin: str) -> None:
        self._engine = engine
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="transactions")

        @event.listens_for(engine, "begin")
        def start(connection: Connection) -> None:
            connection.exec_driver_sql(begin)

    async def run(self, work: Callable[[Connection], T]) -> T:
        """What ``work`` gives, in a transaction of its own. Raises what it raises."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._carry_out, work)

    async def close(self) -> None:
        """Finish what was handed in, and close the connection."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._engine.dispose)
        self._thread.shutdown()

    def _carry_out(self, work: Callable[[Connection], T]) -> T:
        with self._engine.begin() as connection:
            return work(connection)

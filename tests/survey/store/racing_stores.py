"""Two processes on one PostgreSQL, held up in the middle of what they write."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Table, func, select, text

from survey.store.database import Store
from survey.store.write_locks import WriteLock
from survey.store.writer import Statement


@asynccontextmanager
async def open_pair(url: str) -> AsyncIterator[tuple[Store, Store]]:
    """What two processes have open."""
    async with Store.open(url) as one, Store.open(url) as other:
        yield one, other


@asynccontextmanager
async def hold_open(store: Store, written: list[Statement]) -> AsyncIterator[None]:
    """A process has written that, and commits it in the end."""
    locks = [one for one in written if isinstance(one, WriteLock)]
    async with store.begin(*locks) as connection:
        for statement in written:
            if not isinstance(statement, WriteLock):
                sql, values = statement if isinstance(statement, tuple) else (statement, None)
                await connection.execute(sql, values)
        yield


async def wait_until_blocked(store: Store, task: asyncio.Task[Any]) -> None:
    """Until a connection waits for a lock in the database, or the task is over."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    async with store.read() as connection:
        while not task.done() and not (await connection.execute(waiting)).scalar_one():
            await asyncio.sleep(0.01)


async def race(one: Store, written: list[Statement], then: Coroutine[Any, Any, Any]) -> Any:
    """What comes of ``then``, begun while another process is about to commit ``written``.

    The commit comes once ``then`` waits for it; if it does not wait, it saw nothing of that.
    """
    async with hold_open(one, written):
        task = asyncio.create_task(then)
        await wait_until_blocked(one, task)
    [found] = await asyncio.gather(task, return_exceptions=True)
    return found


async def count_rows(store: Store, table: Table) -> int:
    async with store.read() as connection:
        return (await connection.execute(select(func.count()).select_from(table))).scalar_one()

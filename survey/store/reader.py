"""Group reads: what is asked for in one turn of the loop is read in one transaction.

A way to the database and back costs more than a row, so a hundred people who tap at once share
one. It begins after all of them asked, so each sees whatever was kept before they did.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection

#: So many share a transaction at the most; databases limit how many values a statement takes.
MOST_READS_TOGETHER = 500

T = TypeVar("T")
Key = TypeVar("Key", bound=Hashable)
#: Reads for many keys at once what there is of each; a key that it does not give has nothing.
GroupQuery = Callable[[Connection, Sequence[Key]], Mapping[Key, T]]


#: Carries a function out in one transaction, which sees one state of the database.
RunTransaction = Callable[[Callable[[Connection], Any]], Awaitable[Any]]


@dataclass(slots=True)
class PendingRead:
    """Somebody waits for what a query gives for a key."""

    query: GroupQuery[Any, Any]
    key: Hashable
    done: asyncio.Future[Any]


class Reader:
    """Reads for all who ask, a group after the other."""

    def __init__(self, run: RunTransaction) -> None:
        self._run_transaction = run
        self._waiting: list[PendingRead] = []
        self._task: asyncio.Task[None] | None = None

    async def read(self, query: GroupQuery[Key, T], key: Key) -> T | None:
        """What the query gives for the key, as of now or later; None if there is nothing.

        The same query, asked for many keys at once, is carried out once. What it gives may be
        handed to several, so it must not be changed. Raises what the query raises, and DBAPIError
        from the database.
        """
        done: asyncio.Future[T | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(PendingRead(query, key, done))
        if self._task is None:
            # A new task has its first turn behind everything that is due in this one, so whoever
            # else asks now is in the same group.
            self._task = asyncio.create_task(self._run(), name="reader")
        return await done

    async def stop(self) -> None:
        """Wait until everybody who has asked is answered."""
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while self._waiting:
            group = self._waiting[:MOST_READS_TOGETHER]
            del self._waiting[:MOST_READS_TOGETHER]
            await self._answer(group)
        self._task = None

    async def _answer(self, group: list[PendingRead]) -> None:
        """One transaction for all; if it fails, one for each, so that a bad one harms nobody."""
        try:
            found = await self._run_transaction(lambda connection: read_group(connection, group))
        except Exception as fault:  # Whatever it is concerns those who wait; others are read.
            if len(group) > 1:
                for pending in group:
                    await self._answer([pending])
            elif not group[0].done.done():
                group[0].done.set_exception(fault)
        else:
            for pending, answer in zip(group, found, strict=True):
                if not pending.done.done():  # Whoever waited may have been cancelled.
                    pending.done.set_result(answer)


def read_group(connection: Connection, group: Sequence[PendingRead]) -> list[Any]:
    """What each of a group gets; every query is carried out once, for all who ask it."""
    keys: dict[GroupQuery[Any, Any], dict[Hashable, None]] = {}
    for pending in group:
        keys.setdefault(pending.query, {})[pending.key] = None
    found = {query: query(connection, list(asked)) for query, asked in keys.items()}
    return [found[pending.query].get(pending.key) for pending in group]

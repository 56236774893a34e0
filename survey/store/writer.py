"""Group commit: what arrives together is kept in one transaction, each acknowledged after it.

On a slow disk a commit costs milliseconds whatever is in it, so a hundred people who answer at
once share one. Whoever calls ``keep`` goes on only after the commit.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from survey.store.postgres import is_server_trouble, is_transient, take_write_locks
from survey.store.schema import cause
from survey.store.write_locks import WriteLock

#: Something to carry out; one that is made once and used often comes with its values, or with
#: those of many rows, for each of which it is carried out. Or a lock, taken before all of them.
Statement = Executable | WriteLock | tuple[Executable, dict[str, Any] | list[dict[str, Any]]]
#: What is left when the locks are taken.
Executed = Executable | tuple[Executable, dict[str, Any] | list[dict[str, Any]]]
#: So many writes share a transaction at the most; the next group follows at once.
MOST_WRITES_TOGETHER = 500
#: A write that the database itself refuses to choose among others is repeated so often, at once.
TRANSIENT_ATTEMPTS = 5


class CollisionError(Exception):
    """Something else was kept first that excludes this: read again and decide anew."""


class AlreadyCarriedOutError(CollisionError):
    """The act's cause is marked in the store: the same update, or request, came a second time.

    Nothing is to be decided anew, for the first time it was decided and kept.
    """


@dataclass(slots=True)
class PendingWrite:
    """Statements that are kept together or not at all, under their locks."""

    statements: Sequence[Executed]
    locks: frozenset[WriteLock]
    done: asyncio.Future[None]


class Writer:
    """The only writer of a process."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._queue: asyncio.Queue[PendingWrite | None] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to take writes."""
        self._task = asyncio.create_task(self._run(), name="writer")

    async def stop(self) -> None:
        """Keep what was handed in, then stop."""
        if self._task is not None:
            # The mark of the end stands behind whatever was handed in before, so all of that is
            # kept.
            self._queue.put_nowait(None)
            await self._task

    async def keep(self, statements: Sequence[Statement]) -> None:
        """Keep the statements together, in their order; return after the commit.

        Raises AlreadyCarriedOutError if a cause among them was marked before, CollisionError if
        anything else collides with what is kept, and DBAPIError from the database. The mark of the
        cause comes first, so that an act that was carried out is not taken for one that collides.
        """
        if not statements:
            return
        write = build_write(statements)
        self._queue.put_nowait(write)
        # Whoever is cancelled here may have been kept all the same, since the write stays in the
        # queue; if the act is repeated, the mark of its cause says so.
        await write.done

    async def _run(self) -> None:
        while (first := await self._queue.get()) is not None:
            group = [first]
            last = False
            while not self._queue.empty() and len(group) < MOST_WRITES_TOGETHER:
                following = self._queue.get_nowait()
                if following is None:
                    # The end was found while a group was being filled: the group is kept before the
                    # loop ends.
                    last = True
                    break
                group.append(following)
            await self._keep(group)
            if last:
                return

    async def _keep(self, group: list[PendingWrite]) -> None:
        """One transaction for all; if it fails, one for each, so that a bad one harms nobody."""
        try:
            await self._commit(group)
        except Exception as fault:  # Whatever it is concerns those who wait; the writer goes on.
            if len(group) == 1 or is_lock_fault(fault):
                for write in group:
                    fail_write(write, fault)
                return
            for write in group:
                # The rollback undid them all, so each is kept for the first time here, in the order
                # in which they came.
                await self._keep([write])
        else:
            for write in group:
                if not write.done.done():
                    # Whoever waited may have been cancelled; setting a result would then raise
                    # InvalidStateError, and end the writer for everybody.
                    write.done.set_result(None)

    async def _commit(self, group: list[PendingWrite]) -> None:
        """Keep a group in one transaction; one that is alone again, if only others were in the way.

        Of a larger group each is kept alone then, which comes to the same.
        """
        for attempt in range(1, TRANSIENT_ATTEMPTS + 1):
            try:
                async with self._engine.begin() as connection:
                    await take_write_locks(connection, {k for write in group for k in write.locks})
                    if len(group) == 1:
                        await execute_statements(connection, group[0].statements)
                    else:
                        await execute_group(connection, group)
                return
            except DBAPIError as fault:
                if len(group) > 1 or attempt == TRANSIENT_ATTEMPTS or not is_transient(fault):
                    raise


def build_write(statements: Sequence[Statement]) -> PendingWrite:
    """What waits to be kept, its locks apart."""
    return PendingWrite(
        [one for one in statements if not isinstance(one, WriteLock)],
        frozenset(one for one in statements if isinstance(one, WriteLock)),
        asyncio.get_running_loop().create_future(),
    )


async def execute_statements(connection: AsyncConnection, statements: Sequence[Executed]) -> None:
    """Run statements in order. Raises AlreadyCarriedOutError and CollisionError."""
    for number, statement in enumerate(statements):
        sql, values = statement if isinstance(statement, tuple) else (statement, None)
        try:
            await connection.execute(sql, values)
        except IntegrityError:
            raise classify_collision(sql, number) from None


def classify_collision(sql: Executable, number: int) -> CollisionError:
    """What it means that the statement at a place, from 0, collides with what is kept."""
    # Only the mark of a cause is ever written into that table.
    if getattr(sql, "table", None) is cause:
        return AlreadyCarriedOutError("the cause was carried out before")
    return CollisionError(f"statement {number} collides with what is kept")


async def execute_group(connection: AsyncConnection, group: Sequence[PendingWrite]) -> None:
    """Run the statements of several writes, each one's in order, what is alike in one call."""
    # Only the order within one write matters (a step needs the row of its interview), so writes may
    # be interleaved. A collision is not classified here: it rolls the group back, and each write is
    # then kept alone, where it shows which one collided.
    lines = [deque(write.statements) for write in group]
    while lines := [line for line in lines if line]:
        head = lines[0][0]
        if not isinstance(head, tuple):
            lines[0].popleft()
            await connection.execute(head)
            continue
        sql, _ = head
        # The same object, not an equal statement: what is made once at import (such as ADD_STEP)
        # can be carried out for many people in a single executemany.
        alike = [line for line in lines if isinstance(line[0], tuple) and line[0][0] is sql]
        await connection.execute(sql, [row for line in alike for row in take_rows(line)])


def take_rows(line: deque[Executed]) -> list[dict[str, Any]]:
    """Take the first statement of a line, which comes with values: those of each of its rows."""
    _, values = line.popleft()  # type: ignore[misc]
    return values if isinstance(values, list) else [values]


def is_lock_fault(fault: Exception) -> bool:
    """Whether a lock was not to be had in the time, or the server not at all.

    Nobody of a group is to blame then, and each would wait as long once more.
    """
    if isinstance(fault, OperationalError) and "database is locked" in str(fault.orig):
        return True
    return hasattr(getattr(fault, "orig", None), "sqlstate") and is_server_trouble(fault)


def fail_write(write: PendingWrite, fault: Exception) -> None:
    """Hand a failure to whoever waits, unless they have gone."""
    if not write.done.done():
        write.done.set_exception(fault)

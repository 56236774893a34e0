"""PostgreSQL: how its connections are set up, and what a lock is there.

Statements are the same as for SQLite. What differs is that others write at the same time. Writing
transactions are READ COMMITTED: most of what is decided on an older look collides with a key that
is taken by now, or stands as a condition in the statement itself, which PostgreSQL checks anew on
the row as it is after waiting. What remains is guarded by a ``WriteLock``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
from sqlalchemy import URL, Connection, func, make_url, select, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from survey.store.write_locks import WriteLock

#: The driver that a URL has to name.
POSTGRES_DRIVER = "postgresql+asyncpg"
#: Seconds that reaching the server may take.
CONNECT_TIMEOUT = 10
#: What the server ends by itself, in milliseconds: a statement that takes so long, one that waits
#: so long for a lock, a transaction in which nothing happens for so long.
TIMEOUTS = {
    "statement_timeout": 30_000,
    "lock_timeout": 10_000,
    "idle_in_transaction_session_timeout": 60_000,
}
#: The first half of the number of our advisory locks, so that another program's are others.
LOCK_FAMILY = int.from_bytes(b"Sura", "big")
#: A deadlock, and a serialization failure: nothing was kept, and the same may succeed now.
TRANSIENT_STATES = ("40P01", "40001")
#: What says of the server, and not of what it was asked, that it cannot be used now: classes of
#: SQLSTATE (no connection; no room for more; an operator has stopped it), and a transaction that
#: may only read, a lock and a statement that took too long.
TROUBLE_CLASSES = ("08", "53", "57")
TROUBLE_STATES = ("25006", "55P03")


def build_connect_arguments() -> dict[str, Any]:
    """How a connection of ours introduces itself, and what the server lets it do."""
    settings = {"application_name": "suara", "jit": "off"} | {
        name: str(limit) for name, limit in TIMEOUTS.items()
    }
    return {
        "server_settings": settings,
        "timeout": CONNECT_TIMEOUT,
        "async_creator_fn": connect_to_server,
    }


async def connect_to_server(*where: Any, **how: Any) -> Any:
    """Connect. Raises OperationalError, as for every other fault of a database."""
    with translate_faults():
        return await asyncpg.connect(*where, **how)


@contextmanager
def translate_faults() -> Iterator[None]:
    """Faults of a connection, where SQLAlchemy does not translate them, as OperationalError."""
    try:
        yield
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as fault:
        raise OperationalError(None, None, fault, connection_invalidated=True) from None


def build_libpq_url(database_url: str) -> URL:
    """The same database for PostgreSQL's own library, as reports reach it."""
    url = make_url(database_url).set(drivername="postgresql")
    words = {"sslmode" if key == "ssl" else key: value for key, value in url.query.items()}
    return url.set(query=words | {"application_name": "suara reports"})


def build_plain_url(database_url: str) -> URL:
    """The same database for a driver that needs no event loop, as in the process of a report."""
    return build_libpq_url(database_url).set(drivername="postgresql+psycopg")


def hold_lock(connection: Connection, lock: WriteLock) -> None:
    """Wait until no other connection has the lock, and hold it until this one is closed."""
    connection.execute(select(func.pg_advisory_lock(LOCK_FAMILY, int(lock))))
    connection.commit()


async def take_write_locks(connection: AsyncConnection, locks: Iterable[WriteLock]) -> None:
    """Wait until no other writing transaction has any of these locks, and hold them to the end."""
    if connection.dialect.name != "postgresql":
        return  # Whoever writes to SQLite has the whole file for themselves.
    if WriteLock.TABLES in locks:  # That may take minutes, and whoever comes later waits for it.
        await connection.execute(text("SET LOCAL lock_timeout = 0"))
        await connection.execute(text("SET LOCAL statement_timeout = 0"))
    # Always in the same order, so that no two wait for each other.
    for lock in sorted(locks):
        await connection.execute(select(func.pg_advisory_xact_lock(LOCK_FAMILY, int(lock))))


def is_transient(fault: Exception) -> bool:
    """Whether the very same transaction may succeed when it is repeated."""
    return isinstance(fault, DBAPIError) and (
        getattr(fault.orig, "sqlstate", None) in TRANSIENT_STATES
    )


def is_server_trouble(fault: Exception) -> bool:
    """Whether PostgreSQL itself cannot be used now, whatever it is asked."""
    if not isinstance(fault, DBAPIError):
        return False
    state = getattr(fault.orig, "sqlstate", None)
    if fault.connection_invalidated or state is None:
        return fault.connection_invalidated or isinstance(fault, OperationalError)
    return state[:2] in TROUBLE_CLASSES or state in TROUBLE_STATES

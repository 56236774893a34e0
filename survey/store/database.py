"""Opening the database: connections, pragmas, migrations."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

import structlog
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, delete, event, false
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError
from sqlalchemy.exc import DBAPIError as DatabaseFault
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from survey.store.erasure_list import complete_erasure_list
from survey.store.erasures import list_erasures
from survey.store.file_guard import (
    REPLACED,
    FileGuard,
    explain_missing_database,
    guard_commits,
    note_creation,
)
from survey.store.schema import cause
from survey.store.schema_version import MIGRATIONS, explain_newer_version
from survey.store.write_ahead_log import clear_log
from survey.store.writer import Writer

log = structlog.get_logger()

#: How long a connection waits for another process that is writing, in milliseconds.
BUSY_TIMEOUT = 10_000
#: Connections that read, and how much of the file each keeps in memory, in KiB.
READER_COUNT, CACHE_SIZE = 15, 512
#: Seconds between attempts to clear the log while somebody reads in it.
CLEARING_PAUSE = 1.0


class StoreError(Exception):
    """The database cannot be used; the message says what the operator can do."""


class Store:
    """The database of one running Suara. Use ``async with Store.open(url) as store``."""

    def __init__(self, url: str, erasure_list: Path | None = None) -> None:
        self.url = url
        #: Where what was erased is listed besides, if anywhere.
        self.erasure_list = erasure_list
        # All are kept open: opening one costs more than a read.
        # Nothing is reset when one goes back to the pool: readers are in autocommit, so there is
        # nothing to roll back.
        self._readers = build_engine(
            url, pool_size=READER_COUNT, max_overflow=0, pool_reset_on_return=None
        )
        # One connection, because SQLite lets only one write at a time; others of this process wait
        # for it in the pool instead of for the lock.
        self._writers = build_engine(url, pool_size=1, max_overflow=0)
        begin_immediately(self._writers)
        self._writer = Writer(self._writers)
        self.keep = self._writer.keep
        #: None where there is no file, or not yet.
        self.guard: FileGuard | None = None
        self._clearing: asyncio.Task[None] | None = None

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, erasure_list: Path | None = None) -> AsyncIterator[Self]:
        """Open, bring the tables up to date, close in the end. Raises StoreError.

        Where there is no database one is made, and a line says so, unless there was one before.
        """
        try:
            store = cls(url, erasure_list)
            await store._migrate()
        except (ArgumentError, ValueError) as fault:
            raise StoreError(f"The database URL {url!r} cannot be read: {fault}") from None
        except (DBAPIError, OSError) as fault:
            raise StoreError(
                explain_database_fault(fault, make_url(url).render_as_string())
            ) from None
        await store._writer.start()
        # Whoever was killed right after a withdrawal has left what was deleted in the log.
        await store.settle_erasures()
        try:
            yield store
        finally:
            if store._clearing is not None:
                store._clearing.cancel()  # Closing takes the log in, too.
                await asyncio.gather(store._clearing, return_exceptions=True)
            # The writer first: keeping what was handed in still needs its engine.
            await store._writer.stop()
            await store._close()

    def read(self) -> AsyncConnection:
        """A connection that sees everything committed so far: ``async with store.read() as c``."""
        return self._readers.connect()

    async def settle_erasures(self) -> None:
        """After something was erased: put it on the list, and leave nothing of it in the log.

        Where somebody reads in the log for longer than two seconds, it is tried on until they are
        done.
        """
        if self.guard is None or self.guard.found_fault:
            return
        if self.erasure_list is not None:
            await self._complete_list(self.erasure_list)
        if await asyncio.to_thread(clear_log, self.guard.path):
            return
        if self._clearing is None or self._clearing.done():
            self._clearing = asyncio.create_task(self._clear_patiently(self.guard.path))

    async def _complete_list(self, path: Path) -> None:
        async with self.read() as connection:
            done = await list_erasures(connection)
        try:
            await asyncio.to_thread(complete_erasure_list, path, done)
        except OSError as fault:
            # The database has it; the list is completed with the next one.
            log.warning("erasure not listed", file=str(path), reason=fault.strerror)

    async def _clear_patiently(self, path: Path) -> None:
        is_clear = False
        while not is_clear:
            await asyncio.sleep(CLEARING_PAUSE)
            is_clear = await asyncio.to_thread(clear_log, path)

    async def _migrate(self) -> None:
        file = find_database_file(self.url)
        is_new = file is not None and prepare_place(file)
        async with self._writers.begin() as connection:
            await connection.run_sync(upgrade_tables)
        if file is not None:
            note_creation(file)
            self.guard = FileGuard(file)
            guard_commits(self._writers, self.guard)
        if is_new:
            log.info("new database made", file=str(file))

    async def _close(self) -> None:
        if self.guard is not None and self.guard.found_fault:
            # SQLite would write into whatever lies at the path now, or delete its log.
            return
        await self._readers.dispose()
        await self._writers.dispose()
        if self.guard is not None:
            self.guard.close()

    @property
    def write_engine(self) -> AsyncEngine:
        """The engine that writes, for maintenance that does not fit into one group."""
        return self._writers


def prepare_place(file: Path) -> bool:
    """Make the folder of a database; whether the database is to be made, too. Raises StoreError."""
    if why_not := explain_missing_database(file):
        raise StoreError(why_not)
    # SQLite makes the file, but not its folder.
    file.parent.mkdir(parents=True, exist_ok=True)
    return not file.exists()


def build_engine(url: str, **options: Any) -> AsyncEngine:
    """An engine; SQLite durable in WAL mode, every statement seeing all that is committed."""
    # Parameters are what people wrote, and an error that names them would end up in the log.
    made = create_async_engine(url, hide_parameters=True, **options)
    if made.dialect.name != "sqlite":
        return made

    @event.listens_for(made.sync_engine, "connect")
    def set_up(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # The driver's own BEGIN comes too late for us.
        cursor = connection.cursor()
        # WAL: readers see the last commit while somebody writes, and neither waits for the other.
        # FULL: in WAL mode only so is a commit on the disk when it returns, as "kept" says.
        # SQLite minds foreign keys only where each connection asks for it.
        # Secure delete: what is withdrawn is overwritten, not just left out of the tree. Nothing of
        # it is sorted in a temporary file, either.
        # The timeout comes first, since changing the journal mode may itself wait for another
        # process. A negative cache size means KiB to SQLite, a positive one pages.
        for pragma in (
            f"busy_timeout = {BUSY_TIMEOUT}",
            f"cache_size = -{CACHE_SIZE}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "secure_delete = ON",
            "temp_store = MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return made


def begin_immediately(made: AsyncEngine) -> None:
    """Let transactions take SQLite's write lock at their start, so that none fails midway.

    One that begins by reading and then writes is refused at once if another process has written
    since (SQLITE_BUSY_SNAPSHOT), however long it would wait; one that begins with the lock waits.
    """
    if made.dialect.name == "sqlite":

        @event.listens_for(made.sync_engine, "begin")
        def start(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")


def upgrade_tables(connection: Connection) -> None:
    """Bring the tables to the newest revision. Raises StoreError if they are of a newer Suara."""
    if why_not := explain_newer_version(connection):
        raise StoreError(why_not)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    # Alembic would connect by itself; on this connection it runs in the transaction that holds the
    # write lock, so that two processes that start at once take turns.
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    # Whether we may write shows now, not with the first answer.
    connection.execute(delete(cause).where(false()))


def is_supported_url(url: str) -> bool:
    """Whether an address is one of a database that we can use."""
    try:
        return make_url(url).drivername == "sqlite+aiosqlite"
    except ArgumentError:
        return False


def find_database_file(url: str) -> Path | None:
    """The file of a SQLite database; None for other databases and for memory."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    return Path(str(parsed.database))


def is_value_fault(fault: DBAPIError) -> bool:
    """Whether the database is well and only cannot take a value, of a type that it does not know.

    SQLite's driver has one class of errors for that and for a closed connection, so its words
    decide ("Error binding parameter 1: type 'dict' is not supported").
    """
    return isinstance(fault, DataError) or "binding parameter" in str(fault.orig)


def explain_database_fault(fault: Exception, url: str = "in use") -> str:
    """One line for the operator: what the database refuses and what to do about it."""
    reason = str(getattr(fault, "orig", None) or fault).strip()
    for sign, remedy in DATABASE_REMEDIES.items():
        if sign in reason.lower():
            return f"The database {url} cannot be used ({reason}). {remedy}"
    return f"The database {url} cannot be used ({reason})."


DATABASE_REMEDIES = {
    REPLACED: "Suara ends and takes nothing more. Put the right file there and start again.",
    "locked": "Another program is writing to it: stop that program and start again.",
    "readonly": "Give this user the right to write to the file and its folder.",
    "read-only": "Give this user the right to write to the file and its folder.",
    "permission denied": "Give this user the right to write to the file and its folder.",
    "unable to open": "Check that the folder exists and that this user may write there.",
    "full": "The disk is full: make room and start again. Nothing was lost.",
    "no such table": "Its tables are of another version: suara run brings them up to date.",
    "no such column": "Its tables are of another version: suara run brings them up to date.",
    "not a database": "The file is something else: name another one in [database] url.",
    "malformed": "The file is damaged: put back the last backup, suara restore FILE.",
}

__all__ = [
    "DatabaseFault",
    "Store",
    "StoreError",
    "explain_database_fault",
    "is_supported_url",
    "is_value_fault",
]

"""Opening the database: connections, pragmas, migrations."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

import structlog
from sqlalchemy import Connection, Engine, create_engine, delete, event, false
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
from survey.store.postgres import POSTGRES_DRIVER, build_connect_arguments, take_write_locks
from survey.store.reader import Reader
from survey.store.schema import cause
from survey.store.schema_version import (
    MIGRATIONS,
    explain_newer_version,
    list_known_versions,
    read_version,
)
from survey.store.transactions import Transactions, TransactionThread
from survey.store.transfer_mark import TransferMark, read_file_mark, read_transfer_mark
from survey.store.write_ahead_log import clear_log
from survey.store.write_locks import WriteLock
from survey.store.writer import CollisionError, Statement, Writer

log = structlog.get_logger()

#: How long a connection waits for another process that is writing, in milliseconds.
BUSY_TIMEOUT = 10_000
#: Connections, of which one writes and one reads groups, and how much of SQLite's file each keeps
#: in memory, in KiB.
CONNECTION_COUNT, CACHE_SIZE = 16, 512
#: Seconds between attempts to clear the log while somebody reads in it.
CLEARING_PAUSE = 1.0
#: So often at the most something is decided anew because another process was faster.
DECISION_ATTEMPTS = 5
#: What ``Store.read`` gives, for those who only hand it on.
StoreConnection = AsyncConnection
#: What stands between name and server in an address.
PASSWORD_PATTERN = re.compile(r"(?<=:)[^:@/]*(?=@)")


class StoreError(Exception):
    """The database cannot be used; the message says what the operator can do."""


class StoreMovedError(StoreError):
    """The survey is kept elsewhere, or not all of it is here yet; the message says where."""


class Store:
    """The database of one running Suara. Use ``async with Store.open(url) as store``."""

    def __init__(
        self, url: str, connections: int = CONNECTION_COUNT, erasure_list: Path | None = None
    ) -> None:
        self.url = url
        #: Where what was erased is listed besides, if anywhere.
        self.erasure_list = erasure_list
        # All are kept open: opening one costs more than a read.
        # Nothing is reset when one goes back to the pool: readers are in autocommit, so there is
        # nothing to roll back.
        self._readers = build_engine(
            url,
            pool_size=connections - 2,
            max_overflow=0,
            pool_reset_on_return=None,
            isolation_level="AUTOCOMMIT",
        )
        # One connection, because SQLite lets only one write at a time; others of this process wait
        # for it in the pool instead of for the lock. With PostgreSQL it is enough, too: what
        # arrives together is kept together.
        self._writers = build_engine(url, pool_size=1, max_overflow=0)
        begin_immediately(self._writers)
        self._writer = Writer(self._writers)
        self.keep = self._writer.keep
        self._snapshots = build_snapshots(url)
        self._reader = Reader(self._snapshots.run)
        self.read_together = self._reader.read
        #: None where there is no file, or not yet.
        self.guard: FileGuard | None = None
        self._clearing: asyncio.Task[None] | None = None

    @classmethod
    @asynccontextmanager
    async def open(
        cls, url: str, connections: int = CONNECTION_COUNT, erasure_list: Path | None = None
    ) -> AsyncIterator[Self]:
        """Open, bring the tables up to date, close in the end. Raises StoreError.

        ``connections`` are how many there are at the most; one of them writes, one reads groups.
        Where there is no database one is made, and a line says so, unless there was one before.
        """
        try:
            store = cls(url, connections, erasure_list)
            await store._migrate()
        except (ArgumentError, ValueError) as fault:
            address = hide_password(url)
            raise StoreError(f"The database URL {address!r} cannot be read: {fault}") from None
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
            await store._reader.stop()
            await store._close()

    def read(self) -> AsyncConnection:
        """A connection that sees everything committed so far: ``async with store.read() as c``."""
        return self._readers.connect()

    async def settle_erasures(self) -> None:
        """After something was erased: put it on the list, and leave nothing of it in the log.

        Where somebody reads in the log for longer than two seconds, it is tried on until they are
        done.
        """
        if self.guard is not None and self.guard.found_fault:
            return
        if self.erasure_list is not None:
            await self._complete_list(self.erasure_list)
        if self.guard is None:
            return  # PostgreSQL clears its log by itself.
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
        if file is not None:
            # One that was moved is closed to writers, so it is looked at before anything else.
            self._refuse_moved(read_file_mark(file))
        # Under a lock, so that two processes that start at once take turns.
        async with self.begin(WriteLock.TABLES) as connection:
            self._refuse_moved(await connection.run_sync(read_transfer_mark))
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
        await self._snapshots.close()
        await self._readers.dispose()
        await self._writers.dispose()
        if self.guard is not None:
            self.guard.close()

    def _refuse_moved(self, mark: TransferMark | None) -> None:
        if mark is not None:
            raise StoreMovedError(f"{make_url(self.url).render_as_string()}: {mark}")

    async def check_writing(self) -> None:
        """Raise DatabaseFault unless this is the database that was opened, and can be written."""
        async with self.begin() as connection:
            await connection.execute(delete(cause).where(false()))
        if self.guard is not None:
            await asyncio.to_thread(self.guard.check)

    @asynccontextmanager
    async def begin(self, *locks: WriteLock) -> AsyncIterator[AsyncConnection]:
        """A writing transaction that reads, too; under its locks it alone does what they are for.

        It is committed in the end, or rolled back after a fault.
        """
        async with self._writers.begin() as connection:
            await take_write_locks(connection, locks)
            yield connection

    async def keep_decided(
        self, decide: Callable[[StoreConnection], Awaitable[list[Statement]]]
    ) -> None:
        """Keep what is decided on what is kept, anew if somebody else kept the same meanwhile.

        Raises CollisionError if that does not help.
        """
        for attempt in range(1, DECISION_ATTEMPTS + 1):
            async with self.read() as connection:
                statements = await decide(connection)
            try:
                await self.keep(statements)
            except CollisionError:
                if attempt == DECISION_ATTEMPTS:
                    raise
            else:
                return

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
    if make_url(url).get_backend_name() == "postgresql":
        options["connect_args"] = build_connect_arguments()
    made = create_async_engine(url, hide_parameters=True, **options)
    if made.dialect.name == "sqlite":
        set_up_connections(made.sync_engine)
    return made


def build_snapshots(url: str) -> TransactionThread | Transactions:
    """What reads in transactions, each of which sees one state of the database."""
    if make_url(url).get_backend_name() == "sqlite":
        return TransactionThread(build_thread_engine(url), "BEGIN")
    return Transactions(
        build_engine(url, pool_size=1, max_overflow=0, isolation_level="REPEATABLE READ")
    )


def build_thread_engine(url: str) -> Engine:
    """The same for one connection of SQLite that is used in a thread, without aiosqlite."""
    driver = make_url(url).set(drivername="sqlite")
    # A transaction is ended before its connection goes back: there is nothing to reset.
    made = create_engine(
        driver, hide_parameters=True, pool_size=1, max_overflow=0, pool_reset_on_return=None
    )
    set_up_connections(made)
    return made


def set_up_connections(engine: Engine) -> None:
    """Let every connection of SQLite be durable, in WAL mode."""

    @event.listens_for(engine, "connect")
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
    if read_version(connection) != list_known_versions()[-1]:
        run_migrations(connection)
    # Whether we may write shows now, not with the first answer.
    connection.execute(delete(cause).where(false()))


def run_migrations(connection: Connection) -> None:
    """Carry out the migrations that are missing."""
    # Imported here: it takes a quarter of a second and 11 MB, and hardly any start needs it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    # Alembic would connect by itself; on this connection it runs in the transaction that holds the
    # lock.
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def name_driver(url: str) -> str:
    """An address with the driver that we use, where it names only the kind of database."""
    for driver in ("sqlite+aiosqlite", POSTGRES_DRIVER):
        kind = driver.partition("+")[0]
        url = url.replace(f"{kind}:", f"{driver}:", 1) if url.startswith(f"{kind}:") else url
    return url


def is_supported_url(url: str) -> bool:
    """Whether an address is one of a database that we can use."""
    try:
        return make_url(url).drivername in ("sqlite+aiosqlite", POSTGRES_DRIVER)
    except ArgumentError:
        return False


def hide_password(url: str) -> str:
    """An address as it may be printed, also one that cannot be read."""
    return PASSWORD_PATTERN.sub("***", url)


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
    # PostgreSQL's words; those of SQLite and of the operating system follow.
    "password authentication failed": "Look at the name and the password in [database] url.",
    "no pg_hba.conf entry": "Let the server's pg_hba.conf admit this user from this machine.",
    "connection refused": "Start PostgreSQL, or look at the host and port in [database] url.",
    "connect call failed": "Start PostgreSQL, or look at the host and port in [database] url.",
    "the database system is": "PostgreSQL is starting or stopping: start again in a moment.",
    "too many clients": "Let the server take more (max_connections), or this program fewer.",
    "connection slots": "Let the server take more (max_connections), or this program fewer.",
    "lock timeout": "Another program holds a lock: see pg_stat_activity on the server.",
    "permission denied for": "Give this user the right to create and to write there.",
    "does not exist": "Create it on the server, or look at [database] url.",
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
    "StoreMovedError",
    "explain_database_fault",
    "is_supported_url",
    "is_value_fault",
]

"""Moves a survey from a SQLite file to PostgreSQL; it may be interrupted and called again.

The file is left as it is, closed to whoever starts Suara on it. Rows go over in the order of their
keys, each portion in one transaction; so how many are there tells where to go on. In the end every
table of both is read once more, counted and summed up, and only then the new one may be used.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Table, create_engine, make_url
from sqlalchemy.exc import DBAPIError

from survey.store import workshop_schema
from survey.store.database import (
    StoreError,
    build_engine,
    explain_database_fault,
    find_database_file,
    upgrade_tables,
)
from survey.store.postgres import POSTGRES_DRIVER
from survey.store.transfer_mark import open_file_to_read, read_transfer_mark

#: Rows that go over in one transaction.
PORTION = 10_000
#: Hears the name of a table, how many of its rows are done, and how many there are.
TransferProgress = Callable[[str, int, int], None]
#: All tables, each after those that it refers to.
TABLES: tuple[Table, ...] = tuple(workshop_schema.workshop.metadata.sorted_tables)


class TransferError(StoreError):
    """The survey cannot be moved so; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class TableSum:
    """How many rows a table has, and a sum over all that stands in them, in whatever order."""

    rows: int = 0
    digest: int = 0


async def transfer_store(source: str, target: str, watch: TransferProgress) -> dict[str, TableSum]:
    """Move everything from the file of ``source`` to the PostgreSQL of ``target``.

    Returns what was compared: table -> its rows and their sum, the same on both sides. Raises
    TransferError, and StoreError for a database that cannot be used.
    """
    path, place = find_source(source), name_target(target)
    close_source(path, place)
    try:
        async with open_target(target, str(path)) as connection:
            with closing(open_file_to_read(path)) as old:
                for table in TABLES:
                    await copy_table(old, connection, table, watch)
                found = {t.name: await compare_table(old, connection, t, watch) for t in TABLES}
            await finish_target(connection)
    except (DBAPIError, OSError) as fault:
        raise StoreError(explain_database_fault(fault, place)) from None
    return found


def find_source(url: str) -> Path:
    """The file that is moved. Raises TransferError if there is none."""
    path = find_database_file(url)
    if path is None or not path.exists():
        raise TransferError("--from: there is no such file; write sqlite:///var/suara.db.")
    return path.absolute()


def name_target(url: str) -> str:
    """The new place as it may be printed. Raises TransferError for what is no PostgreSQL."""
    if make_url(url).drivername != POSTGRES_DRIVER:
        raise TransferError("--to: write postgresql://USER:PASSWORD@HOST/DATABASE.")
    return make_url(url).render_as_string()


def close_source(path: Path, place: str) -> None:
    """Bring the file's tables up to date, and write into it where the survey is from now on.

    Raises TransferError if somebody has it open, or it was moved elsewhere.
    """
    engine = create_engine(f"sqlite:///{path}")
    try:
        with engine.begin() as connection:
            known = read_transfer_mark(connection)
            if known is None:
                upgrade_tables(connection)
            elif known.place != place:
                raise TransferError(f"{path}: is being moved to {known.place} already.")
    finally:
        engine.dispose()
    if known is None:
        mark_source(path, place)


def mark_source(path: Path, place: str) -> None:
    """Nobody may write to the file any more. Raises TransferError if somebody has it open."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=1)) as connection:
        try:
            # Leaving WAL mode takes the whole file, which fails while anybody else has it open.
            connection.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError:
            raise TransferError(f"{path}: a program has it open. Stop Suara first.") from None
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("CREATE TABLE transfer (kind TEXT NOT NULL, place TEXT NOT NULL)")
        connection.execute("INSERT INTO transfer VALUES ('moved', ?)", [place])
        connection.execute("COMMIT")
    path.chmod(0o400)


@asynccontextmanager
async def open_target(url: str, source: str) -> AsyncIterator[Any]:
    """The driver's own connection to the new database, with its tables.

    Raises TransferError for one that has something else in it.
    """
    engine = build_engine(url, pool_size=1, max_overflow=0)
    try:
        async with engine.begin() as connection:
            known = await connection.run_sync(read_transfer_mark)
            await connection.run_sync(upgrade_tables)
        async with engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            # As it stands there, letter by letter.
            as_text = {"encoder": str.encode, "decoder": bytes.decode, "format": "binary"}
            await driver.set_type_codec("json", schema="pg_catalog", **as_text)
            if known is None:
                await mark_target(driver, source)
            elif known.place != source:
                raise TransferError(f"--to: is being filled from {known.place} already.")
            yield driver
    finally:
        await engine.dispose()


async def mark_target(driver: Any, source: str) -> None:
    """Nobody may use the new database yet. Raises TransferError if it is in use."""
    for table in TABLES:
        if await driver.fetchval(f'SELECT EXISTS (SELECT FROM "{table.name}")'):  # noqa: S608
            raise TransferError("--to: there is a survey in it. Name an empty database.")
    async with driver.transaction():
        await driver.execute("CREATE TABLE transfer (kind TEXT NOT NULL, place TEXT NOT NULL)")
        await driver.execute("INSERT INTO transfer VALUES ('filling', $1)", source)


async def copy_table(
    old: sqlite3.Connection, driver: Any, table: Table, watch: TransferProgress
) -> None:
    """Bring over the rows that are not there yet."""
    total = old.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()[0]  # noqa: S608
    done = await driver.fetchval(f'SELECT count(*) FROM "{table.name}"')  # noqa: S608
    watch(table.name, done, total)
    for rows in read_portions(old, table, done):
        await driver.copy_records_to_table(
            table.name, records=rows, columns=[column.name for column in table.columns]
        )
        done += len(rows)
        watch(table.name, done, total)


def read_portions(
    old: sqlite3.Connection, table: Table, skipped: int = 0
) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a table in the order of its key, but for the first ``skipped``."""
    order = ", ".join(f'"{column.name}"' for column in table.primary_key)
    cursor = old.execute(f"{build_select(table)} ORDER BY {order} LIMIT -1 OFFSET ?", [skipped])
    # SQLite has numbers for yes and no.
    flags = [n for n, column in enumerate(table.columns) if isinstance(column.type, Boolean)]
    while rows := cursor.fetchmany(PORTION):
        yield [convert_flags(row, flags) for row in rows] if flags else rows


def convert_flags(row: tuple[Any, ...], flags: Iterable[int]) -> tuple[Any, ...]:
    """A row with yes and no where those stand."""
    values = list(row)
    for place in flags:
        values[place] = None if values[place] is None else bool(values[place])
    return tuple(values)


def build_select(table: Table) -> str:
    """Reads all columns in the schema's order: in the databases it may be another one."""
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    return f'SELECT {columns} FROM "{table.name}"'  # noqa: S608


async def compare_table(
    old: sqlite3.Connection, driver: Any, table: Table, watch: TransferProgress
) -> TableSum:
    """What is in a table, on both sides. Raises TransferError if it is not the same."""
    before, after = TableSum(), TableSum()
    for rows in read_portions(old, table):
        before = add_rows(before, rows)
    async with driver.transaction():
        cursor = await driver.cursor(build_select(table))
        while rows := await cursor.fetch(PORTION):
            after = add_rows(after, map(tuple, rows))
            watch(f"{table.name} compared", after.rows, before.rows)
    if before != after:
        raise TransferError(
            f"--to: the table {table.name} has other rows ({after.rows}) than the file "
            f"({before.rows}). Empty the database, and begin anew."
        )
    return after


def add_rows(found: TableSum, rows: Iterable[tuple[Any, ...]]) -> TableSum:
    """The sum with more rows."""
    digests = [hash_row(row) for row in rows]
    return TableSum(found.rows + len(digests), (found.digest + sum(digests)) % 2**64)


def hash_row(row: tuple[Any, ...]) -> int:
    """A number for all that stands in a row."""
    return int.from_bytes(blake2b(repr(row).encode(), digest_size=8).digest(), "big")


async def finish_target(driver: Any) -> None:
    """Let new rows have the numbers that follow, and the new database be used."""
    async with driver.transaction():
        for table in TABLES:
            if (key := table.autoincrement_column) is not None:
                await driver.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', '{key.name}'), "  # noqa: S608
                    f"greatest(max({key.name}) + 1, 1), false) FROM {table.name}"
                )
        await driver.execute("DROP TABLE transfer")

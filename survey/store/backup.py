"""Copies of the database while it is used, and putting one back."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, create_engine, event

from survey.store.database import upgrade_tables
from survey.store.erasures import Erasure, repeat_erasures
from survey.store.file_guard import find_damage, note_creation
from survey.store.schema_version import explain_newer_version, read_version


class BackupError(Exception):
    """A backup cannot be made, or not be put back; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class RestoredBackup:
    """What became of a restore: where the database from before is, and what was erased again."""

    kept_aside: Path | None
    erased_again: int


def write_backup(database: Path, target: Path) -> None:
    """Write the database as it is at this moment into a new file, whole or not at all.

    One statement reads it all (``VACUUM INTO``), so that whoever writes meanwhile neither waits nor
    gets in; what was deleted is in no free page of it. Raises BackupError, OSError.
    """
    if target.exists():
        raise BackupError(f"{target} is there already: name another file.")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        copy_database(database, part)
        if damage := find_damage(part):
            raise BackupError(f"The copy of {database} is damaged ({damage}). Look at the disk.")
        part.rename(target)
        write_through(target.parent)
    finally:
        part.unlink(missing_ok=True)


def copy_database(database: Path, target: Path) -> None:
    """Copy a database into a file that is not there. Raises BackupError, OSError."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=rw", uri=True)) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.DatabaseError as fault:
        raise BackupError(f"{database} cannot be copied: {fault}.") from None
    write_through(target)


def write_through(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def restore_backup(backup: Path, database: Path, done: set[Erasure], stamp: str) -> RestoredBackup:
    """Put a backup in the database's place; what was erased since is erased in it again.

    The backup stays as it is, and the database from before is kept aside, under its name with
    ``stamp``. Until the last step nothing is changed. Raises BackupError, OSError.
    """
    part = database.with_name(f"{database.name}.restoring")
    remove_database(part)
    try:
        check_backup(backup)
        database.parent.mkdir(parents=True, exist_ok=True)
        copy_database(backup, part)
        erased = prepare_copy(part, done)
        if damage := find_damage(part):
            raise BackupError(f"The copy of {backup} is damaged ({damage}). Look at the disk.")
        release_database(database)
        aside = keep_aside(database, stamp)
        part.replace(database)
    finally:
        remove_database(part)
    note_creation(database)
    write_through(database.parent)
    return RestoredBackup(aside, erased)


def check_backup(backup: Path) -> None:
    """Raise BackupError for what is no whole database of Suara, or of a newer one."""
    if not backup.is_file():
        raise BackupError(f"There is no file {backup}.")
    if damage := find_damage(backup):
        raise BackupError(f"{backup} cannot be put back ({damage}): take another backup.")
    with open_copy(backup) as connection:
        if not read_version(connection):
            raise BackupError(f"{backup} is no database of Suara.")
        if why_not := explain_newer_version(connection):
            raise BackupError(f"{backup}: {why_not}")


def prepare_copy(part: Path, done: set[Erasure]) -> int:
    """Bring a copy's tables up to date and erase in it again; how many records that were."""
    with open_copy(part) as connection:
        upgrade_tables(connection)
        erased = repeat_erasures(connection, sorted(done))
    with closing(sqlite3.connect(part, isolation_level=None)) as connection:
        connection.execute("VACUUM")  # Nothing of it is left in free pages.
    write_through(part)
    return erased


@contextmanager
def open_copy(path: Path) -> Iterator[Connection]:
    """A transaction on a database that nobody else uses."""
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True)

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")

    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def release_database(database: Path) -> None:
    """Take a database's log into its file. Raises BackupError if somebody uses it.

    Only whoever has a database for themselves can take its log away. One that is damaged keeps its
    log, and is kept aside with it.
    """
    if not database.exists():
        return
    try:
        with closing(sqlite3.connect(database, isolation_level=None, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.DatabaseError as fault:
        if "locked" in str(fault):
            raise BackupError(
                f"{database} is in use: stop Suara first (systemctl stop suara)."
            ) from None


def keep_aside(database: Path, stamp: str) -> Path | None:
    """Give the database from before another name, in addition; None if there is none.

    It has both names until the backup takes the first, so that at no moment there is none.
    """
    if not database.exists():
        return None
    aside = database.with_name(f"{database.stem}-before-{stamp}{database.suffix}")
    for ending in ("-wal", "-shm"):
        beside = database.with_name(f"{database.name}{ending}")
        if beside.exists():
            beside.rename(aside.with_name(f"{aside.name}{ending}"))
    os.link(database, aside)
    return aside


def remove_database(path: Path) -> None:
    """Delete a file with whatever SQLite laid beside it."""
    for ending in ("", "-wal", "-shm", "-journal"):
        path.with_name(f"{path.name}{ending}").unlink(missing_ok=True)

"""The open database is the one at its path, whole, and a new one is made only where none was.

A program goes on writing into a file that was deleted or replaced under it, and nothing tells it;
what it keeps then is lost when it ends. So we look.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

#: What SQLite writes at the head of every database (sqlite.org/fileformat2.html).
MAGIC, HEADER_SIZE = b"SQLite format 3\x00", 100
REPLACED = "its file was replaced or changed by another program"


class ReplacedDatabaseError(OperationalError):
    """The file at the database's path is not the one that was opened."""

    def __init__(self, reason: str) -> None:
        super().__init__(None, None, Exception(f"{REPLACED}: {reason}"))


class FileGuard:
    """Knows the file that was opened, and its log, and sees whether they still are at their path.

    The file is held open, since closing one takes SQLite's locks on it from the whole process
    (SQLite: *How To Corrupt An SQLite Database File*, 2.2): ``close`` comes after the connections.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.found_fault = False
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._log = path.with_name(f"{path.name}-wal")
        self._identity = identify(os.fstat(self._file))
        self._log_identity = identify(self._log.stat()) if self._log.exists() else None
        self._size, self._changes = 0, 0

    def close(self) -> None:
        """Look no more."""
        os.close(self._file)

    def check_place(self) -> None:
        """Raise ReplacedDatabaseError if another file, or none, is at the path."""
        for path, known in ((self.path, self._identity), (self._log, self._log_identity)):
            try:
                found = identify(path.stat())
            except FileNotFoundError:
                self._fail(f"{path.name} is gone", known is not None)
                continue
            self._fail(f"another {path.name} is there", known not in (None, found))
        # It is made when something is read or written for the first time.
        if self._log_identity is None and self._log.exists():
            self._log_identity = identify(self._log.stat())

    def check_content(self) -> None:
        """Raise ReplacedDatabaseError if something else was written into the file."""
        size, head = os.fstat(self._file).st_size, os.pread(self._file, HEADER_SIZE, 0)
        self._fail("it is no database any more", not head.startswith(MAGIC))
        changes, pages = (int.from_bytes(head[at : at + 4], "big") for at in (24, 28))
        page_size = int.from_bytes(head[16:18], "big")
        # 1 stands for 65536.
        whole = pages * (65536 if page_size == 1 else page_size)
        self._fail("it was cut off", size < self._size and size < whole)
        self._fail("it is an older one", changes < self._changes)
        self._size, self._changes = size, changes

    def check(self) -> None:
        """Raise ReplacedDatabaseError unless the database is the one that was opened."""
        self.check_place()
        self.check_content()

    def _fail(self, reason: str, is_so: bool) -> None:
        if is_so:
            self.found_fault = True
            raise ReplacedDatabaseError(reason)


def identify(found: os.stat_result) -> tuple[int, int]:
    """What tells a file from any other on this machine."""
    return found.st_dev, found.st_ino


def guard_commits(engine: AsyncEngine, guard: FileGuard) -> None:
    """Let no transaction be committed into a file that is not at its path any more.

    Looking now and then would not do: what was kept in between would be called kept.
    """

    @event.listens_for(engine.sync_engine, "commit")
    def look(_: Connection) -> None:
        guard.check_place()


# Where none was before


def name_creation_note(path: Path) -> Path:
    """Where it is noted that a database was made."""
    return path.with_name(f"{path.name}.created")


def explain_missing_database(path: Path) -> str:
    """Why no database may be made at a path; empty if none was there before, or one is."""
    if path.exists() and path.stat().st_size:
        return ""
    traces = (name_creation_note(path), path.with_name(f"{path.name}-wal"))
    left = [trace.name for trace in traces if trace.exists()]
    if not left:
        return ""
    return (
        f"The database {path} is gone, though there was one ({left[0]} says so). Look where it is, "
        "or put back a backup: suara restore FILE. No new one is made in its place; to begin "
        f"anew with nothing, delete {' and '.join(left)}."
    )


def note_creation(path: Path) -> None:
    """Note beside a database that there is one, unless it was noted."""
    note = name_creation_note(path)
    if not note.exists():
        day = datetime.now(UTC).date().isoformat()
        note.write_text(
            f"{path.name} was here on {day}. As long as this note is here, Suara makes no new, "
            "empty database in its place if it is gone.\n",
            encoding="utf-8",
        )


# Whether it is whole


def find_damage(path: Path) -> str:
    """What SQLite finds wrong with the pages of a database; empty if it is whole."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=rw", uri=True)) as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as fault:
        return str(fault)
    return "" if found == "ok" else " ".join(str(found).split())


def explain_damage(path: Path, damage: str) -> str:
    """One line for the operator: what is damaged, and what to do about it."""
    return (
        f"The database {path} is damaged ({damage}), if [database] url names the right file. "
        "Look at the disk, and put back the last backup: suara restore FILE. It keeps this one "
        "aside; sqlite3's .recover may save more of it."
    )

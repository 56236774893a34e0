"""What was erased, in a file beside the backups: a restore finds it when the database is lost."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from survey.store.erasures import Erasure, ErasureKind
from survey.store.schema import EPOCH, MICROSECOND

ERASURE_LIST_NAME = "erasures.jsonl"


def read_erasure_list(path: Path) -> set[Erasure]:
    """What a list names; nothing if there is none. A line that was cut off is passed over."""
    if not path.exists():
        return set()
    found = set()
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
            found.add(build_erasure(row["kind"], row["subject"], row["at"]))
        except (ValueError, KeyError, TypeError):
            continue
    return found


def read_stored_erasures(database: Path) -> set[Erasure]:
    """What a database itself says was erased; nothing if it cannot be read, or never knew."""
    if not database.exists():
        return set()
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=rw", uri=True)) as connection:
            rows = connection.execute("SELECT kind, subject, at FROM erasure").fetchall()
    except sqlite3.DatabaseError:
        return set()
    return {build_erasure(*row) for row in rows}


def build_erasure(kind: str, subject: str, at: int) -> Erasure:
    """An erasure from what is written of it."""
    return Erasure(ErasureKind(kind), subject, EPOCH + at * MICROSECOND)


def complete_erasure_list(path: Path, done: Iterable[Erasure]) -> None:
    """Add to a list what it does not have yet; on the disk when this returns. Raises OSError."""
    if not (missing := sorted(set(done) - read_erasure_list(path))):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        # In a line of its own, whatever an earlier one was cut off at.
        file.writelines(f"\n{write_erasure(each)}" for each in missing)
        file.flush()
        os.fsync(file.fileno())


def write_erasure(done: Erasure) -> str:
    """An erasure as a line."""
    at = (done.at - EPOCH) // MICROSECOND
    return json.dumps({"kind": done.kind, "subject": done.subject, "at": at})

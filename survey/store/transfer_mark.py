"""The word that a moved survey leaves for whoever opens one of its two databases."""

from __future__ import annotations

import sqlite3
import stat
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, column, create_engine, inspect, select, table

#: Only a database that is moved, or is being filled, has this table; no migration makes it.
TRANSFER = table("transfer", column("kind"), column("place"))


@dataclass(frozen=True, slots=True)
class TransferMark:
    """``moved``: the survey is at ``place`` now; ``filling``: it is being brought from there."""

    kind: str
    place: str

    def __str__(self) -> str:
        if self.kind == "moved":
            return f"The survey was moved to {self.place}: name that in [database] url."
        return f"It is being filled from {self.place}: call suara migrate again, to the end."


def open_file_to_read(path: Path) -> sqlite3.Connection:
    """A connection that writes nothing, nor any file beside."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def read_file_mark(path: Path) -> TransferMark | None:
    """The mark of a SQLite file that nobody may write to; None for any other."""
    if not path.exists() or path.stat().st_mode & stat.S_IWUSR:
        return None
    engine = create_engine("sqlite://", creator=lambda: open_file_to_read(path))
    try:
        with engine.connect() as connection:
            return read_transfer_mark(connection)
    finally:
        engine.dispose()


def read_transfer_mark(connection: Connection) -> TransferMark | None:
    """The mark of a database; None for one that is used as ever."""
    if not inspect(connection).has_table(TRANSFER.name):
        return None
    return TransferMark(*connection.execute(select(TRANSFER)).one())

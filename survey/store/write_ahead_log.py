"""Taking what was deleted out of SQLite's log, which else keeps it for hundreds of writes more."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

#: Seconds that an attempt waits for those who read or write.
CLEARING_TIMEOUT = 2.0


def clear_log(path: Path) -> bool:
    """Take the log into the file and empty it; False if somebody still reads in it.

    The file itself keeps nothing of what was deleted (``PRAGMA secure_delete``); the log keeps
    every page as it was before and after each write. Whoever reads for long, as a report does,
    needs it until then.
    """
    try:
        with closing(sqlite3.connect(path, timeout=CLEARING_TIMEOUT)) as connection:
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return False
    return not busy

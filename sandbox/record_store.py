"""What outlives a restart: one SQLite file of JSON records.

Records are marked as changed at once and written together a few times a second, so that a call
never waits for the disk. A crash loses at most the last `FLUSH_SECONDS`, and loses them whole:
everything written together is one transaction.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

FLUSH_SECONDS = 0.25
Record = dict[str, Any]


class SandboxStore:
    """Keeps records by kind and key. Without a file it keeps nothing and costs nothing."""

    def __init__(self, file: Path | None) -> None:
        self._changed: dict[tuple[str, str], Callable[[], Record]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._database: sqlite3.Connection | None = None
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(file)
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS record"
                " (kind TEXT, key TEXT, value TEXT, PRIMARY KEY (kind, key)) WITHOUT ROWID"
            )

    def save_record(self, kind: str, key: object, record: Callable[[], Record]) -> None:
        """Note that a record changed. `record` is called when it is written; {} forgets it."""
        if self._database is None:
            return
        self._changed[kind, str(key)] = record
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_SECONDS, self.flush)

    def flush(self) -> None:
        """Write what changed."""
        self._timer = None
        changed, self._changed = self._changed, {}
        if self._database is None or not changed:
            return
        written = [(*name, record()) for name, record in changed.items()]
        with self._database:
            self._database.executemany(
                "INSERT OR REPLACE INTO record VALUES (?, ?, ?)",
                [(k, key, json.dumps(value)) for k, key, value in written if value],
            )
            self._database.executemany(
                "DELETE FROM record WHERE kind = ? AND key = ?",
                [(k, key) for k, key, value in written if not value],
            )

    def list_records(self, kind: str) -> Iterator[Record]:
        """Every record of a kind."""
        if self._database is not None:
            rows = self._database.execute("SELECT value FROM record WHERE kind = ?", (kind,))
            yield from (json.loads(value) for (value,) in rows)

    def clear(self) -> None:
        """Forget everything."""
        self._changed.clear()
        if self._database is not None:
            with self._database:
                self._database.execute("DELETE FROM record")

    def close(self) -> None:
        """Write what is left and close the file."""
        if self._timer is not None:
            self._timer.cancel()
        self.flush()
        if self._database is not None:
            self._database.close()

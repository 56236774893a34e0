"""With SQLite one process takes the updates that a webhook brings."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from survey.store.database import StoreError


@contextmanager
def claim_file(database: Path) -> Iterator[None]:
    """Be the only worker on a SQLite file until the block ends. Raises StoreError.

    The claim ends with the process, whatever becomes of it.
    """
    # Beside the database: SQLite's own locks on a file end when any part of a process closes it.
    with database.with_name(f"{database.name}.worker").open("w") as claim:
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreError(
                f"Another suara run takes updates for {database}: a SQLite file has one worker. "
                "For several of them move to PostgreSQL: docs/scale.md."
            ) from None
        yield

"""Files that are there whole or not at all."""

from __future__ import annotations

import csv
import errno
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

WriteRow = Callable[[Sequence[Any]], Any]


@contextmanager
def write_atomically(path: Path) -> Iterator[Path]:
    """A path to write to; at the end it is renamed, so that nobody ever sees half a file.

    Raises OSError that names ``path`` for whatever kept it from being written.
    """
    written: Path | None = None
    try:
        # In the same folder, as a rename is in one piece only within a file system.
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        os.close(handle)
        written = Path(name)
        yield written
        # On the disk before it is renamed: else a power cut may leave the new name with nothing
        # behind it.
        with written.open("rb") as file:
            os.fsync(file.fileno())
        written.replace(path)
    except OSError as fault:
        if not Path(fault.filename or f".{path.name}.").name.startswith(f".{path.name}."):
            raise
        # Libraries raise faults without a number or a name; and what is renamed, nobody knows.
        why = os.strerror(fault.errno) if fault.errno else str(fault)
        raise OSError(fault.errno or errno.EIO, why, str(path)) from fault
    finally:
        if written is not None:
            written.unlink(missing_ok=True)


@contextmanager
def open_csv_writer(path: Path, head: Sequence[str], **dialect: Any) -> Iterator[WriteRow]:
    """A CSV file of rows, in UTF-8."""
    with write_atomically(path) as name, name.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, **dialect)
        writer.writerow(head)
        yield writer.writerow


def save_csv(path: Path, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Path:
    """One CSV file of all these rows."""
    with open_csv_writer(path, head) as write:
        for row in rows:
            write(row)
    return path

"""CSV files that are there whole or not at all."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

WriteRow = Callable[[Sequence[Any]], Any]


@contextmanager
def whole(path: Path, head: Sequence[str], **dialect: Any) -> Iterator[WriteRow]:
    """Write beside and rename at the end, so that nobody ever sees half a file."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, **dialect)
            writer.writerow(head)
            yield writer.writerow
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise

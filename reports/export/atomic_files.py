"""Files that are there whole or not at all."""

from __future__ import annotations

import csv
import errno
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.numbers import get_decimal_symbol

#: What a spreadsheet may take for the beginning of a formula, full-width signs too …
FORMULA_BEGINNING = "^[=+@\t\r\n＝＋＠－-]"
#: … and what is a number all the same.
NUMBER_SHAPE = r"^-?[0-9]+([.,][0-9]+)?$"
FORMULA_START, PLAIN_NUMBER = re.compile(FORMULA_BEGINNING), re.compile(NUMBER_SHAPE, re.ASCII)

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


@dataclass(frozen=True)
class CsvStyle:
    """How CSV is written: as data are exchanged, or so that a spreadsheet can open it.

    ``mark``: with the byte order mark by which a spreadsheet knows UTF-8. ``guard``: a text that
    would be a formula gets an apostrophe before it.
    """

    delimiter: str = ","
    mark: bool = False
    guard: bool = False


PLAIN_CSV = CsvStyle()


def build_spreadsheet_style(language: str) -> CsvStyle:
    """As Excel opens it by a double click: where decimals have a comma, cells have semicolons."""
    comma = get_decimal_symbol(language.replace("-", "_")) == ","
    return CsvStyle(";" if comma else ",", mark=True, guard=True)


def guard_cell(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    formula = isinstance(cell, str) and FORMULA_START.match(cell) and not PLAIN_NUMBER.match(cell)
    return f"'{cell}" if formula else cell


@contextmanager
def open_csv_writer(
    path: Path, head: Sequence[str], style: CsvStyle = PLAIN_CSV, **dialect: Any
) -> Iterator[WriteRow]:
    """A CSV file of rows, in UTF-8; ``dialect`` goes before the delimiter of ``style``."""
    encoding = "utf-8-sig" if style.mark else "utf-8"
    options = {"delimiter": style.delimiter, **dialect}
    with write_atomically(path) as name, name.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, **options)
        writer.writerow(head)

        def write_guarded(row: Sequence[Any]) -> None:
            writer.writerow([guard_cell(cell) for cell in row])

        yield write_guarded if style.guard else writer.writerow


def save_csv(
    path: Path, head: Sequence[str], rows: Iterable[Sequence[Any]], style: CsvStyle = PLAIN_CSV
) -> Path:
    """One CSV file of all these rows."""
    with open_csv_writer(path, head, style) as write:
        for row in rows:
            write(row)
    return path

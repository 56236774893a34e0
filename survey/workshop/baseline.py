"""The table that the ballots of a workshop are made from. Pure.

Rows are (number, cells), numbered as a spreadsheet does; the first is the header. Reading the file
(CSV, XLSX) is somebody else's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeVar

from survey.forms.authoring.faults import Fault
from survey.workshop.ballots import Ballot, Mode
from survey.workshop.name_lookup import Names
from survey.workshop.register import Item, Register

T = TypeVar("T")
Row = tuple[int, Sequence[str]]

#: What a column may be called.
HEADINGS = {
    "asset": ("asset", "aset"),
    "shock": ("shock", "guncangan"),
    "rating": ("rating", "baseline", "nilai", "penilaian"),
    "note": ("note", "catatan"),
    "mode": ("mode", "cara"),
    "category": ("category", "kategori"),
}
MODES = {Mode.BLIND: ("blind", "buta"), Mode.CONFIRM: ("confirm", "konfirmasi")}
#: The longest note, in letters: it stands on a card of a small phone.
LONGEST = 300
#: A whole number, as people and spreadsheets write it.
WHOLE = re.compile(r"(\d{1,4})(?:[.,]0+)?")


class BaselineError(Exception):
    """A table that cannot be used; ``faults`` say all that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def grid(register: Register) -> tuple[Ballot, ...]:
    """Every asset under every shock, without a baseline, in the order of the lists."""
    pairs = enumerate(product(register.assets, register.shocks), start=1)
    return tuple(Ballot(number, a.code, s.code, a.category) for number, (a, s) in pairs)


def read(rows: Iterable[Row], register: Register, mode: Mode = Mode.BLIND) -> tuple[Ballot, ...]:
    """The ballots of a table, in its order; rows without any text are passed over.

    Columns: asset and shock (code, or name in either language); rating, if there is one a point of
    the scale in every row; note; mode and category where they differ from ``mode`` and from the
    asset's own. Others are left alone. Raises BaselineError with everything that is wrong.
    """
    found = list(rows)
    number, cells = found[0] if found else (1, ())
    header = Header.of(cells)
    faults = list(header_faults(number, cells, header, mode))
    filled = [(n, row) for n, row in found[1:] if any(cell.strip() for cell in row)]
    if not filled:
        faults.append(Fault("The table has no rows.", "Write one for each ballot.", row=number))
    if faults:
        raise BaselineError(faults)
    reader = Reader(register, header, mode)
    ballots = [
        reader.ballot(place, Line(n, row, header)) for place, (n, row) in enumerate(filled, start=1)
    ]
    if reader.faults:
        raise BaselineError(reader.faults)
    return tuple(ballot for ballot in ballots if ballot)


@dataclass(frozen=True, slots=True)
class Header:
    """Which column holds what; ``width`` counts the columns that have a heading."""

    places: dict[str, int]
    width: int

    @classmethod
    def of(cls, cells: Sequence[str]) -> Header:
        """Find the columns; of two with one name the first."""
        names = Names(HEADINGS.items())
        places: dict[str, int] = {}
        for place, cell in enumerate(cells):
            for name in names.find(cell):
                places.setdefault(name, place)
        return cls(places, max((i for i, c in enumerate(cells, start=1) if c.strip()), default=0))


def header_faults(row: int, cells: Sequence[str], header: Header, mode: Mode) -> Iterator[Fault]:
    """What is wrong with the header."""
    names = Names(HEADINGS.items())
    for place, cell in enumerate(cells):
        if any(header.places[name] != place for name in names.find(cell)):
            yield Fault("Two columns mean the same.", "Remove one of them.", row=row, column=cell)
    for name in ("asset", "shock"):
        if name not in header.places:
            unknown = f"Call it {' or '.join(HEADINGS[name])}; the first row is the header."
            yield Fault("This column is missing.", unknown, row=row, column=name)
    if mode is Mode.CONFIRM and "rating" not in header.places:
        remedy = "Add this column, or choose the mode blind."
        yield Fault("There is nothing to confirm.", remedy, row=row, column="rating")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table below its header."""

    number: int
    cells: Sequence[str]
    header: Header

    def get(self, name: str) -> str:
        """What stands in a column; ``''`` if nothing does or there is no such column."""
        place = self.header.places.get(name, len(self.cells))
        return " ".join(self.cells[place].split()) if place < len(self.cells) else ""

    def fault(self, column: str, message: str, remedy: str) -> Fault:
        """What is wrong in a column of this row."""
        return Fault(message, remedy, row=self.number, column=column)


class Reader:
    """Makes ballots of rows, and gathers in ``faults`` what is wrong with them."""

    def __init__(self, register: Register, header: Header, mode: Mode) -> None:
        self.faults: list[Fault] = []
        self._header = header
        self._mode = mode
        self._points = register.scale.points
        self._assets = called(register.assets)
        self._shocks = called(register.shocks)
        self._modes = Names(MODES.items())
        self._categories = Names((name, (name,)) for name in register.categories if name)
        self._rows: dict[tuple[str, str], int] = {}

    def ballot(self, number: int, line: Line) -> Ballot | None:
        """The ballot of a row; None if something is wrong with it."""
        before = len(self.faults)
        self._check_shape(line)
        asset = self._one(line, "asset", self._assets)
        shock = self._one(line, "shock", self._shocks)
        rating = self._rating(line)
        mode = self._one(line, "mode", self._modes) if line.get("mode") else self._mode
        category = self._one(line, "category", self._categories) if line.get("category") else None
        if mode is Mode.CONFIRM and "rating" not in self._header.places:
            self._wrong(line, "mode", "There is no rating to confirm.", "Add a column rating.")
        if asset and shock:
            self._check_double(line, asset.code, shock.code)
        if len(self.faults) > before or not (asset and shock and mode):
            return None
        place = category or asset.category
        return Ballot(number, asset.code, shock.code, place, mode, rating, line.get("note"))

    def _wrong(self, line: Line, column: str, message: str, remedy: str) -> None:
        self.faults.append(line.fault(column, message, remedy))

    def _check_shape(self, line: Line) -> None:
        if any(cell.strip() for cell in line.cells[self._header.width :]):
            remedy = "Put a text that has a comma in it between quotation marks."
            self._wrong(line, "", "The row has more cells than the header.", remedy)
        if len(line.get("note")) > LONGEST:
            message = f"The note has {len(line.get('note'))} letters."
            self._wrong(line, "note", message, f"Shorten it to {LONGEST}.")

    def _check_double(self, line: Line, asset: str, shock: str) -> None:
        first = self._rows.setdefault((asset, shock), line.number)
        if first != line.number:
            message = f"Row {first} has this asset under this shock already."
            self._wrong(line, "asset", message, "Keep one of the two.")

    def _one(self, line: Line, column: str, names: Names[T]) -> T | None:
        """What a cell names."""
        text = line.get(column)
        found = names.find(text)
        if len(found) == 1:
            return found[0]
        if not text:
            self._wrong(line, column, "The cell is empty.", f"Write which {column} it is.")
        elif found:
            self._wrong(line, column, f"“{text}” can mean several.", "Write its code.")
        else:
            remedy = names.hint(text, f"Write it as it stands in the list: {names.some()}.")
            self._wrong(line, column, f"There is no {column} “{text}”.", remedy)
        return None

    def _rating(self, line: Line) -> int | None:
        """The earlier rating, a point of the scale."""
        if "rating" not in self._header.places:
            return None
        text = line.get("rating")
        whole = WHOLE.fullmatch(text)
        if whole and int(whole[1]) in self._points:
            return int(whole[1])
        message = f"“{text}” is no point of the scale." if text else "The cell is empty."
        remedy = f"Write a whole number from {self._points[0]} to {self._points[-1]}"
        self._wrong(line, "rating", message, f"{remedy}, or take the row out.")
        return None


def called(items: Iterable[Item]) -> Names[Item]:
    """Assets or shocks by their code, and their name in either language."""
    return Names((item, (item.code, *filter(None, item.labels.values()))) for item in items)

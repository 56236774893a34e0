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
from survey.workshop.ballots import Ballot, BallotMode
from survey.workshop.name_lookup import NameLookup
from survey.workshop.register import Register, RegisterItem

T = TypeVar("T")
NumberedRow = tuple[int, Sequence[str]]

#: What a column may be called.
BASELINE_HEADINGS = {
    "asset": ("asset", "aset"),
    "shock": ("shock", "guncangan"),
    "rating": ("rating", "baseline", "nilai", "penilaian"),
    "note": ("note", "catatan"),
    "mode": ("mode", "cara"),
    "category": ("category", "kategori"),
}
MODE_WORDS = {BallotMode.BLIND: ("blind", "buta"), BallotMode.CONFIRM: ("confirm", "konfirmasi")}
#: The longest note, in letters: it stands on a card of a small phone.
LONGEST_NOTE = 300
#: A whole number, as people and spreadsheets write it.
RATING_NUMBER = re.compile(r"(\d{1,4})(?:[.,]0+)?")


class BaselineError(Exception):
    """A table that cannot be used; ``faults`` say all that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def build_grid(register: Register) -> tuple[Ballot, ...]:
    """Every asset under every shock, without a baseline, in the order of the lists."""
    pairs = enumerate(product(register.assets, register.shocks), start=1)
    return tuple(Ballot(number, a.code, s.code, a.category) for number, (a, s) in pairs)


def read_baseline(
    rows: Iterable[NumberedRow], register: Register, mode: BallotMode = BallotMode.BLIND
) -> tuple[Ballot, ...]:
    """The ballots of a table, in its order; rows without any text are passed over.

    Columns: asset and shock (code, or name in either language); rating, if there is one a point of
    the scale in every row; note; mode and category where they differ from ``mode`` and from the
    asset's own. Others are left alone. Raises BaselineError with everything that is wrong.
    """
    found = list(rows)
    number, cells = found[0] if found else (1, ())
    header = BaselineHeader.from_cells(cells)
    faults = list(check_baseline_header(number, cells, header, mode))
    filled = [(n, row) for n, row in found[1:] if any(cell.strip() for cell in row)]
    if not filled:
        faults.append(Fault("The table has no rows.", "Write one for each ballot.", row=number))
    if faults:
        raise BaselineError(faults)
    reader = BaselineReader(register, header, mode)
    ballots = [
        reader.read_ballot(place, BaselineLine(n, row, header))
        for place, (n, row) in enumerate(filled, start=1)
    ]
    if reader.faults:
        raise BaselineError(reader.faults)
    return tuple(ballot for ballot in ballots if ballot)


@dataclass(frozen=True, slots=True)
class BaselineHeader:
    """Which column holds what; ``width`` counts the columns that have a heading."""

    columns: dict[str, int]
    width: int

    @classmethod
    def from_cells(cls, cells: Sequence[str]) -> BaselineHeader:
        """Find the columns; of two with one name the first."""
        names = NameLookup(BASELINE_HEADINGS.items())
        places: dict[str, int] = {}
        for place, cell in enumerate(cells):
            for name in names.find(cell):
                places.setdefault(name, place)
        return cls(places, max((i for i, c in enumerate(cells, start=1) if c.strip()), default=0))


def check_baseline_header(
    row: int, cells: Sequence[str], header: BaselineHeader, mode: BallotMode
) -> Iterator[Fault]:
    """What is wrong with the header."""
    names = NameLookup(BASELINE_HEADINGS.items())
    for place, cell in enumerate(cells):
        if any(header.columns[name] != place for name in names.find(cell)):
            yield Fault("Two columns mean the same.", "Remove one of them.", row=row, column=cell)
    for name in ("asset", "shock"):
        if name not in header.columns:
            unknown = (
                f"Call it {' or '.join(BASELINE_HEADINGS[name])}; the first row is the header."
            )
            yield Fault("This column is missing.", unknown, row=row, column=name)
    if mode is BallotMode.CONFIRM and "rating" not in header.columns:
        remedy = "Add this column, or choose the mode blind."
        yield Fault("There is nothing to confirm.", remedy, row=row, column="rating")


@dataclass(frozen=True, slots=True)
class BaselineLine:
    """One row of the table below its header."""

    number: int
    cells: Sequence[str]
    header: BaselineHeader

    def get_cell(self, name: str) -> str:
        """What stands in a column; ``''`` if nothing does or there is no such column."""
        place = self.header.columns.get(name, len(self.cells))
        return " ".join(self.cells[place].split()) if place < len(self.cells) else ""

    def build_fault(self, column: str, message: str, remedy: str) -> Fault:
        """What is wrong in a column of this row."""
        return Fault(message, remedy, row=self.number, column=column)


class BaselineReader:
    """Makes ballots of rows, and gathers in ``faults`` what is wrong with them."""

    def __init__(self, register: Register, header: BaselineHeader, mode: BallotMode) -> None:
        self.faults: list[Fault] = []
        self._header = header
        self._mode = mode
        self._points = register.scale.points
        self._assets = build_item_lookup(register.assets)
        self._shocks = build_item_lookup(register.shocks)
        self._modes = NameLookup(MODE_WORDS.items())
        self._categories = NameLookup((name, (name,)) for name in register.categories if name)
        self._rows: dict[tuple[str, str], int] = {}

    def read_ballot(self, number: int, line: BaselineLine) -> Ballot | None:
        """The ballot of a row; None if something is wrong with it."""
        before = len(self.faults)
        self._check_shape(line)
        asset = self._find_one(line, "asset", self._assets)
        shock = self._find_one(line, "shock", self._shocks)
        rating = self._read_rating(line)
        mode = self._find_one(line, "mode", self._modes) if line.get_cell("mode") else self._mode
        category = (
            self._find_one(line, "category", self._categories)
            if line.get_cell("category")
            else None
        )
        if mode is BallotMode.CONFIRM and "rating" not in self._header.columns:
            self._add_fault(line, "mode", "There is no rating to confirm.", "Add a column rating.")
        if asset and shock:
            self._check_double(line, asset.code, shock.code)
        if len(self.faults) > before or not (asset and shock and mode):
            return None
        place = category or asset.category
        return Ballot(number, asset.code, shock.code, place, mode, rating, line.get_cell("note"))

    def _add_fault(self, line: BaselineLine, column: str, message: str, remedy: str) -> None:
        self.faults.append(line.build_fault(column, message, remedy))

    def _check_shape(self, line: BaselineLine) -> None:
        if any(cell.strip() for cell in line.cells[self._header.width :]):
            remedy = "Put a text that has a comma in it between quotation marks."
            self._add_fault(line, "", "The row has more cells than the header.", remedy)
        if len(line.get_cell("note")) > LONGEST_NOTE:
            message = f"The note has {len(line.get_cell('note'))} letters."
            self._add_fault(line, "note", message, f"Shorten it to {LONGEST_NOTE}.")

    def _check_double(self, line: BaselineLine, asset: str, shock: str) -> None:
        first = self._rows.setdefault((asset, shock), line.number)
        if first != line.number:
            message = f"Row {first} has this asset under this shock already."
            self._add_fault(line, "asset", message, "Keep one of the two.")

    def _find_one(self, line: BaselineLine, column: str, names: NameLookup[T]) -> T | None:
        """What a cell names."""
        text = line.get_cell(column)
        found = names.find(text)
        if len(found) == 1:
            return found[0]
        if not text:
            self._add_fault(line, column, "The cell is empty.", f"Write which {column} it is.")
        elif found:
            self._add_fault(line, column, f"“{text}” can mean several.", "Write its code.")
        else:
            remedy = names.suggest_name(
                text, f"Write it as it stands in the list: {names.list_examples()}."
            )
            self._add_fault(line, column, f"There is no {column} “{text}”.", remedy)
        return None

    def _read_rating(self, line: BaselineLine) -> int | None:
        """The earlier rating, a point of the scale."""
        if "rating" not in self._header.columns:
            return None
        text = line.get_cell("rating")
        whole = RATING_NUMBER.fullmatch(text)
        if whole and int(whole[1]) in self._points:
            return int(whole[1])
        message = f"“{text}” is no point of the scale." if text else "The cell is empty."
        remedy = f"Write a whole number from {self._points[0]} to {self._points[-1]}"
        self._add_fault(line, "rating", message, f"{remedy}, or take the row out.")
        return None


def build_item_lookup(items: Iterable[RegisterItem]) -> NameLookup[RegisterItem]:
    """Assets or shocks by their code, and their name in either language."""
    return NameLookup((item, (item.code, *filter(None, item.labels.values()))) for item in items)

"""A published cell beside what the data files give: agrees, differs, hidden, cannot be told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from math import isclose, isnan, nan
from typing import Any

from reports.verification.published_tables import PublishedTable

PERCENT = re.compile(r"(\d+)")
#: Columns that say who or what a row is about, and hold no figure.
NO_FIGURE = "text"


class CellOutcome(StrEnum):
    """What came of looking at one published figure."""

    AGREES = "agree"
    HIDDEN = "hidden"
    DIFFERS = "differ"
    UNKNOWN = "not recomputable"


@dataclass(frozen=True)
class NotRecomputable:
    """Why a figure cannot be worked out from the files."""

    why: str


@dataclass(frozen=True)
class HiddenCell:
    """A figure that must not be shown: ``why`` says by which rule."""

    why: str


@dataclass(frozen=True)
class HideableCell:
    """A figure that is right if it is shown, and may be hidden for the sake of others."""

    value: Any


@dataclass(frozen=True)
class LeakedCell:
    """A figure that is hidden and can be worked out all the same: ``why`` says how."""

    why: str


@dataclass(frozen=True)
class ChanceText:
    """A chance in words: *under 1%*, *4%*; nothing where there is none."""

    chance: float


@dataclass(frozen=True)
class ChanceRange:
    """A chance in words, of which only is known that it lies between two."""

    low: float
    high: float


#: Column's key -> what should stand there: a value, or one of the classes above.
ExpectedRow = Mapping[str, Any]


@dataclass(frozen=True)
class CheckedCell:
    """One figure: where it stands, what it is, what it should be, and what came of it."""

    file: str
    sheet: str
    row: str
    column: str
    published: Any
    expected: Any
    outcome: CellOutcome
    why: str = ""


def check_row(
    file: str, table: PublishedTable, row: Mapping[str, Any], expected: ExpectedRow | str
) -> Iterator[CheckedCell]:
    """Every figure of a row, and every text that something is expected of.

    ``expected`` is a text where nothing of the row can be worked out: the reason.
    """
    named = describe_row(table, row)
    for key, kind in table.kinds.items():
        published = row.get(key)
        if isinstance(expected, str):
            wanted: Any = NotRecomputable(expected)
        elif key in expected:
            wanted = expected[key]
        else:
            wanted = NotRecomputable("no rule for this column")
        if kind == NO_FIGURE and (isinstance(expected, str) or key not in expected):
            continue
        outcome, why = judge_cell(published, wanted)
        yield CheckedCell(file, table.sheet, named, key, published, wanted, outcome, why)


def describe_row(table: PublishedTable, row: Mapping[str, Any]) -> str:
    """The texts of a row's first columns, so that a person finds it."""
    texts = [str(row[key]) for key, kind in table.kinds.items() if kind == NO_FIGURE and row[key]]
    first = next(iter(table.kinds))
    return " / ".join(texts[:3]) or str(row[first])


def judge_cell(published: Any, wanted: Any) -> tuple[CellOutcome, str]:
    """What came of it, and why where it is no agreement."""
    if isinstance(wanted, NotRecomputable):
        return CellOutcome.UNKNOWN, wanted.why
    if isinstance(wanted, LeakedCell):
        return CellOutcome.DIFFERS, wanted.why
    if isinstance(wanted, HiddenCell):
        is_hidden = is_blank(published)
        return (CellOutcome.HIDDEN, "") if is_hidden else (CellOutcome.DIFFERS, wanted.why)
    if isinstance(wanted, HideableCell):
        if is_blank(published):
            return CellOutcome.HIDDEN, ""
        wanted = wanted.value
    if is_same(published, wanted):
        return CellOutcome.AGREES, ""
    return CellOutcome.DIFFERS, f"published {published!r}, from the files {show_value(wanted)}"


def show_value(wanted: Any) -> str:
    return f"{wanted.chance:.4f}" if isinstance(wanted, ChanceText) else repr(wanted)


def is_blank(value: Any) -> bool:
    """Whether nothing is written there."""
    return value is None or value == "" or (isinstance(value, float) and isnan(value))


def is_same(published: Any, wanted: Any) -> bool:
    """Whether a cell holds the value, to all its digits."""
    if isinstance(wanted, ChanceText):
        return is_same_chance(published, wanted.chance)
    if isinstance(wanted, ChanceRange):
        low, high = read_chance_bounds(published)
        return low <= wanted.high and wanted.low <= high
    if is_blank(wanted) or is_blank(published):
        return is_blank(wanted) and is_blank(published)
    if isinstance(published, datetime) and isinstance(wanted, date):
        return published.date() == wanted
    if isinstance(published, (int, float)) and not isinstance(wanted, str):
        return isclose(float(published), float(wanted), rel_tol=1e-9, abs_tol=1e-9)
    return str(published) == str(wanted)


def is_same_chance(published: Any, chance: float) -> bool:
    """Whether a text such as *under 1%* or *4%* says the chance in whole percent."""
    if isnan(chance) or is_blank(published):
        return isnan(chance) and is_blank(published)
    low, high = read_chance_bounds(published)
    return low <= chance <= high and (chance < 0.01) == (low == 0)


def read_chance_bounds(published: Any) -> tuple[float, float]:
    """Between which chances a text lies: *4%* stands for 3.5 to 4.5%, *under 1%* for less."""
    found = PERCENT.search(str(published or ""))
    if found is None:
        return nan, nan
    if not str(published).strip().strip("%").strip().isdigit():
        return 0.0, int(found[1]) / 100
    half = 0.005 + 1e-9
    return max(int(found[1]) / 100 - half, 1e-12), int(found[1]) / 100 + half

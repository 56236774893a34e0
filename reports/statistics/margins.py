"""The population's margins: how the people for whom respondents stand are made up. Pure.

They come from a table with the columns ``margin``, ``category`` and ``people``:

    margin,category,people
    kelamin,L,5300000
    kelamin,P,5250000
    kota*umur,31.71*18-24,61000

A margin is named for a variable, or for several joined by ``*``, whose categories are joined alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from reports.localizer import gettext_noop

MARGIN_COLUMNS = ("margin", "category", "people")
JOINT_SEPARATOR = "*"


@dataclass(frozen=True)
class MarginFault:
    """What the secretariat must mend: a text to be translated, and the values for its braces."""

    text: str
    values: Mapping[str, object]

    def __str__(self) -> str:
        return self.text.format(**self.values)


class WeightingError(ValueError):
    """Why there are no weights: every fault at once, each with what to do."""

    def __init__(self, faults: Iterable[MarginFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


@dataclass(frozen=True)
class Margin:
    """The share (0-1) of the population that each category has; the shares add up to 1.

    A category names one value for each of the ``variables``.
    """

    variables: tuple[str, ...]
    shares: Mapping[tuple[str, ...], float]

    @property
    def name(self) -> str:
        return JOINT_SEPARATOR.join(self.variables)


def read_margins(rows: Iterable[Mapping[str, str | None]]) -> tuple[Margin, ...]:
    """The margins in the rows of a table, such as ``csv.DictReader`` gives.

    ``people`` are whole persons; margins may come from different years, since only shares count.
    Raises WeightingError with every row that cannot be read.
    """
    faults: list[MarginFault] = []
    people: dict[str, dict[str, float]] = {}
    # Lines are named as an editor counts them, in which the heading is the first.
    for line, row in enumerate(rows, start=2):
        if missing := [column for column in MARGIN_COLUMNS if column not in row]:
            # Without its columns every line would be at fault: that is said once, and nothing else.
            raise WeightingError([build_columns_fault(missing)])
        margin, category, number = ((row.get(column) or "").strip() for column in MARGIN_COLUMNS)
        found = list(find_row_faults(line, margin, category, number, people.get(margin, {})))
        faults += found
        if not found:
            people.setdefault(margin, {})[category] = float(number)
    faults += find_margin_faults(people)
    if faults:
        raise WeightingError(faults)
    return tuple(
        Margin(
            tuple(name.split(JOINT_SEPARATOR)),
            {tuple(c.split(JOINT_SEPARATOR)): n / sum(inside.values()) for c, n in inside.items()},
        )
        for name, inside in people.items()
    )


def build_columns_fault(columns: Iterable[str]) -> MarginFault:
    """Of a file whose first line does not name these columns."""
    text = gettext_noop(
        "The first line must name the columns {columns}; there is no {missing}. Save the file as "
        "CSV with commas."
    )
    return MarginFault(text, {"columns": ", ".join(MARGIN_COLUMNS), "missing": ", ".join(columns)})


def find_row_faults(
    line: int, margin: str, category: str, number: str, known: Mapping[str, float]
) -> Iterator[MarginFault]:
    where = {"line": line, "margin": margin, "category": category}
    if not margin or not category:
        text = gettext_noop("Line {line}: margin and category must both be filled in.")
        yield MarginFault(text, {"line": line})
        return
    if margin.count(JOINT_SEPARATOR) != category.count(JOINT_SEPARATOR):
        text = gettext_noop(
            "Line {line}: “{category}” must name one category for each part of “{margin}”."
        )
        yield MarginFault(text, where)
    if category in known:
        text = gettext_noop(
            "Line {line}: “{category}” of “{margin}” stands there twice. Keep one of them."
        )
        yield MarginFault(text, where)
    # A point separates thousands in Indonesian and decimals elsewhere, so none is taken. And Python
    # counts superscripts among the digits, on which float would fail.
    if not (number.isascii() and number.isdigit()):
        text = gettext_noop(
            "Line {line}: people must be a whole number without separators, not “{number}”."
        )
        yield MarginFault(text, {"line": line, "number": number})


def find_margin_faults(people: Mapping[str, Mapping[str, float]]) -> Iterator[MarginFault]:
    if not people:
        text = gettext_noop("The population file needs rows with the columns {columns}.")
        yield MarginFault(text, {"columns": ", ".join(MARGIN_COLUMNS)})
    for name, inside in people.items():
        # In a margin of one category everybody is in it, so that it would weight nothing.
        if sum(1 for number in inside.values() if number) < 2:
            text = gettext_noop(
                "Margin “{margin}” needs two categories with people in them, or leave it out."
            )
            yield MarginFault(text, {"margin": name})

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

from reports.localizer import later

COLUMNS = ("margin", "category", "people")
JOINT = "*"


@dataclass(frozen=True)
class Fault:
    """What the secretariat must mend: a text to be translated, and the values for its braces."""

    text: str
    values: Mapping[str, object]

    def __str__(self) -> str:
        return self.text.format(**self.values)


class WeightingError(ValueError):
    """Why there are no weights: every fault at once, each with what to do."""

    def __init__(self, faults: Iterable[Fault]) -> None:
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
        return JOINT.join(self.variables)


def read_margins(rows: Iterable[Mapping[str, str | None]]) -> tuple[Margin, ...]:
    """The margins in the rows of a table, such as ``csv.DictReader`` gives.

    ``people`` are whole persons; margins may come from different years, since only shares count.
    Raises WeightingError with every row that cannot be read.
    """
    faults: list[Fault] = []
    people: dict[str, dict[str, float]] = {}
    for line, row in enumerate(rows, start=2):
        if missing := [column for column in COLUMNS if column not in row]:
            raise WeightingError([without(missing)])
        margin, category, number = ((row.get(column) or "").strip() for column in COLUMNS)
        found = list(row_faults(line, margin, category, number, people.get(margin, {})))
        faults += found
        if not found:
            people.setdefault(margin, {})[category] = float(number)
    faults += margin_faults(people)
    if faults:
        raise WeightingError(faults)
    return tuple(
        Margin(
            tuple(name.split(JOINT)),
            {tuple(c.split(JOINT)): n / sum(inside.values()) for c, n in inside.items()},
        )
        for name, inside in people.items()
    )


def without(columns: Iterable[str]) -> Fault:
    """Of a file whose first line does not name these columns."""
    text = later(
        "The first line must name the columns {columns}; there is no {missing}. Save the file as "
        "CSV with commas."
    )
    return Fault(text, {"columns": ", ".join(COLUMNS), "missing": ", ".join(columns)})


def row_faults(
    line: int, margin: str, category: str, number: str, known: Mapping[str, float]
) -> Iterator[Fault]:
    where = {"line": line, "margin": margin, "category": category}
    if not margin or not category:
        text = later("Line {line}: margin and category must both be filled in.")
        yield Fault(text, {"line": line})
        return
    if margin.count(JOINT) != category.count(JOINT):
        text = later(
            "Line {line}: “{category}” must name one category for each part of “{margin}”."
        )
        yield Fault(text, where)
    if category in known:
        text = later(
            "Line {line}: “{category}” of “{margin}” stands there twice. Keep one of them."
        )
        yield Fault(text, where)
    if not (number.isascii() and number.isdigit()):
        text = later(
            "Line {line}: people must be a whole number without separators, not “{number}”."
        )
        yield Fault(text, {"line": line, "number": number})


def margin_faults(people: Mapping[str, Mapping[str, float]]) -> Iterator[Fault]:
    if not people:
        text = later("The population file needs rows with the columns {columns}.")
        yield Fault(text, {"columns": ", ".join(COLUMNS)})
    for name, inside in people.items():
        if sum(1 for number in inside.values() if number) < 2:
            text = later(
                "Margin “{margin}” needs two categories with people in them, or leave it out."
            )
            yield Fault(text, {"margin": name})

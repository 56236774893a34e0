"""Which cells of a two-way table must not be shown, its totals being known. Pure.

A hidden cell is safe if another table exists that agrees with all that is shown and with what
readers know of the rule, and has another count there. Such a *witness* is looked for with Gusfield's
graph (1988, SIAM J Comput 17:552): rows and columns are nodes, hidden counts edges, and taking one
away here to add one there is a step; a way around changes counts and no total. Totals are hidden
like counts, as one more column and row.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.statistics import hidden, hidden_more

Place = tuple[int, int]


@dataclass(frozen=True)
class Crossed:
    """What must be hidden: of ``cells`` by row, and of the totals of ``rows`` and ``columns``.

    ``whole``: the total of everything; then there is nothing to be shown at all.
    """

    cells: list[list[bool]]
    rows: list[bool]
    columns: list[bool]
    whole: bool


def hidden_crossed(counts: Sequence[Sequence[int]], minimum: int) -> Crossed:
    """What to hide of a table of people, for a ``minimum`` of 3 or more; all rows equally long.

    Counts and totals from 1 to ``minimum`` - 1 are hidden, and the smallest others until nobody
    who knows the rest, the minimum and this rule can work out a hidden number. In each row and
    column what is hidden stands for ``minimum`` people or more, as in ``hidden``. Of a row or
    column whose total is hidden nothing is shown. A nought can still be worked out where a total of
    0 is shown: nobody is there.
    """
    table = Table([[*row, sum(row)] for row in counts], minimum)
    if 0 < table.values[-1][-1] < minimum:
        table.hide_all()
    table.hide_small()
    while table.settle() or table.protect():
        pass
    *cells, columns = table.mask
    return Crossed(
        [row[:-1] for row in cells], [row[-1] for row in cells], columns[:-1], columns[-1]
    )


class Table:
    """A table with its totals as a last row and column, and which of all that is hidden."""

    def __init__(self, rows: list[list[int]], minimum: int) -> None:
        width = len(rows[0]) if rows else 1
        self.minimum = minimum
        self.values = [*rows, [sum(row[c] for row in rows) for c in range(width)]]
        self.mask = [[False] * width for _ in self.values]
        self.safe: set[Place] = set()

    @property
    def lines(self) -> list[list[Place]]:
        """Rows, then columns, each with its total at the end; the totals are lines themselves."""
        height, width = len(self.values), len(self.values[0])
        rows = [[(r, c) for c in range(width)] for r in range(height)]
        return [*rows, *([(r, c) for r in range(height)] for c in range(width))]

    @property
    def inside(self) -> list[Place]:
        return [
            (r, c) for r in range(len(self.values) - 1) for c in range(len(self.values[0]) - 1)
        ]

    def value(self, place: Place) -> int:
        return self.values[place[0]][place[1]]

    def is_hidden(self, place: Place) -> bool:
        return self.mask[place[0]][place[1]]

    def hide(self, places: Iterable[Place]) -> bool:
        """Hide them; whether any was shown before."""
        shown = [place for place in places if not self.is_hidden(place)]
        for row, column in shown:
            self.mask[row][column] = True
        return bool(shown)

    def hide_all(self) -> bool:
        return self.hide(place for line in self.lines for place in line)

    def hide_small(self) -> None:
        everything = (place for line in self.lines for place in line)
        self.hide(place for place in everything if 0 < self.value(place) < self.minimum)

    def settle(self) -> bool:
        """Hide what each line by itself asks for; whether that was anything."""
        changed = False
        for line in self.lines:
            *cells, total = line
            if self.is_hidden(total):
                more = [True] * len(cells) if total != self.corner else []
            else:
                now = [self.is_hidden(place) for place in cells]
                more = hidden_more([self.value(place) for place in cells], now, self.minimum)
            wanted = [place for place, hide in zip(cells, more, strict=False) if hide]
            changed = self.hide(wanted) or changed
        return changed

    @property
    def corner(self) -> Place:
        return len(self.values) - 1, len(self.values[0]) - 1

    def protect(self) -> bool:
        """Hide more for the first hidden number that can be worked out; whether there was one."""
        for place in [place for line in self.lines for place in line if self.is_hidden(place)]:
            if place not in self.safe:
                if not self.is_safe(place):
                    return self.hide_with(place)
                self.safe.add(place)
        return False

    def is_safe(self, place: Place) -> bool:
        """Whether nobody is there anyway, all is hidden, or there is a witness.

        Hiding more takes no witness away, so what is safe remains so.
        """
        row, column = place
        ends = (row, self.corner[1]), (self.corner[0], column)
        nobody = any(not self.is_hidden(end) and not self.value(end) for end in ends)
        return nobody or self.is_hidden(self.corner) or self.witness(place, 1) or self.witness(place, -1)

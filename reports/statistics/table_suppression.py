"""Which cells of a two-way table must not be shown, its totals being known. Pure.

A hidden number is safe if another table exists that agrees with all that is shown and with what
readers know of the rule, and has another number there. Such a *witness* is looked for in Gusfield's
graph (1988, SIAM J Comput 17:552): rows and columns are nodes, hidden counts the edges between
them; one less here and one more there is a step, and a way around changes counts but no total.
Totals are hidden like counts, as one more column and row.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from reports.statistics.row_suppression import suppress_complement

CellPlace = tuple[int, int]


@dataclass(frozen=True)
class SuppressedTable:
    """What must be hidden: of ``cells`` by row, and of the totals of ``rows`` and ``columns``.

    With ``is_all_hidden`` so must the total of everything; then there is nothing to be shown.
    """

    cells: list[list[bool]]
    rows: list[bool]
    columns: list[bool]
    is_all_hidden: bool


def suppress_table(counts: Sequence[Sequence[int]], minimum: int) -> SuppressedTable:
    """What to hide of a table of people, for a ``minimum`` of 3 or more; all rows equally long.

    Counts and totals from 1 to ``minimum`` - 1 are hidden, and the smallest others until nobody
    who knows the rest, the minimum and this rule can work out a hidden number. In each row and
    column what is hidden stands for ``minimum`` people or more, as in ``suppress_row``. Of a row or
    column whose total is hidden nothing is shown. A nought can still be worked out where a total of
    0 is shown: nobody is there.
    """
    grid = SuppressionGrid([[*row, sum(row)] for row in counts], minimum)
    if 0 < grid.get_value(grid.corner) < minimum:
        grid.hide(grid.places)
    grid.hide(place for place in grid.places if 0 < grid.get_value(place) < minimum)
    # Each hiding may make another line too thin or another number unsafe, so again until neither
    # finds anything; something more is hidden each time, so that it comes to an end.
    while grid.hide_by_lines() or grid.hide_for_unsafe():
        pass
    *cells, columns = grid.mask
    return SuppressedTable(
        [row[:-1] for row in cells], [row[-1] for row in cells], columns[:-1], columns[-1]
    )


class SuppressionGrid:
    """A table with its totals as a last row and column, and which of all that is hidden."""

    def __init__(self, rows: list[list[int]], minimum: int) -> None:
        width = len(rows[0]) if rows else 1
        self.minimum = minimum
        self.values = [*rows, [sum(row[c] for row in rows) for c in range(width)]]
        self.mask = [[False] * width for _ in self.values]
        self.safe: set[CellPlace] = set()

    @property
    def corner(self) -> CellPlace:
        return len(self.values) - 1, len(self.values[0]) - 1

    @property
    def places(self) -> list[CellPlace]:
        return list(product(range(len(self.values)), range(len(self.values[0]))))

    @property
    def lines(self) -> list[list[CellPlace]]:
        """Rows and columns with their totals at the end; the totals are lines themselves."""
        height, width = len(self.values), len(self.values[0])
        rows = [[(r, c) for c in range(width)] for r in range(height)]
        return [*rows, *([(r, c) for r in range(height)] for c in range(width))]

    def get_value(self, place: CellPlace) -> int:
        return self.values[place[0]][place[1]]

    def is_hidden(self, place: CellPlace) -> bool:
        return self.mask[place[0]][place[1]]

    def hide(self, places: Iterable[CellPlace]) -> bool:
        """Hide them; whether any was shown before."""
        shown = [place for place in places if not self.is_hidden(place)]
        for row, column in shown:
            self.mask[row][column] = True
        return bool(shown)

    def hide_by_lines(self) -> bool:
        """Hide what each line by itself asks for; whether that was anything."""
        changed = False
        for *cells, total in self.lines:
            now = [self.is_hidden(place) for place in cells]
            more = suppress_complement(
                [self.get_value(place) for place in cells], now, self.minimum
            )
            whole = self.is_hidden(total)
            wanted = [place for place, mask in zip(cells, more, strict=True) if mask or whole]
            changed = self.hide(wanted) or changed
        return changed

    def hide_for_unsafe(self) -> bool:
        """Hide more for the first number that can be worked out; whether there was one."""
        for place in self.places:
            if self.is_hidden(place) and place not in self.safe:
                # One at a time, as what is hidden for one number may make the next one safe.
                if not self.is_safe(place):
                    return self.hide(self.find_companions(place))
                self.safe.add(place)
        return False

    def is_safe(self, place: CellPlace) -> bool:
        """Whether there is nothing to be worked out, or a witness against it.

        Hiding more takes no witness away, so what is safe remains so.
        """
        row, column = place
        ends = (row, self.corner[1]), (self.corner[0], column)
        nobody = any(self.get_value(end) == 0 and not self.is_hidden(end) for end in ends)
        return (
            nobody
            # Where even the sum of everything is hidden nothing is shown, so nothing can be worked
            # out.
            or self.is_hidden(self.corner)
            or any(self.has_witness(place, by) for by in (1, -1))
        )

    def find_companions(self, place: CellPlace) -> list[CellPlace]:
        """What to hide for an unsafe place: three that can swap with it, else more and more."""
        row, column = place
        corners = [
            [(row, c), (r, column), (r, c)]
            for r, c in product(range(self.corner[0]), range(self.corner[1]))
            if r != row and c != column and max(row - self.corner[0], column - self.corner[1]) < 0
        ]
        shown = [p for p in self.inner_places if not self.is_hidden(p)]
        useful = [three for three in corners if self.can_swap(place, three)]
        # Of those that help, the one that takes the fewest people from what readers are shown.
        if useful:
            return min(useful, key=lambda three: sum(map(self.get_value, set(three) & set(shown))))
        # No rectangle helps: one number more, the smallest, and then it is tried anew.
        people = [p for p in shown if self.get_value(p)]
        return [min(people, key=self.get_value)] if people else shown or self.places

    @property
    def inner_places(self) -> list[CellPlace]:
        return list(product(range(self.corner[0]), range(self.corner[1])))

    def can_swap(self, place: CellPlace, three: Sequence[CellPlace]) -> bool:
        """Whether hiding three more lets one person move around the rectangle."""
        beside, below, across = map(self.get_value, three)
        moves = min(beside, below) > 1 or min(self.get_value(place), across) > 1
        return moves and min(beside, below, across) > 0 and not all(map(self.is_hidden, three))

    def has_witness(self, place: CellPlace, by: int) -> bool:
        """Whether ``place`` may hold ``by`` more, others making up for it, and a small number stay.

        Totals count against the cells that they add up, so that theirs change the other way.
        """
        start, goal = place
        came: dict[tuple[str, int], CellPlace] = {}
        queue: deque[tuple[str, int]] = deque([("row", start)])
        side = self.get_sign(place) * by
        while queue and ("column", goal) not in came:
            node = queue.popleft()
            for step, following in self.list_steps(node, side):
                if step != place and following not in came and following != ("row", start):
                    came[following] = step
                    queue.append(following)
        if ("column", goal) not in came:
            return False
        return self.is_still_small({place: by, **self.trace_changes(came, place, side)})

    def list_steps(
        self, node: tuple[str, int], side: int
    ) -> Iterator[tuple[CellPlace, tuple[str, int]]]:
        """Where a change can be made up for: from a row in its columns, and the other way round."""
        kind, index = node
        for other in range(self.corner[1] + 1 if kind == "row" else self.corner[0] + 1):
            place = (index, other) if kind == "row" else (other, index)
            by = self.get_sign(place) * (-side if kind == "row" else side)
            if self.is_hidden(place) and (
                by > 0 or self.get_value(place) > self.get_known_least(place)
            ):
                yield place, ("column" if kind == "row" else "row", other)

    def trace_changes(
        self, came: Mapping[tuple[str, int], CellPlace], place: CellPlace, side: int
    ) -> dict[CellPlace, int]:
        """The way back from the goal: by how much each number on it changes."""
        found: dict[CellPlace, int] = {}
        node = ("column", place[1])
        while node != ("row", place[0]):
            step = came[node]
            kind = node[0]
            found[step] = self.get_sign(step) * (-side if kind == "column" else side)
            node = ("row", step[0]) if kind == "column" else ("column", step[1])
        return found

    def get_sign(self, place: CellPlace) -> int:
        """-1 for the totals of rows and columns, which count against cells; 1 for all others."""
        return -1 if (place[0] == self.corner[0]) != (place[1] == self.corner[1]) else 1

    def get_known_least(self, place: CellPlace) -> int:
        """What readers know a hidden number to be at least: noughts hide only with a whole line."""
        row, column = place
        height, width = self.corner
        across = column < width and all(self.mask[row][:width])
        down = row < height and all(line[column] for line in self.mask[:height])
        return 0 if across or down else 1

    def is_still_small(self, changes: Mapping[CellPlace, int]) -> bool:
        """Whether after the changes some hidden number is still under the minimum.

        Readers know that the rule hides nothing otherwise, so that another table would be none.
        """
        return any(
            0 < self.get_value(place) + changes.get(place, 0) < self.minimum
            for place in self.places
            if self.is_hidden(place)
        )

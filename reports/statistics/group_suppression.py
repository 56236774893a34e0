"""Which shares of groups must not be shown, the share of everybody being known. Pure.

Such as: how many people of each city named a flood. Totals are known: how many people there are in
each group, and how many of all named it. Who is in no group (they did not say) is never shown, but
could be worked out from the rest; so they are guarded like a group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.statistics.row_suppression import hidden
from reports.statistics.table_suppression import hidden_crossed


@dataclass(frozen=True)
class Parts:
    """``counts``: how many of each group (rows) have each thing (columns).

    ``sizes`` are the people of each group; ``everybody`` has each thing's count over all ``n``
    people, those without a group counted in.
    """

    counts: Sequence[Sequence[int]]
    sizes: Sequence[int]
    everybody: Sequence[int]
    n: int


@dataclass(frozen=True)
class Hidden:
    """What must not be shown: whole ``groups`` with their sizes, and single ``cells``."""

    groups: list[bool]
    cells: list[list[bool]]


def hidden_parts(parts: Parts, minimum: int) -> Hidden:
    """What to hide of a table of groups by things, for a ``minimum`` of 3 or more.

    First the sizes of groups by ``hidden``. Then, thing by thing, ``hidden_crossed`` of who has it
    and who does not; hidden groups and those without a group count as one row there, since their
    sum can be worked out. Nothing is shown of a thing that fewer than ``minimum`` people have, or
    do not have.
    """
    rest = parts.n - sum(parts.sizes)
    groups = hidden([*parts.sizes, rest], minimum)[: len(parts.sizes)]
    columns = [
        hidden_column(parts, groups, thing, minimum) for thing in range(len(parts.everybody))
    ]
    return Hidden(groups, [list(row) for row in zip(*columns, strict=True)])


def hidden_column(parts: Parts, groups: Sequence[bool], thing: int, minimum: int) -> list[bool]:
    """What to hide of one thing, once ``groups`` are hidden."""
    shown = [index for index, hide in enumerate(groups) if not hide]
    rows = [[parts.counts[i][thing], parts.sizes[i]] for i in shown]
    total = [parts.everybody[thing], parts.n]
    rows.append([whole - sum(row[place] for row in rows) for place, whole in enumerate(total)])
    found = hidden_crossed([[having, size - having] for having, size in rows], minimum)
    closed = any((found.whole, *found.columns, *found.rows))
    mask = dict(zip(shown, map(any, found.cells), strict=False))
    return [closed or mask.get(index, True) for index in range(len(groups))]

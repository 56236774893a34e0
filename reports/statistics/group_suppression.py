"""Which shares of groups must not be shown, the share of everybody being known. Pure.

Such as: how many people of each city named a flood. Totals are known: how many people there are in
each group, and how many of all named it. Who is in no group (they did not say) is never shown, but
could be worked out from the rest; so they are guarded like a group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.statistics.row_suppression import suppress_row
from reports.statistics.table_suppression import suppress_table


@dataclass(frozen=True)
class GroupCounts:
    """``counts``: how many of each group (rows) have each thing (columns).

    ``sizes`` are the people of each group; ``everybody`` has each thing's count over all ``n``
    people, those without a group counted in.
    """

    counts: Sequence[Sequence[int]]
    sizes: Sequence[int]
    everybody: Sequence[int]
    n: int


@dataclass(frozen=True)
class SuppressedGroups:
    """What must not be shown: whole ``groups`` with their sizes, and single ``cells``."""

    groups: list[bool]
    cells: list[list[bool]]


def suppress_groups(parts: GroupCounts, minimum: int) -> SuppressedGroups:
    """What to hide of a table of groups by things, for a ``minimum`` of 3 or more.

    First the sizes of groups by ``suppress_row``. Then, thing by thing, by ``suppress_table`` who
    has it and who does not; hidden groups and those without a group count as one row there, since
    their sum can be worked out. Nothing is shown of a thing that fewer than ``minimum`` people
    have, or do not have.
    """
    # Who is in no group is never printed, and yet is everybody less the groups that are.
    rest = parts.n - sum(parts.sizes)
    groups = suppress_row([*parts.sizes, rest], minimum)[: len(parts.sizes)]
    columns = [
        suppress_group_column(parts, groups, thing, minimum)
        for thing in range(len(parts.everybody))
    ]
    return SuppressedGroups(groups, [list(row) for row in zip(*columns, strict=True)])


def suppress_group_column(
    parts: GroupCounts, groups: Sequence[bool], thing: int, minimum: int
) -> list[bool]:
    """What to hide of one thing, once ``groups`` are hidden."""
    shown = [index for index, hide in enumerate(groups) if not hide]
    rows = [[parts.counts[i][thing], parts.sizes[i]] for i in shown]
    total = [parts.everybody[thing], parts.n]
    rows.append([whole - sum(row[place] for row in rows) for place, whole in enumerate(total)])
    found = suppress_table([[having, size - having] for having, size in rows], minimum)
    # Totals, of everybody and of a group, are printed elsewhere. Where the table would have to hide
    # one of them, nothing of the thing can be shown.
    closed = any((found.is_all_hidden, *found.columns, *found.rows))
    # The last row of the table is the rest, which is no group. A share is hidden with either part:
    # the group's size is shown, so that each of the two gives the other away.
    mask = dict(zip(shown, map(any, found.cells), strict=False))
    return [closed or mask.get(index, True) for index in range(len(groups))]

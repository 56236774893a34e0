"""Shares of groups beside the share of everybody: what is hidden cannot be worked out."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from reports.statistics.group_suppression import GroupCounts, SuppressedGroups, suppress_groups


@st.composite
def people(draw: st.DrawFn) -> GroupCounts:
    """Some groups, some things, and people without a group; enough to show anything at all."""
    things = draw(st.integers(1, 3))
    sizes = draw(st.lists(st.integers(0, 14), min_size=1, max_size=4))
    rest = draw(st.integers(max(0, 6 - sum(sizes)), 9))
    rows = [[draw(st.integers(0, size)) for _ in range(things)] for size in [*sizes, rest]]
    everybody = [sum(row[thing] for row in rows) for thing in range(things)]
    return GroupCounts(rows[:-1], sizes, everybody, sum(sizes) + rest)


def published(parts: GroupCounts, found: SuppressedGroups) -> dict[tuple[int, int], int]:
    cells = product(range(len(parts.sizes)), range(len(parts.everybody)))
    return {(g, t): parts.counts[g][t] for g, t in cells if not found.cells[g][t]}


@given(people(), st.integers(3, 6))
@settings(deadline=None, max_examples=400)
def test_no_small_number_of_a_group_stands_in_the_table(parts: GroupCounts, minimum: int) -> None:
    found = suppress_groups(parts, minimum)
    for size, hide in zip(parts.sizes, found.groups, strict=True):
        assert hide or not 0 < size < minimum
    for (group, _), count in published(parts, found).items():
        assert not found.groups[group]
        assert not 0 < count < minimum
        assert not 0 < parts.sizes[group] - count < minimum


@given(people(), st.integers(3, 6))
@settings(deadline=None, max_examples=400)
def test_no_small_size_can_be_worked_out(parts: GroupCounts, minimum: int) -> None:
    """What is hidden of the sizes stands for enough people, however it is added up."""
    found = suppress_groups(parts, minimum)
    rest = parts.n - sum(parts.sizes)
    unknown = [s for s, hide in zip(parts.sizes, found.groups, strict=True) if hide]
    if any(unknown) or rest:
        left = rest + sum(unknown)
        assert left >= minimum
        assert all(left != size for size in unknown if 0 < size < minimum)


@given(people(), st.integers(3, 6))
@settings(deadline=None, max_examples=400)
def test_no_small_number_can_be_worked_out_from_the_totals(
    parts: GroupCounts, minimum: int
) -> None:
    """Of each thing the unknown counts have a known sum; each keeps room on that line."""
    found = suppress_groups(parts, minimum)
    for thing, total in enumerate(parts.everybody):
        known = {g: c for (g, t), c in published(parts, found).items() if t == thing}
        if 0 < total < minimum or 0 < parts.n - total < minimum:
            assert not known
            continue
        shown = [g for g, hide in enumerate(found.groups) if not hide]
        most = {g: parts.sizes[g] for g in shown if g not in known}
        others = parts.n - sum(parts.sizes[g] for g in shown)
        left = total - sum(known.values())
        room = {**most, -1: others} if others else most
        truth = {g: parts.counts[g][thing] for g in most}
        truth |= {-1: left - sum(truth.values())} if others else {}
        for group, count in truth.items():
            if not 0 < count < minimum and not 0 < room[group] - count < minimum:
                continue
            low = max(0, left - sum(n for g, n in room.items() if g != group))
            high = min(room[group], left)
            assert low < high, (group, thing)


def test_a_table_of_many_people_is_shown_whole() -> None:
    parts = GroupCounts([[40, 12], [30, 20]], [60, 55], [70, 32], 115)
    found = suppress_groups(parts, 5)
    assert found == SuppressedGroups([False, False], [[False, False], [False, False]])


def test_a_few_who_did_not_say_are_guarded_too() -> None:
    """118 less 60 and 55 would be three people, all of whom named it."""
    parts = GroupCounts([[40], [30]], [60, 55], [73], 118)
    found = suppress_groups(parts, 5)
    assert found.groups == [False, True]
    assert found.cells == [[False], [True]]


def test_a_small_group_takes_the_next_along() -> None:
    parts = GroupCounts([[2], [20], [25]], [3, 40, 50], [47], 93)
    assert suppress_groups(parts, 5).groups == [True, True, False]


def test_nobody_at_all_hides_nothing_that_was_there() -> None:
    assert suppress_groups(GroupCounts([[0], [0]], [0, 0], [0], 0), 5).groups == [False, False]

"""Each number that is hidden could be any of enough others: a linear programme for each."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from reports.statistics.group_suppression import GroupCounts, suppress_groups
from reports.statistics.row_suppression import suppress_nested, suppress_row
from tests.reports.statistics.differencing_attack import (
    MINIMUM,
    release_in_batches,
    simulate_year,
)
from tests.reports.statistics.linear_ranges import (
    KnownSum,
    count_least_hidden_in_row,
    count_least_hidden_shares,
    find_range,
)
from tests.reports.statistics.test_differencing import tell

ROWS = 120


def draw_row(rng: random.Random) -> list[int]:
    """Numbers of people as they come, small ones and noughts among them."""
    return [rng.choice([0, 0, 1, 2, 3, 4, 6, 9, 14, 30]) for _ in range(rng.randint(3, 7))]


def list_rows(seed: int) -> Iterator[list[int]]:
    rng = random.Random(seed)  # noqa: S311
    yield from (draw_row(rng) for _ in range(ROWS))


def find_row_ranges(counts: Sequence[int], mask: Sequence[bool]) -> list[float]:
    """How wide the range of each hidden number is, the total and all others being known."""
    hidden = {str(place): count for place, count in enumerate(counts) if mask[place]}
    total = sum(hidden.values())
    most = dict.fromkeys(hidden, total)
    ends = [find_range([name], [(list(hidden), total)], most) for name in hidden]
    return [high - low for low, high in ends]


def test_a_hidden_number_of_a_row_has_a_range_of_the_minimum() -> None:
    hidden = least = everybody = 0
    for counts in list_rows(1):
        mask = suppress_row(counts, MINIMUM)
        if sum(counts) >= MINIMUM:
            assert all(width >= MINIMUM for width in find_row_ranges(counts, mask)), counts
        hidden += sum(n for n, hide in zip(counts, mask, strict=True) if hide)
        least += count_least_hidden_in_row(counts, MINIMUM)
        everybody += sum(counts)
    tell(f"rows: {hidden} of {everybody} people hidden; the least is {least}")
    assert least <= hidden <= 1.15 * least


def test_one_number_shown_too_much_gives_others_away() -> None:
    """The same programme sees it where a mask is taken out."""
    found = 0
    for counts in list_rows(1):
        mask = suppress_row(counts, MINIMUM)
        covers = [p for p, hide in enumerate(mask) if hide and counts[p] >= MINIMUM]
        if covers:
            mask[covers[0]] = False
            found += any(width < MINIMUM for width in find_row_ranges(counts, mask))
    assert found > ROWS / 10


def test_a_hidden_part_of_a_place_has_a_range_of_the_minimum() -> None:
    """Places with their parts: what is hidden of each is known together, and of all places."""
    rng, looked = random.Random(2), 0  # noqa: S311
    for _ in range(ROWS // 3):
        parts = {name: draw_row(rng) for name in "ABC"}
        totals = {name: sum(row) for name, row in parts.items()}
        if sum(totals.values()) < MINIMUM:
            continue
        outer, inner = suppress_nested(totals, parts, MINIMUM)
        most, sums = dict[str, int](), list[KnownSum]()
        apart = [n for n, hide in outer.items() if hide]
        unknown = sum(totals[name] for name in apart)
        for name, row in parts.items():
            mine = {f"{name}{p}": n for p, n in enumerate(row) if inner[name][p]}
            most |= dict.fromkeys(mine, unknown if outer[name] else sum(mine.values()))
            if mine and not outer[name]:
                sums.append((list(mine), sum(mine.values())))
        if apart:
            sums.append(([each for each in most if each[0] in apart], unknown))
        for cell in most:
            low, high = find_range([cell], sums, most)
            assert high - low >= MINIMUM, (parts, cell)
            looked += 1
    assert looked > 100


def draw_groups(rng: random.Random) -> GroupCounts:
    """Groups of which some named a thing, and a few people without a group."""
    sizes = [rng.choice([2, 4, 7, 12, 25, 60]) for _ in range(rng.randint(3, 7))]
    chance = rng.choice([0.1, 0.3, 0.6, 0.9])
    counts = [sum(rng.random() < chance for _ in range(n)) for n in sizes]
    rest = rng.choice([0, 0, 3, 8])
    named = sum(rng.random() < chance for _ in range(rest))
    return GroupCounts([[n] for n in counts], sizes, [sum(counts) + named], sum(sizes) + rest)


def test_a_hidden_share_of_a_group_has_a_range_of_the_minimum() -> None:
    """How many of a place named a shock: everybody's number and each place's size are known."""
    rng = random.Random(3)  # noqa: S311
    hidden = shown = least = 0
    for _ in range(ROWS):
        parts = draw_groups(rng)
        found = suppress_groups(parts, MINIMUM)
        least += count_least_hidden_shares(parts, found.groups, 0, MINIMUM)
        most = {
            str(place): size
            for place, size in enumerate(parts.sizes)
            if found.cells[place][0] and not found.groups[place]
        }
        seen = [p for p, row in enumerate(found.cells) if not row[0]]
        shown += len(seen)
        hidden += len(most)
        if not seen:  # Of a thing of which nothing is shown, everybody's number alone is known.
            continue
        rest = parts.n - sum(parts.sizes[p] for p in seen) - sum(most.values())
        most["rest"] = rest
        total = parts.everybody[0] - sum(parts.counts[p][0] for p in seen)
        for cell in list(most)[:-1]:
            low, high = find_range([cell], [(list(most), total)], most)
            assert high - low >= MINIMUM, parts
        if rest:
            low, high = find_range(["rest"], [(list(most), total)], most)
            # Without a group, and enough who named it and who did not: nothing to be hidden.
            enough = all(part == 0 or part >= MINIMUM for part in (low, rest - low))
            assert high - low >= MINIMUM or (high - low < 1e-6 and enough)
    tell(f"shares of groups: {hidden} of {hidden + shown} hidden; the least is {least}")
    assert shown > hidden / 4
    assert least <= hidden <= 1.15 * least


def test_of_whom_no_row_has_each_row_may_have_enough() -> None:
    """Over a year, of every grouping: those who are in no row may be of any of its categories."""
    year, looked = simulate_year(1, release_in_batches, (1, 6)), 0
    for rests in year.rests:
        for name, rest in rests.items():
            if rest:
                categories = {about[name] for about in year.groups.values()}
                most = dict.fromkeys(sorted(categories), rest)
                ends = [find_range([each], [(list(most), rest)], most) for each in most]
                assert all(high - low >= MINIMUM for low, high in ends), (name, rest)
                looked += len(ends)
    assert looked > 1000

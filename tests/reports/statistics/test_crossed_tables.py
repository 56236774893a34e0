"""Two-way tables with their totals: what is hidden stays hidden."""

from __future__ import annotations

from itertools import chain, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.statistics.row_suppression import suppress_complement
from reports.statistics.table_suppression import SuppressedTable, suppress_table

Rows = list[list[int]]


def tables(rows: int, columns: int, most: int) -> st.SearchStrategy[Rows]:
    row = st.lists(st.integers(0, most), min_size=columns, max_size=columns)
    return st.lists(row, min_size=rows, max_size=rows)


SMALL = st.one_of(tables(2, 2, 7), tables(1, 3, 5), tables(3, 1, 5), tables(2, 3, 3))


def with_totals(rows: Rows) -> Rows:
    full = [[*row, sum(row)] for row in rows]
    return [*full, [sum(column) for column in zip(*full, strict=True)]]


def mask_of(found: SuppressedTable) -> list[list[bool]]:
    rows = [[*row, total] for row, total in zip(found.cells, found.rows, strict=True)]
    return [*rows, [*found.columns, found.is_all_hidden]]


def possible(rows: Rows, found: SuppressedTable, minimum: int) -> list[Rows]:
    """All tables, with totals, that a reader of the published one cannot rule out.

    They know the rule: that something hidden is small, and that noughts are hidden only where a
    whole row or column is.
    """
    truth, mask = with_totals(rows), mask_of(found)

    def least(line: int, column: int) -> int:
        return 0 if all(found.cells[line]) or all(row[column] for row in found.cells) else 1

    whole = truth[-1][-1]

    def of_row(line: int) -> list[tuple[int, ...]]:
        ranges = [
            range(least(line, column), whole + 1) if mask[line][column] else [value]
            for column, value in enumerate(rows[line])
        ]
        known = None if found.rows[line] else truth[line][-1]
        return [row for row in product(*ranges) if sum(row) <= whole and known in (None, sum(row))]

    guesses = (
        with_totals(list(map(list, guess)))
        for guess in product(*map(of_row, range(len(rows))))
        if sum(map(sum, guess)) == whole
    )
    return [guess for guess in guesses if agrees(guess, truth, mask, minimum)]


def agrees(guess: Rows, truth: Rows, mask: list[list[bool]], minimum: int) -> bool:
    places = list(product(range(len(truth)), range(len(truth[0]))))
    same = all(guess[r][c] == truth[r][c] for r, c in places if not mask[r][c])
    return same and any(0 < guess[r][c] < minimum for r, c in places if mask[r][c])


@given(SMALL, st.integers(3, 5))
@settings(deadline=None, max_examples=100)
def test_no_hidden_number_can_be_worked_out_by_trying_all_tables(rows: Rows, minimum: int) -> None:
    found = suppress_table(rows, minimum)
    truth, mask = with_totals(rows), mask_of(found)
    if found.is_all_hidden or not any(chain(*mask)):
        return
    guesses = possible(rows, found, minimum)
    assert truth in guesses
    for r, c in product(range(len(truth)), range(len(truth[0]))):
        ends = ((r, len(truth[0]) - 1), (len(rows), c))
        nobody = any(truth[i][j] == 0 and not mask[i][j] for i, j in ends)
        if mask[r][c] and not nobody:
            assert len({guess[r][c] for guess in guesses}) > 1


@given(st.one_of(SMALL, tables(5, 4, 30)), st.integers(3, 10))
@settings(deadline=None)
def test_every_small_number_is_hidden_and_a_table_without_any_is_shown(
    rows: Rows, minimum: int
) -> None:
    truth, mask = with_totals(rows), mask_of(suppress_table(rows, minimum))
    small = [[0 < value < minimum for value in row] for row in truth]
    assert all(m for m, s in zip(chain(*mask), chain(*small), strict=True) if s)
    assert any(chain(*small)) or not any(chain(*mask))


@given(tables(5, 4, 30), st.integers(3, 10))
@settings(deadline=None)
def test_what_is_hidden_of_a_row_with_a_total_stands_for_enough_people(
    rows: Rows, minimum: int
) -> None:
    found = suppress_table(rows, minimum)
    for row, mask, total in zip(rows, found.cells, found.rows, strict=True):
        if total:
            assert all(mask)
        elif any(mask) and sum(row) >= minimum:
            assert sum(n for n, hide in zip(row, mask, strict=True) if hide) >= minimum


def determined(rows: Rows, found: SuppressedTable) -> list[tuple[int, int]]:
    """Hidden counts that follow from the sums of the others, found by linear algebra.

    A count is one if leaving it out lowers the rank of the equations of rows and columns.
    """
    places = [p for p in product(range(len(rows)), range(len(rows[0]))) if found.cells[p[0]][p[1]]]
    lines = [
        [float(place[axis] == line) for place in places]
        for axis, totals in ((0, found.rows), (1, found.columns))
        for line, total in enumerate(totals)
        if not total
    ]
    equations = np.array(lines).reshape(len(lines), len(places))
    units = np.eye(len(places))
    rank = np.linalg.matrix_rank(equations) if equations.size else 0
    return [
        place
        for place, unit in zip(places, units, strict=True)
        if np.linalg.matrix_rank(np.vstack([equations, unit])) == rank
    ]


@given(tables(5, 4, 30), st.integers(3, 10))
@settings(deadline=None)
def test_no_count_of_a_larger_table_follows_from_sums(rows: Rows, minimum: int) -> None:
    found = suppress_table(rows, minimum)
    for row, column in determined(rows, found):
        nobody = not sum(rows[row]), not sum(line[column] for line in rows)
        assert rows[row][column] == 0
        assert any(nobody)


def test_hiding_enough_in_each_row_and_column_is_not_enough() -> None:
    """What is hidden of the first two rows is 48, of the first two columns 46: so the 2 is out."""
    rows = [[3, 20, 30, 40], [20, 3, 2, 50], [60, 70, 3, 20], [80, 90, 20, 3]]
    by_lines = SuppressedTable(
        [
            [True, True, False, False],
            [True, True, True, False],
            [False, False, True, True],
            [False, False, True, True],
        ],
        [False] * 4,
        [False] * 4,
        False,
    )
    for row, mask in zip(rows, by_lines.cells, strict=True):
        assert suppress_complement(row, mask, 5) == mask
    for column, of_column in zip(
        zip(*rows, strict=True), zip(*by_lines.cells, strict=True), strict=True
    ):
        assert suppress_complement(column, of_column, 5) == list(of_column)
    assert determined(rows, by_lines) == [(1, 2)]
    found = suppress_table(rows, 5)
    assert determined(rows, found) == []
    assert sum(chain(*found.cells)) < 13


def test_a_small_total_takes_its_whole_row_along() -> None:
    found = suppress_table([[1, 0, 2], [20, 30, 12], [14, 25, 16], [22, 11, 19]], 5)
    assert found.rows.count(True) == 2
    assert found.rows[0]
    assert found.cells[0] == [True, True, True]


def test_of_a_table_of_three_people_nothing_is_shown() -> None:
    found = suppress_table([[1, 1], [0, 1]], 5)
    assert all(chain(*mask_of(found)))


@pytest.mark.parametrize("rows", [[[0, 0], [0, 0]], [[]], []])
def test_an_empty_table_hides_nothing(rows: Rows) -> None:
    assert not any(chain(*mask_of(suppress_table(rows, 5))))

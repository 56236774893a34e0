"""Two-way tables with their totals: what is hidden stays hidden."""

from __future__ import annotations

from itertools import chain, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.crossed import Crossed, hidden_crossed
from reports.statistics import hidden

Rows = list[list[int]]


def tables(rows: int, columns: int, most: int) -> st.SearchStrategy[Rows]:
    row = st.lists(st.integers(0, most), min_size=columns, max_size=columns)
    return st.lists(row, min_size=rows, max_size=rows)


SMALL = st.one_of(tables(2, 2, 9), tables(1, 3, 6), tables(3, 1, 6), tables(2, 3, 5))


def with_totals(rows: Rows) -> Rows:
    full = [[*row, sum(row)] for row in rows]
    return [*full, [sum(column) for column in zip(*full, strict=True)]]


def mask_of(found: Crossed) -> list[list[bool]]:
    rows = [[*row, total] for row, total in zip(found.cells, found.rows, strict=True)]
    return [*rows, [*found.columns, found.whole]]


def possible(rows: Rows, found: Crossed, minimum: int) -> list[Rows]:
    """All tables, with totals, that a reader of the published one cannot rule out.

    They know the rule: that something hidden is small, and that noughts are hidden only where a
    whole row or column is.
    """
    truth, mask = with_totals(rows), mask_of(found)

    def least(line: int, column: int) -> int:
        return 0 if all(found.cells[line]) or all(row[column] for row in found.cells) else 1

    ranges = [
        range(least(r, c), truth[-1][-1] + 1) if found.cells[r][c] else [rows[r][c]]
        for r, c in product(range(len(rows)), range(len(rows[0])))
    ]
    width = len(rows[0])
    guesses = (
        with_totals([list(flat[i : i + width]) for i in range(0, len(flat), width)])
        for flat in product(*ranges)
    )
    return [guess for guess in guesses if agrees(guess, truth, mask, minimum)]


def agrees(guess: Rows, truth: Rows, mask: list[list[bool]], minimum: int) -> bool:
    places = list(product(range(len(truth)), range(len(truth[0]))))
    same = all(guess[r][c] == truth[r][c] for r, c in places if not mask[r][c])
    return same and any(0 < guess[r][c] < minimum for r, c in places if mask[r][c])


@given(SMALL, st.integers(3, 5))
@settings(deadline=None, max_examples=150)
def test_no_hidden_number_can_be_worked_out_by_trying_all_tables(rows: Rows, minimum: int) -> None:
    found = hidden_crossed(rows, minimum)
    truth, mask = with_totals(rows), mask_of(found)
    if found.whole or not any(chain(*mask)):
        return
    guesses = possible(rows, found, minimum)
    assert truth in guesses
    for r, c in product(range(len(truth)), range(len(truth[0]))):
        nobody = 0 in (truth[r][-1] or found.rows[r : r + 1] == [True], truth[-1][c] or None)
        nobody = any(
            truth[i][j] == 0 and not mask[i][j] for i, j in ((r, len(truth[0]) - 1), (len(rows), c))
        )
        if mask[r][c] and not nobody:
            assert len({guess[r][c] for guess in guesses}) > 1


@given(st.one_of(SMALL, tables(5, 4, 30)), st.integers(3, 10))
@settings(deadline=None)
def test_every_small_number_is_hidden_and_a_table_without_any_is_shown(
    rows: Rows, minimum: int
) -> None:
    truth, mask = with_totals(rows), mask_of(hidden_crossed(rows, minimum))
    small = [[0 < value < minimum for value in row] for row in truth]
    assert all(m for m, s in zip(chain(*mask), chain(*small), strict=True) if s)
    assert any(chain(*small)) or not any(chain(*mask))


@given(tables(5, 4, 30), st.integers(3, 10))
@settings(deadline=None)
def test_what_is_hidden_of_a_row_with_a_total_stands_for_enough_people(
    rows: Rows, minimum: int
) -> None:
    found = hidden_crossed(rows, minimum)
    for row, mask, total in zip(rows, found.cells, found.rows, strict=True):
        if total:
            assert all(mask)
        elif any(mask) and sum(row) >= minimum:
            assert sum(n for n, hide in zip(row, mask, strict=True) if hide) >= minimum


def test_rows_and_columns_each_by_themselves_would_not_be_enough() -> None:
    """The corner 2 can be worked out from rows and columns though each of them hides two."""
    rows = [[2, 30, 40], [25, 3, 35], [31, 28, 22]]
    by_rows = [hidden(row, 5) for row in rows]
    assert by_rows == [[True, True, False], [True, True, False], [False, False, False]]
    found = hidden_crossed(rows, 5)
    assert found.cells == by_rows
    assert not found.whole
    assert len({guess[0][0] for guess in possible(rows, found, 5)}) > 1


def test_a_small_total_takes_its_whole_row_along() -> None:
    found = hidden_crossed([[1, 0, 2], [20, 30, 12], [14, 25, 16], [22, 11, 19]], 5)
    assert found.rows.count(True) == 2
    assert found.rows[0]
    assert found.cells[0] == [True, True, True]


def test_of_a_table_of_three_people_nothing_is_shown() -> None:
    found = hidden_crossed([[1, 1], [0, 1]], 5)
    assert all(chain(*mask_of(found)))


@pytest.mark.parametrize("rows", [[[0, 0], [0, 0]], [[]], []])
def test_an_empty_table_hides_nothing(rows: Rows) -> None:
    assert not any(chain(*mask_of(hidden_crossed(rows, 5))))

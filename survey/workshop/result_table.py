"""The table that a workshop was made from, with what became of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from survey.workshop.baseline import BaselineHeader, BaselineLine, NumberedRow, build_item_lookup
from survey.workshop.register import Register
from survey.workshop.results import BallotResult, Outcome, Tally

CellValue = str | int | float

TABLE_COLUMNS = ("asset", "shock", "category", "mode", "rating", "note")
#: What is added to each row.
RESULT_COLUMNS = (
    "outcome",
    "agreed_value",
    "median",
    "n",
    "iqr",
    "within_one",
    "r_wg",
    "dissenters",
    "rounds",
    "reasons",
    "session_notes",
)


def build_ballot_rows(found: Iterable[BallotResult]) -> list[NumberedRow]:
    """The table of the ballots themselves, for a workshop whose file is not at hand."""
    rows: list[NumberedRow] = [(1, TABLE_COLUMNS)]
    for number, result in enumerate(found, start=2):
        ballot = result.ballot
        rating = "" if ballot.baseline is None else str(ballot.baseline)
        names = (ballot.asset, ballot.shock, ballot.category)
        rows.append((number, (*names, ballot.mode.value, rating, ballot.note)))
    return rows


def append_results(
    rows: Sequence[NumberedRow], found: Iterable[BallotResult], register: Register
) -> list[tuple[CellValue, ...]]:
    """The rows that were imported, the header first, each with ``RESULT_COLUMNS`` behind its cells.

    Rows that belong to no ballot get empty cells. Of ballots with too few ratings only ``n`` is
    told: figures of so few would give somebody's rating away.
    """
    (_, cells), *below = rows
    header = BaselineHeader.from_cells(cells)
    assets, shocks = build_item_lookup(register.assets), build_item_lookup(register.shocks)
    by_pair = {(result.ballot.asset, result.ballot.shock): result for result in found}
    width = max(len(row) for _, row in rows)
    table: list[tuple[CellValue, ...]] = [(*pad_cells(cells, width), *RESULT_COLUMNS)]
    for number, row in below:
        line = BaselineLine(number, row, header)
        pairs = (
            (asset.code, shock.code)
            for asset in assets.find(line.get_cell("asset"))
            for shock in shocks.find(line.get_cell("shock"))
        )
        result = next((by_pair[pair] for pair in pairs if pair in by_pair), None)
        table.append(
            (
                *pad_cells(row, width),
                *(build_result_cells(result) if result else ("",) * len(RESULT_COLUMNS)),
            )
        )
    return table


def pad_cells(cells: Sequence[str], width: int) -> tuple[str, ...]:
    """A row with empty cells behind its own, up to a width."""
    return (*cells, *[""] * (width - len(cells)))


def build_result_cells(result: BallotResult) -> tuple[CellValue, ...]:
    """The cells of ``RESULT_COLUMNS`` for a ballot."""
    notes = "; ".join(result.state.notes)
    known: tuple[CellValue, ...] = ("",) * 7
    reasons = ""
    if result.tally and result.outcome is not Outcome.TOO_FEW:
        known, reasons = build_figure_cells(result, result.tally), format_reasons(result.tally)
    elif result.tally:
        known = ("", "", result.tally.rating.n, *known[3:])
    return (result.outcome.value, *known, len(result.tallies), reasons, notes)


def build_figure_cells(result: BallotResult, tally: Tally) -> tuple[CellValue, ...]:
    """From the value agreed on to the dissenters; numbers rounded to three places."""
    rating = tally.rating
    return (
        "" if result.agreed_value is None else result.agreed_value,
        rating.median,
        rating.n,
        rating.iqr,
        round(rating.within_one, 3),
        "" if rating.n < 2 else round(result.rwg_index, 3),
        result.dissenter_count,
    )


def format_reasons(tally: Tally) -> str:
    """The reasons, the most frequent first."""
    ordered = sorted(tally.reasons.items(), key=lambda entry: (-entry[1], entry[0]))
    return "; ".join(f"{reason} ({count})" for reason, count in ordered)

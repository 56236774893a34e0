"""The table that a workshop was made from, with what became of it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from survey.workshop.baseline import BaselineHeader, BaselineLine, NumberedRow, build_item_lookup
from survey.workshop.moves import ChangeReason
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
    rows: Sequence[NumberedRow],
    found: Iterable[BallotResult],
    register: Register,
    redact: Callable[[str], str],
) -> list[tuple[CellValue, ...]]:
    """The rows that were imported, the header first, each with ``RESULT_COLUMNS`` behind its cells.

    Rows that belong to no ballot get empty cells. Of ballots with too few ratings only ``n`` is
    told: figures of so few would give somebody's rating away. ``redact`` takes personal data out of
    what was written in own words.
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
                *(build_result_cells(result, redact) if result else ("",) * len(RESULT_COLUMNS)),
            )
        )
    return table


def pad_cells(cells: Sequence[str], width: int) -> tuple[str, ...]:
    """A row with empty cells behind its own, up to a width."""
    return (*cells, *[""] * (width - len(cells)))


def build_result_cells(result: BallotResult, redact: Callable[[str], str]) -> tuple[CellValue, ...]:
    """The cells of ``RESULT_COLUMNS`` for a ballot."""
    notes = "; ".join(map(redact, result.state.notes))
    known: tuple[CellValue, ...] = ("",) * 7
    reasons = ""
    if result.tally and result.outcome is not Outcome.TOO_FEW:
        known = build_figure_cells(result, result.tally)
        reasons = format_reasons(result.tally, redact)
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


def format_reasons(tally: Tally, redact: Callable[[str], str]) -> str:
    """The reasons without personal data, the most frequent first."""
    counts: Counter[str] = Counter()
    for reason, count in tally.reasons.items():
        counts[redact_reason(reason, redact)] += count
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return "; ".join(f"{reason} ({count})" for reason, count in ordered)


def redact_reason(reason: str, redact: Callable[[str], str]) -> str:
    """A reason without personal data; one of those that are offered is a code and stays."""
    return reason if reason in set(ChangeReason) else redact(reason)

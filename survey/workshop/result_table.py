"""The table that a workshop was made from, with what became of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from survey.workshop.baseline import Header, Line, Row, called
from survey.workshop.register import Register
from survey.workshop.results import Outcome, Result, Tally

Cell = str | int | float

COLUMNS = ("asset", "shock", "category", "mode", "rating", "note")
#: What is added to each row.
ADDED = (
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


def as_rows(found: Iterable[Result]) -> list[Row]:
    """The table of the ballots themselves, for a workshop whose file is not at hand."""
    rows: list[Row] = [(1, COLUMNS)]
    for number, result in enumerate(found, start=2):
        ballot = result.ballot
        rating = "" if ballot.baseline is None else str(ballot.baseline)
        names = (ballot.asset, ballot.shock, ballot.category)
        rows.append((number, (*names, ballot.mode.value, rating, ballot.note)))
    return rows


def exported(
    rows: Sequence[Row], found: Iterable[Result], register: Register
) -> list[tuple[Cell, ...]]:
    """The rows that were imported, each with ``ADDED`` behind its own cells, the header first.

    Rows that belong to no ballot get empty cells. Of ballots with too few ratings only ``n`` is
    told: figures of so few would give somebody's rating away.
    """
    (_, cells), *below = rows
    header = Header.of(cells)
    assets, shocks = called(register.assets), called(register.shocks)
    by_pair = {(result.ballot.asset, result.ballot.shock): result for result in found}
    width = max(len(row) for _, row in rows)
    table: list[tuple[Cell, ...]] = [(*padded(cells, width), *ADDED)]
    for number, row in below:
        line = Line(number, row, header)
        pairs = (
            (asset.code, shock.code)
            for asset in assets.find(line.get("asset"))
            for shock in shocks.find(line.get("shock"))
        )
        result = next((by_pair[pair] for pair in pairs if pair in by_pair), None)
        table.append((*padded(row, width), *(added(result) if result else ("",) * len(ADDED))))
    return table


def padded(cells: Sequence[str], width: int) -> tuple[str, ...]:
    return (*cells, *[""] * (width - len(cells)))


def added(result: Result) -> tuple[Cell, ...]:
    """The cells of ``ADDED`` for a ballot."""
    notes = "; ".join(result.standing.notes)
    known: tuple[Cell, ...] = ("",) * 7
    reasons = ""
    if result.tally and result.outcome is not Outcome.TOO_FEW:
        known, reasons = figures(result, result.tally), in_words(result.tally)
    elif result.tally:
        known = ("", "", result.tally.rating.n, *known[3:])
    return (result.outcome.value, *known, len(result.tallies), reasons, notes)


def figures(result: Result, tally: Tally) -> tuple[Cell, ...]:
    """From the value agreed on to the dissenters; numbers rounded to three places."""
    rating = tally.rating
    return (
        "" if result.value is None else result.value,
        rating.median,
        rating.n,
        rating.iqr,
        round(rating.within_one, 3),
        "" if rating.n < 2 else round(result.index, 3),
        result.dissenters,
    )


def in_words(tally: Tally) -> str:
    """The reasons, the most frequent first."""
    ordered = sorted(tally.reasons.items(), key=lambda entry: (-entry[1], entry[0]))
    return "; ".join(f"{reason} ({count})" for reason, count in ordered)

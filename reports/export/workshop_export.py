"""The data of a workshop: every vote, every round of every ballot, the baseline with its results.

How the figures of ``ballots.csv`` follow from ``votes.csv`` stands in ``docs/agreement.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select

from reports.export.atomic_files import save
from reports.reading.held_workshops import Held, read_room
from reports.reading.store_snapshot import connected
from survey.store import votes, workshop_schema
from survey.workshop.agreement import index
from survey.workshop.baseline import Row as Line
from survey.workshop.result_table import as_rows, exported
from survey.workshop.results import Outcome, agreed_value, outcome

#: What is no rating, in words; an answer of another scale keeps its code.
WORDS = {"tp": "not_exposed", "tt": "dont_know", "bb": "not_my_field"}
VOTES = (
    *("participant", "sector", "category", "asset", "shock", "round", "value", "voted_at"),
    *("mode", "baseline", "reason", "channel", "table"),
)
BALLOTS = (
    *("asset", "shock", "mode", "baseline", "round", "n", "median", "iqr", "within_one"),
    *("outcome", "agreed_value", "r_wg", "category", "voted"),
)

Cells = list[Any]


def export_workshop(
    database_url: str,
    workshop_id: str,
    directory: Path,
    timezone: str,
    baseline: Sequence[Line] | None = None,
) -> tuple[Path, ...]:
    """Write ``votes.csv``, ``ballots.csv`` and ``baseline.csv``; the paths in that order.

    UTF-8, times in ISO 8601 at ``timezone``, nobody named but by pseudonym. Only rounds that were
    revealed and stand are in the first two; votes of others are in ``votes_undone.csv``, if there
    are any. ``baseline`` is the table that was imported; without it ours stands in for it. Raises
    LookupError if there is no such workshop.
    """
    zone = ZoneInfo(timezone)
    with connected(database_url) as connection:
        query = select(workshop_schema.workshop).where(workshop_schema.workshop.c.id == workshop_id)
        row = connection.execute(query).first()
        if row is None:
            raise LookupError(workshop_id)
        directory.mkdir(parents=True, exist_ok=True)
        held = read_room(connection, row)
        counted, undone = rows_of(connection, held, zone)
    head, *table = exported(baseline or as_rows(held.results), held.results, held.plan.register)
    files = [
        save(directory / "votes.csv", VOTES, counted),
        save(directory / "ballots.csv", (*BALLOTS, *specials(held)), rounds(held)),
        save(directory / "baseline.csv", [str(cell) for cell in head], table),
    ]
    stale = directory / "votes_undone.csv"
    stale.unlink(missing_ok=True)
    if undone:
        files.append(save(stale, (*VOTES, "why"), undone))
    return tuple(files)


def rows_of(connection: Connection, held: Held, zone: ZoneInfo) -> tuple[list[Cells], list[Cells]]:
    """The rows of votes in rounds that count, and in others with the reason why they do not."""
    counted: list[Cells] = []
    undone: list[Cells] = []
    seats = {
        row.respondent_id: row.seat
        for row in connection.execute(
            select(workshop_schema.attendance).where(
                workshop_schema.attendance.c.workshop_id == held.plan.id
            )
        )
    }
    rows = connection.execute(votes.EVERY_VOTE, {"workshop": held.plan.id})
    for row, at in in_order(rows):
        cells = vote_cells(held, row, at.astimezone(zone), seats.get(row.respondent_id))
        if row.opening in held.session.standings[row.ballot].revealed:
            counted.append(cells)
        else:
            standing = held.session.round_of(row.ballot, row.opening)
            undone.append([*cells, "not_revealed" if standing else "taken_back"])
    return counted, undone


def in_order(rows: Iterable[Row[Any]]) -> list[tuple[Row[Any], datetime]]:
    """Votes with their times, in the order of these.

    The vote of somebody that was kept last counts. Should one have overtaken another on its way,
    it gets the other's time, so that the order of times tells the same.
    """
    last: dict[tuple[int, int, int], datetime] = {}
    timed = []
    for row in rows:
        key = (row.respondent_id, row.ballot, row.opening)
        last[key] = max(row.at, last.get(key, row.at))
        timed.append((row, last[key]))
    return sorted(timed, key=lambda vote: vote[1])


def vote_cells(held: Held, row: Row[Any], at: datetime, seat: int | None) -> Cells:
    """A row of ``votes.csv``."""
    ballot = held.session.ballots[row.ballot]
    return [
        *(row.pseudonym, row.sector, row.category, ballot.asset, ballot.shock),
        held.session.round_of(row.ballot, row.opening) or "",
        WORDS.get(row.value, row.value),
        at.isoformat(timespec="microseconds"),
        *(ballot.mode.value, blank(ballot.baseline), row.reason, row.channel, blank(seat)),
    ]


def rounds(held: Held) -> Iterator[Cells]:
    """The rows of ``ballots.csv``: every revealed round of every ballot, the ballots in order."""
    rule, scale = held.plan.workshop.rule, held.plan.register.scale
    for result in held.results:
        ballot = result.ballot
        for number, tally in enumerate(result.tallies or (), start=1):
            rated = tally.rating
            came_to = outcome(ballot, tally, rule)
            known = [rated.median, rated.iqr, rated.within_one] if rated.n else ["", "", ""]
            changed = came_to in (Outcome.CONFIRMED, Outcome.CHANGED)
            settled = changed and ballot.baseline is not None
            yield [
                *(ballot.asset, ballot.shock, ballot.mode.value, blank(ballot.baseline)),
                *(number, rated.n, *known, came_to.value),
                agreed_value(rated.median, ballot.baseline or 0) if settled else "",
                index(tally.points, len(scale.points)) if rated.n > 1 else "",
                *(ballot.category, tally.voted),
                *(tally.counts.get(value, 0) for value in scale.specials),
            ]


def specials(held: Held) -> Iterable[str]:
    """What the columns of answers that are no rating are called."""
    return (WORDS.get(value, value) for value in held.plan.register.scale.specials)


def blank(number: int | None) -> int | str:
    """A number, or an empty cell."""
    return "" if number is None else number

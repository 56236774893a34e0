"""The data of a workshop: every vote, every round of every ballot, the baseline with its results.

How the figures of ``ballots.csv`` follow from ``votes.csv`` stands in ``docs/agreement.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select

from reports.city_file import load_redactor
from reports.export.atomic_files import PLAIN_CSV, CsvStyle, save_csv
from reports.reading.held_workshops import (
    HeldWorkshop,
    read_held_workshop,
    read_held_workshops,
)
from reports.reading.store_snapshot import open_connection
from survey.redaction.redactor import Redactor
from survey.store import votes, workshop_schema
from survey.workshop.agreement import compute_rwg_index
from survey.workshop.baseline import NumberedRow as Line
from survey.workshop.result_table import append_results, build_ballot_rows, redact_reason
from survey.workshop.results import Outcome, choose_agreed_value, determine_outcome

#: What was answered in questionnaires before a workshop, ballot by ballot.
EARLIER_FILE = "earlier.csv"
EARLIER_FILE_COLUMNS = ("asset", "shock", "value", "people")
#: What the folder of a workshop's files is called beside the other data; its id follows.
WORKSHOP_FOLDER = "workshop-"
#: What is no rating, in words; an answer of another scale keeps its code.
SPECIAL_WORDS = {"tp": "not_exposed", "tt": "dont_know", "bb": "not_my_field"}
VOTE_FILE_COLUMNS = (
    *("participant", "sector", "category", "asset", "shock", "round", "value", "voted_at"),
    *("mode", "baseline", "reason", "channel", "table"),
)
BALLOT_FILE_COLUMNS = (
    *("asset", "shock", "mode", "baseline", "round", "n", "median", "iqr", "within_one"),
    *("outcome", "agreed_value", "r_wg", "category", "voted"),
)

RowCells = list[Any]


def export_workshop(
    database_url: str,
    workshop_id: str,
    directory: Path,
    timezone: str,
    city_file: Path | None,
    baseline: Sequence[Line] | None = None,
    as_of: datetime | None = None,
    style: CsvStyle = PLAIN_CSV,
) -> tuple[Path, ...]:
    """Write ``votes.csv``, ``ballots.csv`` and ``baseline.csv``; the paths in that order.

    UTF-8, times in ISO 8601 at ``timezone``, nobody named but by pseudonym. Only rounds that were
    revealed and stand are in the first two; votes of others are in ``votes_undone.csv``, if there
    are any. Reasons and notes in own words are without personal data, by the packs of
    ``city_file``, or where there is none by what is alike everywhere. ``baseline`` is the table
    that was imported; without it ours stands in for it.
    Raises LookupError if there is no such workshop, and InvalidInputError for a pack that cannot be
    used.
    """
    zone = ZoneInfo(timezone)
    redactor = load_redactor(city_file) if city_file is not None else Redactor()

    def redact(text: str) -> str:
        return redactor.redact(text).text

    with open_connection(database_url) as connection:
        query = select(workshop_schema.workshop).where(workshop_schema.workshop.c.id == workshop_id)
        row = connection.execute(query).first()
        if row is None:
            raise LookupError(workshop_id)
        directory.mkdir(parents=True, exist_ok=True)
        held = read_held_workshop(connection, row, as_of)
        counted, undone = list_vote_rows(connection, held, zone, redact)
    head, *table = append_results(
        baseline or build_ballot_rows(held.results), held.results, held.plan.register, redact
    )
    files = [
        save_csv(directory / "votes.csv", VOTE_FILE_COLUMNS, counted, style),
        save_csv(
            directory / "ballots.csv",
            (*BALLOT_FILE_COLUMNS, *list_special_columns(held)),
            list_ballot_rows(held),
            style,
        ),
        save_csv(directory / "baseline.csv", [str(cell) for cell in head], table, style),
    ]
    stale = directory / "votes_undone.csv"
    stale.unlink(missing_ok=True)
    if undone:
        files.append(save_csv(stale, (*VOTE_FILE_COLUMNS, "why"), undone, style))
    return tuple(files)


def export_held_workshops(
    connection: Connection,
    database_url: str,
    directory: Path,
    timezone: str,
    city_file: Path | None,
    as_of: datetime,
    style: CsvStyle,
) -> Iterator[Path]:
    """Write each workshop that had results at a moment into a folder of its own.

    With what was answered about its ballots before it began, in ``earlier.csv``.
    """
    for held in list(read_held_workshops(connection, as_of)):
        folder = directory / f"{WORKSHOP_FOLDER}{held.plan.id}"
        yield from export_workshop(
            database_url, held.plan.id, folder, timezone, city_file, as_of=as_of, style=style
        )
        rows = list_earlier_rows(held)
        yield save_csv(folder / EARLIER_FILE, EARLIER_FILE_COLUMNS, rows, style)


def list_earlier_rows(held: HeldWorkshop) -> Iterator[RowCells]:
    """A row for each value that was given about a ballot's pair before the session began."""
    for number, counts in held.answers_before.items():
        ballot = held.session.ballots[number]
        for value, people in counts.items():
            yield [ballot.asset, ballot.shock, SPECIAL_WORDS.get(value, value), people]


def list_vote_rows(
    connection: Connection, held: HeldWorkshop, zone: ZoneInfo, redact: Callable[[str], str]
) -> tuple[list[RowCells], list[RowCells]]:
    """The rows of votes in rounds that count, and in others with the reason why they do not."""
    counted: list[RowCells] = []
    undone: list[RowCells] = []
    seats = {
        row.respondent_id: row.seat
        for row in connection.execute(
            select(workshop_schema.attendance).where(
                workshop_schema.attendance.c.workshop_id == held.plan.id
            )
        )
    }
    rows = connection.execute(votes.EVERY_VOTE_QUERY, {"workshop": held.plan.id})
    for row, at in order_votes(rows):
        reason = redact_reason(row.reason, redact)
        seat = seats.get(row.respondent_id)
        cells = build_vote_cells(held, row, at.astimezone(zone), reason, seat)
        if row.opening in held.session.states[row.ballot].revealed_openings:
            counted.append(cells)
        else:
            standing = held.session.find_round(row.ballot, row.opening)
            undone.append([*cells, "not_revealed" if standing else "taken_back"])
    return counted, undone


def order_votes(rows: Iterable[Row[Any]]) -> list[tuple[Row[Any], datetime]]:
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


def build_vote_cells(
    held: HeldWorkshop, row: Row[Any], at: datetime, reason: str, seat: int | None
) -> RowCells:
    """A row of ``votes.csv``."""
    ballot = held.session.ballots[row.ballot]
    return [
        *(row.pseudonym, row.sector, row.category, ballot.asset, ballot.shock),
        held.session.find_round(row.ballot, row.opening) or "",
        SPECIAL_WORDS.get(row.value, row.value),
        at.isoformat(timespec="microseconds"),
        *(
            ballot.mode.value,
            fill_blank(ballot.baseline),
            reason,
            row.channel,
            fill_blank(seat),
        ),
    ]


def list_ballot_rows(held: HeldWorkshop) -> Iterator[RowCells]:
    """The rows of ``ballots.csv``: every revealed round of every ballot, the ballots in order."""
    rule, scale = held.plan.workshop.rule, held.plan.register.scale
    for result in held.results:
        ballot = result.ballot
        for number, tally in enumerate(result.tallies or (), start=1):
            rated = tally.rating
            came_to = determine_outcome(ballot, tally, rule)
            known = [rated.median, rated.iqr, rated.within_one] if rated.n else ["", "", ""]
            changed = came_to in (Outcome.CONFIRMED, Outcome.CHANGED)
            settled = changed and ballot.baseline is not None
            yield [
                *(ballot.asset, ballot.shock, ballot.mode.value, fill_blank(ballot.baseline)),
                *(number, rated.n, *known, came_to.value),
                choose_agreed_value(rated.median, ballot.baseline or 0) if settled else "",
                compute_rwg_index(tally.points, len(scale.points)) if rated.n > 1 else "",
                *(ballot.category, tally.voter_count),
                *(tally.counts.get(value, 0) for value in scale.specials),
            ]


def list_special_columns(held: HeldWorkshop) -> Iterable[str]:
    """What the columns of answers that are no rating are called."""
    return (SPECIAL_WORDS.get(value, value) for value in held.plan.register.scale.specials)


def fill_blank(number: int | None) -> int | str:
    """A number, or an empty cell."""
    return "" if number is None else number

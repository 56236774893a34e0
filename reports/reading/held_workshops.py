"""Workshops as they stood at a moment, for reports and exports: read in one piece, replayed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from survey.store import votes, workshop_moves, workshop_plans, workshop_schema
from survey.workshop.plan import Plan
from survey.workshop.results import Result, Round, Tally, results
from survey.workshop.session import Session


@dataclass(frozen=True)
class Held:
    """A workshop in which something was revealed.

    ``tallies`` are those of all revealed rounds; ``before`` are the answers given before the
    session: ballot's number -> value -> people.
    """

    plan: Plan
    session: Session
    tallies: dict[Round, Tally]
    before: dict[int, dict[str, int]]

    @property
    def results(self) -> list[Result]:
        """Every ballot with its revealed rounds."""
        return results(self.session, self.tallies)


def read_held(connection: Connection, as_of: datetime) -> Iterator[Held]:
    """The workshops that had results, the first one first."""
    query = select(workshop_schema.workshop).order_by(
        workshop_schema.workshop.c.held_at, workshop_schema.workshop.c.id
    )
    for row in connection.execute(query).all():
        held = read_room(connection, row, as_of)
        if held.tallies:
            yield held


def read_room(connection: Connection, row: Row[Any], as_of: datetime | None = None) -> Held:
    """A workshop from its row, with the moves made before ``as_of``."""
    seats, ballots = (connection.execute(q) for q in workshop_plans.seats_and_ballots(row.id))
    plan = workshop_plans.plan_in(row, seats, ballots)
    found = map(
        workshop_moves.move_in, connection.execute(workshop_moves.MOVES, {"workshop": plan.id})
    )
    made = [move for move in found if as_of is None or move.at < as_of]
    session = Session(plan.workshop, plan.ballots, made)
    revealed = {(n, o) for n, standing in session.standings.items() for o in standing.revealed}
    counted = connection.execute(votes.tallies_query(plan.id, {o for _, o in revealed}))
    tallies = {key: t for key, t in votes.tallied(counted).items() if key in revealed}
    before = read_before(connection, plan, made[0].at) if tallies else {}
    return Held(plan, session, tallies, before)


def read_before(connection: Connection, plan: Plan, until: datetime) -> dict[int, dict[str, int]]:
    """What had been answered when the session began."""
    if plan.before is None:
        return {}
    rows = connection.execute(votes.before_query(plan.before, plan.ballots, until))
    return votes.answered_before(rows, plan.before, plan.ballots)

"""Workshops as they stood at a moment, for reports and exports: read in one piece, replayed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from survey.store import votes, workshop_moves, workshop_plans, workshop_schema
from survey.workshop.plan import WorkshopPlan
from survey.workshop.results import BallotResult, RoundKey, Tally, build_results
from survey.workshop.session import Session


@dataclass(frozen=True)
class HeldWorkshop:
    """A workshop in which something was revealed.

    ``tallies`` are those of all revealed rounds; ``before`` are the answers given before the
    session: ballot's number -> value -> people.
    """

    plan: WorkshopPlan
    session: Session
    tallies: dict[RoundKey, Tally]
    answers_before: dict[int, dict[str, int]]

    @property
    def results(self) -> list[BallotResult]:
        """Every ballot with its revealed rounds."""
        return build_results(self.session, self.tallies)


def read_held_workshops(connection: Connection, as_of: datetime) -> Iterator[HeldWorkshop]:
    """The workshops that had results, the first one first."""
    query = select(workshop_schema.workshop).order_by(
        workshop_schema.workshop.c.held_at, workshop_schema.workshop.c.id
    )
    for row in connection.execute(query).all():
        held = read_held_workshop(connection, row, as_of)
        if held.tallies:
            yield held


def read_held_workshop(
    connection: Connection, row: Row[Any], as_of: datetime | None = None
) -> HeldWorkshop:
    """A workshop from its row, with the moves made before ``as_of``."""
    seats, ballots = (connection.execute(q) for q in workshop_plans.build_plan_queries(row.id))
    plan = workshop_plans.read_plan_rows(row, seats, ballots)
    found = map(
        workshop_moves.read_move_row,
        connection.execute(workshop_moves.MOVES_QUERY, {"workshop": plan.id}),
    )
    # Replayed only as far as that moment: what was undone later stood then.
    made = [move for move in found if as_of is None or move.at < as_of]
    session = Session(plan.workshop, plan.ballots, made)
    revealed = {
        (n, o) for n, standing in session.states.items() for o in standing.revealed_openings
    }
    counted = connection.execute(votes.build_tallies_query(plan.id, {o for _, o in revealed}))
    tallies = {key: t for key, t in votes.build_tallies(counted).items() if key in revealed}
    before = read_answers_before(connection, plan, made[0].at) if tallies else {}
    return HeldWorkshop(plan, session, tallies, before)


def read_answers_before(
    connection: Connection, plan: WorkshopPlan, until: datetime
) -> dict[int, dict[str, int]]:
    """What had been answered when the session began."""
    if plan.earlier_answers is None:
        return {}
    rows = connection.execute(votes.build_earlier_query(plan.earlier_answers, plan.ballots, until))
    return votes.build_earlier_counts(rows, plan.earlier_answers, plan.ballots)

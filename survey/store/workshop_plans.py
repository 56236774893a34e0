"""Workshops as they were prepared: rows in, plans out, statements back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from survey.store.workshop_schema import attendance, ballot, move, seating, workshop
from survey.store.write_locks import WriteLock
from survey.store.writer import Statement
from survey.workshop.agreement import AgreementRule
from survey.workshop.ballots import Ballot, BallotMode, Table, Workshop
from survey.workshop.plan import EarlierAnswers, WorkshopPlan
from survey.workshop.register import RatingScale, Register, RegisterItem


async def list_workshop_plans(connection: AsyncConnection) -> list[WorkshopPlan]:
    """All workshops, the next to come first."""
    rows = await connection.execute(select(workshop).order_by(workshop.c.held_at, workshop.c.id))
    return [await complete_plan(connection, row) for row in rows.all()]


async def find_plan(connection: AsyncConnection, workshop_id: str) -> WorkshopPlan | None:
    """A workshop as it was prepared; None if there is none of that id."""
    query = select(workshop).where(workshop.c.id == workshop_id)
    row = (await connection.execute(query)).first()
    return await complete_plan(connection, row) if row else None


async def find_plan_by_code(connection: AsyncConnection, code: str) -> WorkshopPlan | None:
    """The workshop whose code that is."""
    row = (await connection.execute(select(workshop).where(workshop.c.code == code))).first()
    return await complete_plan(connection, row) if row else None


async def complete_plan(connection: AsyncConnection, row: Row[Any]) -> WorkshopPlan:
    """A row with what belongs to it."""
    seats, ballots = build_plan_queries(row.id)
    return read_plan_rows(row, await connection.execute(seats), await connection.execute(ballots))


def build_plan_queries(workshop_id: str) -> tuple[Select[Any], Select[Any]]:
    """The queries for a workshop's tables and ballots, in their order."""
    return (
        select(seating).where(seating.c.workshop_id == workshop_id).order_by(seating.c.number),
        select(ballot).where(ballot.c.workshop_id == workshop_id).order_by(ballot.c.number),
    )


def read_plan_rows(
    row: Row[Any], seats: Iterable[Row[Any]], ballots: Iterable[Row[Any]]
) -> WorkshopPlan:
    """A plan from its rows."""
    register = parse_register(row.register)
    return WorkshopPlan(
        workshop=Workshop(
            id=row.id,
            scale=register.scale,
            rule=AgreementRule(**row.rule),
            rounds=row.rounds,
            tables=tuple(Table(s.number, s.name, tuple(s.categories)) for s in seats),
        ),
        name=row.name,
        code=row.code,
        held_at=row.held_at,
        register=register,
        ballots=tuple(
            Ballot(b.number, b.asset, b.shock, b.category, BallotMode(b.mode), b.baseline, b.note)
            for b in ballots
        ),
        screen=row.screen,
        programme=tuple((slot["time"], slot["words"]) for slot in row.programme),
        earlier_answers=EarlierAnswers(**row.before) if row.before else None,
    )


def parse_register(kept: Mapping[str, Any]) -> Register:
    """Assets, shocks and scale from their JSON."""
    return Register(
        assets=tuple(RegisterItem(**item) for item in kept["assets"]),
        shocks=tuple(RegisterItem(**item) for item in kept["shocks"]),
        scale=RatingScale(dict(map(tuple, kept["answers"]))),
    )


def serialize_register(made: Register) -> dict[str, Any]:
    """Assets, shocks and scale as JSON; the answers as pairs, for their order matters."""
    return {
        "assets": [asdict(item) for item in made.assets],
        "shocks": [asdict(item) for item in made.shocks],
        "answers": list(made.scale.answers.items()),
    }


def add_plan(made: WorkshopPlan, at: datetime) -> list[Statement]:
    """Keep a new workshop; it collides if there is one of its id, or of its code."""
    return [
        insert(workshop).values(id=made.id, **build_plan_row(made), created_at=at),
        *add_plan_parts(made),
    ]


def replace_plan(made: WorkshopPlan) -> list[Statement]:
    """Keep a workshop as it is described now; whoever has joined stays.

    People whose table is gone choose another one. It collides if a move was made, for then the
    ballots stay and are not added twice.
    """
    unmoved = ~exists().where(move.c.workshop_id == made.id)
    seats = [table.number for table in made.workshop.tables]
    standing_up = attendance.c.workshop_id == made.id, attendance.c.seat.not_in(seats)
    return [
        WriteLock.VOTES,
        delete(ballot).where(ballot.c.workshop_id == made.id, unmoved),
        delete(seating).where(seating.c.workshop_id == made.id),
        *add_plan_parts(made),
        update(workshop).where(workshop.c.id == made.id).values(**build_plan_row(made)),
        update(attendance).where(*standing_up).values(seat=None),
    ]


def build_plan_row(made: WorkshopPlan) -> dict[str, Any]:
    """The row of a workshop."""
    return {
        "name": made.name,
        "code": made.code,
        "held_at": made.held_at,
        "rule": asdict(made.workshop.rule),
        "rounds": made.workshop.rounds,
        "register": serialize_register(made.register),
        "programme": [{"time": time, "words": words} for time, words in made.programme],
        "before": asdict(made.earlier_answers) if made.earlier_answers else None,
        "screen": made.screen,
    }


def add_plan_parts(made: WorkshopPlan) -> list[Statement]:
    """The rows of its tables and ballots."""
    return [
        *(
            insert(seating).values(
                workshop_id=made.id,
                number=table.number,
                name=table.name,
                categories=list(table.categories),
            )
            for table in made.workshop.tables
        ),
        *(insert(ballot).values(workshop_id=made.id, **asdict(each)) for each in made.ballots),
    ]

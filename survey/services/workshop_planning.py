"""Preparing a workshop: kept as its file describes it, until its first move."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime

from survey.services.interview_service import generate_code
from survey.store import contacts, workshop_moves, workshop_plans
from survey.store.database import Store
from survey.store.writer import CollisionError
from survey.workshop.plan import WorkshopPlan


class PlanningError(Exception):
    """The workshop cannot be kept so; the message says why, and what to do."""


async def keep_workshop(store: Store, described: WorkshopPlan, at: datetime) -> WorkshopPlan:
    """Keep a workshop, or describe it anew; whoever has joined stays.

    Where ``described`` has no code, it keeps the one that it had, or one is drawn; the projector's
    secret stays what it was. Raises PlanningError once the session has begun, and for a code that
    is somebody else's.
    """
    async with store.read() as connection:
        old = await workshop_plans.find_plan(connection, described.id)
        done = await workshop_moves.count_workshop_moves(connection, described.id)
        every = await workshop_plans.list_workshop_plans(connection)
        invited = await contacts.find_invitation(connection, described.code)
    if done:
        raise PlanningError(explain_begun(described.id, done))
    code = described.code or (old.code if old else f"LOKA-{generate_code(5)}")
    if invited or any(other.code == code for other in every if other.id != described.id):
        whose = "an invitation" if invited else "another workshop"
        raise PlanningError(f"code: {code} is the code of {whose}. Choose another one.")
    screen = old.screen if old else secrets.token_urlsafe(32)
    made = replace(described, code=code, screen=screen)
    try:
        await store.keep(
            workshop_plans.replace_plan(made) if old else workshop_plans.add_plan(made, at)
        )
    except CollisionError:
        raise PlanningError(explain_begun(described.id, done)) from None
    return made


def explain_begun(workshop_id: str, done: int) -> str:
    """Why nothing can be changed any more."""
    return (
        f"{workshop_id} has begun ({done or 'some'} moves were made): its ballots, rounds and "
        "rule stay as they are. Describe another workshop under another id."
    )

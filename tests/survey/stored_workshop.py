"""A workshop that is kept: a real database, people who join, and a clock that they share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import insert, update

from survey.people import Respondent, Role
from survey.services.workshop_service import MoveDecider, WorkshopService
from survey.store import contacts, workshop_plans
from survey.store.database import Store
from survey.store.schema import invitation, respondent
from survey.store.writer import Statement
from survey.workshop.agreement import AgreementRule
from survey.workshop.ballots import Ballot, Table, Workshop
from survey.workshop.moves import VoteChannel, WorkshopRequest
from survey.workshop.plan import Room, WorkshopPlan
from tests.survey.session_helpers import BALLOTS, BOT, START, load_register


def build_workshop_plan(
    tables: tuple[Table, ...] = (), ballots: tuple[Ballot, ...] = BALLOTS
) -> WorkshopPlan:
    """A workshop of the tests."""
    register = load_register()
    return WorkshopPlan(
        workshop=Workshop("uji", register.scale, AgreementRule(least=2), 2, tables),
        name={"id": "Lokakarya uji", "en": "Trial workshop"},
        code="UJI-2026",
        held_at=START,
        register=register,
        ballots=ballots,
        screen="a-secret-of-the-projector",
    )


class StoredWorkshop:
    """A kept workshop, and what people do there."""

    def __init__(self, store: Store, plan: WorkshopPlan) -> None:
        self.store = store
        self.plan = plan
        self.rooms = WorkshopService(store)
        self.now = START
        self.key = 1000
        self.known: dict[str, Respondent] = {}

    def next_tap(self, name: str, seen: int = 0) -> WorkshopRequest:
        """The next update of the bot, a tenth of a second later."""
        self.now += timedelta(seconds=0.1)
        self.key += 1
        return WorkshopRequest(self.known[name].id, self.now, BOT, self.key, seen)

    async def find_or_add_person(
        self, name: str, role: Role = Role.RESIDENT, category: str = ""
    ) -> Respondent:
        """Somebody whom the bot knows by a Telegram id."""
        number = 9000 + len(self.known)
        await self.store.keep(contacts.add_person(number, name, "id", "", self.now))
        async with self.store.read() as connection:
            contact = await contacts.find_contact(connection, number)
        assert contact is not None
        self.known[name] = replace(contact.respondent, role=role, category=category)
        if role is Role.FACILITATOR:
            await self.store.keep(promote_facilitator(contact.respondent, self.plan.id))
        return self.known[name]

    async def join(self, *names: str, category: str = "") -> None:
        for name in names:
            if name not in self.known:
                await self.find_or_add_person(name, category=category)
            await self.rooms.join(
                self.next_tap(name), self.known[name], self.plan, VoteChannel.TELEGRAM
            )

    async def join_facilitator(self, name: str = "wayan") -> None:
        """A facilitator comes."""
        await self.find_or_add_person(name, Role.FACILITATOR)
        await self.join(name)

    async def move(self, decide: MoveDecider, name: str = "wayan", seen: int | None = None) -> Room:
        """A facilitator taps, on a screen that is up to date unless ``seen`` says otherwise."""
        made = await self.rooms.count_moves(self.plan.id) if seen is None else seen
        return await self.rooms.make_move(self.next_tap(name, made), self.plan.id, decide)

    async def open(self, *ballots: int) -> Room:
        room = await self.move(lambda s, tap: s.open(ballots, 0, tap))
        assert room.refused is None, room.refused
        return room

    async def close(self, *ballots: int) -> Room:
        return await self.move(lambda s, tap: s.close(ballots, tap))

    async def reveal(self, *ballots: int) -> Room:
        self.now += timedelta(seconds=2)
        return await self.move(lambda s, tap: s.reveal(ballots, tap))

    async def vote(
        self,
        name: str,
        ballot: int,
        value: str,
        *,
        tap: WorkshopRequest | None = None,
        opening: int = 0,
    ) -> Room:
        room = await self.rooms.read_whole_room(self.plan.id)
        opening = opening or room.session.states[ballot].opening
        voted = await self.rooms.vote(
            tap or self.next_tap(name), ballot, opening, value, VoteChannel.TELEGRAM
        )
        assert voted is not None
        return voted


def promote_facilitator(who: Respondent, workshop_id: str) -> list[Statement]:
    """Make somebody a facilitator of a workshop, as their invitation would."""
    code = f"PANDU-{who.pseudonym.upper()}"
    row = {"role": Role.FACILITATOR, "uses": 1, "created_at": START, "workshop_id": workshop_id}
    return [
        insert(invitation).values(code=code, **row),
        update(respondent)
        .where(respondent.c.id == who.id)
        .values(role=Role.FACILITATOR, invitation=code),
    ]


@asynccontextmanager
async def open_stored_workshop(
    url: str, tables: tuple[Table, ...] = (), ballots: tuple[Ballot, ...] = BALLOTS
) -> AsyncIterator[StoredWorkshop]:
    """A workshop in an empty database."""
    async with Store.open(url) as store:
        plan = build_workshop_plan(tables, ballots)
        await store.keep(workshop_plans.add_plan(plan, START))
        yield StoredWorkshop(store, plan)

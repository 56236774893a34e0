"""What operator and secretariat change: waves, invitations, workshops, chats, schedules, summaries.

This is the door for all of it: the command line, what config.toml seeds, and the secretariat's
chats go through here, and nothing else of the bot writes such a thing into the store. What may be
quoted is the secretariat's too; it has a door of its own (``QuoteService``).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from survey.forms.model.questionnaire import Questionnaire
from survey.people import Invitation, Role, Wave
from survey.services.interview_service import InterviewService, generate_code
from survey.services.snapshot import Receipt, Request
from survey.store import (
    affected_people,
    audit,
    contacts,
    deliveries,
    report_chats,
    summaries,
    waves,
    workshop_moves,
    workshop_plans,
)
from survey.store.affected_people import AffectedPeople
from survey.store.audit import AuditRecord
from survey.store.database import Store, StoreConnection
from survey.store.deliveries import Delivery
from survey.store.interviews import Cause
from survey.store.report_chats import ReportChat, StoredSchedule
from survey.store.summaries import SummaryDecision
from survey.store.writer import CollisionError, Statement
from survey.workshop.plan import WorkshopPlan

#: How many letters of the category begin an invitation's code, and how many at random end it.
CODE_CATEGORY_LENGTH, CODE_RANDOM_LENGTH = 6, 5
#: The mark of what comes by no update is drawn.
CAUSE_BITS = 60


class PlanningError(Exception):
    """The workshop cannot be kept so; the message says why, and what to do."""


class WaveTimeError(Exception):
    """A wave cannot be opened, prolonged or closed so; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, by a name that they gave, and from where."""

    name: str
    place: str


@dataclass(frozen=True, slots=True)
class BreachExtent:
    """Whom it concerns if all that is kept got out: counts, and the chats of whom can be reached.

    Of ``people`` in all, ``linked`` have a chat, and ``idle`` of these did nothing but come.
    """

    people: int
    linked: int
    idle: int
    groups: tuple[AffectedPeople, ...]
    chats: tuple[int, ...]


#: The program itself: what config.toml seeds, and what follows from it.
PROGRAM = Actor("suara", "config.toml")


class UnknownIdError(LookupError):
    """There is nothing of that id; ``known`` are the ids that there are."""

    def __init__(self, wanted: object, known: Iterable[object]) -> None:
        super().__init__(wanted)
        self.wanted = wanted
        self.known = tuple(known)


class Administration:
    """The acts of operator and secretariat, on one store; what ``actor`` does is recorded."""

    def __init__(self, store: Store, actor: Actor = PROGRAM) -> None:
        self._store = store
        self._actor = actor

    def act_for(self, actor: Actor) -> Administration:
        """The same acts, done by somebody else."""
        return Administration(self._store, actor)

    async def list_audit_records(self, last: int) -> list[AuditRecord]:
        """The last so many acts, the oldest of them first."""
        async with self._store.read() as connection:
            return await audit.list_audit_records(connection, last)

    async def record_act(self, act: str, subject: object) -> None:
        """Record what was done, and changed nothing in the tables, such as a backup."""
        await self._keep(act, subject, [])

    async def _keep(self, act: str, subject: object, statements: Iterable[Statement]) -> None:
        """Keep what was done, and the record of it, together or not at all."""
        now, by = datetime.now(UTC), self._actor
        record = AuditRecord(now, by.name[:64], by.place[:64], act, str(subject)[:255])
        await self._store.keep([*statements, audit.add_audit_record(record)])

    async def measure_breach(self) -> BreachExtent:
        """Of whom something is kept now."""
        async with self._store.read() as connection:
            people, linked, idle = await affected_people.count_known_people(connection)
            groups = await affected_people.list_affected_people(connection)
            chats = await affected_people.list_reachable_chats(connection)
        return BreachExtent(people, linked, idle, tuple(groups), tuple(chats))

    # Waves

    async def list_waves(self) -> list[Wave]:
        """All waves in the order of their opening."""
        async with self._store.read() as connection:
            return await waves.list_waves(connection)

    async def find_wave(self, wave_id: str) -> Wave:
        """The wave of that id. Raises UnknownIdError."""
        every = {wave.id: wave for wave in await self.list_waves()}
        if wave_id not in every:
            raise UnknownIdError(wave_id, every)
        return every[wave_id]

    async def add_wave(self, new: Wave, form: Questionnaire, at: datetime) -> None:
        """Field a questionnaire anew. Raises WaveTimeError if there is a wave of that id."""
        if new.id in {wave.id for wave in await self.list_waves()}:
            raise WaveTimeError(f"There is a wave {new.id} already: choose another id.")
        async with self._store.read() as connection:
            registered = await waves.add_questionnaire(connection, form, at)
            opened = await waves.seed_wave(connection, new)
        await self._keep("wave added", new.id, [*registered, *opened])

    async def open_wave(self, wave_id: str, at: datetime) -> None:
        """Take answers from now on, also after a pause. Raises UnknownIdError, WaveTimeError."""
        known = await self.find_wave(wave_id)
        if known.closes_at <= at:
            raise WaveTimeError(f"{wave_id} has closed: prolong it with suara waves extend.")
        opens_at = min(known.opens_at, at)
        change = waves.update_wave(wave_id, opens_at=opens_at, paused_at=None)
        await self._keep("wave opened", wave_id, [change])

    async def pause_wave(self, wave_id: str, at: datetime) -> None:
        """Take no answers until the wave is opened again. Raises UnknownIdError."""
        await self.find_wave(wave_id)
        await self._keep("wave paused", wave_id, [waves.update_wave(wave_id, paused_at=at)])

    async def extend_wave(self, wave_id: str, until: datetime, at: datetime) -> None:
        """Let a wave close at another time. Raises UnknownIdError, WaveTimeError."""
        known = await self.find_wave(wave_id)
        if until <= max(at, known.opens_at):
            raise WaveTimeError(f"{wave_id}: that lies before now, or before it opens.")
        change = waves.update_wave(wave_id, closes_at=until)
        await self._keep("wave prolonged", f"{wave_id} until {until.isoformat()}", [change])

    async def close_wave(self, wave_id: str, at: datetime) -> None:
        """Take no more answers. Raises UnknownIdError, WaveTimeError."""
        known = await self.find_wave(wave_id)
        if not known.opens_at < at < known.closes_at:
            raise WaveTimeError(f"{wave_id} is not open: see suara waves list.")
        change = waves.update_wave(wave_id, closes_at=at)
        await self._keep("wave closed", wave_id, [change])

    # People who ask by other ways

    async def forget(self, telegram_id: int, at: datetime) -> Receipt | None:
        """Delete all that is kept of a person, whose id is kept nowhere; None if there is nothing.

        The same as they could do themselves in the chat.
        """
        service = InterviewService(self._store, UTC)
        request = Request(telegram_id, at, Cause(0, secrets.randbits(CAUSE_BITS)))
        receipt = await service.withdraw(request)
        if receipt is not None:
            await self._keep("person forgotten", f"receipt {receipt.code}", [])
        return receipt

    async def find_receipt(self, code: str) -> datetime | None:
        """When what a receipt proves was deleted; None if there is no such receipt."""
        async with self._store.read() as connection:
            return await contacts.find_receipt(connection, code)

    # Waves and invitations

    async def seed_wave(self, new: Wave, form: Questionnaire, at: datetime) -> None:
        """Add a wave that is not there yet, with the version of its questionnaire.

        A wave that is there keeps its times and audience; where its questionnaire has changed, new
        interviews get the new version, and those begun keep theirs.
        """

        async def decide(connection: StoreConnection) -> list[Statement]:
            registered = await waves.add_questionnaire(connection, form, at)
            return [*registered, *await waves.seed_wave(connection, new)]

        await self._store.keep_decided(decide)

    async def seed_settings(
        self,
        invitations: Iterable[Invitation],
        chats: Iterable[ReportChat],
        schedules: Iterable[StoredSchedule],
        at: datetime,
    ) -> None:
        """Add what is not there yet; what is there stays as somebody has set it since."""
        invited, office, plans = tuple(invitations), tuple(chats), tuple(schedules)

        async def decide(connection: StoreConnection) -> list[Statement]:
            statements: list[Statement] = []
            for invitation in invited:
                statements += await waves.seed_invitation(connection, invitation, at)
            for chat in office:
                statements += await report_chats.seed_report_chat(connection, chat)
            for schedule in plans:
                statements += await report_chats.seed_schedule(connection, schedule)
            return statements

        await self._store.keep_decided(decide)

    async def invite(
        self,
        sector: str,
        category: str,
        uses: int,
        at: datetime,
        expires_at: datetime | None = None,
        workshop_id: str = "",
    ) -> Invitation:
        """Make an invitation for so many people; its code is drawn.

        It makes participants; with a workshop, facilitators of that one. Raises UnknownIdError if
        there is no such workshop.
        """
        beginning = category[:CODE_CATEGORY_LENGTH].upper()
        code = f"{beginning}-{generate_code(CODE_RANDOM_LENGTH)}"
        role = Role.FACILITATOR if workshop_id else Role.PARTICIPANT
        made = Invitation(code, role, sector, category, uses, workshop_id, expires_at)
        if workshop_id:
            await self._check_workshop(workshop_id)
        async with self._store.read() as connection:
            statements = await waves.seed_invitation(connection, made, at)
        await self._keep("invitation made", f"{code} for {uses}", statements)
        return made

    async def _check_workshop(self, workshop_id: str) -> None:
        async with self._store.read() as connection:
            known = [plan.id for plan in await workshop_plans.list_workshop_plans(connection)]
        if workshop_id not in known:
            raise UnknownIdError(workshop_id, known)

    async def list_invitations(self) -> list[tuple[Invitation, int]]:
        """Every invitation, and how many people have used it."""
        async with self._store.read() as connection:
            return await contacts.list_invitations(connection)

    async def revoke_invitation(self, code: str, at: datetime) -> None:
        """Let nobody more in by an invitation; who leads a workshop by it leads no longer.

        Whoever came by it stays a participant. Raises UnknownIdError.
        """
        known = [invited.code for invited, _ in await self.list_invitations()]
        if code not in known:
            raise UnknownIdError(code, known)
        await self._keep("invitation revoked", code, contacts.revoke_invitation(code, at))

    # Workshops

    async def keep_workshop(self, described: WorkshopPlan, at: datetime) -> WorkshopPlan:
        """Keep a workshop, or describe it anew; whoever has joined stays.

        Where ``described`` has no code, it keeps the one that it had, or one is drawn; the
        projector's secret stays what it was. Raises PlanningError once the session has begun, and
        for a code that is somebody else's.
        """
        async with self._store.read() as connection:
            old = await workshop_plans.find_plan(connection, described.id)
            done = await workshop_moves.count_workshop_moves(connection, described.id)
            every = await workshop_plans.list_workshop_plans(connection)
            invited = await contacts.find_invitation(connection, described.code)
        if done:
            raise PlanningError(explain_begun(described.id, done))
        code = described.code or (old.code if old else f"LOKA-{generate_code(CODE_RANDOM_LENGTH)}")
        # An invitation and a workshop are both joined by typing a code, so no code may mean two
        # things.
        if invited or any(other.code == code for other in every if other.id != described.id):
            whose = "an invitation" if invited else "another workshop"
            raise PlanningError(f"code: {code} is the code of {whose}. Choose another one.")
        screen = old.screen if old else secrets.token_urlsafe(32)
        made = replace(described, code=code, screen=screen)
        try:
            await self._keep(
                "workshop described",
                made.id,
                workshop_plans.replace_plan(made) if old else workshop_plans.add_plan(made, at),
            )
        except CollisionError:  # Its first ballot was opened since we looked.
            raise PlanningError(explain_begun(described.id, done)) from None
        return made

    # Chats of the secretariat

    async def list_chats(self) -> list[tuple[ReportChat, list[Delivery]]]:
        """Every chat, with what is on its way to it."""
        async with self._store.read() as connection:
            found = (await report_chats.read_report_chats(connection)).values()
            waiting = await deliveries.list_unfinished(connection)
        return [(chat, [one for one in waiting if one.chat_id == chat.id]) for chat in found]

    async def find_chat(self, chat_id: int) -> ReportChat | None:
        """What a chat of the secretariat gets; None for any other chat."""
        async with self._store.read() as connection:
            return (await report_chats.read_report_chats(connection)).get(chat_id)

    async def set_chat(self, new: ReportChat, wishes: Mapping[str, Any]) -> ReportChat:
        """Change the fields of a chat that ``wishes`` names, and try it again if it was left alone.

        If there is no such chat, ``new`` is added with these wishes. Returns the chat as it is now.
        """
        async with self._store.read() as connection:
            known = (await report_chats.read_report_chats(connection)).get(new.id, new)
            changed = replace(known, refusals=0, **wishes)
            statements = await report_chats.store_report_chat(connection, changed)
        await self._keep("chat set", new.id, statements)
        return changed

    async def remove_chat(self, chat_id: int) -> None:
        """Send a chat nothing more, nor what was on its way. Raises UnknownIdError."""
        async with self._store.read() as connection:
            known = await report_chats.read_report_chats(connection)
        if chat_id not in known:
            raise UnknownIdError(chat_id, known)
        await self._keep("chat removed", chat_id, report_chats.delete_report_chat(chat_id))

    async def move_chat(self, old: int, new: int) -> None:
        """Let what a chat gets follow it to its new number; nothing for a chat that gets nothing.

        Telegram gives a group a new number when it becomes a supergroup.
        """
        async with self._store.read() as connection:
            known = await report_chats.read_report_chats(connection)
        if old in known:
            await report_chats.renumber_chat(self._store, old, new)

    async def resume_chat(self, chat_id: int) -> None:
        """A chat has let us in again: what waits for it may be tried."""
        await report_chats.clear_chat_refusals(self._store, chat_id)

    async def count_chat_refusal(self, chat_id: int) -> int:
        """A chat took nothing; returns how often that was so, one time after another."""
        return await report_chats.count_chat_refusal(self._store, chat_id)

    # Schedules

    async def list_schedules(self) -> list[StoredSchedule]:
        """All schedules, also those that were stopped."""
        async with self._store.read() as connection:
            return await report_chats.read_schedules(connection)

    async def set_schedule(self, changed: StoredSchedule) -> None:
        """Keep a schedule as it is now; add it if it is not there."""
        async with self._store.read() as connection:
            statements = await report_chats.store_schedule(connection, changed)
        await self._keep("schedule set", f"{changed.id}: {changed.every}", statements)

    async def stop_schedule(self, schedule_id: str) -> None:
        """Send nothing by a schedule until it is set again. Raises UnknownIdError."""
        known = [plan.id for plan in await self.list_schedules()]
        if schedule_id not in known:
            raise UnknownIdError(schedule_id, known)
        await self._keep("schedule stopped", schedule_id, report_chats.stop_schedule(schedule_id))

    # Summaries for those who answered

    async def decide_summaries(self, ruled: SummaryDecision, released: bool) -> bool:
        """Let the summaries of a wave out, or not; whether that was still to be decided."""
        done = await summaries.decide_summaries(self._store, ruled, released)
        if done:
            act = "results released" if released else "results withheld"
            await self._keep(act, ruled.wave_id, [])
        return done


def explain_begun(workshop_id: str, done: int) -> str:
    """Why nothing can be changed any more."""
    return (
        f"{workshop_id} has begun ({done or 'some'} moves were made): its ballots, rounds and "
        "rule stay as they are. Describe another workshop under another id."
    )

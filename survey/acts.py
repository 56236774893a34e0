"""What a person can do: one function each, called by chat, page and command line alike.

Every act goes the same way (``Survey._do``): read how things stand, let the core decide, keep the
decision with its cause in one transaction, and say how things stand then. An act decided on an old
state collides with what was kept meanwhile, and is decided anew.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from survey.forms.questionnaire import Questionnaire
from survey.interview import REVIEW, Interview, Kind, Reason, Refused, Step
from survey.people import ALPHABET, INVITED, Respondent, Role, Wave, code_in, source_in
from survey.places import Places
from survey.store import interviews, people, waves
from survey.store.database import Store
from survey.store.interviews import Cause, Interviews, Row
from survey.store.people import Contact
from survey.store.waves import Codebook
from survey.store.writer import CollisionError, Statement

#: An act that collides this often in a row is given up; it would be a fault of ours.
ATTEMPTS = 5
#: Telegram repeats an update for a day; the marks are kept for two.
CAUSES_KEPT = timedelta(hours=48)
DAYS_A_MONTH = 365.25 / 12
#: Interviews have random numbers: they stand in callback data and say nothing.
ID_BITS = 40


class Told(StrEnum):
    """What to say to a person besides showing where they are and why something was refused."""

    UNKNOWN_CODE = "unknown code"
    CODE_USED_UP = "code used up"
    JOINED = "joined"
    OUTSIDE = "outside"
    PLACED = "placed"
    EDITED = "edited"
    DECLINED = "declined"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Situation:
    """How things stand for one person. ``wave`` and ``interview`` are what they are at now.

    Before the consent ``interview`` is one that is kept nowhere. ``open`` are the waves they may
    answer, ``sent`` those of them that they handed in.
    """

    telegram_id: int
    contact: Contact | None = None
    wave: Wave | None = None
    interview: Interview | None = None
    row: Row | None = None
    open: tuple[Wave, ...] = ()
    sent: frozenset[str] = frozenset()
    titles: dict[str, Questionnaire] = field(default_factory=dict)
    told: Told | Reason | None = None
    about: str = ""

    @property
    def who(self) -> Respondent:
        """The respondent. Raises LookupError for somebody we do not know."""
        if self.contact is None:
            raise LookupError("nobody we know")
        return self.contact.respondent

    @property
    def next_wave(self) -> Wave | None:
        """The first wave that they have not handed in and are not at."""
        at = self.wave.id if self.wave else None
        return next((w for w in self.open if w.id not in self.sent and w.id != at), None)


@dataclass(frozen=True, slots=True)
class Decision:
    """What an act decided: steps of the interview, other statements, something to say."""

    steps: tuple[Step, ...] = ()
    statements: tuple[Statement, ...] = ()
    told: Told | Reason | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Occasion:
    """Somebody acts: who, when, and the update that causes it.

    ``seen`` is how things stood when they were last looked at. It saves reading again; what was
    decided on an old one collides, and then it is read anew.
    """

    person: int
    at: datetime
    cause: Cause
    seen: Situation | None = None


Decide = Callable[[Situation], Decision]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a withdrawal deleted: answers by wave."""

    code: str
    deleted: dict[str, int]


class Survey:
    """The acts, on one store."""

    def __init__(self, store: Store, zone: tzinfo, places: Places | None = None) -> None:
        self._store = store
        self._places = places or Places(())
        self._zone = zone
        self._interviews = Interviews(zone)
        self._codes: Codebook | None = None

    # Looking

    async def look(self, telegram_id: int, at: datetime) -> Situation:
        """How things stand for a person."""
        async with self._store.read() as connection:
            contact = await people.find(connection, telegram_id)
            if contact is None:
                return Situation(telegram_id)
            who = contact.respondent
            every = await waves.waves(connection)
            rows = await interviews.rows_of(connection, who)
            offered = tuple(w for w in every if w.is_open(at) and w.invites(who.role))
            wave = current(contact, every, rows, offered)
            row = rows.get(wave.id) if wave else None
            made = None
            if wave and row:
                made = await self._interviews.restore(connection, row)
            elif wave:
                form = await self._interviews.questionnaire(connection, wave.digest)
                made = Interview(form)
            return Situation(
                telegram_id=telegram_id,
                contact=contact,
                wave=wave,
                interview=made,
                row=row,
                open=offered,
                sent=frozenset(key for key, row in rows.items() if row.sent_at),
                titles={
                    w.id: await self._interviews.questionnaire(connection, w.digest)
                    for w in offered
                },
            )

    async def holdings(self, telegram_id: int) -> dict[str, int]:
        """How many answers of a person are kept, by wave: what a withdrawal would delete."""
        async with self._store.read() as connection:
            contact = await people.find(connection, telegram_id)
            if contact is None:
                return {}
            return await interviews.answers_by_wave(connection, contact.respondent)

    # Coming and going

    async def arrive(self, on: Occasion, language: str, payload: str) -> Situation:
        """Somebody opens the bot, perhaps by a link that names a wave or an invitation."""
        if (await self._seen(on)).contact is None:
            source = "" if payload.startswith(INVITED) else source_in(payload)
            met = people.meet(on.person, drawn(10), language, source, on.at)
            with suppress(CollisionError):  # Two messages at once: the first one has met them.
                await self._store.keep(met)
            on = replace(on, seen=None)
        if payload.startswith(INVITED):
            return await self.join(on, payload)
        return await self._do(on, lambda now: turned_to(now, payload))

    async def join(self, on: Occasion, code: str) -> Situation:
        """Show an invitation's code and become a participant."""
        async with self._store.read() as connection:
            found = await people.invited(connection, code_in(code) or "")
            every = await waves.waves(connection)

        def decide(now: Situation) -> Decision:
            if found is None:
                return Decision(told=Told.UNKNOWN_CODE)
            invitation, used = found
            if now.who.invitation == invitation.code:
                return turned_to(now, "")
            if used >= invitation.uses:
                return Decision(told=Told.CODE_USED_UP)
            first = next(
                (w.id for w in every if w.is_open(on.at) and w.is_for(invitation.role)), None
            )
            statements = (people.join(now.who, invitation), people.turn_to(on.person, first))
            return Decision(statements=statements, told=Told.JOINED)

        after = await self._do(on, decide)
        if found and after.told is Told.JOINED and after.who.invitation != found[0].code:
            return replace(after, told=Told.CODE_USED_UP)  # Somebody else was faster.
        return after

    async def speak(self, on: Occasion, language: str) -> Situation:
        """Choose the language."""
        return await self._do(on, lambda now: Decision((), (people.speak(now.who, language),)))

    async def turn_to(self, on: Occasion, wave_id: str) -> Situation:
        """Go to another wave."""
        return await self._do(on, lambda now: turned_to(now, wave_id))

    async def decline(self, on: Occasion) -> Situation:
        """Do not consent. Only the refusal is counted; who has no other interview is forgotten."""
        holdings = await self.holdings(on.person)

        def decide(now: Situation) -> Decision:
            if now.wave is None or now.row is not None:
                return Decision(told=Reason.STALE)
            counted = people.decline(now.wave.id, now.who.language, on.at)
            stays = bool(holdings) or now.who.role is not Role.RESIDENT
            after = [people.turn_to(on.person, None)] if stays else people.forget(now.who)
            return Decision((), (counted, *after), Told.DECLINED)

        situation = await self._do(on, decide)
        return replace(situation, told=Told.DECLINED)

    async def withdraw(self, on: Occasion) -> Receipt | None:
        """Delete all that is kept of a person. None if there is nothing."""
        holdings = await self.holdings(on.person)
        situation = await self._seen(on)
        if situation.contact is None:
            return None
        receipt = Receipt(f"{drawn(4)}-{drawn(4)}", holdings)
        written = people.write_receipt(receipt.code, holdings, on.at)
        mark = interviews.caused_by(on.cause, on.at)
        try:
            await self._store.keep([mark, written, *people.forget(situation.who)])
        except CollisionError:
            return None
        if situation.row:
            self._interviews.drop(situation.row.id)
        return receipt

    async def block(self, telegram_id: int, blocked: bool, at: datetime) -> None:
        """Remember that a person blocked the bot, or came back."""
        await self._store.keep([people.block(telegram_id, at if blocked else None)])

    async def show_card(self, telegram_id: int, message_id: int) -> None:
        """Remember which message is the person's card."""
        await self._store.keep([people.show_card(telegram_id, message_id)])

    # The interview

    async def agree(self, on: Occasion) -> Situation:
        """Consent and begin."""
        seed = secrets.randbits(48)

        def decide(now: Situation) -> Decision:
            if now.interview is None or now.row is not None:
                return Decision(told=Reason.STALE)
            made = Interview(now.interview.questionnaire, seed)
            consented = taken(made.agree(on.at))
            made.apply(consented)
            steps = [consented]
            for name, value in (("sector", now.who.sector), ("category", now.who.category)):
                if value and (given := made.give(name, value, on.at)):
                    made.apply(given)
                    steps.append(given)
            return Decision(tuple(steps))

        return await self._do(on, decide, seed=seed)

    async def answer(self, on: Occasion, key: str, value: str) -> Situation:
        """Answer the question at ``key``."""
        return await self._step(on, lambda made: made.answer(key, value, on.at))

    async def tick(self, on: Occasion, key: str, choice: str, ticked: bool) -> Situation:
        """Tick or untick one of several choices."""
        return await self._step(on, lambda made: made.tick(key, choice, ticked, on.at))

    async def skip(self, on: Occasion, key: str) -> Situation:
        """Leave the question at ``key`` without an answer."""
        return await self._step(on, lambda made: made.skip(key, on.at))

    async def move(self, on: Occasion, key: str) -> Situation:
        """Go to a question, or to the review."""
        return await self._step(on, lambda made: made.move(key, on.at))

    async def back(self, on: Occasion) -> Situation:
        """To the card before this one."""
        return await self._step(on, lambda made: made.back(on.at))

    async def forward(self, on: Occasion) -> Situation:
        """Past this card."""
        return await self._step(on, lambda made: made.forward(on.at))

    async def send(self, on: Occasion) -> Situation:
        """Hand the interview in."""
        return await self._step(on, lambda made: made.send(on.at))

    async def locate(self, on: Occasion, latitude: float, longitude: float) -> Situation:
        """A shared location answers the questions for the place; the coordinates are not kept."""
        return await self._settle(on, self._places.at(latitude, longitude))

    async def name_place(self, on: Occasion, smallest: str) -> Situation:
        """The code of one of the smallest places answers the questions for the larger ones too."""
        return await self._settle(on, self._places.around(smallest))

    async def _settle(self, on: Occasion, place: Mapping[str, str] | None) -> Situation:
        def decide(now: Situation) -> Decision:
            if now.interview is None or now.row is None or now.interview.at == REVIEW:
                return Decision(told=Reason.STALE)
            if now.wave is None or not now.wave.is_open(on.at):
                return Decision(told=Told.CLOSED)
            if "place" not in now.interview.question(now.interview.at).own:
                return Decision(told=Reason.KIND)
            if place is None:
                return Decision(told=Told.OUTSIDE)
            return Decision(tuple(placed(now.interview, place, on.at)), told=Told.PLACED)

        return await self._do(on, decide)

    async def forget_causes(self, at: datetime) -> None:
        """Clear the marks of updates that cannot come again."""
        await self._store.keep([interviews.forget_causes(at - CAUSES_KEPT)])

    async def expire(self, at: datetime, contacts_kept: timedelta, months_kept: int) -> None:
        """Delete what was kept long enough: who is who, and the answers of old waves."""
        answers_kept = timedelta(days=round(months_kept * DAYS_A_MONTH))
        async with self._store.read() as connection:
            every = await waves.waves(connection)
        old = [wave.id for wave in every if at - wave.closes_at > answers_kept]
        statements = [interviews.forget_wave(wave_id) for wave_id in old]
        if every and at - max(wave.closes_at for wave in every) > contacts_kept:
            statements.append(people.forget_contacts())
        await self._store.keep(statements)

    # Inside

    async def _seen(self, on: Occasion) -> Situation:
        return on.seen or await self.look(on.person, on.at)

    async def _step(self, on: Occasion, decide: Callable[[Interview], Step | Refused]) -> Situation:
        """An act that is one step of the interview."""

        def decided(now: Situation) -> Decision:
            if now.interview is None or now.row is None or now.wave is None:
                return Decision(told=Reason.STALE)
            if not now.wave.is_open(on.at):
                return Decision(told=Told.CLOSED)
            found = decide(now.interview)
            if isinstance(found, Refused):
                return Decision(told=found.reason, about=found.key)
            return Decision((found,))

        return await self._do(on, decided)

    async def _do(self, on: Occasion, decide: Decide, seed: int = 0) -> Situation:
        """Decide, keep, say how things stand; read again if something else was kept meanwhile."""
        for _ in range(ATTEMPTS):
            now = await self._seen(on)
            on = replace(on, seen=None)
            if now.contact is None:
                return now
            decision = decide(now)
            if not (decision.steps or decision.statements):
                return replace(now, told=decision.told, about=decision.about)
            async with self._carried_out(now, decision.steps, seed) as statements:
                mark = interviews.caused_by(on.cause, on.at)
                try:
                    await self._store.keep([mark, *statements, *decision.statements])
                except CollisionError as collision:
                    if now.row:
                        self._interviews.drop(now.row.id)
                    if collision.at == 0:  # The same update again: it has been carried out.
                        return await self.look(on.person, on.at)
                    continue
            after = stepped(now) if not decision.statements else None
            after = after or await self.look(on.person, on.at)
            return replace(after, told=decision.told, about=decision.about)
        raise RuntimeError("An act collided again and again.")

    @asynccontextmanager
    async def _carried_out(
        self, now: Situation, steps: Iterable[Step], seed: int
    ) -> AsyncIterator[list[Statement]]:
        """Apply steps to the interview in memory; the statements that keep them.

        If keeping fails, the interview in memory is ahead of the database and is dropped.
        """
        steps = list(steps)
        if not steps or now.interview is None or now.wave is None:
            yield []
            return
        statements: list[Statement] = []
        made = now.interview
        row_id = now.row.id if now.row else secrets.randbits(ID_BITS)
        if now.row is None:
            made = Interview(made.questionnaire, seed, zone=self._zone)
            statements.append(interviews.begin(row_id, now.wave, now.who, made, seed, steps[0].at))
        before = made.answers() if now.row else {}  # Of a new one nothing is kept yet.
        for step in steps:
            made.apply(step)
        statements += interviews.record(row_id, made, steps, before, await self._codebook())
        try:
            yield statements
        except BaseException:
            self._interviews.drop(row_id)
            raise

    async def _codebook(self) -> Codebook:
        if self._codes is None:
            async with self._store.read() as connection:
                self._codes = await Codebook.read(connection)
        return self._codes


def stepped(now: Situation) -> Situation | None:
    """How things stand after a step of an interview that is kept; None before its first."""
    if now.row is None or now.interview is None:
        return None
    row = replace(now.row, steps=now.interview.number, sent_at=now.interview.sent_at)
    sent = now.sent | {row.wave_id} if row.sent_at else now.sent
    return replace(now, row=row, sent=sent)


def taken(found: Step | Refused) -> Step:
    """The step of an act that cannot be refused. Raises ValueError if it was."""
    if isinstance(found, Refused):
        raise ValueError(f"refused: {found.reason}")
    return found


def drawn(length: int) -> str:
    """A random word that says nothing about anybody."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def current(
    contact: Contact, every: list[Wave], rows: dict[str, Row], offered: tuple[Wave, ...]
) -> Wave | None:
    """The wave a person is at: the one they turned to, else one begun, else one not handed in."""
    turned = next((w for w in every if w.id == contact.wave_id), None)
    if turned and (turned.id in rows or turned in offered):
        return turned
    begun = [w for w in offered if w.id in rows and not rows[w.id].sent_at]
    waiting = [w for w in offered if w.id not in rows]
    return next(iter([*begun, *waiting, *offered]), None)


def turned_to(now: Situation, payload: str) -> Decision:
    """Go to the wave that a link names (``persepsi`` or ``persepsi-poster``), else stay."""
    named = (w for w in now.open if payload == w.id or payload.startswith(w.id + "-"))
    wave = next(named, None)
    return Decision((), (people.turn_to(now.telegram_id, wave.id),) if wave else ())


def placed(made: Interview, place: Mapping[str, str], at: datetime) -> list[Step]:
    """Steps that answer every question for a place, the largest first."""
    keys = [key for key in made.asked() if "place" in made.question(key).own]
    return [
        Step(number, Kind.ANSWERED, key, place[made.question(key).own["place"]], at)
        for number, key in enumerate(keys, made.number + 1)
    ]


__all__ = ["Cause", "Occasion", "Receipt", "Role", "Situation", "Survey", "Told"]

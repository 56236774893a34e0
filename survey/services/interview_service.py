"""What a person can do: one function each, called by chat, page and command line alike."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from survey.boundaries import Places
from survey.forms.runtime.form import path_of
from survey.interview.interview import Interview
from survey.interview.question_order import REVIEW
from survey.interview.steps import Kind, Reason, Refused, Step
from survey.interview.uploads import Sent, named
from survey.people import ALPHABET, INVITED, Role, code_in, source_in
from survey.services.service import Acting, Decision, FindRoom, decided
from survey.services.snapshot import Occasion, Receipt, Situation, Told
from survey.store import (
    attachments,
    contacts,
    interviews,
    result_requests,
    votes,
    waves,
    workshop_plans,
)
from survey.store.database import Store
from survey.store.result_requests import Wished
from survey.store.writer import CollisionError

#: Telegram repeats an update for a day; the marks are kept for two.
CAUSES_KEPT = timedelta(hours=48)
DAYS_A_MONTH = 365.25 / 12


class Survey(Acting):
    """The acts, on one store."""

    def __init__(
        self,
        store: Store,
        zone: tzinfo,
        places: Places | None = None,
        room: FindRoom | None = None,
    ) -> None:
        super().__init__(store, zone, room)
        self._places = places or Places(())

    # Looking

    async def holdings(self, telegram_id: int) -> dict[str, int]:
        """How many answers of a person are kept, by wave: what a withdrawal would delete."""
        async with self._store.read() as connection:
            contact = await contacts.find(connection, telegram_id)
            if contact is None:
                return {}
            return await interviews.answers_by_wave(connection, contact.respondent)

    async def files(self, telegram_id: int) -> int:
        """How many files of a person are kept."""
        async with self._store.read() as connection:
            contact = await contacts.find(connection, telegram_id)
            return await attachments.count_of(connection, contact.respondent) if contact else 0

    async def votes(self, telegram_id: int) -> int:
        """On how many ballots a person voted, each round counted: votes that are kept."""
        async with self._store.read() as connection:
            contact = await contacts.find(connection, telegram_id)
            return await votes.votes_by(connection, contact.respondent) if contact else 0

    # Coming and going

    async def arrive(self, on: Occasion, language: str, payload: str) -> Situation:
        """Somebody opens the bot, perhaps by a link that names a wave or an invitation."""
        if (await self._seen(on)).contact is None:
            source = "" if payload.startswith(INVITED) else source_in(payload)
            met = contacts.meet(on.person, drawn(10), language, source, on.at)
            with suppress(CollisionError):  # Two messages at once: the first one has met them.
                await self._store.keep(met)
            on = replace(on, seen=None)
        if payload.startswith(INVITED):
            return await self.join(on, payload)
        return await self._do(on, lambda now: turned_to(now, payload))

    async def join(self, on: Occasion, code: str) -> Situation:
        """Show an invitation's code and become a participant."""
        async with self._store.read() as connection:
            found = await contacts.invited(connection, code_in(code) or "")
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
            statements = (contacts.join(now.who, invitation), contacts.turn_to(on.person, first))
            return Decision(statements=statements, told=Told.JOINED)

        after = await self._do(on, decide)
        if found and after.told is Told.JOINED and after.who.invitation != found[0].code:
            return replace(after, told=Told.CODE_USED_UP)  # Somebody else was faster.
        return after

    async def speak(self, on: Occasion, language: str) -> Situation:
        """Choose the language."""
        return await self._do(on, lambda now: Decision((), (contacts.speak(now.who, language),)))

    async def turn_to(self, on: Occasion, wave_id: str) -> Situation:
        """Go to another wave."""
        return await self._do(on, lambda now: turned_to(now, wave_id))

    async def decline(self, on: Occasion) -> Situation:
        """Do not consent. Only the refusal is counted; who has no other interview is forgotten.

        Whoever stays is at the next wave then, if there is one.
        """
        holdings = await self.holdings(on.person)

        def decide(now: Situation) -> Decision:
            if now.wave is None or now.row is not None:
                return Decision(told=Reason.STALE)
            counted = contacts.decline(now.wave.id, now.who.language, on.at)
            stays = bool(holdings) or now.who.role is not Role.RESIDENT
            following = now.next_wave.id if now.next_wave else None
            after = [contacts.turn_to(on.person, following)] if stays else contacts.forget(now.who)
            return Decision((), (counted, *after), Told.DECLINED)

        situation = await self._do(on, decide)
        return replace(situation, told=Told.DECLINED)

    async def withdraw(self, on: Occasion) -> Receipt | None:
        """Delete all that is kept of a person. None if there is nothing."""
        holdings = await self.holdings(on.person)
        situation = await self._seen(on)
        if situation.contact is None:
            return None
        files, votes = await self.files(on.person), await self.votes(on.person)
        receipt = Receipt(f"{drawn(4)}-{drawn(4)}", holdings, files, votes)
        written = contacts.write_receipt(receipt.code, holdings, on.at)
        mark = interviews.caused_by(on.cause, on.at)
        try:
            await self._store.keep([mark, written, *contacts.forget(situation.who)])
        except CollisionError:
            return None
        if situation.row:
            self._interviews.drop(situation.row.id)
        return receipt

    async def block(self, telegram_id: int, blocked: bool, at: datetime) -> None:
        """Remember that a person blocked the bot, or came back."""
        await self._store.keep([contacts.block(telegram_id, at if blocked else None)])

    async def show_card(self, telegram_id: int, message_id: int) -> None:
        """Remember which message is the person's card."""
        await self._store.keep([contacts.show_card(telegram_id, message_id)])

    # The interview

    async def agree(self, on: Occasion) -> Situation:
        """Consent and begin."""
        seed = secrets.randbits(48)

        def decide(now: Situation) -> Decision:
            if now.interview is None or now.row is not None:
                return Decision(told=Reason.STALE)
            known = (("sector", now.who.sector), ("category", now.who.category))
            given = (now.interview.give(name, value, on.at) for name, value in known if value)
            steps = filter(None, (taken(now.interview.agree(on.at)), *given))
            return Decision(tuple(replace(step, number=n) for n, step in enumerate(steps, 1)))

        return await self._do(on, decide, seed=seed)

    async def answer(self, on: Occasion, key: str, value: str) -> Situation:
        """Answer the question at ``key``; where a file is asked, words are no answer."""

        def decide(made: Interview) -> Step | Refused:
            asked = key == made.at and path_of(key) in made.questionnaire.uploads
            if asked and not made.tells(key):
                return Refused(Reason.KIND, key)
            return made.answer(key, value, on.at)

        return await self._step(on, decide)

    async def attach(self, on: Occasion, key: str, sent: Sent) -> Situation:
        """Answer the question at ``key`` with a file; of an album only the first one counts."""
        row, digits = (await self._seen(on)).row, secrets.token_hex(8)
        async with self._store.read() as connection:
            again = row and await attachments.came_with(connection, row.id, sent.album)

        def step(made: Interview) -> Step | Refused:
            question = made.question(key)
            if not sent.suits(question.kind):
                return Refused(Reason.KIND, key)
            return made.answer(key, named(question.name, sent.mime, digits), on.at)

        def decide(now: Situation) -> Decision:
            decision = Decision(told=Told.ALBUM) if again else decided(now, step, on.at)
            if now.row is None or not decision.steps:
                return decision
            added = attachments.attach(now.row.id, decision.steps[0].value, sent)
            return replace(decision, statements=(added,))

        return await self._do(on, decide)

    async def tick(self, on: Occasion, key: str, choice: str, ticked: bool) -> Situation:
        """Tick or untick one of several choices."""
        return await self._step(on, lambda made: made.tick(key, choice, ticked, on.at))

    async def clear(self, on: Occasion, key: str) -> Situation:
        """Untick all choices."""
        return await self._step(on, lambda made: made.clear(key, on.at))

    async def skip(self, on: Occasion, key: str) -> Situation:
        """Leave the question at ``key`` without an answer."""
        return await self._step(on, lambda made: made.skip(key, on.at))

    async def add(self, on: Occasion, key: str) -> Situation:
        """Another instance of the repeat whose prompt is ``key``."""
        return await self._step(on, lambda made: made.add(key, on.at))

    async def remove(self, on: Occasion, key: str, seen: int) -> Situation:
        """Take an instance of a repeat away, as it was called after step ``seen``."""
        return await self._step(on, lambda made: made.remove(key, seen, on.at))

    async def enough(self, on: Occasion, key: str) -> Situation:
        """Add nothing more at the prompt ``key``."""
        return await self._step(on, lambda made: made.enough(key, on.at))

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

    async def wish(self, on: Occasion, wanted: bool) -> Situation:
        """Want to be told the results of the wave that was handed in, or no longer."""

        def decide(now: Situation) -> Decision:
            if now.row is None or not now.row.sent_at:
                return Decision(told=Reason.STALE)
            person, wave_id = now.telegram_id, now.row.wave_id
            if wanted and now.wished is Wished.NO:
                return Decision((), (result_requests.ask(person, wave_id, on.at),))
            if not wanted and now.wished is Wished.YES:
                return Decision((), (result_requests.take_back(person, wave_id),))
            return Decision()

        return await self._do(on, decide)

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
            if now.interview.at not in places(now.interview):
                return Decision(told=Reason.KIND)
            if place is None:
                return Decision(told=Told.OUTSIDE)
            return Decision(tuple(placed(now.interview, place, on.at)), told=Told.PLACED)

        return await self._do(on, decide)

    async def forget_causes(self, at: datetime) -> None:
        """Clear the marks of updates that cannot come again."""
        await self._store.keep([interviews.forget_causes(at - CAUSES_KEPT)])

    async def expire(self, at: datetime, contacts_kept: timedelta, months_kept: int) -> None:
        """Delete what was kept long enough.

        Who is who, when the last wave and the last workshop are over; the answers of old waves, the
        votes of old workshops.
        """
        answers_kept = timedelta(days=round(months_kept * DAYS_A_MONTH))
        async with self._store.read() as connection:
            every = await waves.waves(connection)
            held = [plan.held_at for plan in await workshop_plans.plans(connection)]
        old = [wave.id for wave in every if at - wave.closes_at > answers_kept]
        statements = [interviews.forget_wave(wave_id) for wave_id in old]
        statements += [result_requests.forget_wishes(wave_id) for wave_id in old]
        statements += votes.forget_votes(at - answers_kept)
        over = [*held, *(wave.closes_at for wave in every)]
        if over and at - max(over) > contacts_kept:
            statements.append(contacts.forget_contacts())
        await self._store.keep(statements)


def taken(found: Step | Refused) -> Step:
    """The step of an act that cannot be refused. Raises ValueError if it was."""
    if isinstance(found, Refused):
        raise ValueError(f"refused: {found.reason}")
    return found


def drawn(length: int) -> str:
    """A random word that says nothing about anybody."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def turned_to(now: Situation, payload: str) -> Decision:
    """Go to the wave that a link names (``persepsi`` or ``persepsi-poster``), else stay."""
    named = (w for w in now.open if payload == w.id or payload.startswith(w.id + "-"))
    wave = max(named, key=lambda w: len(w.id), default=None)  # One id may begin like another.
    return Decision((), (contacts.turn_to(now.telegram_id, wave.id),) if wave else ())


def placed(made: Interview, place: Mapping[str, str], at: datetime) -> list[Step]:
    """Steps that answer every question for a place, the largest first."""
    return [
        Step(number, Kind.ANSWERED, key, place[made.question(key).own["place"]], at)
        for number, key in enumerate(places(made), made.number + 1)
    ]


def places(made: Interview) -> list[str]:
    """The questions for a place that belong together: of the instance where the person stands."""
    here = made.at.rpartition("]")[0]
    return [
        key
        for key in made.questions()
        if "place" in made.question(key).own
        and key.rpartition("]")[0] == here
        and not made.tells(key)
    ]

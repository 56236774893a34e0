"""How an act is carried out, whatever it is.

Every act goes the same way (``Acting._do``): read how things stand, let the core decide, keep the
decision with its cause in one transaction, and say how things stand then. An act decided on an old
state collides with what was kept meanwhile, and is decided anew.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from survey.forms.runtime.form import path_of
from survey.interview.interview import Interview
from survey.interview.steps import Reason, Refused, Step
from survey.people import Role, Wave
from survey.services.snapshot import Occasion, Situation, Told
from survey.store import attachments, interviews, result_requests
from survey.store.database import Store
from survey.store.interviews import Interviews, Known
from survey.store.result_requests import Wished
from survey.store.waves import Codebook
from survey.store.writer import CollisionError, Statement
from survey.workshop.plan import Room

#: An act that collides this often in a row is given up; it would be a fault of ours.
ATTEMPTS = 5
#: Interviews have random numbers: they stand in callback data and say nothing.
ID_BITS = 40


@dataclass(frozen=True, slots=True)
class Decision:
    """What an act decided: steps of the interview, other statements, something to say."""

    steps: tuple[Step, ...] = ()
    statements: tuple[Statement, ...] = ()
    told: Told | Reason | None = None
    about: str = ""


Decide = Callable[[Situation], Decision]
#: Looks for the workshop that a respondent is in.
FindRoom = Callable[[int], Awaitable[Room | None]]


class Acting:
    """How things stand in a store, and the one way of changing that."""

    def __init__(self, store: Store, zone: tzinfo, room: FindRoom | None = None) -> None:
        self._store = store
        self._zone = zone
        self._room = room
        self._interviews = Interviews(zone)
        self._blank: dict[str, Interview] = {}
        self._codes: Codebook | None = None

    async def look(self, telegram_id: int, at: datetime) -> Situation:
        """How things stand for a person. Residents are in no workshop."""
        found = await self._look(telegram_id, at)
        if found.contact is None or self._room is None or found.who.role is Role.RESIDENT:
            return found
        return replace(found, room=await self._room(found.who.id))

    # Inside

    async def _look(self, telegram_id: int, at: datetime) -> Situation:
        """The same without the workshop."""
        async with self._store.read() as connection:
            known = await interviews.known(connection, telegram_id)
            if known is None:
                return Situation(telegram_id, at=at)
            role, rows = known.contact.respondent.role, known.rows
            offered = tuple(w for w in known.waves if w.is_open(at) and w.invites(role))
            wave = current(known, offered)
            row = rows.get(wave.id) if wave else None
            made, files, wished = None, dict[str, int](), Wished.NO
            if wave and row:
                made = await self._interviews.restore(connection, row)
                if made.questionnaire.uploads:
                    files = await attachments.of_interview(connection, row.id)
                if row.sent_at:
                    wished = await result_requests.wished(connection, telegram_id, row.wave_id)
            elif wave:
                form = await self._interviews.questionnaire(connection, wave.digest)
                # Nothing changes one that is kept nowhere: everybody before consent sees the same.
                made = self._blank.get(wave.digest) or Interview(form)
                self._blank[wave.digest] = made
            return Situation(
                telegram_id=telegram_id,
                contact=known.contact,
                wave=wave,
                interview=made,
                row=row,
                open=offered,
                sent=frozenset(key for key, row in rows.items() if row.sent_at),
                titles={
                    w.id: await self._interviews.questionnaire(connection, w.digest)
                    for w in offered
                },
                at=at,
                files=files,
                wished=wished,
            )

    async def _seen(self, on: Occasion) -> Situation:
        return on.seen or await self.look(on.person, on.at)

    async def _step(self, on: Occasion, decide: Callable[[Interview], Step | Refused]) -> Situation:
        """An act that is one step of the interview."""
        return await self._do(on, lambda now: decided(now, decide, on.at))

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
            mark = interviews.caused_by(on.cause, on.at)
            try:
                async with self._carried_out(now, decision.steps, seed) as statements:
                    await self._store.keep([mark, *statements, *decision.statements])
            except CollisionError as collision:
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
        made, before = now.interview, dict[str, str]()
        if now.row is None:
            row_id = secrets.randbits(ID_BITS)
            made = Interview(made.questionnaire, seed, steps, self._zone)
            self._interviews.hold(row_id, made)
            statements.append(interviews.begin(row_id, now.wave, now.who, made, seed, steps[0].at))
        else:
            row_id, before = now.row.id, made.answers()
            for step in steps:
                made.apply(step)
        statements += interviews.record(row_id, made, steps, before, await self._codebook())
        if made.questionnaire.uploads:
            statements.append(attachments.keep_only(row_id, files_of(made)))
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


def decided(
    now: Situation, decide: Callable[[Interview], Step | Refused], at: datetime
) -> Decision:
    """What one step of the interview comes to, if there may be one."""
    if now.interview is None or now.row is None or now.wave is None:
        return Decision(told=Reason.STALE)
    if not now.wave.is_open(at):
        return Decision(told=Told.CLOSED)
    found = decide(now.interview)
    if isinstance(found, Refused):
        return Decision(told=found.reason, about=found.key)
    return Decision((found,))


def files_of(made: Interview) -> list[str]:
    """The names of the files that are answers, whether they count now or not."""
    uploads = made.questionnaire.uploads
    return [node.value for key, node in made.form.nodes.items() if path_of(key) in uploads]


def stepped(now: Situation) -> Situation | None:
    """How things stand after a step of an interview that is kept; None before its first."""
    if now.row is None or now.interview is None:
        return None
    row = replace(now.row, steps=now.interview.number, sent_at=now.interview.sent_at)
    sent = now.sent | {row.wave_id} if row.sent_at else now.sent
    return replace(now, row=row, sent=sent)


def current(known: Known, offered: tuple[Wave, ...]) -> Wave | None:
    """The wave a person is at: the one they turned to, else one begun, else one not handed in."""
    rows = known.rows
    turned = next((w for w in known.waves if w.id == known.contact.wave_id), None)
    if turned and (turned.id in rows or turned in offered):
        return turned
    begun = [w for w in offered if w.id in rows and not rows[w.id].sent_at]
    waiting = [w for w in offered if w.id not in rows]
    return next(iter([*begun, *waiting, *offered]), None)

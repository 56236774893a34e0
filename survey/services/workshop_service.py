"""What people can do in a workshop: one method each, called by chat, web page and command line.

As in ``acts``: read how things stand, let the session decide, keep the move or the vote with its
cause in one transaction, say how things stand then. What was decided on an old state collides with
what was kept meanwhile, and is decided anew. Whoever listens is told after the commit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from survey.people import Respondent
from survey.services.interview_service import drawn
from survey.services.service import ATTEMPTS
from survey.store import attendance, interviews, votes, workshop_moves, workshop_plans
from survey.store.database import Store
from survey.store.interviews import Cause
from survey.store.workshop_sessions import Sessions
from survey.store.writer import CollisionError, Statement
from survey.workshop.moves import Channel, Move, Reason, Refused, Tap, Vote
from survey.workshop.plan import Attendance, GroupChat, Plan, Room
from survey.workshop.session import Session


class Changed(StrEnum):
    """What happened in a room."""

    MOVE = "move"
    VOTE = "vote"
    PRESENCE = "presence"


Listener = Callable[[str, Changed], None]
Decide = Callable[[Session, Tap], Move | Refused]


class Rooms:
    """The acts in workshops, on one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._sessions = Sessions()
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Have ``listener`` told of every change that this process keeps; returns how to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    # Looking

    async def called(self, code: str) -> Plan | None:
        """The workshop whose code that is."""
        async with self._store.read() as connection:
            return await workshop_plans.called(connection, code)

    async def plans(self) -> list[Plan]:
        """All workshops, in the order of their days."""
        async with self._store.read() as connection:
            return await workshop_plans.plans(connection)

    async def look(self, who: int) -> Room | None:
        """The room that somebody is in, as they may see it; None if they are in none."""
        async with self._store.read() as connection:
            found = await attendance.attending(connection, who)
            return await self._sessions.seen_by(connection, *found) if found else None

    async def look_by_page(self, token: str) -> Room | None:
        """The room of whoever holds the token of a web page."""
        async with self._store.read() as connection:
            found = await attendance.by_token(connection, digest(token))
            return await self._sessions.seen_by(connection, *found) if found else None

    async def overlook(self, workshop_id: str) -> Room:
        """The whole room, for facilitators and the projector: only what is revealed has tallies.

        Raises LookupError if there is no such workshop.
        """
        async with self._store.read() as connection:
            return await self._sessions.overlooked(connection, workshop_id)

    async def how_far(self, workshop_id: str) -> int:
        """How many moves were made: to notice those of another process."""
        async with self._store.read() as connection:
            return await workshop_moves.how_many_moves(connection, workshop_id)

    async def moved(self) -> dict[str, tuple[int, datetime]]:
        """How many moves were made in each session, and when the last one."""
        async with self._store.read() as connection:
            return await workshop_moves.moved(connection)

    async def phones(self, workshop_id: str, *, leading: bool = False) -> list[int]:
        """Telegram ids of those in the room, or of its facilitators alone."""
        async with self._store.read() as connection:
            return await attendance.phones(connection, workshop_id, leading=leading)

    # Group chats

    async def host(self, chat: GroupChat, former: int | None = None) -> None:
        """Let a group chat vote; one that did for another workshop now does for this one.

        ``former`` is the number that it had before it became a supergroup.
        """
        await self._store.keep(attendance.host(chat, former))

    async def hosted(self, chat_id: int) -> GroupChat | None:
        """What a group chat votes in."""
        async with self._store.read() as connection:
            return await attendance.hosted(connection, chat_id)

    async def hosts(self, workshop_id: str) -> list[GroupChat]:
        """The group chats that vote in a workshop."""
        async with self._store.read() as connection:
            return await attendance.hosts(connection, workshop_id)

    # Coming and going

    async def join(self, tap: Tap, who: Respondent, plan: Plan, channel: Channel) -> Room | None:
        """Come into the room, with a code or by tapping in its group.

        A tap in a group is a vote, which is what its mark is for; coming twice does no harm. Whose
        private card shows the room keeps that.
        """
        seat = seat_for(plan, who.category)
        async with self._store.read() as connection:
            before = await attendance.came_before(connection, plan.id, tap.who)
        way = Channel.TELEGRAM if before == (Channel.TELEGRAM, True) else channel
        come = (
            attendance.change(plan.id, tap.who, left_at=None, joined_at=tap.at, channel=way)
            if before
            else attendance.come(plan.id, tap.who, seat, channel, tap.at)
        )
        with suppress(CollisionError):  # The same update again, or two at once: they are in.
            coming = [attendance.take_part(who), come]
            if channel is Channel.GROUP:
                await self._store.keep(coming)
            else:
                await self._keep(tap, coming)
            self._tell(plan.id, Changed.PRESENCE)
        return await self.look(tap.who)

    async def join_by_page(self, plan: Plan, token: str, language: str, at: datetime) -> Room:
        """Come into the room by the web page; ``token`` is all that tells who they are."""
        pseudonym, held = drawn(10), digest(token)
        seat = seat_for(plan, "")
        try:
            await self._store.keep(
                attendance.come_by_page(plan.id, pseudonym, held, language, seat, at)
            )
        except CollisionError:  # The same form sent twice, or they left and are back.
            await self._store.keep([attendance.come_back(held)])
        self._tell(plan.id, Changed.PRESENCE)
        found = await self.look_by_page(token)
        if found is None:
            raise LookupError(plan.id)
        return found

    async def stand_for(self, tap: Tap, sector: str, category: str) -> Room | None:
        """Say at the door whom one stands for; the table follows from the category."""
        room = await self.look(tap.who)
        if room is None:
            return None
        seat = seat_for(room.plan, category) if category else None
        statements = [attendance.stand_for(tap.who, sector, category)]
        if seat is not None:
            statements.append(attendance.change(room.plan.id, tap.who, seat=seat))
        return await self._changed(tap, room, statements)

    async def sit(self, tap: Tap, seat: int) -> Room | None:
        """Choose a table; whoever comes to one that judges one category stands for that."""
        room = await self.look(tap.who)
        tables = {table.number: table for table in room.plan.workshop.tables} if room else {}
        if room is None or room.me is None or seat not in tables:
            return room
        statements = [attendance.change(room.plan.id, tap.who, seat=seat)]
        if len(judged := tables[seat].categories) == 1:
            statements.append(attendance.stand_for(tap.who, room.me.sector, judged[0]))
        return await self._changed(tap, room, statements)

    async def speak(self, tap: Tap, language: str) -> Room | None:
        """Want another language, on the web page."""
        room = await self.look(tap.who)
        if room is None:
            return None
        return await self._changed(tap, room, [attendance.speak(tap.who, language)])

    async def leave(self, tap: Tap) -> Room | None:
        """Go; the votes stay."""
        return await self._attend(tap, left_at=tap.at)

    async def briefed(self, tap: Tap) -> Room | None:
        """Say that one has read the briefing."""
        return await self._attend(tap, briefed_at=tap.at)

    async def turn(self, tap: Tap, aside: bool) -> Room | None:
        """Look at a questionnaire in a pause, or come back; twice is once, so it leaves no mark."""
        room = await self.look(tap.who)
        if room is None:
            return None
        await self._store.keep([attendance.change(room.plan.id, tap.who, aside=aside)])
        return await self.look(tap.who)

    # Voting

    async def vote(
        self,
        tap: Tap,
        ballot: int,
        opening: int,
        value: str,
        channel: Channel,
        reason: str = "",
        seen: Room | None = None,
    ) -> Room | None:
        """Vote on a ballot in the round that the move ``opening`` opened; facilitators do not.

        ``seen`` is the room as they were last looked at, which saves reading it again.
        """

        def decide(room: Room, me: Attendance) -> Vote | Refused:
            if me.leads:
                return Refused(Reason.TABLE, (ballot,))
            return room.session.vote(
                ballot, opening, value, tap, table=me.seat, channel=channel, reason=reason
            )

        return await self._vote(tap, decide, seen)

    async def explain(self, tap: Tap, ballot: int, reason: str) -> Room | None:
        """Say why one voted otherwise than the baseline."""

        def decide(room: Room, _: Attendance) -> Vote | Refused:
            given = room.votes.get(ballot)
            if given is None:
                return Refused(Reason.STALE, (ballot,))
            return room.session.explain(given, reason, tap)

        return await self._vote(tap, decide)

    async def _vote(
        self,
        tap: Tap,
        decide: Callable[[Room, Attendance], Vote | Refused],
        seen: Room | None = None,
    ) -> Room | None:
        for _ in range(ATTEMPTS):
            room, old, seen = seen or await self.look(tap.who), seen is not None, None
            if room is None or room.me is None:
                return None
            decided = decide(room, room.me)
            if isinstance(decided, Refused) and old:
                continue
            if isinstance(decided, Refused):
                return replace(room, refused=decided)
            back = attendance.change(room.plan.id, tap.who, aside=False)
            try:
                await self._keep(tap, [votes.cast(room.plan.id, decided), *[back] * room.me.aside])
            except CollisionError as collision:
                if collision.at == 0:  # The same update again: it has been carried out.
                    return room
                continue
            self._tell(room.plan.id, Changed.VOTE)
            me = replace(room.me, aside=False)
            return replace(room, me=me, votes={**room.votes, decided.ballot: decided})
        raise RuntimeError("A vote collided again and again.")

    # Facilitating

    async def move(self, tap: Tap, workshop_id: str, decide: Decide) -> Room:
        """A facilitator's move; refused if somebody else made one since ``tap.seen``.

        Raises PermissionError for whoever is no facilitator of this room.
        """
        async with self._store.read() as connection:
            found = await attendance.attending(connection, tap.who)
            if found is None or found[0] != workshop_id or not found[1].leads:
                raise PermissionError("not a facilitator of this workshop")
            plan = await self._sessions.plan(connection, workshop_id)
            session = await self._sessions.session(connection, plan)
        decided = decide(session, tap)
        refused = decided if isinstance(decided, Refused) else None
        if isinstance(decided, Move):
            try:
                await self._keep(tap, [workshop_moves.make(workshop_id, decided)])
                self._tell(workshop_id, Changed.MOVE)
            except CollisionError as collision:
                refused = Refused(Reason.MEANWHILE) if collision.at else None
        async with self._store.read() as connection:
            room = await self._sessions.overlooked(connection, workshop_id, found[1])
        return replace(room, refused=refused)

    # Inside

    async def _attend(self, tap: Tap, **values: object) -> Room | None:
        room = await self.look(tap.who)
        if room is None:
            return None
        change = attendance.change(room.plan.id, tap.who, **values)
        return await self._changed(tap, room, [change])

    async def _changed(self, tap: Tap, room: Room, statements: Sequence[Statement]) -> Room | None:
        with suppress(CollisionError):
            await self._keep(tap, statements)
            self._tell(room.plan.id, Changed.PRESENCE)
        return await self.look(tap.who)

    async def _keep(self, tap: Tap, statements: Sequence[Statement]) -> None:
        mark = interviews.caused_by(Cause(tap.source, tap.key), tap.at)
        await self._store.keep([mark, *statements])

    def _tell(self, workshop_id: str, changed: Changed) -> None:
        for listener in self._listeners:
            listener(workshop_id, changed)


def seat_for(plan: Plan, category: str) -> int | None:
    """The only table that judges a category; None if there are several, or none."""
    found = plan.workshop.tables_for(category) if category and plan.workshop.tables else ()
    return next(iter(found)) if len(found) == 1 else None


def digest(token: str) -> str:
    """What is kept of a web page's token: whoever reads the database cannot vote with it."""
    return hashlib.sha256(token.encode()).hexdigest()


def nonce_key(token: str, nonce: str) -> int:
    """The key of a web page's request, so that a repeated one acts once."""
    found = hashlib.sha256(f"{token} {nonce}".encode()).digest()
    return int.from_bytes(found[:8], "big") >> 1

"""What people can do in a workshop: one method each, called by chat, web page and command line.

An act goes the way of every other (``Service``): read how things stand, let the session decide,
keep the move or the vote with its cause in one transaction, say how things stand then. What was
decided on an old state collides with what was kept meanwhile, and is decided anew. Whoever listens
is told after the commit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from survey.people import Respondent
from survey.services.interview_service import generate_code
from survey.services.service import COLLISION_ATTEMPTS
from survey.store import attendance, interviews, votes, workshop_moves, workshop_plans
from survey.store.database import Store
from survey.store.interviews import Cause
from survey.store.workshop_sessions import SessionCache
from survey.store.writer import AlreadyCarriedOutError, CollisionError, Statement
from survey.workshop.moves import (
    Move,
    MoveRefusalReason,
    MoveRefused,
    Vote,
    VoteChannel,
    WorkshopRequest,
)
from survey.workshop.plan import Attendance, ConsentWording, GroupChat, Room, WorkshopPlan
from survey.workshop.session import Session

#: More people than this are in no room.
MOST_PEOPLE = 2000


class RoomChange(StrEnum):
    """What happened in a room."""

    MOVE = "move"
    VOTE = "vote"
    ATTENDANCE = "presence"


RoomListener = Callable[[str, RoomChange], None]
MoveDecider = Callable[[Session, WorkshopRequest], Move | MoveRefused]


class WorkshopService:
    """The acts in workshops, on one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._sessions = SessionCache()
        self._listeners: list[RoomListener] = []
        #: Tells other processes of what this one keeps.
        self.announce: RoomListener = lambda _workshop, _change: None

    def add_listener(self, listener: RoomListener) -> Callable[[], None]:
        """Have ``listener`` told of every change that this process keeps; returns how to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    # Looking

    async def find_plan(self, code: str) -> WorkshopPlan | None:
        """The workshop whose code that is."""
        async with self._store.read() as connection:
            return await workshop_plans.find_plan_by_code(connection, code)

    async def list_plans(self) -> list[WorkshopPlan]:
        """All workshops, in the order of their days."""
        async with self._store.read() as connection:
            return await workshop_plans.list_workshop_plans(connection)

    async def find_room(self, who: int) -> Room | None:
        """The room that somebody is in, as they may see it; None if they are in none."""
        async with self._store.read() as connection:
            found = await attendance.find_attendance(connection, who)
            return await self._sessions.build_room(connection, *found) if found else None

    async def find_room_by_token(self, token: str) -> Room | None:
        """The room of whoever holds the token of a web page."""
        async with self._store.read() as connection:
            found = await attendance.find_attendance_by_token(connection, hash_token(token))
            return await self._sessions.build_room(connection, *found) if found else None

    async def read_whole_room(self, workshop_id: str) -> Room:
        """The whole room, for facilitators and the projector: only what is revealed has tallies.

        Raises LookupError if there is no such workshop.
        """
        async with self._store.read() as connection:
            return await self._sessions.build_whole_room(connection, workshop_id)

    async def count_moves(self, workshop_id: str) -> int:
        """How many moves were made: to notice those of another process."""
        async with self._store.read() as connection:
            return await workshop_moves.count_workshop_moves(connection, workshop_id)

    async def read_move_progress(self) -> dict[str, tuple[int, datetime]]:
        """How many moves were made in each session, and when the last one."""
        async with self._store.read() as connection:
            return await workshop_moves.count_moves_by_workshop(connection)

    async def list_telegram_ids(self, workshop_id: str, *, leading: bool = False) -> list[int]:
        """Telegram ids of those in the room, or of its facilitators alone."""
        async with self._store.read() as connection:
            return await attendance.list_attendee_chats(connection, workshop_id, leading=leading)

    # Group chats

    async def set_group_chat(self, chat: GroupChat, former: int | None = None) -> None:
        """Let a group chat vote; one that did for another workshop now does for this one.

        ``former`` is the number that it had before it became a supergroup.
        """
        await self._store.keep(attendance.replace_group_chat(chat, former))

    async def find_group_chat(self, chat_id: int) -> GroupChat | None:
        """What a group chat votes in."""
        async with self._store.read() as connection:
            return await attendance.read_group_chat(connection, chat_id)

    async def list_group_chats(self, workshop_id: str) -> list[GroupChat]:
        """The group chats that vote in a workshop."""
        async with self._store.read() as connection:
            return await attendance.read_group_chats(connection, workshop_id)

    # Coming and going

    async def join(
        self, tap: WorkshopRequest, who: Respondent, plan: WorkshopPlan, channel: VoteChannel
    ) -> Room | None:
        """Come into the room, with a code or by tapping in its group.

        A tap in a group is a vote, which is what its mark is for; coming twice does no harm. Whose
        private card shows the room keeps that.
        """
        seat = find_seat(plan, who.category)
        async with self._store.read() as connection:
            before = await attendance.find_former_attendance(connection, plan.id, tap.respondent_id)
        way = VoteChannel.TELEGRAM if before == (VoteChannel.TELEGRAM, True) else channel
        come = (
            attendance.resume_attendance(plan.id, tap.respondent_id, way, tap.at)
            if before
            else attendance.add_attendance(plan.id, tap.respondent_id, seat, channel, tap.at)
        )
        with suppress(CollisionError):  # The update came again, or two came at once: they are in.
            coming = [attendance.promote_to_participant(who), come]
            if channel is VoteChannel.GROUP:
                await self._store.keep(coming)
            else:
                await self._keep(tap, coming)
            self._notify(plan.id, RoomChange.ATTENDANCE)
        return await self.find_room(tap.respondent_id)

    async def join_by_web(
        self, plan: WorkshopPlan, token: str, language: str, at: datetime
    ) -> Room | None:
        """Come into the room by the web page; ``token`` is all that tells who they are.

        None if as many people are there as a facilitator named.
        """
        pseudonym, held = generate_code(10), hash_token(token)
        seat = find_seat(plan, "")
        try:
            await self._store.keep(
                attendance.add_web_attendance(plan.id, pseudonym, held, language, seat, at)
            )
        except CollisionError:  # They sent the form twice, or they left and are back.
            await self._store.keep([attendance.resume_web_attendance(held)])
        self._notify(plan.id, RoomChange.ATTENDANCE)
        return await self.find_room_by_token(token)

    async def set_affiliation(
        self, tap: WorkshopRequest, sector: str, category: str
    ) -> Room | None:
        """Say at the door whom one stands for; the table follows from the category."""
        room = await self.find_room(tap.respondent_id)
        if room is None:
            return None
        seat = find_seat(room.plan, category) if category else None
        statements = [attendance.update_affiliation(tap.respondent_id, sector, category)]
        if seat is not None:
            statements.append(
                attendance.update_attendance(room.plan.id, tap.respondent_id, seat=seat)
            )
        return await self._keep_change(tap, room, statements)

    async def choose_table(self, tap: WorkshopRequest, seat: int) -> Room | None:
        """Choose a table; whoever comes to one that judges one category stands for that."""
        room = await self.find_room(tap.respondent_id)
        tables = {table.number: table for table in room.plan.workshop.tables} if room else {}
        if room is None or room.me is None or seat not in tables:
            return room
        statements = [attendance.update_attendance(room.plan.id, tap.respondent_id, seat=seat)]
        if len(judged := tables[seat].categories) == 1:
            statements.append(
                attendance.update_affiliation(tap.respondent_id, room.me.sector, judged[0])
            )
        return await self._keep_change(tap, room, statements)

    async def choose_language(self, tap: WorkshopRequest, language: str) -> Room | None:
        """Want another language, on the web page."""
        room = await self.find_room(tap.respondent_id)
        if room is None:
            return None
        return await self._keep_change(
            tap, room, [attendance.update_web_language(tap.respondent_id, language)]
        )

    async def leave(self, tap: WorkshopRequest) -> Room | None:
        """Go; the votes stay."""
        return await self._update_attendance(tap, left_at=tap.at)

    async def confirm_briefing(self, tap: WorkshopRequest) -> Room | None:
        """Say that one has read the briefing."""
        return await self._update_attendance(tap, briefed_at=tap.at)

    async def set_aside(self, tap: WorkshopRequest, aside: bool) -> Room | None:
        """Look at a questionnaire in a pause, or come back; twice is once, so it leaves no mark."""
        room = await self.find_room(tap.respondent_id)
        if room is None:
            return None
        await self._store.keep(
            [attendance.update_attendance(room.plan.id, tap.respondent_id, aside=aside)]
        )
        return await self.find_room(tap.respondent_id)

    async def record_consent(self, room: Room, given: ConsentWording, at: datetime) -> Room:
        """Agree to the words that stood beside the button; once, before anything is said."""
        if room.me is None or room.me.consented or room.me.is_facilitator:
            return room
        for _ in range(COLLISION_ATTEMPTS):
            with suppress(CollisionError):  # Another process keeps the same new words just now.
                await self._store.keep(
                    attendance.record_consent(room.plan.id, room.me.respondent, given, at)
                )
                return replace(room, me=replace(room.me, consented=True))
        raise RuntimeError("A consent collided again and again.")

    # Voting

    async def vote(
        self,
        tap: WorkshopRequest,
        ballot: int,
        opening: int,
        value: str,
        channel: VoteChannel,
        reason: str = "",
        seen: Room | None = None,
    ) -> Room | None:
        """Vote on a ballot in the round that the move ``opening`` opened; facilitators do not.

        ``seen`` is the room as they were last looked at, which saves reading it again.
        """

        def decide(room: Room, me: Attendance) -> Vote | MoveRefused:
            if me.is_facilitator:
                return MoveRefused(MoveRefusalReason.TABLE, (ballot,))
            return room.session.vote(
                ballot, opening, value, tap, table=me.seat, channel=channel, reason=reason
            )

        return await self._keep_vote(tap, decide, seen)

    async def explain_vote(self, tap: WorkshopRequest, ballot: int, reason: str) -> Room | None:
        """Say why one voted otherwise than the baseline."""

        def decide(room: Room, _: Attendance) -> Vote | MoveRefused:
            given = room.votes.get(ballot)
            if given is None:
                return MoveRefused(MoveRefusalReason.STALE, (ballot,))
            return room.session.explain(given, reason, tap)

        return await self._keep_vote(tap, decide)

    async def _keep_vote(
        self,
        tap: WorkshopRequest,
        decide: Callable[[Room, Attendance], Vote | MoveRefused],
        seen: Room | None = None,
    ) -> Room | None:
        for _ in range(COLLISION_ATTEMPTS):
            room, old, seen = (
                seen or await self.find_room(tap.respondent_id),
                seen is not None,
                None,
            )
            if room is None or room.me is None:
                return None
            decided = decide(room, room.me)
            # What an old look refuses may be allowed by now: look again before anybody is told no.
            if isinstance(decided, MoveRefused) and old:
                continue
            if isinstance(decided, MoveRefused):
                return replace(room, refused=decided)
            back = attendance.update_attendance(room.plan.id, tap.respondent_id, aside=False)
            try:
                await self._keep(
                    tap, [*votes.add_vote(room.plan.id, decided), *[back] * room.me.aside]
                )
            except AlreadyCarriedOutError:
                return room
            except CollisionError:
                continue
            self._notify(room.plan.id, RoomChange.VOTE)
            me = replace(room.me, aside=False)
            return replace(room, me=me, votes={**room.votes, decided.ballot: decided})
        raise RuntimeError("A vote collided again and again.")

    # Facilitating

    async def make_move(self, tap: WorkshopRequest, workshop_id: str, decide: MoveDecider) -> Room:
        """A facilitator's move; refused if somebody else made one since ``tap.seen_moves``.

        Raises PermissionError for whoever is no facilitator of this room.
        """
        async with self._store.read() as connection:
            found = await attendance.find_attendance(connection, tap.respondent_id)
            if found is None or found[0] != workshop_id or not found[1].is_facilitator:
                raise PermissionError("not a facilitator of this workshop")
            plan = await self._sessions.load_plan(connection, workshop_id)
            session = await self._sessions.load_session(connection, plan)
        decided = decide(session, tap)
        refused = decided if isinstance(decided, MoveRefused) else None
        if isinstance(decided, Move):
            try:
                await self._keep(tap, workshop_moves.add_move(workshop_id, decided))
                self._notify(workshop_id, RoomChange.MOVE)
            except AlreadyCarriedOutError:
                refused = None
            # Not decided anew, as votes are: the facilitator meant what the screen showed.
            except CollisionError:  # Somebody else's move has the number that this one wanted.
                refused = MoveRefused(MoveRefusalReason.MEANWHILE)
        async with self._store.read() as connection:
            room = await self._sessions.build_whole_room(connection, workshop_id, found[1])
        return replace(room, refused=refused)

    async def set_people(self, tap: WorkshopRequest, workshop_id: str, people: int) -> None:
        """Name how many people there are in the room: the web page lets in no more.

        Raises PermissionError for whoever is no facilitator of this room.
        """
        named = min(max(people, 0), MOST_PEOPLE)
        await self._keep_for_facilitator(
            tap, workshop_id, [attendance.set_people(workshop_id, named)]
        )

    async def remove_seat(self, tap: WorkshopRequest, workshop_id: str, number: int) -> None:
        """Take away a seat of the web page, with its votes.

        Raises PermissionError for whoever is no facilitator of this room.
        """
        await self._keep_for_facilitator(
            tap, workshop_id, attendance.remove_web_seat(workshop_id, number)
        )

    async def _keep_for_facilitator(
        self, tap: WorkshopRequest, workshop_id: str, statements: Sequence[Statement]
    ) -> None:
        async with self._store.read() as connection:
            found = await attendance.find_attendance(connection, tap.respondent_id)
        if found is None or found[0] != workshop_id or not found[1].is_facilitator:
            raise PermissionError("not a facilitator of this workshop")
        with suppress(AlreadyCarriedOutError):
            await self._keep(tap, statements)
            self._notify(workshop_id, RoomChange.ATTENDANCE)

    # Inside

    async def _update_attendance(self, tap: WorkshopRequest, **values: object) -> Room | None:
        room = await self.find_room(tap.respondent_id)
        if room is None:
            return None
        change = attendance.update_attendance(room.plan.id, tap.respondent_id, **values)
        return await self._keep_change(tap, room, [change])

    async def _keep_change(
        self, tap: WorkshopRequest, room: Room, statements: Sequence[Statement]
    ) -> Room | None:
        with suppress(AlreadyCarriedOutError):
            await self._keep(tap, statements)
            self._notify(room.plan.id, RoomChange.ATTENDANCE)
        return await self.find_room(tap.respondent_id)

    async def _keep(self, tap: WorkshopRequest, statements: Sequence[Statement]) -> None:
        mark = interviews.add_cause(Cause(tap.source, tap.key), tap.at)
        await self._store.keep([mark, *statements])

    def _notify(self, workshop_id: str, changed: RoomChange) -> None:
        self.announce(workshop_id, changed)
        self.note_change(workshop_id, changed)

    def note_change(self, workshop_id: str, changed: RoomChange) -> None:
        """Tell whoever listens here of a change, whichever process has kept it."""
        for listener in self._listeners:
            listener(workshop_id, changed)


def find_seat(plan: WorkshopPlan, category: str) -> int | None:
    """The only table that judges a category; None if there are several, or none."""
    found = plan.workshop.find_tables(category) if category and plan.workshop.tables else ()
    return next(iter(found)) if len(found) == 1 else None


def hash_token(token: str) -> str:
    """What is kept of a web page's token: whoever reads the database cannot vote with it."""
    # Without salt and quick to compute, which is enough: the token is random, so none can be
    # guessed and tried.
    return hashlib.sha256(token.encode()).hexdigest()


def hash_nonce(token: str, nonce: str) -> int:
    """The key of a web page's request, so that a repeated one acts once."""
    found = hashlib.sha256(f"{token} {nonce}".encode()).digest()
    # SQLite's integers have 64 bits with a sign, so one bit has to go.
    return int.from_bytes(found[:8], "big") >> 1

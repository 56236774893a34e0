"""Workshops in session as they are kept: restored from their moves, with what was voted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from survey.store import attendance, votes, workshop_moves, workshop_plans
from survey.store.votes import VotingMark
from survey.workshop.ballots import Ballot
from survey.workshop.moves import BallotPhase
from survey.workshop.plan import Attendance, Room, WorkshopPlan
from survey.workshop.results import RoundKey, Tally
from survey.workshop.session import Session

NO_VOTES = VotingMark(0, 0)


class SessionCache:
    """Restores sessions and keeps them ready, with their plans.

    A ready one is used only if it has as many moves as the database says, so a stale one can do no
    harm. Until its first move a workshop may be described anew, so nothing of it is kept ready.
    """

    def __init__(self) -> None:
        self._plans: dict[str, WorkshopPlan] = {}
        self._ready: dict[str, Session] = {}
        self._counted: dict[str, TallyCache] = {}

    async def load_plan(self, connection: AsyncConnection, workshop_id: str) -> WorkshopPlan:
        """A workshop as it was prepared. Raises LookupError if there is none of that id."""
        ready = self._ready.get(workshop_id)
        if ready is None or not ready.number:
            found = await workshop_plans.find_plan(connection, workshop_id)
            if found is None:
                raise LookupError(workshop_id)
            self._plans[workshop_id] = found
        return self._plans[workshop_id]

    async def load_session(self, connection: AsyncConnection, plan: WorkshopPlan) -> Session:
        """The session with all its moves."""
        ready = self._ready.get(plan.id)
        made = await workshop_moves.count_workshop_moves(connection, plan.id)
        if ready is None or not made or ready.number != made:
            every = await workshop_moves.list_moves(connection, plan.id)
            ready = Session(plan.workshop, plan.ballots, every)
            self._ready[plan.id] = ready
        return ready

    async def build_room(
        self, connection: AsyncConnection, workshop_id: str, me: Attendance
    ) -> Room:
        """The room for one person: their own votes, and the results they should have in view.

        Those are the ones just revealed, those of the round before where another one is under way,
        and all of them once they are final.
        """
        if me.is_facilitator:
            return await self.build_whole_room(connection, workshop_id, me)
        plan = await self.load_plan(connection, workshop_id)
        session = await self.load_session(connection, plan)
        latest = session.list_just_revealed()
        under_way = session.list_in_phase(BallotPhase.OPEN, BallotPhase.CLOSED)
        present = list_openings(session, [*under_way, *latest])
        mine = await votes.read_person_votes(connection, workshop_id, me.respondent, present)
        shown = (
            session.list_in_phase(BallotPhase.REVEALED) if session.locked else [*latest, *under_way]
        )
        standings = session.states
        in_view = {o for ballot in shown for o in standings[ballot.number].revealed_openings[-1:]}
        return Room(
            plan=plan,
            session=session,
            me=me,
            votes={n: vote for n, vote in mine.items() if vote.opening == standings[n].opening},
            tallies=await self._read_revealed(connection, session, in_view),
        )

    async def build_whole_room(
        self, connection: AsyncConnection, workshop_id: str, me: Attendance | None = None
    ) -> Room:
        """The whole room, with all that is revealed."""
        plan = await self.load_plan(connection, workshop_id)
        session = await self.load_session(connection, plan)
        under_way = list_openings(
            session, session.list_in_phase(BallotPhase.OPEN, BallotPhase.CLOSED)
        )
        every = {o for standing in session.states.values() for o in standing.revealed_openings}
        latest = session.list_just_revealed()
        return Room(
            plan=plan,
            session=session,
            me=me,
            presence=await attendance.count_attendance(connection, workshop_id),
            voter_counts=await votes.count_voters(connection, workshop_id, under_way),
            tallies=await self._read_revealed(connection, session, every),
            earlier_counts=await votes.count_earlier_answers(
                connection, plan.earlier_answers, latest, session.moves[0].at
            )
            if plan.earlier_answers and latest
            else {},
            web_seats=await attendance.list_web_seats(connection, workshop_id) if me else (),
        )

    async def _read_revealed(
        self, connection: AsyncConnection, session: Session, wanted: set[int]
    ) -> dict[RoundKey, Tally]:
        """The tallies of these rounds as far as they may be seen."""
        if not wanted:
            return {}
        counted = self._counted.setdefault(session.workshop.id, TallyCache())
        found = await counted.read_tallies(connection, session.workshop.id, wanted)
        standings = session.states
        return {r: tally for r, tally in found.items() if r[1] in standings[r[0]].revealed_openings}


@dataclass
class TallyCache:
    """Rounds of a workshop that were counted, by opening: nobody votes in them any more.

    A reason can still be added to a vote, and whoever withdraws takes theirs along; what that
    touches is counted again.
    """

    by_opening: dict[int, dict[RoundKey, Tally]] = field(default_factory=dict)
    mark: VotingMark = NO_VOTES

    async def read_tallies(
        self, connection: AsyncConnection, workshop_id: str, wanted: set[int]
    ) -> dict[RoundKey, Tally]:
        """The tallies of the rounds of these openings."""
        # Read before anything is counted: a vote that comes in between is then counted once more
        # later, where the other order would miss it.
        mark = await votes.read_voting_mark(connection)
        if mark.withdrawals != self.mark.withdrawals:
            self.by_opening.clear()
        elif mark.newest != self.mark.newest and self.by_opening:
            for opening in await votes.list_changed_openings(
                connection, workshop_id, self.mark.newest
            ):
                self.by_opening.pop(opening, None)
        self.mark = mark
        known = {opening: self.by_opening.get(opening) for opening in wanted}
        if missing := {opening for opening, found in known.items() if found is None}:
            counted = await votes.read_tallies(connection, workshop_id, missing)
            known |= {o: {r: t for r, t in counted.items() if r[1] == o} for o in missing}
            if self.mark is mark:  # Else somebody else may have seen newer votes.
                # A round without a vote is kept as empty, or it would be counted anew at every
                # look.
                self.by_opening |= {o: known[o] or {} for o in missing}
        return {r: t for found in known.values() if found for r, t in found.items()}


def list_openings(session: Session, ballots: Iterable[Ballot]) -> set[int]:
    """The moves that opened the present rounds of ballots."""
    return {session.states[ballot.number].opening for ballot in ballots}

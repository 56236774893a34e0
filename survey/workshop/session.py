"""A workshop in session: ballots are opened, voted on, closed and revealed, in rounds. Pure.

A session is what its moves leave. Methods named for what somebody does decide: they give back the
Move or Vote to keep, or say why not (``MoveRefused``), and change nothing. ``apply`` carries a move
out; a session is restored by applying its moves again. Votes change nothing in a session: they are
counted (``survey.workshop.results``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from survey.workshop.ballots import Ballot, Workshop
from survey.workshop.moves import (
    LATE_VOTE_LIMIT,
    BallotPhase,
    BallotState,
    Move,
    MoveKind,
    MoveRefusalReason,
    MoveRefused,
    Vote,
    VoteChannel,
    WorkshopRequest,
)

#: A timer longer than this is a mistake.
LONGEST_TIMER = 3600
#: Of a note or a reason in somebody's own words, in letters.
LONGEST_TEXT = 300
#: As long as a telephone number, or written like one: 0812-3456-7890. Spans of years are not.
PHONE_NUMBER = re.compile(r"\d{8,}|(?<!\d)(?:\+?62|0)(?:[ .()-]*\d){8,}")


class ProposalExtent(StrEnum):
    """How much is opened at once."""

    ONE = "one"
    ROW = "row"
    TABLES = "tables"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What could be opened next: one ballot, an asset's row, or a row for each free table."""

    extent: ProposalExtent
    ballots: tuple[int, ...]


class Session:
    """A workshop as its moves leave it."""

    def __init__(
        self, workshop: Workshop, ballots: Iterable[Ballot], moves: Iterable[Move] = ()
    ) -> None:
        self.workshop = workshop
        self.ballots = {ballot.number: ballot for ballot in ballots}
        self.states = dict.fromkeys(self.ballots, BallotState())
        self.moves: list[Move] = []
        #: Moves that were not taken back, each with how things stood before it.
        self._done: list[tuple[Move, dict[int, BallotState]]] = []
        for move in moves:
            self.apply(move)

    # How things stand

    @property
    def number(self) -> int:
        """How many moves were made."""
        return len(self.moves)

    @property
    def locked(self) -> bool:
        """Whether the results are final."""
        return bool(self._done) and self._done[-1][0].kind is MoveKind.LOCKED

    @property
    def last_move(self) -> Move | None:
        """The move that ``undo`` would take back."""
        return self._done[-1][0] if self._done and not self.locked else None

    def list_moves_since(self, seen: int) -> list[Move]:
        """What was done after the first ``seen`` moves."""
        return self.moves[seen:]

    def find_phase(self, ballot: int) -> BallotPhase:
        """Where a ballot is."""
        return self.states[ballot].phase

    def find_round(self, ballot: int, opening: int) -> int:
        """Which round of a ballot a move opened, from 1; 0 if that round no longer counts."""
        openings = self.states[ballot].openings
        return openings.index(opening) + 1 if opening in openings else 0

    def list_in_phase(self, *states: BallotPhase) -> list[Ballot]:
        """The ballots in one of these states, in their order."""
        return [b for b in self.ballots.values() if self.find_phase(b.number) in states]

    @property
    def last_reveal(self) -> Move | None:
        """The last reveal that was not taken back."""
        moves = (move for move, _ in reversed(self._done) if move.kind is MoveKind.REVEALED)
        return next(moves, None)

    def list_just_revealed(self) -> list[Ballot]:
        """The ballots revealed last, while they still are."""
        numbers = self.last_reveal.ballots if self.last_reveal else ()
        return [self.ballots[n] for n in numbers if self.find_phase(n) is BallotPhase.REVEALED]

    def list_open_for(self, table: int | None) -> list[Ballot]:
        """What somebody at a table can vote on now."""
        open_now = self.list_in_phase(BallotPhase.OPEN)
        return [b for b in open_now if self.workshop.can_judge(table, b.category)]

    def propose_next(self) -> list[Proposal]:
        """What could be opened next, the smallest first; nothing while every table is busy."""
        busy = self._list_busy_tables()
        waiting = [
            ballot
            for ballot in self.list_in_phase(BallotPhase.WAITING)
            if (tables := self._find_tables(ballot.number)) and not tables & busy
        ]
        if self.locked or not waiting:
            return []
        row = find_asset_row(waiting[0], waiting)
        found = {row[:1]: ProposalExtent.ONE}
        found.setdefault(row, ProposalExtent.ROW)
        found.setdefault(self._choose_parallel(waiting), ProposalExtent.TABLES)
        return [Proposal(extent, ballots) for ballots, extent in found.items()]

    # What a facilitator can do

    def open(
        self, ballots: Sequence[int], seconds: int, tap: WorkshopRequest
    ) -> Move | MoveRefused:
        """Begin the first round of ballots; ``seconds`` is the timer, 0 for none."""
        return self._start_round(
            MoveKind.OPENED, ballots, seconds, tap, (BallotPhase.WAITING, BallotPhase.SKIPPED)
        )

    def open_next_round(
        self, ballots: Sequence[int], seconds: int, tap: WorkshopRequest
    ) -> Move | MoveRefused:
        """Begin another round of revealed ballots, if the number fixed beforehand allows it."""
        decided = self._start_round(MoveKind.AGAIN, ballots, seconds, tap, (BallotPhase.REVEALED,))
        used = [n for n in ballots if n in self.states and not self._has_rounds_left(n)]
        if isinstance(decided, Move) and used:
            return MoveRefused(MoveRefusalReason.ROUNDS, tuple(used))
        return decided

    def reopen(
        self, ballots: Sequence[int], seconds: int, tap: WorkshopRequest
    ) -> Move | MoveRefused:
        """Go on with a round that was closed and not yet revealed; its votes stand."""
        return self._start_round(MoveKind.REOPENED, ballots, seconds, tap, (BallotPhase.CLOSED,))

    def close(self, ballots: Sequence[int], tap: WorkshopRequest) -> Move | MoveRefused:
        """End the voting; results stay hidden."""
        return self._decide(MoveKind.CLOSED, ballots, "", tap, (BallotPhase.OPEN,))

    def reveal(self, ballots: Sequence[int], tap: WorkshopRequest) -> Move | MoveRefused:
        """Show the results, once no vote can arrive any more."""
        decided = self._decide(MoveKind.REVEALED, ballots, "", tap, (BallotPhase.CLOSED,))
        closings = (self.states[n].closing_move for n in ballots if n in self.states)
        # Late votes still count for a moment after the close; revealed before, a result could
        # change in front of everybody.
        until = max(
            (closing.at + LATE_VOTE_LIMIT for closing in closings if closing), default=tap.at
        )
        if isinstance(decided, Move) and tap.at < until:
            return MoveRefused(MoveRefusalReason.WAIT, decided.ballots, until)
        return decided

    def add_note(
        self, ballots: Sequence[int], words: str, tap: WorkshopRequest
    ) -> Move | MoveRefused:
        """Write down what was said about ballots."""
        if not is_valid_text(words):
            return MoveRefused(MoveRefusalReason.WORDS)
        return self._decide(
            MoveKind.NOTED, ballots, " ".join(words.split()), tap, tuple(BallotPhase)
        )

    def skip(self, ballots: Sequence[int], tap: WorkshopRequest) -> Move | MoveRefused:
        """Go on without these; a round under way is dropped, an earlier one's result stands."""
        states = (BallotPhase.WAITING, BallotPhase.OPEN, BallotPhase.CLOSED)
        return self._decide(MoveKind.SKIPPED, ballots, "", tap, states)

    def lock(self, tap: WorkshopRequest) -> Move | MoveRefused:
        """End the session for good: what was revealed is final, and cannot be taken back."""
        unsettled = self.list_in_phase(BallotPhase.OPEN, BallotPhase.CLOSED)
        if refused := self._find_refusal(tap):
            return refused
        if unsettled:
            return MoveRefused(MoveRefusalReason.UNSETTLED, tuple(b.number for b in unsettled))
        return self._build_move(MoveKind.LOCKED, (), "", tap)

    def undo(self, tap: WorkshopRequest) -> Move | MoveRefused:
        """Take back the last move that was not taken back."""
        if refused := self._find_refusal(tap):
            return refused
        if self.last_move is None:
            return MoveRefused(MoveRefusalReason.NOTHING)
        return self._build_move(
            MoveKind.UNDONE, self.last_move.ballots, str(self.last_move.number), tap
        )

    # What a participant can do

    def vote(
        self,
        ballot: int,
        opening: int,
        value: str,
        tap: WorkshopRequest,
        *,
        table: int | None,
        channel: VoteChannel,
        reason: str = "",
    ) -> Vote | MoveRefused:
        """Vote in the round that the move ``opening`` opened, or change the vote.

        ``reason`` is one of ``ChangeReason`` or own words; it may be given afterwards
        (``explain``), and is dropped where none is wanted (``Ballot.wants_reason``).
        """
        voted = self.ballots.get(ballot)
        if voted is None:
            return MoveRefused(MoveRefusalReason.UNKNOWN)
        standing = self.states[ballot]
        if not self.workshop.can_judge(table, voted.category):
            return MoveRefused(MoveRefusalReason.TABLE, (ballot,))
        if standing.opening != opening:
            return MoveRefused(MoveRefusalReason.STALE, (ballot,))
        if not standing.accepts_vote(tap):
            return MoveRefused(MoveRefusalReason.CLOSED, (ballot,))
        if value not in self.workshop.scale.answers:
            return MoveRefused(MoveRefusalReason.VALUE, (ballot,))
        if reason and not is_valid_text(reason):
            return MoveRefused(MoveRefusalReason.WORDS, (ballot,))
        said = " ".join(reason.split()) if voted.wants_reason(value) else ""
        return Vote(ballot, opening, tap.respondent_id, value, said, tap.at, channel, self.number)

    def explain(self, vote: Vote, reason: str, tap: WorkshopRequest) -> Vote | MoveRefused:
        """Give the reason for one's last vote: that vote again, with the reason.

        Also after the close, as people are asked after they voted; until the next round or the
        lock. It changes no count.
        """
        wanted = self.ballots[vote.ballot].wants_reason(vote.value)
        stands = self.states[vote.ballot].opening == vote.opening
        if self.locked or not wanted or not stands or vote.respondent != tap.respondent_id:
            return MoveRefused(MoveRefusalReason.STALE, (vote.ballot,))
        if not is_valid_text(reason):
            return MoveRefused(MoveRefusalReason.WORDS, (vote.ballot,))
        return replace(vote, reason=" ".join(reason.split()), at=tap.at, move_count=self.number)

    # Carrying out

    def apply(self, move: Move) -> None:
        """Carry out a move that was decided before. Raises ValueError for one out of order."""
        if move.number != self.number + 1:
            raise ValueError(f"move {move.number} cannot follow move {self.number}")
        if move.kind is MoveKind.UNDONE:
            if self.last_move is None:
                raise ValueError(f"move {move.number} takes back nothing")
            # Only the ballots of the move go back, each to the state it had before; later moves
            # were taken back first.
            self.states.update(self._done.pop()[1])
        else:
            # States are never changed in place, so the old ones can be kept as they are.
            before = {number: self.states[number] for number in move.ballots}
            self._done.append((move, before))
            self.states.update({n: standing.apply_move(move) for n, standing in before.items()})
        self.moves.append(move)

    # Inside

    def _start_round(
        self,
        kind: MoveKind,
        ballots: Sequence[int],
        seconds: int,
        tap: WorkshopRequest,
        states: Collection[BallotPhase],
    ) -> Move | MoveRefused:
        """Let people vote, if their tables have nothing else open."""
        if not 0 <= seconds <= LONGEST_TIMER:
            return MoveRefused(MoveRefusalReason.TIMER)
        decided = self._decide(kind, ballots, str(seconds or ""), tap, states)
        if isinstance(decided, MoveRefused):
            return decided
        if nobody := tuple(n for n in ballots if not self._find_tables(n)):
            return MoveRefused(MoveRefusalReason.NOBODY, nobody)
        wanted = frozenset().union(*map(self._find_tables, ballots))
        open_now = (ballot.number for ballot in self.list_in_phase(BallotPhase.OPEN))
        if busy := tuple(n for n in open_now if self._find_tables(n) & wanted):
            return MoveRefused(MoveRefusalReason.BUSY, busy)
        return decided

    def _decide(
        self,
        kind: MoveKind,
        ballots: Sequence[int],
        value: str,
        tap: WorkshopRequest,
        states: Collection[BallotPhase],
    ) -> Move | MoveRefused:
        """A move about ballots that are all in one of ``states``."""
        if refused := self._find_refusal(tap):
            return refused
        if not ballots or len(set(ballots)) < len(ballots) or not set(ballots) <= set(self.ballots):
            return MoveRefused(MoveRefusalReason.UNKNOWN)
        if wrong := tuple(n for n in ballots if self.find_phase(n) not in states):
            return MoveRefused(MoveRefusalReason.STATE, wrong)
        return self._build_move(kind, tuple(sorted(ballots)), value, tap)

    def _find_refusal(self, tap: WorkshopRequest) -> MoveRefused | None:
        """Why nothing can be done at all."""
        if self.locked:
            return MoveRefused(MoveRefusalReason.LOCKED)
        return MoveRefused(MoveRefusalReason.MEANWHILE) if tap.seen_moves != self.number else None

    def _build_move(
        self, kind: MoveKind, ballots: tuple[int, ...], value: str, tap: WorkshopRequest
    ) -> Move:
        return Move(
            self.number + 1, kind, ballots, value, tap.at, tap.source, tap.key, tap.respondent_id
        )

    def _has_rounds_left(self, ballot: int) -> bool:
        return self.states[ballot].round < self.workshop.rounds

    def _find_tables(self, ballot: int) -> frozenset[int]:
        return self.workshop.find_tables(self.ballots[ballot].category)

    def _list_busy_tables(self) -> frozenset[int]:
        """The tables that have a ballot open."""
        return frozenset().union(
            *(self._find_tables(b.number) for b in self.list_in_phase(BallotPhase.OPEN))
        )

    def _choose_parallel(self, waiting: Sequence[Ballot]) -> tuple[int, ...]:
        """For each table the row of its first waiting asset; none gets two."""
        taken: frozenset[int] = frozenset()
        found: tuple[int, ...] = ()
        for ballot in waiting:
            tables = self._find_tables(ballot.number)
            if not tables & taken:
                taken |= tables
                found += find_asset_row(ballot, waiting)
        return tuple(sorted(found))


def find_asset_row(first: Ballot, among: Iterable[Ballot]) -> tuple[int, ...]:
    """The ballots of the same asset and category."""
    wanted = (first.asset, first.category)
    return tuple(b.number for b in among if (b.asset, b.category) == wanted)


def is_valid_text(words: str) -> bool:
    """Whether words can be kept: some, not too many, no telephone number among them."""
    return 0 < len(words.strip()) <= LONGEST_TEXT and PHONE_NUMBER.search(words) is None

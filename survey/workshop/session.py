"""A workshop in session: ballots are opened, voted on, closed and revealed, in rounds. Pure.

A session is what its moves leave. Methods named for what somebody does decide: they give back the
Move or Vote to keep, or say why not (``Refused``), and change nothing. ``apply`` carries a move
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
    LATE,
    Channel,
    Kind,
    Move,
    Reason,
    Refused,
    Standing,
    State,
    Tap,
    Vote,
)

#: A timer longer than this is a mistake.
LONGEST = 3600
#: Of a note or a reason in somebody's own words, in letters.
WORDS = 300
#: As long as a telephone number, or written like one: 0812-3456-7890. Spans of years are not.
NUMBER = re.compile(r"\d{8,}|(?<!\d)(?:\+?62|0)(?:[ .()-]*\d){8,}")


class Extent(StrEnum):
    """How much is opened at once."""

    ONE = "one"
    ROW = "row"
    TABLES = "tables"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What could be opened next: one ballot, an asset's row, or a row for each free table."""

    extent: Extent
    ballots: tuple[int, ...]


class Session:
    """A workshop as its moves leave it."""

    def __init__(
        self, workshop: Workshop, ballots: Iterable[Ballot], moves: Iterable[Move] = ()
    ) -> None:
        self.workshop = workshop
        self.ballots = {ballot.number: ballot for ballot in ballots}
        self.standings = dict.fromkeys(self.ballots, Standing())
        self.moves: list[Move] = []
        #: Moves that were not taken back, each with how things stood before it.
        self._done: list[tuple[Move, dict[int, Standing]]] = []
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
        return bool(self._done) and self._done[-1][0].kind is Kind.LOCKED

    @property
    def last(self) -> Move | None:
        """The move that ``undo`` would take back."""
        return self._done[-1][0] if self._done and not self.locked else None

    def since(self, seen: int) -> list[Move]:
        """What was done after the first ``seen`` moves."""
        return self.moves[seen:]

    def state_of(self, ballot: int) -> State:
        """Where a ballot is."""
        return self.standings[ballot].state

    def round_of(self, ballot: int, opening: int) -> int:
        """Which round of a ballot a move opened, from 1; 0 if that round no longer counts."""
        openings = self.standings[ballot].openings
        return openings.index(opening) + 1 if opening in openings else 0

    def in_state(self, *states: State) -> list[Ballot]:
        """The ballots in one of these states, in their order."""
        return [b for b in self.ballots.values() if self.state_of(b.number) in states]

    @property
    def last_reveal(self) -> Move | None:
        """The last reveal that was not taken back."""
        moves = (move for move, _ in reversed(self._done) if move.kind is Kind.REVEALED)
        return next(moves, None)

    def latest(self) -> list[Ballot]:
        """The ballots revealed last, while they still are."""
        numbers = self.last_reveal.ballots if self.last_reveal else ()
        return [self.ballots[n] for n in numbers if self.state_of(n) is State.REVEALED]

    def open_for(self, table: int | None) -> list[Ballot]:
        """What somebody at a table can vote on now."""
        open_now = self.in_state(State.OPEN)
        return [b for b in open_now if self.workshop.may_judge(table, b.category)]

    def next_ballots(self) -> list[Proposal]:
        """What could be opened next, the smallest first; nothing while every table is busy."""
        busy = self._busy()
        waiting = [
            ballot
            for ballot in self.in_state(State.WAITING)
            if (tables := self._tables(ballot.number)) and not tables & busy
        ]
        if self.locked or not waiting:
            return []
        row = row_of(waiting[0], waiting)
        found = {row[:1]: Extent.ONE}
        found.setdefault(row, Extent.ROW)
        found.setdefault(self._parallel(waiting), Extent.TABLES)
        return [Proposal(extent, ballots) for ballots, extent in found.items()]

    # What a facilitator can do

    def open(self, ballots: Sequence[int], seconds: int, tap: Tap) -> Move | Refused:
        """Begin the first round of ballots; ``seconds`` is the timer, 0 for none."""
        return self._start(Kind.OPENED, ballots, seconds, tap, (State.WAITING, State.SKIPPED))

    def again(self, ballots: Sequence[int], seconds: int, tap: Tap) -> Move | Refused:
        """Begin another round of revealed ballots, if the number fixed beforehand allows it."""
        decided = self._start(Kind.AGAIN, ballots, seconds, tap, (State.REVEALED,))
        used = [n for n in ballots if n in self.standings and not self._rounds_left(n)]
        if isinstance(decided, Move) and used:
            return Refused(Reason.ROUNDS, tuple(used))
        return decided

    def reopen(self, ballots: Sequence[int], seconds: int, tap: Tap) -> Move | Refused:
        """Go on with a round that was closed and not yet revealed; its votes stand."""
        return self._start(Kind.REOPENED, ballots, seconds, tap, (State.CLOSED,))

    def close(self, ballots: Sequence[int], tap: Tap) -> Move | Refused:
        """End the voting; results stay hidden."""
        return self._decide(Kind.CLOSED, ballots, "", tap, (State.OPEN,))

    def reveal(self, ballots: Sequence[int], tap: Tap) -> Move | Refused:
        """Show the results, once no vote can arrive any more."""
        decided = self._decide(Kind.REVEALED, ballots, "", tap, (State.CLOSED,))
        closings = (self.standings[n].closing for n in ballots if n in self.standings)
        until = max((closing.at + LATE for closing in closings if closing), default=tap.at)
        if isinstance(decided, Move) and tap.at < until:
            return Refused(Reason.WAIT, decided.ballots, until)
        return decided

    def note(self, ballots: Sequence[int], words: str, tap: Tap) -> Move | Refused:
        """Write down what was said about ballots."""
        if not fit(words):
            return Refused(Reason.WORDS)
        return self._decide(Kind.NOTED, ballots, " ".join(words.split()), tap, tuple(State))

    def skip(self, ballots: Sequence[int], tap: Tap) -> Move | Refused:
        """Go on without these; a round under way is dropped, an earlier one's result stands."""
        states = (State.WAITING, State.OPEN, State.CLOSED)
        return self._decide(Kind.SKIPPED, ballots, "", tap, states)

    def lock(self, tap: Tap) -> Move | Refused:
        """End the session for good: what was revealed is final, and cannot be taken back."""
        unsettled = self.in_state(State.OPEN, State.CLOSED)
        if refused := self._refusal(tap):
            return refused
        if unsettled:
            return Refused(Reason.UNSETTLED, tuple(b.number for b in unsettled))
        return self._move(Kind.LOCKED, (), "", tap)

    def undo(self, tap: Tap) -> Move | Refused:
        """Take back the last move that was not taken back."""
        if refused := self._refusal(tap):
            return refused
        if self.last is None:
            return Refused(Reason.NOTHING)
        return self._move(Kind.UNDONE, self.last.ballots, str(self.last.number), tap)

    # What a participant can do

    def vote(
        self,
        ballot: int,
        opening: int,
        value: str,
        tap: Tap,
        *,
        table: int | None,
        channel: Channel,
        reason: str = "",
    ) -> Vote | Refused:
        """Vote in the round that the move ``opening`` opened, or change the vote.

        ``reason`` is one of ``Why`` or own words; it may be given afterwards (``explain``), and is
        dropped where none is wanted (``Ballot.wants_reason``).
        """
        voted = self.ballots.get(ballot)
        if voted is None:
            return Refused(Reason.UNKNOWN)
        standing = self.standings[ballot]
        if not self.workshop.may_judge(table, voted.category):
            return Refused(Reason.TABLE, (ballot,))
        if standing.opening != opening:
            return Refused(Reason.STALE, (ballot,))
        if not standing.takes(tap):
            return Refused(Reason.CLOSED, (ballot,))
        if value not in self.workshop.scale.answers:
            return Refused(Reason.VALUE, (ballot,))
        if reason and not fit(reason):
            return Refused(Reason.WORDS, (ballot,))
        said = " ".join(reason.split()) if voted.wants_reason(value) else ""
        return Vote(ballot, opening, tap.who, value, said, tap.at, channel, self.number)

    def explain(self, vote: Vote, reason: str, tap: Tap) -> Vote | Refused:
        """Give the reason for one's last vote: that vote again, with the reason.

        Also after the close, as people are asked after they voted; until the next round or the
        lock. It changes no count.
        """
        wanted = self.ballots[vote.ballot].wants_reason(vote.value)
        stands = self.standings[vote.ballot].opening == vote.opening
        if self.locked or not wanted or not stands or vote.respondent != tap.who:
            return Refused(Reason.STALE, (vote.ballot,))
        if not fit(reason):
            return Refused(Reason.WORDS, (vote.ballot,))
        return replace(vote, reason=" ".join(reason.split()), at=tap.at, moves=self.number)

    # Carrying out

    def apply(self, move: Move) -> None:
        """Carry out a move that was decided before. Raises ValueError for one out of order."""
        if move.number != self.number + 1:
            raise ValueError(f"move {move.number} cannot follow move {self.number}")
        if move.kind is Kind.UNDONE:
            if self.last is None:
                raise ValueError(f"move {move.number} takes back nothing")
            self.standings.update(self._done.pop()[1])
        else:
            before = {number: self.standings[number] for number in move.ballots}
            self._done.append((move, before))
            self.standings.update({n: standing.after(move) for n, standing in before.items()})
        self.moves.append(move)

    # Inside

    def _start(
        self,
        kind: Kind,
        ballots: Sequence[int],
        seconds: int,
        tap: Tap,
        states: Collection[State],
    ) -> Move | Refused:
        """Let people vote, if their tables have nothing else open."""
        if not 0 <= seconds <= LONGEST:
            return Refused(Reason.TIMER)
        decided = self._decide(kind, ballots, str(seconds or ""), tap, states)
        if isinstance(decided, Refused):
            return decided
        if nobody := tuple(n for n in ballots if not self._tables(n)):
            return Refused(Reason.NOBODY, nobody)
        wanted = frozenset().union(*map(self._tables, ballots))
        open_now = (ballot.number for ballot in self.in_state(State.OPEN))
        if busy := tuple(n for n in open_now if self._tables(n) & wanted):
            return Refused(Reason.BUSY, busy)
        return decided

    def _decide(
        self,
        kind: Kind,
        ballots: Sequence[int],
        value: str,
        tap: Tap,
        states: Collection[State],
    ) -> Move | Refused:
        """A move about ballots that are all in one of ``states``."""
        if refused := self._refusal(tap):
            return refused
        if not ballots or len(set(ballots)) < len(ballots) or not set(ballots) <= set(self.ballots):
            return Refused(Reason.UNKNOWN)
        if wrong := tuple(n for n in ballots if self.state_of(n) not in states):
            return Refused(Reason.STATE, wrong)
        return self._move(kind, tuple(sorted(ballots)), value, tap)

    def _refusal(self, tap: Tap) -> Refused | None:
        """Why nothing can be done at all."""
        if self.locked:
            return Refused(Reason.LOCKED)
        return Refused(Reason.MEANWHILE) if tap.seen != self.number else None

    def _move(self, kind: Kind, ballots: tuple[int, ...], value: str, tap: Tap) -> Move:
        return Move(self.number + 1, kind, ballots, value, tap.at, tap.source, tap.key, tap.who)

    def _rounds_left(self, ballot: int) -> bool:
        return self.standings[ballot].round < self.workshop.rounds

    def _tables(self, ballot: int) -> frozenset[int]:
        return self.workshop.tables_for(self.ballots[ballot].category)

    def _busy(self) -> frozenset[int]:
        """The tables that have a ballot open."""
        return frozenset().union(*(self._tables(b.number) for b in self.in_state(State.OPEN)))

    def _parallel(self, waiting: Sequence[Ballot]) -> tuple[int, ...]:
        """For each table the row of its first waiting asset; none gets two."""
        taken: frozenset[int] = frozenset()
        found: tuple[int, ...] = ()
        for ballot in waiting:
            tables = self._tables(ballot.number)
            if not tables & taken:
                taken |= tables
                found += row_of(ballot, waiting)
        return tuple(sorted(found))


def row_of(first: Ballot, among: Iterable[Ballot]) -> tuple[int, ...]:
    """The ballots of the same asset and category."""
    wanted = (first.asset, first.category)
    return tuple(b.number for b in among if (b.asset, b.category) == wanted)


def fit(words: str) -> bool:
    """Whether words can be kept: some, not too many, no telephone number among them."""
    return 0 < len(words.strip()) <= WORDS and NUMBER.search(words) is None

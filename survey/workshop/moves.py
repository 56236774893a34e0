"""What is kept of a workshop in session, and what a move does to a ballot. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

#: How long after the close a vote that was tapped before it may still arrive.
LATE_VOTE_LIMIT = timedelta(seconds=2)
#: The ``source`` of what comes by the web page; bots have their Telegram id.
WEB_SOURCE = 0


class MoveKind(StrEnum):
    """What a move records."""

    OPENED = "opened"
    CLOSED = "closed"
    REVEALED = "revealed"
    AGAIN = "again"
    REOPENED = "reopened"
    NOTED = "noted"
    SKIPPED = "skipped"
    LOCKED = "locked"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class WorkshopRequest:
    """Somebody's tap: who, when it arrived, and as which update (``key``) of which ``source``.

    ``seen_moves`` is how many moves the screen knew of that a facilitator tapped; votes do not need
    it.
    """

    respondent_id: int
    at: datetime
    source: int
    key: int
    seen_moves: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """What a facilitator did: the ``number``-th thing in the session.

    ``value`` is the timer in seconds or ``''`` (opened, again, reopened), what was written
    (noted), or the number of the move taken back (undone). ``by`` is None once they withdrew.
    """

    number: int
    kind: MoveKind
    ballots: tuple[int, ...]
    value: str
    at: datetime
    source: int
    key: int
    by: int | None


class VoteChannel(StrEnum):
    """By which way somebody votes."""

    TELEGRAM = "telegram"
    WEB = "web"
    GROUP = "group"


class ChangeReason(StrEnum):
    """Reasons to change a baseline that are offered; anything else is own words."""

    NEW_DATA = "new_data"
    CHANGED = "changed"
    NEVER_RIGHT = "never_right"


@dataclass(frozen=True, slots=True)
class Vote:
    """What somebody said of a ballot in the round that the move ``opening`` opened.

    ``move_count`` is how many moves the session had when it was decided.
    """

    ballot: int
    opening: int
    respondent: int
    value: str
    reason: str
    at: datetime
    channel: VoteChannel
    move_count: int


class MoveRefusalReason(StrEnum):
    """Why something could not be done."""

    #: Somebody did something since the screen was drawn: see ``Session.list_moves_since``.
    MEANWHILE = "meanwhile"
    LOCKED = "locked"
    #: No such ballot, or none at all.
    UNKNOWN = "unknown"
    #: The ballots are not in a state for it.
    STATE = "state"
    #: A table that judges it has another ballot open.
    BUSY = "busy"
    #: No table judges it.
    NOBODY = "nobody"
    #: The rounds fixed beforehand are used up.
    ROUNDS = "rounds"
    #: Votes may still arrive; reveal after ``until``.
    WAIT = "wait"
    #: Ballots are open, or closed and not revealed.
    UNSETTLED = "unsettled"
    TIMER = "timer"
    #: No words, too many, or a telephone number among them.
    WORDS = "words"
    #: There is no move to take back.
    NOTHING = "nothing"
    #: The ballot is another table's.
    TABLE = "table"
    #: The card is of another round.
    STALE = "stale"
    #: The round is not open, or no longer.
    CLOSED = "closed"
    #: Not an answer of the scale.
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class MoveRefused:
    """Not done, and why; ``ballots`` are those that stand in the way."""

    reason: MoveRefusalReason
    ballots: tuple[int, ...] = ()
    until: datetime | None = None


class BallotPhase(StrEnum):
    """Where a ballot is."""

    WAITING = "waiting"
    OPEN = "open"
    CLOSED = "closed"
    REVEALED = "revealed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class BallotState:
    """How things stand with one ballot.

    ``openings`` are the numbers of the moves that opened its rounds. A round is known by that
    number, so that one that was taken back and opened anew is another one.
    """

    phase: BallotPhase = BallotPhase.WAITING
    openings: tuple[int, ...] = ()
    opened_at: datetime | None = None
    timer_seconds: int = 0
    closing_move: Move | None = None
    notes: tuple[str, ...] = ()

    @property
    def round(self) -> int:
        """The round it is in or was in last, from 1; 0 before the first."""
        return len(self.openings)

    @property
    def opening(self) -> int:
        """Which move opened that round; 0 before the first."""
        return self.openings[-1] if self.openings else 0

    @property
    def revealed_openings(self) -> tuple[int, ...]:
        """The openings of the rounds whose results may be seen."""
        return self.openings if self.phase is BallotPhase.REVEALED else self.openings[:-1]

    def compute_time_left(self, at: datetime) -> timedelta | None:
        """The time left on the timer, never below zero; None without a running timer."""
        if self.phase is not BallotPhase.OPEN or not self.timer_seconds or self.opened_at is None:
            return None
        return max(self.opened_at + timedelta(seconds=self.timer_seconds) - at, timedelta())

    def accepts_vote(self, tap: WorkshopRequest) -> bool:
        """Whether a vote arrives in time.

        After the close only one that was tapped before it: a tap carries no time, but of the same
        bot a smaller update number, and it must be less than ``LATE_VOTE_LIMIT`` behind. Of the web
        page what had arrived before the close did counts, even if it is looked at afterwards.
        """
        if self.phase is BallotPhase.CLOSED and self.closing_move is not None:
            if tap.source == WEB_SOURCE:
                return tap.at < self.closing_move.at
            before = tap.source == self.closing_move.source and tap.key < self.closing_move.key
            return before and tap.at - self.closing_move.at < LATE_VOTE_LIMIT
        return self.phase is BallotPhase.OPEN

    def apply_move(self, move: Move) -> BallotState:
        """How things stand when a move has been carried out."""
        match move.kind:
            case MoveKind.OPENED | MoveKind.AGAIN:
                return self._start_round(move, (*self.openings, move.number))
            case MoveKind.REOPENED:
                return self._start_round(move, self.openings)
            case MoveKind.CLOSED:
                return replace(self, phase=BallotPhase.CLOSED, closing_move=move)
            case MoveKind.REVEALED:
                return replace(self, phase=BallotPhase.REVEALED)
            case MoveKind.NOTED:
                return replace(self, notes=(*self.notes, move.value))
            case MoveKind.SKIPPED:
                # A round under way is dropped; what an earlier one gave stands.
                earlier = self.openings[:-1]
                state = BallotPhase.REVEALED if earlier else BallotPhase.SKIPPED
                return replace(self, phase=state, openings=earlier, closing_move=None)
            case _:
                return self

    def _start_round(self, move: Move, openings: tuple[int, ...]) -> BallotState:
        return replace(
            self,
            phase=BallotPhase.OPEN,
            openings=openings,
            opened_at=move.at,
            timer_seconds=int(move.value or 0),
            closing_move=None,
        )

"""What is kept of a workshop in session, and what a move does to a ballot. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

#: How long after the close a vote that was tapped before it may still arrive.
LATE = timedelta(seconds=2)
#: The ``source`` of what comes by the web page; bots have their Telegram id.
WEB = 0


class Kind(StrEnum):
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
class Tap:
    """Somebody's tap: who, when it arrived, and as which update (``key``) of which ``source``.

    ``seen`` is how many moves the screen knew of that a facilitator tapped; votes do not need it.
    """

    who: int
    at: datetime
    source: int
    key: int
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """What a facilitator did: the ``number``-th thing in the session.

    ``value`` is the timer in seconds or ``''`` (opened, again, reopened), what was written
    (noted), or the number of the move taken back (undone). ``by`` is None once they withdrew.
    """

    number: int
    kind: Kind
    ballots: tuple[int, ...]
    value: str
    at: datetime
    source: int
    key: int
    by: int | None


class Channel(StrEnum):
    """By which way somebody votes."""

    TELEGRAM = "telegram"
    WEB = "web"
    GROUP = "group"


class Why(StrEnum):
    """Reasons to change a baseline that are offered; anything else is own words."""

    NEW_DATA = "new_data"
    CHANGED = "changed"
    NEVER_RIGHT = "never_right"


@dataclass(frozen=True, slots=True)
class Vote:
    """What somebody said of a ballot in the round that the move ``opening`` opened.

    ``moves`` is how many moves the session had when it was decided.
    """

    ballot: int
    opening: int
    respondent: int
    value: str
    reason: str
    at: datetime
    channel: Channel
    moves: int


class Reason(StrEnum):
    """Why something could not be done."""

    #: Somebody did something since the screen was drawn: see ``Session.since``.
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
class Refused:
    """Not done, and why; ``ballots`` are those that stand in the way."""

    reason: Reason
    ballots: tuple[int, ...] = ()
    until: datetime | None = None


class State(StrEnum):
    """Where a ballot is."""

    WAITING = "waiting"
    OPEN = "open"
    CLOSED = "closed"
    REVEALED = "revealed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand with one ballot.

    ``openings`` are the numbers of the moves that opened its rounds. A round is known by that
    number, so that one that was taken back and opened anew is another one.
    """

    state: State = State.WAITING
    openings: tuple[int, ...] = ()
    since: datetime | None = None
    seconds: int = 0
    closing: Move | None = None
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
    def revealed(self) -> tuple[int, ...]:
        """The openings of the rounds whose results may be seen."""
        return self.openings if self.state is State.REVEALED else self.openings[:-1]

    def left(self, at: datetime) -> timedelta | None:
        """The time left on the timer, never below zero; None without a running timer."""
        if self.state is not State.OPEN or not self.seconds or self.since is None:
            return None
        return max(self.since + timedelta(seconds=self.seconds) - at, timedelta())

    def takes(self, tap: Tap) -> bool:
        """Whether a vote arrives in time.

        After the close only one that was tapped before it: a tap carries no time, but of the same
        bot a smaller update number, and it must not be more than ``LATE`` behind. Of the web page
        what had arrived before the close did counts, even if it is looked at afterwards.
        """
        if self.state is State.CLOSED and self.closing is not None:
            if tap.source == WEB:
                return tap.at < self.closing.at
            before = tap.source == self.closing.source and tap.key < self.closing.key
            return before and tap.at - self.closing.at < LATE
        return self.state is State.OPEN

    def after(self, move: Move) -> Standing:
        """How things stand when a move has been carried out."""
        match move.kind:
            case Kind.OPENED | Kind.AGAIN:
                return self._running(move, (*self.openings, move.number))
            case Kind.REOPENED:
                return self._running(move, self.openings)
            case Kind.CLOSED:
                return replace(self, state=State.CLOSED, closing=move)
            case Kind.REVEALED:
                return replace(self, state=State.REVEALED)
            case Kind.NOTED:
                return replace(self, notes=(*self.notes, move.value))
            case Kind.SKIPPED:
                # A round under way is dropped; what an earlier one gave stands.
                earlier = self.openings[:-1]
                state = State.REVEALED if earlier else State.SKIPPED
                return replace(self, state=state, openings=earlier, closing=None)
            case _:
                return self

    def _running(self, move: Move, openings: tuple[int, ...]) -> Standing:
        return replace(
            self,
            state=State.OPEN,
            openings=openings,
            since=move.at,
            seconds=int(move.value or 0),
            closing=None,
        )

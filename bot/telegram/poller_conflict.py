"""Which of two programs that poll with one token goes on: the newer, once the older has gone.

Telegram's server (Client.cpp, do_get_updates and abort_long_poll, of github.com/tdlib/
telegram-bot-api) ends the request that is under way when another one comes, with status 409, and
serves the newer. It knows no programs: when the older asks again, it is the newer's turn to be
ended. So both are refused, one after the other, for as long as both go on asking, and each gets
some of the updates. A refusal soon after another is held back for three seconds.
"""

from __future__ import annotations

from enum import Enum, auto

#: Seconds that whoever was just started waits for the other to go. Whoever has polled for longer
#: when it is first refused is the older one.
NEWCOMER_SECONDS = 60.0
#: Seconds between the questions of a newcomer, growing up to the last.
NEWCOMER_PAUSES = (1.0, 2.0, 5.0)
#: Seconds after which the older asks once more. A single request, by hand for instance, is over
#: then; only a program that goes on polling refuses it a second time.
OLDER_PAUSE = 5.0


class ConflictVerdict(Enum):
    """What a program does that was refused."""

    #: It asks again after a pause; the first time the operator is told.
    FIRST_WAIT = auto()
    WAIT = auto()
    #: It is the older one and ends.
    GIVE_WAY = auto()
    #: It is the newer one, and the older does not go.
    GIVE_UP = auto()


class PollerConflict:
    """The refusals of late. Moments are in seconds of one clock that the caller keeps to."""

    def __init__(self) -> None:
        self._begun_at = 0.0
        #: When each refusal of the present conflict came.
        self._refused_at: list[float] = []

    def begin(self, now: float) -> None:
        """The first request goes out now."""
        self._begun_at = now

    def judge(self, now: float) -> tuple[ConflictVerdict, float]:
        """What to do about a refusal that came now, and after how many seconds."""
        if self._refused_at and now - self._refused_at[-1] > NEWCOMER_SECONDS:
            self._refused_at = []  # That one is over.
        self._refused_at.append(now)
        first, count = self._refused_at[0], len(self._refused_at)
        verdict = ConflictVerdict.FIRST_WAIT if count == 1 else ConflictVerdict.WAIT
        if first - self._begun_at > NEWCOMER_SECONDS:
            return (ConflictVerdict.GIVE_WAY if count > 1 else verdict), OLDER_PAUSE
        if now - first >= NEWCOMER_SECONDS:
            return ConflictVerdict.GIVE_UP, 0.0
        return verdict, NEWCOMER_PAUSES[min(count, len(NEWCOMER_PAUSES)) - 1]

"""Who tries codes: after so many wrong ones somebody has to wait. In memory, and bounded."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from ipaddress import IPv6Address, ip_address
from math import inf

#: So many wrong codes of one person within so many seconds are too many. What the card says of it
#: ("please wait ten minutes") is this.
MOST_WRONG_CODES = 10
ATTEMPT_WINDOW = 600.0
#: So many who tried are remembered; whoever was quiet longest is forgotten first.
MOST_REMEMBERED = 10_000
#: Seconds between two lines of the log about guessing.
LOG_INTERVAL = 60.0


class AttemptLimiter:
    """The wrong attempts of late, by who made them; nothing of it is written down.

    Only wrong ones cost, so that a whole room may come in from behind one address. Once they are
    used up right ones are refused as well, else guessing would go on.

    ``most`` may be wrong at once. Each is forgiven ``seconds`` after it was made; or, where they
    are forgiven ``one_by_one``, ``seconds`` after the one before it, which is a token bucket of
    ``most`` that gains one every ``seconds``. With a ``share``, all together may be wrong so many
    times as often as one; beyond that, whoever was wrong within ``ATTEMPT_WINDOW`` has to wait, and
    whoever was not is let try. So somebody with many addresses has one guess from each, and nobody
    keeps others out.

    Whoever attempts is a Telegram id or an address. ``at`` is in seconds of one clock that the
    caller keeps to; left out, it is that of the machine since its start.
    """

    def __init__(
        self,
        most: int = MOST_WRONG_CODES,
        seconds: float = ATTEMPT_WINDOW,
        *,
        one_by_one: bool = False,
        share: int = 0,
    ) -> None:
        self._seconds, self._one_by_one = seconds, one_by_one
        self._share = share
        self._most, self._most_of_all = most, most * share
        #: When each wrong attempt is forgiven, the earliest first.
        self._wrong: OrderedDict[int | str, deque[float]] = OrderedDict()
        #: When each was wrong last, kept as long as what they did.
        self._last_wrong: dict[int | str, float] = {}
        # With no share this has room for nothing, so that nothing is counted for all together.
        self._all: deque[float] = deque(maxlen=self._most_of_all)
        # The monotonic clock may begin at 0: without the minus a machine that was just started
        # would not log the first.
        self._logged_at = -LOG_INTERVAL

    def allows_attempt(self, who: int | str, at: float | None = None) -> bool:
        """Whether somebody may try; if not they have to wait, even with the right code."""
        at = time.monotonic() if at is None else at
        # Asking remembers nobody: only wrong attempts take up room, so that askers cannot push out
        # those who guess.
        key = normalize_attempter(who)
        own = self._wrong.get(key, deque())
        if count_unforgiven(own, at) >= self._most:
            return False
        if not self._most_of_all or count_unforgiven(self._all, at) < self._most_of_all:
            return True
        return at - self._last_wrong.get(key, -inf) >= ATTEMPT_WINDOW

    def count_wrong_attempt(self, who: int | str, at: float | None = None) -> bool:
        """Count a wrong attempt; whether somebody has to wait after it."""
        at, key = time.monotonic() if at is None else at, normalize_attempter(who)
        own = self._wrong.setdefault(key, deque(maxlen=self._most))
        self._wrong.move_to_end(key)
        self._last_wrong[key] = at
        if len(self._wrong) > MOST_REMEMBERED:
            forgotten, _ = self._wrong.popitem(last=False)
            del self._last_wrong[forgotten]
        self._add_wrong(own, at, self._seconds)
        # In a bucket each attempt is forgiven only after the one before it, so the common bucket,
        # which is larger, has to drain as many times as fast. Where each is forgiven for itself,
        # the larger number is enough.
        quicker = self._share if self._share and self._one_by_one else 1
        self._add_wrong(self._all, at, self._seconds / quicker)
        return not self.allows_attempt(who, at)

    def is_worth_logging(self) -> bool:
        """Whether the log should have a line of it: once a minute is enough."""
        now = time.monotonic()
        due = now - self._logged_at >= LOG_INTERVAL
        self._logged_at = now if due else self._logged_at
        return due

    def _add_wrong(self, wrong: deque[float], at: float, seconds: float) -> None:
        count_unforgiven(wrong, at)
        before = wrong[-1] if wrong and self._one_by_one else at
        wrong.append(before + seconds)


def count_unforgiven(wrong: deque[float], at: float) -> int:
    """How many wrong attempts still count; those that are forgiven are taken out."""
    while wrong and at >= wrong[0]:
        wrong.popleft()
    return len(wrong)


def normalize_attempter(who: int | str) -> int | str:
    """Who an address is; of IPv6 the half that a household or a phone is given as a whole."""
    try:
        address = ip_address(who) if isinstance(who, str) else None
    except ValueError:
        return who
    # Whoever is given a /64 could come from another of its 2**64 addresses for every attempt.
    return f"{int(address) >> 64:x}::/64" if isinstance(address, IPv6Address) else who

"""Who tries codes: after so many wrong ones somebody has to wait. In memory, and bounded."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta

import structlog

log = structlog.get_logger()
#: So many wrong codes of one person within so long are too many.
MOST = 10
WITHIN = timedelta(minutes=10)
#: So many people are remembered; whoever tried longest ago is forgotten first.
PEOPLE = 10_000


class Guesses:
    """The wrong codes of late, by person."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[int, deque[datetime]] = OrderedDict()

    def too_many(self, person: int, at: datetime) -> bool:
        """Whether somebody has to wait, even with the right code."""
        wrong = self._wrong.get(person, deque())
        while wrong and at - wrong[0] >= WITHIN:
            wrong.popleft()
        return len(wrong) >= MOST

    def count(self, person: int, at: datetime) -> None:
        """One more wrong code."""
        self._wrong.setdefault(person, deque(maxlen=MOST)).append(at)
        self._wrong.move_to_end(person)
        if len(self._wrong) > PEOPLE:
            self._wrong.popitem(last=False)
        if self.too_many(person, at):
            log.warning("somebody tries codes", wrong=MOST, minutes=WITHIN.seconds // 60)

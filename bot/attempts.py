"""Who tries codes: after so many wrong ones somebody has to wait. In memory, and bounded."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta

import structlog

log = structlog.get_logger()
#: So many wrong codes of one person within so long are too many.
MOST_WRONG_CODES = 10
ATTEMPT_WINDOW = timedelta(minutes=10)
#: So many people are remembered; whoever tried longest ago is forgotten first.
MOST_PEOPLE = 10_000


class AttemptLimiter:
    """The wrong codes of late, by person."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[int, deque[datetime]] = OrderedDict()

    def has_too_many(self, person: int, at: datetime) -> bool:
        """Whether somebody has to wait, even with the right code."""
        wrong = self._wrong.get(person, deque())
        while wrong and at - wrong[0] >= ATTEMPT_WINDOW:
            wrong.popleft()
        return len(wrong) >= MOST_WRONG_CODES

    def count_wrong_code(self, person: int, at: datetime) -> None:
        """One more wrong code."""
        self._wrong.setdefault(person, deque(maxlen=MOST_WRONG_CODES)).append(at)
        self._wrong.move_to_end(person)
        if len(self._wrong) > MOST_PEOPLE:
            self._wrong.popitem(last=False)
        if self.has_too_many(person, at):
            log.warning(
                "somebody tries codes", wrong=MOST_WRONG_CODES, minutes=ATTEMPT_WINDOW.seconds // 60
            )

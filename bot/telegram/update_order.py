"""In which order updates are handled: one person's one after the other, people side by side."""

from __future__ import annotations

import asyncio
from bisect import insort
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count


@dataclass(eq=False, slots=True)
class UpdateTurn:
    """An update that waits or is handled.

    ``place`` is its number and, of two with one number, which came first: no two are the same.
    """

    place: tuple[int, int]
    sender: int
    divides: bool
    due: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def begun(self) -> bool:
        """Whether it is being handled."""
        return self.due.is_set()


class UpdateOrder:
    """The updates under way, each with its turn.

    Of one person the one with the smallest number among those that are here is handled first, and
    never two at a time. What divides is handled alone: after all before it that are here, and
    before all after it. Whoever is not here yet cannot be waited for: polling brings updates in
    their order, and so does a webhook within a person's messages, and within their taps.
    """

    def __init__(self) -> None:
        self._arrivals = count()
        #: Of each person those that wait and the one at work, the smallest number first.
        self._lines: dict[int, list[UpdateTurn]] = {}
        self._barriers: list[UpdateTurn] = []
        self._begun = 0

    def __len__(self) -> int:
        """How many updates wait or are handled."""
        return sum(map(len, self._lines.values()))

    @asynccontextmanager
    async def take_turn(self, number: int, sender: int, *, divides: bool) -> AsyncIterator[None]:
        """Wait for the turn of an update; its turn ends with the block."""
        turn = UpdateTurn((number, next(self._arrivals)), sender, divides)
        self._join(turn)
        try:
            self._begin(turn)
            await turn.due.wait()
            yield
        finally:
            self._leave(turn)

    def _join(self, turn: UpdateTurn) -> None:
        insort(self._lines.setdefault(turn.sender, []), turn, key=lambda one: one.place)
        if turn.divides:
            insort(self._barriers, turn, key=lambda one: one.place)

    def _leave(self, turn: UpdateTurn) -> None:
        line = self._lines[turn.sender]
        line.remove(turn)
        if not line:
            del self._lines[turn.sender]
        self._begun -= turn.begun
        held_others = bool(self._barriers)
        if turn.divides:
            self._barriers.remove(turn)
        for waiting in [*self._lines.values()] if held_others else [line]:
            if waiting:
                self._begin(waiting[0])

    def _begin(self, turn: UpdateTurn) -> None:
        if self._is_due(turn):
            self._begun += 1
            turn.due.set()

    def _is_due(self, turn: UpdateTurn) -> bool:
        line = self._lines[turn.sender]
        if line[0] is not turn or any(one.begun for one in line):
            return False
        if turn.divides:
            firsts = (one[0].place for one in self._lines.values())
            return self._begun == 0 and min(firsts) == turn.place
        return all(one.place > turn.place and not one.begun for one in self._barriers)

"""When the simulated people come: residents of an earlier wave, participants, then residents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.demo.sandbox_process import FIRST_OF_THE_CROWD

#: The wave whose questionnaire was asked before, and the id of that earlier wave.
AGAIN, EARLIER = "persepsi", "persepsi-awal"
#: The parts of the crowd who were there then, and who were invited. The groups of habits.toml.
EARLY, INVITED = 0.24, 0.06
THEN, PARTICIPANTS, RESIDENTS = "awal", "peserta", "warga"
#: How long ago the earlier wave opened and closed, and the present waves opened.
OPENED, CLOSED, REOPENED = timedelta(weeks=9), timedelta(weeks=6), timedelta(weeks=3)
#: How long ago people came, then and now. Participants take long: together they do not keep others.
BEFORE = tuple(timedelta(days=days) for days in (57, 51))
AT_FIRST = (timedelta(days=17),)
LATELY = tuple(timedelta(days=days) for days in (14, 9, 4, 0))
#: So many people on a day at least.
A_DAY = 40


@dataclass(frozen=True, slots=True)
class Day:
    """People of a group who come at a moment; ``skip`` of the same group came before."""

    at: datetime
    group: str
    first: int
    skip: int
    people: int


def days(people: int, now: datetime) -> Iterator[Day]:
    """Every day on which some of the people come, the last of them now."""
    early, invited = round(people * EARLY), round(people * INVITED)
    first = FIRST_OF_THE_CROWD
    yield from spread(early, now, BEFORE, THEN, first)
    yield from spread(invited, now, AT_FIRST, PARTICIPANTS, first + early)
    rest = people - early - invited
    yield from spread(rest, now, LATELY, RESIDENTS, first + early + invited)


def spread(
    people: int, now: datetime, ago: tuple[timedelta, ...], group: str, first: int
) -> Iterator[Day]:
    """The same number of people a day, on the last of the days where they are few."""
    several = ago[-max(people // A_DAY, 1) :]
    ends = [people * n // len(several) for n in range(len(several) + 1)]
    for since, skip, end in zip(several, ends, ends[1:], strict=False):
        if end > skip:
            yield Day(now - since, group, first, skip, end - skip)


def earlier(waves: list[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """The earlier wave as config.toml would have it, for residents; none without the present."""
    times = {"opens": (now - OPENED).isoformat(), "closes": (now - CLOSED).isoformat()}
    changes = {"id": EARLIER, "audience": ["resident"], **times}
    return [wave | changes for wave in waves if wave["id"] == AGAIN]

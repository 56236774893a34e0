"""When the simulated people come: residents of an earlier wave, participants, then residents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.demo.sandbox_process import FIRST_CROWD_ID

#: The wave whose questionnaire was asked before, and the id of that earlier wave.
REPEATED_WAVE, EARLIER_WAVE = "persepsi", "persepsi-awal"
#: The parts of the crowd who were there then, and who were invited. The groups of habits.toml.
EARLIER_SHARE, INVITED_SHARE = 0.24, 0.06
EARLIER_GROUP, PARTICIPANT_GROUP, RESIDENT_GROUP = "awal", "peserta", "warga"
#: How long ago the earlier wave opened and closed, and the present waves opened.
EARLIER_OPENED_AGO, EARLIER_CLOSED_AGO, WAVES_OPENED_AGO = (
    timedelta(weeks=9),
    timedelta(weeks=6),
    timedelta(weeks=3),
)
#: How long ago people came, then and now. Participants take long: together they do not keep others.
EARLIER_DAYS_AGO = tuple(timedelta(days=days) for days in (57, 51))
PARTICIPANT_DAYS_AGO = (timedelta(days=17),)
RESIDENT_DAYS_AGO = tuple(timedelta(days=days) for days in (14, 9, 4, 0))
#: So many people on a day at least.
LEAST_PEOPLE_A_DAY = 40


@dataclass(frozen=True, slots=True)
class ArrivalDay:
    """People of a group who come at a moment; ``skip`` of the same group came before."""

    at: datetime
    group: str
    first: int
    skip: int
    people: int


def plan_arrivals(people: int, now: datetime) -> Iterator[ArrivalDay]:
    """Every day on which some of the people come, the last of them now."""
    early, invited = round(people * EARLIER_SHARE), round(people * INVITED_SHARE)
    first = FIRST_CROWD_ID
    yield from spread_over_days(early, now, EARLIER_DAYS_AGO, EARLIER_GROUP, first)
    yield from spread_over_days(
        invited, now, PARTICIPANT_DAYS_AGO, PARTICIPANT_GROUP, first + early
    )
    rest = people - early - invited
    yield from spread_over_days(
        rest, now, RESIDENT_DAYS_AGO, RESIDENT_GROUP, first + early + invited
    )


def spread_over_days(
    people: int, now: datetime, ago: tuple[timedelta, ...], group: str, first: int
) -> Iterator[ArrivalDay]:
    """Spread people evenly over the days; fewer people than days come on the last of them."""
    several = ago[-max(people // LEAST_PEOPLE_A_DAY, 1) :]
    ends = [people * n // len(several) for n in range(len(several) + 1)]
    for since, skip, end in zip(several, ends, ends[1:], strict=False):
        if end > skip:
            yield ArrivalDay(now - since, group, first, skip, end - skip)


def build_earlier_waves(waves: list[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """The earlier wave as config.toml would have it, for residents; none without the present."""
    times = {
        "opens": (now - EARLIER_OPENED_AGO).isoformat(),
        "closes": (now - EARLIER_CLOSED_AGO).isoformat(),
    }
    changes = {"id": EARLIER_WAVE, "audience": ["resident"], **times}
    return [wave | changes for wave in waves if wave["id"] == REPEATED_WAVE]

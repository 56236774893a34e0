"""When reports are due, that each arrives once, and what happens when something breaks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.order import File, Order, Report
from reports.schedule import (
    MADE_UP,
    ChatMovedError,
    Every,
    Schedule,
    named,
    periods,
)
from survey.people import Role
from survey.store import waves
from survey.store.database import Store
from survey.store.deliveries import CLAIM_LASTS, Delivery

JAKARTA = ZoneInfo("Asia/Jakarta")
AMSTERDAM = ZoneInfo("Europe/Amsterdam")  # With summer time, which Jakarta has not.
OFFICE = -4001
SINCE = datetime(2026, 11, 16, 12, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 7, tzinfo=JAKARTA)
WEEK = named(MONDAY - timedelta(days=7), MONDAY)


# When


@pytest.mark.parametrize(
    ("source", "unit", "day", "at"),
    [
        ("daily 07:00", "daily", 0, time(7)),
        ("weekly, monday 07:00", "weekly", 0, time(7)),
        ("Weekly,  SUNDAY 23:59 ", "weekly", 6, time(23, 59)),
        ("monthly, 1 0:05", "monthly", 1, time(0, 5)),
        ("monthly 28 12:30", "monthly", 28, time(12, 30)),
    ],
)
def test_a_schedule_is_read_as_it_is_said(source: str, unit: str, day: int, at: time) -> None:
    assert Every.parse(source) == Every(unit, day, at)


@pytest.mark.parametrize(
    "source",
    ["", "daily", "weekly 07:00", "weekly, 1 07:00", "weekly, senin 07:00", "monthly, 29 07:00",
     "monthly, 0 07:00", "monthly, monday 07:00", "daily, monday 07:00", "daily 24:00",
     "daily 7", "hourly 07:00", "daily 07:60", "0 7 * * 1", "daily 07:00 WIB"],
)  # fmt: skip
def test_what_is_no_schedule_is_refused_with_how_to_write_one(source: str) -> None:
    with pytest.raises(ValueError, match="weekly, monday 07:00"):
        Every.parse(source)


hours = st.times().map(lambda at: at.replace(second=0, microsecond=0))
every = st.one_of(
    st.builds(Every, st.just("daily"), st.just(0), hours),
    st.builds(Every, st.just("weekly"), st.integers(0, 6), hours),
    st.builds(Every, st.just("monthly"), st.integers(1, 28), hours),
)
moments = st.integers(0, 3 * 365 * 86_400).map(
    lambda seconds: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
zones = st.sampled_from([JAKARTA, AMSTERDAM, UTC])


@given(every=every, moment=moments, zone=zones)
def test_before_and_after_are_neighbours_with_nothing_between(
    every: Every, moment: datetime, zone: ZoneInfo
) -> None:
    before, after = every.before(moment, zone), every.after(moment, zone)
    assert before < moment < after
    assert every.falls_on(before)
    assert every.falls_on(after)
    assert (before.time(), after.time()) == (every.at, every.at)
    assert every.before(after.astimezone(UTC), zone) in (before, moment.astimezone(zone))
    assert every.after(before.astimezone(UTC), zone) in (after, moment.astimezone(zone))
    longest = {"daily": 1, "weekly": 7, "monthly": 31}[every.unit]
    assert after - before <= timedelta(days=2 * longest, hours=1)


@given(every=every, since=moments, later=st.timedeltas(timedelta(0), timedelta(days=400)))
def test_periods_follow_one_another_and_none_began_before_there_was_a_schedule(
    every: Every, since: datetime, later: timedelta
) -> None:
    found = list(periods(every, since, since + later, JAKARTA))
    assert len(found) <= MADE_UP
    for (_, end), (start, _) in pairwise(found):
        assert end == start
    for start, end in found:
        assert since < end <= since + later
        assert every.before(end, JAKARTA) == start
    if found:
        assert every.after(since + later, JAKARTA) > found[-1][1]
    else:
        assert every.after(since, JAKARTA) > since + later


def test_a_period_is_due_at_its_very_hour_and_not_a_moment_before() -> None:
    weekly = Every.parse("weekly, monday 07:00")
    assert list(periods(weekly, SINCE, MONDAY - timedelta(microseconds=1), JAKARTA)) == []
    assert list(periods(weekly, SINCE, MONDAY, JAKARTA)) == [(MONDAY - timedelta(days=7), MONDAY)]


# Delivery


class Broken(Exception):  # noqa: N818 - the line, not us
    """The line was cut."""


@dataclass
class Chat:
    """What stands in a chat: message id -> what was put there last."""

    messages: dict[int, str] = field(default_factory=dict)

    def contents(self) -> list[str]:
        return sorted(text for text in self.messages.values() if not text.startswith("notice"))


@dataclass
class Recorder:
    """A courier that writes down what arrives, and breaks where it is told to."""

    chats: dict[int, Chat] = field(default_factory=dict)
    breaks: Callable[[int], bool] = lambda _: False
    after: bool = False
    calls: int = 0
    moved: dict[int, int] = field(default_factory=dict)

    def chat(self, chat_id: int) -> Chat:
        return self.chats.setdefault(chat_id, Chat())

    async def notice(self, chat_id: int, part: str, language: str) -> int:
        number = 100 * abs(chat_id) + len(self.chat(chat_id).messages)
        await self._put(chat_id, number, f"notice of {part} in {language}")
        return number

    async def text(self, chat_id: int, message_id: int, html: str) -> None:
        await self._put(chat_id, message_id, html)

    async def document(self, chat_id: int, message_id: int, file: File) -> None:
        await self._put(chat_id, message_id, file.name)

    async def _put(self, chat_id: int, message_id: int, text: str) -> None:
        self.calls += 1
        await asyncio.sleep(0)
        if chat_id in self.moved:
            raise ChatMovedError(self.moved[chat_id])
        if message_id // 100 != abs(chat_id):
            raise Broken("no such message in this chat")
        if self.breaks(self.calls) and not self.after:
            raise Broken
        self.chat(chat_id).messages[message_id] = text
        if self.breaks(self.calls):
            raise Broken


@dataclass
class Maker:
    """Makes a report that says what was ordered."""

    orders: list[Order] = field(default_factory=list)

    async def __call__(self, order: Order) -> Report:
        self.orders.append(order)
        name = f"{order.end:%d}"
        files = tuple(File(f"{name}.{kind}", b"x", kind) for kind in ("pdf", "xlsx"))
        return Report(f"message {name}{' late' if order.late else ''}", files)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """A store with the secretariat's chat and a weekly schedule."""
    async with Store.open(f"sqlite+aiosqlite:///{tmp_path / 'suara.db'}") as opened:
        async with opened.read() as connection:
            await opened.keep(
                [
                    *await waves.seed_chat(connection, OFFICE, Role.SECRETARIAT, "en", SINCE),
                    *await waves.seed_schedule(
                        connection, "w", "brief", "weekly, monday 07:00", SINCE
                    ),
                ]
            )
        yield opened


def scheduled(store: Store, courier: Recorder, maker: Maker | None = None) -> Schedule:
    settings = Order(
        kind="", start=SINCE, end=SINCE, language="id", made_at=SINCE, late=False,
        timezone="Asia/Jakarta", database_url=store.url, city="Jakarta", secretariat="S",
        minimum_cell=5,
    )  # fmt: skip
    return Schedule(store, JAKARTA, settings, maker or Maker(), courier)


WHOLE = ["23.pdf", "23.xlsx", "message 23"]


async def test_a_report_arrives_at_its_hour_and_only_once(store: Store) -> None:
    courier, maker = Recorder(), Maker()
    schedule = scheduled(store, courier, maker)
    assert await schedule.wake(MONDAY - timedelta(seconds=1)) == 0
    assert await schedule.wake(MONDAY) == 1
    assert courier.chat(OFFICE).contents() == WHOLE
    (order,) = maker.orders
    assert (order.start, order.end) == (MONDAY - timedelta(days=7), MONDAY)
    assert (order.language, order.late, order.made_at) == ("en", False, MONDAY)
    assert await schedule.wake(MONDAY + timedelta(minutes=1)) == 0
    assert len(courier.chat(OFFICE).messages) == 3


async def test_missed_reports_are_made_up_oldest_first_and_say_that_they_are_late(
    store: Store,
) -> None:
    courier, maker = Recorder(), Maker()
    back = MONDAY + timedelta(days=21, hours=2)
    assert await scheduled(store, courier, maker).wake(back) == 4
    assert [order.end for order in maker.orders] == [
        MONDAY + timedelta(days=7 * n) for n in range(4)
    ]
    assert all(order.late for order in maker.orders)
    assert await scheduled(store, Recorder()).wake(back) == 0


async def test_after_a_very_long_absence_only_the_newest_are_made_up(store: Store) -> None:
    maker = Maker()
    await scheduled(store, Recorder(), maker).wake(MONDAY + timedelta(days=70))
    assert len(maker.orders) == MADE_UP
    assert maker.orders[-1].end == MONDAY + timedelta(days=70)


async def test_within_the_hour_a_report_is_not_called_late(store: Store) -> None:
    maker = Maker()
    await scheduled(store, Recorder(), maker).wake(MONDAY + timedelta(minutes=59))
    assert [order.late for order in maker.orders] == [False]


async def test_two_processes_that_wake_at_once_deliver_it_once(store: Store) -> None:
    courier, maker = Recorder(), Maker()
    async with Store.open(store.url) as other:
        both = [scheduled(s, courier, maker) for s in (store, other, store, other)]
        arrived = await asyncio.gather(*(schedule.wake(MONDAY) for schedule in both))
    assert sorted(arrived) == [0, 0, 0, 1]
    assert courier.chat(OFFICE).contents() == WHOLE
    assert len(courier.chat(OFFICE).messages) == 3


@pytest.mark.parametrize("after", [False, True], ids=["before it works", "after it worked"])
@pytest.mark.parametrize("broken", range(1, 7))
async def test_a_call_that_breaks_is_made_up_without_a_second_document(
    store: Store, broken: int, after: bool
) -> None:
    courier = Recorder(breaks=lambda call: call == broken, after=after)
    schedule = scheduled(store, courier)
    assert await schedule.wake(MONDAY) == 0
    assert await schedule.wake(MONDAY + timedelta(minutes=1)) == 1
    chat = courier.chat(OFFICE)
    assert chat.contents() == WHOLE
    stray = [text for text in chat.messages.values() if text.startswith("notice")]
    assert len(stray) == (1 if after and broken <= 3 else 0)
    assert await schedule.wake(MONDAY + timedelta(minutes=2)) == 0


@pytest.mark.parametrize("died", range(1, 7))
async def test_a_process_that_dies_midway_is_followed_by_another(store: Store, died: int) -> None:
    courier = Recorder(breaks=lambda call: call == died and not task.cancel())
    schedule = scheduled(store, courier)
    task = asyncio.create_task(schedule.wake(MONDAY))
    with pytest.raises(asyncio.CancelledError):
        await task
    courier.breaks = lambda _: False
    assert await schedule.wake(MONDAY + timedelta(minutes=1)) == 0  # It may still be at work.
    await schedule.wake(MONDAY + CLAIM_LASTS)
    assert courier.chat(OFFICE).contents() == WHOLE


async def test_a_report_that_cannot_be_made_is_tried_again_and_its_neighbours_arrive(
    store: Store,
) -> None:
    class Failing(Maker):
        async def __call__(self, order: Order) -> Report:
            report = await super().__call__(order)
            if order.end == MONDAY and len(self.orders) < 3:
                raise RuntimeError("a fault of ours")
            return report

    courier, maker = Recorder(), Failing()
    schedule = scheduled(store, courier, maker)
    now = MONDAY + timedelta(days=7)
    assert await schedule.wake(now) == 1
    assert await schedule.wake(now + timedelta(minutes=1)) == 1
    assert courier.chat(OFFICE).contents() == sorted(
        ["23.pdf", "23.xlsx", "message 23 late", "30.pdf", "30.xlsx", "message 30"]
    )


async def test_a_group_that_became_a_supergroup_gets_its_report_there(store: Store) -> None:
    courier = Recorder(moved={OFFICE: OFFICE - 1000})
    schedule = scheduled(store, courier)
    assert await schedule.wake(MONDAY) == 1
    assert courier.chat(OFFICE - 1000).contents() == WHOLE
    assert await schedule.wake(MONDAY + timedelta(days=7)) == 1
    assert len(courier.chat(OFFICE - 1000).contents()) == 6
    assert courier.chat(OFFICE).messages == {}


@pytest.mark.parametrize("broken", range(1, 12))
async def test_a_move_midway_with_a_break_afterwards_still_ends_well(
    store: Store, broken: int
) -> None:
    """The notices stand in the old group; nothing of them may be looked for in the new one."""
    courier = Recorder()
    schedule = scheduled(store, courier)

    def moves_then_breaks(call: int) -> bool:
        if call == 2:
            courier.moved = {OFFICE: OFFICE - 1000}
        return call == broken

    courier.breaks = moves_then_breaks
    for minute in range(4):
        await schedule.wake(MONDAY + timedelta(minutes=minute))
    assert courier.chat(OFFICE - 1000).contents() == WHOLE


async def test_a_report_on_request_is_made_once_for_its_moment(store: Store) -> None:
    courier = Recorder()
    schedule = scheduled(store, courier)
    now = MONDAY + timedelta(days=2)
    wanted = Delivery("brief", named(MONDAY, now), OFFICE, "id", now, {})
    assert await schedule.send(wanted, now)
    assert not await schedule.send(wanted, now)
    assert courier.chat(OFFICE).contents() == ["25.pdf", "25.xlsx", "message 25"]

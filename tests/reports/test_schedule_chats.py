"""Each chat as it likes: language, kinds, formats, quiet hours, no news; events; time zones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from reports.request import Report, ReportFile, ReportRequest
from survey.store.database import Store
from survey.store.schema import schedule as schedules
from survey.workshop.moves import MoveKind
from tests.reports.couriers import (
    DAY,
    JAKARTA,
    MINUTE,
    MONDAY,
    OFFICE,
    SINCE,
    WEEK,
    WHOLE,
    Maker,
    Recorder,
    closes,
    fielded,
    held,
    keep,
    moves,
    office,
    plan,
    scheduled,
    something_comes,
)

HOUR = timedelta(hours=1)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(f"sqlite+aiosqlite:///{tmp_path / 'suara.db'}") as opened:
        await fielded(opened, SINCE - WEEK, SINCE + 52 * WEEK)
        yield opened


# What a chat wants


async def test_chats_with_the_same_wishes_share_one_making(store: Store) -> None:
    courier, maker = Recorder(), Maker()
    await keep(store, plan(), *(office(id=number) for number in (-1, -2, -3)), office(id=-4,
               language="id+en"))  # fmt: skip
    assert await scheduled(store, courier, maker).wake(MONDAY) == 4
    assert sorted(order.language for order in maker.orders) == ["en", "id+en"]
    assert all(courier.chat(number).contents() == WHOLE for number in (-1, -2, -3, -4))


async def test_one_that_cannot_be_made_is_tried_once_for_all_chats(store: Store) -> None:
    maker = Maker(fails=lambda _: True)
    await keep(store, plan(), *(office(id=number) for number in (-1, -2, -3)))
    assert await scheduled(store, Recorder(), maker).wake(MONDAY) == 0
    assert len(maker.orders) == 1


async def test_a_chat_gets_its_kinds_in_its_formats_and_no_others(store: Store) -> None:
    courier = Recorder()
    await keep(
        store,
        plan(), plan(report="pra", name="p"),
        office(id=-1, kinds=("pra",), formats=("png", "pdf")),
        office(id=-2, kinds=("weekly", "pra"), formats=()),
        office(id=-3, kinds=("wave",)),
    )  # fmt: skip
    assert await scheduled(store, courier).wake(MONDAY) == 3
    assert courier.chat(-1).contents() == ["23.pdf", "23.png", "message 23"]
    assert courier.chat(-2).contents() == ["message 23", "message 23"]
    assert courier.chat(-3).messages == {}


async def test_several_pictures_come_and_a_format_without_a_file_says_so(store: Store) -> None:
    class Illustrator(Maker):
        async def __call__(self, order: ReportRequest) -> Report:
            pictures = (ReportFile(f"chart-{n}.png", b"x", "image/png") for n in (1, 2, 3))
            return Report("message", tuple(pictures))

    courier = Recorder()
    await keep(store, plan(), office(formats=("pdf", "png")))
    await scheduled(store, courier, Illustrator()).wake(MONDAY)
    assert courier.chat(OFFICE).contents() == [
        "chart-1.png", "chart-2.png", "chart-3.png", "message", "no pdf"
    ]  # fmt: skip
    assert courier.chat(OFFICE).notices() == []


# Quiet hours


async def test_what_falls_due_in_quiet_hours_comes_when_they_end_and_is_not_late(
    store: Store,
) -> None:
    maker = Maker()
    await keep(store, plan("daily 23:00"), office(quiet="21:00-06:00", since=MONDAY - DAY))
    schedule = scheduled(store, Recorder(), maker)
    night = MONDAY - 8 * HOUR  # 23:00
    for moment in (night, night + 3 * HOUR, night + 7 * HOUR - MINUTE):
        assert await schedule.wake(moment) == 0
    assert await schedule.wake(night + 7 * HOUR) == 1
    (order,) = maker.orders
    assert (order.end, order.late) == (night, False)


async def test_a_report_that_misses_the_morning_too_is_late(store: Store) -> None:
    maker = Maker()
    await keep(store, plan("daily 23:00"), office(quiet="21:00-06:00", since=MONDAY - DAY))
    await scheduled(store, Recorder(), maker).wake(MONDAY + HOUR)
    assert [order.late for order in maker.orders] == [True]


async def test_what_could_not_be_delivered_in_the_evening_does_not_wake_anybody(
    store: Store,
) -> None:
    courier = Recorder(away=True)
    await keep(store, plan("daily 20:30"), office(quiet="21:00-06:00", since=MONDAY - DAY))
    schedule = scheduled(store, courier)
    evening = MONDAY - 10.5 * HOUR
    assert await schedule.wake(evening) == 0
    courier.away = False
    assert await schedule.wake(evening + HOUR) == 0
    assert await schedule.wake(evening + 9.5 * HOUR) == 1
    assert "message 22 late" in courier.chat(OFFICE).contents()


# Nothing new


async def test_when_nothing_came_nothing_is_sent_and_the_next_report_covers_the_gap(
    store: Store,
) -> None:
    maker, courier = Maker(), Recorder()
    await keep(store, plan(), office(skip_unchanged=True))
    schedule = scheduled(store, courier, maker)
    assert await schedule.wake(MONDAY) == 1  # The first one, with news or not.
    for week in (1, 2):
        assert await schedule.wake(MONDAY + week * WEEK) == 0
        assert await schedule.wake(MONDAY + week * WEEK + MINUTE) == 0
    await something_comes(store, MONDAY + 2 * WEEK + DAY)
    assert await schedule.wake(MONDAY + 3 * WEEK) == 1
    assert maker.periods()[1:] == [(MONDAY, MONDAY + 3 * WEEK)]
    assert await schedule.wake(MONDAY + 4 * WEEK) == 0


async def test_a_wave_that_closed_is_news(store: Store) -> None:
    maker = Maker()
    await keep(store, plan(), office(skip_unchanged=True))
    schedule = scheduled(store, Recorder(), maker)
    await schedule.wake(MONDAY)
    await closes(store, MONDAY + 10 * DAY)
    assert await schedule.wake(MONDAY + 2 * WEEK) == 1
    assert maker.periods()[1:] == [(MONDAY, MONDAY + 2 * WEEK)]


async def test_a_chat_that_wants_every_report_gets_those_without_news(store: Store) -> None:
    await keep(store, plan(), office(id=-1, skip_unchanged=True), office(id=-2))
    courier = Recorder()
    schedule = scheduled(store, courier)
    for week in range(3):
        await schedule.wake(MONDAY + week * WEEK)
    assert len(courier.chat(-1).contents()) == 3
    assert len(courier.chat(-2).contents()) == 9


# Events


async def test_a_wave_report_comes_when_its_wave_closes(store: Store) -> None:
    maker = Maker()
    await keep(store, plan("wave closes, 2 hours later", "wave"), office())
    await closes(store, MONDAY)
    await fielded(store, SINCE, MONDAY + DAY, "kerentanan")
    schedule = scheduled(store, Recorder(), maker)
    for minutes in (0, 119):
        assert await schedule.wake(MONDAY + minutes * MINUTE) == 0
    assert await schedule.wake(MONDAY + 2 * HOUR) == 1
    assert await schedule.wake(MONDAY + 3 * HOUR) == 0
    assert await schedule.wake(MONDAY + DAY + 2 * HOUR) == 1
    assert [(o.kind, o.scope, o.start, o.end, o.late) for o in maker.orders] == [
        ("wave", "persepsi", SINCE - WEEK, MONDAY, False),
        ("wave", "kerentanan", SINCE, MONDAY + DAY, False),
    ]


async def test_a_wave_that_is_prolonged_after_its_report_has_another_one(store: Store) -> None:
    maker = Maker()
    await keep(store, plan("wave closes", "wave"), office())
    schedule = scheduled(store, Recorder(), maker)
    for end in (MONDAY, MONDAY + WEEK):
        await closes(store, end)
        assert await schedule.wake(end) == 1
        assert await schedule.wake(end + MINUTE) == 0
    assert [order.end for order in maker.orders] == [MONDAY, MONDAY + WEEK]


async def test_waves_that_closed_before_there_was_a_schedule_or_the_chat_bring_nothing(
    store: Store,
) -> None:
    await closes(store, SINCE - DAY)
    await keep(store, plan("wave closes", "wave"), office(id=-1), office(id=-2, since=MONDAY))
    schedule = scheduled(store, Recorder())
    assert await schedule.wake(MONDAY) == 0
    await fielded(store, SINCE, MONDAY - DAY, "kerentanan")
    assert await schedule.wake(MONDAY + DAY) == 1  # For the chat that was there.


async def test_everything_together_comes_once_when_two_waves_close_together(store: Store) -> None:
    maker = Maker()
    await keep(store, plan("wave closes", "pra"), office())
    await closes(store, MONDAY)
    await fielded(store, SINCE, MONDAY, "kerentanan")
    await fielded(store, SINCE - 3 * WEEK, MONDAY + DAY, "skenario")
    schedule = scheduled(store, Recorder(), maker)
    assert await schedule.wake(MONDAY) == 1
    assert await schedule.wake(MONDAY + DAY) == 1
    assert await schedule.wake(MONDAY + DAY + MINUTE) == 0
    assert [(o.kind, o.scope, o.start) for o in maker.orders] == [
        ("pra", "", SINCE - WEEK), ("pra", "", SINCE - 3 * WEEK)
    ]  # fmt: skip


async def test_a_workshop_report_comes_when_its_session_was_ended(store: Store) -> None:
    maker = Maker()
    await keep(store, plan("after workshop", "workshop"), office())
    begins = MONDAY + HOUR
    await held(store, begins)
    schedule = scheduled(store, Recorder(), maker)
    await moves(store, MoveKind.REVEALED, begins + HOUR, 2)
    assert await schedule.wake(begins + HOUR) == 0
    ended = begins + 2 * HOUR
    await moves(store, MoveKind.LOCKED, ended, 3)
    assert await schedule.wake(ended + MINUTE) == 1
    assert await schedule.wake(ended + 2 * MINUTE) == 0
    (order,) = maker.orders
    assert (order.kind, order.scope, order.start) == ("workshop", "banjir", begins)
    assert ended < order.end <= ended + timedelta(seconds=1)  # The last move belongs to it.


# Time zones and operators


async def test_a_time_zone_that_changes_between_two_wakes_loses_and_doubles_no_time(
    store: Store,
) -> None:
    courier, maker = Recorder(), Maker()
    await keep(store, plan("daily 07:00"), plan("wave closes", "wave", "c"), office())
    await closes(store, MONDAY - HOUR)
    zones = ("Asia/Jakarta", "UTC", "Asia/Jayapura", "America/Los_Angeles", "Pacific/Kiritimati")
    for day, zone in enumerate(zones):
        schedule = scheduled(store, courier, maker, ZoneInfo(zone))
        for hours in range(0, 24, 3):
            await schedule.wake(MONDAY + day * DAY + hours * HOUR)
    daily = [(o.start, o.end) for o in maker.orders if o.kind == "weekly"]
    assert all(end == start for (_, end), (start, _) in pairwise(daily))
    assert all(start < end for start, end in daily)
    walls = [end.replace(tzinfo=UTC) for _, end in daily]
    assert walls == sorted(set(walls))  # No date's 07:00 was served twice.
    assert [o.scope for o in maker.orders if o.kind == "wave"] == ["persepsi"]


async def test_hours_that_are_changed_lose_no_time(store: Store) -> None:
    maker = Maker()
    await keep(store, plan(), office())
    schedule = scheduled(store, Recorder(), maker)
    await schedule.wake(MONDAY)
    await keep(store, plan("cron 0 16 * * fri"))
    friday = datetime(2026, 11, 27, 16, tzinfo=JAKARTA)
    assert await schedule.wake(friday) == 1
    assert maker.periods()[1:] == [(MONDAY, friday)]


async def test_a_schedule_that_nobody_can_read_is_said_and_holds_up_no_other(store: Store) -> None:
    await keep(store, plan(), plan("daily 08:00", name="spoilt"), office())
    spoilt = update(schedules).where(schedules.c.id == "spoilt").values(every="tomorrow")
    await store.keep([spoilt])
    with capture_logs() as logs:
        assert await scheduled(store, Recorder()).wake(MONDAY) == 1
    (line,) = [log for log in logs if log["event"] == "schedule not read"]
    assert line["schedule"] == "spoilt"
    assert "weekly, monday 07:00" in line["reason"]

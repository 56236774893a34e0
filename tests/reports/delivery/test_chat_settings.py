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
from tests.reports.delivery.recorded_delivery import (
    CHAT_ID,
    DAY,
    JAKARTA,
    MINUTE,
    MONDAY,
    SINCE,
    WEEK,
    WHOLE_REPORT,
    RecordingChannel,
    RecordingMaker,
    build_report_chat,
    build_schedule,
    change_closing,
    field_wave,
    hold_workshop,
    record_move,
    record_refusal,
    start_schedule,
    store_settings,
)

HOUR = timedelta(hours=1)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(f"sqlite+aiosqlite:///{tmp_path / 'suara.db'}") as opened:
        await field_wave(opened, SINCE - WEEK, SINCE + 52 * WEEK)
        yield opened


# What a chat wants


async def test_chats_with_the_same_wishes_share_one_making(store: Store) -> None:
    courier, maker = RecordingChannel(), RecordingMaker()
    alike = [build_report_chat(id=number) for number in (-1, -2, -3)]
    other = build_report_chat(id=-4, language="id+en")
    await store_settings(store, build_schedule(), *alike, other)
    assert await start_schedule(store, courier, maker).wake(MONDAY) == 4
    assert sorted(order.language for order in maker.orders) == ["en", "id+en"]
    assert all(courier.chat(number).list_contents() == WHOLE_REPORT for number in (-1, -2, -3, -4))


async def test_one_that_cannot_be_made_is_tried_once_for_all_chats(store: Store) -> None:
    maker = RecordingMaker(fails_for=lambda _: True)
    await store_settings(
        store, build_schedule(), *(build_report_chat(id=number) for number in (-1, -2, -3))
    )
    assert await start_schedule(store, RecordingChannel(), maker).wake(MONDAY) == 0
    assert len(maker.orders) == 1


async def test_a_chat_gets_its_kinds_in_its_formats_and_no_others(store: Store) -> None:
    courier = RecordingChannel()
    await store_settings(
        store,
        build_schedule(), build_schedule(report="pra", name="p"),
        build_report_chat(id=-1, kinds=("pra",), formats=("png", "pdf")),
        build_report_chat(id=-2, kinds=("weekly", "pra"), formats=()),
        build_report_chat(id=-3, kinds=("wave",)),
    )  # fmt: skip
    assert await start_schedule(store, courier).wake(MONDAY) == 3
    assert courier.chat(-1).list_contents() == ["23.pdf", "23.png", "message 23"]
    assert courier.chat(-2).list_contents() == ["message 23", "message 23"]
    assert courier.chat(-3).messages == {}


async def test_several_pictures_come_and_a_format_without_a_file_says_so(store: Store) -> None:
    class Illustrator(RecordingMaker):
        async def __call__(self, order: ReportRequest) -> Report:
            pictures = (ReportFile(f"chart-{n}.png", b"x", "image/png") for n in (1, 2, 3))
            return Report("message", tuple(pictures))

    courier = RecordingChannel()
    await store_settings(store, build_schedule(), build_report_chat(formats=("pdf", "png")))
    await start_schedule(store, courier, Illustrator()).wake(MONDAY)
    assert courier.chat(CHAT_ID).list_contents() == [
        "chart-1.png", "chart-2.png", "chart-3.png", "message", "no pdf"
    ]  # fmt: skip
    assert courier.chat(CHAT_ID).list_notices() == []


# Quiet hours


async def test_what_falls_due_in_quiet_hours_comes_when_they_end_and_is_not_late(
    store: Store,
) -> None:
    maker = RecordingMaker()
    await store_settings(
        store,
        build_schedule("daily 23:00"),
        build_report_chat(quiet="21:00-06:00", since=MONDAY - DAY),
    )
    schedule = start_schedule(store, RecordingChannel(), maker)
    night = MONDAY - 8 * HOUR  # 23:00
    for moment in (night, night + 3 * HOUR, night + 7 * HOUR - MINUTE):
        assert await schedule.wake(moment) == 0
    assert await schedule.wake(night + 7 * HOUR) == 1
    (order,) = maker.orders
    assert (order.end, order.late) == (night, False)


async def test_a_report_that_misses_the_morning_too_is_late(store: Store) -> None:
    maker = RecordingMaker()
    await store_settings(
        store,
        build_schedule("daily 23:00"),
        build_report_chat(quiet="21:00-06:00", since=MONDAY - DAY),
    )
    await start_schedule(store, RecordingChannel(), maker).wake(MONDAY + HOUR)
    assert [order.late for order in maker.orders] == [True]


async def test_what_could_not_be_delivered_in_the_evening_does_not_wake_anybody(
    store: Store,
) -> None:
    courier = RecordingChannel(is_away=True)
    await store_settings(
        store,
        build_schedule("daily 20:30"),
        build_report_chat(quiet="21:00-06:00", since=MONDAY - DAY),
    )
    schedule = start_schedule(store, courier)
    evening = MONDAY - 10.5 * HOUR
    assert await schedule.wake(evening) == 0
    courier.is_away = False
    assert await schedule.wake(evening + HOUR) == 0
    assert await schedule.wake(evening + 9.5 * HOUR) == 1
    assert "message 22 late" in courier.chat(CHAT_ID).list_contents()


# Nothing new


async def test_when_nothing_came_nothing_is_sent_and_the_next_report_covers_the_gap(
    store: Store,
) -> None:
    maker, courier = RecordingMaker(), RecordingChannel()
    await store_settings(store, build_schedule(), build_report_chat(skip_unchanged=True))
    schedule = start_schedule(store, courier, maker)
    assert await schedule.wake(MONDAY) == 1  # The first one, with news or not.
    for week in (1, 2):
        assert await schedule.wake(MONDAY + week * WEEK) == 0
        assert await schedule.wake(MONDAY + week * WEEK + MINUTE) == 0
    await record_refusal(store, MONDAY + 2 * WEEK + DAY)
    assert await schedule.wake(MONDAY + 3 * WEEK) == 1
    assert maker.list_periods()[1:] == [(MONDAY, MONDAY + 3 * WEEK)]
    assert await schedule.wake(MONDAY + 4 * WEEK) == 0


async def test_a_wave_that_closed_is_news(store: Store) -> None:
    maker = RecordingMaker()
    await store_settings(store, build_schedule(), build_report_chat(skip_unchanged=True))
    schedule = start_schedule(store, RecordingChannel(), maker)
    await schedule.wake(MONDAY)
    await change_closing(store, MONDAY + 10 * DAY)
    assert await schedule.wake(MONDAY + 2 * WEEK) == 1
    assert maker.list_periods()[1:] == [(MONDAY, MONDAY + 2 * WEEK)]


async def test_a_chat_that_wants_every_report_gets_those_without_news(store: Store) -> None:
    await store_settings(
        store,
        build_schedule(),
        build_report_chat(id=-1, skip_unchanged=True),
        build_report_chat(id=-2),
    )
    courier = RecordingChannel()
    schedule = start_schedule(store, courier)
    for week in range(3):
        await schedule.wake(MONDAY + week * WEEK)
    assert len(courier.chat(-1).list_contents()) == 3
    assert len(courier.chat(-2).list_contents()) == 9


# Events


async def test_a_wave_report_comes_when_its_wave_closes(store: Store) -> None:
    maker = RecordingMaker()
    await store_settings(
        store, build_schedule("wave closes, 2 hours later", "wave"), build_report_chat()
    )
    await change_closing(store, MONDAY)
    await field_wave(store, SINCE, MONDAY + DAY, "kerentanan")
    schedule = start_schedule(store, RecordingChannel(), maker)
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
    maker = RecordingMaker()
    await store_settings(store, build_schedule("wave closes", "wave"), build_report_chat())
    schedule = start_schedule(store, RecordingChannel(), maker)
    for end in (MONDAY, MONDAY + WEEK):
        await change_closing(store, end)
        assert await schedule.wake(end) == 1
        assert await schedule.wake(end + MINUTE) == 0
    assert [order.end for order in maker.orders] == [MONDAY, MONDAY + WEEK]


async def test_waves_that_closed_before_there_was_a_schedule_or_the_chat_bring_nothing(
    store: Store,
) -> None:
    await change_closing(store, SINCE - DAY)
    await store_settings(
        store,
        build_schedule("wave closes", "wave"),
        build_report_chat(id=-1),
        build_report_chat(id=-2, since=MONDAY),
    )
    schedule = start_schedule(store, RecordingChannel())
    assert await schedule.wake(MONDAY) == 0
    await field_wave(store, SINCE, MONDAY - DAY, "kerentanan")
    assert await schedule.wake(MONDAY + DAY) == 1  # For the chat that was there.


async def test_everything_together_comes_once_when_two_waves_close_together(store: Store) -> None:
    maker = RecordingMaker()
    await store_settings(store, build_schedule("wave closes", "pra"), build_report_chat())
    await change_closing(store, MONDAY)
    await field_wave(store, SINCE, MONDAY, "kerentanan")
    await field_wave(store, SINCE - 3 * WEEK, MONDAY + DAY, "skenario")
    schedule = start_schedule(store, RecordingChannel(), maker)
    assert await schedule.wake(MONDAY) == 1
    assert await schedule.wake(MONDAY + DAY) == 1
    assert await schedule.wake(MONDAY + DAY + MINUTE) == 0
    assert [(o.kind, o.scope, o.start) for o in maker.orders] == [
        ("pra", "", SINCE - WEEK), ("pra", "", SINCE - 3 * WEEK)
    ]  # fmt: skip


async def test_a_workshop_report_comes_when_its_session_was_ended(store: Store) -> None:
    maker = RecordingMaker()
    await store_settings(store, build_schedule("after workshop", "workshop"), build_report_chat())
    begins = MONDAY + HOUR
    await hold_workshop(store, begins)
    schedule = start_schedule(store, RecordingChannel(), maker)
    await record_move(store, MoveKind.REVEALED, begins + HOUR, 2)
    assert await schedule.wake(begins + HOUR) == 0
    ended = begins + 2 * HOUR
    await record_move(store, MoveKind.LOCKED, ended, 3)
    assert await schedule.wake(ended + MINUTE) == 1
    assert await schedule.wake(ended + 2 * MINUTE) == 0
    (order,) = maker.orders
    assert (order.kind, order.scope, order.start) == ("workshop", "banjir", begins)
    assert ended < order.end <= ended + timedelta(seconds=1)  # The last move belongs to it.


# Time zones and operators


async def test_a_time_zone_that_changes_between_two_wakes_loses_and_doubles_no_time(
    store: Store,
) -> None:
    courier, maker = RecordingChannel(), RecordingMaker()
    await store_settings(
        store,
        build_schedule("daily 07:00"),
        build_schedule("wave closes", "wave", "c"),
        build_report_chat(),
    )
    await change_closing(store, MONDAY - HOUR)
    zones = ("Asia/Jakarta", "UTC", "Asia/Jayapura", "America/Los_Angeles", "Pacific/Kiritimati")
    for day, zone in enumerate(zones):
        schedule = start_schedule(store, courier, maker, ZoneInfo(zone))
        for hours in range(0, 24, 3):
            await schedule.wake(MONDAY + day * DAY + hours * HOUR)
    daily = [(o.start, o.end) for o in maker.orders if o.kind == "weekly"]
    assert all(end == start for (_, end), (start, _) in pairwise(daily))
    assert all(start < end for start, end in daily)
    walls = [end.replace(tzinfo=UTC) for _, end in daily]
    assert walls == sorted(set(walls))  # No date's 07:00 was served twice.
    assert [o.scope for o in maker.orders if o.kind == "wave"] == ["persepsi"]


async def test_hours_that_are_changed_lose_no_time(store: Store) -> None:
    maker = RecordingMaker()
    await store_settings(store, build_schedule(), build_report_chat())
    schedule = start_schedule(store, RecordingChannel(), maker)
    await schedule.wake(MONDAY)
    await store_settings(store, build_schedule("cron 0 16 * * fri"))
    friday = datetime(2026, 11, 27, 16, tzinfo=JAKARTA)
    assert await schedule.wake(friday) == 1
    assert maker.list_periods()[1:] == [(MONDAY, friday)]


async def test_a_schedule_that_nobody_can_read_is_said_and_holds_up_no_other(store: Store) -> None:
    await store_settings(
        store, build_schedule(), build_schedule("daily 08:00", name="spoilt"), build_report_chat()
    )
    spoilt = update(schedules).where(schedules.c.id == "spoilt").values(every="tomorrow")
    await store.keep([spoilt])
    with capture_logs() as logs:
        assert await start_schedule(store, RecordingChannel()).wake(MONDAY) == 1
    (line,) = [log for log in logs if log["event"] == "schedule not read"]
    assert line["schedule"] == "spoilt"
    assert "weekly, monday 07:00" in line["reason"]

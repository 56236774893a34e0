"""That each report arrives once, and what happens when something breaks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select, text
from structlog.testing import capture_logs

from reports.delivery import claim_renewal
from reports.delivery.report_delivery import FAILURES_BEFORE_NOTE, MOST_REFUSALS, RETRY_PAUSES
from reports.delivery.scheduler import MOST_MADE_UP, name_period
from survey.store import deliveries, report_chats
from survey.store.database import Store
from survey.store.deliveries import CLAIM_DURATION, ClaimRefusal, Delivery
from survey.store.schema import delivery
from tests.reports.delivery.recorded_delivery import (
    CHAT_ID,
    DAY,
    MINUTE,
    MONDAY,
    THIS_WEEK,
    WEEK,
    WHOLE_REPORT,
    RecordingChannel,
    RecordingMaker,
    build_report_chat,
    build_schedule,
    start_schedule,
    store_settings,
)

NEW = -1_000_000_004_001


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """A store with the secretariat's chat and a weekly schedule."""
    async with Store.open(f"sqlite+aiosqlite:///{tmp_path / 'suara.db'}") as opened:
        await store_settings(opened, build_report_chat(), build_schedule())
        yield opened


async def test_a_report_arrives_at_its_hour_and_only_once(store: Store) -> None:
    courier, maker = RecordingChannel(), RecordingMaker()
    schedule = start_schedule(store, courier, maker)
    assert await schedule.wake(MONDAY - timedelta(seconds=1)) == 0
    assert await schedule.wake(MONDAY) == 1
    assert courier.chat(CHAT_ID).list_contents() == WHOLE_REPORT
    (order,) = maker.orders
    assert (order.start, order.end) == (MONDAY - WEEK, MONDAY)
    assert (order.kind, order.scope, order.formats) == ("weekly", "", ("pdf", "xlsx"))
    assert (order.language, order.late, order.made_at) == ("en", False, MONDAY)
    assert await schedule.wake(MONDAY + MINUTE) == 0
    assert len(courier.chat(CHAT_ID).messages) == 3


async def test_missed_reports_are_made_up_oldest_first_and_say_that_they_are_late(
    store: Store,
) -> None:
    courier, maker = RecordingChannel(), RecordingMaker()
    back = MONDAY + timedelta(days=21, hours=2)
    assert await start_schedule(store, courier, maker).wake(back) == 4
    assert [order.end for order in maker.orders] == [MONDAY + n * WEEK for n in range(4)]
    assert all(order.late for order in maker.orders)
    assert await start_schedule(store, RecordingChannel()).wake(back) == 0


async def test_after_a_very_long_absence_few_are_made_up_and_the_first_covers_what_was_missed(
    store: Store,
) -> None:
    maker = RecordingMaker()
    schedule = start_schedule(store, RecordingChannel(), maker)
    await schedule.wake(MONDAY)
    await schedule.wake(MONDAY + 10 * WEEK)
    assert maker.list_periods() == [
        (MONDAY - WEEK, MONDAY),
        (MONDAY, MONDAY + 7 * WEEK),
        *((MONDAY + n * WEEK, MONDAY + (n + 1) * WEEK) for n in (7, 8, 9)),
    ]
    assert len(maker.orders) == 1 + MOST_MADE_UP


async def test_within_the_hour_a_report_is_not_called_late(store: Store) -> None:
    maker = RecordingMaker()
    await start_schedule(store, RecordingChannel(), maker).wake(MONDAY + 59 * MINUTE)
    assert [order.late for order in maker.orders] == [False]


async def test_two_processes_that_wake_at_once_deliver_it_once(store: Store) -> None:
    courier, maker = RecordingChannel(), RecordingMaker()
    async with Store.open(store.url) as other:
        both = [start_schedule(s, courier, maker) for s in (store, other, store, other)]
        arrived = await asyncio.gather(*(schedule.wake(MONDAY) for schedule in both))
    assert sorted(arrived) == [0, 0, 0, 1]
    assert courier.chat(CHAT_ID).list_contents() == WHOLE_REPORT
    assert len(courier.chat(CHAT_ID).messages) == 3


async def test_two_processes_that_make_up_what_was_missed_keep_the_order(store: Store) -> None:
    courier, back = RecordingChannel(), MONDAY + 2 * WEEK
    async with Store.open(store.url) as other:
        both = [start_schedule(s, courier) for s in (store, other)]
        await asyncio.gather(*(schedule.wake(back) for schedule in both))
        for minute in range(1, 4):
            await asyncio.gather(*(schedule.wake(back + minute * MINUTE) for schedule in both))
    shown = [text for text in courier.chat(CHAT_ID).messages.values() if "message" in text]
    assert shown == ["message 23 late", "message 30 late", "message 07"]


# What breaks


@pytest.mark.parametrize("after", [False, True], ids=["before it works", "after it worked"])
@pytest.mark.parametrize("broken", range(1, 7))
async def test_a_call_that_breaks_is_made_up_without_a_second_document(
    store: Store, broken: int, after: bool
) -> None:
    courier = RecordingChannel(fails_at_call=lambda call: call == broken, fails_after_effect=after)
    schedule = start_schedule(store, courier)
    assert await schedule.wake(MONDAY) == 0
    assert await schedule.wake(MONDAY + MINUTE) == 1
    chat = courier.chat(CHAT_ID)
    assert chat.list_contents() == WHOLE_REPORT
    assert len(chat.list_notices()) == (1 if after and broken <= 3 else 0)
    assert await schedule.wake(MONDAY + 2 * MINUTE) == 0


@pytest.mark.parametrize("died", range(1, 7))
async def test_a_process_that_dies_midway_is_followed_by_another(store: Store, died: int) -> None:
    courier = RecordingChannel(fails_at_call=lambda call: call == died and not task.cancel())
    schedule = start_schedule(store, courier)
    # Killed, it does not give its claim back.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deliveries, "release_claim", lambda _: text("SELECT 1"))
        task = asyncio.create_task(schedule.wake(MONDAY))
        with pytest.raises(asyncio.CancelledError):
            await task
    courier.fails_at_call = lambda _: False
    assert await schedule.wake(MONDAY + CLAIM_DURATION / 2) == 0  # It may still be at work.
    await schedule.wake(MONDAY + CLAIM_DURATION)
    assert courier.chat(CHAT_ID).list_contents() == WHOLE_REPORT


async def test_a_process_that_is_stopped_midway_gives_its_claim_back(store: Store) -> None:
    courier = RecordingChannel(fails_at_call=lambda call: call == 3 and not task.cancel())
    schedule = start_schedule(store, courier)
    task = asyncio.create_task(schedule.wake(MONDAY))
    with pytest.raises(asyncio.CancelledError):
        await task
    courier.fails_at_call = lambda _: False
    assert await schedule.wake(MONDAY + timedelta(seconds=1)) == 1
    assert courier.chat(CHAT_ID).list_contents() == WHOLE_REPORT


async def test_a_claim_lasts_as_long_as_its_process_works(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claim_renewal, "RENEWAL_INTERVAL", timedelta(seconds=0.02))
    wanted = Delivery("weekly", THIS_WEEK, CHAT_ID, "id", MONDAY)
    claimed = await deliveries.claim_delivery(store, wanted, MONDAY)
    assert isinstance(claimed, Delivery)
    much_later = MONDAY + CLAIM_DURATION + timedelta(seconds=1)
    # As if it had begun long ago, by its own clock.
    async with claim_renewal.hold_claim(store, claimed, much_later):
        await asyncio.sleep(0.5)
        other = await deliveries.claim_delivery(store, wanted, much_later)
        assert other is ClaimRefusal.BUSY
    over = much_later + 2 * CLAIM_DURATION
    assert isinstance(await deliveries.claim_delivery(store, wanted, over), Delivery)


async def test_a_clock_that_was_put_back_does_not_hold_a_report_up(store: Store) -> None:
    courier = RecordingChannel(is_away=True)
    schedule = start_schedule(store, courier)
    courier.fails_at_call = lambda _: not task.cancel()
    task = asyncio.create_task(schedule.wake(MONDAY + 5 * DAY))
    courier.is_away = False
    with pytest.raises(asyncio.CancelledError):
        await task
    courier.fails_at_call = lambda _: False
    assert await schedule.wake(MONDAY + DAY) == 1
    assert "message 23 late" in courier.chat(CHAT_ID).list_contents()


async def test_a_clock_that_was_put_forward_and_back_brings_each_report_once(store: Store) -> None:
    maker = RecordingMaker()
    schedule = start_schedule(store, RecordingChannel(), maker)
    friday = MONDAY - 3 * DAY
    assert await schedule.wake(friday) == 0
    assert await schedule.wake(friday + 5 * DAY) == 1  # Put forward over Monday's hour, …
    assert await schedule.wake(friday + MINUTE) == 0  # … put right, …
    assert await schedule.wake(MONDAY) == 0  # … and Monday's hour comes indeed.
    assert await schedule.wake(MONDAY + WEEK) == 1
    assert maker.list_periods() == [(MONDAY - WEEK, MONDAY), (MONDAY, MONDAY + WEEK)]


async def test_an_hour_that_a_clock_shows_again_is_not_served_again(store: Store) -> None:
    schedule = start_schedule(store, RecordingChannel(), maker := RecordingMaker())
    assert await schedule.wake(MONDAY + MINUTE) == 1
    for minute in range(-60, 3):
        assert await schedule.wake(MONDAY + minute * MINUTE) == 0
    assert len(maker.orders) == 1


async def test_a_report_that_cannot_be_made_is_tried_again_and_its_neighbours_arrive(
    store: Store,
) -> None:
    courier = RecordingChannel()
    maker = RecordingMaker(fails_for=lambda order: order.end == MONDAY and len(maker.orders) < 3)
    schedule = start_schedule(store, courier, maker)
    now = MONDAY + WEEK
    assert await schedule.wake(now) == 1
    assert await schedule.wake(now + MINUTE) == 1
    assert courier.chat(CHAT_ID).list_contents() == sorted(
        ["23.pdf", "23.xlsx", "message 23 late", "30.pdf", "30.xlsx", "message 30"]
    )


async def test_what_cannot_be_made_is_tried_ever_more_rarely_and_the_chat_is_told_once(
    store: Store,
) -> None:
    courier, maker = RecordingChannel(), RecordingMaker(fails_for=lambda _: True)
    schedule = start_schedule(store, courier, maker)
    told: list[int] = []
    with capture_logs() as logs:
        for minute in range(120):
            await schedule.wake(MONDAY + minute * MINUTE)
            told += [minute] if courier.chat(CHAT_ID).list_contents() and not told else []
    tries = [(order.made_at - MONDAY) // MINUTE for order in maker.orders]
    assert tries == [0, 1, 3, 8, 18, 48, 78, 108]
    assert [b - a for a, b in pairwise(tries)][: len(RETRY_PAUSES)] == list(RETRY_PAUSES)
    assert told == [tries[FAILURES_BEFORE_NOTE - 1]]
    assert courier.chat(CHAT_ID).list_contents() == ["failed 23"]
    assert len(courier.chat(CHAT_ID).messages) == 3
    said = [log for log in logs if log["event"] == "report failed"]
    assert [log["failures"] for log in said] == [1, 2, 3, 4, 8]
    assert said[0]["reason"] == "RuntimeError: a fault of ours"
    assert all(log["remedy"] and log["report"] == "weekly" for log in said)
    maker.fails_for = lambda _: False
    assert await schedule.wake(MONDAY + 150 * MINUTE) == 1
    assert courier.chat(CHAT_ID).list_contents() == ["23.pdf", "23.xlsx", "message 23 late"]


async def test_telegram_is_away_for_a_day_and_everything_arrives_in_its_order(
    store: Store,
) -> None:
    await store_settings(store, build_schedule("daily 07:00", name="d"))
    courier, maker = RecordingChannel(is_away=True), RecordingMaker()
    schedule = start_schedule(store, courier, maker)
    with capture_logs() as logs:
        for minute in range(0, 24 * 60 + 30, 10):
            assert await schedule.wake(MONDAY + minute * MINUTE) == 0
    assert 5 < len([log for log in logs if log["event"] == "report waits"]) < 12
    courier.is_away = False
    back = MONDAY + DAY + 40 * MINUTE
    await schedule.wake(back)
    daily = [order for order in maker.orders if order.end - order.start == DAY]
    assert [order.end for order in daily] == [MONDAY + n * DAY for n in (-2, -1, 0, 1)]
    assert [order.late for order in daily] == [True, True, True, False]
    assert maker.list_periods()[-1] == (MONDAY - WEEK, MONDAY)  # The other schedule's.
    assert courier.chat(CHAT_ID).list_notices() == []
    assert await schedule.wake(back + MINUTE) == 0


async def test_a_notice_that_somebody_deleted_is_sent_anew(store: Store) -> None:
    courier = RecordingChannel(fails_at_call=lambda call: call == 4)
    schedule = start_schedule(store, courier)
    await schedule.wake(MONDAY)
    chat = courier.chat(CHAT_ID)
    assert len(chat.list_notices()) == 3
    for number in list(chat.messages)[:2]:
        del chat.messages[number]
    assert await schedule.wake(MONDAY + MINUTE) == 1
    assert chat.list_contents() == WHOLE_REPORT
    assert chat.list_notices() == []


# Chats that are not there


async def test_a_chat_that_threw_the_bot_out_is_left_alone_until_it_lets_it_in(
    store: Store,
) -> None:
    other = -5
    await store_settings(store, build_report_chat(id=other))
    courier = RecordingChannel(refusing={CHAT_ID})
    schedule = start_schedule(store, courier)
    with capture_logs() as logs:
        arrived = [await schedule.wake(MONDAY + minute * MINUTE) for minute in range(10)]
    assert arrived == [1] + [0] * 9
    assert courier.chat(other).list_contents() == WHOLE_REPORT
    (told,) = [log for log in logs if log["log_level"] == "error"]
    assert (told["event"], told["chat"], told["remedy"]) == (
        "chat left alone",
        CHAT_ID,
        "let it in again",
    )
    calls = courier.calls
    await schedule.wake(MONDAY + DAY)
    assert courier.calls == calls
    courier.refusing.clear()
    await report_chats.clear_chat_refusals(store, CHAT_ID)
    assert await schedule.wake(MONDAY + 2 * DAY) == 1
    assert "message 23 late" in courier.chat(CHAT_ID).list_contents()
    assert MOST_REFUSALS == 3


async def test_a_group_that_became_a_supergroup_gets_its_report_there(store: Store) -> None:
    courier = RecordingChannel(moved={CHAT_ID: NEW})
    schedule = start_schedule(store, courier)
    assert await schedule.wake(MONDAY) == 1
    assert courier.chat(NEW).list_contents() == WHOLE_REPORT
    assert await schedule.wake(MONDAY + WEEK) == 1
    assert len(courier.chat(NEW).list_contents()) == 6
    assert courier.chat(CHAT_ID).messages == {}


@pytest.mark.parametrize("broken", range(1, 12))
async def test_a_move_midway_with_a_break_afterwards_still_ends_well(
    store: Store, broken: int
) -> None:
    """The notices stand in the old group; nothing of them may be looked for in the new one."""
    courier = RecordingChannel()
    schedule = start_schedule(store, courier)

    def moves_then_breaks(call: int) -> bool:
        if call == 2:
            courier.moved = {CHAT_ID: NEW}
        return call == broken

    courier.fails_at_call = moves_then_breaks
    for minute in range(4):
        await schedule.wake(MONDAY + minute * MINUTE)
    assert courier.chat(NEW).list_contents() == WHOLE_REPORT


async def test_an_old_number_that_is_seeded_again_brings_nothing_twice(store: Store) -> None:
    """config.toml still has the number that the group had; each start adds it again."""
    courier = RecordingChannel()
    schedule = start_schedule(store, courier)
    await schedule.wake(MONDAY)
    courier.moved = {CHAT_ID: NEW}
    for week in range(1, 4):
        now = MONDAY + week * WEEK
        await store_settings(store, build_report_chat(since=now - DAY))
        await schedule.wake(now)
        await schedule.wake(now + MINUTE)
    assert courier.chat(NEW).list_contents() == sorted(
        f"{name}{day}{ending}" for day in ("30", "07", "14")
        for name, ending in (("message ", ""), ("", ".pdf"), ("", ".xlsx"))
    )  # fmt: skip
    async with store.read() as connection:
        assert list(await report_chats.read_report_chats(connection)) == [NEW]
        rows = (await connection.execute(select(delivery))).all()
    assert [(row.chat_id, row.delivered_at is not None) for row in rows] == [(NEW, True)] * 4


# On request


async def test_a_report_on_request_is_made_once_for_the_message_it_was_asked_with(
    store: Store,
) -> None:
    courier = RecordingChannel()
    courier.chat(CHAT_ID).messages[77] = "which report?"
    schedule = start_schedule(store, courier)
    now = MONDAY + 2 * DAY
    wanted = Delivery(
        "weekly",
        name_period(MONDAY, now),
        CHAT_ID,
        "id",
        now,
        request_message_id=77,
        notices={"message": 77},
    )
    taken = await schedule.claim_request(wanted, now)
    assert taken is not None
    assert await schedule.deliver_claimed(taken, build_report_chat(), now)
    later = now + MINUTE
    again = Delivery("pra", name_period(MONDAY, later), CHAT_ID, "id", later, request_message_id=77)
    assert await schedule.claim_request(wanted, now) is None
    assert await schedule.claim_request(again, later) is None
    chat = courier.chat(CHAT_ID)
    assert chat.messages[77] == "message 25"
    assert chat.list_contents() == ["25.pdf", "25.xlsx", "message 25"]


async def test_last_week_can_be_asked_for_although_it_was_delivered(store: Store) -> None:
    courier = RecordingChannel()
    schedule = start_schedule(store, courier)
    await schedule.wake(MONDAY)
    now = MONDAY + DAY
    taken = await schedule.claim_request(
        Delivery("weekly", THIS_WEEK, CHAT_ID, "id", now, request_message_id=9), now
    )
    assert taken is not None
    assert await schedule.deliver_claimed(taken, build_report_chat(), now)
    assert courier.chat(CHAT_ID).list_contents() == sorted(WHOLE_REPORT * 2)


async def test_what_was_asked_for_does_not_begin_the_next_period(store: Store) -> None:
    maker = RecordingMaker()
    schedule = start_schedule(store, RecordingChannel(), maker)
    now = MONDAY - DAY
    taken = await schedule.claim_request(
        Delivery(
            "weekly", name_period(MONDAY - WEEK, now), CHAT_ID, "id", now, request_message_id=9
        ),
        now,
    )
    assert taken is not None
    await schedule.deliver_claimed(taken, build_report_chat(), now)
    await schedule.wake(MONDAY)
    assert maker.list_periods()[-1] == (MONDAY - WEEK, MONDAY)


async def test_who_asked_is_told_at_once_that_it_failed_and_gets_it_later(store: Store) -> None:
    courier, maker = RecordingChannel(), RecordingMaker(fails_for=lambda _: True)
    schedule = start_schedule(store, courier, maker)
    now = MONDAY + DAY
    taken = await schedule.claim_request(
        Delivery("weekly", name_period(MONDAY, now), CHAT_ID, "id", now, request_message_id=9), now
    )
    assert taken is not None
    assert not await schedule.deliver_claimed(taken, build_report_chat(), now)
    assert courier.chat(CHAT_ID).list_contents() == ["failed 24"]
    maker.fails_for = lambda _: False
    await schedule.wake(now + MINUTE)
    assert {"message 24", "24.pdf", "24.xlsx"} <= set(courier.chat(CHAT_ID).list_contents())

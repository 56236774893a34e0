"""Groups with topics: answers come where they were asked; closed doors are the group's affair."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.clock import Clock
from bot.telegram.client import create_bot
from reports.delivery.due_times import CalendarTimes
from sandbox import GroupChatClient, PhoneScreen, Sandbox, ShownMessage
from tests.bot.running_bot import TOKEN, RunningBot, build_test_config, run_bot
from tests.bot.running_workshop import run_workshop_bot, tap_beginning

NOW = "📄 Laporan mingguan sampai sekarang"
PATIENCE = 40
#: Rights that may be missing, in the words of several servers.
REFUSALS = [
    (400, "Bad Request: not enough rights to send text messages to the chat"),
    (403, "Forbidden: CHAT_WRITE_FORBIDDEN"),
    (400, "Bad Request: have no rights to send a message"),
]


@pytest.fixture
async def forum(box: Sandbox) -> GroupChatClient:
    """The secretariat's group, which has topics; its founder is 1004."""
    dewi = await box.add_person(1004, first_name="Dewi", language_code="id")
    group = await (await box.create_group("Sekretariat", [dewi])).migrate()
    await group.open_forum()
    return group


@pytest.fixture
async def suara(tmp_path: Path, box: Sandbox, forum: GroupChatClient) -> AsyncIterator[RunningBot]:
    """A Suara that knows the secretariat's chat."""
    await forget_updates(box)
    async with run_bot(build_test_config(tmp_path, box.url, (forum.id,))) as app:
        yield RunningBot(box, app, tmp_path)


async def forget_updates(box: Sandbox) -> None:
    """Nothing waits any more of how the group came to be, for which a Suara would greet it."""
    bot = create_bot(TOKEN, box.url, 4)
    await bot.initialize()
    for update in await bot.get_updates(timeout=0):
        await bot.get_updates(offset=update.update_id + 1, timeout=0)
    await bot.shutdown()


def by_bot(screen: PhoneScreen) -> list[ShownMessage]:
    return [shown for shown in screen.messages if shown.from_bot]


def find_topics(screen: PhoneScreen) -> list[int]:
    """In which topic each message of the bot stands; 0 is General."""
    return [shown.raw.get("message_thread_id", 0) for shown in by_bot(screen)]


async def see_card(group: GroupChatClient, button: str) -> ShownMessage:
    """The bot's newest message in the group, once it has this button."""
    screen = await group.wait_until(lambda s: button in by_bot(s)[-1].labels)
    return by_bot(screen)[-1]


async def wait_for_report(group: GroupChatClient) -> PhoneScreen:
    """The group, once a report's message and its two files have come."""

    def has_come(screen: PhoneScreen) -> bool:
        shown = by_bot(screen)
        waiting = any("⏳" in each.text for each in shown)
        return not waiting and len([each for each in shown if each.file_name]) == 2

    return await group.wait_until(has_come, PATIENCE)


@pytest.mark.usefixtures("suara")
async def test_commands_quotes_and_refusals_are_answered_in_their_topic(
    forum: GroupChatClient,
) -> None:
    topic, dewi = await forum.create_topic("Laporan"), forum.founder
    for command in ("/laporan", "/kutipan", "/lokakarya", "/hapus"):
        before = len(by_bot(forum.screen))
        await dewi.say(command, chat=forum, topic=topic)
        await forum.wait_until(lambda s, n=before: len(by_bot(s)) > n)
    await dewi.say("/laporan", chat=forum)
    await forum.wait_until(lambda s: len(by_bot(s)) == 5)
    assert find_topics(forum.screen) == [topic] * 4 + [0]


@pytest.mark.usefixtures("suara")
async def test_a_report_that_is_asked_for_in_a_topic_comes_there(
    forum: GroupChatClient,
) -> None:
    topic, dewi = await forum.create_topic("Laporan"), forum.founder
    await dewi.say("/laporan", chat=forum, topic=topic)
    card = await see_card(forum, NOW)
    await dewi.tap(NOW, card.message_id, chat=forum)
    screen = await wait_for_report(forum)
    assert find_topics(screen) == [topic] * 3
    answered = [shown.raw["reply_to_message"]["message_id"] for shown in by_bot(screen)[1:]]
    assert answered == [card.message_id] * 2


async def test_a_report_whose_topic_is_closed_meanwhile_comes_outside_of_it(
    suara: RunningBot, forum: GroupChatClient
) -> None:
    topic, dewi = await forum.create_topic("Laporan"), forum.founder
    await dewi.say("/laporan", chat=forum, topic=topic)
    card = await see_card(forum, NOW)
    await forum.close_topic(topic)
    await dewi.tap(NOW, card.message_id, chat=forum)
    screen = await wait_for_report(forum)
    assert find_topics(screen) == [topic, 0, 0]
    assert suara.records.fetch_value("SELECT refusals FROM chat") == 0


async def test_a_report_whose_topic_is_deleted_meanwhile_comes_outside_of_it(
    suara: RunningBot, forum: GroupChatClient
) -> None:
    topic, dewi = await forum.create_topic("Laporan"), forum.founder
    await dewi.say("/laporan", chat=forum, topic=topic)
    card = await see_card(forum, NOW)
    data = card.find_callback_data(NOW)
    await suara.box.inject_fault("sendMessage", delay=1.0, times=2)
    await dewi.send_callback_data(data, card.message_id, chat=forum)
    await forum.delete_topic(topic)
    screen = await wait_for_report(forum)
    assert set(find_topics(screen)) == {0}
    assert len(by_bot(screen)) == 3


async def test_a_workshop_is_voted_on_in_the_topic_it_was_brought_to(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan = await day.join_facilitator()
        group = await (await box.create_group("Peserta", [wayan.person])).migrate()
        await group.open_forum()
        topic = await group.create_topic("Lokakarya")
        await wayan.person.say("/lokakarya", chat=group, topic=topic)
        await group.wait_until(lambda s: "Butir berikutnya" in by_bot(s)[-1].text)
        await tap_beginning(wayan, "▶ Buka: ")
        screen = await group.wait_until(lambda s: "5 = Lumpuh" in by_bot(s)[-1].text)
        assert find_topics(screen)[-1] == topic


# Closed doors


def list_told(logs: list[Any], event: str) -> list[Any]:
    return [line for line in logs if line["event"] == event]


async def test_a_closed_topic_is_told_once_with_what_can_be_done(
    suara: RunningBot, forum: GroupChatClient
) -> None:
    topic, dewi = await forum.create_topic("Laporan"), forum.founder
    await forum.close_topic(topic)
    with capture_logs() as logs:
        for _ in range(3):
            await dewi.say("/laporan", chat=forum, topic=topic)
            await dewi.wait_until_idle()
            await suara.app.outbox.wait_until_empty(5)
    (told,) = list_told(logs, "message not shown")
    assert (told["fault"], told["chat"]) == ("topic_closed", forum.id)
    assert "open the topic again" in told["remedy"]
    assert by_bot(forum.screen) == []


@pytest.mark.parametrize(("code", "words"), REFUSALS)
async def test_missing_rights_are_told_once_with_what_can_be_done(
    suara: RunningBot, forum: GroupChatClient, code: int, words: str
) -> None:
    await suara.box.inject_fault("sendMessage", code=code, description=words, times=3)
    with capture_logs() as logs:
        for _ in range(3):
            await forum.founder.say("/laporan", chat=forum)
            await forum.founder.wait_until_idle()
            await suara.app.outbox.wait_until_empty(5)
    (told,) = list_told(logs, "message not shown")
    assert told["fault"] == "no_rights"
    assert "permissions" in told["remedy"]


async def test_a_group_whose_general_topic_is_closed_is_left_alone_until_it_is_open(
    suara: RunningBot, forum: GroupChatClient
) -> None:
    clock, zone = suara.app.clock, suara.app.config.suara.zone
    assert isinstance(clock, Clock)
    await forum.close_topic(1)
    due = CalendarTimes.parse("weekly, monday 07:00").find_first_after(clock.now(), zone)
    with capture_logs() as logs:
        for minute in range(6):
            clock.set(due + timedelta(minutes=minute))
            assert await suara.app.report_scheduler.wake(clock.now()) == 0
    (told,) = [line for line in logs if line["log_level"] == "error"]
    assert (told["event"], told["chat"]) == ("chat left alone", forum.id)
    assert "open the topic again" in told["remedy"]
    await forum.close_topic(1, closed=False)
    for _ in range(100):
        if suara.records.fetch_value("SELECT refusals FROM chat") == 0:
            break
        await asyncio.sleep(0.05)
    assert await suara.app.report_scheduler.wake(clock.now()) == 1
    await wait_for_report(forum)

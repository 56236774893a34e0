"""What people are to see, on its way to Telegram: whose turn it is, and that it arrives."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from telegram import Bot, Chat, Message, Update
from telegram.error import RetryAfter, TimedOut

import bot.telegram.calls
import bot.telegram.pace
from bot.config import Config
from bot.screens.screen import Screen
from bot.telegram.calls import CallError, FailedCall, FailureKind
from bot.telegram.cards import CARD, PendingCard
from bot.telegram.client import create_bot
from bot.telegram.messages import post_edit, post_message
from bot.telegram.outbox import MOST_TRIES, JobResult, Outbox, Urgency
from bot.telegram.pace import SendingLimits
from sandbox import PersonClient, Sandbox
from tests.bot.running_bot import TOKEN, RunningBot, build_test_config, run_bot

UNLIMITED = SendingLimits(0, 0, 0)
ONE_AT_A_TIME = SendingLimits(1, 0, 0)
KEPT = "SELECT count(*) FROM answer JOIN code ON code.id = code_id WHERE code.value = 'tinggal'"


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits between tries as long as a test can bear."""
    monkeypatch.setattr(bot.telegram.calls, "NETWORK_PAUSES", (0.05,))


@pytest.fixture
def _short_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second in which one call may be made is short."""
    monkeypatch.setattr(bot.telegram.pace, "OVERALL_WINDOW", 0.1)


@pytest.fixture
async def ours(box: Sandbox) -> AsyncIterator[Bot]:
    """A bot that Telegram knows."""
    made = create_bot(TOKEN, box.url, 64)
    await made.initialize()
    yield made
    await made.shutdown()


async def meet_people(box: Sandbox, count: int) -> list[PersonClient]:
    """People who have written to the bot, so that it may write to them."""
    people = [await box.add_person(1000 + n, first_name="Ani") for n in range(count)]
    for person in people:
        await person.start()
    return people


@dataclass
class RecordedJob:
    """A job that writes down when it is done; ``failures`` come first."""

    name: str
    record: list[str]
    urgency: Urgency = Urgency.OWN
    is_paced: bool = True
    failures: list[FailedCall] = field(default_factory=list)
    during: Callable[[], Awaitable[None]] | None = None

    async def attempt(self) -> JobResult | FailedCall:
        if self.during is not None:
            await self.during()
        if self.failures:
            self.record.append(f"{self.name} failed")
            return self.failures.pop(0)
        self.record.append(self.name)
        return JobResult.DONE


AWAY = FailedCall(FailureKind.UNREACHABLE, "away")


# Whose turn it is


@pytest.mark.usefixtures("_short_second")
async def test_own_taps_go_before_renewals_and_those_before_what_comes_to_many(ours: Bot) -> None:
    outbox, record = Outbox(ours, ONE_AT_A_TIME, 64), list[str]()
    outbox.post(1, "x", RecordedJob("first", record))
    for chat, urgency in enumerate(reversed(Urgency), start=2):
        outbox.post(chat, "x", RecordedJob(urgency.name, record, urgency))
    await outbox.wait_until_empty()
    assert record == ["first", "OWN", "FIRST", "RENEWAL", "BULK"]


def test_whoever_has_a_card_goes_before_whoever_gets_their_first(suara: RunningBot) -> None:
    sender = suara.app.context.senders.card_sender
    first = PendingCard(sender, 1, Screen("Halo"), None, None)
    assert first.urgency is Urgency.FIRST
    assert PendingCard(sender, 1, Screen("Halo"), 5, None).urgency is Urgency.OWN
    assert PendingCard(sender, 1, Screen("Halo"), None, 5).urgency is Urgency.OWN
    assert replace(first, is_renewal=True).urgency is Urgency.RENEWAL


@pytest.mark.usefixtures("_short_second")
async def test_of_what_shows_the_same_only_the_newest_goes_out(ours: Bot) -> None:
    outbox, record = Outbox(ours, ONE_AT_A_TIME, 64), list[str]()
    outbox.post(1, "card", RecordedJob("first", record))
    for number in range(5):
        outbox.post(2, "card", RecordedJob(f"{number}", record))
    outbox.post(2, "other", RecordedJob("other", record))
    await outbox.wait_until_empty()
    assert record == ["first", "4", "other"]


@pytest.mark.usefixtures("_short_second")
async def test_a_renewal_that_waits_gives_way_to_their_own_tap(ours: Bot) -> None:
    outbox, record = Outbox(ours, ONE_AT_A_TIME, 64), list[str]()
    outbox.post(1, "x", RecordedJob("first", record))
    outbox.post(2, "a", RecordedJob("others", record, Urgency.RENEWAL))
    outbox.post(3, "a", RecordedJob("renewal", record, Urgency.RENEWAL))
    outbox.post(3, "b", RecordedJob("tap", record))
    await outbox.wait_until_empty()
    assert record == ["first", "tap", "others", "renewal"]


async def test_in_one_chat_one_call_is_made_at_a_time(ours: Bot) -> None:
    outbox, record = Outbox(ours, UNLIMITED, 64), list[str]()
    begun: list[str] = []

    async def dawdle() -> None:
        begun.append("begun")
        await asyncio.sleep(0.1)

    outbox.post(1, "a", RecordedJob("a", record, during=dawdle))
    outbox.post(1, "b", RecordedJob("b", record, during=dawdle))
    await asyncio.sleep(0.05)
    assert begun == ["begun"]
    await outbox.wait_until_empty()
    assert record == ["a", "b"]


async def test_a_chat_that_is_told_to_wait_holds_up_nobody(ours: Bot) -> None:
    outbox, record = Outbox(ours, UNLIMITED, 64), list[str]()
    told = FailedCall(FailureKind.RATE_LIMITED, "too many", retry_after=0.3)
    outbox.post(-5, "x", RecordedJob("group", record, failures=[told]))
    for chat in range(1, 20):
        outbox.post(chat, "x", RecordedJob("person", record))
    begun = time.monotonic()
    await outbox.wait_until_empty()
    assert record == ["group failed", *["person"] * 19, "group"]
    assert time.monotonic() - begun >= 0.3


async def test_an_unpaced_job_does_not_wait_for_the_pace_of_its_chat(ours: Bot) -> None:
    outbox, record = Outbox(ours, SendingLimits(0, 1, 20), 64), list[str]()
    outbox.post(1, "card", RecordedJob("card", record))
    outbox.post(1, "old", RecordedJob("deleted", record, is_paced=False))
    begun = time.monotonic()
    await outbox.wait_until_empty()
    assert record == ["card", "deleted"]
    assert time.monotonic() - begun < 0.8


async def test_telegrams_return_wakes_whoever_waits_for_it(
    ours: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.telegram.calls, "NETWORK_PAUSES", (30.0,))
    outbox, record = Outbox(ours, UNLIMITED, 64), list[str]()
    outbox.post(1, "x", RecordedJob("shown", record, failures=[AWAY]))
    await asyncio.sleep(0.05)
    outbox.retry_unreachable()
    await outbox.wait_until_empty(2)
    assert record == ["shown failed", "shown"]


async def test_a_fault_of_ours_in_one_job_ends_neither_lane_nor_outbox(ours: Bot) -> None:
    outbox, record = Outbox(ours, UNLIMITED, 64), list[str]()

    async def stumble() -> None:
        raise LookupError

    outbox.post(1, "a", RecordedJob("a", record, during=stumble))
    outbox.post(1, "b", RecordedJob("b", record))
    await outbox.wait_until_empty()
    assert record == ["b"]


# It arrives


async def test_a_screen_is_never_given_up_because_telegram_is_away(ours: Bot, box: Sandbox) -> None:
    (ani,) = await meet_people(box, 1)
    outbox = Outbox(ours, UNLIMITED, 64)
    await box.inject_fault("sendMessage", code=502, times=12)
    post_message(outbox, ani.id, Screen("Halo"))
    await outbox.wait_until_empty()
    assert ani.screen.last_message.text == "Halo"  # type: ignore[union-attr]


async def test_waiting_as_told_costs_no_try(ours: Bot) -> None:
    outbox, answers = Outbox(ours, UNLIMITED, 64), [RetryAfter(0)] * 20

    async def call() -> str:
        if answers:
            raise answers.pop()
        return "done"

    assert await outbox.deliver(1, call) == "done"


async def test_who_waits_for_a_call_is_told_in_the_end_that_telegram_is_away(ours: Bot) -> None:
    outbox, tries = Outbox(ours, UNLIMITED, 64), list[int]()

    async def call() -> None:
        tries.append(1)
        raise TimedOut

    with pytest.raises(CallError):
        await outbox.deliver(1, call)
    assert len(tries) == MOST_TRIES


async def test_what_telegram_refuses_is_not_tried_again_and_named_kinds_are_ignored(
    ours: Bot, box: Sandbox
) -> None:
    (ani,) = await meet_people(box, 1)
    outbox = Outbox(ours, UNLIMITED, 64)
    sent = await outbox.deliver(ani.id, lambda: ours.send_message(ani.id, "Halo"))

    def edit() -> Awaitable[Message | bool]:
        return ours.edit_message_text("Halo", ani.id, sent.message_id)

    assert await outbox.deliver_ignoring(ani.id, edit, FailureKind.UNCHANGED) is None
    with pytest.raises(CallError) as found:
        await outbox.deliver_ignoring(ani.id, edit, FailureKind.NOT_A_TEXT)
    assert found.value.kind is FailureKind.UNCHANGED
    assert len(await box.list_calls("editMessageText")) == 2


async def test_edits_of_one_message_end_with_the_newest_whatever_fails(
    ours: Bot, box: Sandbox
) -> None:
    (ani,) = await meet_people(box, 1)
    outbox = Outbox(ours, UNLIMITED, 64)
    sent = await ours.send_message(ani.id, "0")
    await box.inject_fault("editMessageText", code=502, times=2)
    for number in range(1, 6):
        post_edit(outbox, ani.id, sent.message_id, Screen(f"{number}"))
    await outbox.wait_until_empty()
    assert ani.screen.last_message.text == "5"  # type: ignore[union-attr]
    assert len(await box.list_calls("editMessageText")) == 3


@pytest.mark.parametrize(("shown_after", "seen"), [(0.1, True), (5.0, False)])
async def test_a_text_waits_a_moment_until_it_is_known_whether_its_question_was_seen(
    suara: RunningBot, shown_after: float, seen: bool
) -> None:
    ani, context, now = await suara.add_resident(), suara.app.context, datetime.now(UTC)
    before = await context.services.interviews.read_snapshot(ani.id, now)
    assert before.interview_row is not None
    here = replace(before, interview_row=replace(before.interview_row, step_count=9))

    async def show() -> None:
        await asyncio.sleep(shown_after)
        context.senders.shown_screens.note_shown(ani.id, here.screen, 5, now)

    suara.app.outbox.post(ani.id, CARD, RecordedJob("card", [], during=show))
    text = Message(9, now, Chat(ani.id, "private"), text="34")
    begun = time.monotonic()
    assert await context.has_seen(Update(1, message=text), here) is seen
    assert time.monotonic() - begun < 2


# The whole bot


async def test_under_telegrams_limits_everybody_who_comes_at_once_gets_a_card(
    tmp_path: Path, box: Sandbox
) -> None:
    config = with_telegrams_limits(build_test_config(tmp_path, box.url))
    async with run_bot(config):
        await box.switch_rate_limits(on=True)
        people = await meet_people(box, 70)
        for person in people:
            await person.wait_until(lambda screen: screen.card is not None)
        calls = await box.list_calls("sendMessage")
        refused = [call for call in calls if not call["ok"]]
        assert len(refused) < 0.05 * len(calls), refused


async def test_a_group_at_its_limit_makes_no_resident_wait(tmp_path: Path, box: Sandbox) -> None:
    config = with_telegrams_limits(build_test_config(tmp_path, box.url))
    async with run_bot(config) as app:
        suara = RunningBot(box, app, tmp_path)
        ani, stranger = await suara.add_person(1), await suara.add_person(2)
        await box.switch_rate_limits(on=True)
        group = await box.create_group("Tetangga", [stranger.person])
        for _ in range(25):
            await stranger.person.say("/start", chat=group)
        begun = time.monotonic()
        await ani.person.start()
        await ani.person.wait_until(lambda screen: screen.card is not None)
        assert time.monotonic() - begun < 5


async def test_while_every_call_hangs_what_people_do_is_kept(tmp_path: Path, box: Sandbox) -> None:
    async with run_bot(build_test_config(tmp_path, box.url)) as app:
        suara = RunningBot(box, app, tmp_path)
        people = [await suara.add_resident(100 + n) for n in range(12)]
        group = await box.create_group("Tetangga", [people[0].person])
        await box.inject_fault("*", delay=10, times=0)
        await people[0].person.say("/laporan", chat=group)
        for phone in people:
            await phone.person.tap("Tinggal di Jakarta")

        async def wait_until_kept() -> None:
            while suara.records.fetch_value(KEPT) < len(people):
                await asyncio.sleep(0.05)

        await asyncio.wait_for(wait_until_kept(), 30)
        await box.clear_faults()


def with_telegrams_limits(config: Config) -> Config:
    """The same at the pace that Telegram allows."""
    limits = {"most_a_second": 30, "most_a_second_in_chat": 1, "most_a_minute_in_group": 20}
    telegram = config.telegram.model_copy(update=limits)
    return config.model_copy(update={"telegram": telegram})

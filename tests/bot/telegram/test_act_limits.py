"""Whoever is faster than anybody can be is slowed down, and nobody else notices."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs
from telegram import Bot, Update

from bot.config import validate_config
from bot.handlers.commands import is_own_command
from bot.telegram import act_limits, held_acts
from bot.telegram.act_limits import ActLimits, TokenBuckets
from bot.telegram.client import create_bot
from bot.telegram.intake import RevokedTokenError, UpdateIntake
from bot.telegram.polling import Poller
from sandbox import Sandbox
from tests.bot.running_bot import TOKEN, RunningBot, build_test_config, run_bot
from tests.bot.telegram.raw_server import RawServer, build_refusal, build_result, serve_raw

#: When something was sent, by Telegram's clock.
SENT = 1_700_000_000


def write_tap(number: int, sender: int = 1) -> dict[str, Any]:
    who = {"id": sender, "is_bot": False, "first_name": "Sari"}
    query = {"id": str(number), "from": who, "chat_instance": "x", "data": str(number)}
    return {"update_id": number, "callback_query": query}


def write_message(
    number: int, sender: int = 1, at: int = SENT, chat: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    who = {"id": sender, "is_bot": False, "first_name": "Sari"}
    where = chat or {"id": sender, "type": "private"}
    message = {"message_id": number, "date": at, "chat": where, "from": who, "text": "x"}
    return {"update_id": number, "message": message | more}


# The rule


def test_a_bucket_gives_a_burst_and_then_as_many_as_it_gains() -> None:
    buckets = TokenBuckets(rate=5, burst=20)
    assert [buckets.take("ani", 0) for _ in range(20)] == [0] * 20
    assert buckets.take("ani", 0) == pytest.approx(0.2)
    assert buckets.take("ani", 0.1) == pytest.approx(0.1)
    assert buckets.take("ani", 0.2) == 0
    assert buckets.take("budi", 0.2) == 0
    assert [buckets.take("ani", 1000) for _ in range(21)].count(0) == 20


def test_a_clock_that_is_put_back_gives_nothing_and_takes_nothing() -> None:
    buckets = TokenBuckets(rate=1, burst=2)
    assert [buckets.take("ani", at) for at in (100, 50)] == [0, 0]
    assert buckets.take("ani", 100.5) == pytest.approx(0.5)
    assert buckets.take("ani", 101) == 0


def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(act_limits, "MOST_REMEMBERED", 10)
    buckets = TokenBuckets(rate=1, burst=1)
    for number in range(100):
        buckets.take(number, 0)
    assert len(buckets) == 10
    assert buckets.take(99, 0) > 0  # The last one is still known.


def test_a_person_who_taps_as_fast_as_a_finger_can_is_never_slowed_down() -> None:
    limits = ActLimits(5, lambda _: False)
    taken = [limits.judge(write_tap(n), n / 6.5).taken for n in range(60)]
    assert all(taken)


def test_messages_of_an_outage_are_judged_by_when_they_were_sent() -> None:
    limits = ActLimits(5, lambda _: False)
    # Two hundred answers, one a second, that all come in one moment.
    assert all(limits.judge(write_message(n, at=SENT + n), 7.0).taken for n in range(200))
    assert not all(limits.judge(write_message(n, 2), 7.0).taken for n in range(21))


def test_a_person_who_taps_and_types_by_clocks_that_differ_is_not_slowed_down() -> None:
    limits = ActLimits(5, lambda _: False)
    for n in range(100):  # Our clock knows nothing of Telegram's.
        assert limits.judge(write_tap(n), 10.0**10 + n).taken
        assert limits.judge(write_message(n, at=SENT + n), 10.0**10 + n).taken


def test_a_group_is_answered_six_commands_a_minute_and_its_talk_costs_nothing() -> None:
    limits = ActLimits(5, lambda text: is_own_command(text, "Suara_bot"))
    group = {"id": -5, "type": "supergroup"}

    def say(number: int, text: str, now: float) -> bool:
        said = write_message(number, number, chat=group, text=text)
        return limits.judge(said, now).taken

    for number, text in enumerate(("halo", "/laporan@other_bot", "/unknown", "/") * 10):
        assert say(number, text, 0)
    commands = ("/laporan", "/report@suara_bot", "/lokakarya x")
    taken = [say(100 + n, commands[n % 3], 0) for n in range(10)]
    assert taken == [True] * 6 + [False] * 4
    assert not say(200, "/laporan", 9)
    assert say(201, "/laporan", 10)
    other = write_message(202, 202, chat={"id": -6, "type": "group"}, text="/laporan")
    assert limits.judge(other, 0).taken


def test_whoever_writes_in_a_groups_name_is_that_group() -> None:
    limits = ActLimits(1, lambda _: False)
    anonymous = 1_087_968_824  # One and the same person in every group.
    for number in range(100):
        group = {"id": -number, "type": "supergroup"}
        said = write_message(number, anonymous, chat=group, sender_chat=group)
        assert limits.judge(said, 0).taken


@pytest.mark.parametrize(
    "odd",
    [
        None, 5, [], "x", {}, {"message": 5}, {"message": {}}, {"message": {"from": 5}},
        {"callback_query": {"from": {"id": "x"}}}, {"message": {"from": {"id": 1}, "date": "x"}},
        {"message": {"from": {"id": 1}, "date": 10**30}}, {"my_chat_member": {"from": {"id": 1}}},
    ],
)  # fmt: skip
def test_what_cannot_be_judged_is_taken(odd: Any) -> None:
    limits = ActLimits(1, lambda _: False)
    assert all(limits.judge(odd, 0).taken for _ in range(10))


def test_zero_is_no_limit() -> None:
    limits = ActLimits(0, lambda _: True)
    group = {"id": -5, "type": "group"}
    assert all(limits.judge(write_tap(n), 0).taken for n in range(1000))
    assert all(limits.judge(write_message(n, chat=group), 0).taken for n in range(100))


# What comes of it


class NotedIntake:
    """An intake, and the numbers of what was handled."""

    def __init__(self, acts_a_second: int = 5) -> None:
        self.handled: list[int] = []
        self.limits = ActLimits(acts_a_second, lambda _: False)
        self.intake = UpdateIntake(Bot(TOKEN), self._note, limits=self.limits)

    async def _note(self, update: Update) -> None:
        self.handled.append(update.update_id)


async def test_of_a_drummer_the_first_and_the_last_count_and_of_the_others_all() -> None:
    noted = NotedIntake()
    drummed = [write_tap(n, sender=1) for n in range(100)]
    calm = [write_tap(1000 + n, sender=100 + n) for n in range(50)]
    with capture_logs() as logs:
        await noted.intake.take_all([*drummed, *calm])
        assert noted.handled == [*range(20), *range(1000, 1050)]
        await asyncio.sleep(0.3)
    assert noted.handled[70:] == [99]
    assert noted.limits.dropped_count == 79
    assert [line["event"] for line in logs] == ["acts dropped"]


async def test_what_comes_while_one_waits_takes_its_place_and_does_not_overtake() -> None:
    noted = NotedIntake()
    await noted.intake.take_all([write_tap(n) for n in range(21)])
    held = noted.intake.held
    assert held.holds((1, True))
    await noted.intake.take(write_tap(50))
    await noted.intake.take(write_message(51))  # A message is an act of its own.
    assert noted.handled == [*range(20), 51]
    await asyncio.sleep(0.3)
    assert noted.handled == [*range(20), 51, 50]
    assert not held.holds((1, True))


async def test_a_later_message_does_not_overtake_one_that_waits() -> None:
    noted = NotedIntake()
    await noted.intake.take_all([write_message(n) for n in range(21)])
    await noted.intake.take(write_message(50, at=SENT + 10))  # By Telegram's clock in time.
    assert noted.handled == [*range(20)]
    await noted.intake.finish()
    assert noted.handled == [*range(20), 50]


async def test_a_stop_carries_out_what_waits() -> None:
    noted = NotedIntake(acts_a_second=1)
    await noted.intake.take_all([write_tap(n) for n in range(6)])
    assert noted.handled == [0, 1, 2, 3]
    await asyncio.wait_for(noted.intake.finish(), 0.5)
    assert noted.handled == [0, 1, 2, 3, 5]


async def test_an_end_for_whatever_reason_carries_out_what_waits() -> None:
    noted = NotedIntake(acts_a_second=1)
    async with serve_raw(RawServer()) as raw, create_bot(TOKEN, raw.url, 1) as noted.intake.bot:
        raw.updates = [write_tap(n) for n in range(1, 7)]
        raw.scripted["getUpdates"].append(build_result(raw.updates))
        raw.scripted["getUpdates"].append(build_refusal(401, "Unauthorized"))
        with pytest.raises(RevokedTokenError):
            await asyncio.wait_for(Poller(noted.intake).run(asyncio.Event()), 30)
    assert noted.handled == [1, 2, 3, 4, 6]


async def test_only_so_many_acts_wait_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held_acts, "MOST_HELD", 3)
    noted = NotedIntake(acts_a_second=1)
    await noted.intake.take_all([write_tap(s * 10 + n, s) for s in range(5) for n in range(5)])
    assert noted.limits.dropped_count == 2
    await noted.intake.finish()
    assert len(noted.handled) == 5 * 4 + 3


@asynccontextmanager
async def run_limited_bot(folder: Path, box: Sandbox) -> AsyncIterator[RunningBot]:
    """A Suara that takes as much from everybody as it is shipped with."""
    raw = build_test_config(folder, box.url).model_dump(mode="json")
    raw["telegram"]["most_acts_a_second"] = 5
    async with run_bot(validate_config(raw)) as app:
        yield RunningBot(box, app, folder)


async def test_an_impatient_person_sees_in_the_end_what_the_last_tap_means(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_limited_bot(tmp_path, box) as suara:
        ani, budi = await suara.add_resident(1001), await suara.add_resident(1002)
        here = ani.cards[-1].message_id
        for _ in range(60):  # Faster than the bot shows anything.
            await ani.person.send_callback_data("drum", here)
        await ani.person.tap("Tinggal di Jakarta")
        await budi.tap("Tinggal di Jakarta")
        await ani.person.wait_until(lambda screen: "Di kota mana" in screen.card.text)
        assert suara.app.limits.dropped_count > 20
        for person in (ani, budi):
            assert suara.records.answers(person.id)["hubungan"] == "tinggal"

"""When Telegram, the network, the database or we ourselves fail."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs
from telegram import Bot, Update

import bot.telegram.calls
from bot.app import TelegramFault, open_app
from bot.clock import Clock
from bot.screens.screen import Screen
from bot.telegram.cards import CardSender, PendingCard
from bot.telegram.intake import IntakeError, UpdateIntake
from bot.telegram.polling import Poller
from sandbox import Sandbox
from survey.store.database import DatabaseFault
from tests.bot.perception_answers import find_expected_answer
from tests.bot.running_bot import TOKEN, RunningBot, build_test_config, run_bot


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits between attempts as long as a test can bear."""
    monkeypatch.setattr(bot.telegram.calls, "NETWORK_PAUSES", (0.05, 0.05, 0.05, 0.05, 0.05))


FAULTS: list[dict[str, Any]] = [
    {"code": 429, "retry_after": 1},
    {"code": 500},
    {"code": 502, "times": 3},
    {"drop": "before"},
    {"drop": "after"},
    {"delay": 0.5},
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_the_card_comes_in_spite_of_a_fault(suara: RunningBot, fault: dict[str, Any]) -> None:
    ani = await suara.add_resident()
    await suara.box.inject_fault("editMessageText", **fault)
    await ani.person.tap("Tinggal di Jakarta")
    await ani.person.wait_until(lambda screen: "Di kota mana" in screen.card.text)
    await ani.wait_for_card()  # Until we know, too, that they can see it.
    await suara.box.inject_fault("sendMessage", **fault)
    await ani.person.say("selatan")
    await ani.person.wait_until(lambda screen: "Di kecamatan mana" in screen.card.text)
    assert suara.records.answers(ani.id)["kota"] == "31.74"
    assert suara.records.fetch_value("SELECT steps FROM interview") == 3


@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_updates_come_in_spite_of_a_fault(suara: RunningBot, fault: dict[str, Any]) -> None:
    ani = await suara.add_resident()
    await suara.box.inject_fault("getUpdates", **fault)
    card = await ani.tap("Tinggal di Jakarta")
    await ani.person.wait_until(lambda screen: "Di kota mana" in screen.card.text)
    assert suara.records.fetch_value("SELECT steps FROM interview") == 2
    assert card


async def test_a_card_that_shows_it_already_is_no_fault(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    with capture_logs() as logs:
        await ani.tap("Tinggal di Jakarta")
        card = await ani.wait_for_card()
        await ani.send_callback_data("look", card.message_id)
    same = [c for c in await suara.box.list_calls("editMessageText") if not c["ok"]]
    assert "message is not modified" in same[-1]["description"]
    assert [line for line in logs if line["log_level"] != "debug"] == []
    assert len(ani.cards) == 1


async def test_a_tap_that_is_answered_too_late_counts_and_is_no_fault(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    late = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    await suara.box.inject_fault("answerCallbackQuery", code=400, description=late)
    with capture_logs() as logs:
        # The sandbox goes on waiting for an answer to the tap, and so would `tap`.
        await ani.person.tap("Tinggal di Jakarta")
        await ani.person.wait_until(lambda screen: "Di kota mana" in screen.card.text)
        await suara.app.outbox.wait_until_shown(ani.id)
    assert [line for line in logs if line["log_level"] != "debug"] == []


async def test_a_card_that_is_gone_comes_anew(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    card = await ani.wait_for_card()
    data = card.find_callback_data("Tinggal di Jakarta")
    await suara.app.bot.delete_message(ani.id, card.message_id)
    await suara.box.inject_fault(
        "editMessageText", code=400, description="Bad Request: message to edit not found"
    )
    second = await ani.say("/bantuan")
    await ani.send_callback_data(data, second.message_id)
    card = await ani.wait_for_card()
    assert find_expected_answer(card).name == "kota"  # type: ignore[union-attr]


async def test_a_person_who_blocked_us_meanwhile_is_no_fault(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    await suara.box.inject_fault(
        "editMessageText", code=403, description="Forbidden: bot was blocked by the user"
    )
    with capture_logs() as logs:
        await ani.tap("Tinggal di Jakarta")
    assert [line for line in logs if line["log_level"] != "debug"] == []
    assert suara.records.answers(ani.id)["hubungan"] == "tinggal"
    assert find_expected_answer(await ani.say("halo")).name == "kota"  # type: ignore[union-attr]
    assert find_expected_answer(await ani.say("selatan")).name == "kecamatan"  # type: ignore[union-attr]


async def test_a_screen_wanted_at_the_very_end_of_another_is_shown(
    suara: RunningBot,
) -> None:
    ani = await suara.add_person()
    await ani.start()
    loop, news = asyncio.get_running_loop(), asyncio.Event()

    class Records:
        """Has something new to show at the moment at which the card is remembered."""

        async def remember_card(self, _: int, __: int) -> None:
            if not news.is_set():
                news.set()
                loop.call_soon(cards.show_screen, pend("zweite"))

        async def doubt_card(self, _: int, __: int) -> None:
            pass

    def pend(text: str) -> PendingCard:
        return PendingCard(cards, ani.id, Screen(text), None, None)

    cards = CardSender(suara.app.outbox, Records(), suara.app.context.senders.shown_screens)
    cards.show_screen(pend("erste"))
    await ani.person.wait_until(lambda screen: screen.last_message.text == "zweite")


async def test_quick_tapping_costs_a_call_or_two_and_ends_at_the_newest(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    await suara.box.inject_fault("sendMessage", delay=0.4)
    number = (await suara.box.list_calls())[-1]["number"]
    for words in ("/bahasa", "/bantuan", "/bahasa", "/hapus"):
        await ani.person.say(words)
    card = await ani.wait_for_card()
    assert "hapus semuanya" in card.text
    shown = await suara.box.list_calls("sendMessage", since=number)
    assert len(shown) < 4


# Ends


def rename(folder: Path, table: str, name: str) -> None:
    """Take a table away, or put it back."""
    with closing(sqlite3.connect(folder / "suara.db")) as connection:
        connection.execute(f"ALTER TABLE {table} RENAME TO {name}")
        connection.commit()


async def test_a_token_revoked_while_running_ends_the_polling_with_a_remedy(
    tmp_path: Path, box: Sandbox
) -> None:
    async with open_app(build_test_config(tmp_path, box.url), TOKEN, Clock()) as app:
        await box.inject_fault("getUpdates", code=401, description="Unauthorized")
        with pytest.raises(IntakeError, match="@BotFather"):
            await asyncio.wait_for(app.poll_updates(asyncio.Event()), 30)


async def test_a_wrong_token_ends_the_start_with_a_remedy(tmp_path: Path, box: Sandbox) -> None:
    with pytest.raises(TelegramFault, match="does not know this token"):
        async with open_app(build_test_config(tmp_path, box.url), "999:" + "x" * 30, Clock()):
            pass


async def test_an_update_that_always_fails_is_set_aside_and_the_others_go_on(
    box: Sandbox,
) -> None:
    ani = await box.add_person(1001, first_name="Ani")
    budi = await box.add_person(1005, first_name="Budi")
    tried: list[int] = []

    async def handle(update: Update) -> None:
        tried.append(update.effective_user.id)  # type: ignore[union-attr]
        if update.effective_user.id == ani.id:  # type: ignore[union-attr]
            raise RuntimeError("a fault of ours")

    stop = asyncio.Event()
    async with Bot(TOKEN, base_url=box.base_url) as other:
        poller = Poller(UpdateIntake(other, handle))
        await ani.start()
        await budi.start()
        with capture_logs() as logs:
            task = asyncio.create_task(poller.run(stop))
            for person in (ani, budi):  # Settled: confirmed, though nothing was said to them.
                await person.wait_until_idle()
            stop.set()
            await task
    assert tried.count(ani.id) == 3
    assert tried.count(budi.id) == 1
    (line,) = [line for line in logs if line["log_level"] == "error"]
    assert (line["event"], line["kind"]) == ("update set aside", "message")


async def test_a_failing_database_stops_the_polling_and_nothing_is_confirmed(
    tmp_path: Path, box: Sandbox
) -> None:
    config = build_test_config(tmp_path, box.url)
    async with open_app(config, TOKEN, Clock()) as app:
        ani = await box.add_person(1001, first_name="Ani", language_code="id")
        polled = asyncio.create_task(app.poll_updates(asyncio.Event()))
        await ani.start("persepsi")
        await ani.wait_for_card()
        await asyncio.to_thread(rename, tmp_path, "step", "step_lost")
        await ani.tap("Ya, saya setuju")
        with pytest.raises(DatabaseFault) as found:
            await asyncio.wait_for(polled, 30)
        assert "1001" not in str(found.value)  # Nothing of anybody gets into the log with it.
        assert len(await app.bot.get_updates(timeout=0)) == 1
    rename(tmp_path, "step_lost", "step")
    async with run_bot(config):
        await ani.wait_until(lambda screen: "Apa hubungan" in screen.card.text)


async def test_what_people_write_is_not_in_what_a_failing_database_says(
    tmp_path: Path, box: Sandbox
) -> None:
    async with open_app(build_test_config(tmp_path, box.url), TOKEN, Clock()) as app:
        await asyncio.to_thread(rename, tmp_path, "contact", "contact_lost")
        with pytest.raises(DatabaseFault) as found:
            await app.interviews.read_snapshot(987654321, Clock().now())
        assert "987654321" not in str(found.value)

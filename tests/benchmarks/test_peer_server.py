"""The server of the benchmark keeps Telegram's promises: a small bot calls it over a socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import aiohttp
import pytest

from benchmarks.peers.api_server import serve_accounts
from benchmarks.peers.bot_account import BotAccount
from benchmarks.peers.residents import Keyboard, tap_any, tap_like_resident

TOKEN = "300001:token-of-the-small-bot"
TWO_BUTTONS = {
    "inline_keyboard": [
        [{"text": "Ya", "callback_data": "1"}, {"text": "Tidak", "callback_data": "2"}]
    ]
}


class SmallBot:
    """A bot as small as can be, which calls the server as JSON or as forms."""

    def __init__(self, session: aiohttp.ClientSession, url: str, account: BotAccount) -> None:
        self.account = account
        self._session, self._url = session, url

    async def call(self, method: str, token: str = TOKEN, **params: Any) -> dict[str, Any]:
        async with self._session.post(f"{self._url}/bot{token}/{method}", json=params) as answer:
            found: dict[str, Any] = await answer.json()
            assert answer.status == found.get("error_code", 200)
            return found

    async def fetch(self, offset: int = 0, hold: float = 0) -> list[dict[str, Any]]:
        found = await self.call("getUpdates", offset=offset, timeout=hold)
        updates: list[dict[str, Any]] = found["result"]
        return updates

    async def show_card(self, update: dict[str, Any], text: str, **params: Any) -> dict[str, Any]:
        """Answer a START with a card, or a tap by changing it."""
        if query := update.get("callback_query"):
            await self.call("answerCallbackQuery", callback_query_id=query["id"])
            message = query["message"]
            place = {"chat_id": message["chat"]["id"], "message_id": message["message_id"]}
            return await self.call("editMessageText", text=text, **place, **params)
        chat = update["message"]["chat"]["id"]
        return await self.call("sendMessage", chat_id=chat, text=text, **params)


@asynccontextmanager
async def run_small_bot(people: int, delay: float = 0) -> AsyncIterator[SmallBot]:
    """A server with one account, let go, and its bot."""
    account = BotAccount(3, TOKEN, tap_any, people, seed=7)
    async with serve_accounts([account], delay) as url, aiohttp.ClientSession() as session:
        account.invite_people()
        account.open()
        yield SmallBot(session, url, account)


def who(update: dict[str, Any]) -> int:
    found = update.get("callback_query") or update["message"]
    number: int = found["from"]["id"]
    return number


async def show_two_cards(bot: SmallBot) -> dict[str, Any]:
    """The first card, and a second one after the tap that is given back."""
    (start,) = await bot.fetch()
    await bot.show_card(start, "Satu?", reply_markup=TWO_BUTTONS)
    (tap,) = await bot.fetch(start["update_id"] + 1)
    await bot.show_card(tap, "Dua?", reply_markup=TWO_BUTTONS)
    return tap


async def test_updates_come_again_until_they_are_confirmed() -> None:
    async with run_small_bot(people=3) as bot:
        first = await bot.fetch()
        assert [who(update) for update in first] == [30000001, 30000002, 30000003]
        assert await bot.fetch() == first
        assert await bot.fetch(first[1]["update_id"]) == first[1:]
        assert await bot.fetch(first[-1]["update_id"] + 1) == []


async def test_somebody_taps_once_for_each_card_that_they_see() -> None:
    async with run_small_bot(people=2) as bot:
        starts = await bot.fetch()
        for start in starts:
            await bot.show_card(start, "Satu?", reply_markup=TWO_BUTTONS)
        taps = await bot.fetch(starts[-1]["update_id"] + 1)
        assert [who(tap) for tap in taps] == [who(start) for start in starts]
        assert {tap["callback_query"]["data"] for tap in taps} <= {"1", "2"}
        assert {tap["callback_query"]["message"]["text"] for tap in taps} == {"Satu?"}
        # Nobody taps again before their card has changed.
        assert await bot.fetch(taps[-1]["update_id"] + 1) == []
        await bot.show_card(taps[0], "Dua?", reply_markup=TWO_BUTTONS)
        again = await bot.fetch(taps[-1]["update_id"] + 1)
        assert [who(tap) for tap in again] == [who(taps[0])]
        assert again[0]["update_id"] == taps[-1]["update_id"] + 1


async def test_a_card_that_changes_without_a_tap_brings_none() -> None:
    async with run_small_bot(people=1) as bot:
        tap = await show_two_cards(bot)
        # The bot does not know of the next tap yet, so this is no answer to it.
        message = tap["callback_query"]["message"]
        place = {"chat_id": who(tap), "message_id": message["message_id"]}
        await bot.call("editMessageText", text="Tiga?", reply_markup=TWO_BUTTONS, **place)
        assert len(await bot.fetch(tap["update_id"] + 1)) == 1
        assert bot.account.figures.taps == 2


async def test_a_tap_is_answered_once() -> None:
    async with run_small_bot(people=1) as bot:
        tap = await show_two_cards(bot)
        query = tap["callback_query"]["id"]
        refused = await bot.call("answerCallbackQuery", callback_query_id=query)
        assert (refused["ok"], refused["error_code"]) == (False, 400)


async def test_a_card_that_stays_as_it_is_is_refused_and_brings_no_tap() -> None:
    async with run_small_bot(people=1) as bot:
        (start,) = await bot.fetch()
        await bot.show_card(start, "Satu?", reply_markup=TWO_BUTTONS)
        (tap,) = await bot.fetch(start["update_id"] + 1)
        refused = await bot.show_card(tap, "Satu?", reply_markup=TWO_BUTTONS)
        assert "not modified" in refused["description"]
        assert await bot.fetch(tap["update_id"] + 1) == []


async def test_who_reaches_the_end_is_followed_by_somebody_else() -> None:
    async with run_small_bot(people=1) as bot:
        (start,) = await bot.fetch()
        await bot.show_card(start, "Terima kasih")
        (other,) = await bot.fetch(start["update_id"] + 1)
        assert (who(start), who(other)) == (30000001, 30000002)
        assert bot.account.begun_people == 2


async def test_people_leave_when_their_patience_is_at_its_end() -> None:
    async with run_small_bot(people=1) as bot:
        bot.account.patience = 1
        (first,) = await bot.fetch()
        await bot.show_card(first, "Terima kasih")
        (start,) = await bot.fetch(first["update_id"] + 1)
        await bot.show_card(start, "Satu?", reply_markup=TWO_BUTTONS)
        (tap,) = await bot.fetch(start["update_id"] + 1)
        await bot.show_card(tap, "Dua?", reply_markup=TWO_BUTTONS)
        (other,) = await bot.fetch(tap["update_id"] + 1)
        assert "message" in other
        assert who(other) == who(start) + 1


async def test_people_who_pause_tap_later() -> None:
    async with run_small_bot(people=1) as bot:
        bot.account.pause = 0.5
        (start,) = await bot.fetch()
        await bot.show_card(start, "Satu?", reply_markup=TWO_BUTTONS)
        assert await bot.fetch(start["update_id"] + 1) == []
        (tap,) = await bot.fetch(start["update_id"] + 1, hold=30)
        assert who(tap) == who(start)


async def test_a_bot_that_is_not_let_go_gets_nothing_until_it_is() -> None:
    async with run_small_bot(people=1) as bot:
        await bot.account.close(0)
        assert await bot.fetch() == []
        asking = asyncio.create_task(bot.fetch(hold=30))
        await bot.fetch()  # By its answer the other request has arrived, too.
        assert not asking.done()
        bot.account.open()
        assert [who(update) for update in await asking] == [30000001]


async def test_the_clock_of_a_bot_stands_while_it_is_not_let_go() -> None:
    async with run_small_bot(people=1) as bot:
        await bot.account.close(0)
        stood = bot.account.clock
        await asyncio.sleep(0.05)
        assert bot.account.clock == stood
        bot.account.open()
        await asyncio.sleep(0.05)
        assert bot.account.clock > stood


@pytest.mark.parametrize("first", ["answerCallbackQuery", "editMessageText"])
async def test_a_turn_ends_when_what_was_handed_out_is_done(first: str) -> None:
    async with run_small_bot(people=1) as bot:
        (start,) = await bot.fetch()
        await bot.show_card(start, "Satu?", reply_markup=TWO_BUTTONS)
        (tap,) = await bot.fetch(start["update_id"] + 1)
        message = tap["callback_query"]["message"]["message_id"]
        params: dict[str, dict[str, Any]] = {
            "answerCallbackQuery": {"callback_query_id": tap["callback_query"]["id"]},
            "editMessageText": {"chat_id": who(tap), "message_id": message, "text": "Dua?"},
        }
        closing = asyncio.create_task(bot.account.close(30))
        await bot.call(first, **params.pop(first))
        assert not closing.done()
        for method, given in params.items():
            await bot.call(method, **given)
        await closing
        assert bot.account.figures.taps == 2


async def test_a_form_is_read_as_json_is() -> None:
    async with run_small_bot(people=1) as bot, aiohttp.ClientSession() as session:
        (start,) = await bot.fetch()
        data = {
            "chat_id": str(who(start)),
            "text": "Satu?",
            "reply_markup": '{"inline_keyboard":[[{"text":"A","callback_data":"a"}]]}',
        }
        url = f"{bot._url}/bot{TOKEN}/sendMessage"  # noqa: SLF001
        async with session.post(url, data=data) as answer:
            assert (await answer.json())["result"]["reply_markup"]["inline_keyboard"]
        (tap,) = await bot.fetch(start["update_id"] + 1)
        assert tap["callback_query"]["data"] == "a"


async def test_a_stranger_is_not_let_in() -> None:
    async with run_small_bot(people=1) as bot:
        assert (await bot.call("getMe", token="300001:other"))["error_code"] == 401


async def test_each_call_takes_as_long_as_the_way_to_telegram_and_back() -> None:
    loop = asyncio.get_running_loop()
    async with run_small_bot(people=1, delay=0.2) as bot:
        begun = loop.time()
        await bot.call("getMe")
        assert loop.time() - begun >= 0.2


def build_keyboard(*buttons: tuple[str, str]) -> Keyboard:
    return [[{"text": text, "callback_data": data}] for text, data in buttons]


@pytest.mark.parametrize(
    ("buttons", "taps"),
    [
        ([("Ya, saya setuju", "yes:persepsi"), ("Tidak", "no:persepsi")], {"yes:persepsi"}),
        ([("Kuat", "a:1:x:0"), ("Lemah", "a:1:x:1"), ("‹", "b:1")], {"a:1:x:0", "a:1:x:1"}),
        ([("Bukan ketiganya", "a:1:x:3"), ("Kerja", "a:1:x:1")], {"a:1:x:1"}),
        ([("☐ A", "t:1:x:0:1"), ("☐ B", "t:1:x:1:1"), ("Selesai", "d:1:x")],
            {"t:1:x:0:1", "t:1:x:1:1"}),
        ([("☑ A", "t:1:x:0:0"), ("☑ B", "t:1:x:1:0"), ("Selesai", "d:1:x")], {"d:1:x"}),
        ([("Lewati", "s:1:x"), ("‹", "b:1")], {"s:1:x"}),
        ([("✏️ 1", "e:1:x"), ("Kirim ✓", "send:1")], {"send:1"}),
        ([("Hasil", "tell:persepsi:1")], {None}),
    ],
)  # fmt: skip
def test_residents_go_on_to_the_end(buttons: list[tuple[str, str]], taps: set[str | None]) -> None:
    keyboard = build_keyboard(*buttons)
    seeds = (Random(number) for number in range(30))  # noqa: S311 - no secret
    assert {tap_like_resident(keyboard, rng) for rng in seeds} == taps

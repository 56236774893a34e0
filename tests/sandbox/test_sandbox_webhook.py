"""Updates are brought to a bot's own address as Telegram brings them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

import sandbox
from sandbox import PersonClient, Sandbox
from tests.sandbox.raw_bot import RawBot, build_keyboard
from tests.sandbox.webhook_receiver import WebhookReceiver, receive_webhook


@pytest.fixture
async def hook() -> AsyncIterator[WebhookReceiver]:
    async with receive_webhook() as receiver:
        yield receiver


async def test_updates_are_brought_with_the_secret_and_confirmed_by_the_answer(
    siti: PersonClient, bot: RawBot, hook: WebhookReceiver
) -> None:
    await bot.call_method("setWebhook", url=hook.url, secret_token="s3-cret_")
    (start,) = await hook.wait_for(1)
    assert start["message"]["text"] == "/start"
    assert hook.headers[0]["x-telegram-bot-api-secret-token"] == "s3-cret_"
    assert hook.headers[0]["content-type"] == "application/json"
    await siti.say("halo")
    await siti.wait_until_idle()
    assert hook.texts() == ["/start", "halo"]
    assert await bot.call_method("getWebhookInfo") == {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": 0,
        "max_connections": 40,
        "ip_address": "127.0.0.1",
    }


async def test_without_a_secret_there_is_no_header_and_unwanted_kinds_do_not_come(
    siti: PersonClient, bot: RawBot, hook: WebhookReceiver
) -> None:
    await bot.call_method(
        "setWebhook", url=hook.url, drop_pending_updates=True, allowed_updates=["callback_query"]
    )
    await bot.call_method(
        "sendMessage", chat_id=siti.id, text="?", reply_markup=build_keyboard(["Ya"])
    )
    await siti.say("unheard")
    await siti.tap("Ya")
    (tap,) = await hook.wait_for(1)
    assert "callback_query" in tap
    assert "x-telegram-bot-api-secret-token" not in hook.headers[0]
    info = await bot.call_method("getWebhookInfo")
    assert info["allowed_updates"] == ["callback_query"]


async def test_what_is_no_webhook_is_refused(bot: RawBot) -> None:
    url = "http://127.0.0.1:1/"
    for params, words in (
        ({"url": url, "secret_token": "a" * 257}, "secret token is too long"),
        ({"url": url, "secret_token": "a b"}, "secret token contains unallowed characters"),
        ({"url": "ftp://127.0.0.1"}, "invalid webhook URL specified"),
        (
            {"url": "https://nowhere.invalid/"},
            "bad webhook: Failed to resolve host: Name or service not known",
        ),
    ):
        assert await bot.expect_refusal("setWebhook", **params) == f"Bad Request: {words}"
    assert (await bot.call_method("getWebhookInfo"))["url"] == ""


@pytest.mark.parametrize("status", [302, 404, 500])
async def test_anything_but_2xx_is_tried_again_with_growing_pauses(
    box: Sandbox, bot: RawBot, hook: WebhookReceiver, siti: PersonClient, status: int
) -> None:
    now = await box.move_clock(stopped=True)
    hook.answer = lambda _: web.Response(status=status)
    await bot.call_method("setWebhook", url=hook.url)
    await hook.wait_for(2)  # The second try comes at once.
    seen = 2
    for pause in (2, 4, 8, 16, 32, 60, 60):
        await box.move_clock(advance=pause - 0.5)
        await asyncio.sleep(0.05)
        assert len(hook.updates) == seen
        await box.move_clock(advance=0.5)
        seen += 1
        await hook.wait_for(seen)
    assert {update["update_id"] for update in hook.updates} == {100_000_000}
    info = await bot.call_method("getWebhookInfo")
    assert info["pending_update_count"] == 1
    assert info["last_error_message"].startswith(f"Wrong response from the webhook: {status} ")
    assert info["last_error_date"] == int(now) + 182
    hook.answer = lambda _: web.Response()
    await box.move_clock(advance=60)
    await siti.wait_until_idle()


async def test_retry_after_is_heeded_and_what_would_come_too_late_is_dropped(
    box: Sandbox, bot: RawBot, hook: WebhookReceiver, siti: PersonClient
) -> None:
    await box.move_clock(stopped=True)
    hook.answer = lambda _: web.Response(status=503, headers={"Retry-After": "30"})
    await bot.call_method("setWebhook", url=hook.url)
    await hook.wait_for(1)
    await box.move_clock(advance=29)
    await asyncio.sleep(0.05)
    assert len(hook.updates) == 1
    await box.move_clock(advance=1)
    await hook.wait_for(2)
    await box.move_clock(advance=86_400 - 45)
    await hook.wait_for(3)
    await siti.wait_until_idle()
    assert (await bot.call_method("getWebhookInfo"))["pending_update_count"] == 0


async def test_nobody_at_the_address_is_an_error_too(
    bot: RawBot, hook: WebhookReceiver, siti: PersonClient
) -> None:
    await bot.call_method("setWebhook", url="http://127.0.0.1:1/hook")
    async with asyncio.timeout(30):
        while "last_error_message" not in (info := await bot.call_method("getWebhookInfo")):
            await asyncio.sleep(0.02)
    assert info["last_error_message"] == "Connection refused"
    await bot.call_method("setWebhook", url=hook.url)
    await hook.wait_for(1)
    assert "last_error_message" not in await bot.call_method("getWebhookInfo")
    await siti.wait_until_idle()


async def test_a_chats_messages_stay_in_order_and_others_come_meanwhile(
    box: Sandbox, bot: RawBot, hook: WebhookReceiver, siti: PersonClient
) -> None:
    await bot.call_method("setWebhook", url=hook.url, max_connections=3)
    await hook.wait_for(1)
    await siti.wait_until_idle()
    hook.open_door.clear()
    people = [siti, *[await box.add_person(n) for n in range(2000, 2004)]]
    for person in people:
        await person.say("satu")
        await person.say("dua")
    await hook.wait_for(4)
    await asyncio.sleep(0.1)
    assert hook.inside == hook.most_inside == 3
    assert hook.texts()[1:] == ["satu"] * 3
    hook.open_door.set()
    await hook.wait_for(11)
    for person in people:
        said = [u["message"] for u in hook.updates if u["message"]["from"]["id"] == person.id]
        assert [message["text"] for message in said][-2:] == ["satu", "dua"]
    assert hook.most_inside == 3


@pytest.mark.parametrize("form", ["json", "form"])
async def test_the_answer_may_carry_one_call(
    box: Sandbox, bot: RawBot, hook: WebhookReceiver, siti: PersonClient, form: str
) -> None:
    call = {"method": "sendMessage", "chat_id": siti.id, "text": "Halo"}

    def answer(_: object) -> web.Response:
        if form == "json":
            return web.json_response(call)
        return web.Response(
            text="method=sendMessage&chat_id=1001&text=Halo",
            content_type="application/x-www-form-urlencoded",
        )

    hook.answer = answer
    await bot.call_method("setWebhook", url=hook.url)
    await siti.wait_until(lambda screen: screen.last_message.text == "Halo")
    await siti.wait_until_idle()
    assert [c["params"]["text"] for c in await box.list_calls("sendMessage")] == ["Halo"]


@pytest.mark.parametrize(
    "answer",
    [
        {"method": "deleteWebhook"},
        {"method": "getMe"},
        {"method": "sendMessage", "chat_id": 5, "text": "nobody"},
        ["odd"],
        None,
    ],
)
async def test_what_the_answer_may_not_carry_is_passed_over(
    bot: RawBot, hook: WebhookReceiver, siti: PersonClient, answer: object
) -> None:
    hook.answer = lambda _: web.json_response(answer)
    await bot.call_method("setWebhook", url=hook.url)
    await siti.wait_until_idle()
    assert (await bot.call_method("getWebhookInfo"))["url"] == hook.url


async def test_polling_and_a_webhook_exclude_each_other(
    bot: RawBot, hook: WebhookReceiver, siti: PersonClient
) -> None:
    await bot.fetch_updates()
    poll = asyncio.create_task(bot.send_request("getUpdates", offset=bot.offset, timeout=30))
    await asyncio.sleep(0.05)
    await bot.call_method("setWebhook", url=hook.url)
    status, body = await poll
    assert (status, body["description"]) == (
        409,
        "Conflict: terminated by setWebhook request",
    )
    begun = time.monotonic()
    assert await bot.expect_refusal("getUpdates") == (
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete"
        " the webhook first"
    )
    assert time.monotonic() - begun > 2.9  # A conflict soon after another is held back.
    hook.answer = lambda _: web.Response(status=500)
    await siti.say("kept")
    await hook.wait_for(2)
    await bot.call_method("deleteWebhook")
    (update,) = await bot.fetch_updates()
    assert update["message"]["text"] == "kept"


async def test_an_address_that_is_gone_for_a_day_is_forgotten(
    box: Sandbox, bot: RawBot, hook: WebhookReceiver, siti: PersonClient
) -> None:
    await box.move_clock(stopped=True)
    hook.answer = lambda _: web.Response(status=410)
    await bot.call_method("setWebhook", url=hook.url)
    await hook.wait_for(2)
    await box.move_clock(advance=23 * 3600 + 1)
    await hook.wait_for(3)
    async with asyncio.timeout(30):
        while (await bot.call_method("getWebhookInfo"))["url"]:
            await asyncio.sleep(0.02)
    assert len(await bot.fetch_updates()) == 1
    assert siti.id


async def test_a_webhook_outlives_a_restart(tmp_path: Path, hook: WebhookReceiver) -> None:
    data = tmp_path / "sandbox.db"
    hook.answer = lambda _: web.Response(status=500)
    async with sandbox.serve(data=data) as box, RawBot.connect(box.url) as bot:
        await bot.call_method("setWebhook", url=hook.url, secret_token="x")
        siti = await box.add_person(1001)
        await siti.start()
        await hook.wait_for(2)
    hook.answer = lambda _: web.Response()
    hook.updates.clear()
    async with sandbox.serve(data=data) as box, RawBot.connect(box.url) as bot:
        await hook.wait_for(1)
        assert hook.headers[-1]["x-telegram-bot-api-secret-token"] == "x"
        await box.reset()
        assert (await bot.call_method("getWebhookInfo"))["url"] == ""

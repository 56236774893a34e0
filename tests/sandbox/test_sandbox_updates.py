"""Updates come until they are confirmed, and not longer than Telegram keeps them."""

from __future__ import annotations

import asyncio
import time

import pytest

from sandbox import PersonClient, Sandbox
from tests.sandbox.raw_bot import RawBot, build_keyboard


async def test_an_update_is_delivered_again_until_it_is_confirmed(
    siti: PersonClient, bot: RawBot
) -> None:
    first = await bot.call_method("getUpdates")
    assert [update["message"]["text"] for update in first] == ["/start"]
    assert await bot.call_method("getUpdates") == first
    assert await bot.call_method("getUpdates", offset=first[0]["update_id"]) == first
    await siti.say("satu")
    later = await bot.call_method("getUpdates", offset=first[0]["update_id"] + 1)
    assert [update["message"]["text"] for update in later] == ["satu"]
    assert later[0]["update_id"] == first[0]["update_id"] + 1


async def test_a_hundred_at_most_and_from_the_end_on_request(
    siti: PersonClient, bot: RawBot
) -> None:
    for n in range(120):
        await siti.say(str(n))
    assert len(await bot.call_method("getUpdates")) == 100
    assert len(await bot.call_method("getUpdates", limit=7)) == 7
    last = await bot.call_method("getUpdates", offset=-2)
    assert [update["message"]["text"] for update in last] == ["118", "119"]
    assert len(await bot.call_method("getUpdates")) == 2


async def test_a_long_poll_ends_with_the_update_or_with_its_time(
    siti: PersonClient, bot: RawBot
) -> None:
    await bot.fetch_updates()
    begun = time.monotonic()
    assert await bot.fetch_updates(1) == []
    assert time.monotonic() - begun > 0.9
    poll = asyncio.create_task(bot.fetch_updates(30))
    await asyncio.sleep(0.05)
    await siti.say("halo")
    assert (await asyncio.wait_for(poll, 30))[0]["message"]["text"] == "halo"


async def test_a_second_poller_ends_the_first(box: Sandbox, bot: RawBot) -> None:
    first = asyncio.create_task(bot.send_request("getUpdates", timeout=30))
    await asyncio.sleep(0.05)
    async with RawBot.connect(box.url) as other:
        second = asyncio.create_task(other.send_request("getUpdates", timeout=1))
        status, body = await first
        assert status == 409
        assert body["description"].startswith("Conflict: terminated by other getUpdates request")
        assert (await second)[0] == 200


async def test_even_one_that_does_not_wait_ends_the_first(box: Sandbox, bot: RawBot) -> None:
    first = asyncio.create_task(bot.send_request("getUpdates", timeout=30))
    await asyncio.sleep(0.05)
    async with RawBot.connect(box.url) as other:
        assert (await other.send_request("getUpdates", timeout=0))[0] == 200
    assert (await first)[0] == 409


async def test_a_tap_is_dropped_after_150_seconds_and_a_message_after_a_day(
    box: Sandbox, siti: PersonClient, bot: RawBot
) -> None:
    await bot.call_method(
        "sendMessage", chat_id=siti.id, text="?", reply_markup=build_keyboard(["Ya"])
    )
    await siti.tap("Ya")
    await box.move_clock(advance=140)
    assert len(await bot.call_method("getUpdates")) == 2
    await box.move_clock(advance=11)
    assert ["message" in update for update in await bot.call_method("getUpdates")] == [True]
    await box.move_clock(advance=86_400)
    assert await bot.call_method("getUpdates") == []


async def test_only_the_kinds_that_are_allowed(siti: PersonClient, bot: RawBot) -> None:
    await bot.fetch_updates(allowed_updates=["callback_query"])
    await siti.say("unheard")
    await bot.call_method(
        "sendMessage", chat_id=siti.id, text="?", reply_markup=build_keyboard(["Ya"])
    )
    await siti.tap("Ya")
    assert [list(update)[1] for update in await bot.fetch_updates()] == ["callback_query"]


async def test_settled_means_confirmed_answered_and_spoken_to(
    siti: PersonClient, bot: RawBot
) -> None:
    await bot.fetch_updates()
    await bot.call_method(
        "sendMessage", chat_id=siti.id, text="?", reply_markup=build_keyboard(["Ya"])
    )
    await bot.fetch_updates(0)
    await siti.wait_until_idle()
    await siti.tap("Ya")
    waiting = asyncio.create_task(siti.wait_until_idle())
    (update,) = await bot.fetch_updates()
    query = update["callback_query"]
    at = {"chat_id": siti.id, "message_id": query["message"]["message_id"]}
    await bot.call_method("answerCallbackQuery", callback_query_id=query["id"])
    assert not waiting.done()
    await bot.call_method(
        "editMessageText", **at, text="thanks", reply_markup=build_keyboard(["Lagi"])
    )
    assert not waiting.done()
    await bot.fetch_updates(0)
    screen = await waiting
    assert screen.card is not None
    assert screen.card.buttons == [["Lagi"]]


async def test_a_bot_that_says_nothing_has_settled_too(siti: PersonClient, bot: RawBot) -> None:
    await bot.fetch_updates()
    await bot.fetch_updates(0)
    await siti.wait_until_idle(1)
    await siti.send_sticker()
    await bot.fetch_updates()
    await bot.fetch_updates(0)
    await siti.wait_until_idle(1)


async def test_ids_and_dates_can_be_fixed(box: Sandbox, siti: PersonClient, bot: RawBot) -> None:
    await bot.fetch_updates()
    await box.move_clock(set=1_700_000_000, stopped=True)
    await box.set_next_id("update", 200_000_000)
    await siti.say("now")
    (update,) = await bot.fetch_updates()
    assert (update["update_id"], update["message"]["date"]) == (200_000_000, 1_700_000_000)
    assert update["message"]["message_id"] == 2


async def test_any_update_can_be_injected_and_comes_as_it_is(
    box: Sandbox, siti: PersonClient, bot: RawBot
) -> None:
    (start,) = await bot.fetch_updates()
    odd = {"message": {"from": None, "text": ["no", 1.5, None]}, "unheard_of": {"é": "\x00"}}
    number = await box.inject_update(odd)
    assert await bot.fetch_updates() == [{"update_id": number} | odd]
    assert number == start["update_id"] + 1
    ahead = {"update_id": number + 500, "poll": {}}
    assert await box.inject_update(ahead) == number + 500
    await siti.say("after it")
    injected, said = await bot.fetch_updates(allowed_updates=["message"])
    assert injected == ahead
    assert (said["update_id"], said["message"]["text"]) == (number + 501, "after it")


async def test_an_update_may_come_a_second_time_or_have_no_number(
    box: Sandbox, siti: PersonClient, bot: RawBot
) -> None:
    (start,) = await bot.fetch_updates()
    await box.inject_update(start)
    await box.inject_update({"message": {}}, numbered=False)
    assert await bot.call_method("getUpdates", offset=bot.offset) == [start, {"message": {}}]
    await siti.say("later")
    assert [u["message"]["text"] for u in await bot.fetch_updates() if u["message"]] == ["later"]


async def test_whoever_caused_an_injected_update_can_wait_for_the_bot(
    box: Sandbox, siti: PersonClient, bot: RawBot
) -> None:
    await bot.fetch_updates()
    await bot.fetch_updates(0)
    await siti.wait_until_idle()
    await box.inject_update({"message": {}}, person=siti.id)
    with pytest.raises(TimeoutError):
        await siti.wait_until_idle(0.1)
    await bot.fetch_updates()
    await bot.fetch_updates(0)
    await siti.wait_until_idle(1)


async def test_an_injected_update_must_at_least_be_an_object(box: Sandbox) -> None:
    with pytest.raises(ValueError, match="an update is an object"):
        await box.inject_update([])  # type: ignore[arg-type]

"""The sandbox refuses what Telegram refuses, in Telegram's words."""

from __future__ import annotations

import aiohttp
import pytest

from sandbox import PersonClient, Sandbox
from tests.sandbox.raw_bot import RawBot, build_keyboard

BAD = "Bad Request: "


async def test_an_unknown_token_is_unauthorized(box: Sandbox) -> None:
    async with RawBot.connect(box.url, "1:wrong") as stranger:
        assert await stranger.send_request("getMe") == (
            401,
            {"ok": False, "error_code": 401, "description": "Unauthorized"},
        )


async def test_an_unknown_method_is_not_found(bot: RawBot) -> None:
    assert await bot.expect_refusal("sendMesage") == "Not Found: method not found"


async def test_a_person_who_never_wrote_cannot_be_written_to(box: Sandbox, bot: RawBot) -> None:
    await box.add_person(7)
    for stranger in (7, 8):
        words = await bot.expect_refusal("sendMessage", chat_id=stranger, text="Halo")
        assert words == BAD + "chat not found"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "message text is empty"),
        ("  \n", "text must be non-empty"),
        ("<b></b>", "text must be non-empty"),
        ("a" * 4097, "message is too long"),
        ("😀" * 2049, "message is too long"),
        ("<p>x</p>", 'can\'t parse entities: Unsupported start tag "p" at byte offset 0'),
        ("é <b", "can't parse entities: Unclosed start tag at byte offset 3"),
        ("<b>x", "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
        ("x</b>", "can't parse entities: Unexpected end tag at byte offset 1"),
        (
            "<b><i>x</b></i>",
            (
                "can't parse entities: Unmatched end tag at byte offset 7,"
                ' expected "</i>", found "</b>"'
            ),
        ),
    ],
)
async def test_a_text_that_telegram_would_not_take(
    siti: PersonClient, bot: RawBot, text: str, words: str
) -> None:
    refused = await bot.expect_refusal("sendMessage", chat_id=siti.id, text=text, parse_mode="HTML")
    assert refused == BAD + words


async def test_the_limit_counts_after_the_entities_are_read(
    siti: PersonClient, bot: RawBot
) -> None:
    sent = await bot.call_method(
        "sendMessage", chat_id=siti.id, text=f"<b>{'a' * 4096}</b>", parse_mode="HTML"
    )
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 4096}]


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ({"text": "x", "callback_data": "é" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": " ", "callback_data": "x"}, "inline keyboard button text must be non-empty"),
        (
            {"text": "x"},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"text": "x", "url": "no address"},
            "inline keyboard button URL 'no address' is invalid: Wrong HTTP URL",
        ),
    ],
)
async def test_a_button_that_telegram_would_not_take(
    siti: PersonClient, bot: RawBot, button: dict[str, str], words: str
) -> None:
    markup = {"inline_keyboard": [[button]]}
    refused = await bot.expect_refusal(
        "sendMessage", chat_id=siti.id, text="x", reply_markup=markup
    )
    assert refused == BAD + words


async def test_64_bytes_of_callback_data_pass(siti: PersonClient, bot: RawBot) -> None:
    markup = {"inline_keyboard": [[{"text": "x", "callback_data": "é" * 32}]]}
    await bot.call_method("sendMessage", chat_id=siti.id, text="x", reply_markup=markup)


async def test_a_keyboard_can_be_too_long(siti: PersonClient, bot: RawBot) -> None:
    rows = [[f"button {n}"] for n in range(101)]
    words = await bot.expect_refusal(
        "sendMessage", chat_id=siti.id, text="x", reply_markup=build_keyboard(*rows)
    )
    assert words == BAD + "reply markup is too long"


async def test_an_unchanged_edit_is_refused_and_a_changed_one_is_dated(
    siti: PersonClient, bot: RawBot
) -> None:
    sent = await bot.call_method(
        "sendMessage",
        chat_id=siti.id,
        text="<b>x</b>",
        parse_mode="HTML",
        reply_markup=build_keyboard(["Ya"]),
    )
    at = {"chat_id": siti.id, "message_id": sent["message_id"]}
    same = {"text": "<b>x</b> ", "parse_mode": "HTML", "reply_markup": build_keyboard(["Ya"])}
    words = await bot.expect_refusal("editMessageText", **at, **same)
    assert words.startswith(BAD + "message is not modified: specified new message content")
    edited = await bot.call_method(
        "editMessageText", **at, text="x", reply_markup=build_keyboard(["Ya"])
    )
    assert edited["edit_date"] >= sent["date"]
    assert "entities" not in edited
    assert (
        await bot.expect_refusal(
            "editMessageReplyMarkup", **at, reply_markup=build_keyboard(["Ya"])
        )
    ).startswith(BAD + "message is not modified")
    without = await bot.call_method("editMessageReplyMarkup", **at)
    assert "reply_markup" not in without


async def test_an_edit_needs_the_bots_own_message_and_one_that_is_there(
    siti: PersonClient, bot: RawBot
) -> None:
    hers = siti.screen.last_message
    assert hers is not None
    at = {"chat_id": siti.id, "message_id": hers.message_id}
    assert (
        await bot.expect_refusal("editMessageText", **at, text="x")
        == BAD + "message can't be edited"
    )
    at["message_id"] = 999
    assert (
        await bot.expect_refusal("editMessageText", **at, text="x")
        == BAD + "message to edit not found"
    )
    assert await bot.expect_refusal("deleteMessage", **at) == BAD + "message to delete not found"
    words = await bot.expect_refusal(
        "sendMessage", chat_id=siti.id, text="x", reply_parameters={"message_id": 999}
    )
    assert words == BAD + "message to be replied not found"


async def test_a_text_has_no_caption_and_a_document_no_text(
    siti: PersonClient, bot: RawBot
) -> None:
    text = await bot.call_method("sendMessage", chat_id=siti.id, text="x")
    at = {"chat_id": siti.id, "message_id": text["message_id"]}
    words = await bot.expect_refusal("editMessageCaption", **at, caption="y")
    assert words == BAD + "there is no caption in the message to edit"
    await siti.send_document("a.txt", b"content")
    received = (await bot.fetch_updates())[-1]["message"]["document"]["file_id"]
    sent = await bot.call_method("sendDocument", chat_id=siti.id, document=received)
    at["message_id"] = sent["message_id"]
    words = await bot.expect_refusal("editMessageText", **at, text="y")
    assert words == BAD + "there is no text in the message to edit"
    words = await bot.expect_refusal("editMessageCaption", **at, caption="a" * 1025)
    assert words == BAD + "MEDIA_CAPTION_TOO_LONG"
    words = await bot.expect_refusal(
        "sendDocument", chat_id=siti.id, document=received, caption="a" * 1025
    )
    assert words == BAD + "message caption is too long"


async def test_a_tap_can_be_answered_once_and_not_too_late(
    box: Sandbox, siti: PersonClient, bot: RawBot
) -> None:
    await bot.call_method(
        "sendMessage", chat_id=siti.id, text="?", reply_markup=build_keyboard(["Ya"])
    )
    too_old = BAD + "query is too old and response timeout expired or query ID is invalid"
    assert await bot.expect_refusal("answerCallbackQuery", callback_query_id="1") == too_old
    first = (await siti.tap("Ya"))["query"]
    assert await bot.expect_refusal("answerCallbackQuery", callback_query_id=first, text="a" * 201)
    await bot.call_method("answerCallbackQuery", callback_query_id=first)
    assert await bot.expect_refusal("answerCallbackQuery", callback_query_id=first) == too_old
    second = (await siti.tap("Ya"))["query"]
    await box.move_clock(advance=151)
    assert await bot.expect_refusal("answerCallbackQuery", callback_query_id=second) == too_old


async def test_who_blocked_the_bot_is_forbidden_ground(siti: PersonClient, bot: RawBot) -> None:
    await siti.block()
    words = await bot.expect_refusal("sendMessage", chat_id=siti.id, text="x")
    assert words == "Forbidden: bot was blocked by the user"
    await siti.unblock()
    await bot.call_method("sendMessage", chat_id=siti.id, text="x")
    changes = [
        u["my_chat_member"]["new_chat_member"]["status"]
        for u in await bot.fetch_updates()
        if "my_chat_member" in u
    ]
    assert changes == ["kicked", "member"]


async def test_old_and_foreign_messages_stay(box: Sandbox, siti: PersonClient, bot: RawBot) -> None:
    old = await bot.call_method("sendMessage", chat_id=siti.id, text="x")
    await box.move_clock(advance=49 * 3600)
    young = await bot.call_method("sendMessage", chat_id=siti.id, text="y")
    at = {"chat_id": siti.id, "message_id": old["message_id"]}
    assert (
        await bot.expect_refusal("deleteMessage", **at)
        == BAD + "message can't be deleted for everyone"
    )
    ids = [old["message_id"], young["message_id"], 999]
    assert await bot.call_method("deleteMessages", chat_id=siti.id, message_ids=ids) is True
    await siti.wait_until(lambda screen: [m.text for m in screen.messages] == ["/start", "x"])


async def test_what_is_no_photo_is_no_photo(bot: RawBot, siti: PersonClient, box: Sandbox) -> None:
    form = aiohttp.FormData({"chat_id": str(siti.id)})
    form.add_field("photo", b"not an image", filename="a.png")
    async with aiohttp.ClientSession() as session:
        url = f"{box.base_url}123456:sandbox/sendPhoto"
        async with session.post(url, data=form) as response:
            assert (await response.json())["description"] == BAD + "IMAGE_PROCESS_FAILED"
    words = await bot.expect_refusal("sendPhoto", chat_id=siti.id, photo="nothing")
    assert words == BAD + "wrong file identifier/HTTP URL specified"
    words = await bot.expect_refusal("getFile", file_id="nothing")
    assert words == BAD + "wrong file_id or the file is temporarily unavailable"


async def test_a_call_outside_the_bot_api_fails_loudly(
    box: Sandbox, siti: PersonClient, bot: RawBot
) -> None:
    markup = {"inline_keyboard": [[{"callback_data": "x"}]]}
    words = await bot.expect_refusal("sendMessage", chat_id=siti.id, text="x", reply_markup=markup)
    assert words.startswith(BAD + "not in the Bot API")
    assert len(await box.list_problems()) == 1

"""What people can do, and what of it the bot may see."""

from __future__ import annotations

from pathlib import Path

import pytest
import telegram

import sandbox
from sandbox import CannotDo, PersonClient, Sandbox
from sandbox.server import TOKEN
from tests.sandbox.raw_bot import RawBot, ToyBot, build_keyboard


async def test_a_survey_from_the_first_card_to_the_last(box: Sandbox, toy: ToyBot) -> None:
    siti = await box.add_person(1001, first_name="Siti", language_code="id")
    await siti.start("persepsi")
    for label in ("Ya, saya setuju", "Banjir", "Sangat buruk", "☐ Air", "☐ Listrik", "☑ Air"):
        card = await siti.wait_for_card()
        assert label in card.labels
        await siti.tap(label)
    await siti.tap("Selesai memilih ›")
    await siti.wait_until(lambda screen: "4 dari 4" in screen.last_message.text)
    await siti.say("Saluran air")
    await siti.wait_until(lambda screen: screen.last_message.text.startswith("🙏 Terima kasih"))
    assert toy.answers[1001][1:] == ["Banjir", "Sangat buruk", "Selesai memilih ›", "Saluran air"]
    assert toy.ticked[1001] == {"Listrik"}


async def test_only_what_is_shown_can_be_tapped_but_data_can_be_forged(
    siti: PersonClient, bot: RawBot
) -> None:
    with pytest.raises(CannotDo, match="no button 'Ya' here"):
        await siti.tap("Ya")
    old = await bot.call_method(
        "sendMessage", chat_id=siti.id, text="1", reply_markup=build_keyboard(["Ya"])
    )
    await bot.call_method(
        "sendMessage", chat_id=siti.id, text="2", reply_markup=build_keyboard(["Tidak"])
    )
    with pytest.raises(CannotDo, match="no button 'Ya' here"):
        await siti.tap("Ya")
    await bot.fetch_updates()
    await siti.tap("Ya", message_id=old["message_id"])
    await siti.send_callback_data("anything")
    taps = [update["callback_query"] for update in await bot.fetch_updates()]
    assert [(tap["data"], tap["message"]["text"]) for tap in taps] == [
        ("Ya", "1"),
        ("anything", "2"),
    ]
    assert taps[0]["from"]["language_code"] == "id"


async def test_links_and_copies_happen_on_the_phone(siti: PersonClient, bot: RawBot) -> None:
    buttons = [
        {"text": "Mulai", "url": "https://t.me/suara_bot?start=u-ABC"},
        {"text": "Web", "url": "https://example.org"},
        {"text": "Kode", "copy_text": {"text": "ABC"}},
    ]
    markup = {"inline_keyboard": [buttons]}
    await bot.call_method("sendMessage", chat_id=siti.id, text="?", reply_markup=markup)
    await bot.fetch_updates()
    assert await siti.tap("Web") == {"number": box_number(siti), "url": "https://example.org"}
    assert (await siti.tap("Kode"))["copied"] == "ABC"
    await siti.tap("Mulai")
    assert [u["message"]["text"] for u in await bot.fetch_updates()] == ["/start u-ABC"]


def box_number(person: PersonClient) -> int:
    return person.box.last_event


async def test_places_contacts_stickers_and_second_thoughts_reach_the_bot(
    siti: PersonClient, bot: RawBot
) -> None:
    await bot.fetch_updates()
    await siti.share_location(-6.2, 106.8)
    await siti.share_contact("+62811")
    await siti.send_sticker("🙏")
    said = await siti.say("salah")
    await siti.edit_message(said, "benar")
    place, contact, sticker, _, edited = await bot.fetch_updates()
    assert place["message"]["location"] == {"latitude": -6.2, "longitude": 106.8}
    assert contact["message"]["contact"]["user_id"] == siti.id
    assert sticker["message"]["sticker"]["emoji"] == "🙏"
    assert edited["edited_message"]["text"] == "benar"
    assert edited["edited_message"]["message_id"] == said
    assert edited["edited_message"]["edit_date"]


async def test_in_a_group_chat_the_bot_sees_what_is_meant_for_it(
    box: Sandbox, siti: PersonClient, bot: RawBot
) -> None:
    budi = await box.add_person(1002, first_name="Budi")
    group = await box.create_group("Sekretariat", [siti, budi])
    kinds = [
        next(k for k in ("my_chat_member", "message") if k in u) for u in await bot.fetch_updates()
    ]
    assert kinds == ["message", "my_chat_member", "message"]
    asked = await bot.call_method(
        "sendMessage", chat_id=group.id, text="?", reply_markup=build_keyboard(["Ya"])
    )
    await budi.say("among ourselves", group)
    await budi.say("/laporan", group)
    await budi.say("/laporan@other_bot", group)
    await budi.say("/laporan@suara_bot", group)
    await budi.say("hi @suara_bot", group)
    await budi.say("yes", group, reply_to=asked["message_id"])
    await budi.tap("Ya", chat=group)
    *said, tapped = await bot.fetch_updates()
    texts = [update["message"]["text"] for update in said]
    assert texts == ["/laporan", "/laporan@suara_bot", "hi @suara_bot", "yes"]
    assert said[-1]["message"]["reply_to_message"]["message_id"] == asked["message_id"]
    assert tapped["callback_query"]["message"]["chat"]["type"] == "group"
    await group.promote_bot()
    await siti.say("all ears", group)
    assert "my_chat_member" in (await bot.fetch_updates())[0]
    assert await bot.call_method("getChatMemberCount", chat_id=group.id) == 3


async def test_a_group_that_became_a_supergroup_says_where_it_went(
    box: Sandbox, siti: PersonClient, bot: RawBot
) -> None:
    group = await box.create_group("Sekretariat", [siti])
    above = await group.migrate()
    status, body = await bot.send_request("sendMessage", chat_id=group.id, text="x")
    assert (status, body["parameters"]) == (400, {"migrate_to_chat_id": above.id})
    assert body["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    sent = await bot.call_method("sendMessage", chat_id=above.id, text="x")
    assert sent["chat"] == {"id": above.id, "type": "supergroup", "title": "Sekretariat"}
    told = [u["message"] for u in await bot.fetch_updates() if "message" in u][-2:]
    assert told[0]["migrate_to_chat_id"] == above.id
    assert told[1]["migrate_from_chat_id"] == group.id
    await above.kick_bot()
    words = await bot.expect_refusal("sendMessage", chat_id=above.id, text="x")
    assert words == "Forbidden: bot was kicked from the supergroup chat"


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("a" * 4096, [4096]),
        ("a" * 4097, [4096, 1]),
        ("😀" * 2049, [4096, 2]),
        ("a" + "😀" * 2048, [4095, 2]),
        (("kata " * 1000).strip(), [4094, 904]),
        ("a" * 4000 + ". " + "b" * 50 + " " + "c" * 400, [4001, 451]),
        ("a" * 4000 + "\n\n" + "b" * 20 + ". c\nd " + "e" * 400, [4000, 426]),
        ("a" * 9000, [4096, 4096, 808]),
    ],
)
async def test_a_long_text_is_split_as_phones_do(
    siti: PersonClient, bot: RawBot, text: str, lengths: list[int]
) -> None:
    await bot.fetch_updates()
    last = await siti.say(text)
    parts = [update["message"] for update in await bot.fetch_updates()]
    assert [len(part["text"].encode("utf-16-le")) // 2 for part in parts] == lengths
    assert parts[-1]["message_id"] == last
    assert "".join("".join(p["text"] for p in parts).split()) == "".join(text.split())


async def test_only_the_first_part_replies_and_an_edit_is_not_split(
    siti: PersonClient, bot: RawBot
) -> None:
    asked = await bot.call_method("sendMessage", chat_id=siti.id, text="?")
    await bot.fetch_updates()
    last = await siti.say("a" * 5000, reply_to=asked["message_id"])
    replies = ["reply_to_message" in u["message"] for u in await bot.fetch_updates()]
    assert replies == [True, False]
    with pytest.raises(CannotDo, match="splits only new texts"):
        await siti.edit_message(last, "b" * 4097)


async def test_a_cleared_chat_is_empty_and_edits_of_it_are_seen_by_nobody(
    box: Sandbox, siti: PersonClient, bot: RawBot
) -> None:
    card = await bot.call_method(
        "sendMessage", chat_id=siti.id, text="?", reply_markup=build_keyboard(["Ya"])
    )
    await bot.fetch_updates()
    await siti.clear_history()
    assert siti.screen.messages == []
    at = {"chat_id": siti.id, "message_id": card["message_id"]}
    await bot.call_method("editMessageText", **at, text="!")
    with pytest.raises(CannotDo):
        await siti.tap("Ya")
    with pytest.raises(CannotDo):
        await siti.tap("Ya", message_id=card["message_id"])
    assert await bot.fetch_updates(0) == []
    await bot.call_method("sendMessage", chat_id=siti.id, text="new")
    await siti.wait_until(lambda screen: screen.last_message.text == "new")
    assert [shown.text for shown in siti.screen.messages] == ["new"]
    again = await box.add_person(siti.id)
    assert [shown.text for shown in again.screen.messages] == ["new"]


async def test_a_chat_cleared_for_the_bot_too_has_nothing_to_edit(
    siti: PersonClient, bot: RawBot
) -> None:
    card = await bot.call_method("sendMessage", chat_id=siti.id, text="?")
    await siti.clear_history(for_bot=True)
    at = {"chat_id": siti.id, "message_id": card["message_id"]}
    words = await bot.expect_refusal("editMessageText", **at, text="!")
    assert words == "Bad Request: message to edit not found"
    assert (
        await bot.expect_refusal("deleteMessage", **at)
        == "Bad Request: message to delete not found"
    )


async def test_everything_goes_on_after_a_restart(tmp_path: Path) -> None:
    data = tmp_path / "var" / "sandbox.db"
    async with sandbox.serve(data=data) as box, RawBot.connect(box.url) as bot:
        siti = await box.add_person(1001, first_name="Siti")
        await siti.start("persepsi")
        (first,) = await bot.fetch_updates()
        card = await bot.call_method(
            "sendMessage", chat_id=1001, text="?", reply_markup=build_keyboard(["Ya"])
        )
        await bot.fetch_updates(0)
        await siti.send_document("a.txt", b"content")
        await siti.tap("Ya")
        group = await box.create_group("Sekretariat", [siti])
    async with sandbox.serve(data=data) as box, RawBot.connect(box.url) as bot:
        siti = await box.add_person(1001)
        assert [s.text or s.file_name for s in siti.screen.messages] == [
            "/start persepsi",
            "?",
            "a.txt",
        ]
        document, tap, *_ = await bot.fetch_updates()
        assert document["update_id"] == first["update_id"] + 1
        await bot.call_method("answerCallbackQuery", callback_query_id=tap["callback_query"]["id"])
        await bot.call_method(
            "editMessageText", chat_id=1001, message_id=card["message_id"], text="!"
        )
        file_id = document["message"]["document"]["file_id"]
        assert (await bot.call_method("getFile", file_id=file_id))["file_size"] == 7
        assert (await bot.call_method("sendMessage", chat_id=1001, text="next"))["message_id"] == 4
        assert (await bot.call_method("getChat", chat_id=group.id))["title"] == "Sekretariat"
        await box.reset()
        assert (
            await bot.expect_refusal("sendMessage", chat_id=1001, text="x")
            == "Bad Request: chat not found"
        )


async def test_python_telegram_bot_feels_at_home(box: Sandbox) -> None:
    siti = await box.add_person(1001, first_name="Siti", language_code="id")
    bot = telegram.Bot(TOKEN, base_url=box.base_url, base_file_url=box.base_file_url)
    async with bot:
        await siti.start("persepsi")
        (update,) = await bot.get_updates(timeout=5, allowed_updates=telegram.Update.ALL_TYPES)
        assert update.message is not None
        button = telegram.InlineKeyboardButton("Ya", callback_data="y")
        markup = telegram.InlineKeyboardMarkup([[button]])
        sent = await update.message.reply_html("<b>Halo</b> 😀", reply_markup=markup)
        assert sent.reply_markup == markup
        await siti.tap("Ya")
        (update,) = await bot.get_updates(offset=update.update_id + 1, timeout=5)
        assert update.callback_query is not None
        await update.callback_query.answer("Baik", show_alert=True)
        await update.callback_query.edit_message_text("Terima kasih")
        with pytest.raises(telegram.error.BadRequest, match="Message is not modified"):
            await sent.edit_text("Terima kasih")
        document = await bot.send_document(1001, b"%PDF", filename="a.pdf", caption="Laporan")
        assert document.document is not None
        assert await (await document.document.get_file()).download_as_bytearray() == b"%PDF"
        media = telegram.InputMediaDocument(b"other", filename="b.txt")
        edited = await document.edit_media(media)
        assert isinstance(edited, telegram.Message)
        assert (await bot.get_chat(1001)).first_name == "Siti"
        assert isinstance(await bot.get_chat_member(1001, 1001), telegram.ChatMemberMember)
        await bot.set_my_commands([telegram.BotCommand("start", "Mulai")])
        assert (await bot.get_my_commands())[0].command == "start"
        await bot.pin_chat_message(1001, document.message_id)
        await bot.send_chat_action(1001, "typing")
        await siti.block()
        with pytest.raises(telegram.error.Forbidden):
            await bot.send_message(1001, "x")
    assert siti.screen.toasts[0]["text"] == "Baik"
    assert await box.list_problems() == []

"""Calls come in every form that Telegram takes, and go wrong on demand."""

from __future__ import annotations

import json
import time
from io import BytesIO
from typing import Any

import aiohttp
import pytest
from PIL import Image

from sandbox import PersonClient, Sandbox
from sandbox.server import TOKEN
from tests.sandbox.raw_bot import RawBot, build_keyboard

METHODS = ("sendmessage", "SENDMESSAGE", "sendMessage", "SendMessage")


async def test_query_form_multipart_and_json_say_the_same(box: Sandbox, siti: PersonClient) -> None:
    markup = build_keyboard(["Ya", "Tidak"])
    plain = {"chat_id": "1001", "text": "[halo]", "reply_markup": json.dumps(markup)}
    form = aiohttp.FormData(plain, default_to_multipart=True)
    ways: tuple[dict[str, Any], ...] = (
        {"params": plain},
        {"data": plain},
        {"data": form},
        {"json": {"chat_id": 1001, "text": "[halo]", "reply_markup": markup}},
    )
    async with aiohttp.ClientSession() as session:
        for method, way in zip(METHODS, ways, strict=True):
            verb = "GET" if "params" in way else "POST"
            async with session.request(verb, f"{box.base_url}{TOKEN}/{method}", **way) as response:
                assert response.status == 200, await response.text()
    await siti.wait_until(lambda screen: len(screen.messages) == 5)
    sent = [shown for shown in siti.screen.messages if shown.from_bot]
    assert [(shown.text, shown.buttons) for shown in sent] == [("[halo]", [["Ya", "Tidak"]])] * 4
    assert [shown.message_id for shown in sent] == [2, 3, 4, 5]


async def test_entities_are_counted_in_utf16(siti: PersonClient, bot: RawBot) -> None:
    html = (
        "😀 <b>tebal <i>miring</i></b> &lt;&amp;&#33; <a href='https://x.id/?a=1&amp;b=2'>sini</a>\n"
        '<pre><code class="language-py">a/b</code></pre> /bantuan'
    )
    sent = await bot.call_method("sendMessage", chat_id=siti.id, text=html, parse_mode="HTML")
    assert sent["text"] == "😀 tebal miring <&! sini\na/b /bantuan"
    assert sent["entities"] == [
        {"type": "bold", "offset": 3, "length": 12},
        {"type": "italic", "offset": 9, "length": 6},
        {"type": "text_link", "url": "https://x.id/?a=1&b=2", "offset": 20, "length": 4},
        {"type": "pre", "language": "py", "offset": 25, "length": 3},
        {"type": "bot_command", "offset": 29, "length": 8},
    ]


async def test_a_document_goes_up_again_and_down(
    box: Sandbox, siti: PersonClient, bot: RawBot
) -> None:
    form = aiohttp.FormData({"chat_id": str(siti.id), "document": "attach://a", "caption": "lap"})
    form.add_field("a", b"%PDF-1.7", filename="lap.pdf")
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{box.base_url}{TOKEN}/sendDocument", data=form) as response:
            sent = (await response.json())["result"]
        assert sent["document"]["mime_type"] == "application/pdf"
        again = await bot.call_method(
            "sendDocument", chat_id=siti.id, document=sent["document"]["file_id"]
        )
        path = (await bot.call_method("getFile", file_id=again["document"]["file_id"]))["file_path"]
        async with session.get(f"{box.base_file_url}{TOKEN}/{path}") as response:
            assert await response.read() == b"%PDF-1.7"
    shown = await siti.wait_until(
        lambda screen: screen.last_message and screen.last_message.file_name == "lap.pdf"
    )
    assert shown.last_message is not None
    assert await siti.download(shown.last_message) == b"%PDF-1.7"


async def test_a_notice_becomes_a_document_and_the_same_again_is_not_modified(
    siti: PersonClient, bot: RawBot
) -> None:
    notice = await bot.call_method("sendMessage", chat_id=siti.id, text="Laporan dibuat …")
    await siti.send_document("a.pdf", b"%PDF")
    file_id = (await bot.fetch_updates())[-1]["message"]["document"]["file_id"]
    change = {
        "chat_id": siti.id,
        "message_id": notice["message_id"],
        "media": {
            "type": "document",
            "media": file_id,
            "caption": "<b>Laporan</b>",
            "parse_mode": "HTML",
        },
    }
    edited = await bot.call_method("editMessageMedia", **change)
    assert edited["document"]["file_name"] == "a.pdf"
    assert edited["caption"] == "Laporan"
    assert "text" not in edited
    assert "message is not modified" in await bot.expect_refusal("editMessageMedia", **change)


def png(width: int, height: int) -> bytes:
    buffer = BytesIO()
    Image.new("1", (width, height)).save(buffer, "PNG")
    return buffer.getvalue()


def picture(side: int) -> bytes:
    buffer = BytesIO()
    Image.effect_noise((side, side), 60).convert("RGB").save(buffer, "JPEG")
    return buffer.getvalue()


async def test_photos_have_a_size_that_telegram_accepts(siti: PersonClient, bot: RawBot) -> None:
    await siti.send_photo(png(40, 30), "lihat")
    message = (await bot.fetch_updates())[-1]["message"]
    assert (message["photo"][-1]["width"], message["caption"]) == (40, "lihat")
    sent = await bot.call_method(
        "sendPhoto", chat_id=siti.id, photo=message["photo"][-1]["file_id"]
    )
    assert sent["photo"][-1]["height"] == 30
    words = await bot.expect_refusal(
        "sendDocument", chat_id=siti.id, document=sent["photo"][0]["file_id"]
    )
    assert words == "Bad Request: can't use file of type Photo as Document"
    for size in ((9000, 1001), (420, 20)):
        with pytest.raises(ValueError, match="PHOTO_INVALID_DIMENSIONS"):
            await siti.send_photo(png(*size))


async def test_the_limits_on_sending_hold_when_they_are_switched_on(
    box: Sandbox, siti: PersonClient, bot: RawBot
) -> None:
    group = await box.create_group("Sekretariat", [siti])
    for n in range(5):
        await bot.call_method("sendMessage", chat_id=siti.id, text=str(n))
    await box.switch_rate_limits(on=True)
    await box.move_clock(stopped=True)
    await bot.call_method("sendMessage", chat_id=siti.id, text="x")
    status, body = await bot.send_request("sendMessage", chat_id=siti.id, text="y")
    assert (status, body["parameters"]) == (429, {"retry_after": 1})
    assert body["description"] == "Too Many Requests: retry after 1"
    await box.move_clock(advance=1)
    await bot.call_method("sendMessage", chat_id=siti.id, text="y")
    for n in range(20):
        await bot.call_method("sendMessage", chat_id=group.id, text=str(n))
    _, body = await bot.send_request("sendMessage", chat_id=group.id, text="z")
    assert body["parameters"] == {"retry_after": 60}


async def test_faults_refuse_delay_and_cut(box: Sandbox, siti: PersonClient, bot: RawBot) -> None:
    hello = {"chat_id": siti.id, "text": "Halo"}
    await box.inject_fault("sendMessage", code=500, times=2)
    for _ in range(2):
        assert await bot.expect_refusal("sendMessage", **hello) == "Internal Server Error"
    await box.inject_fault("sendMessage", code=429, retry_after=7)
    assert (await bot.send_request("sendMessage", **hello))[1]["parameters"] == {"retry_after": 7}
    await box.inject_fault(
        "sendMessage", code=400, description="Bad Request: TOPIC_CLOSED", chat_id=siti.id
    )
    assert await bot.expect_refusal("sendMessage", **hello) == "Bad Request: TOPIC_CLOSED"
    await box.inject_fault("*", delay=0.2)
    begun = time.monotonic()
    await bot.call_method("getMe")
    assert time.monotonic() - begun >= 0.2
    assert [shown.text for shown in siti.screen.messages] == ["/start"]
    with pytest.raises(ValueError, match="a fault has no tims"):
        await box.inject_fault("*", tims=3)


async def test_a_connection_is_cut_before_or_after_the_call_took_effect(
    box: Sandbox, siti: PersonClient, bot: RawBot
) -> None:
    await box.inject_fault("sendMessage", drop="before")
    with pytest.raises(aiohttp.ClientConnectionError):
        await bot.call_method("sendMessage", chat_id=siti.id, text="lost")
    await box.inject_fault("sendMessage", drop="after")
    with pytest.raises(aiohttp.ClientConnectionError):
        await bot.call_method("sendMessage", chat_id=siti.id, text="done")
    await siti.wait_until(lambda screen: screen.last_message.text == "done")
    assert [shown.text for shown in siti.screen.messages] == ["/start", "done"]
    log = await box.list_calls("sendMessage")
    assert [call["fault"] for call in log] == ["dropped before", "dropped after"]


async def test_names_commands_and_descriptions_are_kept_by_language(bot: RawBot) -> None:
    assert (await bot.call_method("getMe"))["username"] == "suara_bot"
    mulai = [{"command": "mulai", "description": "Mulai"}]
    await bot.call_method("setMyCommands", commands=mulai, language_code="id")
    assert await bot.call_method("getMyCommands") == []
    assert await bot.call_method("getMyCommands", language_code="id") == mulai
    shouted = [{"command": "Mulai", "description": "Mulai"}]
    words = await bot.expect_refusal("setMyCommands", commands=shouted)
    assert words == "Bad Request: BOT_COMMAND_INVALID"
    await bot.call_method("setMyDescription", description="A survey")
    await bot.call_method("setMyDescription", description="Survei", language_code="id")
    assert await bot.call_method("getMyDescription", language_code="id") == {
        "description": "Survei"
    }
    assert await bot.call_method("getMyDescription", language_code="en") == {
        "description": "A survey"
    }


async def test_without_a_webhook_pending_updates_can_be_dropped(
    siti: PersonClient, bot: RawBot
) -> None:
    assert (await bot.call_method("getWebhookInfo"))["pending_update_count"] == 1
    assert await bot.call_method("deleteWebhook", drop_pending_updates=True) is True
    assert (await bot.call_method("getWebhookInfo")) == {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": 0,
    }
    await siti.wait_until_idle()


async def test_a_photo_of_a_person_comes_in_several_sizes(siti: PersonClient, bot: RawBot) -> None:
    await siti.send_photo(picture(1000))
    sizes = (await bot.fetch_updates())[-1]["message"]["photo"]
    assert [size["width"] for size in sizes] == [90, 320, 800, 1000]
    assert len({size["file_id"] for size in sizes}) == 4
    smallest = await bot.call_method("getFile", file_id=sizes[0]["file_id"])
    assert smallest["file_size"] == sizes[0]["file_size"] < sizes[-1]["file_size"]


async def test_sounds_and_films_of_people_say_what_they_are(
    siti: PersonClient, bot: RawBot
) -> None:
    for kind, name in (("voice", "v.ogg"), ("audio", "a.mp3"), ("video", "f.mp4")):
        await siti.send_file(kind, name, b"content")
        found = (await bot.fetch_updates())[-1]["message"][kind]
        assert (found["mime_type"].partition("/")[0], found["file_size"]) == (
            "video" if kind == "video" else "audio",
            7,
        )
        sent = await bot.call_method(f"send{kind}", chat_id=siti.id, **{kind: found["file_id"]})
        assert sent[kind] == found
    await siti.send_file("video_note", "n.mp4", b"content")
    assert (await bot.fetch_updates())[-1]["message"]["video_note"]["length"] == 240


async def test_photos_of_people_may_belong_together(siti: PersonClient, bot: RawBot) -> None:
    await bot.fetch_updates()
    for side in (30, 31):
        await siti.send_photo(picture(side), album="9")
    assert [u["message"]["media_group_id"] for u in await bot.fetch_updates()] == ["9", "9"]


async def test_an_album_has_two_to_ten_of_what_goes_together(
    box: Sandbox, siti: PersonClient, bot: RawBot
) -> None:
    form = aiohttp.FormData({"chat_id": str(siti.id)})
    media = [
        {"type": "photo", "media": "attach://a", "caption": "Satu"},
        {"type": "photo", "media": "attach://b", "caption": "<b>Dua</b>", "parse_mode": "HTML"},
    ]
    form.add_field("media", json.dumps(media))
    for name, side in (("a", 30), ("b", 31)):
        form.add_field(name, picture(side), filename=f"{name}.png")
    url = f"{box.base_url}{TOKEN}/sendMediaGroup"
    async with aiohttp.ClientSession() as session, session.post(url, data=form) as response:
        sent = (await response.json())["result"]
    assert [message["caption"] for message in sent] == ["Satu", "Dua"]
    assert sent[0]["media_group_id"] == sent[1]["media_group_id"]
    photo = {"type": "photo", "media": sent[0]["photo"][-1]["file_id"]}
    await bot.call_method("sendMediaGroup", chat_id=siti.id, media=[photo] * 10)
    for wrong in ([photo], [photo] * 11):
        words = await bot.expect_refusal("sendMediaGroup", chat_id=siti.id, media=wrong)
        assert words == "Bad Request: group send failed"
    await siti.send_document("a.pdf", b"%PDF")
    file_id = (await bot.fetch_updates())[-1]["message"]["document"]["file_id"]
    mixed = [photo, {"type": "document", "media": file_id}]
    assert "can't be mixed" in await bot.expect_refusal(
        "sendMediaGroup", chat_id=siti.id, media=mixed
    )


async def test_bots_get_no_file_above_twenty_megabytes(siti: PersonClient, bot: RawBot) -> None:
    await siti.send_file("video", "f.mp4", bytes((20 << 20) + 1))
    file_id = (await bot.fetch_updates())[-1]["message"]["video"]["file_id"]
    assert await bot.expect_refusal("getFile", file_id=file_id) == "Bad Request: file is too big"


async def test_a_live_location_moves_by_edits(siti: PersonClient, bot: RawBot) -> None:
    await bot.fetch_updates()
    shared = await siti.share_location(-6.2, 106.8, live_period=60, horizontal_accuracy=8)
    await siti.share_location(-6.3, 106.9, message_id=shared)
    first, moved = await bot.fetch_updates()
    assert first["message"]["location"] == {
        "latitude": -6.2,
        "longitude": 106.8,
        "live_period": 60,
        "horizontal_accuracy": 8.0,
    }
    assert moved["edited_message"]["message_id"] == shared
    assert moved["edited_message"]["location"]["latitude"] == -6.3

"""Pictures, sounds and films that go with questions; guidance beside the hint."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from sandbox import Sandbox
from tests.bot.running_bot import Phone, RunningBot, build_survey_config, run_bot

SHOWS = """
| survey | type | name | label::Indonesia (id) | label::English (en) | hint::Indonesia (id) | guidance_hint::Indonesia (id) | image::Indonesia (id) | image::English (en) | audio | video | body::suara:consent |
| | acknowledge | setuju | Boleh? | May we? | | | | | | | yes |
| | text | nama | Gang apa? | Which lane? | Singkat saja | Tulis <b>nama</b> yang *dipakai* & warga | peta.png | map.png | suara.mp3 | film.mp4 |
| | select_one rumah | jenis | Rumah ${nama} | A house | | | | | |
| | text | rahasia | Lain | Other | | | ../../rahasia.png | ../../rahasia.png |
| | text | hilang | Hilang | Missing | | | tiada.png | tiada.png |
| choices | list_name | name | label::Indonesia (id) | label::English (en) | image |
| | rumah | batu | Batu | Brick | batu.png |
| | rumah | kayu | Kayu <2 lantai> | Wood | kayu.png |
| | rumah | lain | Lain | Other | |
| settings | form_title | form_id | version | default_language | namespaces |
| | Uji | uji | 1 | Indonesia (id) | suara="https://suara.id/xforms" |
"""  # noqa: E501 - a table
PICTURE, SOUND, FILM = "🖼 Lihat gambar", "🔊 Dengarkan", "▶ Tonton"


def png(side: int) -> bytes:
    made = BytesIO()
    Image.new("RGB", (side, side), "teal").save(made, "PNG")
    return made.getvalue()


def laid_out(home: Path) -> None:
    """Media where their authors put them."""
    (home / "uji-media").mkdir(parents=True)
    (home / "uji-media" / "peta.png").write_bytes(png(40))
    (home / "map.png").write_bytes(png(41))
    (home / "uji-media" / "suara.mp3").write_bytes(b"ID3" * 40)
    (home / "uji-media" / "film.mp4").write_bytes(b"mp4" * 40)
    (home / "uji-media" / "batu.png").write_bytes(png(42))
    (home / "uji-media" / "kayu.png").write_bytes(png(43))
    (home.parent.parent / "rahasia.png").write_bytes(png(44))


@pytest.fixture
async def suara(tmp_path: Path, box: Sandbox) -> AsyncIterator[RunningBot]:
    """A Suara whose questionnaire has pictures."""
    folder = tmp_path / "sini"
    laid_out(folder / "kuesioner")
    async with run_bot(build_survey_config(folder, box.url, SHOWS)) as app:
        yield RunningBot(box, app, folder)


@pytest.fixture
async def ani(suara: RunningBot) -> Phone:
    return await suara.add_resident(wave="uji")


def kinds(phone: Phone) -> list[str]:
    """What the bot has sent, in order: photo, audio, video or text."""
    known = ("photo", "audio", "voice", "video", "document", "text")
    return [next(kind for kind in known if kind in shown.raw) for shown in phone.cards]


async def test_a_picture_comes_when_it_is_asked_for_and_the_card_below_it(
    suara: RunningBot, ani: Phone
) -> None:
    before = suara.records.read_all_tables()
    assert kinds(ani) == ["text"]
    assert (await ani.wait_for_card()).labels[:3] == [PICTURE, SOUND, FILM]
    card = await ani.tap(PICTURE)
    assert kinds(ani) == ["photo", "text"]
    assert "Gang apa?" in card.text
    assert await ani.person.download(ani.cards[0]) == png(40)
    assert suara.records.read_all_tables() == before
    await ani.say("Mawar")
    assert suara.records.answers(ani.id, "uji") == {"nama": "Mawar"}


async def test_sounds_and_films_are_sent_as_what_they_are(ani: Phone) -> None:
    await ani.tap(SOUND, FILM)
    assert kinds(ani) == ["audio", "video", "text"]


async def test_a_picture_is_uploaded_once_and_has_a_language(suara: RunningBot, ani: Phone) -> None:
    await ani.tap(PICTURE)
    budi = await suara.add_resident(1003, wave="uji")
    await budi.tap(PICTURE)
    eve = await suara.add_resident(1004, "en", wave="uji")
    await eve.tap("🖼 See the picture")
    sent = [call["params"]["photo"] for call in await suara.box.list_calls("sendPhoto")]
    assert [("bytes" in str(photo) or "attach" in str(photo)) for photo in sent] == [
        True,
        False,
        True,
    ]
    assert await eve.person.download(eve.cards[0]) == png(41)


async def test_pictures_of_the_choices_come_as_an_album_with_their_labels(ani: Phone) -> None:
    card = await ani.say("Mawar")
    assert card.labels[0] == "🖼 Gambar pilihan"
    card = await ani.tap("🖼 Gambar pilihan")
    first, second, below = ani.cards
    assert first.raw["media_group_id"] == second.raw["media_group_id"]
    assert [first.text, second.text] == ["Batu", "Kayu <2 lantai>"]
    assert below.text == card.text
    assert "Rumah Mawar" in card.text
    assert "Lain" in (await ani.tap("Kayu <2 lantai>")).text


async def test_a_double_tap_brings_one_picture(suara: RunningBot, ani: Phone) -> None:
    card = await ani.wait_for_card()
    await suara.box.inject_fault("sendPhoto", delay=0.2)
    data = card.find_callback_data(PICTURE)
    await asyncio.gather(*(ani.person.send_callback_data(data, card.message_id) for _ in range(3)))
    await ani.wait_for_card()
    assert kinds(ani) == ["photo", "text"]


async def test_a_picture_from_outside_the_folder_or_missing_has_no_button(ani: Phone) -> None:
    await ani.say("Mawar")
    card = await ani.tap("Batu")
    assert PICTURE not in card.labels
    await ani.send_callback_data(
        card.find_callback_data("Lewati").replace("s:", "m:", 1) + ":image"
    )
    assert "photo" not in kinds(ani)
    card = await ani.tap("Lewati")
    assert "Hilang" in card.text
    assert PICTURE not in card.labels


async def test_a_button_of_an_old_card_sends_nothing(ani: Phone) -> None:
    card = await ani.wait_for_card()
    data = card.find_callback_data(PICTURE)
    await ani.say("Mawar")
    card = await ani.send_callback_data(data)
    assert "Rumah Mawar" in card.text
    assert kinds(ani) == ["text"]
    assert "Kartunya sudah berganti. Lihat yang terbaru, ya." in ani.toasts


async def test_what_telegram_takes_for_no_photo_is_sent_as_a_document(
    suara: RunningBot, ani: Phone
) -> None:
    await suara.box.inject_fault(
        "sendPhoto", code=400, description="Bad Request: IMAGE_PROCESS_FAILED"
    )
    await ani.tap(PICTURE)
    assert kinds(ani) == ["document", "text"]


async def test_a_picture_that_cannot_be_sent_leaves_the_card_as_it_is(
    suara: RunningBot, ani: Phone
) -> None:
    for method in ("sendPhoto", "sendDocument"):
        await suara.box.inject_fault(method, code=400, description="Bad Request: no")
    card = await ani.tap(PICTURE)
    assert kinds(ani) == ["text"]
    assert PICTURE in card.labels


async def test_a_questionnaire_whose_folder_is_gone_has_no_buttons(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_bot(build_survey_config(tmp_path, box.url, SHOWS)) as app:
        ani = await RunningBot(box, app, tmp_path).add_resident(wave="uji")
        assert (await ani.wait_for_card()).labels == ["Lewati"]


async def test_guidance_stands_below_the_hint_and_is_folded_up(ani: Phone) -> None:
    card = await ani.wait_for_card()
    (folded,) = (e for e in card.raw["entities"] if e["type"] == "expandable_blockquote")
    begin, end = folded["offset"] * 2, (folded["offset"] + folded["length"]) * 2
    words = card.text.encode("utf-16-le")[begin:end].decode("utf-16-le")
    assert words == "Tulis nama yang dipakai & warga"
    assert card.text.index("Singkat saja") < card.text.index(words)

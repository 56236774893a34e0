"""Files as answers: kept, fetched, replaced, refused."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import Sandbox
from survey.interview.uploads import FILE_ENDINGS, FILE_NAME, build_file_name
from tests.bot.file_questions import (
    FILE_QUESTIONS,
    build_file_survey,
    draw_photo,
    list_stored_files,
    read_file_answers,
    wait_for_stored_files,
)
from tests.bot.running_bot import RunningBot, build_survey_config, run_bot

MEGABYTE = 1 << 20


@pytest.fixture
async def suara(tmp_path: Path, box: Sandbox) -> AsyncIterator[RunningBot]:
    """A Suara that asks for files and puts them into a folder."""
    async with run_bot(build_file_survey(tmp_path, box.url)) as app:
        yield RunningBot(box, app, tmp_path)


async def test_a_photo_is_an_answer_and_comes_into_the_folder_in_its_largest_size(
    suara: RunningBot,
) -> None:
    ani = await suara.add_resident(wave="uji")
    card = await ani.wait_for_card()
    assert "📷 Kirim satu foto" in card.text
    assert "Lewati" in card.labels
    content = draw_photo()
    await ani.person.send_photo(content, "di depan rumah Ani")
    card = await ani.wait_for_card()
    assert "Ceritakan" in card.text
    name = read_file_answers(suara, ani)["foto"]
    assert FILE_NAME.fullmatch(name)
    assert name.startswith("foto-")
    assert name.endswith(".jpg")
    assert await wait_for_stored_files(suara) == {name: content}
    ((mime, size, at),) = suara.records.rows("SELECT mime, size, fetched_at FROM attachment")
    assert (mime, size) == ("image/jpeg", len(content))
    assert at is not None
    assert b"di depan rumah" not in suara.records.read_file_bytes()
    card = await ani.tap("‹ Kembali")
    assert f"✓ Foto diterima ({-(-len(content) // 1024)} kB)" in card.text
    assert "🗑 Hapus ini" in card.labels


async def test_another_photo_takes_the_place_of_the_first(suara: RunningBot) -> None:
    ani = await suara.add_resident(wave="uji")
    await ani.person.send_photo(draw_photo(300))
    await ani.wait_for_card()
    (first,) = await wait_for_stored_files(suara)
    await ani.tap("‹ Kembali")
    await ani.person.send_photo(draw_photo(301))
    await ani.wait_for_card()
    (second,) = await wait_for_stored_files(suara)
    assert second != first
    assert read_file_answers(suara, ani)["foto"] == second
    assert suara.records.count("attachment") == 1


async def test_a_removed_answer_takes_its_file_along(suara: RunningBot) -> None:
    ani = await suara.add_resident(wave="uji")
    await ani.person.send_photo(draw_photo(300))
    await ani.wait_for_card()
    assert len(await wait_for_stored_files(suara)) == 1
    await ani.tap("‹ Kembali", "🗑 Hapus ini")
    assert await wait_for_stored_files(suara) == {}
    assert suara.records.count("attachment") == 0
    assert "foto" not in read_file_answers(suara, ani)


async def test_a_withdrawal_deletes_the_files_and_says_how_many(suara: RunningBot) -> None:
    ani = await suara.add_resident(wave="uji")
    await ani.person.send_photo(draw_photo(300))
    await ani.wait_for_card()
    await ani.person.send_file("voice", "v.ogg", b"OggS" * 50)
    await ani.wait_for_card()
    assert len(await wait_for_stored_files(suara)) == 2
    card = await ani.say("/hapus")
    assert "• 2 foto, rekaman, atau berkas" in card.text
    card = await ani.tap("Ya, hapus semuanya")
    assert "• 2 foto, rekaman, atau berkas" in card.text
    assert list_stored_files(suara) == {}
    assert suara.records.count("attachment") == 0


async def test_each_kind_of_question_takes_its_kinds_of_files(suara: RunningBot) -> None:
    ani = await suara.add_resident(wave="uji")
    await ani.person.send_document("scan.png", draw_photo(200))
    assert "🎤 Kirim satu pesan suara" in (await ani.wait_for_card()).text
    await ani.person.send_file("audio", "lagu.mp3", b"ID3" * 9)
    assert "🎬 Kirim satu video" in (await ani.wait_for_card()).text
    await ani.person.send_file("video_note", "v.mp4", b"mp4" * 9)
    assert "📄 Kirim satu berkas" in (await ani.wait_for_card()).text
    await ani.person.send_document("surat.pdf", b"%PDF")
    await ani.wait_for_card()
    endings = {
        name: value.rpartition(".")[2] for name, value in read_file_answers(suara, ani).items()
    }
    assert endings == {"foto": "png", "suara": "mp3", "film": "mp4", "berkas": "pdf"}
    assert len(await wait_for_stored_files(suara)) == 4
    for _ in range(3):
        card = await ani.tap("Lewati")
    for words in ("📷 1 foto", "🎤 1 rekaman", "🎬 1 video", "📄 1 berkas"):
        assert words in card.text


@pytest.mark.parametrize(
    ("act", "details"),
    [
        ("say", {"text": "foto-0123456789abcdef.jpg"}),
        ("send_file", {"kind": "voice", "name": "v.ogg", "content": b"OggS"}),
        ("send_document", {"name": "foto.jpg.exe", "content": b"MZ"}),
        ("share_location", {"latitude": -6.2, "longitude": 106.8}),
        ("send_sticker", {}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_is_no_photo_is_told_so(suara: RunningBot, act: str, details: Any) -> None:
    ani = await suara.add_resident(wave="uji")
    before = suara.records.read_all_tables()
    await getattr(ani.person, act)(**details)
    card = await ani.wait_for_card()
    assert "⚠️ Mohon kirim foto (📎 → Galeri atau Kamera)." in card.text
    assert suara.records.read_all_tables() == before


async def test_a_file_that_is_too_large_is_refused_at_once(suara: RunningBot) -> None:
    ani = await suara.add_resident(wave="uji")
    await ani.tap("Lewati", "Lewati")
    await ani.person.send_file("video", "v.mp4", bytes(20 * MEGABYTE + 1))
    card = await ani.wait_for_card()
    assert "⚠️ Berkas itu terlalu besar: paling besar 20 MB." in card.text
    assert suara.records.count("attachment") == 0
    assert not await suara.box.list_calls("getFile")
    await ani.person.send_file("video", "v.mp4", bytes(20 * MEGABYTE))
    assert "📄 Kirim satu berkas" in (await ani.wait_for_card()).text
    assert [len(content) for content in (await wait_for_stored_files(suara)).values()] == [
        20 * MEGABYTE
    ]


async def test_of_an_album_the_first_photo_counts(suara: RunningBot) -> None:
    ani = await suara.add_resident(wave="uji")
    first = draw_photo(300)
    for content in (first, draw_photo(310), draw_photo(320)):
        await ani.person.send_photo(content, album="77")
    card = await ani.wait_for_card()
    assert "⚠️ Satu saja cukup: yang pertama yang kami simpan." in card.text
    assert "Ceritakan" in card.text
    assert list((await wait_for_stored_files(suara)).values()) == [first]
    assert suara.records.count("attachment") == 1


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a\0b", "Ani Wijaya.bin"])
async def test_a_forged_file_name_is_used_nowhere(suara: RunningBot, name: str) -> None:
    ani = await suara.add_resident(wave="uji")
    await ani.tap("Lewati", "Lewati", "Lewati")
    await ani.person.send_document(name, b"content")
    await ani.wait_for_card()
    (found,) = await wait_for_stored_files(suara)
    assert re.fullmatch(r"berkas-[0-9a-f]{16}\.bin", found)
    assert name.encode() not in suara.records.read_file_bytes()
    assert {path.name for path in suara.folder.iterdir()} >= {"berkas", "kuesioner"}


@given(
    question=st.text(max_size=80),
    mime=st.text(max_size=80) | st.sampled_from(sorted(FILE_ENDINGS)),
    digits=st.text("0123456789abcdef", min_size=16, max_size=16),
)
def test_a_name_holds_nothing_but_the_question_what_was_drawn_and_a_known_ending(
    question: str, mime: str, digits: str
) -> None:
    name = build_file_name(question, mime, digits)
    assert FILE_NAME.fullmatch(name)
    first, _, rest = name.rpartition("-")
    assert rest in {f"{digits}.{ending}" for ending in (*FILE_ENDINGS.values(), "bin")}
    assert set(first) <= {"_", *question.lower()}


def test_no_ending_is_that_of_something_that_can_be_started() -> None:
    active = {"html", "htm", "xhtml", "svg", "js", "exe", "sh", "py", "bat", "apk", "jar"}
    assert not active & set(FILE_ENDINGS.values())
    assert build_file_name("foto", "image/svg+xml", "0" * 16).endswith(".bin")


async def test_without_a_folder_only_telegrams_reference_is_kept(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_bot(build_survey_config(tmp_path, box.url, FILE_QUESTIONS)) as app:
        suara = RunningBot(box, app, tmp_path)
        ani = await suara.add_resident(wave="uji")
        await ani.person.send_photo(draw_photo(300))
        await ani.wait_for_card()
        await app.context.files.attachments.wait_until_done()
        assert not await box.list_calls("getFile")
        ((file_id, bot),) = suara.records.rows("SELECT file_id, bot FROM attachment")
        assert bot == app.bot.id
        assert await (await app.bot.get_file(file_id)).download_as_bytearray()
        await ani.say("/hapus")
        await ani.tap("Ya, hapus semuanya")
        assert suara.records.count("attachment") == 0


async def test_a_photo_that_comes_twice_is_kept_once(suara: RunningBot) -> None:
    ani = await suara.add_resident(wave="uji")
    await suara.box.inject_fault("getUpdates", drop="after", times=2)
    await ani.person.send_photo(draw_photo(300))
    await ani.wait_for_card()
    assert len(await wait_for_stored_files(suara)) == 1
    assert suara.records.count("attachment") == 1
    assert suara.records.fetch_value("SELECT count(*) FROM step WHERE key = '/data/foto'") == 1


async def test_the_consent_says_that_files_and_points_are_kept(suara: RunningBot) -> None:
    ani = await suara.add_person()
    card = await ani.start("uji")
    assert "Foto, rekaman, atau berkas yang Anda kirim disimpan" in card.text
    assert "titik itu sendiri disimpan" in card.text

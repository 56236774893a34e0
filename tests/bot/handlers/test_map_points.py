"""Points and lines on the map as answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox import Sandbox
from tests.bot.file_questions import build_file_survey, read_file_answers
from tests.bot.running_bot import Phone, RunningBot, run_bot


@pytest.fixture
async def suara(tmp_path: Path, box: Sandbox) -> AsyncIterator[RunningBot]:
    """A Suara that asks for files and puts them into a folder."""
    async with run_bot(build_file_survey(tmp_path, box.url)) as app:
        yield RunningBot(box, app, tmp_path)


@pytest.fixture
async def ani(suara: RunningBot) -> Phone:
    """Somebody who is asked for a point."""
    phone = await suara.add_resident(wave="uji")
    await phone.tap("Lewati", "Lewati", "Lewati", "Lewati")
    assert "📍 Bagikan lokasi" in (await phone.wait_for_card()).text
    return phone


async def test_a_shared_location_is_a_point_as_odk_writes_it(suara: RunningBot, ani: Phone) -> None:
    await ani.person.share_location(-6.1754, 106.8272, horizontal_accuracy=12.5)
    await ani.wait_for_card()
    assert read_file_answers(suara, ani)["titik"] == "-6.1754 106.8272 0.0 12.5"
    card = await ani.tap("‹ Kembali")
    assert "Jawaban Anda: -6.17540, 106.82720" in card.text


async def test_of_a_live_location_the_first_point_counts(suara: RunningBot, ani: Phone) -> None:
    shared = await ani.person.share_location(-6.1, 106.8, live_period=900)
    card = await ani.wait_for_card()
    assert "Lewat mana?" in card.text
    await ani.person.share_location(-6.3, 106.9, message_id=shared)
    assert await ani.wait_for_card() == card
    assert read_file_answers(suara, ani)["titik"].startswith("-6.1 106.8")


@pytest.mark.parametrize(
    "words",
    [
        "-6.2, 106.8",
        "−6.2 106.8",
        "-6,2 106,8",
        "-6,2, 106,8",
        "di sini: -6.2;106.8",
        "https://www.google.com/maps/@-6.2,106.8,17z",
    ],
)
async def test_a_point_can_be_typed(suara: RunningBot, ani: Phone, words: str) -> None:
    await ani.say(words)
    assert read_file_answers(suara, ani)["titik"] == "-6.2 106.8 0.0 0.0"


@pytest.mark.parametrize("words", ["di rumah", "-96.2, 106.8", "6.2", "-6.2, 206.8"])
async def test_what_is_no_point_is_told_so(suara: RunningBot, ani: Phone, words: str) -> None:
    card = await ani.say(words)
    assert "⚠️ Mohon bagikan lokasi (📎 → Lokasi)" in card.text
    assert "titik" not in read_file_answers(suara, ani)


async def test_a_line_is_told_in_words_to_the_end(suara: RunningBot, ani: Phone) -> None:
    await ani.tap("Lewati")
    await ani.say("Jalan Sabang sampai Kebon Sirih")
    await ani.say("selesai")
    card = await ani.tap("Kirim ✓")
    assert "🙏 Terima kasih" in card.text
    assert read_file_answers(suara, ani)["jalur"] == "Jalan Sabang sampai Kebon Sirih"

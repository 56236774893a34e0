"""What people type or share instead of tapping."""

from __future__ import annotations

import struct

import pytest

from tests.bot.perception_answers import answer_until, find_expected_answer
from tests.bot.running_bot import RunningBot

MONAS = (-6.175392, 106.827153)
BANDUNG = (-6.914744, 107.609810)


async def test_the_words_of_a_choice_can_be_typed(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    card = await ani.say("bekerja di jakarta")
    assert "Di kota mana Anda bekerja?" in card.text
    assert suara.records.answers(ani.id)["hubungan"] == "kerja"


async def test_a_part_of_a_name_that_fits_one_place_chooses_it(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    await answer_until(ani, "kota")
    card = await ani.say("selatan")
    assert "Di kecamatan mana" in card.text
    assert suara.records.answers(ani.id)["kota"] == "31.74"


async def test_a_part_of_a_name_that_fits_several_shows_them(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    await answer_until(ani, "kecamatan")
    card = await ani.say("kebayoran")
    assert "🔎" in card.text
    assert card.labels == ["Kebayoran Baru", "Kebayoran Lama", "‹ Kembali"]
    assert "Di kelurahan mana" in (await ani.tap("Kebayoran Baru")).text
    assert suara.records.answers(ani.id)["kecamatan"] == "31.74.07"


async def test_a_name_that_is_on_no_list_is_said_to_be_so(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    await answer_until(ani, "kota")
    card = await ani.say("Atlantis")
    assert "⚠️ Itu tidak ada dalam daftar" in card.text
    assert "Jakarta Selatan" in card.labels
    assert "kota" not in suara.records.answers(ani.id)


async def test_typing_at_a_list_of_ticks_ticks_and_unticks(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    await answer_until(ani, "guncangan")
    assert "☑ Gempa bumi" in (await ani.say("gempa")).labels
    assert "☐ Gempa bumi" in (await ani.say("gempa")).labels


async def test_a_shared_location_stands_for_the_three_places(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    await answer_until(ani, "kota")
    card = await ani.share_location(*MONAS)
    assert "eberapa kuat" in card.text
    kept = suara.records.answers(ani.id)
    assert (kept["kota"], kept["kecamatan"], kept["kelurahan"]) == (
        "31.71",
        "31.71.01",
        "31.71.01.1001",
    )


async def test_the_coordinates_of_a_shared_location_are_nowhere_on_disk(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    await answer_until(ani, "kota")
    await ani.share_location(*MONAS)
    disk = suara.records.read_file_bytes()
    assert b"31.71.01.1001" in disk  # What we look for could be found.
    for degrees in MONAS:
        assert f"{degrees:.3f}".encode() not in disk
        for layout in (">d", "<d", ">f", "<f"):
            assert struct.pack(layout, degrees) not in disk


@pytest.mark.parametrize("question", ["kecamatan", "kelurahan"])
async def test_a_location_overrules_a_place_chosen_before(suara: RunningBot, question: str) -> None:
    ani = await suara.add_resident()
    await answer_until(ani, question)
    await ani.share_location(*MONAS)
    kept = suara.records.answers(ani.id)
    assert kept["kelurahan"] == "31.71.01.1001"
    assert kept["kota"] == "31.71"


async def test_a_location_outside_the_city_is_told_so(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    await answer_until(ani, "kota")
    card = await ani.share_location(*BANDUNG)
    assert "⚠️ Titik itu di luar" in card.text
    assert "kota" not in suara.records.answers(ani.id)


async def test_a_location_where_none_is_asked_changes_nothing(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    before = suara.records.read_all_tables()
    card = await ani.share_location(*MONAS)
    assert "⚠️ Mohon ketuk salah satu tombol." in card.text
    assert suara.records.read_all_tables() == before


WORDS = [
    "=1+1",
    "<b>tebal</b> & <script>alert(1)</script>",
    "banjir 🌊👨‍👩‍👧‍👦 terus",
    "שלום \u202eעולם",
    "'; DROP TABLE answer; --",
    "baris satu\nbaris dua",
    "{0} {nama} %s",
]


@pytest.mark.parametrize("words", WORDS)
async def test_free_text_is_kept_to_the_letter_and_shown_harmless(
    suara: RunningBot, words: str
) -> None:
    ani = await suara.add_resident()
    await answer_until(ani, "perbaikan")
    await ani.say(words)
    assert suara.records.answers(ani.id)["perbaikan"] == words
    card = await ani.tap("‹ Kembali")
    assert f"Jawaban Anda: {words}" in card.text
    assert not [e for e in card.raw.get("entities", []) if e["type"] in ("url", "text_link")]


async def test_the_longest_message_telegram_carries_is_refused_with_a_word(
    suara: RunningBot,
) -> None:
    ani = await suara.add_resident()
    await answer_until(ani, "perbaikan")
    card = await ani.say("x" * 4096)
    assert "Paling banyak 500 huruf" in card.text
    assert "perbaikan" not in suara.records.answers(ani.id)
    await ani.say("&" * 500)
    assert suara.records.answers(ani.id)["perbaikan"] == "&" * 500
    assert "&" * 400 in (await ani.tap("‹ Kembali")).text


@pytest.mark.parametrize("words", ["x" * 4096, "💧" * 2048, "=1+1", "<zzz>", "\u202e", "-", ":"])
async def test_anything_typed_where_a_button_is_wanted_is_harmless(
    suara: RunningBot, words: str
) -> None:
    ani = await suara.add_resident()
    before = suara.records.read_all_tables()
    card = await ani.say(words)
    assert find_expected_answer(card).name == "hubungan"  # type: ignore[union-attr]
    assert "⚠️" in card.text
    assert suara.records.read_all_tables() == before

"""Commands, wherever somebody is; withdrawal; coming back."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox import Sandbox, ShownMessage
from tests.bot.perception_answers import answer_all_and_send, answer_until, find_expected_answer
from tests.bot.running_bot import Phone, RunningBot, build_test_config, run_bot

PLACES = ["consent", "question", "table", "review", "thanks"]


async def at(suara: RunningBot, place: str) -> Phone:
    """Somebody who stands at a kind of card."""
    if place == "consent":
        ani = await suara.add_person()
        await ani.start("persepsi")
        return ani
    if place == "table":
        return await suara.add_participant()
    ani = await suara.add_resident()
    if place == "review":
        await answer_until(ani)
    if place == "thanks":
        await answer_all_and_send(ani)
    return ani


def same(card: ShownMessage, other: ShownMessage) -> bool:
    return (card.text, card.buttons) == (other.text, other.buttons)


@pytest.mark.parametrize("place", PLACES)
async def test_help_language_and_delete_answer_everywhere_and_lead_back(
    suara: RunningBot, place: str
) -> None:
    ani = await at(suara, place)
    before, kept = await ani.wait_for_card(), suara.records.read_all_tables()
    card = await ani.say("/bantuan")
    assert card.text.startswith("Bantuan")
    assert "112" in card.text
    assert same(await ani.tap("Lanjutkan ›"), before)
    assert (await ani.say("/bahasa")).labels == ["● Bahasa Indonesia", "English"]
    assert same(await ani.tap("● Bahasa Indonesia"), before)
    assert (await ani.say("/hapus")).labels == ["Ya, hapus semuanya", "Tidak, simpan saja"]
    assert same(await ani.tap("Tidak, simpan saja"), before)
    assert same(await ani.start(), before)
    assert suara.records.read_all_tables() == kept
    assert len(ani.cards) == 1


@pytest.mark.parametrize("place", PLACES)
async def test_withdrawing_deletes_everything_from_everywhere(
    suara: RunningBot, place: str
) -> None:
    ani = await at(suara, place)
    await ani.say("/hapus")
    card = await ani.tap("Ya, hapus semuanya")
    assert card.text.startswith("Sudah dihapus.")
    for table in ("contact", "respondent", "interview", "step", "answer"):
        assert suara.records.count(table) == 0, table
    ((code, counted),) = suara.records.rows("SELECT code, interviews FROM receipt")
    assert code in card.text
    assert (counted == "{}") == (place == "consent")


async def test_a_withdrawal_says_what_it_will_delete_and_then_what_it_did(
    suara: RunningBot,
) -> None:
    ani = await suara.add_resident()
    await answer_until(ani, "tekanan")
    kept = len(suara.records.answers(ani.id))
    asked = await ani.say("/hapus")
    assert f"• Persepsi Ketahanan Jakarta: {kept} jawaban" in asked.text
    done = await ani.tap("Ya, hapus semuanya")
    assert f"• Persepsi Ketahanan Jakarta: {kept} jawaban" in done.text
    assert done.labels == []


async def test_a_withdrawal_leaves_the_answers_of_everybody_else(suara: RunningBot) -> None:
    ani, budi = await suara.add_resident(1001), await suara.add_resident(1005)
    await ani.tap("Tinggal di Jakarta")
    await budi.tap("Bekerja di Jakarta")
    await ani.say("/hapus")
    await ani.tap("Ya, hapus semuanya")
    assert suara.records.answers(budi.id)["hubungan"] == "kerja"
    assert suara.records.rows("SELECT telegram_id FROM contact") == [(budi.id,)]


async def test_a_receipt_names_nobody(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    await ani.tap("Tinggal di Jakarta")
    (pseudonym,) = suara.records.rows("SELECT pseudonym FROM respondent")[0]
    interview = suara.records.interview(ani.id)
    await ani.say("/hapus")
    await ani.tap("Ya, hapus semuanya")
    left = repr(suara.records.rows("SELECT * FROM receipt"))
    for trace in (str(ani.id), pseudonym, str(interview), "Ani"):
        assert trace not in left


async def test_words_that_were_withdrawn_are_gone_from_the_disk(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_bot(build_test_config(tmp_path, box.url)) as app:
        suara = RunningBot(box, app, tmp_path)
        ani = await suara.add_resident()
        await answer_until(ani, "perbaikan")
        await ani.say("rahasia-besar-ani")
        assert b"rahasia-besar-ani" in suara.records.read_file_bytes()
        await ani.say("/hapus")
        await ani.tap("Ya, hapus semuanya")
    assert b"rahasia-besar-ani" not in suara.records.read_file_bytes()


async def test_a_tap_on_an_old_card_after_withdrawing_is_harmless(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    old = (await ani.wait_for_card()).find_callback_data("Tinggal di Jakarta")
    await ani.say("/hapus")
    await ani.tap("Ya, hapus semuanya")
    left = suara.records.read_all_tables()
    for data in (old, "yes:persepsi", "no:persepsi", "look", "w:persepsi", "lang:en"):
        card = await ani.send_callback_data(data)
        assert card.text == "Halo! Kirim /start untuk memulai.", data
    card = await ani.send_callback_data("forget")
    assert "tidak ada yang perlu dihapus" in card.text
    assert suara.records.read_all_tables() == left


async def test_who_withdrew_can_begin_anew_as_somebody_else(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    await ani.tap("Tinggal di Jakarta")
    before = suara.records.fetch_value("SELECT pseudonym FROM respondent")
    await ani.say("/hapus")
    await ani.tap("Ya, hapus semuanya")
    await ani.start("persepsi")
    assert find_expected_answer(await ani.tap("Ya, saya setuju")).name == "hubungan"  # type: ignore[union-attr]
    assert suara.records.fetch_value("SELECT pseudonym FROM respondent") != before


async def test_somebody_of_whom_nothing_is_kept_is_told_so(suara: RunningBot) -> None:
    ani = await suara.add_person()
    assert "tidak ada yang perlu dihapus" in (await ani.say("/hapus")).text
    assert suara.records.count("contact") == 0


async def test_a_command_nobody_knows_shows_the_help(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    for words in ("/apaini", "/", "/START@suara_bot_x y"):
        card = await ani.say(words)
        assert card.text


async def test_a_restart_in_the_middle_goes_unnoticed(tmp_path: Path, box: Sandbox) -> None:
    config = build_test_config(tmp_path, box.url)
    async with run_bot(config) as app:
        ani = await RunningBot(box, app, tmp_path).add_resident()
        before = await answer_until(ani, "tekanan")
        await ani.tap(next(label for label in before.labels if label.startswith("☐")))
        before = await ani.wait_for_card()
        kept = RunningBot(box, app, tmp_path).records.answers(ani.id)
    async with run_bot(config) as app:
        ani = Phone(ani.person, app)
        assert same(await ani.start(), before)
        assert same(await ani.start("persepsi-rw"), before)
        card = await ani.tap("Selesai memilih ›")
        assert find_expected_answer(card).name == "alami"  # type: ignore[union-attr]
        assert RunningBot(box, app, tmp_path).records.answers(ani.id) == kept
        assert kept["tekanan"]


async def test_what_was_typed_while_the_bot_was_away_is_answered_when_it_is_back(
    tmp_path: Path, box: Sandbox
) -> None:
    config = build_test_config(tmp_path, box.url)
    async with run_bot(config) as app:
        ani = await RunningBot(box, app, tmp_path).add_resident()
        await ani.tap("Tinggal di Jakarta")
    await ani.person.say("selatan")
    async with run_bot(config) as app:
        card = await Phone(ani.person, app).wait_for_card()
        assert find_expected_answer(card).name == "kecamatan"  # type: ignore[union-attr]

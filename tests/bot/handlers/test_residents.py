"""A resident's way from the link to the thanks."""

from __future__ import annotations

import pytest

from tests.bot.perception_answers import (
    QUESTION_NAMES,
    STORED_VALUES,
    answer_all_and_send,
    answer_question,
    answer_until,
    find_expected_answer,
)
from tests.bot.running_bot import RunningBot


@pytest.mark.parametrize("language", ["id", "en"])
async def test_what_a_resident_taps_from_link_to_thanks_is_what_is_kept(
    suara: RunningBot, language: str
) -> None:
    ani = await suara.add_resident(language=language)
    card = await answer_until(ani, language=language)
    assert {"id": "Jawaban Anda", "en": "Your answers"}[language] in card.text
    card = await ani.tap({"id": "Kirim ✓", "en": "Send ✓"}[language])
    assert card.text.startswith({"id": "🙏 Terima kasih", "en": "🙏 Thank you"}[language])
    kept = suara.records.answers(ani.id)
    assert {name: kept[name] for name in QUESTION_NAMES} == STORED_VALUES
    assert set(kept) - set(QUESTION_NAMES) <= {"setuju", "kegiatan_id", "kegiatan_en"}
    ((sent, steps),) = suara.records.rows("SELECT sent_at, steps FROM interview")
    assert sent
    assert steps == suara.records.count("step")
    assert len(ani.cards) == 1


async def test_nothing_is_kept_before_consent_but_whom_to_speak_to(suara: RunningBot) -> None:
    ani = await suara.add_person()
    card = await ani.start("persepsi-poster")
    assert card.labels == [
        "Ya, saya setuju",
        "Tidak, terima kasih",
        "Saya belum 18 tahun",
        "English",
    ]
    assert "24 bulan" in card.text
    await ani.say("Banjir!")
    await ani.person.share_location(-6.2, 106.8)
    await ani.wait_for_card()
    for table in ("interview", "step", "answer", "refusal", "receipt"):
        assert suara.records.count(table) == 0, table
    assert suara.records.rows("SELECT role, source, language FROM respondent") == [
        ("resident", "persepsi-poster", "id")
    ]


async def test_a_refusal_is_counted_and_leaves_nobody(suara: RunningBot) -> None:
    ani = await suara.add_person()
    await ani.start("persepsi")
    card = await ani.tap("Tidak, terima kasih")
    assert card.text.startswith("Tidak apa-apa")
    assert card.labels == []
    ((wave, language, at),) = suara.records.rows("SELECT wave_id, language, at FROM refusal")
    assert (wave, language) == ("persepsi", "id")
    assert at % 3_600_000_000 == 0  # The hour is all that is known.
    for table in ("contact", "respondent", "interview", "step", "answer"):
        assert suara.records.count(table) == 0, table


@pytest.mark.parametrize("begun", [False, True])
async def test_of_somebody_under_18_nothing_stays_but_the_count_of_a_refusal(
    suara: RunningBot, begun: bool
) -> None:
    budi = await suara.add_resident(1002)
    ani = await suara.add_person()
    await ani.start("persepsi")
    button = ani.cards[-1]
    if begun:  # They come upon the button once more, in an old copy of the card.
        await ani.tap("Ya, saya setuju", "Kuliah/sekolah di Jakarta")
        card = await ani.send_callback_data("young:persepsi", button.message_id)
    else:
        card = await ani.tap("Saya belum 18 tahun")
    assert card.text.startswith("Terima kasih sudah jujur")
    assert card.labels == []
    assert suara.records.rows("SELECT wave_id, language FROM refusal") == [("persepsi", "id")]
    assert suara.records.rows("SELECT telegram_id FROM contact") == [(budi.id,)]
    assert suara.records.count("respondent") == suara.records.count("interview") == 1
    assert suara.records.count("receipt") == 0
    assert "Tidak ada yang disimpan" in (await ani.say("/data")).text


async def test_who_refused_may_still_change_their_mind(suara: RunningBot) -> None:
    ani = await suara.add_person()
    await ani.start("persepsi")
    await ani.tap("Tidak, terima kasih")
    await ani.start()
    card = await ani.tap("Ya, saya setuju")
    assert "Apa hubungan Anda" in card.text


async def test_a_typed_yes_is_a_consent(suara: RunningBot) -> None:
    ani = await suara.add_person()
    await ani.start("persepsi")
    assert "Apa hubungan Anda" in (await ani.say("Ya")).text


async def test_somebody_without_tie_to_the_city_is_thanked_and_asked_nothing_more(
    suara: RunningBot,
) -> None:
    ani = await suara.add_resident()
    card = await ani.tap("Bukan ketiganya")
    assert "Terima kasih sudah mampir" in card.text
    await ani.tap("Lanjut ›")
    card = await ani.tap("Kirim ✓")
    assert card.text.startswith("🙏 Terima kasih")
    assert suara.records.answers(ani.id)["hubungan"] == "bukan"


async def test_the_language_is_chosen_on_the_first_card_or_later_and_stays(
    suara: RunningBot,
) -> None:
    ani = await suara.add_person()
    await ani.start("persepsi")
    assert "How ready is Jakarta" in (await ani.tap("English")).text
    assert "What ties you to Jakarta?" in (await ani.tap("Yes, I agree")).text
    card = await ani.say("/bahasa")
    assert card.labels == ["Bahasa Indonesia", "● English"]
    assert "Apa hubungan Anda" in (await ani.tap("Bahasa Indonesia")).text
    await answer_until(ani)
    await ani.say("/bahasa")
    assert "Your answers" in (await ani.tap("English")).text
    assert (await ani.tap("Send ✓")).text.startswith("🙏 Thank you")
    await ani.say("/bahasa")
    assert (await ani.tap("Bahasa Indonesia")).text.startswith("🙏 Terima kasih")


async def test_errors_are_told_in_the_language_chosen(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    await answer_until(ani, "guncangan")
    await ani.tap("☐ Gempa bumi", "☐ Kerusuhan", "☐ Serangan siber")
    refused = await ani.tap("☐ Bangunan roboh")
    assert "⚠️ Cukup tiga pilihan. Lepaskan satu dulu, ya." in refused.text
    await ani.say("/bahasa")
    await ani.tap("English")
    refused = await ani.tap("☐ Building collapse")
    assert "⚠️ Three is enough. Please untick one first." in refused.text
    assert ani.toasts[-1] == "Three is enough. Please untick one first."
    assert "not on the list" in (await ani.say("zzz")).text


async def test_people_whose_language_we_lack_are_spoken_to_in_the_first_one(
    suara: RunningBot,
) -> None:
    ani = await suara.add_person(language="de")
    assert "Ya, saya setuju" in (await ani.start("persepsi")).labels


async def test_three_ticks_are_the_most_and_one_can_be_taken_back(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    await answer_until(ani, "guncangan")
    await ani.tap("☐ Gempa bumi", "☐ Kerusuhan", "☐ Serangan siber")
    refused = await ani.tap("☐ Bangunan roboh")
    assert "Cukup tiga pilihan" in refused.text
    assert "Selesai memilih › (3/3)" in refused.labels
    card = await ani.tap("☑ Kerusuhan", "☐ Bangunan roboh", "Selesai memilih ›")
    assert find_expected_answer(card).name == "tekanan"  # type: ignore[union-attr]
    assert suara.records.answers(ani.id)["guncangan"] == "gempa roboh siber"


async def test_none_of_these_excludes_the_others(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    await answer_until(ani, "alami")
    await ani.tap("☐ Gempa bumi")
    refused = await ani.tap("☐ Tidak ada")
    assert "berdiri sendiri" in refused.text
    await ani.tap("☑ Gempa bumi", "☐ Tidak ada", "Selesai memilih ›")
    assert suara.records.answers(ani.id)["alami"] == "tidak_ada"


async def test_a_required_question_cannot_be_left_without_an_answer(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    card = await answer_until(ani, "alami")
    assert "Lewati" not in card.labels
    assert "⚠️" in (await ani.tap("Selesai memilih ›")).text
    assert "alami" not in suara.records.answers(ani.id)


async def test_an_optional_question_can_be_skipped(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    await answer_until(ani, "perbaikan")
    card = await ani.tap("Lewati")
    assert find_expected_answer(card).name == "kelamin"  # type: ignore[union-attr]
    card = await ani.tap("Lewati", "Lewati", "Lewati")
    assert "Kirim ✓" in card.labels
    assert not {"perbaikan", "kelamin", "umur"} & set(suara.records.answers(ani.id))


async def test_back_shows_what_was_chosen_and_forward_keeps_it(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    await ani.tap("Bekerja di Jakarta")
    card = await ani.tap("‹ Kembali")
    assert "● Bekerja di Jakarta" in card.labels
    assert "Di kota mana Anda bekerja?" in (await ani.tap("Lanjut ›")).text
    assert suara.records.answers(ani.id)["hubungan"] == "kerja"


async def test_an_answer_is_changed_from_the_review(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    card = await answer_until(ani)
    assert "1. Apa hubungan Anda dengan Jakarta?\n    Tinggal di Jakarta" in card.text
    assert {"◀", "▶"} <= set(card.labels)
    await ani.tap("▶", "▶")
    card = await ani.tap("✏️ 20")
    assert find_expected_answer(card).name == "bertahan"  # type: ignore[union-attr]
    card = await ani.tap("7 hari atau lebih")
    assert "Kirim ✓" in card.labels
    assert suara.records.answers(ani.id)["bertahan"] == "7"


async def test_a_change_that_opens_questions_leads_to_them_before_sending(
    suara: RunningBot,
) -> None:
    ani = await suara.add_resident()
    await ani.tap("Bekerja di Jakarta")
    await answer_until(ani)
    card = await ani.tap("✏️ 1", "Tinggal di Jakarta")
    assert "Di kota mana Anda tinggal?" in card.text  # It was where they work.
    assert "kelurahan" not in suara.records.answers(ani.id)
    card = await ani.tap("● Jakarta Selatan", "● Tebet", "● Tebet Barat")
    assert find_expected_answer(card).name == "bertahan"  # type: ignore[union-attr]
    assert "Kirim ✓" in (await ani.tap("1–2 hari")).labels
    assert suara.records.answers(ani.id)["kelurahan"] == "31.74.01.1002"


async def test_another_city_asks_for_district_and_sub_district_again(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    await answer_until(ani)
    card = await ani.tap("✏️ 2", "Jakarta Pusat")
    assert "Di kecamatan mana" in card.text
    assert "kecamatan" not in suara.records.answers(ani.id)
    await ani.tap("Gambir")
    card = await ani.tap("Gambir")
    assert "Kirim ✓" in card.labels
    assert suara.records.answers(ani.id)["kelurahan"] == "31.71.01.1001"


async def test_answers_can_be_changed_after_sending(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    await answer_all_and_send(ani)
    (first,) = suara.records.rows("SELECT sent_at FROM interview")
    await ani.tap("✏️ Lihat atau ubah jawaban", "✏️ 1", "● Tinggal di Jakarta")
    await ani.tap("✏️ 2", "● Jakarta Selatan")
    await ani.tap("▶", "▶", "✏️ 21")
    card = await ani.tap("Lebih buruk")
    assert "Kirim ✓" in card.labels
    assert suara.records.answers(ani.id)["banding"] == "buruk"
    card = await ani.tap("Kirim ✓")
    assert card.text.startswith("🙏 Terima kasih")
    assert suara.records.rows("SELECT sent_at FROM interview") == [first]
    assert len(ani.cards) == 1


async def test_the_thanks_pass_on_a_link_that_leads_to_the_same_survey(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    card = await answer_all_and_send(ani)
    link = "https://t.me/suara_bot?start=persepsi-ajakan"
    assert link in card.text
    opened = await ani.person.tap("Bagikan tautan")
    assert link.replace(":", "%3A").replace("?", "%3F").replace("=", "%3D") in opened["url"]
    budi = await suara.add_person(1005)
    await budi.start("persepsi-ajakan")
    assert ("persepsi-ajakan",) in suara.records.rows("SELECT source FROM respondent")


async def test_every_card_in_turn_is_the_only_one_in_the_chat(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    card = await ani.wait_for_card()
    while "Kirim ✓" not in card.labels:
        card = await answer_question(ani, card)
        assert len(ani.cards) == 1, ani.person.screen.format_transcript()

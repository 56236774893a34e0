"""Participants: invitations, the tables of ratings, two waves one after the other."""

from __future__ import annotations

import pytest

from sandbox import ShownMessage
from tests.bot.perception_answers import answer_all_and_send, answer_until, find_expected_answer
from tests.bot.running_bot import Phone, RunningBot

WELCOME = "✅ Selamat datang! Anda ikut sebagai peserta."


def active(card: ShownMessage) -> str:
    """The row of the table that the buttons rate."""
    return next(line for line in card.text.splitlines() if line.startswith("▶"))


def following(card: ShownMessage) -> list[str]:
    """The buttons that lead to another questionnaire."""
    return [label for label in card.labels if label.startswith("▶")]


async def rate(phone: Phone, card: ShownMessage, label: str) -> ShownMessage:
    """Rate every row of the card the same."""
    heading = card.text.split("\n\n")[1]
    while heading in card.text:
        card = await phone.tap(label)
    return card


@pytest.mark.parametrize("way", ["link", "typed", "typed carelessly"])
async def test_an_invitation_makes_a_participant(suara: RunningBot, way: str) -> None:
    budi = await suara.add_person(1002)
    if way == "link":
        card = await budi.start("u-AIR-7K3M")
    else:
        await budi.start()
        card = await budi.say("AIR-7K3M" if way == "typed" else " air – 7k3m ")
    assert WELCOME in card.text
    assert "Kerentanan Aset" in card.text
    assert suara.records.rows("SELECT role, sector, category, source FROM respondent") == [
        ("participant", "pemerintah", "air", "")
    ]
    card = await budi.tap("Ya, saya setuju")
    assert "Seberapa sering guncangan" in card.text
    kept = suara.records.answers(budi.id, "kerentanan")
    assert (kept["sektor/sektor"], kept["kategori/kategori"]) == ("pemerintah", "air")


async def test_an_unknown_code_is_said_to_be_unknown(suara: RunningBot) -> None:
    budi = await suara.add_person(1002)
    assert "Kode itu tidak kami kenal" in (await budi.start("u-AIR-9999")).text
    assert "Kode itu tidak kami kenal" in (await budi.say("AIR-9999")).text
    assert suara.records.rows("SELECT role FROM respondent") == [("resident",)]


async def test_a_code_is_good_for_as_many_people_as_it_was_made_for(suara: RunningBot) -> None:
    first, second = await suara.add_person(1002), await suara.add_person(1003)
    assert WELCOME in (await first.start("u-ENERGI-2025")).text
    assert "Kuota kode itu sudah habis" in (await second.start("u-ENERGI-2025")).text
    assert WELCOME not in (await first.start("u-ENERGI-2025")).text  # The same person again.
    assert "Kuota" not in (await first.say("ENERGI-2025")).text
    roles = suara.records.rows("SELECT role FROM respondent ORDER BY role")
    assert roles == [("participant",), ("resident",)]


@pytest.mark.parametrize("place", ["question", "review", "thanks"])
async def test_what_is_wrong_with_a_code_is_said_wherever_it_is_shown(
    suara: RunningBot, place: str
) -> None:
    await (await suara.add_person(1002)).start("u-ENERGI-2025")
    ani = await suara.add_resident()
    if place == "review":
        await answer_until(ani)
    if place == "thanks":
        await answer_all_and_send(ani)
    assert "Kuota kode itu sudah habis" in (await ani.start("u-ENERGI-2025")).text
    assert "Kuota kode itu sudah habis" in (await ani.say("energi-2025")).text
    assert "Kode itu tidak kami kenal" in (await ani.start("u-AIR-9999")).text
    if place != "question":  # There it might be an answer.
        assert "Kode itu tidak kami kenal" in (await ani.say("AIR-9999")).text


async def test_a_resident_who_types_a_code_midway_becomes_a_participant(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    await answer_until(ani, "kecamatan")
    card = await ani.say("AIR-7K3M")
    assert WELCOME in card.text
    await ani.tap("Ya, saya setuju")
    before = suara.records.answers(ani.id)
    assert before["kota"] == "31.74"
    card = await ani.start("persepsi")
    assert find_expected_answer(card).name == "kecamatan"  # type: ignore[union-attr]
    assert "Seberapa sering guncangan" in (await ani.start("kerentanan")).text


async def test_a_table_is_answered_row_by_row(suara: RunningBot) -> None:
    budi = await suara.add_participant()
    card = await budi.wait_for_card()
    assert "1 = Sangat jarang" in card.text
    assert card.buttons[0] == ["1", "2", "3", "4", "5"]
    assert "Banjir hujan atau sungai" in active(card)
    card = await budi.tap("4")
    assert "Banjir rob" in active(card)
    assert "Banjir hujan atau sungai 4" in card.text
    card = await budi.tap("Bukan bidang saya")
    assert "Banjir rob (air laut) –" in card.text
    card = await budi.say("5")
    assert "Kebakaran" in active(card)
    kept = suara.records.answers(budi.id, "kerentanan")
    assert {key.partition("/")[2]: value for key, value in kept.items() if "kemungk" in key} == {
        "banjir": "4",
        "rob": "bb",
        "gempa": "5",
    }


async def test_the_arrows_move_between_rows_and_go_round(suara: RunningBot) -> None:
    budi = await suara.add_participant()
    assert "Serangan siber" in active(await budi.tap("▲"))
    assert "Banjir hujan" in active(await budi.tap("▼"))
    await budi.tap("3", "▲")
    card = await budi.wait_for_card()
    assert "Banjir hujan" in active(card)
    assert "● 3" in card.labels
    card = await budi.tap("5")
    assert "Banjir hujan atau sungai 5" in card.text
    assert suara.records.answers(budi.id, "kerentanan")["kemungkinan/banjir"] == "5"


async def test_a_word_on_no_list_is_refused_at_a_table(suara: RunningBot) -> None:
    budi = await suara.add_participant()
    for words in ("6", "sering sekali", "0", "-1"):
        assert "⚠️" in (await budi.say(words)).text
    assert "kemungkinan/banjir" not in suara.records.answers(budi.id, "kerentanan")


async def test_a_participant_answers_one_wave_after_the_other(suara: RunningBot) -> None:
    budi = await suara.add_participant()
    card = await budi.wait_for_card()
    for label in ("4", "Tidak tahu", "2", "5", "Tidak terpapar"):
        card = await rate(budi, card, label)
    assert "Aset 3 dari" in card.text
    while "catatan" not in card.text:
        card = await rate(budi, card, "3")
    card = await budi.say("Pompa Pluit belum ada di daftar.")
    assert "15 dari 15 dinilai" in card.text
    card = await budi.tap("Kirim ✓")
    kept = suara.records.answers(budi.id, "kerentanan")
    assert kept["aset/banjir[1]"] == "5"
    assert kept["aset/banjir[2]"] == "tp"
    assert kept["dampak/siber"] == "tt"
    assert kept["catatan/catatan"] == "Pompa Pluit belum ada di daftar."
    assert following(card) == ["▶ Persepsi Ketahanan Jakarta"]
    card = await budi.tap("▶ Persepsi Ketahanan Jakarta")
    assert "Ya, saya setuju" in card.labels
    await budi.tap("Ya, saya setuju")
    card = await answer_all_and_send(budi)
    assert card.text.startswith("🙏 Terima kasih")
    assert following(card) == ["▶ Kondisi Aset Jakarta"]
    sent = suara.records.rows("SELECT wave_id FROM interview WHERE sent_at NOT NULL ORDER BY 1")
    assert sent == [("kerentanan",), ("persepsi",)]


async def test_whoever_declines_is_offered_the_next_and_nothing_once_all_is_sent(
    suara: RunningBot,
) -> None:
    budi = await suara.add_participant()
    await budi.start("rencana-kota")
    await budi.tap("Ya, saya setuju", "Tidak ada")
    card = await budi.tap("Kirim ✓")
    offered = []
    for _ in range(5):
        offered += following(card)
        await budi.tap(offered[-1])
        if "Tidak, terima kasih" not in (await budi.wait_for_card()).labels:  # It was begun before.
            break
        card = await budi.tap("Tidak, terima kasih")
        assert "Mungkin yang ini?" in card.text
    assert offered == ["▶ Skenario Jakarta 2030", "▶ Kerentanan Aset dan Risikonya"]
    await suara.records.execute(
        "UPDATE wave SET closes_at = opens_at WHERE id NOT IN ('rencana-kota', 'kerentanan')"
    )
    await suara.records.execute("UPDATE interview SET sent_at = started_at")
    assert following(await budi.start("rencana-kota")) == []


async def test_what_a_participant_withdraws_is_said_wave_by_wave(suara: RunningBot) -> None:
    budi = await suara.add_participant()
    await budi.tap("3", "3")
    await budi.start("persepsi")
    await budi.tap("Ya, saya setuju", "Tinggal di Jakarta")
    card = await budi.say("/hapus")
    assert "• Persepsi Ketahanan Jakarta: " in card.text
    assert "• Kerentanan Aset dan Risikonya: " in card.text
    await budi.tap("Ya, hapus semuanya")
    assert suara.records.count("interview") == 0


async def test_a_participant_who_declines_stays_one(suara: RunningBot) -> None:
    budi = await suara.add_person(1002)
    await budi.start("u-AIR-7K3M")
    await budi.tap("Tidak, terima kasih")
    assert suara.records.count("interview") == 0
    assert suara.records.rows("SELECT role FROM respondent") == [("participant",)]
    assert suara.records.count("refusal") == 1


async def test_a_deep_link_does_not_open_a_wave_that_is_for_others(suara: RunningBot) -> None:
    ani = await suara.add_person()
    card = await ani.start("kerentanan")
    assert "Persepsi Ketahanan Jakarta" in card.text

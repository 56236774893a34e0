"""Stories of a workshop in which things cross: taps and the close, notes, cards, tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sandbox import Sandbox
from survey.store import workshop_plans
from tests.bot.running_workshop import (
    TABLES,
    restart_workshop_bot,
    run_workshop_bot,
    tap_beginning,
    wait_for_words,
)


async def test_of_taps_that_come_together_those_before_the_close_count(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan, ani, budi = await day.join_two_participants()
        await tap_beginning(wayan, "▶ Buka: ")
        for phone in (ani, budi):
            await wait_for_words(phone, "5 = Lumpuh")
        closing = next(x for x in wayan.cards[-1].labels if x.startswith("⏹ Tutup: "))
    await budi.person.tap("4")
    await wayan.person.tap(closing)
    await ani.person.tap("5")
    async with restart_workshop_bot(day, tmp_path, box) as day:
        await wait_for_words(day.phones["ani"], "menunggu hasil")
        await day.phones["ani"].wait_for_card()
        assert day.suara.records.rows("SELECT value FROM vote") == [("4",)]
        assert day.phones["ani"].toasts[-1].startswith("Suara untuk ini sudah ditutup")


async def test_a_note_stays_with_the_ballots_for_which_it_was_begun(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan, _, _ = await day.join_two_participants()
        siti = await day.join_facilitator("siti")
        await tap_beginning(wayan, "▶ Buka: ")
        await wayan.tap("✍️ Catat alasan")
        await wait_for_words(siti, "⏹ Tutup: ")
        await tap_beginning(siti, "⏹ Tutup: ")
        await tap_beginning(siti, "▶ Buka: ")
        await wayan.say("Pompa baru dipasang 2024")
        kept = day.suara.records.rows("SELECT kind, ballots FROM move ORDER BY number")
        assert kept[-1] == ("noted", "[1]")


async def test_what_is_typed_is_a_vote_on_the_ballot_that_the_card_shows(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_workshop_bot(tmp_path, box, most_a_second=1) as day:
        wayan, _, budi = await day.join_two_participants()
        await tap_beginning(wayan, "▶ Buka: ")
        await wait_for_words(budi, "hujan atau sungai", "5 = Lumpuh")
        await tap_beginning(wayan, "⏹ Tutup: ")
        await tap_beginning(wayan, "▶ Buka: ")
        card = await budi.say("4")
        assert day.suara.records.count("vote") == 0, "their card still showed the ballot before"
        assert "⚠️ Kartunya sudah berganti. Lihat yang terbaru, ya." in card.text
        assert "Banjir rob" in card.text
        card = await budi.say("4")
        assert "penilaian awal 3, suara Anda 4" in card.text
        assert day.suara.records.rows("SELECT ballot, value FROM vote") == [(2, "4")]


async def test_values_of_too_few_people_are_on_no_card(tmp_path: Path, box: Sandbox) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan, ani, budi = await day.join_two_participants()
        group = await box.create_group("Peserta", [wayan.person, ani.person])
        await wayan.person.say("/lokakarya", chat=group)
        await tap_beginning(wayan, "▶ Buka: ")
        await wait_for_words(ani, "5 = Lumpuh")
        await ani.tap("5")
        await wait_for_words(budi, "5 = Lumpuh")
        await budi.tap("Tidak tahu")
        await tap_beginning(wayan, "⏹ Tutup: ")
        await tap_beginning(wayan, "📊 Hasil")
        mine = await wait_for_words(ani, "terlalu sedikit", "Suara Anda: 5")
        other = await wait_for_words(budi, "terlalu sedikit", "Suara Anda: Tidak tahu")
        panel = await wait_for_words(wayan, "terlalu sedikit")
        screen = await group.wait_until(
            lambda screen: "terlalu sedikit" in screen.last_message.text, 8
        )
        assert screen.last_message is not None
        for card in (mine, other, panel, screen.last_message):
            assert "n = 1" in card.text
            assert "█" not in card.text
            assert "median" not in card.text
            assert "Tidak tahu 1" not in card.text
        await tap_beginning(wayan, "🔁 Putaran 2: ")
        card = await wait_for_words(budi, "Hasil putaran 1: n = 1 · terlalu sedikit")
        assert "█" not in card.text


async def test_no_more_have_voted_than_there_are(tmp_path: Path, box: Sandbox) -> None:
    async with run_workshop_bot(tmp_path, box, TABLES) as day:
        wayan = await day.join_facilitator()
        ani = await day.join_participant("ani", "Swasta", "Air")
        await tap_beginning(wayan, "▶▶ Buka paralel untuk 2 meja")
        card = await wait_for_words(ani, "Instalasi air minum Buaran")
        await ani.tap("4")
        await ani.send_callback_data(f"leave:{card.find_callback_data('4').split(':')[1]}")
        panel = await wait_for_words(wayan, "0 hadir")
        assert "1 dari 1 sudah memilih" in panel.text


async def test_whoever_sits_at_the_wrong_table_goes_to_another_one(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_workshop_bot(tmp_path, box, TABLES) as day:
        wayan = await day.join_facilitator()
        ani = await day.join_participant("ani", "Swasta", "Air")
        assert "Pindah ke meja lain" in (await ani.wait_for_card()).labels
        await tap_beginning(wayan, "▶▶ Buka paralel untuk 2 meja")
        await wait_for_words(ani, "Instalasi air minum Buaran")
        card = await ani.tap("Pindah ke meja lain")
        assert card.labels == ["Air", "Banjir"]
        card = await ani.tap("Banjir")
        assert "pompa Pluit" in card.text
        await ani.tap("4")
        await wait_for_words(wayan, "Air 0 · Banjir 1", "1 dari 1 sudah memilih")


async def test_who_is_in_two_workshops_keeps_the_card_of_the_one_in_whose_group_they_tap(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan, ani, _ = await day.join_two_participants()
        group = await box.create_group("Peserta", [wayan.person, ani.person])
        await wayan.person.say("/lokakarya", chat=group)
        await tap_beginning(wayan, "▶ Buka: ")
        await wait_for_words(ani, "5 = Lumpuh")
        other = replace(
            day.plan,
            workshop=replace(day.plan.workshop, id="lain"),
            code="LAIN-2026",
            screen="another-secret",
        )
        await day.suara.app.store.keep(workshop_plans.add_plan(other, day.suara.app.clock.now()))
        await ani.start("l-LAIN-2026")
        await ani.tap("Nanti saja")
        await group.wait_until(lambda screen: "5 = Lumpuh" in screen.last_message.text)
        await ani.person.tap("4", chat=group)
        await ani.person.wait_until_idle()
        votes = day.suara.records.rows("SELECT workshop_id, value, channel FROM vote")
        assert votes == [("uji", "4", "group")]
        await tap_beginning(wayan, "⏹ Tutup: ")
        await wait_for_words(ani, "Lokakarya uji", "menunggu hasil")

"""Stories of a workshop in the chat: two facilitators and participants through whole ballots."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox import Sandbox
from survey.services.workshop_service import MoveDecider, WorkshopService
from survey.store.database import Store
from survey.workshop.moves import WorkshopRequest
from tests.bot.running_bot import DatabaseRecords
from tests.bot.running_workshop import (
    TABLES,
    restart_workshop_bot,
    reveal_results,
    run_workshop_bot,
    tap_beginning,
    wait_for_words,
)


async def test_a_ballot_goes_through_two_rounds(tmp_path: Path, box: Sandbox) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan, ani, budi = await day.join_two_participants()
        assert "2 hadir" in (await wayan.say("/lokakarya")).text
        panel = await tap_beginning(wayan, "▶ Buka: Rumah pompa")
        assert "🟢 Terbuka · Putaran 1 dari 2" in panel.text
        assert "0 dari 2 sudah memilih" in panel.text
        card = await wait_for_words(ani, "pompa Pluit", "5 = Lumpuh")
        assert ["1", "2", "3", "4", "5"] in card.buttons
        assert "median" not in card.text
        card = await ani.tap("2")
        assert ani.toasts[-1] == "✓ 2 tersimpan"
        assert "Suara Anda: 2 · dapat diubah sampai ditutup" in card.text
        assert "● 2" in card.labels
        await wait_for_words(wayan, "1 dari 2 sudah memilih")
        await wait_for_words(budi, "5 = Lumpuh")
        await budi.tap("5")
        await ani.tap("1")
        await tap_beginning(wayan, "⏹ Tutup: ")
        await wait_for_words(ani, "Suara ditutup, menunggu hasil")
        await tap_beginning(wayan, "📊 Hasil")
        assert "sebentar lagi" in wayan.toasts[-1]
        card = await wait_for_words(budi, "nilai tengah 3", "belum sepakat", "separuhnya terpaut 4")
        assert "5 ██████████ 1 ◂ Anda" in card.text
        assert "1 ██████████ 1\n" in card.text
        panel = await wait_for_words(wayan, "nilai tengah 3", "🔁 Putaran 2: Rumah")
        await tap_beginning(wayan, "🔁 Putaran 2: Rumah")
        card = await wait_for_words(ani, "Putaran 2 dari 2", "Hasil putaran 1: nilai tengah 3")
        assert "Suara Anda" not in card.text, "the vote of round 1 does not count in round 2"
        await ani.tap("4")
        await wait_for_words(budi, "Putaran 2 dari 2", "5 = Lumpuh")
        await budi.tap("5")
        await reveal_results(wayan, ani, budi)
        card = await wait_for_words(ani, "✅ sepakat")
        assert "nilai tengah 4,5" in card.text
        assert not [label for label in wayan.cards[-1].labels if "Putaran 3" in label]
        assert len(ani.cards) == len(budi.cards) == len(wayan.cards) == 1


async def test_two_facilitators_cannot_trip_over_each_other(tmp_path: Path, box: Sandbox) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan, ani, _ = await day.join_two_participants()
        siti = await day.join_facilitator("siti")
        old = siti.cards[-1].find_callback_data(
            next(x for x in siti.cards[-1].labels if "Buka:" in x)
        )
        await tap_beginning(wayan, "▶ Buka: ")
        await wait_for_words(siti, "⏹ Tutup: ")
        card = await siti.send_callback_data(old)
        assert siti.toasts[-1].startswith("Sementara itu: dibuka Rumah")
        assert "Sementara itu" in card.text
        assert day.suara.records.count("move") == 1
        await tap_beginning(siti, "⏹ Tutup: ")
        await wait_for_words(wayan, "Ditutup, hasil belum tampil")
        await wait_for_words(ani, "menunggu hasil")


async def test_who_comes_late_votes_at_once(tmp_path: Path, box: Sandbox) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan = await day.join_facilitator()
        await tap_beginning(wayan, "▶ Buka: ")
        citra = await day.find_or_add_phone("citra")
        card = await citra.start("l-UJI-2026")
        assert "Anda mewakili siapa?" in card.text
        await citra.tap("Masyarakat")
        card = await citra.tap("Tanggap darurat & keamanan")
        assert "1 = Hampir tidak terganggu" in card.text
        await citra.tap("Tidak tahu")
        assert citra.toasts[-1] == "✓ Tidak tahu tersimpan"
        rows = day.suara.records.rows("SELECT sector, category FROM respondent ORDER BY id")
        assert rows[-1] == ("masyarakat", "darurat")


async def test_a_restart_in_the_middle_of_a_round(tmp_path: Path, box: Sandbox) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan, ani, budi = await day.join_two_participants()
        await tap_beginning(wayan, "▶ Buka: ")
        await wait_for_words(ani, "5 = Lumpuh")
        await ani.tap("4")
        await wait_for_words(budi, "5 = Lumpuh")
        await budi.person.tap("3")
    async with restart_workshop_bot(day, tmp_path, box) as day:
        ani, budi, wayan = (day.phones[name] for name in ("ani", "budi", "wayan"))
        await wait_for_words(budi, "Suara Anda: 3")
        await wait_for_words(ani, "Suara Anda: 4")
        await wait_for_words(wayan, "2 dari 2 sudah memilih")
        await reveal_results(wayan, ani, budi)
        assert day.suara.records.count("vote") == 2


async def test_moves_of_another_process_reach_everybody_and_a_restart_too(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        _, ani, _ = await day.join_two_participants()
        await elsewhere(tmp_path, lambda session, tap: session.open([1], 0, tap))
        await wait_for_words(ani, "5 = Lumpuh")
    await elsewhere(tmp_path, lambda session, tap: session.close([1], tap))
    async with restart_workshop_bot(day, tmp_path, box) as day:
        await wait_for_words(day.phones["ani"], "menunggu hasil")
        await wait_for_words(day.phones["wayan"], "Ditutup, hasil belum tampil")


async def elsewhere(folder: Path, decide: MoveDecider) -> None:
    """A facilitator's move that this process knows nothing of."""
    async with Store.open(f"sqlite+aiosqlite:///{folder / 'suara.db'}") as store:
        rooms = WorkshopService(store)
        seen = await rooms.count_moves("uji")
        tap = WorkshopRequest(leader(folder), datetime.now(UTC), 99, seen + 1, seen)
        assert (await rooms.make_move(tap, "uji", decide)).refused is None


def leader(folder: Path) -> int:
    query = "SELECT id FROM respondent WHERE role = 'facilitator'"
    return int(DatabaseRecords(folder / "suara.db").fetch_value(query))


async def test_a_step_can_be_taken_back(tmp_path: Path, box: Sandbox) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan, ani, _ = await day.join_two_participants()
        await tap_beginning(wayan, "▶ Buka: ")
        await wait_for_words(ani, "5 = Lumpuh")
        await ani.tap("4")
        old = ani.cards[-1].find_callback_data("2")
        await tap_beginning(wayan, "⏹ Tutup: ")
        await wait_for_words(ani, "menunggu hasil")
        assert any(x.startswith("↩️ Batalkan: ditutup Rumah") for x in wayan.cards[-1].labels)
        await tap_beginning(wayan, "↩️ Batalkan: ditutup")
        await wait_for_words(ani, "Suara Anda: 4")
        await tap_beginning(wayan, "↩️ Batalkan: dibuka")
        await wait_for_words(ani, "Butir berikutnya muncul")
        await tap_beginning(wayan, "▶ Buka: ")
        card = await wait_for_words(ani, "5 = Lumpuh")
        assert "Suara Anda" not in card.text
        await ani.send_callback_data(old)
        assert ani.toasts[-1] == "Kartunya sudah berganti. Lihat yang terbaru, ya."
        assert "Suara Anda" not in (await ani.wait_for_card()).text


async def test_an_earlier_rating_is_confirmed_or_changed_with_a_reason(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan, ani, budi = await day.join_two_participants()
        await wayan.tap("☰ Semua butir")
        await tap_beginning(wayan, "⚪ Rumah pompa Pluit × Banjir rob")
        await wayan.tap("▶ Buka butir ini")
        card = await wait_for_words(ani, "Penilaian awal: 3", "Data 2016 <lama>")
        assert card.buttons[0] == ["✓ Setuju: 3"]
        await ani.tap("✓ Setuju: 3")
        assert "● ✓ Setuju: 3" in ani.cards[-1].labels
        await wait_for_words(budi, "Penilaian awal: 3")
        card = await budi.tap("5")
        assert "penilaian awal 3, suara Anda 5" in card.text
        await budi.tap("Ada data yang lebih baru")
        assert budi.toasts[-1] == "✓ Alasan tersimpan, terima kasih"
        await ani.tap("4")
        card = await ani.say("Tanggul sudah ditinggikan")
        assert "Alasan tersimpan" in card.text
        assert "● 4" in card.labels
        reasons = day.suara.records.rows("SELECT value, reason FROM vote ORDER BY id")
        assert reasons[-3:] == [("5", "new_data"), ("4", ""), ("4", "Tanggul sudah ditinggikan")]
        card = await ani.tap("5")
        card = await ani.say("telepon saya 081234567890")
        assert "tanpa nomor telepon" in card.text
        await reveal_results(wayan, ani, budi)
        await wait_for_words(ani, "✅ sepakat: 3 menjadi 5")
        card = await ani.say("Datanya dari dinas")
        assert "Alasan tersimpan" in card.text


async def test_a_row_is_answered_like_a_table(tmp_path: Path, box: Sandbox) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan, ani, _ = await day.join_two_participants()
        await tap_beginning(wayan, "▶▶ Buka semua guncangan untuk Rumah")
        card = await wait_for_words(ani, "(1 dari 2)", "▲ Sebelumnya", "▼ Berikutnya")
        card = await ani.tap("4")
        assert "(2 dari 2)" in card.text
        assert "Banjir hujan atau sungai: 4" in card.text
        card = await ani.tap("▲ Sebelumnya")
        assert "(1 dari 2)" in card.text
        assert "● 4" in card.labels
        card = await ani.tap("2")
        assert "(2 dari 2)" in card.text
        card = await ani.say("3")
        assert "Suara Anda: 3" in card.text
        assert "✓ Semua 2 sudah Anda nilai" in card.text
        kept = day.suara.records.rows("SELECT ballot, value FROM vote ORDER BY id")
        assert kept == [(1, "4"), (1, "2"), (2, "3")]


async def test_tables_work_in_parallel_on_their_own(tmp_path: Path, box: Sandbox) -> None:
    async with run_workshop_bot(tmp_path, box, TABLES) as day:
        wayan = await day.join_facilitator()
        ani = await day.join_participant("ani", "Swasta", "Air")
        budi = await day.join_participant("budi", "Akademisi", "Banjir")
        await tap_beginning(wayan, "▶▶ Buka paralel untuk 2 meja")
        await wait_for_words(ani, "Instalasi air minum Buaran")
        card = await wait_for_words(budi, "pompa Pluit")
        await ani.send_callback_data(card.find_callback_data("5"))
        assert ani.toasts[-1] == "Butir itu untuk meja lain."
        assert day.suara.records.count("vote") == 0
        panel = await wait_for_words(wayan, "Air 1 · Banjir 1")
        assert "⏹ Tutup: semua (4)" in panel.labels
        await wayan.tap("⏹ Tutup: Rumah pompa Pluit (2)")
        await wait_for_words(budi, "menunggu hasil")
        await ani.tap("4")
        assert ani.toasts[-1] == "✓ 4 tersimpan"


async def test_a_timer_says_until_when(tmp_path: Path, box: Sandbox) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan, ani, _ = await day.join_two_participants()
        assert ["● –", "⏱ 1′", "⏱ 2′", "⏱ 3′", "⏱ 5′"] in wayan.cards[-1].buttons
        await wayan.tap("⏱ 3′")
        await tap_beginning(wayan, "▶ Buka: ")
        await wait_for_words(ani, "Putaran 1 dari 2 · sampai ")
        assert day.suara.records.rows("SELECT value FROM move") == [("180",)]


async def test_a_note_is_typed(tmp_path: Path, box: Sandbox) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan, _, _ = await day.join_two_participants()
        await tap_beginning(wayan, "▶ Buka: ")
        card = await wayan.say("Pompa baru dipasang")
        assert "ketuk “✍️ Catat alasan” dulu" in card.text
        await wayan.tap("✍️ Catat alasan")
        card = await wayan.say("Pompa baru dipasang 2024")
        assert "✓ dicatat" in card.text
        kept = day.suara.records.rows("SELECT kind, value FROM move ORDER BY number")
        assert kept[-1] == ("noted", "Pompa baru dipasang 2024")


async def test_a_note_says_that_it_goes_to_all_at_hand(tmp_path: Path, box: Sandbox) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan, _, _ = await day.join_two_participants()
        await tap_beginning(wayan, "▶▶ Buka semua guncangan untuk Rumah")
        card = await wayan.tap("✍️ Catat alasan")
        assert "Dicatat untuk semua 2 butir" in card.text
        await wayan.tap("‹ Kembali", "☰ Semua butir")
        await tap_beginning(wayan, "🟢 Rumah pompa Pluit × Banjir hujan")
        card = await wayan.tap("✍️ Catat alasan")
        assert "Dicatat untuk semua" not in card.text
        await wayan.say("Pompa baru")
        kept = day.suara.records.rows("SELECT kind, value FROM move ORDER BY number")
        assert kept[-1] == ("noted", "Pompa baru")


async def test_the_results_are_locked_and_everybody_is_thanked(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan, ani, budi = await day.join_two_participants()
        await tap_beginning(wayan, "▶ Buka: ")
        for phone in (ani, budi):
            await wait_for_words(phone, "5 = Lumpuh")
            await phone.tap("4")
        await reveal_results(wayan, ani, budi)
        await wayan.tap("⋯ Lainnya", "🔒 Kunci hasil …")
        await wayan.tap("Ya, kunci hasil")
        panel = await wayan.wait_for_card()
        assert "sesi selesai" in panel.text
        assert panel.labels == ["☰ Semua butir", "⋯ Lainnya"], "nothing that would be refused"
        card = await wait_for_words(ani, "🙏 Terima kasih", "agen ketahanan")
        assert "× Banjir hujan atau sungai: 4 (Anda: 4) · ✅ sepakat" in card.text
        assert "start=persepsi-" in card.text
        await ani.say("/lokakarya")
        assert "🙏 Terima kasih" in (await ani.wait_for_card()).text


@pytest.mark.parametrize("forged", ["vote:{mark}:1:1:9", "vote:{mark}:77:1:3", "vote:{mark}:1:9:3"])
async def test_forged_votes_change_nothing(tmp_path: Path, box: Sandbox, forged: str) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan, ani, _ = await day.join_two_participants()
        await tap_beginning(wayan, "▶ Buka: ")
        card = await wait_for_words(ani, "5 = Lumpuh")
        mark = card.find_callback_data("3").split(":")[1]
        await ani.send_callback_data(forged.format(mark=mark))
        assert ani.toasts[-1]
        await ani.send_callback_data(f"do:{mark}:1:close:all:1:0")
        assert ani.toasts[-1] == "Hanya fasilitator yang dapat melakukannya."
        await wayan.send_callback_data(f"vote:{mark}:1:1:3")
        assert wayan.toasts[-1] == "Fasilitator tidak memberi suara."
        await ani.send_callback_data("vote:00000000:1:1:3")
        assert ani.toasts[-1] == "Kartunya sudah berganti. Lihat yang terbaru, ya."
        await wayan.send_callback_data(f"do:{mark}:1:explode:all:1:0")
        assert day.suara.records.count("vote") == 0
        assert day.suara.records.count("move") == 1

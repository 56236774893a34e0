"""How people come into a workshop's room, what they read there, how they go."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from structlog.testing import capture_logs

from sandbox import Sandbox
from tests.bot.running_workshop import CODE, TABLES, run_workshop_bot, tap_beginning, wait_for_words


async def test_a_code_is_typed_however_people_write_it(tmp_path: Path, box: Sandbox) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        ani = await day.find_or_add_phone("ani")
        assert "Ketik kode lokakarya" in (await ani.say("/lokakarya")).text
        card = await ani.say(" uji – 2026 ")
        assert "Lokakarya uji" in card.text
        assert "Anda mewakili siapa?" in card.text
        assert card.labels == [
            "Pemerintah",
            "Swasta",
            "Akademisi",
            "Masyarakat",
            "Mitra pembangunan",
            "Saya belum 18 tahun",
        ]
        card = await ani.tap("Akademisi")
        assert len(card.labels) == 12
        await ani.tap("Energi")
        rows = day.suara.records.rows("SELECT role, sector, category FROM respondent")
        assert rows == [("participant", "akademisi", "energi")]


async def test_an_invitation_says_whom_they_stand_for(tmp_path: Path, box: Sandbox) -> None:
    async with run_workshop_bot(tmp_path, box, TABLES) as day:
        ani = await day.find_or_add_phone("ani")
        await ani.start("u-AIR-7K3M")
        card = await ani.start(f"l-{CODE}")
        assert "📖 1 dari 5" in card.text, "no question at the door; the briefing comes first"
        await ani.tap("Nanti saja")
        assert "Pemerintah · Meja: Air" in (await ani.wait_for_card()).text
        assert day.suara.records.rows("SELECT seat, channel FROM attendance") == [(1, "telegram")]


async def test_at_tables_the_table_is_asked_and_the_category_follows(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_workshop_bot(tmp_path, box, TABLES) as day:
        ani = await day.find_or_add_phone("ani")
        await ani.start(f"l-{CODE}")
        card = await ani.tap("Swasta")
        assert card.labels == ["Air", "Banjir"]
        await ani.tap("Banjir")
        assert day.suara.records.rows("SELECT seat FROM attendance") == [(2,)]
        assert day.suara.records.fetch_value("SELECT category FROM respondent") == "banjir"


async def test_what_is_not_offered_at_the_door_changes_nothing(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_workshop_bot(tmp_path, box, TABLES) as day:
        ani = await day.find_or_add_phone("ani")
        card = await ani.start(f"l-{CODE}")
        mark = card.find_callback_data("Swasta").split(":")[1]
        for forged in ("sector:king", "table:9", "table:x", "role:facilitator"):
            assert (
                "Anda mewakili siapa?"
                in (await ani.send_callback_data(f"stand:{mark}:{forged}")).text
            )
        assert day.suara.records.rows("SELECT sector, role FROM respondent") == [
            ("", "participant")
        ]


async def test_the_briefing_is_paged_and_the_facilitator_sees_it_counted(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan, ani = await day.join_facilitator(), await day.find_or_add_phone("ani")
        await ani.start(f"l-{CODE}")
        card = await ani.tap("Pemerintah", "Energi")
        pages = [card.text]
        while "Lanjut ›" in card.labels:
            card = await ani.tap("Lanjut ›")
            pages.append(card.text)
        assert len(pages) == 5
        assert "4 dimensi" in pages[1]
        assert "09.00  Pembukaan" in pages[2]
        assert "Agen ketahanan" in pages[3]
        assert "sedikitnya 3 dari 4 penilai" in pages[4]
        assert "1 = Hampir tidak terganggu" in pages[4]
        card = await ani.tap("‹ Kembali", "Lanjut ›", "Saya mengerti ✓")
        assert "Butir berikutnya muncul di sini" in card.text
        await wait_for_words(wayan, "1 hadir · 1 sudah baca pengarahan")


async def test_the_facilitator_sends_everybody_the_briefing(tmp_path: Path, box: Sandbox) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan, ani, budi = await day.join_two_participants()
        await wayan.tap("⋯ Lainnya", "📖 Kirim pengarahan")
        assert wayan.toasts[-1] == "📖 Pengarahan dikirim ke 2 orang."
        await wait_for_words(ani, "📖 1 dari 5")
        await wait_for_words(budi, "📖 1 dari 5")
        await tap_beginning(wayan, "▶ Buka: ")
        await wait_for_words(ani, "5 = Lumpuh", without="📖")


async def test_in_a_pause_one_goes_on_with_the_questionnaire_until_a_ballot_opens(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan, ani, _ = await day.join_two_participants()
        card = await tap_beginning(ani, "▶ Kerentanan")
        assert "Ya, saya setuju" in card.labels
        card = await ani.tap("Ya, saya setuju")
        assert "Seberapa sering guncangan" in card.text
        await ani.tap("4")
        await tap_beginning(wayan, "▶ Buka: ")
        await wait_for_words(ani, "5 = Lumpuh")
        await tap_beginning(wayan, "⏹ Tutup: ")
        card = await wait_for_words(ani, "Seberapa sering guncangan")
        assert "Banjir rob" in card.text
        await tap_beginning(wayan, "↺ Buka kembali")
        await wait_for_words(ani, "5 = Lumpuh")
        await ani.tap("2")
        await tap_beginning(wayan, "⏹ Tutup: ")
        await wait_for_words(ani, "menunggu hasil")
        card = await ani.start("kerentanan")
        assert "Seberapa sering guncangan" in card.text
        assert "menunggu hasil" in (await ani.say("/lokakarya")).text


async def test_leaving_is_asked_once_and_the_votes_stay(tmp_path: Path, box: Sandbox) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan, ani, _ = await day.join_two_participants()
        await tap_beginning(wayan, "▶ Buka: ")
        await wait_for_words(ani, "5 = Lumpuh")
        await ani.tap("4")
        await tap_beginning(wayan, "⏹ Tutup: ")
        await wait_for_words(ani, "menunggu hasil")
        await ani.tap("Keluar dari lokakarya", "Tidak, tetap ikut")
        card = await ani.tap("Keluar dari lokakarya", "Ya, keluar")
        assert "suara Anda tetap tersimpan. Untuk kembali, ketik UJI-2026" in card.text
        await wait_for_words(wayan, "1 hadir")
        assert day.suara.records.count("vote") == 1
        card = await ani.say("UJI-2026")
        assert "menunggu hasil" in card.text


async def test_who_guesses_codes_has_to_wait_even_with_the_right_one(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        eve, ani = await day.find_or_add_phone("eve"), await day.find_or_add_phone("ani")
        with capture_logs() as logs:
            for number in range(10):
                card = await eve.start(f"l-UJI-20{number:02}")
                assert "Kode itu tidak kami kenal" in card.text
            assert "Terlalu banyak kode yang salah" in (await eve.say("UJI-9999")).text
            assert "Terlalu banyak kode yang salah" in (await eve.say(CODE)).text
        assert day.suara.records.count("attendance") == 0
        told = [line for line in logs if line["event"] == "somebody tries codes"]
        assert len(told) == 1
        assert str(eve.id) not in str(told)
        assert "Anda mewakili siapa?" in (await ani.say(CODE)).text, "others are not held up"
        day.suara.app.clock.set(day.suara.app.clock.now() + timedelta(minutes=11))
        assert "Anda mewakili siapa?" in (await eve.say(CODE)).text


async def test_a_photo_or_a_word_in_the_room_is_met_kindly(tmp_path: Path, box: Sandbox) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan, ani, _ = await day.join_two_participants()
        await tap_beginning(wayan, "▶ Buka: ")
        await wait_for_words(ani, "5 = Lumpuh")
        await ani.person.send_sticker()
        assert "Mohon ketuk salah satu tombol" in (await ani.wait_for_card()).text
        assert "Mohon ketuk salah satu tombol" in (await ani.say("lima")).text
        assert "Suara Anda: 5" in (await ani.say("5")).text
        assert len(ani.cards) == 1


async def test_what_the_projector_needs_is_said(tmp_path: Path, box: Sandbox) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan = await day.join_facilitator()
        card = await wayan.tap("⋯ Lainnya", "🖥 Layar proyektor")
        assert "public_url" in card.text
        assert "secret-of-the-screen" not in card.text

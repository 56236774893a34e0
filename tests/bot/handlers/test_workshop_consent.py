"""Before the first vote one is told who asks, why, what is kept; the consent is on record."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from sandbox import Sandbox
from tests.bot.handlers.test_personal_data import ask_for_data
from tests.bot.running_bot import Phone
from tests.bot.running_workshop import CODE, WorkshopDay, run_workshop_bot, tap_beginning

AGREEING = "Dengan memilih atau memberi suara, Anda setuju."


def read_consents(day: WorkshopDay, phone: Phone) -> list[tuple[Any, ...]]:
    """When somebody agreed, to which words, and when they voted first."""
    return day.suara.records.rows(
        """SELECT consented_at, consent, words,
            (SELECT min(at) FROM vote WHERE vote.respondent_id = attendance.respondent_id)
        FROM attendance JOIN contact USING (respondent_id)
        LEFT JOIN consent_wording ON digest = consent WHERE telegram_id = ?""",
        phone.id,
    )


async def test_at_the_door_the_first_choice_is_the_consent_to_the_words_beside_it(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        ani = await day.find_or_add_phone("ani")
        card = await ani.start(f"l-{CODE}")
        assert AGREEING in card.text
        assert read_consents(day, ani) == [(None, None, None, None)]
        card = await ani.tap("Pemerintah")
        assert AGREEING not in card.text
        ((at, digest, words, _),) = read_consents(day, ani)
        assert at is not None
        assert words.endswith(AGREEING)
        assert "Sekretariat" in words
        assert sha256(words.encode()).hexdigest() == digest
        await ani.tap("Energi")
        assert read_consents(day, ani) == [(at, digest, words, None)], "agreed once"
        page, _ = await ask_for_data(ani)
        assert digest in page
        assert AGREEING in page


async def test_who_was_invited_reads_the_words_on_the_first_ballot_and_waits_for_nothing(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan, ani = await day.join_facilitator(), await day.find_or_add_phone("ani")
        await ani.start("u-AIR-7K3M")
        await tap_beginning(wayan, "▶ Buka: ")
        card = await ani.start(f"l-{CODE}")
        assert AGREEING in card.text
        assert "Seberapa parah" in card.text
        assert AGREEING not in (await ani.tap("4")).text
        ((at, digest, _, voted),) = read_consents(day, ani)
        assert digest
        assert at <= voted
        await ani.tap("5")
        assert read_consents(day, ani)[0][:2] == (at, digest)
        assert day.suara.records.count("vote") == 2
        assert read_consents(day, wayan)[0][0] is None, "who facilitates says nothing of the city"


async def test_in_a_group_each_tap_is_that_persons_consent(tmp_path: Path, box: Sandbox) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan, ani = await day.join_facilitator(), await day.find_or_add_phone("ani")
        group = await box.create_group("Peserta", [wayan.person, ani.person])
        await wayan.person.say("/lokakarya", chat=group)
        await group.wait_until(lambda screen: "Butir berikutnya" in screen.last_message.text)
        await tap_beginning(wayan, "▶ Buka: ")
        await group.wait_until(lambda screen: AGREEING in screen.last_message.text)
        await ani.person.tap("4", chat=group)
        await ani.person.wait_until_idle()
        ((at, digest, words, voted),) = read_consents(day, ani)
        assert digest == sha256(words.encode()).hexdigest()
        assert at <= voted


async def test_of_somebody_under_18_at_the_door_nothing_stays(tmp_path: Path, box: Sandbox) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        ani = await day.find_or_add_phone("ani")
        await ani.start(f"l-{CODE}")
        card = await ani.tap("Saya belum 18 tahun")
        assert card.text.startswith("Terima kasih sudah jujur")
        for table in ("contact", "respondent", "attendance", "consent_wording", "refusal"):
            assert day.suara.records.count(table) == 0, table

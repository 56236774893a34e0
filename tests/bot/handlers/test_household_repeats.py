"""Somebody tells of the people in their household, over a real socket, with a restart between."""

# ruff: noqa: E501 - a row of a table is one line.

from __future__ import annotations

import asyncio
from base64 import b64decode
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox import PersonClient, Sandbox, ShownMessage
from tests.bot.running_bot import DatabaseRecords, Phone, RunningBot, build_survey_config, run_bot

HOUSEHOLD = """
| survey | type | name | label::Indonesia (id) | label::English (en) | required | appearance | body::suara:consent |
|---|---|---|---|---|---|---|---|
| | acknowledge | setuju | Boleh kami bertanya? | May we ask? | yes | | yes |
| | begin_repeat | anggota | Anggota keluarga | Family member |
| | text | nama | Siapa namanya? | What is the name? | yes |
| | begin_repeat | hewan | Hewan ${nama_hewan} | Pet ${nama_hewan} |
| | text | nama_hewan | Nama hewannya? | The pet's name? |
| | end_repeat |
| | begin_group | nilai | Seberapa siap ${nama}? | How ready is ${nama}? | | table-list |
| | select_one skala | banjir | Banjir | Flood | yes |
| | select_one skala | gempa | Gempa | Quake | yes |
| | end_group |
| | end_repeat |
| | end | selesai |

| choices | list_name | name | label::Indonesia (id) | label::English (en) |
| | skala | 1 | Belum | Not yet |
| | skala | 2 | Siap | Ready |

| settings | form_title | form_id | version | default_language | namespaces |
| | Keluarga | keluarga | 1 | Indonesia (id) | suara="https://suara.id/xforms" |
"""

PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


class Family:
    """Somebody at the household's questionnaire."""

    def __init__(self, suara: RunningBot, phone: Phone) -> None:
        self.records = suara.records
        self.phone = phone

    async def member(self, name: str, *pets: str) -> ShownMessage:
        """Tell of one member, from the first question to the prompt after it."""
        card = await self.phone.say(name)
        for number, pet in enumerate(pets):
            if number or "➕ Tambah" in card.labels:
                await self.phone.tap("➕ Tambah")
            card = await self.phone.say(pet)
        if "Lewati" in card.labels:  # The first member has a place for a first pet.
            card = await self.phone.tap("Lewati")
        await self.phone.say("cukup")
        return await self.phone.tap("2", "2")


@pytest.fixture
async def person(box: Sandbox) -> PersonClient:
    return await box.add_person(1001, first_name="Ani", language_code="id")


def kept(folder: Path) -> dict[str, str]:
    """What stands in the database file: path and occurrence -> value."""
    rows = DatabaseRecords(folder / "suara.db").rows(
        """SELECT question.path, answer.occurrence, coalesce(code.value, answer.value)
        FROM answer JOIN question ON question.id = answer.question_id
        LEFT JOIN code ON code.id = answer.code_id"""
    )
    return {f"{path.rpartition('/')[2]} {place}".strip(): value for path, place, value in rows}


async def test_two_members_one_removed_a_restart_between_and_sent(
    tmp_path: Path, box: Sandbox, person: PersonClient
) -> None:
    config = build_survey_config(tmp_path, box.url, HOUSEHOLD)
    async with run_bot(config) as app:
        phone = Phone(person, app)
        await phone.start("uji")
        card = await phone.tap("Ya, saya setuju")
        assert "Anggota keluarga 1 dari 1" in card.text
        card = await phone.say("Budi")
        assert "Anggota keluarga 1 dari 1 › Hewan 1 dari 1" in card.text
        card = await phone.say("Belang")
        assert "Anggota keluarga 1 dari 1\n" in card.text
        assert "1. Hewan Belang" in card.text
        await phone.tap("➕ Tambah")
        assert "1. Hewan Belang\n2. Hewan Putih" in (await phone.say("Putih")).text
        card = await phone.tap("Sudah semua, lanjut ›")
        assert "Seberapa siap Budi?" in card.text
        card = await phone.tap("2", "1")
        assert "1. Budi" in card.text
        assert card.labels == [
            "➕ Tambah",
            "Sudah semua, lanjut ›",
            "🗑 Hapus salah satu",
            "‹ Kembali",
        ]
    async with run_bot(config) as app:
        phone = Phone(person, app)
        card = await phone.tap("➕ Tambah")
        assert "Anggota keluarga 2 dari 2" in card.text
        card = await phone.say("Siti")
        assert "Belum ada." in card.text
        await phone.tap("Tidak ada, lanjut ›")
        card = await phone.tap("1", "1")
        assert "1. Budi\n2. Siti" in card.text
        assert kept(tmp_path) == {
            "nama 1": "Budi",
            "nama_hewan 1.1": "Belang",
            "nama_hewan 1.2": "Putih",
            "banjir 1": "2",
            "gempa 1": "1",
            "nama 2": "Siti",
            "banjir 2": "1",
            "gempa 2": "1",
        }
        card = await phone.tap("🗑 Hapus salah satu")
        assert card.labels == ["🗑 1. Budi", "🗑 2. Siti", "‹ Kembali"]
        card = await phone.tap("‹ Kembali")
        assert "➕ Tambah" in card.labels
        await phone.tap("🗑 Hapus salah satu")
        card = await phone.tap("🗑 1. Budi")
        assert "1. Siti" in card.text
        assert "Budi" not in card.text
        card = await phone.tap("‹ Kembali")
        assert "Seberapa siap Siti?" in card.text
        card = await phone.tap("Lanjut ›")
        assert "1. Siti" in card.text
    async with run_bot(config) as app:
        phone = Phone(person, app)
        card = await phone.tap("Sudah semua, lanjut ›")
        assert "— Anggota keluarga 1: Siti —" in card.text
        assert "Anggota keluarga\n    1" in card.text
        card = await phone.tap("Kirim ✓")
        assert card.text.startswith("🙏 Terima kasih")
    found = kept(tmp_path)
    assert found.pop("selesai").startswith("20")
    assert found == {"nama 1": "Siti", "banjir 1": "1", "gempa 1": "1"}
    assert len(phone.cards) == 1


@pytest.fixture
async def family(tmp_path: Path, box: Sandbox, person: PersonClient) -> AsyncIterator[Family]:
    """A person who has told of Budi and stands at the prompt for another member."""
    async with run_bot(build_survey_config(tmp_path, box.url, HOUSEHOLD)) as app:
        suara = RunningBot(box, app, tmp_path)
        phone = Phone(person, app)
        await phone.start("uji")
        await phone.tap("Ya, saya setuju")
        made = Family(suara, phone)
        await made.member("Budi", "Belang")
        yield made


async def test_two_taps_on_the_same_card_add_one_and_remove_one(family: Family) -> None:
    phone = family.phone
    card = await phone.wait_for_card()
    await asyncio.gather(
        *(
            phone.person.send_callback_data(card.find_callback_data("➕ Tambah"), card.message_id)
            for _ in range(3)
        )
    )
    card = await phone.wait_for_card()
    assert "Anggota keluarga 2 dari 2" in card.text
    assert family.records.fetch_value("SELECT count(*) FROM step WHERE kind = 'added'") == 1
    await family.member("Siti")
    await phone.tap("➕ Tambah")
    await family.member("Tono")
    card = await phone.tap("🗑 Hapus salah satu")
    first = card.find_callback_data("🗑 1. Budi")
    await asyncio.gather(
        *(phone.person.send_callback_data(first, card.message_id) for _ in range(3))
    )
    card = await phone.wait_for_card()
    assert "1. Siti\n2. Tono" in card.text
    assert family.records.fetch_value("SELECT count(*) FROM step WHERE kind = 'removed'") == 1
    assert set(phone.toasts) <= {"Kartunya sudah berganti. Lihat yang terbaru, ya.", ""}


async def test_what_is_typed_at_the_prompt_does_what_one_expects(family: Family) -> None:
    phone = family.phone
    assert "Mohon ketuk salah satu tombol" in (await phone.say("hm?")).text
    assert "Anggota keluarga 2 dari 2" in (await phone.say("Tambah")).text
    await family.member("Siti")
    assert "Kirim ✓" in (await phone.say("tidak")).labels


async def test_what_is_no_answer_is_met_kindly_at_the_prompt(family: Family) -> None:
    phone = family.phone
    said = await phone.person.say("besok")
    await phone.wait_for_card()
    before = family.records.read_all_tables()
    await phone.person.send_sticker()
    assert "Mohon ketuk salah satu tombol" in (await phone.wait_for_card()).text
    await phone.person.send_photo(PNG, "kucing")
    assert "1. Budi" in (await phone.wait_for_card()).text
    assert "1. Budi" in (await phone.share_location(-6.2, 106.8)).text
    await phone.person.edit_message(said, "lusa")
    assert "1. Budi" in (await phone.wait_for_card()).text
    await phone.say("/bahasa")
    assert "1. Budi" in (await phone.tap("● Bahasa Indonesia")).text
    assert family.records.read_all_tables() == before


async def test_the_review_leads_back_to_the_prompt(family: Family) -> None:
    phone = family.phone
    card = await phone.tap("Sudah semua, lanjut ›")
    assert "— Anggota keluarga 1: Budi › Hewan Belang —" in card.text
    number = card.text.split(". Anggota keluarga\n")[0].rpartition("\n")[2]
    card = await phone.tap(f"✏️ {number}")
    assert "1. Budi" in card.text
    await phone.tap("➕ Tambah")
    await family.member("Siti")
    assert "Anggota keluarga\n    2" in (await phone.tap("Sudah semua, lanjut ›")).text


async def test_many_instances_stand_on_pages(family: Family) -> None:
    phone = family.phone
    for number in range(2, 11):
        await phone.tap("➕ Tambah")
        await family.member(f"Orang {number}")
    card = await phone.wait_for_card()
    assert "10. Orang 10" in card.text
    assert "1. Budi" not in card.text
    assert "1. Budi" in (await phone.tap("◀")).text
    card = await phone.tap("🗑 Hapus salah satu")
    assert "🗑 1. Budi" in card.labels
    card = await phone.tap("▶")
    assert "🗑 10. Orang 10" in card.labels
    card = await phone.tap("🗑 10. Orang 10")
    assert "9. Orang 9" in card.text


@pytest.mark.parametrize(
    "forged",
    ["add:{row}:r1", "add:{row}:r1.1", "add:{row}:r9", "add:{row}:r0.1", "add:{row}:1", "add:{row}:r",
     "ok:{row}:r1.1", "ok:{row}:r0.1", "ok:{row}:2.1", "rm:{row}:r0.9:{n}", "rm:{row}:r0:{n}",
     "rm:{row}:r0.0:{n}", "rm:{row}:1.1:{n}", "rm:{row}:r1.1.1:{n}", "rm:{row}:r0.1:1",
     "a:{row}:r0:0", "a:{row}:r0.1:0", "d:{row}:r0", "d:{row}:r0.1", "s:{row}:r0", "t:{row}:r0.1:0:1",
     "e:{row}:r0.1", "e:{row}:r1.7", "rm:{row}:r0.²:{n}", "f:{row}", "m:{row}:r0:image",
     "v:{row}:r0:x", "c:{row}:r0", "send:{row}9", "pick:{row}:99"],
)  # fmt: skip
async def test_a_forged_button_at_the_prompt_changes_nothing(family: Family, forged: str) -> None:
    row = family.records.interview(family.phone.id, "uji")
    before = family.records.read_all_tables()
    number = family.records.fetch_value("SELECT steps FROM interview")
    card = await family.phone.send_callback_data(forged.format(row=row, n=number))
    assert "Anggota keluarga" in card.text
    assert family.records.read_all_tables() == before

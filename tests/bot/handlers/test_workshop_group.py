"""A group chat votes on one message; and everybody's card changes as fast as Telegram lets it."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise
from pathlib import Path

import pytest

import bot.telegram.calls
import bot.telegram.group_cards
from bot.jobs.card_updater import estimate_renewal_time
from sandbox import GroupChatClient, Sandbox, ShownMessage
from tests.bot.running_bot import Phone
from tests.bot.running_workshop import (
    TABLES,
    WorkshopDay,
    restart_workshop_bot,
    reveal_results,
    run_workshop_bot,
    tap_beginning,
    wait_for_words,
)


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits as long as a test can bear."""
    monkeypatch.setattr(bot.telegram.calls, "NETWORK_PAUSES", (0.05, 0.05, 0.05, 0.05, 0.05))
    monkeypatch.setattr(bot.telegram.group_cards, "EDIT_INTERVAL", 0.2)


async def gathered(day: WorkshopDay, box: Sandbox, *others: Phone) -> tuple[Phone, GroupChatClient]:
    """A facilitator, and a group that they brought the workshop into."""
    wayan = await day.join_facilitator()
    group = await box.create_group("Peserta", [wayan.person, *(phone.person for phone in others)])
    await wayan.person.say("/lokakarya", chat=group)
    await group.wait_until(lambda screen: "Butir berikutnya muncul" in screen.last_message.text)
    return wayan, group


async def shows(group: GroupChatClient, *words: str) -> ShownMessage:
    """The group's newest message, once these words stand on it."""
    screen = await group.wait_until(
        lambda screen: all(word in screen.last_message.text for word in words), 8
    )
    assert screen.last_message is not None
    return screen.last_message


async def test_everybody_taps_one_message_and_votes_for_themselves(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        ani, budi = await day.find_or_add_phone("ani"), await day.find_or_add_phone("budi")
        wayan, group = await gathered(day, box, ani, budi)
        await tap_beginning(wayan, "▶ Buka: ")
        card = await shows(group, "Putaran 1 dari 2", "5 = Lumpuh", "0 sudah memilih")
        assert card.buttons[0] == ["1", "2", "3", "4", "5"]
        for phone, label in ((ani, "2"), (budi, "Tidak tahu"), (ani, "4"), (budi, "4")):
            await phone.person.tap(label, chat=group)
            await phone.person.wait_until_idle()
        await shows(group, "2 sudah memilih")
        assert [toast["text"] for toast in group.screen.toasts] == [
            "✓ 2 tersimpan",
            "✓ Tidak tahu tersimpan",
            "✓ 4 tersimpan",
            "✓ 4 tersimpan",
        ]
        await wait_for_words(wayan, "2 dari 2 sudah memilih")
        kept = day.suara.records.rows("SELECT value, channel FROM vote ORDER BY id")
        assert kept == [(value, "group") for value in ("2", "tt", "4", "4")]
        assert (
            day.suara.records.rows(
                "SELECT sector, category, role FROM respondent WHERE role = 'participant'"
            )
            == [("", "", "participant")] * 2
        )
        await tap_beginning(wayan, "⏹ Tutup: ")
        await shows(group, "menunggu hasil")
        await tap_beginning(wayan, "📊 Hasil")
        card = await shows(group, "nilai tengah 4", "4 ██████████ 2")
        assert "Anda" not in card.text
        greeting_and_card = [m for m in group.screen.messages if m.from_bot]
        assert len(greeting_and_card) == 2


async def test_a_group_goes_on_after_a_restart(tmp_path: Path, box: Sandbox) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        ani = await day.find_or_add_phone("ani")
        wayan, group = await gathered(day, box, ani)
        await tap_beginning(wayan, "▶ Buka: ")
        await shows(group, "5 = Lumpuh")
        await ani.person.tap("3", chat=group)
        await shows(group, "1 sudah memilih")
    async with restart_workshop_bot(day, tmp_path, box) as day:
        await ani.person.tap("5", chat=group)
        await ani.person.wait_until_idle()
        assert day.suara.records.rows("SELECT value FROM vote") == [("3",), ("5",)]
        await tap_beginning(day.phones["wayan"], "⏹ Tutup: ")
        await shows(group, "menunggu hasil")


async def test_a_group_that_becomes_a_supergroup_gets_one_message_there(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        ani = await day.find_or_add_phone("ani")
        wayan, group = await gathered(day, box, ani)
        group = await group.migrate()
        await tap_beginning(wayan, "▶ Buka: ")
        await shows(group, "5 = Lumpuh")
        await ani.person.tap("4", chat=group)
        await shows(group, "1 sudah memilih")
        await tap_beginning(wayan, "⏹ Tutup: ")
        await shows(group, "menunggu hasil")
        assert day.suara.records.rows("SELECT chat_id FROM group_chat") == [(group.id,)]
        mine = [m for m in group.screen.messages if m.from_bot and "uji" in m.text]
        assert len(mine) == 1


async def test_a_row_in_a_group_has_letters(tmp_path: Path, box: Sandbox) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        ani = await day.find_or_add_phone("ani")
        wayan, group = await gathered(day, box, ani)
        await tap_beginning(wayan, "▶▶ Buka semua guncangan untuk Rumah")
        card = await shows(group, "A. Rumah pompa Pluit × Banjir hujan", "B. Rumah pompa Pluit")
        assert card.buttons[1] == ["B1", "B2", "B3", "B4", "B5"]
        await ani.person.tap("B5", chat=group)
        await ani.person.wait_until_idle()
        toast = group.screen.toasts[-1]["text"]
        assert toast == "✓ 5 tersimpan Apa alasannya? Tulis di chat pribadi, ya."
        card = await ani.start("l-UJI-2026")
        assert "Anda mewakili siapa?" in card.text, "in private they are asked at the door"
        await ani.tap("Swasta", "Energi")
        card = await ani.wait_for_card()
        assert "Rumah pompa Pluit" in card.text
        assert "Banjir rob (air laut): 5" in card.text


async def test_only_a_facilitator_brings_the_workshop_into_a_group(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_workshop_bot(tmp_path, box, TABLES) as day:
        ani = await day.join_participant("ani", "Swasta", "Air")
        group = await box.create_group("Lain", [ani.person])
        await ani.person.say("/lokakarya", chat=group)
        await shows(group, "Hanya fasilitator")
        assert day.suara.records.count("group_chat") == 0


async def test_forged_taps_in_a_group_change_nothing(tmp_path: Path, box: Sandbox) -> None:
    async with run_workshop_bot(tmp_path, box, TABLES) as day:
        eve = await day.find_or_add_phone("eve")
        wayan, group = await gathered(day, box, eve)
        await tap_beginning(wayan, "▶ Buka: ")
        card = await shows(group, "5 = Lumpuh")
        mark = card.find_callback_data("5").split(":")[1]
        for data in (f"do:{mark}:1:close:all:1:0", f"leave:{mark}", "vote:0:1:1:5", "yes:persepsi"):
            await eve.person.send_callback_data(data, card.message_id, chat=group)
            await eve.person.wait_until_idle()
        await eve.person.tap("5", chat=group)
        await eve.person.wait_until_idle()
        assert group.screen.toasts[-1]["text"] == "Butir itu untuk meja lain."
        assert day.suara.records.count("vote") == 0
        assert day.suara.records.count("move") == 1


async def test_a_groups_message_keeps_to_telegrams_rate(
    tmp_path: Path, box: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.telegram.group_cards, "EDIT_INTERVAL", 3.1)
    async with run_workshop_bot(tmp_path, box) as day:
        ani = await day.find_or_add_phone("ani")
        wayan, group = await gathered(day, box, ani)
        await box.switch_rate_limits(on=True)
        await tap_beginning(wayan, "▶ Buka: ")
        await shows(group, "5 = Lumpuh")
        for value in "12345123":
            await ani.person.tap(value, chat=group)
            await asyncio.sleep(0.3)
        await shows(group, "1 sudah memilih")
        edits = [
            call["at"]
            for call in await box.list_calls("editMessageText")
            if call["params"].get("chat_id") == group.id
        ]
        assert 2 <= len(edits) <= 4
        assert all(b - a > 2.9 for a, b in pairwise(edits)), edits
        assert day.suara.records.count("vote") == 8


# Everybody's cards


async def test_forty_cards_change_no_faster_than_the_pace(tmp_path: Path, box: Sandbox) -> None:
    async with run_workshop_bot(tmp_path, box, most_a_second=20) as day:
        wayan = await day.join_facilitator()
        people = [await day.join_participant(f"p{n}", "Swasta", "Energi") for n in range(40)]
        await asyncio.sleep(1)
        begun = time.monotonic()
        await tap_beginning(wayan, "▶ Buka: ")
        await asyncio.gather(*(wait_for_words(phone, "5 = Lumpuh") for phone in people))
        took = time.monotonic() - begun
        assert estimate_renewal_time(41, 20) == 2.0
        assert took > 1.8
        for phone in people[:2]:
            await phone.tap("4")
        await reveal_results(wayan, *people)
        assert all(len(phone.cards) == 1 for phone in people)


async def test_a_newer_move_takes_the_place_of_one_that_waits(tmp_path: Path, box: Sandbox) -> None:
    async with run_workshop_bot(tmp_path, box, most_a_second=5) as day:
        wayan = await day.join_facilitator()
        people = [await day.join_participant(f"p{n}", "Swasta", "Energi") for n in range(10)]
        await wait_for_words(wayan, "10 hadir")
        await tap_beginning(wayan, "▶ Buka: ")
        await tap_beginning(wayan, "⏹ Tutup: ")
        await asyncio.gather(*(wait_for_words(phone, "menunggu hasil") for phone in people))
        calls = await box.list_calls("editMessageText")
        opened = [c for c in calls if "5 = Lumpuh" in c["params"].get("text", "")]
        assert len(opened) < 10, "whoever waited saw the newest state only"


async def test_after_telegram_was_away_all_cards_are_renewed(tmp_path: Path, box: Sandbox) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan, ani, _ = await day.join_two_participants()
        await tap_beginning(wayan, "▶ Buka: ")
        card = await wait_for_words(ani, "5 = Lumpuh")
        await box.inject_fault("getUpdates", code=502, times=2)
        before = len(await box.list_calls("editMessageText"))
        await wayan.person.say("/bahasa")

        async def renewed() -> None:
            while True:
                calls = (await box.list_calls("editMessageText"))[before:]
                if any(c["params"].get("message_id") == card.message_id for c in calls):
                    return
                await asyncio.sleep(0.1)

        await asyncio.wait_for(renewed(), 30)


def test_the_least_time_for_300_people() -> None:
    assert round(estimate_renewal_time(300, 28), 1) == 10.7
    assert estimate_renewal_time(1, 28) == estimate_renewal_time(0, 28) == 0

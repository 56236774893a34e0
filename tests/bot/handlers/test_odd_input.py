"""Odd things that people and manipulated apps do; none of them does harm."""

from __future__ import annotations

import asyncio
from base64 import b64decode

import pytest

from tests.bot.perception_answers import answer_question, answer_until, find_expected_answer
from tests.bot.running_bot import Phone, RunningBot

PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


async def test_a_double_tap_counts_once(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    await answer_until(ani, "kelurahan")
    card = await ani.wait_for_card()
    data = card.find_callback_data("Tebet Barat")
    await asyncio.gather(*(ani.person.send_callback_data(data, card.message_id) for _ in range(4)))
    card = await ani.wait_for_card()
    assert "eberapa kuat" in card.text
    kinds = suara.records.rows("SELECT kind FROM step WHERE key LIKE '%kelurahan'")
    assert kinds == [("answered",)]
    assert len(ani.cards) == 1


async def test_a_tap_on_an_old_card_changes_nothing_and_shows_the_present_one(
    suara: RunningBot,
) -> None:
    ani = await suara.add_resident()
    card = await ani.wait_for_card()
    old = card.find_callback_data("Bukan ketiganya")
    await ani.tap("Tinggal di Jakarta")
    before = suara.records.read_all_tables()
    card = await ani.send_callback_data(old, card.message_id)
    assert find_expected_answer(card).name == "kota"  # type: ignore[union-attr]
    assert suara.records.read_all_tables() == before
    assert set(ani.toasts) <= {"Kartunya sudah berganti. Lihat yang terbaru, ya."}


async def test_stickers_photos_and_edited_messages_are_met_kindly(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    said = await ani.person.say("tinggal")
    await ani.wait_for_card()
    before = suara.records.read_all_tables()
    await ani.person.send_sticker()
    assert "Mohon ketuk salah satu tombol" in (await ani.wait_for_card()).text
    await ani.person.send_photo(PNG, "banjir di sini")
    assert "Mohon ketuk salah satu tombol" in (await ani.wait_for_card()).text
    await ani.person.edit_message(said, "bekerja")
    assert "Mengedit pesan tidak mengubah jawaban" in (await ani.wait_for_card()).text
    await ani.person.share_contact("+62811")
    assert find_expected_answer(await ani.wait_for_card()).name == "kota"  # type: ignore[union-attr]
    assert suara.records.read_all_tables() == before
    assert len(ani.cards) == 1


async def test_a_picture_where_words_are_asked_is_not_an_answer(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    await answer_until(ani, "perbaikan")
    await ani.person.send_photo(PNG, "saluran air")
    assert "Mohon ketik jawaban Anda" in (await ani.wait_for_card()).text
    assert "perbaikan" not in suara.records.answers(ani.id)


async def test_a_stranger_who_says_anything_is_welcomed(suara: RunningBot) -> None:
    for number, act in enumerate(("sticker", "location"), 2000):
        ani = await suara.add_person(number)
        await (
            ani.person.send_sticker()
            if act == "sticker"
            else ani.person.share_location(-6.2, 106.8)
        )
        assert "Ya, saya setuju" in (await ani.wait_for_card()).labels
    assert "Ya, saya setuju" in (await (await suara.add_person(2005)).say("halo")).labels


async def test_in_a_group_chat_surveys_are_not_answered(suara: RunningBot) -> None:
    ani = await suara.add_person()
    group = await suara.box.create_group("Warga RW 05", [ani.person])
    await group.wait_until(lambda screen: screen.last_message.text.startswith("Halo! Saya Suara."))
    for words in ("halo @suara_bot", "banjir!", "/bukanperintah"):
        await ani.person.say(words, chat=group)
        await ani.person.wait_until_idle()
    assert len([m.text for m in group.screen.messages if m.from_bot]) == 1
    await ani.person.say("/start", chat=group)
    await ani.person.wait_until_idle()
    assert "https://t.me/suara_bot?start=grup" in group.screen.last_message.text  # type: ignore[union-attr]
    assert suara.records.count("contact") == 0


async def test_with_every_message_of_a_group_in_sight_the_bot_stays_silent(
    suara: RunningBot,
) -> None:
    ani = await suara.add_person()
    group = await suara.box.create_group("Warga RW 05", [ani.person])
    await group.wait_until(lambda screen: screen.last_message.text.startswith("Halo! Saya Suara."))
    await group.promote_bot()
    await ani.person.say("AIR-7K3M", chat=group)
    await ani.person.say("/start@bot_lain", chat=group)
    await ani.person.share_location(-6.2, 106.8, chat=group)
    await ani.person.send_sticker(chat=group)
    await ani.person.wait_until_idle()
    assert len([m.text for m in group.screen.messages if m.from_bot]) == 1
    assert suara.records.count("contact") == 0


async def test_a_button_of_another_persons_interview_does_nothing(suara: RunningBot) -> None:
    ani, budi = await suara.add_resident(1001), await suara.add_resident(1005)
    hers = (await ani.wait_for_card()).find_callback_data("Tinggal di Jakarta")
    before = suara.records.read_all_tables()
    card = await budi.send_callback_data(hers)
    assert find_expected_answer(card).name == "hubungan"  # type: ignore[union-attr]
    number = suara.records.interview(ani.id)
    for data in (f"send:{number}", f"b:{number}", f"f:{number}", f"e:{number}:review"):
        await budi.send_callback_data(data)
    assert suara.records.read_all_tables() == before


async def test_a_button_of_another_wave_does_nothing(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    before = suara.records.read_all_tables()
    for data in ("yes:kerentanan", "no:kerentanan", "no:persepsi", "yes:persepsi", "w:kerentanan"):
        await ani.send_callback_data(data)
    assert suara.records.read_all_tables() == before


NONSENSE = [
    "", "x", ":", "a", "a::", "a:1:2:3:4", "a:1:2", "t:0:0:0:0", "lang:xx", "lang:", "look:1",
    "forget:1", "send:", "send:-1", "p:1:99", "e:1:review", "💥" * 16, "a:" + "9" * 62, "\n",
]  # fmt: skip


async def test_nonsense_in_a_button_does_nothing(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    before = suara.records.read_all_tables()
    for data in filter(None, NONSENSE):
        card = await ani.send_callback_data(data)
        assert find_expected_answer(card).name == "hubungan", data  # type: ignore[union-attr]
    assert suara.records.read_all_tables() == before


@pytest.mark.parametrize(
    "forged",
    ["a:{row}:1:99", "a:{row}:999:0", "a:{row}:1.2:0", "a:{row}:x:0", "a:{row}:3:0",
     "t:{row}:1:0:1", "t:{row}:2:1:1", "d:{row}:1", "s:{row}:1", "s:{row}:2", "e:{row}:1",
     "e:{row}:review",
     "b:{row}", "f:{row}", "send:{row}", "a:{row}:0:0", "a:{row}:²:0", "p:{row}:999999999999999"],
)  # fmt: skip
async def test_a_forged_button_of_ones_own_interview_gets_nobody_further(
    suara: RunningBot, forged: str
) -> None:
    ani = await suara.add_resident()
    before = suara.records.read_all_tables()
    row = suara.records.interview(ani.id)
    card = await ani.send_callback_data(forged.format(row=row))
    assert find_expected_answer(card).name == "hubungan"  # type: ignore[union-attr]
    assert suara.records.read_all_tables() == before


async def test_a_single_choice_cannot_be_ticked_twice_over(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    card = await answer_until(ani, "bertahan")
    _, row, question, _ = card.find_callback_data("1–2 hari").split(":")
    for choice in (0, 1):
        await ani.send_callback_data(f"t:{row}:{question}:{choice}:1")
    assert "bertahan" not in suara.records.answers(ani.id)


async def test_a_choice_that_is_not_on_offer_for_this_city_is_not_taken(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    card = await answer_until(ani, "kecamatan")
    _, row, question, _ = card.find_callback_data("Tebet").split(":")
    await ani.send_callback_data(f"a:{row}:{question}:2")  # In the Thousand Islands or the centre.
    assert "kecamatan" not in suara.records.answers(ani.id)


async def test_who_blocked_the_bot_is_left_alone_and_welcome_back(suara: RunningBot) -> None:
    ani = await suara.add_resident()
    await ani.person.block()
    await ani.person.wait_until_idle()
    assert suara.records.fetch_value("SELECT blocked_at FROM contact") is not None
    card = await ani.say("tinggal")  # Writing unblocks.
    assert find_expected_answer(card).name == "kota"  # type: ignore[union-attr]
    assert suara.records.fetch_value("SELECT blocked_at FROM contact") is None


async def test_many_people_at_once_are_each_served_as_if_alone(suara: RunningBot) -> None:
    async def through(phone: Phone) -> None:
        card = await phone.wait_for_card()
        for _ in range(6):
            card = await answer_question(phone, card)

    people = [await suara.add_resident(number) for number in range(3000, 3012)]
    await asyncio.gather(*map(through, people))
    for phone in people:
        kept = suara.records.answers(phone.id)
        assert (kept["hubungan"], kept["kelurahan"]) == ("tinggal", "31.74.01.1002")
        assert len(phone.cards) == 1

"""Odd things that people and manipulated apps do; none of them does harm."""

from __future__ import annotations

import asyncio
from base64 import b64decode

import pytest

from tests.bot.suaras import Phone, Suara
from tests.bot.walks import answer, go_on, turn_for

PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


async def test_a_double_tap_counts_once(suara: Suara) -> None:
    ani = await suara.resident()
    await go_on(ani, "kelurahan")
    card = await ani.seen()
    data = card.find_callback_data("Tebet Barat")
    await asyncio.gather(*(ani.person.send_callback_data(data, card.message_id) for _ in range(4)))
    card = await ani.seen()
    assert "eberapa kuat" in card.text
    kinds = suara.records.rows("SELECT kind FROM step WHERE key LIKE '%kelurahan'")
    assert kinds == [("answered",)]
    assert len(ani.cards) == 1


async def test_a_tap_on_an_old_card_changes_nothing_and_shows_the_present_one(
    suara: Suara,
) -> None:
    ani = await suara.resident()
    card = await ani.seen()
    old = card.find_callback_data("Bukan ketiganya")
    await ani.tap("Tinggal di Jakarta")
    before = suara.records.everything()
    card = await ani.forge(old, card.message_id)
    assert turn_for(card).name == "kota"  # type: ignore[union-attr]
    assert suara.records.everything() == before
    assert set(ani.toasts) <= {"Kartu ini sudah berganti."}


async def test_stickers_photos_and_edited_messages_are_met_kindly(suara: Suara) -> None:
    ani = await suara.resident()
    said = await ani.person.say("tinggal")
    await ani.seen()
    before = suara.records.everything()
    await ani.person.send_sticker()
    assert "Mohon ketuk salah satu tombol" in (await ani.seen()).text
    await ani.person.send_photo(PNG, "banjir di sini")
    assert "Mohon ketuk salah satu tombol" in (await ani.seen()).text
    await ani.person.edit_message(said, "bekerja")
    assert "Mengedit pesan tidak mengubah jawaban" in (await ani.seen()).text
    await ani.person.share_contact("+62811")
    assert turn_for(await ani.seen()).name == "kota"  # type: ignore[union-attr]
    assert suara.records.everything() == before
    assert len(ani.cards) == 1


async def test_a_picture_where_words_are_asked_is_not_an_answer(suara: Suara) -> None:
    ani = await suara.resident()
    await go_on(ani, "perbaikan")
    await ani.person.send_photo(PNG, "saluran air")
    assert "Mohon ketik jawaban Anda" in (await ani.seen()).text
    assert "perbaikan" not in suara.records.answers(ani.id)


async def test_a_stranger_who_says_anything_is_welcomed(suara: Suara) -> None:
    for number, act in enumerate(("sticker", "location"), 2000):
        ani = await suara.person(number)
        await (
            ani.person.send_sticker()
            if act == "sticker"
            else ani.person.share_location(-6.2, 106.8)
        )
        assert "Ya, saya setuju" in (await ani.seen()).labels
    assert "Ya, saya setuju" in (await (await suara.person(2005)).say("halo")).labels


async def test_in_a_group_chat_surveys_are_not_answered(suara: Suara) -> None:
    ani = await suara.person()
    group = await suara.box.create_group("Warga RW 05", [ani.person])
    await ani.person.wait_until_idle()
    for words in ("halo @suara_bot", "banjir!", "/bukanperintah"):
        await ani.person.say(words, chat=group)
        await ani.person.wait_until_idle()
    assert [m.text for m in group.screen.messages if m.from_bot] == []
    await ani.person.say("/start", chat=group)
    await ani.person.wait_until_idle()
    assert "https://t.me/suara_bot?start=grup" in group.screen.last_message.text  # type: ignore[union-attr]
    assert suara.records.count("contact") == 0


async def test_with_every_message_of_a_group_in_sight_the_bot_stays_silent(suara: Suara) -> None:
    ani = await suara.person()
    group = await suara.box.create_group("Warga RW 05", [ani.person])
    await group.promote_bot()
    await ani.person.say("AIR-7K3M", chat=group)
    await ani.person.say("/start@bot_lain", chat=group)
    await ani.person.share_location(-6.2, 106.8, chat=group)
    await ani.person.send_sticker(chat=group)
    await ani.person.wait_until_idle()
    assert [m.text for m in group.screen.messages if m.from_bot] == []
    assert suara.records.count("contact") == 0


async def test_a_button_of_another_persons_interview_does_nothing(suara: Suara) -> None:
    ani, budi = await suara.resident(1001), await suara.resident(1005)
    hers = (await ani.seen()).find_callback_data("Tinggal di Jakarta")
    before = suara.records.everything()
    card = await budi.forge(hers)
    assert turn_for(card).name == "hubungan"  # type: ignore[union-attr]
    number = suara.records.interview(ani.id)
    for data in (f"send:{number}", f"b:{number}", f"f:{number}", f"e:{number}:review"):
        await budi.forge(data)
    assert suara.records.everything() == before


async def test_a_button_of_another_wave_does_nothing(suara: Suara) -> None:
    ani = await suara.resident()
    before = suara.records.everything()
    for data in ("yes:kerentanan", "no:kerentanan", "no:persepsi", "yes:persepsi", "w:kerentanan"):
        await ani.forge(data)
    assert suara.records.everything() == before


NONSENSE = [
    "", "x", ":", "a", "a::", "a:1:2:3:4", "a:1:2", "t:0:0:0:0", "lang:xx", "lang:", "look:1",
    "forget:1", "send:", "send:-1", "p:1:99", "e:1:review", "💥" * 16, "a:" + "9" * 62, "\n",
]  # fmt: skip


async def test_nonsense_in_a_button_does_nothing(suara: Suara) -> None:
    ani = await suara.resident()
    before = suara.records.everything()
    for data in filter(None, NONSENSE):
        card = await ani.forge(data)
        assert turn_for(card).name == "hubungan", data  # type: ignore[union-attr]
    assert suara.records.everything() == before


@pytest.mark.parametrize(
    "forged",
    ["a:{row}:1:99", "a:{row}:999:0", "a:{row}:1.2:0", "a:{row}:x:0", "a:{row}:3:0",
     "t:{row}:1:0:1", "t:{row}:2:1:1", "d:{row}:1", "s:{row}:1", "s:{row}:2", "e:{row}:1",
     "e:{row}:review",
     "b:{row}", "f:{row}", "send:{row}", "a:{row}:0:0", "a:{row}:²:0", "p:{row}:999999999999999"],
)  # fmt: skip
async def test_a_forged_button_of_ones_own_interview_gets_nobody_further(
    suara: Suara, forged: str
) -> None:
    ani = await suara.resident()
    before = suara.records.everything()
    row = suara.records.interview(ani.id)
    card = await ani.forge(forged.format(row=row))
    assert turn_for(card).name == "hubungan"  # type: ignore[union-attr]
    assert suara.records.everything() == before


async def test_a_single_choice_cannot_be_ticked_twice_over(suara: Suara) -> None:
    ani = await suara.resident()
    card = await go_on(ani, "bertahan")
    _, row, question, _ = card.find_callback_data("1–2 hari").split(":")
    for choice in (0, 1):
        await ani.forge(f"t:{row}:{question}:{choice}:1")
    assert "bertahan" not in suara.records.answers(ani.id)


async def test_a_choice_that_is_not_on_offer_for_this_city_is_not_taken(suara: Suara) -> None:
    ani = await suara.resident()
    card = await go_on(ani, "kecamatan")
    _, row, question, _ = card.find_callback_data("Tebet").split(":")
    await ani.forge(f"a:{row}:{question}:2")  # In the Thousand Islands or the centre.
    assert "kecamatan" not in suara.records.answers(ani.id)


async def test_who_blocked_the_bot_is_left_alone_and_welcome_back(suara: Suara) -> None:
    ani = await suara.resident()
    await ani.person.block()
    await ani.person.wait_until_idle()
    assert suara.records.one("SELECT blocked_at FROM contact") is not None
    card = await ani.say("tinggal")  # Writing unblocks.
    assert turn_for(card).name == "kota"  # type: ignore[union-attr]
    assert suara.records.one("SELECT blocked_at FROM contact") is None


async def test_many_people_at_once_are_each_served_as_if_alone(suara: Suara) -> None:
    async def through(phone: Phone) -> None:
        card = await phone.seen()
        for _ in range(6):
            card = await answer(phone, card)

    people = [await suara.resident(number) for number in range(3000, 3012)]
    await asyncio.gather(*map(through, people))
    for phone in people:
        kept = suara.records.answers(phone.id)
        assert (kept["hubungan"], kept["kelurahan"]) == ("tinggal", "31.74.01.1002")
        assert len(phone.cards) == 1

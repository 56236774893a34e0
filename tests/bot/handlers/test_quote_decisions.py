"""The secretariat decides what may be quoted, one answer at a time, over a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox import GroupChatClient, Sandbox, ShownMessage
from tests.bot.running_bot import MEMBER, Phone, RunningBot, build_survey_config, run_bot

QUESTIONS = """
| survey | type | name | label::Indonesia (id) | label::English (en) |
|---|---|---|---|---|
| | text | perbaikan | Apa yang harus diperbaiki? | What should be fixed? |
| | text | rahasia | Sesuatu yang lain? | Something else? |

| settings | form_title | form_id | version | default_language | namespaces |
|---|---|---|---|---|---|
| | Uji | uji | 1 | Indonesia (id) | suara="https://suara.id/xforms" |
"""
#: A member of the group whom the operator has not named.
UNNAMED = 1007
FLOOD = "Tolong Pak Budi, saluran air di RT 05 RW 02 mampet, telepon 0812-3456-7890"
TRAFFIC = "Angkutan umum jangan telat terus setiap pagi"
WATER = "Air bersih jangan mati dari pagi sampai malam di Tanjung Priok"


@pytest.fixture
async def office(box: Sandbox) -> GroupChatClient:
    """The secretariat's group chat; its founder is 1004."""
    dewi = await box.add_person(1004, first_name="Dewi", language_code="id")
    budi = await box.add_person(UNNAMED, first_name="Budi", language_code="id")
    return await box.create_group("Sekretariat", [dewi, budi])


@pytest.fixture
async def suara(tmp_path: Path, box: Sandbox, office: GroupChatClient) -> AsyncIterator[RunningBot]:
    """A Suara with one short questionnaire, which knows the secretariat's chat."""
    config = build_survey_config(
        tmp_path, box.url, QUESTIONS, secretariat={"chats": [office.id], "members": [MEMBER]}
    )
    async with run_bot(config) as app:
        yield RunningBot(box, app, tmp_path)


async def wrote(suara: RunningBot, number: int, text: str, send: bool = True) -> Phone:
    """Somebody who answers the question, and something else too."""
    phone = await suara.add_resident(number, wave="uji")
    await phone.say(text)
    await phone.say("Ini rahasia saya yang panjang sekali, jangan dikutip")
    if send:
        await phone.tap("Kirim ✓")
    return phone


async def asked(office: GroupChatClient) -> ShownMessage:
    """/kutipan: the card."""
    known = len(office.screen.history)
    await office.founder.say("/kutipan", chat=office)
    await office.wait_until(
        lambda s: (
            len(s.history) > known + 1 and s.last_message is not None and s.last_message.from_bot
        )
    )
    last = office.screen.last_message
    assert last is not None
    return last


def card(office: GroupChatClient) -> ShownMessage:
    found = office.screen.card
    assert found is not None
    return found


async def tap(office: GroupChatClient, label: str, then: str = "") -> ShownMessage:
    """Tap, and wait until the card says ``then``."""
    await office.founder.tap(label, chat=office)
    await office.wait_until(lambda s: s.card is not None and then in s.card.text)
    return card(office)


def released(suara: RunningBot) -> list[str]:
    return [text for (text,) in suara.records.rows("SELECT text FROM quote WHERE text NOT NULL")]


async def test_an_answer_is_shown_without_personal_data_and_released(
    suara: RunningBot, office: GroupChatClient
) -> None:
    await wrote(suara, 2001, FLOOD)
    shown = await asked(office)
    assert "Tolong Pak […], saluran air di […] mampet, telepon […]" in shown.text
    assert "0 dari 1" in shown.text
    assert "Sudah dihapus otomatis: 3" in shown.text
    assert "Budi" not in shown.text
    after = await tap(office, "✅ Lepas", "1 dari 1")
    assert "Semua sudah dilihat" in after.text
    assert released(suara) == ["Tolong Pak […], saluran air di […] mampet, telepon […]"]


async def test_what_may_be_a_name_is_pointed_at(suara: RunningBot, office: GroupChatClient) -> None:
    await wrote(suara, 2001, "Tolong tegur Gondrong di Tanjung Priok, sampahnya banyak")
    shown = await asked(office)
    assert "Nama orang? Gondrong" in shown.text
    assert "Nama orang? Tanjung" not in shown.text


async def test_only_sent_answers_to_the_named_questions_are_shown(
    suara: RunningBot, office: GroupChatClient
) -> None:
    await wrote(suara, 2001, FLOOD, send=False)
    await wrote(suara, 2002, "Pendek saja")
    shown = await asked(office)
    assert "Belum ada yang menulis" in shown.text
    assert "rahasia" not in shown.text


async def test_later_goes_on_to_the_next_and_comes_back_to_the_first(
    suara: RunningBot, office: GroupChatClient
) -> None:
    for number, text in ((2001, TRAFFIC), (2002, WATER)):
        await wrote(suara, number, text)
    first = (await asked(office)).text
    other = TRAFFIC if WATER in first else WATER
    assert other in (await tap(office, "⏭ Nanti", other)).text
    this = WATER if other == TRAFFIC else TRAFFIC
    assert this in (await tap(office, "⏭ Nanti", this)).text
    assert suara.records.count("quote") == 0


async def test_what_must_not_be_quoted_is_asked_no_more(
    suara: RunningBot, office: GroupChatClient
) -> None:
    await wrote(suara, 2001, TRAFFIC)
    await asked(office)
    after = await tap(office, "❌ Jangan", "1 dari 1 dilihat · 0 dilepas")
    assert "📋" not in "".join(after.labels)
    assert released(suara) == []
    assert suara.records.count("quote") == 1
    assert "Semua sudah dilihat" in (await asked(office)).text


async def test_the_last_decision_can_be_undone(suara: RunningBot, office: GroupChatClient) -> None:
    await wrote(suara, 2001, TRAFFIC)
    await asked(office)
    await tap(office, "✅ Lepas", "1 dari 1")
    assert TRAFFIC in (await tap(office, "↩️ Batalkan yang tadi", TRAFFIC)).text
    assert suara.records.count("quote") == 0


async def test_a_released_quote_is_taken_back_from_the_list(
    suara: RunningBot, office: GroupChatClient
) -> None:
    for number, text in ((2001, TRAFFIC), (2002, WATER)):
        await wrote(suara, number, text)
    await asked(office)
    await tap(office, "✅ Lepas", "1 dari 2")
    await tap(office, "✅ Lepas", "2 dari 2")
    first = await tap(office, "📋 Yang dilepas (2)", "Yang dilepas: 2")
    other = TRAFFIC if WATER in first.text else WATER
    assert other in (await tap(office, "▶ Berikutnya", other)).text
    await tap(office, "↩️ Tarik kembali", "Yang dilepas: 1")
    assert other not in released(suara)
    assert other in (await tap(office, "💬 Lihat yang lain", other)).text


async def test_a_reply_shortens_a_quote(suara: RunningBot, office: GroupChatClient) -> None:
    await wrote(suara, 2001, WATER)
    shown = await asked(office)
    await office.founder.say("air bersih jangan mati", chat=office, reply_to=shown.message_id)
    await office.wait_until(lambda s: s.card is not None and "1 dari 1" in s.card.text)
    assert released(suara) == ["Air bersih jangan mati […]"]


async def test_a_reply_with_other_words_is_refused(
    suara: RunningBot, office: GroupChatClient
) -> None:
    await wrote(suara, 2001, WATER)
    shown = await asked(office)
    await office.founder.say("air selalu mengalir", chat=office, reply_to=shown.message_id)
    await office.wait_until(
        lambda s: s.last_message is not None and "dipendekkan" in s.last_message.text
    )
    assert suara.records.count("quote") == 0


async def test_other_words_in_the_group_are_nobodys_business(
    suara: RunningBot, office: GroupChatClient
) -> None:
    await wrote(suara, 2001, WATER)
    await office.promote_bot()
    shown = await asked(office)
    mine = await office.founder.say("halo semua", chat=office)
    await office.founder.say("halo juga", chat=office, reply_to=mine)
    await tap(office, "⏭ Nanti", WATER)
    assert office.screen.messages[-1].text == "halo juga"
    assert card(office).message_id == shown.message_id


async def test_an_answer_that_changes_is_quoted_no_longer_and_asked_anew(
    suara: RunningBot, office: GroupChatClient
) -> None:
    ani = await wrote(suara, 2001, TRAFFIC)
    await asked(office)
    await tap(office, "✅ Lepas", "1 dari 1")
    await change(ani, WATER)
    assert released(suara) == []
    shown = await asked(office)
    assert WATER in shown.text
    assert "0 dari 1" in shown.text


async def test_a_card_of_an_answer_that_changed_releases_nothing(
    suara: RunningBot, office: GroupChatClient
) -> None:
    ani = await wrote(suara, 2001, TRAFFIC)
    await asked(office)
    await change(ani, WATER)
    after = await tap(office, "✅ Lepas", WATER)
    assert "0 dari 1" in after.text
    assert suara.records.count("quote") == 0
    await office.wait_until(lambda s: any("diubah" in toast["text"] for toast in s.toasts))


async def test_who_withdraws_is_quoted_no_longer(
    suara: RunningBot, office: GroupChatClient
) -> None:
    ani = await wrote(suara, 2001, TRAFFIC)
    await asked(office)
    await tap(office, "✅ Lepas", "1 dari 1")
    await ani.say("/hapus")
    await ani.tap("Ya, hapus semuanya")
    assert suara.records.count("quote") == 0
    assert TRAFFIC not in (await asked(office)).text


async def test_two_who_tap_decide_once(suara: RunningBot, office: GroupChatClient) -> None:
    await wrote(suara, 2001, TRAFFIC)
    shown = await asked(office)
    yes, no = shown.find_callback_data("✅ Lepas"), shown.find_callback_data("❌ Jangan")
    await office.founder.send_callback_data(yes, shown.message_id, chat=office)
    await office.wait_until(lambda s: s.card is not None and "1 dilepas" in s.card.text)
    await office.founder.send_callback_data(no, shown.message_id, chat=office)
    await office.founder.send_callback_data(yes, shown.message_id, chat=office)
    await office.founder.wait_until_idle()
    assert released(suara) == [TRAFFIC]
    await office.wait_until(
        lambda s: any("sudah diputuskan" in toast["text"] for toast in s.toasts)
    )


async def test_nobody_outside_the_secretariat_sees_or_releases_anything(
    suara: RunningBot, office: GroupChatClient
) -> None:
    await wrote(suara, 2001, TRAFFIC)
    shown = await asked(office)
    budi = await suara.add_person(2002)
    assert "sekretariat" in (await budi.say("/kutipan")).text
    await budi.person.start("uji")
    await budi.wait_for_card()
    before = budi.cards[-1].text
    await budi.person.send_callback_data(
        shown.find_callback_data("✅ Lepas"), budi.cards[-1].message_id
    )
    await budi.person.wait_until_idle()
    assert budi.cards[-1].text == before
    stranger = await suara.box.create_group("Lain", [budi.person])
    await budi.person.say("/kutipan", chat=stranger)
    await stranger.wait_until(
        lambda s: f"suara chats set {stranger.id}" in s.last_message.text  # type: ignore[union-attr]
    )
    assert suara.records.count("quote") == 0


async def test_a_tap_on_an_answer_that_may_not_be_quoted_does_nothing(
    suara: RunningBot, office: GroupChatClient
) -> None:
    await wrote(suara, 2001, TRAFFIC)
    shown = await asked(office)
    what, verb, interview, _, *rest = shown.find_callback_data("✅ Lepas").split(":")
    other = suara.records.fetch_value("SELECT id FROM question WHERE path LIKE '%/rahasia'")
    data = ":".join([what, verb, interview, str(other), *rest])
    await office.founder.send_callback_data(data, shown.message_id, chat=office)
    await office.founder.wait_until_idle()
    assert suara.records.count("quote") == 0


async def change(phone: Phone, text: str) -> None:
    """Give another answer to the first question, after having sent, and send again."""
    review = await phone.tap("✏️ Lihat atau ubah jawaban")
    await phone.tap(review.labels[0])
    await phone.say(text)
    await phone.tap("Kirim ✓")


async def test_only_named_members_decide_and_everybody_in_the_chat_may_look(
    suara: RunningBot, office: GroupChatClient, box: Sandbox
) -> None:
    await wrote(suara, 2001, FLOOD)
    shown = await asked(office)
    yes = shown.find_callback_data("✅ Lepas")
    budi = await box.add_person(UNNAMED, first_name="Budi", language_code="id")
    await budi.send_callback_data(yes, shown.message_id, chat=office)
    await budi.wait_until_idle()
    assert released(suara) == []
    await tap(office, "✅ Lepas", "1 dari 1")
    assert len(released(suara)) == 1

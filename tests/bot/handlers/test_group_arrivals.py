"""The bot comes into a group and says who it is; anonymous people, channels and forwards there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.clock import Clock
from bot.handlers.stand_ins import STAND_INS, explain_anonymity
from sandbox import GroupChatClient, PersonClient, Sandbox
from survey.store.report_chats import ReportChat
from tests.bot.running_bot import Phone, RunningBot
from tests.bot.running_workshop import WorkshopDay, run_workshop_bot, tap_beginning

GREETING = "Halo! Saya Suara."
LINK = "https://t.me/suara_bot?start=grup"


def list_said(group: GroupChatClient) -> list[str]:
    """What the bot says in a group."""
    return [shown.text for shown in group.screen.messages if shown.from_bot]


async def settle(suara: RunningBot, person: PersonClient) -> None:
    """Wait until the bot has heard everything and said what it has to say."""
    await person.wait_until_idle()
    await suara.app.outbox.wait_until_empty(5)
    await person.wait_until_idle()


def list_kept_ids(suara: RunningBot) -> set[int]:
    return {number for (number,) in suara.records.rows("SELECT telegram_id FROM contact")}


# Coming in


async def test_the_bot_says_who_it_is_and_what_it_can_do_in_one_message(suara: RunningBot) -> None:
    ani = await suara.add_person()
    group = await suara.box.create_group("Warga RW 05", [ani.person])
    await settle(suara, ani.person)
    (said,) = list_said(group)
    about = suara.app.context.bot_info
    for words in (GREETING, about.city, about.secretariat, "/lokakarya", str(group.id), LINK):
        assert words in said
    assert suara.records.count("contact") == 0


async def test_it_speaks_the_language_of_who_added_it(suara: RunningBot) -> None:
    joe = await suara.add_person(1002, "en")
    group = await suara.box.create_group("Neighbours", [joe.person])
    await settle(suara, joe.person)
    assert list_said(group)[0].startswith("Hello! I am Suara.")
    # Whoever has chosen a language is known by that, and not by the one of their phone.
    await joe.start("persepsi")
    await joe.say("/bahasa")
    await joe.tap("Bahasa Indonesia")
    group = await suara.box.create_group("Tetangga", [joe.person])
    await settle(suara, joe.person)
    assert list_said(group)[0].startswith(GREETING)


async def test_it_does_not_say_so_again_within_a_day(suara: RunningBot) -> None:
    ani, clock = await suara.add_person(), suara.app.clock
    assert isinstance(clock, Clock)
    group = await suara.box.create_group("Warga RW 05", [ani.person])
    await group.promote_bot()
    for hours, greetings in ((0, 1), (23, 1), (25, 2)):
        clock.set(clock.now() + timedelta(hours=hours))
        await group.kick_bot()
        await group.invite_bot()
        await settle(suara, ani.person)
        assert len(list_said(group)) == greetings


async def test_the_secretariats_own_group_needs_no_introduction(suara: RunningBot) -> None:
    ani = await suara.add_person()
    group = await suara.box.create_group("Sekretariat", [ani.person])
    await settle(suara, ani.person)
    administration = suara.app.context.services.administration
    await administration.set_chat(ReportChat(group.id, "id", suara.app.clock.now()), {})
    suara.app.clock.set(suara.app.clock.now() + timedelta(days=2))
    await group.kick_bot()
    await group.invite_bot()
    await settle(suara, ani.person)
    assert len(list_said(group)) == 1


async def test_where_it_may_not_write_it_stays_silent_and_says_so_in_the_log(
    suara: RunningBot,
) -> None:
    ani = await suara.add_person()
    await suara.box.inject_fault(
        "sendMessage", code=400, description="Bad Request: CHAT_WRITE_FORBIDDEN"
    )
    with capture_logs() as logs:
        group = await suara.box.create_group("Pengumuman", [ani.person])
        await settle(suara, ani.person)
    assert list_said(group) == []
    assert [line["fault"] for line in logs if line["log_level"] != "debug"] == ["no_rights"]


async def test_a_group_that_becomes_a_supergroup_is_not_greeted_again(suara: RunningBot) -> None:
    ani = await suara.add_person()
    group = await suara.box.create_group("Warga RW 05", [ani.person])
    await settle(suara, ani.person)
    above = await group.migrate()
    await above.kick_bot()
    await above.invite_bot()
    await settle(suara, ani.person)
    assert list_said(above) == []


async def test_in_a_channel_it_stays_silent(suara: RunningBot) -> None:
    ani = await suara.add_person()
    channel = await suara.box.create_channel("Kabar", ani.person)
    await channel.invite_bot()
    await ani.person.say("/laporan", channel)
    await settle(suara, ani.person)
    assert list_said(channel) == []
    assert suara.records.count("contact") == 0


# Nobody in particular


async def gather(day: WorkshopDay, box: Sandbox) -> tuple[Phone, GroupChatClient]:
    """A facilitator and their supergroup."""
    wayan = await day.join_facilitator()
    group = await (await box.create_group("Peserta", [wayan.person])).migrate()
    await settle(day.suara, wayan.person)
    return wayan, group


async def test_an_anonymous_facilitator_is_told_how_to_be_known(
    tmp_path: Path, box: Sandbox
) -> None:
    async with run_workshop_bot(tmp_path, box) as day:
        wayan, group = await gather(day, box)
        channel = await box.create_channel("Kabar", wayan.person)
        for speaker in (group, channel):
            await wayan.person.say("/lokakarya", group, as_chat=speaker)
            await settle(day.suara, wayan.person)
            said = list_said(group)[-1]
            assert "Matikan “Tetap Anonim”" in said
            assert "Turn “Remain anonymous” off" in said
        assert day.suara.records.count("group_chat") == 0
        await wayan.person.say("/lokakarya", group)
        await group.wait_until(lambda s: "Butir berikutnya" in s.last_message.text)
        await tap_beginning(wayan, "▶ Buka: ")
        await group.wait_until(lambda s: "5 = Lumpuh" in s.last_message.text)
        # Whoever taps is named by Telegram, anonymous administrator or not; an app may forge it.
        before = day.suara.records.read_all_tables()
        for number in STAND_INS:
            stand_in = await box.add_person(number, first_name="Group")
            await stand_in.perform("join", group)
            await stand_in.tap("4", chat=group)
            await settle(day.suara, stand_in)
            assert "Tetap Anonim" in group.screen.toasts[-1]["text"]
        assert day.suara.records.read_all_tables() == before


def test_the_hint_fits_beside_a_button() -> None:
    assert explain_anonymity(("id", "en")).endswith("try again.")


async def test_anonymous_people_of_the_secretariat_get_what_is_for_their_chat(
    suara: RunningBot,
) -> None:
    ani = await suara.add_person()
    group = await (await suara.box.create_group("Sekretariat", [ani.person])).migrate()
    administration = suara.app.context.services.administration
    await settle(suara, ani.person)
    await administration.set_chat(ReportChat(group.id, "id", suara.app.clock.now()), {})
    for command in ("/laporan", "/laporan\nminggu ini", "/kutipan", "/start"):
        before = len(list_said(group))
        await ani.person.say(command, group, as_chat=group)
        await group.wait_until(lambda _, n=before: len(list_said(group)) == n + 1)
    assert LINK in list_said(group)[-1]
    assert suara.records.count("contact") == 0


async def test_posts_of_a_linked_channel_are_no_commands(suara: RunningBot) -> None:
    ani = await suara.add_person()
    channel = await suara.box.create_channel("Kabar", ani.person)
    group = await suara.box.create_group("Diskusi", [ani.person])
    await settle(suara, ani.person)
    group = await group.migrate()
    await channel.link_group(group)
    for post in ("/laporan", "/lokakarya", "/start", "AIR-7K3M"):
        await ani.person.say(post, channel)
    await settle(suara, ani.person)
    assert list_said(group) == []
    assert suara.records.count("contact") == 0


async def test_accounts_of_telegrams_own_are_never_kept(suara: RunningBot) -> None:
    for number in STAND_INS:
        stand_in = await suara.box.add_person(number, first_name="Telegram")
        await stand_in.start("u-AIR-7K3M")
        await stand_in.say("/lokakarya")
        await stand_in.send_sticker()
        await settle(suara, stand_in)
    assert list_kept_ids(suara) == set()
    assert suara.records.count("respondent") == 0


# Everything else


async def test_edits_stickers_forwards_and_talk_in_a_group_are_left_alone(
    suara: RunningBot,
) -> None:
    ani = await suara.add_person()
    group = await suara.box.create_group("Warga RW 05", [ani.person])
    await group.promote_bot()
    await settle(suara, ani.person)
    before = list_said(group)
    said = await ani.person.say("halo", chat=group)
    await ani.person.edit_message(said, "/laporan", group)
    await ani.person.send_sticker(chat=group)
    await ani.person.share_location(-6.2, 106.8, chat=group)
    await ani.person.forward("lihat", {"hidden_user": ""}, chat=group)
    await settle(suara, ani.person)
    assert list_said(group) == before
    assert suara.records.count("contact") == 0


@pytest.mark.parametrize(
    "sent", ["/start\npersepsi", "/start Persepsi", "/mulai\n PERSEPSI-Poster", "/START persepsi"]
)
async def test_a_wave_is_found_however_its_word_is_written(suara: RunningBot, sent: str) -> None:
    ani = await suara.add_person()
    await ani.start("kerentanan")
    await ani.say(sent)
    assert suara.records.fetch_value("SELECT wave_id FROM contact") == "persepsi"


async def test_a_way_in_is_the_same_in_capitals(suara: RunningBot) -> None:
    for number, word in ((1001, "persepsi-Poster"), (1002, "Persepsi-poster")):
        await (await suara.add_person(number)).start(word)
    sources = suara.records.rows("SELECT DISTINCT source FROM respondent")
    assert sources == [("persepsi-poster",)]


async def test_of_a_link_that_nobody_announced_nothing_is_kept(suara: RunningBot) -> None:
    ani = await suara.add_person(1001)
    card = await ani.start("persepsi-Zulkarnain_08123456789")
    assert "Ya, saya setuju" in card.labels
    assert suara.records.rows("SELECT source FROM respondent") == [("other",)]


async def test_an_invitation_is_found_in_capitals(suara: RunningBot) -> None:
    ani = await suara.add_person()
    await ani.say("/start\nU-AIR-7K3M")
    assert suara.records.rows("SELECT role, invitation, source FROM respondent") == [
        ("participant", "AIR-7K3M", "")
    ]

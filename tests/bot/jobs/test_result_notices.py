"""Results go back to those who answered and asked for them, over a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

import bot.telegram.calls
from bot.jobs.report_process import make_summaries_in_process
from bot.jobs.result_notifier import MakeSummaries, ResultNotifier
from bot.report_defaults import build_report_request
from reports.request import ReportFailedError, ReportRequest
from sandbox import GroupChatClient, Sandbox
from survey.store.summaries import Summary
from tests.bot.results_survey import (
    NO_RESULTS_BUTTON,
    QUESTIONS,
    RESULTS_BUTTON,
    answer_as_crowd,
    close_wave,
    decide_on_release,
    finish_interview,
    list_bot_messages,
    list_sent_results,
    make_summary,
    request_results,
)
from tests.bot.running_bot import MEMBER, RunningBot, build_survey_config, run_bot
from tests.survey.expired_records import delete_expired

PATIENCE = 60


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits between attempts as long as a test can bear."""
    monkeypatch.setattr(bot.telegram.calls, "NETWORK_PAUSES", (0.05, 0.05, 0.05))


@pytest.fixture
async def office(box: Sandbox) -> GroupChatClient:
    """The secretariat's group chat; its founder is 1004."""
    dewi = await box.add_person(1004, first_name="Dewi", language_code="id")
    return await box.create_group("Sekretariat", [dewi])


@pytest.fixture
async def suara(tmp_path: Path, box: Sandbox, office: GroupChatClient) -> AsyncIterator[RunningBot]:
    """A Suara with a short survey, which knows the secretariat's chat and sends it no reports."""
    config = build_survey_config(
        tmp_path,
        box.url,
        QUESTIONS,
        secretariat={"chats": [office.id], "members": [MEMBER]},
        schedules=[],
    )
    async with run_bot(config) as app:
        yield RunningBot(box, app, tmp_path)


# Asking for them


async def test_who_has_sent_can_ask_for_the_results_and_take_it_back(suara: RunningBot) -> None:
    ani = await finish_interview(suara, 2001)
    card = await ani.wait_for_card()
    assert RESULTS_BUTTON["id"] in card.labels
    assert "terpisah dari jawaban Anda" in card.text
    card = await ani.tap(RESULTS_BUTTON["id"])
    assert "🔔 Anda akan kami kabari di sini" in card.text
    assert suara.records.rows("SELECT telegram_id, wave_id, told_at FROM wish") == [
        (2001, "uji", None)
    ]
    card = await ani.tap(NO_RESULTS_BUTTON)
    assert RESULTS_BUTTON["id"] in card.labels
    assert suara.records.count("wish") == 0
    assert len(ani.cards) == 1


async def test_asking_twice_is_asking_once_and_before_sending_nobody_can(suara: RunningBot) -> None:
    budi = await suara.add_resident(2002, wave="uji")
    await budi.send_callback_data("tell:uji:1")
    assert suara.records.count("wish") == 0
    ani = await request_results(suara, 2001)
    for data in ("tell:uji:1", "tell:uji:1", "tell:lain:0"):
        await ani.send_callback_data(data)
    assert suara.records.count("wish") == 1


async def test_a_withdrawal_deletes_the_request_too_and_says_so(suara: RunningBot) -> None:
    ani = await request_results(suara, 2001)
    card = await ani.say("/hapus")
    assert "permintaan kabar hasil" in card.text
    await ani.tap("Ya, hapus semuanya")
    assert suara.records.count("wish") == 0


async def test_requests_go_when_contacts_are_forgotten(suara: RunningBot) -> None:
    await request_results(suara, 2001)
    close_wave(suara.app)
    later = suara.app.clock.now() + timedelta(days=91)
    await delete_expired(suara.app.store, later, timedelta(days=90), 24)
    assert suara.records.count("wish") == 0
    assert suara.records.count("interview") == 1


# The way there and back


async def test_from_the_wish_to_the_result_with_the_secretariat_in_between(
    suara: RunningBot, office: GroupChatClient
) -> None:
    await answer_as_crowd(suara.app, 40)
    ani = await request_results(suara, 2001)
    budi = await request_results(suara, 2002, "en")
    cici = await finish_interview(suara, 2003)
    telling = suara.app.context.reporting.result_notifier
    assert await telling.notify_due() == 0
    assert list_bot_messages(office) == []
    close_wave(suara.app)
    assert await telling.notify_due() == 0
    await office.wait_until(
        lambda s: s.last_message and "✅ Kirim ke 2 orang" in s.last_message.labels, PATIENCE
    )
    indonesian, english, card = list_bot_messages(office)
    assert indonesian.file_id
    assert english.file_id
    assert card.labels == ["✅ Kirim ke 2 orang", "✖ Jangan"]
    assert "Ketahanan <kota>" in card.text
    assert list_sent_results(ani) == list_sent_results(budi) == []

    said = indonesian.text
    assert "43 orang menjawab sampai selesai" in said
    weak, strong = said.partition("Paling jarang dinilai lemah")[::2]
    assert "• Kebutuhan pokok – 84%\n• Pekerjaan dan usaha kecil – 74%" in weak
    assert "• Keamanan dan keadilan – 9%" in strong
    assert "Pelindung" not in said  # Only three had an opinion.
    assert "• Gempa – 53%\n" in said
    assert "Banjir" not in said  # Of two only the first is told.
    assert "* Mana yang pertama bisa jadi kebetulan." in said
    assert "sukarelawan, bukan kata seluruh kota" in said
    assert "This is what volunteers say, not the whole city." in english.text
    assert max(len(one.text) for one in (indonesian, english)) < 900

    card = await decide_on_release(suara, office, "✅ Kirim ke 2 orang")
    assert card.labels == []
    assert "Belum dikabari: 2" in card.text
    assert await telling.notify_due() == 2
    assert await telling.notify_due() == 0
    for phone, shown in ((ani, indonesian), (budi, english)):
        await phone.wait_for_card()
        assert list_sent_results(phone) == [shown.text]
        assert len(phone.cards) == 2
    await cici.wait_for_card()
    assert list_sent_results(cici) == []
    await office.wait_until(lambda _: "Belum dikabari: 0" in list_bot_messages(office)[-1].text)
    assert (
        len({call["params"].get("caption") for call in await suara.box.list_calls("sendPhoto")})
        == 2
    )


async def test_where_too_few_answered_they_are_told_so_and_nothing_else(
    suara: RunningBot, office: GroupChatClient
) -> None:
    await answer_as_crowd(suara.app, 7)
    ani = await request_results(suara, 2001)
    close_wave(suara.app)
    await decide_on_release(suara, office, "✅ Kirim ke 1 orang")
    assert await suara.app.context.reporting.result_notifier.notify_due() == 1
    told = (await ani.wait_for_card()).text
    assert "Jawaban yang masuk terlalu sedikit untuk disimpulkan: 8 orang" in told
    assert "%" not in told
    assert len(ani.cards) == 2


# What the secretariat says


async def test_what_the_secretariat_holds_back_nobody_gets_until_it_changes_its_mind(
    suara: RunningBot, office: GroupChatClient
) -> None:
    ani = await request_results(suara, 2001)
    close_wave(suara.app)
    await make_summary(suara.app)
    card = await decide_on_release(suara, office, "✖ Jangan")
    assert card.labels == ["✅ Kirim ke 1 orang"]
    assert await suara.app.context.reporting.result_notifier.notify_due() == 0
    await decide_on_release(suara, office, "✅ Kirim ke 1 orang")
    assert await suara.app.context.reporting.result_notifier.notify_due() == 1
    await ani.wait_for_card()
    assert list_sent_results(ani) == ["Hasil id"]
    assert len(list_bot_messages(office)) == 3


async def test_nobody_else_can_release_it_and_a_yes_stays_a_yes(
    suara: RunningBot, office: GroupChatClient
) -> None:
    ani = await request_results(suara, 2001)
    close_wave(suara.app)
    await make_summary(suara.app)
    await suara.app.context.reporting.result_notifier.notify_due()
    screen = await office.wait_until(
        lambda s: s.last_message is not None and len(s.last_message.labels) == 2
    )
    yes, no = (
        screen.last_message.find_callback_data(label) for label in screen.last_message.labels
    )
    await ani.send_callback_data(yes)
    assert suara.records.fetch_value("SELECT max(released) FROM summary") is None
    for forged in ("sum:0:1", "sum:abc:1", yes + ":1"):
        await office.founder.send_callback_data(forged, screen.last_message.message_id, chat=office)
    await office.founder.wait_until_idle()
    assert suara.records.fetch_value("SELECT max(released) FROM summary") is None
    for tapped in (yes, no, yes):
        await office.founder.send_callback_data(tapped, screen.last_message.message_id, chat=office)
        await office.founder.wait_until_idle()
        assert suara.records.rows("SELECT DISTINCT released FROM summary") == [(1,)]


async def test_what_was_made_before_a_wave_opened_once_more_is_made_anew_and_asked_anew(
    suara: RunningBot, office: GroupChatClient
) -> None:
    await request_results(suara, 2001)
    close_wave(suara.app)
    await make_summary(suara.app)
    before = await decide_on_release(suara, office, "✅ Kirim ke 1 orang")
    assert "Diizinkan" in before.text
    again = suara.app.clock.now() + timedelta(days=1)
    micros = int(again.timestamp() * 1_000_000)
    await suara.records.execute(f"UPDATE wave SET closes_at = {micros}")  # noqa: S608 - a number of ours
    suara.app.clock.set(again + timedelta(hours=1))
    telling = suara.app.context.reporting.result_notifier
    assert await telling.notify_due() == 0
    screen = await office.wait_until(
        lambda s: s.last_message and "✅ Kirim ke 1 orang" in s.last_message.labels
    )
    assert "terlalu sedikit" in "".join(shown.text for shown in screen.messages)
    assert suara.records.rows("SELECT DISTINCT released FROM summary") == [(None,)]


# However it goes wrong


async def released(suara: RunningBot, office: GroupChatClient) -> ResultNotifier:
    """The wave has closed, and the secretariat has said yes."""
    close_wave(suara.app)
    await make_summary(suara.app)
    waiting = suara.records.fetch_value("SELECT count(*) FROM wish")
    await decide_on_release(suara, office, f"✅ Kirim ke {waiting} orang")
    return suara.app.context.reporting.result_notifier


async def test_a_process_that_dies_midway_leaves_nobody_with_two_and_nobody_with_none(
    suara: RunningBot, office: GroupChatClient
) -> None:
    people = [await request_results(suara, number) for number in (2001, 2002, 2003)]
    telling = await released(suara, office)
    await suara.box.inject_fault("editMessageMedia", chat_id=2002, delay=30)
    work = asyncio.create_task(telling.notify_due())
    await people[1].person.wait_until(lambda s: "🔔" in s.last_message.text)
    async with asyncio.timeout(30):
        while suara.records.fetch_value("SELECT notice FROM wish WHERE telegram_id = 2002") is None:
            await asyncio.sleep(0.02)
    work.cancel()
    await asyncio.wait([work])
    await suara.box.clear_faults()
    assert suara.records.rows("SELECT telegram_id FROM wish WHERE told_at NOT NULL") == [(2001,)]
    second = anew(suara)
    assert await second.notify_due() == 1
    suara.app.clock.set(suara.app.clock.now() + timedelta(minutes=16))
    assert await second.notify_due() == 1
    assert await second.notify_due() == 0
    for phone in people:
        await phone.wait_for_card()
        assert list_sent_results(phone) == ["Hasil id"]
        assert len(phone.cards) == 2


async def test_two_processes_at_once_tell_everybody_once(
    suara: RunningBot, office: GroupChatClient
) -> None:
    people = [await request_results(suara, number) for number in range(2001, 2005)]
    telling = await released(suara, office)
    others = [anew(suara) for _ in range(2)]
    assert sum(await asyncio.gather(*(one.notify_due() for one in (telling, *others)))) == 4
    for phone in people:
        await phone.wait_for_card()
        assert list_sent_results(phone) == ["Hasil id"]
        assert len(phone.cards) == 2


@pytest.mark.parametrize(
    "fault",
    [
        {"method": "sendMessage", "code": 429, "retry_after": 1},
        {"method": "editMessageMedia", "code": 429, "retry_after": 1},
        {"method": "editMessageMedia", "drop": "after"},
        {"method": "editMessageMedia", "drop": "before"},
        {"method": "editMessageMedia", "code": 502, "times": 2},
    ],
    ids=str,
)
async def test_a_result_comes_once_in_spite_of_a_fault(
    suara: RunningBot, office: GroupChatClient, fault: dict[str, object]
) -> None:
    ani = await request_results(suara, 2001)
    telling = await released(suara, office)
    await suara.box.inject_fault(chat_id=2001, **fault)
    assert await telling.notify_due() == 1
    await ani.wait_for_card()
    assert list_sent_results(ani) == ["Hasil id"]
    assert len(ani.cards) == 2


async def test_who_has_blocked_us_is_passed_over_and_told_when_they_are_back(
    suara: RunningBot, office: GroupChatClient
) -> None:
    ani, budi = await request_results(suara, 2001), await request_results(suara, 2002)
    telling = await released(suara, office)
    await ani.person.block()
    await suara.records.execute(
        "UPDATE contact SET blocked_at = NULL"
    )  # As if we had not been told of it.
    assert await telling.notify_due() == 1
    assert suara.records.fetch_value("SELECT blocked_at FROM contact WHERE telegram_id = 2001")
    assert await telling.notify_due() == 0
    await ani.person.unblock()
    await ani.person.wait_until_idle()
    suara.app.clock.set(suara.app.clock.now() + timedelta(minutes=16))
    assert await telling.notify_due() == 1
    for phone in (ani, budi):
        await phone.wait_for_card()
        assert list_sent_results(phone) == ["Hasil id"]


async def test_at_night_nobody_is_told(suara: RunningBot, office: GroupChatClient) -> None:
    ani = await request_results(suara, 2001)
    telling = await released(suara, office)
    for hour, told in ((22, 0), (6, 0), (7, 1)):
        close_wave(suara.app, hour)
        assert await telling.notify_due() == told
    await ani.wait_for_card()
    assert list_sent_results(ani) == ["Hasil id"]


async def test_who_withdraws_before_the_results_go_out_gets_none(
    suara: RunningBot, office: GroupChatClient
) -> None:
    ani, budi = await request_results(suara, 2001), await request_results(suara, 2002)
    telling = await released(suara, office)
    await ani.say("/hapus")
    await ani.tap("Ya, hapus semuanya")
    assert await telling.notify_due() == 1
    for phone, told in ((ani, []), (budi, ["Hasil id"])):
        await phone.wait_for_card()
        assert list_sent_results(phone) == told


async def test_who_asks_after_the_results_went_out_gets_them_and_once_told_cannot_ask_again(
    suara: RunningBot, office: GroupChatClient
) -> None:
    ani, budi = await request_results(suara, 2001), await finish_interview(suara, 2002)
    telling = await released(suara, office)
    assert await telling.notify_due() == 1
    await budi.tap(RESULTS_BUTTON["id"])
    assert await telling.notify_due() == 1
    for phone in (ani, budi):
        card = await phone.start()
        assert not {RESULTS_BUTTON["id"], NO_RESULTS_BUTTON} & set(card.labels)
        await phone.send_callback_data("tell:uji:0")
        await phone.send_callback_data("tell:uji:1")
    assert await telling.notify_due() == 0


async def test_a_summary_that_cannot_be_made_is_tried_again_and_said_in_the_log(
    suara: RunningBot, office: GroupChatClient
) -> None:
    await request_results(suara, 2001)
    close_wave(suara.app)
    asked: list[ReportRequest] = []

    async def fails(wanted: ReportRequest) -> tuple[Summary, ...]:
        asked.append(wanted)
        raise ReportFailedError("it broke", "mend it")

    telling = anew(suara, fails)
    with capture_logs() as logs:
        for _ in range(3):
            assert await telling.notify_due() == 0
    assert [log["event"] for log in logs] == ["summary failed"]
    suara.app.clock.set(suara.app.clock.now() + timedelta(minutes=31))
    await telling.notify_due()
    assert len(asked) == 2
    assert list_bot_messages(office) == []


def anew(suara: RunningBot, make: MakeSummaries = make_summaries_in_process) -> ResultNotifier:
    """Another process on the same store, with another line to Telegram's memory of pictures."""
    app = suara.app
    return ResultNotifier(app.store, app.outbox, make, build_report_request(app.config), app.clock)

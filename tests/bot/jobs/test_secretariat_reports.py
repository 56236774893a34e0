"""Reports into the secretariat's chat, on request and on time, over a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from structlog.testing import capture_logs

from bot.app import set_report_menus
from bot.clock import Clock
from bot.jobs.report_sender import ReportSender
from reports.delivery.due_times import CalendarTimes
from reports.delivery.report_delivery import ChatRefusedError, NoticeGoneError
from reports.request import ReportFile
from sandbox import GroupChatClient, PhoneScreen, Sandbox, ShownMessage
from tests.bot.running_bot import RunningBot, build_test_config, run_bot

DOCUMENTS = {"pdf", "xlsx"}
NOW = "📄 Laporan mingguan sampai sekarang"
PATIENCE = 40


def endings(screen: PhoneScreen) -> list[str]:
    return sorted(m.file_name.rpartition(".")[2] for m in screen.messages if m.file_name)


def by_bot(screen: PhoneScreen) -> list[ShownMessage]:
    return [shown for shown in screen.messages if shown.from_bot]


@pytest.fixture
async def office(box: Sandbox) -> GroupChatClient:
    """The secretariat's group chat; its founder is 1004."""
    dewi = await box.add_person(1004, first_name="Dewi", language_code="id")
    return await box.create_group("Sekretariat", [dewi])


@pytest.fixture
async def suara(tmp_path: Path, box: Sandbox, office: GroupChatClient) -> AsyncIterator[RunningBot]:
    """A Suara that knows the secretariat's chat."""
    async with run_bot(build_test_config(tmp_path, box.url, (office.id,))) as app:
        yield RunningBot(box, app, tmp_path)


async def choices(office: GroupChatClient) -> ShownMessage:
    """/laporan, and what it brings."""
    before = len(by_bot(office.screen))
    await office.founder.say("/laporan", chat=office)
    screen = await office.wait_until(lambda s: len(by_bot(s)) > before and by_bot(s)[-1].labels)
    return by_bot(screen)[-1]


async def tap(office: GroupChatClient, label: str, until: str) -> ShownMessage:
    """Tap a choice; the same message, once it reads as it should."""
    message = next(shown for shown in reversed(by_bot(office.screen)) if shown.labels)
    await office.founder.tap(label, message.message_id, chat=office)

    def same(screen: PhoneScreen) -> ShownMessage:
        return next(s for s in screen.messages if s.message_id == message.message_id)

    def there(screen: PhoneScreen) -> bool:
        shown = same(screen)
        return until in shown.text or until in shown.labels

    return same(await office.wait_until(there, PATIENCE))


# On request


async def test_the_likeliest_report_is_one_tap_away_and_comes_into_the_same_message(
    suara: RunningBot, office: GroupChatClient
) -> None:
    ani = await suara.add_resident()
    await ani.tap("Tinggal di Jakarta")
    card = await choices(office)
    assert card.labels == [
        NOW, "Mingguan", "Gelombang", "PRA (semuanya)", "✕ Tutup"
    ]  # fmt: skip
    await office.founder.tap(NOW, card.message_id, chat=office)
    screen = await office.wait_until(lambda s: set(endings(s)) == DOCUMENTS, PATIENCE)
    assert endings(screen) == ["pdf", "xlsx"]
    shown = by_bot(screen)
    assert len(shown) == 3
    assert shown[0].message_id == card.message_id
    assert not shown[0].labels
    assert "⏳" not in "".join(each.text for each in shown)
    content = await office.founder.download(next(m for m in shown if "pdf" in m.file_name))
    assert content.startswith(b"%PDF")
    assert suara.records.rows("SELECT report, scope, language, asked FROM delivery") == [
        ("weekly", "", "id", card.message_id)
    ]


async def test_kind_wave_period_and_language_are_chosen_in_one_message(
    suara: RunningBot, office: GroupChatClient
) -> None:
    await choices(office)
    card = await tap(office, "Gelombang", "Semua gelombang")
    assert card.labels[:3] == ["Semua gelombang", "kerentanan", "persepsi"]
    card = await tap(office, "persepsi", "Semua sampai sekarang")
    assert card.labels == ["Semua sampai sekarang", "Semua sampai Senin lalu", "‹ Kembali"]
    card = await tap(office, "Semua sampai sekarang", "Dua bahasa")
    assert "Gelombang · persepsi · Semua sampai sekarang" in card.text
    card = await tap(office, "English", "⏳")
    assert "Gelombang · persepsi · Semua sampai sekarang · English" in card.text
    screen = await office.wait_until(lambda s: set(endings(s)) == DOCUMENTS, PATIENCE)
    ((report, scope, language, period),) = suara.records.rows(
        "SELECT report, scope, language, period FROM delivery"
    )
    assert (report, scope, language) == ("wave", "persepsi", "en")
    start, end = map(datetime.fromisoformat, period.split("/"))
    assert start < end
    assert all("-en" in m.file_name for m in screen.messages if m.file_name)


async def test_the_weekly_report_can_be_of_thirty_days(
    suara: RunningBot, office: GroupChatClient
) -> None:
    await choices(office)
    card = await tap(office, "Mingguan", "Minggu lalu")
    assert card.labels == [
        "Sejak laporan terakhir", "Minggu lalu", "30 hari terakhir", "Sejak awal", "‹ Kembali"
    ]  # fmt: skip
    await tap(office, "30 hari terakhir", "English")
    card = await tap(office, "English", "⏳")
    assert "Mingguan · 30 hari terakhir · English" in card.text
    await office.wait_until(lambda s: set(endings(s)) == DOCUMENTS, PATIENCE)
    ((period,),) = suara.records.rows("SELECT period FROM delivery")
    start, end = map(datetime.fromisoformat, period.split("/"))
    assert end - start == timedelta(days=30)


async def test_going_back_and_closing_leave_one_message_and_no_report(
    suara: RunningBot, office: GroupChatClient
) -> None:
    await choices(office)
    await tap(office, "Mingguan", "Minggu lalu")
    await tap(office, "Minggu lalu", "English")
    await tap(office, "‹ Kembali", NOW)
    card = await tap(office, "✕ Tutup", "/laporan")
    assert not card.labels
    assert len(by_bot(office.screen)) == 1
    assert suara.records.count("delivery") == 0


async def test_two_quick_taps_bring_one_report_and_later_ones_nothing(
    suara: RunningBot, office: GroupChatClient
) -> None:
    card = await choices(office)
    data = card.find_callback_data(NOW)
    for _ in range(2):
        await office.founder.send_callback_data(data, card.message_id, chat=office)
    await office.wait_until(lambda s: set(endings(s)) == DOCUMENTS, PATIENCE)
    before = by_bot(office.screen)[0].text
    for forged in (data, "rep:kind::::", "rep:period:weekly:all::"):
        await office.founder.send_callback_data(forged, card.message_id, chat=office)
    await office.founder.wait_until_idle()
    assert by_bot(office.screen)[0].text == before
    assert suara.records.count("delivery") == 1
    assert len(by_bot(office.screen)) == 3


@pytest.mark.parametrize(
    "data",
    ["rep:make:brief:all:new:id", "rep:make:wave:00000000:new:id", "rep:make:weekly:all:year:id",
     "rep:make:weekly:all:new:jv", "rep:make:workshop:all:all:id", "rep:make:weekly"],
)  # fmt: skip
async def test_what_was_never_offered_cannot_be_had(
    suara: RunningBot, office: GroupChatClient, data: str
) -> None:
    card = await choices(office)
    await office.founder.send_callback_data(data, card.message_id, chat=office)
    await office.founder.wait_until_idle()
    assert by_bot(office.screen)[0].labels == card.labels
    assert suara.records.count("delivery") == 0


async def test_outside_the_secretariat_nobody_gets_a_report_with_a_forged_button(
    suara: RunningBot,
) -> None:
    ani = await suara.add_resident()
    await ani.send_callback_data("rep:make:weekly:all:new:id")
    assert ani.toasts[-1] == "Kartunya sudah berganti. Lihat yang terbaru, ya."
    assert suara.records.count("delivery") == 0


async def test_anywhere_else_the_number_of_the_chat_is_told(suara: RunningBot) -> None:
    ani = await suara.add_person()
    group = await suara.box.create_group("Lain", [ani.person])
    await ani.person.say("/laporan", chat=group)
    await group.wait_until(lambda s: f"suara chats set {group.id}" in s.last_message.text)
    card = await ani.say("/laporan")
    assert "sekretariat" in card.text
    assert suara.records.count("delivery") == 0


async def test_the_menu_of_the_secretariat_has_the_command(
    suara: RunningBot, office: GroupChatClient
) -> None:
    calls = await suara.box.list_calls("setMyCommands")
    scoped = [call for call in calls if str(office.id) in str(call)]
    assert len(scoped) == 1
    assert "laporan" in str(scoped[0])
    await suara.box.inject_fault(
        "setMyCommands", code=400, description="Bad Request: chat not found"
    )
    with capture_logs() as logs:
        await set_report_menus(suara.app.store, suara.app.bot)
    assert [log["event"] for log in logs] == ["command menu not set"]


# By itself


async def test_the_report_comes_by_itself_at_its_hour_and_follows_a_group_that_moves(
    suara: RunningBot, office: GroupChatClient
) -> None:
    clock, zone = suara.app.clock, suara.app.config.suara.zone
    assert isinstance(clock, Clock)
    above = await office.migrate()
    due = CalendarTimes.parse("weekly, monday 07:00").find_first_after(clock.now(), zone)
    clock.set(due + timedelta(seconds=1))
    assert await suara.app.report_scheduler.wake(clock.now()) == 1
    screen = await above.wait_until(lambda s: set(endings(s)) == DOCUMENTS, PATIENCE)
    assert endings(screen) == ["pdf", "xlsx"]
    assert suara.records.rows("SELECT id FROM chat") == [(above.id,)]


async def test_a_cut_line_during_delivery_leaves_one_of_each_document(
    suara: RunningBot, office: GroupChatClient
) -> None:
    card = await choices(office)
    await suara.box.inject_fault("editMessageMedia", drop="after")
    await office.founder.tap(NOW, card.message_id, chat=office)
    screen = await office.wait_until(lambda s: set(endings(s)) == DOCUMENTS, PATIENCE)
    assert endings(screen) == ["pdf", "xlsx"]
    assert len(by_bot(screen)) == 3


async def test_a_group_that_threw_the_bot_out_gets_its_report_when_it_is_back(
    suara: RunningBot, office: GroupChatClient
) -> None:
    clock, zone = suara.app.clock, suara.app.config.suara.zone
    await office.kick_bot()
    due = CalendarTimes.parse("weekly, monday 07:00").find_first_after(clock.now(), zone)
    with capture_logs() as logs:
        for minute in range(5):
            clock.set(due + timedelta(minutes=minute))
            assert await suara.app.report_scheduler.wake(clock.now()) == 0
    assert "chat left alone" in [log["event"] for log in logs]
    assert suara.records.fetch_value("SELECT refusals FROM chat") == 3
    await office.invite_bot()
    for _ in range(100):
        if suara.records.fetch_value("SELECT refusals FROM chat") == 0:
            break
        await asyncio.sleep(0.05)
    assert await suara.app.report_scheduler.wake(clock.now()) == 1
    assert endings(office.screen) == ["pdf", "xlsx"]


# The courier alone


def picture(width: int, height: int) -> ReportFile:
    """A PNG of a size."""
    made = BytesIO()
    Image.new("RGB", (width, height), "teal").save(made, "PNG")
    return ReportFile("peta.png", made.getvalue(), "image/png")


async def test_a_chart_comes_as_a_picture_and_one_of_odd_shape_as_a_document(
    suara: RunningBot, office: GroupChatClient
) -> None:
    courier = ReportSender(suara.app.outbox)
    for file, kind in ((picture(400, 300), "photo"), (picture(5000, 100), "document")):
        number = await courier.send_notice(office.id, "png", "id")
        for _ in range(2):  # It may be told again.
            await courier.put_file(office.id, number, file, "id")
        screen = await office.wait_until(
            lambda s, n=number: s.last_message.message_id == n and s.last_message.file_id
        )
        assert kind in screen.last_message.raw


async def test_a_file_that_telegram_does_not_take_is_said_and_not_tried_for_ever(
    suara: RunningBot, office: GroupChatClient
) -> None:
    courier = ReportSender(suara.app.outbox)
    number = await courier.send_notice(office.id, "xlsx", "id+en")
    large = ReportFile("suara.xlsx", bytes(51_000_000), "application/zip")
    with capture_logs() as logs:
        await courier.put_file(office.id, number, large, "id+en")
        await courier.put_file(office.id, number, large, "id+en")
    await office.wait_until(
        lambda s: "terlalu besar" in s.last_message.text and "51 MB" in s.last_message.text
    )
    assert logs[0]["event"] == "file too large"
    assert logs[0]["remedy"]


async def test_what_there_is_not_and_what_failed_stand_in_the_notice(
    suara: RunningBot, office: GroupChatClient
) -> None:
    courier = ReportSender(suara.app.outbox)
    number = await courier.send_notice(office.id, "message", "en")
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    for _ in range(2):
        await courier.put_failure(office.id, number, monday - timedelta(days=7), monday, "en")
    await office.wait_until(
        lambda s: "The report of 16 November 2026 to 23 November" in s.last_message.text
    )
    await courier.put_message(office.id, number, "<b>there</b> it is")
    await courier.put_absence(office.id, number, "pdf", "en")
    await office.wait_until(lambda s: s.last_message.text == "No PDF this time.")


async def test_a_notice_that_holds_its_document_already_stays_as_it_is(
    suara: RunningBot, office: GroupChatClient
) -> None:
    courier = ReportSender(suara.app.outbox)
    number = await courier.send_notice(office.id, "pdf", "en")
    await courier.put_file(office.id, number, ReportFile("mingguan.pdf", b"%PDF", "pdf"), "en")
    await courier.put_absence(office.id, number, "pdf", "en")
    assert endings(office.screen) == ["pdf"]


@pytest.mark.parametrize(
    "words",
    ["not enough rights to send text messages to the chat", "CHAT_WRITE_FORBIDDEN"],
)
async def test_a_chat_in_which_the_bot_may_not_write_takes_no_report(
    suara: RunningBot, office: GroupChatClient, words: str
) -> None:
    await suara.box.inject_fault("sendMessage", code=400, description=f"Bad Request: {words}")
    with pytest.raises(ChatRefusedError):
        await ReportSender(suara.app.outbox).send_notice(office.id, "message", "id")


async def test_deleted_notices_and_closed_doors_are_told_apart(
    suara: RunningBot, office: GroupChatClient
) -> None:
    courier = ReportSender(suara.app.outbox)
    with pytest.raises(NoticeGoneError):
        await courier.put_message(office.id, 9999, "gone")
    with pytest.raises(ChatRefusedError):
        await courier.send_notice(-77, "message", "id")
    await office.kick_bot()
    with pytest.raises(ChatRefusedError):
        await courier.send_notice(office.id, "message", "id")

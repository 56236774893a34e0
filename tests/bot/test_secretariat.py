"""Reports into the secretariat's chat, on request and on time, over a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import Clock
from reports.schedule import Every
from sandbox import Group, Sandbox, Screen
from tests.bot.suaras import Suara, configured, polling

DOCUMENTS = {"pdf", "xlsx"}


def endings(screen: Screen) -> list[str]:
    return sorted(m.file_name.rpartition(".")[2] for m in screen.messages if m.file_name)


@pytest.fixture
async def office(box: Sandbox) -> Group:
    """The secretariat's group chat; its founder is 1004."""
    dewi = await box.person(1004, first_name="Dewi", language_code="id")
    return await box.group("Sekretariat", [dewi])


@pytest.fixture
async def suara(tmp_path: Path, box: Sandbox, office: Group) -> AsyncIterator[Suara]:
    """A Suara that knows the secretariat's chat."""
    async with polling(configured(tmp_path, box.url, (office.id,))) as app:
        yield Suara(box, app, tmp_path)


async def test_the_secretariat_asks_and_gets_message_pdf_and_workbook(
    suara: Suara, office: Group
) -> None:
    ani = await suara.resident()
    await ani.tap("Tinggal di Jakarta")
    await office.founder.say("/laporan", chat=office)
    screen = await office.wait(lambda s: set(endings(s)) == DOCUMENTS, 20)
    assert endings(screen) == ["pdf", "xlsx"]
    by_bot = [shown for shown in screen.messages if shown.from_bot]
    assert len(by_bot) == 3
    assert "Persepsi" in by_bot[0].text
    assert "⏳" not in "".join(shown.text for shown in by_bot)
    content = await office.founder.download(next(m for m in by_bot if "pdf" in m.file_name))
    assert content.startswith(b"%PDF")


async def test_anywhere_else_the_number_of_the_chat_is_told(suara: Suara) -> None:
    ani = await suara.person()
    group = await suara.box.group("Lain", [ani.person])
    await ani.person.say("/laporan", chat=group)
    await group.wait(lambda s: str(group.id) in s.last.text and "config.toml" in s.last.text)
    card = await ani.say("/laporan")
    assert "sekretariat" in card.text
    assert suara.records.count("delivery") == 0


async def test_the_report_comes_by_itself_at_its_hour_and_follows_a_group_that_moves(
    suara: Suara, office: Group
) -> None:
    clock, zone = suara.app.clock, suara.app.config.suara.zone
    assert isinstance(clock, Clock)
    above = await office.migrate()
    due = Every.parse("weekly, monday 07:00").after(clock.now(), zone)
    clock.set(due + timedelta(seconds=1))
    assert await suara.app.schedule.wake(clock.now()) == 1
    screen = await above.wait(lambda s: set(endings(s)) == DOCUMENTS, 20)
    assert endings(screen) == ["pdf", "xlsx"]
    assert suara.records.rows("SELECT id FROM chat") == [(above.id,)]


async def test_a_cut_line_during_delivery_leaves_one_of_each_document(
    suara: Suara, office: Group
) -> None:
    await suara.box.fault("editMessageMedia", drop="after")
    await office.founder.say("/laporan", chat=office)
    screen = await office.wait(lambda s: set(endings(s)) == DOCUMENTS, 20)
    assert endings(screen) == ["pdf", "xlsx"]
    assert len([shown for shown in screen.messages if shown.from_bot]) == 3

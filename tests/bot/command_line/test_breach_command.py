"""If data got out: who has to be told of what, until when, and how they are reached."""

from __future__ import annotations

import asyncio
import stat
from datetime import UTC, datetime
from pathlib import Path

from survey.store import workshop_plans
from survey.store.attendance import add_web_attendance
from survey.store.database import Store
from survey.store.erasures import Erasure, ErasureKind, delete_records
from tests.bot.command_line.test_administration_commands import OperatorDesk, read_rows
from tests.bot.command_line.test_command_line import is_one_error_line
from tests.bot.running_workshop import plan_todays_workshop


async def seat_somebody(desk: OperatorDesk) -> None:
    """A workshop with somebody at its web page."""
    now = datetime.now(UTC)
    async with Store.open(f"sqlite+aiosqlite:///{desk.folder / 'suara.db'}") as store:
        await store.keep(workshop_plans.add_plan(plan_todays_workshop(), now))
        await store.keep(add_web_attendance("uji", "websaja", "token", "id", None, now))


def test_it_says_of_how_many_people_what_is_kept_and_names_nobody(tmp_path: Path) -> None:
    desk = OperatorDesk(tmp_path)
    asyncio.run(desk.begin(987654321))
    asyncio.run(seat_somebody(desk))
    told = desk.run("breach", "--since", "2026-11-30 08:00", "--by", "Ratna")
    assert told.status == 0, told.errors
    assert "to be told by 2026-12-03 08:00 WIB" in told.output
    assert "People: 2, of them 1 linked to a Telegram account" in told.output
    wave = "wave persepsi: 1 people (answers, consent, times): 1 by their Telegram chat\n"
    assert wave in told.output
    assert "workshop uji: 1 people" in told.output
    assert "0 by their Telegram chat, 1 web seats without an address" in told.output
    pseudonyms = [one for (one,) in read_rows(tmp_path, "SELECT pseudonym FROM respondent")]
    for secret in ("987654321", *pseudonyms):
        assert secret not in told.output + told.errors + desk.run("audit").output
    assert read_rows(tmp_path, "SELECT who, act FROM audit ORDER BY id DESC LIMIT 1") == [
        ("Ratna", "breach looked at")
    ]


def test_whoever_is_not_linked_any_more_is_counted_and_cannot_be_reached(tmp_path: Path) -> None:
    desk = OperatorDesk(tmp_path)
    asyncio.run(desk.begin(987654321))
    asyncio.run(unlink_everybody(tmp_path))
    told = desk.run("breach", "--since", "2020-01-01")
    assert "0 by their Telegram chat, 1 of whom nobody knows who they are" in told.output
    assert "THAT IS OVER" in told.output


async def unlink_everybody(folder: Path) -> None:
    async with Store.open(f"sqlite+aiosqlite:///{folder / 'suara.db'}") as store:
        await store.keep(delete_records(Erasure(ErasureKind.CONTACTS, "", datetime.now(UTC))))


def test_the_chats_go_into_a_new_file_of_the_owner_and_on_record(tmp_path: Path) -> None:
    desk, file = OperatorDesk(tmp_path), tmp_path / "chats.txt"
    asyncio.run(desk.begin(987654321))
    asked = ("breach", "--since", "2026-11-30", "--out", str(file))
    done = desk.run(*asked)
    assert done.status == 0, done.errors
    assert file.read_text() == "987654321\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "987654321" not in done.output + done.errors
    assert read_rows(tmp_path, "SELECT act, subject FROM audit ORDER BY id DESC LIMIT 1") == [
        ("breach chats written", "chats.txt")
    ]
    assert is_one_error_line(desk.run(*asked), "already")
    assert file.read_text() == "987654321\n"

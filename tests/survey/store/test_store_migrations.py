"""What a database of before knows of chats, schedules and deliveries is still known."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

import survey.store
from survey.store import deliveries, report_chats
from survey.store.database import Store

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
PERIOD = "2026-11-16T07:00:00+07:00/2026-11-23T07:00:00+07:00"


def before(path: Path) -> None:
    """A database as it was before reports had kinds."""
    config = Config()
    folder = Path(survey.store.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    with create_engine(f"sqlite:///{path}").begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
    due = int(MONDAY.timestamp()) * 1_000_000
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO chat VALUES (-1, 'secretariat', 'id', 5)")
        connection.execute(
            "INSERT INTO schedule VALUES ('m', 'brief', 'weekly, monday 07:00', 5, 1)"
        )
        for period, at, arrived in ((PERIOD, due, due), ("a/b", due + 1, due), ("c/d", due, None)):
            connection.execute(
                "INSERT INTO delivery (report, period, chat_id, language, due_at, claimed_at, "
                "notices, delivered_at) VALUES ('brief', ?, -1, 'id', ?, ?, '{}', ?)",
                (period, at, at, arrived),
            )
        connection.commit()


async def test_briefs_are_weekly_reports_and_nothing_is_sent_again(tmp_path: Path) -> None:
    before(tmp_path / "suara.db")
    url = f"sqlite+aiosqlite:///{tmp_path / 'suara.db'}"
    async with Store.open(url) as store, store.read() as connection:
        (plan,) = await report_chats.read_schedules(connection)
        chats = await report_chats.read_report_chats(connection)
        known = await deliveries.list_past_deliveries(connection, "m", -1)
        waiting = await deliveries.list_unfinished(connection)
    assert (plan.report, plan.active) == ("weekly", True)
    assert chats[-1] == report_chats.ReportChat(-1, "id", plan.since)
    assert {each.period for each in known} == {PERIOD, "c/d"}  # What was asked for is no period.
    assert [(one.report, one.period, one.schedule) for one in waiting] == [("weekly", "c/d", "m")]

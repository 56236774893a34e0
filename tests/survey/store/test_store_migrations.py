"""What a database of before knows of chats, schedules and deliveries is still known."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, select

from survey.store import deliveries, report_chats
from survey.store.database import Store
from survey.store.deliveries import ClaimRefusal, Delivery
from survey.store.schema import MICROSECOND, delivery
from survey.store.schema_version import MIGRATIONS, list_known_versions

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
DUE = int(MONDAY.timestamp()) * 1_000_000
A_MINUTE = timedelta(minutes=1)
#: In microseconds, as they are stored.
MINUTE = 60_000_000
QUARTER = 15 * MINUTE
PERIOD = "2026-11-16T07:00:00+07:00/2026-11-23T07:00:00+07:00"


def upgrade_to(path: Path, revision: str) -> None:
    """A database with the tables of an old revision."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with create_engine(f"sqlite:///{path}").begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def before(path: Path) -> None:
    """A database as it was before reports had kinds."""
    upgrade_to(path, "0004")
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


def test_the_file_of_a_revision_begins_with_its_number() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    found = ScriptDirectory.from_config(config)
    for script in found.walk_revisions():
        assert Path(script.path).name.startswith(f"{script.revision}_")
    assert found.get_current_head() == list_known_versions()[-1]


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


def make_delivery(
    path: Path, number: int, claimed_at: int, failures: int, delivered: int | None, skipped: bool
) -> None:
    """A delivery as the database kept it when a claim was also a pause."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "INSERT INTO delivery VALUES ('weekly', '', ?, -1, ?, '', 'id', ?, ?, ?, ?, ?, ?)",
            (
                f"p{number}",
                number,
                DUE,
                claimed_at,
                f'{{"message": {number}}}',
                failures,
                delivered,
                DUE if skipped else None,
            ),
        )
        connection.commit()


async def test_claims_and_pauses_are_told_apart_and_no_delivery_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "suara.db"
    upgrade_to(path, "0008")
    pause_as_claim = DUE - QUARTER + 5 * MINUTE
    make_delivery(path, 1, DUE, 0, DUE + 7, False)  # Delivered.
    make_delivery(path, 2, DUE, 0, None, False)  # Claimed just now.
    make_delivery(path, 3, DUE - QUARTER, 0, None, False)  # It did not arrive.
    make_delivery(path, 4, pause_as_claim, 3, None, False)  # It could not be made.
    make_delivery(path, 5, 0, 0, None, False)  # The chat has moved.
    make_delivery(path, 6, DUE, 0, None, True)  # Nothing had changed.
    async with Store.open(f"sqlite+aiosqlite:///{path}") as store:
        async with store.read() as connection:
            rows = (await connection.execute(select(delivery).order_by(delivery.c.asked))).all()
            waiting = await deliveries.list_unfinished(connection)
        assert [(row.claimed_at, row.retry_at) for row in rows] == [
            (MONDAY, None),
            (MONDAY, None),
            (MONDAY - 15 * A_MINUTE, None),
            (None, MONDAY + 5 * A_MINUTE),
            (None, None),
            (None, None),
        ]
        assert [row.notices for row in rows] == [{"message": n} for n in range(1, 7)]
        assert [row.failures for row in rows] == [0, 0, 0, 3, 0, 0]
        assert rows[0].delivered_at == MONDAY + 7 * MICROSECOND
        outcomes = [await deliveries.claim_delivery(store, one, MONDAY) for one in waiting]
        assert [isinstance(one, Delivery) or one for one in outcomes] == [
            ClaimRefusal.BUSY,
            True,
            ClaimRefusal.RESTING,
            True,
        ]
        later = await deliveries.claim_delivery(store, waiting[2], MONDAY + 5 * A_MINUTE)
        assert isinstance(later, Delivery)
        # What was asked for with one message is still brought once.
        again = replace(waiting[0], period="another")
        assert await deliveries.claim_delivery(store, again, MONDAY) is ClaimRefusal.DONE


async def test_a_pause_ends_and_one_of_a_clock_that_was_put_back_holds_nothing(
    tmp_path: Path,
) -> None:
    wanted = Delivery("weekly", PERIOD, -1, "id", MONDAY)
    async with Store.open(f"sqlite+aiosqlite:///{tmp_path / 'suara.db'}") as store:
        taken = await deliveries.claim_delivery(store, wanted, MONDAY)
        assert isinstance(taken, Delivery)
        await store.keep([deliveries.postpone_delivery(taken, MONDAY + 30 * A_MINUTE)])
        resting = await deliveries.claim_delivery(store, wanted, MONDAY + 29 * A_MINUTE)
        assert resting is ClaimRefusal.RESTING
        much_earlier = await deliveries.claim_delivery(store, wanted, MONDAY - 31 * A_MINUTE)
        assert isinstance(much_earlier, Delivery)
        assert (much_earlier.failures, much_earlier.claimed_at) == (1, MONDAY - 31 * A_MINUTE)
        await store.keep([deliveries.release_claim(taken)])  # It is no longer theirs to release.
        busy = await deliveries.claim_delivery(store, wanted, MONDAY - 31 * A_MINUTE)
        assert busy is ClaimRefusal.RESTING
        await store.keep([deliveries.release_claim(much_earlier)])
        assert isinstance(await deliveries.claim_delivery(store, wanted, MONDAY), Delivery)

"""Neither lost nor doubled, whatever happens: crashes, cut lines, clocks, time zones, moves."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from structlog.testing import capture_logs

from reports.request import Report, ReportFile, ReportRequest
from survey.store import report_chats
from survey.store.database import Store
from survey.store.deliveries import CLAIM_DURATION
from survey.store.schema import delivery
from tests.reports.delivery.recorded_delivery import (
    CHAT_ID,
    DAY,
    MONDAY,
    SINCE,
    WEEK,
    RecordingChannel,
    RecordingMaker,
    build_report_chat,
    build_schedule,
    field_wave,
    record_refusal,
    start_schedule,
    store_settings,
)

OTHER, NEW = -4002, -1_000_000_004_001

acts = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 60 * 60)),
    st.tuples(st.just("back"), st.integers(1, 180)),
    st.tuples(st.just("dies"), st.integers(0, 250)),
    st.tuples(st.just("cut"), st.integers(1, 12)),
    st.tuples(st.just("cut after"), st.integers(1, 12)),
    st.tuples(st.just("fails"), st.integers(1, 3)),
    st.tuples(st.just("both"), st.just(0)),
    st.tuples(st.just("away"), st.sampled_from([0, 1])),
    st.tuples(st.just("kicked"), st.sampled_from([0, 1])),
    st.tuples(st.just("news"), st.just(0)),
    st.tuples(st.just("moves"), st.just(0)),
    st.tuples(
        st.just("zone"), st.sampled_from(["Asia/Jakarta", "UTC", "Asia/Jayapura", "Asia/Tokyo"])
    ),
)


class Namer(RecordingMaker):
    """Names each document by the period that it is about, to the second and in UTC."""

    async def __call__(self, order: ReportRequest) -> Report:
        if self.fails_for(order):
            raise RuntimeError("a fault of ours")
        span = f"{order.kind} {order.start.astimezone(UTC)} {order.end.astimezone(UTC)}"
        return Report(f"message {span}", (ReportFile(f"{span}.pdf", b"x", "pdf"),))


@dataclass
class Run:
    """A city's secretariat, and what befalls it."""

    store: Store
    courier: RecordingChannel = field(default_factory=RecordingChannel)
    maker: Namer = field(default_factory=Namer)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Jakarta"))
    now: datetime = MONDAY

    async def wake(self, store: Store | None = None) -> None:
        await start_schedule(store or self.store, self.courier, self.maker, self.zone).wake(
            self.now
        )

    async def befalls(self, what: str, how: Any) -> None:
        """One thing happens, then it wakes."""
        self.in_telegram(what, how)
        self.maker.fails_for = lambda order: what == "fails" and order.end.day % 3 == how - 1
        if what in ("wait", "back"):
            self.now += timedelta(minutes=how if what == "wait" else -how)
        elif what == "zone":
            self.zone = ZoneInfo(how)
        elif what == "news":
            await record_refusal(self.store, self.now)
        if what == "dies":
            await self.dies(how)
        elif what == "both":
            async with Store.open(self.store.url) as other:
                await asyncio.gather(self.wake(), self.wake(other))
        else:
            await self.wake()
        self.now += timedelta(minutes=1)

    def in_telegram(self, what: str, how: Any) -> None:
        """Calls may break in the next wake; the rest lasts."""
        courier, first = self.courier, self.courier.calls
        courier.fails_at_call = lambda call: "cut" in what and call == first + how
        courier.fails_after_effect = what == "cut after"
        if what == "away":
            courier.is_away = bool(how)
        elif what == "kicked":
            courier.refusing = {CHAT_ID, NEW} if how else set()
        elif what == "moves":
            courier.moved = {CHAT_ID: NEW}

    async def dies(self, turns: int) -> None:
        """The process ends after so many turns of its loop, wherever it is then."""
        task = asyncio.create_task(self.wake())
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def recover(self) -> None:
        """Everything works again, for as long as it takes."""
        self.courier.is_away, self.courier.refusing = False, set()
        self.courier.fails_at_call = lambda _: False
        self.maker.fails_for = lambda _: False
        for chat_id in (CHAT_ID, OTHER, NEW):
            await report_chats.clear_chat_refusals(self.store, chat_id)
        self.now = max(self.now, MONDAY + DAY)
        for _ in range(5):
            self.now += 2 * CLAIM_DURATION
            await self.wake()

    async def rows(self) -> list[Any]:
        async with self.store.read() as connection:
            query = select(delivery).order_by(delivery.c.due_at)
            return list((await connection.execute(query)).all())


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with two chats, one of which wants no report without news; two schedules."""
    path = tmp_path_factory.mktemp("template") / "suara.db"

    async def made() -> None:
        async with Store.open(f"sqlite+aiosqlite:///{path}") as store:
            await field_wave(store, SINCE - WEEK, SINCE + 52 * WEEK)
            await store_settings(store, build_report_chat(formats=("pdf",)))
            await store_settings(
                store, build_report_chat(id=OTHER, formats=("pdf",), skip_unchanged=True)
            )
            await store_settings(
                store,
                build_schedule("daily 07:00", name="d"),
                build_schedule(report="pra", name="w"),
            )

    asyncio.run(made())
    return path


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(happenings=st.lists(acts, min_size=1, max_size=12))
def test_every_moment_is_reported_on_once_whatever_happens(
    template: Path, tmp_path: Path, happenings: list[tuple[str, Any]]
) -> None:
    path = tmp_path / "suara.db"
    for old in tmp_path.glob("suara.db*"):
        old.unlink()
    shutil.copy(template, path)

    async def lived() -> None:
        async with Store.open(f"sqlite+aiosqlite:///{path}") as store:
            run = Run(store)
            for what, how in happenings:
                await run.befalls(what, how)
            await run.recover()
            rows = await run.rows()
            for chat_id in {row.chat_id for row in rows}:
                for schedule in ("d", "w"):
                    chain([r for r in rows if (r.chat_id, r.schedule) == (chat_id, schedule)], run)
            each_stands_once(rows, run)

    with capture_logs():
        asyncio.run(lived())


async def test_of_days_that_were_missed_without_news_only_the_first_is_brought(
    template: Path, tmp_path: Path
) -> None:
    """So two processes decide alike, though one of them looks before the other has claimed."""
    path = tmp_path / "suara.db"
    shutil.copy(template, path)
    async with Store.open(f"sqlite+aiosqlite:///{path}") as store:
        run = Run(store)
        await run.wake()
        mine = [row for row in await run.rows() if (row.chat_id, row.schedule) == (OTHER, "d")]
    assert [bool(row.delivered_at) for row in mine] == [True, False, False, False]
    assert [bool(row.skipped_at) for row in mine] == [False, True, True, True]


def chain(rows: list[Any], run: Run) -> None:
    """Periods follow one another without a gap, and reach to the newest hour."""
    assert rows, "a schedule brought nothing"
    assert all(row.delivered_at or row.skipped_at for row in rows), "something still waits"
    spans = [tuple(map(datetime.fromisoformat, row.period.split("/"))) for row in rows]
    brought = [span for span, row in zip(spans, rows, strict=True) if row.delivered_at]
    assert all(start < end for start, end in spans)
    assert all(end == start for (_, end), (start, _) in pairwise(brought))
    longest = (DAY if rows[0].schedule == "d" else WEEK) + DAY  # A day for changes of the zone.
    assert run.now - spans[-1][1] < longest


def each_stands_once(rows: list[Any], run: Run) -> None:
    """Each report that arrived stands in its chat, once, and no other one does."""
    for chat_id in {row.chat_id for row in rows}:
        stands = Counter(run.courier.chat(chat_id).list_contents())
        spans = [
            " ".join([row.report, *(str(datetime.fromisoformat(t).astimezone(UTC)) for t in ends)])
            for row in rows
            if row.chat_id == chat_id and row.delivered_at
            for ends in [row.period.split("/")]
        ]
        wanted = Counter([f"message {span}" for span in spans] + [f"{span}.pdf" for span in spans])
        moved = Counter(run.courier.chat(CHAT_ID).list_contents()) if chat_id == NEW else Counter()
        assert stands <= wanted
        assert wanted <= stands + moved

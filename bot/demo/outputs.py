"""What the demo hands over: every kind of report in both languages, and the data in all formats."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from bot.app import App, order
from bot.config import Config
from bot.demo.arrivals import AGAIN
from bot.progress import say
from reports.request import BOTH, DataFormat, Kind, Order

#: So much is made at the same time.
AT_ONCE = 2
A_WEEK = timedelta(weeks=1)
#: The questionnaire whose wide file stands beside the long one under the same name.
RESIDENTS = "persepsi"
#: Where the charts go.
CHARTS = "charts"


async def made(app: App, due: datetime, workshop: str, out: Path) -> None:
    """Make everything as of ``due``, in processes of their own, and say of each that it is there.

    ``workshop`` is the id of the one to report of, or empty.
    """
    loop, pool = asyncio.get_running_loop(), ProcessPoolExecutor(AT_ONCE, get_context("spawn"))
    try:
        work = [loop.run_in_executor(pool, job) for job in jobs(app, due, workshop, out)]
        for each in asyncio.as_completed(work):
            say(await each)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def jobs(app: App, due: datetime, workshop: str, out: Path) -> Iterator[Callable[[], str]]:
    """What is to be made, what takes longest first."""
    for wanted in orders(app, due, workshop):
        yield partial(report, wanted, out)
    yield partial(data, app.config, out, app.clock.now())


def orders(app: App, due: datetime, workshop: str) -> Iterator[Order]:
    """The reports to make, each in both languages."""
    same = replace(
        order(app.config), start=due - A_WEEK, end=due, made_at=app.clock.now(), language=BOTH
    )
    yield replace(same, kind=Kind.PRA)
    if AGAIN in {wave.id for wave in app.config.waves}:
        yield replace(same, kind=Kind.WAVE, scope=AGAIN)
    if workshop:
        yield replace(same, kind=Kind.WORKSHOP, scope=workshop)
    yield replace(same, kind=Kind.WEEKLY)


def report(wanted: Order, out: Path) -> str:
    """In a worker, where the heavy libraries are imported: a report's files and its charts."""
    from reports.documents.chart_files import pictures
    from reports.make_report import documents, put
    from reports.report_content import composed

    begun, names = time.monotonic(), list[str]()
    for content in composed(wanted):
        name = f"{wanted.kind}-{content.order.language}"
        for file in documents(content).files:
            path = out / f"{name}{Path(file.name).suffix}"
            names.append(put(path, file.content).name)
        for chart in pictures(content):
            put(out / CHARTS / wanted.kind / chart.name, chart.content)
    return said(names, begun)


def data(config: Config, out: Path, now: datetime) -> str:
    """In a worker: all answers and interviews in every format."""
    from reports.export.data_export import export
    from reports.export.ddi import Study
    from reports.make_report import put

    begun, about = time.monotonic(), config.suara
    paths = export(
        config.database.url,
        out,
        about.timezone,
        now,
        formats=tuple(DataFormat),
        study=Study(about.city, about.secretariat, about.languages[0]),
    )
    wide = put(out / "answers.sav", (out / f"{RESIDENTS}.sav").read_bytes())
    return said([path.name for path in (*paths, wide)], begun)


def said(names: list[str], begun: float) -> str:
    """A line of what was made, and in how many seconds."""
    return f"Made in {time.monotonic() - begun:.0f} s: {', '.join(names)}"

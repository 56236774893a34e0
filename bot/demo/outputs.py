"""What the demo hands over: every kind of report in both languages, and the data in all formats."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from bot.app import App
from bot.config import Config
from bot.demo.arrivals import REPEATED_WAVE
from bot.demo.demo_steps import DemoSteps
from bot.progress import print_text
from bot.report_defaults import build_report_request, list_report_inputs
from reports.request import LANGUAGE_SEPARATOR, DataFormat, ReportKind, ReportRequest

#: So much is made at the same time.
MOST_PROCESSES = 2
ONE_WEEK = timedelta(weeks=1)
#: The questionnaire whose wide file stands beside the long one under the same name.
RESIDENT_QUESTIONNAIRE = "persepsi"
#: Where the charts go.
CHART_FOLDER = "charts"


async def make_outputs(app: App, due: datetime, workshop: str, out: Path, steps: DemoSteps) -> None:
    """Make everything as of ``due``, in processes of their own, and say of each that it is there.

    ``workshop`` is the id of the one to report of, or empty. What cannot be made is left out.
    """
    loop, pool = (
        asyncio.get_running_loop(),
        ProcessPoolExecutor(MOST_PROCESSES, get_context("spawn")),
    )
    try:
        made = [
            steps.attempt(what, print_when_made(loop.run_in_executor(pool, job)), None)
            for what, job in list_jobs(app, due, workshop, out)
        ]
        await asyncio.gather(*made)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


async def print_when_made(line: Awaitable[str]) -> None:
    """Say what was made once it is there."""
    print_text(await line)


def list_jobs(
    app: App, due: datetime, workshop: str, out: Path
) -> Iterator[tuple[str, Callable[[], str]]]:
    """What is to be made, by name, what takes longest first."""
    for request in list_report_requests(app, due, workshop):
        yield f"report {request.kind}", partial(write_demo_report, request, out)
    yield "data", partial(write_demo_data, app.config, out, due)


def list_report_requests(app: App, due: datetime, workshop: str) -> Iterator[ReportRequest]:
    """The reports to make, each in both languages."""
    same = replace(
        build_report_request(app.config),
        start=due - ONE_WEEK,
        end=due,
        made_at=app.clock.now(),
        language=LANGUAGE_SEPARATOR.join(app.config.suara.languages[:2]),
    )
    yield replace(same, kind=ReportKind.PRA)
    if REPEATED_WAVE in {wave.id for wave in app.config.waves}:
        yield replace(same, kind=ReportKind.WAVE, scope=REPEATED_WAVE)
    if workshop:
        yield replace(same, kind=ReportKind.WORKSHOP, scope=workshop)
    yield replace(same, kind=ReportKind.WEEKLY)


def write_demo_report(request: ReportRequest, out: Path) -> str:
    """In a worker, where the heavy libraries are imported: a report's files and its charts."""
    from reports.documents.chart_files import build_chart_files
    from reports.make_report import make_documents, write_file
    from reports.reading.releases import take_releases
    from reports.report_content import build_contents

    take_releases(request)
    begun, names = time.monotonic(), list[str]()
    for content in build_contents(request):
        name = f"{request.kind}-{content.request.language}"
        made = make_documents(content)
        names.append(write_file(out / f"{name}.html", made.message.encode()).name)
        for file in made.files:
            path = out / f"{name}{Path(file.name).suffix}"
            names.append(write_file(path, file.content).name)
        for chart in build_chart_files(content):
            write_file(out / CHART_FOLDER / request.kind / chart.name, chart.content)
    return format_made_files(names, begun)


def write_demo_data(config: Config, out: Path, as_of: datetime) -> str:
    """In a worker: all answers and interviews in every format, as the reports counted them."""
    from reports.export.data_export import export_data
    from reports.export.ddi import Study
    from reports.make_report import write_file

    begun, about = time.monotonic(), config.suara
    paths = export_data(
        config.database.url_to_read,
        out,
        about.timezone,
        as_of,
        formats=tuple(DataFormat),
        study=Study(about.city, about.secretariat, about.languages[0]),
        population=str(config.reports.population or ""),
        inputs=list_report_inputs(config),
        city_file=config.questionnaires.city_file,
        minimum_cell=config.reports.minimum_cell,
    )
    wide = write_file(out / "answers.sav", (out / f"{RESIDENT_QUESTIONNAIRE}.sav").read_bytes())
    return format_made_files([path.name for path in (*paths, wide)], begun)


def format_made_files(names: list[str], begun: float) -> str:
    """A line of what was made, and in how many seconds."""
    return f"Made in {time.monotonic() - begun:.0f} s: {', '.join(names)}"

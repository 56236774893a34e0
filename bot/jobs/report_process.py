"""Heavy work in a process of its own, so that nobody's tap waits for it."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING, TypeVar

import structlog

from bot.safe_logs import locate_fault
from reports.request import RETRY_REMEDY, Report, ReportFailedError, ReportRequest

if TYPE_CHECKING:
    from survey.store.summaries import Summary

log = structlog.get_logger()
T = TypeVar("T")
#: Seconds that the making of a report may take; less than a claim lasts, else another process would
#: take the delivery while this one still works on it.
WORKER_TIMEOUT = 600


async def make_report_in_process(wanted: ReportRequest, seconds: int = WORKER_TIMEOUT) -> Report:
    """Make a report. Raises ReportFailedError, also if its process ended before it was made."""
    return await run_in_process(work_on_report, wanted, seconds)


async def make_summaries_in_process(
    wanted: ReportRequest, seconds: int = WORKER_TIMEOUT
) -> tuple[Summary, ...]:
    """Make the summaries of a wave. Raises ReportFailedError, also if its process ended before."""
    return await run_in_process(work_on_summaries, wanted, seconds)


async def run_in_process(
    make: Callable[[ReportRequest], T], wanted: ReportRequest, seconds: int
) -> T:
    """Carry out a request in a new process. Raises ReportFailedError.

    There is a new pool each time: one whose process was killed, for want of memory say, takes no
    more work. Processes are spawned and not forked, since a fork would copy the locks that the
    database's threads hold at that moment.
    """
    worker = ProcessPoolExecutor(1, get_context("spawn"))
    making = partial(run_within, seconds, make, wanted)
    try:
        return await asyncio.get_running_loop().run_in_executor(worker, making)
    except BrokenProcessPool as fault:
        raise ReportFailedError(
            f"its process was ended: it took more than {seconds} seconds, or too much memory",
            "look into the system's log whether memory ran out, and give the machine more",
        ) from fault
    finally:
        # Waiting for the process to end would block the event loop, and with it everybody's taps.
        worker.shutdown(wait=False)


# In the worker: the heavy libraries are imported here and nowhere else


def run_within(seconds: int, make: Callable[[ReportRequest], T], wanted: ReportRequest) -> T:
    """Carry a request out, if that takes no longer. Raises ReportFailedError."""
    signal.alarm(seconds)  # Ends the process, whatever it is caught in.
    try:
        return make(wanted)
    except Exception as fault:
        # Told in words: what is raised here is pickled on its way to the bot, and the exceptions of
        # some libraries cannot be put together again there, which would look like a process that
        # died.
        why = f"{type(fault).__name__} in {locate_fault(fault)}: {fault}"
        raise ReportFailedError(why, RETRY_REMEDY) from fault


def work_on_report(wanted: ReportRequest) -> Report:
    """Make a report, in the worker; files that cannot be read are left out and named in the log."""
    from reports.input_files import find_file_faults
    from reports.make_report import make_report

    for fault in find_file_faults(wanted):
        log.warning("report made without", file=fault)
    return make_report(wanted)


def work_on_summaries(wanted: ReportRequest) -> tuple[Summary, ...]:
    """Make the summaries of a wave, in the worker."""
    from reports.wave_summary import build_summaries

    return build_summaries(wanted)

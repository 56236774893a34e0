"""Heavy work in a process of its own, so that nobody's tap waits for it."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from collections.abc import Callable
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from tempfile import TemporaryDirectory
from threading import Thread
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
SPAWNING = get_context("spawn")


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

    Processes are spawned and not forked, since a fork would copy the locks that the database's
    threads hold at that moment. Whoever is cancelled here ends the process.
    """
    # The process is ended without a word, so what it lays down for the moment lies in a folder that
    # we take away ourselves.
    with TemporaryDirectory(prefix="suara-report-", ignore_cleanup_errors=True) as folder:
        receiving, sending = SPAWNING.Pipe(duplex=False)
        # A daemon, so that Python ends it too, where we do not come to it.
        worker = SPAWNING.Process(
            target=run_and_send, args=(sending, folder, seconds, make, wanted), daemon=True
        )
        worker.start()
        sending.close()  # Ours; else its end would not be seen when the process ends.
        try:
            await wait_until_readable(receiving)
            made: T | ReportFailedError = await asyncio.to_thread(receiving.recv)
        except EOFError as fault:
            raise ReportFailedError(
                f"its process was ended: it took more than {seconds} seconds, or too much memory",
                "look into the system's log whether memory ran out, and give the machine more",
            ) from fault
        finally:
            worker.kill()
            worker.join()
    if isinstance(made, ReportFailedError):
        raise made
    return made


async def wait_until_readable(connection: Connection) -> None:
    """Return when something has come, or nothing will come any more."""
    loop, ready = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(connection.fileno(), ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(connection.fileno())


# In the worker: the heavy libraries are imported here and nowhere else


def run_and_send(
    sending: Connection,
    folder: str,
    seconds: int,
    make: Callable[[ReportRequest], T],
    wanted: ReportRequest,
) -> None:
    """Carry a request out and send what was made, or why not, if that takes no longer."""
    end_with_parent()
    tempfile.tempdir = folder
    # Whoever stops the bot stops all its processes at once: a terminal with Ctrl-C, systemd with
    # SIGTERM. When this one is to end, the bot says.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    signal.alarm(seconds)  # Ends the process, whatever it is caught in.
    sending.send(make_or_explain(make, wanted))


def end_with_parent() -> None:
    """End this process when the bot's ends, however that comes: killed, it ends nobody else."""
    parent = parent_process()
    if parent is not None:

        def wait_and_end() -> None:
            parent.join()
            os._exit(1)

        Thread(target=wait_and_end, daemon=True).start()


def make_or_explain(
    make: Callable[[ReportRequest], T], wanted: ReportRequest
) -> T | ReportFailedError:
    """What was made, or why not."""
    try:
        return make(wanted)
    except Exception as fault:
        # Told in words: what is sent is pickled, and the exceptions of some libraries cannot be put
        # together again in the bot, which would look like a process that died.
        why = f"{type(fault).__name__} in {locate_fault(fault)}: {fault}"
        return ReportFailedError(why, RETRY_REMEDY)


def work_on_report(wanted: ReportRequest) -> Report:
    """Make a report, in the worker; files that cannot be read are left out and named in the log."""
    from reports.input_files import find_file_faults
    from reports.make_report import make_report
    from reports.reading.releases import take_releases

    take_releases(wanted)
    for fault in find_file_faults(wanted):
        log.warning("report made without", file=fault)
    return make_report(wanted)


def work_on_summaries(wanted: ReportRequest) -> tuple[Summary, ...]:
    """Make the summaries of a wave, in the worker."""
    from reports.reading.releases import take_releases
    from reports.wave_summary import build_summaries

    take_releases(wanted)
    return build_summaries(wanted)

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

from reports.request import OUR_FAULT, NotMadeError, Order, Report

if TYPE_CHECKING:
    from survey.store.summaries import Summary

log = structlog.get_logger()
T = TypeVar("T")
#: Seconds that the making of a report may take; less than a claim lasts.
LONGEST = 600


async def made_apart(wanted: Order, seconds: int = LONGEST) -> Report:
    """Make a report. Raises NotMadeError, also if its process ended before it was made."""
    return await apart(make_report, wanted, seconds)


async def summed_up_apart(wanted: Order, seconds: int = LONGEST) -> tuple[Summary, ...]:
    """Make the summaries of a wave. Raises NotMadeError like the making of a report."""
    return await apart(make_summaries, wanted, seconds)


async def apart(make: Callable[[Order], T], wanted: Order, seconds: int) -> T:
    """A new pool each time: one whose process was killed, for want of memory say, takes no more
    work.
    """
    worker = ProcessPoolExecutor(1, get_context("spawn"))
    making = partial(within, seconds, make, wanted)
    try:
        return await asyncio.get_running_loop().run_in_executor(worker, making)
    except BrokenProcessPool as fault:
        raise NotMadeError(
            f"its process was ended: it took more than {seconds} seconds, or too much memory",
            "look into the system's log whether memory ran out, and give the machine more",
        ) from fault
    finally:
        worker.shutdown(wait=False)


# In the worker: the heavy libraries are imported here and nowhere else


def within(seconds: int, make: Callable[[Order], T], wanted: Order) -> T:
    """Carry it out, if that takes no longer."""
    signal.alarm(seconds)  # Ends the process, whatever it is caught in.
    try:
        return make(wanted)
    except Exception as fault:
        from bot.telegram.polling import place_of

        why = f"{type(fault).__name__} in {place_of(fault)}: {fault}"
        raise NotMadeError(why, OUR_FAULT) from fault


def make_report(wanted: Order) -> Report:
    from reports.input_files import faults
    from reports.make_report import make

    for fault in faults(wanted):
        log.warning("report made without", file=fault)
    return make(wanted)


def make_summaries(wanted: Order) -> tuple[Summary, ...]:
    from reports.wave_summary import summaries

    return summaries(wanted)

"""Taps while a brief is in the making; see ``benchmarks.brief``."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Awaitable, Callable
from datetime import UTC, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.brief_request import END, QUESTIONNAIRES, WEEK, build_request
from bot.jobs.report_process import make_report_in_process
from survey.forms.authoring.xlsform import compile_file
from survey.people import Role, Wave
from survey.services.interview_service import InterviewService
from survey.services.snapshot import Request
from survey.store import waves
from survey.store.database import Store
from survey.store.interviews import Cause

PERSON_COUNT, MEASURED_SECONDS, PAUSE_SECONDS = 50, 8.0, 0.5

TapFunction = Callable[[int], Awaitable[object]]


async def begin_interviews(survey: InterviewService) -> list[TapFunction]:
    """People who stand at their second question, each with a way to tap: on, and back."""
    numbers = count(1)

    def build_act(person: int) -> Request:
        number = next(numbers)
        return Request(person, END - WEEK + timedelta(seconds=number), Cause(1, number), None)

    async def tap(person: int, first: str, turn: int) -> object:
        if turn % 2:
            return await survey.go_back(build_act(person))
        return await survey.answer(build_act(person), first, "tinggal")

    taps: list[TapFunction] = []
    for person in range(1, PERSON_COUNT + 1):
        await survey.arrive(build_act(person), "id", "")
        if interview := (await survey.agree(build_act(person))).interview:
            taps.append(partial(tap, person, interview.position))
    return taps


async def measure_taps(people: list[TapFunction], meanwhile: Awaitable[object]) -> list[float]:
    """How long taps took to be kept, in milliseconds, until ``meanwhile`` is over."""
    taken: list[float] = []
    over = asyncio.ensure_future(meanwhile)

    async def one(tap: TapFunction) -> None:
        turn = 0
        while not over.done():
            start = perf_counter()
            await tap(turn)
            taken.append(1000 * (perf_counter() - start))
            turn += 1
            # Nobody taps without a pause.
            await asyncio.sleep(PAUSE_SECONDS)

    await asyncio.gather(*(one(tap) for tap in people))
    return taken


async def compare_taps(store: Path) -> None:
    """Taps alone, and with a brief in the making, in turns."""
    form = compile_file(QUESTIONNAIRES / "persepsi.md")
    wave = Wave("persepsi", form.digest, (Role.RESIDENT,), END - 2 * WEEK, END + WEEK)
    with TemporaryDirectory() as folder:
        async with Store.open(f"sqlite+aiosqlite:///{Path(folder) / 'small.db'}") as small:
            async with small.read() as connection:
                await small.keep(await waves.add_questionnaire(connection, form, END - 2 * WEEK))
                await small.keep(await waves.seed_wave(connection, wave))
            people = await begin_interviews(InterviewService(small, UTC))
            alone = await measure_taps(people, asyncio.sleep(MEASURED_SECONDS))
            beside = await measure_taps(people, make_report_in_process(build_request(store)))
    for name, taken in (("alone", alone), ("beside a brief", beside)):
        middle, last = statistics.median(taken), statistics.quantiles(taken, n=100)[98]
        print(f"taps {name}: {len(taken)}, median {middle:.2f} ms, 99% under {last:.1f} ms")
    print(f"ratio of medians {statistics.median(beside) / statistics.median(alone):.3f}")

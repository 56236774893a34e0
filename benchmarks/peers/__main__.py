"""Our bot beside the usual bot and one on aiogram: what a tap costs, how long people wait.

    python -m benchmarks.peers                          100 people, a minute
    python -m benchmarks.peers --people 1000 --seconds 180
    python -m benchmarks.peers --delay 0.1 --people 1000  with 100 ms a call, one after the other
    python -m benchmarks.peers --check                  a short form; fails if a ratio has fallen
    python -m benchmarks.peers --half                   at half of the greatest rate, too
    python -m benchmarks.peers --profile                where the time of our taps goes
    python -m benchmarks.peers --memory                 what an interview in progress holds

``--record`` puts what was measured into the file of record and docs/performance.md.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import tempfile
from argparse import ArgumentDefaultsHelpFormatter, ArgumentParser, Namespace
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from benchmarks.peers.api_server import serve_accounts
from benchmarks.peers.figures import (
    MeasurementSummary,
    list_fallen_ratios,
    read_records,
    record,
    summarize,
)
from benchmarks.peers.memory_growth import list_growth_rows, measure_growth
from benchmarks.peers.plain_questions import write_plain_questions
from benchmarks.peers.presentation import MEMORY, PROFILE, list_rows, write_page, write_part
from benchmarks.peers.programs import (
    KINDS,
    OURS,
    SERVER_CORE,
    ProgramKind,
    RunningProgram,
    build_command,
    build_sampled_command,
    keep_to_core,
    run_program,
)
from benchmarks.peers.tap_profile import TapProfile, list_profile_rows, profile_taps
from benchmarks.peers.turns import SideBySide, measure_alone, measure_side_by_side, warm_up

#: How a program is started: of which kind, in which folder, with which server and questions.
CommandBuilder = Callable[[ProgramKind, Path, str, Path], list[str]]
#: The short form: how many people, for how many seconds.
CHECK_PEOPLE, CHECK_SECONDS, CHECK_WARM_UP = 50, 12.0, 2.0


@asynccontextmanager
async def run_programs(
    given: Namespace, names: Sequence[str], build: CommandBuilder = build_command
) -> AsyncIterator[list[RunningProgram]]:
    """The server here, and some programs as processes of their own."""
    end_cleanly_on_sigterm()
    keep_to_core(SERVER_CORE)
    kinds = [KINDS[name] for name in names]
    accounts = [kind.open_account(given.people, given.seed) for kind in kinds]
    with tempfile.TemporaryDirectory(prefix="suara-bench-") as name:
        questions = write_plain_questions(Path(name) / "questions.json")
        async with serve_accounts(accounts, given.delay) as url, AsyncExitStack() as running:
            programs = []
            for kind, account in zip(kinds, accounts, strict=True):
                folder = Path(name) / kind.name
                folder.mkdir()
                command = build(kind, folder, url, questions)
                program = run_program(kind, account, command, folder)
                programs.append(await running.enter_async_context(program))
            yield programs


async def compare_programs(given: Namespace) -> MeasurementSummary:
    """Measure as the command line says."""
    measured = SideBySide(given.people, given.delay, given.half)
    async with run_programs(given, given.only) as programs:
        if given.delay or given.half:
            await measure_alone(programs, measured, given.seconds)
        else:
            await warm_up(programs, given.warm_up)
            await measure_side_by_side(programs, measured, given.seconds)
    return summarize(measured)


async def profile_ours(given: Namespace) -> TapProfile:
    """Look at ours while it works."""
    async with run_programs(given, [OURS], build_sampled_command) as (program,):
        return await profile_taps(program, given.seconds)


def end_cleanly_on_sigterm() -> None:
    """Have the programs ended, too, by whoever ends us."""
    if (task := asyncio.current_task()) is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


def check_ratios(summary: MeasurementSummary) -> int:
    """Say whether a ratio has fallen; the exit status."""
    recorded = read_records().get(summary.key)
    if recorded is None:
        print(f"nothing is recorded of {summary.key}; see --record")
        return 1
    fallen = list_fallen_ratios(summary, recorded)
    print("\n".join(fallen) or "no ratio has fallen under four fifths of what is recorded")
    return 1 if fallen else 0


def show_profile(given: Namespace) -> int:
    """Say where the time of our taps goes; the exit status."""
    table = "\n".join(list_profile_rows(asyncio.run(profile_ours(given))))
    print(table)
    if given.record:
        write_part(PROFILE, table)
    return 0


async def measure_memory(given: Namespace) -> dict[str, float]:
    """How the programs grow with interviews in progress."""
    async with run_programs(given, given.only) as programs:
        return await measure_growth(programs)


def show_memory(given: Namespace) -> int:
    """Say what an interview in progress costs in memory; the exit status."""
    table = "\n".join(list_growth_rows(asyncio.run(measure_memory(given))))
    print(table)
    if given.record:
        write_part(MEMORY, table)
    return 0


def build_parser() -> ArgumentParser:
    """What the command line takes."""
    parser = ArgumentParser(
        prog="python -m benchmarks.peers", formatter_class=ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--people", type=int, default=100, help="who tap at each program")
    parser.add_argument("--seconds", type=float, default=60, help="to measure, in all")
    parser.add_argument("--warm-up", type=float, default=10, help="seconds before")
    parser.add_argument("--delay", type=float, default=0, help="seconds of a call to Telegram")
    parser.add_argument("--half", action="store_true", help="at half of the greatest rate")
    parser.add_argument("--seed", type=int, default=1, help="of what people choose")
    parser.add_argument("--only", nargs="+", choices=list(KINDS), default=list(KINDS))
    parser.add_argument("--check", action="store_true", help="a short form, beside the record")
    parser.add_argument("--profile", action="store_true", help="where the time of ours goes")
    parser.add_argument("--memory", action="store_true", help="of an interview in progress")
    parser.add_argument("--record", action="store_true", help="keep what was measured")
    return parser


def main() -> int:
    """Measure and print; the exit status."""
    given = build_parser().parse_args()
    if given.check:
        given.people, given.seconds, given.warm_up = CHECK_PEOPLE, CHECK_SECONDS, CHECK_WARM_UP
    if given.profile:
        return show_profile(given)
    if given.memory:
        return show_memory(given)
    summary = asyncio.run(compare_programs(given))
    print(f"{summary.key}\n")
    print("\n".join(list_rows(summary)))
    if given.record:
        record(summary)
        write_page(read_records())
    return check_ratios(summary) if given.check and not given.record else 0


if __name__ == "__main__":
    sys.exit(main())

"""Where the time of our taps goes, beside the least that it could be."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers.least_costs import measure_least_costs
from benchmarks.peers.programs import PROFILE_FILE, RunningProgram
from benchmarks.peers.tap_phases import MEANINGS, READ, RECORD
from benchmarks.peers.turns import warm_up

#: What SQLite does in its threads is counted together, whether it reads or writes.
THREADS = "threads"


@dataclass(frozen=True, slots=True)
class TapProfile:
    """Microseconds of a core for a tap, by phase; those of the threads of SQLite apart."""

    taps: int
    phases: Mapping[str, float]
    least: Mapping[str, float]

    @property
    def total(self) -> float:
        """Of all phases."""
        return sum(self.phases.values())


async def profile_taps(program: RunningProgram, seconds: float) -> TapProfile:
    """Let it go alone for so many seconds; it runs under ``sampled_run``."""
    await warm_up([program], seconds / 2)
    program.process.send_signal(signal.SIGUSR1)
    before = program.account.figures.taps
    program.account.open()
    await asyncio.sleep(seconds)
    await program.account.close(seconds)
    taps = program.account.figures.taps - before
    program.process.send_signal(signal.SIGUSR2)
    counted = json.loads(await asyncio.to_thread(wait_for_file, program.folder / PROFILE_FILE))
    by_phase = counted["phases"] | {THREADS: counted["threads"]}
    phases = {name: 1e6 * value / max(taps, 1) for name, value in by_phase.items()}
    return TapProfile(taps, phases, measure_least_costs())


def wait_for_file(file: Path) -> str:
    """What stands in a file, once it is there. Raises TimeoutError."""
    ends = time.monotonic() + 10
    while not (file.exists() and (found := file.read_text(encoding="utf-8")).endswith("}")):
        if time.monotonic() > ends:
            raise TimeoutError("the program did not say what was counted")
        time.sleep(0.1)
    return found


def list_profile_rows(profile: TapProfile) -> Iterator[str]:
    """A profile as rows of a Markdown table, the dearest first."""
    meanings = MEANINGS | {THREADS: "SQLite and its threads, reading and writing"}
    least = dict(profile.least)
    # Bare reads and writes were measured with what SQLite does, which here is in the threads.
    least[THREADS] = least.pop(READ, 0.0) + least.pop(RECORD, 0.0)
    yield "| | µs a tap | share | the least, bare |"
    yield "|---|---|---|---|"
    for name, cost in sorted(profile.phases.items(), key=lambda item: -item[1]):
        bare = f"{least[name]:.0f}" if name in least else ""
        yield f"| {meanings[name]} | {cost:.0f} | {cost / profile.total:.0%} | {bare} |"
    together = f"{profile.total:.0f} | | {sum(least.values()):.0f}"
    yield f"| together, in the mean of {profile.taps:,} taps | {together} |"

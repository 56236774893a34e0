"""What an interview in progress costs in memory: many are begun and left, and programs grow."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence

from benchmarks.peers.presentation import LABELS
from benchmarks.peers.programs import RunningProgram

#: Between so many interviews and so many it is measured; the first are more than what is kept at
#: hand of those who were there last, whose memory is used again.
BEGUN = (1000, 3000)
#: Everybody leaves after so many taps.
PATIENCE = 3


async def measure_growth(programs: Sequence[RunningProgram]) -> dict[str, float]:
    """Kilobytes of memory for each interview in progress, one program after the other.

    Raises RuntimeError if a program ends.
    """
    found = {}
    for program in programs:
        program.account.patience = PATIENCE
        program.account.invite_people()
        program.account.open()
        before, after = [await measure_after(program, begun) for begun in BEGUN]
        found[program.kind.name] = 1024 * (after - before) / (BEGUN[1] - BEGUN[0])
        await program.account.close(0)
    return found


async def measure_after(program: RunningProgram, begun: int) -> float:
    """Megabytes when so many people have begun."""
    while program.account.begun_people < begun:
        program.check_alive()
        await asyncio.sleep(0.05)
    return program.measure_memory()


def list_growth_rows(found: Mapping[str, float]) -> Iterator[str]:
    """It as rows of a Markdown table."""
    yield "| | memory for an interview in progress, kB |"
    yield "|---|---|"
    yield from (f"| {LABELS[name]} | {growth:.1f} |" for name, growth in found.items())

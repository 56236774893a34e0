"""Programs side by side: all alive, each let go for a moment in turn, and what that came to.

Noise of the machine meets all alike, since it lasts longer than a round.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.peers.bot_account import TapFigures
from benchmarks.peers.programs import RunningProgram

#: Seconds for which a program is let go, and for which a block of rounds lasts at the least.
TURN, BLOCK = 0.3, 3.0
#: Seconds that a program may take for what it has taken in its turn.
PATIENCE = 60.0
#: Seconds for which a slow one's first cards are waited for.
SETTLING = 30.0


@dataclass(slots=True)
class ProgramFigures:
    """What one program did in one block."""

    taps: int = 0
    processor_seconds: float = 0.0
    #: While it was let go.
    seconds: float = 0.0

    @property
    def cost(self) -> float:
        """Microseconds of a core for a tap."""
        return 1e6 * self.processor_seconds / max(self.taps, 1)

    @property
    def rate(self) -> float:
        """Taps a second."""
        return self.taps / max(self.seconds, 1e-9)


@dataclass(slots=True)
class SideBySide:
    """What was measured: block by block, and of all taps how long people waited."""

    people: int
    delay: float
    #: Whether people tap at half of the rate that a program reaches.
    at_half: bool = False
    blocks: list[dict[str, ProgramFigures]] = field(default_factory=list)
    taps: dict[str, TapFigures] = field(default_factory=dict)
    #: Megabytes at the end.
    memory: dict[str, float] = field(default_factory=dict)


async def take_turns(programs: Sequence[RunningProgram], turn: float = TURN) -> None:
    """One round: each program is let go for a moment, then finishes what it has taken."""
    for program in programs:
        program.check_alive()
        program.account.open()
        await asyncio.sleep(turn)
        await program.account.close(PATIENCE)


async def warm_up(programs: Sequence[RunningProgram], seconds: float, turn: float = TURN) -> None:
    """Until everybody at every program has a card, and for some seconds at the least.

    Raises RuntimeError if a program ends.
    """
    for program in programs:
        program.account.invite_people()
    ends = time.monotonic() + seconds
    while time.monotonic() < ends or not all(p.account.has_settled for p in programs):
        await take_turns(programs, turn)


async def measure_block(
    programs: Sequence[RunningProgram], seconds: float, turn: float
) -> dict[str, ProgramFigures]:
    """Some rounds, and what each program did in them; between its turns it counts, too."""
    before = [measure_so_far(program) for program in programs]
    ends = time.monotonic() + seconds
    order = list(programs)
    while time.monotonic() < ends:
        await take_turns(order, turn)
        order.append(order.pop(0))
    return {
        program.kind.name: subtract(measure_so_far(program), start)
        for program, start in zip(programs, before, strict=True)
    }


def measure_so_far(program: RunningProgram) -> ProgramFigures:
    """What a program has done since it was started."""
    account = program.account
    return ProgramFigures(account.figures.taps, program.measure_processor_time(), account.clock)


def subtract(end: ProgramFigures, start: ProgramFigures) -> ProgramFigures:
    """What lies between two moments."""
    return ProgramFigures(
        end.taps - start.taps,
        end.processor_seconds - start.processor_seconds,
        end.seconds - start.seconds,
    )


async def measure_side_by_side(
    programs: Sequence[RunningProgram], measured: SideBySide, seconds: float, turn: float = TURN
) -> None:
    """Measure for so many seconds, and write it down."""
    for program in programs:
        program.account.figures = TapFigures()
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        measured.blocks.append(await measure_block(programs, min(BLOCK, seconds), turn))
    for program in programs:
        measured.taps[program.kind.name] = program.account.figures
        measured.memory[program.kind.name] = program.measure_memory()


async def measure_alone(
    programs: Sequence[RunningProgram], measured: SideBySide, seconds: float
) -> None:
    """One program after the other, for so many seconds each, where people wait more than work.

    None is waited for to be done with what it has taken: it is not let go again. Raises
    RuntimeError if one answers nobody.
    """
    block: dict[str, ProgramFigures] = {}
    for program in programs:
        program.account.invite_people()
        program.account.open()
        await wait_until_settled(program)
        if measured.at_half:
            await slow_down(program, measured.people, seconds / 2)
        program.account.figures = TapFigures()
        start = measure_so_far(program)
        await asyncio.sleep(seconds)
        done = subtract(measure_so_far(program), start)
        if done.taps == 0:
            raise RuntimeError(f"{program.kind.name} answered nobody in {seconds:.0f} s")
        block[program.kind.name] = done
        measured.taps[program.kind.name] = program.account.figures
        measured.memory[program.kind.name] = program.measure_memory()
        await program.account.close(0)
    measured.blocks.append(block)


async def slow_down(program: RunningProgram, people: int, seconds: float) -> None:
    """Find the greatest rate for so many seconds, then let people tap half as often."""
    start = measure_so_far(program)
    await asyncio.sleep(seconds)
    greatest = subtract(measure_so_far(program), start).rate
    program.account.pause = 2 * people / max(greatest, 1)
    # Whoever has tapped before has had their card, and tapped again after the pause.
    await asyncio.sleep(2 * program.account.pause)


async def wait_until_settled(program: RunningProgram) -> None:
    """Until everybody has a card, or half of a minute has passed. Raises RuntimeError."""
    ends = time.monotonic() + SETTLING
    while time.monotonic() < ends and not program.account.has_settled:
        program.check_alive()
        await asyncio.sleep(0.1)

"""What a measurement comes to: a few figures for each program, and ratios with their spread."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.peers.programs import OURS
from benchmarks.peers.turns import SideBySide

RECORD_FILE = Path(__file__).with_name("recorded.json")
#: A ratio may fall to so much of what is recorded before it counts as fallen: noise is about 8 %.
TOLERATED = 0.8


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of some values, and the quartiles below and above it."""

    middle: float
    low: float
    high: float

    @classmethod
    def measure(cls, values: Iterable[float]) -> Spread:
        """Of some values, one at the least."""
        found = list(values)
        if len(found) < 2:
            return cls(found[0], found[0], found[0])
        low, middle, high = statistics.quantiles(found, n=4, method="inclusive")
        return cls(middle, low, high)


@dataclass(frozen=True, slots=True)
class ProgramSummary:
    """One program: microseconds of a core for a tap, taps a second, milliseconds, megabytes."""

    cost: float
    rate: float
    wait_p50: float
    wait_p99: float
    working_p50: float
    working_p99: float
    memory: float
    taps: int


@dataclass(frozen=True, slots=True)
class MeasurementSummary:
    """A measurement: the programs, and how often another one's cost ours is, and ours its rate."""

    people: int
    delay: float
    at_half: bool
    programs: Mapping[str, ProgramSummary]
    cost_ratios: Mapping[str, Spread] = field(default_factory=dict)
    rate_ratios: Mapping[str, Spread] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Its name in the file of record."""
        return name_setup(self.people, self.delay, self.at_half)


def name_setup(people: int, delay: float, at_half: bool) -> str:
    """How a measurement is called in the file of record."""
    parts = [f"{people:,} people"]
    if delay:
        parts.append(f"{1000 * delay:.0f} ms a call")
    if at_half:
        parts.append("half of the greatest rate")
    return ", ".join(parts)


def summarize(measured: SideBySide) -> MeasurementSummary:
    """What a measurement comes to."""
    others = [name for name in measured.taps if name != OURS and OURS in measured.taps]
    blocks = [block for block in measured.blocks if all(f.taps for f in block.values())]
    return MeasurementSummary(
        measured.people,
        measured.delay,
        measured.at_half,
        {name: summarize_program(measured, name) for name in measured.taps},
        {o: Spread.measure(b[o].cost / b[OURS].cost for b in blocks) for o in others},
        {o: Spread.measure(b[OURS].rate / b[o].rate for b in blocks) for o in others},
    )


def summarize_program(measured: SideBySide, name: str) -> ProgramSummary:
    """One program of it."""
    blocks = [block[name] for block in measured.blocks]
    taps = measured.taps[name]
    return ProgramSummary(
        statistics.median(block.cost for block in blocks),
        sum(block.taps for block in blocks) / sum(block.seconds for block in blocks),
        *find_percentiles(taps.waits),
        *find_percentiles(taps.workings),
        measured.memory[name],
        taps.taps,
    )


def find_percentiles(seconds: list[float]) -> tuple[float, float]:
    """Milliseconds that half, and all but one of a hundred, stay within."""
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return 1000 * cuts[49], 1000 * cuts[98]


# The file of record


def read_records() -> dict[str, MeasurementSummary]:
    """All that is recorded."""
    if not RECORD_FILE.exists():
        return {}
    return {
        key: read_record(raw)
        for key, raw in json.loads(RECORD_FILE.read_text(encoding="utf-8")).items()
    }


def read_record(raw: Mapping[str, Any]) -> MeasurementSummary:
    """One of them."""

    def read_spreads(name: str) -> dict[str, Spread]:
        return {other: Spread(**spread) for other, spread in raw[name].items()}

    programs = {name: ProgramSummary(**program) for name, program in raw["programs"].items()}
    return MeasurementSummary(
        raw["people"],
        raw["delay"],
        raw["at_half"],
        programs,
        read_spreads("cost_ratios"),
        read_spreads("rate_ratios"),
    )


def record(summary: MeasurementSummary) -> None:
    """Put a measurement in the place of the last one with as many people and such a delay."""
    kept = read_records() | {summary.key: summary}
    rounded = json.loads(
        json.dumps({one.key: asdict(one) for one in sorted(kept.values(), key=rank_setup)}),
        parse_float=lambda text: float(f"{float(text):.4g}"),
    )
    RECORD_FILE.write_text(json.dumps(rounded, indent=1) + "\n", encoding="utf-8")


def rank_setup(summary: MeasurementSummary) -> tuple[bool, float, int]:
    """The order of measurements: the fastest first, smaller crowds before larger ones."""
    return summary.at_half, summary.delay, summary.people


def list_fallen_ratios(summary: MeasurementSummary, recorded: MeasurementSummary) -> list[str]:
    """What has become dearer beside the others than is recorded, a line for each."""
    return [
        f"a tap costs {other} {summary.cost_ratios[other].middle:.2f} times what it costs us; "
        f"recorded are {before.middle:.2f}"
        for other, before in recorded.cost_ratios.items()
        if summary.cost_ratios[other].middle < TOLERATED * before.middle
    ]

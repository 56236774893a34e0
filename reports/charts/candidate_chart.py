"""Candidates with their evidence side by side, and how other weights would rank them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from reports.charts import style

#: A row and the heads, in cm; where evidence begins and ends; the total's and the ranks' place.
TALL, HEADS = 0.78, 1.3
BEGIN, END, TOTAL, RANKS = 5.3, 12.5, 13.35, 14.1


@dataclass(frozen=True)
class Candidate:
    """``evidence`` are strengths of 0-1, one a column; None where there is nothing to go by.

    ``rank`` is that of the chosen weights, ``best`` and ``worst`` those of any other.
    """

    label: str
    evidence: Sequence[float | None]
    total: float
    rank: int
    best: int
    worst: int


@dataclass(frozen=True)
class Heads:
    """What stands over the columns; ``missing`` says what hatching means."""

    evidence: Sequence[str]
    total: str
    ranks: str
    missing: str


def table(candidates: Sequence[Candidate], heads: Heads, score: Callable[[float], str]) -> bytes:
    """A row for each candidate in the order given: bars, the total, a line of ranks with a dot."""
    tall = len(candidates) * TALL
    figure, axes = style.sheet(tall + HEADS + 0.75, left=0, right=0, top=HEADS, bottom=0.75)
    axes.set(xlim=(0, style.WIDTH), ylim=(tall, 0))
    axes.set_axis_off()
    step = (END - BEGIN) / len(heads.evidence)
    letters = int(step / 0.16)
    for column, head in enumerate(heads.evidence):
        over(axes, BEGIN + column * step, style.fit(head, letters, 3))
    over(axes, TOTAL - 0.6, style.fit(heads.total, 8, 3))
    over(axes, RANKS, style.fit(heads.ranks, 19, 3))
    last = max((each.worst for each in candidates), default=1)
    for index, each in enumerate(candidates):
        y = (index + 0.5) * TALL
        axes.plot([0, style.WIDTH], [index * TALL] * 2, color=style.RULE, lw=0.7)
        axes.text(0.1, y, f"{each.rank}", va="center", weight="bold")
        axes.text(0.65, y, style.fit(each.label, 29), va="center", linespacing=1.1)
        for column, strength in enumerate(each.evidence):
            bar(axes, BEGIN + column * step, y, step, strength, score)
        axes.text(TOTAL, y, score(each.total), ha="right", va="center", weight="bold")
        ranks(axes, y, each, last)
    scale(axes, tall, last)
    if any(strength is None for each in candidates for strength in each.evidence):
        hatched(axes, tall, heads.missing)
    return style.svg(figure)


def over(axes: Axes, x: float, text: str) -> None:
    """A head over its column."""
    axes.text(x, -0.12, text, va="bottom", size=8, color=style.MUTED, linespacing=1.1)


def bar(
    axes: Axes,
    x: float,
    y: float,
    step: float,
    strength: float | None,
    score: Callable[[float], str],
) -> None:
    """One piece of evidence: a bar on its track with its number, hatched where there is none."""
    track = step - 0.95
    if strength is None:
        axes.add_artist(Rectangle((x, y - 0.15), track, 0.3, lw=0, **style.HIDDEN))
        return
    axes.add_artist(Rectangle((x, y - 0.15), track, 0.3, facecolor="#eef1f4", lw=0))
    axes.add_artist(Rectangle((x, y - 0.15), track * strength, 0.3, facecolor=style.BLUE, lw=0))
    axes.text(x + track + 0.1, y, score(strength), va="center", size=7.5)


def place(rank: int, last: int) -> float:
    """Where a rank stands on the line of ranks; the first is at the left."""
    return RANKS + 0.1 + (style.WIDTH - 0.25 - RANKS - 0.1) * (rank - 1) / max(1, last - 1)


def ranks(axes: Axes, y: float, each: Candidate, last: int) -> None:
    """From the best to the worst rank, a dot at the one under the chosen weights."""
    ends = [place(each.best, last), place(each.worst, last)]
    axes.plot(ends, [y, y], color=style.PALE_BLUE, lw=4, solid_capstyle="round")
    axes.plot(place(each.rank, last), y, "o", color=style.INK, ms=5.5)


def scale(axes: Axes, tall: float, last: int) -> None:
    """The first, a middle and the last rank under the lines."""
    for rank in sorted({1, (last + 1) // 2, last}):
        x = place(rank, last)
        axes.plot([x, x], [0, tall], color=style.RULE, lw=0.6, zorder=0)
        axes.text(x, tall + 0.08, str(rank), ha="center", va="top", size=7, color=style.MUTED)


def hatched(axes: Axes, tall: float, missing: str) -> None:
    """The key's only entry, under the bars."""
    box = Rectangle((BEGIN, tall + 0.25), 0.5, 0.26, lw=0, clip_on=False, **style.HIDDEN)
    axes.add_artist(box)
    axes.text(BEGIN + 0.65, tall + 0.38, missing, va="center", size=8, color=style.MUTED)

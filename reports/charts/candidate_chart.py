"""Candidates with their evidence side by side, and how other weights would rank them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from reports.charts import style

#: A row and the heads, in cm; where evidence begins and ends; the total's and the ranks' place.
CANDIDATE_ROW, CANDIDATE_HEADS = 0.78, 1.3
BARS_BEGIN, BARS_END, TOTAL_EDGE, RANKS_BEGIN = 5.3, 12.5, 13.35, 14.1


@dataclass(frozen=True)
class CandidateBars:
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
class CandidateHeadings:
    """What stands over the columns; ``missing`` says what hatching means."""

    evidence: Sequence[str]
    total: str
    ranks: str
    missing: str


def draw_candidate_table(
    candidates: Sequence[CandidateBars], heads: CandidateHeadings, score: Callable[[float], str]
) -> bytes:
    """A row for each candidate in the order given: bars, the total, a line of ranks with a dot."""
    tall = len(candidates) * CANDIDATE_ROW
    figure, axes = style.create_sheet(
        tall + CANDIDATE_HEADS + 0.75, left=0, right=0, top=CANDIDATE_HEADS, bottom=0.75
    )
    axes.set(xlim=(0, style.SHEET_WIDTH), ylim=(tall, 0))
    axes.set_axis_off()
    step = (BARS_END - BARS_BEGIN) / len(heads.evidence)
    letters = int(step / 0.16)
    for column, head in enumerate(heads.evidence):
        write_column_head(axes, BARS_BEGIN + column * step, style.fit_label(head, letters, 3))
    write_column_head(axes, TOTAL_EDGE - 0.6, style.fit_label(heads.total, 8, 3))
    write_column_head(axes, RANKS_BEGIN, style.fit_label(heads.ranks, 19, 3))
    last = max((each.worst for each in candidates), default=1)
    for index, each in enumerate(candidates):
        y = (index + 0.5) * CANDIDATE_ROW
        axes.plot([0, style.SHEET_WIDTH], [index * CANDIDATE_ROW] * 2, color=style.RULE, lw=0.7)
        axes.text(0.1, y, f"{each.rank}", va="center", weight="bold")
        axes.text(0.65, y, style.fit_label(each.label, 29), va="center", linespacing=1.1)
        for column, strength in enumerate(each.evidence):
            draw_strength_bar(axes, BARS_BEGIN + column * step, y, step, strength, score)
        axes.text(TOTAL_EDGE, y, score(each.total), ha="right", va="center", weight="bold")
        draw_rank_line(axes, y, each, last)
    draw_rank_scale(axes, tall, last)
    if any(strength is None for each in candidates for strength in each.evidence):
        draw_missing_legend(axes, tall, heads.missing)
    return style.render_svg(figure)


def write_column_head(axes: Axes, x: float, text: str) -> None:
    """A head over its column."""
    axes.text(x, -0.12, text, va="bottom", size=8, color=style.MUTED, linespacing=1.1)


def draw_strength_bar(
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
        axes.add_artist(Rectangle((x, y - 0.15), track, 0.3, lw=0, **style.HIDDEN_STYLE))
        return
    axes.add_artist(Rectangle((x, y - 0.15), track, 0.3, facecolor="#eef1f4", lw=0))
    axes.add_artist(Rectangle((x, y - 0.15), track * strength, 0.3, facecolor=style.BLUE, lw=0))
    axes.text(x + track + 0.1, y, score(strength), va="center", size=7.5)


def locate_rank(rank: int, last: int) -> float:
    """Where a rank stands on the line of ranks; the first is at the left."""
    return (
        RANKS_BEGIN
        + 0.1
        + (style.SHEET_WIDTH - 0.25 - RANKS_BEGIN - 0.1) * (rank - 1) / max(1, last - 1)
    )


def draw_rank_line(axes: Axes, y: float, each: CandidateBars, last: int) -> None:
    """From the best to the worst rank, a dot at the one under the chosen weights."""
    ends = [locate_rank(each.best, last), locate_rank(each.worst, last)]
    axes.plot(ends, [y, y], color=style.PALE_BLUE, lw=4, solid_capstyle="round")
    axes.plot(locate_rank(each.rank, last), y, "o", color=style.INK, ms=5.5)


def draw_rank_scale(axes: Axes, tall: float, last: int) -> None:
    """The first, a middle and the last rank under the lines."""
    for rank in sorted({1, (last + 1) // 2, last}):
        x = locate_rank(rank, last)
        axes.plot([x, x], [0, tall], color=style.RULE, lw=0.6, zorder=0)
        axes.text(x, tall + 0.08, str(rank), ha="center", va="top", size=7, color=style.MUTED)


def draw_missing_legend(axes: Axes, tall: float, missing: str) -> None:
    """The key's only entry, under the bars."""
    box = Rectangle((BARS_BEGIN, tall + 0.25), 0.5, 0.26, lw=0, clip_on=False, **style.HIDDEN_STYLE)
    axes.add_artist(box)
    axes.text(BARS_BEGIN + 0.65, tall + 0.38, missing, va="center", size=8, color=style.MUTED)

"""How a room's ratings spread over the scale, one ballot a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from reports.charts import style
from reports.charts.bar_charts import write_label, write_notes, write_number

#: The height of a row, in cm.
VOTE_ROW_HEIGHT = 0.78


@dataclass(frozen=True)
class VoteSpread:
    """``counts`` are people at each point of the scale, lowest first; ``baseline`` is a point."""

    label: str
    counts: Sequence[int]
    median: float
    baseline: int | None
    notes: tuple[str, ...]


def draw_vote_spreads(
    rows: Sequence[VoteSpread],
    points: Sequence[str],
    names: tuple[str, str, str],
    heads: Sequence[str],
) -> bytes:
    """People as the height of columns, with their number; the median, and the earlier rating.

    ``names`` say what these three are; ``heads`` stand over the notes at the right.
    """
    left, right, last = 6.0, 4.2, len(points)
    figure, axes = style.create_sheet(
        len(rows) * VOTE_ROW_HEIGHT + 2.5, left, right, top=1.4, bottom=1.1
    )
    axes.set(xlim=(0.5, last + 0.5), ylim=(len(rows), 0))
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])
    axes.set_xticks(range(1, last + 1), [style.fit_label(p, 11, 3) for p in points], size=6.8)
    most = max((count for row in rows for count in row.counts), default=1) or 1
    edges = [
        last + 0.5 + last * place / (style.SHEET_WIDTH - left - right) for place in (0.9, 2.9, 4.0)
    ]
    write_notes(axes, edges, -0.3, heads)
    for y, row in enumerate(rows):
        write_label(axes, 0.5, y + 0.5, style.fit_label(row.label, 42))
        write_notes(axes, edges, y + 0.5, row.notes)
        axes.axhline(y + 0.94, color=style.RULE, linewidth=0.6)
        for point, count in enumerate(row.counts, start=1):
            tall = 0.55 * count / most
            axes.bar(point, -tall, 0.62, y + 0.94, color=style.PALE_BLUE)
            if count:
                write_number(axes, point, y + 0.83 - tall, str(count), style.INK)
        if row.baseline is not None:
            axes.add_artist(
                Rectangle(
                    (row.baseline - 0.42, y + 0.08), 0.84, 0.86, fill=False, ec=style.ORANGE, lw=1.4
                )
            )
        axes.plot(row.median, y + 0.97, "^", color=style.BLUE, markersize=6, clip_on=False)
    handles = [
        Patch(color=style.PALE_BLUE, label=names[0]),
        Line2D([], [], marker="^", color=style.BLUE, linestyle="", label=names[1]),
        Patch(facecolor="none", edgecolor=style.ORANGE, linewidth=1.4, label=names[2]),
    ]
    style.draw_inline_legend(axes, handles, 0.7)
    return style.render_svg(figure)

"""Shares of many places side by side: a table whose cells are shaded by what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from reports.charts import style
from reports.charts.bar_charts import write, write_label
from reports.charts.row_layout import Groups, every, height, laid

#: The lowest row, the heads of the columns, and the widest column, in cm.
TALL, HEADS, WIDEST = 0.5, 1.15, 2.3
LEFT = 5.2
#: Columns narrower than this have slanted heads, which take more room.
NARROW, SLANTED = 1.45, 1.6


def table(
    groups: Groups[tuple[str, Sequence[float | None]]],
    columns: Sequence[tuple[str, str]],
    hidden: str,
    percent: Callable[[float], str],
) -> bytes:
    """Rows of shares of 0-1, darker the nearer to the largest, hatched where None (hidden).

    ``columns`` are a name and what stands under it, such as n. At least one column is needed.
    """
    cells = [share for _, shares in every(groups) for share in shares]
    most, unknown = max((share or 0 for share in cells), default=1) or 1, None in cells
    handles = [style.hatch(hidden)] if unknown else []
    width = min(WIDEST, (style.WIDTH - LEFT) / len(columns))
    above = HEADS
    if width < NARROW:
        above += SLANTED
        width = (style.WIDTH - LEFT - SLANTED) / len(columns)
    above += style.key_height(handles)
    row = style.pitch((label for label, _ in every(groups)), 33, TALL)
    tall = height(groups, row)
    right = style.WIDTH - LEFT - width * len(columns)
    figure, axes = style.sheet(tall + above + 0.05, LEFT, right, top=above, bottom=0.05)
    axes.set(xlim=(0, len(columns)), ylim=(tall, 0))
    style.bare(axes)
    axes.set_yticks([])
    head(axes, columns, width)
    for y, (label, shares) in laid(axes, groups, row):
        write_label(axes, 0, y, style.fit(label, 33))
        for x, share in enumerate(shares):
            cell(axes, (x, y - row / 2), row, share, most, percent)
    style.key(figure, handles)
    return style.svg(figure)


def head(axes: Axes, columns: Sequence[tuple[str, str]], width: float) -> None:
    """Names of columns, and what stands under them."""
    how: dict[str, Any] = {"va": "bottom", "size": 8}
    for x, (label, under) in enumerate(columns):
        axes.text(x + 0.5, -0.1, under, ha="center", color=style.MUTED, **how)
        if width >= NARROW:
            text = style.fit(label, int(width / 0.155), 2)
            axes.text(x + 0.5, -0.42, text, ha="center", weight="bold", **how)
        else:
            text = style.fit(label, 20, 1)
            axes.text(x + 0.3, -0.45, text, rotation=50, rotation_mode="anchor", **how)


def cell(
    axes: Axes,
    corner: tuple[float, float],
    tall: float,
    share: float | None,
    most: float,
    percent: Callable[[float], str],
) -> None:
    """One share on its shade, ``tall`` cm down from its ``corner``."""
    x, y = corner
    if share is None:
        axes.add_artist(Rectangle((x + 0.01, y + 0.02), 0.98, tall - 0.04, lw=0, **style.HIDDEN))
    else:
        steps = len(style.HEAT)
        shade = style.HEAT[min(steps - 1, int(share / most * steps))]
        axes.add_artist(Rectangle((x, y), 1, tall, facecolor=shade, edgecolor=style.PAPER, lw=1.5))
        write(axes, x + 0.5, y + tall / 2, percent(share), style.ink_on(shade))

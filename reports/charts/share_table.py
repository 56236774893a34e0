"""Shares of many places side by side: a table whose cells are shaded by what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from reports.charts import style
from reports.charts.bar_charts import write_label, write_number
from reports.charts.row_layout import RowGroups, compute_rows_height, flatten_rows, lay_out_rows

#: The lowest row, the heads of the columns, and the widest column, in cm.
SHARE_ROW_HEIGHT, SHARE_HEADS_HEIGHT, MAX_COLUMN_WIDTH = 0.5, 1.15, 2.3
SHARE_LABELS_WIDTH = 5.2
#: Columns narrower than this have slanted heads, which take more room.
NARROW_COLUMN, SLANTED_HEIGHT = 1.45, 1.6


def draw_share_table(
    groups: RowGroups[tuple[str, Sequence[float | None]]],
    columns: Sequence[tuple[str, str]],
    hidden: str,
    percent: Callable[[float], str],
) -> bytes:
    """Rows of shares of 0-1, darker the nearer to the largest, hatched where None (hidden).

    ``columns`` are a name and what stands under it, such as n. At least one column is needed.
    """
    cells = [share for _, shares in flatten_rows(groups) for share in shares]
    most, unknown = max((share or 0 for share in cells), default=1) or 1, None in cells
    handles = [style.build_hidden_handle(hidden)] if unknown else []
    width = min(MAX_COLUMN_WIDTH, (style.SHEET_WIDTH - SHARE_LABELS_WIDTH) / len(columns))
    above = SHARE_HEADS_HEIGHT
    if width < NARROW_COLUMN:
        above += SLANTED_HEIGHT
        width = (style.SHEET_WIDTH - SHARE_LABELS_WIDTH - SLANTED_HEIGHT) / len(columns)
    above += style.measure_legend_height(handles)
    row = style.fit_row_height((label for label, _ in flatten_rows(groups)), 33, SHARE_ROW_HEIGHT)
    tall = compute_rows_height(groups, row)
    right = style.SHEET_WIDTH - SHARE_LABELS_WIDTH - width * len(columns)
    figure, axes = style.create_sheet(
        tall + above + 0.05, SHARE_LABELS_WIDTH, right, top=above, bottom=0.05
    )
    axes.set(xlim=(0, len(columns)), ylim=(tall, 0))
    style.hide_frame(axes)
    axes.set_yticks([])
    write_share_heads(axes, columns, width)
    for y, (label, shares) in lay_out_rows(axes, groups, row):
        write_label(axes, 0, y, style.fit_label(label, 33))
        for x, share in enumerate(shares):
            draw_share_cell(axes, (x, y - row / 2), row, share, most, percent)
    style.draw_legend(figure, handles)
    return style.render_svg(figure)


def write_share_heads(axes: Axes, columns: Sequence[tuple[str, str]], width: float) -> None:
    """Names of columns, and what stands under them."""
    how: dict[str, Any] = {"va": "bottom", "size": 8}
    for x, (label, under) in enumerate(columns):
        axes.text(x + 0.5, -0.1, under, ha="center", color=style.MUTED, **how)
        if width >= NARROW_COLUMN:
            text = style.fit_label(label, int(width / 0.155), 2)
            axes.text(x + 0.5, -0.42, text, ha="center", weight="bold", **how)
        else:
            text = style.fit_label(label, 20, 1)
            axes.text(x + 0.3, -0.45, text, rotation=50, rotation_mode="anchor", **how)


def draw_share_cell(
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
        axes.add_artist(
            Rectangle((x + 0.01, y + 0.02), 0.98, tall - 0.04, lw=0, **style.HIDDEN_STYLE)
        )
    else:
        steps = len(style.HEAT_COLOURS)
        shade = style.HEAT_COLOURS[min(steps - 1, int(share / most * steps))]
        axes.add_artist(Rectangle((x, y), 1, tall, facecolor=shade, edgecolor=style.PAPER, lw=1.5))
        write_number(axes, x + 0.5, y + tall / 2, percent(share), style.pick_ink(shade))

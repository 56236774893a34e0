"""Bars stacked of counts or of shares: plans by what they address, conditions by their points."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from reports.charts import style
from reports.charts.bar_charts import (
    BAR_HEIGHT,
    MIN_NUMBERED_SHARE,
    Bar,
    write_label,
    write_notes,
    write_number,
)
from reports.charts.row_layout import RowGroups, compute_rows_height, flatten_rows, lay_out_rows

#: The room for labels and the lowest row, in cm.
STACK_LABELS_WIDTH, STACK_ROW_HEIGHT = 5.4, 0.54
#: The narrowest part, of the longest bar, that has room for a count.
MIN_COUNTED_PART = 0.03
#: Directly and indirectly: dark and whole, light and hatched.
DIRECT_STYLE: dict[str, Any] = {"facecolor": style.BLUE, "edgecolor": style.BLUE}
INDIRECT_STYLE: dict[str, Any] = {"facecolor": "#e3edf5", "edgecolor": style.BLUE, "hatch": "////"}
#: From worst to best (after ColorBrewer's PuOr and RdBu).
SPECTRUM = LinearSegmentedColormap.from_list(
    "spectrum", ["#b3590a", "#f0b46e", "#ececec", "#a9cce3", "#2c6fa6"]
)


@dataclass(frozen=True)
class PlanBar:
    """How many plans address something directly, and how many indirectly."""

    label: str
    direct: int
    indirect: int

    @property
    def total(self) -> int:
        return self.direct + self.indirect


def draw_plan_bars(
    groups: RowGroups[PlanBar], names: tuple[str, str], none: str, count: Callable[[float], str]
) -> bytes:
    """A bar of two parts a row, and ``none`` in a box where no plan addresses it.

    ``names`` say what direct and indirect mean.
    """
    kinds = zip(names, (DIRECT_STYLE, INDIRECT_STYLE), strict=True)
    handles = [Patch(label=label, lw=0.8, **how) for label, how in kinds]
    tall = compute_bar_row_height(groups)
    figure, axes = create_bar_axes(
        compute_rows_height(groups, tall), style.measure_legend_height(handles) + 0.1, right=1.0
    )
    most = max((row.total for row in flatten_rows(groups)), default=1) or 1
    axes.set_xlim(0, most)
    axes.axvline(0, color=style.GREY, lw=1)
    for y, row in lay_out_rows(axes, groups, tall):
        write_label(axes, 0, y, style.fit_label(row.label, 36))
        if not row.total:
            write_no_plan(axes, y, none)
            continue
        left = 0
        for part, how in ((row.direct, DIRECT_STYLE), (row.indirect, INDIRECT_STYLE)):
            axes.barh(y, part, BAR_HEIGHT, left, lw=0.8 if part else 0, **how)
            if part >= MIN_COUNTED_PART * most:
                write_inside_bar(axes, left + part / 2, y, count(part), how["facecolor"])
            left += part
        axes.text(left + 0.012 * most, y, count(row.total), va="center", weight="bold")
    style.draw_legend(figure, handles)
    return style.render_svg(figure)


def draw_rating_bars(
    groups: RowGroups[Bar],
    names: Sequence[str],
    hidden: str,
    heads: Sequence[str],
    percent: Callable[[float], str],
) -> bytes:
    """How ratings spread over the points of a scale, worst first, all bars of the same length.

    A bar's parts are shares that add up to 1, None where hidden; its notes stand at the right under
    ``heads``. ``names`` are the points.
    """
    colours = list_spectrum_colours(len(names))
    handles = list(list_rating_handles(flatten_rows(groups), names, hidden))
    right = 0.2 + 2.1 * len(heads)
    tall = compute_bar_row_height(groups)
    figure, axes = create_bar_axes(
        compute_rows_height(groups, tall), style.measure_legend_height(handles) + 0.55, right
    )
    step = 2.05 / (style.SHEET_WIDTH - STACK_LABELS_WIDTH - right)
    edges = [1 + step * place for place in range(1, len(heads) + 1)]
    write_notes(axes, edges, -0.25, heads)
    for y, bar in lay_out_rows(axes, groups, tall):
        write_label(axes, 0, y, style.fit_label(bar.label, 36))
        write_notes(axes, edges, y, bar.notes)
        if bar.parts is None:
            axes.barh(y, 1, BAR_HEIGHT, lw=0, **style.HIDDEN_STYLE)
            continue
        left = 0.0
        for part, colour in zip(bar.parts, colours, strict=True):
            axes.barh(y, part, BAR_HEIGHT, left, color=colour, edgecolor="white", lw=0.8)
            if part >= MIN_NUMBERED_SHARE:
                write_inside_bar(axes, left + part / 2, y, percent(part), colour)
            left += part
    style.draw_legend(figure, handles)
    return style.render_svg(figure)


def list_spectrum_colours(count: int) -> list[str]:
    """So many colours from worst to best."""
    return [to_hex(SPECTRUM(i / max(1, count - 1))) for i in range(count)]


def compute_bar_row_height(groups: RowGroups[PlanBar] | RowGroups[Bar]) -> float:
    """The height of a row."""
    return style.fit_row_height(
        (row.label for _, rows in groups for row in rows), 36, STACK_ROW_HEIGHT
    )


def create_bar_axes(tall: float, above: float, right: float) -> tuple[Figure, Axes]:
    """Room for rows of ``tall`` cm in all under ``above`` cm; the bars run from 0 to 1."""
    figure, axes = style.create_sheet(tall + above, STACK_LABELS_WIDTH, right, top=above, bottom=0)
    axes.set(xlim=(0, 1), ylim=(tall, 0))
    style.hide_frame(axes)
    axes.set_yticks([])
    return figure, axes


def write_inside_bar(axes: Axes, x: float, y: float, text: str, colour: str) -> None:
    """A number in the middle of a part, on a ground that no hatching crosses."""
    ground = {"facecolor": colour, "edgecolor": "none", "pad": 1.0}
    write_number(axes, x, y, text, style.pick_ink(colour), bbox=ground)


def write_no_plan(axes: Axes, y: float, none: str) -> None:
    """What stands in place of a bar."""
    box = {"facecolor": style.PAPER, "edgecolor": style.ORANGE, "lw": 1.1, "pad": 2.2}
    how: dict[str, Any] = {"size": 8, "weight": "bold", "color": "#8a4208", "bbox": box}
    axes.annotate(none, (0, y), (6, 0), textcoords="offset points", va="center", **how)


def list_rating_handles(bars: Sequence[Bar], names: Sequence[str], hidden: str) -> Iterator[Artist]:
    """The key: the points, and hatching where it occurs."""
    for colour, label in zip(list_spectrum_colours(len(names)), names, strict=True):
        yield Patch(facecolor=colour, edgecolor=style.GREY, lw=0.5, label=label)
    if any(bar.parts is None for bar in bars):
        yield style.build_hidden_handle(hidden)

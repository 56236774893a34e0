"""Shares of groups, or of two waves, with their ranges: what differs, and what only seems to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from reports.charts import style
from reports.charts.bar_charts import write_label, write_notes
from reports.charts.row_layout import RowGroups, compute_rows_height, flatten_rows, lay_out_rows
from reports.statistics.ranges import Range

#: What tells the groups apart: a colour and a mark each, used again after the last.
SERIES_STYLES = (
    (style.BLUE, "o"),
    (style.ORANGE, "D"),
    ("#45515e", "s"),
    ("#6ba6d1", "^"),
    ("#8a5a9e", "v"),
    ("#9a7d00", "P"),
    ("#2b8577", "X"),
)
#: The height of one dot's line, what a row has beside its dots, and the lowest row, in cm.
DOT_LINE_HEIGHT, ROW_GAP, DOT_ROW_HEIGHT = 0.33, 0.16, 0.54
DOT_LABELS_WIDTH = 5.0
EARLIER_COLOUR = "#45515e"


@dataclass(frozen=True)
class Dot:
    """A share of 0-1 and its range; None where hidden. ``n`` is the number of people, as text.

    ``is_filled`` fills the mark: a difference that stands after correction, or enough people.
    """

    share: float | None
    around: Range | None = None
    is_filled: bool = True
    n: str = ""


@dataclass(frozen=True)
class DotRow:
    """One question, with a dot for each group in the order of their names."""

    label: str
    dots: Sequence[Dot]


@dataclass(frozen=True)
class WaveChange:
    """One question in two waves; ``notes`` are the texts at the end of its row."""

    label: str
    before: Dot
    now: Dot
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class DotLegend:
    """The words of the key: filled and hollow marks, the line around a dot, hatching."""

    filled: str
    hollow: str
    around: str
    hidden: str


def draw_dot_plot(
    groups: RowGroups[DotRow],
    names: Sequence[str],
    key: DotLegend,
    head: str,
    percent: Callable[[float], str],
) -> bytes:
    """A line for each dot, the dots of a row under one another, n at the right under ``head``.

    ``names`` name the dots of a row; with one name this is a ranking with ranges.
    """
    shown = [dot for row in flatten_rows(groups) for dot in row.dots]
    handles = [*list_series_handles(names), *list_dot_handles(shown, key)]
    tall = max(compute_dot_row_height(groups), len(names) * DOT_LINE_HEIGHT + ROW_GAP)
    figure, axes = create_dot_axes(compute_rows_height(groups, tall), handles, shown, 1.4, percent)
    right = locate_right_edge(axes, 1.2)
    write_notes(axes, [right], -0.25, [head])
    for y, row in lay_out_rows(axes, groups, tall):
        write_label(axes, 0, y, style.fit_label(row.label, 34, max(2, len(names))))
        for index, dot in enumerate(row.dots):
            at = y + (index + 0.5 - len(row.dots) / 2) * DOT_LINE_HEIGHT
            draw_dot(axes, dot, at, *SERIES_STYLES[index % len(SERIES_STYLES)])
            write_notes(axes, [right], at, [dot.n])
        axes.axhline(y + tall / 2, color=style.RULE, linewidth=0.5)
    style.draw_legend(figure, handles)
    return style.render_svg(figure)


def draw_wave_plot(
    groups: RowGroups[WaveChange],
    names: tuple[str, str],
    key: DotLegend,
    heads: Sequence[str],
    percent: Callable[[float], str],
) -> bytes:
    """From the last wave (a hollow square) to this one (a dot with its range), one row each.

    Dot and line are filled and whole where the change stands (``key.filled``), hollow and dotted
    where it does not (``key.hollow``). ``heads`` stand over the notes at the right.
    """
    rows = flatten_rows(groups)
    handles = [*list_wave_handles(names), *list_change_handles(rows, key)]
    shown = [dot for row in rows for dot in (row.before, row.now)]
    tall = compute_dot_row_height(groups)
    figure, axes = create_dot_axes(
        compute_rows_height(groups, tall), handles, shown, 0.2 + 1.5 * len(heads), percent
    )
    edges = [locate_right_edge(axes, 1.4 * place) for place in range(1, len(heads) + 1)]
    write_notes(axes, edges, -0.25, heads)
    for y, row in lay_out_rows(axes, groups, tall):
        write_label(axes, 0, y, style.fit_label(row.label, 34))
        draw_wave_change(axes, row, y)
        write_notes(axes, edges, y, row.notes)
    style.draw_legend(figure, handles)
    return style.render_svg(figure)


def compute_dot_row_height(groups: RowGroups[DotRow] | RowGroups[WaveChange]) -> float:
    """The height of a row with one dot."""
    return style.fit_row_height(
        (row.label for _, rows in groups for row in rows), 34, DOT_ROW_HEIGHT
    )


def create_dot_axes(
    tall: float,
    handles: Sequence[Artist],
    shown: Sequence[Dot],
    right: float,
    percent: Callable[[float], str],
) -> tuple[Figure, Axes]:
    """Axes of shares from 0 to the farthest range, ``tall`` cm, without anything on them."""
    above = style.measure_legend_height(handles) + 0.5
    figure, axes = style.create_sheet(
        tall + above + 0.6, DOT_LABELS_WIDTH, right, above, bottom=0.6
    )
    ends = [dot.around.high if dot.around else dot.share for dot in shown if dot.share is not None]
    axes.set(xlim=(0, max([0.1, *(min(1.0, end) for end in ends)]) * 1.03), ylim=(tall, 0))
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda share, _: percent(share)))
    axes.grid(axis="x", color=style.RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    return figure, axes


def locate_right_edge(axes: Axes, centimetres: float) -> float:
    """The place so far to the right of the axes."""
    _, end = axes.get_xlim()
    width = axes.get_position().width * style.SHEET_WIDTH
    return float(end * (1 + centimetres / width))


def draw_dot(axes: Axes, dot: Dot, y: float, colour: str, mark: str) -> None:
    """A mark with its range; hatching where the share is hidden."""
    if dot.share is None:
        width = 0.05 * axes.get_xlim()[1]
        axes.barh(y, width, DOT_LINE_HEIGHT * 0.75, lw=0, **style.HIDDEN_STYLE)
        return
    if dot.around is not None:
        axes.plot([dot.around.low, dot.around.high], [y, y], color=colour, lw=1.6, alpha=0.45)
    face = colour if dot.is_filled else style.PAPER
    # Not clipped: the edge of the axes would cut a mark at 0 or at the far end in half.
    axes.plot(dot.share, y, mark, color=colour, ms=5.8, mew=1.3, mfc=face, clip_on=False)


def draw_wave_change(axes: Axes, row: WaveChange, y: float) -> None:
    """One row of two waves."""
    before, now = row.before, row.now
    if before.share is not None and now.share is not None:
        style_of = "-" if now.is_filled else ":"
        ends = [before.share, now.share]
        axes.plot(ends, [y, y], color=style.INK, lw=1.3, linestyle=style_of, zorder=1.5)
    if before.share is not None:
        axes.plot(
            before.share, y, "s", color=EARLIER_COLOUR, ms=5.2, mfc=style.PAPER, clip_on=False
        )
    draw_dot(axes, now, y, style.BLUE, "o")


def list_series_handles(names: Sequence[str]) -> Iterator[Artist]:
    """The groups, where there is more than one."""
    for index, name in enumerate(names if len(names) > 1 else ()):
        colour, mark = SERIES_STYLES[index % len(SERIES_STYLES)]
        yield Line2D([], [], marker=mark, color=colour, linestyle="", ms=5.8, label=name)


def list_dot_handles(dots: Sequence[Dot], key: DotLegend) -> Iterator[Artist]:
    """What marks mean, of those that occur."""
    shown = [dot for dot in dots if dot.share is not None]
    kinds = {dot.is_filled for dot in shown}
    for stands, label in ((True, key.filled), (False, key.hollow)):
        if stands in kinds and label:
            colour = style.INK if stands else style.PAPER
            yield Line2D(
                [], [], marker="o", ls="", ms=5.8, color=style.INK, mfc=colour, label=label
            )
    if any(dot.around for dot in shown):
        yield Line2D([], [], color=style.GREY, lw=1.8, label=key.around)
    if len(shown) < len(dots):
        yield style.build_hidden_handle(key.hidden)


def list_wave_handles(names: tuple[str, str]) -> Iterator[Artist]:
    """The two waves."""
    before, now = names
    yield Line2D(
        [], [], marker="s", ls="", color=EARLIER_COLOUR, mfc=style.PAPER, ms=5.5, label=before
    )
    yield Line2D([], [], marker="o", ls="", color=style.BLUE, ms=5.8, label=now)


def list_change_handles(rows: Sequence[WaveChange], key: DotLegend) -> Iterator[Artist]:
    """Lines between two waves, of those that occur, ranges and hatching."""
    both = [row.now.is_filled for row in rows if None not in (row.before.share, row.now.share)]
    for stands, label in ((True, key.filled), (False, key.hollow)):
        if stands in both:
            yield Line2D([], [], color=style.INK, ls="-" if stands else ":", label=label)
    if any(row.now.around for row in rows):
        yield Line2D([], [], color=style.BLUE, alpha=0.45, lw=1.8, label=key.around)
    if any(row.now.share is None for row in rows):
        yield style.build_hidden_handle(key.hidden)

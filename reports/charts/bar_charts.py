"""Bars, stacked bars and columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from reports.charts import style

#: The lowest row, a bar in it, and a heading, in cm.
BAR_ROW_HEIGHT, BAR_HEIGHT, HEADING_HEIGHT = 0.5, 0.38, 0.65
#: The narrowest share that has room for its number.
MIN_NUMBERED_SHARE = 0.07
#: What was begun and what was sent on a day.
DAY_COLOURS = (style.PALE_BLUE, style.BLUE)
#: The room for the labels of a panel, in cm.
PANEL_MARGIN = 3.8
#: The fewest days that an axis has room for.
MIN_DAYS = 7
#: The colours of two things shown for the same rows.
PAIR_COLOURS = (style.BLUE, "#e2a35c")


@dataclass(frozen=True)
class Bar:
    """A labelled row. ``parts`` are shares or counts; None where the figures are hidden."""

    label: str
    parts: tuple[float, ...] | None
    notes: tuple[str, ...] = ()


def draw_distribution(
    groups: Sequence[tuple[str, Sequence[Bar]]],
    names: Sequence[str],
    notes: Sequence[str],
    percent: Callable[[float], str],
) -> bytes:
    """Four-point ratings, the weak half to the left of the middle, the strong half to the right.

    ``names`` are the four points, weakest first; ``notes`` head the columns at the right.
    """
    bars = [bar for _, group in groups for bar in group]
    row = style.fit_row_height((bar.label for bar in bars), 34, BAR_ROW_HEIGHT)
    height = len(bars) * row + len(groups) * HEADING_HEIGHT
    left, right = 5.0, 2.9
    figure, axes = style.create_sheet(height + 1.3, left, right, top=1.2, bottom=0.1)
    reach = max((max(sum(p[:2]), sum(p[2:])) for bar in bars if (p := bar.parts)), default=1)
    axes.set(xlim=(-reach, reach), ylim=(height, 0))
    style.hide_frame(axes)
    axes.set_yticks([])
    centimetre = 2 * reach / (style.SHEET_WIDTH - left - right)
    edges = [reach + centimetre * place for place in (1.1, 2.8)]
    y = 0.0
    for heading, group in groups:
        write_notes(axes, edges, y + HEADING_HEIGHT * 0.62, notes if y == 0 else ())
        write_label(axes, -reach, y + HEADING_HEIGHT * 0.62, heading, weight="bold")
        y += HEADING_HEIGHT
        for bar in group:
            write_label(axes, -reach, y + row / 2, style.fit_label(bar.label, 34))
            draw_opposed_bar(axes, bar, y + row / 2, percent)
            write_notes(axes, edges, y + row / 2, bar.notes)
            y += row
    axes.axvline(0, color=style.INK, linewidth=0.8)
    handles = [
        Patch(color=colour, label=name)
        for colour, name in zip(style.STRENGTH_COLOURS, names, strict=True)
    ]
    style.draw_inline_legend(axes, handles, 0.35)
    return style.render_svg(figure)


def write_label(axes: Axes, x: float, y: float, text: str, **how: Any) -> None:
    """What a row is, a little to the left of ``x``."""
    axes.annotate(text, (x, y), (-6, 0), textcoords="offset points", ha="right", va="center", **how)


def write_notes(axes: Axes, edges: Sequence[float], y: float, texts: Sequence[str]) -> None:
    """Small figures at the right, each flush with its edge."""
    for edge, text in zip(edges, texts, strict=False):
        axes.text(edge, y, text, ha="right", va="center", color=style.MUTED)


def draw_opposed_bar(axes: Axes, bar: Bar, y: float, percent: Callable[[float], str]) -> None:
    """One bar around the middle; a hatched dash if it is hidden."""
    if bar.parts is None:
        draw_hidden_bar(axes, y, -0.06, 0.12)
        return
    left = -sum(bar.parts[:2])
    # Outermost is the strongest judgement on either side.
    for part, colour in zip(bar.parts, style.STRENGTH_COLOURS, strict=True):
        axes.barh(y, part, BAR_HEIGHT, left, color=colour)
        if part >= MIN_NUMBERED_SHARE:
            dark = colour in (style.STRENGTH_COLOURS[0], style.STRENGTH_COLOURS[-1])
            write_number(
                axes, left + part / 2, y, percent(part), style.PAPER if dark else style.INK
            )
        left += part


def write_number(axes: Axes, x: float, y: float, text: str, colour: str, **how: Any) -> None:
    """A small number in the middle of a mark."""
    axes.text(x, y, text, ha="center", va="center", color=colour, size=7.5, **how)


def draw_hidden_bar(axes: Axes, y: float, left: float, width: float) -> None:
    """Where a bar would be: too few people to show it."""
    axes.barh(y, width, BAR_HEIGHT, left, color="#f3f5f7", edgecolor=style.GREY, hatch="/////")
    write_number(axes, left + width / 2, y, "–", style.INK)


def draw_ranked_bars(
    bars: Sequence[Bar], names: Sequence[str], percent: Callable[[float], str]
) -> bytes:
    """Shares as bars in the order given; a second part is a thin bar under the first.

    ``names`` say what the one and the other are.
    """
    wrapped = any("\n" in style.fit_label(bar.label, 38) for bar in bars)
    row = 0.78 if wrapped else 0.5 if len(names) == 1 else 0.68
    figure, axes = style.create_sheet(
        len(bars) * row + 1.0, left=5.6, right=1.2, top=0.8, bottom=0.1
    )
    most = max((max(bar.parts) for bar in bars if bar.parts), default=1) or 1
    axes.set(xlim=(0, most), ylim=(len(bars) * row, 0))
    style.hide_frame(axes)
    axes.set_yticks([])
    shapes = ((0.0, 0.34),) if len(names) == 1 else ((-0.14, 0.26), (0.14, 0.18))
    for index, bar in enumerate(bars):
        y = (index + 0.5) * row
        write_label(axes, 0, y, style.fit_label(bar.label, 38))
        pairs = zip(bar.parts or (), shapes, PAIR_COLOURS, strict=False)
        for part, (offset, thick), colour in pairs:
            axes.barh(y + offset, part, thick, color=colour)
            axes.text(part + 0.012 * most, y + offset, percent(part), va="center", size=7)
    handles = [Patch(color=c, label=name) for c, name in zip(PAIR_COLOURS, names, strict=False)]
    style.draw_inline_legend(axes, handles, 0.25)
    return style.render_svg(figure)


def draw_dot_pairs(
    bars: Sequence[Bar], names: tuple[str, str], percent: Callable[[float], str]
) -> bytes:
    """Two shares a row as two dots on one line: how far two kinds of people are apart."""
    row = 0.45
    figure, axes = style.create_sheet(
        len(bars) * row + 1.6, left=5.0, right=1.0, top=0.8, bottom=0.7
    )
    axes.set(xlim=(0, 1), ylim=(len(bars) * row, 0))
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], [percent(x) for x in (0, 0.25, 0.5, 0.75, 1)])
    axes.grid(axis="x", color=style.RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    for index, bar in enumerate(bars):
        y = (index + 0.5) * row
        write_label(axes, 0, y, style.fit_label(bar.label, 34))
        if bar.parts:
            first, second = bar.parts
            axes.plot([first, second], [y, y], color=style.GREY, linewidth=2, zorder=1)
            axes.plot(first, y, "o", color=style.BLUE, markersize=6.5)
            axes.plot(second, y, "D", color=style.ORANGE, markersize=5.5)
    marks = (("o", style.BLUE), ("D", style.ORANGE))
    handles = [
        Line2D([], [], marker=mark, color=colour, linestyle="", label=name, markersize=6)
        for (mark, colour), name in zip(marks, names, strict=True)
    ]
    style.draw_inline_legend(axes, handles, 0.25)
    return style.render_svg(figure)


def draw_stacked_counts(
    bars: Sequence[Bar], names: Sequence[str], count: Callable[[float], str]
) -> bytes:
    """Counts that make up a whole, one bar a row."""
    row = style.fit_row_height((bar.label for bar in bars), 32, 0.6)
    figure, axes = style.create_sheet(
        len(bars) * row + 1.0, left=4.6, right=1.5, top=0.8, bottom=0.1
    )
    most = max((sum(bar.parts or ()) for bar in bars), default=1) or 1
    axes.set(xlim=(0, most), ylim=(len(bars) * row, 0))
    style.hide_frame(axes)
    axes.set_yticks([])
    for index, bar in enumerate(bars):
        y, left = (index + 0.5) * row, 0.0
        write_label(axes, 0, y, style.fit_label(bar.label, 32))
        for part, colour in zip(bar.parts or (), style.PROGRESS_COLOURS, strict=False):
            axes.barh(y, part, BAR_HEIGHT, left, color=colour)
            if part >= MIN_NUMBERED_SHARE * most:
                dark = colour == style.PROGRESS_COLOURS[0]
                write_number(
                    axes, left + part / 2, y, count(part), style.PAPER if dark else style.INK
                )
            left += part
        axes.text(left + 0.012 * most, y, count(left), va="center", weight="bold")
    handles = [
        Patch(color=colour, label=name)
        for colour, name in zip(style.PROGRESS_COLOURS, names, strict=True)
    ]
    style.draw_inline_legend(axes, handles, 0.25)
    return style.render_svg(figure)


def draw_day_columns(
    labels: Sequence[str],
    begun: Sequence[int],
    sent: Sequence[int],
    names: tuple[str, str],
    period: tuple[str, float, float] | None,
) -> bytes:
    """Two counts a day, side by side; ``period`` is shaded: its name, positions on the axis.

    ``names`` say what the two columns are.
    """
    figure, axes = style.create_sheet(5.2, left=1.0, right=0.2, top=0.8, bottom=0.8)
    places = range(len(labels))
    handles = [Patch(color=c, label=n) for c, n in zip(DAY_COLOURS, names, strict=True)]
    if period is not None:
        name, begins, ends = period
        axes.axvspan(begins - 0.5, ends - 0.5, color="#eef2f6", zorder=0)
        handles.append(Patch(color="#e3e9ef", label=name))
    for aside, counts, colour in zip((-0.2, 0.2), (begun, sent), DAY_COLOURS, strict=True):
        axes.bar([x + aside for x in places], counts, 0.4, color=colour)
    axes.set_xlim(-0.6, max(len(labels), MIN_DAYS) - 0.4)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axes.set_ylim(0, max([*begun, *sent, 4]) * 1.05)
    axes.grid(axis="y", color=style.RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    step = max(1, -(-len(labels) // 11))
    axes.set_xticks(list(places)[::step], labels[::step])
    style.draw_inline_legend(axes, handles, 0.25)
    return style.render_svg(figure)


def draw_panels(
    titled: Sequence[tuple[str, Sequence[Bar]]], percent: Callable[[float], str], abreast: int = 2
) -> bytes:
    """Small groups of bars, ``abreast`` of them beside each other. A bar's note stands after it."""
    rows = [titled[i : i + abreast] for i in range(0, len(titled), abreast)]
    heights = [max(len(bars) for _, bars in row) * 0.5 + 1.1 for row in rows]
    figure, _ = style.create_sheet(sum(heights), 0, 0, 0, 0)
    figure.clear()
    width, top = style.SHEET_WIDTH / abreast, sum(heights)
    for row, height in zip(rows, heights, strict=True):
        for index, (title, bars) in enumerate(row):
            tall = len(bars) * 0.5
            box = (index * width + PANEL_MARGIN, top - 0.7 - tall, width - PANEL_MARGIN - 1.9, tall)
            draw_panel(style.add_axes_at(figure, *box), title, bars, percent)
        top -= height
    return style.render_svg(figure)


def draw_panel(
    axes: Axes, title: str, bars: Sequence[Bar], percent: Callable[[float], str]
) -> None:
    """One group of bars under its title."""
    most = max((bar.parts[0] for bar in bars if bar.parts), default=1) or 1
    axes.set(xlim=(0, most), ylim=(len(bars), 0))
    style.hide_frame(axes)
    axes.set_yticks([])
    axes.annotate(
        title,
        (0, 1),
        (-PANEL_MARGIN * 72 * style.INCHES_PER_CM, 5),
        "axes fraction",
        "offset points",
        weight="bold",
    )
    for y, bar in enumerate(bars):
        write_label(axes, 0, y + 0.5, style.fit_label(bar.label, 25, 1), size=8)
        if bar.parts is None:
            axes.barh(
                y + 0.5, 0.12 * most, 0.66, color="#f3f5f7", edgecolor=style.GREY, hatch="/////"
            )
            write_number(axes, 0.06 * most, y + 0.5, "–", style.INK)
            continue
        axes.barh(y + 0.5, bar.parts[0], 0.66, color=style.BLUE)
        note = "".join(f"  ({n})" for n in bar.notes)
        text = percent(bar.parts[0]) + note
        axes.text(bar.parts[0] + 0.03 * most, y + 0.5, text, va="center", size=7.5)


def draw_medians(
    bars: Sequence[Bar], points: Sequence[str], names: tuple[str, str], notes: Sequence[str]
) -> bytes:
    """Median, lower and upper quartile a row, on a scale of 1 to the number of ``points``.

    ``notes`` head the columns at the right.
    """
    left, right, last = 5.6, 3.2, len(points)
    row = style.fit_row_height((bar.label for bar in bars), 38, BAR_ROW_HEIGHT)
    figure, axes = style.create_sheet(len(bars) * row + 2.0, left, right, top=1.3, bottom=0.7)
    axes.set(xlim=(0.5, last + 0.5), ylim=(len(bars) * row, 0))
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])
    axes.set_xticks(range(1, last + 1), [style.fit_label(p, 15, 2) for p in points], size=7.5)
    axes.grid(axis="x", color=style.RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    edges = [last + 0.5 + last * place / (style.SHEET_WIDTH - left - right) for place in (0.9, 3.1)]
    write_notes(axes, edges, -0.25, notes)
    for index, bar in enumerate(bars):
        y = (index + 0.5) * row
        write_label(axes, 0.5, y, style.fit_label(bar.label, 38))
        write_notes(axes, edges, y, bar.notes)
        if bar.parts is None:
            write_number(axes, (last + 1) / 2, y, "–", style.INK)
            continue
        median, lower, upper = bar.parts
        axes.plot([lower, upper], [y, y], color=style.PALE_BLUE, linewidth=5, zorder=1)
        axes.plot(median, y, "o", color=style.BLUE, markersize=7)
    handles = [
        Line2D([], [], marker="o", color=style.BLUE, linestyle="", label=names[0]),
        Line2D([], [], color=style.PALE_BLUE, linewidth=5, label=names[1]),
    ]
    style.draw_inline_legend(axes, handles, 0.65)
    return style.render_svg(figure)

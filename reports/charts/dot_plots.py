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
from reports.charts.bar_charts import note, write_label
from reports.charts.row_layout import Groups, every, height, laid
from reports.statistics.ranges import Range

#: What tells the groups apart: a colour and a mark each, used again after the last.
SERIES = (
    (style.BLUE, "o"),
    (style.ORANGE, "D"),
    ("#45515e", "s"),
    ("#6ba6d1", "^"),
    ("#8a5a9e", "v"),
    ("#9a7d00", "P"),
    ("#2b8577", "X"),
)
#: The height of one dot's line, what a row has beside its dots, and the lowest row, in cm.
LINE, GAP, LEAST = 0.33, 0.16, 0.54
LEFT = 5.0
EARLIER = "#45515e"


@dataclass(frozen=True)
class Dot:
    """A share of 0-1 and its range; None where hidden. ``n`` is the number of people, as text.

    ``stands`` fills the mark: a difference that stands after correction, or enough people.
    """

    share: float | None
    around: Range | None = None
    stands: bool = True
    n: str = ""


@dataclass(frozen=True)
class Row:
    """One question, with a dot for each group in the order of their names."""

    label: str
    dots: Sequence[Dot]


@dataclass(frozen=True)
class Change:
    """One question in two waves. ``now.stands`` says whether the change does; ``notes`` end it."""

    label: str
    before: Dot
    now: Dot
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Key:
    """The words of the key: filled and hollow marks, the line around a dot, hatching."""

    filled: str
    hollow: str
    around: str
    hidden: str


def dots(
    groups: Groups[Row],
    names: Sequence[str],
    key: Key,
    head: str,
    percent: Callable[[float], str],
) -> bytes:
    """A line for each dot, the dots of a row under one another, n at the right under ``head``.

    ``names`` name the dots of a row; with one name this is a ranking with ranges.
    """
    shown = [dot for row in every(groups) for dot in row.dots]
    handles = [*series(names), *explained(shown, key)]
    tall = max(pitch(groups), len(names) * LINE + GAP)
    figure, axes = field(height(groups, tall), handles, shown, 1.4, percent)
    right = edge(axes, 1.2)
    note(axes, [right], -0.25, [head])
    for y, row in laid(axes, groups, tall):
        write_label(axes, 0, y, style.fit(row.label, 34, max(2, len(names))))
        for index, dot in enumerate(row.dots):
            at = y + (index + 0.5 - len(row.dots) / 2) * LINE
            draw(axes, dot, at, *SERIES[index % len(SERIES)])
            note(axes, [right], at, [dot.n])
        axes.axhline(y + tall / 2, color=style.RULE, linewidth=0.5)
    style.key(figure, handles)
    return style.svg(figure)


def waves(
    groups: Groups[Change],
    names: tuple[str, str],
    key: Key,
    heads: Sequence[str],
    percent: Callable[[float], str],
) -> bytes:
    """From the last wave (a hollow square) to this one (a dot with its range), one row each.

    Dot and line are filled and whole where the change stands (``key.filled``), hollow and dotted
    where it does not (``key.hollow``). ``heads`` stand over the notes at the right.
    """
    rows = every(groups)
    handles = [*of_waves(names), *lines(rows, key)]
    shown = [dot for row in rows for dot in (row.before, row.now)]
    tall = pitch(groups)
    figure, axes = field(height(groups, tall), handles, shown, 0.2 + 1.5 * len(heads), percent)
    edges = [edge(axes, 1.4 * place) for place in range(1, len(heads) + 1)]
    note(axes, edges, -0.25, heads)
    for y, row in laid(axes, groups, tall):
        write_label(axes, 0, y, style.fit(row.label, 34))
        step(axes, row, y)
        note(axes, edges, y, row.notes)
    style.key(figure, handles)
    return style.svg(figure)


def pitch(groups: Groups[Row] | Groups[Change]) -> float:
    """The height of a row with one dot."""
    return style.pitch((row.label for _, rows in groups for row in rows), 34, LEAST)


def field(
    tall: float,
    handles: Sequence[Artist],
    shown: Sequence[Dot],
    right: float,
    percent: Callable[[float], str],
) -> tuple[Figure, Axes]:
    """Axes of shares from 0 to the farthest range, ``tall`` cm, without anything on them."""
    above = style.key_height(handles) + 0.5
    figure, axes = style.sheet(tall + above + 0.6, LEFT, right, above, bottom=0.6)
    ends = [dot.around.high if dot.around else dot.share for dot in shown if dot.share is not None]
    axes.set(xlim=(0, max([0.1, *(min(1.0, end) for end in ends)]) * 1.03), ylim=(tall, 0))
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda share, _: percent(share)))
    axes.grid(axis="x", color=style.RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    return figure, axes


def edge(axes: Axes, centimetres: float) -> float:
    """The place so far to the right of the axes."""
    _, end = axes.get_xlim()
    width = axes.get_position().width * style.WIDTH
    return float(end * (1 + centimetres / width))


def draw(axes: Axes, dot: Dot, y: float, colour: str, mark: str) -> None:
    """A mark with its range; hatching where the share is hidden."""
    if dot.share is None:
        width = 0.05 * axes.get_xlim()[1]
        axes.barh(y, width, LINE * 0.75, lw=0, **style.HIDDEN)
        return
    if dot.around is not None:
        axes.plot([dot.around.low, dot.around.high], [y, y], color=colour, lw=1.6, alpha=0.45)
    face = colour if dot.stands else style.PAPER
    axes.plot(dot.share, y, mark, color=colour, ms=5.8, mew=1.3, mfc=face, clip_on=False)


def step(axes: Axes, row: Change, y: float) -> None:
    """One row of two waves."""
    before, now = row.before, row.now
    if before.share is not None and now.share is not None:
        style_of = "-" if now.stands else ":"
        ends = [before.share, now.share]
        axes.plot(ends, [y, y], color=style.INK, lw=1.3, linestyle=style_of, zorder=1.5)
    if before.share is not None:
        axes.plot(before.share, y, "s", color=EARLIER, ms=5.2, mfc=style.PAPER, clip_on=False)
    draw(axes, now, y, style.BLUE, "o")


def series(names: Sequence[str]) -> Iterator[Artist]:
    """The groups, where there is more than one."""
    for index, name in enumerate(names if len(names) > 1 else ()):
        colour, mark = SERIES[index % len(SERIES)]
        yield Line2D([], [], marker=mark, color=colour, linestyle="", ms=5.8, label=name)


def explained(dots: Sequence[Dot], key: Key) -> Iterator[Artist]:
    """What marks mean, of those that occur."""
    shown = [dot for dot in dots if dot.share is not None]
    kinds = {dot.stands for dot in shown}
    for stands, label in ((True, key.filled), (False, key.hollow)):
        if stands in kinds and label:
            colour = style.INK if stands else style.PAPER
            yield Line2D(
                [], [], marker="o", ls="", ms=5.8, color=style.INK, mfc=colour, label=label
            )
    if any(dot.around for dot in shown):
        yield Line2D([], [], color=style.GREY, lw=1.8, label=key.around)
    if len(shown) < len(dots):
        yield style.hatch(key.hidden)


def of_waves(names: tuple[str, str]) -> Iterator[Artist]:
    """The two waves."""
    before, now = names
    yield Line2D([], [], marker="s", ls="", color=EARLIER, mfc=style.PAPER, ms=5.5, label=before)
    yield Line2D([], [], marker="o", ls="", color=style.BLUE, ms=5.8, label=now)


def lines(rows: Sequence[Change], key: Key) -> Iterator[Artist]:
    """Lines between two waves, of those that occur, ranges and hatching."""
    both = [row.now.stands for row in rows if None not in (row.before.share, row.now.share)]
    for stands, label in ((True, key.filled), (False, key.hollow)):
        if stands in both:
            yield Line2D([], [], color=style.INK, ls="-" if stands else ":", label=label)
    if any(row.now.around for row in rows):
        yield Line2D([], [], color=style.BLUE, alpha=0.45, lw=1.8, label=key.around)
    if any(row.now.share is None for row in rows):
        yield style.hatch(key.hidden)

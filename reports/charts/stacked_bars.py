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
from reports.charts.bar_charts import ROOM, THICK, Bar, note, write, write_label
from reports.charts.row_layout import Groups, every, height, laid

#: The room for labels and the lowest row, in cm.
LEFT, ROW = 5.4, 0.54
#: The narrowest part, of the longest bar, that has room for a count.
NARROW = 0.03
#: Directly and indirectly: dark and whole, light and hatched.
DIRECT: dict[str, Any] = {"facecolor": style.BLUE, "edgecolor": style.BLUE}
INDIRECT: dict[str, Any] = {"facecolor": "#e3edf5", "edgecolor": style.BLUE, "hatch": "////"}
#: From worst to best (after ColorBrewer's PuOr and RdBu).
SPECTRUM = LinearSegmentedColormap.from_list(
    "spectrum", ["#b3590a", "#f0b46e", "#ececec", "#a9cce3", "#2c6fa6"]
)


@dataclass(frozen=True)
class Addressed:
    """How many plans address something directly, and how many indirectly."""

    label: str
    direct: int
    indirect: int

    @property
    def total(self) -> int:
        return self.direct + self.indirect


def addressed(
    groups: Groups[Addressed], names: tuple[str, str], none: str, count: Callable[[float], str]
) -> bytes:
    """A bar of two parts a row, and ``none`` in a box where no plan addresses it.

    ``names`` say what direct and indirect mean.
    """
    kinds = zip(names, (DIRECT, INDIRECT), strict=True)
    handles = [Patch(label=label, lw=0.8, **how) for label, how in kinds]
    tall = pitch(groups)
    figure, axes = field(height(groups, tall), style.key_height(handles) + 0.1, right=1.0)
    most = max((row.total for row in every(groups)), default=1) or 1
    axes.set_xlim(0, most)
    axes.axvline(0, color=style.GREY, lw=1)
    for y, row in laid(axes, groups, tall):
        write_label(axes, 0, y, style.fit(row.label, 36))
        if not row.total:
            nothing(axes, y, none)
            continue
        left = 0
        for part, how in ((row.direct, DIRECT), (row.indirect, INDIRECT)):
            axes.barh(y, part, THICK, left, lw=0.8 if part else 0, **how)
            if part >= NARROW * most:
                inside(axes, left + part / 2, y, count(part), how["facecolor"])
            left += part
        axes.text(left + 0.012 * most, y, count(row.total), va="center", weight="bold")
    style.key(figure, handles)
    return style.svg(figure)


def points(
    groups: Groups[Bar],
    names: Sequence[str],
    hidden: str,
    heads: Sequence[str],
    percent: Callable[[float], str],
) -> bytes:
    """How ratings spread over the points of a scale, worst first, all bars of the same length.

    A bar's parts are shares that add up to 1, None where hidden; its notes stand at the right under
    ``heads``. ``names`` are the points.
    """
    colours = shades(len(names))
    handles = list(explained(every(groups), names, hidden))
    right = 0.2 + 2.1 * len(heads)
    tall = pitch(groups)
    figure, axes = field(height(groups, tall), style.key_height(handles) + 0.55, right)
    step = 2.05 / (style.WIDTH - LEFT - right)
    edges = [1 + step * place for place in range(1, len(heads) + 1)]
    note(axes, edges, -0.25, heads)
    for y, bar in laid(axes, groups, tall):
        write_label(axes, 0, y, style.fit(bar.label, 36))
        note(axes, edges, y, bar.notes)
        if bar.parts is None:
            axes.barh(y, 1, THICK, lw=0, **style.HIDDEN)
            continue
        left = 0.0
        for part, colour in zip(bar.parts, colours, strict=True):
            axes.barh(y, part, THICK, left, color=colour, edgecolor="white", lw=0.8)
            if part >= ROOM:
                inside(axes, left + part / 2, y, percent(part), colour)
            left += part
    style.key(figure, handles)
    return style.svg(figure)


def shades(count: int) -> list[str]:
    """So many colours from worst to best."""
    return [to_hex(SPECTRUM(i / max(1, count - 1))) for i in range(count)]


def pitch(groups: Groups[Addressed] | Groups[Bar]) -> float:
    """The height of a row."""
    return style.pitch((row.label for _, rows in groups for row in rows), 36, ROW)


def field(tall: float, above: float, right: float) -> tuple[Figure, Axes]:
    """Room for rows of ``tall`` cm in all under ``above`` cm; the bars run from 0 to 1."""
    figure, axes = style.sheet(tall + above, LEFT, right, top=above, bottom=0)
    axes.set(xlim=(0, 1), ylim=(tall, 0))
    style.bare(axes)
    axes.set_yticks([])
    return figure, axes


def inside(axes: Axes, x: float, y: float, text: str, colour: str) -> None:
    """A number in the middle of a part, on a ground that no hatching crosses."""
    ground = {"facecolor": colour, "edgecolor": "none", "pad": 1.0}
    write(axes, x, y, text, style.ink_on(colour), bbox=ground)


def nothing(axes: Axes, y: float, none: str) -> None:
    """What stands in place of a bar."""
    box = {"facecolor": style.PAPER, "edgecolor": style.ORANGE, "lw": 1.1, "pad": 2.2}
    how: dict[str, Any] = {"size": 8, "weight": "bold", "color": "#8a4208", "bbox": box}
    axes.annotate(none, (0, y), (6, 0), textcoords="offset points", va="center", **how)


def explained(bars: Sequence[Bar], names: Sequence[str], hidden: str) -> Iterator[Artist]:
    """The key: the points, and hatching where it occurs."""
    for colour, label in zip(shades(len(names)), names, strict=True):
        yield Patch(facecolor=colour, edgecolor=style.GREY, lw=0.5, label=label)
    if any(bar.parts is None for bar in bars):
        yield style.hatch(hidden)

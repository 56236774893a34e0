"""The City Resilience Framework as a wheel: dimensions inside, drivers around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, pi, sin, sqrt
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Wedge

from reports.charts import style

#: Radii in cm: the dimensions, the drivers, and where the labels begin.
CORE_RADIUS, RIM_RADIUS, LABEL_RADIUS = 2.75, 4.5, 4.75
#: The height of a line of a label, in cm, and the letters that fit on it.
LABEL_LINE_HEIGHT, LABEL_LETTERS = 0.36, 25
#: The narrowest slice, in turns, that has room for a name across.
MIN_ACROSS = 0.16


@dataclass(frozen=True)
class WheelSegment:
    """One driver. ``level`` counts the classes from 0, weakest first; None where hidden.

    ``figure`` is what stands in its segment.
    """

    label: str
    level: int | None
    figure: str = ""


@dataclass(frozen=True)
class WheelSlice:
    """A part of the circle, in turns clockwise from the top."""

    start: float
    end: float

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2

    def locate_point(self, radius: float) -> tuple[float, float]:
        """The point in its middle, ``radius`` from the centre."""
        angle = 2 * pi * self.middle
        return radius * sin(angle), radius * cos(angle)

    def build_wedge(self, inner: float, outer: float, **how: Any) -> Wedge:
        # Matplotlib counts degrees from the right and against the clock, we turns from the top with
        # it; so the end becomes the start.
        start, end = 90 - 360 * self.end, 90 - 360 * self.start
        return Wedge((0, 0), outer, start, end, width=outer - inner, **how)


def draw_wheel(
    dimensions: Sequence[tuple[str, Sequence[WheelSegment]]], classes: Sequence[str], hidden: str
) -> bytes:
    """Each driver an equal part of the ring, coloured and marked by its class.

    ``classes`` name the three classes, weakest first; ``hidden`` says what hatching means.
    At least one driver is needed.
    """
    drivers = [driver for _, inside in dimensions for driver in inside]
    slices = [WheelSlice(i / len(drivers), (i + 1) / len(drivers)) for i in range(len(drivers))]
    labels = [style.fit_label(driver.label, LABEL_LETTERS, 5) for driver in drivers]
    half = compute_half_height(labels, slices)
    handles = list(list_wheel_handles(drivers, classes, hidden))
    above = style.measure_legend_height(handles)
    figure, axes = style.create_sheet(2 * half + above, left=0, right=0, top=above, bottom=0)
    axes.set(xlim=(-style.SHEET_WIDTH / 2, style.SHEET_WIDTH / 2), ylim=(-half, half))
    axes.set_axis_off()
    name_dimensions(axes, dimensions, len(drivers))
    for driver, part in zip(drivers, slices, strict=True):
        draw_segment(axes, driver, part)
    name_drivers(axes, labels, slices, half)
    style.draw_legend(figure, handles)
    return style.render_svg(figure)


def compute_half_height(labels: Sequence[str], slices: Sequence[WheelSlice]) -> float:
    """Half the height of the drawing, in cm: the rim and a label, or a full side of labels."""
    sides = (
        sum(
            compute_label_height(t)
            for t, s in zip(labels, slices, strict=True)
            if is_on_right(s) is side
        )
        for side in (True, False)
    )
    most = max(compute_label_height(text) for text in labels)
    return max(LABEL_RADIUS + most, *(side / 2 for side in sides))


def compute_label_height(text: str) -> float:
    """The height of a label with the gap to the next, in cm."""
    return LABEL_LINE_HEIGHT * (text.count("\n") + 1) + 0.12


def is_on_right(part: WheelSlice) -> bool:
    """Whether its label stands to the right."""
    return part.middle <= 0.5


def name_dimensions(
    axes: Axes, dimensions: Sequence[tuple[str, Sequence[WheelSegment]]], count: int
) -> None:
    """The inner part: a name across where the slice is wide, else along its radius."""
    start = 0
    for label, inside in dimensions:
        part = WheelSlice(start / count, (start + len(inside)) / count)
        start += len(inside)
        if not inside:
            continue
        axes.add_artist(
            part.build_wedge(0, CORE_RADIUS, facecolor="#e6ecf2", edgecolor="white", lw=2)
        )
        wide = part.end - part.start
        how: dict[str, Any] = {
            "ha": "center",
            "va": "center",
            "weight": "bold",
            "size": 8,
            "linespacing": 1.1,
        }
        if wide >= MIN_ACROSS:
            x, y = part.locate_point(0 if wide > 0.9 else 1.6)
            axes.text(x, y, style.fit_label(label, 14, 4), **how)
        else:
            x, y = part.locate_point(CORE_RADIUS * 0.55)
            turn = 90 - 360 * part.middle
            upright = turn if is_on_right(part) else turn + 180
            axes.text(x, y, style.fit_label(label, 17, 2), rotation=upright, **how)


def draw_segment(axes: Axes, driver: WheelSegment, part: WheelSlice) -> None:
    """One driver's part of the ring with its figure and its mark."""
    x, y = part.locate_point((CORE_RADIUS + RIM_RADIUS) / 2 + 0.05)
    if driver.level is None:
        axes.add_artist(part.build_wedge(CORE_RADIUS, RIM_RADIUS, lw=0, **style.HIDDEN_STYLE))
        axes.add_artist(
            part.build_wedge(CORE_RADIUS, RIM_RADIUS, fill=False, edgecolor="white", lw=2)
        )
        halo = {"facecolor": style.HIDDEN_STYLE["facecolor"], "edgecolor": "none", "pad": 1.5}
        axes.text(x, y, driver.figure or "–", ha="center", va="center", size=8, bbox=halo)
        return
    face = style.LEVEL_COLOURS[driver.level]
    ink = style.pick_ink(face)
    axes.add_artist(
        part.build_wedge(CORE_RADIUS, RIM_RADIUS, facecolor=face, edgecolor="white", lw=2)
    )
    axes.text(
        x, y + 0.17, driver.figure, ha="center", va="center", size=8.5, color=ink, weight="bold"
    )
    axes.plot(x, y - 0.22, style.LEVEL_MARKS[driver.level], color=ink, markersize=5)


def name_drivers(
    axes: Axes, labels: Sequence[str], slices: Sequence[WheelSlice], half: float
) -> None:
    """Labels beside the ring, upright, moved apart where they would meet."""
    for side in (True, False):
        chosen = [i for i, part in enumerate(slices) if is_on_right(part) is side]
        sizes = [compute_label_height(labels[i]) for i in chosen]
        wished = []
        for i, size in zip(chosen, sizes, strict=True):
            _, y = slices[i].locate_point(LABEL_RADIUS)
            wished.append(y * (1 + size / 2 / LABEL_RADIUS))
        for i, y, size in zip(
            chosen, style.separate_labels(wished, sizes, -half, half), sizes, strict=True
        ):
            nearest = max(0.0, abs(y) - size / 2)
            x = max(sqrt(max(0.0, LABEL_RADIUS**2 - nearest**2)), 0.25)
            sign, align = (1, "left") if side else (-1, "right")
            rim_x, rim_y = slices[i].locate_point(RIM_RADIUS + 0.02)
            axes.plot([rim_x, sign * (x - 0.08)], [rim_y, y], color=style.GREY, lw=0.7, zorder=0)
            axes.text(sign * x, y, labels[i], ha=align, va="center", size=8.5, linespacing=1.15)


def list_wheel_handles(
    drivers: Sequence[WheelSegment], classes: Sequence[str], hidden: str
) -> Iterator[Artist]:
    """The key: a mark on its colour for each class, and hatching where it occurs."""
    for colour, mark, name in zip(style.LEVEL_COLOURS, style.LEVEL_MARKS, classes, strict=True):
        yield Line2D(
            [],
            [],
            color=colour,
            lw=9,
            marker=mark,
            markersize=5,
            solid_capstyle="butt",
            markerfacecolor=style.pick_ink(colour),
            markeredgecolor="none",
            label=name,
        )
    if any(driver.level is None for driver in drivers):
        yield style.build_hidden_handle(hidden)

"""Scenarios by how likely and how grave they are, and how ready the city is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import cos, hypot, sin
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from reports.charts import style
from reports.statistics.ranges import Range

#: The field, the room for the words of its scale, and the list beside it, in cm.
MIN_FIELD_HEIGHT, GRID_LEFT_MARGIN, GRID_BOTTOM_MARGIN, LIST_WIDTH = 7.4, 2.7, 1.35, 5.6
#: How far apart the middles of two marks must be, in cm.
MIN_MARK_DISTANCE = 0.72
TEXT_LINE_HEIGHT = 0.36


@dataclass(frozen=True)
class RatingPoint:
    """A median on a scale from 1, and where the middle half of the ratings lies."""

    median: float
    middle_half: Range


@dataclass(frozen=True)
class ScenarioPoint:
    """A scenario; ratings are None where hidden.

    ``readiness`` counts the classes from 0, least ready first, None where unknown; ``note`` stands
    under the label, such as n.
    """

    label: str
    likelihood: RatingPoint | None
    impact: RatingPoint | None
    readiness: int | None
    note: str = ""


@dataclass(frozen=True)
class ScenarioLegend:
    """The words of the key: three classes of readiness, where it is unknown, the middle half."""

    readiness: tuple[str, str, str]
    unknown: str
    half: str


def draw_scenario_grid(
    scenarios: Sequence[ScenarioPoint],
    across: Sequence[str],
    upward: Sequence[str],
    titles: tuple[str, str],
    key: ScenarioLegend,
) -> bytes:
    """Numbered marks at the medians, impact to the right and likelihood upwards, named beside.

    Marks that would hide each other are moved apart. A scenario that is hidden is named all the
    same, without a mark on the field.
    """
    labels = [style.fit_label(each.label, 31, 4) for each in scenarios]
    handles = list(list_scenario_handles(scenarios, key))
    above = style.measure_legend_height(handles) + 0.15
    tall = max(MIN_FIELD_HEIGHT, sum(compute_entry_height(text) for text in labels))
    figure, axes = style.create_sheet(
        tall + above + GRID_BOTTOM_MARGIN,
        GRID_LEFT_MARGIN,
        LIST_WIDTH + 0.3,
        above,
        GRID_BOTTOM_MARGIN,
    )
    wide = style.SHEET_WIDTH - GRID_LEFT_MARGIN - LIST_WIDTH - 0.3
    axes.set(xlim=(0.5, len(across) + 0.5), ylim=(0.5, len(upward) + 0.5))
    label_grid_scales(axes, across, upward, titles)
    places = [
        (each.impact.median, each.likelihood.median) if each.impact and each.likelihood else None
        for each in scenarios
    ]
    size = (wide, tall)
    moves = separate_marks(places, size, (len(across), len(upward)))
    placed = [(n, at) for n, at in enumerate(moves, start=1) if at]
    for number, at in placed:
        draw_whiskers(axes, at, scenarios[number - 1])
    for number, at in placed:
        draw_mark(axes, at, number, scenarios[number - 1].readiness)
    beside = style.add_axes_at(
        figure, style.SHEET_WIDTH - LIST_WIDTH, GRID_BOTTOM_MARGIN, LIST_WIDTH, tall
    )
    draw_scenario_list(beside, tall, scenarios, labels)
    style.draw_legend(figure, handles)
    return style.render_svg(figure)


def compute_entry_height(text: str) -> float:
    """The height of an entry of the list, in cm: its label, its note and a gap."""
    return TEXT_LINE_HEIGHT * (text.count("\n") + 2) + 0.28


def label_grid_scales(
    axes: Axes, across: Sequence[str], upward: Sequence[str], titles: tuple[str, str]
) -> None:
    """The points of both scales in words, with lines between them."""
    axes.set_xticks(
        range(1, len(across) + 1), [style.fit_label(point, 12, 3) for point in across], size=7.5
    )
    axes.set_yticks(
        range(1, len(upward) + 1),
        [style.fit_label(point, 17, 3) for point in upward],
        size=7.5,
        color=style.MUTED,
    )
    axes.set_xlabel(titles[0], weight="bold", color=style.INK)
    axes.set_ylabel(titles[1], weight="bold", color=style.INK)
    axes.grid(color=style.RULE, linewidth=0.6)
    axes.set_axisbelow(True)


GridPoint = tuple[float, float]


def separate_marks(
    places: Sequence[GridPoint | None], size: GridPoint, steps: tuple[int, int]
) -> list[GridPoint | None]:
    """The places, so far apart that no mark hides another or leaves the field of ``size`` cm."""
    step = [size[axis] / steps[axis] for axis in (0, 1)]
    # Off by a hair each in its own direction, so that equal places have somewhere to go.
    at = {
        i: [(x - 0.5) * step[0] + 0.01 * cos(i), (y - 0.5) * step[1] + 0.01 * sin(i)]
        for i, (x, y) in ((i, place) for i, place in enumerate(places) if place)
    }
    for _ in range(80):
        for one, other in combinations(at.values(), 2):
            push_apart(one, other)
        for point in at.values():
            for axis in (0, 1):
                point[axis] = min(
                    max(point[axis], MIN_MARK_DISTANCE / 2), size[axis] - MIN_MARK_DISTANCE / 2
                )
    return [
        (at[i][0] / step[0] + 0.5, at[i][1] / step[1] + 0.5) if i in at else None
        for i in range(len(places))
    ]


def push_apart(one: list[float], other: list[float]) -> None:
    """Two points away from each other, until they are clear."""
    dx, dy = other[0] - one[0], other[1] - one[1]
    far = hypot(dx, dy)
    if far < MIN_MARK_DISTANCE:
        share = (MIN_MARK_DISTANCE - far) / 2 / far
        one[0], one[1] = one[0] - dx * share, one[1] - dy * share
        other[0], other[1] = other[0] + dx * share, other[1] + dy * share


def draw_whiskers(axes: Axes, at: GridPoint, scenario: ScenarioPoint) -> None:
    """The middle halves of both ratings, crossing in the mark."""
    how: dict[str, Any] = {"color": "#8b97a3", "lw": 1.5, "solid_capstyle": "round", "zorder": 1.8}
    if scenario.impact and scenario.likelihood:
        across, upward = scenario.impact.middle_half, scenario.likelihood.middle_half
        axes.plot([across.low, across.high], [at[1], at[1]], **how)
        axes.plot([at[0], at[0]], [upward.low, upward.high], **how)


def draw_mark(axes: Axes, at: GridPoint, number: int, level: int | None) -> None:
    """A number on the colour and in the shape of its class."""
    ink = style.pick_ink(get_mark_style(level)["mfc"])
    axes.plot(*at, **get_mark_style(level), ls="", ms=15 if level in (0, 2) else 14, clip_on=False)
    shift = {0: 1.2, 2: -1.8}.get(-1 if level is None else level, 0)
    axes.annotate(
        str(number),
        at,
        (0, shift),
        textcoords="offset points",
        ha="center",
        va="center_baseline",
        size=7.5,
        weight="bold",
        color=ink,
    )


def get_mark_style(level: int | None) -> dict[str, Any]:
    """Colour and form of a class; a white circle where it is unknown."""
    if level is None:
        return {"marker": "o", "mfc": style.PAPER, "mec": style.MUTED}
    return {"marker": style.LEVEL_MARKS[level], "mfc": style.LEVEL_COLOURS[level], "mec": style.INK}


def draw_scenario_list(
    axes: Axes, tall: float, scenarios: Sequence[ScenarioPoint], labels: Sequence[str]
) -> None:
    """The list: each mark with its label and note."""
    axes.set(xlim=(0, LIST_WIDTH), ylim=(tall, 0))
    axes.set_axis_off()
    y = 0.0
    for number, (each, text) in enumerate(zip(scenarios, labels, strict=True), start=1):
        lines = text.count("\n") + 1
        draw_mark(axes, (0.35, y + 0.3), number, each.readiness)
        axes.text(0.8, y + 0.12, text, va="top", size=8.5, linespacing=1.15)
        axes.text(
            0.8,
            y + 0.12 + lines * TEXT_LINE_HEIGHT,
            each.note,
            va="top",
            size=7.5,
            color=style.MUTED,
        )
        y += compute_entry_height(text)


def list_scenario_handles(
    scenarios: Sequence[ScenarioPoint], key: ScenarioLegend
) -> Iterator[Artist]:
    """The key: readiness as colour and form, unknown where it occurs, and the whiskers."""
    for level, label in enumerate(key.readiness):
        yield Line2D([], [], ls="", ms=7, label=label, **get_mark_style(level))
    if any(each.readiness is None for each in scenarios):
        yield Line2D([], [], ls="", ms=7, label=key.unknown, **get_mark_style(None))
    yield Line2D([], [], color="#8b97a3", lw=1.5, label=key.half)

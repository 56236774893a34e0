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
FIELD, LEFT, BOTTOM, LIST = 7.4, 2.7, 1.35, 5.6
#: How far apart the middles of two marks must be, in cm.
CLEAR = 0.72
LINE = 0.36


@dataclass(frozen=True)
class Rating:
    """A median on a scale from 1, and where the middle half of the ratings lies."""

    median: float
    half: Range


@dataclass(frozen=True)
class Scenario:
    """A scenario; ratings are None where hidden.

    ``readiness`` counts the classes from 0, least ready first, None where unknown; ``note`` stands
    under the label, such as n.
    """

    label: str
    likelihood: Rating | None
    impact: Rating | None
    readiness: int | None
    note: str = ""


@dataclass(frozen=True)
class Key:
    """The words of the key: three classes of readiness, where it is unknown, the middle half."""

    readiness: tuple[str, str, str]
    unknown: str
    half: str


def grid(
    scenarios: Sequence[Scenario],
    across: Sequence[str],
    upward: Sequence[str],
    titles: tuple[str, str],
    key: Key,
) -> bytes:
    """Numbered marks at the medians, impact to the right and likelihood upwards, named beside.

    Marks that would hide each other are moved apart. A scenario that is hidden is named all the
    same, without a mark on the field.
    """
    labels = [style.fit(each.label, 31, 4) for each in scenarios]
    handles = list(explained(scenarios, key))
    above = style.key_height(handles) + 0.15
    tall = max(FIELD, sum(room(text) for text in labels))
    figure, axes = style.sheet(tall + above + BOTTOM, LEFT, LIST + 0.3, above, BOTTOM)
    wide = style.WIDTH - LEFT - LIST - 0.3
    axes.set(xlim=(0.5, len(across) + 0.5), ylim=(0.5, len(upward) + 0.5))
    scales(axes, across, upward, titles)
    places = [
        (each.impact.median, each.likelihood.median) if each.impact and each.likelihood else None
        for each in scenarios
    ]
    size = (wide, tall)
    moves = moved(places, size, (len(across), len(upward)))
    placed = [(n, at) for n, at in enumerate(moves, start=1) if at]
    for number, at in placed:
        whiskers(axes, at, scenarios[number - 1])
    for number, at in placed:
        mark(axes, at, number, scenarios[number - 1].readiness)
    beside = style.axes(figure, style.WIDTH - LIST, BOTTOM, LIST, tall)
    names(beside, tall, scenarios, labels)
    style.key(figure, handles)
    return style.svg(figure)


def room(text: str) -> float:
    """The height of an entry of the list, in cm: its label, its note and a gap."""
    return LINE * (text.count("\n") + 2) + 0.28


def scales(
    axes: Axes, across: Sequence[str], upward: Sequence[str], titles: tuple[str, str]
) -> None:
    """The points of both scales in words, with lines between them."""
    axes.set_xticks(
        range(1, len(across) + 1), [style.fit(point, 12, 3) for point in across], size=7.5
    )
    axes.set_yticks(
        range(1, len(upward) + 1),
        [style.fit(point, 17, 3) for point in upward],
        size=7.5,
        color=style.MUTED,
    )
    axes.set_xlabel(titles[0], weight="bold", color=style.INK)
    axes.set_ylabel(titles[1], weight="bold", color=style.INK)
    axes.grid(color=style.RULE, linewidth=0.6)
    axes.set_axisbelow(True)


Point = tuple[float, float]


def moved(
    places: Sequence[Point | None], size: Point, steps: tuple[int, int]
) -> list[Point | None]:
    """The places, so far apart that no mark hides another or leaves the field of ``size`` cm."""
    step = [size[axis] / steps[axis] for axis in (0, 1)]
    # Off by a hair each in its own direction, so that equal places have somewhere to go.
    at = {
        i: [(x - 0.5) * step[0] + 0.01 * cos(i), (y - 0.5) * step[1] + 0.01 * sin(i)]
        for i, (x, y) in ((i, place) for i, place in enumerate(places) if place)
    }
    for _ in range(80):
        for one, other in combinations(at.values(), 2):
            push(one, other)
        for point in at.values():
            for axis in (0, 1):
                point[axis] = min(max(point[axis], CLEAR / 2), size[axis] - CLEAR / 2)
    return [
        (at[i][0] / step[0] + 0.5, at[i][1] / step[1] + 0.5) if i in at else None
        for i in range(len(places))
    ]


def push(one: list[float], other: list[float]) -> None:
    """Two points away from each other, until they are clear."""
    dx, dy = other[0] - one[0], other[1] - one[1]
    far = hypot(dx, dy)
    if far < CLEAR:
        share = (CLEAR - far) / 2 / far
        one[0], one[1] = one[0] - dx * share, one[1] - dy * share
        other[0], other[1] = other[0] + dx * share, other[1] + dy * share


def whiskers(axes: Axes, at: Point, scenario: Scenario) -> None:
    """The middle halves of both ratings, crossing in the mark."""
    how: dict[str, Any] = {"color": "#8b97a3", "lw": 1.5, "solid_capstyle": "round", "zorder": 1.8}
    if scenario.impact and scenario.likelihood:
        across, upward = scenario.impact.half, scenario.likelihood.half
        axes.plot([across.low, across.high], [at[1], at[1]], **how)
        axes.plot([at[0], at[0]], [upward.low, upward.high], **how)


def mark(axes: Axes, at: Point, number: int, level: int | None) -> None:
    """A number on the colour and in the shape of its class."""
    ink = style.ink_on(shape(level)["mfc"])
    axes.plot(*at, **shape(level), ls="", ms=15 if level in (0, 2) else 14, clip_on=False)
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


def shape(level: int | None) -> dict[str, Any]:
    """Colour and form of a class; a white circle where it is unknown."""
    if level is None:
        return {"marker": "o", "mfc": style.PAPER, "mec": style.MUTED}
    return {"marker": style.MARKS[level], "mfc": style.LEVELS[level], "mec": style.INK}


def names(axes: Axes, tall: float, scenarios: Sequence[Scenario], labels: Sequence[str]) -> None:
    """The list: each mark with its label and note."""
    axes.set(xlim=(0, LIST), ylim=(tall, 0))
    axes.set_axis_off()
    y = 0.0
    for number, (each, text) in enumerate(zip(scenarios, labels, strict=True), start=1):
        lines = text.count("\n") + 1
        mark(axes, (0.35, y + 0.3), number, each.readiness)
        axes.text(0.8, y + 0.12, text, va="top", size=8.5, linespacing=1.15)
        axes.text(0.8, y + 0.12 + lines * LINE, each.note, va="top", size=7.5, color=style.MUTED)
        y += room(text)


def explained(scenarios: Sequence[Scenario], key: Key) -> Iterator[Artist]:
    """The key: readiness as colour and form, unknown where it occurs, and the whiskers."""
    for level, label in enumerate(key.readiness):
        yield Line2D([], [], ls="", ms=7, label=label, **shape(level))
    if any(each.readiness is None for each in scenarios):
        yield Line2D([], [], ls="", ms=7, label=key.unknown, **shape(None))
    yield Line2D([], [], color="#8b97a3", lw=1.5, label=key.half)

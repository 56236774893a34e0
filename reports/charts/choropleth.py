"""Districts coloured by class, with the outlines of the cities they belong to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.patches import Patch
from matplotlib.path import Path
from shapely import (
    contains_xy,
    distance,
    get_parts,
    maximum_inscribed_circle,
    points,
    unary_union,
)
from shapely.geometry.base import BaseGeometry

from reports.charts import style
from reports.charts.boundaries import District
from reports.charts.map_geometry import Frame, coarser, far_off, in_kilometres

#: The tallest mainland, and the box for a place far off: width, height, gap beside it, in cm.
TALLEST = 14.5
BOX_WIDTH, BOX_HEIGHT, BESIDE = 4.2, 7.2, 0.4
#: What is drawn around islands far off, in km, so that they can be seen at all.
SWOLLEN = 1.1
#: What nobody sees on paper, in cm: borders are drawn no finer.
FINEST = 0.012
OUTER, INNER = "#26323e", "#8b97a3"


@dataclass(frozen=True)
class Shade:
    """``level`` counts the classes from 0, lightest first; None where too few people answered.

    ``figure`` is written into the district.
    """

    level: int | None
    figure: str = ""


@dataclass(frozen=True)
class Key:
    """The words beside a map: a name and n for each class, hatching, whose boundaries they are."""

    classes: Sequence[str]
    hidden: str
    attribution: str


def choropleth(
    districts: Sequence[District],
    shades: Mapping[str, Shade],
    places: Mapping[str, str],
    key: Key,
) -> bytes:
    """District code -> shade; hatched where it is hidden or not given. North is up.

    ``places`` are short names to write into the places, by code. At most five classes. A place so
    far off that the others would fill less than half of the picture (Kepulauan Seribu) is drawn in
    a box of its own. At least one district is needed.
    """
    areas = in_kilometres(districts)
    far = far_off(districts, areas)
    near = [each for each in districts if each.place not in far]
    span = Frame.around([areas[each.code] for each in near])
    areas = coarser(areas, FINEST * max(span.width / style.WIDTH, span.height / TALLEST))
    width = style.WIDTH - (BOX_WIDTH + BESIDE if far else 0)
    height = max(min(width * span.height / span.width, TALLEST), BOX_HEIGHT if far else 0)
    handles = list(explained(key))
    above, below = style.key_height(handles), 0.55
    figure, axes = style.sheet(
        height + above + below, 0, style.WIDTH - width, top=above, bottom=below
    )
    draw(axes, span.of_shape(width / height), near, areas, shades, len(key.classes))
    name(axes, near, areas, shades, places)
    if far:
        box = (style.WIDTH - BOX_WIDTH, below, BOX_WIDTH, BOX_HEIGHT)
        apart = [each for each in districts if each.place in far]
        inset(style.axes(figure, *box), apart, areas, shades, places, len(key.classes))
    style.key(figure, handles)
    figure.text(0, 0.1 / (height + above + below), key.attribution, size=7, color=style.MUTED)
    return style.svg(figure)


def draw(
    axes: Axes,
    frame: Frame,
    districts: Sequence[District],
    areas: Mapping[str, BaseGeometry],
    shades: Mapping[str, Shade],
    classes: int,
    rim: float = 1.3,
) -> None:
    """Districts in their colours, the outlines of their places over them, and a scale."""
    axes.set(xlim=(frame.left, frame.right), ylim=(frame.bottom, frame.top))
    axes.set_axis_off()
    colours = ramp(classes)
    hidden = Shade(None)
    for level in (*range(classes), None):
        chosen = [a.code for a in districts if shades.get(a.code, hidden).level == level]
        how = style.HIDDEN if level is None else {"facecolor": colours[level], "edgecolor": INNER}
        lay(axes, [areas[code] for code in chosen], lw=0.5, **how)
    for place in {each.place: None for each in districts}:
        inside = [areas[each.code] for each in districts if each.place == place]
        lay(
            axes,
            [unary_union(inside)],
            facecolor="none",
            edgecolor=OUTER,
            lw=rim,
            joinstyle="round",
        )
    measure(axes, frame)


def ramp(classes: int) -> list[str]:
    """So many colours from light to dark."""
    last = max(classes - 1, 1)
    return [style.HEAT[round(i * (len(style.HEAT) - 1) / last)] for i in range(classes)]


def lay(axes: Axes, areas: Sequence[BaseGeometry], **how: Any) -> None:
    """Areas on the map, with their holes."""
    axes.add_collection(PathCollection([outline(area) for area in areas], **how), autolim=False)


def outline(area: BaseGeometry) -> Path:
    """All rings of an area as one path; holes run against their rim, so that they stay open."""
    rings = [ring for each in get_parts(area) for ring in (each.exterior, *each.interiors)]
    return Path.make_compound_path(*(Path(ring.coords, closed=True) for ring in rings))


def measure(axes: Axes, frame: Frame) -> None:
    """A scale bar under the lower right corner, at most a fifth of the map long."""
    fitting = [km for km in (1, 2, 5, 10, 20, 50, 100, 200, 500) if km <= frame.width / 5]
    length = fitting[-1] if fitting else 1
    tick = 0.1 * centimetre(axes)
    end, y = frame.right - tick, frame.bottom - 2.2 * tick
    start = end - length
    bar = [y + tick, y, y, y + tick]
    axes.plot([start, start, end, end], bar, color=style.INK, lw=1, clip_on=False)
    axes.text(start - tick, y, f"{length} km", ha="right", size=7)


def centimetre(axes: Axes) -> float:
    """How many km a centimetre of the map stands for."""
    left, right = axes.get_xlim()
    return float((right - left) / (axes.get_position().width * style.WIDTH))


def name(
    axes: Axes,
    districts: Sequence[District],
    areas: Mapping[str, BaseGeometry],
    shades: Mapping[str, Shade],
    places: Mapping[str, str],
) -> None:
    """Figures in the middle of districts, names of places where they meet the fewest figures."""
    written = []
    for each in districts:
        figure = shades.get(each.code, Shade(None)).figure
        if figure:
            x, y = maximum_inscribed_circle([areas[each.code]])[0].coords[0]
            written.append((x, y))
            label(axes, x, y, figure, 6.5)
    per_letter, per_line = 0.08 * centimetre(axes), 0.34 * centimetre(axes)
    for place in {each.place: None for each in districts}:
        if place in places:
            inside = [areas[each.code] for each in districts if each.place == place]
            room = (4 + style.breadth(places[place])) * per_letter
            x, y = freest(unary_union(inside), written, (room, per_line))
            label(axes, x, y, places[place], 8, weight="bold")


def label(axes: Axes, x: float, y: float, text: str, size: float, **how: Any) -> None:
    """A text that can be read on any colour."""
    halo = {"facecolor": "white", "edgecolor": "none", "alpha": 0.72, "pad": 0.8}
    axes.text(x, y, text, ha="center", va="center", size=size, bbox=halo, **how)


def freest(
    area: BaseGeometry, taken: Sequence[tuple[float, float]], room: tuple[float, float]
) -> tuple[float, float]:
    """The point in an area where a text meets none at the points taken, well inside if it can be.

    ``room`` is how far, across and upwards, it must be from another.
    """
    left, bottom, right, top = area.bounds
    across, up = np.meshgrid(np.linspace(left, right, 24), np.linspace(bottom, top, 40))
    x, y = across.ravel(), up.ravel()
    inside = contains_xy(area, x, y)
    if not inside.any():
        return area.centroid.x, area.centroid.y
    at = np.column_stack([x[inside], y[inside]])
    depth = distance(points(at), area.boundary)
    score = 0.3 * depth / depth.max()
    if taken:
        gaps = np.abs(at[:, None, :] - np.array(taken)[None, :, :]) / room
        score += gaps.max(axis=2).min(axis=1).clip(max=1.1)
    x, y = at[score.argmax()]
    return float(x), float(y)


def inset(
    axes: Axes,
    districts: Sequence[District],
    areas: Mapping[str, BaseGeometry],
    shades: Mapping[str, Shade],
    places: Mapping[str, str],
    classes: int,
) -> None:
    """A place far off in a box with a scale of its own, its islands swollen to be seen."""
    seen = {each.code: areas[each.code].buffer(SWOLLEN, quad_segs=4) for each in districts}
    frame = Frame.around(list(seen.values())).of_shape(BOX_WIDTH / BOX_HEIGHT)
    draw(axes, frame, districts, seen, shades, classes, rim=0.6)
    axes.set_axis_on()
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set(visible=True, color=INNER)
    axes.set_title(places.get(districts[0].place, ""), size=8, weight="bold", pad=4)
    for each in districts:
        middle = seen[each.code].centroid.y
        figure = shades.get(each.code, Shade(None)).figure
        axes.text(frame.right - 0.04 * frame.width, middle, figure, ha="right", size=7)


def explained(key: Key) -> Iterator[Artist]:
    """The key: classes from light to dark, then hatching."""
    for colour, text in zip(ramp(len(key.classes)), key.classes, strict=True):
        yield Patch(facecolor=colour, edgecolor=INNER, linewidth=0.5, label=text)
    yield style.hatch(key.hidden)

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
from reports.charts.map_geometry import (
    MapFrame,
    find_far_off_places,
    project_to_kilometres,
    simplify_areas,
)

#: The tallest mainland, and the box for a place far off: width, height, gap beside it, in cm.
MAX_MAP_HEIGHT = 14.5
BOX_WIDTH, BOX_HEIGHT, BOX_GAP = 4.2, 7.2, 0.4
#: What is drawn around islands far off, in km, so that they can be seen at all.
ISLAND_BUFFER_KM = 1.1
#: What nobody sees on paper, in cm: borders are drawn no finer.
FINEST_DETAIL = 0.012
OUTER_BORDER, INNER_BORDER = "#26323e", "#8b97a3"


@dataclass(frozen=True)
class Shade:
    """``level`` counts the classes from 0, lightest first; None where too few people answered.

    ``figure`` is written into the district.
    """

    level: int | None
    figure: str = ""


@dataclass(frozen=True)
class MapLegend:
    """The words beside a map: a name and n for each class, hatching, whose boundaries they are."""

    classes: Sequence[str]
    hidden: str
    attribution: str


def draw_choropleth(
    districts: Sequence[District],
    shades: Mapping[str, Shade],
    places: Mapping[str, str],
    key: MapLegend,
) -> bytes:
    """District code -> shade; hatched where it is hidden or not given. North is up.

    ``places`` are short names to write into the places, by code. At most five classes. A place so
    far off that the others would fill less than half of the picture (Kepulauan Seribu) is drawn in
    a box of its own. At least one district is needed.
    """
    areas = project_to_kilometres(districts)
    far = find_far_off_places(districts, areas)
    near = [each for each in districts if each.place not in far]
    span = MapFrame.from_areas([areas[each.code] for each in near])
    areas = simplify_areas(
        areas, FINEST_DETAIL * max(span.width / style.SHEET_WIDTH, span.height / MAX_MAP_HEIGHT)
    )
    width = style.SHEET_WIDTH - (BOX_WIDTH + BOX_GAP if far else 0)
    height = max(min(width * span.height / span.width, MAX_MAP_HEIGHT), BOX_HEIGHT if far else 0)
    handles = list(list_map_handles(key))
    above, below = style.measure_legend_height(handles), 0.55
    figure, axes = style.create_sheet(
        height + above + below, 0, style.SHEET_WIDTH - width, top=above, bottom=below
    )
    draw_districts(
        axes, span.expand_to_ratio(width / height), near, areas, shades, len(key.classes)
    )
    write_map_names(axes, near, areas, shades, places)
    if far:
        box = (style.SHEET_WIDTH - BOX_WIDTH, below, BOX_WIDTH, BOX_HEIGHT)
        apart = [each for each in districts if each.place in far]
        draw_inset(style.add_axes_at(figure, *box), apart, areas, shades, places, len(key.classes))
    style.draw_legend(figure, handles)
    figure.text(0, 0.1 / (height + above + below), key.attribution, size=7, color=style.MUTED)
    return style.render_svg(figure)


def draw_districts(
    axes: Axes,
    frame: MapFrame,
    districts: Sequence[District],
    areas: Mapping[str, BaseGeometry],
    shades: Mapping[str, Shade],
    classes: int,
    rim: float = 1.3,
) -> None:
    """Districts in their colours, the outlines of their places over them, and a scale."""
    axes.set(xlim=(frame.left, frame.right), ylim=(frame.bottom, frame.top))
    axes.set_axis_off()
    colours = build_colour_ramp(classes)
    hidden = Shade(None)
    for level in (*range(classes), None):
        chosen = [a.code for a in districts if shades.get(a.code, hidden).level == level]
        how = (
            style.HIDDEN_STYLE
            if level is None
            else {"facecolor": colours[level], "edgecolor": INNER_BORDER}
        )
        draw_areas(axes, [areas[code] for code in chosen], lw=0.5, **how)
    for place in {each.place: None for each in districts}:
        inside = [areas[each.code] for each in districts if each.place == place]
        draw_areas(
            axes,
            [unary_union(inside)],
            facecolor="none",
            edgecolor=OUTER_BORDER,
            lw=rim,
            joinstyle="round",
        )
    draw_scale_bar(axes, frame)


def build_colour_ramp(classes: int) -> list[str]:
    """So many colours from light to dark."""
    last = max(classes - 1, 1)
    return [
        style.HEAT_COLOURS[round(i * (len(style.HEAT_COLOURS) - 1) / last)] for i in range(classes)
    ]


def draw_areas(axes: Axes, areas: Sequence[BaseGeometry], **how: Any) -> None:
    """Areas on the map, with their holes."""
    axes.add_collection(
        PathCollection([build_outline(area) for area in areas], **how), autolim=False
    )


def build_outline(area: BaseGeometry) -> Path:
    """All rings of an area as one path; holes run against their rim, so that they stay open."""
    rings = [ring for each in get_parts(area) for ring in (each.exterior, *each.interiors)]
    return Path.make_compound_path(*(Path(ring.coords, closed=True) for ring in rings))


def draw_scale_bar(axes: Axes, frame: MapFrame) -> None:
    """A scale bar under the lower right corner, at most a fifth of the map long."""
    fitting = [km for km in (1, 2, 5, 10, 20, 50, 100, 200, 500) if km <= frame.width / 5]
    length = fitting[-1] if fitting else 1
    tick = 0.1 * compute_km_per_centimetre(axes)
    end, y = frame.right - tick, frame.bottom - 2.2 * tick
    start = end - length
    bar = [y + tick, y, y, y + tick]
    axes.plot([start, start, end, end], bar, color=style.INK, lw=1, clip_on=False)
    axes.text(start - tick, y, f"{length} km", ha="right", size=7)


def compute_km_per_centimetre(axes: Axes) -> float:
    """How many km a centimetre of the map stands for."""
    left, right = axes.get_xlim()
    return float((right - left) / (axes.get_position().width * style.SHEET_WIDTH))


def write_map_names(
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
            # The centroid of a bent district can lie outside of it, in its neighbour.
            x, y = maximum_inscribed_circle([areas[each.code]])[0].coords[0]
            written.append((x, y))
            write_haloed_text(axes, x, y, figure, 6.5)
    per_letter, per_line = (
        0.08 * compute_km_per_centimetre(axes),
        0.34 * compute_km_per_centimetre(axes),
    )
    for place in {each.place: None for each in districts}:
        if place in places:
            inside = [areas[each.code] for each in districts if each.place == place]
            room = (4 + style.measure_text(places[place])) * per_letter
            x, y = find_freest_point(unary_union(inside), written, (room, per_line))
            write_haloed_text(axes, x, y, places[place], 8, weight="bold")


def write_haloed_text(axes: Axes, x: float, y: float, text: str, size: float, **how: Any) -> None:
    """A text that can be read on any colour."""
    halo = {"facecolor": "white", "edgecolor": "none", "alpha": 0.72, "pad": 0.8}
    axes.text(x, y, text, ha="center", va="center", size=size, bbox=halo, **how)


def find_freest_point(
    area: BaseGeometry, taken: Sequence[tuple[float, float]], room: tuple[float, float]
) -> tuple[float, float]:
    """The point in an area where a text meets none at the points taken, well inside if it can be.

    ``room`` is how far, across and upwards, it must be from another.
    """
    left, bottom, right, top = area.bounds
    across, up = np.meshgrid(np.linspace(left, right, 24), np.linspace(bottom, top, 40))
    x, y = across.ravel(), up.ravel()
    inside = contains_xy(area, x, y)
    # An area may be so narrow that no point of the grid falls into it.
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


def draw_inset(
    axes: Axes,
    districts: Sequence[District],
    areas: Mapping[str, BaseGeometry],
    shades: Mapping[str, Shade],
    places: Mapping[str, str],
    classes: int,
) -> None:
    """A place far off in a box with a scale of its own, its islands swollen to be seen."""
    seen = {each.code: areas[each.code].buffer(ISLAND_BUFFER_KM, quad_segs=4) for each in districts}
    frame = MapFrame.from_areas(list(seen.values())).expand_to_ratio(BOX_WIDTH / BOX_HEIGHT)
    draw_districts(axes, frame, districts, seen, shades, classes, rim=0.6)
    axes.set_axis_on()
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set(visible=True, color=INNER_BORDER)
    axes.set_title(places.get(districts[0].place, ""), size=8, weight="bold", pad=4)
    for each in districts:
        middle = seen[each.code].centroid.y
        figure = shades.get(each.code, Shade(None)).figure
        axes.text(frame.right - 0.04 * frame.width, middle, figure, ha="right", size=7)


def list_map_handles(key: MapLegend) -> Iterator[Artist]:
    """The key: classes from light to dark, then hatching."""
    for colour, text in zip(build_colour_ramp(len(key.classes)), key.classes, strict=True):
        yield Patch(facecolor=colour, edgecolor=INNER_BORDER, linewidth=0.5, label=text)
    yield style.build_hidden_handle(key.hidden)

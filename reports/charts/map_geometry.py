"""The ground that a map shows, in km: districts true to scale, and what lies far off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians

import numpy as np
from shapely import coverage_simplify, distance, orient_polygons, transform, unary_union
from shapely.geometry.base import BaseGeometry

from reports.charts.boundaries import District

#: Kilometres in a degree of latitude (a meridian has 40,008 km).
KM_PER_DEGREE = 111.13
#: A place less than so many km from the others is never far off.
FAR_OFF_KM = 1.1


@dataclass(frozen=True)
class MapFrame:
    """A rectangle of the ground, in km."""

    left: float
    bottom: float
    right: float
    top: float

    @classmethod
    def from_areas(cls, areas: Sequence[BaseGeometry]) -> MapFrame:
        """What holds all areas and a little more."""
        bounds = np.array([area.bounds for area in areas])
        (left, bottom), (right, top) = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
        edge = 0.02 * max(right - left, top - bottom)
        return cls(left - edge, bottom - edge, right + edge, top + edge)

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom

    def expand_to_ratio(self, ratio: float) -> MapFrame:
        """The smallest one around this with ``ratio`` of width to height."""
        wide = max(0.0, self.height * ratio - self.width) / 2
        tall = max(0.0, self.width / ratio - self.height) / 2
        return MapFrame(self.left - wide, self.bottom - tall, self.right + wide, self.top + tall)


def project_to_kilometres(districts: Sequence[District]) -> dict[str, BaseGeometry]:
    """Code -> area, true to scale at the middle of the map (equirectangular)."""
    latitudes = [each.area.centroid.y for each in districts]
    east = KM_PER_DEGREE * cos(radians((min(latitudes) + max(latitudes)) / 2))
    return {
        each.code: transform(each.area, lambda at: at * (east, KM_PER_DEGREE)) for each in districts
    }


def simplify_areas(areas: Mapping[str, BaseGeometry], fine: float) -> dict[str, BaseGeometry]:
    """The areas without what is finer than so many km; neighbours still share their borders."""
    # All at once: one by one, neighbours would lose different corners of their common border, and
    # gaps would open along it.
    found = coverage_simplify(list(areas.values()), fine)
    # Turned one way, since a hole stays open in a path only if it runs against its rim.
    return dict(zip(areas, orient_polygons(found), strict=True))


def find_far_off_places(
    districts: Sequence[District], areas: Mapping[str, BaseGeometry]
) -> set[str]:
    """The place without which the map would be less than half as large, if there is one."""
    places = {each.place for each in districts}
    if len(places) < 2:
        return set()
    whole = MapFrame.from_areas(list(areas.values()))
    rest = {
        place: MapFrame.from_areas([areas[each.code] for each in districts if each.place != place])
        for place in sorted(places)
    }
    least = min(rest, key=lambda place: rest[place].width * rest[place].height)
    smaller = rest[least].width * rest[least].height < 0.5 * whole.width * whole.height
    of_least = [areas[each.code] for each in districts if each.place == least]
    others = [areas[each.code] for each in districts if each.place != least]
    alone = distance(unary_union(of_least), unary_union(others)) > FAR_OFF_KM
    return {least} if smaller and alone else set()

"""From a point to the place it lies in. The point itself is kept nowhere. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shapely import STRtree
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True)
class Boundaries:
    """Boundaries of the smallest places, WGS84; ``codes`` are each one's place at every level.

    ``levels`` are what ``suara:place`` calls them in a questionnaire, the smallest first.
    """

    areas: Sequence[BaseGeometry]
    codes: tuple[Mapping[str, str], ...] = ()
    levels: tuple[str, ...] = ()
    _tree: STRtree = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # A frozen dataclass refuses the plain assignment even here.
        object.__setattr__(self, "_tree", STRtree(self.areas))

    @classmethod
    def from_geojson(cls, geojson: str, properties: Sequence[tuple[str, str]]) -> Boundaries:
        """From a FeatureCollection; ``properties`` pair each level, smallest first, with the one
        that has its code. Raises ValueError, KeyError.
        """
        features = json.loads(geojson)["features"]
        areas = [shape(feature["geometry"]) for feature in features]
        codes = tuple(
            {level: feature["properties"][name] for level, name in properties}
            for feature in features
        )
        return cls(areas, codes, tuple(level for level, _ in properties))

    @property
    def smallest_level(self) -> str:
        """The level whose places have boundaries; empty where there are none."""
        return self.levels[0] if self.levels else ""

    def find_by_code(self, smallest: str) -> Mapping[str, str] | None:
        """Level -> code for one of the smallest places; None if there is no such."""
        return next((codes for codes in self.codes if codes[self.levels[0]] == smallest), None)

    def find_by_point(self, latitude: float, longitude: float) -> Mapping[str, str] | None:
        """Level -> code of the place at a point; None outside all of them."""
        # GeoJSON and shapely put the longitude first. A point on a border lies *within* neither
        # place; *intersects* finds both, and the first is taken.
        found = self._tree.query(Point(longitude, latitude), predicate="intersects")
        return self.codes[int(found[0])] if len(found) else None

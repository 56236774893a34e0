"""From a point to the place it lies in. The point itself is kept nowhere. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shapely import STRtree
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

#: Level of a place (``suara:place`` in a questionnaire) -> property of the boundaries' file.
SMALLEST_LEVEL = "kelurahan"
LEVEL_PROPERTIES = {"kota": "kode_kota", "kecamatan": "kode_kecamatan", "kelurahan": "kode"}


@dataclass(frozen=True)
class Boundaries:
    """Boundaries of the smallest places, WGS84; ``codes`` are each one's place at every level."""

    areas: Sequence[BaseGeometry]
    codes: tuple[Mapping[str, str], ...] = ()
    _tree: STRtree = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_tree", STRtree(self.areas))

    @classmethod
    def from_geojson(cls, geojson: str) -> Boundaries:
        """From a FeatureCollection with the properties in LEVELS. Raises ValueError, KeyError."""
        features = json.loads(geojson)["features"]
        areas = [shape(feature["geometry"]) for feature in features]
        codes = tuple(
            {level: feature["properties"][name] for level, name in LEVEL_PROPERTIES.items()}
            for feature in features
        )
        return cls(areas, codes)

    def find_by_code(self, smallest: str) -> Mapping[str, str] | None:
        """Level -> code for one of the smallest places; None if there is no such."""
        return next((codes for codes in self.codes if codes[SMALLEST_LEVEL] == smallest), None)

    def find_by_point(self, latitude: float, longitude: float) -> Mapping[str, str] | None:
        """Level -> code of the place at a point; None outside all of them."""
        found = self._tree.query(Point(longitude, latitude), predicate="intersects")
        return self.codes[int(found[0])] if len(found) else None

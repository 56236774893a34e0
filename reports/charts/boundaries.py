"""Districts and where they lie, from a GeoJSON file that somebody brought."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shapely import MultiPolygon, Polygon
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

#: The properties that a district must have: its code and that of its city, with an example.
CODE_PROPERTY, PLACE_PROPERTY = "kode", "kode_kota"
PROPERTY_EXAMPLES = {CODE_PROPERTY: "31.71.05", PLACE_PROPERTY: "31.71"}


@dataclass(frozen=True)
class District:
    """Where a district lies (WGS 84) and to which place, such as a city, it belongs."""

    code: str
    place: str
    area: MultiPolygon


def read_boundaries(path: Path) -> list[District]:
    """Districts from a GeoJSON FeatureCollection with the properties ``kode`` and ``kode_kota``.

    Raises ValueError, saying which file, what is wrong and how to mend it; OSError if it cannot be
    read.
    """
    try:
        # With or without a byte order mark, on which the JSON parser would stumble.
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as fault:
        raise ValueError(
            f"{path.name}: is no GeoJSON ({fault}). Export the boundaries as GeoJSON in UTF-8."
        ) from None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not features:
        raise ValueError(f"{path.name}: holds no features. Give one feature for each district.")
    found = [
        parse_district(f"{path.name}: feature {i}", each)
        for i, each in enumerate(features, start=1)
    ]
    codes = [each.code for each in found]
    for code in codes:
        if codes.count(code) > 1:
            raise ValueError(
                f"{path.name}: has {CODE_PROPERTY} {code} twice. "
                "Join its parts into one MultiPolygon."
            )
    return found


def parse_district(where: str, feature: Any) -> District:
    """One feature. Raises ValueError, which begins with ``where``."""
    given = feature.get("properties") if isinstance(feature, dict) else None
    texts = {
        name: given.get(name) if isinstance(given, dict) else None for name in PROPERTY_EXAMPLES
    }
    for name, text in texts.items():
        if not isinstance(text, str) or not text:
            example = PROPERTY_EXAMPLES[name]
            raise ValueError(f'{where}: has no text "{name}". Add it, such as "{example}".')
    try:
        area: BaseGeometry | None = shape(feature["geometry"])
    except (KeyError, TypeError, AttributeError, ValueError, ShapelyError):
        area = None
    if isinstance(area, Polygon):
        area = MultiPolygon([area])
    if not isinstance(area, MultiPolygon) or area.is_empty:
        raise ValueError(f"{where}: is no Polygon or MultiPolygon. Draw the district as an area.")
    if not area.is_valid:
        raise ValueError(
            f"{where}: has an outline that crosses itself. Repair it, in QGIS by “Fix geometries”."
        )
    # GeoJSON is always in degrees (RFC 7946, 4), though programs export metres under that name;
    # drawn as degrees they would be nonsense without any fault.
    west, south, east, north = area.bounds
    if west < -180 or south < -90 or east > 180 or north > 90:
        raise ValueError(
            f"{where}: is not in degrees. Export the boundaries in WGS 84 (EPSG:4326)."
        )
    return District(str(texts[CODE_PROPERTY]), str(texts[PLACE_PROPERTY]), area)


def read_attribution(path: Path, language: str) -> str:
    """Whose boundaries they are: the text in the file's ``attribution``, by language; or nothing.

    Whoever publishes boundaries asks to be named beside every map.
    """
    found = json.loads(path.read_text(encoding="utf-8-sig")).get("attribution")
    if isinstance(found, dict):
        return str(found.get(language) or next(iter(found.values()), ""))
    return found if isinstance(found, str) else ""

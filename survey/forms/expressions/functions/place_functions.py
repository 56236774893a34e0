"""Functions of places: points as ``latitude longitude altitude accuracy``, lines of them by ``;``.

The formulas are JavaRosa's and ODK's, so that areas and distances agree with other software.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from survey.forms.expressions.casts import NUMBER_PATTERN, as_strings, nan
from survey.forms.expressions.function_registry import Value, raise_if_strict, register_function

#: The earth's radius at the equator in metres, as JavaRosa has it.
EARTH_RADIUS = 6_378_100.0

Coordinates = tuple[float, float]


def parse_points(value: Value) -> list[Coordinates] | None:
    """The points of a line, of a shape, or of several nodes; None if one of them is none."""
    parts = [part for text in as_strings((value,)) for part in text.split(";") if part.strip()]
    found = [parse_coordinates(part) for part in parts]
    known = [p for p in found if p is not None]
    return known if len(known) == len(found) else None


def parse_coordinates(text: str) -> Coordinates | None:
    """Latitude and longitude in degrees; None if they are none."""
    parts = text.split()
    if not 2 <= len(parts) <= 4 or not all(map(NUMBER_PATTERN.fullmatch, parts)):
        return None
    latitude, longitude = float(parts[0]), float(parts[1])
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


@register_function("area", 1)
def area(_: Any, value: Value) -> float:
    """The area of a shape on the sphere in square metres.

    Chamberlain & Duquette 2007, *Some algorithms for polygons on a sphere* (JPL 07-03).
    """
    found = parse_points(value)
    if found is None:
        return raise_if_strict("area() was given no shape", 0.0)
    if len(found) < 3:
        return 0.0
    twice = sum(
        math.radians(x2 - x1) * (2 + math.sin(math.radians(y1)) + math.sin(math.radians(y2)))
        for (y1, x1), (y2, x2) in pairwise([*found, found[0]])
    )
    return round(abs(twice) * EARTH_RADIUS**2 / 2, 2)


@register_function("distance", 1, None)
def distance(_: Any, *values: Value) -> float:
    """The length of a line, or of a way through several points, in metres."""
    legs = [parse_points(value) for value in values]
    found = [p for leg in legs if leg for p in leg]
    if None in legs or not legs:
        return raise_if_strict("distance() was given what is no point", nan)
    return round(sum(measure_distance(one, other) for one, other in pairwise(found)), 2)


def measure_distance(one: Coordinates, other: Coordinates) -> float:
    """Metres along the great circle (haversine formula)."""
    (south, west), (north, east) = (tuple(map(math.radians, p)) for p in (one, other))
    half = math.sin((north - south) / 2) ** 2
    half += math.cos(south) * math.cos(north) * math.sin((east - west) / 2) ** 2
    # Between opposite points rounding may lift the root above 1, where asin() has no value.
    return 2 * EARTH_RADIUS * math.asin(min(1.0, math.sqrt(half)))


@register_function("geofence", 2)
def geofence(_: Any, place: Value, shape: Value) -> bool:
    """Whether a point lies in a closed shape (counting the edges that a ray to the east meets)."""
    where, corners = parse_points(place), parse_points(shape)
    if not where or not corners:
        return raise_if_strict("geofence() needs a point and a shape", False)
    if len(corners) < 4 or corners[0] != corners[-1]:
        return False
    y, x = where[0]
    inside = False
    for (y1, x1), (y2, x2) in pairwise(corners):
        if (y1 > y) != (y2 > y) and x < x1 + (x2 - x1) * (y - y1) / (y2 - y1):
            inside = not inside
    return inside

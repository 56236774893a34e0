"""From a shared location to the sub-district it lies in."""

from __future__ import annotations

import json
from functools import cache

import pytest
from shapely.geometry import shape

from reports.city_file import read_city
from survey.boundaries import Boundaries
from tests.survey.form_helpers import CITY_FILE, SHIPPED


@cache
def geojson() -> str:
    return (SHIPPED / "kelurahan.geojson").read_text(encoding="utf-8")


@cache
def jakarta() -> Boundaries:
    return Boundaries.from_geojson(geojson(), read_city(CITY_FILE).level_properties)


@pytest.mark.parametrize(
    ("latitude", "longitude", "kelurahan"),
    [
        (-6.175392, 106.827153, "31.71.01.1001"),  # The National Monument, in Gambir.
        (-6.1352, 106.8133, "31.73"),  # The old town, between the west …
        (-6.2607, 106.7816, "31.74"),  # Pondok Indah, in the south.
    ],
)
def test_a_point_known_to_everybody_lies_where_everybody_knows(
    latitude: float, longitude: float, kelurahan: str
) -> None:
    found = jakarta().find_by_point(latitude, longitude)
    assert found is not None
    assert found["kelurahan"].startswith(kelurahan)


def test_a_point_inside_each_sub_district_finds_it_and_what_it_belongs_to() -> None:
    wrong = []
    for feature in json.loads(geojson())["features"]:
        point = shape(feature["geometry"]).representative_point()
        found = jakarta().find_by_point(point.y, point.x)
        code = feature["properties"]["kode"]
        if found is None or found["kelurahan"] != code:
            wrong.append(code)
            continue
        assert code.startswith(found["kecamatan"] + ".")
        assert found["kecamatan"].startswith(found["kota"] + ".")
    assert wrong == []


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(-6.914744, 107.609810), (0, 0), (106.8, -6.2), (90, 180), (-90, -180), (-6.36, 106.82)],
)
def test_a_point_elsewhere_is_nowhere(latitude: float, longitude: float) -> None:
    assert jakarta().find_by_point(latitude, longitude) is None


def test_without_boundaries_every_point_is_nowhere() -> None:
    assert Boundaries(()).find_by_point(-6.2, 106.8) is None


@pytest.mark.parametrize("source", ["", "[]", "{}", '{"features": [{}]}'])
def test_a_file_that_is_none_is_refused(source: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        Boundaries.from_geojson(source, (("kelurahan", "kode"),))

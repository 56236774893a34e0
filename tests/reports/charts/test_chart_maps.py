"""Maps of districts, and the boundaries that people bring."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from shapely.geometry import MultiPolygon, box, mapping

from reports.charts.boundaries import District, read_attribution, read_boundaries
from reports.charts.choropleth import MapLegend, Shade, draw_choropleth
from tests.reports.svg_reading import count_hatched, has_label

DISTRICTS = Path(__file__).parents[3] / "questionnaires" / "kecamatan.geojson"
MAP = MapLegend(
    ("0–33 % (n = 90)", "34–66 % (n = 80)", "67–100 % (n = 7)"),
    "Terlalu sedikit orang",
    "Batas: BPS / OCHA",
)


def map_of(shades: dict[str, Shade]) -> bytes:
    return draw_choropleth(
        read_boundaries(DISTRICTS), shades, {"31.71": "Pusat", "31.01": "Seribu"}, MAP
    )


def test_the_map_writes_figures_and_hatches_every_district_without_a_class() -> None:
    shades = {"31.71.05": Shade(0, "17 %"), "31.71.01": Shade(2, "71 %"), "31.71.02": Shade(None)}
    svg = map_of(shades)
    for text in ("17 %", "71 %", "Pusat", "Seribu", "5 km", MAP.attribution, *MAP.classes):
        assert has_label(svg, text)
    # The key's patch, the mainland's 40 districts and the box's 2.
    assert count_hatched(svg) == 1 + 40 + 2
    assert count_hatched(map_of({})) == 1 + 42 + 2


def test_a_map_of_one_district_is_drawn_too() -> None:
    square = District("1", "1", MultiPolygon([box(106.8, -6.3, 106.9, -6.2)]))
    svg = draw_choropleth([square], {"1": Shade(1, "50 %")}, {}, MAP)
    assert has_label(svg, "50 %")


def test_the_shipped_boundaries_name_whom_they_are_from_in_both_languages() -> None:
    assert len(read_boundaries(DISTRICTS)) == 44
    assert read_attribution(DISTRICTS, "id").startswith("Batas wilayah: BPS / OCHA via HDX")
    assert read_attribution(DISTRICTS, "en").startswith("Boundaries: BPS / OCHA via HDX")


def feature(code: object, place: object, geometry: object) -> dict[str, object]:
    return {"properties": {"kode": code, "kode_kota": place}, "geometry": geometry}


SQUARE = mapping(box(106, -7, 107, -6))
KNOT = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("kode,nama", "is no GeoJSON"),
        ("[]", "holds no features"),
        (json.dumps({"features": []}), "holds no features"),
        ([{"geometry": SQUARE}], 'feature 1: has no text "kode"'),
        ([feature(3171, "31.71", SQUARE)], 'feature 1: has no text "kode"'),
        ([feature("31.71.01", None, SQUARE)], 'feature 1: has no text "kode_kota"'),
        ([feature("1", "1", SQUARE)] * 2, "has kode 1 twice"),
        ([feature("1", "1", None)], "is no Polygon"),
        ([feature("1", "1", {"type": "Point", "coordinates": [1, 2]})], "is no Polygon"),
        ([feature("1", "1", {"type": "Polygon", "coordinates": "x"})], "is no Polygon"),
        ([feature("1", "1", KNOT)], "crosses itself"),
        ([feature("1", "1", mapping(box(7e5, 9e6, 7.1e5, 9.1e6)))], "is not in degrees"),
    ],
)
def test_boundaries_that_cannot_be_used_say_which_file_and_what_to_mend(
    tmp_path: Path, content: object, told: str
) -> None:
    path = tmp_path / "batas.geojson"
    text = content if isinstance(content, str) else json.dumps({"features": content})
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(told)) as fault:
        read_boundaries(path)
    assert str(fault.value).startswith(path.name)


def test_a_place_far_off_gets_a_box_so_that_the_others_fill_the_picture() -> None:
    def height(districts: list[District]) -> float:
        svg = draw_choropleth(districts, {}, {}, MAP)
        return float(re.findall(rb'height="([0-9.]+)pt"', svg)[0])

    everywhere = read_boundaries(DISTRICTS)
    mainland = [each for each in everywhere if each.place != "31.01"]
    islands = [each for each in everywhere if each.place == "31.01"]
    # The islands lie 100 km to the north of a mainland 30 km tall.
    assert height(everywhere) <= height(mainland)
    assert height(islands) > height(everywhere) / 2

"""City, district and sub-district: as lists to choose from and as areas on the ground."""

from __future__ import annotations

import json
import re
from functools import cache

import pytest
from shapely import Point, STRtree
from shapely.geometry import shape

from tests.questionnaires.questionnaire_files import (
    QUESTIONNAIRE_FOLDER,
    XFORM_NAMESPACES,
    build_single_document,
    read_csv_rows,
    read_xform_tree,
)


def test_choosing_a_city_and_a_district_leaves_only_what_lies_within() -> None:
    files = {name: f"{name}.csv" for name in ("kota", "kecamatan", "kelurahan")}
    top = build_single_document("persepsi", files)
    place = top.find("data/warga/tempat")
    place.find("kota").text, place.find("kecamatan").text = "31.71", "31.71.01"

    def offered(name: str) -> list[str]:
        itemset = read_xform_tree("persepsi").find(
            f".//x:select1[@ref='/data/warga/tempat/{name}']/x:itemset", XFORM_NAMESPACES
        )
        nodeset = re.sub(r"instance\('(\w+)'\)", r"/top/list[@id='\1']", itemset.get("nodeset"))
        return [
            row.findtext("label") for row in top.xpath(nodeset.replace(" /data/", " /top/data/"))
        ]

    assert len(offered("kota")) == 6
    assert sorted(offered("kecamatan"))[:3] == ["Cempaka Putih", "Gambir", "Johar Baru"]
    assert len(offered("kecamatan")) == 8
    assert set(offered("kelurahan")) == {
        "Cideng",
        "Duri Pulo",
        "Gambir",
        "Kebon Kelapa",
        "Petojo Selatan",
        "Petojo Utara",
    }


def test_jakarta_has_6_cities_44_districts_267_subdistricts_each_in_its_parent() -> None:
    cities, districts, subdistricts = (
        {row["name"]: row for row in read_csv_rows(f"{level}.csv")}
        for level in ("kota", "kecamatan", "kelurahan")
    )
    assert (len(cities), len(districts), len(subdistricts)) == (6, 44, 267)
    for code, row in districts.items():
        assert row["kota"] in cities
        assert code.startswith(row["kota"] + ".")
    for code, row in subdistricts.items():
        assert row["kecamatan"] in districts
        assert code.startswith(row["kecamatan"] + ".")
    assert {row["kota"] for row in districts.values()} == cities.keys()
    assert {row["kecamatan"] for row in subdistricts.values()} == districts.keys()
    assert sum(int(row["penduduk_sp2020"]) for row in cities.values()) == 10_562_088
    assert sum(int(row["penduduk_2024"]) for row in cities.values()) == 11_038_216


def test_place_names_fit_buttons_and_subdistricts_cannot_be_confused() -> None:
    for level in ("kota", "kecamatan", "kelurahan"):
        labels = [row["label"] for row in read_csv_rows(f"{level}.csv")]
        assert len(set(labels)) == len(labels)
        assert max(map(len, labels)) <= 28
        assert not any("Administrasi" in label for label in labels)


@cache
def boundaries() -> tuple[STRtree, list[dict[str, str]]]:
    collection = json.loads(
        (QUESTIONNAIRE_FOLDER / "kelurahan.geojson").read_text(encoding="utf-8")
    )
    shapes = [shape(feature["geometry"]) for feature in collection["features"]]
    assert all(each.is_valid for each in shapes)
    return STRtree(shapes), [feature["properties"] for feature in collection["features"]]


def subdistricts_at(latitude: float, longitude: float) -> list[str]:
    tree, properties = boundaries()
    hits = tree.query(Point(longitude, latitude), predicate="within")
    return [properties[hit]["nama"] for hit in hits]


def test_boundaries_and_lists_speak_of_the_same_places() -> None:
    _, properties = boundaries()
    drawn = {(p["kode"], p["nama"], p["kode_kecamatan"]) for p in properties}
    listed = {
        (row["name"], row["label"], row["kecamatan"]) for row in read_csv_rows("kelurahan.csv")
    }
    assert drawn == listed
    names = {
        row["name"]: row["label"]
        for row in read_csv_rows("kecamatan.csv") + read_csv_rows("kota.csv")
    }
    for p in properties:
        assert names[p["kode_kecamatan"]] == p["kecamatan"]
        assert names[p["kode_kota"]] == p["kota"]


def test_the_map_of_districts_holds_those_of_the_list_where_the_subdistricts_lie() -> None:
    text = (QUESTIONNAIRE_FOLDER / "kecamatan.geojson").read_text(encoding="utf-8")
    assert len(text) < 150_000
    districts = {f["properties"]["kode"]: f for f in json.loads(text)["features"]}
    listed = {row["name"]: row for row in read_csv_rows("kecamatan.csv")}
    assert districts.keys() == listed.keys()
    for code, feature in districts.items():
        row, p = listed[code], feature["properties"]
        assert (p["nama"], p["kode_kota"], p["kode_bps"]) == (
            row["label"],
            row["kota"],
            row["kode_bps"],
        )
    tree, properties = boundaries()
    for number, each in enumerate(tree.geometries):
        around = shape(districts[properties[number]["kode_kecamatan"]]["geometry"])
        assert around.is_valid
        assert around.intersection(each).area > 0.9 * each.area


def test_a_point_within_a_subdistrict_is_found_in_that_one_alone() -> None:
    tree, properties = boundaries()
    for number, each in enumerate(tree.geometries):
        inside = each.representative_point()
        assert subdistricts_at(inside.y, inside.x) == [properties[number]["nama"]]


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [
        (-6.1754, 106.8272, ["Gambir"]),  # Monas
        (-6.1352, 106.8133, ["Pinangsia"]),  # Kota Tua
        (-6.3125, 106.8201, ["Ragunan"]),  # the zoo
        (-6.5950, 106.8166, []),  # Bogor
    ],
)
def test_known_landmarks_lie_where_people_say(
    latitude: float, longitude: float, expected: list[str]
) -> None:
    assert subdistricts_at(latitude, longitude) == expected

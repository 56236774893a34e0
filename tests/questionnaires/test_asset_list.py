"""Each participant rates the assets of their own category, by name."""

from __future__ import annotations

import re
from collections import Counter
from copy import deepcopy

import pytest

from tests.questionnaires.questionnaire_files import (
    CODE_PATTERN,
    XFORM_NAMESPACES,
    Element,
    build_single_document,
    read_csv_rows,
    read_xform_tree,
)


def test_twelve_categories_have_five_assets_each() -> None:
    assets = read_csv_rows("aset.csv")
    categories = [row["name"] for row in read_csv_rows("kategori.csv")]
    assert Counter(row["kategori"] for row in assets) == dict.fromkeys(categories, 5)
    assert len(categories) == 12
    assert len({row["name"] for row in assets}) == 60
    for row in assets:
        assert CODE_PATTERN.fullmatch(row["name"])
        assert row["contoh"] in ("ya", "")
        assert 0 < len(row["label"]) <= 40
        assert 0 < len(row["label_en"]) <= 40


def test_the_five_sectors_and_all_categories_are_named_in_both_languages() -> None:
    assert len(read_csv_rows("sektor.csv")) == 5
    for row in read_csv_rows("sektor.csv") + read_csv_rows("kategori.csv"):
        assert CODE_PATTERN.fullmatch(row["name"])
        assert row["label"]
        assert row["label_en"]


def evaluate(expression: str, node: Element) -> str:
    """An expression of the form at ``node``: OpenRosa's own functions spelt out in XPath 1.0."""
    spelt_out = (
        (
            r"pulldata\('(\w+)', '(\w+)', '(\w+)', +(\S+) \)",
            r"instance('\1')/root/item[\3 = $here/\4]/\2",
        ),
        (r"instance\('(\w+)'\)", r"/top/list[@id='\1']"),
        (r"current\(\)", "$here"),
        (r"position\(\.\.\)", "count(../preceding-sibling::aset) + 1"),
        (r" /data/", " /top/data/"),
    )
    for pattern, replacement in spelt_out:
        expression = re.sub(pattern, replacement, expression)
    return str(node.xpath(f"string({expression})", here=node))


def fill_in(form: str, path: str, node: Element) -> str:
    """Calculates ``node`` as the form says, and returns what came out."""
    bind = read_xform_tree(form).find(f".//x:bind[@nodeset='{path}']", XFORM_NAMESPACES)
    node.text = value = evaluate(bind.get("calculate"), node)
    return value


@pytest.mark.parametrize("category", [row["name"] for row in read_csv_rows("kategori.csv")])
def test_a_participant_is_asked_each_asset_of_their_category_by_name(category: str) -> None:
    top = build_single_document("kerentanan", {"aset": "aset.csv"})
    data = top.find("data")
    for surplus in data.findall("aset")[1:]:
        data.remove(surplus)
    data.find("kategori").text = category

    count = int(fill_in("kerentanan", "/data/jumlah_aset", data.find("jumlah_aset")))
    for _ in range(count - 1):
        data.find("aset").addnext(deepcopy(data.find("aset")))
    columns = ("nomor", "kode", "nama_id", "nama_en")
    asked = [
        tuple(fill_in("kerentanan", f"/data/aset/{c}", turn.find(c)) for c in columns)
        for turn in data.findall("aset")
    ]

    mine = [row for row in read_csv_rows("aset.csv") if row["kategori"] == category]
    assert asked == [
        (str(n), row["name"], row["label"], row["label_en"]) for n, row in enumerate(mine, 1)
    ]


def test_without_a_category_no_asset_is_asked() -> None:
    top = build_single_document("kerentanan", {"aset": "aset.csv"})
    assert fill_in("kerentanan", "/data/jumlah_aset", top.find("data/jumlah_aset")) == "0"

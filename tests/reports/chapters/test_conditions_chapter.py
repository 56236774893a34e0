"""The condition of assets, counted once more from the rows of the store."""

from __future__ import annotations

from collections import Counter
from math import isnan
from statistics import median

import pytest

from reports import question_names
from reports.chapters.elements import Chapter
from reports.measures.inventory import normalize_plan_name
from tests.reports.chapter_rows import (
    ENGLISH_WORDS,
    build_chapters,
    read_repeat_instances,
    table_records,
)
from tests.reports.chapters.test_report_figures import read_answer_rows
from tests.reports.filled_store import FilledStore, add_assessments, add_crowd
from tests.reports.svg_reading import has_label

Made = dict[str, Chapter]


def test_each_assets_state_is_the_median_of_what_was_said(
    assessed: FilledStore, made: Made
) -> None:
    items = {
        row["name"]: row
        for row in question_names.list_carried_items(assessed.forms["kondisi-aset"], "aset")
    }
    said, shown = read_repeat_instances(assessed, "kondisi-aset", "aset"), 0
    by_label = {
        (r["asset"], r["aspect"]): r for r in table_records(made["conditions"], "conditions")
    }
    for code, item in items.items():
        mine = [i for i in said if i["kode"] == [code]]
        for question, english in (("fisik", "Condition"), ("kekritisan", "Criticality")):
            points = [int(i[question][0]) for i in mine if i[question] and i[question][0].isdigit()]
            row = by_label[(item["label_en"], english)]
            if len(points) < 5:
                assert row["hidden"] == "yes"
                assert isnan(row["median"])
                continue
            shown += 1
            assert (row["n"], row["median"]) == (len(points), median(points))
            near = sum(abs(p - median(points)) <= 1 for p in points) / len(points)
            assert row["within_one"] == pytest.approx(near)
    assert shown > 90


def test_assets_in_a_poor_state_on_which_much_depends_stand_with_their_medians(
    made: Made,
) -> None:
    medians: dict[str, dict[str, float]] = {}
    for row in table_records(made["conditions"], "conditions"):
        if not row["asset"].startswith("All: "):
            medians.setdefault(row["asset"], {})[row["aspect"]] = row["median"]
    states = ("Condition", "Adequacy", "Upkeep")
    worrying = {
        asset: [*(rated[state] for state in states), rated["Criticality"]]
        for asset, rated in medians.items()
        if rated["Criticality"] >= 4 and any(rated[state] <= 2 for state in states)
    }
    found = table_records(made["conditions"], "worrying")
    aspects = (
        question_names.PHYSICAL,
        question_names.ADEQUACY,
        question_names.UPKEEP,
        question_names.CRITICALITY,
    )
    assert {r["asset"]: [r[aspect] for aspect in aspects] for r in found} == worrying
    assert worrying


def test_a_category_pools_the_ratings_of_its_assets(assessed: FilledStore, made: Made) -> None:
    items = question_names.list_carried_items(assessed.forms["kondisi-aset"], "aset")
    codes = {row["name"] for row in items if row["kategori"] == "energi"}
    mine = [
        i for i in read_repeat_instances(assessed, "kondisi-aset", "aset") if i["kode"][0] in codes
    ]
    points = [int(i["pemeliharaan"][0]) for i in mine if "".join(i["pemeliharaan"]).isdigit()]
    confident = [i["keyakinan"][0] for i in mine if i["keyakinan"]]
    row = next(
        r
        for r in table_records(made["conditions"], "conditions")
        if r["asset"] == "All: Energy" and r["aspect"] == "Upkeep"
    )
    assert (row["n"], row["median"]) == (len(points), median(points))
    assert row["people"] == len({i["who"] for i in mine})
    assert row["sure"] == pytest.approx(confident.count("3") / len(confident))
    assert row["unknown"] == sum(i["fisik"] == ["tt"] for i in mine)
    assert row["elsewhere"] == sum(i["fisik"] == ["bb"] for i in mine)


def test_what_fails_along_is_of_those_who_know(assessed: FilledStore, made: Made) -> None:
    said = read_repeat_instances(assessed, "kondisi-aset", "aset")
    mine = [i["ikut_lumpuh"] for i in said if i["kode"] == ["muara_karang"] and i["ikut_lumpuh"]]
    knowing = [set(codes) for codes in mine if codes != ["tt"]]
    told = {
        r["target"]: r
        for r in table_records(made["conditions"], "knock_on")
        if r["asset"] == "Muara Karang power plant"
    }
    counts = Counter(code for codes in knowing for code in codes if code != "tidak_ada")
    assert {ENGLISH_WORDS(question_names.CATEGORIES[c]): n for c, n in counts.items()} == {
        label: r["named"] for label, r in told.items()
    }
    assert {r["n"] for r in told.values()} == {len(knowing)}
    for row in told.values():
        enough = row["named"] >= 5 and row["named"] / row["n"] >= 0.5
        assert row["holds"] == ("yes" if enough else "")
    assert any(r["holds"] for r in table_records(made["conditions"], "knock_on"))


def test_a_missing_asset_is_named_only_if_enough_people_gave_it(
    assessed: FilledStore, made: Made
) -> None:
    said = [
        a
        for a in read_answer_rows(assessed)
        if a["questionnaire"] == "kondisi-aset" and a["path"].endswith("/nama_lain")
    ]
    people = {a["interview_id"] for a in said if normalize_plan_name(a["said"]) == "waduk pluit"}
    assert len(people) >= 5
    assert any("Ibu Sari" in a["said"] for a in said)
    rows = table_records(made["conditions"], "missing_assets")
    assert [r for r in rows if r["what"] == "Asset"] == [
        {"what": "Asset", "label": "Waduk Pluit", "people": len(people)}
    ]
    everything = repr([(c.findings, c.key_figures, c.notes) for c in made.values()])
    everything += "".join(t.frame.to_csv() for c in made.values() for t in c.tables)
    assert "Ibu Sari" not in everything
    assert "Muka air naik" not in everything


def test_categories_that_too_few_rated_are_named_and_not_drawn(store: FilledStore) -> None:
    add_crowd(store, residents=5, participants=30)
    add_assessments(store, 60)
    chapter = build_chapters(store)["conditions"]
    named = next(note for note in chapter.notes if note.startswith("Not drawn"))
    categories = {r["category"] for r in table_records(chapter, "conditions") if r["hidden"] == ""}
    assert 0 < len(categories) < len(question_names.CATEGORIES)
    for label in question_names.CATEGORIES.values():
        drawn = any(has_label(picture.svg, label) for picture in chapter.pictures[:4])
        assert drawn == (label in categories)
        assert (label in named) != drawn

"""Scenarios and trends, counted once more from the rows of the store."""

from __future__ import annotations

from collections import defaultdict
from statistics import median

from reports import question_names
from reports.chapters.elements import Chapter
from tests.reports.chapter_rows import read_repeat_instances, table_records
from tests.reports.chapters.test_report_figures import read_answer_rows
from tests.reports.filled_store import FilledStore

Made = dict[str, Chapter]


def test_each_scenario_has_the_median_of_its_ratings(assessed: FilledStore, made: Made) -> None:
    said = read_repeat_instances(assessed, "skenario", "skenario")
    labels = {
        r["name"]: r["label_en"]
        for r in question_names.list_carried_items(assessed.forms["skenario"], "skenario")
    }
    rows = {(r["scenario"], r["scale"]): r for r in table_records(made["scenarios"], "scenarios")}
    for code, label in labels.items():
        mine = [i for i in said if i["kode"] == [code]]
        for question, scale in (("kemungkinan", "Likelihood"), ("kesiapan", "Readiness")):
            points = [int(i[question][0]) for i in mine if "".join(i[question]).isdigit()]
            row = rows[(label, scale)]
            assert (row["n"], row["median"]) == (len(points), median(points))
    worse = [i["memburuk"] for i in said if i["kode"] == ["kemarau"] and i["memburuk"]]
    row = next(
        r
        for r in table_records(made["scenarios"], "worsening")
        if r["scenario"] == labels["kemarau"] and r["stress"] == "Traffic jams"
    )
    assert (row["named"], row["n"]) == (sum("macet" in codes for codes in worse), len(worse))
    signs = sum(bool(i["tanda"]) for i in said)
    assert f"{signs} remarks on early signs were written." in made["scenarios"].findings


def test_trends_stand_with_how_sure_people_are(assessed: FilledStore, made: Made) -> None:
    said: dict[str, list[int]] = defaultdict(list)
    for a in read_answer_rows(assessed):
        if a["questionnaire"] == "skenario" and a["said"].isdigit():
            said[a["path"]].append(int(a["said"]))
    row = next(r for r in table_records(made["scenarios"], "trends") if r["trend"] == "Sea level")
    points = said["/data/kecenderungan/arah/laut"]
    assert (row["n"], row["median"]) == (len(points), median(points))
    assert row["sure"] == median(said["/data/kecenderungan/kepastian/laut"])

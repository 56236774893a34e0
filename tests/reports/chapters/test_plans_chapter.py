"""The actions inventory, counted once more from the rows of the store."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from reports import question_names
from reports.chapters.elements import Chapter
from reports.discovery.candidate_file import read_candidates
from reports.measures.inventory import merge_entries
from tests.reports.chapter_rows import CANDIDATES, read_distinct_plans, table_records
from tests.reports.filled_store import FilledStore

Made = dict[str, Chapter]


def test_a_plan_told_of_several_times_is_counted_once(assessed: FilledStore, made: Made) -> None:
    same = read_distinct_plans(assessed)
    listed = table_records(made["plans"], "plans")
    assert len(listed) == sum(map(len, same.values()))
    assert len({r["number"] for r in listed}) == len(same)
    for name, entries in same.items():
        mine = [r for r in listed if r["name"].lower() == name]
        assert {r["told"] for r in mine} == {len(entries)}
    assert max(map(len, same.values())) > 5
    figure = next(f for f in made["plans"].key_figures if f.number)
    assert figure.number == len(same)


def test_every_plan_is_named_once_in_the_document(assessed: FilledStore, made: Made) -> None:
    named = next(t for t in made["plans"].tables if t.key == "plan_names")
    names = [name.lower() for name in named.frame["name"]]
    assert sorted(names) == sorted(read_distinct_plans(assessed))
    assert len(names) > named.printed_rows == 40


def test_what_plans_address_is_counted_over_distinct_plans(
    assessed: FilledStore, made: Made
) -> None:
    same = read_distinct_plans(assessed).values()
    direct = [{c for e in entries for c in e["langsung"]} for entries in same]
    helped = [{c for e in entries for c in e["tidak_langsung"]} for entries in same]
    rows = {
        r["label"]: r for r in table_records(made["plans"], "addressed") if r["kind"] == "Drivers"
    }
    for code, english in question_names.DRIVER_NAMES.items():
        row = rows[english]
        assert row["direct"] == sum(code in d for d in direct)
        assert row["indirect"] == sum(
            code in h and code not in d for d, h in zip(direct, helped, strict=True)
        )
    shocks = [{c for e in entries for c in e["guncangan"]} for entries in same]
    belonging = {a.driver: a.shocks for a in read_candidates(Path(CANDIDATES)).candidates}
    rows = {
        r["label"]: r for r in table_records(made["plans"], "addressed") if r["kind"] == "Shocks"
    }
    assert rows["Earthquake"]["direct"] == sum("gempa" in s for s in shocks)
    assert rows["Earthquake"]["indirect"] == sum(
        "gempa" not in s and any("gempa" in belonging[driver] for driver in d)
        for s, d in zip(shocks, direct, strict=True)
    )


def test_gaps_stand_first(made: Made) -> None:
    rows = table_records(made["plans"], "addressed")
    gaps = {r["label"] for r in rows if r["gap"]}
    assert gaps == {"Neighbourly help", "Cyber attack", "Corruption and red tape"}
    for kind in ("Drivers", "Shocks", "Stresses"):
        direct = [r["direct"] for r in rows if r["kind"] == kind]
        assert direct == sorted(direct)
    assert made["plans"].findings[0].startswith("Drivers that no plan addresses directly: Neigh")


def test_plans_are_counted_by_kind_and_by_years(assessed: FilledStore, made: Made) -> None:
    same = read_distinct_plans(assessed).values()
    kinds = [Counter(e["jenis"][0] for e in entries if e["jenis"]) for entries in same]
    told = Counter(kind.most_common(1)[0][0] for kind in kinds if kind)
    form = assessed.forms["rencana-kota"]
    question = question_names.find_named_question(form, question_names.PLAN_KIND)
    assert question is not None
    labels = {c.value: c.label.get_plain_text(form.match_language("en")) for c in question.choices}
    rows = table_records(made["plans"], "plans_by")
    shown = {r["label"]: r["plans"] for r in rows if r["by"] == "Kind of plan"}
    assert shown == {label: told[code] for code, label in labels.items()}
    begins = [Counter(e["mulai"][0] for e in entries if e["mulai"]) for entries in same]
    first = [int(year.most_common(1)[0][0][:4]) for year in begins if year]
    years = {r["label"]: r["plans"] for r in rows if r["by"] == "Years"}
    assert years["in 2026"] == sum(year <= 2026 for year in first) > 0
    assert years["begin after 2026"] == sum(year > 2026 for year in first) > 0
    assert sum(years.values()) == len(same)


def entry(**said: str) -> dict[str, str]:
    return {"nama": "Sumur Resapan", "pemilik": "air", **said}


def test_the_same_plan_is_found_however_it_is_spelt() -> None:
    told = merge_entries(
        [
            entry(langsung="pelindung layanan", tahap="2"),
            entry(
                nama="sumur  resapan!", langsung="layanan", tahap="4", tidak_langsung="pelindung"
            ),
            entry(nama="SUMUR-RESAPAN", tahap="4"),
            entry(pemilik="bpbd"),
            entry(pemilik="lain", pemilik_lain="Yayasan Air"),
            entry(pemilik="lain", pemilik_lain="yayasan air"),
            entry(nama="🙂"),
            entry(nama="  "),
        ]
    )
    assert [len(plan.entries) for plan in told] == [3, 1, 2]
    assert told[0].direct_drivers == ("pelindung", "layanan")
    assert told[0].indirect_drivers == ()
    assert told[0].get_usual_answer("tahap") == "4"
    assert told[1].get_usual_answer("tahap") == ""

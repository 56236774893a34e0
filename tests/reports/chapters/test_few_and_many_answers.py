"""The same chapters of no answer, of one, of nothing known, and of 300 assets."""

from __future__ import annotations

from math import isnan
from pathlib import Path

from reports import question_names
from survey.forms.authoring.xlsform import compile_file
from tests.reports.chapter_rows import QUESTIONNAIRES, build_chapters, table_records
from tests.reports.filled_store import END, HOUR, OPENS, FilledStore, add_assessments


def test_before_any_wave_each_chapter_says_so(store: FilledStore) -> None:
    store.write_rows()
    found = build_chapters(store)
    for key in ("conditions", "plans", "scenarios"):
        assert found[key].findings == ("No wave with these questions has opened.",)
    assert found["discovery"].findings == ("Too little evidence to propose anything yet.",)


def test_without_a_file_of_candidates_nothing_is_proposed(store: FilledStore) -> None:
    store.write_rows()
    assert build_chapters(store, candidates="")["discovery"].findings == (
        "No file of candidates is set up.",
    )


def test_waves_without_an_answer_are_told_in_a_readable_document(store: FilledStore) -> None:
    add_assessments(store, 0)
    found = build_chapters(store)
    for key in ("conditions", "scenarios"):
        assert found[key].findings == ("Too few ratings to show anything yet.",)
    assert found["plans"].findings == ("Nobody has told of a plan yet.",)
    assert all(not chapter.pictures for chapter in found.values())


def test_one_answer_shows_no_figure_of_that_person(store: FilledStore) -> None:
    add_assessments(store, 1)
    found = build_chapters(store)
    for row in table_records(found["conditions"], "conditions"):
        assert isnan(row["median"])
        assert isnan(row["people"])
    assert not table_records(found["conditions"], "knock_on")
    assert all(isnan(r["median"]) for r in table_records(found["scenarios"], "scenarios"))
    assert not table_records(found["scenarios"], "worsening")
    assert "participants" not in " ".join(found["plans"].findings)


def test_nobody_knows_anything(store: FilledStore) -> None:
    form = store.open_wave("kondisi-aset", ["participant"])
    future = store.open_wave("skenario", ["participant"])
    repeat, other = (
        next(question_names.find_named_groups(f, n))
        for f, n in ((form, "aset"), (future, "skenario"))
    )
    for _ in range(8):
        person = store.add_respondent("participant", OPENS, category="air")
        said: dict[tuple[str, str], str | list[str]] = {
            (f"{repeat.path}/kode", "1"): "ipa_buaran",
            **{
                (q.path, "1"): "tt"
                for q in question_names.list_asked_questions(repeat)
                if q.name != "keyakinan"
            },
        }
        store.add_interview("kondisi-aset", person, said, OPENS, END - HOUR)
        unknown: dict[tuple[str, str], str | list[str]] = {
            (f"{other.path}/kode", "1"): "laut_naik",
            **{
                (q.path, "1"): "tt"
                for q in question_names.list_asked_questions(other)
                if q.kind.name == "select_one"
            },
        }
        store.add_interview("skenario", person, unknown, OPENS, END - HOUR)
    store.write_rows()
    found = build_chapters(store)
    assert found["conditions"].findings == ("Too few ratings to show anything yet.",)
    row = next(
        r
        for r in table_records(found["conditions"], "conditions")
        if r["asset"].startswith("Buaran")
    )
    assert (row["people"], row["unknown"]) == (8, 8)
    assert found["scenarios"].findings == ("Too few ratings to show anything yet.",)


def test_three_hundred_assets_fit(store: FilledStore, tmp_path: Path) -> None:
    for name in QUESTIONNAIRES.glob("*.csv"):
        (tmp_path / name.name).write_bytes(name.read_bytes())
    with (tmp_path / "aset.csv").open("a", encoding="utf-8") as file:
        file.writelines(
            f"aset_{i},Aset nomor {i} 🏗,Asset number {i} 🏗,air,ya\n" for i in range(295)
        )
    (tmp_path / "kondisi-aset.md").write_bytes((QUESTIONNAIRES / "kondisi-aset.md").read_bytes())
    form = store.open_wave(
        "kondisi-aset", ["participant"], compile_file(tmp_path / "kondisi-aset.md")
    )
    repeat = next(question_names.find_named_groups(form, "aset"))
    for index in range(6):
        person = store.add_respondent("participant", OPENS, category="air")
        said: dict[tuple[str, str], str | list[str]] = {}
        for number in range(1, 301):
            said[(f"{repeat.path}/kode", str(number))] = f"aset_{number - 6}"
            for q in question_names.list_asked_questions(repeat):
                if q.kind.name == "select_one":
                    said[(q.path, str(number))] = str(1 + (number + index) % 3)
        store.add_interview("kondisi-aset", person, said, OPENS, END - HOUR)
    store.write_rows()
    found = build_chapters(store)["conditions"]
    rows = table_records(found, "conditions")
    assert len({r["asset"] for r in rows if "number" in r["asset"]}) == 295
    assert sum(r["n"] == 6 for r in rows) == 295 * 4
    assert found.pictures

"""What reports compute of interviews stands in the data files, and follows from them alone.

Nothing of ``reports`` takes part in the computing here.
"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import timedelta
from pathlib import Path
from statistics import median

import pytest

from reports.export.atomic_files import build_spreadsheet_style
from reports.export.data_export import export_data
from reports.reading.frames import read_frames
from survey.forms.authoring.xlsform import compile_source
from tests.reports.exported_files import JAKARTA, export_all, read_csv_lines, read_spss
from tests.reports.filled_store import END, HOUR, START, FilledStore, add_crowd, create_store
from tests.reports.random_answers import Answers, draw_resident_answers, list_places

POPULATION = "margin,category,people\nkelamin,laki,500\nkelamin,perempuan,500\n"


@pytest.fixture(scope="module")
def files(crowded: FilledStore, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return export_all(crowded.url, tmp_path_factory.mktemp("recomputed"))


def test_a_flag_follows_from_duration_words_and_answers(files: dict[str, Path]) -> None:
    people = read_csv_lines(files["interviews.csv"])
    said = {
        (row["wave"], row["respondent"], row["question"]): row["value"]
        for row in read_csv_lines(files["answers.csv"])
    }
    tables: dict[str, set[str]] = {}
    for row in read_csv_lines(files["codebook.csv"]):
        if row["questionnaire"] == "persepsi" and "/pendorong/" in row["question"]:
            tables.setdefault("warga/pendorong", set()).add(row["question"])
    mine = [row for row in people if row["wave"] == "persepsi" and row["flag_fast"]]
    assert len(mine) > 200
    middle = median(float(row["duration"]) for row in mine if row["disposition"] == "complete")
    for row in mine:
        seconds = float(row["duration"]) if row["disposition"] == "complete" else float("inf")
        why = {
            "third": seconds < middle / 3,
            "reading": seconds < 0.3 * int(row["words"]),
        }
        assert row["flag_fast_why"].split() == [name for name, true in why.items() if true]
        assert row["flag_fast"] == str(int(any(why.values())))
        rated = {
            said[key]
            for question in tables["warga/pendorong"]
            if (key := (row["wave"], row["respondent"], question)) in said
        }
        straight = "warga/pendorong" in row["flag_straight_where"].split()
        assert straight <= (len(rated) == 1)


def test_a_disposition_says_why_and_those_who_are_counted_have_their_measures(
    files: dict[str, Path],
) -> None:
    for row in read_csv_lines(files["interviews.csv"]):
        why = row["disposition_why"]
        assert (row["disposition"] == "complete") == (why == "sent")
        assert (row["disposition"] == "in progress") == (why == "")
        assert bool(row["words"]) == (row["disposition"] in ("complete", "partial"))
        assert float(row["duration"]) >= 0
        assert not row["position"].startswith("/")


def test_spss_has_the_same_measures(files: dict[str, Path]) -> None:
    people = {row["key"]: row for row in read_csv_lines(files["interviews.csv"])}
    rows = read_spss(files["persepsi.sav"]).rows
    assert list(rows)[-9:-6] == ["disposition_why", "position", "duration"]
    for row in rows.to_dict("records"):
        known = people[row["key"]]
        assert row["duration"] == pytest.approx(float(known["duration"]))
        assert (row["words"], row["flag_fast"]) == (int(known["words"]), int(known["flag_fast"]))
        assert row["flag_straight_where"] == known["flag_straight_where"]


def test_weights_are_those_of_the_report_and_bring_the_margins_about(tmp_path: Path) -> None:
    store = create_store(tmp_path / "suara.db", seed=5)
    add_crowd(store, residents=420, participants=10)
    population = tmp_path / "penduduk.csv"
    population.write_text(POPULATION, encoding="utf-8")
    paths = export_data(store.url, tmp_path / "out", JAKARTA, END, population=str(population))
    files = {path.name: path for path in paths}
    store.connection.close()
    weights = {
        row["respondent"]: float(row["weight"])
        for row in read_csv_lines(files["interviews.csv"])
        if row["weight"]
    }
    (wave,) = (row for row in read_csv_lines(files["waves.csv"]) if row["wave"] == "persepsi")
    assert wave["unweighted_why"] == ""
    assert len(weights) > 300
    assert sum(weights.values()) / len(weights) == pytest.approx(1)
    sums = Counter[str]()
    for row in read_csv_lines(files["answers.csv"]):
        if row["wave"] == "persepsi" and row["question"].endswith("/kelamin"):
            sums[row["value"]] += weights.get(row["respondent"], 0)  # type: ignore[assignment]
    assert sums["laki"] == pytest.approx(sums["perempuan"], rel=1e-4)


def test_without_enough_people_it_says_why_there_are_no_weights(
    crowded: FilledStore, tmp_path: Path
) -> None:
    population = tmp_path / "penduduk.csv"
    population.write_text(POPULATION, encoding="utf-8")
    paths = export_data(crowded.url, tmp_path, JAKARTA, END, population=str(population))
    files = {path.name: path for path in paths}
    assert not any(row["weight"] for row in read_csv_lines(files["interviews.csv"]))
    (wave,) = (row for row in read_csv_lines(files["waves.csv"]) if row["wave"] == "persepsi")
    assert "300" in wave["unweighted_why"]


def test_waves_lists_and_omissions_are_there(crowded: FilledStore, files: dict[str, Path]) -> None:
    frames = read_frames(crowded.url, END, "id")
    waves = {row["wave"]: row for row in read_csv_lines(files["waves.csv"])}
    assert set(waves) == {"persepsi", "kerentanan"}
    assert int(waves["persepsi"]["declined"]) == len(frames.refusals) > 0
    assert waves["persepsi"]["withdrew"] == "1"
    assert int(waves["kerentanan"]["invited_places"]) == frames.invited_places == 100
    cells = read_csv_lines(files["lists.csv"])
    merged = {row["name"]: row["value"] for row in cells if row["column"] == "bersama"}
    assert merged, "which small place is shown with which other one"
    assert any(row["list"] == "aset" and row["column"] == "label" for row in cells)


def test_what_came_later_is_in_no_file(crowded: FilledStore, tmp_path: Path) -> None:
    """As of an earlier moment, the files are those of a report of then."""
    then = END.replace(day=10)
    paths = export_data(crowded.url, tmp_path, JAKARTA, then)
    people = read_csv_lines(paths[-1])
    frames = read_frames(crowded.url, then, "id")
    ended = Counter(str(d) for d in frames.interviews["disposition"])
    assert Counter(row["disposition"] for row in people) == ended
    assert len(people) < len(read_frames(crowded.url, END, "id").interviews)


def test_a_spreadsheet_opens_it_and_runs_nothing(store: FilledStore, tmp_path: Path) -> None:
    store.open_wave("persepsi", ["resident"])
    told = {"=1+1": "'=1+1", "-5": "-5", "+62 811": "'+62 811", "@a": "'@a", "a=1": "a=1"}
    for text in told:
        store.add_interview(
            "persepsi",
            store.add_respondent(source="-x"),
            {("/data/warga/perbaikan", ""): text},
            START,
            START + HOUR,
        )
    store.write_rows()
    for language, mark in (("id", ";"), ("en", ",")):
        style = build_spreadsheet_style(language)
        paths = export_data(store.url, tmp_path / language, JAKARTA, END, style=style)
        for path in paths:
            assert path.read_bytes().startswith(b"\xef\xbb\xbf"), path.name
        with paths[0].open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, delimiter=mark))
        assert [row["value"] for row in rows] == list(told.values())
        with paths[-1].open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, delimiter=mark))
        assert {row["source"] for row in rows} == {"'-x"}


def test_an_answer_of_later_is_left_out_and_whoever_could_not_have_read_is_flagged(
    store: FilledStore, tmp_path: Path
) -> None:
    """All took thirty seconds, so nobody was faster than the others; the words say it."""
    form = store.open_wave("persepsi", ["resident"])
    place = list_places(form)[0]
    for _ in range(4):
        said = draw_resident_answers(form, store.random, place)
        store.add_interview("persepsi", store.add_respondent(), said, START, START + HOUR / 120)
    store.add_answer(form, "/data/warga/catatan", "", "belakangan", END)
    store.write_rows()
    files = {path.name: path for path in export_data(store.url, tmp_path, JAKARTA, END)}
    assert "belakangan" not in {row["value"] for row in read_csv_lines(files["answers.csv"])}
    people = read_csv_lines(files["interviews.csv"])
    assert [row["flag_fast_why"] for row in people] == ["reading"] * 4
    assert min(0.3 * int(row["words"]) for row in people) > float(people[0]["duration"]) == 30


def test_words_are_counted_as_people_read_them(store: FilledStore, tmp_path: Path) -> None:
    sheet = """
| survey | type | name | label |
| | text | a | **Satu** <span style="color:red">dua</span> tiga |
| | text | b | Empat |
| settings | form_title | form_id | version |
| | Kata | kata | 1 |
"""
    store.open_wave("kata", ["resident"], compile_source(sheet, ".md", Path()))
    for seconds in (1, 1.1):
        said: Answers = {("/data/a", ""): "x", ("/data/b", ""): "y"}
        store.add_interview(
            "kata", store.add_respondent(), said, START, START + timedelta(seconds=seconds)
        )
    said = {("/data/a", ""): "x"}
    store.add_interview("kata", store.add_respondent(), said, START, START + timedelta(seconds=1.3))
    store.write_rows()
    people = read_csv_lines(export_data(store.url, tmp_path, JAKARTA, END)[-1])
    assert [row["words"] for row in people] == ["4", "4", "3"]
    assert [row["flag_fast_why"] for row in people] == ["reading", "reading", ""]

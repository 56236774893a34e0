"""A population file makes weights, or one sentence why there are none; a report is made anyway."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports import question_names
from reports.localizer import Localizer
from reports.reading.form_answers import FormAnswers
from reports.reading.frames import read_frames
from reports.reading.resident_weights import weigh_frames
from reports.report_content import ReportContent, build_content
from tests.reports.filled_store import FORMS, FilledStore, build_report_request
from tests.reports.resident_answers import CITIES, add_even_residents

SHIPPED = FORMS / "penduduk.csv"
EVERYBODY = "margin,category,people\nkelamin,laki,500\nkelamin,perempuan,500\n"


@pytest.fixture
def asked(store: FilledStore) -> FilledStore:
    """330 residents of all kinds have answered, and 40 participants."""
    store.open_wave("persepsi", ["resident", "participant"])
    add_even_residents(store, 330)
    return store


def form_of(store: FilledStore, population: Path | str) -> FormAnswers:
    wanted = build_report_request(store, population=str(population), language="en")
    words = Localizer("en", "Asia/Jakarta")
    frames = weigh_frames(read_frames(wanted.database_url, wanted.end, "en"), wanted, words)
    form = frames.find_form(question_names.DRIVERS)
    assert form is not None
    return form


def said(store: FilledStore, population: Path | str, language: str = "en") -> ReportContent:
    return build_content(build_report_request(store, population=str(population), language=language))


def written(folder: Path, text: str) -> Path:
    file = folder / "penduduk.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_shipped_file_weights_jakartas_residents(asked: FilledStore) -> None:
    form = form_of(asked, SHIPPED)
    assert form.weighting is not None
    assert form.weighting.cells.n == 330
    weight = form.interviews["weight"]
    assert weight.mean() == pytest.approx(1)
    assert weight.between(0.3, 3).all()
    city = form.find_question(question_names.CITY)
    assert city is not None
    east = weight[form.get_choice_series(city) == "31.75"].sum() / weight.sum()
    assert east == pytest.approx(3230417 / 11038216, abs=0.02)


def test_who_does_not_say_keeps_their_place_and_participants_count_once(asked: FilledStore) -> None:
    for name in ("peserta", "diam"):
        person = asked.add_respondent("participant" if name == "peserta" else "resident")
        path = next(q.path for q in asked.forms["persepsi"].questions if q.name == "kelamin")
        at = build_report_request(asked).start
        asked.add_interview("persepsi", person, {(path, ""): "tm"}, at, at)
    asked.write_rows()
    form = form_of(asked, SHIPPED)
    weight = form.interviews["weight"]
    assert form.weighting is not None
    assert form.weighting.cells.n == 331
    assert (weight[form.interviews["role"] == "participant"] == 1).all()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("margin,category,people\nkota,31.71,1000\nkota,31.72,2000\n", "“31.73”, of whom the"),
        (EVERYBODY + "kelamin,lain,10\n", "nobody who answered is “lain”. Invite such people"),
        (EVERYBODY + "agama,x,10\nagama,y,10\n", "not asked for “agama”"),
        (EVERYBODY + "kota,31.71\n", "Line 4: people must be a whole number"),
        ("a;b;c\n1;2;3\n", "The first line must name the columns margin, category, people"),
        ("", "needs rows with the columns"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_what_to_mend(
    asked: FilledStore, tmp_path: Path, text: str, why: str
) -> None:
    form = form_of(asked, written(tmp_path, text))
    assert form.weighting is None
    assert (form.interviews["weight"] == 1).all()
    assert form.unweighted_reason.startswith("penduduk.csv: ")
    assert why in form.unweighted_reason


@pytest.mark.parametrize("content", [b"\xff\xfe\x00\x01", b"\x89PNG\r\n\x1a\n\x00\x00"])
def test_a_file_that_is_no_text_says_so(asked: FilledStore, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "penduduk.csv").write_bytes(content)
    assert (
        "Save it as CSV with commas" in form_of(asked, tmp_path / "penduduk.csv").unweighted_reason
    )


def test_a_file_that_is_not_there_says_so(asked: FilledStore, tmp_path: Path) -> None:
    assert "no such file" in form_of(asked, tmp_path / "hilang.csv").unweighted_reason
    assert form_of(asked, tmp_path).unweighted_reason


def test_before_anybody_has_answered_the_report_says_why_it_is_not_weighted(
    store: FilledStore,
) -> None:
    store.open_wave("persepsi", ["resident"])
    store.write_rows()
    form = form_of(store, SHIPPED)
    assert form.weighting is None
    assert "0 people answered" in form.unweighted_reason
    assert "The data are not weighted" in said(store, SHIPPED).statement


def test_with_few_people_the_report_is_made_unweighted_and_says_why(store: FilledStore) -> None:
    store.open_wave("persepsi", ["resident"])
    add_even_residents(store, 60)
    content = said(store, SHIPPED)
    assert "The data are not weighted" in content.statement
    notes = dict(content.method)["Weights and precision"]
    assert "60 people answered; under 300 results are not weighted" in notes
    assert "No margin of error" in notes


def test_a_weighted_report_says_so_with_n_effective_n_and_what_weights_cannot_do(
    asked: FilledStore,
) -> None:
    content = said(asked, SHIPPED)
    notes = dict(content.method)["Weights and precision"]
    assert "weighted to the population by city, sex, and age" in content.statement
    assert "not weighted" not in content.statement + content.caution + notes
    for part in ("n = 330, effective n = ", "design effect 1", "were trimmed", "cannot repair"):
        assert part in notes
    assert "No margin of error" in notes


def test_a_weighted_report_in_indonesian_says_so_too(asked: FilledStore) -> None:
    content = said(asked, SHIPPED, "id")
    assert "susunan penduduk menurut kota, jenis kelamin, dan usia" in content.statement
    assert "tidak ditimbang" not in content.statement + content.caution


def test_the_table_of_weights_hides_how_few_there_are(store: FilledStore) -> None:
    """Two residents of the islands are in no row, and three others with them."""
    store.open_wave("persepsi", ["resident"])
    add_even_residents(store, 360, city=lambda n: "31.01" if n < 2 else CITIES[n % 5])
    content = said(store, SHIPPED)
    table = next(t for c in content.chapters for t in c.tables if t.key == "weights")
    city = table.frame[table.frame["margin"] == "City"].set_index("category")
    assert city.loc["Thousand Islands", "hidden"] == "yes"
    assert city["before"].isna().sum() == 1
    # What weights make of a place would tell how many of those in no row are from there.
    assert city["after"].isna().all()
    who = next(t for c in content.chapters for t in c.tables if t.key == "who").frame
    same = who[who["what"] == "City"].set_index("answer")
    assert same.loc["not yet broken down", "people"] == 5
    shown = dict(city["before"].dropna())
    assert {place: same.loc[place, "share"] for place in shown} == pytest.approx(shown)
    assert city["wanted"].notna().all()

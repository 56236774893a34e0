"""How the fieldwork went: rates, durations, flags, coverage, and where people answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.chapters.chapter_registry import CHAPTERS
from reports.chapters.elements import Chapter
from reports.chapters.fieldwork.respondents import build_makeup
from reports.chapters.maps.chapter import MAX_CLASSES, compute_class_bounds, label_classes
from reports.input_files import find_file_faults
from reports.localizer import Localizer
from reports.question_names import CITY_TIE, DIMENSIONS, NO_CITY_TIE
from reports.reading.frames import read_frames
from reports.reading.quality_flags import flag_interviews
from reports.request import ReportKind, ReportRequest
from reports.verification.expected_cells import LeakedCell
from reports.verification.recount_basis import expect_blocks
from survey.store.schema import refusal
from tests.reports.exported_files import export_all
from tests.reports.filled_store import END, START, FilledStore, build_report_request
from tests.reports.random_answers import draw_resident_answers, list_places
from tests.reports.report_contents import relabel_form

SHIPPED = Path(__file__).parents[3] / "questionnaires"
MINUTES, DAY = timedelta(minutes=1), timedelta(days=1)


def ordered(store: FilledStore, **changes: Any) -> ReportRequest:
    """An order with the population and the boundaries that are shipped."""
    files = {"population": SHIPPED / "penduduk.csv", "boundaries": SHIPPED / "kecamatan.geojson"}
    return replace(
        build_report_request(store), **{name: str(path) for name, path in files.items()} | changes
    )


def told(store: FilledStore, key: str, **changes: Any) -> Chapter:
    """A chapter of a store, in English."""
    wanted = ordered(store, language="en", **changes)
    frames = read_frames(wanted.database_url, END, "en")
    return CHAPTERS[key](frames, wanted, Localizer("en", "Asia/Jakarta"))


def figures(chapter: Chapter, key: str) -> pd.DataFrame:
    return next(table.frame for table in chapter.tables if table.key == key)


def residents(store: FilledStore, how_many: int, minutes: float = 6, **same: str) -> None:
    """People who answer in so many minutes, some questions all in the same way."""
    form = store.forms["persepsi"]
    paths = {question.name: question.path for question in form.questions}
    for number in range(how_many):
        said = draw_resident_answers(form, store.random, list_places(form)[number % 40])
        said |= {(paths[name], ""): value for name, value in same.items()}
        sent = START + minutes * MINUTES
        store.add_interview("persepsi", store.add_respondent(), said, START, sent=sent)


DRIVERS = [name for names in DIMENSIONS.values() for name in names]


def test_who_answers_all_alike_or_faster_than_they_can_read_is_flagged(store: FilledStore) -> None:
    store.open_wave("persepsi", ["resident"])
    residents(store, 20)
    residents(store, 6, **dict.fromkeys(DRIVERS, "1"))
    residents(store, 5, minutes=0.5)
    store.write_rows()
    frames = read_frames(store.url, END, "id")
    assert (
        flag_interviews(frames.forms[0])["straight"].tolist()
        == [False] * 20 + [True] * 6 + [False] * 5
    )
    assert flag_interviews(frames.forms[0])["fast"].tolist() == [False] * 26 + [True] * 5
    chapter = told(store, "fieldwork")
    row = figures(chapter, "durations").iloc[0]
    assert (row["n"], row["median"], row["fast"], row["straight"]) == (31, 6, 5, 6)
    found = figures(chapter, "flagged")
    assert len(found) == 12
    assert found["clean"].mean() < found["every"].mean()


def test_who_is_flagged_does_not_hang_on_the_language_of_the_report(store: FilledStore) -> None:
    """English has more words than Indonesian for the same question."""
    store.open_wave("persepsi", ["resident"])
    for tenths in range(5, 30):
        residents(store, 2, minutes=tenths / 10)
    store.write_rows()
    english, indonesian = (
        flag_interviews(read_frames(store.url, END, code).forms[0]) for code in ("en", "id")
    )
    assert 0 < english["fast"].sum() < len(english)
    pd.testing.assert_frame_equal(english, indonesian)


def test_two_waves_of_one_questionnaire_are_told_apart_by_when_they_opened(
    store: FilledStore,
) -> None:
    store.open_wave(
        "persepsi", ["resident"], wave="dulu", opens_at=START - 30 * DAY, closes_at=START
    )
    store.open_wave("persepsi", ["resident"])
    store.open_wave("kerentanan", ["participant"])
    store.write_rows()
    names = list(figures(told(store, "fieldwork"), "fieldwork")["wave"])
    assert names[2] == "Assets and their Risks"
    assert names[0].startswith("Jakarta Resilience Perceptions (opened ")
    assert len(set(names)) == 3


def test_too_few_flagged_interviews_cannot_be_subtracted(store: FilledStore) -> None:
    """Results with and without three people would tell what these three said."""
    store.open_wave("persepsi", ["resident"])
    residents(store, 20)
    residents(store, 3, **dict.fromkeys(DRIVERS, "1"))
    store.write_rows()
    assert "flagged" not in [table.key for table in told(store, "fieldwork").tables]


def test_where_most_are_flagged_it_is_said_and_nothing_is_subtracted(store: FilledStore) -> None:
    store.open_wave("persepsi", ["resident"])
    residents(store, 10, minutes=60)
    residents(store, 12, minutes=0.5, **dict.fromkeys(DRIVERS, "1"))
    store.write_rows()
    chapter = told(store, "fieldwork")
    assert "flagged" not in [table.key for table in chapter.tables]
    assert any("So many are flagged" in finding for finding in chapter.told_findings)


def test_who_has_no_tie_to_the_city_is_in_no_figure_and_no_rate(
    store: FilledStore, tmp_path: Path
) -> None:
    store.open_wave("persepsi", ["resident"])
    residents(store, 8)
    (tie,) = [q for q in store.forms["persepsi"].questions if q.name == CITY_TIE]
    for _ in range(3):
        store.add_interview(
            "persepsi",
            store.add_respondent(),
            {(tie.path, ""): NO_CITY_TIE},
            START,
            sent=START + MINUTES,
        )
    store.write_rows()
    assert read_frames(store.url, END, "en").forms[0].n == 8
    chapter = told(store, "fieldwork")
    row = figures(chapter, "fieldwork").iloc[0]
    assert (row["begun"], row["complete"], row["ineligible"], row["share"]) == (8, 8, 3, 1)
    assert figures(chapter, "rates").iloc[0]["reached"] == 8
    assert any(finding.startswith("3 more began") for finding in chapter.findings)
    rows = pd.read_csv(export_all(store.url, tmp_path / "data")["interviews.csv"])
    assert list(rows["disposition"]).count("not eligible") == 3


def test_only_a_part_has_something_new(store: FilledStore) -> None:
    store.open_wave("persepsi", ["resident"])
    residents(store, 8)
    store.write_rows()
    week, every = (
        told(store, "fieldwork", kind=kind) for kind in (ReportKind.WEEKLY, ReportKind.PRA)
    )
    assert figures(week, "fieldwork").iloc[0]["new"] == 8
    assert "new" not in figures(every, "fieldwork")
    assert any("in this period" in finding for finding in week.findings)
    assert not any("in this period" in finding for finding in every.findings)


def test_places_where_few_stopped_are_added_up(store: FilledStore) -> None:
    store.open_wave("persepsi", ["resident"])
    form = store.forms["persepsi"]
    said = draw_resident_answers(form, store.random, list_places(form)[0])
    for name, people in (("kota", 6), ("umur", 3), ("kelamin", 4)):
        (asked,) = [q for q in form.questions if q.name == name]
        for _ in range(people):
            store.add_interview(
                "persepsi", store.add_respondent(), said, START, progress=0.2, position=asked.path
            )
    store.write_rows()
    found = figures(told(store, "fieldwork"), "stops")
    assert list(found["people"]) == [6, 7]
    assert found["question"].iloc[1] == "elsewhere, fewer than 5 each"


def test_where_people_stopped_is_told_without_the_markup_of_labels(store: FilledStore) -> None:
    form = store.open_wave("persepsi", ["resident"], wave="template")
    (asked,) = [q for q in form.questions if q.name == "umur"]
    written = asked.label.get_plain_text(form.match_language("en"))
    form = relabel_form(form, **{written: "**How old** are you?"})
    store.connection.rollback()
    store.open_wave("persepsi", ["resident"], form)
    said = draw_resident_answers(form, store.random, list_places(form)[0])
    for _ in range(6):
        store.add_interview(
            "persepsi", store.add_respondent(), said, START, progress=0.2, position=asked.path
        )
    store.write_rows()
    found = figures(told(store, "fieldwork"), "stops")
    assert list(found["question"]) == ["How old are you?"]


def test_rates_are_worked_out_by_hand(store: FilledStore) -> None:
    """Of ten who ended, six complete and one partial; two declined: 6/12 and 7/12 …"""
    store.open_wave("persepsi", ["resident"])
    residents(store, 6)
    form, long_ago = store.forms["persepsi"], START + MINUTES
    for progress in (0.7, 0.2, 0.1, 0.3):
        said = draw_resident_answers(form, store.random, list_places(form)[0])
        store.add_interview(
            "persepsi", store.add_respondent(), said, START, progress=progress, last=long_ago
        )
    for _ in range(2):
        store.insert_row(refusal, wave_id="persepsi", language="id", at=START)
    store.write_rows()
    row = figures(told(store, "fieldwork"), "rates").iloc[0]
    assert row["reached"] == 12
    assert row["coop1"] == pytest.approx(6 / 12)
    assert row["coop2"] == pytest.approx(7 / 12)
    assert row["completion"] == pytest.approx(7 / 10)
    assert row["break_off"] == pytest.approx(3 / 10)
    assert pd.isna(row["participation"])


def test_coverage_sets_shares_of_residents_beside_those_of_the_population(
    crowded: FilledStore,
) -> None:
    chapter = told(crowded, "coverage")
    found = figures(chapter, "coverage")
    form = next(f for f in read_frames(crowded.url, END, "en").forms if f.find_question("kota"))
    only = form.select_role("resident")
    question = only.find_question("kota")
    assert question is not None
    tally = only.count_choices(question)
    people = {r["label"]: r["people"] for r in found[found["what"] == "City"].to_dict("records")}
    labels = only.get_choice_labels(question)
    assert {labels[code]: n for code, n in tally.items() if n >= 5}.items() >= {
        label: n for label, n in people.items() if not pd.isna(n)
    }.items()
    lived = pd.read_csv(SHIPPED / "penduduk.csv", dtype={"category": str})
    kota = lived[lived["margin"] == "kota"].set_index("category")["people"]
    east = found[found["label"] == "East Jakarta"].iloc[0]
    assert east["population"] == pytest.approx(kota["31.75"] / kota.sum())
    assert east["ratio"] == pytest.approx(east["share"] / east["population"])


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("", "There is nothing to compare"),
        ("margin,category,people\nkota,31.75,\n", "people"),
        ("margin,category,people\nhewan,kucing,3\nhewan,anjing,4\n", "There is nothing to compare"),
    ],
)
def test_a_population_file_that_cannot_be_used_is_one_sentence(
    crowded: FilledStore, tmp_path: Path, lines: str, said: str
) -> None:
    path = tmp_path / "penduduk.csv"
    path.write_text(lines, encoding="utf-8")
    chapter = told(crowded, "coverage", population=str(path) if lines else "")
    assert said in chapter.findings[0]
    assert not chapter.tables


def test_a_map_shows_no_district_that_could_be_worked_out(crowded: FilledStore) -> None:
    chapter = told(crowded, "maps")
    found = figures(chapter, "maps")
    form = next(
        f for f in read_frames(crowded.url, END, "en").forms if f.find_question("kota")
    ).select_role("resident")
    district = form.find_question("kecamatan")
    assert district is not None
    tally = form.count_choices(district)
    shown = found.dropna(subset=["people"])
    assert all(tally[code] == n for code, n in zip(shown["code"], shown["people"], strict=True))
    assert not any(0 < n < 5 for n in shown["people"])
    hidden = found[found["people"].isna()].groupby(found["code"].str[:5]).size()
    assert (hidden > 1).all()


def test_maps_say_whose_boundaries_they_show(crowded: FilledStore) -> None:
    chapter = told(crowded, "maps")
    assert chapter.pictures
    for picture in chapter.pictures:
        assert b"Boundaries: BPS / OCHA via HDX" in picture.svg


def test_without_boundaries_or_with_broken_ones_there_is_a_sentence(
    crowded: FilledStore, tmp_path: Path
) -> None:
    assert told(crowded, "maps", boundaries="").findings == ("No boundaries are set up.",)
    broken = tmp_path / "batas.geojson"
    broken.write_text("{}", encoding="utf-8")
    found = told(crowded, "maps", boundaries=str(broken)).findings[0]
    assert found.startswith("No maps: batas.geojson: it has a fault.")
    assert "holds no features" in next(find_file_faults(ordered(crowded, boundaries=str(broken))))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_every_value_falls_into_a_class_of_the_map(values: list[float]) -> None:
    tops = compute_class_bounds(values)
    assert tops[-1] == max(values)
    assert len(tops) <= MAX_CLASSES
    named = label_classes(tops, dict(enumerate(values)), str, Localizer("en", "UTC"))  # type: ignore[arg-type]
    assert sum(int(name.partition("(")[2].split()[0]) for name in named) == len(values)


@pytest.mark.parametrize("waiting", [1, 3, 4])
def test_too_few_who_are_not_broken_down_do_not_stand_alone(
    store: FilledStore, waiting: int
) -> None:
    # Who said nothing waits, too, but is not in the table: so it may have few of them.
    counts = {"SD": 0, "SMA": 11, "S1": 7}
    words = Localizer("en", "Asia/Jakarta")
    found = build_makeup("Schooling", counts, waiting, build_report_request(store), words)
    assert found.masked == (True, False, True, True)
    shown = [
        None if hidden else n for n, hidden in zip(found.counts.values(), found.masked, strict=True)
    ]
    assert not find_leaks(list(found.counts.values()), shown, waiting)
    shown[2] = 7
    assert find_leaks(list(found.counts.values()), shown, waiting)


def find_leaks(counts: list[int], shown: list[int | None], waiting: int) -> list[Any]:
    """What the check of a report's folder finds can be worked out."""
    cells = expect_blocks(
        ["Schooling"] * len(counts), counts, shown, 5, {"Schooling": waiting}, has_waiting_row=True
    )
    return [cell for cell in cells if isinstance(cell, LeakedCell)]

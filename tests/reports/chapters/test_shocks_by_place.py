"""Shocks by place, and felt against lived through: counted by hand; small numbers stay unknown."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from reports import question_names
from reports.chapters.elements import Chapter
from reports.chapters.shocks.chapter import build_shocks_chapter
from reports.localizer import Localizer
from reports.reading.frames import read_frames
from tests.reports.chapters.test_perception_chapter import (
    chi_squared_chance,
    correct_by_holm,
    wilson_interval,
)
from tests.reports.filled_store import (
    HOUR,
    START,
    FilledStore,
    build_report_request,
    create_store,
)
from tests.reports.random_answers import Answers, path_of_question
from tests.reports.resident_answers import (
    CITIES,
    add_even_residents,
    answers_by_person,
    read_resident_rows,
)

WORDS = Localizer("en", "Asia/Jakarta")
NAMES = {
    "31.71": "Central Jakarta",
    "31.72": "North Jakarta & Thousand Islands",
    "31.73": "West Jakarta",
    "31.74": "South Jakarta",
    "31.75": "East Jakarta",
}
LABELS = {
    "banjir": "Rain or river flood",
    "gempa": "Earthquake",
    "rob": "Tidal flood from the sea",
}


def reported(store: FilledStore, minimum: int = 5) -> Chapter:
    asked = build_report_request(store, language="en", minimum_cell=minimum)
    return build_shocks_chapter(read_frames(asked.database_url, asked.end, "en"), asked, WORDS)


def by_city(said: pd.DataFrame) -> pd.Series:
    """Everybody's city, the islands with the city that the list puts them to."""
    return answers_by_person(said, question_names.CITY).replace("31.01", "31.72")


def frame(chapter: Chapter, key: str) -> pd.DataFrame:
    return next(t.frame for t in chapter.tables if t.key == key)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FilledStore]:
    """600 residents, a hundred in each city."""
    store = create_store(tmp_path_factory.mktemp("many") / "suara.db", seed=5)
    store.open_wave("persepsi", ["resident"])
    add_even_residents(store, 600)
    yield store
    store.connection.close()


def test_each_share_by_place_is_that_of_the_answers(many: FilledStore) -> None:
    said, found = read_resident_rows(many), frame(reported(many), "by_place")
    city = by_city(said)
    named = said[said["name"] == question_names.SHOCKS]
    shown = found[(found["kind"] == "Shocks") & (found["hidden"] == "")]
    assert len(shown) == 15
    for code, label in LABELS.items():
        who = city[named.loc[named["said"] == code, "interview"]]
        for place, name in NAMES.items():
            row = shown[(shown["place"] == name) & (shown["label"] == label)].iloc[0]
            part, whole = int((who == place).sum()), int((city == place).sum())
            assert (row["named"], row["n"]) == (part, whole)
            assert (row["low"], row["high"]) == pytest.approx(wilson_interval(part, whole))


def test_who_lived_through_a_flood_names_it_more_often(many: FilledStore) -> None:
    said, chapter = read_resident_rows(many), reported(many)
    ticks = {
        name: said[(said["name"] == name) & (said["said"] == "banjir")]["interview"]
        for name in (question_names.SHOCKS, question_names.LIVED_THROUGH)
    }
    people = pd.Series(said["interview"].unique())
    naming, through = (
        people.isin(ticks[question_names.SHOCKS]),
        people.isin(ticks[question_names.LIVED_THROUGH]),
    )
    row = frame(chapter, "felt").set_index("what").loc["Rain or river flood"]
    assert (row["n2"], row["n1"]) == (through.sum(), (~through).sum())
    assert row["second"] == pytest.approx(naming[through].mean())
    assert row["first"] == pytest.approx(naming[~through].mean())
    compared = len(frame(chapter, "felt"))
    assert (
        correct_by_holm([chi_squared_chance(naming[~through], naming[through])])[0] * compared
        < 0.05
    )
    assert row["stands"] == "yes"
    assert any(f"{row['second']:.0%} ({row['first']:.0%})" in f for f in chapter.findings)


@pytest.mark.parametrize("seed", range(12))
def test_nothing_small_can_be_worked_out_from_the_table_with_its_totals(
    tmp_path: Path, seed: int
) -> None:
    """Of each shock, what is unknown of the places has a known sum; none of it is forced."""
    rng, store = random.Random(seed), create_store(tmp_path / "suara.db", seed=seed)  # noqa: S311
    store.open_wave("persepsi", ["resident"])
    sizes = [rng.choice([1, 3, 9, 30]) for _ in CITIES]
    where = [c for c, size in zip(CITIES, sizes, strict=True) for _ in range(size)]
    add_even_residents(store, len(where), city=where.__getitem__)
    chapter, said = reported(store), read_resident_rows(store)
    city, named = by_city(said), said[said["name"] == question_names.SHOCKS]
    totals = frame(chapter, "named").set_index("label")
    found, code_of = frame(chapter, "by_place"), {name: code for code, name in NAMES.items()}
    for code, label in LABELS.items():
        mine = found[(found["label"] == label) & (found["kind"] == "Shocks")].set_index("place")
        who = city[named.loc[named["said"] == code, "interview"]]
        total, everybody = int(totals.loc[label, "named"]), int(totals.loc[label, "n"])
        left, others = total - mine["named"].sum(), everybody - mine["n"].sum()
        room = dict(mine.loc[mine["named"].isna(), "n"].dropna().items())
        truth = {place: int((who == code_of[place]).sum()) for place in room}
        if others:
            room["elsewhere"], truth["elsewhere"] = others, left - sum(truth.values())
        assert not others or others >= 5
        if 0 < total < 5 or 0 < everybody - total < 5:
            assert mine["named"].isna().all()
            continue
        for at, part in truth.items():
            if 0 < part < 5 or 0 < room[at] - part < 5:
                low = max(0, left - sum(n for other, n in room.items() if other != at))
                assert low < min(room[at], left), (seed, label, at)
        for place, name in NAMES.items():
            part, whole = int((who == place).sum()), int((city == place).sum())
            small = 0 < part < 5 or 0 < whole - part < 5
            assert not small or mine["named"].isna()[name]
            assert not 0 < whole < 5 or mine["n"].isna()[name]
    store.connection.close()


def test_of_a_place_with_few_people_nothing_is_said(store: FilledStore) -> None:
    store.open_wave("persepsi", ["resident"])
    add_even_residents(store, 83, city=lambda n: "31.71" if n < 3 else ("31.73", "31.74")[n % 2])
    found = frame(reported(store), "by_place")
    few = found[found["place"] == "Central Jakarta"]
    assert few["named"].isna().all()
    assert few["n"].isna().all()
    assert found.loc[found["n"] > 0, "n"].nunique() == 1


def test_a_place_that_the_list_puts_to_another_one_is_shown_with_it(store: FilledStore) -> None:
    store.open_wave("persepsi", ["resident"])
    add_even_residents(store, 90, city=lambda n: "31.01" if n < 7 else ("31.72", "31.73")[n % 2])
    found = frame(reported(store), "by_place").groupby("place")["n"].max().dropna()
    together = (
        answers_by_person(read_resident_rows(store), question_names.CITY)
        .isin(["31.01", "31.72"])
        .sum()
    )
    assert dict(found[found > 0]) == {
        "North Jakarta & Thousand Islands": together,
        "West Jakarta": 90 - together,
    }


def add_silent_residents(store: FilledStore, number: int) -> None:
    """Residents who would rather not say what they lived through."""
    form = store.forms["persepsi"]
    lived, named = (
        path_of_question(form, name)
        for name in (question_names.LIVED_THROUGH, question_names.SHOCKS)
    )
    for _ in range(number):
        said: Answers = {(lived, ""): [question_names.NOT_SAID], (named, ""): ["gempa", "rob"]}
        store.add_interview("persepsi", store.add_respondent(), said, START, START + HOUR)
    store.write_rows()


@pytest.mark.parametrize(("silent", "is_told"), [(0, True), (6, True), (4, False)])
def test_felt_and_lived_through_is_told_but_of_too_few(
    store: FilledStore, silent: int, is_told: bool
) -> None:
    """Who did not say is everybody less the two groups: told of are both, or there are enough."""
    store.open_wave("persepsi", ["resident"])
    add_even_residents(store, 60)
    add_silent_residents(store, silent)
    felt = [t.frame.set_index("what") for t in reported(store).tables if t.key == "felt"]
    assert [label in table.index for table in felt for label in ["Rain or river flood"]] == (
        [True] if is_told else []
    )
    # Nobody lived through an earthquake: of such a group there is nothing to be told.
    assert all("Earthquake" not in table.index for table in felt)

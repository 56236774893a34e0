"""What residents find weak: every figure once more, by another path, straight from the answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from math import erfc, sqrt

import numpy as np
import pandas as pd
import pytest

from reports import question_names
from reports.chapters.elements import Chapter, ReportTable
from reports.chapters.perception.chapter import build_perception_chapter, list_weighted_findings
from reports.localizer import Localizer
from reports.measures.drivers import (
    MIXED,
    STRONG,
    WEAK,
    DriverFigures,
    classify_driver,
    compute_weak_shares,
)
from reports.reading.frames import Frames, read_frames
from reports.reading.resident_weights import weigh_frames
from reports.reading.weighted_tally import WeightedShare
from reports.statistics.ranges import compute_share_range
from tests.reports.filled_store import (
    CLOSES,
    FORMS,
    OPENS,
    FilledStore,
    build_report_request,
    create_store,
)
from tests.reports.resident_answers import add_even_residents, answers_by_person, read_resident_rows

FILE = str(FORMS / "penduduk.csv")
WORDS = Localizer("en", "Asia/Jakarta")
#: The wave before closed when the one that is reported opened.
OPENED = OPENS - timedelta(days=60)


def tilted(driver: str, about: dict[str, str]) -> float:
    """West Jakarta finds protection weak, and everybody but the young their health care strong."""
    if driver == "pelindung" and about[question_names.CITY] == "31.73":
        return 0.85
    return {"kesehatan": 0.15, "perencanaan": 0.8}.get(driver, 0.45)


def sooner(driver: str, _about: dict[str, str]) -> float:
    """A wave before, health care was weak."""
    return 0.5 if driver == "kesehatan" else 0.45


@pytest.fixture(scope="module")
def two_waves(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FilledStore]:
    """360 residents in the wave before, 900 in the one that is reported."""
    store = create_store(tmp_path_factory.mktemp("waves") / "suara.db", seed=3)
    store.open_wave("persepsi", ["resident"], wave="sebelumnya", opens_at=OPENED, closes_at=OPENS)
    store.open_wave("persepsi", ["resident"], opens_at=OPENS, closes_at=CLOSES)
    add_even_residents(store, 360, sooner, "sebelumnya", OPENED + timedelta(days=1))
    add_even_residents(store, 900, tilted)
    yield store
    store.connection.close()


@pytest.fixture(scope="module")
def frames(two_waves: FilledStore) -> Frames:
    asked = build_report_request(two_waves, language="en", population=FILE)
    return weigh_frames(read_frames(asked.database_url, asked.end, "en"), asked, WORDS)


@pytest.fixture(scope="module")
def chapter(frames: Frames, two_waves: FilledStore) -> Chapter:
    return build_perception_chapter(
        frames, build_report_request(two_waves, language="en", population=FILE), WORDS
    )


def table(chapter: Chapter, key: str) -> ReportTable:
    return next(t for t in chapter.tables if t.key == key)


def weak(rows: pd.DataFrame, driver: str) -> pd.Series:
    """Whether each person who rated a driver finds it weak."""
    rated = answers_by_person(rows, driver)
    return rated[rated != "tt"].isin(["1", "2"])


def wilson_interval(part: int, n: int) -> tuple[float, float]:
    """The shares p from which the one found lies 1.96 standard errors of p away."""
    z, found = 1.959963984540054, part / n
    low, high = sorted(np.roots([1 + z * z / n, -(2 * found + z * z / n), found * found]).real)
    return float(low), float(high)


def test_each_share_and_its_range_are_those_of_the_answers(
    two_waves: FilledStore, chapter: Chapter
) -> None:
    said, found = read_resident_rows(two_waves), table(chapter, "perception").frame
    mine = found[found["who"] == "Residents"].set_index("driver")
    for name, label in question_names.DRIVER_NAMES.items():
        each, row = weak(said, name), mine.loc[label]
        assert row["n"] == len(each) > 800
        assert row["weak"] == pytest.approx(each.mean())
        assert (row["low"], row["high"]) == pytest.approx(wilson_interval(each.sum(), len(each)))


def raked(said: pd.DataFrame) -> pd.Series:
    """Everybody's weight: the margins in turn until nothing moves, then trimmed."""
    margins = pd.read_csv(FILE, dtype={"category": str})
    people = pd.DataFrame(
        {name: answers_by_person(said, name) for name in margins["margin"].unique()}
    )
    weight = np.ones(len(people))
    for _ in range(300):
        for name, inside in margins.groupby("margin"):
            share = inside.set_index("category")["people"] / inside["people"].sum()
            each = people[name].to_numpy()
            now = pd.Series(weight).groupby(each).sum() / weight.sum()
            weight *= pd.Series(each).map(share / now).to_numpy()
    shifts = np.linspace(-3, 3, 600_001)
    left, right = 0, len(shifts) - 1
    while right - left > 1:
        middle = (left + right) // 2
        total = np.clip(weight + shifts[middle], 0.3, 3).sum()
        left, right = (middle, right) if total < len(weight) else (left, middle)
    return pd.Series(np.clip(weight + shifts[left], 0.3, 3), people.index)


def test_each_weighted_share_is_that_of_weights_raked_by_hand(
    two_waves: FilledStore, chapter: Chapter
) -> None:
    said, found = read_resident_rows(two_waves), table(chapter, "perception").frame
    weight, mine = raked(said), found[found["who"] == "Residents"].set_index("driver")
    assert weight.max() > 2 * weight.min()
    for name, label in question_names.DRIVER_NAMES.items():
        each = weak(said, name)
        w = weight[each.index]
        effective = w.sum() ** 2 / (w**2).sum()
        # In whole percent: further digits would tell whose weights a sum is made of.
        share = mine.loc[label, "weighted"]
        assert share == pytest.approx((w * each).sum() / w.sum(), abs=5.1e-3)
        assert share * 100 == pytest.approx(round(share * 100))
        assert mine.loc[label, "effective_n"] == pytest.approx(effective, abs=0.6)
        assert effective < 0.9 * len(each)


def chi_squared_chance(first: pd.Series, second: pd.Series) -> float:
    """The chi-squared test with N - 1 of a table of two by two."""
    seen = np.array([[first.sum(), len(first)], [second.sum(), len(second)]], float)
    counts = np.column_stack([seen[:, 0], seen[:, 1] - seen[:, 0]])
    expected = counts.sum(1, keepdims=True) * counts.sum(0) / counts.sum()
    square = ((counts - expected) ** 2 / expected).sum() * (counts.sum() - 1) / counts.sum()
    return erfc(sqrt(square / 2))


def correct_by_holm(chances: list[float]) -> np.ndarray:
    rank = np.argsort(np.argsort(chances))
    most = np.maximum.accumulate(np.sort(chances) * (len(chances) - np.arange(len(chances))))
    return np.minimum(1, most)[rank]


def compared(said: pd.DataFrame) -> dict[tuple[str, str], float]:
    """(driver, group) -> corrected chance, of everything that can be compared."""
    found: dict[tuple[str, str], float] = {}
    languages = said.drop_duplicates("interview").set_index("interview")["language"]
    groups = {
        n: answers_by_person(said, n) for n in ("kota", "hubungan", "kelamin", "umur", "pendidikan")
    }
    groups["kota"] = groups["kota"].replace("31.01", "31.72")  # As the list of cities has it.
    for name, each in (groups | {"language": languages}).items():
        kinds = sorted(each.unique())
        for driver in question_names.DRIVER_NAMES:
            judged = weak(said, driver)
            kind = each[judged.index]
            for one in kinds if len(kinds) > 2 else kinds[:1]:
                pair = judged[kind == one], judged[kind != one]
                found[(driver, f"{name} {one}")] = chi_squared_chance(*pair)
    return dict(zip(found, correct_by_holm(list(found.values())), strict=True))


def test_differences_between_groups_are_those_that_stand_of_all_that_were_compared(
    two_waves: FilledStore, chapter: Chapter
) -> None:
    every = compared(read_resident_rows(two_waves))
    stand = {key for key, value in every.items() if value < 0.05}
    assert ("pelindung", "kota 31.73") in stand
    found = table(chapter, "differences").frame
    assert len(found) == len(stand)
    assert list(found.iloc[0][["what", "other"]]) == ["Protection from disasters", "West Jakarta"]
    assert any(f"of {len(every)} comparisons {len(stand)} stand" in f for f in chapter.findings)


def test_a_difference_has_the_range_of_newcombe(two_waves: FilledStore, chapter: Chapter) -> None:
    said, row = read_resident_rows(two_waves), table(chapter, "differences").frame.iloc[0]
    judged = weak(said, "pelindung")
    west = answers_by_person(said, question_names.CITY)[judged.index] == "31.73"
    (a, m), (b, n) = [(int(judged[mask].sum()), int(mask.sum())) for mask in (~west, west)]
    (low, high), (low2, high2) = wilson_interval(a, m), wilson_interval(b, n)
    gap = b / n - a / m
    assert row["difference"] == pytest.approx(gap)
    assert row["low"] == pytest.approx(gap - sqrt((b / n - low2) ** 2 + (high - a / m) ** 2))
    assert row["high"] == pytest.approx(gap + sqrt((high2 - b / n) ** 2 + (a / m - low) ** 2))


def test_what_changed_since_the_wave_before_is_said_with_its_shares(
    two_waves: FilledStore, chapter: Chapter
) -> None:
    before, now = read_resident_rows(two_waves, "sebelumnya"), read_resident_rows(two_waves)
    names = list(question_names.DRIVER_NAMES)
    chances = correct_by_holm([chi_squared_chance(weak(before, n), weak(now, n)) for n in names])
    stand = {
        question_names.DRIVER_NAMES[n] for n, c in zip(names, chances, strict=True) if c < 0.05
    }
    found = table(chapter, "changes").frame.set_index("what")
    assert set(found.index[found["stands"] == "yes"]) == stand
    assert "Health care" in stand
    row = found.loc["Health care"]
    assert row["first"] == pytest.approx(weak(before, "kesehatan").mean())
    assert row["second"] == pytest.approx(weak(now, "kesehatan").mean())
    said = next(f for f in chapter.findings if f.startswith("Since the wave before"))
    assert f"for {len(stand)} of 12 drivers" in said


def test_without_a_wave_before_nothing_is_said_of_one(store: FilledStore) -> None:
    store.open_wave("persepsi", ["resident"])
    add_even_residents(store, 60, tilted)
    asked = build_report_request(store, language="en")
    said = build_perception_chapter(read_frames(asked.database_url, asked.end, "en"), asked, WORDS)
    assert not any("wave before" in finding for finding in said.findings)
    assert "changes" not in {t.key for t in said.tables}


def test_the_shares_of_drivers_can_be_asked_for_of_some_people(
    frames: Frames, two_waves: FilledStore
) -> None:
    form = frames.find_form(question_names.DRIVERS)
    assert form is not None
    city = form.find_question(question_names.CITY)
    assert city is not None
    west = compute_weak_shares(form.select_people(form.get_choice_series(city) == "31.73"))
    said = read_resident_rows(two_waves)
    judged = weak(said, "pelindung")
    mask = answers_by_person(said, question_names.CITY)[judged.index] == "31.73"
    assert west["pelindung"] == pytest.approx(judged[mask].mean())
    assert list(west) == list(compute_weak_shares(form))


@pytest.mark.parametrize(
    ("part", "whole", "found"),
    [
        (7, 12, MIXED),
        (58, 100, MIXED),
        (62, 100, WEAK),
        (20, 100, STRONG),
        (1, 12, MIXED),
        (40, 100, MIXED),
        (0, 0, MIXED),
    ],
)
def test_a_driver_has_a_colour_only_where_its_whole_range_is_on_one_side(
    part: int, whole: int, found: int
) -> None:
    assert classify_driver(compute_share_range(part, whole)) == found


@pytest.mark.parametrize(("share", "said"), [(0.49, True), (0.58, False)])
def test_a_driver_that_weights_put_into_another_class_is_named(share: float, said: bool) -> None:
    """580 of 1,000 find it weak: clearly more than half, unless the weights say otherwise."""
    driver = DriverFigures(
        "pelindung", "Protection", (200, 380, 220, 200), 0, WeightedShare(share, 600)
    )
    told = list(list_weighted_findings([driver], WORDS))
    assert any("another class" in line and "Protection" in line for line in told) == said

"""Sentences at the edges: one comparison, nobody at all, halves, few people, strange letters."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import question_names
from reports.chapters.chapter_registry import CHAPTERS
from reports.chapters.discovery.chapter import build_discovery_chapter
from reports.chapters.discovery.ranking import format_criterion_points
from reports.chapters.elements import Chapter
from reports.chapters.fieldwork.conduct import compute_quartiles
from reports.chapters.perception.differences import list_group_findings
from reports.chapters.shocks.lived_through import list_lived_findings
from reports.chapters.shocks.worries import build_worry_dots, read_worries
from reports.chapters.shocks.worries_by_place import list_place_findings
from reports.discovery.scoring import CRITERIA, Candidate, rank_candidates, rank_scores
from reports.documents.fonts import LEFT_OUT_MARK, has_letters_left_out, make_legible
from reports.localizer import Localizer
from reports.reading.frames import read_frames
from reports.statistics.share_contrasts import Contrast
from tests.reports.chapter_rows import CANDIDATES
from tests.reports.filled_store import FilledStore, build_report_request
from tests.reports.random_answers import path_of_question
from tests.reports.report_contents import add_residents
from tests.reports.resident_answers import add_even_residents

ENGLISH = Localizer("en", "Asia/Jakarta")
EQUAL = dict.fromkeys(CRITERIA, 1.0)


def contrast(p_value: float) -> Contrast:
    return Contrast("a", "Health care", "City", "everybody else", "West", (5, 20), (9, 20), p_value)


def test_of_one_comparison_nobody_says_of_one_comparisons() -> None:
    for listed in (list_group_findings, list_place_findings):
        (stands,), (falls,) = listed([contrast(0.01)], ENGLISH), listed([contrast(0.9)], ENGLISH)
        assert "the one comparison that could be made stands" in stands
        assert "largest" not in stands
        assert falls.endswith("the one comparison that could be made does not stand.")
    (lived,) = list_lived_findings([contrast(0.9)], 12, ENGLISH)
    assert lived.endswith("1 of 12 shocks could be compared without giving few people away.")


@given(st.lists(st.integers(1, 4000), min_size=1, max_size=40))
def test_quartiles_of_durations_are_times_that_somebody_took_or_midway(seconds: list[int]) -> None:
    """By the definition itself: the k-th of n, or midway where n · p is a whole number."""
    ranked, n = sorted(seconds), len(seconds)
    for quarter, found in enumerate(compute_quartiles(pd.Series(seconds, dtype=float)), 1):
        whole, part = divmod(n * quarter, 4)
        here = ranked[min(whole, n - 1)]
        assert found == (here if part else (ranked[whole - 1] + here) / 2)


def test_quartiles_of_four_are_not_those_that_spreadsheets_interpolate() -> None:
    minutes = pd.Series([1.0, 2.0, 3.0, 4.0])
    assert compute_quartiles(minutes) == (1.5, 2.5, 3.5)
    assert np.quantile(minutes, 0.25) == 1.75


@given(st.lists(st.floats(0, 1), min_size=2, max_size=12))
def test_ranks_of_candidates_are_those_of_the_points_that_are_printed(scores: list[float]) -> None:
    points = [int(format_criterion_points(score, ENGLISH)) for score in scores]
    ranks = rank_scores(scores)
    assert ranks == [1 + sum(other > mine for other in points) for mine in points]


def test_a_candidate_with_one_value_among_four_is_not_ranked_first() -> None:
    full = [Candidate(f"k{n}", dict.fromkeys(CRITERIA, n / 10)) for n in range(6)]
    found = rank_candidates([*full, Candidate("one", {"perception": 1.0})], EQUAL)
    assert found[-1].rank is None
    assert found[-2].rank == 1


def discover(store: FilledStore) -> Chapter:
    order = build_report_request(store, language="en", candidates=CANDIDATES)
    frames = read_frames(order.database_url, order.end, "en")
    return build_discovery_chapter(frames, order, ENGLISH)


def test_nothing_is_firm_with_few_criteria_and_few_people(store: FilledStore) -> None:
    store.open_wave("persepsi", ["resident"])
    add_residents(store, 5)
    found = discover(store)
    assert not any(line.startswith("Firm, ") for line in found.findings)
    assert any(line.startswith("How firm it is cannot be said") for line in found.findings)
    assert any(w.text.startswith("Left out, too little data: ") for w in found.warnings)
    assert not any("of all weights" in figure.detail for figure in found.key_figures)


def test_few_who_said_what_they_lived_through_are_neither_told_nor_drawn(
    store: FilledStore,
) -> None:
    form = store.open_wave("persepsi", ["resident"])
    lived = (path_of_question(form, question_names.LIVED_THROUGH), "")
    add_residents(store, 8, {(path_of_question(form, question_names.SHOCKS), ""): ["banjir"]})
    few = {lived: ["banjir"], (path_of_question(form, question_names.SHOCKS), ""): ["banjir"]}
    add_residents(store, 4, few)
    order = build_report_request(store, language="en")
    (asked,) = read_frames(order.database_url, order.end, "en").forms
    worry = read_worries(asked, question_names.SHOCKS)[0]
    assert (worry.n, worry.lived_n) == (12, 4)
    assert len(list(build_worry_dots(worry, order))) == 1
    assert len(list(build_worry_dots(worry, replace(order, minimum_cell=4)))) == 2


@pytest.mark.parametrize("text", ["ꦧꦚ꧀ꦗꦶꦂ", "Banjir ꦧꦚ꧀ꦗꦶꦂ di ꦥꦱꦂ"])
def test_letters_that_no_font_has_are_marked_and_owned_up_to(text: str) -> None:
    shown = make_legible(text)
    assert "\ufffd" not in shown
    assert 1 <= shown.count(LEFT_OUT_MARK) <= 2
    assert has_letters_left_out({"rows": [["ok", text]]})
    assert not has_letters_left_out({"rows": [["Banjir 🌊 مياه 地铁"]]})


def test_a_group_with_nobody_is_the_first_of_the_under_represented(
    store: FilledStore, tmp_path: Path
) -> None:
    store.open_wave("persepsi", ["resident"])
    add_even_residents(store, 60, city=lambda n: ("31.71", "31.72")[n % 10 == 0])
    file = tmp_path / "penduduk.csv"
    file.write_text(
        "margin,category,people\nkota,31.71,50\nkota,31.72,20\nkota,31.73,10\nkota,31.74,20\n",
        encoding="utf-8",
    )
    order = build_report_request(store, language="en", population=str(file))
    found = CHAPTERS["coverage"](read_frames(order.database_url, order.end, "en"), order, ENGLISH)
    said = [line for line in found.findings if line.startswith("Under-represented: ")]
    assert len(said) == 3
    assert said[0].startswith("Under-represented: South Jakarta (city), with 0% of the 60")
    assert said[1].startswith("Under-represented: West Jakarta (city), with 0% of the 60")
    assert "with 10% of the 60 who told, and 20% of the population" in said[2]

"""What is new since the last report: counted by hand, short, and quiet where nothing is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from reports.chapters.elements import Chapter
from reports.chapters.news.chapter import build_news_chapter
from reports.documents.chat_message import build_message
from reports.localizer import Localizer
from reports.reading.frames import read_frames
from reports.report_content import build_content
from tests.reports.filled_store import CLOSES, OPENS, START, FilledStore, build_report_request
from tests.reports.resident_answers import (
    CITIES,
    add_even_residents,
    answers_by_person,
    read_resident_rows,
)

BEFORE, SINCE = START - timedelta(days=5), START + timedelta(days=1)


def chapter(store: FilledStore, **changes: object) -> Chapter:
    asked = build_report_request(store, language="en", **changes)
    return build_news_chapter(
        read_frames(asked.database_url, asked.end, "en"), asked, Localizer("en", "Asia/Jakarta")
    )


def better(driver: str, _about: dict[str, str]) -> float:
    return 0.05 if driver == "kesehatan" else 0.5


@pytest.fixture
def growing(store: FilledStore) -> FilledStore:
    """120 residents had answered; 60 more have since, who find health care strong."""
    store.open_wave("persepsi", ["resident"])
    add_even_residents(store, 120, begun=BEFORE)
    add_even_residents(store, 60, better, begun=SINCE)
    return store


def test_new_interviews_are_those_sent_since(growing: FilledStore) -> None:
    found = chapter(growing).findings
    assert found[0] == "60 new interviews (residents: 60)."
    # Ten came from each of the six cities: none of them is where most came from.
    assert not any(line.startswith("Most new residents") for line in found)


def test_what_moved_most_is_said_from_then_to_now(growing: FilledStore) -> None:
    rated = answers_by_person(read_resident_rows(growing), "kesehatan")
    rated = rated[rated != "tt"]
    weak, old = rated.isin(["1", "2"]), rated.index <= 120
    then, now = weak[old].mean(), weak.mean()
    said = f"Health care from {then:.0%} to {now:.0%} (n {old.sum()} → {len(weak)})"
    assert said in next(f for f in chapter(growing).findings if "moved by a point or more" in f)
    row = chapter(growing).tables[0].frame.iloc[0]
    assert (row["before"], row["now"]) == pytest.approx((then, now))
    assert (row["n_before"], row["n_now"]) == (old.sum(), len(weak))


def test_a_district_is_told_of_when_its_number_can_be_shown(store: FilledStore) -> None:
    store.open_wave("persepsi", ["resident"])
    add_even_residents(store, 50, begun=BEFORE, city=lambda n: CITIES[0] if n < 47 else CITIES[1])
    add_even_residents(store, 20, begun=SINCE, city=lambda _: CITIES[1])
    found = chapter(store).findings
    assert (
        "The number of people can be shown now, and could not before: Gambir and Penjaringan."
        in found
    )


def test_few_new_people_move_nothing(store: FilledStore) -> None:
    """From n 100 → 102 two people's ratings could be worked out."""
    store.open_wave("persepsi", ["resident"])
    add_even_residents(store, 100, begun=BEFORE)
    add_even_residents(store, 2, better, begun=SINCE)
    found = chapter(store)
    assert found.findings == ("2 new interviews (residents: 2).",)
    assert not found.tables


def test_when_nothing_is_new_it_is_said_plainly(store: FilledStore) -> None:
    store.open_wave("persepsi", ["resident"], opens_at=OPENS, closes_at=CLOSES)
    assert chapter(store).findings == ("Nothing new has come in since 16 November 2026.",)
    add_even_residents(store, 100, begun=BEFORE)
    assert chapter(store).findings == ("Nothing new has come in since 16 November 2026.",)


def test_new_results_of_a_workshop_are_counted_by_what_they_came_to(
    workshopped: FilledStore,
) -> None:
    found = next(f for f in chapter(workshopped).findings if f.startswith("Assets and shocks"))
    assert "new results (" in found
    later = chapter(workshopped, start=build_report_request(workshopped).end - timedelta(minutes=1))
    assert not any("new result" in f for f in later.findings)


def test_it_stands_first_in_the_weekly_brief_and_in_its_message(growing: FilledStore) -> None:
    content = build_content(build_report_request(growing, kind="weekly", language="en"))
    assert content.chapters[0].key == "news"
    said = build_message([content])
    assert said.index("60 new interviews") < said.index("complete interviews")

"""Figures change at releases, by enough people at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from reports.reading.form_answers import FormAnswers
from reports.reading.frames import Frames, read_frames
from reports.reading.releases import take_releases
from reports.report_content import build_content
from survey.store import schema
from tests.reports.filled_store import (
    CLOSES,
    END,
    HOUR,
    OPENS,
    START,
    FilledStore,
    build_report_request,
)
from tests.reports.random_answers import draw_resident_answers, list_places

WEEK = timedelta(days=7)
MINIMUM = 5


def answer(
    store: FilledStore, number: int, at: datetime, wave: str = "persepsi", place: int = 0
) -> list[int]:
    """So many residents send their answers; the numbers of their interviews."""
    form = store.forms[wave]
    made = []
    for n in range(number):
        said = draw_resident_answers(form, store.random, list_places(form)[place])
        begun = at + n * timedelta(minutes=1)
        person = store.add_respondent()
        made.append(store.add_interview(wave, person, said, begun, begun + HOUR))
    store.write_rows()
    return made


def release(store: FilledStore, at: datetime, scope: str = "") -> Frames:
    """What a report of that moment is made of."""
    order = build_report_request(store, start=at - WEEK, end=at, minimum_cell=MINIMUM)
    take_releases(order)
    return read_frames(store.url, at, "id", wave=scope, minimum_cell=MINIMUM)


def count_people(frames: Frames) -> int:
    return sum(form.n for form in frames.forms)


def count_in_city(form: FormAnswers) -> int:
    """Who is counted in some city."""
    city = form.find_question("kota")
    assert city is not None
    return sum(form.count_choices(city).values())


def test_a_report_asked_for_twice_has_the_same_people(store: FilledStore) -> None:
    store.open_wave("persepsi", ["resident"])
    answer(store, 12, OPENS + HOUR)
    first = release(store, START)
    answer(store, 1, START + HOUR)
    again = release(store, START + 24 * HOUR)
    assert (count_people(first), first.waiting) == (12, 0)
    assert (count_people(again), again.waiting) == (12, 1)


def test_one_newcomer_waits_for_four_more(store: FilledStore) -> None:
    store.open_wave("persepsi", ["resident"])
    answer(store, 12, OPENS + HOUR)
    release(store, START)
    answer(store, 1, START + HOUR)
    weekly = release(store, START + WEEK)
    assert (count_people(weekly), weekly.waiting) == (12, 1)
    answer(store, 4, START + WEEK + HOUR)
    assert count_people(release(store, START + 2 * WEEK)) == 17


def test_rows_take_people_at_the_breakdown(store: FilledStore) -> None:
    store.open_wave("persepsi", ["resident"])
    answer(store, 12, OPENS + HOUR)
    (first,) = release(store, OPENS + WEEK).forms
    answer(store, 8, OPENS + WEEK + HOUR)
    (between,) = release(store, OPENS + 2 * WEEK).forms
    (then,) = release(store, OPENS + 5 * WEEK).forms
    assert [count_in_city(form) for form in (first, between, then)] == [12, 12, 20]
    assert [form.count_waiting("kota") for form in (first, between, then)] == [0, 8, 0]
    assert [form.n for form in (first, between, then)] == [12, 20, 20]


def test_who_withdraws_takes_others_along(store: FilledStore) -> None:
    """One fewer in every figure would be that person's answers."""
    store.open_wave("persepsi", ["resident"])
    made = answer(store, 30, OPENS + HOUR)
    release(store, START)
    gone = select(schema.interview.c.respondent_id).where(schema.interview.c.id == made[0])
    store.connection.exec_driver_sql("PRAGMA foreign_keys = ON")
    store.connection.execute(
        delete(schema.respondent).where(schema.respondent.c.id == gone.scalar_subquery())
    )
    store.connection.commit()
    kept = store.connection.scalar(select(func.count()).select_from(schema.released_interview))
    store.connection.commit()
    assert kept == 29
    frames = release(store, START + HOUR)
    assert (count_people(frames), frames.waiting) == (30 - 1 - MINIMUM, MINIMUM)
    answer(store, 5, START + 2 * HOUR)
    assert count_people(release(store, START + WEEK)) == 34


def test_an_edited_interview_enters_as_a_newcomer(store: FilledStore) -> None:
    store.open_wave("persepsi", ["resident"])
    made = answer(store, 30, OPENS + HOUR)
    release(store, START)
    store.connection.execute(
        update(schema.interview).where(schema.interview.c.id == made[0]).values(steps=999)
    )
    store.connection.commit()
    assert count_people(release(store, START + HOUR)) == 30 - 1 - MINIMUM
    answer(store, 4, START + 2 * HOUR)
    assert count_people(release(store, START + WEEK)) == 34


def test_a_report_of_one_wave_has_its_people_and_the_rest_is_enough(store: FilledStore) -> None:
    store.open_wave("persepsi", ["resident"])
    store.open_wave("persepsi", ["resident"], wave="kampung", opens_at=OPENS + HOUR)
    answer(store, 12, OPENS + HOUR)
    answer(store, 4, OPENS + 2 * HOUR, wave="kampung")
    both, one = release(store, START), release(store, START, scope="persepsi")
    # The four of the small wave would be the difference.
    assert (count_people(both), count_people(one)) == (12, 12)
    answer(store, 1, START + HOUR, wave="kampung")
    both, one = release(store, START + WEEK), release(store, START + WEEK, scope="persepsi")
    assert (count_people(both), count_people(one)) == (17, 12)
    assert set(one.interviews["wave"]) == {"persepsi"}


def test_the_close_of_a_wave_releases_whom_it_can(store: FilledStore) -> None:
    store.open_wave("persepsi", ["resident"], closes_at=START + 3 * HOUR)
    answer(store, 12, OPENS + HOUR)
    release(store, START)
    answer(store, 6, START + HOUR)
    (form,) = release(store, START + 4 * HOUR).forms
    assert (form.n, count_in_city(form)) == (18, 18)


def test_an_earlier_moment_is_snapped_to_the_release_before_it(store: FilledStore) -> None:
    store.open_wave("persepsi", ["resident"])
    answer(store, 12, OPENS + HOUR)
    release(store, START)
    answer(store, 9, START + HOUR)
    release(store, START + WEEK)
    chosen = read_frames(store.url, START + 3 * 24 * HOUR, "id", minimum_cell=MINIMUM)
    assert count_people(chosen) == 12
    early = read_frames(store.url, START - HOUR, "id", minimum_cell=MINIMUM)
    assert count_people(early) == 0


def test_the_report_says_how_many_wait(store: FilledStore) -> None:
    store.open_wave("persepsi", ["resident"])
    answer(store, 12, OPENS + HOUR)
    order = build_report_request(store, language="en", kind="weekly")
    take_releases(replace(order, end=START))
    answer(store, 3, START + HOUR)
    take_releases(order)
    content = build_content(order)
    assert dict(content.facts)["Waiting"].startswith("3 more interviews count from the next")
    assert END < CLOSES

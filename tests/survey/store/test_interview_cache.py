"""Interviews that are kept ready: within the memory that they are given, the last ones used."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from survey.forms.model.questionnaire import Questionnaire
from survey.interview.interview import Interview
from survey.interview.question_order import REVIEW
from survey.interview.steps import Step, StepRefused
from survey.people import Role, Wave
from survey.services.interview_service import InterviewService
from survey.services.snapshot import Request
from survey.store import waves
from survey.store.database import Store
from survey.store.interviews import Cause, InterviewCache, InterviewRow, estimate_size
from tests.survey.empty_database import create_empty_database
from tests.survey.form_helpers import load_shipped_form

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
FORMS = ("persepsi", "kerentanan", "kondisi-aset", "rencana-kota", "skenario")
numbers = count(1)


def decide_next(made: Interview, text: str) -> Step | StepRefused:
    """The first choice, a word of one's own, or nothing."""
    here = made.position
    if made.find_repeat(here):
        return made.finish_repeat(here, NOW)
    choices = made.form.list_choices(here)
    found = made.answer(here, choices[0].value if choices else text, NOW)
    return made.skip(here, NOW) if isinstance(found, StepRefused) else found


def answer_some(form: Questionnaire, answers: int, text: str = "banjir") -> Interview:
    """An interview in progress, with so many answers at the most."""
    made = Interview(form, next(numbers), (), UTC)
    step = made.agree(NOW)
    while isinstance(step, Step):
        made.apply(step)
        made.collect_answers()
        if made.position == REVIEW or made.step_count > answers:
            break
        step = decide_next(made, text)
    return made


@contextmanager
def measured_memory() -> Iterator[Callable[[], int]]:
    """How many bytes more are held than at the beginning."""
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]

    def measure() -> int:
        gc.collect()
        return tracemalloc.get_traced_memory()[0] - before

    try:
        yield measure
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize(("answers", "text"), [(0, ""), (12, "banjir"), (40, "banjir 🌊" * 400)])
def test_what_an_interview_takes_is_estimated_within_two_times(
    name: str, answers: int, text: str
) -> None:
    form = load_shipped_form(name)
    answer_some(form, answers, text)  # What is made once for all is not counted.
    with measured_memory() as measure:
        made = [answer_some(form, answers, text + str(number)) for number in range(10)]
        taken = measure()
    assert 0.5 < sum(map(estimate_size, made)) / taken < 2


def row_of(number: int, made: Interview) -> InterviewRow:
    return InterviewRow(number, "w", made.questionnaire.digest, 1, made.step_count, None)


def test_the_cache_stays_within_its_memory_and_keeps_who_was_there_last() -> None:
    form = load_shipped_form("persepsi")
    answer_some(form, 5)
    with measured_memory() as measure:
        cache = InterviewCache(UTC, cache_mb=0.5)
        for number in range(60):
            cache.hold(number, answer_some(form, 5))
        taken = measure()
    assert cache.size <= 500_000
    assert taken < 1_000_000
    assert 10 < len(cache) < 40
    blank = answer_some(form, 5)
    ready = [n for n in range(60) if cache.restore(row_of(n, blank), form, None)]
    assert ready == list(range(60 - len(cache), 60))


def test_whoever_has_just_tapped_stays_longer_than_whoever_came_after_them() -> None:
    form = load_shipped_form("persepsi")
    cache = InterviewCache(UTC, cache_mb=0.2)
    first = answer_some(form, 5)
    cache.hold(0, first)
    for number in range(1, 30):
        cache.hold(number, answer_some(form, 5))
        assert cache.restore(row_of(0, first), form, None) is first


def test_an_interview_that_grows_takes_more_of_the_cache() -> None:
    form = load_shipped_form("persepsi")
    cache = InterviewCache(UTC)
    made = answer_some(form, 1)
    cache.hold(1, made)
    before = cache.size
    while made.position != REVIEW:
        step = decide_next(made, "banjir " * 300)
        assert isinstance(step, Step)
        made.apply(step)
    cache.restore(row_of(1, made), form, None)
    assert cache.size == estimate_size(made) > before + 5_000
    cache.drop(1)
    assert (cache.size, len(cache)) == (0, 0)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(await create_empty_database(tmp_path / "suara.db")) as opened:
        form = load_shipped_form("persepsi")
        wave = Wave("persepsi", form.digest, (Role.RESIDENT,), NOW, NOW + timedelta(days=9))
        async with opened.read() as connection:
            await opened.keep(await waves.add_questionnaire(connection, form, NOW))
            await opened.keep(await waves.seed_wave(connection, wave))
        yield opened


async def begin(survey: InterviewService, person: int) -> None:
    await survey.arrive(Request(person, NOW, Cause(9, next(numbers))), "id", "")
    await survey.agree(Request(person, NOW, Cause(9, next(numbers))))


async def test_whoever_is_not_in_the_cache_takes_no_memory_and_goes_on_where_they_were(
    store: Store,
) -> None:
    survey = InterviewService(store, UTC, cache_mb=0.1)
    with measured_memory() as measure:
        for person in range(50):
            await begin(survey, person)
        before = measure()
        for person in range(50, 150):
            await begin(survey, person)
        taken = measure() - before
    assert taken < 100 * 1000
    for person in (0, 149, 70):
        found = await survey.read_snapshot(person, NOW)
        assert found.interview is not None
        assert found.interview.step_count == 1

"""Residents who answer so that every figure is known to matter, and their answers out of SQL."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta

import pandas as pd

from reports import question_names
from survey.forms.model.questionnaire import Questionnaire
from tests.reports.filled_store import START, FilledStore
from tests.reports.random_answers import Answers, path_of_question

CITIES = ("31.71", "31.72", "31.73", "31.74", "31.75", "31.01")
DISTRICTS = dict(
    zip(
        CITIES,
        ("31.71.01", "31.72.01", "31.73.01", "31.74.01", "31.75.01", "31.01.01"),
        strict=True,
    )
)
AGES = ("18", "25", "35", "45", "55", "65")
EDUCATION_LEVELS = ("sd", "smp", "sma", "diploma", "sarjana")
#: How likely somebody of these properties is to find a driver weak, 0-1.
WeakProbability = Callable[[str, dict[str, str]], float]


def half_weak(_driver: str, _about: dict[str, str]) -> float:
    return 0.5


def add_even_residents(
    store: FilledStore,
    number: int,
    weak: WeakProbability = half_weak,
    wave: str = "persepsi",
    begun: datetime = START - timedelta(days=5),
    city: Callable[[int], str] = lambda n: CITIES[n % 6],
) -> None:
    """So many people, evenly of all kinds; who lived through a flood names it twice as often."""
    form, rng = store.forms[wave], store.random
    for n in range(number):
        about = {
            question_names.CITY: city(n),
            "kelamin": ("laki", "perempuan")[n // 6 % 2],
            "umur": AGES[n // 12 % 6],
            "pendidikan": EDUCATION_LEVELS[n % 5],
            question_names.CITY_TIE: ("tinggal", "kerja", "belajar")[n % 3],
        }
        at = begun + timedelta(minutes=n)
        person = store.add_respondent("resident", at)
        said = draw_even_answers(form, rng, about, weak)
        language = ("id", "en")[n % 7 == 0]
        store.add_interview(wave, person, said, at, at + timedelta(minutes=8), language=language)
    store.write_rows()


def draw_even_answers(
    form: Questionnaire, rng: random.Random, about: dict[str, str], weak: WeakProbability
) -> Answers:
    said: Answers = {(path_of_question(form, name), ""): value for name, value in about.items()}
    said[(path_of_question(form, question_names.DISTRICT), "")] = DISTRICTS[
        about[question_names.CITY]
    ]
    for question in question_names.list_asked_questions(
        next(question_names.find_named_groups(form, question_names.DRIVERS))
    ):
        found = rng.choice("12") if rng.random() < weak(question.name, about) else rng.choice("34")
        said[(question.path, "")] = question_names.UNKNOWN if rng.random() < 0.05 else found
    lived = rng.random() < 0.4
    named = rng.random() < (0.7 if lived else 0.35)
    said[(path_of_question(form, question_names.LIVED_THROUGH), "")] = (
        ["banjir"] if lived else ["tidak_ada"]
    )
    said[(path_of_question(form, question_names.SHOCKS), "")] = (
        ["banjir", "gempa"] if named else ["gempa", "rob"]
    )
    said[(path_of_question(form, question_names.STRESSES), "")] = [
        rng.choice(["macet", "udara"]),
        "sampah",
    ]
    return said


def read_resident_rows(store: FilledStore, wave: str = "persepsi") -> pd.DataFrame:
    """One row a resident's answer: interview, sent_at, name of the question, what was said."""
    query = """select a.interview_id as interview, i.sent_at, i.language, q.path,
                      coalesce(c.value, a.value) as said
               from answer a join question q on q.id = a.question_id
               join interview i on i.id = a.interview_id
               join respondent r on r.id = i.respondent_id
               left join code c on c.id = a.code_id
               where i.wave_id = ? and r.role = 'resident' and i.sent_at is not null"""
    with sqlite3.connect(store.url.removeprefix("sqlite:///")) as connection:
        found = pd.read_sql(query, connection, params=(wave,))
    return found.assign(name=found["path"].str.rpartition("/")[2])


def answers_by_person(rows: pd.DataFrame, name: str) -> pd.Series:
    """What each person said to one question: interview -> code."""
    mine = rows[rows["name"] == name]
    return mine.set_index("interview")["said"]

"""What a report reads of a store, held against plain SQL."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import question_names
from reports.reading.form_answers import FormAnswers
from reports.reading.frames import Frames, read_frames
from survey.forms.model.questionnaire import Question
from tests.reports.filled_store import END, FilledStore

USABLE = """
    SELECT i.id, i.wave_id, r.role FROM interview i JOIN respondent r ON r.id = i.respondent_id
    JOIN wave w ON w.id = i.wave_id
    WHERE i.started_at < :end AND (
        i.sent_at < :end OR (i.progress >= 0.5 AND (
            i.last_at < :end - 172800000000 OR (w.closes_at <= :end AND i.last_at < :end))))
"""
CHOSEN = f"""
    SELECT u.id, c.value FROM answer a JOIN ({USABLE}) u ON u.id = a.interview_id
    JOIN question q ON q.id = a.question_id JOIN code c ON c.id = a.code_id
    WHERE q.path = :path AND u.wave_id = :wave AND a.answered_at < :end
"""  # noqa: S608


@pytest.fixture(scope="module")
def frames(crowded: FilledStore) -> Frames:
    return read_frames(crowded.url, END, "id", texts=True)


@pytest.fixture(scope="module")
def persepsi(frames: Frames) -> FormAnswers:
    found = frames.find_form(question_names.DRIVERS)
    assert found is not None
    return found


def asked(form: FormAnswers, name: str) -> Question:
    found = form.find_question(name)
    assert found is not None
    return found


def by_sql(store: FilledStore, sql: str, **values: object) -> list[tuple[object, ...]]:
    values["end"] = int(END.timestamp()) * 1_000_000
    with closing(sqlite3.connect(store.url.removeprefix("sqlite:///"))) as connection:
        return connection.execute(sql, values).fetchall()


def test_every_count_of_every_question_is_that_of_the_store(
    crowded: FilledStore, persepsi: FormAnswers
) -> None:
    for question in persepsi.questionnaire.questions:
        rows = by_sql(crowded, CHOSEN, path=question.path, wave="persepsi")
        chosen = Counter(str(value) for _, value in rows)
        assert persepsi.count_choices(question) == {
            choice.value: chosen[choice.value] for choice in question.choices
        }
        if question.choices:
            assert persepsi.count_answered(question) == len({interview for interview, _ in rows})


def test_a_table_of_two_questions_counts_people_who_answered_both(
    crowded: FilledStore, persepsi: FormAnswers
) -> None:
    first, second = asked(persepsi, "kota"), asked(persepsi, "alami")
    city = dict(by_sql(crowded, CHOSEN, path=first.path, wave="persepsi"))
    both = Counter(
        (city[interview], value)
        for interview, value in by_sql(crowded, CHOSEN, path=second.path, wave="persepsi")
        if interview in city
    )
    table = persepsi.cross_tabulate(second, persepsi.get_choice_series(first))
    assert {cell: n for cell, n in table.stack().items() if n} == both


@settings(deadline=None)
@given(st.randoms(use_true_random=False))
def test_some_and_the_others_make_the_whole(persepsi: FormAnswers, random: st.DataObject) -> None:
    """However often people are picked out of people."""
    kept = [random.random() < 0.5 for _ in range(persepsi.n)]  # type: ignore[attr-defined]
    some, others = persepsi.select_people(kept), persepsi.select_people([not k for k in kept])
    here = some.select_people(some.interviews["role"] == "resident")
    there = some.select_people(some.interviews["role"] != "resident")
    for name in ("kota", "kebutuhan", "guncangan", "perbaikan"):
        question = asked(persepsi, name)
        parts = [part.count_choices(question) for part in (here, there, others)]
        whole = persepsi.count_choices(question)
        assert {code: sum(part[code] for part in parts) for code in whole} == whole
        assert sum(
            part.count_answered(question) for part in (here, there, others)
        ) == persepsi.count_answered(question)
    texts = [part.get_texts(asked(persepsi, "perbaikan")) for part in (here, there, others)]
    assert sum(map(len, texts)) == len(persepsi.get_texts(asked(persepsi, "perbaikan")))


def test_a_person_keeps_their_own_answers_among_any_others(persepsi: FormAnswers) -> None:
    city, need = asked(persepsi, "kota"), asked(persepsi, "kebutuhan")
    north = persepsi.select_people(persepsi.get_choice_series(city) == "31.72")
    assert set(north.get_choice_series(city)) == {"31.72"}
    everybody = persepsi.get_choice_series(need)[
        (persepsi.get_choice_series(city) == "31.72").to_numpy()
    ]
    assert list(north.get_choice_series(need)) == list(everybody)


def test_people_count_by_their_weights_where_these_are_asked_for(persepsi: FormAnswers) -> None:
    need = asked(persepsi, "kebutuhan")
    tally, weighed = persepsi.count_choices(need), persepsi.count_choices_weighted(need)
    assert weighed == pytest.approx(tally)
    persepsi.interviews["weight"] = 2.0
    assert persepsi.count_choices_weighted(need) == pytest.approx(
        {code: 2 * n for code, n in tally.items()}
    )
    persepsi.interviews["weight"] = 1.0


def test_texts_are_read_only_for_those_who_want_them(
    crowded: FilledStore, persepsi: FormAnswers
) -> None:
    words = asked(persepsi, "perbaikan")
    assert len(persepsi.get_texts(words)) == persepsi.count_answered(words) > 0
    bare = read_frames(crowded.url, END, "id").find_form(question_names.DRIVERS)
    assert bare is not None
    assert len(bare.get_texts(words)) == 0
    assert bare.count_answered(words) == persepsi.count_answered(words)


def test_a_repeat_is_a_row_for_each_instance(frames: Frames) -> None:
    form = frames.vulnerability_form
    assert form is not None
    found = form.build_repeat_table(question_names.ASSETS)
    assert not found.duplicated(["interview", "occurrence"]).any()
    assert set(found["kode"]) <= {
        i["name"]
        for i in question_names.list_carried_items(form.questionnaire, question_names.ASSETS)
    }
    few = form.select_people(form.interviews.index < 3).build_repeat_table(question_names.ASSETS)
    assert list(few["kode"]) == list(found[found["interview"] < 3]["kode"])
    assert "" not in set(few["kode"])

"""Whatever people do in whatever order."""

# ruff: noqa: E501 - a row of a table is one line.

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from survey.forms.runtime.form import Form, strip_positions
from survey.interview.question_order import REVIEW
from survey.interview.steps import Step, StepRefused
from tests.survey.form_helpers import (
    SETTINGS,
    Interviewee,
    compile_form,
    interview_state,
    load_shipped_form,
)

#: Every construction once: relevance, counted repeats, a cascade, a table, shuffles, sums.
ALL = f"""
| survey | type | name | label | required | relevant | constraint | calculation | choice_filter | repeat_count | parameters | appearance | body::suara:shuffle |
|---|---|---|---|---|---|---|---|---|---|---|---|---|
| | integer | jumlah | Berapa? | yes | | . >= 0 and . <= 3 |
| | begin_repeat | orang | Orang | | | | | | ${{jumlah}} |
| | calculate | nomor | | | | | position(..) |
| | text | nama | Nama ${{nomor}} |
| | integer | umur | Umur | | ${{nama}} != '' | . < 120 |
| | end_repeat |
| | calculate | total | | | | | sum(${{umur}}) |
| | begin_group | acak | Acak | | | | | | | | | yes |
| | select_one kota | kota | Kota |
| | decimal | tinggi | Tinggi air | | ${{total}} > 10 |
| | date | kapan | Kapan? | | | . <= today() |
| | select_multiple hal | hal | Hal | | | count-selected(.) <= 2 | | | | randomize=true |
| | end_group |
| | select_one kec | kec | Kecamatan | yes | ${{kota}} != '' | | | kota = ${{kota}} |
| | begin_group | kartu | Kartu | | selected(${{hal}}, 'a') | | | | | | table-list |
| | select_one kota | satu | Satu |
| | select_one kota | dua | Dua | yes |
| | end_group |
| | note | terima | Terima kasih ${{total}} | | ${{kec}} = 'x1' |

| choices | list_name | name | label | kota |
| | kota | x | X | |
| | kota | y | Y | |
| | kec | x1 | X satu | x |
| | kec | x2 | X dua | x |
| | kec | y1 | Y satu | y |
| | hal | a | A | |
| | hal | b | B | |
| | hal | c | C | |
{SETTINGS}"""

#: Repeats of every kind in each other, and what depends on how many there are.
NESTED = f"""
| survey | type | name | label | required | relevant | calculation | choice_filter | repeat_count |
|---|---|---|---|---|---|---|---|---|
| | integer | jumlah | Berapa? | yes |
| | begin_repeat | rumah | Rumah | | ${{jumlah}} != 3 |
| | text | jalan | Jalan? |
| | begin_repeat | anak | Anak | | position(..) < 4 |
| | text | nama | Nama? | yes |
| | select_one kota | kota | Kota |
| | select_one kec | kec | Kecamatan | yes | | | kota = ${{kota}} |
| | end_repeat |
| | begin_repeat | pohon | Pohon | | | | | ${{jumlah}} |
| | integer | tinggi | Tinggi? |
| | begin_repeat | buah | Buah | | ../tinggi > 1 |
| | text | jenis | Jenis? |
| | end_repeat |
| | end_repeat |
| | calculate | banyak | | | | count(${{nama}}) |
| | end_repeat |
| | calculate | semua | | | | count(${{nama}}) + sum(${{tinggi}}) |
| | select_one ${{jalan}} | pilih | Jalan mana? |
| | text | akhir | Akhir ${{semua}} | | ${{semua}} > 1 |

| choices | list_name | name | label | kota |
| | kota | x | X | |
| | kota | y | Y | |
| | kec | x1 | X satu | x |
| | kec | y1 | Y satu | y |
{SETTINGS}"""

VALUES = st.sampled_from(
    [
        "0",
        "1",
        "2",
        "3",
        "x",
        "y",
        "x1",
        "x2",
        "y1",
        "a",
        "b",
        "40",
        "3.5",
        "2020-05-05",
        "2099-01-01",
    ]
) | st.text(max_size=8)
ACTS = st.tuples(
    st.sampled_from(
        [
            "fit",
            "fit",
            "fit",
            "answer",
            "tick",
            "untick",
            "skip",
            "add",
            "remove",
            "enough",
            "back",
            "forward",
            "move",
            "review",
            "send",
        ]
    ),
    st.integers(0, 30),
    VALUES,
)


def act(person: Interviewee, kind: str, number: int, value: str) -> Step | StepRefused | None:
    """One of the things that a person can do, sensible or not."""
    asked = person.interview.list_place_keys()
    acts: dict[str, Callable[[], Step | StepRefused | None]] = {
        "fit": lambda: fitting(person, number, value),
        "answer": lambda: person.answer(value),
        "tick": lambda: person.tick(value),
        "untick": lambda: person.tick(value, on=False),
        "skip": person.skip,
        "add": person.add,
        "remove": lambda: person.remove(number % 4),
        "enough": person.decline_more,
        "back": person.back,
        "forward": person.forward,
        "move": lambda: person.move(asked[number % len(asked)]),
        "review": lambda: person.move(REVIEW),
        "send": person.send,
    }
    if person.interview.find_repeat(person.interview.position) and kind == "fit":
        return person.add() if number % 2 else person.decline_more()
    if person.interview.position == REVIEW and kind in ("fit", "answer", "tick", "untick", "skip"):
        return act(person, "move", number, value)
    return acts[kind]()


def fitting(person: Interviewee, number: int, value: str) -> Step | StepRefused | None:
    """An answer that is probably taken."""
    key = person.interview.position
    question = person.interview.find_question(key)
    choices = [choice.value for choice in person.interview.form.list_choices(key)]
    if choices:
        return person.answer(choices[number % len(choices)])
    fixed = {"integer": str(number % 4), "decimal": "1.5", "date": "2020-05-05"}
    return person.answer(fixed.get(question.kind.name, value.strip() or "teks"))


@given(st.integers(0, 999), st.lists(ACTS, max_size=25))
@settings(max_examples=120, deadline=None)
def test_the_record_of_an_interview_gives_the_same_interview_back(
    seed: int, acts: list[tuple[str, int, str]]
) -> None:
    person = Interviewee(compile_form(ALL), seed)
    for kind, number, value in acts:
        act(person, kind, number, value)
        assert person.interview.position in (*person.interview.list_place_keys(), REVIEW)
        assert 0 <= person.interview.progress <= 1
    assert interview_state(person.restore_interview()) == interview_state(person.interview)


@given(st.integers(0, 99), st.lists(ACTS, max_size=30))
@settings(max_examples=120, deadline=None)
def test_repeats_are_restored_and_are_what_a_new_form_would_be_with_the_same_answers(
    seed: int, acts: list[tuple[str, int, str]]
) -> None:
    person = Interviewee(compile_form(NESTED), seed)
    fitting(person, 2, "")
    for kind, number, value in acts:
        act(person, kind, number, value)
        assert person.interview.position in (*person.interview.list_place_keys(), REVIEW)
        assert 0 <= person.interview.progress <= 1
    assert interview_state(person.restore_interview()) == interview_state(person.interview)
    assert refilled(person).collect_values() == person.interview.form.collect_values()


def refilled(person: Interviewee) -> Form:
    """A form into which the same is put from the top to the bottom."""
    made = person.interview.form
    fresh = Form(made.questionnaire, person.seed, person.steps[0].at)
    for key in sorted(fresh.nodes, reverse=True):
        if key.endswith("]") and key not in made.nodes:
            fresh.remove_instance(key)
    for key, node in made.nodes.items():
        if strip_positions(key) in made.repeats and key not in fresh.nodes:
            assert fresh.add_instance(strip_positions(key), key.rpartition("/")[0]) == key
        if strip_positions(key) in made.questionnaire.by_path:
            fresh.set_value(key, node.value)
    return fresh


@given(st.integers(0, 99), st.lists(ACTS, max_size=12))
@settings(max_examples=12, deadline=None)
def test_that_holds_for_the_questionnaires_that_come_with_suara(
    seed: int, acts: list[tuple[str, int, str]]
) -> None:
    for name in ("persepsi", "kerentanan"):
        person = Interviewee(load_shipped_form(name), seed)
        person.answer_by_name("category", "energi")
        for kind, number, value in acts:
            act(person, kind, number, value)
        assert interview_state(person.restore_interview()) == interview_state(person.interview)


@given(st.lists(ACTS, max_size=25), st.integers(0, 30), st.integers(0, 5))
@settings(max_examples=120, deadline=None)
def test_changing_an_answer_forth_and_back_leaves_everything_as_it_was(
    acts: list[tuple[str, int, str]], which: int, other: int
) -> None:
    person = Interviewee(compile_form(ALL))
    for kind, number, value in acts:
        act(person, kind, number, value)
    answered = [
        key for key in person.interview.list_question_keys() if person.interview.form.get_value(key)
    ]
    answered = [key for key in answered if person.interview.form.find_problem(key) is None]
    if not answered:
        return
    key = answered[which % len(answered)]
    before, standing = person.interview.collect_answers(), person.interview.form.get_value(key)
    person.move(key)
    if isinstance(fitting(person, other, "lain"), Step):
        person.move(key)
        assert isinstance(person.answer(standing), Step)
    assert person.interview.collect_answers() == before


@given(st.integers(0, 8), st.text(max_size=40) | VALUES)
@settings(max_examples=200, deadline=None)
def test_any_text_is_taken_or_refused(skipped: int, text: str) -> None:
    person = Interviewee(compile_form(ALL))
    for number in range(skipped):
        if person.interview.position != REVIEW:
            fitting(person, number, "teks")
    if person.interview.position != REVIEW:
        key = person.interview.position
        decided = person.answer(text)
        assert isinstance(decided, StepRefused) or person.interview.form.get_value(key) in (
            text,
            "",
        )

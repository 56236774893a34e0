"""Choices put in order, and choices that come from elsewhere."""

from __future__ import annotations

from survey.interview.question_order import REVIEW
from survey.interview.steps import StepRefusalReason, StepRefused
from tests.survey.form_helpers import SETTINGS, Interviewee, compile_form, interview_state

SHEETS = f"""
| survey | type | name | label | constraint |
|---|---|---|---|---|
| | rank bahaya | urutan | Urutkan | not(starts-with(., 'api')) |
| | text | akhir | Akhir? |

| choices | list_name | name | label |
|---|---|---|---|
| | bahaya | banjir | Banjir |
| | bahaya | gempa | Gempa |
| | bahaya | api | Kebakaran |
{SETTINGS}"""
KEY = "/data/urutan"


def ranking(*choices: str) -> Interviewee:
    person = Interviewee(compile_form(SHEETS))
    for choice in choices:
        person.tick(choice)
    return person


def test_choices_stand_in_the_order_of_tapping_and_the_last_falls_in_place() -> None:
    assert ranking("gempa").interview.form.get_value(KEY) == "gempa"
    assert ranking("gempa", "api").interview.form.get_value(KEY) == "gempa api banjir"


def test_one_that_is_taken_out_goes_to_the_end_when_it_comes_back() -> None:
    person = ranking("gempa", "api")
    person.tick("gempa", on=False)
    assert person.interview.form.get_value(KEY) == "api banjir"
    person.tick("gempa")
    assert person.interview.form.get_value(KEY) == "api banjir gempa"
    assert interview_state(person.restore_interview()) == interview_state(person.interview)


def test_half_a_ranking_is_no_answer() -> None:
    person = ranking("gempa")
    assert person.confirm() == StepRefused(StepRefusalReason.CHOICE, KEY)
    assert person.interview.collect_answers() == {}
    assert person.answer("gempa gempa api") == StepRefused(StepRefusalReason.CHOICE, KEY)
    assert person.answer("gempa api banjir")
    assert person.interview.collect_answers() == {KEY: "gempa api banjir"}


def test_a_ranking_opened_again_and_left_half_done_is_asked_again() -> None:
    person = ranking("gempa", "api")
    person.confirm()
    person.skip()
    assert person.interview.position == REVIEW
    person.move(KEY)
    person.tick("gempa", on=False)
    assert not person.interview.has_visited_all
    assert person.send() == StepRefused(StepRefusalReason.INCOMPLETE, KEY)
    assert person.interview.collect_answers() == {}


def test_starting_over_takes_all_out() -> None:
    person = ranking("gempa", "api")
    person.apply_decision(person.interview.clear_choices(KEY, person.now))
    assert person.interview.form.get_value(KEY) == ""
    assert person.interview.position == KEY


def test_the_constraint_waits_for_the_whole_ranking() -> None:
    person = ranking("api")
    assert person.interview.form.get_value(KEY) == "api"
    person.tick("gempa")
    assert person.confirm() == StepRefused(StepRefusalReason.CONSTRAINT, KEY)


def test_only_choices_can_be_cleared() -> None:
    person = ranking("gempa", "api")
    person.confirm()
    refused = person.interview.clear_choices(person.interview.position, person.now)
    assert refused == StepRefused(StepRefusalReason.KIND, "/data/akhir")

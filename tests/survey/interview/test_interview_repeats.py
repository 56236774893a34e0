"""Households, their members, and what else there can be several of."""

from __future__ import annotations

import pytest

from survey.interview.question_order import REVIEW
from survey.interview.steps import Step, StepRefusalReason, StepRefused
from tests.survey.form_helpers import SETTINGS, Interviewee, compile_form, interview_state

HOUSES = f"""
| survey | type | name | label | relevant | calculation | choice_filter | required |
|---|---|---|---|---|---|---|---|
| | begin_repeat | rumah | Rumah ${{jalan}} |
| | text | jalan | Jalan? | | | | yes |
| | begin_repeat | anak | Anak |
| | text | nama | Siapa namanya? |
| | integer | umur | Berapa umur ${{nama}}? |
| | end_repeat |
| | end_repeat |
| | calculate | semua | | | count(${{nama}}) |
| | text | saran | Saran? |
{SETTINGS}"""
HOUSE, CHILD = "/data/rumah", "/data/rumah[1]/anak"


def at_second_child() -> Interviewee:
    """Somebody with a house and a first child in it, who has just added a second one."""
    person = Interviewee(compile_form(HOUSES))
    person.answer("Mawar", "jalan")
    person.answer("Ani", "nama")
    person.answer("4", "umur")
    person.add()
    return person


def at_end_of_children() -> Interviewee:
    person = at_second_child()
    person.answer("Budi", "nama")
    person.answer("7", "umur")
    return person


def test_after_each_instance_one_is_asked_for_another_until_it_is_enough() -> None:
    person = at_second_child()
    assert person.interview.position == f"{CHILD}[2]/nama"
    person.answer("Budi", "nama")
    person.skip()
    assert person.interview.position == CHILD
    person.decline_more()
    assert person.interview.position == HOUSE
    person.add()
    assert person.interview.position == "/data/rumah[2]/jalan"
    person.answer("Melati", "jalan")
    assert person.interview.position == "/data/rumah[2]/anak"  # As in ODK it begins without any.
    person.add()
    person.answer("Cici", "nama")
    person.skip()
    assert person.interview.position == "/data/rumah[2]/anak"
    person.decline_more()
    person.decline_more()
    assert person.interview.position == "/data/saran"
    person.skip()
    assert person.interview.position == REVIEW
    assert person.interview.collect_answers() == {
        "/data/rumah[1]/jalan": "Mawar",
        "/data/rumah[1]/anak[1]/nama": "Ani",
        "/data/rumah[1]/anak[1]/umur": "4",
        "/data/rumah[1]/anak[2]/nama": "Budi",
        "/data/rumah[2]/jalan": "Melati",
        "/data/rumah[2]/anak[1]/nama": "Cici",
        "/data/semua": "3",
    }
    assert isinstance(person.send(), Step)
    assert interview_state(person.restore_interview()) == interview_state(person.interview)


def test_a_prompt_is_a_place_in_the_order_and_a_card_of_its_own() -> None:
    person = Interviewee(compile_form(HOUSES))
    assert person.interview.list_place_keys() == person.interview.list_pages()
    assert person.interview.list_pages() == [
        "/data/rumah[1]/jalan",
        "/data/rumah[1]/anak[1]/nama",
        "/data/rumah[1]/anak[1]/umur",
        CHILD,
        HOUSE,
        "/data/saran",
    ]
    assert person.interview.list_missing() == ["/data/rumah[1]/jalan"]
    assert HOUSE not in person.interview.list_question_keys()


def test_the_answers_of_later_instances_move_up_when_one_is_removed() -> None:
    person = at_end_of_children()
    assert isinstance(person.remove(1), Step)
    assert person.interview.position == CHILD
    assert person.interview.collect_answers() == {
        "/data/rumah[1]/jalan": "Mawar",
        "/data/rumah[1]/anak[1]/nama": "Budi",
        "/data/rumah[1]/anak[1]/umur": "7",
        "/data/semua": "1",
    }
    assert person.interview.visited == {
        "/data/rumah[1]/jalan",
        "/data/rumah[1]/anak[1]/nama",
        "/data/rumah[1]/anak[1]/umur",
    }
    assert interview_state(person.restore_interview()) == interview_state(person.interview)


def test_what_was_said_to_be_enough_within_a_later_instance_moves_up_with_it() -> None:
    person = at_end_of_children()
    person.decline_more()
    person.add()
    person.answer("Melati", "jalan")
    assert person.interview.position == "/data/rumah[2]/anak"  # As in ODK it begins without any.
    person.add()
    person.answer("Cici", "nama")
    person.skip()
    person.decline_more()
    assert person.interview.position == HOUSE
    person.remove(1)
    assert person.interview.position == HOUSE
    assert person.interview.collect_answers()["/data/rumah[1]/jalan"] == "Melati"
    person.decline_more()
    assert person.interview.position == "/data/saran"
    assert CHILD in person.interview.visited


def test_none_is_a_number_too() -> None:
    person = Interviewee(compile_form(HOUSES))
    person.answer("Mawar", "jalan")
    person.skip()
    person.skip()
    person.remove(1)
    assert person.interview.list_instances(CHILD) == []
    assert person.interview.position == CHILD
    assert isinstance(person.decline_more(), Step)
    assert person.interview.position == HOUSE
    person.back()
    person.add()
    assert person.interview.position == f"{CHILD}[1]/nama"
    assert interview_state(person.restore_interview()) == interview_state(person.interview)


def test_adding_again_makes_the_prompt_wait_again() -> None:
    person = at_end_of_children()
    person.decline_more()
    person.decline_more()
    person.skip()
    assert person.interview.position == REVIEW
    assert isinstance(person.move(CHILD), Step)
    person.add()
    assert not person.interview.has_visited_all
    assert person.move(REVIEW) == StepRefused(StepRefusalReason.INCOMPLETE, f"{CHILD}[3]/nama")
    person.skip()
    person.skip()
    assert person.interview.position == CHILD
    person.decline_more()
    assert person.interview.position == REVIEW


def test_a_second_tap_on_the_same_card_adds_and_removes_nothing() -> None:
    person = at_second_child()
    assert person.interview.add_instance(CHILD, person.now) == StepRefused(
        StepRefusalReason.STALE, CHILD
    )
    person.answer("Budi", "nama")
    person.skip()
    seen, first = person.interview.step_count, f"{CHILD}[1]"
    assert isinstance(
        person.apply_decision(person.interview.remove_instance(first, seen, person.now)), Step
    )
    again = person.interview.remove_instance(first, seen, person.now)
    assert again == StepRefused(StepRefusalReason.STALE, first)
    assert person.interview.collect_answers()[f"{first}/nama"] == "Budi"


def test_a_prompt_is_no_question_and_a_question_no_prompt() -> None:
    person = at_second_child()
    here, now = person.interview.position, person.now
    assert person.interview.add_instance(here, now) == StepRefused(StepRefusalReason.STALE, here)
    assert person.interview.finish_repeat(here, now) == StepRefused(StepRefusalReason.STALE, here)
    assert isinstance(person.interview.remove_instance(f"{CHILD}[1]", 5, now), StepRefused)
    person.skip()
    person.skip()
    assert person.interview.answer(CHILD, "x", now) == StepRefused(StepRefusalReason.STALE, CHILD)
    assert person.interview.tick_choice(CHILD, "x", True, now) == StepRefused(
        StepRefusalReason.STALE, CHILD
    )
    assert person.interview.skip(CHILD, now) == StepRefused(StepRefusalReason.STALE, CHILD)
    for nothing in (f"{CHILD}[3]", f"{CHILD}[0]", "/data/rumah[1]", CHILD, "", "/data/x[1]"):
        refused = person.interview.remove_instance(nothing, person.interview.step_count, now)
        assert refused == StepRefused(StepRefusalReason.STALE, nothing)
    assert person.forward() == StepRefused(StepRefusalReason.REQUIRED, CHILD)


def test_no_more_are_added_than_a_form_can_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("survey.forms.runtime.form.MOST_REPEATS", 2)
    person = at_end_of_children()
    assert person.add() == StepRefused(StepRefusalReason.FULL, CHILD)
    assert isinstance(person.remove(2), Step)
    assert isinstance(person.add(), Step)


COUNTED = f"""
| survey | type | name | label | repeat_count | relevant | appearance |
|---|---|---|---|---|---|---|
| | integer | jumlah | Berapa anak? |
| | begin_repeat | anak | Anak | ${{jumlah}} |
| | text | nama | Nama? |
| | begin_repeat | mainan | Mainan | | ${{nama}} != 'tanpa' |
| | text | apa | Apa? |
| | end_repeat |
| | begin_group | nilai | Nilai | | | table-list |
| | select_one skala | sehat | Sehat |
| | select_one skala | senang | Senang |
| | end_group |
| | end_repeat |

| choices | list_name | name | label |
| | skala | 1 | Satu |
| | skala | 2 | Dua |
{SETTINGS}"""


def test_a_computed_number_of_instances_has_no_prompt_and_gives_back_what_it_took() -> None:
    person = Interviewee(compile_form(COUNTED))
    person.answer("2", "jumlah")
    for name, toy in (("Ani", "bola"), ("Budi", "gasing")):
        person.answer(name, "nama")
        person.add()
        person.answer(toy, "apa")
        person.decline_more()
        assert len(person.interview.list_card_keys(person.interview.position)) == 2
        person.answer("1", "sehat")
        person.answer("2", "senang")
    assert person.interview.position == REVIEW
    before, pages = person.interview.collect_answers(), person.interview.list_pages()
    assert "/data/anak" not in pages
    assert person.interview.add_instance("/data/anak", person.now) == StepRefused(
        StepRefusalReason.STALE, "/data/anak"
    )
    person.move("/data/jumlah")
    person.answer("1", "jumlah")
    assert person.interview.position == REVIEW
    assert [key for key in person.interview.collect_answers() if "[2]" in key] == []
    person.move("/data/jumlah")
    person.answer("2", "jumlah")
    assert person.interview.position == REVIEW
    assert person.interview.collect_answers() == before
    person.move("/data/jumlah")
    person.answer("0", "jumlah")
    assert person.interview.list_place_keys() == ["/data/jumlah"]
    assert isinstance(person.send(), Step)
    assert interview_state(person.restore_interview()) == interview_state(person.interview)


def test_where_a_repeat_is_not_relevant_nothing_is_asked_of_it() -> None:
    person = Interviewee(compile_form(COUNTED))
    person.answer("1", "jumlah")
    person.answer("tanpa", "nama")
    assert person.at == "sehat"
    person.back()
    person.answer("Ani", "nama")
    person.add()
    person.answer("bola", "apa")
    person.remove(1)
    assert person.interview.position == "/data/anak[1]/mainan"
    person.move("/data/anak[1]/nama")
    person.answer("tanpa", "nama")
    assert "/data/anak[1]/mainan" not in person.interview.list_place_keys()


UNASKED = f"""
| survey | type | name | label | relevant | calculation |
|---|---|---|---|---|---|
| | text | siapa | Siapa? |
| | begin_repeat | hitung | Hitungan |
| | calculate | ke | | | once(position(..)) |
| | text | kesan | Kesan? | ${{ke}} = ${{siapa}} |
| | end_repeat |
{SETTINGS}"""


def test_after_an_instance_in_which_nothing_is_asked_the_prompt_is_open_again() -> None:
    person = Interviewee(compile_form(UNASKED))
    person.answer("tidak ada", "siapa")
    person.decline_more()
    assert person.interview.has_visited_all
    person.move("/data/hitung")
    # The places are the same ones as before.
    person.add()
    assert person.interview.position == "/data/hitung"
    assert not person.interview.has_visited_all
    assert person.interview.progress == 0.5
    assert person.move(REVIEW) == StepRefused(StepRefusalReason.INCOMPLETE, "/data/hitung")
    assert interview_state(person.restore_interview()) == interview_state(person.interview)


def test_steps_that_nobody_looked_between_leave_the_same_places_open() -> None:
    """What was read of the first instance is not taken for read of the one that moved up."""
    person = Interviewee(compile_form(UNASKED))
    person.answer("1", "siapa")
    person.answer("Baik", "kesan")
    person.add()
    person.decline_more()
    assert person.interview.has_visited_all
    seen, count = person.restore_interview(), len(person.steps)
    assert seen.has_visited_all
    person.move("/data/siapa")
    person.answer("2", "siapa")
    person.move("/data/hitung")
    person.remove(1)
    assert person.interview.position == "/data/hitung"
    assert not person.interview.has_visited_all
    seen.carry_out(person.steps[count:])
    assert seen.list_place_keys() == ["/data/siapa", "/data/hitung[1]/kesan", "/data/hitung"]
    assert interview_state(seen) == interview_state(person.interview)

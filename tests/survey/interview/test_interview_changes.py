"""What a changed answer leaves open: filters, groups, instances that go; and what ends it all."""

from __future__ import annotations

from survey.interview.interview import Interview
from survey.interview.question_order import REVIEW
from survey.interview.steps import Step, StepKind, StepRefusalReason, StepRefused
from tests.survey.form_helpers import SETTINGS, Interviewee, compile_form, interview_state

ODD = f"""
| survey | type | name | label | relevant | calculation | choice_filter | required | readonly |
|---|---|---|---|---|---|---|---|---|
| | select_one mau | mau | Mau? |
| | begin_group | g | G | ${{mau}} = 'ya' |
| | begin_repeat | hitung | Hitungan |
| | calculate | ke | | | position(..) |
| | end_repeat |
| | begin_repeat | orang | Orang |
| | text | nama | Nama? | | | | yes |
| | select_one kota | kota | Kota? |
| | select_one kec | satu | Satu? | | | kota = ${{kota}} | yes |
| | select_multiple kec | banyak | Banyak? | | | kota = ${{kota}} |
| | rank kec | urut | Urutkan | | | kota = ${{kota}} |
| | end_repeat |
| | end_group |
| | select_one ${{nama}} | ketua | Siapa ketua? |
| | text | tetap | Sudah pasti | | 'ya' | | | ${{mau}} = 'ya' |
| | end | selesai |

| choices | list_name | name | label | kota |
| | mau | ya | Ya | |
| | mau | tidak | Tidak | |
| | kota | x | X | |
| | kota | y | Y | |
| | kec | x1 | X satu | x |
| | kec | x2 | X dua | x |
| | kec | y1 | Y satu | y |
{SETTINGS}"""


def test_a_repeat_in_which_nothing_is_asked_is_counted_by_its_prompt() -> None:
    person = Interviewee(compile_form(ODD))
    person.answer("ya", "mau")
    assert person.interview.position == "/data/g/hitung"
    person.add()
    assert person.interview.position == "/data/g/hitung"
    assert person.interview.collect_answers()["/data/g/hitung[2]/ke"] == "2"
    person.remove(1)
    assert "/data/g/hitung[2]/ke" not in person.interview.collect_answers()
    person.decline_more()
    assert person.at == "nama"


def test_with_its_group_a_prompt_goes_and_comes_back() -> None:
    person = Interviewee(compile_form(ODD))
    person.answer("tidak", "mau")
    # Nobody was named yet, so there is nobody to choose.
    assert person.at == "tetap"
    assert [key for key in person.interview.list_place_keys() if "/g/" in key] == []
    person.back()
    person.answer("ya", "mau")
    person.decline_more()
    assert person.at == "nama"


def test_what_a_filter_takes_away_is_asked_again_and_cannot_be_sent() -> None:
    person = Interviewee(compile_form(ODD))
    person.answer("ya", "mau")
    person.decline_more()
    person.answer("Ani", "nama")
    person.answer("x", "kota")
    person.answer("x1", "satu")
    person.tick("x2")
    person.confirm()
    person.answer("x2 x1", "urut")
    person.decline_more()
    person.answer("Ani", "ketua")
    person.answer("")
    assert person.interview.position == REVIEW
    inside = "/data/g/orang[1]"
    person.move(f"{inside}/kota")
    person.answer("y", "kota")
    wrong = [f"{inside}/{name}" for name in ("satu", "banyak", "urut")]
    assert [
        key for key in person.interview.list_place_keys() if person.interview.is_pending(key)
    ] == wrong
    assert person.interview.list_missing() == wrong
    assert person.send() == StepRefused(StepRefusalReason.INCOMPLETE, wrong[0])
    assert person.move(REVIEW) == StepRefused(StepRefusalReason.INCOMPLETE, wrong[0])
    assert not set(wrong) & person.interview.collect_answers().keys()
    person.answer("y1", "satu")
    assert person.at == "banyak"
    person.tick("y1")
    person.confirm()
    person.answer("y1", "urut")
    assert person.interview.position == REVIEW
    assert isinstance(person.send(), Step)
    assert interview_state(person.restore_interview()) == interview_state(person.interview)


def test_who_was_chosen_and_is_removed_must_be_chosen_anew() -> None:
    person = Interviewee(compile_form(ODD))
    person.answer("ya", "mau")
    person.decline_more()
    for number, name in enumerate(("Ani", "Budi")):
        if number:
            person.add()
        person.answer(name, "nama")
        person.answer("x", "kota")
        person.answer("x1", "satu")
        person.skip()
        person.skip()
    person.decline_more()
    person.answer("Budi", "ketua")
    person.answer("")
    person.move("/data/g/orang")
    person.remove(2)
    assert person.interview.list_missing() == ["/data/ketua"]
    person.decline_more()
    assert person.at == "ketua"
    assert person.answer("Budi", "ketua") == StepRefused(StepRefusalReason.CHOICE, "/data/ketua")
    person.answer("Ani", "ketua")
    assert person.interview.position == REVIEW


def test_what_can_only_be_read_is_told_and_keeps_its_value() -> None:
    person = Interviewee(compile_form(ODD))
    person.answer("ya", "mau")
    person.decline_more()
    person.move("/data/tetap")
    fixed = "/data/tetap"
    assert person.interview.is_display_only(fixed)
    assert person.skip() == StepRefused(StepRefusalReason.KIND, fixed)
    assert isinstance(person.answer("lain", "tetap"), Step)
    assert person.interview.collect_answers()[fixed] == "ya"
    person.move("/data/mau")
    person.answer("tidak", "mau")
    person.move(fixed)
    assert not person.interview.is_display_only(fixed)
    person.answer("lain", "tetap")
    assert person.interview.collect_answers()[fixed] == "lain"
    assert interview_state(person.restore_interview()) == interview_state(person.interview)


def test_each_sending_says_when_the_form_was_finished() -> None:
    person = Interviewee(compile_form(ODD))
    person.answer("tidak", "mau")
    person.skip()
    person.skip()
    assert "/data/selesai" not in person.interview.collect_answers()
    for _ in range(2):
        sent = person.now
        assert isinstance(person.send(), Step)
        assert person.interview.collect_answers()["/data/selesai"] == sent.isoformat(
            timespec="milliseconds"
        )
    assert person.interview.sent_at == person.steps[-2].at


def test_steps_of_a_repeat_that_is_no_longer_there_leave_the_person_somewhere() -> None:
    """A repeat can make itself irrelevant; who stood at its prompt goes on."""
    person = Interviewee(
        compile_form(f"""
| survey | type | name | label | relevant |
| | begin_group | g | G | count(/data/g/r) > 1 or /data/lagi = '' |
| | begin_repeat | r | R |
| | text | x | X |
| | end_repeat |
| | end_group |
| | text | lagi | Lagi? |
{SETTINGS}""")
    )
    person.skip()
    person.add()
    person.skip()
    person.decline_more()
    person.answer("ya", "lagi")
    person.move("/data/g/r")
    step = person.remove(1)
    assert isinstance(step, Step)
    assert step.kind is StepKind.REMOVED
    assert person.interview.position in (*person.interview.list_place_keys(), REVIEW)
    assert isinstance(person.restore_interview(), Interview)

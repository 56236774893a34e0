"""One person's pass through a questionnaire."""

# ruff: noqa: E501 - a row of a table is one line.

from __future__ import annotations

from datetime import timedelta

import pytest

from survey.interview.interview import Interview
from survey.interview.question_order import REVIEW
from survey.interview.steps import Step, StepKind, StepRefusalReason, StepRefused
from tests.survey.form_helpers import (
    SETTINGS,
    START,
    Interviewee,
    compile_form,
    interview_state,
    load_shipped_form,
)

FLOOD = f"""
| survey | type | name | label::Indonesia (id) | label::English (en) | required | relevant | constraint | appearance | body::suara:consent | body::suara:limit |
|---|---|---|---|---|---|---|---|---|---|---|
| | acknowledge | setuju | Boleh? | May we? | yes | | | | yes | |
| | select_one pernah | pernah | Pernah kebanjiran? | Ever flooded? | yes |
| | integer | kali | Berapa kali? | How often? | yes | ${{pernah}} = 'ya' | . >= 0 and . <= 50 |
| | select_multiple bantuan | bantuan | Butuh apa? | What do you need? | | | count-selected(.) <= 2 | | | 2 |
| | begin_group | siap | Seberapa siap? | How ready? | | | | table-list |
| | select_one nilai | rumah | Rumah | Home | yes |
| | select_one nilai | sekolah | Sekolah | School | yes |
| | end_group |
| | text | saran | Ada saran? | Anything to add? |

| choices | list_name | name | label::Indonesia (id) | label::English (en) |
| | pernah | ya | Ya | Yes |
| | pernah | tidak | Tidak | No |
| | bantuan | makanan | Makanan | Food |
| | bantuan | perahu | Perahu | Boat |
| | bantuan | kabar | Kabar | News |
| | nilai | 1 | Tidak siap | Not ready |
| | nilai | 2 | Siap | Ready |
{SETTINGS}"""


def at_review() -> Interviewee:
    person = Interviewee(compile_form(FLOOD))
    person.answer("ya", "pernah")
    person.answer("3", "kali")
    person.skip()
    person.answer("1", "rumah")
    person.answer("2", "sekolah")
    person.answer("Pompa", "saran")
    return person


def test_questions_come_one_after_another_to_the_review_and_are_sent() -> None:
    person = at_review()
    assert person.interview.position == REVIEW
    assert person.interview.progress == 1.0
    assert person.interview.collect_answers() == {
        "/data/pernah": "ya",
        "/data/kali": "3",
        "/data/siap/rumah": "1",
        "/data/siap/sekolah": "2",
        "/data/saran": "Pompa",
    }
    assert person.interview.list_missing() == []
    assert isinstance(person.send(), Step)
    assert person.interview.sent_at == person.steps[-1].at
    assert person.interview.is_unchanged


def test_the_consent_begins_an_interview_and_is_no_question_of_it() -> None:
    interview = Interview(compile_form(FLOOD))
    assert interview.consent_question is not None
    assert interview.consent_question.name == "setuju"
    assert not interview.consented
    assert "/data/setuju" not in interview.list_place_keys()
    agreed = interview.agree(START)
    assert isinstance(agreed, Step)
    assert (agreed.kind, agreed.key) == (StepKind.CONSENTED, "/data/setuju")
    interview.apply(agreed)
    assert interview.consented
    assert interview.agree(START) == StepRefused(StepRefusalReason.STALE, REVIEW)


def test_an_answer_that_cannot_stand_is_refused_with_the_reason() -> None:
    person = Interviewee(compile_form(FLOOD))
    assert person.answer("mungkin", "pernah") == StepRefused(
        StepRefusalReason.CHOICE, "/data/pernah"
    )
    assert person.answer("ya tidak", "pernah") == StepRefused(
        StepRefusalReason.CHOICE, "/data/pernah"
    )
    assert person.answer("", "pernah") == StepRefused(StepRefusalReason.REQUIRED, "/data/pernah")
    assert person.skip() == StepRefused(StepRefusalReason.REQUIRED, "/data/pernah")
    person.answer("ya", "pernah")
    assert person.answer("banyak", "kali") == StepRefused(StepRefusalReason.KIND, "/data/kali")
    assert person.answer("51", "kali") == StepRefused(StepRefusalReason.CONSTRAINT, "/data/kali")
    assert person.interview.form.get_value("/data/kali") == ""
    assert isinstance(person.answer("50", "kali"), Step)


def test_a_button_of_an_older_screen_is_stale() -> None:
    person = Interviewee(compile_form(FLOOD))
    person.answer("tidak", "pernah")
    old = person.interview.answer("/data/pernah", "ya", person.now)
    assert old == StepRefused(StepRefusalReason.STALE, "/data/pernah")
    assert person.interview.tick_choice("/data/siap/rumah", "1", True, person.now) == StepRefused(
        StepRefusalReason.STALE, "/data/siap/rumah"
    )
    assert person.interview.skip("/data/saran", person.now) == StepRefused(
        StepRefusalReason.STALE, "/data/saran"
    )
    assert person.move("/data/kali") == StepRefused(StepRefusalReason.STALE, "/data/kali")


def test_a_step_out_of_order_is_not_carried_out() -> None:
    person = Interviewee(compile_form(FLOOD))
    late = Step(7, StepKind.ANSWERED, "/data/pernah", "ya", START)
    with pytest.raises(ValueError, match="step 7 cannot follow step 1"):
        person.interview.apply(late)


def test_no_more_choices_can_be_ticked_than_the_constraint_lets() -> None:
    person = Interviewee(compile_form(FLOOD))
    person.answer("tidak", "pernah")
    assert person.at == "bantuan"
    person.tick("kabar")
    person.tick("makanan")
    assert person.interview.form.get_value("/data/bantuan") == "makanan kabar"
    assert person.tick("perahu") == StepRefused(StepRefusalReason.CONSTRAINT, "/data/bantuan")
    assert person.tick("sampan") == StepRefused(StepRefusalReason.CHOICE, "/data/bantuan")
    person.tick("kabar", on=False)
    person.tick("perahu")
    assert person.at == "bantuan"
    assert isinstance(person.confirm(), Step)
    assert person.interview.collect_answers()["/data/bantuan"] == "makanan perahu"


def test_where_two_have_to_be_ticked_the_first_tick_is_taken_and_confirmed_it_is_refused() -> None:
    limit = "count-selected(.) <= 2"
    assert limit in FLOOD
    person = Interviewee(compile_form(FLOOD.replace(limit, "count-selected(.) = 2")))
    person.answer("tidak", "pernah")
    assert person.at == "bantuan"
    assert isinstance(person.tick("kabar"), Step)
    assert person.confirm() == StepRefused(StepRefusalReason.CONSTRAINT, "/data/bantuan")
    assert isinstance(person.tick("makanan"), Step)
    assert person.tick("perahu") == StepRefused(StepRefusalReason.CONSTRAINT, "/data/bantuan")
    assert isinstance(person.confirm(), Step)
    assert person.interview.collect_answers()["/data/bantuan"] == "makanan kabar"


def test_the_rows_of_a_table_share_a_card() -> None:
    person = Interviewee(compile_form(FLOOD))
    person.answer("tidak", "pernah")
    person.skip()
    assert person.at == "rumah"
    rows = ["/data/siap/rumah", "/data/siap/sekolah"]
    assert person.interview.list_card_keys(person.interview.position) == rows
    assert person.interview.find_page(rows[1]) == person.interview.find_page(rows[0])
    assert person.interview.list_pages() == [
        "/data/pernah",
        "/data/bantuan",
        "/data/siap",
        "/data/saran",
    ]
    assert person.forward() == StepRefused(StepRefusalReason.REQUIRED, rows[0])
    person.answer("2", "rumah")
    assert person.at == "sekolah"
    person.move(rows[0])
    person.answer("1", "rumah")
    assert person.at == "sekolah"
    person.back()
    assert person.at == "bantuan"


def test_one_can_go_back_and_to_the_review_again_without_losing_anything() -> None:
    person = at_review()
    before = person.interview.collect_answers()
    for name in ("saran", "rumah", "bantuan", "kali", "pernah"):
        assert isinstance(person.back(), Step)
        assert person.at == name
    assert person.back() == StepRefused(StepRefusalReason.STALE, "/data/pernah")
    assert isinstance(person.forward(), Step)
    assert person.interview.position == REVIEW  # There is nothing left on the way.
    assert person.forward() == StepRefused(StepRefusalReason.STALE, REVIEW)
    assert person.interview.collect_answers() == before


def test_a_changed_answer_takes_its_follow_up_away_and_gives_it_back() -> None:
    person = at_review()
    person.move("/data/pernah")
    person.answer("tidak", "pernah")
    assert person.interview.position == REVIEW
    assert "/data/kali" not in person.interview.collect_answers()
    person.move("/data/pernah")
    person.answer("ya", "pernah")
    assert person.interview.position == REVIEW
    assert person.interview.collect_answers()["/data/kali"] == "3"


def test_the_review_is_out_of_reach_until_every_question_was_gone_through() -> None:
    person = Interviewee(compile_form(FLOOD))
    assert person.move(REVIEW) == StepRefused(StepRefusalReason.INCOMPLETE, "/data/pernah")
    assert person.send() == StepRefused(StepRefusalReason.INCOMPLETE, "/data/pernah")
    person.answer("tidak", "pernah")
    assert person.interview.progress == pytest.approx(1 / 5)
    person.answer("", "bantuan")
    assert person.interview.progress == pytest.approx(2 / 5)


def test_what_was_sent_can_be_changed_and_sent_again() -> None:
    person = at_review()
    person.send()
    first = person.interview.sent_at
    person.move("/data/saran")
    assert not person.interview.is_unchanged
    person.answer("Pompa dan tanggul", "saran")
    assert person.interview.position == REVIEW
    assert person.interview.sent_at == first
    person.send()
    assert person.interview.is_unchanged
    assert person.interview.sent_at == first
    assert person.interview.collect_answers()["/data/saran"] == "Pompa dan tanggul"


def test_a_place_that_lies_elsewhere_after_a_change_is_asked_again() -> None:
    person = Interviewee(load_shipped_form("persepsi"))
    person.answer("tinggal", "hubungan")
    person.answer("31.71", "kota")
    person.answer("31.71.01", "kecamatan")
    kelurahan = person.interview.form.list_choices(person.interview.position)[0].value
    person.answer(kelurahan, "kelurahan")
    went_on = person.interview.position

    person.move("/data/warga/tempat/kota")
    person.answer("31.73", "kota")
    assert person.at == "kecamatan"
    assert "/data/warga/tempat/kecamatan" not in person.interview.collect_answers()
    assert "/data/warga/tempat/kecamatan" in person.interview.list_missing()
    assert person.answer("31.71.01", "kecamatan") == StepRefused(
        StepRefusalReason.CHOICE, "/data/warga/tempat/kecamatan"
    )
    person.back()
    person.answer("31.71", "kota")
    assert person.interview.collect_answers()["/data/warga/tempat/kelurahan"] == kelurahan
    assert person.interview.position == went_on


def test_a_place_given_for_home_is_asked_again_once_it_is_of_work() -> None:
    person = Interviewee(load_shipped_form("persepsi"))
    person.answer("tinggal", "hubungan")
    person.answer("31.71", "kota")
    city = "/data/warga/tempat/kota"

    person.move("/data/hubungan")
    person.answer("kerja", "hubungan")
    assert person.at == "kota"
    assert city not in person.interview.collect_answers()
    assert city in person.interview.list_missing()
    # Who says that it was home after all has given the place already.
    person.back()
    person.answer("tinggal", "hubungan")
    assert person.interview.collect_answers()[city] == "31.71"
    assert person.at == "kecamatan"
    assert interview_state(person.restore_interview()) == interview_state(person.interview)


def test_whoever_has_no_tie_to_jakarta_is_thanked_and_done() -> None:
    person = Interviewee(load_shipped_form("persepsi"))
    person.answer("bukan", "hubungan")
    assert person.at == "bukan_jakarta"
    assert person.interview.find_question(person.interview.position).kind.is_note
    person.answer("")
    assert person.interview.position == REVIEW
    assert person.interview.collect_answers() == {"/data/hubungan": "bukan"}
    assert isinstance(person.send(), Step)


def test_a_resident_goes_through_the_whole_questionnaire() -> None:
    person = Interviewee(load_shipped_form("persepsi"), seed=11)
    for _ in range(100):
        if person.interview.position == REVIEW:
            break
        choices = person.interview.form.list_choices(person.interview.position)
        kind = person.interview.find_question(person.interview.position).kind.name
        if kind == "select_multiple":
            person.tick(choices[0].value)
            person.confirm()
        else:
            person.answer(choices[0].value if choices else "Saluran air")
    assert isinstance(person.send(), Step)
    assert len(person.interview.list_place_keys()) == 26 - 1
    assert interview_state(person.restore_interview()) == interview_state(person.interview)


def test_a_participant_rates_the_assets_of_the_category_on_the_invitation() -> None:
    person = Interviewee(load_shipped_form("kerentanan"))
    assert isinstance(person.answer_by_name("sector", "swasta"), Step)
    assert isinstance(person.answer_by_name("category", "air"), Step)
    assert person.answer_by_name("colour", "red") is None
    cards = person.interview.list_pages()
    assert cards[0] == "/data/kemungkinan"
    assert [c for c in cards if "aset" in c] == [f"/data/aset[{n}]/guncangan" for n in range(1, 6)]
    for _ in person.interview.list_card_keys(person.interview.position):
        person.answer("3")
    assert person.interview.find_page(person.interview.position) == "/data/dampak"
    assert person.interview.collect_answers()["/data/sektor"] == "swasta"
    assert len(person.interview.list_place_keys()) == 15 * 8 + 1


CLOCK = """
| survey | type | name | label | calculation | constraint |
|---|---|---|---|---|---|
| | calculate | hari | | today() |
| | calculate | mulai | | once(now()) |
| | date | lahir | Kapan lahir? | | . <= today() |
"""


def test_an_interview_knows_the_day_it_began_however_late_it_is_restored() -> None:
    person = Interviewee(compile_form(CLOCK))
    assert person.interview.collect_answers()["/data/hari"] == "2026-03-02"
    began = person.interview.collect_answers()["/data/mulai"]
    assert began.startswith("2026-03-02T09:00")
    assert person.answer("2026-03-03") == StepRefused(StepRefusalReason.CONSTRAINT, "/data/lahir")
    person.now += timedelta(days=1)
    assert isinstance(person.answer("2026-03-03"), Step)
    assert person.restore_interview().collect_answers()["/data/mulai"] == began
    assert interview_state(person.restore_interview()) == interview_state(person.interview)


NO_VILLAGE = f"""
| survey | type | name | label::Indonesia (id) | label::English (en) | required | choice_filter |
| | select_one kab | kab | Kabupaten? | Regency? | yes | |
| | select_one desa | desa | Desa? | Village? | yes | kab = ${{kab}} |
| | text | saran | Saran? | Advice? | | |
| choices | list_name | name | label::Indonesia (id) | label::English (en) | kab |
| | kab | tuban | Tuban | Tuban | |
| | kab | blora | Blora | Blora | |
| | desa | d1 | Satu | One | tuban |
{SETTINGS}"""


def test_a_select_that_has_nothing_to_choose_is_not_asked_and_keeps_nobody() -> None:
    person = Interviewee(compile_form(NO_VILLAGE))
    person.answer("tuban", "kab")
    person.answer("d1", "desa")
    person.move("/data/kab")
    person.answer("blora", "kab")
    # What was chosen does not count any more, and nothing is missing.
    person.answer("-", "saran")
    assert person.at == REVIEW
    assert not isinstance(person.send(), StepRefused)
    assert "/data/desa" not in person.interview.collect_answers()
    person.move("/data/kab")
    person.answer("tuban", "kab")
    # It comes back with what was chosen.
    assert "/data/desa" in person.interview.list_place_keys()
    assert person.interview.collect_answers()["/data/desa"] == "d1"

"""One person's pass through a questionnaire."""

# ruff: noqa: E501 - a row of a table is one line.

from __future__ import annotations

from datetime import timedelta

import pytest
from surveying import SETTINGS, START, Person, compiled, shipped, state

from survey.interview.interview import Interview
from survey.interview.question_order import REVIEW
from survey.interview.steps import Kind, Reason, Refused, Step

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


def at_review() -> Person:
    person = Person(compiled(FLOOD))
    person.answer("ya", "pernah")
    person.answer("3", "kali")
    person.skip()
    person.answer("1", "rumah")
    person.answer("2", "sekolah")
    person.answer("Pompa", "saran")
    return person


def test_questions_come_one_after_another_to_the_review_and_are_sent() -> None:
    person = at_review()
    assert person.interview.at == REVIEW
    assert person.interview.progress == 1.0
    assert person.interview.answers() == {
        "/data/pernah": "ya",
        "/data/kali": "3",
        "/data/siap/rumah": "1",
        "/data/siap/sekolah": "2",
        "/data/saran": "Pompa",
    }
    assert person.interview.missing() == []
    assert isinstance(person.send(), Step)
    assert person.interview.sent_at == person.steps[-1].at
    assert person.interview.rests


def test_the_consent_begins_an_interview_and_is_no_question_of_it() -> None:
    interview = Interview(compiled(FLOOD))
    assert interview.consent is not None
    assert interview.consent.name == "setuju"
    assert not interview.consented
    assert "/data/setuju" not in interview.asked()
    agreed = interview.agree(START)
    assert isinstance(agreed, Step)
    assert (agreed.kind, agreed.key) == (Kind.CONSENTED, "/data/setuju")
    interview.apply(agreed)
    assert interview.consented
    assert interview.agree(START) == Refused(Reason.STALE, REVIEW)


def test_an_answer_that_cannot_stand_is_refused_with_the_reason() -> None:
    person = Person(compiled(FLOOD))
    assert person.answer("mungkin", "pernah") == Refused(Reason.CHOICE, "/data/pernah")
    assert person.answer("ya tidak", "pernah") == Refused(Reason.CHOICE, "/data/pernah")
    assert person.answer("", "pernah") == Refused(Reason.REQUIRED, "/data/pernah")
    assert person.skip() == Refused(Reason.REQUIRED, "/data/pernah")
    person.answer("ya", "pernah")
    assert person.answer("banyak", "kali") == Refused(Reason.KIND, "/data/kali")
    assert person.answer("51", "kali") == Refused(Reason.CONSTRAINT, "/data/kali")
    assert person.interview.form.value("/data/kali") == ""
    assert isinstance(person.answer("50", "kali"), Step)


def test_a_button_of_an_older_screen_is_stale() -> None:
    person = Person(compiled(FLOOD))
    person.answer("tidak", "pernah")
    old = person.interview.answer("/data/pernah", "ya", person.now)
    assert old == Refused(Reason.STALE, "/data/pernah")
    assert person.interview.tick("/data/siap/rumah", "1", True, person.now) == Refused(
        Reason.STALE, "/data/siap/rumah"
    )
    assert person.interview.skip("/data/saran", person.now) == Refused(Reason.STALE, "/data/saran")
    assert person.move("/data/kali") == Refused(Reason.STALE, "/data/kali")


def test_a_step_out_of_order_is_not_carried_out() -> None:
    person = Person(compiled(FLOOD))
    late = Step(7, Kind.ANSWERED, "/data/pernah", "ya", START)
    with pytest.raises(ValueError, match="step 7 cannot follow step 1"):
        person.interview.apply(late)


def test_no_more_choices_can_be_ticked_than_the_constraint_lets() -> None:
    person = Person(compiled(FLOOD))
    person.answer("tidak", "pernah")
    assert person.at == "bantuan"
    person.tick("kabar")
    person.tick("makanan")
    assert person.interview.form.value("/data/bantuan") == "makanan kabar"
    assert person.tick("perahu") == Refused(Reason.CONSTRAINT, "/data/bantuan")
    assert person.tick("sampan") == Refused(Reason.CHOICE, "/data/bantuan")
    person.tick("kabar", on=False)
    person.tick("perahu")
    assert person.at == "bantuan"
    assert isinstance(person.confirm(), Step)
    assert person.interview.answers()["/data/bantuan"] == "makanan perahu"


def test_the_rows_of_a_table_share_a_card() -> None:
    person = Person(compiled(FLOOD))
    person.answer("tidak", "pernah")
    person.skip()
    assert person.at == "rumah"
    rows = ["/data/siap/rumah", "/data/siap/sekolah"]
    assert person.interview.rows(person.interview.at) == rows
    assert person.interview.page_of(rows[1]) == person.interview.page_of(rows[0])
    assert person.interview.pages() == [
        "/data/pernah",
        "/data/bantuan",
        "/data/siap",
        "/data/saran",
    ]
    assert person.forward() == Refused(Reason.REQUIRED, rows[0])
    person.answer("2", "rumah")
    assert person.at == "sekolah"
    person.move(rows[0])
    person.answer("1", "rumah")
    assert person.at == "sekolah"
    person.back()
    assert person.at == "bantuan"


def test_one_can_go_back_and_to_the_review_again_without_losing_anything() -> None:
    person = at_review()
    before = person.interview.answers()
    for name in ("saran", "rumah", "bantuan", "kali", "pernah"):
        assert isinstance(person.back(), Step)
        assert person.at == name
    assert person.back() == Refused(Reason.STALE, "/data/pernah")
    assert isinstance(person.forward(), Step)
    assert person.interview.at == REVIEW  # There is nothing left on the way.
    assert person.forward() == Refused(Reason.STALE, REVIEW)
    assert person.interview.answers() == before


def test_a_changed_answer_takes_its_follow_up_away_and_gives_it_back() -> None:
    person = at_review()
    person.move("/data/pernah")
    person.answer("tidak", "pernah")
    assert person.interview.at == REVIEW
    assert "/data/kali" not in person.interview.answers()
    person.move("/data/pernah")
    person.answer("ya", "pernah")
    assert person.interview.at == REVIEW
    assert person.interview.answers()["/data/kali"] == "3"


def test_the_review_is_out_of_reach_until_every_question_was_gone_through() -> None:
    person = Person(compiled(FLOOD))
    assert person.move(REVIEW) == Refused(Reason.INCOMPLETE, "/data/pernah")
    assert person.send() == Refused(Reason.INCOMPLETE, "/data/pernah")
    person.answer("tidak", "pernah")
    assert person.interview.progress == pytest.approx(1 / 5)
    person.answer("", "bantuan")
    assert person.interview.progress == pytest.approx(2 / 5)


def test_what_was_sent_can_be_changed_and_sent_again() -> None:
    person = at_review()
    person.send()
    first = person.interview.sent_at
    person.move("/data/saran")
    assert not person.interview.rests
    person.answer("Pompa dan tanggul", "saran")
    assert person.interview.at == REVIEW
    assert person.interview.sent_at == first
    person.send()
    assert person.interview.rests
    assert person.interview.sent_at == first
    assert person.interview.answers()["/data/saran"] == "Pompa dan tanggul"


def test_a_place_that_lies_elsewhere_after_a_change_is_asked_again() -> None:
    person = Person(shipped("persepsi"))
    person.answer("tinggal", "hubungan")
    person.answer("31.71", "kota")
    person.answer("31.71.01", "kecamatan")
    kelurahan = person.interview.form.choices(person.interview.at)[0].value
    person.answer(kelurahan, "kelurahan")
    went_on = person.interview.at

    person.move("/data/warga/tempat/kota")
    person.answer("31.73", "kota")
    assert person.at == "kecamatan"
    assert "/data/warga/tempat/kecamatan" not in person.interview.answers()
    assert "/data/warga/tempat/kecamatan" in person.interview.missing()
    assert person.answer("31.71.01", "kecamatan") == Refused(
        Reason.CHOICE, "/data/warga/tempat/kecamatan"
    )
    person.back()
    person.answer("31.71", "kota")
    assert person.interview.answers()["/data/warga/tempat/kelurahan"] == kelurahan
    assert person.interview.at == went_on


def test_whoever_has_no_tie_to_jakarta_is_thanked_and_done() -> None:
    person = Person(shipped("persepsi"))
    person.answer("bukan", "hubungan")
    assert person.at == "bukan_jakarta"
    assert person.interview.question(person.interview.at).kind == "note"
    person.answer("")
    assert person.interview.at == REVIEW
    assert person.interview.answers() == {"/data/hubungan": "bukan"}
    assert isinstance(person.send(), Step)


def test_a_resident_goes_through_the_whole_questionnaire() -> None:
    person = Person(shipped("persepsi"), seed=11)
    for _ in range(100):
        if person.interview.at == REVIEW:
            break
        choices = person.interview.form.choices(person.interview.at)
        kind = person.interview.question(person.interview.at).kind
        if kind == "select_multiple":
            person.tick(choices[0].value)
            person.confirm()
        else:
            person.answer(choices[0].value if choices else "Saluran air")
    assert isinstance(person.send(), Step)
    assert len(person.interview.asked()) == 26 - 1
    assert state(person.restored()) == state(person.interview)


def test_a_participant_rates_the_assets_of_the_category_on_the_invitation() -> None:
    person = Person(shipped("kerentanan"))
    assert isinstance(person.give("sector", "swasta"), Step)
    assert isinstance(person.give("category", "air"), Step)
    assert person.give("colour", "red") is None
    cards = person.interview.pages()
    assert cards[0] == "/data/kemungkinan"
    assert [c for c in cards if "aset" in c] == [f"/data/aset[{n}]/guncangan" for n in range(1, 6)]
    for _ in person.interview.rows(person.interview.at):
        person.answer("3")
    assert person.interview.page_of(person.interview.at) == "/data/dampak"
    assert person.interview.answers()["/data/sektor"] == "swasta"
    assert len(person.interview.asked()) == 15 * 8 + 1


CLOCK = """
| survey | type | name | label | calculation | constraint |
|---|---|---|---|---|---|
| | calculate | hari | | today() |
| | calculate | mulai | | once(now()) |
| | date | lahir | Kapan lahir? | | . <= today() |
"""


def test_an_interview_knows_the_day_it_began_however_late_it_is_restored() -> None:
    person = Person(compiled(CLOCK))
    assert person.interview.answers()["/data/hari"] == "2026-03-02"
    began = person.interview.answers()["/data/mulai"]
    assert began.startswith("2026-03-02T09:00")
    assert person.answer("2026-03-03") == Refused(Reason.CONSTRAINT, "/data/lahir")
    person.now += timedelta(days=1)
    assert isinstance(person.answer("2026-03-03"), Step)
    assert person.restored().answers()["/data/mulai"] == began
    assert state(person.restored()) == state(person.interview)

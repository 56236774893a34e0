"""rencana-kota: the inventory of what is planned and done."""

from __future__ import annotations

import pytest

from survey.interview.question_order import REVIEW
from survey.interview.steps import Step, StepRefusalReason, StepRefused
from tests.questionnaires.participant_helpers import Participant, count_promised_taps
from tests.questionnaires.questionnaire_files import LANGUAGES, read_choice_lists, read_csv_rows

FORM = "rencana-kota"
PLAN = {
    "ada_rencana": "ya",
    "nama": "Rencana Induk Drainase",
    "pemilik": "air",
    "mulai": "2025-01-01",
    "selesai": "2030-01-01",
    "cakupan": "sebagian",
    "dana": "apbd",
    "tautan": "https://jakarta.go.id/rencana",
}


def telling(**otherwise: str) -> dict[str, str]:
    return PLAN | otherwise


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plan_takes_as_many_taps_as_the_consent_says(language: str) -> None:
    person = Participant(FORM)
    person.answer_until(PLAN)
    assert isinstance(person.send(), Step)
    assert 25 <= person.taps <= 35
    assert person.taps == pytest.approx(count_promised_taps(FORM, language), rel=0.15)


def test_whoever_knows_no_plan_is_asked_nothing_more() -> None:
    person = Participant(FORM)
    person.answer("tidak", "ada_rencana")
    assert person.interview.position == REVIEW
    assert isinstance(person.send(), Step)


def test_each_plan_is_told_for_itself_and_carries_its_name() -> None:
    person = Participant(FORM)
    person.answer_until(PLAN, until="rencana")
    person.add()
    person.answer_until(telling(nama="Jak Lingko", dana="belum"), until="rencana")
    person.decline_more()
    assert person.interview.position == REVIEW
    label = shipped_label(person)
    assert label == ["Rencana: Rencana Induk Drainase", "Rencana: Jak Lingko"]
    answers = person.interview.collect_answers()
    assert "/data/rencana[1]/biaya" in answers
    assert "/data/rencana[2]/biaya" not in answers


def shipped_label(person: Participant) -> list[str]:
    """The labels of the plans that were told."""
    interview = person.interview
    repeat = interview.form.repeats["/data/rencana"]
    keys = interview.form.list_occurrences("/data/rencana", "/data")
    return [interview.form.render_text(repeat.label, key, LANGUAGES[0]) for key in keys]


def test_a_plan_does_not_end_before_it_begins() -> None:
    person = Participant(FORM)
    person.answer_until(PLAN, until="selesai")
    refused = person.answer("2024-01-01")
    assert isinstance(refused, StepRefused)
    assert refused.reason is StepRefusalReason.CONSTRAINT
    assert isinstance(person.answer("2025-01-01"), Step)


def test_an_end_can_be_told_without_a_beginning() -> None:
    person = Participant(FORM)
    person.answer_until(PLAN, until="mulai")
    person.skip()
    assert isinstance(person.answer("2024-01-01", "selesai"), Step)


def test_a_driver_addressed_directly_is_not_offered_as_addressed_indirectly() -> None:
    person = Participant(FORM)
    person.answer_until(PLAN, until="langsung")
    for driver in ("pelindung", "layanan"):
        person.tick(driver)
    person.confirm()
    assert person.at == "tidak_langsung"
    drivers = read_choice_lists(FORM)["pendorong"]
    assert set(person.list_offered_codes()) == drivers.keys() - {"pelindung", "layanan"}


def test_a_driver_that_becomes_direct_later_is_asked_about_again() -> None:
    person = Participant(FORM)
    person.answer_until(PLAN, until="langsung")
    person.answer("pelindung")
    person.answer("layanan", "tidak_langsung")
    person.answer_until(PLAN)
    person.move("/data/rencana[1]/langsung")
    person.answer("pelindung layanan")
    assert person.at == "tidak_langsung"


def test_an_owner_who_is_not_in_the_list_is_told_in_words() -> None:
    person = Participant(FORM)
    person.answer_until(PLAN, until="pemilik")
    person.answer("lain")
    person.answer("Badan Geologi", "pemilik_lain")
    assert person.at == "jenis"


def test_cities_are_asked_only_of_a_plan_for_parts_of_jakarta() -> None:
    person = Participant(FORM)
    person.answer_until(PLAN, until="cakupan")
    person.answer("seluruh")
    assert person.at == "dana"
    person.back()
    person.answer("sebagian", "cakupan")
    assert person.list_offered_codes() == [row["name"] for row in read_csv_rows("kota.csv")]
    person.tick("31.72")
    person.tick("31.01")
    person.confirm()
    assert person.read_answer("wilayah").split() == ["31.72", "31.01"]


@pytest.mark.parametrize(
    ("link", "taken"),
    [
        ("https://jakarta.go.id", True),
        ("bappeda.jakarta.go.id/rencana/2025?halaman=2", True),
        ("tidak ada", False),
        ("https://", False),
        ("https://jakarta.go.id dan lainnya", False),
    ],
)
def test_a_link_is_an_address_with_or_without_its_beginning(link: str, taken: bool) -> None:
    person = Participant(FORM)
    person.answer_until(PLAN, until="tautan")
    assert isinstance(person.answer(link), Step) is taken

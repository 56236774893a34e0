"""kondisi-aset: what participants say about the state of the assets of their category."""

from __future__ import annotations

import pytest

from survey.interview.question_order import REVIEW
from survey.interview.steps import Step, StepRefusalReason, StepRefused
from tests.questionnaires.participant_helpers import Participant, count_promised_taps
from tests.questionnaires.questionnaire_files import LANGUAGES, read_csv_rows

FORM = "kondisi-aset"
CATEGORIES = [row["name"] for row in read_csv_rows("kategori.csv")]
GRAVE = {"kekritisan": "5", "ada_lain": "tidak"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_takes_as_many_taps_as_the_consent_says(language: str) -> None:
    person = Participant(FORM)
    person.answer_until(GRAVE)
    assert isinstance(person.send(), Step)
    assert 40 <= person.taps <= 50
    assert person.taps == pytest.approx(count_promised_taps(FORM, language), rel=0.1)


@pytest.mark.parametrize("category", CATEGORIES)
def test_the_assets_of_the_invitations_category_are_asked_by_name(category: str) -> None:
    person = Participant(FORM, category)
    for asset in (row for row in read_csv_rows("aset.csv") if row["kategori"] == category):
        assert asset["label"] in person.read_question()
        assert asset["label_en"] in person.read_question(LANGUAGES[1])
        assert person.at == "fisik"
        person.answer("bb")
    assert person.at == "ada_lain"
    codes = [v for key, v in person.interview.collect_answers().items() if key.endswith("/kode")]
    assert codes == [
        row["name"] for row in read_csv_rows("aset.csv") if row["kategori"] == category
    ]


def test_whoever_has_no_invitation_chooses_a_category() -> None:
    person = Participant(FORM, category="", sector="")
    assert person.at == "pilihan"
    assert person.list_offered_codes() == CATEGORIES
    person.answer("energi")
    assert "PLTGU Muara Karang" in person.read_question()


def test_an_asset_outside_ones_field_costs_one_tap() -> None:
    person = Participant(FORM)
    person.answer("bb", "fisik")
    assert person.interview.position == "/data/aset[2]/kondisi/fisik"


def test_what_fails_with_an_asset_is_asked_where_its_failure_is_felt() -> None:
    person = Participant(FORM)
    person.answer_until(until="kekritisan")
    person.answer("1", "kekritisan")
    assert person.at == "keyakinan"
    person.back()
    person.answer("4", "kekritisan")
    assert person.at == "ikut_lumpuh"
    assert set(person.list_offered_codes()) == {*CATEGORIES, "tidak_ada", "tt"} - {"banjir"}


def test_nothing_else_failing_stands_alone_and_three_are_enough() -> None:
    person = Participant(FORM)
    person.answer_until(GRAVE, until="ikut_lumpuh")
    person.tick("tidak_ada")
    refused = person.tick("energi")
    assert isinstance(refused, StepRefused)
    assert refused.reason is StepRefusalReason.CONSTRAINT
    person.tick("tidak_ada", on=False)
    for category in ("air", "energi", "kesehatan"):
        assert isinstance(person.tick(category), Step)
    assert isinstance(person.tick("ekonomi"), StepRefused)
    person.confirm()
    assert person.read_answer("ikut_lumpuh") == "air energi kesehatan"


def missing(person: Participant, name: str) -> None:
    """Tell of an asset that is not in the list."""
    person.answer(name, "nama_lain")
    person.answer("banjir", "kategori_lain")
    person.answer("Melindungi ribuan rumah", "alasan_lain")


def test_several_missing_assets_can_be_told() -> None:
    person = Participant(FORM)
    person.answer_until({"fisik": "bb"}, until="ada_lain")
    person.answer("ya")
    missing(person, "Pompa Sunter Utara")
    assert person.at == "aset_lain"
    person.add()
    missing(person, "Waduk Pluit")
    person.decline_more()
    person.skip()
    assert person.interview.position == REVIEW
    told = {k: v for k, v in person.interview.collect_answers().items() if k.endswith("nama_lain")}
    assert list(told.values()) == ["Pompa Sunter Utara", "Waduk Pluit"]
    assert isinstance(person.send(), Step)


def test_a_telephone_number_is_not_taken() -> None:
    person = Participant(FORM)
    person.answer_until({"fisik": "bb", "ada_lain": "tidak"}, until="catatan")
    refused = person.answer("Tanya Pak Budi, 081234567890")
    assert isinstance(refused, StepRefused)
    assert refused.reason is StepRefusalReason.CONSTRAINT

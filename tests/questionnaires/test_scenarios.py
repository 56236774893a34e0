"""skenario: trends to 2030 and what each scenario would mean."""

from __future__ import annotations

import pytest

from survey.interview.question_order import REVIEW
from survey.interview.steps import Step, StepRefused
from tests.questionnaires.participant_helpers import Participant, count_promised_taps
from tests.questionnaires.questionnaire_files import (
    CODE_PATTERN,
    LANGUAGES,
    list_table_lines,
    read_csv_rows,
)

FORM = "skenario"
ASKED = ("kemungkinan", "dampak", "kesiapan", "memburuk", "tanda")


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_takes_as_many_taps_as_the_consent_says(language: str) -> None:
    person = Participant(FORM)
    person.answer_until()
    assert isinstance(person.send(), Step)
    assert 50 <= person.taps <= 70
    assert person.taps == pytest.approx(count_promised_taps(FORM, language), rel=0.1)


def test_every_scenario_of_the_list_is_told_and_judged() -> None:
    person = Participant(FORM)
    for scenario in read_csv_rows("skenario.csv"):
        person.answer_until(until="kemungkinan")
        for language, suffix in zip(LANGUAGES, ("", "_en"), strict=True):
            assert scenario[f"label{suffix}"] in person.read_question(language)
            assert person.read_hint(language) == scenario[f"cerita{suffix}"]
        asked = []
        while (at := person.interview.position).startswith("/data/skenario["):
            asked.append(person.at)
            person.answer_as_preferred({})
            if person.at == "kemungkinan":
                break
        assert tuple(asked) == ASKED, at
    assert person.at == "catatan"
    codes = [v for key, v in person.interview.collect_answers().items() if key.endswith("/kode")]
    assert codes == [row["name"] for row in read_csv_rows("skenario.csv")]


def test_scenarios_are_short_stories_in_both_languages() -> None:
    scenarios = read_csv_rows("skenario.csv")
    assert len({row["name"] for row in scenarios}) == len(scenarios) == 6
    for row in scenarios:
        assert CODE_PATTERN.fullmatch(row["name"])
        assert row["contoh"] in ("ya", "")
        for suffix in ("", "_en"):
            assert 0 < len(row[f"label{suffix}"]) <= 40
            assert 0 < len(row[f"cerita{suffix}"]) <= 160


def test_certainty_is_asked_of_the_directions_that_were_given() -> None:
    trends = list_table_lines(FORM, "/data/kecenderungan/arah")
    assert list_table_lines(FORM, "/data/kecenderungan/kepastian") == trends
    assert len(trends) == 8
    person = Participant(FORM)
    for number, trend in enumerate(trends):
        person.answer("tt" if number == 1 else "bb" if number == 2 else "4", trend)
    for trend in (trends[0], *trends[3:]):
        person.answer("2", f"kepastian/{trend}")
    assert person.at == "kemungkinan"


def test_at_most_three_problems_are_said_to_get_worse() -> None:
    person = Participant(FORM)
    person.answer_until(until="memburuk")
    for stress in ("macet", "udara", "hunian"):
        assert isinstance(person.tick(stress), Step)
    assert isinstance(person.tick("sampah"), StepRefused)


def test_whoever_knows_nothing_of_it_still_comes_to_the_end() -> None:
    person = Participant(FORM)
    trends = list_table_lines(FORM, "/data/kecenderungan/arah")
    unknown = dict.fromkeys((*trends, "kemungkinan", "dampak", "kesiapan"), "tt")
    while person.interview.position != REVIEW:
        at = person.at
        if at in unknown:
            person.answer(unknown[at])
        else:
            person.skip()
    assert isinstance(person.send(), Step)

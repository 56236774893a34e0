"""How much of what tells who is meant is found, how little else goes, and what it costs."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
import regex

from reports.city_file import load_redactor
from survey.redaction.text_tokens import REDACTION_MARK
from tests.survey.form_helpers import CITY_FILE
from tests.survey.redaction_measures import (
    PersonalVariant,
    load_harmless_answers,
    load_variants,
)

DOCUMENT = Path(__file__).parents[2] / "docs" / "redaction.md"
REDACTOR = load_redactor(CITY_FILE)
#: The longest answer (three messages of Telegram's longest), and one that is four times as long.
LENGTH, FACTOR = 4096, 4
#: What repeats here made other ways of looking take for ever, or is much work for this one.
TIRESOME = [
    *("a.b.", "a ", "A.", "A. ", "a@", "a@b.", "@", ".com", "x.com ", "a_", "_", "a-", "a'", "é"),
    *("1 ", "1,", "1.000.", "2020, ", "0812 ", "nol ", "9", "-6.2,", "Rp ", "noldelapan"),
    *("Pak ", "Pak Budi ", "Budi ", "M. ", "nama saya ", "saya ", "Zzxy ", "Terima kasih, "),
    *("RT ", "RT 5 ", "Jl. ", "jalan a ", "blok ", "B 1234 ", "lahir a ", "ig ", "akun : "),
    *("http://", "budi titik ", "a at b ", "[…]", " […],", "( ", "stasiun A "),
]


@cache
def count_hits() -> tuple[Counter[str], Counter[str]]:
    """Variants of each kind, and those of which nothing is left."""
    found = [v.kind for v in load_variants() if is_found(v)]
    return Counter(v.kind for v in load_variants()), Counter(found)


def is_found(variant: PersonalVariant) -> bool:
    return variant.is_hidden_in(REDACTOR.redact(variant.written).text)


def test_nearly_all_of_many_variants_are_found() -> None:
    every, found = count_hits()
    assert every.total() >= 300
    assert found.total() / every.total() >= 0.97
    assert all(found[kind] / every[kind] >= 0.9 for kind in every)


def test_hardly_any_harmless_answer_loses_a_word() -> None:
    every = load_harmless_answers()
    changed = [answer for answer in every if REDACTION_MARK in REDACTOR.redact(answer).text]
    assert len(every) >= 1000
    assert len(changed) / len(every) < 0.05


def test_the_document_says_what_is_found_of_each_kind() -> None:
    every, found = count_hits()
    changed = [a for a in load_harmless_answers() if REDACTION_MARK in REDACTOR.redact(a).text]
    table = DOCUMENT.read_text(encoding="utf-8")
    for kind, number in every.items():
        assert f"| {kind.replace('_', ' ')} | {number} | {found[kind]} |" in table
    assert f"| *all* | {every.total()} | {found.total()} |" in table
    assert f"{len(changed)} of {len(load_harmless_answers()):,}" in table


@pytest.mark.parametrize("piece", TIRESOME)
def test_a_text_four_times_as_long_takes_four_times_the_work(piece: str) -> None:
    text = piece * (LENGTH * FACTOR // len(piece) + 1)
    short, long = (REDACTOR.redact(text[:size]) for size in (LENGTH, LENGTH * FACTOR))
    # The number of rounds may differ by one, at the end of the text.
    assert long.work <= FACTOR * short.work * 2 + 100
    assert long.work <= 15 * LENGTH * FACTOR


def test_a_long_text_of_everything_takes_work_in_proportion() -> None:
    said = [*(v.written for v in load_variants()), *load_harmless_answers()]
    once, often = (REDACTOR.redact(" ".join(said * times)) for times in (1, 4))
    assert often.work <= 5 * once.work
    assert once.work <= 5 * sum(map(len, said))


@pytest.mark.parametrize("variant", load_variants(), ids=lambda variant: variant.written)
def test_doing_it_again_changes_nothing(variant: PersonalVariant) -> None:
    left = REDACTOR.redact(variant.written).text
    assert REDACTOR.redact(left).text == left


@pytest.mark.parametrize(
    "text",
    [
        "Banjir tahun 2007, 2013 dan 2020-2023",
        "macet jam 07.00-09.00",
        "Rp 500.000 atau Rp1.250.000",
        "125.000 jiwa, 100-150 cm",
        "telepon 112, 119, 110",
        "koridor 1, 2, 3, 9, 13",
    ],
)
def test_years_hours_sums_and_measures_stay(text: str) -> None:
    assert REDACTOR.redact(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        *("Rp 081234567890", "2020 0812 3456", "08.12-34.56", "0812345 orang", "1, 2, 0812"),
        *("1981 23 34 67", "20342034"),
    ],
)
def test_a_number_does_not_hide_as_one_of_them(text: str) -> None:
    assert not regex.search("0812|34", REDACTOR.redact(text).text)

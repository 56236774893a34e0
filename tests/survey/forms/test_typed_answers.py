"""What people type, in Indonesian and in English, and what is stored of it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from survey.forms.answers.date_parsing import parse_day
from survey.forms.answers.question_kinds import QUESTION_KINDS
from survey.forms.answers.stored_values import fits_question
from survey.forms.answers.typed_answers import parse_typed_answer
from survey.forms.model.questionnaire import Bind, Question, Text

#: A Monday.
NOW = datetime(2026, 11, 23, 14, 5, 33, tzinfo=ZoneInfo("Asia/Jakarta"))


def question(kind: str, *appearance: str, datatype: str = "", **own: str) -> Question:
    bind = Bind("/data/q", datatype)
    return Question(
        1,
        "/data/q",
        QUESTION_KINDS[kind],
        Text(),
        Text(),
        bind,
        appearance=frozenset(appearance),
        suara_attributes=own,
    )


def stored(kind: str, text: str, *appearance: str) -> str | None:
    """What is stored; None for what does not fit."""
    asked = question(kind, *appearance)
    value = parse_typed_answer(asked, text, NOW)
    return value if fits_question(asked, value) else None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("23 november 2026", "2026-11-23"),
        ("23 nov", "2026-11-23"),
        ("23/11/2026", "2026-11-23"),
        ("23-11-26", "2026-11-23"),
        ("23.11.2026", "2026-11-23"),
        ("2026-11-23", "2026-11-23"),
        ("Nov 23, 2026", "2026-11-23"),
        ("23rd of November 2026", "2026-11-23"),
        ("Senin, 23 November 2026", "2026-11-23"),
        ("jum'at 27/11/2026", "2026-11-27"),
        ("tgl 5 Agt 2025", "2025-08-05"),
        ("1 Nopember 2025", "2025-11-01"),
        ("3/4/2026", "2026-04-03"),
        ("17 agustus 1945", "1945-08-17"),
        ("17-8-45", "1945-08-17"),
        ("17-8-36", "2036-08-17"),
        ("23 Januari", "2027-01-23"),
        ("23 Juli", "2026-07-23"),
        ("29 feb", "2028-02-29"),
        ("hari ini", "2026-11-23"),
        ("Tadi pagi", "2026-11-23"),
        ("today", "2026-11-23"),
        ("kemarin", "2026-11-22"),
        ("yesterday", "2026-11-22"),
        ("semalam", "2026-11-22"),
        ("kemarin dulu", "2026-11-21"),
        ("besok", "2026-11-24"),
        ("tomorrow", "2026-11-24"),
        ("lusa", "2026-11-25"),
        ("the day after tomorrow", "2026-11-25"),
        ("dua hari yang lalu", "2026-11-21"),
        ("3 hari lagi", "2026-11-26"),
        ("seminggu lalu", "2026-11-16"),
        ("a week ago", "2026-11-16"),
        ("in 2 weeks", "2026-12-07"),
    ],
)
def test_a_day_is_read_as_people_write_it(text: str, day: str) -> None:
    assert stored("date", text) == day


@pytest.mark.parametrize(
    "text",
    [
        "31/2/2026",
        "31 februari 2026",
        "29 feb 2026",
        "11/23/2026",
        "5",
        "may",
        "mei",
        "1998",
        "agustus 2025",
        "senin",
        "minggu lalu",
        "Selasa, 23 November 2026",
        "saya tidak tahu",
        "20250817",
        "1/2",
        "23/11/20261",
        "99999 hari lalu",
        "9999999 hari lagi",
        "",
    ],
)
def test_a_day_that_is_unclear_or_in_no_calendar_is_asked_again(text: str) -> None:
    assert stored("date", text) is None


def test_of_a_date_only_the_month_or_the_year_may_be_asked() -> None:
    assert stored("date", "agustus 2025", "month-year") == "2025-08-01"
    assert stored("date", "8/2025", "month-year") == "2025-08-01"
    assert stored("date", "2025-08", "month-year") == "2025-08-01"
    assert stored("date", "bulan lalu", "month-year") == "2026-10-01"
    assert stored("date", "17/8/2025", "month-year") == "2025-08-01"
    assert stored("date", "2025", "month-year") is None
    assert stored("date", "1998", "year") == "1998-01-01"
    assert stored("date", "tahun lalu", "year") == "2025-01-01"
    assert stored("date", "agustus 2025", "year") == "2025-01-01"
    assert stored("date", "Kamis, 6 November 2025", "year") == "2025-01-01"
    assert stored("date", "98", "year") is None


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("9.30", "09:30"),
        ("09:30", "09:30"),
        ("9:30:00", "09:30"),
        ("9", "09:00"),
        ("jam 9", "09:00"),
        ("jam sembilan", "09:00"),
        ("setengah sepuluh", "09:30"),
        ("jam setengah 10 malam", "21:30"),
        ("jam 7 malam", "19:00"),
        ("jam 12 malam", "00:00"),
        ("jam 12 siang", "12:00"),
        ("jam 1 siang", "13:00"),
        ("jam 11 siang", "11:00"),
        ("jam 3 sore", "15:00"),
        ("jam 2 malam", "02:00"),
        ("jam 4 subuh", "04:00"),
        ("jam 1 dini hari", "01:00"),
        ("pukul 14.15 WIB", "14:15"),
        ("pukul dua belas siang", "12:00"),
        ("10 kurang seperempat", "09:45"),
        ("jam 9 lewat 15 menit", "09:15"),
        ("9pm", "21:00"),
        ("9:30 am", "09:30"),
        ("10 p.m.", "22:00"),
        ("12am", "00:00"),
        ("half past nine in the evening", "21:30"),
        ("at 9 o'clock", "09:00"),
        ("noon", "12:00"),
        ("tengah malam", "00:00"),
        ("sekarang", "14:05"),
    ],
)
def test_a_time_is_read_as_people_say_it(text: str, clock: str) -> None:
    assert stored("time", text) == f"{clock}:00.000+07:00"


@pytest.mark.parametrize("text", ["25.00", "9.75", "24:00", "930", "pagi", "jam", "9.30.61", "-1"])
def test_a_time_that_no_clock_shows_is_asked_again(text: str) -> None:
    assert stored("time", text) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("besok jam 9", "2026-11-24T09:00"),
        ("jam 9 besok", "2026-11-24T09:00"),
        ("besok pagi jam 9", "2026-11-24T09:00"),
        ("kemarin malam jam 8", "2026-11-22T20:00"),
        ("tadi malam jam 9", "2026-11-22T21:00"),
        ("jam 7 malam kemarin", "2026-11-22T19:00"),
        ("23/11/2026 14:30", "2026-11-23T14:30"),
        ("23 November 2026, pukul 14.30", "2026-11-23T14:30"),
        ("2026-11-23T09:30", "2026-11-23T09:30"),
        ("Nov 23, 2026, 9:30 am", "2026-11-23T09:30"),
        ("yesterday at 9pm", "2026-11-22T21:00"),
        ("tomorrow noon", "2026-11-24T12:00"),
        ("dua hari lalu jam 3 sore", "2026-11-21T15:00"),
        ("sekarang", "2026-11-23T14:05"),
    ],
)
def test_a_day_and_a_time_are_read_together(text: str, moment: str) -> None:
    assert stored("datetime", text) == f"{moment}:00.000+07:00"


@pytest.mark.parametrize("text", ["besok", "jam 9", "23/11/2026", "23 nov 9", "31/2/2026 9.30"])
def test_a_day_without_a_time_is_half_an_answer(text: str) -> None:
    assert stored("datetime", text) is None


@pytest.mark.parametrize(
    ("kind", "text", "number"),
    [
        ("integer", " 1.234 ", "1234"),
        ("integer", "12 500", "12500"),
        ("integer", "1.500.000", "1500000"),
        ("integer", "-3", "-3"),
        ("decimal", "3,5", "3.5"),
        ("decimal", "1.234", "1.234"),
        ("decimal", "1.234,5", "1234.5"),
        ("decimal", "1,234.5", "1234.5"),
        ("decimal", "1.500.000", "1500000"),
        ("decimal", ".5", ".5"),
        ("text", " Banjir \x00surut\x08 ", "Banjir surut"),
        ("text", "baris satu\nbaris dua", "baris satu\nbaris dua"),
    ],
)
def test_numbers_are_read_as_people_write_them(kind: str, text: str, number: str) -> None:
    assert stored(kind, text) == number


def test_where_thousands_are_set_apart_a_point_is_no_decimal_point() -> None:
    assert stored("decimal", "1.234", "thousands-sep") == "1234"
    assert stored("decimal", "1,234", "thousands-sep") == "1234"
    assert stored("decimal", "3,5", "thousands-sep") == "3.5"


@pytest.mark.parametrize("text", ["tiga", "1,2,3", "nan", "1 2", "--1", "1.23.4"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert stored("decimal", text) is None


def test_a_number_for_a_whole_range_is_whole() -> None:
    asked = question("range", datatype="int", start="0", end="5000", step="500")
    assert parse_typed_answer(asked, "1.500", NOW) == "1500"
    assert fits_question(asked, "1500")
    assert not fits_question(asked, parse_typed_answer(asked, "1,5", NOW))


#: The digits 0 to 9 of other scripts, from Arabic to full width and mathematical ones.
ZEROS = [0x660, 0x6F0, 0x966, 0xE50, 0xA9D0, 0xFF10, 0x1D7CE]


@pytest.mark.parametrize("zero", ZEROS)
def test_digits_of_any_script_are_stored_as_ascii_ones(zero: int) -> None:
    def write(text: str) -> str:
        return text.translate({0x30 + n: zero + n for n in range(10)})

    for kind, typed, kept in (
        ("integer", "1.234", "1234"),
        ("decimal", "3,5", "3.5"),
        ("date", "23/11/2026", "2026-11-23"),
        ("time", "9.30", "09:30:00.000+07:00"),
        ("datetime", "23/11/2026 14:30", "2026-11-23T14:30:00.000+07:00"),
        ("geopoint", "-6.25, 106.75", "-6.25 106.75 0.0 0.0"),
        ("barcode", "8991234", "8991234"),
        ("text", "Rumah 12", "Rumah 12"),
    ):
        assert stored(kind, write(typed)) == kept
    scale = question("range", datatype="int", start="0", end="10")
    assert parse_typed_answer(scale, write("7"), NOW) == "7"
    assert stored("date", write("1998"), "year") == "1998-01-01"
    assert stored("text", write("0812"), "numbers") == "0812"


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("integer", "\N{FULLWIDTH HYPHEN-MINUS}5", "-5"),
        ("integer", "\N{MINUS SIGN}5", "-5"),
        ("integer", "\N{RIGHT-TO-LEFT MARK}5", "5"),
        ("decimal", "12\N{ARABIC DECIMAL SEPARATOR}5", "12.5"),
        ("decimal", "1\N{ARABIC THOUSANDS SEPARATOR}234", "1234"),
        ("integer", "1\N{NARROW NO-BREAK SPACE}234", "1234"),
        ("text", "Kafe\N{COMBINING ACUTE ACCENT}", "Kaf\N{LATIN SMALL LETTER E WITH ACUTE}"),
    ],
)
def test_signs_and_letters_have_one_form(kind: str, typed: str, kept: str) -> None:
    assert stored(kind, typed) == kept


@pytest.mark.parametrize("text", ["0,500", "0.500", "-0,500", "00.500", "0 500", "0,500.000"])
def test_a_group_of_thousands_never_begins_with_nothing(text: str) -> None:
    assert stored("integer", text) is None


def test_half_of_one_is_a_decimal() -> None:
    assert stored("decimal", "0,500") == "0.500"
    assert stored("decimal", "0,500", "thousands-sep") == "0.500"


@pytest.mark.parametrize("text", ["31/12/9999", "9999-12-31", "1/1/999", "31 desember 9999"])
def test_a_year_beyond_all_calendars_is_asked_again(text: str) -> None:
    assert stored("date", text) is None
    assert stored("datetime", f"{text} 10.00") is None
    assert parse_day(text, NOW.date()) is None

"""Dates, times and numbers by tapping: every one can be reached, and its words can be typed."""

from __future__ import annotations

import re
from datetime import date, time
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.screens.view_state import ViewState
from survey.forms.answers.date_parsing import parse_day
from survey.forms.answers.time_parsing import parse_clock_time
from tests.bot.card_helpers import NOW, QuestionCard, compile_one_question

DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))
LANGUAGES = st.sampled_from(["id", "en"])


def tap_to_year(card: QuestionCard, year: int) -> None:
    """From a calendar's month to the months of a year."""
    card.tap(next(b.label for b in card.buttons if "▾" in b.label))
    for _ in range(60):
        shown = [int(label) for row in card.labels for label in row if label.isdecimal()]
        if shown[0] <= year <= shown[-1]:
            break
        card.tap("◀" if year < shown[0] else "▶")
    card.tap(str(year))


@given(day=DAYS, language=LANGUAGES)
def test_every_day_is_tapped_in_the_end(day: date, language: str) -> None:
    card = compile_one_question("date").in_language(language)
    tap_to_year(card, day.year)
    months = [b.label for b in card.buttons if b.label.removeprefix("●").isalpha()]
    card.tap(months[day.month - 1])
    assert card.tap(str(day.day)) == day.isoformat()


@given(day=DAYS, language=LANGUAGES)
def test_the_words_for_a_day_are_understood_when_typed(day: date, language: str) -> None:
    card = compile_one_question("date").in_language(language)
    card.say(day.isoformat())
    said = re.search(r"(?:Jawaban Anda|Your answer): (.+)", card.screen.text)
    assert said is not None
    assert parse_day(said[1], NOW.date()) == day
    assert str(day.year) in said[1]


@given(at=st.times(), language=LANGUAGES)
def test_the_words_for_a_time_are_understood_when_typed(at: time, language: str) -> None:
    card = compile_one_question("time").in_language(language)
    card.say(f"{at:%H:%M}")
    said = re.search(r"(?:Jawaban Anda|Your answer): (.+)", card.screen.text)
    assert said is not None
    assert parse_clock_time(said[1], time()) == at.replace(second=0, microsecond=0)


@given(st.integers(0, 10**15 - 1))
def test_a_page_that_was_made_up_shows_a_card_all_the_same(number: int) -> None:
    for kind in ("date", "time", "datetime", "range"):
        card = compile_one_question(kind)
        card.view = ViewState(page=number)
        assert card.buttons


def test_a_birthday_takes_six_taps() -> None:
    card = compile_one_question("date")
    taps = ["Nov 2026 ▾", "◀", "◀", "1976", "Agu", "17"]
    assert [card.tap(label) for label in taps] == [None] * 5 + ["1976-08-17"]


def test_a_calendar_without_one_begins_with_the_year() -> None:
    card = compile_one_question("date", "no-calendar")
    assert card.labels[0] == ["2002", "2003", "2004", "2005", "2006"]
    assert [card.tap(label) for label in ("2010", "Mei", "1")][-1] == "2010-05-01"


def test_the_calendar_opens_at_the_present_answer_and_says_it_in_words() -> None:
    card = compile_one_question("date")
    card.say("17/8/1945")
    assert card.labels[0] == ["◀", "Agu 1945 ▾", "▶"]
    assert "●17" in card.labels[4]
    assert "Jumat, 17 Agustus 1945" in card.screen.text
    assert "Friday, 17 August 1945" in card.in_language("en").screen.text


def test_the_weeks_begin_on_monday_and_no_row_is_wider_than_a_phone() -> None:
    card = compile_one_question("date")
    assert card.labels[1] == ["Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min"]
    assert card.labels[2] == ["·", "·", "·", "·", "·", "·", "1"]
    assert card.labels[-2] == ["Kemarin", "Hari ini"]
    assert max(map(len, card.labels)) == 7


def test_days_that_the_author_forbids_cannot_be_tapped() -> None:
    card = compile_one_question("date", "| | . < today()")
    days = [label for row in card.labels[2:-2] for label in row if label != "·"]
    assert days == [str(n) for n in range(1, 23)]
    assert card.labels[-2] == ["Kemarin"]
    assert card.tap("Kemarin") == "2026-11-22"


def test_only_the_year_may_be_asked() -> None:
    card = compile_one_question("date", "year")
    assert card.tap("2010") == "2010-01-01"
    assert "Jawaban Anda: 2010" in card.screen.text
    assert card.say("1998") == "1998-01-01"


def test_only_the_month_may_be_asked() -> None:
    card = compile_one_question("date", "month-year")
    assert card.labels[0] == ["◀", "2026 ▾", "▶"]
    card.tap("◀")
    assert card.tap("Agu") == "2025-08-01"
    assert "Jawaban Anda: Agustus 2025" in card.screen.text
    assert "●Agu" in card.all_labels


def test_a_time_is_an_hour_and_then_minutes() -> None:
    card = compile_one_question("time")
    assert [len(row) for row in card.labels[:4]] == [6, 6, 6, 6]
    card.tap("00")
    assert "jam 00: ketuk menitnya" in card.screen.text
    assert card.labels[0] == ["00.00", "00.05", "00.10", "00.15"]
    card.tap("‹ Jam lain")
    card.tap("07")
    assert card.tap("07.05") == "07:05:00.000+07:00"
    assert "Jawaban Anda: 07.05" in card.screen.text
    assert card.tap("Sekarang") == "14:05:00.000+07:00"


def test_a_moment_is_a_day_an_hour_and_minutes() -> None:
    card = compile_one_question("datetime")
    for label in ("◀", "31", "23"):
        assert card.tap(label) is None
    assert "Sabtu, 31 Oktober 2026, jam 23: ketuk" in card.screen.text
    assert card.tap("23.55") == "2026-10-31T23:55:00.000+07:00"
    assert "Sabtu, 31 Oktober 2026, 23.55" in card.screen.text
    assert card.labels[0][1] == "Okt 2026 ▾"
    assert "●31" in card.all_labels


def test_a_moment_may_begin_today() -> None:
    card = compile_one_question("datetime")
    for label in ("Kemarin", "‹ Hari lain", "Hari ini", "08"):
        assert card.tap(label) is None
    assert card.tap("08.00") == "2026-11-23T08:00:00.000+07:00"


# Numbers


def test_a_short_range_has_a_button_for_each_number() -> None:
    card = compile_one_question("range", "| start=0 end=10 step=1")
    assert [len(row) for row in card.labels[:2]] == [6, 5]
    assert card.tap("10") == "10"
    assert "● 10" in card.all_labels


def test_the_numbers_of_a_range_are_written_as_its_reader_does() -> None:
    card = compile_one_question("range", "| start=0 end=1 step=0.5")
    assert card.labels[0] == ["0", "0,5", "1"]
    assert card.in_language("en").labels[0] == ["0", "0.5", "1"]
    assert card.tap("0,5") == "0.5"
    assert "Jawaban Anda: 0,5" in card.screen.text


def test_a_rating_has_stars() -> None:
    card = compile_one_question("range", "rating | start=1 end=5 step=1")
    assert card.labels[0] == ["1 ★", "2 ★", "3 ★", "4 ★", "5 ★"]
    assert card.tap("4 ★") == "4"


@given(st.integers(0, 50))
def test_every_number_of_a_long_range_is_reached_by_steps(place: int) -> None:
    card = compile_one_question("range", "| start=0 end=100 step=2")
    for label in ["+20"] * (place // 10) + ["+2"] * (place % 10):
        card.tap(label)
    assert card.tap(f"Pilih {place * 2} ✓") == str(place * 2)


def test_steps_end_at_the_ends_of_a_range() -> None:
    card = compile_one_question("range", "| start=0 end=100 step=2")
    card.tap("−20")
    assert "Pilih 0 ✓" in card.all_labels
    for _ in range(7):
        card.tap("+20")
    assert "Pilih 100 ✓" in card.all_labels


def test_a_counter_counts() -> None:
    card = compile_one_question("integer", "counter")
    for label in ("+1", "+1", "+10", "−1"):
        card.tap(label)
    assert card.tap("Pilih 11 ✓") == "11"
    assert "Pilih 11 ✓" in card.all_labels


@pytest.mark.parametrize("kind", ["date", "time", "datetime"])
def test_a_card_is_drawn_fast_enough_with_a_constraint(kind: str) -> None:
    """A calendar asks the constraint for each of its days: within a twentieth of a second."""
    card = compile_one_question(kind, "| | . <= now()")
    assert card.buttons
    began = process_time()
    for _ in range(10):
        assert card.buttons
    assert process_time() - began < 0.5

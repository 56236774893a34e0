"""From what people type to what an XForm stores."""

from __future__ import annotations

import re
from datetime import datetime

from survey.forms.answers.canonical_text import canonicalize_number_signs, canonicalize_text
from survey.forms.answers.date_parsing import DAY, MONTH, YEAR, parse_day
from survey.forms.answers.kind_definition import AskedQuestion, keep_text
from survey.forms.answers.map_points import parse_typed_point
from survey.forms.answers.stored_values import DECIMAL_PATTERN, UNWRITABLE_PATTERN
from survey.forms.answers.time_parsing import parse_clock_time, parse_date_and_time

#: Thousands set apart by points, commas or spaces; decimals by the other sign.
#: No group of thousands begins with 0: ``0.500`` is half of one, or a slip.
GROUPED_PATTERN = re.compile(r"[+-]?[1-9]\d{0,2}(?:([., ])\d{3})(?:\1\d{3})*", re.ASCII)
GROUPED_DECIMAL_PATTERN = re.compile(
    r"([+-]?[1-9]\d{0,2}(?:\.\d{3})+),(\d+)|([+-]?[1-9]\d{0,2}(?:,\d{3})+)\.(\d+)", re.ASCII
)


def parse_typed_answer(question: AskedQuestion, text: str, now: datetime) -> str:
    """What somebody typed at ``now`` (in their time zone), as it is stored: in one form.

    What cannot be read is given back as it is, and ``fits_question`` refuses it then.
    """
    written = canonicalize_text(UNWRITABLE_PATTERN.sub("", text)).strip()
    if question.kind.parse_input is not keep_text or "numbers" in question.appearance:
        written = canonicalize_number_signs(written)
    return question.kind.parse_input(question, written, now)


def parse_integer(_question: AskedQuestion, text: str, _now: datetime) -> str:
    """A whole number: ``1.234`` as Indonesians write it, a thousand and more."""
    return remove_grouping(text)


def parse_decimal(question: AskedQuestion, text: str, _now: datetime) -> str:
    """A number: ``3,5`` is three and a half."""
    return parse_typed_number(text, grouped="thousands-sep" in question.appearance)


def parse_range(question: AskedQuestion, text: str, now: datetime) -> str:
    """A number of a range, which holds whole ones or others."""
    read = parse_integer if question.datatype == "int" else parse_decimal
    return read(question, text, now)


def parse_date(question: AskedQuestion, text: str, now: datetime) -> str:
    """A day, as exactly as it is asked: ``17/8/2025`` is the day, the month, the year."""
    day = parse_day(text, now.date(), get_date_exactness(question))
    return day.isoformat() if day else text


def parse_time(_question: AskedQuestion, text: str, now: datetime) -> str:
    """A time of day, in the time zone of ``now``."""
    clock = parse_clock_time(text, now.time())
    if clock is None:
        return text
    return format_stored_moment(datetime.combine(now, clock, now.tzinfo)).partition("T")[2]


def parse_datetime(_question: AskedQuestion, text: str, now: datetime) -> str:
    """A day and a time on it, in the time zone of ``now``."""
    moment = parse_date_and_time(text, now)
    return format_stored_moment(moment) if moment else text


def parse_point(_question: AskedQuestion, text: str, _now: datetime) -> str:
    """A point on the map, typed or pasted in the middle of a link."""
    return parse_typed_point(text) or text


def get_date_exactness(question: AskedQuestion) -> int:
    """How exactly a date is asked: by its appearance only the month or the year."""
    if not question.kind.asks_day or question.kind.asks_clock:
        return DAY
    if "year" in question.appearance:
        return YEAR
    return MONTH if "month-year" in question.appearance else DAY


def format_stored_moment(moment: datetime) -> str:
    """As ODK stores it: ``2026-11-23T14:05:00.000+07:00``; a time alone is what follows the T."""
    return moment.replace(microsecond=0).isoformat(timespec="milliseconds")


def remove_grouping(text: str) -> str:
    """A number without what sets its thousands apart."""
    return re.sub(r"[., ]", "", text) if GROUPED_PATTERN.fullmatch(text) else text


def parse_typed_number(text: str, *, grouped: bool) -> str:
    """A number with a decimal point; ``grouped`` says that 1.234 is more than a thousand."""
    if found := GROUPED_DECIMAL_PATTERN.fullmatch(text):
        whole, part = (found[1], found[2]) if found[1] else (found[3], found[4])
        return f"{remove_grouping(whole)}.{part}"
    # A single sign is read as a decimal one; two of a kind can only set thousands apart.
    if grouped or text.count(".") > 1 or text.count(",") > 1 or " " in text:
        text = remove_grouping(text)
    pointed = text.replace(",", ".")
    return pointed if DECIMAL_PATTERN.fullmatch(pointed) else text

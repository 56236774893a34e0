"""What an XForm stores: whether a value is of its question's kind, and which choice is meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache

from survey.forms.answers.canonical_text import fold_accents
from survey.forms.answers.date_parsing import FIRST_YEAR, LAST_YEAR
from survey.forms.answers.kind_definition import AskedQuestion
from survey.forms.answers.range_scale import RangeScale

#: XPath's numbers are doubles, which keep fifteen decimal digits exactly.
INTEGER_PATTERN = re.compile(r"[+-]?\d{1,15}", re.ASCII)
DECIMAL_PATTERN = re.compile(r"[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})", re.ASCII)
#: What a keypad for numbers types: telephone numbers, numbers of documents.
DIGITS_PATTERN = re.compile(r"[\d +().,/-]*\d[\d +().,/-]*", re.ASCII)
DATE_PATTERN = re.compile(r"\d{4}-\d\d-\d\d$", re.ASCII)
TIME_PATTERN = re.compile(r"\d\d:\d\d", re.ASCII)
DATETIME_PATTERN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d", re.ASCII)
#: Characters that XML cannot hold.
UNWRITABLE_PATTERN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: In characters: what three of Telegram's messages carry, as phones cut a longer text into several.
LONGEST_ANSWER = 3 * 4096
#: So many labels of lists are kept as a search reads them: a few megabytes.
MOST_KNOWN_LABELS = 20_000


def fits_question(question: AskedQuestion, value: str) -> bool:
    """Whether a value can be stored: one of the question's kind that fits into a file."""
    if UNWRITABLE_PATTERN.search(value) or len(value) > LONGEST_ANSWER:
        return False
    return question.kind.check(question, value)


def check_text(question: AskedQuestion, value: str) -> bool:
    """Any text; with the appearance ``numbers`` what a keypad for numbers types."""
    return "numbers" not in question.appearance or DIGITS_PATTERN.fullmatch(value) is not None


def check_integer(_question: AskedQuestion, value: str) -> bool:
    """A whole number."""
    return INTEGER_PATTERN.fullmatch(value) is not None


def check_decimal(_question: AskedQuestion, value: str) -> bool:
    """A number, its decimals after a point."""
    return DECIMAL_PATTERN.fullmatch(value) is not None


def check_range(question: AskedQuestion, value: str) -> bool:
    """A number that the range offers."""
    return DECIMAL_PATTERN.fullmatch(value) is not None and RangeScale.from_question(
        question
    ).contains(Decimal(value))


def check_date(_question: AskedQuestion, value: str) -> bool:
    """A day that exists, ``2026-11-23``, in a year that calendars show."""
    return is_moment(date.fromisoformat, DATE_PATTERN, value) and has_usual_year(value)


def check_time(_question: AskedQuestion, value: str) -> bool:
    """A time of day, ``14:05:00.000+07:00`` or less of it."""
    return is_moment(time.fromisoformat, TIME_PATTERN, value)


def check_datetime(_question: AskedQuestion, value: str) -> bool:
    """A day that exists and a time on it, ``2026-11-23T14:05:00.000+07:00`` or less of it."""
    return is_moment(datetime.fromisoformat, DATETIME_PATTERN, value) and has_usual_year(value)


def has_usual_year(value: str) -> bool:
    """Whether a day or a moment lies in a year that calendars show."""
    return FIRST_YEAR <= int(value[:4]) <= LAST_YEAR


def check_point(_question: AskedQuestion, value: str) -> bool:
    """Latitude and longitude (degrees), perhaps followed by altitude and accuracy (metres)."""
    parts = value.split()
    if not 2 <= len(parts) <= 4 or not all(map(DECIMAL_PATTERN.fullmatch, parts)):
        return False
    return abs(float(parts[0])) <= 90 and abs(float(parts[1])) <= 180


def is_moment(read: Callable[[str], object], pattern: re.Pattern[str], value: str) -> bool:
    """Whether a text is a date or a time that exists."""
    try:
        read(value)
    except ValueError:
        return False
    # fromisoformat() alone also takes weeks (2026-W48) and dates without hyphens.
    return pattern.match(value) is not None


def match_labels(labels: Sequence[str], text: str) -> list[int]:
    """Which labels somebody means by typing ``text``: the best kind of match only.

    Exactly the label, else those with that number in them, else those that begin with the text,
    else those in which a word begins with it, else those that contain it, at last without regard to
    spaces; case, accents, punctuation and zeros before a number do not matter.
    """
    wanted = normalize_label(text)
    if not wanted:
        return []
    # What fits in any way contains it without regard to spaces, or its number without zeros before
    # it: most labels of a long list need no more than this one look.
    is_number, core = wanted.isdecimal(), wanted.replace(" ", "")
    core = core.lstrip("0") or "0" if is_number else core
    known = [
        (index, label)
        for index, label in enumerate(map(normalize_known_label, labels))
        if core in label.replace(" ", "")
        or (is_number and not label.isascii() and has_number(label, wanted))
    ]
    for test in LABEL_TESTS:
        if found := [index for index, label in known if test(label, wanted)]:
            return found
    return []


def has_number(label: str, wanted: str) -> bool:
    """Whether a number stands in a label, with zeros before it or without."""
    if not wanted.isdecimal():
        return False
    return any(word.isdecimal() and int(word) == int(wanted) for word in label.split())


#: Kinds of matches, the best first: whether a label is what is wanted.
LABEL_TESTS: tuple[Callable[[str, str], bool], ...] = (
    lambda label, wanted: label == wanted,
    lambda label, wanted: f" {wanted} " in f" {label} " and wanted.isdecimal(),
    has_number,
    lambda label, wanted: label.startswith(wanted),
    lambda label, wanted: f" {wanted}" in label,
    lambda label, wanted: wanted in label,
    lambda label, wanted: wanted.replace(" ", "") in label.replace(" ", ""),
)


def normalize_label(text: str) -> str:
    """Letters and digits in lower case without accents, single spaces between."""
    return " ".join(re.sub(r"[^\w]+", " ", fold_accents(text)).split())


@lru_cache(maxsize=MOST_KNOWN_LABELS)
def normalize_known_label(label: str) -> str:
    """The same for a label of a form, of which there are thousands at each text that is typed."""
    return normalize_label(label)

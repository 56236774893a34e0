"""Between what people type and what an XForm stores."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time

from survey.forms.questionnaire import Question

INTEGER = re.compile(r"[+-]?\d{1,15}")
DECIMAL = re.compile(r"[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})")
DATE = re.compile(r"\d{4}-\d\d-\d\d$")
TIME = re.compile(r"\d\d:\d\d")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
#: A day and a time of day as people write them: ``17/8/2025``, ``9.30`` (after a day or alone).
DAY_FIRST = re.compile(r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?!\d)")
CLOCK = re.compile(r"(^|(?<=\d)[ ,T]+)(\d{1,2})[.:](\d\d)$")
#: Characters that XML cannot hold.
UNWRITABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Longer texts than Telegram carries in one message are cut nowhere else.
LONGEST = 4096


def fits(question: Question, value: str) -> bool:
    """Whether a stored value is of the question's kind; ranges also within their bounds."""
    if UNWRITABLE.search(value) or len(value) > LONGEST:
        return False
    match question.kind:
        case "integer":
            return INTEGER.fullmatch(value) is not None
        case "decimal" | "range":
            return DECIMAL.fullmatch(value) is not None and in_range(question, float(value))
        case "date":
            return is_moment(date.fromisoformat, DATE, value)
        case "time":
            return is_moment(time.fromisoformat, TIME, value)
        case "datetime":
            return is_moment(datetime.fromisoformat, MOMENT, value)
        case "geopoint":
            return is_point(value)
        case _:
            return True


def is_moment(read: Callable[[str], object], pattern: re.Pattern[str], value: str) -> bool:
    """Whether a text is a date or a time that exists."""
    try:
        read(value)
    except ValueError:
        return False
    return pattern.match(value) is not None


def is_point(value: str) -> bool:
    """Whether a text is latitude and longitude, perhaps followed by altitude and accuracy."""
    parts = value.split()
    if not 2 <= len(parts) <= 4 or not all(map(DECIMAL.fullmatch, parts)):
        return False
    return abs(float(parts[0])) <= 90 and abs(float(parts[1])) <= 180


def in_range(question: Question, value: float) -> bool:
    """Whether a number lies between a range's start and end."""
    start, end = question.own.get("start"), question.own.get("end")
    return (start is None or value >= float(start)) and (end is None or value <= float(end))


def typed(question: Question, text: str) -> str:
    """What somebody typed, as it is stored: numbers without separators, the rest untouched.

    ``1.234`` is read as Indonesians write it where an integer is asked (a thousand and more),
    ``3,5`` as three and a half where a decimal is, ``17/8/2025`` as the day, month and year.
    """
    text = UNWRITABLE.sub("", text).strip()
    if question.kind in ("date", "time", "datetime"):
        day = DAY_FIRST.sub(lambda m: f"{m[3]}-{int(m[2]):02}-{int(m[1]):02}", text)
        return CLOCK.sub(lambda m: f"{'T' if m[1] else ''}{int(m[2]):02}:{m[3]}", day)
    if question.kind == "integer":
        grouped = re.fullmatch(r"[+-]?\d{1,3}([., ]\d{3})+", text)
        return re.sub(r"[., ]", "", text) if grouped else text
    if question.kind in ("decimal", "range"):
        return text.replace(",", ".") if text.count(",") == 1 and "." not in text else text
    return text


def matching(labels: Sequence[str], text: str) -> list[int]:
    """Which labels somebody means by typing ``text``: the best kind of match only.

    Exactly the label, else those that begin with it, else those in which a word begins with it,
    else those that contain it; case, accents of punctuation and spaces do not matter.
    """
    wanted = plain(text)
    if not wanted:
        return []
    known = [plain(label) for label in labels]
    tests = (
        lambda label: label == wanted,
        lambda label: label.startswith(wanted),
        lambda label: f" {wanted}" in label,
        lambda label: wanted in label,
        lambda label: wanted.replace(" ", "") in label.replace(" ", ""),
    )
    for test in tests:
        if found := [index for index, label in enumerate(known) if test(label)]:
            return found
    return []


def plain(text: str) -> str:
    """Letters and digits in lower case, single spaces between."""
    return " ".join(re.sub(r"[^\w]+", " ", text.casefold()).split())


def stored(datatype: str, value: str) -> str:
    """A value as XForms writes one of that data type: decimals always with their point."""
    if datatype == "decimal" and re.fullmatch(r"-?\d{1,15}", value):
        return f"{value}.0"
    return value

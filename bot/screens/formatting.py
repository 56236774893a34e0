"""Answers in words: days, times and numbers as people of a language write them."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from survey.forms.answers.date_parsing import DAY, MONTH, YEAR
from survey.forms.answers.map_points import format_readable_point
from survey.forms.answers.typed_answers import get_date_exactness
from survey.forms.model.questionnaire import Question

#: The bot's languages -> where dates and numbers are written so.
BABEL_LOCALES = {"id": "id", "en": "en_GB"}
MASKED_ANSWER = "••••"


def keep_value(_question: Question, value: str, _locale: str) -> str:
    """A stored value as it is."""
    return value


def localize_number_answer(question: Question, value: str, locale: str) -> str:
    """A stored number, its thousands set apart where the author wants it.

    Raises ArithmeticError for what is no number.
    """
    grouped = "thousands-sep" in question.appearance
    return localize_number(Decimal(value), locale, grouped=grouped)


def localize_date_answer(question: Question, value: str, locale: str) -> str:
    """A stored day, as exactly as it was asked. Raises ValueError for what is no day."""
    return localize_day(date.fromisoformat(value), locale, get_date_exactness(question))


def localize_time_answer(_question: Question, value: str, locale: str) -> str:
    """A stored time of day. Raises ValueError for what is none."""
    return localize_time(time.fromisoformat(value), locale)


def localize_datetime_answer(_question: Question, value: str, locale: str) -> str:
    """A stored day and time. Raises ValueError for what is none."""
    found = datetime.fromisoformat(value)
    return f"{localize_day(found, locale)}, {localize_time(found.time(), locale)}"


def localize_point_answer(_question: Question, value: str, _locale: str) -> str:
    """A stored point on the map. Raises ValueError for what is none."""
    return format_readable_point(value)


def localize_day(found: date, locale: str, exact: int = DAY) -> str:
    """``Senin, 23 November 2026``, or only the month with its year, or the year."""
    if exact == YEAR:
        return str(found.year)
    return format_date(found, "MMMM y" if exact == MONTH else "EEEE, d MMMM y", locale=locale)


def localize_time(found: time, locale: str) -> str:
    """``07.30`` in Indonesian, ``07:30`` in English."""
    return format_time(found.replace(tzinfo=None), "short", locale=locale)


def localize_number(value: Decimal, locale: str, *, grouped: bool = False) -> str:
    """A number with no more decimals than it has: ``2,5`` in Indonesian, ``2`` for 2.0."""
    return format_decimal(
        value.normalize(), locale=locale, decimal_quantization=False, group_separator=grouped
    )

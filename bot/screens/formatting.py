"""Answers in words: days, times and numbers as people of a language write them."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from survey.forms.answers.date_parsing import DAY, MONTH, YEAR
from survey.forms.answers.map_points import shown_point
from survey.forms.answers.typed_answers import exactness
from survey.forms.model.questionnaire import Question

#: The bot's languages -> where dates and numbers are written so.
LOCALES = {"id": "id", "en": "en_GB"}
HIDDEN = "••••"


def in_words(question: Question, value: str, locale: str) -> str:
    """A stored value as its person would write it; what is not of its kind stays as it is."""
    if "masked" in question.appearance:
        return HIDDEN
    try:
        match question.kind:
            case "date":
                return day_words(date.fromisoformat(value), locale, exactness(question))
            case "time":
                return clock_words(time.fromisoformat(value), locale)
            case "datetime":
                found = datetime.fromisoformat(value)
                return f"{day_words(found, locale)}, {clock_words(found.time(), locale)}"
            case "geopoint":
                return shown_point(value)
            case "integer" | "decimal" | "range":
                grouped = "thousands-sep" in question.appearance
                return number_words(Decimal(value), locale, grouped=grouped)
    except (ValueError, ArithmeticError):
        pass
    return value


def day_words(found: date, locale: str, exact: int = DAY) -> str:
    """``Senin, 23 November 2026``, or only the month with its year, or the year."""
    if exact == YEAR:
        return str(found.year)
    return format_date(found, "MMMM y" if exact == MONTH else "EEEE, d MMMM y", locale=locale)


def clock_words(found: time, locale: str) -> str:
    """``07.30`` in Indonesian, ``07:30`` in English."""
    return format_time(found.replace(tzinfo=None), "short", locale=locale)


def number_words(value: Decimal, locale: str, *, grouped: bool = False) -> str:
    """A number with no more decimals than it has: ``2,5`` in Indonesian, ``2`` for 2.0."""
    return format_decimal(
        value.normalize(), locale=locale, decimal_quantization=False, group_separator=grouped
    )

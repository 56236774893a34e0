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

MASKED_ANSWER = "••••"


def localize_answer(question: Question, value: str, locale: str) -> str:
    """A stored value as its person would write it; what is not of its kind stays as it is."""
    if "masked" in question.appearance:
        return MASKED_ANSWER
    try:
        match question.kind:
            case "date":
                return localize_day(date.fromisoformat(value), locale, get_date_exactness(question))
            case "time":
                return localize_time(time.fromisoformat(value), locale)
            case "datetime":
                found = datetime.fromisoformat(value)
                return f"{localize_day(found, locale)}, {localize_time(found.time(), locale)}"
            case "geopoint":
                return format_readable_point(value)
            case "integer" | "decimal" | "range":
                grouped = "thousands-sep" in question.appearance
                return localize_number(Decimal(value), locale, grouped=grouped)
    except (ValueError, ArithmeticError):
        pass
    return value


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

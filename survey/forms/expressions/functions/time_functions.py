"""Functions of dates and times. All is told in the person's time zone."""

from __future__ import annotations

import re
from typing import Any

from survey.forms.expressions.casts import (
    DATE_START_PATTERN,
    NO_DATE,
    as_moment,
    as_number,
    as_string,
    count_days_since_1970,
    format_xpath_moment,
    nan,
    parse_moment,
)
from survey.forms.expressions.function_registry import (
    Value,
    current_environment,
    raise_if_strict,
    register_function,
)

DAY_PATTERN = re.compile(r"\d{4}-\d\d?-\d\d?", re.ASCII)
CLOCK_PATTERN = re.compile(
    r"""(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?""",
    re.ASCII | re.VERBOSE,
)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@register_function("today", 0)
def today(_: Any) -> str:
    known = current_environment.get()
    return known.now.astimezone(known.zone).date().isoformat()


@register_function("now", 0)
def now(_: Any) -> str:
    known = current_environment.get()
    return known.now.astimezone(known.zone).isoformat(timespec="milliseconds")


@register_function("date", 1)
def date_(_: Any, value: Value) -> str:
    """A day or a moment as text; of days since 1970 their moment."""
    text = as_string(value)
    if not text:
        return ""
    found = as_moment(value)
    if found is None:
        return raise_if_strict(f"{text} is no date", NO_DATE)
    return format_xpath_moment(found, dated=DAY_PATTERN.fullmatch(text) is not None)


register_function("date-time", 1)(date_)


@register_function("decimal-date-time", 1)
def decimal_date_time(_: Any, value: Value) -> float:
    text = as_string(value)
    found = parse_moment(text) if DATE_START_PATTERN.match(text) else None
    if found is None and (isinstance(value, str) or not text):
        return raise_if_strict(f"{text} is no date", nan)
    return count_days_since_1970(found) if found else as_number(value)


@register_function("decimal-time", 1)
def decimal_time(_: Any, value: Value) -> float:
    """The time of day as a part of the day, 0 to 1."""
    text = as_string(value)
    found = parse_moment(f"1970-01-01T{text}" if CLOCK_PATTERN.fullmatch(text) else text)
    if found is None or ":" not in text:
        return nan
    midnight = found.replace(hour=0, minute=0, second=0, microsecond=0)
    return (found - midnight).total_seconds() / 86400


@register_function("format-date", 2)
def format_date(_: Any, value: Value, pattern: Value) -> str:
    """``%Y %y %m %n %b %d %e %a``, and of the time ``%H %h %M %S %3``."""
    found = as_moment(value)
    if found is None:
        return ""
    parts = {
        "Y": f"{found.year:04}",
        "y": f"{found.year % 100:02}",
        "m": f"{found.month:02}",
        "n": f"{found.month}",
        "b": MONTHS[found.month - 1],
        "d": f"{found.day:02}",
        "e": f"{found.day}",
        "a": DAYS[found.weekday()],
        "H": f"{found.hour:02}",
        "h": f"{found.hour}",
        "M": f"{found.minute:02}",
        "S": f"{found.second:02}",
        "3": f"{found.microsecond // 1000:03}",
        "%": "%",
    }
    return re.sub(r"%(.)", lambda match: parts.get(match[1], match[0]), as_string(pattern))


register_function("format-date-time", 2)(format_date)

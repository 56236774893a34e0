"""How values of XForms' data types are written.

As in ODK Web Forms; times of day and moments may leave out their seconds, as in JavaRosa.
Specification: https://getodk.github.io/xforms-spec/#data-types
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime, time

from survey.forms.expressions.casts import format_xpath_number

NUMBER_PATTERN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
CLOCK_PATTERN = r"\d\d:\d\d(:\d\d(\.\d+)?)?"
OFFSET_PATTERN = r"(Z|[+-](0\d|1[0-4]):[0-5]\d)?"
TIME_PATTERN = re.compile(CLOCK_PATTERN + OFFSET_PATTERN, re.ASCII)
DATETIME_PATTERN = re.compile(rf"\d{{4}}-\d\d-\d\dT{CLOCK_PATTERN}{OFFSET_PATTERN}", re.ASCII)
DATE_PATTERN = re.compile(rf"(\d{{4}}-\d\d-\d\d)(T{CLOCK_PATTERN})?", re.ASCII)
#: XForms' int has 32 bits.
LARGEST_INTEGER = 2**31


def parse_form_number(text: str) -> float | None:
    """A number as people and formulas write it; None if it is none."""
    # ``1e999`` has the form of a number, and is infinite as a double.
    number = float(text) if NUMBER_PATTERN.fullmatch(text) else math.inf
    return number if math.isfinite(number) else None


def format_xform_integer(text: str) -> str | None:
    """``int``, whole numbers of 32 bits."""
    number = parse_form_number(text)
    if number is None or number != int(number) or not -LARGEST_INTEGER <= number < LARGEST_INTEGER:
        return None
    return str(int(number))


def format_xform_decimal(text: str) -> str | None:
    """``decimal``: always with its point, never with an exponent."""
    number = parse_form_number(text)
    if number is None:
        return None
    plain = format_xpath_number(number)
    return plain if "." in plain else f"{plain}.0"


def format_xform_date(text: str) -> str | None:
    """``date``, also that of a moment without an offset."""
    match = DATE_PATTERN.fullmatch(text)
    return match[1] if match and is_parseable(date.fromisoformat, match[1]) else None


def format_xform_time(text: str) -> str | None:
    """``time``."""
    return text if TIME_PATTERN.fullmatch(text) and is_parseable(time.fromisoformat, text) else None


def format_xform_datetime(text: str) -> str | None:
    """``dateTime``."""
    return (
        text
        if DATETIME_PATTERN.fullmatch(text) and is_parseable(datetime.fromisoformat, text)
        else None
    )


def is_parseable(read: Callable[[str], object], text: str) -> bool:
    """Whether a day or a time of that form exists."""
    try:
        read(text)
    except ValueError:
        return False
    return True


def format_geopoint(text: str) -> str | None:
    """``geopoint``; 0° 0° is where a device puts what it does not know."""
    parts = text.split()
    numbers = [format_xform_decimal(part) for part in parts]
    known = [number for number in numbers if number is not None]
    if not 2 <= len(known) == len(parts) <= 4:
        return None
    latitude, longitude = float(known[0]), float(known[1])
    if abs(latitude) > 90 or abs(longitude) > 180 or latitude == longitude == 0:
        return None
    return " ".join(known)


def format_geoline(text: str, least: int, *, closed: bool) -> str | None:
    """Points with semicolons between them, at least so many, the last the first or not."""
    found = [format_geopoint(part.strip()) for part in text.rstrip("; ").split(";")]
    known = [p for p in found if p is not None]
    if len(known) != len(found) or len(known) < least:
        return None
    ends = known[0].split()[:2] == known[-1].split()[:2]
    return ";".join(known) if ends is closed else None


def format_geotrace(text: str) -> str | None:
    """``geotrace``: a line through two points or more that does not end where it began."""
    return format_geoline(text, 2, closed=False)


def format_geoshape(text: str) -> str | None:
    """``geoshape``: three points or more around an area, the last of them the first again."""
    return format_geoline(text, 3, closed=True)

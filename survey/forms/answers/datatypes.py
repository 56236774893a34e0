"""How values of XForms' data types are written.

As in ODK Web Forms; times of day and moments may leave out their seconds, as in JavaRosa.
Specification: https://getodk.github.io/xforms-spec/#data-types
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time

from survey.forms.expressions.casts import number_text

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
CLOCK = r"\d\d:\d\d(:\d\d(\.\d+)?)?"
OFFSET = r"(Z|[+-](0\d|1[0-4]):[0-5]\d)?"
TIME = re.compile(CLOCK + OFFSET, re.ASCII)
MOMENT = re.compile(rf"\d{{4}}-\d\d-\d\dT{CLOCK}{OFFSET}", re.ASCII)
DAY = re.compile(rf"(\d{{4}}-\d\d-\d\d)(T{CLOCK})?", re.ASCII)
#: XForms' int has 32 bits.
LARGEST = 2**31


def written(datatype: str, value: str) -> str | None:
    """A value as XForms writes one of that data type; None if it is none."""
    write = WRITERS.get(datatype)
    return write(value.strip()) if write and value else value


def computed(datatype: str, value: str) -> str:
    """What is kept of a computed value: of an int the whole part, nothing of another type."""
    if datatype == "int" and (number := number_of(value.strip())) is not None:
        value = str(math.trunc(number))
    return written(datatype, value) or ""


def number_of(text: str) -> float | None:
    """A number as people and formulas write it; None if it is none."""
    number = float(text) if NUMBER.fullmatch(text) else math.inf
    return number if math.isfinite(number) else None


def integer(text: str) -> str | None:
    """``int``, whole numbers of 32 bits."""
    number = number_of(text)
    if number is None or number != int(number) or not -LARGEST <= number < LARGEST:
        return None
    return str(int(number))


def decimal(text: str) -> str | None:
    """``decimal``: always with its point, never with an exponent."""
    number = number_of(text)
    if number is None:
        return None
    plain = number_text(number)
    return plain if "." in plain else f"{plain}.0"


def day(text: str) -> str | None:
    """``date``, also that of a moment without an offset."""
    match = DAY.fullmatch(text)
    return match[1] if match and exists(date.fromisoformat, match[1]) else None


def clock(text: str) -> str | None:
    """``time``."""
    return text if TIME.fullmatch(text) and exists(time.fromisoformat, text) else None


def moment(text: str) -> str | None:
    """``dateTime``."""
    return text if MOMENT.fullmatch(text) and exists(datetime.fromisoformat, text) else None


def exists(read: Callable[[str], object], text: str) -> bool:
    """Whether a day or a time of that form exists."""
    try:
        read(text)
    except ValueError:
        return False
    return True


def point(text: str) -> str | None:
    """``geopoint``; 0° 0° is where a device puts what it does not know."""
    parts = text.split()
    numbers = [decimal(part) for part in parts]
    known = [number for number in numbers if number is not None]
    if not 2 <= len(known) == len(parts) <= 4:
        return None
    latitude, longitude = float(known[0]), float(known[1])
    if abs(latitude) > 90 or abs(longitude) > 180 or latitude == longitude == 0:
        return None
    return " ".join(known)


def line(text: str, least: int, *, closed: bool) -> str | None:
    """``geotrace`` and ``geoshape``: at least so many points, the last the first or not."""
    found = [point(part.strip()) for part in text.rstrip("; ").split(";")]
    known = [p for p in found if p is not None]
    if len(known) != len(found) or len(known) < least:
        return None
    ends = known[0].split()[:2] == known[-1].split()[:2]
    return ";".join(known) if ends is closed else None


#: Other types are texts: everything is one.
WRITERS: Mapping[str, Callable[[str], str | None]] = {
    "int": integer,
    "decimal": decimal,
    "date": day,
    "time": clock,
    "dateTime": moment,
    "geopoint": point,
    "geotrace": lambda text: line(text, 2, closed=False),
    "geoshape": lambda text: line(text, 3, closed=True),
}

"""Values of expressions as texts, numbers, truth values and moments.

XPath 1.0 has the first three (https://www.w3.org/TR/xpath-10/#section-String-Functions). OpenRosa
adds that a text which is a date or a time counts, as a number, the days since 1970 in UTC.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from lxml import etree

from survey.forms.expressions.function_registry import Value, current_environment

nan = math.nan
#: What becomes of a text or number that is no date, as in ODK.
NO_DATE = "Invalid Date"
NUMBER_PATTERN = re.compile(r"\s*-?(\d+(\.\d*)?|\.\d+)\s*", re.ASCII)
DATE_START_PATTERN = re.compile(r"\d{4}-\d\d?-\d\d?(T|$)", re.ASCII)
MOMENT_PATTERN = re.compile(
    r"""(\d{4})-(\d\d?)-(\d\d?)
    (?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?\s?(Z|[+-]\d\d(?::?\d\d)?)?)?""",
    re.ASCII | re.VERBOSE,
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def get_string_value(node: Any) -> str:
    """A node's string value."""
    if not isinstance(node, etree._Element):
        # lxml gives the nodes of the axis namespace:: as pairs of prefix and address.
        return str(node[1]) if isinstance(node, tuple) else str(node)
    if not len(node):
        return node.text or ""
    return "".join(map(str, node.itertext(etree.Element)))


def as_string(value: Value) -> str:
    """XPath's ``string()``."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return get_string_value(value[0]) if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return format_xpath_number(value)


def as_boolean(value: Value) -> bool:
    """XPath's ``boolean()``; what should have been a date and is none is false."""
    if isinstance(value, float):
        # NaN is the one number that does not equal itself.
        return value == value and value != 0
    return bool(value) and value != NO_DATE


def as_number(value: Value) -> float:
    """XPath's ``number()``, of dates their days since 1970; NaN where there is none."""
    if isinstance(value, float | bool):
        return float(value)
    text = as_string(value)
    # float() alone would also take exponents, underscores and “infinity”, which XPath 1.0 does not
    # know.
    if NUMBER_PATTERN.fullmatch(text):
        return float(text)
    found = parse_moment(text) if DATE_START_PATTERN.match(text) else None
    return count_days_since_1970(found) if found else nan


def format_xpath_number(value: float) -> str:
    """A number as XPath writes it: no exponent, no ``.0``."""
    if value != value:
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == int(value):
        return str(int(value))
    # repr() writes small numbers with an exponent, which number() could not read again.
    short = repr(value)
    return format(value, ".17f").rstrip("0") if "e" in short else short


def parse_moment(text: str) -> datetime | None:
    """The date or time in an ISO text, a missing offset being the person's; None if it is none."""
    match = MOMENT_PATTERN.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    # datetime has microseconds: further decimals are cut off.
    fraction = int((match[7] or "0").ljust(6, "0")[:6])
    try:
        found = datetime(year, month, day, hour, minute, second, fraction)  # noqa: DTZ001
        return apply_offset(found, match[8])
    except (ValueError, OverflowError):
        return None


def apply_offset(found: datetime, offset: str | None) -> datetime:
    """A moment with its offset as written, in the person's time zone. Raises ValueError."""
    zone = current_environment.get().zone
    if not offset:
        return found.replace(tzinfo=zone)
    return (found.replace(tzinfo=UTC) - parse_offset(offset)).astimezone(zone)


def parse_offset(text: str) -> timedelta:
    """``Z``, ``+07``, ``+0700`` or ``+07:00`` as a time span. Raises ValueError."""
    if text == "Z":
        return timedelta(0)
    hours, minutes = int(text[1:3]), int(text[3:].lstrip(":") or 0)
    if hours > 23 or minutes > 59:
        raise ValueError(f"{text} is no offset")
    return (1 if text[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes)


def count_days_since_1970(found: datetime) -> float:
    """Days, with their fractions, since the beginning of 1970 in UTC."""
    return (found - EPOCH) / timedelta(1)


def as_moment(value: Value) -> datetime | None:
    """A date or a time, given as text or as days since 1970; None for anything else."""
    if isinstance(value, bool):
        return None
    text = as_string(value)
    found = parse_moment(text)
    number = nan if found else as_number(text)
    if found or not math.isfinite(number):
        return found
    try:
        # Binary fractions of a day hardly ever meet a second exactly: milliseconds are what is
        # shown.
        zone = current_environment.get().zone
        return (EPOCH + timedelta(seconds=round(number * 86400, 3))).astimezone(zone)
    except OverflowError:
        return None


def format_xpath_moment(found: datetime, *, dated: bool = False) -> str:
    """A moment as text: the day alone at midnight or if it was ``dated``."""
    if dated or (found.hour, found.minute, found.second, found.microsecond) == (0, 0, 0, 0):
        return date(found.year, found.month, found.day).isoformat()
    return found.isoformat(timespec="milliseconds")


def as_whole_number(value: Value) -> int | None:
    """An argument as a whole number, cut off; None where it is none."""
    number = as_number(value)
    return math.trunc(number) if math.isfinite(number) else None


def as_strings(values: tuple[Value, ...]) -> list[str]:
    """Every node of every node set and every other argument as text."""
    return [
        text
        for value in values
        for text in (
            [get_string_value(n) for n in value] if isinstance(value, list) else [as_string(value)]
        )
    ]

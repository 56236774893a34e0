"""Days as people write them, in any language that has words for them.

Whatever is not understood to the last word is not understood at all: it is asked again rather
than guessed. Numbers alone are read day first (``3/4/2026`` is the third of April); a year in two
digits lies at most ten years ahead; a day without a year is the nearest one to today.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from survey.forms.answers.date_vocabulary import (
    DAY_PART_PATTERN,
    DAYS_FROM_TODAY,
    MONTHS_FROM_NOW,
    NUMBER_WORDS,
    YEARS_FROM_NOW,
    list_words,
    map_month_names,
    map_weekday_names,
    match_any,
    simplify_date_words,
)

#: How exactly a day was named.
YEAR, MONTH, DAY = 1, 2, 3
#: Years that an answer can be in: of four digits, with a day before and after each of their days in
#: every time zone, so that a calendar can always be turned.
FIRST_YEAR, LAST_YEAR = 1000, 9998


def parse_day(text: str, today: date, exactness: int = DAY) -> date | None:
    """The day that somebody means; the first one where only its month or year is wanted.

    ``exactness`` is YEAR, MONTH or DAY: what must at least be named. None for what is no day, one
    that is in no calendar, or one in a year before FIRST_YEAR or after LAST_YEAR.
    """
    words = simplify_date_words(text)
    first, _, rest = words.partition(" ")
    weekday = map_weekday_names().get(first) if rest else None
    found = parse_day_words(words if weekday is None else rest, today, exactness)
    # If weekday and date disagree, one of them is wrong, and nobody can tell which.
    if found is None or weekday not in (None, found.weekday()):
        return None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None
    month = found.month if exactness >= MONTH else 1
    return found.replace(month=month, day=found.day if exactness == DAY else 1)


def parse_day_words(words: str, today: date, exactness: int) -> date | None:
    """The first reading of the words that makes sense and is exact enough."""
    try:
        days = (reading(words, today) for named, reading in DAY_PARSERS if exactness <= named)
        return next((day for day in days if day), None)
    except (ValueError, OverflowError):  # There is no such day.
        return None


def parse_day_from_today(words: str, today: date) -> date | None:
    """``kemarin``, ``besok pagi``."""
    name = re.sub(rf"\s+({DAY_PART_PATTERN})$", "", words)
    offset = DAYS_FROM_TODAY.get(name)
    return None if offset is None else today + timedelta(days=offset)


AGO_WORDS = frozenset(list_words("ago"))
WEEK_WORDS = frozenset([*list_words("week_units"), *list_words("one_week")])
ONE_WORDS = frozenset(list_words("one"))
UNIT_PATTERN = match_any([*list_words("day_units"), *list_words("week_units")])
WAY_PATTERN = match_any([*AGO_WORDS, *list_words("ahead")])
AGO_PATTERN = re.compile(
    rf"""(?P<number>\d{{1,4}}|{match_any([*ONE_WORDS, *NUMBER_WORDS])})\s*
    (?P<unit>{UNIT_PATTERN})\s+(?P<way>{WAY_PATTERN})
    |(?P<one>{match_any(list_words("one_week"))})\s+(?P<one_way>{WAY_PATTERN})
    |(?:{match_any(list_words("ahead_before"))})\s+(?P<ahead>\d{{1,4}})\s+
    (?P<ahead_unit>{UNIT_PATTERN})""",
    re.VERBOSE,
)
YEAR_PATTERN = re.compile(rf"(?:(?:{match_any(list_words('year'))}) )?(\d{{4}})")


def parse_days_ago(words: str, today: date) -> date | None:
    """``dua hari yang lalu``, ``3 weeks ago``, ``seminggu lagi``."""
    found = AGO_PATTERN.fullmatch(words)
    if found is None:
        return None
    said = found["number"] or found["ahead"] or "1"
    number = 1 if said in ONE_WORDS else NUMBER_WORDS.get(said) or int(said)
    unit = found["unit"] or found["ahead_unit"] or found["one"]
    days = number * (7 if unit in WEEK_WORDS else 1)
    back = (found["way"] or found["one_way"]) in AGO_WORDS
    return today - timedelta(days=days) if back else today + timedelta(days=days)


def parse_year_first(words: str, _: date) -> date | None:
    """``2026-11-23``."""
    found = re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", words)
    return date(int(found[1]), int(found[2]), int(found[3])) if found else None


def parse_day_first(words: str, today: date) -> date | None:
    """``23/11/2026``, ``23-11-26``."""
    found = re.fullmatch(r"(\d{1,2})\s?[-/. ]\s?(\d{1,2})\s?[-/. ]\s?(\d{4}|\d\d)", words)
    return date(expand_year(found[3], today), int(found[2]), int(found[1])) if found else None


NAMED_MONTH_PATTERN = re.compile(
    r"""(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?[-/.\s]*(?P<month>[a-z]+)
    |(?P<american>[a-z]+)\.?\s*(?P<american_day>\d{1,2})(?:st|nd|rd|th)?)
    (?:[-/.\s]+(?P<year>\d{4}|'?\d\d))?""",
    re.VERBOSE,
)


def parse_named_month(words: str, today: date) -> date | None:
    """``23 nov 2026``, ``23 November``, ``Nov 23 2026``."""
    found = NAMED_MONTH_PATTERN.fullmatch(words)
    month = map_month_names().get(found["month"] or found["american"]) if found else None
    if found is None or month is None:
        return None
    day = int(found["day"] or found["american_day"])
    if found["year"]:
        return date(expand_year(found["year"].lstrip("'"), today), month, day)
    return min(list_same_days(month, day, today), key=lambda one: abs(one - today), default=None)


def list_same_days(month: int, day: int, today: date) -> Iterator[date]:
    """A day of the year in the years around this one, where it exists."""
    # Four years either way, since the 29th of February comes only that often.
    for near in range(max(1, today.year - 4), min(9999, today.year + 4) + 1):
        try:
            yield date(near, month, day)
        except ValueError:
            continue


def parse_month_and_year(words: str, today: date) -> date | None:
    """``agustus 2025``, ``8/2025``, ``bulan lalu``."""
    if words in MONTHS_FROM_NOW:
        months_ad = today.year * 12 + today.month - 1 + MONTHS_FROM_NOW[words]
        return date(months_ad // 12, months_ad % 12 + 1, 1)
    found = re.fullmatch(r"([a-z]+|\d{1,2})[-/.\s]+(\d{4})", words)
    if found:
        month = int(found[1]) if found[1].isdigit() else map_month_names().get(found[1])
        return date(int(found[2]), month, 1) if month else None
    found = re.fullmatch(r"(\d{4})[-/](\d{1,2})", words)
    return date(int(found[1]), int(found[2]), 1) if found else None


def parse_year_alone(words: str, today: date) -> date | None:
    """``1998``, ``tahun lalu``."""
    if words in YEARS_FROM_NOW:
        return date(today.year + YEARS_FROM_NOW[words], 1, 1)
    found = YEAR_PATTERN.fullmatch(words)
    return date(int(found[1]), 1, 1) if found else None


def expand_year(written: str, today: date) -> int:
    """The year that two or four digits mean."""
    if len(written) == 4:
        return int(written)
    century = today.year - today.year % 100
    near = century + int(written)
    return near if near <= today.year + 10 else near - 100


DAY_PARSERS: tuple[tuple[int, Callable[[str, date], date | None]], ...] = (
    (DAY, parse_day_from_today),
    (DAY, parse_days_ago),
    (DAY, parse_year_first),
    (DAY, parse_day_first),
    (MONTH, parse_month_and_year),
    (DAY, parse_named_month),
    (YEAR, parse_year_alone),
)

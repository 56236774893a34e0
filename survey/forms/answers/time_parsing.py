"""Times of day, and days with them, as people write them."""

from __future__ import annotations

import re
from datetime import datetime, time

from survey.forms.answers.date_parsing import parse_day
from survey.forms.answers.date_vocabulary import (
    DAY_PART_PATTERN,
    DAY_PARTS,
    NAMED_TIMES,
    NOW_WORDS,
    NUMBER_WORDS,
    list_words,
    match_any,
    simplify_date_words,
)

HOUR_PATTERN = rf"\d{{1,2}}|{match_any(NUMBER_WORDS)}"
MINUTES_TO = frozenset(list_words("minutes_to"))
QUARTERS = frozenset(list_words("quarter"))
CLOCK_PATTERN = re.compile(
    rf"""(?:(?P<before>{DAY_PART_PATTERN})\s+)?
    (?P<said>(?:{match_any(list_words("clock"))})\.?\s*)?
    (?:(?P<half>{match_any(list_words("half_to"))})\s+
    |(?P<past>{match_any(list_words("half_past"))})\s+)?
    (?P<hour>{HOUR_PATTERN})
    (?:[.:](?P<minute>\d\d)(?:[.:](?P<second>\d\d)(?:\.000)?)?)?
    (?:\s+(?P<more>{match_any([*list_words("minutes_past"), *MINUTES_TO])})
    \s+(?P<off>\d\d?|{match_any(QUARTERS)})(?:\s+(?:{match_any(list_words("minute_units"))}))?)?
    (?P<sharp>\s+(?:{match_any(list_words("clock_after"))}))?
    (?:\s*(?P<after>{DAY_PART_PATTERN}))?""",
    re.VERBOSE,
)


def parse_clock_time(text: str, now: time, *, bare: bool = True) -> time | None:
    """The time of day that somebody means; None for what is none.

    A number alone is an hour only where ``bare`` says so.
    """
    words = simplify_date_words(text)
    if words in NOW_WORDS:
        return now.replace(second=0, microsecond=0)
    if words in NAMED_TIMES:
        return NAMED_TIMES[words]
    found = CLOCK_PATTERN.fullmatch(words)
    if found is None:
        return None
    part = found["before"] or found["after"]
    marks = ("said", "sharp", "half", "minute", "off")
    if not (bare or part or found["past"] is not None or any(found[mark] for mark in marks)):
        return None
    hour = NUMBER_WORDS.get(found["hour"]) or int(found["hour"])
    if part and hour <= 12:
        hour = DAY_PARTS[part](hour)
    minutes = hour * 60 + count_minutes_off(found)
    second = int(found["second"] or 0)
    if not 0 <= minutes + 60 * (minutes < 0) < 24 * 60 or second > 59:
        return None
    if found["minute"] and int(found["minute"]) > 59:
        return None
    # A quarter to 0 is in the evening before.
    minutes %= 24 * 60
    return time(minutes // 60, minutes % 60, second)


def count_minutes_off(found: re.Match[str]) -> int:
    """Minutes after the hour, or before it as a negative number."""
    if found["half"]:  # Some languages name the hour that is coming.
        return -30
    if found["past"] is not None:
        return 30
    if found["off"]:
        off = 15 if found["off"] in QUARTERS else int(found["off"])
        return -off if found["more"] in MINUTES_TO else off
    return int(found["minute"] or 0)


def parse_date_and_time(text: str, now: datetime) -> datetime | None:
    """A day and a time of day together, in the time zone of ``now``; None for anything else."""
    # The T of an ISO moment is a small letter by now.
    words = re.sub(r"(\d{4}-\d\d-\d\d)t(\d)", r"\1 \2", simplify_date_words(text))
    if words in NOW_WORDS:
        return now.replace(second=0, microsecond=0)
    parts = words.split()
    for n in range(1, len(parts)):
        before, after = " ".join(parts[:n]), " ".join(parts[n:])
        for day_words, clock_words in ((before, after), (after, before)):
            # A number alone may belong to the day (“23 november”), so here an hour must be marked
            # as one.
            clock = parse_clock_time(clock_words, now.time(), bare=False)
            day = parse_day(day_words, now.date()) if clock else None
            if clock and day:
                return datetime.combine(day, clock, now.tzinfo)
    return None

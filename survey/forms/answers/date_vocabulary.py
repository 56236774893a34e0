"""Words for days, months and times of day, of every language that has a file of them.

A language is ``survey/locales/CODE/dates.toml``; what people type is read in all of them at once,
since many mix them. The keys: ``filler`` says nothing here; ``now``; ``numbers`` from one to
twelve; ``one`` before a unit; ``day_units``, ``week_units``, ``one_week``; ``ago``, ``ahead``
behind a span and ``ahead_before`` before it; ``year`` before a year; ``clock`` before an hour and
``clock_after`` behind it; ``half_to`` and ``half_past`` an hour; ``minutes_past``, ``minutes_to``,
``quarter``, ``minute_units``. The tables stand in the first file with a sentence each.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from datetime import time
from functools import cache
from pathlib import Path
from typing import Any, Literal

from babel.dates import get_day_names, get_month_names

LOCALES = Path(__file__).parents[2] / "locales"
WIDTHS: tuple[Literal["wide", "abbreviated"], ...] = ("wide", "abbreviated")
#: A part of the day -> by its hour on a clock of twelve the hour of the day.
PARTS: dict[str, Callable[[int], int]] = {
    "morning": lambda hour: hour % 12,
    # “Siang” begins before noon: at 11 it is 11:00, at 2 it is 14:00.
    "midday": lambda hour: hour if hour >= 10 else hour + 12,
    "afternoon": lambda hour: hour % 12 + 12,
    # “Malam” goes on after midnight: at 7 it is 19:00, at 12 it is 0:00, at 2 it is 2:00.
    "night": lambda hour: (hour + 12) % 24 if hour >= 5 else hour,
}


@cache
def load_vocabularies() -> dict[str, dict[str, Any]]:
    """The file of each language by its code."""
    return {
        path.parent.name: tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted(LOCALES.glob("*/dates.toml"))
    }


def merge_table(key: str) -> dict[str, Any]:
    """One table of all languages."""
    return {
        word: meaning
        for vocabulary in load_vocabularies().values()
        for word, meaning in vocabulary.get(key, {}).items()
    }


def list_words(key: str) -> list[str]:
    """The words of one list in all languages."""
    return [word for vocabulary in load_vocabularies().values() for word in vocabulary.get(key, ())]


def match_any(words: Iterable[str]) -> str:
    """A pattern for any of these words, the longest first; also in a verbose pattern."""
    # Of alternatives the first that matches wins: “dua” would hide “duabelas”.
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


#: Days from today, months and years from now, by their name.
DAYS_FROM_TODAY: dict[str, int] = merge_table("days_from_today")
MONTHS_FROM_NOW: dict[str, int] = merge_table("months_from_now")
YEARS_FROM_NOW: dict[str, int] = merge_table("years_from_now")
NUMBER_WORDS: dict[str, int] = {
    word: number
    for vocabulary in load_vocabularies().values()
    for number, word in enumerate(vocabulary.get("numbers", ()), 1)
}
DAY_PARTS = {word: PARTS[part] for word, part in merge_table("day_parts").items()}
DAY_PART_PATTERN = match_any(DAY_PARTS)
NOW_WORDS = frozenset(list_words("now"))
NAMED_TIMES: dict[str, time] = merge_table("named_times")
#: Words that say the same without them.
FILLER_PATTERN = re.compile(rf"(?<!['’])\b({match_any(list_words('filler'))})\b\.?")
SAME_WORDS: dict[str, str] = merge_table("same_as")
SAME_PATTERN = re.compile(rf"(?<!\w)({match_any(SAME_WORDS)})(?!\w)")


@cache
def map_month_names() -> dict[str, int]:
    """Every name of a month and every beginning of one from three letters on."""
    found: dict[str, int] = merge_table("months")
    for language in load_vocabularies():
        for number, name in get_month_names("wide", locale=language).items():
            # Everybody abbreviates in their own way; three letters tell the months apart.
            found |= {name.casefold()[:n]: number for n in range(3, len(name) + 1)}
    return found


@cache
def map_weekday_names() -> dict[str, int]:
    """Names of the days of the week, 0 for Monday."""
    named = (get_day_names(width, locale=one) for one in load_vocabularies() for width in WIDTHS)
    names = {n.casefold(): day for days in named for day, n in days.items()}
    return names | merge_table("weekdays")


def simplify_date_words(text: str) -> str:
    """In lower case, without words and signs that say nothing here."""
    text = SAME_PATTERN.sub(lambda found: SAME_WORDS[found[0]], text.casefold().replace(",", " "))
    text = " ".join(FILLER_PATTERN.sub(" ", text).split())
    # Once more, because taking out the filler may have brought such words together.
    return SAME_PATTERN.sub(lambda found: SAME_WORDS[found[0]], text).rstrip(".!")

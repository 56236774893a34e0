"""Words for days, months and times of day, in Indonesian and in English."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time
from functools import cache
from typing import Literal

from babel.dates import get_day_names, get_month_names

LANGUAGES = ("id", "en")
WIDTHS: tuple[Literal["wide", "abbreviated"], ...] = ("wide", "abbreviated")
#: Spellings of months that are not the beginning of their name.
MONTHS_SPELT = {"peb": 2, "pebruari": 2, "ags": 8, "agst": 8, "agt": 8, "nop": 11, "nopember": 11}
WEEKDAYS_SPELT = {"jum'at": 4, "jum’at": 4, "ahad": 6}
#: Days from today by their name.
DAYS_FROM_TODAY = {
    "hari ini": 0,
    "sekarang": 0,
    "tadi": 0,
    "nanti": 0,
    "today": 0,
    "now": 0,
    "kemarin": -1,
    "yesterday": -1,
    "kemarin dulu": -2,
    "kemarin lusa": -2,
    "day before yesterday": -2,
    "besok": 1,
    "esok": 1,
    "tomorrow": 1,
    "lusa": 2,
    "besok lusa": 2,
    "day after tomorrow": 2,
}
MONTHS_FROM_NOW = {
    "bulan ini": 0,
    "this month": 0,
    "bulan lalu": -1,
    "last month": -1,
    "bulan depan": 1,
    "next month": 1,
}
YEARS_FROM_NOW = {
    "tahun ini": 0,
    "this year": 0,
    "tahun lalu": -1,
    "last year": -1,
    "tahun depan": 1,
    "next year": 1,
}
#: Words that say the same without them.
FILLER_PATTERN = re.compile(r"(?<!['’])\b(pada|tanggal|tgl|yang|on|the|of|wib)\b\.?")
LAST_NIGHT_PATTERN = re.compile(r"\b(tadi malam|semalam|last night)\b")
NUMBER_WORDS = {
    word: number
    for words in (
        "satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas duabelas",
        "one two three four five six seven eight nine ten eleven twelve",
    )
    for number, word in enumerate(words.split(), 1)
}
#: A part of the day -> by its hour on a clock of twelve the hour of the day.
DAY_PARTS: dict[str, Callable[[int], int]] = {
    "pagi": lambda hour: hour % 12,
    "siang": lambda hour: hour if hour >= 10 else hour + 12,
    "sore": lambda hour: hour % 12 + 12,
    "malam": lambda hour: (hour + 12) % 24 if hour >= 5 else hour,
}
DAY_PARTS |= {
    "am": DAY_PARTS["pagi"],
    "subuh": DAY_PARTS["pagi"],
    "dini hari": DAY_PARTS["pagi"],
    "in morning": DAY_PARTS["pagi"],
    "morning": DAY_PARTS["pagi"],
    "pm": DAY_PARTS["sore"],
    "petang": DAY_PARTS["sore"],
    "in afternoon": DAY_PARTS["sore"],
    "afternoon": DAY_PARTS["sore"],
    "in evening": DAY_PARTS["sore"],
    "evening": DAY_PARTS["sore"],
    "night": DAY_PARTS["malam"],
}
DAY_PART_PATTERN = "|".join(sorted(DAY_PARTS, key=len, reverse=True)).replace(" ", r"\s")
NOW_WORDS = frozenset({"sekarang", "now"})
NAMED_TIMES = {
    "tengah hari": time(12),
    "noon": time(12),
    "midday": time(12),
    "tengah malam": time(0),
    "midnight": time(0),
}


@cache
def map_month_names() -> dict[str, int]:
    """Every name of a month and every beginning of one from three letters on."""
    found = dict(MONTHS_SPELT)
    for language in LANGUAGES:
        for number, name in get_month_names("wide", locale=language).items():
            found |= {name.casefold()[:n]: number for n in range(3, len(name) + 1)}
    return found


@cache
def map_weekday_names() -> dict[str, int]:
    """Names of the days of the week, 0 for Monday."""
    named = (get_day_names(width, locale=one) for one in LANGUAGES for width in WIDTHS)
    return {n.casefold(): day for days in named for day, n in days.items()} | WEEKDAYS_SPELT


def simplify_date_words(text: str) -> str:
    """In lower case, without words and signs that say nothing here."""
    text = text.casefold().replace(",", " ").replace("a.m.", "am").replace("p.m.", "pm")
    text = FILLER_PATTERN.sub(" ", text).replace("dua belas", "duabelas")
    return " ".join(LAST_NIGHT_PATTERN.sub("kemarin malam", text).split()).rstrip(".!")

"""The report's words, numbers and dates in one language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from survey.catalogue import get_language_name, load_catalogue
from survey.rounding import round_half_up

#: The name of the reports' catalogues.
REPORT_DOMAIN = "reports"
MINUS = "\N{MINUS SIGN}"
#: What may be said in brackets without being taken for another item.
BRACKETS = re.compile(r"\([^()]*\)")


def gettext_noop(text: str) -> str:
    """Mark a text that is translated where it is used, not where it is written."""
    return text


class Localizer:
    """Says things in ``language``, and times in ``timezone``.

    Call it with an English text and the values for its braces; the text is what is translated.
    """

    def __init__(self, language: str, timezone: str) -> None:
        self.language = language
        self.zone = ZoneInfo(timezone)
        self._catalogue = load_catalogue(REPORT_DOMAIN, language)

    def speak(self, language: str) -> Localizer:
        """The same in another language."""
        return Localizer(language, self.zone.key)

    def __call__(self, text: str, /, **values: object) -> str:
        return self._catalogue.gettext(text).format(**values) if text else ""

    def translate_plural(self, one: str, more: str, number: int, /, **values: object) -> str:
        """The form of a text that goes with ``number``, which it may show as ``{number}``."""
        text = self._catalogue.ngettext(one, more, number)
        return text.format(number=self.format_count(number), **values)

    def name_language(self, code: str) -> str:
        """What a language is called here: *Indonesian* in English; its code if nobody knows it."""
        return get_language_name(code, self.language)

    def format_count(self, number: float) -> str:
        """A whole number with the language's separators; what is none is rounded."""
        return format_decimal(int(round_half_up(number)), locale=self.language)

    def format_score(self, number: float) -> str:
        """A median or quartile: at most one decimal."""
        told = format_decimal(round_half_up(number, 1), format="0.#", locale=self.language)
        return told.replace("-", MINUS)

    def format_share(self, share: float) -> str:
        """A share of 0-1 as whole percent; what rounds to nothing has no sign."""
        told = format_percent(round_half_up(share, 2), format="0%", locale=self.language)
        return told.replace("-", MINUS)

    def join_items(self, items: Iterable[str]) -> str:
        """*a, b and c*; *a, b; c* or *a and b, c* where they have commas or *and* of their own."""
        every = list(items)
        bare = [BRACKETS.sub("", item) for item in every]
        if len(every) > 1 and any(", " in item for item in bare):
            return "; ".join(every)
        link = format_list(["", ""], locale=self.language)
        if len(every) == 2 and any(link in item for item in bare):
            return ", ".join(every)
        return format_list(every, locale=self.language)

    def format_span(self, numbers: Iterable[int]) -> str:
        """*41* or *38–41*: from the least to the most."""
        every = sorted(numbers)
        least, most = self.format_count(every[0]), self.format_count(every[-1])
        return most if least == most else f"{least}–{most}"

    def format_full_date(self, moment: datetime) -> str:
        """The day at the report's place, such as *22 November 2026*."""
        return format_date(moment.astimezone(self.zone), "d MMMM y", locale=self.language)

    def format_day(self, day: date) -> str:
        """A day without its year, for axes: *22 Nov*."""
        return format_date(day, "d MMM", locale=self.language)

    def format_time(self, moment: datetime) -> str:
        """Day and time of day, with the zone."""
        local = moment.astimezone(self.zone)
        text = format_datetime(local, "d MMMM y, HH.mm", locale=self.language)
        return f"{text} {self.get_zone_name(local)}"

    def get_zone_name(self, moment: datetime) -> str:
        """What the time zone database calls the zone then, such as *WIB*."""
        return moment.astimezone(self.zone).tzname() or str(self.zone)

    def format_period(self, start: datetime, end: datetime) -> str:
        """The days from ``start`` to the last one before ``end``: *16–22 November 2026*."""
        # A period that ends at midnight has the day before as its last.
        first, last = (
            moment.astimezone(self.zone) for moment in (start, end - timedelta(microseconds=1))
        )
        for shared, pattern in (("%Y%m%d", ""), ("%Y%m", "d"), ("%Y", "d MMMM")):
            if first.strftime(shared) == last.strftime(shared):
                begin = format_date(first, pattern, locale=self.language) if pattern else ""
                dash = {"": "", "d": "–"}.get(pattern, " – ")
                return begin + dash + self.format_full_date(last)
        return f"{self.format_full_date(first)} – {self.format_full_date(last)}"


def explain_unusable_file(path: str, words: Localizer) -> str:
    """That a file which the settings name cannot be used; what is wrong in it, the operator sees.

    See ``reports.input_files``.
    """
    why = words("there is no such file. Correct its name in the settings.")
    if Path(path).exists():
        why = words("it has a fault. The operator sees what to mend.")
    return f"{Path(path).name}: {why}"

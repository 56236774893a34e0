"""From what people type to what an XForm stores."""

from __future__ import annotations

import re
from datetime import datetime

from survey.forms.answers.date_parsing import DAY, MONTH, YEAR, day_in
from survey.forms.answers.map_points import point_in
from survey.forms.answers.stored_values import DECIMAL, UNWRITABLE
from survey.forms.answers.time_parsing import clock_in, moment_in
from survey.forms.model.questionnaire import Question

#: Thousands set apart by points, commas or spaces; decimals by the other sign.
GROUPED = re.compile(r"[+-]?\d{1,3}(?:([., ])\d{3})(?:\1\d{3})*")
GROUPED_DECIMAL = re.compile(r"([+-]?\d{1,3}(?:\.\d{3})+),(\d+)|([+-]?\d{1,3}(?:,\d{3})+)\.(\d+)")


def typed(question: Question, text: str, now: datetime) -> str:
    """What somebody typed at ``now`` (in their time zone), as it is stored.

    What cannot be read is given back as it is, and does not fit then (``values.fits``). ``1.234``
    is read as Indonesians write it where an integer is asked (a thousand and more), ``3,5`` as
    three and a half where a decimal is, ``17/8/2025`` as the day, month and year.
    """
    text = UNWRITABLE.sub("", text).strip()
    match question.kind:
        case "range" if question.bind.datatype == "int":
            return ungrouped(text)
        case "integer":
            return ungrouped(text)
        case "decimal" | "range":
            return number(text, grouped="thousands-sep" in question.appearance)
        case "date":
            day = day_in(text, now.date(), exactness(question))
            return day.isoformat() if day else text
        case "time":
            clock = clock_in(text, now.time())
            if clock is None:
                return text
            return stored_moment(datetime.combine(now, clock, now.tzinfo)).partition("T")[2]
        case "datetime":
            moment = moment_in(text, now)
            return stored_moment(moment) if moment else text
        case "geopoint":
            return point_in(text) or text
        case _:
            return text


def exactness(question: Question) -> int:
    """How exactly a date is asked: by its appearance only the month or the year."""
    if question.kind == "date" and "year" in question.appearance:
        return YEAR
    return MONTH if question.kind == "date" and "month-year" in question.appearance else DAY


def stored_moment(moment: datetime) -> str:
    """As ODK stores it: ``2026-11-23T14:05:00.000+07:00``; a time alone is what follows the T."""
    return moment.replace(microsecond=0).isoformat(timespec="milliseconds")


def ungrouped(text: str) -> str:
    """A number without what sets its thousands apart."""
    return re.sub(r"[., ]", "", text) if GROUPED.fullmatch(text) else text


def number(text: str, *, grouped: bool) -> str:
    """A number with a decimal point; ``grouped`` says that 1.234 is more than a thousand."""
    if found := GROUPED_DECIMAL.fullmatch(text):
        whole, part = (found[1], found[2]) if found[1] else (found[3], found[4])
        return f"{ungrouped(whole)}.{part}"
    if grouped or text.count(".") > 1 or text.count(",") > 1 or " " in text:
        text = ungrouped(text)
    pointed = text.replace(",", ".")
    return pointed if DECIMAL.fullmatch(pointed) else text

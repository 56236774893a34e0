"""Days and times chosen by buttons: a year, a month, a day, an hour, a minute.

What was chosen so far stands in the page's number, digit by digit: 2026 shows the months of that
year, 202611 the days of that month, 20261123 the hours of that day, 2026112314 the minutes of that
hour. 12026 shows the years that end with 2026. For a time without a day, 114 shows the minutes
from 14 o'clock. Nothing is kept before the last tap, which answers as if its words were typed.
"""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from babel.dates import format_date, get_day_names, get_month_names

from bot.callbacks import codec
from bot.screens.card import Card
from bot.screens.formatting import clock_words, day_words
from bot.screens.screen import Button, Rows
from survey.forms.answers.date_parsing import DAY, MONTH, YEAR
from survey.forms.answers.typed_answers import exactness, stored_moment

#: Years on a card, in rows of five.
YEARS = 25
#: Years that can be shown: of four digits. A page beyond them is none.
FIRST, LAST = 1000, 9998
NO_DAY = "·"
#: Kinds that are asked so.
MOMENTS = frozenset({"date", "time", "datetime"})


def picker(card: Card) -> Rows:
    """The buttons for what is to be chosen next."""
    chosen = digits(card)
    if len(chosen) == 5:
        return years(card, int(chosen[1:]))
    if len(chosen) == 4:
        return months(card, int(chosen))
    if len(chosen) == 6:
        return days(card, int(chosen[:4]), int(chosen[4:]))
    if len(chosen) in (1, 8):
        return hours(card, chosen)
    return minutes(card, chosen)


def digits(card: Card) -> str:
    """What was chosen so far; at first as much of the present answer or of today as helps."""
    page = card.view.page
    if page is not None and is_possible(card, str(page)):
        return str(page)
    if card.question.kind == "time":
        return "1"
    start = standing_day(card) or today(card)
    match exactness(card.question):
        case n if n == YEAR or "no-calendar" in card.question.appearance:
            return f"1{years_with(card, start.year)}"
        case n if n == MONTH:
            return f"{start.year:04}"
    return f"{start:%Y%m}" if start.year >= FIRST else f"{today(card):%Y%m}"


def is_possible(card: Card, chosen: str) -> bool:
    """Whether a page's number means something for this kind of question."""
    kind = card.question.kind
    if kind == "time":
        return len(chosen) == 3 and 100 <= int(chosen) < 124
    if len(chosen) == 5:
        return chosen[0] == "1" and FIRST <= int(chosen[1:]) <= LAST + YEARS
    longest = {YEAR: 0, MONTH: 4, DAY: 6}[exactness(card.question)]
    if len(chosen) not in (4, 6, 8, 10) or len(chosen) > (10 if kind == "datetime" else longest):
        return False
    try:
        date(int(chosen[:4]), int(chosen[4:6] or 1), int(chosen[6:8] or 1))
    except ValueError:
        return False
    return FIRST <= int(chosen[:4]) <= LAST and int(chosen[8:] or 0) < 24


def today(card: Card) -> date:
    """The day on which the person looks at the card."""
    return card.now.at.astimezone(card.made.form.zone).date()


def standing_day(card: Card) -> date | None:
    """The day that was answered before."""
    try:
        return date.fromisoformat(card.value(card.key)[:10])
    except ValueError:
        return None


def years_with(card: Card, year: int) -> int:
    """The last year on the card that shows ``year``; this year is the last on its own."""
    this = today(card).year
    return this - (this - year) // YEARS * YEARS


# What can be tapped


def page(card: Card, label: str, number: str | int) -> Button:
    """A button that shows something else and keeps nothing."""
    return Button(label, codec.Page(card.id, int(number)))


def put(card: Card, label: str, words: str, value: str = "") -> Button:
    """A button that answers, marked if that is the present answer; a dot if that is not allowed."""
    if value and is_refused(card, value):
        return page(card, NO_DAY, digits(card))
    label = mark(label, bool(value) and card.value(card.key) == value)
    return Button(label, codec.Put(card.id, card.ref(card.key), words))


def mark(label: str, here: bool) -> str:
    """A label, marked if it is the present answer."""
    return f"●{label}" if here else label


def is_refused(card: Card, value: str) -> bool:
    """Whether the author's constraint does not let a value pass."""
    if card.question.bind.constraint is None:
        return False
    return card.made.form.trial(card.key, value, card.now.at) == "constraint"


def grid(buttons: list[Button], each: int) -> Rows:
    """Buttons in rows of the same length."""
    return tuple(tuple(buttons[n : n + each]) for n in range(0, len(buttons), each))


# Days


def years(card: Card, last: int) -> Rows:
    """Years to choose from, and the ones before and after them."""
    shown = range(max(last - YEARS + 1, FIRST), min(last, LAST) + 1)
    here = standing_day(card)
    if exactness(card.question) == YEAR:
        buttons = [put(card, str(year), str(year), f"{year}-01-01") for year in shown]
    else:
        marked = here.year if here else 0
        buttons = [page(card, mark(str(year), year == marked), year) for year in shown]
    turning = (page(card, "◀", f"1{last - YEARS}"), page(card, "▶", f"1{last + YEARS}"))
    return (*grid(buttons, 5), turning)


def months(card: Card, year: int) -> Rows:
    """The months of a year; its name leads to other years."""
    names = get_month_names("abbreviated", context="stand-alone", locale=card.locale)
    at = {month: f"{year}-{month:02}" for month in range(1, 13)}
    if exactness(card.question) == MONTH:
        buttons = [put(card, names[m], at[m], f"{at[m]}-01") for m in at]
    else:
        here = str(standing_day(card))[:7]
        labels = {m: mark(names[m], at[m] == here) for m in at}
        buttons = [page(card, labels[m], f"{year}{m:02}") for m in at]
    heading = page(card, f"{year} ▾", f"1{years_with(card, year)}")
    return ((page(card, "◀", year - 1), heading, page(card, "▶", year + 1)), *grid(buttons, 4))


def days(card: Card, year: int, month: int) -> Rows:
    """A calendar's month; its name leads to other years."""
    first = date(year, month, 1)
    name = format_date(first, "LLL y", locale=card.locale)
    heading = page(card, f"{name} ▾", f"1{years_with(card, year)}")
    before, after = first - timedelta(days=1), first + timedelta(days=31)
    turning = (page(card, "◀", f"{before:%Y%m}"), heading, page(card, "▶", f"{after:%Y%m}"))
    week = get_day_names("abbreviated", context="stand-alone", locale=card.locale)
    names = tuple(page(card, week[n][:3], digits(card)) for n in range(7))
    weeks = Calendar().monthdayscalendar(year, month)
    inside = [day_button(card, year, month, day) for row in weeks for day in row]
    return (turning, names, *grid(inside, 7), *quick(card))


def day_button(card: Card, year: int, month: int, day: int) -> Button:
    """A day of a calendar, or an empty field."""
    if not day:
        return page(card, NO_DAY, digits(card))
    at = date(year, month, day)
    if card.question.kind == "date":
        return put(card, str(day), at.isoformat(), at.isoformat())
    return page(card, mark(str(day), standing_day(card) == at), f"{at:%Y%m%d}")


def quick(card: Card) -> Rows:
    """The days, and the moment, that are asked for most."""
    now = card.now.at.astimezone(card.made.form.zone)
    yesterday = now.date() - timedelta(days=1)
    if card.question.kind == "datetime":
        before = page(card, card.t("Yesterday"), f"{yesterday:%Y%m%d}")
        return ((before, page(card, card.t("Today"), f"{now:%Y%m%d}"), *current(card)),)
    offered = (
        (card.t("Yesterday"), "yesterday", yesterday),
        (card.t("Today"), "today", now.date()),
    )
    allowed = (one for one in offered if not is_refused(card, one[2].isoformat()))
    return (tuple(put(card, label, words) for label, words, _ in allowed),)


def current(card: Card) -> Iterator[Button]:
    """The present moment, if it is allowed."""
    now = stored_moment(card.now.at.astimezone(card.made.form.zone))
    if not is_refused(card, now.partition("T")[2] if card.question.kind == "time" else now):
        yield Button(card.t("Now"), codec.Put(card.id, card.ref(card.key), "now"))


# Times of day


def hours(card: Card, chosen: str) -> Rows:
    """The hours of a day."""
    buttons = [page(card, f"{hour:02}", f"{chosen}{hour:02}") for hour in range(24)]
    if card.question.kind == "time":
        return (*grid(buttons, 6), tuple(current(card)))
    return (*grid(buttons, 6), (page(card, card.t("‹ Another day"), chosen[:6]),))


def minutes(card: Card, chosen: str) -> Rows:
    """Every fifth minute of an hour; others are typed."""
    hour = int(chosen[-2:])
    times = [time(hour, minute) for minute in range(0, 60, 5)]
    buttons = [minute_button(card, chosen, at) for at in times]
    back = page(card, card.t("‹ Another hour"), chosen[:-2])
    return (*grid(buttons, 4), (back,))


def minute_button(card: Card, chosen: str, at: time) -> Button:
    """A time of day, on the day that was chosen before if one is asked."""
    label, words = clock_words(at, card.locale), f"{at:%H.%M}"
    day = day_chosen(chosen) or today(card)
    moment = stored_moment(datetime.combine(day, at, card.made.form.zone))
    if card.question.kind == "time":
        return put(card, label, words, moment.partition("T")[2])
    return put(card, label, f"{day.isoformat()} {words}", moment)


def day_chosen(chosen: str) -> date | None:
    """The day in what was chosen so far."""
    if len(chosen) < 8:
        return None
    return date(int(chosen[:4]), int(chosen[4:6]), int(chosen[6:8]))


# What the card says of it


def so_far(card: Card) -> str:
    """What to do next, and what was chosen before it."""
    t, chosen = card.t, digits(card)
    match len(chosen):
        case 5:
            return t("🗓 Tap the year, or type: {example}", example=example(card))
        case 4:
            return t(
                "🗓 {year}: tap the month, or type: {example}", year=chosen, example=example(card)
            )
        case 6:
            return t("🗓 Tap the day, or type it: {example}", example=example(card))
        case 1:
            return t("🕘 Tap the hour, or type the time: {example}", example=example(card))
    day = day_chosen(chosen)
    said = [day_words(day, card.locale)] if day else []
    if len(chosen) == 8:
        return t("🕘 {day}: tap the hour.", day=said[0])
    hour = t("{hour} o'clock", hour=chosen[-2:])
    return t("🕘 {chosen}: tap the minute.", chosen=", ".join([*said, hour]))


def is_yearly(card: Card) -> bool:
    return exactness(card.question) == YEAR


def example(card: Card) -> str:
    """How such an answer can be typed."""
    clock = clock_words(time(14, 30), card.locale)
    match card.question.kind:
        case "time":
            return clock
        case "datetime":
            return f"23/11/2026 {clock}"
    if is_yearly(card):
        return "1998"
    if exactness(card.question) == MONTH:
        return day_words(date(2025, 8, 1), card.locale, MONTH)
    return "23/11/2026"

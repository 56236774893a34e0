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

from bot.callbacks.interview_callbacks import EnterText, ShowPage
from bot.screens.card import Card
from bot.screens.formatting import localize_day, localize_time
from bot.screens.screen import Button, ButtonRows
from survey.forms.answers.date_parsing import DAY, FIRST_YEAR, LAST_YEAR, MONTH, YEAR
from survey.forms.answers.typed_answers import format_stored_moment, get_date_exactness

#: Years on a card, in rows of five.
YEARS_PER_CARD = 25
NO_DAY = "·"


def build_date_picker(card: Card) -> ButtonRows:
    """The buttons for what is to be chosen next."""
    chosen = read_chosen_digits(card)
    if len(chosen) == 5:
        return build_year_rows(card, int(chosen[1:]))
    if len(chosen) == 4:
        return build_month_rows(card, int(chosen))
    if len(chosen) == 6:
        return build_day_rows(card, int(chosen[:4]), int(chosen[4:]))
    if len(chosen) in (1, 8):
        return build_hour_rows(card, chosen)
    return build_minute_rows(card, chosen)


def read_chosen_digits(card: Card) -> str:
    """What was chosen so far; at first as much of the present answer or of today as helps."""
    page = card.view.page
    if page is not None and is_possible_page(card, str(page)):
        return str(page)
    if not card.question.kind.asks_day:
        return "1"
    start = get_answered_day(card) or get_today(card)
    match get_date_exactness(card.question):
        case n if n == YEAR or "no-calendar" in card.question.appearance:
            return f"1{find_last_year(card, start.year)}"
        case n if n == MONTH:
            return f"{start.year:04}"
    return f"{start:%Y%m}"


def is_possible_page(card: Card, chosen: str) -> bool:
    """Whether a page's number means something for this kind of question."""
    kind = card.question.kind
    if not kind.asks_day:
        return len(chosen) == 3 and 100 <= int(chosen) < 124
    if len(chosen) == 5:
        return chosen[0] == "1" and FIRST_YEAR <= int(chosen[1:]) <= LAST_YEAR
    longest = {YEAR: 0, MONTH: 4, DAY: 6}[get_date_exactness(card.question)]
    if len(chosen) not in (4, 6, 8, 10) or len(chosen) > (10 if kind.asks_clock else longest):
        return False
    try:
        date(int(chosen[:4]), int(chosen[4:6] or 1), int(chosen[6:8] or 1))
    except ValueError:
        return False
    return FIRST_YEAR <= int(chosen[:4]) <= LAST_YEAR and int(chosen[8:] or 0) < 24


def get_today(card: Card) -> date:
    """The day on which the person looks at the card."""
    return card.snapshot.read_at.astimezone(card.interview.form.zone).date()


def get_answered_day(card: Card) -> date | None:
    """The day that was answered before; None for one that no calendar can be turned to."""
    try:
        day = date.fromisoformat(card.get_answer(card.key)[:10])
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def find_last_year(card: Card, year: int) -> int:
    """The last year on the card that shows ``year``; this year is the last on its own."""
    this = get_today(card).year
    return min(this - (this - year) // YEARS_PER_CARD * YEARS_PER_CARD, LAST_YEAR)


# What can be tapped


def build_page_button(card: Card, label: str, number: str | int) -> Button:
    """A button that shows something else and keeps nothing."""
    return Button(label, ShowPage(card.interview_id, int(number)))


def build_moment_button(card: Card, label: str, words: str, value: str = "") -> Button:
    """A button that answers, marked if that is the present answer; a dot if that is not allowed."""
    if value and is_refused(card, value):
        return build_page_button(card, NO_DAY, read_chosen_digits(card))
    label = mark_if_chosen(label, bool(value) and card.get_answer(card.key) == value)
    return Button(label, EnterText(card.interview_id, card.encode_key(card.key), words))


def mark_if_chosen(label: str, here: bool) -> str:
    """A label, marked if it is the present answer."""
    return f"●{label}" if here else label


def is_refused(card: Card, value: str) -> bool:
    """Whether the author's constraint does not let a value pass."""
    if card.question.bind.constraint is None:
        return False
    return (
        card.interview.form.find_trial_problem(card.key, value, card.snapshot.read_at)
        == "constraint"
    )


def arrange_in_grid(buttons: list[Button], each: int) -> ButtonRows:
    """Buttons in rows of the same length."""
    return tuple(tuple(buttons[n : n + each]) for n in range(0, len(buttons), each))


# Days


def build_year_rows(card: Card, last: int) -> ButtonRows:
    """Years to choose from, and the ones before and after them."""
    shown = range(max(last - YEARS_PER_CARD + 1, FIRST_YEAR), min(last, LAST_YEAR) + 1)
    here = get_answered_day(card)
    if get_date_exactness(card.question) == YEAR:
        buttons = [
            build_moment_button(card, str(year), str(year), f"{year}-01-01") for year in shown
        ]
    else:
        marked = here.year if here else 0
        buttons = [
            build_page_button(card, mark_if_chosen(str(year), year == marked), year)
            for year in shown
        ]
    turning = (
        build_page_button(card, "◀", f"1{max(last - YEARS_PER_CARD, FIRST_YEAR)}"),
        build_page_button(card, "▶", f"1{min(last + YEARS_PER_CARD, LAST_YEAR)}"),
    )
    return (*arrange_in_grid(buttons, 5), turning)


def build_month_rows(card: Card, year: int) -> ButtonRows:
    """The months of a year; its name leads to other years."""
    names = get_month_names("abbreviated", context="stand-alone", locale=card.locale)
    at = {month: f"{year}-{month:02}" for month in range(1, 13)}
    if get_date_exactness(card.question) == MONTH:
        buttons = [build_moment_button(card, names[m], at[m], f"{at[m]}-01") for m in at]
    else:
        here = str(get_answered_day(card))[:7]
        labels = {m: mark_if_chosen(names[m], at[m] == here) for m in at}
        buttons = [build_page_button(card, labels[m], f"{year}{m:02}") for m in at]
    heading = build_page_button(card, f"{year} ▾", f"1{find_last_year(card, year)}")
    return (
        (build_page_button(card, "◀", year - 1), heading, build_page_button(card, "▶", year + 1)),
        *arrange_in_grid(buttons, 4),
    )


def build_day_rows(card: Card, year: int, month: int) -> ButtonRows:
    """A calendar's month; its name leads to other years."""
    first = date(year, month, 1)
    name = format_date(first, "LLL y", locale=card.locale)
    heading = build_page_button(card, f"{name} ▾", f"1{find_last_year(card, year)}")
    before, after = first - timedelta(days=1), first + timedelta(days=31)
    turning = (
        build_page_button(card, "◀", f"{before:%Y%m}"),
        heading,
        build_page_button(card, "▶", f"{after:%Y%m}"),
    )
    week = get_day_names("abbreviated", context="stand-alone", locale=card.locale)
    names = tuple(build_page_button(card, week[n][:3], read_chosen_digits(card)) for n in range(7))
    weeks = Calendar().monthdayscalendar(year, month)
    inside = [build_day_button(card, year, month, day) for row in weeks for day in row]
    return (turning, names, *arrange_in_grid(inside, 7), *build_shortcut_rows(card))


def build_day_button(card: Card, year: int, month: int, day: int) -> Button:
    """A day of a calendar, or an empty field."""
    if not day:
        return build_page_button(card, NO_DAY, read_chosen_digits(card))
    at = date(year, month, day)
    if not card.question.kind.asks_clock:
        return build_moment_button(card, str(day), at.isoformat(), at.isoformat())
    return build_page_button(
        card, mark_if_chosen(str(day), get_answered_day(card) == at), f"{at:%Y%m%d}"
    )


def build_shortcut_rows(card: Card) -> ButtonRows:
    """The days, and the moment, that are asked for most."""
    now = card.snapshot.read_at.astimezone(card.interview.form.zone)
    yesterday = now.date() - timedelta(days=1)
    if card.question.kind.asks_clock:
        before = build_page_button(card, card.t("Yesterday"), f"{yesterday:%Y%m%d}")
        return (
            (
                before,
                build_page_button(card, card.t("Today"), f"{now:%Y%m%d}"),
                *build_now_buttons(card),
            ),
        )
    offered = (
        (card.t("Yesterday"), "yesterday", yesterday),
        (card.t("Today"), "today", now.date()),
    )
    allowed = (one for one in offered if not is_refused(card, one[2].isoformat()))
    return (tuple(build_moment_button(card, label, words) for label, words, _ in allowed),)


def build_now_buttons(card: Card) -> Iterator[Button]:
    """The present moment, if it is allowed."""
    now = format_stored_moment(card.snapshot.read_at.astimezone(card.interview.form.zone))
    if not is_refused(card, now.partition("T")[2] if not card.question.kind.asks_day else now):
        yield Button(card.t("Now"), EnterText(card.interview_id, card.encode_key(card.key), "now"))


# Times of day


def build_hour_rows(card: Card, chosen: str) -> ButtonRows:
    """The hours of a day."""
    buttons = [build_page_button(card, f"{hour:02}", f"{chosen}{hour:02}") for hour in range(24)]
    if not card.question.kind.asks_day:
        return (*arrange_in_grid(buttons, 6), tuple(build_now_buttons(card)))
    return (
        *arrange_in_grid(buttons, 6),
        (build_page_button(card, card.t("‹ Another day"), chosen[:6]),),
    )


def build_minute_rows(card: Card, chosen: str) -> ButtonRows:
    """Every fifth minute of an hour; others are typed."""
    hour = int(chosen[-2:])
    times = [time(hour, minute) for minute in range(0, 60, 5)]
    buttons = [build_minute_button(card, chosen, at) for at in times]
    back = build_page_button(card, card.t("‹ Another hour"), chosen[:-2])
    return (*arrange_in_grid(buttons, 4), (back,))


def build_minute_button(card: Card, chosen: str, at: time) -> Button:
    """A time of day, on the day that was chosen before if one is asked."""
    label, words = localize_time(at, card.locale), f"{at:%H.%M}"
    day = parse_chosen_day(chosen) or get_today(card)
    moment = format_stored_moment(datetime.combine(day, at, card.interview.form.zone))
    if not card.question.kind.asks_day:
        return build_moment_button(card, label, words, moment.partition("T")[2])
    return build_moment_button(card, label, f"{day.isoformat()} {words}", moment)


def parse_chosen_day(chosen: str) -> date | None:
    """The day in what was chosen so far."""
    if len(chosen) < 8:
        return None
    return date(int(chosen[:4]), int(chosen[4:6]), int(chosen[6:8]))


# What the card says of it


def explain_date_picker(card: Card) -> str:
    """What to do next, and what was chosen before it."""
    t, chosen = card.t, read_chosen_digits(card)
    match len(chosen):
        case 5:
            return t("🗓 Tap the year, or type: {example}", example=format_date_example(card))
        case 4:
            return t(
                "🗓 {year}: tap the month, or type: {example}",
                year=chosen,
                example=format_date_example(card),
            )
        case 6:
            return t("🗓 Tap the day, or type it: {example}", example=format_date_example(card))
        case 1:
            return t(
                "🕘 Tap the hour, or type the time: {example}", example=format_date_example(card)
            )
    day = parse_chosen_day(chosen)
    said = [localize_day(day, card.locale)] if day else []
    if len(chosen) == 8:
        return t("🕘 {day}: tap the hour.", day=said[0])
    hour = t("{hour} o'clock", hour=chosen[-2:])
    return t("🕘 {chosen}: tap the minute.", chosen=", ".join([*said, hour]))


def is_yearly(card: Card) -> bool:
    return get_date_exactness(card.question) == YEAR


def format_date_example(card: Card) -> str:
    """How such an answer can be typed."""
    clock = localize_time(time(14, 30), card.locale)
    if not card.question.kind.asks_day:
        return clock
    if card.question.kind.asks_clock:
        return f"23/11/2026 {clock}"
    if is_yearly(card):
        return "1998"
    if get_date_exactness(card.question) == MONTH:
        return localize_day(date(2025, 8, 1), card.locale, MONTH)
    return "23/11/2026"

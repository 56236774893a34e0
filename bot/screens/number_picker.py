"""Numbers chosen by buttons: every one of a short range, steps up and down of a long one.

On the way to a number the page's number is its place on the scale; nothing is kept before it is
chosen, which answers as if it were typed.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from bot.callbacks.interview_callbacks import EnterText, ShowPage
from bot.screens.card import Card
from bot.screens.formatting import localize_number
from bot.screens.screen import Button, ButtonRows, arrange_in_rows
from survey.forms.answers.range_scale import RangeScale

#: A range with no more numbers than this has a button for each.
MAX_SINGLE_BUTTONS = 11
#: Sizes of steps offered beside each other.
STEP_SIZES = (1, 10, 100, 1000, 10_000, 100_000)
#: The larger step where ten are too many.
SMALL_STEP = 5
COUNTER_SCALE = RangeScale(Decimal(0), Decimal(10**6), Decimal(1), whole=True)


def build_range_rows(card: Card) -> ButtonRows:
    """The buttons of a range."""
    scale = RangeScale.from_question(card.question)
    if scale.length <= MAX_SINGLE_BUTTONS:
        return arrange_in_rows(
            [build_number_button(card, scale, scale.get_value(n)) for n in range(scale.length)], 6
        )
    sizes = [size for size in STEP_SIZES if size == 1 or size * 4 < scale.length]
    return build_stepper_rows(card, scale, sizes[-3:] if len(sizes) > 1 else [1, SMALL_STEP])


def build_counter_rows(card: Card) -> ButtonRows:
    """One more, one fewer."""
    return build_stepper_rows(card, COUNTER_SCALE, [1, 10])


def build_number_button(card: Card, scale: RangeScale, value: Decimal) -> Button:
    """A number of a range, with a star where it rates something."""
    label = localize_number(value, card.locale)
    label = f"{label} ★" if "rating" in card.question.appearance else label
    here = parse_answered_number(card)
    return build_entry_button(
        card, f"● {label}" if here == value else label, scale.format_value(value)
    )


def build_stepper_rows(card: Card, scale: RangeScale, sizes: list[int]) -> ButtonRows:
    """Steps down and up in several sizes, and the number that they led to, to be chosen."""
    place = find_stepper_place(card, scale)
    down = [build_increment_button(card, scale, place, -size) for size in reversed(sizes)]
    up = [build_increment_button(card, scale, place, size) for size in sizes]
    label = localize_number(scale.get_value(place), card.locale)
    choose = build_entry_button(
        card, card.t("Choose {number} ✓", number=label), scale.format_value(scale.get_value(place))
    )
    return (tuple(down + up), (choose,))


def build_increment_button(card: Card, scale: RangeScale, place: int, size: int) -> Button:
    """A step from here; at an end it goes no further."""
    way = size if scale.start <= scale.end else -size
    there = min(max(place + way, 0), scale.length - 1)
    number = localize_number(scale.step * abs(size), card.locale)
    return Button(f"{'+' if size > 0 else '−'}{number}", ShowPage(card.interview_id, there))


def find_stepper_place(card: Card, scale: RangeScale) -> int:
    """Where the steps have led; at first to the present answer, else to the beginning."""
    if card.view.page is not None:
        return min(card.view.page, scale.length - 1)
    here = parse_answered_number(card)
    return scale.count_steps(here) if here is not None and scale.contains(here) else 0


def parse_answered_number(card: Card) -> Decimal | None:
    """The present answer as a number."""
    try:
        return Decimal(card.get_answer(card.key))
    except InvalidOperation:
        return None


def has_button_for_each(card: Card) -> bool:
    """Whether every number of a range has its button."""
    return RangeScale.from_question(card.question).length <= MAX_SINGLE_BUTTONS


def format_bounds(card: Card) -> str:
    """Which numbers a range takes."""
    scale = RangeScale.from_question(card.question)
    low, high, each = (localize_number(n, card.locale) for n in (scale.low, scale.high, scale.step))
    if scale.whole and scale.step == 1:
        return card.t("{low} to {high}", low=low, high=high)
    if scale.low % scale.step == 0:
        return card.t("{low} to {high}, multiples of {step}", low=low, high=high, step=each)
    return card.t("{low} to {high}, in steps of {step}", low=low, high=high, step=each)


def build_entry_button(card: Card, label: str, words: str) -> Button:
    return Button(label, EnterText(card.interview_id, card.encode_key(card.key), words))

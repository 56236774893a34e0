"""Numbers chosen by buttons: every one of a short range, steps up and down of a long one.

On the way to a number the page's number is its place on the scale; nothing is kept before it is
chosen, which answers as if it were typed.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from bot.callbacks import codec
from bot.screens.card import Card
from bot.screens.formatting import number_words
from bot.screens.screen import Button, Rows, rowed
from survey.forms.answers.range_scale import Scale

#: A range with no more numbers than this has a button for each.
EACH = 11
#: Sizes of steps offered beside each other.
SIZES = (1, 10, 100, 1000, 10_000, 100_000)
#: The larger step where ten are too many.
FEW = 5
COUNTER = Scale(Decimal(0), Decimal(10**6), Decimal(1), whole=True)


def range_rows(card: Card) -> Rows:
    """The buttons of a range."""
    scale = Scale.of(card.question)
    if scale.length <= EACH:
        return rowed([number_button(card, scale, scale.at(n)) for n in range(scale.length)], 6)
    sizes = [size for size in SIZES if size == 1 or size * 4 < scale.length]
    return stepper(card, scale, sizes[-3:] if len(sizes) > 1 else [1, FEW])


def counter_rows(card: Card) -> Rows:
    """One more, one fewer."""
    return stepper(card, COUNTER, [1, 10])


def number_button(card: Card, scale: Scale, value: Decimal) -> Button:
    """A number of a range, with a star where it rates something."""
    label = number_words(value, card.locale)
    label = f"{label} ★" if "rating" in card.question.appearance else label
    here = standing(card)
    return put(card, f"● {label}" if here == value else label, scale.written(value))


def stepper(card: Card, scale: Scale, sizes: list[int]) -> Rows:
    """Steps down and up in several sizes, and the number that they led to, to be chosen."""
    place = place_of(card, scale)
    down = [step(card, scale, place, -size) for size in reversed(sizes)]
    up = [step(card, scale, place, size) for size in sizes]
    label = number_words(scale.at(place), card.locale)
    choose = put(card, card.t("Choose {number} ✓", number=label), scale.written(scale.at(place)))
    return (tuple(down + up), (choose,))


def step(card: Card, scale: Scale, place: int, size: int) -> Button:
    """A step from here; at an end it goes no further."""
    way = size if scale.start <= scale.end else -size
    there = min(max(place + way, 0), scale.length - 1)
    number = number_words(scale.step * abs(size), card.locale)
    return Button(f"{'+' if size > 0 else '−'}{number}", codec.Page(card.id, there))


def place_of(card: Card, scale: Scale) -> int:
    """Where the steps have led; at first to the present answer, else to the beginning."""
    if card.view.page is not None:
        return min(card.view.page, scale.length - 1)
    here = standing(card)
    return scale.place(here) if here is not None and scale.holds(here) else 0


def standing(card: Card) -> Decimal | None:
    """The present answer as a number."""
    try:
        return Decimal(card.value(card.key))
    except InvalidOperation:
        return None


def has_each(card: Card) -> bool:
    """Whether every number of a range has its button."""
    return Scale.of(card.question).length <= EACH


def bounds(card: Card) -> str:
    """Which numbers a range takes."""
    scale = Scale.of(card.question)
    low, high, each = (number_words(n, card.locale) for n in (scale.low, scale.high, scale.step))
    if scale.whole and scale.step == 1:
        return card.t("{low} to {high}", low=low, high=high)
    if scale.low % scale.step == 0:
        return card.t("{low} to {high}, multiples of {step}", low=low, high=high, step=each)
    return card.t("{low} to {high}, in steps of {step}", low=low, high=high, step=each)


def put(card: Card, label: str, words: str) -> Button:
    return Button(label, codec.Put(card.id, card.ref(card.key), words))

"""A table: one card for many rows that share their choices."""

from __future__ import annotations

from collections.abc import Sequence

from bot.callbacks import codec
from bot.screens.breadcrumbs import top
from bot.screens.card import Card, answer_label, navigation
from bot.screens.instructions import warning
from bot.screens.screen import (
    BUTTON,
    HALF,
    Button,
    Screen,
    bold,
    italic,
    paired,
    paragraphs,
    safe,
    shortened,
)
from survey.forms.model.questionnaire import Choice


def table(card: Card) -> Screen:
    """One row to rate just above the buttons, what it means above that, what is done on top."""
    rows = card.made.rows(card.key)
    around = card.made.questionnaire.group_of[card.question.path][-1]
    choices = card.made.form.choices(card.key)
    body = paragraphs(
        top(card),
        " · ".join(rated(card, key) for key in rows if card.value(key) and key != card.key),
        bold(card.say(around.heading)),
        italic(card.say(around.heading_hint)),
        anchors(card, choices),
        warning(card),
        active_row(card, rows),
    )
    return Screen(body, (*rating(card, choices), row_moves(card, rows), navigation(card)))


def is_scale(choice: Choice) -> bool:
    """Whether a choice is a point of a scale rather than a special answer."""
    return choice.value.isdigit()


def anchors(card: Card, choices: Sequence[Choice]) -> str:
    """What the points of the scale mean."""
    return "\n".join(f"{c.value} = {card.say(c.label)}" for c in choices if is_scale(c))


def rated(card: Card, key: str) -> str:
    """A row that was rated, in a few words."""
    value, offered = card.value(key), card.made.form.choices(key)
    if not any(map(is_scale, offered)):
        said = safe(shortened(answer_label(card, key), HALF))
    else:
        said = value if value.isdigit() else "–"
    return f"{card.say(card.made.question(key).label, key)} <b>{said}</b>"


def active_row(card: Card, rows: list[str]) -> str:
    """The row that the buttons rate, and which one of how many it is."""
    here = card.t("{here} of {total}", here=rows.index(card.key) + 1, total=len(rows))
    return f"▶ {bold(card.say(card.question.label))} ({here})"


def rating(card: Card, choices: Sequence[Choice]) -> tuple[tuple[Button, ...], ...]:
    """The points of the scale in one row, special answers below."""
    ref, value = card.ref(card.key), card.value(card.key)
    numbers = {choice.value: n for n, choice in enumerate(card.question.choices)}

    def button(choice: Choice, label: str) -> Button:
        label = f"● {label}" if choice.value == value else label
        return Button(shortened(label, BUTTON), codec.Choose(card.id, ref, numbers[choice.value]))

    scale = tuple(button(c, c.value) for c in choices if is_scale(c))
    special = [button(c, card.plain(c.label) or c.value) for c in choices if not is_scale(c)]
    return (*((scale,) if scale else ()), *paired(special))


def row_moves(card: Card, rows: list[str]) -> tuple[Button, ...]:
    """To the row above and the row below, going round at the ends."""
    here = rows.index(card.key)
    above, below = rows[here - 1], rows[(here + 1) % len(rows)]
    return (
        Button("▲", codec.Edit(card.id, card.ref(above))),
        Button("▼", codec.Edit(card.id, card.ref(below))),
    )

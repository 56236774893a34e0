"""A table: one card for many rows that share their choices."""

from __future__ import annotations

from collections.abc import Sequence

from bot.callbacks.interview_callbacks import GoToQuestion, SelectChoice
from bot.screens.breadcrumbs import format_card_header
from bot.screens.card import Card, build_navigation_row
from bot.screens.instructions import format_card_warning
from bot.screens.question_controls import format_answer
from bot.screens.screen import (
    BUTTON_LENGTH,
    SHORT_LABEL_LENGTH,
    Button,
    Screen,
    arrange_in_pairs,
    escape_html,
    format_bold,
    format_italic,
    join_paragraphs,
    truncate_text,
)
from survey.forms.model.questionnaire import Choice


def draw_table_screen(card: Card) -> Screen:
    """One row to rate just above the buttons, what it means above that, what is done on top."""
    rows = card.interview.list_card_keys(card.key)
    around = card.interview.questionnaire.groups_by_path[card.question.path][-1]
    choices = card.interview.form.list_choices(card.key)
    body = join_paragraphs(
        format_card_header(card),
        " · ".join(
            format_rated_row(card, key) for key in rows if card.get_answer(key) and key != card.key
        ),
        format_bold(card.render_html(around.heading)),
        format_italic(card.render_html(around.heading_hint)),
        format_choice_anchors(card, choices),
        format_card_warning(card),
        format_active_row(card, rows),
    )
    return Screen(
        body,
        (
            *build_rating_rows(card, choices),
            build_row_navigation(card, rows),
            build_navigation_row(card),
        ),
    )


def is_scale_point(choice: Choice) -> bool:
    """Whether a choice is a point of a scale rather than a special answer."""
    return choice.value.isdigit()


def format_choice_anchors(card: Card, choices: Sequence[Choice]) -> str:
    """What the points of the scale mean."""
    return "\n".join(
        f"{c.value} = {card.render_html(c.label)}" for c in choices if is_scale_point(c)
    )


def format_rated_row(card: Card, key: str) -> str:
    """A row that was rated, in a few words."""
    value, offered = card.get_answer(key), card.interview.form.list_choices(key)
    if not any(map(is_scale_point, offered)):
        said = escape_html(truncate_text(format_answer(card, key), SHORT_LABEL_LENGTH))
    else:
        said = value if value.isdigit() else "–"
    return f"{card.render_html(card.interview.find_question(key).label, key)} <b>{said}</b>"


def format_active_row(card: Card, rows: list[str]) -> str:
    """The row that the buttons rate, and which one of how many it is."""
    here = card.t("{here} of {total}", here=rows.index(card.key) + 1, total=len(rows))
    return f"▶ {format_bold(card.render_html(card.question.label))} ({here})"


def build_rating_rows(card: Card, choices: Sequence[Choice]) -> tuple[tuple[Button, ...], ...]:
    """The points of the scale in one row, special answers below."""
    ref, value = card.encode_key(card.key), card.get_answer(card.key)
    numbers = card.interview.get_whole_list(card.key).positions

    def button(choice: Choice, label: str) -> Button:
        label = f"● {label}" if choice.value == value else label
        return Button(
            truncate_text(label, BUTTON_LENGTH),
            SelectChoice(card.interview_id, ref, numbers[choice.value]),
        )

    scale = tuple(button(c, c.value) for c in choices if is_scale_point(c))
    special = [
        button(c, card.render_plain(c.label) or c.value) for c in choices if not is_scale_point(c)
    ]
    return (*((scale,) if scale else ()), *arrange_in_pairs(special))


def build_row_navigation(card: Card, rows: list[str]) -> tuple[Button, ...]:
    """To the row above and the row below, going round at the ends."""
    here = rows.index(card.key)
    above, below = rows[here - 1], rows[(here + 1) % len(rows)]
    return (
        Button("▲", GoToQuestion(card.interview_id, card.encode_key(above))),
        Button("▼", GoToQuestion(card.interview_id, card.encode_key(below))),
    )

"""The prompt of a repeat: what is there, whether there is another one, which one to remove."""

from __future__ import annotations

from bot.callbacks.interview_callbacks import (
    AddInstance,
    FinishRepeat,
    GoBack,
    RemoveInstance,
    ShowPage,
    ShowRemovalPage,
)
from bot.screens.breadcrumbs import find_repeat_heading, format_card_header, name_instance
from bot.screens.card import ITEMS_PER_PAGE, Card, build_paging_rows
from bot.screens.instructions import format_card_warning
from bot.screens.screen import (
    BUTTON_LENGTH,
    Button,
    Screen,
    escape_html,
    format_bold,
    join_paragraphs,
    truncate_text,
)
from bot.screens.view_state import ViewState
from bot.translation import Translator
from survey.forms.runtime.form import strip_positions
from survey.interview.interview import Interview
from survey.interview.question_order import split_instance
from survey.services.snapshot import Snapshot


def draw_prompt_screen(now: Snapshot, made: Interview, view: ViewState, t: Translator) -> Screen:
    """The card of the prompt that the person stands at."""
    card = Card(now, made, view, t)
    there = made.list_instances(card.key)
    pages = max(1, -(-len(there) // ITEMS_PER_PAGE))
    page = pages - 1 if view.page is None else min(view.page, pages - 1)
    shown = there[page * ITEMS_PER_PAGE : (page + 1) * ITEMS_PER_PAGE]
    if view.removing and there:
        return draw_removal_screen(card, shown, page, pages)
    body = join_paragraphs(
        format_card_header(card),
        format_card_warning(card),
        format_repeat_heading(card),
        "\n".join(escape_html(format_instance_line(card, instance)) for instance in shown),
        t("Is there another one?") if there else t("There are none yet. Is there one?"),
    )
    return Screen(
        body, (*build_paging_rows(card, page, pages), *build_prompt_rows(card, there, page))
    )


def format_repeat_heading(card: Card) -> str:
    """What the prompt is about."""
    return format_bold(
        escape_html(
            find_repeat_heading(
                card, card.interview.form.repeats[strip_positions(card.key)], card.key
            )
        )
    )


def format_instance_line(card: Card, instance: str) -> str:
    """An instance in the list."""
    return f"{split_instance(instance)[1]}. {name_instance(card, instance) or '–'}"


def build_prompt_rows(card: Card, there: list[str], page: int) -> tuple[tuple[Button, ...], ...]:
    """Add, go on, remove, back."""
    t, ref = card.t, card.encode_key(card.key)
    enough = t("No more, continue ›") if there else t("None, continue ›")
    rows = [(Button(enough, FinishRepeat(card.interview_id, ref)),)]
    if card.interview.form.has_room(strip_positions(card.key), card.key.rpartition("/")[0]):
        rows.insert(0, (Button(t("➕ Add another"), AddInstance(card.interview_id, ref)),))
    if there:
        rows.append((Button(t("🗑 Remove one"), ShowRemovalPage(card.interview_id, page)),))
    if card.interview.list_pages()[0] != card.key:
        rows.append((Button(t("‹ Back"), GoBack(card.interview_id)),))
    return tuple(rows)


def draw_removal_screen(card: Card, shown: list[str], page: int, pages: int) -> Screen:
    """Which instance to remove, with all that was answered in it."""
    seen = card.interview.step_count
    removes = tuple(
        (
            Button(
                truncate_text(f"🗑 {format_instance_line(card, instance)}", BUTTON_LENGTH),
                RemoveInstance(card.interview_id, card.encode_key(instance), seen),
            ),
        )
        for instance in shown
    )
    keep = Button(card.t("‹ Back"), ShowPage(card.interview_id, page))
    body = join_paragraphs(
        format_card_header(card),
        format_repeat_heading(card),
        card.t("Which one shall we delete, with all its answers?"),
    )
    return Screen(body, (*removes, *build_paging_rows(card, page, pages, ShowRemovalPage), (keep,)))

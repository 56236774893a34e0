"""The prompt of a repeat: what is there, whether there is another one, which one to remove."""

from __future__ import annotations

from bot.callbacks import codec
from bot.screens.breadcrumbs import heading_of, name_of, top
from bot.screens.card import A_PAGE, Card, View, paging
from bot.screens.instructions import warning
from bot.screens.screen import BUTTON, Button, Screen, bold, paragraphs, safe, shortened
from bot.translation import Texts
from survey.forms.runtime.form import path_of
from survey.interview.interview import Interview
from survey.interview.question_order import split
from survey.services.snapshot import Situation


def prompt_screen(now: Situation, made: Interview, view: View, t: Texts) -> Screen:
    """The card of the prompt that the person stands at."""
    card = Card(now, made, view, t)
    there = made.instances(card.key)
    pages = max(1, -(-len(there) // A_PAGE))
    page = pages - 1 if view.page is None else min(view.page, pages - 1)
    shown = there[page * A_PAGE : (page + 1) * A_PAGE]
    if view.removing and there:
        return removing_screen(card, shown, page, pages)
    body = paragraphs(
        top(card),
        warning(card),
        heading(card),
        "\n".join(safe(line(card, instance)) for instance in shown),
        t("Is there another one?") if there else t("There are none yet. Is there one?"),
    )
    return Screen(body, (*paging(card, page, pages), *controls(card, there, page)))


def heading(card: Card) -> str:
    """What the prompt is about."""
    return bold(safe(heading_of(card, card.made.form.repeats[path_of(card.key)], card.key)))


def line(card: Card, instance: str) -> str:
    """An instance in the list."""
    return f"{split(instance)[1]}. {name_of(card, instance) or '–'}"


def controls(card: Card, there: list[str], page: int) -> tuple[tuple[Button, ...], ...]:
    """Add, go on, remove, back."""
    t, ref = card.t, card.ref(card.key)
    enough = t("Enough, go on ›") if there else t("None, go on ›")
    rows = [(Button(enough, codec.Enough(card.id, ref)),)]
    if card.made.form.room(path_of(card.key), card.key.rpartition("/")[0]):
        rows.insert(0, (Button(t("➕ Add another"), codec.Add(card.id, ref)),))
    if there:
        rows.append((Button(t("🗑 Remove one"), codec.Pick(card.id, page)),))
    if card.made.pages()[0] != card.key:
        rows.append((Button(t("‹ Back"), codec.Back(card.id)),))
    return tuple(rows)


def removing_screen(card: Card, shown: list[str], page: int, pages: int) -> Screen:
    """Which instance to remove, with all that was answered in it."""
    seen = card.made.number
    removes = tuple(
        (
            Button(
                shortened(f"🗑 {line(card, instance)}", BUTTON),
                codec.Remove(card.id, card.ref(instance), seen),
            ),
        )
        for instance in shown
    )
    keep = Button(card.t("‹ Back"), codec.Page(card.id, page))
    body = paragraphs(
        top(card), heading(card), card.t("Which one should go, with all its answers?")
    )
    return Screen(body, (*removes, *paging(card, page, pages, codec.Pick), (keep,)))

"""Choices as buttons: all of them, a page of them, or what a search left."""

from __future__ import annotations

from bot import taps
from bot.screens.card import A_PAGE, WHOLE, Card, paging
from bot.screens.screen import BUTTON, Button, paired, shortened
from survey.forms.questionnaire import Choice


def choice_rows(card: Card) -> tuple[tuple[Button, ...], ...]:
    """The choices of a select, a page of them if there are many."""
    offered = listed(card)
    page, shown = card.view.page or 0, offered
    if len(offered) > WHOLE:
        shown = offered[page * A_PAGE : (page + 1) * A_PAGE]
    rows = paired([choice_button(card, index, choice) for index, choice in shown])
    if len(offered) > WHOLE:
        rows += paging(card, page, -(-len(offered) // A_PAGE))
    if card.question.kind == "select_multiple":
        rows += ((Button(done_label(card), taps.Done(card.id, card.ref(card.key))),),)
    return rows


def done_label(card: Card) -> str:
    """That choosing is done, with how many of how many where there is a limit."""
    limit, ticked = card.question.own.get("limit"), len(card.value(card.key).split())
    done = card.t("Done choosing ›")
    return f"{done} ({ticked}/{limit})" if limit else done


def listed(card: Card) -> list[tuple[int, Choice]]:
    """Choices on offer with their number in the whole list; those of a search if there was one."""
    numbers = {choice.value: n for n, choice in enumerate(card.question.choices)}
    offered = [(numbers[c.value], c) for c in card.made.form.choices(card.key)]
    found = card.view.found
    return offered if found is None else [pair for pair in offered if pair[0] in found]


def choice_button(card: Card, index: int, choice: Choice) -> Button:
    """A choice: ticked or not, chosen or not."""
    label = card.plain(choice.label) or choice.value
    ticked = choice.value in card.value(card.key).split()
    ref = card.ref(card.key)
    if card.question.kind == "select_multiple":
        sign = "☑" if ticked else "☐"
        tick = taps.Tick(card.id, ref, index, int(not ticked))
        return Button(shortened(f"{sign} {label}", BUTTON), tick)
    label = f"● {label}" if ticked else label
    return Button(shortened(label, BUTTON), taps.Choose(card.id, ref, index))

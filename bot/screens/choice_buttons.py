"""Choices as buttons: all of them, a page of them, or what a search left."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.callbacks import codec
from bot.screens.card import A_PAGE, WHOLE, Card, chosen, label_of, paging
from bot.screens.screen import BUTTON, Button, Rows, column, paired, rowed, safe, shortened
from survey.forms.model.questionnaire import Choice

#: Appearances that put short choices side by side.
SIDE_BY_SIDE = re.compile(r"columns(-pack|-\d+)?|horizontal(-compact)?|(quick)?compact(-\d+)?")
#: Labels up to this are points of a scale, which stand in one row.
POINT = 4
#: What a mark before a label takes; how much of a label the card itself says.
MARK = 2
IN_FULL = 250


def choice_rows(card: Card) -> Rows:
    """The choices of a select, a page of them if there are many."""
    wordy = is_wordy(card)
    buttons = [choice_button(card, one, numbered=wordy) for one in shown(card)]
    return arranged(card, buttons) + turning(card) + confirming(card)


def arranged(card: Card, buttons: list[Button]) -> Rows:
    """Buttons in rows as the author wants it and as far as their labels fit."""
    appearance = card.question.appearance
    if "likert" in appearance or card.question.kind == "rank":
        points = all(len(button.label) <= POINT for button in buttons)
        return rowed(buttons) if points else column(buttons)
    return rowed(buttons) if any(map(SIDE_BY_SIDE.fullmatch, appearance)) else paired(buttons)


def turning(card: Card) -> Rows:
    """To other pages of a long list."""
    offered = listed(card)
    if len(offered) <= WHOLE:
        return ()
    return paging(card, sheet(card, offered), -(-len(offered) // A_PAGE))


def confirming(card: Card) -> Rows:
    """What ends choosing among several: at once, or for a ranking when all have their place."""
    ref, ticked = card.ref(card.key), card.value(card.key).split()
    if card.question.kind == "select_multiple":
        return ((Button(done_label(card), codec.Done(card.id, ref)),),)
    if card.question.kind != "rank" or not ticked:
        return ()
    again = Button(card.t("↺ Start over"), codec.Clear(card.id, ref))
    whole = set(ticked) == {choice.value for choice in card.made.form.choices(card.key)}
    done = Button(card.t("Done ›"), codec.Done(card.id, ref))
    return ((again, done),) if whole else ((again,),)


def done_label(card: Card) -> str:
    """That choosing is done, with how many of how many where there is a limit."""
    limit, ticked = card.question.own.get("limit"), len(card.value(card.key).split())
    done = card.t("Done choosing ›")
    return f"{done} ({ticked}/{limit})" if limit else done


@dataclass(frozen=True, slots=True)
class Listed:
    """A choice on offer: its number among those listed now, and its index in the whole list."""

    number: int
    index: int
    choice: Choice


def listed(card: Card) -> list[Listed]:
    """Choices on offer; those that a search left if there was one."""
    index = {choice.value: n for n, choice in enumerate(card.made.listed(card.key))}
    offered, found = card.made.form.choices(card.key), card.view.found
    fitting = [c for c in offered if found is None or index[c.value] in found]
    return [Listed(number, index[c.value], c) for number, c in enumerate(fitting, 1)]


def sheet(card: Card, offered: list[Listed]) -> int:
    """The page of a long list to show."""
    return min(card.view.page or 0, -(-len(offered) // A_PAGE) - 1)


def shown(card: Card) -> list[Listed]:
    """The choices on the card now."""
    offered = listed(card)
    if len(offered) <= WHOLE:
        return offered
    first = sheet(card, offered) * A_PAGE
    return offered[first : first + A_PAGE]


def choice_button(card: Card, one: Listed, *, numbered: bool) -> Button:
    """A choice: ticked or not, chosen or not, at which place of a ranking."""
    label, kind, ref = label_of(card, card.key, one.choice), card.question.kind, card.ref(card.key)
    label = f"{one.number}) {label}" if numbered else label
    ticks = chosen(card.question, card.value(card.key))
    ticked = one.choice.value in ticks
    if kind == "select_one":
        label = f"● {label}" if ticked else label
        return Button(shortened(label, BUTTON), codec.Choose(card.id, ref, one.index))
    if kind == "select_multiple":
        label = f"{'☑' if ticked else '☐'} {label}"
    elif ticked:
        label = f"{ticks.index(one.choice.value) + 1}. {label}"
    tick = codec.Tick(card.id, ref, one.index, int(not ticked))
    return Button(shortened(label, BUTTON), tick)


def is_wordy(card: Card) -> bool:
    """Whether a choice is too long for its button, so that the card has to say all in full."""
    return any(len(label_of(card, card.key, one.choice)) > BUTTON - MARK for one in shown(card))


def in_full(card: Card) -> str:
    """The choices that the buttons only begin, numbered as those are."""
    if card.made.tells(card.key) or not is_wordy(card):
        return ""
    said = ((one.number, label_of(card, card.key, one.choice)) for one in shown(card))
    return "\n".join(f"{number}) {safe(shortened(label, IN_FULL))}" for number, label in said)

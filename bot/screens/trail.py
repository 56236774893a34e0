"""Where in the questionnaire a card is: in which instances of repeats, where groups begin."""

from __future__ import annotations

from collections.abc import Iterator

from bot.screens.card import Card, answer_label, progress
from bot.screens.screen import safe, shortened
from survey.forms.form import path_of
from survey.forms.questionnaire import Group
from survey.walk import split

#: A name longer than this makes a line of its own on a small phone.
NAME = 32


def top(card: Card) -> str:
    """How far one has got, and where that is."""
    return "\n".join(filter(None, (progress(card), trail(card))))


def trail(card: Card) -> str:
    """``House 2 of 3 › Child 1 of 1``; a group's label where the group begins."""
    return safe(" › ".join(filter(None, crumbs(card))))


def crumbs(card: Card) -> Iterator[str]:
    """What stands for each group around the place, outermost first."""
    for group, key in around(card, card.key):
        if group.repeat:
            yield standing_in(card, group, key)
        elif not group.is_table and begins(card, key):
            yield card.plain(group.label, key)


def around(card: Card, key: str) -> Iterator[tuple[Group, str]]:
    """The groups that a place is in with their keys there, outermost first."""
    parts, path = key.split("/"), path_of(key)
    for group in card.made.questionnaire.body.walk():
        if isinstance(group, Group) and path.startswith(f"{group.path}/"):
            yield group, "/".join(parts[: group.path.count("/") + 1])


def begins(card: Card, group: str) -> bool:
    """Whether the place is the first one in a group."""
    return next((k for k in card.made.asked() if k.startswith(f"{group}/")), "") == card.key


def standing_in(card: Card, repeat: Group, instance: str) -> str:
    """Which instance of how many one is in."""
    prompt, number = split(instance)
    total = len(card.made.instances(prompt))
    if own := own_name(card, repeat, instance):
        here = card.t("{here} of {total}", here=number, total=total)
        return f"{shortened(own, NAME)} ({here})"
    what = what_repeats(card, repeat)
    return card.t("{what} {here} of {total}", what=what, here=number, total=total)


def what_repeats(card: Card, repeat: Group) -> str:
    """What all instances are called, without what is written about each."""
    words = (part for part in repeat.label.of(card.language) if isinstance(part, str))
    return " ".join("".join(words).split()).strip(" :–-") or card.t("Entry")


def own_name(card: Card, repeat: Group, instance: str) -> str:
    """The repeat's label if it says something of the instance."""
    if all(isinstance(part, str) for part in repeat.label.of(card.language)):
        return ""
    said = card.plain(repeat.label, instance)
    return said if said.strip(" :–-") != what_repeats(card, repeat) else ""


def name_of(card: Card, instance: str) -> str:
    """What tells an instance from the others: its own label, or the first answer in it."""
    repeat = card.made.form.repeats[path_of(instance)]
    return shortened(own_name(card, repeat, instance) or first_answer(card, instance), NAME)


def first_answer(card: Card, instance: str) -> str:
    """The first answer that was given in an instance itself; none if it begins with a table."""
    for key in card.made.questions():
        if not key.startswith(f"{instance}/") or "[" in key[len(instance) :]:
            continue
        if card.made.page_of(key) != key:
            return ""
        if card.value(key) and not card.made.tells(key):
            return answer_label(card, key)
    return ""


def title_of(card: Card, key: str) -> str:
    """The instances that a place of the review is in: ``House 2: Jl. Mawar › Child 1: Ani``."""
    return " › ".join(titled(card, g, k) for g, k in around(card, key) if g.repeat)


def titled(card: Card, repeat: Group, instance: str) -> str:
    """An instance by its own label, else with its number and its name."""
    if own := own_name(card, repeat, instance):
        return shortened(own, NAME)
    numbered = f"{what_repeats(card, repeat)} {split(instance)[1]}"
    name = name_of(card, instance)
    return f"{numbered}: {name}" if name else numbered

"""Where in the questionnaire a card is: in which instances of repeats, where groups begin."""

from __future__ import annotations

from collections.abc import Iterator

from bot.screens.card import Card, answer_label, progress
from bot.screens.screen import safe, shortened, unnumbered
from survey.forms.model.questionnaire import Group, Text
from survey.forms.runtime.form import path_of
from survey.interview.question_order import split

#: A name longer than this makes a line of its own on a small phone.
NAME = 32
#: What stands between the words of a label, and alone where there is nothing to fill in yet.
BETWEEN = " :–-"


def top(card: Card) -> str:
    """How far one has got, and where that is."""
    return "\n".join(filter(None, (progress(card), trail(card))))


def trail(card: Card) -> str:
    """``House 2 of 3 › Child 1 of 1``; a group's label where the group begins."""
    return safe(" › ".join(filter(None, crumbs(card))))


def crumbs(card: Card) -> Iterator[str]:
    """What stands for each group around the place, outermost first."""
    naming = None
    for group, key in around(card, card.key):
        if group.repeat:
            yield standing_in(card, group, key)
            naming = namer(group)
        elif group is not naming and begins(card, key):
            yield label_above(card, group, key)


def label_above(card: Card, group: Group, key: str) -> str:
    """A group's label, unless the card says it below or there is nothing to fill in yet."""
    said, heading = one_line(card.plain(group.label, key)), ""
    if group.is_table:
        heading = one_line(card.plain(group.heading, card.key))
    elif not card.made.repeat(card.key):
        heading = one_line(card.plain(card.question.label))
    return said if said.strip(BETWEEN) and said != heading else ""


def one_line(words: str) -> str:
    return " ".join(words.split())


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
    what = unnumbered(what_repeats(card, repeat))
    return card.t("{what} {here} of {total}", what=what, here=number, total=total)


def what_repeats(card: Card, repeat: Group) -> str:
    """What all instances are called, without what is written about each."""
    return fixed_words(card, namer(repeat).label) or card.t("Entry")


def fixed_words(card: Card, label: Text) -> str:
    """A label without what is filled in."""
    words = (part for part in label.of(card.language) if isinstance(part, str))
    return one_line("".join(words)).strip(BETWEEN)


def heading_of(card: Card, repeat: Group, prompt: str) -> str:
    """What all instances are about; of a repeat without a label the label of what it is in."""
    outer = [group.label for group, _ in around(card, prompt)]
    labels = [namer(repeat).label, *reversed(outer)]
    return next(filter(None, (fixed_words(card, label) for label in labels)), card.t("Entry"))


def namer(repeat: Group) -> Group:
    """The group whose label names an instance: the only one inside a repeat without a label."""
    if any(not isinstance(p, str) or p.strip() for ps in repeat.label.parts.values() for p in ps):
        return repeat
    only = repeat.children[0] if len(repeat.children) == 1 else repeat
    return only if isinstance(only, Group) and not (only.repeat or only.is_table) else repeat


def own_name(card: Card, repeat: Group, instance: str) -> str:
    """The label that names an instance, if it says something of it."""
    naming = namer(repeat)
    if all(isinstance(part, str) for part in naming.label.of(card.language)):
        return ""
    said = one_line(card.plain(naming.label, instance + naming.path[len(repeat.path) :]))
    said = said.strip(BETWEEN)
    return said if said != fixed_words(card, naming.label) else ""


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
    numbered = f"{unnumbered(what_repeats(card, repeat))} {split(instance)[1]}"
    name = name_of(card, instance)
    return f"{numbered}: {name}" if name else numbered

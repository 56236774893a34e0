"""Where in the questionnaire a card is: in which instances of repeats, where groups begin."""

from __future__ import annotations

from collections.abc import Iterator

from bot.screens.card import Card, format_interview_progress
from bot.screens.question_controls import format_answer
from bot.screens.screen import escape_html, strip_number, truncate_text
from survey.forms.model.questionnaire import Group, Text
from survey.forms.runtime.form import strip_positions
from survey.interview.question_order import split_instance

#: A name longer than this makes a line of its own on a small phone.
NAME_LENGTH = 32
#: What stands between the words of a label, and alone where there is nothing to fill in yet.
LABEL_SEPARATORS = " :–-"


def format_card_header(card: Card) -> str:
    """How far one has got, and where that is."""
    return "\n".join(filter(None, (format_interview_progress(card), format_breadcrumbs(card))))


def format_breadcrumbs(card: Card) -> str:
    """``House 2 of 3 › Child 1 of 1``; a group's label where the group begins."""
    return escape_html(" › ".join(filter(None, list_breadcrumbs(card))))


def list_breadcrumbs(card: Card) -> Iterator[str]:
    """What stands for each group around the place, outermost first."""
    naming = None
    for group, key in list_enclosing_groups(card, card.key):
        if group.repeat:
            yield format_instance_position(card, group, key)
            naming = find_naming_group(group)
        elif group is not naming and is_group_start(card, key):
            yield format_group_label(card, group, key)


def format_group_label(card: Card, group: Group, key: str) -> str:
    """A group's label, unless the card says it below or there is nothing to fill in yet."""
    said, heading = collapse_whitespace(card.render_plain(group.label, key)), ""
    if group.is_table:
        heading = collapse_whitespace(card.render_plain(group.heading, card.key))
    elif not card.interview.find_repeat(card.key):
        heading = collapse_whitespace(card.render_plain(card.question.label))
    return said if said.strip(LABEL_SEPARATORS) and said != heading else ""


def collapse_whitespace(words: str) -> str:
    return " ".join(words.split())


def list_enclosing_groups(card: Card, key: str) -> Iterator[tuple[Group, str]]:
    """The groups that a place is in with their keys there, outermost first."""
    groups, parts, path = card.interview.questionnaire.groups, key.split("/"), ""
    for number, step in enumerate(parts[1:-1], 2):
        path += f"/{strip_positions(step)}"
        if path in groups:
            yield groups[path], "/".join(parts[:number])


def is_group_start(card: Card, group: str) -> bool:
    """Whether the place, which is in a group, is the first one there."""
    order = card.interview.question_order
    here = order.places[card.key]
    return here == 0 or not order.keys[here - 1].startswith(f"{group}/")


def format_instance_position(card: Card, repeat: Group, instance: str) -> str:
    """Which instance of how many one is in."""
    prompt, number = split_instance(instance)
    total = len(card.interview.list_instances(prompt))
    if own := format_own_label(card, repeat, instance):
        here = card.t("{here} of {total}", here=number, total=total)
        return f"{truncate_text(own, NAME_LENGTH)} ({here})"
    what = strip_number(name_repeat(card, repeat))
    return card.t("{what} {here} of {total}", what=what, here=number, total=total)


def name_repeat(card: Card, repeat: Group) -> str:
    """What all instances are called, without what is written about each."""
    return strip_filled_parts(card, find_naming_group(repeat).label) or card.t("Entry")


def strip_filled_parts(card: Card, label: Text) -> str:
    """A label without what is filled in."""
    words = (part for part in label.get_parts(card.language) if isinstance(part, str))
    return collapse_whitespace("".join(words)).strip(LABEL_SEPARATORS)


def find_repeat_heading(card: Card, repeat: Group, prompt: str) -> str:
    """What all instances are about; of a repeat without a label the label of what it is in."""
    outer = [group.label for group, _ in list_enclosing_groups(card, prompt)]
    labels = [find_naming_group(repeat).label, *reversed(outer)]
    return next(
        filter(None, (strip_filled_parts(card, label) for label in labels)), card.t("Entry")
    )


def find_naming_group(repeat: Group) -> Group:
    """The group whose label names an instance: the only one inside a repeat without a label."""
    if any(not isinstance(p, str) or p.strip() for ps in repeat.label.parts.values() for p in ps):
        return repeat
    only = repeat.children[0] if len(repeat.children) == 1 else repeat
    return only if isinstance(only, Group) and not (only.repeat or only.is_table) else repeat


def format_own_label(card: Card, repeat: Group, instance: str) -> str:
    """The label that names an instance, if it says something of it."""
    naming = find_naming_group(repeat)
    if all(isinstance(part, str) for part in naming.label.get_parts(card.language)):
        return ""
    said = collapse_whitespace(
        card.render_plain(naming.label, instance + naming.path[len(repeat.path) :])
    )
    said = said.strip(LABEL_SEPARATORS)
    return said if said != strip_filled_parts(card, naming.label) else ""


def name_instance(card: Card, instance: str) -> str:
    """What tells an instance from the others: its own label, or the first answer in it."""
    repeat = card.interview.form.repeats[strip_positions(instance)]
    return truncate_text(
        format_own_label(card, repeat, instance) or find_first_answer(card, instance), NAME_LENGTH
    )


def find_first_answer(card: Card, instance: str) -> str:
    """The first answer that was given in an instance itself; none if it begins with a table."""
    for key in card.interview.question_order.list_below(instance):
        if "[" in key[len(instance) :] or card.interview.find_repeat(key):
            continue
        if card.interview.find_page(key) != key:
            return ""
        if card.get_answer(key) and not card.interview.is_display_only(key):
            return format_answer(card, key)
    return ""


def format_instance_path(card: Card, key: str) -> str:
    """The instances that a place of the review is in: ``House 2: Jl. Mawar › Child 1: Ani``."""
    return " › ".join(
        format_instance_title(card, g, k) for g, k in list_enclosing_groups(card, key) if g.repeat
    )


def format_instance_title(card: Card, repeat: Group, instance: str) -> str:
    """An instance by its own label, else with its number and its name."""
    if own := format_own_label(card, repeat, instance):
        return truncate_text(own, NAME_LENGTH)
    numbered = f"{strip_number(name_repeat(card, repeat))} {split_instance(instance)[1]}"
    name = name_instance(card, instance)
    return f"{numbered}: {name}" if name else numbered

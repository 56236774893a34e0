"""What is said of those at the top: their names, ties, and whether it may be chance."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from reports.chapters.elements import KeyFigure
from reports.localizer import Localizer
from reports.statistics.leaders import Leaders

Item = TypeVar("Item")


def format_leaders(found: Leaders[Item], name: Callable[[Item], str], words: Localizer) -> str:
    """*A (61%), B (60%) and C (58%); which comes first may be chance*."""
    names = words.join_items(name(item) for item in found.named)
    if found.unnamed_count:
        return words.translate_plural(
            "{names} and {number} more alike",
            "{names} and {number} more alike",
            found.unnamed_count,
            names=names,
        )
    if found.is_tied and found.others:
        return words("{names}; the first {number} are tied", names=names, number=len(found.first))
    if found.is_tied:
        return words("{names}; tied", names=names)
    if found.is_clear is None:
        return names
    if found.is_clear:
        return words("{names}; the first is ahead by more than chance", names=names)
    return words("{names}; which comes first may be chance", names=names)


def build_leader_figure(
    label: str,
    found: Leaders[Item] | None,
    name: Callable[[Item], str],
    detail: Callable[[tuple[Item, ...]], str],
    words: Localizer,
) -> list[KeyFigure]:
    """Who is first as a key figure, or all who share the first place; nothing if nobody is.

    ``detail`` tells the figures of those in the first place.
    """
    if found is None:
        return []
    value = words.join_items(name(item) for item in found.first)
    if found.unnamed_count:
        value = words("{number} alike", number=words.format_count(len(found.first)))
    return [KeyFigure(label, value, qualify_detail(detail(found.first), found, words))]


def qualify_detail(detail: str, found: Leaders[Item], words: Localizer) -> str:
    """The detail of a key figure, with how far the first place is to be trusted."""
    if found.is_tied:
        return words("{detail}; tied", detail=detail)
    if found.is_clear is None:
        return detail
    if found.is_clear:
        return words("{detail}; ahead by more than chance", detail=detail)
    return words("{detail}; may be chance", detail=detail)


def limit_names(names: list[str], most: int, words: Localizer) -> str:
    """At most so many names; of the others how many they are."""
    rest = len(names) - most
    more = [words("{number} more", number=words.format_count(rest))] if rest > 0 else []
    return words.join_items([*names[:most], *more])

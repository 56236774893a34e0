"""Which chapters each kind of report has, in their order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from reports.chapters import (
    assets,
    conditions,
    coverage,
    discovery,
    fieldwork,
    maps,
    news,
    opinions,
    perception,
    plans,
    scenarios,
    sessions,
    shocks,
)
from reports.chapters.chapter import Chapter
from reports.order import Kind, Order
from reports.reading.frames import Frames
from reports.words import Words, later


class Makes(Protocol):
    """A module of reports/chapters."""

    def chapter(self, frames: Frames, order: Order, words: Words, /) -> Chapter:
        """What it says of the answers."""


#: Of a wave, those that its questionnaire has the questions for.
CHAPTERS: Mapping[Kind, tuple[Makes, ...]] = {
    Kind.WEEKLY: (news, fieldwork, perception, shocks),
    Kind.WAVE: (
        fieldwork,
        coverage,
        perception,
        shocks,
        assets,
        conditions,
        plans,
        scenarios,
        maps,
        opinions,
    ),
    Kind.WORKSHOP: (sessions,),
    Kind.PRA: (
        fieldwork,
        coverage,
        perception,
        shocks,
        assets,
        conditions,
        plans,
        scenarios,
        discovery,
        maps,
        opinions,
    ),
}
TITLES: Mapping[Kind, str] = {
    Kind.WEEKLY: later("{city} resilience this week"),
    Kind.WAVE: later("{city} resilience: what people answered"),
    Kind.WORKSHOP: later("{city} resilience: what the workshop decided"),
    Kind.PRA: later("{city} Preliminary Resilience Assessment"),
}
#: The chapter whose findings stand before everything else.
LEADS: Mapping[Kind, str] = {Kind.WEEKLY: "news", Kind.PRA: "discovery"}
#: The chapters of which the first that can be drawn is shown in the chat.
SHOWN: Mapping[Kind, tuple[str, ...]] = {
    Kind.WEEKLY: ("news", "perception", "fieldwork"),
    Kind.WAVE: ("perception", "shocks", "assets", "fieldwork"),
    Kind.WORKSHOP: ("workshop",),
    Kind.PRA: ("discovery", "perception", "assets", "fieldwork"),
}

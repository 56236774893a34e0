"""Which chapters each kind of report has, in their order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from reports.chapters.assets import chapter as assets
from reports.chapters.conditions import chapter as conditions
from reports.chapters.coverage import chapter as coverage
from reports.chapters.discovery import chapter as discovery
from reports.chapters.elements import Chapter
from reports.chapters.fieldwork import chapter as fieldwork
from reports.chapters.maps import chapter as maps
from reports.chapters.news import chapter as news
from reports.chapters.opinions import chapter as opinions
from reports.chapters.perception import chapter as perception
from reports.chapters.plans import chapter as plans
from reports.chapters.scenarios import chapter as scenarios
from reports.chapters.shocks import chapter as shocks
from reports.chapters.workshop import chapter as sessions
from reports.localizer import Words, later
from reports.reading.frames import Frames
from reports.request import Kind, Order


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

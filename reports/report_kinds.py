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
from reports.localizer import Localizer, gettext_noop
from reports.reading.frames import Frames
from reports.request import ReportKind, ReportRequest


class ChapterModule(Protocol):
    """A module of reports/chapters."""

    def build_chapter(self, frames: Frames, order: ReportRequest, words: Localizer, /) -> Chapter:
        """What it says of the answers."""


#: Of a wave, those that its questionnaire has the questions for.
CHAPTERS: Mapping[ReportKind, tuple[ChapterModule, ...]] = {
    ReportKind.WEEKLY: (news, fieldwork, perception, shocks),
    ReportKind.WAVE: (
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
    ReportKind.WORKSHOP: (sessions,),
    ReportKind.PRA: (
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
REPORT_TITLES: Mapping[ReportKind, str] = {
    ReportKind.WEEKLY: gettext_noop("{city} resilience this week"),
    ReportKind.WAVE: gettext_noop("{city} resilience: what people answered"),
    ReportKind.WORKSHOP: gettext_noop("{city} resilience: what the workshop decided"),
    ReportKind.PRA: gettext_noop("{city} Preliminary Resilience Assessment"),
}
#: The chapter whose findings stand before everything else.
LEAD_CHAPTERS: Mapping[ReportKind, str] = {ReportKind.WEEKLY: "news", ReportKind.PRA: "discovery"}
#: The chapters of which the first that can be drawn is shown in the chat.
CHAT_CHAPTERS: Mapping[ReportKind, tuple[str, ...]] = {
    ReportKind.WEEKLY: ("news", "perception", "fieldwork"),
    ReportKind.WAVE: ("perception", "shocks", "assets", "fieldwork"),
    ReportKind.WORKSHOP: ("workshop",),
    ReportKind.PRA: ("discovery", "perception", "assets", "fieldwork"),
}

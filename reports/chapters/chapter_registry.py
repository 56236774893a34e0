"""The chapters of reports: one entry for each, under the key that its kinds of report name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reports.chapters.assets.chapter import build_assets_chapter
from reports.chapters.conditions.chapter import build_conditions_chapter
from reports.chapters.coverage.chapter import build_coverage_chapter
from reports.chapters.discovery.chapter import build_discovery_chapter
from reports.chapters.elements import Chapter
from reports.chapters.fieldwork.chapter import build_fieldwork_chapter
from reports.chapters.maps.chapter import build_maps_chapter
from reports.chapters.news.chapter import build_news_chapter
from reports.chapters.opinions.chapter import build_opinions_chapter
from reports.chapters.perception.chapter import build_perception_chapter
from reports.chapters.plans.chapter import build_plans_chapter
from reports.chapters.scenarios.chapter import build_scenarios_chapter
from reports.chapters.shocks.chapter import build_shocks_chapter
from reports.chapters.workshop.chapter import build_workshop_chapter
from reports.localizer import Localizer
from reports.reading.frames import Frames
from reports.request import ReportRequest

#: Makes a chapter of what was read, for one order, in the words of its language.
ChapterBuilder = Callable[[Frames, ReportRequest, Localizer], Chapter]

#: A chapter is built as a ``Chapter`` that has the same key. In which reports it stands, and where,
#: ``reports/report_kinds.py`` says.
CHAPTERS: Mapping[str, ChapterBuilder] = {
    "news": build_news_chapter,
    "fieldwork": build_fieldwork_chapter,
    "coverage": build_coverage_chapter,
    "perception": build_perception_chapter,
    "shocks": build_shocks_chapter,
    "assets": build_assets_chapter,
    "conditions": build_conditions_chapter,
    "plans": build_plans_chapter,
    "scenarios": build_scenarios_chapter,
    "discovery": build_discovery_chapter,
    "maps": build_maps_chapter,
    "opinions": build_opinions_chapter,
    "workshop": build_workshop_chapter,
}

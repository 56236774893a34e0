"""The kinds of report: one entry for each, with everything that only belongs to that kind.

The process that answers taps reads this registry too, for its menu and its schedules, so chapters
are named here and no module is imported that computes (``reports/chapters/chapter_registry.py``
has what builds them).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from reports.localizer import gettext_noop
from reports.request import ReportKind


class ReportSubject(StrEnum):
    """What a single report of a kind can be about, if it is not about everything."""

    WAVE = "wave"
    WORKSHOP = "workshop"


@dataclass(frozen=True)
class ReportKindDefinition:
    """What makes a kind of report.

    ``title`` is its English title, to be translated. ``chapters`` are the keys of its chapters in
    their order. The findings of ``lead_chapter`` stand before everything else. Of
    ``picture_chapters`` the first that can be drawn is shown in the chat. ``subject`` is what a
    report of this kind follows upon and is chosen by; without one it is about everything there is.

    A periodic report says what is new between its start and its end. A brief one has two pages:
    little of each chapter, and of the method what must be said. ``reads_open_answers`` says whether
    the texts that people wrote are read from the store: most of the reading time, and of no use to
    chapters that only count. With ``omits_bare_chapters`` a chapter without figures is left out,
    since one wave asks only some of the questions; the first chapter always stays.
    ``explains_survey_terms`` says whether the guide to its figures explains the words of surveys.
    """

    title: str
    chapters: tuple[str, ...]
    picture_chapters: tuple[str, ...]
    lead_chapter: str = ""
    subject: ReportSubject | None = None
    is_periodic: bool = False
    is_brief: bool = False
    reads_open_answers: bool = True
    omits_bare_chapters: bool = False
    explains_survey_terms: bool = False


REPORT_KINDS: Mapping[ReportKind, ReportKindDefinition] = {
    ReportKind.WEEKLY: ReportKindDefinition(
        title=gettext_noop("{city} resilience this week"),
        chapters=("news", "fieldwork", "perception", "shocks"),
        picture_chapters=("news", "perception", "fieldwork"),
        lead_chapter="news",
        is_periodic=True,
        is_brief=True,
        reads_open_answers=False,
    ),
    ReportKind.WAVE: ReportKindDefinition(
        title=gettext_noop("{city} resilience: what people answered"),
        chapters=(
            "fieldwork",
            "coverage",
            "perception",
            "shocks",
            "assets",
            "conditions",
            "plans",
            "scenarios",
            "maps",
            "opinions",
        ),
        picture_chapters=("perception", "shocks", "assets", "fieldwork"),
        subject=ReportSubject.WAVE,
        omits_bare_chapters=True,
        explains_survey_terms=True,
    ),
    ReportKind.WORKSHOP: ReportKindDefinition(
        title=gettext_noop("{city} resilience: what the workshop decided"),
        chapters=("workshop",),
        picture_chapters=("workshop",),
        subject=ReportSubject.WORKSHOP,
    ),
    ReportKind.PRA: ReportKindDefinition(
        title=gettext_noop("{city} Preliminary Resilience Assessment"),
        chapters=(
            "fieldwork",
            "coverage",
            "perception",
            "shocks",
            "assets",
            "conditions",
            "plans",
            "scenarios",
            "discovery",
            "maps",
            "opinions",
        ),
        picture_chapters=("discovery", "perception", "assets", "fieldwork"),
        lead_chapter="discovery",
        explains_survey_terms=True,
    ),
}


def get_definition(kind: str) -> ReportKindDefinition:
    """What belongs to a kind. Raises ValueError for a kind that is not known."""
    return REPORT_KINDS[ReportKind(kind)]

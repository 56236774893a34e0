"""What a reader must know of the figures, beside the contents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reports.localizer import gettext_noop
from reports.report_content import ReportContent
from reports.report_kinds import get_definition


@dataclass(frozen=True)
class FigureTerm:
    """A word that figures are told with, and what it means; both in English, to be translated.

    Words of ``surveys_only`` are explained where a report explains the terms of surveys.
    """

    name: str
    meaning: str
    surveys_only: bool = False


FIGURE_TERMS = (
    FigureTerm(
        name=gettext_noop("n"),
        meaning=gettext_noop(
            "How many people, ratings or votes a figure rests on. The smaller n is, the more each "
            "of them weighs."
        ),
    ),
    FigureTerm(
        surveys_only=True,
        name=gettext_noop("Weak"),
        meaning=gettext_noop(
            "“Weak” and “very weak” together. Shares are of those who rated; “don't know” stands "
            "apart."
        ),
    ),
    FigureTerm(
        surveys_only=True,
        name=gettext_noop("Range"),
        meaning=gettext_noop(
            "The uncertainty that comes from few answers. It is not a margin of error."
        ),
    ),
    FigureTerm(
        surveys_only=True,
        name=gettext_noop("Clear difference"),
        meaning=gettext_noop(
            "Greater than what chance alone usually brings between groups of this size, even once "
            "corrected for all that was compared. Volunteers are no random sample: it is a guide."
        ),
    ),
    FigureTerm(
        name=gettext_noop("Median"),
        meaning=gettext_noop("The rating in the middle: half are no higher, half are no lower."),
    ),
    FigureTerm(
        name=gettext_noop("Hidden (–, or hatched)"),
        meaning=gettext_noop(
            "Answered by fewer than {minimum} people, or a count of people by place or background "
            "under {minimum}, or a figure that would give such a one away."
        ),
    ),
)


def list_meanings(content: ReportContent) -> Iterator[tuple[str, str]]:
    """Each word with its meaning, in the language of the report."""
    words, definition = content.words, get_definition(content.request.kind)
    for term in FIGURE_TERMS:
        if definition.explains_survey_terms or not term.surveys_only:
            yield words(term.name), words(term.meaning, minimum=content.request.minimum_cell)

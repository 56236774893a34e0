"""What a reader must know of the figures, beside the contents."""

from __future__ import annotations

from collections.abc import Iterator

from reports.localizer import gettext_noop
from reports.report_content import ReportContent
from reports.request import ReportKind

ANY_KIND = tuple(ReportKind)
SURVEY_KINDS = (ReportKind.WAVE, ReportKind.PRA)
#: Words that figures are told with: the kinds of report that have them, and what they mean.
MEANINGS = (
    (
        ANY_KIND,
        gettext_noop("n"),
        gettext_noop(
            "How many people, ratings or votes a figure rests on. The smaller n is, the more each "
            "of them weighs."
        ),
    ),
    (
        SURVEY_KINDS,
        gettext_noop("Weak"),
        gettext_noop(
            "“Weak” and “very weak” together. Shares are of those who rated; “don't know” stands "
            "apart."
        ),
    ),
    (
        SURVEY_KINDS,
        gettext_noop("Range"),
        gettext_noop("The uncertainty that comes from few answers. It is not a margin of error."),
    ),
    (
        SURVEY_KINDS,
        gettext_noop("A difference that stands"),
        gettext_noop(
            "Greater than what chance alone usually brings between groups of this size, even once "
            "corrected for all that was compared. Volunteers are no random sample: it is a guide."
        ),
    ),
    (
        ANY_KIND,
        gettext_noop("Median"),
        gettext_noop("The rating in the middle: half are no higher, half are no lower."),
    ),
    (
        ANY_KIND,
        gettext_noop("Hidden (–, or hatched)"),
        gettext_noop("Fewer than {minimum} people, or a figure that would give such a one away."),
    ),
)


def list_meanings(content: ReportContent) -> Iterator[tuple[str, str]]:
    """Each word with its meaning, in the language of the report."""
    words, kind = content.words, ReportKind(content.request.kind)
    for kinds, name, meaning in MEANINGS:
        if kind in kinds:
            yield words(name), words(meaning, minimum=content.request.minimum_cell)

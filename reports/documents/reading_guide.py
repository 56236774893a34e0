"""What a reader must know of the figures, beside the contents."""

from __future__ import annotations

from collections.abc import Iterator

from reports.localizer import later
from reports.report_content import Content
from reports.request import Kind

ANY = tuple(Kind)
SURVEYS = (Kind.WAVE, Kind.PRA)
#: Words that figures are told with: the kinds of report that have them, and what they mean.
MEANINGS = (
    (
        ANY,
        later("n"),
        later(
            "How many people, ratings or votes a figure rests on. The smaller n is, the more each "
            "of them weighs."
        ),
    ),
    (
        SURVEYS,
        later("Weak"),
        later(
            "“Weak” and “very weak” together. Shares are of those who rated; “don't know” stands "
            "apart."
        ),
    ),
    (
        SURVEYS,
        later("Range"),
        later("The uncertainty that comes from few answers. It is not a margin of error."),
    ),
    (
        SURVEYS,
        later("A difference that stands"),
        later(
            "Greater than what chance alone usually brings between groups of this size, even once "
            "corrected for all that was compared. Volunteers are no random sample: it is a guide."
        ),
    ),
    (
        ANY,
        later("Median"),
        later("The rating in the middle: half are no higher, half are no lower."),
    ),
    (
        ANY,
        later("Hidden (–, or hatched)"),
        later("Fewer than {minimum} people, or a figure that would give such a one away."),
    ),
)


def reading(content: Content) -> Iterator[tuple[str, str]]:
    """Each word with its meaning, in the language of the report."""
    words, kind = content.words, Kind(content.order.kind)
    for kinds, name, meaning in MEANINGS:
        if kind in kinds:
            yield words(name), words(meaning, minimum=content.order.minimum_cell)

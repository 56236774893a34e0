"""Which shocks and stresses weigh on people, and how experts rate them."""

from __future__ import annotations

from collections.abc import Iterator

from reports import question_names
from reports.chapters.contrast_table import contrast_table
from reports.chapters.elements import Chapter, KeyFigure
from reports.chapters.shocks.lived_through import felt, felt_findings, felt_picture
from reports.chapters.shocks.worries import (
    NAMED,
    Worry,
    leading,
    named,
    named_pictures,
    named_table,
)
from reports.chapters.shocks.worries_by_place import (
    by_place,
    compared,
    place_findings,
    place_pictures,
    place_table,
)
from reports.localizer import Words
from reports.measures.ratings import (
    RATED,
    Rated,
    paired,
    rated,
    rated_table,
    risk_picture,
    weight_picture,
)
from reports.reading.form_answers import Form
from reports.reading.frames import Frames
from reports.reading.resident_weights import WEIGHTED
from reports.request import Order
from reports.statistics.row_suppression import share


def chapter(frames: Frames, order: Order, words: Words) -> Chapter:
    """What was named among the top three, beside what was lived through; then the ratings."""
    asking, judging = (
        frames.form_with(question_names.DRIVERS),
        frames.form_with(question_names.LIKELIHOOD),
    )
    enough = order.minimum_cell
    residents = asking.of(WEIGHTED) if asking else None
    worries = {name: named(residents, name) for name in NAMED} if residents else {}
    ratings = {name: rated(judging, name) for name in RATED} if judging else {}
    shown = {name: [w for w in found if w.n >= enough] for name, found in worries.items()}
    sure = {name: [r for r in found if r.rating.n >= enough] for name, found in ratings.items()}
    risks = paired(sure)
    places = {
        name: by_place(residents, name, found, order)
        for name, found in worries.items()
        if residents
    }
    apart = compared(places, words)
    lived = felt(residents, shown.get(question_names.SHOCKS, []), order, words) if residents else []
    return Chapter(
        key="shocks",
        title=words("Shocks and stresses"),
        findings=(
            *findings(shown, sure, risks, words),
            *felt_findings(lived, words),
            *place_findings(apart, words),
        ),
        key_figures=tuple(key_figures(shown, risks, words)),
        pictures=(
            *named_pictures(shown, words),
            *felt_picture(lived, words),
            *place_pictures(places, words),
            *risk_picture(judging, risks, words),
            *weight_picture(judging, ratings, order, words),
        ),
        tables=(
            *named_table(worries, order, words),
            *contrast_table("felt", words("Felt and lived through"), lived, words),
            *place_table(places, apart, words),
            *rated_table(ratings, order, words),
        ),
        notes=(*notes(asking, judging, enough, words), *unrated(judging, order, words)),
    )


def notes(asking: Form | None, judging: Form | None, minimum: int, words: Words) -> Iterator[str]:
    if asking:
        yield words(
            "Residents could name up to three from a list in a new order for each person; shares "
            "are of those who named at least one, so they add up to more than 100%."
        )
        yield words(
            "By place, counts under {minimum} are hidden, and as many others as would give them "
            "away. Differences are those that stand once corrected for all that was compared.",
            minimum=minimum,
        )
    if judging:
        yield words(
            "Ratings are participants' judgements on scales of five points. A median between two "
            "points stands in the higher cell. The shading is a guide for the eye, not a score. "
            "* fewer than 75% within one point of the median."
        )


def unrated(judging: Form | None, order: Order, words: Words) -> Iterator[str]:
    """Why there are no ratings by participants."""
    if judging is None:
        yield (
            words("Participants' ratings are not part of the report of this wave.")
            if order.scope
            else words("No wave with ratings by participants has opened.")
        )


def findings(
    shown: dict[str, list[Worry]],
    sure: dict[str, list[Rated]],
    risks: list[tuple[Rated, Rated]],
    words: Words,
) -> Iterator[str]:
    if not any(shown.values()) and not any(sure.values()):
        yield words("Too few answers to show anything yet.")
    if worries := shown.get(question_names.SHOCKS):
        yield words("Most worrying shocks: {shocks}.", shocks=leading(worries, words))
        lived = max(worries, key=lambda w: w.lived or 0)
        if lived.lived:
            yield words(
                "Lived through most often in the last 12 months: {shock} ({share} of {n}).",
                shock=lived.label,
                share=words.percent(share(lived.lived, lived.of)),
                n=words.count(lived.of),
            )
    if worries := shown.get(question_names.STRESSES):
        yield words("Heaviest everyday stresses: {stresses}.", stresses=leading(worries, words))
    if risks:
        yield words(
            "Participants rate highest on likelihood and consequence together: {shocks}.",
            shocks=words.listed(
                f"{a.label} ({words.score(a.rating.median)} × {words.score(b.rating.median)})"
                for a, b in risks[:3]
            ),
        )
    split = [r.label for group in sure.values() for r in group if not r.rating.agreed]
    if split:
        yield words.many(
            "{number} rating finds participants apart (fewer than 75% within one point).",
            "{number} ratings find participants apart (fewer than 75% within one point).",
            len(split),
        )


def key_figures(
    shown: dict[str, list[Worry]], risks: list[tuple[Rated, Rated]], words: Words
) -> Iterator[KeyFigure]:
    labels = {
        question_names.SHOCKS: words("Most worrying shock"),
        question_names.STRESSES: words("Heaviest stress"),
    }
    for name, worries in shown.items():
        if worries and worries[0].named:
            first = worries[0]
            detail = words(
                "named by {share} of residents; n = {n}",
                share=words.percent(first.share),
                n=words.count(first.n),
            )
            yield KeyFigure(labels[name], first.label, detail)
    if risks:
        likely, grave = risks[0]
        detail = words(
            "likelihood {likelihood}, consequence {consequence} of 5; n = {n}",
            likelihood=words.score(likely.rating.median),
            consequence=words.score(grave.rating.median),
            n=words.count(min(likely.rating.n, grave.rating.n)),
        )
        yield KeyFigure(words("Gravest shock (participants)"), likely.label, detail)

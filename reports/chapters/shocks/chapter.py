"""Which shocks and stresses weigh on people, and how experts rate them."""

from __future__ import annotations

from collections.abc import Iterator

from reports import question_names
from reports.chapters.contrast_table import build_contrast_table
from reports.chapters.elements import Chapter, KeyFigure
from reports.chapters.rating_elements import (
    build_ratings_table,
    draw_risk_picture,
    draw_weight_picture,
)
from reports.chapters.shocks.lived_through import (
    compare_lived_through,
    draw_lived_picture,
    list_lived_findings,
)
from reports.chapters.shocks.worries import (
    WORRY_KINDS,
    Worry,
    build_worry_table,
    draw_worry_pictures,
    format_leading_worries,
    read_worries,
)
from reports.chapters.shocks.worries_by_place import (
    build_place_table,
    compare_places,
    count_worries_by_place,
    draw_place_pictures,
    list_place_findings,
)
from reports.localizer import Localizer
from reports.measures.ratings import RATED_GROUPS, RatedQuestion, pair_shock_ratings, read_ratings
from reports.reading.form_answers import FormAnswers
from reports.reading.frames import Frames
from reports.reading.resident_weights import WEIGHTED_ROLE
from reports.request import ReportRequest
from reports.statistics.row_suppression import compute_share


def build_shocks_chapter(frames: Frames, order: ReportRequest, words: Localizer) -> Chapter:
    """What was named among the top three, beside what was lived through; then the ratings."""
    asking, judging = (
        frames.find_form(question_names.DRIVERS),
        frames.find_form(question_names.LIKELIHOOD),
    )
    enough = order.minimum_cell
    residents = asking.select_role(WEIGHTED_ROLE) if asking else None
    worries = {name: read_worries(residents, name) for name in WORRY_KINDS} if residents else {}
    ratings = {name: read_ratings(judging, name) for name in RATED_GROUPS} if judging else {}
    shown = {name: [w for w in found if w.n >= enough] for name, found in worries.items()}
    sure = {name: [r for r in found if r.rating.n >= enough] for name, found in ratings.items()}
    risks = pair_shock_ratings(sure)
    places = {
        name: count_worries_by_place(residents, name, found, order)
        for name, found in worries.items()
        if residents
    }
    apart = compare_places(places, words)
    lived = (
        compare_lived_through(residents, shown.get(question_names.SHOCKS, []), order, words)
        if residents
        else []
    )
    return Chapter(
        key="shocks",
        title=words("Shocks and stresses"),
        findings=(
            *list_findings(shown, sure, risks, words),
            *list_lived_findings(lived, words),
            *list_place_findings(apart, words),
        ),
        key_figures=tuple(list_key_figures(shown, risks, words)),
        pictures=(
            *draw_worry_pictures(shown, words),
            *draw_lived_picture(lived, words),
            *draw_place_pictures(places, words),
            *draw_risk_picture(judging, risks, words),
            *draw_weight_picture(judging, ratings, order, words),
        ),
        tables=(
            *build_worry_table(worries, order, words),
            *build_contrast_table("felt", words("Felt and lived through"), lived, words),
            *build_place_table(places, apart, words),
            *build_ratings_table(ratings, order, words),
        ),
        notes=(
            *list_notes(asking, judging, enough, words),
            *explain_missing_ratings(judging, order, words),
        ),
    )


def list_notes(
    asking: FormAnswers | None, judging: FormAnswers | None, minimum: int, words: Localizer
) -> Iterator[str]:
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


def explain_missing_ratings(
    judging: FormAnswers | None, order: ReportRequest, words: Localizer
) -> Iterator[str]:
    """Why there are no ratings by participants."""
    if judging is None:
        yield (
            words("Participants' ratings are not part of the report of this wave.")
            if order.scope
            else words("No wave with ratings by participants has opened.")
        )


def list_findings(
    shown: dict[str, list[Worry]],
    sure: dict[str, list[RatedQuestion]],
    risks: list[tuple[RatedQuestion, RatedQuestion]],
    words: Localizer,
) -> Iterator[str]:
    if not any(shown.values()) and not any(sure.values()):
        yield words("Too few answers to show anything yet.")
    if worries := shown.get(question_names.SHOCKS):
        yield words(
            "Most worrying shocks: {shocks}.", shocks=format_leading_worries(worries, words)
        )
        lived = max(worries, key=lambda w: w.lived or 0)
        if lived.lived:
            yield words(
                "Lived through most often in the last 12 months: {shock} ({share} of {n}).",
                shock=lived.label,
                share=words.format_share(compute_share(lived.lived, lived.lived_n)),
                n=words.format_count(lived.lived_n),
            )
    if worries := shown.get(question_names.STRESSES):
        yield words(
            "Heaviest everyday stresses: {stresses}.",
            stresses=format_leading_worries(worries, words),
        )
    if risks:
        yield words(
            "Participants rate highest on likelihood and consequence together: {shocks}.",
            shocks=words.join_items(
                f"{a.label} ({words.format_score(a.rating.median)} × "
                f"{words.format_score(b.rating.median)})"
                for a, b in risks[:3]
            ),
        )
    split = [r.label for group in sure.values() for r in group if not r.rating.is_agreed]
    if split:
        yield words.translate_plural(
            "{number} rating finds participants apart (fewer than 75% within one point).",
            "{number} ratings find participants apart (fewer than 75% within one point).",
            len(split),
        )


def list_key_figures(
    shown: dict[str, list[Worry]],
    risks: list[tuple[RatedQuestion, RatedQuestion]],
    words: Localizer,
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
                share=words.format_share(first.share),
                n=words.format_count(first.n),
            )
            yield KeyFigure(labels[name], first.label, detail)
    if risks:
        likely, grave = risks[0]
        detail = words(
            "likelihood {likelihood}, consequence {consequence} of 5; n = {n}",
            likelihood=words.format_score(likely.rating.median),
            consequence=words.format_score(grave.rating.median),
            n=words.format_count(min(likely.rating.n, grave.rating.n)),
        )
        yield KeyFigure(words("Gravest shock (participants)"), likely.label, detail)

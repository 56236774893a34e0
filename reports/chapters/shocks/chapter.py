"""Which shocks and stresses weigh on people, and how experts rate them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reports import question_names
from reports.chapters.contrast_table import build_contrast_table
from reports.chapters.elements import Chapter, KeyFigure
from reports.chapters.leader_texts import build_leader_figure, format_leaders
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
    find_leading_worries,
    find_most_lived,
    format_worry,
    read_worries,
)
from reports.chapters.shocks.worries_by_place import (
    build_place_table,
    compare_places,
    count_worries_by_place,
    draw_place_pictures,
    list_place_findings,
)
from reports.localizer import Localizer, gettext_noop
from reports.measures.ratings import (
    RATED_GROUPS,
    RatedQuestion,
    compute_risk,
    pair_shock_ratings,
    read_ratings,
)
from reports.reading.form_answers import FormAnswers
from reports.reading.frames import Frames
from reports.reading.resident_weights import WEIGHTED_ROLE
from reports.request import ReportRequest
from reports.statistics.leaders import find_leaders


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
            *list_findings(shown, sure, words),
            *list_leading_findings(residents, shown, risks, order, words),
            *list_split_findings(sure, words),
            *list_lived_findings(lived, len(shown.get(question_names.SHOCKS, ())), words),
            *list_place_findings(apart, words),
        ),
        key_figures=tuple(list_key_figures(residents, shown, risks, words)),
        pictures=(
            *draw_worry_pictures(shown, order, words),
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
            "Residents could name several; shares are of those who named at least one, so they may "
            "add up to more than 100%."
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
    shown: dict[str, list[Worry]], sure: dict[str, list[RatedQuestion]], words: Localizer
) -> Iterator[str]:
    if not any(shown.values()) and not any(sure.values()):
        yield words("Too few answers to show anything yet.")


def list_leading_findings(
    residents: FormAnswers | None,
    shown: dict[str, list[Worry]],
    risks: list[tuple[RatedQuestion, RatedQuestion]],
    order: ReportRequest,
    words: Localizer,
) -> Iterator[str]:
    """What most people named and lived through, and what participants rate highest."""
    shocks = shown.get(question_names.SHOCKS, [])
    for name, text in (
        (question_names.SHOCKS, gettext_noop("Shocks that most residents name: {things}.")),
        (question_names.STRESSES, gettext_noop("Stresses that most residents name: {things}.")),
    ):
        found = residents and find_leading_worries(residents, name, shown.get(name, []))
        if found:
            yield words(text, things=format_leaders(found, lambda w: format_worry(w, words), words))
    if lived := residents and find_most_lived(residents, shocks, order):
        yield words(
            "Lived through most often in the last 12 months, of {n} who said: {shocks}.",
            n=words.format_count(lived.first[0].lived_n),
            shocks=format_leaders(
                lived, lambda w: f"{w.label} ({words.format_share(w.lived_share)})", words
            ),
        )
    if grave := find_leaders(risks, compute_risk):
        yield words(
            "Highest medians of likelihood and consequence together, among participants: {shocks}.",
            shocks=format_leaders(grave, lambda pair: format_risk(pair, words), words),
        )


def format_risk(pair: tuple[RatedQuestion, RatedQuestion], words: Localizer) -> str:
    """*Flood (4 × 4.5)*."""
    likely, grave = (words.format_score(each.rating.median) for each in pair)
    return f"{pair[0].label} ({likely} × {grave})"


def list_split_findings(sure: dict[str, list[RatedQuestion]], words: Localizer) -> Iterator[str]:
    split = [r.label for group in sure.values() for r in group if not r.rating.is_agreed]
    if split:
        yield words.translate_plural(
            "{number} rating finds participants apart (fewer than 75% within one point).",
            "{number} ratings find participants apart (fewer than 75% within one point).",
            len(split),
        )


def list_key_figures(
    residents: FormAnswers | None,
    shown: dict[str, list[Worry]],
    risks: list[tuple[RatedQuestion, RatedQuestion]],
    words: Localizer,
) -> Iterator[KeyFigure]:
    def detail(alike: tuple[Worry, ...]) -> str:
        return words(
            "named by {share} of residents; n = {n}",
            share=words.format_share(alike[0].share),
            n=words.format_count(alike[0].n),
        )

    for name, label in (
        (question_names.SHOCKS, words("Shock named by most")),
        (question_names.STRESSES, words("Stress named by most")),
    ):
        found = find_leading_worries(residents, name, shown.get(name, [])) if residents else None
        yield from build_leader_figure(label, found, lambda w: w.label, detail, words)
    yield from build_leader_figure(
        words("Highest medians of a shock (participants)"),
        find_leaders(risks, compute_risk),
        lambda pair: pair[0].label,
        lambda alike: describe_risk(alike, words),
        words,
    )


def describe_risk(alike: Sequence[tuple[RatedQuestion, RatedQuestion]], words: Localizer) -> str:
    """Likelihood and consequence; of several alike, what both come to and of how many people."""
    n = words.format_span(each.rating.n for pair in alike for each in pair)
    likely, grave = (words.format_score(each.rating.median) for each in alike[0])
    if len(alike) > 1:
        product = words.format_score(compute_risk(alike[0]))
        return words("likelihood × consequence = {product} of 25; n = {n}", product=product, n=n)
    return words(
        "likelihood {likelihood}, consequence {consequence} of 5; n = {n}",
        likelihood=likely,
        consequence=grave,
        n=n,
    )

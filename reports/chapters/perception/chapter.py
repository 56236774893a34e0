"""How strong residents find the city, driver by driver."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from reports import question_names
from reports.chapters.contrast_table import build_contrast_table
from reports.chapters.elements import COUNT, SHARE, Chapter, KeyFigure, ReportTable, TableColumn
from reports.chapters.leader_texts import build_leader_figure, format_leaders
from reports.chapters.perception.differences import (
    compare_groups,
    compare_roles,
    compare_waves,
    draw_role_picture,
    draw_wave_picture,
    list_group_findings,
    list_wave_findings,
)
from reports.chapters.perception.pictures import draw_distribution_picture, draw_wheel_picture
from reports.chapters.perception.readiness import build_readiness_table, draw_readiness_picture
from reports.chapters.perception.weights import build_weights_table, list_weight_notes
from reports.localizer import Localizer
from reports.measures.drivers import (
    RATING_POINTS,
    STRONG,
    WEAK,
    WEAK_CODES,
    DriverFigures,
    classify_driver,
    compare_drivers,
    group_by_dimension,
    read_drivers,
)
from reports.reading.form_answers import FormAnswers
from reports.reading.frames import Frames
from reports.reading.resident_weights import WEIGHTED_ROLE
from reports.request import ReportRequest
from reports.statistics.leaders import Leaders, find_leaders
from reports.statistics.share_contrasts import Contrast, select_significant
from survey.rounding import round_percent


def build_perception_chapter(frames: Frames, order: ReportRequest, words: Localizer) -> Chapter:
    """Residents' ratings of the drivers; participants, groups and the wave before beside them."""
    title = words("Perception by driver")
    form = frames.find_form(question_names.DRIVERS)
    if form is None:
        return Chapter("perception", title, (words("No wave with these questions has opened."),))
    residents, earlier = form.select_role(WEIGHTED_ROLE), frames.get_earlier_form(form)
    # Only residents are weighted.
    people = {
        WEIGHTED_ROLE: residents,
        "participant": replace(form.select_role("participant"), weighting=None),
    }
    drivers = {role: read_drivers(of, words) for role, of in people.items()}
    shown = [d for d in drivers[WEIGHTED_ROLE] if d.n >= order.minimum_cell]
    groups = compare_groups(residents, drivers[WEIGHTED_ROLE], order, words)
    apart = compare_roles(drivers, order, words)
    before = earlier.select_role(WEIGHTED_ROLE) if earlier else None
    changes = (
        compare_waves(before, residents, drivers[WEIGHTED_ROLE], order, words) if before else []
    )
    return Chapter(
        key="perception",
        title=title,
        findings=(
            *list_findings(shown, residents, words),
            *list_wave_findings(changes, words),
            *list_group_findings(groups, words),
        ),
        key_figures=tuple(list_key_figures(shown, residents, words)),
        pictures=(
            *draw_wheel_picture(drivers[WEIGHTED_ROLE] if shown else [], order, words),
            *draw_distribution_picture(form, drivers[WEIGHTED_ROLE] if shown else [], order, words),
            *draw_wave_picture(changes, words),
            *draw_role_picture(apart, words),
            *draw_readiness_picture(residents, order, words),
        ),
        tables=(
            build_perception_table(drivers, order, words),
            *build_comparison_tables(changes, apart, groups, words),
            *build_readiness_table(residents, order, words),
            *build_weights_table(form, order, words),
        ),
        notes=tuple(list_notes(form, order, words)),
    )


def build_comparison_tables(
    changes: Sequence[Contrast],
    apart: Sequence[Contrast],
    groups: Sequence[Contrast],
    words: Localizer,
) -> Iterator[ReportTable]:
    """What was compared: with the wave before, residents with participants, groups."""
    yield from build_contrast_table(
        "changes", words("Changes since the wave before"), changes, words
    )
    yield from build_contrast_table("roles", words("Residents and participants"), apart, words)
    title = words("Differences between groups")
    yield from build_contrast_table("differences", title, select_significant(groups), words)


def list_notes(form: FormAnswers, order: ReportRequest, words: Localizer) -> Iterator[str]:
    yield words(
        "Shares are of those who rated a driver; “don't know” stands apart. "
        "Weak = weak or very weak."
    )
    asked = next(question_names.find_named_groups(form.questionnaire, question_names.DRIVERS))
    if asked.suara_attributes.get("shuffle") == "yes":
        yield words("Drivers were asked in a new order for each person.")
    yield words(
        "Weak: the whole range of the share that finds a driver weak lies over one half. Strong: "
        "it lies under one third. Mixed: neither is clear."
    )
    yield words(
        "A range shows the uncertainty that comes from few answers: 95%, after Wilson, as if those "
        "who answered had been drawn by lot. They were not, so it is not a margin of error."
    )
    yield from list_weight_notes(form, order, words)


def list_findings(
    shown: Sequence[DriverFigures], residents: FormAnswers, words: Localizer
) -> Iterator[str]:
    if not shown:
        yield words("Too few ratings by residents to show anything yet.")
        return

    def told(driver: DriverFigures) -> str:
        return f"{driver.label} ({words.format_share(driver.weak_share)})"

    weakest, strongest = find_extreme_drivers(shown, residents)
    if weakest and strongest:
        yield words(
            "Residents find weak most often: {drivers}.",
            drivers=format_leaders(weakest, told, words),
        )
        yield words(
            "Found weak least often: {drivers}.", drivers=format_leaders(strongest, told, words)
        )
    elif len(shown) > 1:
        yield words(
            "Residents find all {number} drivers weak equally often ({share}).",
            number=words.format_count(len(shown)),
            share=words.format_share(shown[0].weak_share),
        )
    yield words.translate_plural(
        "Of {number} driver, {weak} are weak and {strong} strong; of the others it is mixed or "
        "not clear.",
        "Of {number} drivers, {weak} are weak and {strong} strong; of the others it is mixed or "
        "not clear.",
        len(shown),
        weak=words.format_count(sum(d.level == WEAK for d in shown)),
        strong=words.format_count(sum(d.level == STRONG for d in shown)),
    )
    yield from list_weighted_findings(shown, words)
    if unsure := find_leaders(
        shown,
        lambda d: round_percent(d.unknown_share),
        partial(compare_drivers, residents, (question_names.UNKNOWN,), every_answer=True),
    ):
        yield words(
            "“Don't know” was said most often of {drivers}.",
            drivers=format_leaders(
                unsure, lambda d: f"{d.label} ({words.format_share(d.unknown_share)})", words
            ),
        )


def find_extreme_drivers(
    shown: Sequence[DriverFigures], residents: FormAnswers
) -> tuple[Leaders[DriverFigures] | None, Leaders[DriverFigures] | None]:
    """The drivers that are found weak most often, and least often."""
    chance = partial(compare_drivers, residents, WEAK_CODES)

    def percent(driver: DriverFigures) -> int:
        return round_percent(driver.weak_share)

    return (
        find_leaders(shown, percent, chance),
        find_leaders(shown, percent, chance, lowest=True),
    )


def list_weighted_findings(shown: Sequence[DriverFigures], words: Localizer) -> Iterator[str]:
    weighted = [d for d in shown if d.weighted.effective_n > 0]
    if weighted:
        if most := find_leaders(weighted, count_points_moved):
            yield words(
                "Weights change most: {drivers}.",
                drivers=format_leaders(most, lambda d: format_weighted_driver(d, words), words),
            )
        turned = [d.label for d in weighted if classify_driver(d.weighted.range) != d.level]
        if turned:
            yield words(
                "Weighted, these would be in another class, so close is it: {drivers}.",
                drivers=words.join_items(turned),
            )


def format_weighted_driver(driver: DriverFigures, words: Localizer) -> str:
    """*Health care (44% instead of 41%)*."""
    return words(
        "{driver} ({share} instead of {plain})",
        driver=driver.label,
        share=words.format_share(driver.weighted.share),
        plain=words.format_share(driver.weak_share),
    )


def count_points_moved(driver: DriverFigures) -> int:
    """By how many points the weights move what is printed of a driver."""
    return abs(round_percent(driver.weighted.share) - round_percent(driver.weak_share))


def list_key_figures(
    shown: Sequence[DriverFigures], residents: FormAnswers, words: Localizer
) -> Iterator[KeyFigure]:
    weakest, strongest = find_extreme_drivers(shown, residents)

    def detail(alike: tuple[DriverFigures, ...]) -> str:
        return words(
            "{share} of residents say weak or very weak; n = {n}",
            share=words.format_share(alike[0].weak_share),
            n=words.format_span(d.n for d in alike),
        )

    for label, found in (
        (words("Most often found weak"), weakest),
        (words("Least often found weak"), strongest),
    ):
        yield from build_leader_figure(label, found, lambda d: d.label, detail, words)


def build_perception_table(
    people: Mapping[str, Sequence[DriverFigures]], order: ReportRequest, words: Localizer
) -> ReportTable:
    """One row a driver and kind of people."""
    rows = [
        {"who": words(question_names.ROLES[role]), "dimension": dimension, "driver": driver.label}
        | (tabulate_driver(driver) if driver.n >= order.minimum_cell else {})
        for role, drivers in people.items()
        for dimension, inside in group_by_dimension(drivers, words)
        for driver in inside
    ]
    labels = (words("Very weak"), words("Weak"), words("Fair"), words("Strong"))
    points = [f"share_{point}" for point in RATING_POINTS]
    columns = (
        TableColumn("who", words("Who"), printed=False),
        TableColumn("dimension", words("Dimension"), printed=False),
        TableColumn("driver", words("Driver")),
        *(
            TableColumn(k, text, SHARE, printed=False)
            for k, text in zip(points, labels, strict=True)
        ),
        TableColumn("n", words("Rated (n)"), COUNT),
        TableColumn("weak", words("Weak or very weak"), SHARE),
        TableColumn("low", words("Range, from"), SHARE),
        TableColumn("high", words("to"), SHARE),
        *list_driver_weight_columns(people[WEIGHTED_ROLE], words),
        TableColumn("unknown", words("Don't know"), COUNT, printed=False),
    )
    return ReportTable.from_rows(
        "perception",
        words("Perception by driver"),
        columns,
        rows,
        printed_rows=len(people[WEIGHTED_ROLE]),
        plotted=tuple(points),
        against="driver",
    )


def list_driver_weight_columns(
    drivers: Sequence[DriverFigures], words: Localizer
) -> tuple[TableColumn, ...]:
    """Only where something is weighted."""
    if not any(d.weighted.effective_n > 0 for d in drivers):
        return ()
    return (
        TableColumn("weighted", words("Weighted"), SHARE),
        TableColumn("effective_n", words("Effective n"), COUNT),
        TableColumn("weighted_low", words("Weighted range, from"), SHARE),
        TableColumn("weighted_high", words("to"), SHARE),
    )


def tabulate_driver(driver: DriverFigures) -> dict[str, float]:
    shares = {f"share_{p}": each for p, each in zip(RATING_POINTS, driver.shares, strict=True)}
    around, weighted = driver.range, driver.weighted
    found = {"weak": driver.weak_share, "n": driver.n, "unknown": driver.unknown}
    found |= {"low": around.low, "high": around.high}
    if weighted.effective_n > 0:
        found |= {"weighted": weighted.share, "effective_n": weighted.effective_n}
        found |= {"weighted_low": weighted.range.low, "weighted_high": weighted.range.high}
    return shares | found

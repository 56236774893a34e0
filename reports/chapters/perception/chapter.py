"""How strong residents find the city, driver by driver."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from reports import question_names
from reports.chapters.contrast_table import contrast_table
from reports.chapters.elements import COUNT, SHARE, Chapter, Column, KeyFigure, Table
from reports.chapters.perception.differences import (
    between_groups,
    between_roles,
    between_waves,
    group_findings,
    role_picture,
    wave_findings,
    wave_picture,
)
from reports.chapters.perception.pictures import distribution, wheel_picture
from reports.chapters.perception.readiness import readiness
from reports.chapters.perception.weights import weight_notes, weights_table
from reports.localizer import Words
from reports.measures.drivers import (
    POINTS,
    STRONG,
    WEAK,
    Driver,
    dimensions,
    level,
    read_all,
    weakest_first,
)
from reports.reading.form_answers import Form
from reports.reading.frames import Frames
from reports.reading.resident_weights import WEIGHTED
from reports.request import Order
from reports.statistics.row_suppression import share
from reports.statistics.share_contrasts import Contrast, standing


def chapter(frames: Frames, order: Order, words: Words) -> Chapter:
    """Residents' ratings of the drivers; participants, groups and the wave before beside them."""
    title = words("Perception by driver")
    form = frames.form_with(question_names.DRIVERS)
    if form is None:
        return Chapter("perception", title, (words("No wave with these questions has opened."),))
    residents, earlier = form.of(WEIGHTED), frames.before(form)
    # Only residents are weighted.
    people = {WEIGHTED: residents, "participant": replace(form.of("participant"), weighting=None)}
    drivers = {role: read_all(of, words) for role, of in people.items()}
    shown = [d for d in drivers[WEIGHTED] if d.n >= order.minimum_cell]
    groups = between_groups(residents, drivers[WEIGHTED], order, words)
    apart = between_roles(drivers, order, words)
    before = earlier.of(WEIGHTED) if earlier else None
    changes = between_waves(before, residents, drivers[WEIGHTED], order, words) if before else []
    return Chapter(
        key="perception",
        title=title,
        findings=(
            *findings(shown, words),
            *wave_findings(changes, words),
            *group_findings(groups, words),
        ),
        key_figures=tuple(key_figures(shown, words)),
        pictures=(
            *wheel_picture(drivers[WEIGHTED] if shown else [], order, words),
            *distribution(form, drivers[WEIGHTED] if shown else [], order, words),
            *wave_picture(changes, words),
            *role_picture(apart, words),
            *readiness(residents, order, words),
        ),
        tables=(
            table(drivers, order, words),
            *contrast_tables(changes, apart, groups, words),
            *weights_table(form, order, words),
        ),
        notes=tuple(notes(form, order, words)),
    )


def contrast_tables(
    changes: Sequence[Contrast],
    apart: Sequence[Contrast],
    groups: Sequence[Contrast],
    words: Words,
) -> Iterator[Table]:
    """What was compared: with the wave before, residents with participants, groups."""
    yield from contrast_table("changes", words("Changes since the wave before"), changes, words)
    yield from contrast_table("roles", words("Residents and participants"), apart, words)
    title = words("Differences between groups")
    yield from contrast_table("differences", title, standing(groups), words)


def notes(form: Form, order: Order, words: Words) -> Iterator[str]:
    yield words(
        "Shares are of those who rated a driver; “don't know” stands apart. "
        "Weak = weak or very weak. Drivers were asked in a new order for each person."
    )
    yield words(
        "Weak: the whole range of the share that finds a driver weak lies over one half. Strong: "
        "it lies under one third. Mixed: neither is clear."
    )
    yield words(
        "A range shows the uncertainty that comes from few answers: 95%, after Wilson, as if those "
        "who answered had been drawn by lot. They were not, so it is not a margin of error."
    )
    yield from weight_notes(form, order, words)


def findings(shown: Sequence[Driver], words: Words) -> Iterator[str]:
    if not shown:
        yield words("Too few ratings by residents to show anything yet.")
        return
    ranked = weakest_first(shown)
    yield words(
        "Residents find weak most often: {drivers}.",
        drivers=words.listed(f"{d.label} ({words.percent(d.weak)})" for d in ranked[:3]),
    )
    yield words(
        "Found weak least often: {driver} ({share} of {n}).",
        driver=ranked[-1].label,
        share=words.percent(ranked[-1].weak),
        n=words.count(ranked[-1].n),
    )
    yield words(
        "Of {number} drivers, {weak} are weak and {strong} strong; of the others it is mixed or "
        "not clear.",
        number=words.count(len(shown)),
        weak=words.count(sum(d.level == WEAK for d in shown)),
        strong=words.count(sum(d.level == STRONG for d in shown)),
    )
    yield from weighted_finding(shown, words)
    unsure = max(shown, key=lambda d: share(d.unknown, d.n + d.unknown))
    if unsure.unknown:
        yield words(
            "“Don't know” was said most often of {driver} ({share}).",
            driver=unsure.label,
            share=words.percent(share(unsure.unknown, unsure.n + unsure.unknown)),
        )


def weighted_finding(shown: Sequence[Driver], words: Words) -> Iterator[str]:
    weighted = [d for d in shown if d.weighted.effective_n > 0]
    if weighted:
        most = max(weighted, key=lambda d: abs(d.weighted.share - d.weak))
        yield words(
            "Weights change no driver more than {driver}: {share} instead of {plain}.",
            driver=most.label,
            share=words.percent(most.weighted.share),
            plain=words.percent(most.weak),
        )
        turned = [d.label for d in weighted if level(d.weighted.range) != d.level]
        if turned:
            yield words(
                "Weighted, these would be in another class, so close is it: {drivers}.",
                drivers=words.listed(turned),
            )


def key_figures(shown: Sequence[Driver], words: Words) -> Iterator[KeyFigure]:
    if not shown:
        return
    ranked = weakest_first(shown)
    for label, driver in (
        (words("Weakest driver"), ranked[0]),
        (words("Strongest driver"), ranked[-1]),
    ):
        detail = words(
            "{share} of residents say weak or very weak; n = {n}",
            share=words.percent(driver.weak),
            n=words.count(driver.n),
        )
        yield KeyFigure(label, driver.label, detail)


def table(people: Mapping[str, Sequence[Driver]], order: Order, words: Words) -> Table:
    """One row a driver and kind of people."""
    rows = [
        {"who": words(question_names.ROLES[role]), "dimension": dimension, "driver": driver.label}
        | (figures(driver) if driver.n >= order.minimum_cell else {})
        for role, drivers in people.items()
        for dimension, inside in dimensions(drivers, words)
        for driver in inside
    ]
    labels = (words("Very weak"), words("Weak"), words("Fair"), words("Strong"))
    points = [f"share_{point}" for point in POINTS]
    columns = (
        Column("who", words("Who"), printed=False),
        Column("dimension", words("Dimension"), printed=False),
        Column("driver", words("Driver")),
        *(Column(k, text, SHARE, printed=False) for k, text in zip(points, labels, strict=True)),
        Column("n", words("Rated (n)"), COUNT),
        Column("weak", words("Weak or very weak"), SHARE),
        Column("low", words("Range, from"), SHARE),
        Column("high", words("to"), SHARE),
        *weighted_columns(people[WEIGHTED], words),
        Column("unknown", words("Don't know"), COUNT, printed=False),
    )
    return Table.of(
        "perception",
        words("Perception by driver"),
        columns,
        rows,
        printed=len(people[WEIGHTED]),
        plotted=tuple(points),
        against="driver",
    )


def weighted_columns(drivers: Sequence[Driver], words: Words) -> tuple[Column, ...]:
    """Only where something is weighted."""
    if not any(d.weighted.effective_n > 0 for d in drivers):
        return ()
    return (
        Column("weighted", words("Weighted"), SHARE),
        Column("effective_n", words("Effective n"), COUNT),
        Column("weighted_low", words("Weighted range, from"), SHARE),
        Column("weighted_high", words("to"), SHARE),
    )


def figures(driver: Driver) -> dict[str, float]:
    shares = {f"share_{p}": each for p, each in zip(POINTS, driver.shares, strict=True)}
    around, weighted = driver.range, driver.weighted
    found = {"weak": driver.weak, "n": driver.n, "unknown": driver.unknown}
    found |= {"low": around.low, "high": around.high}
    if weighted.effective_n > 0:
        found |= {"weighted": weighted.share, "effective_n": weighted.effective_n}
        found |= {"weighted_low": weighted.range.low, "weighted_high": weighted.range.high}
    return shares | found

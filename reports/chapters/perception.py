"""How strong people find the city, driver by driver."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from reports import roles
from reports.chapters.chapter import (
    COUNT,
    SHARE,
    Chapter,
    Column,
    KeyFigure,
    Picture,
    Table,
)
from reports.charts import bars
from reports.charts.bars import Bar
from reports.form import Form
from reports.frames import Frames
from reports.order import Order
from reports.statistics import share
from reports.words import Words, later
from survey.forms.questionnaire import Question

POINTS = (1, 2, 3, 4)
READINESS = {
    roles.COMPARED: later("Readiness compared with two years ago"),
    roles.COPING: later("Household without water and power"),
}


@dataclass(frozen=True)
class Driver:
    """One driver as one kind of people (or everybody) judged it.

    ``counts`` are the ratings from very weak to strong; those who do not know stand apart.
    """

    name: str
    label: str
    counts: tuple[int, ...]
    unknown: int

    @property
    def n(self) -> int:
        return sum(self.counts)

    @property
    def shares(self) -> tuple[float, ...]:
        return tuple(share(count, self.n) for count in self.counts)

    @property
    def weak(self) -> float:
        """Share of those who rated it that find it weak or very weak."""
        return share(self.counts[0] + self.counts[1], self.n)


def chapter(frames: Frames, order: Order, words: Words) -> Chapter:
    """Ratings of the drivers, sorted by weakness within their dimension."""
    title = words("Perception by driver")
    form = frames.form_with(roles.DRIVERS)
    if form is None:
        return Chapter("perception", title, (words("No wave with these questions has opened."),))
    questions = form.questions(roles.DRIVERS)
    drivers = [read(form, question, words) for question in questions]
    shown = [d for d in drivers if d.n >= order.minimum_cell]
    by_role = apart(form, questions, order, words)
    pictures = (
        *overall(form, drivers if shown else [], order, words),
        *readiness(form, order, words),
        *between(by_role, words),
    )
    return Chapter(
        key="perception",
        title=title,
        findings=tuple(findings(shown, by_role, words)),
        key_figures=tuple(key_figures(shown, words)),
        pictures=pictures,
        tables=(table(drivers, by_role, order, words),),
        notes=(
            words(
                "Shares are of those who rated a driver; “don't know” stands apart. "
                "Weak = weak or very weak."
            ),
            words("Drivers were asked in a new order for each person."),
        ),
    )


def read(form: Form, question: Question, words: Words, role: str | None = None) -> Driver:
    scale, tally = form.scale(question, role), form.tally(question, role)
    label = words(roles.DRIVER_NAMES.get(question.name, "")) or form.label(question)
    counts = tuple(scale.get(point, 0) for point in POINTS)
    return Driver(question.name, label, counts, tally.get(roles.UNKNOWN, 0))


def apart(
    form: Form, questions: tuple[Question, ...], order: Order, words: Words
) -> dict[str, list[Driver]]:
    """The drivers by role; nothing at all where one role could be too few for a driver.

    Showing one role beside the whole would give the other away.
    """
    found = {role: [read(form, q, words, role) for q in questions] for role in roles.ROLES}
    enough = all(d.n >= order.minimum_cell for drivers in found.values() for d in drivers)
    return found if enough and questions else {}


def dimensions(drivers: list[Driver], words: Words) -> Iterator[tuple[str, list[Driver]]]:
    """The drivers under the framework's dimensions, weakest first."""
    rest = list(drivers)
    for title, names in roles.DIMENSIONS.items():
        inside = [d for d in drivers if d.name in names]
        rest = [d for d in rest if d not in inside]
        if inside:
            yield words(title), weakest_first(inside)
    if rest:
        yield words(roles.OTHER_DRIVERS), weakest_first(rest)


def weakest_first(drivers: list[Driver]) -> list[Driver]:
    return sorted(drivers, key=lambda d: -d.weak if d.n else 1)


def findings(shown: list[Driver], by_role: dict[str, list[Driver]], words: Words) -> Iterator[str]:
    if not shown:
        yield words("Too few ratings to show anything yet.")
        return
    ranked = weakest_first(shown)
    weakest, strongest = ranked[:3], ranked[-1]
    yield words(
        "Found weak most often: {drivers}.",
        drivers=words.listed(f"{d.label} ({words.percent(d.weak)})" for d in weakest),
    )
    yield words(
        "Found weak least often: {driver} ({share} of {n}).",
        driver=strongest.label,
        share=words.percent(strongest.weak),
        n=words.count(strongest.n),
    )
    unsure = max(shown, key=lambda d: share(d.unknown, d.n + d.unknown))
    if unsure.unknown:
        yield words(
            "“Don't know” was said most often of {driver} ({share}).",
            driver=unsure.label,
            share=words.percent(share(unsure.unknown, unsure.n + unsure.unknown)),
        )
    if by_role:
        one, other = (by_role[role] for role in roles.ROLES)
        gap = max(zip(one, other, strict=True), key=lambda pair: abs(pair[0].weak - pair[1].weak))
        yield words(
            "Residents and participants differ most on {driver}: {one} and {other} find it weak.",
            driver=gap[0].label,
            one=words.percent(gap[0].weak),
            other=words.percent(gap[1].weak),
        )


def key_figures(shown: list[Driver], words: Words) -> Iterator[KeyFigure]:
    if not shown:
        return
    ranked = weakest_first(shown)
    for label, driver in (
        (words("Weakest driver"), ranked[0]),
        (words("Strongest driver"), ranked[-1]),
    ):
        detail = words(
            "{share} weak or very weak; n = {n}",
            share=words.percent(driver.weak),
            n=words.count(driver.n),
        )
        yield KeyFigure(label, driver.label, detail)


def overall(form: Form, drivers: list[Driver], order: Order, words: Words) -> Iterator[Picture]:
    if not drivers:
        return
    labels = form.choices(form.questions(roles.DRIVERS)[0])
    groups = [
        (title, [bar(driver, order, words) for driver in inside])
        for title, inside in dimensions(drivers, words)
    ]
    names = [labels.get(str(point), str(point)) for point in POINTS]
    heads = (words("n"), labels.get(roles.UNKNOWN, ""))
    weakest = weakest_first([d for d in drivers if d.n >= order.minimum_cell])
    yield Picture(
        words("How strong people find the city, by driver"),
        words(
            "Stacked bars for {number} drivers; weakest: {driver}.",
            number=len(drivers),
            driver=weakest[0].label if weakest else "–",
        ),
        bars.distribution(groups, names, heads, words.percent),
    )


def bar(driver: Driver, order: Order, words: Words) -> Bar:
    if driver.n < order.minimum_cell:
        return Bar(driver.label, None, ("–", "–"))
    unknown = words.percent(share(driver.unknown, driver.n + driver.unknown))
    return Bar(driver.label, driver.shares, (words.count(driver.n), unknown))


def between(by_role: dict[str, list[Driver]], words: Words) -> Iterator[Picture]:
    if not by_role:
        return
    one, other = (by_role[role] for role in roles.ROLES)
    pairs = sorted(zip(one, other, strict=True), key=lambda pair: -pair[0].weak)
    names = tuple(
        f"{words(roles.ROLES[role])} (n = {words.span(d.n for d in drivers)})"
        for role, drivers in by_role.items()
    )
    yield Picture(
        words("Share who find a driver weak or very weak: residents and participants"),
        words("Two dots a driver; where they are far apart, the two see the city differently."),
        bars.compared(
            [Bar(a.label, (a.weak, b.weak)) for a, b in pairs], (names[0], names[1]), words.percent
        ),
    )


def readiness(form: Form, order: Order, words: Words) -> Iterator[Picture]:
    """The two single questions on readiness, beside each other."""
    asked = [q for name in (roles.COMPARED, roles.COPING) if (q := form.question(name))]
    titled = []
    for question in asked:
        tally, people = form.tally(question), form.people(question)
        labels = form.choices(question)
        topic = words(READINESS[question.name])
        title = words("{title} (n = {n})", title=topic, n=words.count(people))
        if people >= order.minimum_cell:
            rows = [Bar(labels[code], (share(count, people),)) for code, count in tally.items()]
            titled.append((title, rows))
    if titled:
        yield Picture(
            words("Readiness"),
            words("Shares of answers to the questions on readiness."),
            bars.panels(titled, words.percent),
        )


def table(
    drivers: list[Driver], by_role: dict[str, list[Driver]], order: Order, words: Words
) -> Table:
    """One row a driver and kind of people."""
    kinds = {words("All"): drivers} | {
        words(roles.ROLES[role]): found for role, found in by_role.items()
    }
    point_keys = [f"share_{point}" for point in POINTS]
    rows = []
    for kind, found in kinds.items():
        for dimension, inside in dimensions(found, words):
            for driver in inside:
                enough = driver.n >= order.minimum_cell
                row = {"who": kind, "dimension": dimension, "driver": driver.label}
                rows.append(row | figures(driver, point_keys) if enough else row)
    point_labels = [
        words("Very weak"),
        words("Weak"),
        words("Fair"),
        words("Strong"),
    ]
    columns = (
        Column("who", words("Who")),
        Column("dimension", words("Dimension")),
        Column("driver", words("Driver")),
        *(Column(k, label, SHARE) for k, label in zip(point_keys, point_labels, strict=True)),
        Column("weak", words("Weak or very weak"), SHARE),
        Column("n", words("Rated (n)"), COUNT),
        Column("unknown", words("Don't know"), COUNT),
    )
    frame = pd.DataFrame(rows, columns=[column.key for column in columns])
    return Table(
        "perception",
        words("Perception by driver"),
        columns,
        frame,
        plotted=tuple(point_keys),
        against="driver",
    )


def figures(driver: Driver, keys: list[str]) -> dict[str, float]:
    shares = dict(zip(keys, driver.shares, strict=True))
    return shares | {"weak": driver.weak, "n": driver.n, "unknown": driver.unknown}

"""The drivers as residents find them: the wheel, and how their ratings are spread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from reports import question_names
from reports.chapters.elements import Picture
from reports.charts import bar_charts, wheel
from reports.charts.bar_charts import Bar
from reports.localizer import Words
from reports.measures.drivers import CLASSES, POINTS, WEAK, Driver, dimensions, weakest_first
from reports.reading.form_answers import Form
from reports.request import Order
from reports.statistics.row_suppression import share


def wheel_picture(drivers: Sequence[Driver], order: Order, words: Words) -> Iterator[Picture]:
    """The framework's wheel in three colours."""
    if not drivers:
        return
    enough = order.minimum_cell
    slices = [
        (
            title,
            [
                wheel.Driver(d.label, d.level, words.percent(d.weak))
                if d.n >= enough
                else wheel.Driver(d.label, None)
                for d in inside
            ],
        )
        for title, inside in dimensions(drivers, words)
    ]
    shown = [d for d in drivers if d.n >= enough]
    weak = [d.label for d in weakest_first(shown) if d.level == WEAK]
    yield Picture(
        words(
            "The twelve drivers as residents find them: share weak or very weak (n = {n})",
            n=words.span(d.n for d in shown),
        ),
        words("Wheel of drivers by dimension; weak: {names}.", names=words.listed(weak) or "–"),
        partial(wheel.wheel, slices, [words(name) for name in CLASSES], words("hidden: too few")),
    )


def distribution(
    form: Form, drivers: Sequence[Driver], order: Order, words: Words
) -> Iterator[Picture]:
    if not drivers:
        return
    labels = form.choices(form.questions(question_names.DRIVERS)[0])
    groups = [
        (title, [bar(driver, order, words) for driver in inside])
        for title, inside in dimensions(drivers, words)
    ]
    names = [labels.get(str(point), str(point)) for point in POINTS]
    heads = (words("n"), labels.get(question_names.UNKNOWN, ""))
    weakest = weakest_first([d for d in drivers if d.n >= order.minimum_cell])
    yield Picture(
        words("How strong residents find the city, by driver"),
        words(
            "Stacked bars for {number} drivers; weakest: {driver}.",
            number=len(drivers),
            driver=weakest[0].label,
        ),
        partial(bar_charts.distribution, groups, names, heads, words.percent),
    )


def bar(driver: Driver, order: Order, words: Words) -> Bar:
    if driver.n < order.minimum_cell:
        return Bar(driver.label, None, ("–", "–"))
    unknown = words.percent(share(driver.unknown, driver.n + driver.unknown))
    return Bar(driver.label, driver.shares, (words.count(driver.n), unknown))

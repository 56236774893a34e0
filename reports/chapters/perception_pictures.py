"""The drivers as residents find them: the wheel, and how their ratings are spread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from reports import roles
from reports.chapters.chapter import Picture
from reports.chapters.drivers import CLASSES, POINTS, WEAK, Driver, dimensions, weakest_first
from reports.charts import bars, wheel
from reports.charts.bars import Bar
from reports.order import Order
from reports.reading.form import Form
from reports.statistics.shares import share
from reports.words import Words


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
    labels = form.choices(form.questions(roles.DRIVERS)[0])
    groups = [
        (title, [bar(driver, order, words) for driver in inside])
        for title, inside in dimensions(drivers, words)
    ]
    names = [labels.get(str(point), str(point)) for point in POINTS]
    heads = (words("n"), labels.get(roles.UNKNOWN, ""))
    weakest = weakest_first([d for d in drivers if d.n >= order.minimum_cell])
    yield Picture(
        words("How strong residents find the city, by driver"),
        words(
            "Stacked bars for {number} drivers; weakest: {driver}.",
            number=len(drivers),
            driver=weakest[0].label,
        ),
        partial(bars.distribution, groups, names, heads, words.percent),
    )


def bar(driver: Driver, order: Order, words: Words) -> Bar:
    if driver.n < order.minimum_cell:
        return Bar(driver.label, None, ("–", "–"))
    unknown = words.percent(share(driver.unknown, driver.n + driver.unknown))
    return Bar(driver.label, driver.shares, (words.count(driver.n), unknown))

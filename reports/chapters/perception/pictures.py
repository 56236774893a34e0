"""The drivers as residents find them: the wheel, and how their ratings are spread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from reports import question_names
from reports.chapters.elements import Picture
from reports.charts import bar_charts, wheel
from reports.charts.bar_charts import Bar
from reports.localizer import Localizer
from reports.measures.drivers import (
    DRIVER_CLASSES,
    RATING_POINTS,
    WEAK,
    DriverFigures,
    group_by_dimension,
    sort_weakest_first,
)
from reports.reading.form_answers import FormAnswers
from reports.request import ReportRequest
from reports.statistics.row_suppression import compute_share


def draw_wheel_picture(
    drivers: Sequence[DriverFigures], order: ReportRequest, words: Localizer
) -> Iterator[Picture]:
    """The framework's wheel in three colours."""
    if not drivers:
        return
    enough = order.minimum_cell
    slices = [
        (
            title,
            [
                wheel.WheelSegment(d.label, d.level, words.format_share(d.weak_share))
                if d.n >= enough
                else wheel.WheelSegment(d.label, None)
                for d in inside
            ],
        )
        for title, inside in group_by_dimension(drivers, words)
    ]
    shown = [d for d in drivers if d.n >= enough]
    weak = [d.label for d in sort_weakest_first(shown) if d.level == WEAK]
    yield Picture(
        words(
            "The twelve drivers as residents find them: share weak or very weak (n = {n})",
            n=words.format_span(d.n for d in shown),
        ),
        words("Wheel of drivers by dimension; weak: {names}.", names=words.join_items(weak) or "–"),
        partial(
            wheel.draw_wheel,
            slices,
            [words(name) for name in DRIVER_CLASSES],
            words("hidden: too few"),
        ),
    )


def draw_distribution_picture(
    form: FormAnswers, drivers: Sequence[DriverFigures], order: ReportRequest, words: Localizer
) -> Iterator[Picture]:
    if not drivers:
        return
    labels = form.get_choice_labels(form.list_group_questions(question_names.DRIVERS)[0])
    groups = [
        (title, [build_driver_bar(driver, order, words) for driver in inside])
        for title, inside in group_by_dimension(drivers, words)
    ]
    names = [labels.get(str(point), str(point)) for point in RATING_POINTS]
    heads = (words("n"), labels.get(question_names.UNKNOWN, ""))
    yield Picture(
        words("How strong residents find the city, by driver"),
        words(
            "Stacked bars for {number} drivers, by dimension.",
            number=len(drivers),
        ),
        partial(bar_charts.draw_distribution, groups, names, heads, words.format_share),
    )


def build_driver_bar(driver: DriverFigures, order: ReportRequest, words: Localizer) -> Bar:
    if driver.n < order.minimum_cell:
        return Bar(driver.label, None, ("–", "–"))
    unknown = words.format_share(compute_share(driver.unknown, driver.n + driver.unknown))
    return Bar(driver.label, driver.shares, (words.format_count(driver.n), unknown))

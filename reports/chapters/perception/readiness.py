"""The two single questions on how ready the city and one's household are."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from reports import question_names
from reports.chapters.elements import Picture
from reports.charts import bar_charts
from reports.charts.bar_charts import Bar
from reports.localizer import Words, later
from reports.reading.form_answers import Form
from reports.request import Order
from reports.statistics.row_suppression import share

READINESS = {
    question_names.COMPARED: later("Readiness compared with two years ago"),
    question_names.COPING: later("Household without water and power"),
}


def readiness(residents: Form, order: Order, words: Words) -> Iterator[Picture]:
    """Both beside each other."""
    titled = []
    for question in (q for name in READINESS if (q := residents.question(name))):
        tally, people = residents.tally(question), residents.answered(question)
        labels = residents.choices(question)
        topic = words(READINESS[question.name])
        title = words("{title} (n = {n})", title=topic, n=words.count(people))
        if people >= order.minimum_cell:
            rows = [Bar(labels[code], (share(count, people),)) for code, count in tally.items()]
            titled.append((title, rows))
    if titled:
        yield Picture(
            words("Readiness"),
            words("Shares of answers to the questions on readiness."),
            partial(bar_charts.panels, titled, words.percent),
        )

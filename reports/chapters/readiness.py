"""The two single questions on how ready the city and one's household are."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from reports import roles
from reports.chapters.chapter import Picture
from reports.charts import bars
from reports.charts.bars import Bar
from reports.order import Order
from reports.reading.form import Form
from reports.statistics.shares import share
from reports.words import Words, later

READINESS = {
    roles.COMPARED: later("Readiness compared with two years ago"),
    roles.COPING: later("Household without water and power"),
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
            partial(bars.panels, titled, words.percent),
        )

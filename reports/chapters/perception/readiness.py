"""The two single questions on how ready the city and one's household are."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from reports import question_names
from reports.chapters.elements import Picture
from reports.charts import bar_charts
from reports.charts.bar_charts import Bar
from reports.localizer import Localizer, gettext_noop
from reports.reading.form_answers import FormAnswers
from reports.request import ReportRequest
from reports.statistics.row_suppression import compute_share

READINESS_TITLES = {
    question_names.COMPARED_QUESTIONS: gettext_noop("Readiness compared with two years ago"),
    question_names.COPING: gettext_noop("Household without water and power"),
}


def draw_readiness_picture(
    residents: FormAnswers, order: ReportRequest, words: Localizer
) -> Iterator[Picture]:
    """Both beside each other."""
    titled = []
    for question in (q for name in READINESS_TITLES if (q := residents.find_question(name))):
        tally, people = residents.count_choices(question), residents.count_answered(question)
        labels = residents.get_choice_labels(question)
        topic = words(READINESS_TITLES[question.name])
        title = words("{title} (n = {n})", title=topic, n=words.format_count(people))
        if people >= order.minimum_cell:
            rows = [
                Bar(labels[code], (compute_share(count, people),)) for code, count in tally.items()
            ]
            titled.append((title, rows))
    if titled:
        yield Picture(
            words("Readiness"),
            words("Shares of answers to the questions on readiness."),
            partial(bar_charts.draw_panels, titled, words.format_share),
        )

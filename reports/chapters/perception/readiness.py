"""The two single questions on how ready the city and one's household are."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from reports import question_names
from reports.chapters.elements import COUNT, SHARE, Picture, ReportTable, TableColumn
from reports.charts import bar_charts
from reports.charts.bar_charts import Bar
from reports.localizer import Localizer, gettext_noop
from reports.reading.form_answers import FormAnswers
from reports.request import ReportRequest
from reports.statistics.row_suppression import compute_share, suppress_row

READINESS_TITLES = {
    question_names.COMPARED_QUESTIONS: gettext_noop("Readiness compared with two years ago"),
    question_names.COPING: gettext_noop("Household without water and power"),
}


def tally_readiness(
    residents: FormAnswers, order: ReportRequest
) -> Iterator[tuple[str, int, list[tuple[str, int | None]]]]:
    """Each question that enough people answered: its name, n, and label -> people, None if hidden.

    Who gives two answers is in both, so that the counts need not add up to n.
    """
    for question in (q for name in READINESS_TITLES if (q := residents.find_question(name))):
        tally, people = residents.count_choices(question), residents.count_answered(question)
        if people < order.minimum_cell:
            continue
        labels = residents.get_choice_labels(question)
        masks = suppress_row(list(tally.values()), order.minimum_cell)
        rows = [
            (labels[code], None if mask else count)
            for (code, count), mask in zip(tally.items(), masks, strict=True)
        ]
        yield question.name, people, rows


def draw_readiness_picture(
    residents: FormAnswers, order: ReportRequest, words: Localizer
) -> Iterator[Picture]:
    """Both beside each other."""
    titled = []
    for name, people, rows in tally_readiness(residents, order):
        topic = words(READINESS_TITLES[name])
        title = words("{title} (n = {n})", title=topic, n=words.format_count(people))
        bars = [
            Bar(label, None if count is None else (compute_share(count, people),))
            for label, count in rows
        ]
        titled.append((title, bars))
    if titled:
        yield Picture(
            words("Readiness"),
            words("Shares of answers to the questions on readiness."),
            partial(bar_charts.draw_panels, titled, words.format_share),
        )


def build_readiness_table(
    residents: FormAnswers, order: ReportRequest, words: Localizer
) -> Iterator[ReportTable]:
    """A row for each answer to either question: what the picture shows, in numbers."""
    rows = [
        {
            "question": words(READINESS_TITLES[name]),
            "answer": label,
            "share": None if count is None else compute_share(count, people),
            "people": count,
            "n": people,
            "hidden": words("yes") if count is None else "",
        }
        for name, people, every in tally_readiness(residents, order)
        for label, count in every
    ]
    columns = (
        TableColumn("question", words("Question")),
        TableColumn("answer", words("Answer")),
        TableColumn("share", words("Share"), SHARE),
        TableColumn("people", words("People"), COUNT),
        TableColumn("n", words("Answered (n)"), COUNT),
        TableColumn("hidden", words("Hidden (too few)")),
    )
    if rows:
        yield ReportTable.from_rows("readiness", words("Readiness"), columns, rows)

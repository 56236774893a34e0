"""Scenarios and trends drawn: where they lie, and how far ratings spread."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from reports import question_names
from reports.chapters.elements import Picture
from reports.chapters.scenarios.scenario_ratings import HIGH_MEDIAN, LOW_MEDIAN, Scenario
from reports.charts import bar_charts, scenario_grid
from reports.charts.bar_charts import Bar
from reports.localizer import Localizer
from reports.reading.form_answers import FormAnswers
from reports.statistics.ranges import Range
from survey.workshop.agreement import Rating


def draw_scenario_picture(
    form: FormAnswers, shown: Sequence[Scenario], words: Localizer
) -> Picture:
    """Each scenario at its medians, in the colour of how ready the city is."""
    marks = [
        scenario_grid.ScenarioPoint(
            s.label,
            build_rating_point(s.ratings[question_names.LIKELIHOOD]),
            build_rating_point(s.ratings[question_names.CONSEQUENCE]),
            classify_readiness(s),
            words("n = {n}", n=words.format_span(r.n for r in s.ratings.values())),
        )
        for s in shown
    ]
    key = scenario_grid.ScenarioLegend(
        (words("hardly ready"), words("partly ready"), words("ready")),
        words("readiness not known"),
        words("middle half of the ratings"),
    )
    return Picture(
        words("Likelihood and impact of the scenarios, and how ready the city is"),
        words("{number} numbered marks on a grid.", number=len(shown)),
        partial(
            scenario_grid.draw_scenario_grid,
            marks,
            label_question_scale(form, question_names.CONSEQUENCE),
            label_question_scale(form, question_names.LIKELIHOOD),
            (words("Impact"), words("Likelihood")),
            key,
        ),
    )


def build_rating_point(found: Rating) -> scenario_grid.RatingPoint:
    """A median with its quartiles, to be drawn."""
    return scenario_grid.RatingPoint(found.median, Range(found.lower, found.upper))


def classify_readiness(scenario: Scenario) -> int:
    """The class of readiness, least ready first."""
    median = scenario.median(question_names.READINESS)
    return 0 if median <= LOW_MEDIAN else 2 if median >= HIGH_MEDIAN else 1


def label_question_scale(form: FormAnswers, name: str) -> list[str]:
    """The points of a question's scale in words, without what explains them after a colon."""
    question = form.find_question(name)
    labels = form.get_choice_labels(question) if question else {}
    return [f"{p} · {label.partition(':')[0]}" for p, label in labels.items() if p.isdecimal()]


def draw_medians_picture(
    form: FormAnswers,
    question: str,
    rows: Sequence[tuple[str, Rating]],
    caption: str,
    words: Localizer,
) -> Picture:
    """Median and quartiles of some ratings on a question's scale."""
    return Picture(
        caption,
        words("Median and middle half of the ratings for {number} rows.", number=len(rows)),
        partial(
            bar_charts.draw_medians,
            [
                Bar(
                    label,
                    (found.median, found.lower, found.upper),
                    (words.format_count(found.n), words.format_share(found.within_one)),
                )
                for label, found in rows
            ],
            label_question_scale(form, question),
            (words("median"), words("middle half of the ratings")),
            (words("n"), words("within 1 point")),
        ),
    )

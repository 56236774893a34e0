"""Scenarios and trends drawn: where they lie, and how far ratings spread."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from reports import question_names
from reports.chapters.elements import Picture
from reports.chapters.scenarios.scenario_ratings import HIGH, LOW, Scenario
from reports.charts import bar_charts
from reports.charts import scenario_grid as drawn
from reports.charts.bar_charts import Bar
from reports.localizer import Words
from reports.reading.form_answers import Form
from reports.statistics.ranges import Range
from survey.workshop.agreement import Rating


def grid(form: Form, shown: Sequence[Scenario], words: Words) -> Picture:
    """Each scenario at its medians, in the colour of how ready the city is."""
    marks = [
        drawn.Scenario(
            s.label,
            spread(s.ratings[question_names.LIKELIHOOD]),
            spread(s.ratings[question_names.CONSEQUENCE]),
            readiness(s),
            words("n = {n}", n=words.span(r.n for r in s.ratings.values())),
        )
        for s in shown
    ]
    key = drawn.Key(
        (words("hardly ready"), words("partly ready"), words("ready")),
        words("readiness not known"),
        words("middle half of the ratings"),
    )
    return Picture(
        words("Likelihood and impact of the scenarios, and how ready the city is"),
        words("Numbered marks on a grid; the gravest is {scenario}.", scenario=shown[0].label),
        partial(
            drawn.grid,
            marks,
            scale(form, question_names.CONSEQUENCE),
            scale(form, question_names.LIKELIHOOD),
            (words("Impact"), words("Likelihood")),
            key,
        ),
    )


def spread(found: Rating) -> drawn.Rating:
    """A median with its quartiles, to be drawn."""
    return drawn.Rating(found.median, Range(found.lower, found.upper))


def readiness(scenario: Scenario) -> int:
    """The class of readiness, least ready first."""
    median = scenario.median(question_names.READINESS)
    return 0 if median <= LOW else 2 if median >= HIGH else 1


def scale(form: Form, name: str) -> list[str]:
    """The points of a question's scale in words, without what explains them after a colon."""
    question = form.question(name)
    labels = form.choices(question) if question else {}
    return [f"{p} · {label.partition(':')[0]}" for p, label in labels.items() if p.isdecimal()]


def medians(
    form: Form, question: str, rows: Sequence[tuple[str, Rating]], caption: str, words: Words
) -> Picture:
    """Median and quartiles of some ratings on a question's scale."""
    return Picture(
        caption,
        words("Median and middle half of the ratings for {number} rows.", number=len(rows)),
        partial(
            bar_charts.medians,
            [
                Bar(
                    label,
                    (found.median, found.lower, found.upper),
                    (words.count(found.n), words.percent(found.within_one)),
                )
                for label, found in rows
            ],
            scale(form, question),
            (words("median"), words("middle half of the ratings")),
            (words("n"), words("within 1 point")),
        ),
    )

"""How participants rate shocks and stresses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from reports import question_names
from reports.chapters.elements import COUNT, SCORE, SHARE, Column, Picture, Table
from reports.charts import bar_charts, matrix
from reports.charts.bar_charts import Bar
from reports.localizer import Words, later
from reports.reading.form_answers import Form
from reports.request import Order
from survey.workshop.agreement import Rating, rating

RATED = {
    question_names.LIKELIHOOD: later("Likelihood"),
    question_names.CONSEQUENCE: later("Consequence"),
    question_names.WEIGHT: later("Weight of stresses"),
}


@dataclass(frozen=True)
class Rated:
    """A shock or stress and what its ratings come to."""

    code: str
    label: str
    rating: Rating


def rated(form: Form, group: str) -> list[Rated]:
    """The rows of a rating table in their order; who does not know is left out."""
    return [
        Rated(question.name, form.label(question), rating(form.scale(question)))
        for question in form.questions(group)
    ]


def paired(sure: dict[str, list[Rated]]) -> list[tuple[Rated, Rated]]:
    """Likelihood and consequence of each shock that has both, gravest first."""
    blows = {r.code: r for r in sure.get(question_names.CONSEQUENCE, [])}
    pairs = [(r, blows[r.code]) for r in sure.get(question_names.LIKELIHOOD, []) if r.code in blows]
    return sorted(pairs, key=gravity, reverse=True)


def gravity(pair: tuple[Rated, Rated]) -> tuple[float, ...]:
    """Sorts by the product of the medians; the quartiles decide between equals."""
    likely, grave = pair[0].rating, pair[1].rating
    return (
        likely.median * grave.median,
        likely.upper + grave.upper,
        likely.lower + grave.lower,
    )


def scale_labels(form: Form, group: str) -> list[str]:
    """The points of a scale in words, without what explains them after a colon."""
    question = form.questions(group)[0]
    labels = form.choices(question)
    return [f"{p} · {labels[str(p)].partition(':')[0]}" for p in question_names.points(question)]


def risk_picture(
    form: Form | None, risks: list[tuple[Rated, Rated]], words: Words
) -> Iterator[Picture]:
    if form is None or not risks:
        return
    cells: dict[tuple[int, int], list[str]] = {}
    for likely, grave in risks:
        at = (int(likely.rating.median + 0.5), int(grave.rating.median + 0.5))
        mark = "" if likely.rating.agreed and grave.rating.agreed else " *"
        cells.setdefault(at, []).append(likely.label + mark)
    yield Picture(
        words(
            "Likelihood and consequence of shocks (medians of participants' ratings, n = {n})",
            n=words.span(r.rating.n for pair in risks for r in pair),
        ),
        words("Table of five by five; the gravest is {shock}.", shock=risks[0][0].label),
        partial(
            matrix.risk,
            cells,
            scale_labels(form, question_names.LIKELIHOOD),
            scale_labels(form, question_names.CONSEQUENCE),
            (words("Likelihood"), words("Consequence")),
        ),
    )


def weight_picture(
    form: Form | None, ratings: dict[str, list[Rated]], order: Order, words: Words
) -> Iterator[Picture]:
    weights = ratings.get(question_names.WEIGHT, [])
    if form is None or not any(r.rating.n >= order.minimum_cell for r in weights):
        return
    enough = order.minimum_cell
    weights = sorted(weights, key=lambda r: (-r.rating.median, -r.rating.upper, -r.rating.lower))
    rows = [
        Bar(
            r.label,
            (r.rating.median, r.rating.lower, r.rating.upper),
            (words.count(r.rating.n), words.percent(r.rating.within_one)),
        )
        if r.rating.n >= enough
        else Bar(r.label, None, ("–", "–"))
        for r in weights
    ]
    yield Picture(
        words("How heavily stresses weigh (participants' ratings)"),
        words(
            "Median and middle half of the ratings; heaviest: {stress}.", stress=weights[0].label
        ),
        partial(
            bar_charts.medians,
            rows,
            scale_labels(form, question_names.WEIGHT),
            (words("median"), words("middle half of the ratings")),
            (words("n"), words("within 1 point")),
        ),
    )


def rating_columns(words: Words) -> tuple[Column, ...]:
    """What a ``Rating`` says, for rows that have its fields."""
    return (
        Column("median", words("Median"), SCORE),
        Column("lower", words("Lower quartile"), SCORE),
        Column("upper", words("Upper quartile"), SCORE),
        Column("within_one", words("Within one point"), SHARE),
        Column("n", words("Rated (n)"), COUNT),
    )


def rated_table(ratings: dict[str, list[Rated]], order: Order, words: Words) -> Iterator[Table]:
    rows = []
    for group, found in ratings.items():
        for r in found:
            row: dict[str, object] = {"scale": words(RATED[group]), "label": r.label}
            if r.rating.n >= order.minimum_cell:
                row |= vars(r.rating)
            rows.append(row)
    columns = (
        Column("scale", words("Scale")),
        Column("label", words("Shock or stress")),
        *rating_columns(words),
    )
    if rows:
        yield Table.of("rated", words("Shocks and stresses rated"), columns, rows)

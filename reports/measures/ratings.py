"""How participants rate shocks and stresses."""

from __future__ import annotations

from dataclasses import dataclass

from reports import question_names
from reports.localizer import gettext_noop
from reports.reading.form_answers import FormAnswers
from survey.workshop.agreement import Rating, compute_rating

RATED_GROUPS = {
    question_names.LIKELIHOOD: gettext_noop("Likelihood"),
    question_names.CONSEQUENCE: gettext_noop("Consequence"),
    question_names.WEIGHT: gettext_noop("Weight of stresses"),
}


@dataclass(frozen=True)
class RatedQuestion:
    """A shock or stress and what its ratings come to."""

    code: str
    label: str
    rating: Rating


def read_ratings(form: FormAnswers, group: str) -> list[RatedQuestion]:
    """The rows of a rating table in their order; who does not know is left out."""
    return [
        RatedQuestion(
            question.name,
            form.get_question_label(question),
            compute_rating(form.count_scale_points(question)),
        )
        for question in form.list_group_questions(group)
    ]


def pair_shock_ratings(
    sure: dict[str, list[RatedQuestion]],
) -> list[tuple[RatedQuestion, RatedQuestion]]:
    """Likelihood and consequence of each shock that has both, gravest first."""
    blows = {r.code: r for r in sure.get(question_names.CONSEQUENCE, [])}
    pairs = [(r, blows[r.code]) for r in sure.get(question_names.LIKELIHOOD, []) if r.code in blows]
    return sorted(pairs, key=compute_gravity, reverse=True)


def compute_risk(pair: tuple[RatedQuestion, RatedQuestion]) -> float:
    """Likelihood times consequence, 1 to 25: the product of the medians."""
    return pair[0].rating.median * pair[1].rating.median


def compute_gravity(pair: tuple[RatedQuestion, RatedQuestion]) -> tuple[float, ...]:
    """Sorts by the product of the medians; the quartiles decide between equals."""
    likely, grave = pair[0].rating, pair[1].rating
    return (
        compute_risk(pair),
        likely.upper + grave.upper,
        likely.lower + grave.lower,
    )


def label_group_scale(form: FormAnswers, group: str) -> list[str]:
    """The points of a scale in words, without what explains them after a colon."""
    question = form.list_group_questions(group)[0]
    labels = form.get_choice_labels(question)
    return [
        f"{p} · {labels[str(p)].partition(':')[0]}"
        for p in question_names.list_scale_points(question)
    ]

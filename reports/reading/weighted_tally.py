"""Weighted answers to a question, and the unweighted people that they are worth."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from reports.reading.form_answers import FormAnswers
from reports.statistics.ranges import NAN, Range, compute_share_range
from reports.statistics.row_suppression import compute_share
from survey.forms.model.questionnaire import Question
from survey.rounding import round_half_up


@dataclass(frozen=True)
class WeightedShare:
    """A share of 0-1 among people who are worth ``effective_n`` unweighted ones; NaN of nobody.

    Both are rounded, to a whole percent and a whole number: weights differ from person to person,
    and whoever knows them could tell by the further digits whose of them a sum is made of.
    """

    share: float
    effective_n: float

    @property
    def range(self) -> Range:
        """As wide as so few effective people make it; see ``reports.statistics.weighting``."""
        return compute_share_range(self.share * self.effective_n, self.effective_n)


NO_WEIGHTED_SHARE = WeightedShare(NAN, NAN)


@dataclass(frozen=True)
class WeightedTally:
    """The weight of who gave each choice, and of all; ``effective_n`` is Kish's."""

    tally: Mapping[str, float]
    total: float
    effective_n: float

    def get_share(self, having: Collection[str]) -> WeightedShare:
        """The share who gave one of some choices, of which nobody gave two."""
        share = compute_share(sum(self.tally[code] for code in having), self.total)
        return WeightedShare(round_half_up(share, 2), round_half_up(self.effective_n))


def build_weighted_tally(form: FormAnswers, question: Question) -> WeightedTally:
    """Of a scale by those who chose a point; of any other question by all who answered it.

    NaN where the form is not weighted.
    """
    codes = list(form.get_choice_labels(question))
    if form.weighting is None:
        return WeightedTally(dict.fromkeys(codes, NAN), NAN, NAN)
    found, scale = form.get_answers(question), [p for p, code in enumerate(codes) if code.isdigit()]
    rated = np.isin(found.choice, scale) if scale else np.ones(len(found.person), bool)
    # Of several choices each is a row, so a mask: nobody may count twice.
    people = np.zeros(form.n, bool)
    people[found.person[rated]] = True
    weights = form.interviews["weight"].to_numpy()[people]
    total, squares = float(weights.sum()), float((weights * weights).sum())
    return WeightedTally(
        form.count_choices_weighted(question), total, total**2 / squares if squares else NAN
    )

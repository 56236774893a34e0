"""Two things that the same people were asked: whether more say the one than the other."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.reading.form_answers import FormAnswers
from reports.statistics.leaders import compute_paired_p_value
from survey.forms.model.questionnaire import Question

PeopleMask = NDArray[np.bool_]


@dataclass(frozen=True)
class SayingPeople:
    """For everybody whether they could say something (``asked``), and whether they did."""

    saying: PeopleMask
    asked: PeopleMask


def mask_answers(form: FormAnswers, question: Question, codes: Collection[str]) -> PeopleMask:
    """For everybody, whether they gave one of some choices."""
    found, every = form.get_answers(question), list(form.get_choice_labels(question))
    wanted = [place for place, code in enumerate(every) if code in codes]
    mask = np.zeros(form.n, bool)
    mask[found.person[np.isin(found.choice, wanted)]] = True
    return mask


def mask_people(form: FormAnswers, rows: Iterable[int]) -> PeopleMask:
    """For everybody, whether their row is among ``rows``."""
    mask = np.zeros(form.n, bool)
    mask[np.fromiter(rows, np.intp)] = True
    return mask


def compare_saying(first: SayingPeople, second: SayingPeople) -> float:
    """Two-sided p that as many say the one as the other, of those who could say both."""
    both = first.asked & second.asked
    only_first = int((both & first.saying & ~second.saying).sum())
    return compute_paired_p_value(only_first, int((both & second.saying & ~first.saying).sum()))

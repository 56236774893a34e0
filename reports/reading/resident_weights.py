"""Weights for the residents' interviews, from the population file that the secretariat named.

A report never fails for want of weights: it is made without them and says why.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reports import question_names
from reports.localizer import Localizer, gettext_noop
from reports.reading.form_answers import FormAnswers
from reports.reading.frames import Frames
from reports.reading.releases import SILENT_CODES
from reports.request import ReportRequest
from reports.statistics.margins import Margin, MarginFault, WeightingError, read_margins
from reports.statistics.weighting import (
    CellCategories,
    Weighting,
    WeightingCells,
    compute_weights,
)
from survey.forms.answers.kind_definition import ChoiceMode

#: Whose answers are weighted.
WEIGHTED_ROLE = question_names.RESIDENT
#: What is recorded of an interview without asking.
RECORDED_VARIABLES = ("language", "source")
#: Faults that are told; of more only the number.
MOST_FAULTS = 3


def weigh_frames(frames: Frames, order: ReportRequest, words: Localizer) -> Frames:
    """Frames in which the residents' questionnaire is weighted, or says why it is not.

    Margins are those of ``order.population``, named for questions or for what is recorded of an
    interview. The wave before is weighted to the same margins.
    """
    form = frames.find_form(question_names.DRIVERS)
    if form is None:
        return frames
    try:
        margins = read_population(Path(order.population)) if order.population else ()
    except WeightingError as refused:
        margins, why = (), explain_missing_weights(refused.faults, order, words)
    else:
        why = words("no population file is set up.")

    def applied(one: FormAnswers) -> FormAnswers:
        if one.questionnaire.id != form.questionnaire.id:
            return one
        return (
            weigh_form(one, margins, order, words)
            if margins
            else replace(one, unweighted_reason=why)
        )

    return replace(
        frames,
        forms=tuple(map(applied, frames.forms)),
        earlier_forms={name: applied(one) for name, one in frames.earlier_forms.items()},
    )


def read_population(path: Path) -> tuple[Margin, ...]:
    """The margins in a file. Raises WeightingError if it cannot be read as such."""
    try:
        # Spreadsheets begin a CSV file in UTF-8 with a byte order mark, which would otherwise
        # become part of the first column's name.
        with path.open(encoding="utf-8-sig", newline="") as file:
            return read_margins(csv.DictReader(file))
    except FileNotFoundError:
        text = gettext_noop("there is no such file. Correct its name in the settings.")
    except (OSError, UnicodeDecodeError, csv.Error):
        text = gettext_noop("it cannot be read. Save it as CSV with commas, in UTF-8.")
    raise WeightingError([MarginFault(text, {})])


def explain_missing_weights(
    faults: Iterable[MarginFault], order: ReportRequest, words: Localizer
) -> str:
    """The file, and what in it (or in who answered) stands in the way."""
    said = [words(fault.text, **fault.values) for fault in faults]
    more = [words("{number} more.", number=words.format_count(len(said) - MOST_FAULTS))] * (
        len(said) > MOST_FAULTS
    )
    return f"{Path(order.population).name}: {' '.join([*said[:MOST_FAULTS], *more])}"


def weigh_form(
    form: FormAnswers, margins: tuple[Margin, ...], order: ReportRequest, words: Localizer
) -> FormAnswers:
    """The form with the residents' weights in its interviews, or with why there are none."""
    try:
        weighting, weight = compute_form_weights(form, margins)
    except WeightingError as refused:
        return replace(
            form, unweighted_reason=explain_missing_weights(refused.faults, order, words)
        )
    return replace(form, interviews=form.interviews.assign(weight=weight), weighting=weighting)


def compute_form_weights(
    form: FormAnswers, margins: tuple[Margin, ...]
) -> tuple[Weighting, NDArray[np.float64]]:
    """The weights of residents, and that of each interview. Raises WeightingError.

    Participants were invited for what they know, and stand for nobody else: they keep their weight.
    """
    residents = (form.interviews["role"] == WEIGHTED_ROLE).to_numpy()
    # Of who is not broken down yet, too: weights are worth what all their margins are.
    known = build_margin_variables(form.select_people(residents), margins, full=True)
    kinds, place = group_people_by_cell(known)
    counts = np.bincount(place, minlength=len(kinds)).tolist()
    weighting = compute_weights(
        WeightingCells(tuple(map(str, known)), dict(zip(kinds, counts, strict=True))), margins
    )
    weight = form.interviews["weight"].to_numpy(float, copy=True)
    weight[residents] = np.array([weighting.weights[kind] for kind in kinds])[place]
    return weighting, weight


def build_margin_variables(
    form: FormAnswers, margins: Iterable[Margin], *, full: bool = False
) -> pd.DataFrame:
    """A column of categories for each variable of the margins that is known; NaN if not said.

    NaN also of who is not broken down by it, unless all are wanted in ``full``.
    """
    found: dict[str, pd.Series[Any]] = {}
    for name in dict.fromkeys(name for margin in margins for name in margin.variables):
        question = form.find_question(name)
        if question and question.kind.choices is ChoiceMode.ONE:
            found[name] = form.get_choice_series(question, full=full)
        elif name in RECORDED_VARIABLES:
            known = form.interviews[name] if full else form.get_recorded_series(name)
            found[name] = known.astype("category")
    said = {name: each.where(~each.isin(SILENT_CODES)) for name, each in found.items()}
    return pd.DataFrame(said, index=range(form.n))


def group_people_by_cell(
    known: pd.DataFrame,
) -> tuple[list[CellCategories], NDArray[np.integer[Any]]]:
    """The combinations of categories that there are, and the place of each person's in them."""
    if known.empty:
        return [()] if known.columns.empty else [], np.zeros(len(known), np.intp)
    # Who did not say is in a cell of their own; of combinations that nobody has there is none.
    groups = known.groupby(list(known), observed=True, dropna=False, sort=False)
    place = groups.ngroup().to_numpy(np.intp)
    _, first = np.unique(place, return_index=True)
    rows = known.iloc[first].astype(object).itertuples(index=False, name=None)
    return [tuple(None if pd.isna(v) else str(v) for v in row) for row in rows], place

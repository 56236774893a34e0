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
from reports.localizer import Words, later
from reports.reading.form_answers import Form
from reports.reading.frames import Frames
from reports.request import Order
from reports.statistics.margins import Fault, Margin, WeightingError, read_margins
from reports.statistics.weighting import Cell, Cells, weigh

#: Whose answers are weighted.
WEIGHTED = question_names.RESIDENT
#: What is recorded of an interview without asking.
RECORDED = ("language", "source")
#: Answers of who did not say.
SILENT = (question_names.NOT_SAID, question_names.UNKNOWN)
#: Faults that are told; of more only the number.
TOLD = 3


def weighed(frames: Frames, order: Order, words: Words) -> Frames:
    """The same frames, the residents' questionnaire weighted or told why not.

    Margins are those of ``order.population``, named for questions or for what is recorded of an
    interview. The wave before is weighted to the same margins.
    """
    form = frames.form_with(question_names.DRIVERS)
    if form is None:
        return frames
    try:
        margins = population(Path(order.population)) if order.population else ()
    except WeightingError as refused:
        margins, why = (), reasons(refused.faults, order, words)
    else:
        why = words("no population file is set up.")

    def applied(one: Form) -> Form:
        if one.questionnaire.id != form.questionnaire.id:
            return one
        return weigh_form(one, margins, order, words) if margins else replace(one, unweighted=why)

    return replace(
        frames,
        forms=tuple(map(applied, frames.forms)),
        earlier={name: applied(one) for name, one in frames.earlier.items()},
    )


def population(path: Path) -> tuple[Margin, ...]:
    """The margins in a file. Raises WeightingError if it cannot be read as such."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return read_margins(csv.DictReader(file))
    except FileNotFoundError:
        text = later("there is no such file. Correct its name in the settings.")
    except (OSError, UnicodeDecodeError, csv.Error):
        text = later("it cannot be read. Save it as CSV with commas, in UTF-8.")
    raise WeightingError([Fault(text, {})])


def reasons(faults: Iterable[Fault], order: Order, words: Words) -> str:
    """The file, and what in it (or in who answered) stands in the way."""
    said = [words(fault.text, **fault.values) for fault in faults]
    more = [words("{number} more.", number=words.count(len(said) - TOLD))] * (len(said) > TOLD)
    return f"{Path(order.population).name}: {' '.join([*said[:TOLD], *more])}"


def weigh_form(form: Form, margins: tuple[Margin, ...], order: Order, words: Words) -> Form:
    """The form with the residents' weights in its interviews, or with why there are none."""
    residents = (form.interviews["role"] == WEIGHTED).to_numpy()
    known = variables(form.only(residents), margins)
    kinds, place = grouped(known)
    counts = np.bincount(place, minlength=len(kinds)).tolist()
    try:
        weighting = weigh(
            Cells(tuple(map(str, known)), dict(zip(kinds, counts, strict=True))), margins
        )
    except WeightingError as refused:
        return replace(form, unweighted=reasons(refused.faults, order, words))
    weight = form.interviews["weight"].to_numpy(float, copy=True)
    weight[residents] = np.array([weighting.weights[kind] for kind in kinds])[place]
    return replace(form, interviews=form.interviews.assign(weight=weight), weighting=weighting)


def variables(form: Form, margins: Iterable[Margin]) -> pd.DataFrame:
    """A column of categories for each variable of the margins that is known; NaN if not said."""
    found: dict[str, pd.Series[Any]] = {}
    for name in dict.fromkeys(name for margin in margins for name in margin.variables):
        question = form.question(name)
        if question and question.kind == "select_one":
            found[name] = form.each(question)
        elif name in RECORDED:
            found[name] = form.interviews[name].astype("category")
    said = {name: each.where(~each.isin(SILENT)) for name, each in found.items()}
    return pd.DataFrame(said, index=range(form.n))


def grouped(known: pd.DataFrame) -> tuple[list[Cell], NDArray[np.integer[Any]]]:
    """The combinations of categories that there are, and the place of each person's in them."""
    if known.empty:
        return [()] if known.columns.empty else [], np.zeros(len(known), np.intp)
    groups = known.groupby(list(known), observed=True, dropna=False, sort=False)
    place = groups.ngroup().to_numpy(np.intp)
    _, first = np.unique(place, return_index=True)
    rows = known.iloc[first].astype(object).itertuples(index=False, name=None)
    return [tuple(None if pd.isna(v) else str(v) for v in row) for row in rows], place

"""What reports compute of each interview before they count: flags, words read, weights.

The same functions as in a report, for every interview that any report counts, so that whoever has
the data files can compute anew what was published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd

from reports import question_names
from reports.reading.form_answers import FormAnswers
from reports.reading.form_reader import FormReader
from reports.reading.frames import read_interviews
from reports.reading.quality_flags import (
    SECONDS_PER_WORD,
    count_words_read,
    find_third_of_median,
    flag_question_sets,
)
from reports.reading.releases import ReleasedPeople, read_released
from reports.reading.reported_waves import (
    ReportedWave,
    group_by_questionnaire,
    group_simultaneous,
    read_waves,
)
from reports.reading.resident_weights import WEIGHTED_ROLE, compute_form_weights, read_population
from reports.reading.store_snapshot import StoreSnapshot
from reports.statistics.margins import MarginFault, WeightingError

#: Why somebody was very fast: under a third of the median, or under what reading takes.
UNDER_THIRD, UNDER_READING = "third", "reading"
MEASURE_COLUMNS = (
    "words",
    "flag_fast",
    "flag_fast_why",
    "flag_straight",
    "flag_straight_where",
    "weight",
)


@dataclass(frozen=True)
class CountedInterviews:
    """``measures`` has ``MEASURE_COLUMNS`` by an interview's id, of complete and partial ones.

    Texts are '' and numbers missing where there is nothing to say. ``forms`` are the questionnaires
    with the waves that are counted together, ``faults`` why residents' answers are not weighted, by
    the waves of a form. ``released`` says who is in the figures; None for all.
    """

    waves: tuple[ReportedWave, ...]
    forms: tuple[FormAnswers, ...]
    measures: pd.DataFrame
    faults: Mapping[tuple[str, ...], tuple[MarginFault, ...]]
    released: ReleasedPeople | None = None

    def find_form(self, wave: str) -> FormAnswers | None:
        """The questionnaire and the waves with which a wave is counted."""
        return next((form for form in self.forms if wave in form.waves), None)


def read_counted_interviews(
    source: StoreSnapshot, as_of: datetime, population: str = "", minimum_cell: int = 0
) -> CountedInterviews:
    """Every group of waves that a report counts together, as of a moment.

    ``population`` is the path of the file that residents are weighted to, '' for none. With
    ``minimum_cell`` it is of who is in the last release by then; without, of everybody.
    """
    waves = list(read_waves(source.connection, as_of))
    # How people came plays no part in what is measured.
    released = read_released(source.connection, as_of, minimum_cell) if minimum_cell else None
    begun = read_interviews(source, [wave.id for wave in waves], as_of, (), released)
    groups = [group for same in group_by_questionnaire(waves) for group in group_simultaneous(same)]
    forms = FormReader(source, as_of, "", False, begun, released).read_forms(groups)
    weights, faults = weigh_counted_forms(forms, population)
    tables = [
        measure_form(form, weight) for form, weight in zip(forms, weights, strict=True) if form.n
    ]
    none = pd.DataFrame({name: pd.Series(dtype=object) for name in MEASURE_COLUMNS})
    return CountedInterviews(
        tuple(waves), tuple(forms), pd.concat(tables) if tables else none, faults, released
    )


def measure_form(form: FormAnswers, weight: Sequence[float]) -> pd.DataFrame:
    """``MEASURE_COLUMNS`` of one form, by the interviews' ids."""
    words = count_words_read(form)
    seconds = form.interviews["spent"].where(form.interviews["complete"]).to_numpy(float)
    fast = {
        UNDER_THIRD: seconds < find_third_of_median(seconds),
        UNDER_READING: seconds < SECONDS_PER_WORD * words,
    }
    straight = {
        path.split("/", 2)[-1]: flagged for path, flagged in flag_question_sets(form).items()
    }
    reasons, places = (join_true_names(each, form.n) for each in (fast, straight))
    columns = (
        words,
        [int(bool(text)) for text in reasons],
        reasons,
        [int(bool(text)) for text in places],
        places,
        weight,
    )
    return pd.DataFrame(
        dict(zip(MEASURE_COLUMNS, columns, strict=True)), index=form.interviews["id"].to_numpy()
    )


def join_true_names(marks: Mapping[str, np.ndarray], n: int) -> list[str]:
    """For each person the names of what is true of them, with a space between."""
    return [" ".join(name for name, each in marks.items() if each[person]) for person in range(n)]


def weigh_counted_forms(
    forms: Sequence[FormAnswers], population: str
) -> tuple[list[Sequence[float]], dict[tuple[str, ...], tuple[MarginFault, ...]]]:
    """The weights of the people of each form, NaN where there are none, and why there are none."""
    weights: list[Sequence[float]] = [np.full(form.n, np.nan).tolist() for form in forms]
    faults: dict[tuple[str, ...], tuple[MarginFault, ...]] = {}
    driven = next((form.questionnaire.id for form in forms if asks_for_drivers(form)), None)
    for number, form in enumerate(forms):
        if form.questionnaire.id != driven or not population:
            continue
        try:
            _, weight = compute_form_weights(form, read_population(Path(population)))
        except WeightingError as refused:
            faults[form.waves] = refused.faults
        else:
            # Participants stand for nobody else.
            weights[number] = np.where(
                form.interviews["role"] == WEIGHTED_ROLE, weight, np.nan
            ).tolist()
    return weights, faults


def asks_for_drivers(form: FormAnswers) -> bool:
    """Whether it is the questionnaire whose residents are weighted."""
    return any(question_names.find_named_groups(form.questionnaire, question_names.DRIVERS))

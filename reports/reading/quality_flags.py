"""Signs that somebody answered without reading.

A flag is a reason to look, and none to delete: some are quick, and some do find everything alike.
Results are shown with and without those who are flagged.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reports.reading.form_answers import FormAnswers
from survey.forms.answers.kind_definition import ChoiceMode
from survey.forms.model.questionnaire import Group, Question
from survey.label_markup import read_label_words

BoolArray = NDArray[np.bool_]
Seconds = NDArray[np.floating[Any]]

#: Under this part of the median duration somebody was very fast.
SPEEDING_FRACTION = 1 / 3
#: Seconds a word takes at the very least: Zhang & Conrad (2014, Surv Res Methods 8:127).
SECONDS_PER_WORD = 0.3
#: The fewest questions that say anything when all are answered alike.
FEWEST_ROWS = 4


def flag_interviews(form: FormAnswers) -> pd.DataFrame:
    """A row for each of the form's interviews: straight and fast."""
    return pd.DataFrame({"straight": flag_straightlining(form), "fast": flag_speeding(form)})


def flag_straightlining(form: FormAnswers) -> BoolArray:
    """Who gave the same answer to all of a set of questions that share their choices."""
    found = np.zeros(form.n, bool)
    for flagged in flag_question_sets(form).values():
        found |= flagged
    return found


def flag_question_sets(form: FormAnswers) -> dict[str, BoolArray]:
    """The path of each group of such questions -> who answered all of them alike."""
    return {
        questions[0].path.rpartition("/")[0]: flag_identical_answers(
            np.stack([form.get_choice_series(question).cat.codes for question in questions])
        )
        for questions in list_question_sets(form)
    }


def flag_identical_answers(answers: NDArray[np.integer[Any]]) -> BoolArray:
    """For each column whether ``FEWEST_ROWS`` or more choices were given, all the same.

    ``answers`` has a row for each question and a column for each person; -1 is no answer.

    "Simple nondifferentiation" in Kim, Dykema, Stevenson, Black & Moberg (2019, Soc Sci Comput Rev
    37:214). "Don't know" is an answer here: a row of nothing else is a straight line too.
    """
    given = answers >= 0
    # A question without an answer is -1, below every code, and so never the highest.
    highest = answers.max(axis=0, initial=-1)
    same = (answers == highest) | ~given
    return np.asarray((given.sum(axis=0) >= FEWEST_ROWS) & same.all(axis=0))


def list_question_sets(form: FormAnswers) -> Iterator[list[Question]]:
    """The groups of ``FEWEST_ROWS`` or more questions with the same choices, outside of repeats."""
    around = form.questionnaire.groups_by_path
    for group in (n for n in form.questionnaire.body.walk() if isinstance(n, Group)):
        inside = [c for c in group.children if isinstance(c, Question) and not c.is_helper]
        alone = not any(outer.repeat for q in inside for outer in around[q.path])
        lists = {
            tuple(form.get_choice_labels(q)) if q.kind.choices is ChoiceMode.ONE else ()
            for q in inside
        }
        # () stands for a question that is not of one choice: beside it a row of equal answers
        # cannot be told.
        if len(inside) >= FEWEST_ROWS and alone and len(lists) == 1 and () not in lists:
            yield inside


def flag_speeding(form: FormAnswers) -> BoolArray:
    """Who took less than a third of the median, or less than reading what they answered takes."""
    # Unfinished interviews are short for another reason, and would pull the median down.
    seconds = form.interviews["spent"].where(form.interviews["complete"])
    return flag_short_durations(seconds.to_numpy(float), estimate_reading_times(form))


def estimate_reading_times(form: FormAnswers) -> Seconds:
    """For each interview how long its questions take to be read, in the language it was held in."""
    return SECONDS_PER_WORD * count_words_read(form)


def count_words_read(form: FormAnswers) -> NDArray[np.integer[Any]]:
    """For each interview the words of the questions answered, in the language it was held in."""
    total = np.zeros(form.n, np.int64)
    held = form.interviews["language"].cat
    spoken = [form.questionnaire.match_language(code) for code in held.categories]
    # The last is for those whose language is not known.
    spoken.append(form.questionnaire.languages[0])
    for question in form.questionnaire.questions:
        people = form.get_full_answers(question).people
        words = np.array(
            [len(read_label_words(question.label, language).split()) for language in spoken]
        )
        total[people] += words[held.codes.to_numpy()[people]]
    return total


def flag_short_durations(seconds: Seconds, floors: Seconds) -> BoolArray:
    """Who took less than a third of the median duration, or less than their own floor.

    ``seconds`` are durations of complete interviews of one questionnaire; NaN is never flagged. The
    median alone is circular: were half of them speeding, it would find nobody. A floor, the time
    that nobody can need less of to read what they were asked, does not depend on the others.
    """
    return np.asarray(seconds < np.maximum(find_third_of_median(seconds), floors))


def find_third_of_median(seconds: Seconds) -> float:
    """Under it somebody was much faster than most; 0 where nothing is known."""
    known = seconds[~np.isnan(seconds)]
    return float(SPEEDING_FRACTION * np.median(known)) if len(known) else 0.0

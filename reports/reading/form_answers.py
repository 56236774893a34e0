"""A fielded questionnaire together with what was answered to each of its questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from reports import question_names
from reports.reading.questionnaire_versions import LeftOutQuestion
from reports.reading.store_snapshot import NO_ANSWERS, GivenAnswers, PlaceArray
from reports.statistics.weighting import Weighting
from survey.forms.model.questionnaire import Group, Question, Questionnaire
from survey.label_markup import read_label_words


def name_waiting_column(grouping: str) -> str:
    """The column of interviews that says who is not broken down by a grouping yet."""
    return f"waiting {grouping}"


@dataclass(frozen=True)
class FormAnswers:
    """One questionnaire and its usable interviews: complete and partial ones.

    ``interviews`` has a row for each: id, wave, role, sector, category, language, source, version,
    complete, started_at, sent_at, spent (seconds) and weight (1.0 where nothing is weighted);
    ``weighting`` says where weights come from, ``unweighted_reason`` why there are none.
    ``given_answers`` are the coded answers by the path of their question. ``asset_counts`` has
    asset, path, code and rows, over all interviews; ``repeat_values`` and ``written_values`` have
    interview, path, occurrence and value. ``waves`` are the ids of the waves that were
    counted. ``left_out`` are answers of older versions that are counted nowhere.
    ``full_answers``: of questions that tell people apart also the answers of who is not broken
    down; ``interviews`` has a column for each grouping (``name_waiting_column``) that says who.
    """

    questionnaire: Questionnaire
    language: str
    waves: tuple[str, ...]
    interviews: pd.DataFrame
    given_answers: Mapping[str, GivenAnswers]
    asset_counts: pd.DataFrame
    repeat_values: pd.DataFrame
    written_values: pd.DataFrame
    left_out: tuple[LeftOutQuestion, ...]
    weighting: Weighting | None = None
    unweighted_reason: str = ""
    full_answers: Mapping[str, GivenAnswers] = field(default_factory=dict)
    #: Of some people only: each one's row, or -1, and their answers as far as they were asked for.
    _place: PlaceArray | None = field(default=None, repr=False)
    _their_answers: dict[str, GivenAnswers] = field(default_factory=dict, repr=False)

    # Who

    @property
    def n(self) -> int:
        """How many people."""
        return len(self.interviews)

    def select_people(self, who: ArrayLike) -> FormAnswers:
        """The answers of some of the people alone; ``who`` has a truth value for each interview."""
        kept = np.asarray(who, dtype=bool)
        place = np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32)
        if self._place is not None:
            place = np.append(place, np.int32(-1))[self._place]  # Who is -1 stays so.
        return replace(
            self,
            interviews=self.interviews[kept].reset_index(drop=True),
            _place=place,
            # A new one: ``replace`` would go on with that of all the people, under the same paths.
            _their_answers={},
        )

    def select_role(self, role: str) -> FormAnswers:
        """The answers of the people of one role alone."""
        return self.select_people(self.interviews["role"] == role)

    # What was asked

    def list_group_questions(self, group: str) -> tuple[Question, ...]:
        """The questions of the first group of that name; none where there is no such group."""
        found: Group | None = next(
            question_names.find_named_groups(self.questionnaire, group), None
        )
        return question_names.list_asked_questions(found) if found else ()

    def find_question(self, name: str) -> Question | None:
        """The first question of that name."""
        return question_names.find_named_question(self.questionnaire, name)

    def get_question_label(self, question: Question) -> str:
        """The question's wording."""
        return read_label_words(question.label, self.language)

    def get_choice_labels(self, question: Question) -> dict[str, str]:
        """Code -> label, in the order of the sheet."""
        return {
            choice.value: read_label_words(choice.label, self.language)
            for choice in question.choices
        }

    # What was answered

    def get_choice_series(self, question: Question, *, full: bool = False) -> pd.Series[str]:
        """The choice of each interview, in their order, as categories; NaN where there is none.

        With ``full`` also of who is not broken down by it: to be used only together.
        """
        found = self.get_full_answers(question) if full else self.get_answers(question)
        choice = np.full(self.n, -1, np.int32)
        # OTHER is -1, which is also how pandas marks a category that is missing.
        choice[found.person] = found.choice
        codes = pd.CategoricalDtype(pd.Index(list(self.get_choice_labels(question)), dtype="str"))
        return pd.Series(pd.Categorical.from_codes(choice, dtype=codes), name=question.name)

    def get_cities(self) -> tuple[pd.Series[str], dict[str, str]]:
        """The city of each person by its code, a row an interview, and code -> label.

        What the list puts together is one city: alone, the few people of a small place would be
        made out, or others hidden for their sake. Raises ValueError where nobody is asked for a
        city.
        """
        asked = self.find_question(question_names.CITY)
        if asked is None:
            raise ValueError("nobody is asked for a city")
        labels = self.get_choice_labels(asked)
        shown = {code: code for code in labels}
        for item in question_names.list_carried_items(self.questionnaire, question_names.CITY):
            small, other = item.get("name", ""), item.get(question_names.MERGED_INTO, "")
            if small in labels and other in labels:
                shown[small] = other
                labels[other] += f" & {labels.pop(small)}"
        # Pandas marks a missing category with -1, which picks the last entry of the list.
        place = [list(labels).index(code) for code in shown.values()] + [-1]
        codes = pd.CategoricalDtype(pd.Index(list(labels), dtype="str"))
        choice = np.array(place)[self.get_choice_series(asked).cat.codes]
        return pd.Series(pd.Categorical.from_codes(choice, dtype=codes), name=asked.name), labels

    def count_answered(self, question: Question) -> int:
        """How many people answered it, whatever their words or choices were."""
        return len(self.get_full_answers(question).people)

    def count_choices(self, question: Question) -> dict[str, int]:
        """How many people gave each choice, in the order of the sheet, those never given too."""
        codes, found = list(self.get_choice_labels(question)), self.get_answers(question).choice
        counts = np.bincount(found[found >= 0], minlength=len(codes))
        return dict(zip(codes, counts.tolist(), strict=True))

    def count_choices_weighted(self, question: Question) -> dict[str, float]:
        """The sum of the weights of those who gave each choice, in the order of the sheet."""
        codes, found = list(self.get_choice_labels(question)), self.get_answers(question)
        known = found.choice >= 0
        weights = self.interviews["weight"].to_numpy()[found.person[known]]
        counts = np.bincount(found.choice[known], weights, minlength=len(codes))
        return dict(zip(codes, counts.tolist(), strict=True))

    def count_scale_points(self, question: Question) -> dict[int, int]:
        """How many people chose each point of the question's scale."""
        tally = self.count_choices(question)
        return {point: tally[str(point)] for point in question_names.list_scale_points(question)}

    def cross_tabulate(
        self, question: Question, by: pd.Series[str], *, weighted: bool = False
    ) -> pd.DataFrame:
        """People by a property of theirs (rows) and by the choice they gave (columns).

        ``by`` has a category, or NaN, for each of ``interviews``. Whole numbers unless weighted.
        """
        codes, groups = list(self.get_choice_labels(question)), by.astype("category").cat
        found, row = self.get_answers(question), groups.codes.to_numpy()
        known = (found.choice >= 0) & (row[found.person] >= 0)
        person = found.person[known]
        # Pandas keeps the codes of few categories in a single byte, in which the product overflows.
        cell = row[person].astype(np.int64) * len(codes) + found.choice[known]
        weights = self.interviews["weight"].to_numpy()[person] if weighted else None
        shape = len(groups.categories), len(codes)
        counts = np.bincount(cell, weights, minlength=shape[0] * shape[1]).reshape(shape)
        return pd.DataFrame(counts, groups.categories, codes)

    def get_answers(self, question: Question) -> GivenAnswers:
        """Who gave which answer to a question outside of repeats."""
        found = self.given_answers.get(question.path, NO_ANSWERS)
        if self._place is None:
            return found
        if question.path not in self._their_answers:
            self._their_answers[question.path] = found.select_people(self._place)
        return self._their_answers[question.path]

    def get_full_answers(self, question: Question) -> GivenAnswers:
        """Who gave which answer, also who is not broken down by it: to be counted only together."""
        found = self.full_answers.get(question.path)
        if found is None or self._place is None:
            return self.get_answers(question) if found is None else found
        return found.select_people(self._place)

    def count_waiting(self, grouping: str) -> int:
        """How many are not broken down by a grouping, of those who said what they are."""
        column = name_waiting_column(grouping)
        return int(self.interviews[column].sum()) if column in self.interviews else 0

    def get_recorded_series(self, column: str) -> pd.Series[str]:
        """What is known of each interview without asking; NaN of who is not broken down by it."""
        series, waiting = self.interviews[column], name_waiting_column(column)
        return series.mask(self.interviews[waiting]) if waiting in self.interviews else series

    def get_texts(self, question: Question) -> pd.Series[str]:
        """What people wrote, by their row in ``interviews``; empty where texts were not read."""
        found = self._select_own_rows(
            self.written_values[self.written_values["path"] == question.path]
        )
        return found.set_index("interview")["value"]

    def build_repeat_table(self, name: str) -> pd.DataFrame:
        """The repeat of that name: a row for each instance, a column for each question inside.

        Columns: interview (its row), occurrence, then the questions' names with codes or texts, of
        several choices separated by a space, "" where there is no answer.
        """
        group = next(question_names.find_named_groups(self.questionnaire, name), None)
        named = self._list_names_inside(group) if group else {}
        found = self._select_own_rows(
            self.repeat_values[self.repeat_values["path"].isin(list(named))]
        )
        keys = ("interview", "occurrence", "path", "value")
        cells: dict[tuple[int, str], dict[str, list[str]]] = {}
        for person, occurrence, path, value in zip(*(found[k].tolist() for k in keys), strict=True):
            instance = cells.setdefault((person, occurrence), {})
            instance.setdefault(named[path], []).append(value)
        rows = sorted(cells)
        texts = {
            name: [" ".join(cells[row].get(name, ())) for row in rows] for name in named.values()
        }
        return pd.DataFrame(
            {
                "interview": pd.Series([row[0] for row in rows], dtype=found["interview"].dtype),
                "occurrence": pd.Series([row[1] for row in rows], dtype="str"),
            }
            | {name: pd.Series(column, dtype="str") for name, column in texts.items()}
        )

    def _list_names_inside(self, group: Group) -> dict[str, str]:
        """Path -> name of what a group asks or computes."""
        form, inside = self.questionnaire, f"{group.path}/"
        paths = [q.path for q in question_names.list_asked_questions(group)]
        paths += [path for path in form.binds if path.startswith(inside)]
        told = {path for path, control in form.controls.items() if control.is_helper}
        return {
            path: question_names.get_path_name(path)
            for path in dict.fromkeys(paths)
            if path not in told
        }

    def _select_own_rows(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Those of the people of this form, by their rows in it."""
        if self._place is None:
            return rows
        place = self._place[rows["interview"].to_numpy()]
        return pd.DataFrame(rows.assign(interview=place)[place >= 0])

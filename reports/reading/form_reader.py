"""The questionnaires of a report with what was answered, all out of one reading of the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import CTE, Connection, select

from reports import question_names
from reports.reading.answer_queries import build_assets_query, build_values_query
from reports.reading.disposition import COMPLETE, PARTIAL, is_usable
from reports.reading.form_answers import FormAnswers, name_waiting_column
from reports.reading.questionnaire_versions import (
    LeftOutQuestion,
    find_incomparable,
    read_version_names,
)
from reports.reading.releases import SILENT_CODES, ReleasedPeople
from reports.reading.reported_waves import ReportedWave
from reports.reading.store_snapshot import (
    NO_ANSWERS,
    GivenAnswers,
    IdArray,
    PlaceArray,
    StoreSnapshot,
    read_given_answers,
    replace_code_ids,
)
from survey.forms.model.questionnaire import Question, Questionnaire
from survey.forms.model.xform_reader import read_xform
from survey.store.schema import code, interview, question, respondent, wave
from survey.store.schema import questionnaire as stored

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class FormReader:
    """What all questionnaires of a report are read with. ``begun_interviews`` are all of them."""

    source: StoreSnapshot
    as_of: datetime
    language: str
    with_texts: bool
    begun_interviews: pd.DataFrame
    released: ReleasedPeople | None = None

    def read_forms(self, groups: Sequence[Sequence[ReportedWave]]) -> list[FormAnswers]:
        """The questionnaire of each group of waves; all their answers come out of one reading."""
        usable = select_released(self.begun_interviews, self.released)
        known = self.read_question_ids([group[-1].questionnaire for group in groups])
        given = read_given_answers(
            self.source,
            # In ascending order, as ``read_interviews`` reads them: places are found by bisection.
            usable["id"].to_numpy(),
            [number for paths in known.values() for number in paths.values()],
            self.as_of,
        )
        return [
            self.read_form(group, usable, known[group[-1].questionnaire.id], given)
            for group in groups
        ]

    def read_question_ids(
        self, questionnaires: Sequence[Questionnaire]
    ) -> dict[str, dict[str, int]]:
        """Questionnaire's id -> path -> the question's number."""
        found: dict[str, dict[str, int]] = {form.id: {} for form in questionnaires}
        query = select(question).where(question.c.questionnaire.in_(list(found)))
        for row in self.source.connection.execute(query):
            found[row.questionnaire][row.path] = row.id
        return found

    def read_form(
        self,
        waves: Sequence[ReportedWave],
        usable: pd.DataFrame,
        known: dict[str, int],
        given: Mapping[int, GivenAnswers],
    ) -> FormAnswers:
        """One questionnaire; its people are numbered anew."""
        newest, ids = waves[-1].questionnaire, tuple(w.id for w in waves)
        people = usable[usable["wave"].isin(ids)]
        left_out = read_left_out(self.source.connection, newest, people["digest"].unique())
        apart = {
            digest: [known[g.question.path] for g in found if g.question.path in known]
            for digest, found in left_out.items()
        }
        place = {
            number: number_people(usable, ids, [d for d in apart if number in apart[d]])
            for numbers in apart.values()
            for number in numbers
        }
        every, used = number_people(usable, ids), self.select_usable(ids)
        spelled = build_values_query(used, newest, known, apart, self.as_of, texts=self.with_texts)
        values = number_value_rows(self.source.fetch_frame(spelled), people["id"].to_numpy())
        answers = {
            path: self.replace_choice_ids(
                newest.by_path[path], given[n].select_people(place.get(n, every))
            )
            for path, n in known.items()
            if path in newest.by_path and n in given
        }
        apart_by_path = dict(self.list_not_broken_down(newest, people["id"]))
        return FormAnswers(
            questionnaire=newest,
            language=newest.match_language(self.language),
            waves=ids,
            interviews=build_people_frame(people).assign(
                **self.build_waiting_columns(newest, people["id"], answers)
            ),
            given_answers=answers
            | {
                path: leave_people_out(answers[path], apart)
                for path, apart in apart_by_path.items()
                if path in answers
            },
            full_answers={path: answers[path] for path in apart_by_path if path in answers},
            asset_counts=self.source.fetch_frame(
                build_assets_query(used, newest, known, apart, self.as_of)
            ),
            repeat_values=values[values["occurrence"] != ""],
            written_values=values[values["occurrence"] == ""],
            left_out=tuple(gone for found in left_out.values() for gone in found),
        )

    def list_not_broken_down(
        self, questionnaire: Questionnaire, ids: pd.Series[int]
    ) -> Iterator[tuple[str, BoolArray]]:
        """Path of a question by which not all people are told apart -> who is not."""
        found = self.released.not_broken_down if self.released else {}
        for name, apart in found.items():
            asked = question_names.find_named_question(questionnaire, name)
            if asked and (mask := ids.isin(apart).to_numpy()).any():
                yield asked.path, mask

    def build_waiting_columns(
        self,
        questionnaire: Questionnaire,
        ids: pd.Series[int],
        answers: Mapping[str, GivenAnswers],
    ) -> dict[str, BoolArray]:
        """Columns that say who has said what they are, and is not broken down by it."""
        columns = {
            name: ids.isin(apart).to_numpy()
            for name, apart in (self.released.not_broken_down if self.released else {}).items()
        }
        for name in columns:
            if asked := question_names.find_named_question(questionnaire, name):
                silent = [n for n, c in enumerate(asked.choices) if c.value in SILENT_CODES]
                found = answers.get(asked.path, NO_ANSWERS)
                said = np.zeros(len(ids), bool)
                said[found.person[~np.isin(found.choice, silent)]] = True
                columns[name] = columns[name] & said
        return {name_waiting_column(name): mask for name, mask in columns.items()}

    def replace_choice_ids(self, asked: Question, given: GivenAnswers) -> GivenAnswers:
        """Answers with choices by their places in the sheet."""
        values = [choice.value for choice in asked.choices]
        query = select(code.c.value, code.c.id).where(code.c.value.in_(values))
        numbers = {row.value: row.id for row in self.source.connection.execute(query)}
        return replace_code_ids(
            given, {numbers[v]: n for n, v in enumerate(values) if v in numbers}
        )

    def select_usable(self, waves: Sequence[str]) -> CTE:
        """The usable interviews of some waves, for the store."""
        return (
            select(interview.c.id, interview.c.digest, respondent.c.role)
            .join(wave, wave.c.id == interview.c.wave_id)
            .join(respondent, respondent.c.id == interview.c.respondent_id)
            .where(interview.c.wave_id.in_(waves), is_usable(self.as_of))
            .where(interview.c.started_at < self.as_of)
            .where(interview.c.id.not_in(list_waiting(self.begun_interviews, self.released)))
            .cte("used")
        )


def select_released(begun: pd.DataFrame, released: ReleasedPeople | None) -> pd.DataFrame:
    """The usable interviews that are in the figures."""
    usable = begun[begun["disposition"].isin([COMPLETE, PARTIAL])]
    return usable if released is None else usable[usable["id"].isin(list(released.since))]


def list_waiting(begun: pd.DataFrame, released: ReleasedPeople | None) -> list[int]:
    """The usable interviews that wait for the next release."""
    usable = begun[begun["disposition"].isin([COMPLETE, PARTIAL])]
    there = select_released(begun, released)
    return [int(id_) for id_ in usable["id"][~usable["id"].isin(there["id"])]]


def leave_people_out(given: GivenAnswers, apart: BoolArray) -> GivenAnswers:
    """The answers of everybody else, under the same row numbers."""
    kept = ~apart[given.person]
    return GivenAnswers(given.person[kept], given.choice[kept])


def number_people(
    usable: pd.DataFrame, waves: Sequence[str], apart: Sequence[str] = ()
) -> PlaceArray:
    """Of each usable interview its place among those of some waves.

    -1 for those of other waves, and of versions whose answers stay ``apart``.
    """
    mine = usable["wave"].isin(waves).to_numpy()
    counted = mine & ~usable["digest"].isin(apart).to_numpy()
    return np.where(counted, np.cumsum(mine) - 1, -1).astype(np.int32)


def number_value_rows(values: pd.DataFrame, ids: IdArray) -> pd.DataFrame:
    """The rows of a query with interviews by their places in ``ids``, which ascend."""
    place = np.searchsorted(ids, values["interview"].to_numpy())
    texts = {name: values[name].astype("str") for name in ("path", "occurrence", "value")}
    return values.assign(interview=place.astype(np.int32), **texts)


def build_people_frame(people: pd.DataFrame) -> pd.DataFrame:
    """What is known of usable interviews without asking."""
    about = people[["id", "wave", "role", "sector", "category", "language", "source", "version"]]
    return about.assign(
        complete=people["disposition"] == COMPLETE,
        released_at=people["released_at"],
        started_at=people["started_at"],
        sent_at=people["sent_at"],
        spent=people["spent"].where(people["spent"] > 0),
        weight=1.0,
    ).reset_index(drop=True)


def read_left_out(
    connection: Connection, newest: Questionnaire, digests: Iterable[str]
) -> dict[str, list[LeftOutQuestion]]:
    """Digest of each older version in use -> what of it cannot be counted with the newest."""
    names = read_version_names(connection)
    query = (
        select(stored.c.digest, stored.c.xform)
        .where(stored.c.digest.in_(list(digests)), stored.c.digest != newest.digest)
        .order_by(stored.c.added_at.desc())
    )
    return {
        row.digest: [
            LeftOutQuestion(question, names[row.digest], why)
            for question, why in find_incomparable(newest, read_xform(row.xform))
        ]
        for row in connection.execute(query)
    }

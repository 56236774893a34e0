"""The questionnaires of a report with what was answered, all out of one reading of the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
from sqlalchemy import CTE, Connection, select

from reports.reading.answer_queries import assets_query, values_query
from reports.reading.disposition import COMPLETE, PARTIAL, usable
from reports.reading.form_answers import Form
from reports.reading.questionnaire_versions import LeftOut, differing, version_names
from reports.reading.reported_waves import Wave
from reports.reading.store_snapshot import Given, Ids, Places, Source, placed, read_given
from survey.forms.model.questionnaire import Question, Questionnaire
from survey.forms.model.xform_reader import read_xform
from survey.store.schema import code, interview, question, respondent, wave
from survey.store.schema import questionnaire as stored


@dataclass(frozen=True)
class Reading:
    """What all questionnaires of a report are read with. ``begun`` are all interviews."""

    source: Source
    as_of: datetime
    language: str
    texts: bool
    begun: pd.DataFrame

    def forms(self, groups: Sequence[Sequence[Wave]]) -> list[Form]:
        """The questionnaire of each group of waves; all their answers come out of one reading."""
        usable = self.begun[self.begun["disposition"].isin([COMPLETE, PARTIAL])]
        known = self.questions([group[-1].questionnaire for group in groups])
        given = read_given(
            self.source,
            usable["id"].to_numpy(),
            [number for paths in known.values() for number in paths.values()],
            self.as_of,
        )
        return [
            self.form(group, usable, known[group[-1].questionnaire.id], given) for group in groups
        ]

    def questions(self, questionnaires: Sequence[Questionnaire]) -> dict[str, dict[str, int]]:
        """Questionnaire's id -> path -> the question's number."""
        found: dict[str, dict[str, int]] = {form.id: {} for form in questionnaires}
        query = select(question).where(question.c.questionnaire.in_(list(found)))
        for row in self.source.rows.execute(query):
            found[row.questionnaire][row.path] = row.id
        return found

    def form(
        self,
        waves: Sequence[Wave],
        usable: pd.DataFrame,
        known: dict[str, int],
        given: Mapping[int, Given],
    ) -> Form:
        """One questionnaire; its people are numbered anew."""
        newest, ids = waves[-1].questionnaire, tuple(w.id for w in waves)
        people = usable[usable["wave"].isin(ids)]
        left_out = read_left_out(self.source.rows, newest, people["digest"].unique())
        apart = {
            digest: [known[gone.question.path] for gone in found]
            for digest, found in left_out.items()
        }
        place = {
            number: places(usable, ids, [d for d in apart if number in apart[d]])
            for numbers in apart.values()
            for number in numbers
        }
        every, used = places(usable, ids), self.used(ids)
        spelled = values_query(used, newest, known, apart, self.as_of, texts=self.texts)
        values = numbered(self.source.frame(spelled), people["id"].to_numpy())
        return Form(
            questionnaire=newest,
            language=newest.language(self.language),
            waves=ids,
            interviews=described(people),
            given={
                path: self.choices(newest.by_path[path], given[n].only(place.get(n, every)))
                for path, n in known.items()
                if path in newest.by_path and n in given
            },
            assets=self.source.frame(assets_query(used, newest, known, apart, self.as_of)),
            repeats=values[values["occurrence"] != ""],
            words=values[values["occurrence"] == ""],
            left_out=tuple(gone for found in left_out.values() for gone in found),
        )

    def choices(self, asked: Question, given: Given) -> Given:
        """Answers with choices by their places in the sheet."""
        values = [choice.value for choice in asked.choices]
        query = select(code.c.value, code.c.id).where(code.c.value.in_(values))
        numbers = {row.value: row.id for row in self.source.rows.execute(query)}
        return placed(given, {numbers[v]: n for n, v in enumerate(values) if v in numbers})

    def used(self, waves: Sequence[str]) -> CTE:
        """The usable interviews of some waves, for the store."""
        return (
            select(interview.c.id, interview.c.digest, respondent.c.role)
            .join(wave, wave.c.id == interview.c.wave_id)
            .join(respondent, respondent.c.id == interview.c.respondent_id)
            .where(interview.c.wave_id.in_(waves), usable(self.as_of))
            .where(interview.c.started_at < self.as_of)
            .cte("used")
        )


def places(usable: pd.DataFrame, waves: Sequence[str], apart: Sequence[str] = ()) -> Places:
    """Of each usable interview its place among those of some waves.

    -1 for those of other waves, and of versions whose answers stay ``apart``.
    """
    mine = usable["wave"].isin(waves).to_numpy()
    counted = mine & ~usable["digest"].isin(apart).to_numpy()
    return np.where(counted, np.cumsum(mine) - 1, -1).astype(np.int32)


def numbered(values: pd.DataFrame, ids: Ids) -> pd.DataFrame:
    """The rows of a query with interviews by their places in ``ids``, which ascend."""
    place = np.searchsorted(ids, values["interview"].to_numpy())
    texts = {name: values[name].astype("str") for name in ("path", "occurrence", "value")}
    return values.assign(interview=place.astype(np.int32), **texts)


def described(people: pd.DataFrame) -> pd.DataFrame:
    """What is known of usable interviews without asking."""
    about = people[["wave", "role", "sector", "category", "language", "source", "version"]]
    return about.assign(
        complete=people["disposition"] == COMPLETE,
        started_at=people["started_at"],
        sent_at=people["sent_at"],
        spent=people["spent"].where(people["spent"] > 0),
        weight=1.0,
    ).reset_index(drop=True)


def read_left_out(
    connection: Connection, newest: Questionnaire, digests: Iterable[str]
) -> dict[str, list[LeftOut]]:
    """Digest of each older version in use -> what of it cannot be counted with the newest."""
    names = version_names(connection)
    query = (
        select(stored.c.digest, stored.c.xform)
        .where(stored.c.digest.in_(list(digests)), stored.c.digest != newest.digest)
        .order_by(stored.c.added_at.desc())
    )
    return {
        row.digest: [
            LeftOut(question, names[row.digest], why)
            for question, why in differing(newest, read_xform(row.xform))
        ]
        for row in connection.execute(query)
    }

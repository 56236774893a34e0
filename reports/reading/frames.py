"""From the store to tidy frames: the only place where a report reads.

All is "as of" a moment: what came later is left out. An answer that was changed later counts from
the change on, since the store keeps the answer that stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pandas as pd
from sqlalchemy import (
    CTE,
    Connection,
    func,
    select,
)

from reports import roles
from reports.reading.compact import Given, Ids, Source, placed, read_given, reading
from reports.reading.disposition import COMPLETE, PARTIAL, disposition, usable
from reports.reading.form import Form
from reports.reading.queries import assets_query, values_query
from reports.reading.released import Released, read_released
from reports.reading.rooms import Held, read_held
from reports.reading.versions import LeftOut, differing, version_names
from survey.forms.questionnaire import Question, Questionnaire
from survey.forms.xform import read_xform
from survey.store.schema import (
    code,
    interview,
    invitation,
    question,
    receipt,
    refusal,
    respondent,
    wave,
)
from survey.store.schema import questionnaire as stored

#: Microseconds, of which the store's times are made.
SECOND = 1e6


@dataclass(frozen=True)
class Wave:
    """One fielding that had opened; ``questionnaire`` is the version given to new interviews.

    ``version`` is what that is called, told apart from others of the same name.
    """

    id: str
    questionnaire: Questionnaire
    version: str
    audience: tuple[str, ...]
    opens_at: datetime
    closes_at: datetime
    languages: tuple[str, ...]


@dataclass(frozen=True)
class Frames:
    """All that a report is made of, as of one moment.

    ``interviews``: all that were begun, with wave, version, role, sector, category, language,
    source, disposition, position, started_at and sent_at (UTC; no time if not sent) and spent
    (seconds). ``refusals``: wave and at, one row each. ``joined``: role -> people who have started
    the bot and not withdrawn. ``invited``: places on participants' invitations. ``withdrawn``: wave
    -> people who withdrew from it. ``held``: workshops with results. ``earlier``: a questionnaire's
    id -> the same in the wave before. ``released``: what may be quoted of open answers.
    """

    waves: tuple[Wave, ...]
    forms: tuple[Form, ...]
    interviews: pd.DataFrame
    refusals: pd.DataFrame
    joined: dict[str, int]
    invited: int
    withdrawn: dict[str, int]
    held: tuple[Held, ...] = ()
    earlier: Mapping[str, Form] = field(default_factory=dict)
    released: tuple[Released, ...] = ()

    def before(self, form: Form) -> Form | None:
        """The same questionnaire in the wave before, if there was one."""
        return self.earlier.get(form.questionnaire.id)

    def form_with(self, name: str) -> Form | None:
        """The questionnaire in which a group has that name."""
        return next((f for f in self.forms if any(roles.groups(f.questionnaire, name))), None)

    @property
    def vulnerability(self) -> Form | None:
        """The questionnaire that asks how vulnerable assets are to shocks.

        Others may ask about the same assets: of their condition, for one.
        """
        asked = (f for f in self.forms if any(roles.shocks_of_assets(f.questionnaire)))
        return next(asked, None)


def read(
    database_url: str, as_of: datetime, language: str, *, texts: bool = False, wave: str = ""
) -> Frames:
    """Read what a report as of ``as_of`` needs, labels to be in ``language`` where they exist.

    What people wrote is read if ``texts`` are wanted. With ``wave`` it is about that one alone, and
    the earlier ones to compare it with.
    """
    with reading(database_url) as source:
        every = list(read_waves(source.rows, as_of))
        waves = [w for w in every if wave in ("", w.id)]
        related = [w for w in every if any(is_earlier(w, later) for later in waves)]
        begun = read_interviews(source, [w.id for w in related], as_of)
        groups = [counted_together(same) for same in by_questionnaire(related)]
        last = [group[-1] for group in groups]
        before = [group[-2] for group in groups if len(group) > 1]
        found = Reading(source, as_of, language, texts, begun)
        forms = found.forms([*last, *before])
        return Frames(
            waves=tuple(waves),
            forms=tuple(forms[: len(last)]),
            interviews=begun[begun["wave"].isin([w.id for w in waves])].drop(
                columns=["id", "digest"]
            ),
            refusals=source.frame(
                select(refusal.c.wave_id.label("wave"), refusal.c.at).where(refusal.c.at < as_of)
            ),
            joined=read_joined(source.rows, as_of),
            invited=source.rows.scalar(
                select(func.coalesce(func.sum(invitation.c.uses), 0)).where(
                    invitation.c.created_at < as_of, invitation.c.role == "participant"
                )
            )
            or 0,
            withdrawn=read_withdrawn(source.rows, as_of),
            held=tuple(read_held(source.rows, as_of)),
            earlier={form.questionnaire.id: form for form in forms[len(last) :]},
            released=tuple(read_released(source.rows, as_of)),
        )


def read_waves(connection: Connection, as_of: datetime) -> Iterator[Wave]:
    """In the order of their opening; of those opened together, what residents answer first."""
    query = (
        select(wave, stored.c.xform)
        .join(stored, stored.c.digest == wave.c.digest)
        .where(wave.c.opens_at < as_of)
        .order_by(wave.c.opens_at, wave.c.id)
    )
    rows, names = connection.execute(query).all(), version_names(connection)
    for row in sorted(rows, key=lambda row: (row.opens_at, "resident" not in row.audience)):
        yield Wave(
            row.id,
            read_xform(row.xform),
            names[row.digest],
            tuple(row.audience),
            row.opens_at,
            row.closes_at,
            tuple(row.languages),
        )


def is_earlier(wave: Wave, other: Wave) -> bool:
    """Whether a wave is of the same questionnaire as another and not after it."""
    same = wave.questionnaire.id == other.questionnaire.id
    return same and (wave.opens_at, wave.id) <= (other.opens_at, other.id)


def by_questionnaire(waves: Sequence[Wave]) -> Iterator[list[Wave]]:
    """The waves of each questionnaire, the first one first."""
    for wanted in dict.fromkeys(w.questionnaire.id for w in waves):
        yield [w for w in waves if w.questionnaire.id == wanted]


def counted_together(same: Sequence[Wave]) -> list[list[Wave]]:
    """The waves of one questionnaire with those that ran at the same time, the last ones last."""
    rest, found = list(same), []
    while rest:
        together = [w for w in rest if w.closes_at > rest[-1].opens_at]
        found.append(together)
        rest = [w for w in rest if w not in together]
    return found[::-1]


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
        mine = usable["wave"].isin(ids).to_numpy()
        people = usable[mine]
        place = np.where(mine, np.cumsum(mine) - 1, -1).astype(np.int32)
        left_out = read_left_out(self.source.rows, newest, people["digest"].unique())
        answers = {
            path: self.choices(newest.by_path[path], given[number].only(place))
            for path, number in known.items()
            if path in newest.by_path and number in given
        }
        for digest, gone in left_out.items():
            older = np.where(people["digest"] == digest, -1, np.arange(len(people)))
            for one in gone:
                if one.question.path in answers:
                    answers[one.question.path] = answers[one.question.path].only(
                        older.astype(np.int32)
                    )
        used = self.used(ids)
        apart = {
            digest: [known[gone.question.path] for gone in found]
            for digest, found in left_out.items()
        }
        spelled = values_query(used, newest, known, apart, self.as_of, texts=self.texts)
        values = numbered(self.source.frame(spelled), people["id"].to_numpy())
        return Form(
            questionnaire=newest,
            language=newest.language(self.language),
            waves=ids,
            interviews=described(people),
            given=answers,
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


def read_interviews(source: Source, waves: Sequence[str], as_of: datetime) -> pd.DataFrame:
    """All interviews of some waves, by their ids."""
    query = (
        select(
            interview.c.id,
            interview.c.wave_id.label("wave"),
            interview.c.digest,
            respondent.c.role,
            respondent.c.sector,
            respondent.c.category,
            respondent.c.source,
            interview.c.language,
            disposition(as_of).label("disposition"),
            interview.c.position,
            interview.c.started_at,
            interview.c.sent_at,
            (interview.c.spent / SECOND).label("spent"),
        )
        .join(wave, wave.c.id == interview.c.wave_id)
        .join(respondent, respondent.c.id == interview.c.respondent_id)
        .where(interview.c.started_at < as_of, interview.c.wave_id.in_(waves))
        .order_by(interview.c.id)
    )
    found = source.frame(query)
    found["version"] = found["digest"].map(version_names(source.rows)).astype("category")
    found["sent_at"] = found["sent_at"].where(found["sent_at"] < as_of)
    return found


def read_joined(connection: Connection, as_of: datetime) -> dict[str, int]:
    query = (
        select(respondent.c.role, func.count())
        .where(respondent.c.joined_at < as_of)
        .group_by(respondent.c.role)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def read_withdrawn(connection: Connection, as_of: datetime) -> dict[str, int]:
    counts: dict[str, int] = {}
    for deleted in connection.scalars(select(receipt.c.interviews).where(receipt.c.at < as_of)):
        for wave_id in deleted:
            counts[wave_id] = counts.get(wave_id, 0) + 1
    return counts

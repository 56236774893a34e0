"""From the store to tidy frames: the only place where a report reads.

SQL counts; what comes out has a row for each choice of each question, not for each answer. All is
"as of" a moment: what came later is left out. An answer that was changed later counts from the
change on, since the store keeps the answer that stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    create_engine,
    func,
    make_url,
    select,
    type_coerce,
)

from reports import roles
from reports.disposition import disposition, usable
from reports.form import Form
from reports.queries import assets_query, counts_query, places_query
from reports.rooms import Held, read_held
from reports.versions import LeftOut, differing, version_names
from survey.forms.questionnaire import Questionnaire
from survey.forms.xform import read_xform
from survey.store.schema import (
    interview,
    invitation,
    question,
    receipt,
    refusal,
    respondent,
    wave,
)
from survey.store.schema import questionnaire as stored


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

    ``interviews``: wave, version, role, sector, language, source, disposition, position, started_at
    and sent_at (UTC; no time if not sent). ``refusals``: wave and at, one row each. ``joined``:
    role -> people who have started the bot and not withdrawn. ``invited``: places on participants'
    invitations. ``withdrawn``: wave -> people who withdrew from it. ``held``: workshops with
    results.
    """

    waves: tuple[Wave, ...]
    forms: tuple[Form, ...]
    interviews: pd.DataFrame
    refusals: pd.DataFrame
    joined: dict[str, int]
    invited: int
    withdrawn: dict[str, int]
    held: tuple[Held, ...] = ()

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


@contextmanager
def reading(database_url: str) -> Iterator[Connection]:
    """A connection on which every query sees the same state of the store.

    An asynchronous SQLite URL will do as well.
    """
    url = make_url(database_url)
    engine = create_engine(url.set(drivername=url.get_backend_name()))
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN")
            yield connection
    finally:
        engine.dispose()


def read(database_url: str, as_of: datetime, language: str) -> Frames:
    """Read what a report as of ``as_of`` needs, labels to be in ``language`` where they exist."""
    with reading(database_url) as connection:
        waves = tuple(read_waves(connection, as_of))
        return Frames(
            waves=waves,
            forms=tuple(
                read_form(connection, as_of, group, language) for group in counted_together(waves)
            ),
            interviews=read_interviews(connection, as_of),
            refusals=frame(
                connection,
                select(refusal.c.wave_id.label("wave"), moment(refusal.c.at)).where(
                    refusal.c.at < as_of
                ),
            ),
            joined=read_joined(connection, as_of),
            invited=connection.scalar(
                select(func.coalesce(func.sum(invitation.c.uses), 0)).where(
                    invitation.c.created_at < as_of, invitation.c.role == "participant"
                )
            )
            or 0,
            withdrawn=read_withdrawn(connection, as_of),
            held=tuple(read_held(connection, as_of)),
        )


def moment(column: ColumnElement[Any]) -> ColumnElement[int]:
    """A time as it is stored, so that no Python object is made for each."""
    return type_coerce(column, BigInteger).label(column.key or "at")


def frame(connection: Connection, query: Select[Any]) -> pd.DataFrame:
    """The rows of a query; columns that end in ``at`` are times."""
    found = pd.read_sql(query, connection)
    for column in found.columns[found.columns.str.fullmatch(r"(.*_)?at")]:
        found[column] = pd.to_datetime(found[column], unit="us", utc=True)
    return found


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


def counted_together(waves: Sequence[Wave]) -> Iterator[list[Wave]]:
    """For each questionnaire its last wave, and the waves of it that ran at the same time."""
    for wanted in dict.fromkeys(w.questionnaire.id for w in waves):
        same = [w for w in waves if w.questionnaire.id == wanted]
        yield [w for w in same if w.closes_at > same[-1].opens_at]


def read_form(
    connection: Connection, as_of: datetime, waves: Sequence[Wave], language: str
) -> Form:
    newest = waves[-1].questionnaire
    ids = tuple(w.id for w in waves)
    known = {
        row.path: row.id
        for row in connection.execute(
            select(question.c.path, question.c.id).where(question.c.questionnaire == newest.id)
        )
    }
    used = (
        select(interview.c.id, interview.c.digest, respondent.c.role)
        .join(wave, wave.c.id == interview.c.wave_id)
        .join(respondent, respondent.c.id == interview.c.respondent_id)
        .where(interview.c.wave_id.in_(ids), interview.c.started_at < as_of, usable(as_of))
        .cte("used")
    )
    left_out = read_left_out(connection, newest, used)
    apart = {
        digest: [known[gone.question.path] for gone in found] for digest, found in left_out.items()
    }
    return Form(
        questionnaire=newest,
        language=newest.language(language),
        waves=ids,
        counts=frame(connection, counts_query(used, newest.id, apart, as_of)),
        assets=frame(connection, assets_query(used, newest, known, apart, as_of)),
        places=frame(connection, places_query(used, newest, known, apart, as_of)),
        left_out=tuple(gone for found in left_out.values() for gone in found),
    )


def read_left_out(
    connection: Connection, newest: Questionnaire, used: CTE
) -> dict[str, list[LeftOut]]:
    """Digest of each older version in use -> what of it cannot be counted with the newest."""
    names = version_names(connection)
    query = (
        select(stored.c.digest, stored.c.xform)
        .where(stored.c.digest.in_(select(used.c.digest)), stored.c.digest != newest.digest)
        .order_by(stored.c.added_at.desc())
    )
    return {
        row.digest: [
            LeftOut(question, names[row.digest], why)
            for question, why in differing(newest, read_xform(row.xform))
        ]
        for row in connection.execute(query)
    }


def read_interviews(connection: Connection, as_of: datetime) -> pd.DataFrame:
    query = (
        select(
            interview.c.wave_id.label("wave"),
            interview.c.digest,
            respondent.c.role,
            respondent.c.sector,
            respondent.c.source,
            interview.c.language,
            disposition(as_of).label("disposition"),
            interview.c.position,
            moment(interview.c.started_at),
            moment(interview.c.sent_at),
        )
        .join(wave, wave.c.id == interview.c.wave_id)
        .join(respondent, respondent.c.id == interview.c.respondent_id)
        .where(interview.c.started_at < as_of, wave.c.opens_at < as_of)
    )
    found = frame(connection, query)
    found["version"] = found.pop("digest").map(version_names(connection))
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

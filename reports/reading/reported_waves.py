"""The waves that a report is about, and which of them are counted together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from reports.reading.questionnaire_versions import read_version_names
from survey.forms.model.questionnaire import Questionnaire
from survey.forms.model.xform_reader import read_xform
from survey.store.schema import questionnaire as stored
from survey.store.schema import wave


@dataclass(frozen=True)
class ReportedWave:
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


def read_waves(connection: Connection, as_of: datetime) -> Iterator[ReportedWave]:
    """In the order of their opening; of those opened together, what residents answer first."""
    query = (
        select(wave, stored.c.xform)
        .join(stored, stored.c.digest == wave.c.digest)
        .where(wave.c.opens_at < as_of)
        .order_by(wave.c.opens_at, wave.c.id)
    )
    rows, names = connection.execute(query).all(), read_version_names(connection)
    for row in sorted(rows, key=lambda row: (row.opens_at, "resident" not in row.audience)):
        yield ReportedWave(
            row.id,
            read_xform(row.xform),
            names[row.digest],
            tuple(row.audience),
            row.opens_at,
            row.closes_at,
            tuple(row.languages),
        )


def is_earlier(wave: ReportedWave, other: ReportedWave) -> bool:
    """Whether a wave is of the same questionnaire as another and not after it."""
    same = wave.questionnaire.id == other.questionnaire.id
    return same and (wave.opens_at, wave.id) <= (other.opens_at, other.id)


def group_by_questionnaire(waves: Sequence[ReportedWave]) -> Iterator[list[ReportedWave]]:
    """The waves of each questionnaire, the first one first."""
    for wanted in dict.fromkeys(w.questionnaire.id for w in waves):
        yield [w for w in waves if w.questionnaire.id == wanted]


def group_simultaneous(same: Sequence[ReportedWave]) -> list[list[ReportedWave]]:
    """The waves of one questionnaire with those that ran at the same time, the last ones last."""
    rest, found = list(same), []
    while rest:
        # The last of what is left always stays open after it opened, so each round takes one at
        # least.
        together = [w for w in rest if w.closes_at > rest[-1].opens_at]
        found.append(together)
        rest = [w for w in rest if w not in together]
    return found[::-1]

"""Waves, the questionnaires they field, and the integer codes of questions and values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from survey.forms.model.questionnaire import Questionnaire
from survey.forms.model.xform_reader import read_xform
from survey.people import Invitation, Role, Wave
from survey.store.fixed_numbers import fix_code_numbers
from survey.store.schema import code, invitation, question, questionnaire, wave
from survey.store.writer import Statement


@dataclass(slots=True)
class Codebook:
    """Integer codes: of questions by questionnaire and path, of values by themselves.

    All codes of the versions ``digests`` are among them.
    """

    questions: dict[tuple[str, str], int] = field(default_factory=dict)
    values: dict[str, int] = field(default_factory=dict)
    digests: frozenset[str] = frozenset()

    @classmethod
    async def read(cls, connection: AsyncConnection) -> Codebook:
        """All codes given so far."""
        # The versions first: each was added together with its codes, so those are there, too.
        digests = frozenset(await connection.scalars(select(questionnaire.c.digest)))
        questions = await connection.execute(select(question))
        values = await connection.execute(select(code))
        return cls(
            {(row.questionnaire, row.path): row.id for row in questions},
            {row.value: row.id for row in values},
            digests,
        )


WAVES_QUERY = select(wave).order_by(wave.c.opens_at, wave.c.id)


async def list_waves(connection: AsyncConnection) -> list[Wave]:
    """All waves in the order of their opening, then of their id."""
    return [read_wave_row(row) for row in (await connection.execute(WAVES_QUERY)).mappings()]


def read_waves(connection: Connection) -> tuple[Wave, ...]:
    """The same where a transaction is at hand."""
    return tuple(map(read_wave_row, connection.execute(WAVES_QUERY).mappings()))


def read_wave_row(row: RowMapping) -> Wave:
    """The wave in a row that has all its columns."""
    return Wave(
        id=row[wave.c.id],
        digest=row[wave.c.digest],
        audience=tuple(map(Role, row[wave.c.audience])),
        opens_at=row[wave.c.opens_at],
        closes_at=row[wave.c.closes_at],
        languages=tuple(row[wave.c.languages]),
        paused=row[wave.c.paused_at] is not None,
    )


class QuestionnaireCache:
    """Fielded versions that were read, each compiled once; a version never changes."""

    def __init__(self) -> None:
        self._compiled: dict[str, Questionnaire] = {}

    def find(self, digest: str) -> Questionnaire | None:
        """A version, if it was loaded."""
        return self._compiled.get(digest)

    def load(self, connection: Connection, digests: Sequence[str]) -> dict[str, Questionnaire]:
        """Versions by their digests; what was never fielded is not among them."""
        missing = [digest for digest in digests if digest not in self._compiled]
        for row in connection.execute(VERSIONS_QUERY, {"digests": missing}):
            self._compiled[row.digest] = read_xform(row.xform)
        return self._compiled


VERSIONS_QUERY = select(questionnaire.c.digest, questionnaire.c.xform).where(
    questionnaire.c.digest.in_(bindparam("digests", expanding=True))
)


async def read_fielded_version(connection: AsyncConnection, digest: str) -> Questionnaire:
    """A version of a questionnaire as it was fielded. Raises LookupError if it never was."""
    query = select(questionnaire.c.xform).where(questionnaire.c.digest == digest)
    found = (await connection.execute(query)).scalar()
    if found is None:
        raise LookupError(f"no questionnaire {digest}")
    return read_xform(found)


async def add_questionnaire(
    connection: AsyncConnection, form: Questionnaire, at: datetime
) -> list[Statement]:
    """What is missing so that interviews can be held with this version."""
    known = await Codebook.read(connection)
    query = select(questionnaire.c.digest).where(questionnaire.c.digest == form.digest)
    statements: list[Statement] = []
    if (await connection.execute(query)).first() is None:
        statements.append(
            insert(questionnaire).values(
                digest=form.digest, id=form.id, version=form.version, xform=form.xform, added_at=at
            )
        )
    asked = [{"questionnaire": form.id, "path": path} for path in form.binds]
    values = {choice.value for item in form.questions for choice in item.choices}
    new_questions = [
        row for row in asked if (row["questionnaire"], row["path"]) not in known.questions
    ]
    new_values = [{"value": value} for value in sorted(values - known.values.keys())]
    for table, rows in ((question, new_questions), (code, new_values)):
        if rows:
            statements.append((insert(table), rows))
    return [*statements, *await fix_code_numbers(connection, form)]


async def seed_wave(connection: AsyncConnection, new: Wave) -> list[Statement]:
    """Add a wave that is not there yet; for one that is, only new interviews get a new version."""
    query = select(wave.c.digest).where(wave.c.id == new.id)
    there = (await connection.execute(query)).first()
    if there is None:
        return [
            insert(wave).values(
                id=new.id,
                digest=new.digest,
                audience=list(new.audience),
                opens_at=new.opens_at,
                closes_at=new.closes_at,
                languages=list(new.languages),
            )
        ]
    if there.digest == new.digest:
        return []
    return [update(wave).where(wave.c.id == new.id).values(digest=new.digest)]


def update_wave(wave_id: str, **values: Any) -> Statement:
    """Change a wave's ``opens_at``, ``closes_at`` or ``paused_at``."""
    return update(wave).where(wave.c.id == wave_id).values(**values)


async def seed_invitation(
    connection: AsyncConnection, new: Invitation, at: datetime
) -> list[Statement]:
    """Add an invitation that is not there yet."""
    row = {
        "code": new.code,
        "role": new.role,
        "sector": new.sector,
        "category": new.category,
        "uses": new.uses,
        "created_at": at,
        "workshop_id": new.workshop_id,
        "expires_at": new.expires_at,
    }
    return await insert_if_missing(connection, invitation, "code", row)


async def insert_if_missing(
    connection: AsyncConnection, table: Any, key: str, row: dict[str, Any]
) -> list[Statement]:
    """The statement that adds ``row`` unless there is one with its key."""
    there = await connection.execute(select(table.c[key]).where(table.c[key] == row[key]))
    return [] if there.first() else [insert(table).values(row)]

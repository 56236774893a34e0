"""Who of operator and secretariat did what, when and from where. Nothing of residents."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from survey.store.schema import audit
from survey.store.writer import Statement


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """An act. ``who`` is a name that they gave, ``subject`` what it was about."""

    at: datetime
    who: str
    place: str
    act: str
    subject: str


def add_audit_record(record: AuditRecord) -> Statement:
    """Keep a record beside what it tells of, in one transaction."""
    return insert(audit).values(asdict(record))


async def list_audit_records(connection: AsyncConnection, last: int) -> list[AuditRecord]:
    """The last so many acts, the oldest of them first."""
    query = (
        select(audit.c.at, audit.c.who, audit.c.place, audit.c.act, audit.c.subject)
        .order_by(audit.c.id.desc())
        .limit(last)
    )
    return [AuditRecord(*row) for row in await connection.execute(query)][::-1]

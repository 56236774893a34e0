"""What is announced to be deleted, and what bears out that the clock is right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from survey.store.erasures import ErasureKind
from survey.store.retention_schema import announced_deletion, clock_check
from survey.store.schema import cause, interview, respondent
from survey.store.writer import Statement


@dataclass(frozen=True, slots=True)
class AnnouncedDeletion:
    """A group of records that the operator was told of: those from before ``announced_at``."""

    kind: ErasureKind
    scope: str
    count: int
    announced_at: datetime
    due_at: datetime


async def list_announcements(connection: AsyncConnection) -> list[AnnouncedDeletion]:
    """Everything that is announced, what is due first coming first."""
    found = await connection.execute(
        select(announced_deletion).order_by(announced_deletion.c.due_at)
    )
    return [
        AnnouncedDeletion(ErasureKind(r.kind), r.scope, r.records, r.announced_at, r.due_at)
        for r in found
    ]


def add_announcement(new: AnnouncedDeletion) -> Statement:
    """Keep that a deletion was announced."""
    return insert(announced_deletion).values(
        kind=new.kind,
        scope=new.scope,
        records=new.count,
        announced_at=new.announced_at,
        due_at=new.due_at,
    )


def clear_announcement(old: AnnouncedDeletion) -> Statement:
    """It was carried out, or called off."""
    return delete(announced_deletion).where(
        announced_deletion.c.kind == old.kind, announced_deletion.c.scope == old.scope
    )


async def find_newest_record(connection: AsyncConnection, until: datetime) -> datetime | None:
    """When something was last recorded; what claims to be of after ``until`` is no witness."""
    columns = (cause.c.at, clock_check.c.at, interview.c.last_at, respondent.c.joined_at)
    newest = [
        (await connection.execute(select(func.max(column)).where(column <= until))).scalar()
        for column in columns
    ]
    return max(filter(None, newest), default=None)


def set_clock_check(at: datetime) -> list[Statement]:
    """The clock has agreed with Telegram's just now."""
    return [delete(clock_check), insert(clock_check).values(id=1, at=at)]

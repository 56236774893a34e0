"""Files that answer questions, as they are kept: a row for each, which outlives its interview.

The database forgets at once what a row was about when its interview goes or another file takes its
place; the row itself goes when the file in the folder is gone. So no file can be forgotten there.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from survey.interview.uploads import UploadedFile
from survey.people import Respondent
from survey.store.schema import attachment, interview
from survey.store.writer import Statement


@dataclass(frozen=True, slots=True)
class PendingAttachment:
    """A file that is still to be fetched from Telegram."""

    name: str
    file_id: str


def add_attachment(interview_id: int, name: str, sent: UploadedFile) -> Statement:
    """Keep what is known of a file that became an answer."""
    return insert(attachment).values(
        name=name,
        interview_id=interview_id,
        mime=sent.mime,
        size=sent.size,
        bot=sent.bot,
        file_id=sent.file_id,
        file_unique_id=sent.file_unique_id,
        album=sent.album,
    )


def detach_unused(interview_id: int, names: Collection[str]) -> Statement:
    """Let go of an interview's files that are no answer any more."""
    # Where no names are left all files go: SQLAlchemy makes an empty NOT IN true.
    return (
        update(attachment)
        .where(attachment.c.interview_id == interview_id, attachment.c.name.not_in(names))
        .values(interview_id=None)
    )


async def count_attachments(connection: AsyncConnection, who: Respondent) -> int:
    """How many files of a person are kept."""
    query = (
        select(func.count())
        .select_from(attachment.join(interview))
        .where(interview.c.respondent_id == who.id)
    )
    return (await connection.execute(query)).scalar_one()


async def has_file_of_album(connection: AsyncConnection, interview_id: int, album: str) -> bool:
    """Whether a file of that album is an answer already."""
    query = select(attachment.c.name).where(
        attachment.c.interview_id == interview_id, attachment.c.album == album
    )
    # Files that were sent alone all have '' for an album, and do not belong together.
    return bool(album) and (await connection.execute(query)).first() is not None


async def list_unfetched(connection: AsyncConnection, bot: int) -> list[PendingAttachment]:
    """Files that this bot can fetch and has not."""
    # A ``file_id`` is good only for the bot that received it.
    query = select(attachment.c.name, attachment.c.file_id).where(
        attachment.c.interview_id.is_not(None),
        attachment.c.fetched_at.is_(None),
        attachment.c.bot == bot,
    )
    return [PendingAttachment(*row) for row in await connection.execute(query)]


async def is_attached(connection: AsyncConnection, name: str) -> bool:
    """Whether a file still is an answer."""
    query = select(attachment.c.name).where(
        attachment.c.name == name, attachment.c.interview_id.is_not(None)
    )
    return (await connection.execute(query)).first() is not None


def mark_fetched(name: str, at: datetime) -> Statement:
    """The file lies in the folder now."""
    return update(attachment).where(attachment.c.name == name).values(fetched_at=at)


async def list_detached(connection: AsyncConnection) -> dict[str, bool]:
    """Files that belong to nobody any more: name -> whether they were fetched."""
    query = select(attachment.c.name, attachment.c.fetched_at).where(
        attachment.c.interview_id.is_(None)
    )
    return {name: at is not None for name, at in await connection.execute(query)}


def delete_detached(names: Collection[str]) -> Statement:
    """Nothing is left of these."""
    return delete(attachment).where(
        attachment.c.name.in_(names), attachment.c.interview_id.is_(None)
    )

"""What became of the files that people sent: fetched into the folder, or deleted from it.

Sending one is an answer, and so an act of the interview.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from survey.store import attachments
from survey.store.attachments import PendingAttachment
from survey.store.database import Store


class AttachmentService:
    """The record of files, on one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def list_detached(self) -> dict[str, bool]:
        """Files that belong to nobody any more: name -> whether they were fetched."""
        async with self._store.read() as connection:
            return await attachments.list_detached(connection)

    async def list_unfetched(self, bot: int) -> list[PendingAttachment]:
        """Files that this bot can fetch and has not."""
        async with self._store.read() as connection:
            return await attachments.list_unfetched(connection, bot)

    async def is_attached(self, name: str) -> bool:
        """Whether a file still is an answer."""
        async with self._store.read() as connection:
            return await attachments.is_attached(connection, name)

    async def mark_fetched(self, name: str, at: datetime) -> None:
        """A file lies in the folder now."""
        await self._store.keep([attachments.mark_fetched(name, at)])

    async def forget(self, names: Collection[str]) -> None:
        """Nothing is left of these files in the folder, so their rows may go."""
        await self._store.keep([attachments.delete_detached(names)])

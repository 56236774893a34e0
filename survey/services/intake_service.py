"""What becomes of updates that nobody could read or carry out."""

from __future__ import annotations

from contextlib import suppress

from survey.store import refused_updates
from survey.store.database import Store
from survey.store.refused_updates import RefusedUpdate
from survey.store.writer import CollisionError


class IntakeService:
    """The records of updates that were set aside, on one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def set_aside(self, update: RefusedUpdate) -> None:
        """Record an update; one that comes again is recorded once. Raises DatabaseFault."""
        async with self._store.read() as connection:
            if await refused_updates.is_recorded(connection, update):
                return
        with suppress(CollisionError):  # Another process was quicker.
            await self._store.keep([refused_updates.add_record(update)])

    async def check_writing(self) -> None:
        """Raise DatabaseFault where updates could not be kept just now."""
        await self._store.check_writing()

    async def count_set_aside(self) -> int:
        """How many updates were set aside, as far as records go back. Raises DatabaseFault."""
        async with self._store.read() as connection:
            return await refused_updates.count_records(connection)

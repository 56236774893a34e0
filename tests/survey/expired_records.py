"""What is deleted when its time is over, for tests that are not about how that is announced."""

from __future__ import annotations

from datetime import datetime, timedelta

from survey.services.retention import NOTICE_PERIOD, RetentionPeriods, RetentionService
from survey.store.database import Store


async def delete_expired(
    store: Store, at: datetime, contacts_kept: timedelta, months_kept: int
) -> None:
    """Announce in time what is over then, and delete it."""
    retention = RetentionService(store, RetentionPeriods(contacts_kept, months_kept))
    await retention.announce_deletions(at - NOTICE_PERIOD)
    await retention.delete_announced(at)

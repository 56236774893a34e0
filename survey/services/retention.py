"""What is deleted when its time is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from survey.store import (
    contacts,
    interviews,
    refused_updates,
    result_requests,
    votes,
    waves,
    workshop_plans,
)
from survey.store.database import Store

#: Telegram repeats an update for a day; the marks are kept for two.
CAUSE_RETENTION = timedelta(hours=48)
#: By then whoever maintains the program knows of a fault, or it was none.
SET_ASIDE_RETENTION = timedelta(days=90)
DAYS_PER_MONTH = 365.25 / 12


class RetentionService:
    """Deletes in one store what was kept long enough."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def delete_old_causes(self, at: datetime) -> None:
        """Clear the marks of updates that cannot come again, and old records of those set aside."""
        await self._store.keep(
            [
                interviews.delete_causes(at - CAUSE_RETENTION),
                refused_updates.delete_old_records(at - SET_ASIDE_RETENTION),
            ]
        )

    async def delete_expired(
        self, at: datetime, contacts_kept: timedelta, months_kept: int
    ) -> None:
        """Delete what was kept long enough.

        Who is who, when the last wave and the last workshop are over; the answers of old waves, the
        votes of old workshops.
        """
        answers_kept = timedelta(days=round(months_kept * DAYS_PER_MONTH))
        async with self._store.read() as connection:
            every = await waves.list_waves(connection)
            held = [plan.held_at for plan in await workshop_plans.list_workshop_plans(connection)]
        old = [wave.id for wave in every if at - wave.closes_at > answers_kept]
        statements = [interviews.delete_wave_interviews(wave_id) for wave_id in old]
        statements += [result_requests.delete_wave_requests(wave_id) for wave_id in old]
        statements += votes.delete_old_votes(at - answers_kept)
        over = [*held, *(wave.closes_at for wave in every)]
        if over and at - max(over) > contacts_kept:
            statements.append(contacts.delete_contacts())
        await self._store.keep(statements)

"""What is deleted when its time is over: announced a week ahead, and by a clock borne out twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from survey.store import (
    announced_deletions,
    audit,
    erasures,
    interviews,
    refused_updates,
    waves,
    workshop_plans,
)
from survey.store.announced_deletions import AnnouncedDeletion
from survey.store.audit import AuditRecord
from survey.store.database import Store
from survey.store.erasures import Erasure, ErasureKind
from survey.store.writer import Statement

#: Telegram repeats an update for a day; the marks are kept for two.
CAUSE_RETENTION = timedelta(hours=48)
#: By then whoever maintains the program knows of a fault, or it was none.
SET_ASIDE_RETENTION = timedelta(days=90)
DAYS_PER_MONTH = 365.25 / 12
#: So long before it is deleted the operator is told of it.
NOTICE_PERIOD = timedelta(days=7)
#: So far the machine's clock may be from Telegram's, and the newest record from either. The check
#: itself leaves a record every six hours, so only a machine that was off has none in that time.
TELEGRAM_TOLERANCE, RECORD_TOLERANCE = timedelta(hours=1), timedelta(days=2)


@dataclass(frozen=True, slots=True)
class RetentionPeriods:
    """How long what is kept: contacts after the last wave, answers after theirs."""

    contacts: timedelta
    answers_months: int

    @property
    def answers(self) -> timedelta:
        """How long answers and votes are kept."""
        return timedelta(days=round(self.answers_months * DAYS_PER_MONTH))


def find_clock_doubt(
    now: datetime, telegram_time: datetime | None, newest_record: datetime | None
) -> str:
    """Why nothing may be deleted by a clock that says ``now``; empty if nothing speaks against it.

    Two witnesses have to bear it out: what Telegram says that time is, and the newest record.
    """
    if telegram_time is None:
        return "Telegram has not said yet what time it is"
    if abs(now - telegram_time) > TELEGRAM_TOLERANCE:
        return f"the clock says {now:%Y-%m-%d %H:%M} UTC, Telegram {telegram_time:%Y-%m-%d %H:%M}"
    if newest_record is not None and now - newest_record > RECORD_TOLERANCE:
        return f"the newest record is of {newest_record:%Y-%m-%d}, the clock says {now:%Y-%m-%d}"
    return ""


class RetentionService:
    """Deletes in one store what was kept long enough."""

    def __init__(self, store: Store, periods: RetentionPeriods) -> None:
        self._store = store
        self._periods = periods

    async def check_clock(self, now: datetime, telegram_time: datetime | None) -> str:
        """Why nothing may be deleted now; empty if the clock is borne out.

        That it agrees with Telegram's is recorded, and is the newest record of the next check.
        """
        async with self._store.read() as connection:
            newest = await announced_deletions.find_newest_record(
                connection, now + TELEGRAM_TOLERANCE
            )
        if telegram_time is not None and abs(now - telegram_time) <= TELEGRAM_TOLERANCE:
            await self._store.keep(announced_deletions.set_clock_check(now))
        return find_clock_doubt(now, telegram_time, newest)

    async def delete_old_causes(self, at: datetime) -> None:
        """Clear the marks of updates that cannot come again, and old records of those set aside."""
        await self._store.keep(
            [
                interviews.delete_causes(at - CAUSE_RETENTION),
                refused_updates.delete_old_records(at - SET_ASIDE_RETENTION),
            ]
        )

    async def announce_deletions(self, at: datetime) -> list[AnnouncedDeletion]:
        """Announce what is to be deleted a week from now, or is overdue; what is new of it.

        What is not to be deleted after all, since a wave was prolonged, is called off.
        """
        expiring = await self._find_expiries()
        async with self._store.read() as connection:
            known = await announced_deletions.list_announcements(connection)
        statements = [
            announced_deletions.clear_announcement(old)
            for old in known
            if not is_expiring(expiring.get((old.kind, old.scope)), at)
        ]
        announced = {(old.kind, old.scope) for old in known}
        added = [
            new
            for (kind, scope), end in expiring.items()
            if is_expiring(end, at) and (kind, scope) not in announced
            if (new := await self._draw_announcement(kind, scope, max(end, at + NOTICE_PERIOD), at))
        ]
        statements += map(announced_deletions.add_announcement, added)
        await self._store.keep(statements)
        return added

    async def delete_announced(self, at: datetime) -> list[AnnouncedDeletion]:
        """Delete what was announced a week ago and whose time is over; what was there of it."""
        expiring = await self._find_expiries()
        async with self._store.read() as connection:
            known = await announced_deletions.list_announcements(connection)
        done = []
        for old in known:
            end = expiring.get((old.kind, old.scope))
            if end is not None and at > end and at >= old.due_at:
                done.append(await self._delete(old, at))
        if done:
            await self._store.settle_erasures()
        return done

    async def _delete(self, old: AnnouncedDeletion, at: datetime) -> AnnouncedDeletion:
        """Delete what an announcement named, and no record that came after it."""
        meant = Erasure(old.kind, old.scope, old.announced_at)
        count = await self._count(meant)
        what = f"{old.kind} {old.scope}".strip()
        statements: list[Statement] = [
            *erasures.delete_records(meant),
            erasures.add_erasure(meant),
            announced_deletions.clear_announcement(old),
            audit.add_audit_record(
                AuditRecord(at, "suara", "retention", "records deleted", f"{what}: {count}")
            ),
        ]
        await self._store.keep(statements)
        return AnnouncedDeletion(old.kind, old.scope, count, old.announced_at, old.due_at)

    async def _draw_announcement(
        self, kind: ErasureKind, scope: str, due_at: datetime, at: datetime
    ) -> AnnouncedDeletion | None:
        """An announcement of what there is; None where there is nothing."""
        count = await self._count(Erasure(kind, scope, at))
        return AnnouncedDeletion(kind, scope, count, at, due_at) if count else None

    async def _count(self, meant: Erasure) -> int:
        async with self._store.read() as connection:
            return (await connection.execute(erasures.build_count(meant))).scalar_one()

    async def _find_expiries(self) -> dict[tuple[ErasureKind, str], datetime]:
        """When the time of each group of records is over.

        Who is who, when the last wave and the last workshop are over; the answers of old waves, the
        votes of old workshops.
        """
        async with self._store.read() as connection:
            every = await waves.list_waves(connection)
            plans = await workshop_plans.list_workshop_plans(connection)
        closed = {(ErasureKind.INTERVIEWS, wave.id): wave.closes_at for wave in every}
        held = {(ErasureKind.VOTES, plan.id): plan.held_at for plan in plans}
        over = max([*closed.values(), *held.values()], default=None)
        kept = self._periods
        ends = {key: moment + kept.answers for key, moment in (closed | held).items()}
        return ends | ({(ErasureKind.CONTACTS, ""): over + kept.contacts} if over else {})


def is_expiring(end: datetime | None, at: datetime) -> bool:
    """Whether something's time is over within a week, or is."""
    return end is not None and at >= end - NOTICE_PERIOD

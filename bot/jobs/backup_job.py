"""Backups by the clock: made when they are due, and no more kept than the operator wants."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import structlog

from bot.clock import Clock
from bot.progress import print_text
from reports.delivery.due_times import CalendarTimes
from survey.store.backup import BackupError, write_backup

log = structlog.get_logger()
NAME_FORMAT = "suara-%Y%m%dT%H%M%SZ.db"
#: A backup that is further ahead of the clock was made by one that was wrong.
CLOCK_TOLERANCE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class BackupJob:
    """One look whether a backup is due; ``tell`` puts a line where the operator reads it."""

    database: Path
    folder: Path
    times: CalendarTimes
    copies: int
    clock: Clock
    zone: tzinfo
    tell: Callable[[str], None] = print_text

    async def run(self) -> None:
        """Make a backup if none was made since the last hour at which one was due."""
        now = self.clock.now()
        made = [moment for moment in self.list_backups() if moment < now + CLOCK_TOLERANCE]
        if made and max(made) >= self.times.find_last_before(now, self.zone):
            return
        target = self.folder / now.strftime(NAME_FORMAT)
        try:
            await asyncio.to_thread(write_backup, self.database, target)
            await asyncio.to_thread(self.delete_surplus)
        except (BackupError, OSError) as fault:
            log.error("backup failed", reason=str(fault), remedy="make room, or let us write there")
            self.tell(f"No backup could be made: {fault}")
            return
        log.info("backup made", file=target.name, bytes=target.stat().st_size)

    def list_backups(self) -> dict[datetime, Path]:
        """The backups in the folder, by when they were made; what is named otherwise is no ours."""
        found = {}
        for path in sorted(self.folder.glob("suara-*.db")):
            try:
                found[datetime.strptime(path.name, NAME_FORMAT).replace(tzinfo=UTC)] = path
            except ValueError:
                continue
        return found

    def delete_surplus(self) -> None:
        """Delete the oldest backups above the number that is kept."""
        for path in list(self.list_backups().values())[: -self.copies]:
            path.unlink()

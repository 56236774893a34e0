"""What is done by the clock: reports, results and the deleting of what was kept long enough."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.clock import Clock
from bot.jobs.backup_job import BackupJob
from bot.jobs.result_notifier import ResultNotifier
from bot.jobs.retention_job import RetentionJob
from bot.safe_logs import locate_fault
from bot.telegram.attachments import AttachmentDownloader
from reports.delivery.scheduler import ReportScheduler

log = structlog.get_logger()
#: How often it is looked what is due, and what a process that died has left; the store knows both.
DUE_CHECK_INTERVAL = timedelta(seconds=20)
RETENTION_INTERVAL = timedelta(hours=6)
BACKUP_CHECK_INTERVAL = timedelta(minutes=10)
DUE_JOB_IDS = ("reports", "results")
JOB_IDS = (*DUE_JOB_IDS, "retention")
#: Seconds between looks whether a job was missed; no job is later than that.
CLOCK_CHECK_INTERVAL = 5.0
#: Seconds that the machine's clock may be put back without a word: time servers do so all day.
SILENT_CORRECTION = 5.0


@dataclass(frozen=True, slots=True)
class ScheduledJobs:
    """The jobs, and what each of them works with."""

    report_scheduler: ReportScheduler
    result_notifier: ResultNotifier
    retention: RetentionJob
    attachments: AttachmentDownloader
    clock: Clock
    backup: BackupJob | None = None

    async def deliver_due_reports(self) -> None:
        """Deliver each report that is due in a chat of the secretariat."""
        await self.report_scheduler.wake(self.clock.now())

    async def notify_due_results(self) -> None:
        """Tell those who asked for it what came out of a wave that has closed."""
        await self.result_notifier.notify_due()

    async def apply_retention(self) -> None:
        """Delete what was kept as long as config.toml allows; fetch the files that failed before.

        Files whose answers are gone are deleted by the same work as fetches them.
        """
        await self.retention.run()
        self.attachments.retry_failed()


class PeriodicTrigger(BaseTrigger):  # type: ignore[misc]  # It has no types.
    """Due one interval after the last run, however the machine's clock is put meanwhile.

    APScheduler asks for a time of day and waits for that. Which time it was told is of no use once
    the clock is put back, so when the next run is due is also known by the steady clock.
    """

    def __init__(self, interval: timedelta) -> None:
        self._interval = interval
        self._due = time.monotonic()

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        """When the next run is due, after one at ``now``."""
        # Not one interval after the last run: a clock that was put forward by years, as that of a
        # machine without a battery is at its start, would have all the runs between made up.
        self._due = time.monotonic() + self._interval.total_seconds()
        # In UTC, since Python adds to what a wall shows, an hour off where clocks are changed.
        return now.astimezone(UTC) + self._interval

    def is_overdue(self) -> bool:
        """Whether the next run should have been by now."""
        return self.measure_delay() > 0

    def measure_delay(self) -> float:
        """Seconds since the next run should have been; negative before it is due."""
        return time.monotonic() - self._due


class JobScheduler:
    """Has jobs done again and again, by APScheduler, until it is closed."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._runs: set[asyncio.Task[None]] = set()
        self._watch: asyncio.Task[None] | None = None

    def add_job(
        self, job_id: str, work: Callable[[], Awaitable[None]], interval: timedelta
    ) -> None:
        """Have something done at the start and then again after each interval.

        What a busy machine could not run in time is run late rather than left out, and once rather
        than for each time that was missed; none runs beside itself.
        """
        self._scheduler.add_job(
            self._run,
            PeriodicTrigger(interval),
            (job_id, work),
            id=job_id,
            next_run_time=datetime.now(UTC),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )

    def start(self, check_interval: float = CLOCK_CHECK_INTERVAL) -> None:
        """Begin; looks every ``check_interval`` seconds whether the clock was put back."""
        self._scheduler.start()
        self._watch = asyncio.create_task(self._watch_clock(check_interval), name="machine clock")

    async def close(self) -> None:
        """Break off what is under way, and return when it has ended."""
        self._scheduler.pause()
        tasks = self._runs | ({self._watch} if self._watch else set())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._scheduler.shutdown(wait=False)
        await asyncio.sleep(0)  # APScheduler ends in the loop's next round.

    def run_now(self, *job_ids: str) -> None:
        """Run jobs at once, and again after their intervals."""
        for job_id in job_ids:
            self._scheduler.modify_job(job_id, next_run_time=datetime.now(UTC))

    def measure_delay(self) -> float:
        """Seconds by which the job that waits longest is late; 0 if none is."""
        triggers: list[PeriodicTrigger] = [job.trigger for job in self._scheduler.get_jobs()]
        return max([0.0, *(trigger.measure_delay() for trigger in triggers)])

    async def _run(self, job_id: str, work: Callable[[], Awaitable[None]]) -> None:
        """One run. APScheduler would log what is raised with all that stands in it."""
        if (task := asyncio.current_task()) is not None:
            self._runs.add(task)
            task.add_done_callback(self._runs.discard)
        try:
            await work()
        except asyncio.CancelledError:
            log.debug("job broken off", job=job_id)
        except Exception as fault:
            name, place = type(fault).__name__, locate_fault(fault)
            log.error("job failed", job=job_id, fault=name, where=place)

    async def _watch_clock(self, interval: float) -> None:
        while True:
            await asyncio.sleep(interval)  # By the steady clock, which nobody puts.
            self._run_overdue()

    def _run_overdue(self) -> None:
        """Run now what is due by the steady clock and not by the machine's."""
        now = datetime.now(UTC)
        overdue = [job for job in self._scheduler.get_jobs() if job.trigger.is_overdue()]
        behind = max(((job.next_run_time - now).total_seconds() for job in overdue), default=0.0)
        if behind > SILENT_CORRECTION:
            log.warning("clock put back", seconds=round(behind))
        self.run_now(*(job.id for job in overdue))


def build_scheduler(jobs: ScheduledJobs, leads: Callable[[], bool] = lambda: True) -> JobScheduler:
    """A scheduler that is not running yet; once it is, each job is run at once and then again.

    Of several workers only the one that leads does anything then.
    """
    scheduler = JobScheduler()
    due = [
        ("reports", jobs.deliver_due_reports, DUE_CHECK_INTERVAL),
        ("results", jobs.notify_due_results, DUE_CHECK_INTERVAL),
        ("retention", jobs.apply_retention, RETENTION_INTERVAL),
    ]
    if jobs.backup is not None:
        due.append(("backup", jobs.backup.run, BACKUP_CHECK_INTERVAL))
    for job_id, work, interval in due:
        scheduler.add_job(job_id, partial(run_if_leading, leads, work), interval)
    return scheduler


async def run_if_leading(leads: Callable[[], bool], work: Callable[[], Awaitable[None]]) -> None:
    """Do a job, unless another worker does it."""
    if leads():
        await work()

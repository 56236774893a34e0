"""What is done by the clock: reports, results and the deleting of what was kept long enough."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock
from bot.config import RetentionSettings
from bot.jobs.result_notifier import ResultNotifier
from bot.telegram.attachments import AttachmentDownloader
from reports.delivery.scheduler import ReportScheduler
from survey.services.retention import RetentionService

#: How often it is looked what is due; what that is, the store knows.
DUE_CHECK_INTERVAL = timedelta(minutes=1)
RETENTION_INTERVAL = timedelta(hours=6)
DUE_JOB_IDS = ("reports", "results")


@dataclass(frozen=True, slots=True)
class ScheduledJobs:
    """The jobs, and what each of them works with."""

    report_scheduler: ReportScheduler
    result_notifier: ResultNotifier
    retention: RetentionService
    attachments: AttachmentDownloader
    periods: RetentionSettings
    clock: Clock

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
        await self.retention.delete_old_causes(self.clock.now())
        await self.retention.delete_expired(
            self.clock.now(),
            timedelta(days=self.periods.contacts_days),
            self.periods.answers_months,
        )
        self.attachments.retry_failed()


def build_scheduler(jobs: ScheduledJobs, zone: tzinfo) -> AsyncIOScheduler:
    """A scheduler that is not running yet; once it is, each job is run at once and then again.

    A job that a busy machine could not run in time is run late rather than left out, and once
    rather than for each time that was missed; none runs beside itself.
    """
    scheduler = AsyncIOScheduler(timezone=zone)
    now = datetime.now(UTC)
    for job_id, work, interval in (
        ("reports", jobs.deliver_due_reports, DUE_CHECK_INTERVAL),
        ("results", jobs.notify_due_results, DUE_CHECK_INTERVAL),
        ("retention", jobs.apply_retention, RETENTION_INTERVAL),
    ):
        scheduler.add_job(
            work,
            "interval",
            seconds=int(interval.total_seconds()),
            id=job_id,
            next_run_time=now,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    return scheduler


def run_due_jobs_now(scheduler: AsyncIOScheduler) -> None:
    """Look at once what is due, after the clock was set.

    The scheduler itself goes by the machine's clock, which nobody sets.
    """
    for job_id in DUE_JOB_IDS:
        scheduler.modify_job(job_id, next_run_time=datetime.now(UTC))

"""What has to be so for Suara to do its work, each looked at when somebody asks."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.web.health import LONGEST_SILENCE
from survey.services.intake_service import IntakeService
from survey.store.database import DatabaseFault

#: Bytes of disk below which somebody has to make room, and below which nothing can be relied on.
LITTLE_SPACE, LEAST_SPACE = 1_000_000_000, 50_000_000
#: Seconds by which the loop may turn late, a job may be late, and the database may take.
LONGEST_LAG, LONGEST_JOB_DELAY, LONGEST_WRITE = 2.0, 120.0, 5.0
#: Seconds from one look at the loop to the next.
PULSE = 1.0


class CheckState(StrEnum):
    """How something is."""

    OK = "ok"
    #: It works, and somebody has to do something soon.
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How one thing is, in words what that means, and what to do; the latter empty if it is well.

    ``remedy`` is one line.
    """

    state: CheckState
    reason: str
    remedy: str = ""


@dataclass
class LoopPulse:
    """Knows how late the event loop turns; ``beat`` has to run beside everything else."""

    lag: float = 0.0

    async def beat(self) -> None:
        """Look every second how late it has become, for ever."""
        while True:
            before = time.monotonic()
            await asyncio.sleep(PULSE)
            self.lag = max(0.0, time.monotonic() - before - PULSE)


@dataclass(frozen=True)
class HealthChecks:
    """All checks. Each is made when somebody asks for it."""

    pulse: LoopPulse
    intake: IntakeService
    #: The folder of the database; None where it is on another machine.
    folder: Path | None
    measure_job_delay: Callable[[], float]
    #: Seconds since Telegram answered.
    measure_silence: Callable[[], float]

    async def check_all(self) -> dict[str, CheckResult]:
        """How everything is, by the name of each check."""
        return {
            "loop": self.check_loop(),
            "database": await self.check_database(),
            "disk": self.check_disk(),
            "scheduler": self.check_scheduler(),
            "telegram": self.check_telegram(),
        }

    async def is_alive(self) -> bool:
        """Whether the loop turns and the database can be written: else only a new start helps."""
        database = await self.check_database()
        return CheckState.FAILED not in (self.check_loop().state, database.state)

    def check_loop(self) -> CheckResult:
        """Whether the event loop turns in time."""
        said = f"turned {self.pulse.lag:.1f} s late"
        if self.pulse.lag < LONGEST_LAG:
            return CheckResult(CheckState.OK, said)
        return CheckResult(
            CheckState.WARNING, said, "look what else uses this machine's processors and memory"
        )

    async def check_database(self) -> CheckResult:
        """Whether it is the one that was opened, and can be written."""
        try:
            async with asyncio.timeout(LONGEST_WRITE):
                await self.intake.check_writing()
        except TimeoutError:
            return CheckResult(
                CheckState.FAILED,
                f"no write within {LONGEST_WRITE:.0f} s",
                "look what else writes into the database, and whether its disk answers",
            )
        except DatabaseFault as fault:
            return CheckResult(
                CheckState.FAILED,
                " ".join(str(fault.orig).split()),
                "see that database.url names the right one, and that this user may write there",
            )
        return CheckResult(CheckState.OK, "the one that was opened, and can be written")

    def check_disk(self) -> CheckResult:
        """Whether there is room beside the database."""
        if self.folder is None:
            return CheckResult(CheckState.OK, "the database is on a server of its own")
        free = shutil.disk_usage(self.folder).free
        said = f"{free / 1e9:.1f} GB free"
        if free >= LITTLE_SPACE:
            return CheckResult(CheckState.OK, said)
        state = CheckState.FAILED if free < LEAST_SPACE else CheckState.WARNING
        return CheckResult(state, said, "make room: old backups, logs and reports first")

    def check_scheduler(self) -> CheckResult:
        """Whether what is done by the clock is begun in time."""
        late = self.measure_job_delay()
        said = f"jobs begin {late:.0f} s late"
        if late < LONGEST_JOB_DELAY:
            return CheckResult(CheckState.OK, said)
        return CheckResult(CheckState.FAILED, said, "start Suara again, and send its log with it")

    def check_telegram(self) -> CheckResult:
        """Whether Telegram was heard lately."""
        silent = self.measure_silence()
        said = f"heard {silent:.0f} s ago"
        if silent < LONGEST_SILENCE:
            return CheckResult(CheckState.OK, said)
        return CheckResult(
            CheckState.FAILED,
            said,
            "look at the network, telegram.api_url and telegram.proxy; nothing is lost meanwhile",
        )

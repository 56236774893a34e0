"""The simulated participants of the demo's workshop, as far as their process tells of them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from bot.demo import sandbox_process
from bot.demo.sandbox_process import DemoError, DemoSandbox

#: Their numbers begin here.
FIRST_PARTICIPANT_ID = 7000
#: Everybody is still when so many reports in a row say that all wait and nobody did anything. If
#: nobody has done anything yet, what they wait for may still be on its way.
STILL_REPORTS, STILL_REPORTS_AT_FIRST = 5, 20
#: Seconds without any report, which comes every second, after which their process is given up.
REPORT_PATIENCE = 300.0


class SimulatedParticipants:
    """They come, vote whenever a ballot is open, and go at the end."""

    def __init__(self, sandbox: DemoSandbox, people: int, seed: int, log: Path) -> None:
        self._sandbox = sandbox
        self._people = people
        self._seed = seed
        self._log = log
        self._told = asyncio.Condition()
        self._acts = self._still_reports = 0
        #: Whether all of them have gone.
        self.ended = False
        #: The last report: {"people", "came", "ended", "waiting", "acts", "seconds"}.
        self.report: dict[str, Any] = {}

    async def take_part(self, speed: float) -> None:
        """Until the last one has gone; ``speed`` is how much faster than humans they are."""
        sandbox_process.clear_log(self._log)
        habits = sandbox_process.DEMO_FOLDER / "workshop.toml"
        reports = sandbox_process.run_crowd_process(
            self._sandbox.url, self._people, self._seed, self._log,
            habits=habits, first=FIRST_PARTICIPANT_ID, speed=f"{speed:g}",
        )  # fmt: skip
        try:
            async for line in reports:
                if "summary" not in line:
                    await self.take_report(line)
        finally:
            self.ended = True
            async with self._told:
                self._told.notify_all()

    async def take_report(self, report: dict[str, Any]) -> None:
        """How far they are."""
        all_wait = report["waiting"] == report["people"] - report["ended"]
        is_still = all_wait and report["acts"] == self._acts
        self._still_reports = self._still_reports + 1 if is_still else 0
        self._acts, self.report = report["acts"], report
        async with self._told:
            self._told.notify_all()

    async def wait_until_still(self) -> None:
        """Wait until nobody is about to do anything until something new is shown to them."""
        acts_before, self._still_reports = self._acts, 0
        while not self.ended and self._still_reports < self._count_needed(acts_before):
            await self.wait_for_report()

    def _count_needed(self, acts_before: int) -> int:
        return STILL_REPORTS if self._acts > acts_before else STILL_REPORTS_AT_FIRST

    async def wait_for_report(self) -> None:
        """Wait for their next report, or for their end. Raises DemoError."""
        if self.ended:
            return
        report = self.report
        async with self._told:
            try:
                async with asyncio.timeout(REPORT_PATIENCE):
                    await self._told.wait_for(lambda: self.ended or self.report is not report)
            except TimeoutError:
                raise DemoError(
                    f"The participants' process has said nothing for {REPORT_PATIENCE:.0f} s, its "
                    f"last word being {report}; {self._log} says what they did."
                ) from None

"""Simulated people answer on their days."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.app import App
from bot.demo import sandbox_process
from bot.demo.arrivals import ArrivalDay, plan_arrivals
from bot.demo.demo_steps import DemoSteps
from bot.demo.sandbox_process import DemoError, DemoSandbox
from bot.progress import Progress, print_text

T = TypeVar("T")


@dataclass
class DemoCrowd:
    """Simulated people, who come on their days and are counted in one bar."""

    app: App
    sandbox: DemoSandbox
    seed: int
    log: Path
    bar: Progress
    arrived_count: int = 0
    action_count: int = 0
    failed_count: int = 0

    async def answer_on_days(self, days: Sequence[ArrivalDay]) -> None:
        """Let those of some days answer, the clock being set to each. Raises DemoError."""
        for day in days:
            self.app.clock.set(day.at)
            async for line in sandbox_process.run_crowd_process(
                self.sandbox.url, day.people, self.seed, self.log,
                first=day.first, skip=day.skip, group=day.group,
            ):  # fmt: skip
                if "summary" in line:
                    self.action_count += line["summary"]["acts"]
                    self.failed_count += line["summary"]["ended"].get("failed", 0)
                else:
                    self.bar.set_done(self.arrived_count + line["ended"])
            self.arrived_count += day.people
            self.bar.set_done(self.arrived_count)

    async def check(self) -> None:
        """Raise DemoError if somebody could not go on."""
        if self.failed_count:
            raise DemoError(f"{self.failed_count} people could not go on; {self.log} says why.")


async def run_demo_crowd(
    app: App,
    sandbox: DemoSandbox,
    log: Path,
    people: int,
    seed: int,
    steps: DemoSteps,
    meanwhile: Callable[[], Awaitable[T]],
) -> T:
    """Let simulated people answer; on their last day, which is today, something goes on beside."""
    name = "the crowd"
    begun, ahead = time.monotonic(), app.clock.ahead
    *earlier, today = plan_arrivals(people, app.clock.now())
    with Progress("People who answered", people) as bar:
        crowd = DemoCrowd(app, sandbox, seed, sandbox_process.clear_log(log), bar)
        await steps.attempt(name, crowd.answer_on_days(earlier), None)
        app.clock.ahead = ahead
        last = steps.attempt(name, crowd.answer_on_days([today]), None)
        _, result = await asyncio.gather(last, meanwhile())
    app.clock.ahead = ahead
    await steps.attempt(name, crowd.check(), None)
    print_text(f"The crowd did {crowd.action_count} things in {time.monotonic() - begun:.0f} s.")
    return result

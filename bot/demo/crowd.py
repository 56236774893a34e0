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
from bot.demo.sandbox_process import DemoSandbox
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

    async def answer_on_days(self, days: Sequence[ArrivalDay]) -> None:
        """Let those of some days answer, the clock being set to each."""
        for day in days:
            self.app.clock.set(day.at)
            async for line in sandbox_process.run_crowd_process(
                self.sandbox.url, day.people, self.seed, self.log,
                first=day.first, skip=day.skip, group=day.group,
            ):  # fmt: skip
                if "summary" in line:
                    self.action_count += line["summary"]["acts"]
                else:
                    self.bar.set_done(self.arrived_count + line["ended"])
            self.arrived_count += day.people
            self.bar.set_done(self.arrived_count)


async def run_demo_crowd(
    app: App,
    sandbox: DemoSandbox,
    log: Path,
    people: int,
    seed: int,
    meanwhile: Callable[[], Awaitable[T]],
) -> T:
    """Let simulated people answer; on their last day, which is today, something goes on beside."""
    begun, ahead = time.monotonic(), app.clock.ahead
    *earlier, today = plan_arrivals(people, app.clock.now())
    with Progress("People who answered", people) as bar:
        crowd = DemoCrowd(app, sandbox, seed, sandbox_process.clear_log(log), bar)
        await crowd.answer_on_days(earlier)
        app.clock.ahead = ahead
        _, result = await asyncio.gather(crowd.answer_on_days([today]), meanwhile())
    app.clock.ahead = ahead
    print_text(f"The crowd did {crowd.action_count} things in {time.monotonic() - begun:.0f} s.")
    return result

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
from bot.demo.arrivals import Day, days
from bot.demo.sandbox_process import Stage
from bot.progress import Progress, say

T = TypeVar("T")


@dataclass
class Crowd:
    """Simulated people, who come on their days and are counted in one bar."""

    app: App
    box: Stage
    seed: int
    log: Path
    bar: Progress
    came: int = 0
    acts: int = 0

    async def come(self, days: Sequence[Day]) -> None:
        """Let those of some days answer, the clock being set to each."""
        for day in days:
            self.app.clock.set(day.at)
            async for line in sandbox_process.crowd(
                self.box.url, day.people, self.seed, self.log,
                first=day.first, skip=day.skip, group=day.group,
            ):  # fmt: skip
                if "summary" in line:
                    self.acts += line["summary"]["acts"]
                else:
                    self.bar.at(self.came + line["ended"])
            self.came += day.people
            self.bar.at(self.came)


async def answering(
    app: App, box: Stage, log: Path, people: int, seed: int, meanwhile: Callable[[], Awaitable[T]]
) -> T:
    """Let simulated people answer; on their last day, which is today, something goes on beside."""
    begun, ahead = time.monotonic(), app.clock.ahead
    *earlier, today = days(people, app.clock.now())
    with Progress("People who answered", people) as bar:
        crowd = Crowd(app, box, seed, sandbox_process.fresh(log), bar)
        await crowd.come(earlier)
        app.clock.ahead = ahead
        _, found = await asyncio.gather(crowd.come([today]), meanwhile())
    app.clock.ahead = ahead
    say(f"The crowd did {crowd.acts} things in {time.monotonic() - begun:.0f} s.")
    return found

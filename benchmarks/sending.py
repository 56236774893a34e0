"""What many people at once, a slow neighbour and a backlog do to those who wait.

``python -m benchmarks.sending`` starts the sandbox and the bot as processes of their own, with the
shipped settings and Telegram's limits switched on where it says so.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.running_workshop import ROOT, write_config
from bot.demo import sandbox_process
from sandbox import PersonClient, Sandbox

RUSH = int(os.environ.get("RUSH", "1000"))
# Half of the taps that Telegram takes in a second.
TAPPERS, SECONDS, BACKLOG = 15, 30.0, 10_000
FIRST_PERSON_ID = 50_000
AGREE = "Ya, saya setuju"
#: People of the backlog, and what each of them sends while the bot is away.
BACKLOG_PEOPLE = 500


@dataclass
class RunningProcess:
    """The bot as a process."""

    box: Sandbox
    folder: Path
    config: Path
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it."""
        environment = os.environ | {"SUARA_TOKEN": sandbox_process.DEMO_TOKEN}
        with (self.folder / "log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", "-c", str(self.config), cwd=ROOT,
                env=environment, stdout=log, stderr=log,
            )  # fmt: skip

    async def stop(self) -> None:
        """Have it end as an operator does."""
        if self.process is not None:
            self.process.terminate()
            await self.process.wait()

    def measure_memory(self) -> float:
        """Megabytes that it has held at the most."""
        pid = self.process.pid if self.process else 0
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


@asynccontextmanager
async def run_process() -> AsyncIterator[RunningProcess]:
    """A sandbox and a bot."""
    with tempfile.TemporaryDirectory(prefix="suara-bench-") as name:
        folder = Path(name)
        port = sandbox_process.find_free_port()
        async with sandbox_process.run_sandbox(folder, port, []) as world:
            config = write_config(folder, world.url, sandbox_process.find_free_port(), 30)
            async with Sandbox.connect(world.url) as box:
                running = RunningProcess(box, folder, config)
                await running.start()
                try:
                    yield running
                finally:
                    await running.stop()


async def meet(box: Sandbox, count: int, first: int = FIRST_PERSON_ID) -> list[PersonClient]:
    """People with phones."""
    return [await box.add_person(n, language_code="id") for n in range(first, first + count)]


async def wait_until(there: Callable[[], bool], patience: float = 300, pause: float = 0.01) -> None:
    """Wait until it is so, looking again after each pause. Raises TimeoutError."""
    async with asyncio.timeout(patience):
        while not there():  # noqa: ASYNC110 - phones tell nobody that they changed
            await asyncio.sleep(pause)


async def begin(people: list[PersonClient]) -> None:
    """Have everybody at the first question, one after the other."""
    for person in people:
        await person.start("persepsi")
        await wait_until(lambda p=person: p.screen.card is not None)  # type: ignore[misc]
        await person.tap(AGREE)
        await wait_until(lambda p=person: "1 dari" in p.screen.card.text)  # type: ignore[misc]


async def measure_rush() -> None:
    """A thousand people press START at once, while some tap."""
    async with run_process() as running:
        box = running.box
        tappers = await meet(box, 5, 1)
        await begin(tappers)
        people = await meet(box, RUSH)
        await box.switch_rate_limits(on=True)
        begun = time.monotonic()
        tapping = asyncio.create_task(keep_tapping(tappers, 30))
        await asyncio.gather(*(person.start("persepsi") for person in people))
        # Looked for seldom: this process must not take from the bot what it measures.
        await wait_until(lambda: all(p.screen.card is not None for p in people), pause=0.25)
        took = time.monotonic() - begun
        waits = await tapping
        calls = [
            c for c in await box.list_calls() if c["method"] in ("sendMessage", "editMessageText")
        ]
        refused = sum(not call["ok"] for call in calls)
        print(
            f"rush: {RUSH} cards after {took:.1f} s, {refused} of {len(calls)} calls refused "
            f"({refused / len(calls):.1%}); taps meanwhile: {describe(waits)}"
        )


async def keep_tapping(people: list[PersonClient], seconds: float) -> list[float]:
    """How many seconds each tap waits for its card, of people who tap about every second."""
    ends, waits = time.monotonic() + seconds, list[float]()

    async def one(person: PersonClient) -> None:
        while time.monotonic() < ends:
            tapped = time.monotonic()
            with suppress(TimeoutError):
                await tap_and_wait(person)
            waits.append(time.monotonic() - tapped)
            await asyncio.sleep(max(1.1 - (time.monotonic() - tapped), 0))

    await asyncio.gather(*(one(person) for person in people))
    return waits


async def tap_and_wait(person: PersonClient) -> None:
    """Tap the first button, and wait until the card has changed."""
    before = person.screen.card
    if before is None:
        raise RuntimeError("somebody has no card")
    await person.tap(next(label for label in before.labels if "Kembali" not in label))
    await wait_until(lambda: person.screen.card.raw != before.raw, 60)  # type: ignore[union-attr]


def describe(waits: list[float]) -> str:
    """The middle and the end of some waits."""
    middle, last = statistics.median(waits), statistics.quantiles(waits, n=100)[98]
    return f"{len(waits)}, median {1000 * middle:.0f} ms, 99% within {1000 * last:.0f} ms"


async def measure_neighbours() -> None:
    """Taps alone, and beside a group at its limit and a chat that is answered after a minute."""
    async with run_process() as running:
        box = running.box
        people = await meet(box, TAPPERS)
        await begin(people)
        alone = await keep_tapping(people, SECONDS)
        stranger, slow = await meet(box, 2, 1)
        group = await box.create_group("Tetangga", [stranger])
        await box.inject_fault("*", chat_id=slow.id, delay=60, times=0)
        await box.inject_fault("sendMessage", chat_id=group.id, code=429, retry_after=59, times=0)
        await slow.start("persepsi")
        for _ in range(25):
            await stranger.say("/start", chat=group)
        beside = await keep_tapping(people, SECONDS)
        print(f"taps alone: {describe(alone)}")
        print(f"taps beside a group at its limit and a slow chat: {describe(beside)}")


async def measure_backlog() -> None:
    """Ten thousand updates wait while the bot is away."""
    async with run_process() as running:
        box = running.box
        people = await meet(box, BACKLOG_PEOPLE)
        await asyncio.gather(*(person.start("persepsi") for person in people[:1]))
        await wait_until(lambda: people[0].screen.card is not None)
        before = running.measure_memory()
        await running.stop()
        for _ in range(BACKLOG // BACKLOG_PEOPLE):
            await asyncio.gather(*(person.start("persepsi") for person in people))
        await running.start()
        begun = time.monotonic()
        await people[-1].wait_until_idle(300)
        await wait_until(lambda: all(person.screen.card is not None for person in people))
        took = time.monotonic() - begun
        after = running.measure_memory()
        print(
            f"backlog: {BACKLOG} updates of {BACKLOG_PEOPLE} people in {took:.1f} s from the start "
            f"of the process ({BACKLOG / took:.0f} a second); at the most {after - before:.0f} MB "
            "more than before"
        )


PARTS = {"rush": measure_rush, "neighbours": measure_neighbours, "backlog": measure_backlog}


async def main() -> None:
    """All of it, or the parts that are named."""
    for part in sys.argv[1:] or PARTS:
        await PARTS[part]()


if __name__ == "__main__":
    asyncio.run(main())

"""A room of people in a workshop: a running bot, the sandbox beside it, people who tap.

The bot is a process of its own, as it is on Telegram; people are played from here.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from bot.config import load_config
from bot.demo import sandbox_process
from bot.workshop_file import read_workshop_file
from sandbox import PersonClient, Sandbox, ShownMessage
from survey.services.administration import Administration
from survey.store.database import Store
from survey.workshop.plan import WorkshopPlan

ROOT = Path(__file__).parents[1]
LEADER_ID, FIRST_PERSON_ID = 900, 1001
CODE = "BENCH-2026"
WORKSHOP_FILE = f"""
id = "bench"
code = "{CODE}"
held_at = 2026-12-02T09:00:00+07:00
assets = [{{assets}}]
name = {{{{ id = "Uji kecepatan" }}}}
"""
INVITATION = """
[[invitations]]
code = "PANDU-2026"
role = "facilitator"
workshop = "bench"
sector = "partner"
category = "banjir"
uses = 1
"""
VOTE_COUNT_PATTERN = re.compile(r'id="voted">(\d+)<')


@dataclass
class Projector:
    """Follows the screen of the room: when it showed how many votes, and what it shows now."""

    html: str = ""
    counts: list[tuple[float, int]] = field(default_factory=list)

    async def follow(self, url: str) -> None:
        """Until it is cancelled."""
        endless = aiohttp.ClientTimeout(total=None)
        async with aiohttp.ClientSession(timeout=endless) as session, session.get(url) as response:
            async for line in response.content:
                if line.startswith(b"data: {"):
                    self.html = json.loads(line[6:])["html"]
                    if found := VOTE_COUNT_PATTERN.search(self.html):
                        self.counts.append((time.monotonic(), int(found[1])))


@dataclass
class RunningWorkshop:
    """A running bot with people in its workshop."""

    box: Sandbox
    folder: Path
    plan: WorkshopPlan
    process: asyncio.subprocess.Process
    projector: Projector
    leader: PersonClient
    people: list[PersonClient] = field(default_factory=list)

    def find_card(self, person: PersonClient) -> ShownMessage:
        """What somebody sees."""
        card = person.screen.card
        if card is None:
            raise RuntimeError("somebody has no card")
        return card

    async def fill_room(self, people: int) -> None:
        """The facilitator and participants come in."""
        await self.leader.start("u-PANDU-2026")
        await self.wait_until(lambda: self.leader.screen.card is not None)
        await self.leader.start(f"l-{CODE}")
        await self.wait_until(lambda: "⋯" in self.find_card(self.leader).labels[-1])
        gate = asyncio.Semaphore(20)
        self.people = [
            await self.box.add_person(n, language_code="id")
            for n in range(FIRST_PERSON_ID, FIRST_PERSON_ID + people)
        ]
        await asyncio.gather(*(self.let_join(person, gate) for person in self.people))

    async def let_join(self, person: PersonClient, gate: asyncio.Semaphore) -> None:
        """Join and say whom one stands for."""
        async with gate:
            await person.start(f"l-{CODE}")
            for beginning in ("Pemerintah", "Pengendali"):
                await self.wait_until(lambda b=beginning: find_label(person, b) != "")  # type: ignore[misc]
                await person.tap(find_label(person, beginning))
            await self.wait_until(lambda: "📖" in self.find_card(person).text)

    async def wait_until(self, there: Callable[[], bool], patience: float = 120) -> float:
        """The moment at which it is so, as ``time.monotonic`` has it."""
        ends = time.monotonic() + patience
        while not there():
            if time.monotonic() > ends:
                raise TimeoutError("what was waited for did not come")
            await asyncio.sleep(0.005)
        return time.monotonic()

    async def wait_for_all_cards(self, sign: str) -> float:
        """The moment at which all cards have a sign."""
        return await self.wait_until(
            lambda: all(sign in self.find_card(p).text for p in self.people)
        )

    async def tap_as_leader(self, beginning: str) -> float:
        """The facilitator taps; the moment at which they did."""
        await self.wait_until(lambda: find_label(self.leader, beginning) != "")
        tapped_at = time.monotonic()
        await self.leader.tap(find_label(self.leader, beginning))
        return tapped_at

    async def vote(self, person: PersonClient, after: float, value: str) -> None:
        """Wait, then tap a value as it stands on the card."""
        await asyncio.sleep(after)
        card = self.find_card(person)
        await person.send_callback_data(card.find_callback_data(value), card.message_id)

    def query_number(self, query: str) -> int:
        """A number out of the database file."""
        with closing(sqlite3.connect(self.folder / "suara.db", timeout=10)) as connection:
            return int(connection.execute(query).fetchone()[0])

    def count_voters(self) -> int:
        """How many people's votes are kept in the newest round."""
        return self.query_number(
            "SELECT count(DISTINCT respondent_id) FROM vote "
            "WHERE opening = (SELECT max(opening) FROM vote)"
        )

    def count_votes(self) -> int:
        """How many votes are kept."""
        return self.query_number("SELECT count(*) FROM vote")

    def measure_memory(self) -> float:
        """Megabytes that the bot holds."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]

    def measure_processor_time(self) -> float:
        """Seconds of a core that the bot has used."""
        ticks = (
            Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2]
        )
        return sum(map(int, ticks.split()[11:13])) / os.sysconf("SC_CLK_TCK")


def find_label(person: PersonClient, beginning: str) -> str:
    """The first button that begins so; "" if there is none."""
    card = person.screen.card
    return next((label for label in card.labels if label.startswith(beginning)), "") if card else ""


@asynccontextmanager
async def run_workshop(people: int, a_second: int, assets: int) -> AsyncIterator[RunningWorkshop]:
    """A sandbox, a bot, a workshop, people."""
    with tempfile.TemporaryDirectory(prefix="suara-bench-") as name:
        folder = Path(name)
        async with sandbox_process.run_sandbox(
            folder, sandbox_process.find_free_port(), []
        ) as world:
            port = sandbox_process.find_free_port()
            config = write_config(folder, world.url, port, a_second)
            plan = await plan_workshop(folder, config, assets)
            environment = os.environ | {"SUARA_TOKEN": sandbox_process.DEMO_TOKEN}
            log = (folder / "log").open("wb")
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", "-c", str(config), cwd=ROOT, env=environment,
                stdout=asyncio.subprocess.DEVNULL, stderr=log,
            )  # fmt: skip
            projector = Projector()
            async with Sandbox.connect(world.url) as box:
                leader = await box.add_person(LEADER_ID, language_code="id")
                here = RunningWorkshop(box, folder, plan, process, projector, leader)
                following = asyncio.create_task(follow_projector(projector, port, plan))
                try:
                    await here.fill_room(people)
                    yield here
                finally:
                    following.cancel()
                    process.terminate()
                    await process.wait()


async def follow_projector(projector: Projector, port: int, plan: WorkshopPlan) -> None:
    """Follow the projector as soon as it is served."""
    while True:
        try:
            await projector.follow(f"http://127.0.0.1:{port}/layar/{plan.screen}/alir")
        except aiohttp.ClientError:
            await asyncio.sleep(0.2)


def write_config(folder: Path, url: str, port: int, a_second: int) -> Path:
    """The shipped configuration with places of its own."""
    text = (ROOT / "config.toml").read_text(encoding="utf-8")
    replaced = {
        "sqlite+aiosqlite:///var/suara.db": f"sqlite+aiosqlite:///{folder / 'suara.db'}",
        "https://api.telegram.org": url,
        '"questionnaires"': f'"{ROOT / "questionnaires"}"',
        "2026-11-01T00:00:00+07:00": "2025-01-01T00:00:00+07:00",
        "2027-03-01T00:00:00+07:00": "2099-01-01T00:00:00+07:00",
        'listen = ""': f'listen = "127.0.0.1:{port}"',
        'public_url = ""': f'public_url = "http://127.0.0.1:{port}"',
        "most_a_second = 30": f"most_a_second = {a_second}",
    }
    for old, new in replaced.items():
        text = text.replace(old, new)
    path = folder / "config.toml"
    path.write_text(text + INVITATION, encoding="utf-8")
    return path


async def plan_workshop(folder: Path, config: Path, assets: int) -> WorkshopPlan:
    """A workshop on every shock for so many assets of the shipped list."""
    given = load_config(config)
    rows = (ROOT / "questionnaires" / "aset.csv").read_text(encoding="utf-8").splitlines()[1:]
    codes = ", ".join(f'"{row.split(",")[0]}"' for row in rows[:assets])
    agenda = folder / "bench.toml"
    agenda.write_text(WORKSHOP_FILE.format(assets=codes), encoding="utf-8")
    async with Store.open(given.database.url) as store:
        return await Administration(store).keep_workshop(
            read_workshop_file(agenda, None, given).plan, datetime.now(UTC)
        )

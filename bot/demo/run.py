"""One run of the demo, from the stage to the paragraph at its end."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.app import App, running
from bot.clock import Clock
from bot.config import Config, validated
from bot.demo import demo_workshop, sandbox_process
from bot.demo.arrivals import REOPENED, earlier
from bot.demo.brought_forms import Brought, brought
from bot.demo.crowd import answering
from bot.demo.outputs import CHARTS, made
from bot.demo.sandbox_process import Stage, StageError
from bot.progress import say
from reports.delivery.due_times import Every
from survey.store import contacts, deliveries

#: Seconds that the schedule may take to make and deliver a report.
PATIENCE = 120
#: Where the documents from the secretariat's chat go.
DELIVERED = "delivered"
#: Cards that change in a second where nobody waits for people.
AT_ONCE = 1000
#: Where a demo that goes on is kept.
LASTING = Path("var/demo")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line asks for."""

    crowd: int
    seed: int
    out: Path | None
    leave: bool
    fresh: bool
    port: int
    questionnaires: tuple[Path, ...] = ()
    workshop: bool = False
    participants: int = 40


async def play(config: Config, wishes: Wishes, stop: asyncio.Event) -> None:
    """Run the demo until ``stop``, or to its end. Raises StageError, QuestionnaireError."""
    if wishes.leave:
        with tempfile.TemporaryDirectory(prefix="suara-demo-") as folder:
            await staged(config, Path(folder), sandbox_process.free_port(), wishes, stop)
        return
    with sandbox_process.alone(LASTING):
        if wishes.fresh:
            forget(LASTING)
        await staged(config, LASTING, wishes.port, wishes, stop)


def forget(folder: Path) -> None:
    """Empty the folder of the last demo but for its lock."""
    for path in folder.iterdir():
        if path.name != "lock":
            shutil.rmtree(path) if path.is_dir() else path.unlink()


async def staged(
    config: Config, folder: Path, port: int, wishes: Wishes, stop: asyncio.Event
) -> None:
    """The stage, the bot, and what happens on it."""
    guests = brought(wishes.questionnaires, (wave.id for wave in config.waves))
    players = [*sandbox_process.players(), *(guest.player for guest in guests)]
    async with sandbox_process.sandbox(folder, port, players) as box:
        chat_id = await box.set_up()
        ours = adapted(config, folder, box.url, chat_id, guests, wishes)
        async with running(ours, sandbox_process.TOKEN, Clock()) as app:
            await perform(app, box, chat_id, folder, wishes, stop)


def adapted(
    config: Config, folder: Path, url: str, chat_id: int, guests: list[Brought], wishes: Wishes
) -> Config:
    """The configuration with the demo's database, server, chat, invitations and waves.

    Where nobody looks on, cards change faster than Telegram would let them.
    """
    raw = config.model_dump(mode="json")
    raw["database"]["url"] = f"sqlite+aiosqlite:///{folder / 'suara.db'}"
    raw["telegram"]["api_url"] = url
    raw["files"]["folder"] = str(folder / "files")
    raw["secretariat"]["chats"] = [chat_id]
    if wishes.leave:
        raw["telegram"]["most_a_second"] = AT_ONCE
    address = f"127.0.0.1:{sandbox_process.free_port()}"
    raw["web"] = {"listen": address, "public_url": f"http://{address}"}
    raw["invitations"] = sandbox_process.script()["invitations"]
    now = datetime.now(UTC)
    for wave in raw["waves"]:
        wave["opens"] = (now - REOPENED).isoformat()
        wave["closes"] = (now + timedelta(days=60)).isoformat()
    raw["waves"] += earlier(raw["waves"], now) if wishes.crowd else []
    # They open last: whoever comes without a link is asked ours first.
    raw["waves"] += [
        {
            "id": guest.wave,
            "questionnaire": str(guest.file),
            "audience": ["resident"],
            "opens": now.isoformat(),
            "closes": (now + timedelta(days=60)).isoformat(),
        }
        for guest in guests
    ]
    return validated(raw)


async def perform(
    app: App, box: Stage, chat_id: int, folder: Path, wishes: Wishes, stop: asyncio.Event
) -> None:
    """Poll while what happens on the stage happens; stopped, both end at once."""
    polling = asyncio.create_task(app.poll(stop), name="polling")
    acting = asyncio.create_task(enacted(app, box, chat_id, folder, wishes), name="acting")
    try:
        await asyncio.wait({polling, acting}, return_when=asyncio.FIRST_COMPLETED)
        if acting.done():
            await acting
            if wishes.leave:
                stop.set()
        await polling
    finally:
        stop.set()
        for task in (polling, acting):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def enacted(app: App, box: Stage, chat_id: int, folder: Path, wishes: Wishes) -> None:
    """Let people come, set the clock, fetch what was delivered, make everything else."""
    voting = None if wishes.leave else await welcome(app, box, chat_id, folder, wishes)
    try:
        gathering = partial(the_workshop, app, box, folder, wishes)
        if wishes.crowd:
            log = (wishes.out or folder) / "crowd.jsonl"
            held = await answering(app, box, log, wishes.crowd, wishes.seed, gathering)
            await app.cards.settle()
        else:
            held = await gathering()
        if wishes.out is not None:
            due = await report_on_time(app)
            await made(app, due, held, wishes.out)
            await hand_over(app, box, chat_id, wishes.out)
        if voting is not None:
            await voting
    finally:
        if voting is not None:
            voting.cancel()
            with suppress(asyncio.CancelledError):
                await voting


async def welcome(
    app: App, box: Stage, chat_id: int, folder: Path, wishes: Wishes
) -> asyncio.Task[None] | None:
    """Say the links; let participants of the workshop come, who vote by themselves."""
    for player in box.players:
        say(f"{player.what}: {box.link(player, chat_id)}")
    plan = await demo_workshop.ready(app)
    for line in await demo_workshop.links(box, app.config, plan, sandbox_process.attending()):
        say(line)
    say("Ctrl-C stops the demo; started again it goes on where it was.")
    if wishes.workshop or not wishes.participants:
        return None
    log = folder / demo_workshop.LOG
    voters = demo_workshop.attended(box, wishes.participants, wishes.seed, log, speed=1)
    return asyncio.create_task(voters, name="participants")


async def the_workshop(app: App, box: Stage, folder: Path, wishes: Wishes) -> str:
    """A whole workshop by itself, if it is wished for; its data go where the results go. Its id."""
    if not wishes.workshop:
        return ""
    begun, folder = time.monotonic(), wishes.out or folder
    plan = await demo_workshop.ready(app)
    await demo_workshop.held(
        app, box, plan, wishes.participants, wishes.seed, folder / demo_workshop.LOG
    )
    await app.cards.settle()
    say(await demo_workshop.told(app, plan, begun))
    if wishes.out is not None:
        paths = await demo_workshop.written(app, plan, wishes.out)
        say(f"Its data: {', '.join(map(str, paths))}")
    return plan.id


async def report_on_time(app: App) -> datetime:
    """Set the clock to the next hour of the schedule, which is returned, and wait until its report
    has arrived.
    """
    plan = app.config.schedules[0]
    zone = app.config.suara.zone
    due = Every.parse(plan.every).after(app.clock.now(), zone)
    app.clock.set(due + timedelta(seconds=1))
    say(f"The clock is set to {due:%A %d %B %Y %H:%M} ({zone}); the report is being made.")
    app.wake()
    for _ in range(PATIENCE * 5):
        async with app.store.read() as connection:
            if await deliveries.arrived(connection, due):
                return due
        await asyncio.sleep(0.2)
    raise StageError("The report did not arrive; the lines above say why.")


async def hand_over(app: App, box: Stage, chat_id: int, out: Path) -> None:
    """Write the documents as delivered; say what happened and what lies where."""
    documents = await box.documents(chat_id)
    await asyncio.to_thread(write, out / DELIVERED, documents)
    say(await told(app, out, sorted(documents)))


def write(out: Path, documents: dict[str, bytes]) -> None:
    """Put documents into a folder, under their own names."""
    out.mkdir(parents=True, exist_ok=True)
    for name, content in documents.items():
        (out / Path(name).name).write_bytes(content)


async def told(app: App, out: Path, documents: list[str]) -> str:
    """What happened, in one paragraph."""
    import csv

    with (out / "interviews.csv").open(encoding="utf-8", newline="") as file:
        interviews = list(csv.DictReader(file))
    with (out / "answers.csv").open(encoding="utf-8", newline="") as file:
        answers = sum(1 for _ in csv.DictReader(file))
    async with app.store.read() as connection:
        refusals = await contacts.refusals(connection)
    ended: Counter[Any] = Counter(row["disposition"] for row in interviews)
    by_wave: Counter[Any] = Counter(row["wave"] for row in interviews)
    waves = ", ".join(f"{n} {wave}" for wave, n in sorted(by_wave.items()))
    ends = ", ".join(f"{n} {end}" for end, n in sorted(ended.items()))
    counted = f"{len(interviews)} interviews ({waves}; {ends})" if interviews else "No interviews"
    return (
        f"{counted} and {refusals} refusals, with {answers} answers that stand. In {out} lie "
        f"the reports: weekly, of the wave, of the workshop if there was one, and the Preliminary "
        f"Resilience Assessment (pra), in Indonesian (id) and English (en), their charts in "
        f"{CHARTS}; the answers as answers.csv, as answers.parquet, and of each questionnaire as "
        f".sav with a .ddi.xml beside it; interviews.csv; and what the simulated people did. "
        f"In {DELIVERED} lies what the schedule sent to the secretariat's chat: "
        f"{', '.join(documents)}."
    )

"""One run of the demo, from starting the sandbox to the paragraph at its end."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.app import App, open_app
from bot.clock import Clock
from bot.config import Config, validate_config
from bot.demo import demo_workshop, sandbox_process
from bot.demo.arrivals import WAVES_OPENED_AGO, build_earlier_waves
from bot.demo.brought_forms import BroughtForm, read_brought_forms
from bot.demo.brought_walks import check_walks, compare_walks, walk_brought_forms
from bot.demo.crowd import run_demo_crowd
from bot.demo.demo_steps import DemoSteps
from bot.demo.outputs import CHART_FOLDER, make_outputs
from bot.demo.sandbox_process import DemoError, DemoSandbox
from bot.demo.simulated_participants import SimulatedParticipants
from bot.progress import print_text
from reports.delivery.due_times import CalendarTimes
from survey.catalogue import SOURCE_LANGUAGE, get_language_name
from survey.store import contacts, deliveries

#: Seconds in which a report is made and delivered or never: after ten minutes its process is ended.
REPORT_TIMEOUT = 900
#: Where the documents from the secretariat's chat go.
DELIVERED_FOLDER = "delivered"
#: Cards that change in a second where nobody waits for people.
FAST_CARDS_A_SECOND = 1000
#: Where a demo that goes on is kept.
LASTING_FOLDER = Path("var/demo")


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """What the command line asks for; without a ``port``, the usual one or any that is free."""

    crowd: int
    seed: int
    out: Path | None
    leave: bool
    fresh: bool
    port: int | None
    questionnaires: tuple[Path, ...] = ()
    workshop: bool = False
    participants: int = 40


async def run_demo(config: Config, options: DemoOptions, stop: asyncio.Event) -> None:
    """Run the demo until ``stop``, or to its end. Raises DemoError, QuestionnaireError."""
    if options.leave:
        with tempfile.TemporaryDirectory(prefix="suara-demo-") as folder:
            port = options.port or sandbox_process.find_free_port()
            await run_in_sandbox(config, Path(folder), port, options, stop)
        return
    with sandbox_process.lock_folder(LASTING_FOLDER):
        if options.fresh:
            clear_folder(LASTING_FOLDER)
        port = options.port or sandbox_process.DEFAULT_PORT
        await run_in_sandbox(config, LASTING_FOLDER, port, options, stop)


def clear_folder(folder: Path) -> None:
    """Empty the folder of the last demo but for its lock."""
    for path in folder.iterdir():
        if path.name != "lock":
            shutil.rmtree(path) if path.is_dir() else path.unlink()


async def run_in_sandbox(
    config: Config, folder: Path, port: int, options: DemoOptions, stop: asyncio.Event
) -> None:
    """The sandbox, the bot at it, and what people do there."""
    guests = read_brought_forms(options.questionnaires, (wave.id for wave in config.waves))
    players = [*sandbox_process.list_demo_people(), *(guest.person for guest in guests)]
    async with sandbox_process.run_sandbox(folder, port, players) as sandbox:
        chat_id = await sandbox.create_people()
        demo_config = build_demo_config(config, folder, sandbox.url, chat_id, guests, options)
        async with open_app(demo_config, sandbox_process.DEMO_TOKEN, Clock()) as app:
            acting = act_out_demo(app, sandbox, chat_id, folder, options, guests)
            await poll_while_acting(app, acting, options, stop)


def build_demo_config(
    config: Config,
    folder: Path,
    url: str,
    chat_id: int,
    guests: list[BroughtForm],
    options: DemoOptions,
) -> Config:
    """The configuration with the demo's database, server, chat, invitations and waves.

    Where nobody looks on, cards change faster than Telegram would let them.
    """
    raw = config.model_dump(mode="json")
    raw["database"]["url"] = f"sqlite+aiosqlite:///{folder / 'suara.db'}"
    raw["telegram"]["api_url"] = url
    # The crowd acts faster than people do, each seeing what its last act brought.
    raw["telegram"]["most_a_second_in_chat"] = 0
    raw["files"]["folder"] = str(folder / "files")
    raw["monitoring"] = {"listen": ""}
    raw["backup"] |= {"folder": str(folder / "backup"), "every": ""}
    raw["secretariat"]["chats"] = [chat_id]
    raw["secretariat"]["members"] = [
        {"id": person["id"], "name": person["first_name"]}
        for person in sandbox_process.read_people_file()["people"]
        if "group" in person
    ]
    # Simulated people do not wait until they have read.
    raw["telegram"]["most_acts_a_second"] = 0
    if options.leave:
        raw["telegram"]["most_a_second"] = FAST_CARDS_A_SECOND
    address = f"127.0.0.1:{sandbox_process.find_free_port()}"
    raw["web"] = {"listen": address, "public_url": f"http://{address}"}
    raw["invitations"] = sandbox_process.read_people_file()["invitations"]
    now = datetime.now(UTC)
    for wave in raw["waves"]:
        wave["opens"] = (now - WAVES_OPENED_AGO).isoformat()
        wave["closes"] = (now + timedelta(days=60)).isoformat()
    raw["waves"] += build_earlier_waves(raw["waves"], now) if options.crowd else []
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
    return validate_config(raw)


async def poll_while_acting(
    app: App, script: Coroutine[Any, Any, None], options: DemoOptions, stop: asyncio.Event
) -> None:
    """Poll while the people of the demo act by its script; stopped, both end at once."""
    polling = asyncio.create_task(app.poll_updates(stop), name="polling")
    acting = asyncio.create_task(script, name="acting")
    try:
        await asyncio.wait({polling, acting}, return_when=asyncio.FIRST_COMPLETED)
        if acting.done():
            await acting
            if options.leave:
                stop.set()
        await polling
    finally:
        stop.set()
        for task in (polling, acting):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def act_out_demo(
    app: App,
    sandbox: DemoSandbox,
    chat_id: int,
    folder: Path,
    options: DemoOptions,
    guests: Sequence[BroughtForm] = (),
) -> None:
    """Let people come, set the clock, fetch what was delivered, make everything else.

    What cannot be done is left out, and what was made is kept. Raises DemoError at the end, then.
    """
    voting = None if options.leave else await open_demo(app, sandbox, chat_id, folder, options)
    steps = DemoSteps(options.out or (None if options.leave else folder))
    gathering = partial(attempt_workshop, app, sandbox, folder, options, steps)
    try:
        if options.crowd:
            log = (options.out or folder) / "crowd.jsonl"
            held = await run_demo_crowd(
                app, sandbox, log, options.crowd, options.seed, steps, gathering
            )
            walked = fill_brought_forms(app, sandbox, guests, folder, options, steps)
            await steps.attempt("brought questionnaires", walked, None)
            await app.outbox.wait_until_empty()
        else:
            held = await gathering()
        if options.out is not None:
            due = set_clock_to_report(app)
            await steps.attempt("scheduled report", wait_for_report(app, due), None)
            await make_outputs(app, due, held, options.out, steps)
            written = write_delivered(app, sandbox, chat_id, options.out)
            await steps.attempt("summary", written, None)
        if voting is not None:
            await steps.attempt("participants", voting, None)
        steps.check()
    finally:
        if voting is not None:
            voting.cancel()
            await asyncio.gather(voting, return_exceptions=True)


async def open_demo(
    app: App, sandbox: DemoSandbox, chat_id: int, folder: Path, options: DemoOptions
) -> asyncio.Task[None] | None:
    """Say the links; let participants of the workshop come, who vote by themselves."""
    for player in sandbox.players:
        print_text(f"{player.what}: {sandbox.build_link(player, chat_id)}")
    plan = await demo_workshop.prepare_workshop(app)
    for line in await demo_workshop.list_page_links(
        sandbox, app.config, plan, sandbox_process.list_demo_participants()
    ):
        print_text(line)
    print_text("Ctrl-C stops the demo; started again it goes on where it was.")
    if options.workshop or not options.participants:
        return None
    log = folder / demo_workshop.PARTICIPANT_LOG
    voters = SimulatedParticipants(sandbox, options.participants, options.seed, log)
    return asyncio.create_task(voters.take_part(speed=1), name="participants")


async def attempt_workshop(
    app: App, sandbox: DemoSandbox, folder: Path, options: DemoOptions, steps: DemoSteps
) -> str:
    """The id of the workshop that was held; empty if there was none."""
    held = run_demo_workshop(app, sandbox, folder, options, steps)
    return await steps.attempt("workshop", held, "")


async def run_demo_workshop(
    app: App, sandbox: DemoSandbox, folder: Path, options: DemoOptions, steps: DemoSteps
) -> str:
    """A whole workshop by itself, if it is wished for; its data go where the results go. Its id.

    One that could not be held to its end has data, too.
    """
    if not options.workshop:
        return ""
    begun, folder = time.monotonic(), options.out or folder
    plan = await demo_workshop.prepare_workshop(app)
    log = folder / demo_workshop.PARTICIPANT_LOG
    held = demo_workshop.hold_workshop(app, sandbox, plan, options.participants, options.seed, log)
    await steps.attempt("workshop", held, None)
    await app.outbox.wait_until_empty()
    print_text(await demo_workshop.describe_held_workshop(app, plan, begun))
    if options.out is not None:
        written = demo_workshop.write_workshop_data(app, plan, options.out)
        paths = await steps.attempt("data of the workshop", written, ())
        print_text(f"Its data: {', '.join(map(str, paths))}")
    return plan.id


async def fill_brought_forms(
    app: App,
    sandbox: DemoSandbox,
    guests: Sequence[BroughtForm],
    folder: Path,
    options: DemoOptions,
    steps: DemoSteps,
) -> None:
    """Let as many people as there are in the crowd fill each brought questionnaire.

    Each answer is compared with what ``suara fill`` makes of the same answers.
    """
    if not guests:
        return
    log = (options.out or folder) / "walks.jsonl"
    walks = await walk_brought_forms(sandbox, guests, options.crowd, options.seed, log)
    compared = compare_walks(app, walks)
    await steps.attempt("answers as suara fill gives them", compared, None)
    check_walks(walks, log)


def set_clock_to_report(app: App) -> datetime:
    """Set the clock to the next hour of the schedule, which is returned, and wake what is due."""
    plan = app.config.schedules[0]
    zone = app.config.suara.zone
    due = CalendarTimes.parse(plan.every).find_first_after(app.clock.now(), zone)
    app.clock.set(due + timedelta(seconds=1))
    print_text(f"The clock is set to {due:%A %d %B %Y %H:%M} ({zone}); the report is being made.")
    app.wake_jobs()
    return due


async def wait_for_report(app: App, due: datetime) -> None:
    """Wait until the report of that hour has arrived. Raises DemoError."""
    for _ in range(REPORT_TIMEOUT * 5):
        async with app.store.read() as connection:
            if await deliveries.count_delivered(connection, due):
                return
        await asyncio.sleep(0.2)
    raise DemoError("The report did not arrive; the lines above say why.")


async def write_delivered(app: App, sandbox: DemoSandbox, chat_id: int, out: Path) -> None:
    """Write the documents as delivered; say what happened and what lies where."""
    documents = await sandbox.download_documents(chat_id)
    await asyncio.to_thread(write_documents, out / DELIVERED_FOLDER, documents)
    print_text(await describe_demo(app, out, sorted(documents)))


def write_documents(out: Path, documents: dict[str, bytes]) -> None:
    """Put documents into a folder, under their own names."""
    out.mkdir(parents=True, exist_ok=True)
    for name, content in documents.items():
        (out / Path(name).name).write_bytes(content)


async def describe_demo(app: App, out: Path, documents: list[str]) -> str:
    """What happened, in one paragraph."""
    import csv

    with (out / "interviews.csv").open(encoding="utf-8", newline="") as file:
        interviews = list(csv.DictReader(file))
    with (out / "answers.csv").open(encoding="utf-8", newline="") as file:
        answers = sum(1 for _ in csv.DictReader(file))
    async with app.store.read() as connection:
        refusals = await contacts.count_refusals(connection)
    ended: Counter[Any] = Counter(row["disposition"] for row in interviews)
    by_wave: Counter[Any] = Counter(row["wave"] for row in interviews)
    waves = ", ".join(f"{n} {wave}" for wave, n in sorted(by_wave.items()))
    ends = ", ".join(f"{n} {end}" for end, n in sorted(ended.items()))
    languages = " and ".join(
        f"{get_language_name(code, SOURCE_LANGUAGE)} ({code})"
        for code in app.config.suara.languages
    )
    counted = f"{len(interviews)} interviews ({waves}; {ends})" if interviews else "No interviews"
    return (
        f"{counted} and {refusals} refusals, with {answers} answers that stand. In {out} lie "
        f"the reports: weekly, of the wave, of the workshop if there was one, and the Preliminary "
        f"Resilience Assessment (pra), in {languages}, their charts in "
        f"{CHART_FOLDER}; the answers as answers.csv, as answers.parquet, and of each "
        f"questionnaire as .sav with a .ddi.xml beside it; interviews.csv; and what the "
        f"simulated people did. "
        f"In {DELIVERED_FOLDER} lies what the schedule sent to the secretariat's chat: "
        f"{', '.join(documents)}."
    )

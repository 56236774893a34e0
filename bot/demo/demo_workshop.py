"""The demo's workshop: prepared if it is not there yet, joined, run, and what comes out of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.app import App
from bot.config import Config
from bot.demo import sandbox_process
from bot.demo.sandbox_process import Attending, Stage, StageError
from bot.demo.simulated_facilitator import Facilitator
from bot.progress import Progress
from bot.spreadsheets import read_table
from bot.web.links import Links
from bot.workshop_file import prepared
from survey.people import ATTENDING
from survey.services.workshop_planning import prepare
from survey.workshop.moves import State
from survey.workshop.plan import Plan

AGENDA, BASELINE = "lokakarya.toml", "lokakarya-baseline.csv"
#: What the simulated participants did.
LOG = "workshop.jsonl"
#: Their numbers begin here.
FIRST = 7000
#: Seconds that a ballot is open at the most while a simulated facilitator runs the session.
WINDOW = 30.0
#: Seconds in which participants come, and in which the last see their thanks.
COMING, GOING = 90.0, 60.0
#: How much faster than humans people are where nobody looks on.
HURRY = 10.0


async def ready(app: App) -> Plan:
    """The workshop, imported if it is not there yet."""
    folder = app.config.questionnaires.folder
    read = prepared(folder / AGENDA, folder / BASELINE, app.config)
    there = {plan.id: plan for plan in await app.desk.rooms.plans()}
    if read.plan.id in there:
        return there[read.plan.id]
    return await prepare(app.store, read.plan, datetime.now(UTC))


async def links(box: Stage, config: Config, plan: Plan, people: Sequence[Attending]) -> list[str]:
    """A line for each page to open; the facilitator is one by then."""
    for person in people:
        await box.meet(person.id, person.first_name, person.language_code)
        if person.before:
            await box.act(person.id, "start", payload=person.before)
    ways = Links(sandbox_process.USERNAME, config.web.public_url)
    return [
        *(f"{p.what}: {box.url}/?person={p.id}&start={payload(plan)}" for p in people),
        f"workshop, projector: {ways.screen(plan)}",
        f"workshop, voting page without Telegram: {ways.page(plan)}",
    ]


def payload(plan: Plan) -> str:
    """Joins, as the payload of a link."""
    return f"{ATTENDING}{plan.code}"


async def attended(box: Stage, people: int, seed: int, log: Path, speed: float) -> None:
    """Simulated participants come, vote whenever a ballot is open, and go at the end."""
    sandbox_process.fresh(log)
    habits = sandbox_process.HERE / "workshop.toml"
    async for _ in sandbox_process.crowd(
        box.url, people, seed, log, habits=habits, first=FIRST, speed=f"{speed:g}"
    ):
        pass


async def held(app: App, box: Stage, plan: Plan, people: int, seed: int, log: Path) -> None:
    """A whole workshop, with a simulated facilitator too. Raises StageError."""
    if (await app.desk.rooms.overlook(plan.id)).session.locked:
        raise StageError("The workshop of the last demo is over: suara demo --fresh forgets it.")
    leader = sandbox_process.attending()[0]
    await links(box, app.config, plan, [leader])
    await box.act(leader.id, "start", payload=payload(plan))
    crowd = asyncio.create_task(attended(box, people, seed, log, HURRY), name="participants")
    try:
        await gathered(app, plan, people)
        with Progress("Ballots judged", len(plan.ballots)) as bar:

            async def judged() -> None:
                room = await app.desk.rooms.overlook(plan.id)
                bar.at(len(room.session.in_state(State.REVEALED, State.SKIPPED)))

            await Facilitator(box, leader.id, WINDOW).lead(judged)
        await asyncio.wait_for(crowd, GOING)
    except TimeoutError:
        raise StageError(f"Not everybody saw the end; {log} says what they did.") from None
    finally:
        crowd.cancel()
        await asyncio.wait([crowd])


async def gathered(app: App, plan: Plan, people: int) -> None:
    """Wait until everybody has a seat, but not for ever."""
    ends = time.monotonic() + COMING
    seats = {table.number for table in plan.workshop.tables}
    with Progress("Participants who sit at a table", people) as bar:
        seated = 0
        while seated < people and time.monotonic() < ends:
            room = await app.desk.rooms.overlook(plan.id)
            seated = sum(n for seat, n in room.presence.seats.items() if seat in seats)
            bar.at(seated)
            await asyncio.sleep(0.5)


async def written(app: App, plan: Plan, out: Path) -> tuple[Path, ...]:
    """Votes, ballots and the baseline with its results, as tables."""
    from reports.export.workshop_export import export_workshop

    config = app.config
    rows = read_table(config.questionnaires.folder / BASELINE).rows
    return await asyncio.to_thread(
        export_workshop, config.database.url, plan.id, out, config.suara.timezone, rows
    )


async def told(app: App, plan: Plan, begun: float) -> str:
    """What happened, in a sentence or two."""
    room = await app.desk.rooms.overlook(plan.id)
    rounds = sum(len(standing.revealed) for standing in room.session.standings.values())
    votes = sum(tally.voted for tally in room.tallies.values())
    return (
        f"The workshop took {time.monotonic() - begun:.0f} s: {room.presence.joined} participants, "
        f"{len(plan.ballots)} ballots in {rounds} rounds, {votes} votes that count, "
        f"{room.session.number} steps of the facilitator."
    )

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
from bot.demo.sandbox_process import DemoError, DemoParticipant, DemoSandbox
from bot.demo.simulated_facilitator import SimulatedFacilitator
from bot.demo.simulated_participants import SimulatedParticipants
from bot.progress import Progress, print_text
from bot.spreadsheets import read_spreadsheet
from bot.web.links import WorkshopLinks
from bot.workshop_file import read_workshop_file
from survey.people import WORKSHOP_PREFIX
from survey.services.administration import Administration
from survey.workshop.moves import BallotPhase
from survey.workshop.plan import WorkshopPlan

WORKSHOP_FILE, BASELINE_FILE = "lokakarya.toml", "lokakarya-baseline.csv"
#: What the simulated participants did.
PARTICIPANT_LOG = "workshop.jsonl"
#: How much faster than humans people are where nobody looks on.
FAST_SPEED = 10.0


async def prepare_workshop(app: App) -> WorkshopPlan:
    """The workshop, imported if it is not there yet."""
    folder = app.config.questionnaires.folder
    read = read_workshop_file(folder / WORKSHOP_FILE, folder / BASELINE_FILE, app.config)
    there = {plan.id: plan for plan in await app.context.services.workshops.list_plans()}
    if read.plan.id in there:
        return there[read.plan.id]
    return await Administration(app.store).keep_workshop(read.plan, datetime.now(UTC))


async def list_page_links(
    sandbox: DemoSandbox, config: Config, plan: WorkshopPlan, people: Sequence[DemoParticipant]
) -> list[str]:
    """A line for each page to open; the facilitator is one by then."""
    for person in people:
        await sandbox.create_person(person.id, person.first_name, person.language_code)
        if person.before:
            await sandbox.act_as(person.id, "start", payload=person.before)
    ways = WorkshopLinks(sandbox_process.DEMO_USERNAME, config.web.public_url)
    return [
        *(
            f"{p.what}: {sandbox.url}/?person={p.id}&start={build_join_payload(plan)}"
            for p in people
        ),
        f"workshop, projector: {ways.build_projector_link(plan)}",
        f"workshop, voting page without Telegram: {ways.build_page_link(plan)}",
    ]


def build_join_payload(plan: WorkshopPlan) -> str:
    """Joins, as the payload of a link."""
    return f"{WORKSHOP_PREFIX}{plan.code}"


async def hold_workshop(
    app: App, sandbox: DemoSandbox, plan: WorkshopPlan, people: int, seed: int, log: Path
) -> None:
    """A whole workshop, with a simulated facilitator too. Raises DemoError."""
    if (await app.context.services.workshops.read_whole_room(plan.id)).session.locked:
        raise DemoError("The workshop of the last demo is over: suara demo --fresh forgets it.")
    leader = sandbox_process.list_demo_participants()[0]
    await list_page_links(sandbox, app.config, plan, [leader])
    await sandbox.act_as(leader.id, "start", payload=build_join_payload(plan))
    participants = SimulatedParticipants(sandbox, people, seed, log)
    voting = asyncio.create_task(participants.take_part(FAST_SPEED), name="participants")
    try:
        await wait_for_participants(app, plan, participants, people)
        with Progress("Ballots judged", len(plan.ballots)) as bar:

            async def judged() -> None:
                room = await app.context.services.workshops.read_whole_room(plan.id)
                bar.set_done(
                    len(room.session.list_in_phase(BallotPhase.REVEALED, BallotPhase.SKIPPED))
                )

            facilitator = SimulatedFacilitator(sandbox, leader.id, participants.wait_until_still)
            await facilitator.lead_workshop(judged)
        await wait_for_departure(participants, log)
        await voting
    finally:
        voting.cancel()
        await asyncio.gather(voting, return_exceptions=True)


async def wait_for_participants(
    app: App, plan: WorkshopPlan, participants: SimulatedParticipants, people: int
) -> None:
    """Wait until everybody has a seat, or nobody is about to take one. Raises DemoError."""
    seats = {table.number for table in plan.workshop.tables}
    still = asyncio.create_task(participants.wait_until_still(), name="still")
    try:
        with Progress("Participants who sit at a table", people) as bar:
            seated = -1
            while seated < people and not still.done():
                room = await app.context.services.workshops.read_whole_room(plan.id)
                seated = sum(n for seat, n in room.presence.seats.items() if seat in seats)
                bar.set_done(seated)
                await participants.wait_for_report()
    finally:
        still.cancel()
        await asyncio.gather(still, return_exceptions=True)
    if seated < people:
        print_text(f"{seated} of {people} participants sit at a table; the workshop begins.")


async def wait_for_departure(participants: SimulatedParticipants, log: Path) -> None:
    """Wait until everybody has seen the end. Raises DemoError if somebody does not see it."""
    await participants.wait_until_still()
    if not participants.ended:
        seen, of = participants.report["ended"], participants.report["people"]
        raise DemoError(f"{of - seen} of {of} participants did not see the end; {log} says why.")


async def write_workshop_data(app: App, plan: WorkshopPlan, out: Path) -> tuple[Path, ...]:
    """Votes, ballots and the baseline with its results, as tables."""
    from reports.export.workshop_export import export_workshop

    config = app.config
    rows = read_spreadsheet(config.questionnaires.folder / BASELINE_FILE).rows
    city_file, zone = config.questionnaires.city_file, config.suara.timezone
    return await asyncio.to_thread(
        export_workshop, config.database.url, plan.id, out, zone, city_file, rows
    )


async def describe_held_workshop(app: App, plan: WorkshopPlan, begun: float) -> str:
    """What happened, in a sentence or two."""
    room = await app.context.services.workshops.read_whole_room(plan.id)
    rounds = sum(len(state.revealed_openings) for state in room.session.states.values())
    votes = sum(tally.voter_count for tally in room.tallies.values())
    return (
        f"The workshop took {time.monotonic() - begun:.0f} s: {room.presence.joined} participants, "
        f"{len(plan.ballots)} ballots in {rounds} rounds, {votes} votes that count, "
        f"{room.session.number} steps of the facilitator."
    )

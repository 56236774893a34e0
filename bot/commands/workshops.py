"""The command ``suara workshop``: prepare one, invite to it, take its results along."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.base import (
    HERE,
    ConfigFile,
    carry_out,
    faults_said,
    settings,
    stopped,
    there_are_answers,
)
from bot.config import Config, token
from bot.progress import say
from bot.web.links import Links, NoAddress
from reports.toml_files import GivenError
from survey.store.database import Store
from survey.workshop.plan import Plan, Room

app = typer.Typer(
    help="Workshops: prepare one, invite to it, take its results along.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
Id = Annotated[str, typer.Argument(metavar="ID", help="Of the workshop: see suara workshop list.")]
Baseline = Annotated[
    Path | None, typer.Option(help="Earlier ratings, .csv or .xlsx: asset, shock, rating, note.")
]
#: In a link, where nobody has told us the bot's name.
NAMELESS = "NAME_OF_YOUR_BOT"


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.toml", help="Describes the workshop.")],
    baseline: Baseline = None,
    config: ConfigFile = HERE,
) -> None:
    """Prepare a workshop; again, as often as you like, until its first ballot is opened.

    Every fault is told at once with its place, and nothing is changed then.
    """
    from bot.workshop_file import prepared

    given = settings(config)
    try:
        read = prepared(file, baseline, given)
    except GivenError as fault:
        raise stopped(str(fault)) from None
    for warning in read.warnings:
        say(f"warning: {warning}")
    carry_out(lambda _: keep(given, read.plan))


async def keep(given: Config, described: Plan) -> None:
    """Keep a workshop and say what was made."""
    from survey.services.workshop_planning import PlanningError, prepare

    async with Store.open(given.database.url) as store:
        try:
            plan = await prepare(store, described, datetime.now(UTC))
        except PlanningError as fault:
            raise stopped(str(fault)) from None
    say("\n".join(told(plan, given)))
    await invite_to(given, plan)


def told(plan: Plan, given: Config) -> Iterator[str]:
    """What was made."""
    when = plan.held_at.astimezone(given.suara.zone)
    yield f"{plan.id}: {plan.title(given.suara.languages[0])}, {when:%Y-%m-%d %H:%M %Z}"
    modes = Counter(ballot.mode.value for ballot in plan.ballots)
    assets = len({ballot.asset for ballot in plan.ballots})
    categories = Counter(ballot.category for ballot in plan.ballots)
    shared = ", ".join(f"{count} {mode}" for mode, count in sorted(modes.items()))
    yield f"Ballots: {len(plan.ballots)} ({shared}), {assets} assets"
    yield f"Categories: {', '.join(f'{name} {n}' for name, n in categories.items())}"
    for table in plan.workshop.tables:
        judged = sum(table.judges(ballot.category) for ballot in plan.ballots)
        yield f"Table {table.number}: {table.name}, {judged} ballots"
    rule = plan.workshop.rule
    wide = "" if rule.iqr is None else f", IQR at most {rule.iqr:g}"
    yield (
        f"Rule: at least {rule.within_one:.0%} within one point of the median{wide}, "
        f"{rule.least} ratings or more; at most {plan.workshop.rounds} rounds"
    )


@app.command("list")
def list_(config: ConfigFile = HERE) -> None:
    """All workshops, the next to come first."""
    given = settings(config)
    there_are_answers(given)
    carry_out(lambda _: every(given))


async def every(given: Config) -> None:
    """A line for each workshop."""
    from survey.services.workshop_service import Rooms

    async with Store.open(given.database.url) as store:
        rooms = Rooms(store)
        found = [await rooms.overlook(plan.id) for plan in await rooms.plans()]
    for room in found:
        say(line(room, given))
    if not found:
        say("There are no workshops yet: prepare one with suara workshop import FILE.toml.")


def line(room: Room, given: Config) -> str:
    """How things stand in a workshop, in one line."""
    when = room.plan.held_at.astimezone(given.suara.zone)
    session = room.session
    state = "ended" if session.locked else "in session" if session.number else "prepared"
    return (
        f"{room.plan.id}  {when:%Y-%m-%d %H:%M %Z}  code {room.plan.code}  {state}  "
        f"{len(session.ballots)} ballots  {room.presence.joined} joined, "
        f"{room.presence.briefed} briefed"
    )


@app.command()
def links(workshop: Id, config: ConfigFile = HERE) -> None:
    """The links of a workshop: to join it, and for the projector."""
    given = settings(config)
    there_are_answers(given)
    carry_out(lambda _: link(given, workshop))


async def link(given: Config, workshop_id: str) -> None:
    """Say the links; end with the reason where phones cannot reach the web page."""
    plan = await planned(given, workshop_id)
    if not await invite_to(given, plan):
        raise typer.Exit(2)


async def invite_to(given: Config, plan: Plan) -> bool:
    """Say how to join; whether there is a web page as well."""
    ways = Links(await username(given), given.web.public_url)
    say(f"Code: {plan.code}\nTelegram: {ways.chat(plan)}")
    try:
        say(f"Web page: {ways.page(plan)}\nProjector: {ways.screen(plan)}")
    except NoAddress as fault:
        stopped(f"No links for the web page and the projector: {fault}")
        return False
    say("The projector's link is a secret: for the facilitators alone, and on no sheet.")
    return True


async def planned(given: Config, workshop_id: str) -> Plan:
    """A workshop as it was prepared, or an end."""
    from survey.services.workshop_service import Rooms

    async with Store.open(given.database.url) as store:
        plans = {plan.id: plan for plan in await Rooms(store).plans()}
    if workshop_id not in plans:
        there = ", ".join(plans) or "there are none yet"
        raise stopped(f"There is no workshop {workshop_id}: {there}.")
    return plans[workshop_id]


async def username(given: Config) -> str:
    """The bot's name, if there is a token and Telegram tells; else what stands for it."""
    from telegram.error import TelegramError

    from bot.telegram.polling import connect

    try:
        bot = connect(token(given.telegram), given.telegram.api_url, 1)
    except GivenError:
        return NAMELESS
    try:
        await bot.initialize()
        return bot.username
    except TelegramError:
        return NAMELESS
    finally:
        await bot.shutdown()


@app.command()
def sheet(
    workshop: Id,
    out: Annotated[Path, typer.Argument(metavar="OUT.pdf", help="Where the sheet goes.")],
    pages: Annotated[int, typer.Option(min=1, max=100, help="How many pages of cards.")] = 1,
    config: ConfigFile = HERE,
) -> None:
    """QR codes to cut out and lay on the tables: they open the bot and the web page."""
    given = settings(config)
    there_are_answers(given)
    carry_out(lambda _: print_sheet(given, workshop, out, pages))


async def print_sheet(given: Config, workshop_id: str, out: Path, pages: int) -> None:
    """Write the sheet; end where a code would lead nowhere."""
    from bot.web.qr_sheet import sheet as set_sheet

    plan = await planned(given, workshop_id)
    ways = Links(await username(given), given.web.public_url)
    if ways.username == NAMELESS:
        raise stopped(
            "No sheet without the bot's name: give the token, and see that Telegram can be reached."
        )
    try:
        content = set_sheet(plan, ways, given.suara.zone, pages)
    except NoAddress as fault:
        raise stopped(f"No sheet: {fault}") from None
    await asyncio.to_thread(out.write_bytes, content)
    say(str(out))


@app.command()
def export(
    workshop: Id,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Where the files go.")],
    baseline: Baseline = None,
    config: ConfigFile = HERE,
) -> None:
    """Write `votes.csv`, `ballots.csv` and `baseline.csv`, under pseudonyms.

    With `--baseline` the last one is that file with new columns behind its own.
    """
    from bot.spreadsheets import TableError, read_table
    from reports.export.workshop_export import export_workshop

    given = settings(config)
    there_are_answers(given)
    try:
        rows = read_table(baseline).rows if baseline else None
    except TableError as fault:
        raise stopped(str(fault)) from None
    with faults_said():
        try:
            paths = export_workshop(given.database.url, workshop, out, given.suara.timezone, rows)
        except LookupError:
            raise stopped(f"There is no workshop {workshop}: see suara workshop list.") from None
    for path in paths:
        say(str(path))

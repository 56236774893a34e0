"""The command ``suara workshop``: prepare one, invite to it, take its results along."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.command_line.base import (
    DEFAULT_CONFIG,
    ConfigFile,
    exit_with_error,
    load_settings,
    report_faults,
    require_database,
    run_command,
)
from bot.config import Config, read_token
from bot.progress import print_text
from bot.web.links import NoAddress, WorkshopLinks
from reports.toml_files import InvalidInputError
from survey.rounding import round_percent
from survey.store.database import Store
from survey.workshop.plan import Room, WorkshopPlan

workshop_app = typer.Typer(
    help="Workshops: prepare one, invite to it, take its results along.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
WorkshopId = Annotated[
    str, typer.Argument(metavar="ID", help="Of the workshop: see suara workshop list.")
]
BaselineFile = Annotated[
    Path | None, typer.Option(help="Earlier ratings, .csv or .xlsx: asset, shock, rating, note.")
]
#: In a link, where nobody has told us the bot's name.
NAME_PLACEHOLDER = "NAME_OF_YOUR_BOT"


@workshop_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.toml", help="Describes the workshop.")],
    baseline: BaselineFile = None,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Prepare a workshop; again, as often as you like, until its first ballot is opened.

    Every fault is told at once with its place, and nothing is changed then.
    """
    from bot.workshop_file import read_workshop_file

    given = load_settings(config)
    try:
        read = read_workshop_file(file, baseline, given)
    except InvalidInputError as fault:
        raise exit_with_error(str(fault)) from None
    for warning in read.warnings:
        print_text(f"warning: {warning}")
    run_command(lambda _: save_workshop(given, read.plan))


async def save_workshop(given: Config, described: WorkshopPlan) -> None:
    """Keep a workshop and say what was made."""
    from survey.services.administration import Administration, PlanningError

    async with Store.open(given.database.url) as store:
        try:
            plan = await Administration(store).keep_workshop(described, datetime.now(UTC))
        except PlanningError as fault:
            raise exit_with_error(str(fault)) from None
    print_text("\n".join(describe_plan(plan, given)))
    await print_join_links(given, plan)


def describe_plan(plan: WorkshopPlan, given: Config) -> Iterator[str]:
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
        f"Rule: at least {round_percent(rule.within_one)}% within one point of the median{wide}, "
        f"{rule.least} ratings or more; at most {plan.workshop.rounds} rounds"
    )


@workshop_app.command("list")
def list_(config: ConfigFile = DEFAULT_CONFIG) -> None:
    """All workshops, the next to come first."""
    given = load_settings(config)
    require_database(given)
    run_command(lambda _: print_workshops(given))


async def print_workshops(given: Config) -> None:
    """A line for each workshop."""
    from survey.services.workshop_service import WorkshopService

    async with Store.open(given.database.url) as store:
        rooms = WorkshopService(store)
        found = [await rooms.read_whole_room(plan.id) for plan in await rooms.list_plans()]
    for room in found:
        print_text(format_workshop_line(room, given))
    if not found:
        print_text("There are no workshops yet: prepare one with suara workshop import FILE.toml.")


def format_workshop_line(room: Room, given: Config) -> str:
    """How things stand in a workshop, in one line."""
    when = room.plan.held_at.astimezone(given.suara.zone)
    session = room.session
    state = "ended" if session.locked else "in session" if session.number else "prepared"
    return (
        f"{room.plan.id}  {when:%Y-%m-%d %H:%M %Z}  code {room.plan.code}  {state}  "
        f"{len(session.ballots)} ballots  {room.presence.joined} joined, "
        f"{room.presence.briefed} briefed"
    )


@workshop_app.command()
def links(workshop: WorkshopId, config: ConfigFile = DEFAULT_CONFIG) -> None:
    """The links of a workshop: to join it, and for the projector."""
    given = load_settings(config)
    require_database(given)
    run_command(lambda _: print_links(given, workshop))


async def print_links(given: Config, workshop_id: str) -> None:
    """Say the links; end with the reason where phones cannot reach the web page."""
    plan = await load_plan(given, workshop_id)
    if not await print_join_links(given, plan):
        raise typer.Exit(2)


async def print_join_links(given: Config, plan: WorkshopPlan) -> bool:
    """Say how to join; whether there is a web page as well."""
    ways = WorkshopLinks(await fetch_username(given), given.web.public_url)
    print_text(f"Code: {plan.code}\nTelegram: {ways.build_chat_link(plan)}")
    try:
        print_text(
            f"Web page: {ways.build_page_link(plan)}\nProjector: {ways.build_projector_link(plan)}"
        )
    except NoAddress as fault:
        exit_with_error(f"No links for the web page and the projector: {fault}")
        return False
    print_text("The projector's link is a secret: for the facilitators alone, and on no sheet.")
    return True


async def load_plan(given: Config, workshop_id: str) -> WorkshopPlan:
    """A workshop as it was prepared, or an end."""
    from survey.services.workshop_service import WorkshopService

    async with Store.open(given.database.url) as store:
        plans = {plan.id: plan for plan in await WorkshopService(store).list_plans()}
    if workshop_id not in plans:
        there = ", ".join(plans) or "there are none yet"
        raise exit_with_error(f"There is no workshop {workshop_id}: {there}.")
    return plans[workshop_id]


async def fetch_username(given: Config) -> str:
    """The bot's name, if there is a token and Telegram tells; else what stands for it."""
    from bot.telegram.calls import CallError, make_call
    from bot.telegram.client import create_bot

    try:
        settings = given.telegram
        bot = create_bot(read_token(settings), settings.api_url, 1, settings.proxy)
    except InvalidInputError:
        return NAME_PLACEHOLDER
    try:
        await make_call(bot.initialize)
        return bot.username
    except CallError:
        return NAME_PLACEHOLDER
    finally:
        await bot.shutdown()


@workshop_app.command()
def sheet(
    workshop: WorkshopId,
    out: Annotated[Path, typer.Argument(metavar="OUT.pdf", help="Where the sheet goes.")],
    pages: Annotated[int, typer.Option(min=1, max=100, help="How many pages of cards.")] = 1,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """QR codes to cut out and lay on the tables: they open the bot and the web page."""
    given = load_settings(config)
    require_database(given)
    run_command(lambda _: write_qr_sheet(given, workshop, out, pages))


async def write_qr_sheet(given: Config, workshop_id: str, out: Path, pages: int) -> None:
    """Write the sheet; end where a code would lead nowhere."""
    from bot.web.qr_sheet import build_qr_sheet as set_sheet

    plan = await load_plan(given, workshop_id)
    ways = WorkshopLinks(await fetch_username(given), given.web.public_url)
    if ways.username == NAME_PLACEHOLDER:
        raise exit_with_error(
            "No sheet without the bot's name: give the token, and see that Telegram can be reached."
        )
    try:
        content = set_sheet(plan, ways, given.suara.zone, pages, given.suara.languages)
    except NoAddress as fault:
        raise exit_with_error(f"No sheet: {fault}") from None
    await asyncio.to_thread(out.write_bytes, content)
    print_text(str(out))


@workshop_app.command()
def export(
    workshop: WorkshopId,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Where the files go.")],
    baseline: BaselineFile = None,
    spreadsheet: Annotated[
        bool, typer.Option("--spreadsheet", help="CSV that Excel opens as it is, and safely.")
    ] = False,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Write `votes.csv`, `ballots.csv` and `baseline.csv`, under pseudonyms.

    With `--baseline` the last one is that file with new columns behind its own.
    """
    from bot.spreadsheets import SpreadsheetError, read_spreadsheet
    from reports.export.atomic_files import PLAIN_CSV, build_spreadsheet_style
    from reports.export.workshop_export import export_workshop

    given = load_settings(config)
    require_database(given)
    style = build_spreadsheet_style(given.suara.languages[0]) if spreadsheet else PLAIN_CSV
    try:
        rows = read_spreadsheet(baseline).rows if baseline else None
    except SpreadsheetError as fault:
        raise exit_with_error(str(fault)) from None
    with report_faults():
        try:
            paths = export_workshop(
                given.database.url_to_read,
                workshop,
                out,
                given.suara.timezone,
                given.questionnaires.city_file,
                rows,
                style=style,
            )
        except LookupError:
            raise exit_with_error(
                f"There is no workshop {workshop}: see suara workshop list."
            ) from None
        except InvalidInputError as fault:
            raise exit_with_error(str(fault)) from None
    for path in paths:
        print_text(str(path))

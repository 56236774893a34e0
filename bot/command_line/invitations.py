"""The command `suara invite`: codes that make people participants, or facilitators."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from bot.command_line.administration import WhoActs, find_actor
from bot.command_line.base import (
    DEFAULT_CONFIG,
    ConfigFile,
    exit_with_error,
    exit_with_unknown,
    load_settings,
    run_command,
    run_with_database,
)
from bot.config import Config
from bot.progress import print_text
from bot.seeds import SECTORS
from survey.people import INVITATION_LIFETIME, Invitation, parse_code
from survey.services.administration import Administration, UnknownIdError
from survey.store.database import Store

invite_app = typer.Typer(help="Codes for participants and facilitators.", no_args_is_help=True)


@invite_app.command("add")
def add_invitation(
    sector: Annotated[str, typer.Option(help=", ".join(SECTORS))],
    category: Annotated[str, typer.Option(help="A name in the city's list of categories.")],
    uses: Annotated[int, typer.Option(min=1, help="For how many people.")] = 1,
    days: Annotated[
        int, typer.Option(min=1, help="For how many days it is taken.")
    ] = INVITATION_LIFETIME.days,
    leads: Annotated[
        str, typer.Option("--leads", help="A workshop's id: it makes facilitators of that one.")
    ] = "",
    by: WhoActs = "",
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Make an invitation and print its code."""
    given = load_settings(config)
    if sector not in SECTORS:
        raise exit_with_error(f"--sector: one of {', '.join(SECTORS)}.")
    if category not in (known := read_categories(given)):
        raise exit_with_error(f"--category: there is no {category}; one of {', '.join(known)}.")
    run_command(
        lambda _: create_invitation(given, SECTORS[sector], category, uses, days, leads, by)
    )


async def create_invitation(
    given: Config, sector: str, category: str, uses: int, days: int, leads: str, by: str
) -> None:
    """Keep a new invitation and say its code."""
    now = datetime.now(UTC)
    async with Store.open(given.database.url) as store:
        try:
            made = await Administration(store, find_actor(by)).invite(
                sector, category, uses, now, now + timedelta(days=days), leads
            )
        except UnknownIdError as fault:
            raise exit_with_unknown("workshop", fault) from None
    print_text(f"Code: {made.code}\nLink: https://t.me/NAME_OF_YOUR_BOT?start=u-{made.code}")


def read_categories(given: Config) -> list[str]:
    """The asset categories that the questionnaires know."""
    from reports.city_file import read_city

    city = read_city(given.questionnaires.city_file)
    path = given.questionnaires.folder / city.files.categories
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return [row["name"] for row in csv.DictReader(file)]
    except (OSError, KeyError) as fault:
        raise exit_with_error(
            f"{path}: {fault}. See questionnaires.folder in config.toml."
        ) from None


@invite_app.command("list")
def list_invitations(config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Every invitation, for whom it is, how often it was used, and until when it is taken."""
    run_with_database(config, print_invitations)


async def print_invitations(given: Config) -> None:
    """A line for each invitation."""
    async with Store.open(given.database.url) as store:
        found = await Administration(store).list_invitations()
    for invited, used in found:
        print_text(format_invitation_line(invited, used, given))
    if not found:
        print_text("There are no invitations yet: make one with suara invite add.")


def format_invitation_line(invited: Invitation, used: int, given: Config) -> str:
    """An invitation in one line."""
    until = invited.expires_at
    state = "taken for ever"
    if invited.revoked_at:
        state = "REVOKED"
    elif until:
        word = "taken until" if invited.is_valid(datetime.now(UTC)) else "EXPIRED"
        state = f"{word} {until.astimezone(given.suara.zone):%Y-%m-%d %H:%M %Z}"
    whom = f"leads {invited.workshop_id}" if invited.workshop_id else invited.role
    about = f"{whom}  {invited.sector} {invited.category}"
    return f"{invited.code}  {about}  {used} of {invited.uses} used  {state}"


@invite_app.command("revoke")
def revoke_invitation(
    code: Annotated[str, typer.Argument(metavar="CODE", help="suara invite list tells them.")],
    by: WhoActs = "",
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Let nobody more in by a code; facilitators who came by it lead no longer."""
    run_with_database(config, lambda given: close_invitation(given, parse_code(code) or code, by))


async def close_invitation(given: Config, code: str, by: str) -> None:
    """Revoke a code, or say which there are."""
    async with Store.open(given.database.url) as store:
        try:
            await Administration(store, find_actor(by)).revoke_invitation(code, datetime.now(UTC))
        except UnknownIdError as fault:
            raise exit_with_unknown("invitation", fault) from None
    print_text(f"{code} is revoked. Who came by it before takes part as before, and leads nothing.")
    if code in {seeded.code for seeded in given.invitations}:
        print_text("It stands in config.toml, too: take it out there; it is not added again.")

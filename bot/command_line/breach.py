"""The command `suara breach`: who has to be told of what, if data got out."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.command_line.administration import MOMENT_FORMATS, WhoActs, find_actor
from bot.command_line.base import (
    DEFAULT_CONFIG,
    ConfigFile,
    exit_with_error,
    run_with_database,
)
from bot.config import Config
from bot.progress import print_text
from survey.services.administration import Administration, BreachExtent
from survey.store.affected_people import AffectedPeople
from survey.store.database import Store

#: By then the people and the authority have to be told in writing (UU 27/2022, article 46).
TIME_TO_TELL = timedelta(hours=3 * 24)
#: What the law wants the letter to say, for the operator to fill in.
LETTER = """Fill in: what got out, when and how; what was done about it; whom to ask.
To be told in writing by {deadline}: the people, and the authority for personal data."""


def show_breach(
    since: Annotated[
        datetime,
        typer.Option(formats=MOMENT_FORMATS, help="When it became known that data got out."),
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="Write the chats' numbers, one a line, into this new file of mode 600."),
    ] = None,
    by: WhoActs = "",
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """How many people, of which data, would have to be told, and until when; for a letter."""
    run_with_database(config, lambda given: print_breach(given, since, out, by))


async def print_breach(given: Config, since: datetime, out: Path | None, by: str) -> None:
    """Say who is affected, as of now; with ``out`` write down how they can be reached."""
    known = since.replace(tzinfo=given.suara.zone)
    async with Store.open(given.database.url) as store:
        administration = Administration(store, find_actor(by))
        extent = await administration.measure_breach()
        if out is not None:
            # On record before the file is there: whoever has the numbers is on record.
            await administration.record_act("breach chats written", out.name)
            write_private_file(out, extent.chats)
        else:
            await administration.record_act("breach looked at", f"since {known:%Y-%m-%d %H:%M}")
    for line in describe_breach(extent, given, known, datetime.now(UTC)):
        print_text(line)
    if out is not None:
        print_text(f"{len(extent.chats)} chats written to {out}: delete it when they are told.")


def describe_breach(
    extent: BreachExtent, given: Config, known: datetime, now: datetime
) -> list[str]:
    """The lines for a letter; they name nobody."""
    deadline = known + TIME_TO_TELL
    today, began, ends = (
        f"{at.astimezone(given.suara.zone):%Y-%m-%d %H:%M %Z}" for at in (now, known, deadline)
    )
    late = "  THAT IS OVER: tell them now." if now > deadline else ""
    return [
        f"Personal data kept by {given.suara.secretariat}, as of {today}",
        f"Known since {began}; to be told by {ends}.{late}",
        "",
        describe_everybody(extent),
        *(describe_affected(one) for one in extent.groups),
        "",
        *LETTER.format(deadline=ends).splitlines(),
    ]


def describe_everybody(extent: BreachExtent) -> str:
    """All people in one line."""
    return (
        f"People: {extent.people}, of them {extent.linked} linked to a Telegram account "
        f"(its number and language), {extent.idle} of whom only came."
    )


def describe_affected(one: AffectedPeople) -> str:
    """A wave or a workshop in one line: which data, of how many, and how they are reached."""
    data = "answers, consent, times" if one.kind == "wave" else "votes, reasons, table, times"
    files = f", {one.with_files} of them with files" if one.with_files else ""
    reached = f"{one.reachable} by their Telegram chat"
    web = f", {one.web} web seats without an address" if one.web else ""
    gone = f", {one.unlinked} of whom nobody knows who they are" if one.unlinked else ""
    return f"{one.kind} {one.scope}: {one.people} people ({data}{files}): {reached}{web}{gone}"


def write_private_file(path: Path, chats: tuple[int, ...]) -> None:
    """Write chat numbers into a new file that only its owner reads."""
    try:
        # Made with its mode, and not changed to it: nobody can open it in between.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise exit_with_error(f"{path} is there already: name a new file.") from None
    with os.fdopen(handle, "w") as file:
        file.writelines(f"{chat}\n" for chat in chats)

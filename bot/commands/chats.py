"""The commands ``suara chats`` and ``suara schedules``: who gets which report, and when."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from bot.commands.base import HERE, ConfigFile, carry_out, settings, stopped, there_are_answers
from bot.config import Config
from bot.progress import say
from bot.seeds import ChatSeed, ScheduleSeed
from reports.delivery.due_times import Every, when
from reports.delivery.report_delivery import REFUSALS
from reports.request import Kind
from reports.toml_files import GivenError, checked
from survey.store import deliveries, report_chats
from survey.store.database import Store
from survey.store.report_chats import Office, Scheduled

chats = typer.Typer(help="The secretariat's chats.", no_args_is_help=True)
schedules = typer.Typer(help="Which report goes out when.", no_args_is_help=True)
Seed = TypeVar("Seed", ChatSeed, ScheduleSeed)
#: The number of a group begins with a minus and is no option.
NEGATIVE = {"ignore_unknown_options": True}
Number = Annotated[int, typer.Argument(metavar="NUMBER", help="Of the chat: /laporan tells it.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="A name of your own.")]


@chats.command("list")
def list_chats(config: ConfigFile = HERE) -> None:
    """Every chat, what it gets, and what waits for it."""
    with_answers(config, say_chats)


async def say_chats(given: Config) -> None:
    """A line for each chat."""
    async with Store.open(given.database.url) as store, store.read() as connection:
        found = (await report_chats.secretariat(connection)).values()
        waiting = await deliveries.unfinished(connection)
    for office in found:
        say(line_of(office, [one for one in waiting if one.chat_id == office.id]))
    if not found:
        say("There are no chats yet: add one with suara chats set NUMBER.")


def line_of(office: Office, waiting: list[deliveries.Delivery]) -> str:
    """What a chat gets, and what is the matter with it."""
    failing = [one for one in waiting if one.failures]
    words = [
        f"{office.id}  {office.language}",
        f"kinds {', '.join(office.kinds) or 'all'}",
        f"formats {', '.join(office.formats) or 'message alone'}",
        f"quiet {office.quiet}" if office.quiet else "",
        "nothing when nothing changed" if office.skip_unchanged else "",
        f"{len(waiting)} on the way" if waiting else "",
        f"{len(failing)} could not be made yet" if failing else "",
        "LEFT ALONE: add the bot to it again" if office.refusals >= REFUSALS else "",
    ]
    return "  ".join(word for word in words if word)


@chats.command("set", context_settings=NEGATIVE)
def set_chat(
    number: Number,
    language: Annotated[str | None, typer.Option(help="id, en, or both: id+en")] = None,
    kinds: Annotated[
        str | None, typer.Option(help=f"Of {', '.join(Kind)}, with commas; or all.")
    ] = None,
    formats: Annotated[
        str | None, typer.Option(help="Of pdf, xlsx, png, with commas; or none.")
    ] = None,
    quiet: Annotated[
        str | None, typer.Option(help="Nothing comes then, such as 21:00-06:00; or none.")
    ] = None,
    skip_unchanged: Annotated[
        bool | None, typer.Option(help="No report when nothing came since the last one.")
    ] = None,
    config: ConfigFile = HERE,
) -> None:
    """Add a chat, or change what it gets; what is not named stays as it is.

    A running Suara follows within a minute.
    """
    given = settings(config)
    wishes = {
        "language": language,
        "kinds": listed(kinds),
        "formats": listed(formats),
        "quiet": "" if quiet == "none" else quiet,
        "skip_unchanged": skip_unchanged,
    }
    named = {name: wish for name, wish in wishes.items() if wish is not None}
    seed = read(ChatSeed, {"id": number} | named)
    carry_out(lambda _: keep_chat(given, seed, set(named)))


async def keep_chat(given: Config, seed: ChatSeed, named: set[str]) -> None:
    """Keep what was named of a chat and say how it is now."""
    new = Office(seed.id, given.secretariat.language, datetime.now(UTC))
    async with Store.open(given.database.url) as store:
        async with store.read() as connection:
            known = (await report_chats.secretariat(connection)).get(seed.id, new)
            wishes: dict[str, Any] = {name: getattr(seed, name) for name in named}
            changed = replace(known, refusals=0, **wishes)
            statements = await report_chats.set_office(connection, changed)
        await store.keep(statements)
    say(line_of(changed, []))


@chats.command("remove", context_settings=NEGATIVE)
def remove_chat(number: Number, config: ConfigFile = HERE) -> None:
    """Send no more reports into a chat. Take it out of config.toml, too."""
    with_answers(config, lambda given: drop_chat(given, number))


async def drop_chat(given: Config, number: int) -> None:
    """Take a chat out, or say which there are."""
    async with Store.open(given.database.url) as store:
        async with store.read() as connection:
            known = await report_chats.secretariat(connection)
        if number not in known:
            raise no_such("chat", number, known)
        await store.keep(report_chats.remove_office(number))
    say(f"{number} gets no more reports.")
    if number in {seeded.id for seeded in given.secretariat.chats}:
        say("It stands in config.toml, too: take it out there, or the next start adds it again.")


@schedules.command("list")
def list_schedules(config: ConfigFile = HERE) -> None:
    """Every schedule, and when it is due next."""
    with_answers(config, say_schedules)


async def say_schedules(given: Config) -> None:
    """A line for each schedule."""
    async with Store.open(given.database.url) as store, store.read() as connection:
        found = await report_chats.schedules(connection)
    for plan in found:
        say(f"{plan.id}  {plan.report}  {plan.every}  {due(plan, given)}")
    if not found:
        say("There are no schedules yet: add one with suara schedules set ID.")


def due(plan: Scheduled, given: Config) -> str:
    """When a schedule is due next, as far as that can be known."""
    if not plan.active:
        return "stopped"
    try:
        every = when(plan.every)
    except ValueError as fault:
        return f"CANNOT BE READ: {fault}"
    if not isinstance(every, Every):
        return "upon the event"
    return f"next {every.after(datetime.now(UTC), given.suara.zone):%Y-%m-%d %H:%M %Z}"


@schedules.command("set")
def set_schedule(
    schedule: Id,
    every: Annotated[str | None, typer.Option(help="Such as 'weekly, monday 07:00'.")] = None,
    report: Annotated[Kind | None, typer.Option(help="Which report.")] = None,
    config: ConfigFile = HERE,
) -> None:
    """Add a schedule, change it, or let one that was stopped go on.

    A running Suara follows within a minute; nothing that was due before now is sent.
    """
    given = settings(config)
    carry_out(lambda _: keep_schedule(given, schedule, every, report))


async def keep_schedule(
    given: Config, schedule_id: str, every: str | None, report: Kind | None
) -> None:
    """Keep what was named of a schedule and say how it is now."""
    now = datetime.now(UTC)
    async with Store.open(given.database.url) as store:
        async with store.read() as connection:
            known = {plan.id: plan for plan in await report_chats.schedules(connection)}
            plan = known.get(schedule_id)
            if plan is None and every is None:
                raise stopped(f"There is no schedule {schedule_id}: give --every to add it.")
            kind = report or (Kind(plan.report) if plan else Kind.WEEKLY)
            said = every or (plan.every if plan else "")
            seed = read(ScheduleSeed, {"id": schedule_id, "report": kind, "every": said})
            changed = Scheduled(seed.id, seed.report, seed.every, now)
            statements = await report_chats.set_schedule(connection, changed)
        await store.keep(statements)
    say(f"{changed.id}  {changed.report}  {changed.every}  {due(changed, given)}")


@schedules.command("stop")
def stop_schedule(schedule: Id, config: ConfigFile = HERE) -> None:
    """Send nothing by a schedule until it is set again."""
    with_answers(config, lambda given: end_schedule(given, schedule))


async def end_schedule(given: Config, schedule_id: str) -> None:
    """Stop a schedule, or say which there are."""
    async with Store.open(given.database.url) as store:
        async with store.read() as connection:
            known = [plan.id for plan in await report_chats.schedules(connection)]
        if schedule_id not in known:
            raise no_such("schedule", schedule_id, known)
        await store.keep(report_chats.stop_schedule(schedule_id))
    say(f"{schedule_id} is stopped; suara schedules set {schedule_id} lets it go on.")


def with_answers(config: Path, work: Callable[[Config], Coroutine[Any, Any, None]]) -> None:
    """Do something in a database that is there already."""
    given = settings(config)
    there_are_answers(given)
    carry_out(lambda _: work(given))


def no_such(what: str, wanted: object, known: Iterable[object]) -> typer.Exit:
    """Say that there is none of that name, and which there are."""
    there = ", ".join(map(str, known))
    others = f"there is: {there}" if there else "there are none"
    return stopped(f"There is no {what} {wanted}; {others}.")


def read(model: type[Seed], raw: dict[str, Any]) -> Seed:
    """What was given, held against what config.toml may say; an end with every fault of it."""
    try:
        return checked(model, raw)
    except GivenError as fault:
        raise stopped(str(fault)) from None


def listed(words: str | None) -> list[str] | None:
    """Words with commas between; ``all`` and ``none`` are an empty list."""
    if words is None:
        return None
    return [] if words in ("all", "none") else [word.strip() for word in words.split(",")]

"""The commands ``suara chats`` and ``suara schedules``: who gets which report, and when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

import typer

from bot.command_line.administration import find_actor
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
from bot.seeds import ChatSeed, ScheduleSeed
from reports.delivery.due_times import CalendarTimes, parse_due_times
from reports.delivery.report_delivery import MOST_REFUSALS
from reports.request import ReportFormat, ReportKind
from reports.toml_files import InvalidInputError, validate_input
from survey.services.administration import Administration, UnknownIdError
from survey.store.database import Store
from survey.store.deliveries import Delivery
from survey.store.report_chats import ReportChat, StoredSchedule

chats_app = typer.Typer(help="The secretariat's chats.", no_args_is_help=True)
schedules_app = typer.Typer(help="Which report goes out when.", no_args_is_help=True)
SeedModel = TypeVar("SeedModel", ChatSeed, ScheduleSeed)
#: The number of a group begins with a minus and is no option.
ACCEPT_NEGATIVE = {"ignore_unknown_options": True}
ChatNumber = Annotated[
    int, typer.Argument(metavar="NUMBER", help="Of the chat: /laporan tells it.")
]
ScheduleId = Annotated[str, typer.Argument(metavar="ID", help="A name of your own.")]


@chats_app.command("list")
def list_chats(config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Every chat, what it gets, and what waits for it."""
    run_with_database(config, print_chats)


async def print_chats(given: Config) -> None:
    """A line for each chat."""
    async with Store.open(given.database.url) as store:
        found = await Administration(store).list_chats()
    for chat, waiting in found:
        print_text(format_chat_line(chat, waiting))
    if not found:
        print_text("There are no chats yet: add one with suara chats set NUMBER.")


def format_chat_line(office: ReportChat, waiting: list[Delivery]) -> str:
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
        "LEFT ALONE: add the bot to it again" if office.refusals >= MOST_REFUSALS else "",
    ]
    return "  ".join(word for word in words if word)


@chats_app.command("set", context_settings=ACCEPT_NEGATIVE)
def set_chat(
    number: ChatNumber,
    language: Annotated[str | None, typer.Option(help="id, en, or both: id+en")] = None,
    kinds: Annotated[
        str | None, typer.Option(help=f"Of {', '.join(ReportKind)}, with commas; or all.")
    ] = None,
    formats: Annotated[
        str | None, typer.Option(help=f"Of {', '.join(ReportFormat)}, with commas; or none.")
    ] = None,
    quiet: Annotated[
        str | None, typer.Option(help="Nothing comes then, such as 21:00-06:00; or none.")
    ] = None,
    skip_unchanged: Annotated[
        bool | None, typer.Option(help="No report when nothing came since the last one.")
    ] = None,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Add a chat, or change what it gets; what is not named stays as it is.

    A running Suara follows within a minute.
    """
    given = load_settings(config)
    wishes = {
        "language": language,
        "kinds": split_on_commas(kinds),
        "formats": split_on_commas(formats),
        "quiet": "" if quiet == "none" else quiet,
        "skip_unchanged": skip_unchanged,
    }
    named = {name: wish for name, wish in wishes.items() if wish is not None}
    seed = parse_seed(ChatSeed, {"id": number} | named)
    run_command(lambda _: save_chat(given, seed, set(named)))


async def save_chat(given: Config, seed: ChatSeed, named: set[str]) -> None:
    """Keep what was named of a chat and say how it is now."""
    new = ReportChat(seed.id, given.report_language, datetime.now(UTC))
    wishes = {name: getattr(seed, name) for name in named}
    async with Store.open(given.database.url) as store:
        changed = await Administration(store, find_actor("")).set_chat(new, wishes)
    print_text(format_chat_line(changed, []))


@chats_app.command("remove", context_settings=ACCEPT_NEGATIVE)
def remove_chat(number: ChatNumber, config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Send no more reports into a chat. Take it out of config.toml, too."""
    run_with_database(config, lambda given: delete_chat(given, number))


async def delete_chat(given: Config, number: int) -> None:
    """Take a chat out, or say which there are."""
    async with Store.open(given.database.url) as store:
        try:
            await Administration(store, find_actor("")).remove_chat(number)
        except UnknownIdError as fault:
            raise exit_with_unknown("chat", fault) from None
    print_text(f"{number} gets no more reports.")
    if number in {seeded.id for seeded in given.secretariat.chats}:
        print_text(
            "It stands in config.toml, too: take it out there, or the next start adds it again."
        )


@schedules_app.command("list")
def list_schedules(config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Every schedule, and when it is due next."""
    run_with_database(config, print_schedules)


async def print_schedules(given: Config) -> None:
    """A line for each schedule."""
    async with Store.open(given.database.url) as store:
        found = await Administration(store).list_schedules()
    for plan in found:
        print_text(f"{plan.id}  {plan.report}  {plan.every}  {format_next_due(plan, given)}")
    if not found:
        print_text("There are no schedules yet: add one with suara schedules set ID.")


def format_next_due(plan: StoredSchedule, given: Config) -> str:
    """When a schedule is due next, as far as that can be known."""
    if not plan.active:
        return "stopped"
    try:
        every = parse_due_times(plan.every)
    except ValueError as fault:
        return f"CANNOT BE READ: {fault}"
    if not isinstance(every, CalendarTimes):
        return "upon the event"
    return f"next {every.find_first_after(datetime.now(UTC), given.suara.zone):%Y-%m-%d %H:%M %Z}"


@schedules_app.command("set")
def set_schedule(
    schedule: ScheduleId,
    every: Annotated[str | None, typer.Option(help="Such as 'weekly, monday 07:00'.")] = None,
    report: Annotated[ReportKind | None, typer.Option(help="Which report.")] = None,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Add a schedule, change it, or let one that was stopped go on.

    A running Suara follows within a minute; nothing that was due before now is sent.
    """
    given = load_settings(config)
    run_command(lambda _: save_schedule(given, schedule, every, report))


async def save_schedule(
    given: Config, schedule_id: str, every: str | None, report: ReportKind | None
) -> None:
    """Keep what was named of a schedule and say how it is now."""
    now = datetime.now(UTC)
    async with Store.open(given.database.url) as store:
        administration = Administration(store, find_actor(""))
        known = {plan.id: plan for plan in await administration.list_schedules()}
        plan = known.get(schedule_id)
        if plan is None and every is None:
            raise exit_with_error(f"There is no schedule {schedule_id}: give --every to add it.")
        kind = report or (ReportKind(plan.report) if plan else ReportKind.WEEKLY)
        said = every or (plan.every if plan else "")
        seed = parse_seed(ScheduleSeed, {"id": schedule_id, "report": kind, "every": said})
        changed = StoredSchedule(seed.id, seed.report, seed.every, now)
        await administration.set_schedule(changed)
    print_text(
        f"{changed.id}  {changed.report}  {changed.every}  {format_next_due(changed, given)}"
    )


@schedules_app.command("stop")
def stop_schedule(schedule: ScheduleId, config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Send nothing by a schedule until it is set again."""
    run_with_database(config, lambda given: deactivate_schedule(given, schedule))


async def deactivate_schedule(given: Config, schedule_id: str) -> None:
    """Stop a schedule, or say which there are."""
    async with Store.open(given.database.url) as store:
        try:
            await Administration(store, find_actor("")).stop_schedule(schedule_id)
        except UnknownIdError as fault:
            raise exit_with_unknown("schedule", fault) from None
    print_text(f"{schedule_id} is stopped; suara schedules set {schedule_id} lets it go on.")


def parse_seed(model: type[SeedModel], raw: dict[str, Any]) -> SeedModel:
    """What was given, held against what config.toml may say; an end with every fault of it."""
    try:
        return validate_input(model, raw)
    except InvalidInputError as fault:
        raise exit_with_error(str(fault)) from None


def split_on_commas(words: str | None) -> list[str] | None:
    """Words with commas between; ``all`` and ``none`` are an empty list."""
    if words is None:
        return None
    return [] if words in ("all", "none") else [word.strip() for word in words.split(",")]

"""The commands `suara waves`, `suara forget` and `suara audit`: what was once done by SQL."""

from __future__ import annotations

import getpass
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.command_line.base import (
    DEFAULT_CONFIG,
    ConfigFile,
    exit_with_error,
    exit_with_unknown,
    load_settings,
    require_database,
    run_command,
    run_with_database,
)
from bot.config import Config
from bot.progress import print_text
from bot.seeds import WaveSeed
from reports.toml_files import InvalidInputError, validate_input
from survey.people import Wave
from survey.services.administration import Actor, Administration, UnknownIdError, WaveTimeError
from survey.store.database import Store
from survey.store.erasure_list import ERASURE_LIST_NAME

waves_app = typer.Typer(help="Waves: when a questionnaire is answered.", no_args_is_help=True)
WaveId = Annotated[str, typer.Argument(metavar="ID", help="suara waves list tells them.")]
WhoActs = Annotated[
    str, typer.Option("--by", help="Your name in the record; left out: that of your account.")
]
WithoutQuestion = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]
#: How a moment is typed: a day, or a day and a time, in the survey's time zone.
MOMENT_FORMATS = ["%Y-%m-%d %H:%M", "%Y-%m-%d"]
WaveAct = Callable[[Administration, datetime], Awaitable[None]]


def find_actor(name: str) -> Actor:
    """Who sits at the command line."""
    return Actor(name or getpass.getuser(), "command line")


def confirm_preview(preview: str, is_sure: bool) -> None:
    """Say what will be done, and end if whoever is asked does not want it."""
    print_text(preview)
    if not is_sure and not typer.confirm("Do it?"):
        raise typer.Exit(1)


@waves_app.command("list")
def list_waves(config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Every wave: of whom it asks, from when until when, and whether it takes answers now."""
    run_with_database(config, print_waves)


async def print_waves(given: Config) -> None:
    """A line for each wave."""
    async with Store.open(given.database.url) as store:
        for wave in await Administration(store).list_waves():
            print_text(format_wave_line(wave, given))


def format_wave_line(wave: Wave, given: Config) -> str:
    """A wave in one line."""
    opens, closes = (
        f"{at.astimezone(given.suara.zone):%Y-%m-%d %H:%M}"
        for at in (wave.opens_at, wave.closes_at)
    )
    now = datetime.now(UTC)
    state = "open" if wave.is_open(now) else "closed" if wave.closes_at <= now else "not open yet"
    if wave.paused and wave.closes_at > now:
        state = "PAUSED"
    times = f"{opens} to {closes} {given.suara.timezone}"
    return f"{wave.id}  {times}  {', '.join(wave.audience)}  {state}"


@waves_app.command("add")
def add_wave(
    wave: WaveId,
    questionnaire: Annotated[str, typer.Option(help="Its file in questionnaires.folder.")],
    audience: Annotated[str, typer.Option(help="resident, participant, facilitator; commas.")],
    opens: Annotated[datetime, typer.Option(formats=MOMENT_FORMATS)],
    closes: Annotated[datetime, typer.Option(formats=MOMENT_FORMATS)],
    by: WhoActs = "",
    yes: WithoutQuestion = False,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Field a questionnaire; people are asked as soon as it opens."""
    given = load_settings(config)
    require_database(given)
    raw = {
        "id": wave,
        "questionnaire": questionnaire,
        "audience": audience.split(","),
        "opens": opens.replace(tzinfo=given.suara.zone),
        "closes": closes.replace(tzinfo=given.suara.zone),
    }
    try:
        seed = validate_input(WaveSeed, raw)
    except InvalidInputError as fault:
        raise exit_with_error(str(fault)) from None
    run_command(lambda _: keep_wave(given, seed, by, yes))


async def keep_wave(given: Config, seed: WaveSeed, by: str, is_sure: bool) -> None:
    """Compile the questionnaire and keep the wave."""
    from bot.questionnaire_folder import locate_questionnaire
    from bot.seeding import build_wave
    from survey.forms.authoring.xlsform import compile_file

    form = compile_file(locate_questionnaire(given, seed))
    new = build_wave(seed, form, given.suara.languages)
    confirm_preview(f"New: {format_wave_line(new, given)}", is_sure)
    async with Store.open(given.database.url) as store:
        try:
            await Administration(store, find_actor(by)).add_wave(new, form, datetime.now(UTC))
        except WaveTimeError as fault:
            raise exit_with_error(str(fault)) from None
    print_text(
        f"{seed.id} is kept. Put it into config.toml as well, as [[waves]], if its questionnaire "
        "has pictures or will be edited."
    )


@waves_app.command("open")
def open_wave(
    wave: WaveId,
    by: WhoActs = "",
    yes: WithoutQuestion = False,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Take answers from now on, also after a pause."""
    change_wave(
        config, wave, by, yes, "takes answers from now on", lambda a, at: a.open_wave(wave, at)
    )


@waves_app.command("pause")
def pause_wave(
    wave: WaveId,
    by: WhoActs = "",
    yes: WithoutQuestion = False,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Take no answers until the wave is opened again."""
    what = "takes no answers until suara waves open"
    change_wave(config, wave, by, yes, what, lambda a, at: a.pause_wave(wave, at))


@waves_app.command("extend")
def extend_wave(
    wave: WaveId,
    until: Annotated[datetime, typer.Option(formats=MOMENT_FORMATS)],
    by: WhoActs = "",
    yes: WithoutQuestion = False,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Let a wave close at another time; one that has closed takes answers again."""
    end = until.replace(tzinfo=load_settings(config).suara.zone)
    what = f"closes at {end:%Y-%m-%d %H:%M %Z}"
    change_wave(config, wave, by, yes, what, lambda a, at: a.extend_wave(wave, end, at))


@waves_app.command("close")
def close_wave(
    wave: WaveId,
    by: WhoActs = "",
    yes: WithoutQuestion = False,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Take no more answers; reports that are due at its close are made."""
    what = "closes now: reports go out, and what was begun stays unsent"
    change_wave(config, wave, by, yes, what, lambda a, at: a.close_wave(wave, at))


def change_wave(
    config: Path, wave_id: str, by: str, is_sure: bool, what: str, act: WaveAct
) -> None:
    """Show a wave and what will become of it, ask, and do it."""

    async def change(given: Config) -> None:
        async with Store.open(given.database.url) as store:
            administration = Administration(store, find_actor(by))
            try:
                before = await administration.find_wave(wave_id)
                confirm_preview(f"{format_wave_line(before, given)}\n{wave_id} {what}.", is_sure)
                await act(administration, datetime.now(UTC))
                print_text(format_wave_line(await administration.find_wave(wave_id), given))
            except UnknownIdError as fault:
                raise exit_with_unknown("wave", fault) from None
            except WaveTimeError as fault:
                raise exit_with_error(str(fault)) from None

    run_with_database(config, change)


def forget(
    receipt: Annotated[
        str, typer.Option(help="Say whether this receipt's deletion was done, and when.")
    ] = "",
    by: WhoActs = "",
    yes: WithoutQuestion = False,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Delete all that is kept of somebody who asks by other ways than the chat.

    Their Telegram id is asked for and kept nowhere: not on the screen, in no history, in no record.
    """
    if receipt:
        run_with_database(config, lambda given: print_receipt(given, receipt.strip().upper()))
        return
    typed = typer.prompt("Telegram id", hide_input=True, err=True).strip()
    if not typed.isascii() or not typed.isdecimal():
        raise exit_with_error("A Telegram id is a number; /laporan in their own chat tells it.")
    run_with_database(config, lambda given: delete_person(given, int(typed), by, yes))


async def print_receipt(given: Config, code: str) -> None:
    """Say what a receipt proves."""
    async with Store.open(given.database.url) as store:
        at = await Administration(store).find_receipt(code)
    if at is None:
        raise exit_with_error(f"There is no receipt {code}: look at it once more.")
    print_text(f"{code}: all was deleted on {at.astimezone(given.suara.zone):%Y-%m-%d %H:%M %Z}.")


async def delete_person(given: Config, telegram_id: int, by: str, is_sure: bool) -> None:
    """Say how much is kept, ask, delete, and say the receipt."""
    from survey.services.interview_service import InterviewService

    # Listed beside the backups at once, also while no bot runs.
    erasures = given.backup.folder / ERASURE_LIST_NAME
    async with Store.open(given.database.url, erasure_list=erasures) as store:
        service = InterviewService(store, UTC)
        answers = await service.count_answers(telegram_id)
        votes, files = (
            await service.count_votes(telegram_id),
            await service.count_files(telegram_id),
        )
        preview = f"To be deleted: {sum(answers.values())} answers, {votes} votes, {files} files."
        confirm_preview(preview, is_sure)
        done = await Administration(store, find_actor(by)).forget(telegram_id, datetime.now(UTC))
    if done is None:
        raise exit_with_error("Nothing is kept of that id.")
    print_text(f"Deleted. Receipt: {done.code}")


def show_audit(
    last: Annotated[int, typer.Option(min=1, help="So many of the newest acts.")] = 50,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Who of operator and secretariat did what, when, and from where."""
    run_with_database(config, lambda given: print_audit(given, last))


async def print_audit(given: Config, last: int) -> None:
    """A line for each act."""
    async with Store.open(given.database.url) as store:
        found = await Administration(store).list_audit_records(last)
    for one in found:
        at = f"{one.at.astimezone(given.suara.zone):%Y-%m-%d %H:%M:%S %Z}"
        print_text(f"{at}  {one.who}  {one.place}  {one.act}  {one.subject}")
    if not found:
        print_text("Nothing was done yet.")

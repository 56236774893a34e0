"""The command ``suara``."""

from __future__ import annotations

import asyncio
import os
import warnings
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.command_line import administration, backups, breach, chats, invitations, workshops
from bot.command_line.base import (
    DEFAULT_CONFIG,
    EXIT_INCOMPLETE,
    STOP_LIMIT,
    ConfigFile,
    end_quietly_on_signals,
    exit_with_error,
    load_settings,
    load_zone,
    report_faults,
    require_database,
    run_command,
    settle_garbage_collection,
)
from bot.config import Config, read_token
from bot.progress import Progress, StageProgress, console, print_text
from bot.safe_logs import guard_output
from bot.seeds import validate_language, validate_report_language
from reports.request import DataFormat, ExportLayout, ReportKind, ReportRequestError
from reports.toml_files import InvalidInputError

app = typer.Typer(
    help="Suara asks a city how resilient it is and brings its secretariat the picture.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
app.add_typer(workshops.workshop_app, name="workshop")
app.add_typer(administration.waves_app, name="waves")
app.command("forget")(administration.forget)
app.command("breach")(breach.show_breach)
app.command("audit")(administration.show_audit)
app.add_typer(invitations.invite_app, name="invite")
app.add_typer(chats.chats_app, name="chats")
app.add_typer(chats.schedules_app, name="schedules")
app.command("backup")(backups.backup)
app.command("restore")(backups.restore)
DATE_FORMATS = ["%Y-%m-%d"]
#: So many cells that could not be exported are named one by one.
MOST_CELLS = 50


def main() -> None:
    """Run the command line. What it writes is for this user alone: it holds personal data."""
    os.umask(0o077)
    guard_output()
    # What a workbook has besides its cells is no concern of whoever brings it.
    warnings.filterwarnings("ignore", module="openpyxl")
    app()


@app.command()
def run(
    listen: Annotated[
        str, typer.Option(help="This worker's webhook.listen, such as 127.0.0.1:8092.")
    ] = "",
    web_listen: Annotated[str, typer.Option(help="This worker's web.listen; none: off.")] = "",
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Answer people on Telegram, and send reports when they are due.

    The token comes from SUARA_TOKEN or from the file named in config.toml. Ctrl-C stops. With
    PostgreSQL and a webhook several may run, each at an address of its own: docs/scale.md.
    """
    from bot.web.connection_limits import raise_descriptor_limit

    end_quietly_on_signals()
    given = load_settings(config, {"webhook": listen, "web": web_listen})
    raise_descriptor_limit()
    try:
        secret = read_token(given.telegram)
    except InvalidInputError as fault:
        raise exit_with_error(str(fault)) from None
    run_command(lambda stop: run_until_stopped(given, secret, stop), STOP_LIMIT)


async def run_until_stopped(given: Config, secret: str, stop: asyncio.Event) -> None:
    """Run until ``stop``; it may come before Telegram could be reached."""
    from bot.app import open_app
    from bot.clock import Clock

    starting = asyncio.create_task(cancel_on_stop(stop, asyncio.current_task()))
    try:
        async with open_app(given, secret, Clock()) as suara:
            starting.cancel()
            settle_garbage_collection()
            print_text(f"Suara answers as https://t.me/{suara.bot.username}. Ctrl-C stops it.")
            await suara.receive_updates(stop)
    except asyncio.CancelledError:
        if not stop.is_set():
            raise
    finally:
        starting.cancel()


async def cancel_on_stop(stop: asyncio.Event, task: asyncio.Task[None] | None) -> None:
    """End what a task waits for, once ``stop`` is set."""
    await stop.wait()
    if task is not None:
        task.cancel()


@app.command()
def demo(
    crowd: Annotated[int, typer.Option(min=0, help="Simulated people who answer.")] = 0,
    seed: Annotated[int, typer.Option(help="The same seed, the same people.")] = 1,
    out: Annotated[
        Path | None,
        typer.Option(help="Set the clock to the next report and write all results there."),
    ] = None,
    leave: Annotated[bool, typer.Option("--exit", help="End by itself, keeping nothing.")] = False,
    workshop: Annotated[
        bool, typer.Option("--workshop", help="Let a whole workshop be held by itself.")
    ] = False,
    participants: Annotated[
        int, typer.Option(min=0, max=1000, help="Simulated people in the workshop.")
    ] = 40,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget the last demo.")] = False,
    port: Annotated[
        int | None,
        typer.Option(min=1024, max=65535, help="Where the chats are: 8081, with --exit any."),
    ] = None,
    questionnaires: Annotated[
        list[Path] | None,
        typer.Option("--questionnaire", "-q", help="An XLSForm to try as well; may be repeated."),
    ] = None,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Everything on this machine: no token, no account. Prints the links of the chats to open."""
    from bot.demo.run import DemoOptions, run_demo
    from survey.forms.authoring.lint import check_file

    given = load_settings(config)
    os.environ.pop("SUARA_TOKEN", None)  # The demo needs none, and starts processes.
    tried = tuple(questionnaires or ())
    found = [(file, fault) for file in tried for fault in check_file(file) if not fault.warning]
    if found:
        raise exit_with_error("\n".join(f"{file}: {fault}" for file, fault in found))
    wishes = DemoOptions(crowd, seed, out, leave, fresh, port, tried, workshop, participants)
    run_command(lambda stop: run_demo(given, wishes, stop))


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="XLSForms: .md, .xlsx, .xls, .csv")],
    against: Annotated[
        Path | None,
        typer.Option(help="The version before: says whether answers can still be compared."),
    ] = None,
) -> None:
    """Examine questionnaires: every fault with its sheet, row, column and remedy.

    Exit status 1 if there is a fault; warnings alone are no fault.
    """
    from survey.forms.authoring.lint import check_file, format_verdict

    if against is not None and len(files) > 1:
        raise exit_with_error("--against: name one questionnaire at a time.")
    faulty = False
    for file in files:
        found = check_file(file, against)
        faulty |= any(not fault.warning for fault in found)
        for fault in found:
            typer.echo(f"{file}: {'warning: ' if fault.warning else ''}{fault}")
        typer.echo(f"{file}: {format_verdict(found)}")
    if faulty:
        raise typer.Exit(1)


@app.command()
def fill(
    file: Annotated[Path, typer.Argument(help="An XLSForm: .md, .xlsx, .xls or .csv.")],
    answers: Annotated[
        Path | None, typer.Option(help="A JSON list of [path, value], in the order of answering.")
    ] = None,
    seed: Annotated[int, typer.Option(help="What is shuffled and drawn depends on it.")] = 0,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Play a questionnaire: with a person, or with answers from a file and a line for each.

    What day and what time it is says the survey's time zone.
    """
    from bot.command_line.fill import FillingError, fill_by_hand, fill_from_file

    zone = load_zone(config)
    try:
        if answers is None:
            fill_by_hand(file, seed, zone)
        else:
            fill_from_file(file, answers, seed, zone)
    except FillingError as fault:
        raise exit_with_error(str(fault), 1) from None


@app.command()
def conformance(
    shared: Annotated[Path, typer.Option(help="The folder that has conformance/.")] = Path(
        "../shared"
    ),
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Hold expressions and forms against the cases of ODK and JavaRosa; say what is left.

    A form whose case names no moment is filled in in the survey's time zone.
    """
    from rich.console import Console

    from bot.command_line.conformance import EXPRESSION_CASES, print_conformance

    if not (shared / EXPRESSION_CASES).exists():
        raise exit_with_error(
            f"There is no {shared / EXPRESSION_CASES}: give its folder with --shared."
        )
    if not print_conformance(shared, Console(), load_zone(config)):
        raise typer.Exit(1)


@app.command()
def report(
    kind: Annotated[ReportKind, typer.Argument(help="Which report.")] = ReportKind.WEEKLY,
    since: Annotated[
        datetime | None,
        typer.Option(
            help="What came from then on is new.", formats=DATE_FORMATS, metavar="2026-11-16"
        ),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            help="What came from then on is left out.", formats=DATE_FORMATS, metavar="2026-11-23"
        ),
    ] = None,
    language: Annotated[str, typer.Option(help="Such as en, or two: id+en.")] = "",
    scope: Annotated[str, typer.Option(help="Only this wave, or this workshop.")] = "",
    out: Annotated[Path, typer.Option(help="Where the files go.")] = Path(),
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Make a report now, as files, with its charts as SVG in a folder beside."""
    from dataclasses import replace

    from bot.report_defaults import build_report_request
    from reports.input_files import find_file_faults
    from reports.make_report import write_report
    from reports.reading.releases import take_releases
    from reports.report_kinds import get_definition

    given = load_settings(config)
    if since and not get_definition(kind).is_periodic:
        periodic = " or ".join(name for name in ReportKind if get_definition(name).is_periodic)
        raise exit_with_error(
            f"report: --since is of the {periodic} report; {kind} is of all there is."
        )
    try:
        language = validate_report_language(language or given.suara.languages[0])
    except ValueError as unknown:
        raise exit_with_error(f"report: --language {unknown}.") from None
    require_database(given)
    start, end = choose_report_period(since, until, given)
    wanted = replace(
        build_report_request(given),
        kind=kind,
        start=start,
        end=end,
        language=language,
        scope=scope,
        made_at=datetime.now(UTC),
    )
    for fault in find_file_faults(wanted):
        typer.echo(f"suara: warning: made without {fault}", err=True)
    try:
        with report_faults():
            take_releases(wanted)
            for path in write_report(wanted, out):
                print_text(str(path))
    except ReportRequestError as refused:
        raise exit_with_error(f"report: {refused}") from None


def choose_report_period(
    since: datetime | None, until: datetime | None, given: Config
) -> tuple[datetime, datetime]:
    """The period that was asked for; else to now, and since the last hour of the schedule."""
    from bot.handlers.report_requests import WEEKLY_PERIOD

    zone = given.suara.zone
    end = until.replace(tzinfo=zone) if until else datetime.now(zone)
    start = since.replace(tzinfo=zone) if since else WEEKLY_PERIOD.find_last_before(end, zone)
    if start >= end:
        raise exit_with_error("report: --since must lie before --until.")
    return start, end


@app.command()
def export(
    out: Annotated[Path, typer.Option(help="Where the files go.")] = Path(),
    formats: Annotated[
        list[DataFormat] | None,
        typer.Option("--format", help="Files for what? Repeat it for several; default: csv"),
    ] = None,
    layout: Annotated[
        ExportLayout,
        typer.Option(help="CSV: a row an answer, or columns as ODK Central or KoBo have them."),
    ] = ExportLayout.ROWS,
    language: Annotated[str, typer.Option(help="Of the labels in SPSS files, such as en.")] = "",
    spreadsheet: Annotated[
        bool, typer.Option("--spreadsheet", help="CSV that Excel opens as it is, and safely.")
    ] = False,
    until: Annotated[
        datetime | None,
        typer.Option(
            help="As a report of then: what came later is left out.",
            formats=DATE_FORMATS,
            metavar="2026-11-23",
        ),
    ] = None,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Write all answers and interviews for whoever computes anew, under pseudonyms.

    Exit status 3 if a value could not be read: its cell is empty, and each is named.
    """
    from bot.report_defaults import list_report_inputs
    from reports.export.atomic_files import PLAIN_CSV, build_spreadsheet_style
    from reports.export.data_export import export_data as write
    from reports.export.ddi import Study
    from reports.export.labelled_data import UnreadableCell

    given, wanted = load_settings(config), dict.fromkeys(formats or [DataFormat.CSV])
    try:
        language = validate_language(language or given.suara.languages[0])
    except ValueError as unknown:
        raise exit_with_error(f"export: --language {unknown}.") from None
    if layout is not ExportLayout.ROWS and DataFormat.CSV not in wanted:
        raise exit_with_error(f"export: --layout {layout} is a layout of CSV; add --format csv.")
    require_database(given)
    unreadable: list[UnreadableCell] = []
    with report_faults(), Progress("Rows read", 1) as bar:
        paths = write(
            given.database.url_to_read,
            out,
            given.suara.timezone,
            until.replace(tzinfo=given.suara.zone) if until else datetime.now(UTC),
            bar.set_done_of,
            layout,
            tuple(wanted),
            Study(given.suara.city, given.suara.secretariat, language),
            str(given.reports.population or ""),
            build_spreadsheet_style(language) if spreadsheet else PLAIN_CSV,
            unreadable.append,
            list_report_inputs(given),
            given.questionnaires.city_file,
            given.reports.minimum_cell,
        )
    for path in paths:
        print_text(str(path))
    if unreadable:
        raise exit_with_error(list_unreadable_cells(unreadable), EXIT_INCOMPLETE)


def list_unreadable_cells(cells: Sequence[object]) -> str:
    """What is empty in the files though something was answered, a line each; of many the first."""
    more = len(cells) - MOST_CELLS
    return "\n".join(
        [
            f"export: could not be read and are empty in the files (values: {len(cells)}):",
            *map(str, cells[:MOST_CELLS]),
            *([f"and {more} more"] if more > 0 else []),
        ]
    )


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="A report's workbooks with its data files.")],
    population: Annotated[
        Path | None,
        typer.Option(help="The population file, if it is not in the folder's inputs."),
    ] = None,
    most: Annotated[int, typer.Option(min=1, help="So many differences are told.")] = 20,
) -> None:
    """Compute every figure of a report anew from its data files, by a path of its own.

    Exit status 1 if anything differs, or is printed and stands in no workbook.
    """
    from reports.verification.data_folder import IncompleteFolderError
    from reports.verification.folder_verification import verify_folder
    from reports.verification.verification_table import format_verification

    try:
        found = verify_folder(folder, population)
    except (IncompleteFolderError, OSError) as fault:
        raise exit_with_error(f"verify: {fault}") from None
    for line in format_verification(found, most):
        typer.echo(line)
    if found.differs:
        raise typer.Exit(1)


@app.command()
def migrate(
    source: Annotated[str, typer.Option("--from", help="Such as sqlite:///var/suara.db.")],
    target: Annotated[
        str, typer.Option("--to", help="Such as postgresql://USER:PASSWORD@HOST/DATABASE.")
    ],
) -> None:
    """Move a survey from a SQLite file to an empty PostgreSQL. Stop Suara before.

    It may be interrupted and called again. The file stays as it is, and refuses to be used.
    """
    run_command(lambda _: transfer_survey(source, target))


async def transfer_survey(source: str, target: str) -> None:
    """Move everything, and say what was compared."""
    from rich.table import Table

    from survey.store.database import name_driver
    from survey.store.transfer import transfer_store

    with StageProgress() as bar:
        found = await transfer_store(name_driver(source), name_driver(target), bar.set_done)
    compared = Table("table", "rows", "checksum")
    for name, kept in found.items():
        compared.add_row(name, str(kept.rows), f"{kept.digest:016x}")
    console.print(compared)
    print_text("Everything is there. Name the new database in [database] url and start Suara.")


if __name__ == "__main__":
    main()

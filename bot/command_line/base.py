"""What all commands of ``suara`` share: settings, faults as one line and a status, Ctrl-C."""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import structlog
import typer

from bot.config import Config, load_config
from bot.safe_logs import LineLimiter, configure_library_logs, hide_tokens, hide_tokens_in_line
from reports.toml_files import InvalidInputError

if TYPE_CHECKING:
    from survey.services.administration import UnknownIdError

log = structlog.get_logger()
ConfigFile = Annotated[
    Path, typer.Option("--config", "-c", help="The settings; every one is explained in the file.")
]
DEFAULT_CONFIG = Path("config.toml")
#: Exit status for faults in what was given: settings, token, questionnaire, database.
EXIT_BAD_INPUT = 2
#: Exit status of an export that is whole but for values which could not be read.
EXIT_INCOMPLETE = 3
#: How many objects come to be before the youngest are looked through for garbage, and after how
#: many times the older ones are. Hardly any of a tap's is not given back by itself.
GARBAGE_THRESHOLDS = (50_000, 20, 50)
#: Seconds after which a stop that something holds up ends the program all the same: container
#: engines wait ten before they kill.
STOP_LIMIT = 8.0


def exit_with_error(message: str, status: int = EXIT_BAD_INPUT) -> typer.Exit:
    """Say what is wrong and end."""
    for line in hide_tokens(message).splitlines():
        typer.echo(f"suara: {line}", err=True)
    return typer.Exit(status)


def load_settings(path: Path, listen: Mapping[str, str] | None = None) -> Config:
    """The configuration, or an end with every fault of it.

    ``listen`` are addresses of this process alone, by section; an empty one leaves what is there.
    """
    try:
        return load_config(path, listen or {})
    except InvalidInputError as fault:
        raise exit_with_error(str(fault)) from None


def load_zone(path: Path) -> tzinfo:
    """The survey's time zone; UTC, said in a line, where no settings are named and none are there.

    Ends with every fault of the settings.
    """
    if path == DEFAULT_CONFIG and not path.exists():
        typer.echo(f"suara: There is no {path} here, so times are UTC; see --config.", err=True)
        return UTC
    return load_settings(path).suara.zone


def require_database(given: Config) -> None:
    """End with a clear line where the database was never used; reading must not make one."""
    from survey.store.database import find_database_file

    path = find_database_file(given.database.url)
    if path is not None and not path.exists():
        raise exit_with_error(
            f"There are no answers yet in {path}: start suara run, or see database.url."
        )


@contextmanager
def report_faults() -> Iterator[None]:
    """Faults of the database and of files as one clear line and a status."""
    from survey.store.database import DatabaseFault, StoreError, explain_database_fault

    try:
        yield
    except StoreError as fault:
        raise exit_with_error(str(fault), 1) from None
    except DatabaseFault as fault:
        raise exit_with_error(explain_database_fault(fault), 1) from None
    except OSError as fault:
        raise exit_with_error(explain_file_fault(fault), 1) from None


def explain_file_fault(fault: OSError) -> str:
    """One line for the operator: which file or folder cannot be used, and what to do about it."""
    where = fault.filename or "A file"
    if fault.errno == errno.ENOSPC:
        return f"{where}: the disk is full. Make room."
    return f"{where}: {fault.strerror or fault}. Name another place, or let this user write there."


def run_command(
    work: Callable[[asyncio.Event], Coroutine[Any, Any, None]], stop_limit: float | None = None
) -> None:
    """Run something asynchronous; its known faults become one clear line and a status.

    ``stop_limit`` is how many seconds it may go on after Ctrl-C or SIGTERM.
    """
    # Imported here, so that commands that need neither Telegram nor the web start without loading
    # them.
    from bot.app import TelegramFault
    from bot.demo.sandbox_process import DemoError
    from bot.jobs.database_watch import DamagedDatabaseError
    from bot.telegram.intake import IntakeError, RevokedTokenError, SupersededError
    from bot.web.server import WebFault
    from survey.forms.authoring.faults import QuestionnaireError
    from survey.store.database import (
        DatabaseFault,
        StoreError,
        StoreMovedError,
        explain_database_fault,
    )
    from survey.store.file_guard import ReplacedDatabaseError

    configure_logging()
    try:
        asyncio.run(run_until_interrupted(work, stop_limit))
    except SupersededError as fault:
        # No failure: whatever starts failed programs again would have the two take turns for ever.
        raise exit_with_error(str(fault), 0) from None
    except (
        QuestionnaireError,
        TelegramFault,
        RevokedTokenError,
        StoreMovedError,
        DamagedDatabaseError,
    ) as fault:
        raise exit_with_error(str(fault)) from None
    except (StoreError, WebFault, IntakeError, DemoError) as fault:
        raise exit_with_error(str(fault), 1) from None
    except ReplacedDatabaseError as fault:
        exit_with_error(explain_database_fault(fault))
        # Without closing the database: SQLite would write into whatever lies at its path now.
        sys.stdout.flush()
        os._exit(1)
    except DatabaseFault as fault:
        raise exit_with_error(explain_database_fault(fault), 1) from None
    except OSError as fault:
        raise exit_with_error(explain_file_fault(fault), 1) from None


def run_with_database(config: Path, work: Callable[[Config], Coroutine[Any, Any, None]]) -> None:
    """Do something in a database that is there already."""
    given = load_settings(config)
    require_database(given)
    run_command(lambda _: work(given))


def exit_with_unknown(what: str, fault: UnknownIdError) -> typer.Exit:
    """Say that there is none of that name, and which there are."""
    there = ", ".join(map(str, fault.known))
    others = f"there is: {there}" if there else "there are none"
    return exit_with_error(f"There is no {what} {fault.wanted}; {others}.")


async def run_until_interrupted(
    work: Callable[[asyncio.Event], Coroutine[Any, Any, None]], stop_limit: float | None
) -> None:
    """Give the work an event that Ctrl-C and SIGTERM set."""
    stop = asyncio.Event()

    def begin_stop() -> None:
        if stop_limit is not None and not stop.is_set():
            end_after(stop_limit)
        stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, begin_stop)
    await work(stop)


def settle_garbage_collection() -> None:
    """Look for garbage seldom from now on, and never among what the start has made.

    That is most of what there is, it stays for as long as the program runs, and to look through it
    again and again was a sixth of what a tap cost in a trial.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)


def end_quietly_on_signals() -> None:
    """Let Ctrl-C and SIGTERM end the program with status 0 while it has not begun its work."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))


def end_after(seconds: float) -> None:
    """End the program with status 0, whatever it is at, unless it has ended by then.

    In a thread, since what holds a stop up may hold up the event loop or Python's own end: a name
    that nobody resolves, a disk that does not answer. What was acknowledged is on the disk.
    """
    ending = threading.Timer(seconds, end_at_once)
    ending.daemon = True
    ending.start()


def end_at_once() -> None:
    """End the program with status 0, and say so."""
    log.warning("stopped in the middle", remedy="none: what was acknowledged is kept")
    sys.stdout.flush()
    os._exit(0)


def configure_logging() -> None:
    """Lines on standard error, warnings of libraries included; nothing personal is in them."""
    configure_library_logs()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        processors=[
            LineLimiter().limit_event,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
            hide_tokens_in_line,
        ],
    )

"""What all commands of ``suara`` share: settings, faults as one line and a status, Ctrl-C."""

from __future__ import annotations

import asyncio
import errno
import logging
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer

from bot.config import Config, load
from reports.toml_files import GivenError

ConfigFile = Annotated[
    Path, typer.Option("--config", "-c", help="The settings; every one is explained in the file.")
]
HERE = Path("config.toml")
#: Exit status for faults in what was given: settings, token, questionnaire, database.
GIVEN = 2


def stopped(message: str, status: int = GIVEN) -> typer.Exit:
    """Say what is wrong and end."""
    for line in message.splitlines():
        typer.echo(f"suara: {line}", err=True)
    return typer.Exit(status)


def settings(path: Path) -> Config:
    """The configuration, or an end with every fault of it."""
    try:
        return load(path)
    except GivenError as fault:
        raise stopped(str(fault)) from None


def there_are_answers(given: Config) -> None:
    """End with a clear line where the database was never used; reading must not make one."""
    from survey.store.database import file_of

    path = file_of(given.database.url)
    if path is not None and not path.exists():
        raise stopped(f"There are no answers yet in {path}: start suara run, or see database.url.")


@contextmanager
def faults_said() -> Iterator[None]:
    """Faults of the database and of files as one clear line and a status."""
    from survey.store.database import DatabaseFault, explained

    try:
        yield
    except DatabaseFault as fault:
        raise stopped(explained(fault), 1) from None
    except OSError as fault:
        raise stopped(file_fault(fault), 1) from None


def file_fault(fault: OSError) -> str:
    """One line for the operator: which file or folder cannot be used, and what to do about it."""
    where = fault.filename or "A file"
    if fault.errno == errno.ENOSPC:
        return f"{where}: the disk is full. Make room."
    return f"{where}: {fault.strerror or fault}. Name another place, or let this user write there."


def carry_out(work: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
    """Run something asynchronous; its known faults become one clear line and a status."""
    from bot.app import TelegramFault
    from bot.demo.sandbox_process import StageError
    from bot.telegram.polling import PollingError
    from bot.web.server import WebFault
    from survey.forms.authoring.xlsform import QuestionnaireError
    from survey.store.database import DatabaseFault, StoreError, explained

    log_plainly()
    try:
        asyncio.run(until_interrupted(work))
    except QuestionnaireError as fault:
        raise stopped(str(fault)) from None
    except (StoreError, TelegramFault, WebFault, PollingError, StageError) as fault:
        raise stopped(str(fault), 1) from None
    except DatabaseFault as fault:
        raise stopped(explained(fault), 1) from None
    except OSError as fault:
        raise stopped(file_fault(fault), 1) from None


async def until_interrupted(work: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
    """Give the work an event that Ctrl-C and SIGTERM set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await work(stop)


def log_plainly() -> None:
    """Lines on standard error, warnings of libraries included; nothing personal is in them."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
    )

"""The commands ``suara backup`` and ``suara restore``."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.command_line.administration import WhoActs, find_actor
from bot.command_line.base import (
    DEFAULT_CONFIG,
    ConfigFile,
    exit_with_error,
    load_settings,
    report_faults,
    require_database,
)
from bot.config import Config
from bot.progress import print_text
from survey.services.administration import Administration
from survey.store.backup import BackupError, restore_backup, write_backup
from survey.store.database import Store, find_database_file
from survey.store.erasure_list import (
    ERASURE_LIST_NAME,
    complete_erasure_list,
    read_erasure_list,
    read_stored_erasures,
)
from survey.store.erasures import Erasure


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file.")],
    by: WhoActs = "",
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Write the database into a file, whole, also while Suara runs and people answer."""
    given = load_settings(config)
    database = find_file(given, "pg_dump --format=custom --file=FILE")
    require_database(given)
    with report_faults():
        try:
            write_backup(database, file)
            # Beside the backup, for whoever takes it to another machine.
            complete_erasure_list(
                file.parent / ERASURE_LIST_NAME, collect_erasures(given, database, file)
            )
        except BackupError as fault:
            raise exit_with_error(f"backup: {fault}", 1) from None
    print_text(f"{file}: {file.stat().st_size:,} bytes, checked.")
    with report_faults():
        asyncio.run(record_act(given, by, "backup made", file))
    if given.files.folder is not None:
        print_text(f"Copy {given.files.folder} too: files that people sent are not in it.")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Of suara backup.")],
    by: WhoActs = "",
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Put a backup in the database's place; stop Suara before.

    Who withdrew since, and what was deleted when its time was over, is deleted in it again. The
    database from before is kept beside it.
    """
    given = load_settings(config)
    database = find_file(given, "pg_restore --clean --dbname=NAME FILE")
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    with report_faults():
        try:
            done = collect_erasures(given, database, file)
            restored = restore_backup(file, database, done, stamp)
        except BackupError as fault:
            raise exit_with_error(f"restore: {fault}", 1) from None
        complete_erasure_list(given.backup.folder / ERASURE_LIST_NAME, done)
    print_text(f"{database} is that of {file} now.")
    print_text(f"Erased in it again: {restored.erased_again} records ({len(done)} on the list).")
    if restored.kept_aside is not None:
        print_text(
            f"The one from before is {restored.kept_aside}: delete it when you do not need it."
        )
    with report_faults():
        asyncio.run(record_act(given, by, "backup restored", file))
    print_text("Reports that went out since would go out again: see suara schedules set.")


async def record_act(given: Config, by: str, act: str, file: Path) -> None:
    """Keep the record of a backup that was made, or was put back."""
    async with Store.open(given.database.url) as store:
        await Administration(store, find_actor(by)).record_act(act, file.name)


def find_file(given: Config, instead: str) -> Path:
    """The file of the database; an end with what to do instead where it is none."""
    path = find_database_file(given.database.url)
    if path is None:
        raise exit_with_error(f"database.url names no SQLite file. Use its own tool: {instead}")
    return path


def collect_erasures(given: Config, database: Path, file: Path) -> set[Erasure]:
    """What was erased, as the database, the list in backup.folder and that beside a file say."""
    lists = {given.backup.folder / ERASURE_LIST_NAME, file.parent / ERASURE_LIST_NAME}
    return read_stored_erasures(database).union(*map(read_erasure_list, lists))

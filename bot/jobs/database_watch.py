"""Looks whether the open database is still the one at its path, and whole."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import structlog

from bot.progress import print_text
from survey.store.database import Store, StoreError, find_database_file
from survey.store.file_guard import FileGuard, explain_damage, find_damage

log = structlog.get_logger()
#: Seconds from one look at the file to the next, and from one reading of all its pages to the next.
LOOK_INTERVAL, READING_INTERVAL = 3.0, 7 * 24 * 3600.0


class DamagedDatabaseError(StoreError):
    """Pages of the database are damaged; starting again does not help."""


async def check_pages(url: str) -> None:
    """Read all pages of a database, if it is there. Raises DamagedDatabaseError."""
    path = find_database_file(url)
    if path is None or not path.exists() or not path.stat().st_size:
        return
    if damage := await asyncio.to_thread(find_damage, path):
        raise DamagedDatabaseError(explain_damage(path, damage))


async def watch_database(
    store: Store,
    look_interval: float = LOOK_INTERVAL,
    reading_interval: float = READING_INTERVAL,
    tell: Callable[[str], None] = print_text,
) -> None:
    """Look again and again. Raises ReplacedDatabaseError.

    Damaged pages do not end the program: what people answer can still be kept. They are told, and
    told again a week later.
    """
    if (guard := store.guard) is None:
        await asyncio.Event().wait()
        return
    read_at = time.monotonic()
    while True:
        # In a thread, since a disk may take its time to answer.
        await asyncio.to_thread(guard.check)
        if time.monotonic() - read_at >= reading_interval:
            await tell_damage(guard, tell)
            read_at = time.monotonic()
        await asyncio.sleep(look_interval)


async def tell_damage(guard: FileGuard, tell: Callable[[str], None]) -> None:
    """Read all pages, and tell the operator what is damaged."""
    if damage := await asyncio.to_thread(find_damage, guard.path):
        log.error("database damaged", reason=damage, remedy="suara restore FILE: the last backup")
        tell(explain_damage(guard.path, damage))

"""Databases for tests that are not about how tables are made."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from survey.store.database import Store

MADE: list[bytes] = []


async def empty(path: Path) -> str:
    """The URL of a database; if there is none yet, of one with all its tables and nothing in them.

    The tables are made once and copied: making them takes longer than many a test.
    """
    if not MADE:
        MADE.append(await made())
    await asyncio.to_thread(copied, path)
    return url_of(path)


async def made() -> bytes:
    with TemporaryDirectory() as folder:
        first = Path(folder, "suara.db")
        async with Store.open(url_of(first)):
            pass
        return await asyncio.to_thread(first.read_bytes)


def copied(path: Path) -> None:
    if not path.exists():
        path.write_bytes(MADE[0])


def url_of(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"

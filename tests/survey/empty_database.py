"""Databases for tests that are not about how tables are made."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from survey.store.database import Store
from tests import postgres_server

#: What tests of store and services run on.
DATABASE_KINDS = ("sqlite", "postgresql")
TEMPLATE_DATABASE: list[bytes] = []


@asynccontextmanager
async def open_empty_database(kind: str, folder: Path) -> AsyncIterator[str]:
    """The URL of a database of a kind, for as long as it is needed.

    It has all its tables and nothing in them; a SQLite file that is there stays as it is.
    """
    if kind == "sqlite":
        yield await create_empty_database(folder / "suara.db")
    else:
        async with postgres_server.open_database() as url:
            yield url


async def create_empty_database(path: Path) -> str:
    """The URL of a database; if there is none yet, of one with all its tables and nothing in them.

    The tables are made once and copied: making them takes longer than many a test.
    """
    if not TEMPLATE_DATABASE:
        TEMPLATE_DATABASE.append(await build_template())
    await asyncio.to_thread(copy_database, path)
    return database_url(path)


async def build_template() -> bytes:
    with TemporaryDirectory() as folder:
        first = Path(folder, "suara.db")
        async with Store.open(database_url(first)):
            pass
        return await asyncio.to_thread(first.read_bytes)


def copy_database(path: Path) -> None:
    if not path.exists():
        path.write_bytes(TEMPLATE_DATABASE[0])


def database_url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"

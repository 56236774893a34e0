"""One crowd that answered, and the reports made of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from held import day
from reported_people import END, Store, crowd, new_store, order

from reports.brief import Brief, compose
from reports.make import Report, documents
from survey.store.database import Store as KeptStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    made = new_store(tmp_path / "suara.db")
    yield made
    made.connection.close()


@pytest.fixture(scope="session")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store in which 160 residents and 100 participants answered, or began to."""
    made = new_store(tmp_path_factory.mktemp("crowd") / "suara.db", seed=7)
    crowd(made, residents=160, participants=100)
    yield made
    made.connection.close()


@pytest.fixture(scope="session")
def brief(crowded: Store) -> Brief:
    """The crowd's weekly brief before it is set."""
    return compose(order(crowded))


@pytest.fixture(scope="session")
def report(brief: Brief) -> Report:
    """The crowd's weekly brief in Indonesian."""
    return documents(brief)


@pytest.fixture(scope="session")
def workshopped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store in which participants answered, and then held the example workshop."""
    folder = tmp_path_factory.mktemp("workshopped")
    asyncio.run(keep_nothing(folder))
    made = new_store(folder / "suara.db", seed=7)
    crowd(made, residents=20, participants=120)
    asyncio.run(hold(folder))
    yield made
    made.connection.close()


async def keep_nothing(folder: Path) -> None:
    """An empty database with all its tables."""
    async with KeptStore.open(f"sqlite+aiosqlite:///{folder / 'suara.db'}"):
        pass


async def hold(folder: Path) -> None:
    """The example workshop to its end, on the last day of the reported period."""
    async with day(folder) as here:
        here.now = END - timedelta(hours=12)
        await here.hold()

"""One crowd that answered, and the reports made of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from assessed import chapters
from data_files import exported
from held import day
from reported_people import END, Store, assess, crowd, new_store, order

from reports.chapters.elements import Chapter
from reports.make_report import Report, make_documents
from reports.report_content import ReportContent, build_content
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
def content(crowded: Store) -> ReportContent:
    """All that is said of the crowd, before it is set."""
    return build_content(order(crowded))


@pytest.fixture(scope="session")
def report(content: ReportContent) -> Report:
    """The crowd's assessment in Indonesian."""
    return make_documents(content)


@pytest.fixture(scope="session")
def assessed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store in which all five questionnaires were answered."""
    made = new_store(tmp_path_factory.mktemp("assessed") / "suara.db", seed=11)
    crowd(made, residents=120, participants=130)
    assess(made, 140)
    yield made
    made.connection.close()


@pytest.fixture(scope="session")
def made(assessed: Store) -> dict[str, Chapter]:
    """Conditions, plans, scenarios and discovery areas of that store, in English."""
    return chapters(assessed)


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


@pytest.fixture(scope="session")
def of_crowd(crowded: Store, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The crowd's data in every format, by the names of the files."""
    return exported(crowded.url, tmp_path_factory.mktemp("data"))

"""One crowd that answered, and the reports made of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from reports.chapters.elements import Chapter
from reports.make_report import Report, make_documents
from reports.report_content import ReportContent, build_content
from survey.store.database import Store as KeptStore
from tests.reports.chapter_rows import build_chapters
from tests.reports.example_workshop import open_example_workshop
from tests.reports.exported_files import export_all
from tests.reports.filled_store import (
    END,
    FilledStore,
    add_assessments,
    add_crowd,
    build_report_request,
    create_store,
    share_store,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FilledStore]:
    """An empty store."""
    made = create_store(tmp_path / "suara.db")
    yield made
    made.connection.close()


@pytest.fixture(scope="session")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FilledStore]:
    """A store in which 160 residents and 100 participants answered, or began to."""

    def fill(folder: Path) -> FilledStore:
        made = create_store(folder / "suara.db", seed=7)
        add_crowd(made, residents=160, participants=100)
        return made

    shared = share_store(tmp_path_factory, "crowded", fill)
    yield shared
    shared.connection.close()


@pytest.fixture(scope="session")
def content(crowded: FilledStore) -> ReportContent:
    """All that is said of the crowd, before it is set."""
    return build_content(build_report_request(crowded))


@pytest.fixture(scope="session")
def report(content: ReportContent) -> Report:
    """The crowd's assessment in Indonesian."""
    return make_documents(content)


@pytest.fixture(scope="session")
def assessed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FilledStore]:
    """A store in which all five questionnaires were answered."""

    def fill(folder: Path) -> FilledStore:
        made = create_store(folder / "suara.db", seed=11)
        add_crowd(made, residents=120, participants=130)
        add_assessments(made, 140)
        return made

    shared = share_store(tmp_path_factory, "assessed", fill)
    yield shared
    shared.connection.close()


@pytest.fixture(scope="session")
def made(assessed: FilledStore) -> dict[str, Chapter]:
    """Conditions, plans, scenarios and discovery areas of that store, in English."""
    return build_chapters(assessed)


@pytest.fixture(scope="session")
def workshopped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FilledStore]:
    """A store in which participants answered, and then held the example workshop."""

    def fill(folder: Path) -> FilledStore:
        asyncio.run(keep_nothing(folder))
        made = create_store(folder / "suara.db", seed=7)
        add_crowd(made, residents=20, participants=120)
        asyncio.run(hold(folder))
        return made

    shared = share_store(tmp_path_factory, "workshopped", fill)
    yield shared
    shared.connection.close()


async def keep_nothing(folder: Path) -> None:
    """An empty database with all its tables."""
    async with KeptStore.open(f"sqlite+aiosqlite:///{folder / 'suara.db'}"):
        pass


async def hold(folder: Path) -> None:
    """The example workshop to its end, on the last day of the reported period."""
    async with open_example_workshop(folder) as here:
        here.now = END - timedelta(hours=12)
        await here.run_whole_day()


@pytest.fixture(scope="session")
def of_crowd(crowded: FilledStore, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The crowd's data in every format, by the names of the files."""
    return export_all(crowded.url, tmp_path_factory.mktemp("data"))

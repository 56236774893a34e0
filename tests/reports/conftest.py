"""One crowd that answered, and the reports made of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from reported_people import Store, crowd, new_store, order

from reports.brief import Brief, compose
from reports.make import Report, documents


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

"""What tests of store and services have in common: they run on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.survey.empty_database import DATABASE_KINDS, open_empty_database


@pytest.fixture(params=DATABASE_KINDS)
async def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a database with all its tables and nothing in them, once of each kind."""
    async with open_empty_database(request.param, tmp_path) as url:
        yield url

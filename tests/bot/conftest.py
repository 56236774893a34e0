"""A sandbox that judges every call of the bot, and a Suara at it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path

import pytest

import bot.app
import sandbox
from sandbox import Sandbox
from survey.boundaries import Boundaries
from tests.bot.suaras import TOKEN, Suara, configured, polling
from tests.sandbox.schema import check


@pytest.fixture(autouse=True, scope="session")
def _read_once() -> Iterator[None]:
    """Questionnaires and boundaries never change; reading them once saves minutes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bot.app, "compile_file", cache(bot.app.compile_file))
        patch.setattr(Boundaries, "from_geojson", staticmethod(cache(Boundaries.from_geojson)))
        yield


@pytest.fixture
async def box() -> AsyncIterator[Sandbox]:
    """A sandbox in which every call of the bot is checked against somebody else's schema."""
    async with sandbox.serve(token=TOKEN, check=check) as found:
        yield found
        assert await found.list_problems() == []


@pytest.fixture
async def suara(tmp_path: Path, box: Sandbox) -> AsyncIterator[Suara]:
    """A running Suara."""
    async with polling(configured(tmp_path, box.url)) as app:
        yield Suara(box, app, tmp_path)

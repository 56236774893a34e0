"""A sandbox that judges every call of the bot, and a Suara at it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path

import pytest

import sandbox
from bot import questionnaire_folder
from sandbox import Sandbox
from survey.boundaries import Boundaries
from survey.forms.authoring.xlsform import compile_file
from tests.bot.running_bot import TOKEN, RunningBot, build_test_config, run_bot
from tests.sandbox.bot_api_schema import find_schema_problems


class FormsInMemory:
    """In place of the folder of compiled questionnaires: each file is compiled once a session."""

    compile_file = staticmethod(cache(compile_file))

    def __init__(self, _folder: Path | None) -> None:
        """Nothing is written."""

    def remove_unused(self) -> None:
        """Nothing was written."""


@pytest.fixture(autouse=True, scope="session")
def _read_once() -> Iterator[None]:
    """Questionnaires and boundaries never change; reading them once saves minutes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(questionnaire_folder, "CompiledForms", FormsInMemory)
        patch.setattr(Boundaries, "from_geojson", staticmethod(cache(Boundaries.from_geojson)))
        yield


@pytest.fixture
async def box() -> AsyncIterator[Sandbox]:
    """A sandbox in which every call of the bot is checked against somebody else's schema."""
    async with sandbox.serve(token=TOKEN, check=find_schema_problems) as found:
        yield found
        assert await found.list_problems() == []


@pytest.fixture
async def suara(tmp_path: Path, box: Sandbox) -> AsyncIterator[RunningBot]:
    """A running Suara."""
    async with run_bot(build_test_config(tmp_path, box.url)) as app:
        yield RunningBot(box, app, tmp_path)

"""A sandbox on a real socket, checked against somebody else's schema, and a bare bot at it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

import sandbox
from tests.sandbox.bot_api_schema import find_schema_problems
from tests.sandbox.raw_bot import RawBot, ToyBot


@pytest.fixture
async def box() -> AsyncIterator[sandbox.Sandbox]:
    async with sandbox.serve(check=find_schema_problems) as served:
        yield served


@pytest.fixture
async def bot(box: sandbox.Sandbox) -> AsyncIterator[RawBot]:
    async with RawBot.connect(box.url) as raw:
        yield raw


@pytest.fixture
async def siti(box: sandbox.Sandbox) -> sandbox.PersonClient:
    """Somebody who wrote to the bot; her update is still unconfirmed."""
    person = await box.add_person(1001, first_name="Siti", language_code="id")
    await person.start()
    return person


@pytest.fixture
async def toy(bot: RawBot) -> AsyncIterator[ToyBot]:
    served = ToyBot(bot)
    task = asyncio.create_task(served.serve())
    yield served
    task.cancel()

"""A sandbox on a real socket, checked against somebody else's schema, and a bare bot at it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

import sandbox
from tests.sandbox.rawbot import RawBot, ToyBot
from tests.sandbox.schema import check


@pytest.fixture
async def box() -> AsyncIterator[sandbox.Sandbox]:
    async with sandbox.serve(check=check) as served:
        yield served


@pytest.fixture
async def bot(box: sandbox.Sandbox) -> AsyncIterator[RawBot]:
    async with RawBot.at(box.url) as raw:
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
    task = asyncio.create_task(served.run())
    yield served
    task.cancel()

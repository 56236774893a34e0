"""The workshop of the core's tests, on a real socket."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest_asyncio

from tests.browser import open_browser

if TYPE_CHECKING:
    from playwright.async_api import Browser

sys.path.append(str(Path(__file__).parents[1] / "survey"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_browser() -> AsyncIterator[Browser]:
    """A browser for all tests of a file: to start one takes longer than many a test."""
    async with open_browser() as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def chromium(shared_browser: Browser) -> AsyncIterator[Browser]:
    """A browser that knows nothing yet; its windows are closed after the test."""
    yield shared_browser
    for context in shared_browser.contexts:
        await context.close()

"""A real browser for the tests of pages, in one place: where it is, how long it may take."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")
HAS_CHROMIUM = CHROMIUM.exists()
#: Milliseconds until a test gives up waiting for a page. No promise about speed: beside other
#: tests a browser on two cores has been seen to take ten seconds for its first page.
PATIENCE = 60_000


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """Chromium; the test is skipped where there is none."""
    playwright = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
    if not HAS_CHROMIUM:
        pytest.skip(f"there is no {CHROMIUM}")
    async with playwright.async_playwright() as driver:
        found = await driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield found
        await found.close()


async def open_page(browser: Browser, width: int, height: int, **more: Any) -> Page:
    """A page with a memory of its own; ``more`` is what else Playwright's contexts take."""
    context = await browser.new_context(viewport={"width": width, "height": height}, **more)
    context.set_default_timeout(PATIENCE)
    return await context.new_page()

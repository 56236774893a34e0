"""One demo with a crowd and a workshop, for whatever is looked at in what it leaves."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.bot.demo.demo_run import DemoRun, run_demo
from tests.shared_results import make_shared_folder

#: With this seed some of the people decline, some break off, and each questionnaire is sent.
OPTIONS = ("--crowd", "45", "--seed", "13", "--workshop", "--participants", "30")


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    """What ``suara demo`` leaves, in a folder of one's own."""
    folder, run = make_shared_folder(
        tmp_path_factory, "demo", lambda made: asyncio.run(run_demo(made, *OPTIONS))
    )
    return replace(run, out=folder / "out")

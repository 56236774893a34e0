"""The demo where cards change between a look and a tap, as they do on a busy machine.

The sandbox refuses taps on demand, as it does when the button that somebody wanted is not there any
more.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp
import pandas as pd
import pytest
from pypdf import PdfReader

from bot.demo.sandbox_process import find_free_port, list_demo_participants
from tests.bot.demo.demo_run import DemoRun, run_demo, start_demo

LEADER = list_demo_participants()[0].id
#: Every fourth tap of anybody, and every tap of the facilitator.
SOME_TAPS = {"method": "person:tap", "code": 409, "times": 0, "every": 4}
THEIR_TAPS = {"method": "person:tap", "code": 409, "times": 0, "chat_id": LEADER}


async def inject_fault(port: int, fault: dict[str, Any]) -> None:
    """Let taps be refused from the moment at which the sandbox is there."""
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        while True:
            try:
                async with session.post("/control/faults", json=fault) as response:
                    assert response.ok
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)


def run_refused(folder: Path, fault: dict[str, Any], *more: str) -> DemoRun:
    """A whole small demo whose taps are refused."""
    port = find_free_port()

    async def run() -> DemoRun:
        refusing = asyncio.create_task(inject_fault(port, fault))
        found = await run_demo(folder, "--port", str(port), "--workshop", *more)
        refusing.cancel()
        return found

    return asyncio.run(run())


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    """Every fourth tap is refused."""
    folder = tmp_path_factory.mktemp("refused")
    return run_refused(folder, SOME_TAPS, "--crowd", "12", "--participants", "12", "--seed", "3")


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    """Every tap of the facilitator is refused."""
    folder = tmp_path_factory.mktemp("stopped")
    return run_refused(folder, THEIR_TAPS, "--crowd", "6", "--participants", "4", "--seed", "3")


def test_people_look_and_tap_again_until_everything_is_done(refused: DemoRun) -> None:
    assert refused.status == 0, refused.said + refused.errors
    assert "Traceback" not in refused.errors + refused.said
    for log, people in (("crowd.jsonl", 12), ("workshop.jsonl", 12)):
        lines = refused.lines(log)
        assert sum("missed" in line for line in lines) > people
        ends = Counter(line["ended"] for line in lines if "ended" in line)
        assert ends.total() == people
        assert not ends.keys() & {"stuck", "failed", "patience"}
    ballots = pd.read_csv(refused.out / "ballots.csv", keep_default_na=False)
    assert len(ballots[ballots["round"] == 1]) == 32
    assert ballots["voted"].sum() > 0.9 * 12 * 8


def test_a_step_that_cannot_be_done_says_who_where_and_what_they_saw(stopped: DemoRun) -> None:
    assert stopped.status == 1
    assert "Traceback" not in stopped.errors + stopped.said
    last = stopped.errors.strip().splitlines()[-1]
    assert f"(workshop) The facilitator, person {LEADER}, in their chat with the bot" in last
    assert "could not go on. The last tap was refused" in last
    assert "Seen: " in last
    assert "[▶ " in last
    assert f"What was made lies in {stopped.out}" in last


def test_what_was_made_before_and_beside_it_is_kept(stopped: DemoRun) -> None:
    ends = [line for line in stopped.lines("crowd.jsonl") if "ended" in line]
    assert len(ends) == 6
    assert stopped.lines("workshop.jsonl")
    interviews = pd.read_csv(stopped.out / "interviews.csv")
    assert len(interviews) > 0
    for kind in ("weekly", "wave", "pra"):
        assert len(PdfReader(stopped.out / f"{kind}-id.pdf").pages) >= 2
    for name in ("answers.csv", "answers.parquet", "answers.sav", "votes.csv", "baseline.csv"):
        assert (stopped.out / name).exists(), name
    assert {path.suffix for path in (stopped.out / "delivered").iterdir()} >= {".pdf", ".xlsx"}


async def test_a_taken_port_is_said_in_one_line_with_the_remedy(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, start_demo("--port", str(port), "--exit", TMPDIR=str(tmp_path)) as process:
        _, errors = await asyncio.wait_for(process.communicate(), 60)
    (line,) = errors.decode().strip().splitlines()
    other = port + 9 if port < 65_526 else 8081
    remedy = f"make demo PORT={other}, or suara demo --port {other}"
    assert line == f"suara: Port {port} is taken. Name another one: {remedy}"
    assert process.returncode == 1

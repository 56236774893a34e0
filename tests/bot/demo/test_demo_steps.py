"""What the demo keeps when a step of it fails, and when its participants count as still."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.demo import simulated_participants
from bot.demo.demo_steps import FAULT_FILE, DemoSteps
from bot.demo.sandbox_process import DemoError, DemoSandbox
from bot.demo.simulated_participants import SimulatedParticipants


async def test_what_fails_is_said_and_the_rest_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fail(fault: Exception) -> int:
        raise fault

    async def succeed() -> int:
        return 3

    steps = DemoSteps(tmp_path / "out")
    assert await steps.attempt("workshop", fail(DemoError("Fitri sees no button.")), 0) == 0
    assert await steps.attempt("data", fail(KeyError("wave")), 0) == 0
    assert await steps.attempt("report", succeed(), 0) == 3
    with pytest.raises(DemoError) as raised:
        steps.check()
    assert str(raised.value) == (
        f"The demo could not do everything. What was made lies in {tmp_path / 'out'}. Not done: "
        "(workshop) Fitri sees no button. (data) KeyError: 'wave' (more in demo-faults.txt)"
    )
    said = capsys.readouterr().out
    assert "Not done: workshop. Fitri sees no button." in said
    assert "Traceback" not in said
    assert "KeyError: 'wave'" in (tmp_path / "out" / FAULT_FILE).read_text(encoding="utf-8")


async def test_a_demo_that_keeps_nothing_says_how_to_keep_it() -> None:
    async def fail() -> None:
        raise KeyError("wave")

    steps = DemoSteps(None)
    steps.check()
    await steps.attempt("data", fail(), None)
    with pytest.raises(DemoError, match=r"--out DIR keeps what is made\. Not done: \(data\) KeyE"):
        steps.check()


def report(acts: int, waiting: int, ended: int = 0) -> dict[str, Any]:
    """What the participants' process says in a second."""
    return {"people": 4, "came": 4, "ended": ended, "waiting": waiting, "acts": acts}


async def test_a_room_is_still_when_all_wait_and_nobody_did_anything_for_a_while(
    tmp_path: Path,
) -> None:
    async with aiohttp.ClientSession() as session:
        box = DemoSandbox("http://127.0.0.1:1", session, [])
        room = SimulatedParticipants(box, 4, 1, tmp_path / "log")
        waiting = asyncio.create_task(room.wait_until_still())

        async def hear(*reports: dict[str, Any]) -> bool:
            for each in reports:
                await room.take_report(each)
                await asyncio.sleep(0.01)
            return waiting.done()

        few = simulated_participants.STILL_REPORTS
        assert not await hear(*[report(0, 4)] * (few + 1))  # Nobody was shown anything yet.
        assert not await hear(*[report(3, 3)] * (few + 1))  # Somebody is thinking.
        assert not await hear(report(4, 4), report(5, 4), report(6, 4))  # They go on voting.
        assert not await hear(*[report(6, 3, ended=1)] * (few - 1))
        assert await hear(report(6, 3, ended=1))

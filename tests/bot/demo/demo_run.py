"""``suara demo`` as a process of its own, to its end."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
#: Seconds until a test gives up waiting; no promise about speed.
PATIENCE = 900


@dataclass
class DemoRun:
    """What one run of the demo left and said; ``scratch``: what stays in its temporary folder."""

    out: Path
    said: str
    status: int
    errors: str
    scratch: list[str]

    def lines(self, log: str) -> list[dict[str, Any]]:
        """A log of what simulated people did, in its order."""
        text = (self.out / log).read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]


@asynccontextmanager
async def start_demo(*more: str, **around: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A demo that runs; what is left of it at the end of the block is ended."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", *more, cwd=ROOT, env=os.environ | around,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


async def run_demo(folder: Path, *more: str) -> DemoRun:
    """A whole demo, whose files come into ``folder / "out"``."""
    out, scratch = folder / "out", folder / "scratch"
    scratch.mkdir()
    command = (*more, "--out", str(out), "--exit")
    async with start_demo(*command, COLUMNS="500", TMPDIR=str(scratch)) as process:
        said, errors = await asyncio.wait_for(process.communicate(), PATIENCE)
        left = [path.name for path in scratch.iterdir()]
        return DemoRun(out, said.decode(), process.returncode or 0, errors.decode(), left)

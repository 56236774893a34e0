"""What a worker is made of once it polls."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from tests.bot.running_bot import TOKEN, write_config_file
from tests.bot.telegram.raw_server import RawServer, serve_raw

#: ``suara run``, which says at its end what it was made of.
TELLING = """
import atexit, gc, json, sys
from bot.__main__ import main

def tell():
    loaded = sorted({name.partition(".")[0] for name in sys.modules})
    print(json.dumps([loaded, gc.get_freeze_count(), gc.get_threshold()[0]]))

atexit.register(tell)
main()
"""


async def run_until_polling(folder: Path) -> list[Any]:
    """Start a worker, and have it end once it has polled; what it was made of."""
    async with serve_raw(RawServer()) as raw:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", TELLING, "run", "-c", str(write_config_file(folder, raw.url)),
            cwd=folder, env=os.environ | {"SUARA_TOKEN": TOKEN}, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            async with asyncio.timeout(120):  # A busy machine takes its time over imports.
                while not any("getUpdates" in line for line in raw.asked):
                    await asyncio.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            said, _ = await asyncio.wait_for(process.communicate(), 60)
        finally:
            if process.returncode is None:
                process.kill()
    assert process.returncode == 0
    found: list[Any] = json.loads(said.decode().splitlines()[-1])
    return found


async def test_a_worker_that_polls_has_loaded_nothing_of_reports(tmp_path: Path) -> None:
    loaded, frozen, threshold = await run_until_polling(tmp_path)
    assert not {"pandas", "pyarrow", "matplotlib", "typst", "pyreadstat"} & {*loaded}
    # What the start has made is not looked through for garbage any more.
    assert frozen > 100_000
    assert threshold > 10_000


async def test_a_worker_that_is_started_again_migrates_nothing_and_compiles_nothing(
    tmp_path: Path,
) -> None:
    first, _, _ = await run_until_polling(tmp_path)
    assert "alembic" in first
    again, _, _ = await run_until_polling(tmp_path)
    assert not {"alembic", "pyxform", "openpyxl", "PIL"} & {*again}

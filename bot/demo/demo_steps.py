"""The steps of the demo: what cannot be done is said and remembered, and the rest goes on."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar

from bot.demo.sandbox_process import DemoError
from bot.progress import print_text
from reports.request import ReportRequestError

T = TypeVar("T")
#: Where the particulars go of what nobody thought of.
FAULT_FILE = "demo-faults.txt"


class DemoSteps:
    """Tries step after step; ``folder`` is where what was made is kept, if it is."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._failures: list[str] = []

    async def attempt(self, step: str, work: Awaitable[T], otherwise: T) -> T:
        """What the work comes to; ``otherwise`` if it cannot be done, which is said at once."""
        try:
            return await work
        except (DemoError, ReportRequestError) as fault:
            self._keep_failure(step, str(fault))
        # No fault of one step may cost what the others made: whatever it is, it is kept and said.
        except Exception as fault:
            more = self._write_particulars(step, fault)
            self._keep_failure(step, f"{type(fault).__name__}: {fault}{more}")
        return otherwise

    def check(self) -> None:
        """Raise DemoError if something could not be done."""
        if self._failures:
            kept = "--out DIR keeps what is made."
            if self._folder is not None:
                kept = f"What was made lies in {self._folder}."
            failures = " ".join(self._failures)
            raise DemoError(f"The demo could not do everything. {kept} Not done: {failures}")

    def _keep_failure(self, step: str, why: str) -> None:
        self._failures.append(f"({step}) {why}")
        print_text(f"Not done: {step}. {why}")

    def _write_particulars(self, step: str, fault: Exception) -> str:
        """Where they are, in words; empty where nothing is kept."""
        if self._folder is None:
            return ""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / FAULT_FILE).open("a", encoding="utf-8") as file:
            file.write(f"{step}\n{''.join(traceback.format_exception(fault))}\n")
        return f" (more in {FAULT_FILE})"

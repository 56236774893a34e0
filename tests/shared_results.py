"""What is long in the making and the same for every worker: made by the first that needs it."""

from __future__ import annotations

import fcntl
import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def make_shared_folder(
    factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Any]
) -> tuple[Path, Any]:
    """A folder of the caller's own with what ``make`` put into it, and what that returned.

    One worker makes it while the others wait; each gets a copy, so that none sees what another does
    to its own. What is returned is handed on as a pickle.
    """
    base = factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared"
    shared.mkdir(exist_ok=True)
    made, result = shared / name, shared / f"{name}.pickle"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # Given back when the file is closed.
        if not result.exists():
            shutil.rmtree(made, ignore_errors=True)
            made.mkdir()
            result.write_bytes(pickle.dumps(make(made)))
    own = factory.mktemp(name) / name
    shutil.copytree(made, own)
    return own, pickle.loads(result.read_bytes())  # noqa: S301 - made above, by these tests

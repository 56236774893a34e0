"""The workshop of the core's tests, on a real socket."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "survey"))

"""The sandbox's own time, which a test may set, stop and move."""

from __future__ import annotations

import time


class SandboxClock:
    """Seconds since 1970; runs like the machine's clock until told otherwise."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._stopped_at: float | None = None

    def now(self) -> float:
        """The present moment in the sandbox."""
        return self._stopped_at if self._stopped_at is not None else time.time() + self._ahead

    @property
    def stopped(self) -> bool:
        """Whether only `set` and `advance` move it."""
        return self._stopped_at is not None

    def set(self, moment: float) -> None:
        """Jump to `moment`; a stopped clock stays stopped."""
        if self._stopped_at is None:
            self._ahead = moment - time.time()
        else:
            self._stopped_at = moment

    def advance(self, seconds: float) -> None:
        """Jump ahead by `seconds`."""
        self.set(self.now() + seconds)

    def stop(self) -> None:
        """Stand still; only `set` and `advance` move it."""
        self._stopped_at = self.now()

    def run(self) -> None:
        """Go on from where it stands."""
        if self._stopped_at is not None:
            moment, self._stopped_at = self._stopped_at, None
            self.set(moment)

"""The command ``suara``, with a look every two milliseconds of work at what it is doing.

    python -m benchmarks.peers.sampled_run FILE run -c config.toml

SIGUSR1 begins counting anew, SIGUSR2 writes what was counted into FILE. A profiler that is told of
each call would make Python's small functions look dearer than they are; looking now and then costs
about as much as two loops of asyncio a millisecond, and every function the same.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType

import greenlet

from benchmarks.peers.tap_phases import LOOP_FUNCTION, PHASES, find_phase

#: Seconds of work, of all threads, between two looks.
INTERVAL = 0.002


class TapSampler:
    """Counts the main thread's seconds by phase, and those of all others together.

    To whatever the main thread is at when we look, all is added that it has worked since.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: dict[CodeType, int] = {}
        self.begin()

    def begin(self, *_: object) -> None:
        """Count anew."""
        self._seconds = dict.fromkeys(PHASES, 0.0)
        self._last = time.thread_time()
        self._others_before = time.process_time() - self._last

    def look(self, _number: int, frame: FrameType | None) -> None:
        """Count what the main thread is at."""
        now = time.thread_time()
        rank = min((self._rank(code) for code in walk_stack(frame)), default=len(PHASES) - 1)
        self._seconds[PHASES[rank]] += now - self._last
        self._last = now

    def _rank(self, code: CodeType) -> int:
        if code not in self._known:
            self._known[code] = find_phase(code.co_filename, code.co_name)
        return self._known[code]

    def write(self, *_: object) -> None:
        """Write down what was counted."""
        others = time.process_time() - time.thread_time() - self._others_before
        self._file.write_text(json.dumps({"phases": self._seconds, "threads": others}))


def walk_stack(frame: FrameType | None) -> Iterator[CodeType]:
    """The functions that are running, the innermost first, asyncio's loop the last.

    SQLAlchemy runs in a greenlet, whose stack ends where it begins: whoever waits for it comes
    behind.
    """
    around = greenlet.getcurrent().parent
    while frame is not None:
        yield frame.f_code
        if frame.f_code.co_name == LOOP_FUNCTION:
            return
        frame = frame.f_back
        if frame is None and around is not None:
            frame, around = around.gr_frame, around.parent


def main() -> None:
    """Run the command, being looked at."""
    sampler = TapSampler(Path(sys.argv[1]))
    sys.argv = ["suara", *sys.argv[2:]]
    from bot.__main__ import main as run_suara

    signal.signal(signal.SIGUSR1, sampler.begin)
    signal.signal(signal.SIGUSR2, sampler.write)
    signal.signal(signal.SIGPROF, sampler.look)
    signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)
    run_suara()


if __name__ == "__main__":
    main()

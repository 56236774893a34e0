"""How far long work has got: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

console = Console(highlight=False, soft_wrap=True)
#: Seconds between two plain lines.
LINE_INTERVAL = 5.0


def print_text(text: str) -> None:
    """A line for the person at the terminal."""
    console.print(text, markup=False)


def build_bar() -> Bar:
    """A bar on a terminal, nothing elsewhere."""
    return Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )


class ShownBar:
    """A bar that is on the screen while it is used as a context."""

    def __init__(self) -> None:
        self._bar = build_bar()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()


class StageProgress(ShownBar):
    """Work of several stages, each with parts of its own: a bar for each. Use it as a context."""

    def __init__(self) -> None:
        super().__init__()
        self._tasks: dict[str, TaskID] = {}

    def set_done(self, stage: str, done: int, total: int) -> None:
        """So many parts of a stage are done."""
        if stage not in self._tasks:
            self._tasks[stage] = self._bar.add_task(stage, total=total)
        self._bar.update(self._tasks[stage], completed=done, total=total)
        if not console.is_terminal and done >= total:
            print_text(f"{stage}: {done} of {total}")


class Progress(ShownBar):
    """Work of ``total`` parts. Use it as a context and say how far it is with ``at``."""

    def __init__(self, title: str, total: int) -> None:
        super().__init__()
        self._title = title
        self._total = total
        self._task = self._bar.add_task(title, total=total)
        self._said = time.monotonic()
        self._last = -1

    def set_done(self, done: int) -> None:
        """So many parts are done."""
        self._bar.update(self._task, completed=done)
        now = time.monotonic()
        plain = not console.is_terminal and done != self._last
        if plain and (done >= self._total or now - self._said >= LINE_INTERVAL):
            print_text(f"{self._title}: {done} of {self._total}")
            self._said, self._last = now, done

    def set_done_of(self, done: int, total: int) -> None:
        """So many parts of so many are done."""
        self._total = total
        self._bar.update(self._task, total=total)
        self.set_done(done)

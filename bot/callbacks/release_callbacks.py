"""Callback data of what the secretariat lets out: quotes, and results for those who answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.callbacks.callback import Callback


@dataclass(frozen=True, slots=True)
class ReviewQuote(Callback):
    """Say of an answer whether it may be quoted; ``version`` is that of the answer shown.

    ``action`` is ok, no, later, undo; or, in the list of those released, next or back.
    """

    verb: ClassVar[str] = "qt"
    action: str
    interview: int
    question: int
    occurrence: str
    version: str


@dataclass(frozen=True, slots=True)
class ShowQuotes(Callback):
    """Show answers to decide on (``open``), or those that were released (``released``)."""

    verb: ClassVar[str] = "qs"
    page: str


@dataclass(frozen=True, slots=True)
class ReleaseSummary(Callback):
    """Let a wave's summary out (1) or not (0); ``version`` is that of the summary shown."""

    verb: ClassVar[str] = "sum"
    version: str
    released: int

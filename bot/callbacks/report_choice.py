"""Callback data of the choices before a report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.callbacks.callback import Callback


@dataclass(frozen=True, slots=True)
class ReportChoice(Callback):
    """Show ``page`` of the choices, with what was chosen so far; empty is not chosen yet.

    ``page`` is ``kind``, ``scope``, ``period``, ``language``, ``make`` or ``close``; ``scope`` is
    the ``mark`` of a wave or a workshop, or ``all``; ``period`` one of ``reporting.PERIODS``.
    """

    verb: ClassVar[str] = "rep"
    page: str = "kind"
    kind: str = ""
    scope: str = ""
    period: str = ""
    language: str = ""

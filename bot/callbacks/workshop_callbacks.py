"""Callback data of a workshop's buttons; written and read by ``taps``.

``room`` is the workshop's ``mark``, so that a button of one never acts in another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from zlib import crc32


def mark(workshop_id: str) -> str:
    """A short word for a workshop, whose id may be too long for a button."""
    return f"{crc32(workshop_id.encode()):08x}"


@dataclass(frozen=True, slots=True)
class Vote:
    """Vote on a ballot in the round that the move ``opening`` opened."""

    verb: ClassVar[str] = "vote"
    room: str
    ballot: int
    opening: int
    value: str


@dataclass(frozen=True, slots=True)
class Because:
    """Why one voted otherwise than the earlier rating."""

    verb: ClassVar[str] = "why"
    room: str
    ballot: int
    opening: int
    why: str


@dataclass(frozen=True, slots=True)
class See:
    """Look at something else in the room, see ``Sight``; nothing is kept."""

    verb: ClassVar[str] = "see"
    room: str
    page: str
    number: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Stand:
    """Say at the door whom one stands for: ``what`` is sector, category or table."""

    verb: ClassVar[str] = "stand"
    room: str
    what: str
    value: str


@dataclass(frozen=True, slots=True)
class Briefed:
    """Say that one has read the briefing."""

    verb: ClassVar[str] = "briefed"
    room: str


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave the workshop."""

    verb: ClassVar[str] = "leave"
    room: str


@dataclass(frozen=True, slots=True)
class Aside:
    """Go on with a questionnaire until a ballot opens."""

    verb: ClassVar[str] = "aside"
    room: str
    wave: str


@dataclass(frozen=True, slots=True)
class Do:
    """A facilitator's step on a screen that knew of ``seen`` moves.

    ``act`` and ``extent`` are words of ``bot.screens.room.steps``; ``ballot`` is the one that it is
    about, or the first of them; ``seconds`` the timer.
    """

    verb: ClassVar[str] = "do"
    room: str
    seen: int
    act: str
    extent: str
    ballot: int
    seconds: int


RoomTap = Vote | Because | See | Stand | Briefed | Leave | Aside | Do

"""Callback data of a workshop's buttons; written and read by ``taps``.

``room`` is the workshop's ``mark``, so that a button of one never acts in another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from zlib import crc32


def shorten_id(workshop_id: str) -> str:
    """A short word for a workshop, whose id may be too long for a button."""
    return f"{crc32(workshop_id.encode()):08x}"


@dataclass(frozen=True, slots=True)
class CastVote:
    """Vote on a ballot in the round that the move ``opening`` opened."""

    verb: ClassVar[str] = "vote"
    workshop: str
    ballot: int
    opening: int
    value: str


@dataclass(frozen=True, slots=True)
class GiveReason:
    """Why one voted otherwise than the earlier rating."""

    verb: ClassVar[str] = "why"
    workshop: str
    ballot: int
    opening: int
    reason: str


@dataclass(frozen=True, slots=True)
class ShowView:
    """Look at something else in the room, see ``Sight``; nothing is kept."""

    verb: ClassVar[str] = "see"
    workshop: str
    page: str
    number: int
    seconds: int


@dataclass(frozen=True, slots=True)
class CheckIn:
    """Say at the door whom one stands for: ``what`` is sector, category or table."""

    verb: ClassVar[str] = "stand"
    workshop: str
    question: str
    value: str


@dataclass(frozen=True, slots=True)
class ConfirmBriefing:
    """Say that one has read the briefing."""

    verb: ClassVar[str] = "briefed"
    workshop: str


@dataclass(frozen=True, slots=True)
class LeaveWorkshop:
    """Leave the workshop."""

    verb: ClassVar[str] = "leave"
    workshop: str


@dataclass(frozen=True, slots=True)
class ContinueQuestionnaire:
    """Go on with a questionnaire until a ballot opens."""

    verb: ClassVar[str] = "aside"
    workshop: str
    wave: str


@dataclass(frozen=True, slots=True)
class FacilitatorAction:
    """A facilitator's step on a screen that knew of ``seen`` moves.

    ``act`` and ``extent`` are words of ``bot.screens.room.steps``; ``ballot`` is the one that it is
    about, or the first of them; ``seconds`` the timer.
    """

    verb: ClassVar[str] = "do"
    workshop: str
    seen: int
    action: str
    scope: str
    ballot: int
    seconds: int


WorkshopCallback = (
    CastVote
    | GiveReason
    | ShowView
    | CheckIn
    | ConfirmBriefing
    | LeaveWorkshop
    | ContinueQuestionnaire
    | FacilitatorAction
)

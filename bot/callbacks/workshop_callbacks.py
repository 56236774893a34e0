"""Callback data of a workshop's buttons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from zlib import crc32

from bot.callbacks.callback import Callback


def shorten_id(workshop_id: str) -> str:
    """A short word for a workshop, whose id may be too long for a button."""
    return f"{crc32(workshop_id.encode()):08x}"


@dataclass(frozen=True, slots=True)
class WorkshopCallback(Callback):
    """A button of a workshop, which ``workshop`` names as ``shorten_id`` does.

    So a button of one never acts in another.
    """

    workshop: str


@dataclass(frozen=True, slots=True)
class CastVote(WorkshopCallback):
    """Vote on a ballot in the round that the move ``opening`` opened."""

    verb: ClassVar[str] = "vote"
    ballot: int
    opening: int
    value: str


@dataclass(frozen=True, slots=True)
class GiveReason(WorkshopCallback):
    """Why one voted otherwise than the earlier rating."""

    verb: ClassVar[str] = "why"
    ballot: int
    opening: int
    reason: str


@dataclass(frozen=True, slots=True)
class ShowView(WorkshopCallback):
    """Look at something else in the room, see ``WorkshopPage``; nothing is kept."""

    verb: ClassVar[str] = "see"
    page: str
    number: int
    seconds: int


@dataclass(frozen=True, slots=True)
class CheckIn(WorkshopCallback):
    """Say at the door whom one stands for: ``question`` is sector, category or table."""

    verb: ClassVar[str] = "stand"
    question: str
    value: str


@dataclass(frozen=True, slots=True)
class ConfirmBriefing(WorkshopCallback):
    """Say that one has read the briefing."""

    verb: ClassVar[str] = "briefed"


@dataclass(frozen=True, slots=True)
class LeaveWorkshop(WorkshopCallback):
    """Leave the workshop."""

    verb: ClassVar[str] = "leave"


@dataclass(frozen=True, slots=True)
class ContinueQuestionnaire(WorkshopCallback):
    """Go on with a questionnaire until a ballot opens."""

    verb: ClassVar[str] = "aside"
    wave: str


@dataclass(frozen=True, slots=True)
class ManageSeats(WorkshopCallback):
    """A facilitator names how many people are in the room, or takes a seat of the web page away.

    ``action`` is people, with their ``number``, or remove, with the seat's.
    """

    verb: ClassVar[str] = "seat"
    action: str
    number: int


@dataclass(frozen=True, slots=True)
class FacilitatorAction(WorkshopCallback):
    """A facilitator's step on a screen that knew of ``seen`` moves.

    ``action`` and ``scope`` are words of ``bot.screens.workshop.session_steps``; ``ballot`` is the
    one that it is about, or the first of them; ``seconds`` the timer.
    """

    verb: ClassVar[str] = "do"
    seen: int
    action: str
    scope: str
    ballot: int
    seconds: int

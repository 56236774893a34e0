"""What people do in an interview, one step at a time, and why something was not taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class StepKind(StrEnum):
    """What a step records. The key of ``added`` and ``enough`` is a prompt, of ``removed`` the
    instance that went away.
    """

    CONSENTED = "consented"
    GIVEN = "given"
    ANSWERED = "answered"
    TICKED = "ticked"
    SKIPPED = "skipped"
    MOVED = "moved"
    ADDED = "added"
    REMOVED = "removed"
    ENOUGH = "enough"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Step:
    """What a person did: the ``number``-th thing in the interview, at the place ``key``."""

    number: int
    kind: StepKind
    key: str
    value: str
    at: datetime


class StepRefusalReason(StrEnum):
    """Why something a person did could not be taken."""

    STALE = "stale"
    REQUIRED = "required"
    CONSTRAINT = "constraint"
    KIND = "kind"
    CHOICE = "choice"
    FULL = "full"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class StepRefused:
    """Not taken, and why; ``key`` is the place it is about."""

    reason: StepRefusalReason
    key: str

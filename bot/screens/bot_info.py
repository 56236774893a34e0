"""What the screens say of the Suara that they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from survey.workshop.register import RegisterItem


@dataclass(frozen=True, slots=True)
class BotInfo:
    """What the screens say of this Suara; ``sectors`` and ``categories`` are asked at the door.

    ``emergency`` says in each language where to turn in one.
    """

    username: str
    city: str
    secretariat: str
    answers_months: int
    contacts_days: int
    languages: tuple[str, ...]
    zone: tzinfo = UTC
    emergency: Mapping[str, str] = field(default_factory=dict)
    public_url: str = ""
    sectors: tuple[RegisterItem, ...] = ()
    categories: tuple[RegisterItem, ...] = ()

    def build_start_link(self, payload: str) -> str:
        """A link that opens the bot."""
        return f"https://t.me/{self.username}?start={payload}"

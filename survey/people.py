"""Who takes part: roles, invitations, pseudonyms. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

#: Letters and digits that cannot be taken for one another when read aloud or from paper.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_PATTERN = re.compile(r"[A-Z0-9]{2,12}(-[A-Z0-9]{2,12}){1,3}")
#: How long an invitation is taken, where nobody says otherwise.
INVITATION_LIFETIME = timedelta(days=90)
#: How the payload of a deep link says that an invitation's code follows.
INVITATION_PREFIX = "u-"
#: How the payload of a deep link says that a workshop's code follows.
WORKSHOP_PREFIX = "l-"
#: What a link carries that people pass on after they have answered.
FORWARDED_WORD = "ajakan"
#: The way of those who came by the voting page, and of those whose link nobody has announced.
WEB_PAGE_SOURCE, OTHER_SOURCE = "web", "other"


class Role(StrEnum):
    """What somebody may do."""

    RESIDENT = "resident"
    PARTICIPANT = "participant"
    FACILITATOR = "facilitator"
    SECRETARIAT = "secretariat"


@dataclass(frozen=True, slots=True)
class Respondent:
    """A person as the answers know them."""

    id: int
    pseudonym: str
    role: Role
    language: str
    sector: str = ""
    category: str = ""
    invitation: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Wave:
    """One fielding of a questionnaire. ``digest`` is the version that new interviews get."""

    id: str
    digest: str
    audience: tuple[Role, ...]
    opens_at: datetime
    closes_at: datetime
    languages: tuple[str, ...] = field(default=("id", "en"))
    paused: bool = False

    def is_open(self, at: datetime) -> bool:
        """Whether answers are taken."""
        return not self.paused and self.opens_at <= at < self.closes_at

    def invites(self, role: Role) -> bool:
        """Whether people of that role are asked."""
        return role in self.audience

    def is_reserved_for(self, role: Role) -> bool:
        """Whether people of that role are asked and residents are not."""
        return self.invites(role) and not self.invites(Role.RESIDENT)


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code that makes whoever shows it a participant, for a sector and an asset category.

    A facilitator's names the workshop that they lead. It is not taken from ``expires_at`` on, nor
    once it was revoked.
    """

    code: str
    role: Role
    sector: str
    category: str
    uses: int
    workshop_id: str = ""
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_valid(self, at: datetime) -> bool:
        """Whether it is still taken, if there are uses left."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


def parse_code(text: str) -> str | None:
    """A code somebody typed or followed a link with, as it is stored; else None."""
    text = text.strip().upper().replace("–", "-").replace(" ", "")
    text = text.removeprefix(INVITATION_PREFIX.upper()).removeprefix(WORKSHOP_PREFIX.upper())
    return text if CODE_PATTERN.fullmatch(text) else None


def names_invitation(payload: str) -> bool:
    """Whether the payload of a link holds the code of an invitation."""
    return payload.lower().startswith(INVITATION_PREFIX)


def names_workshop(payload: str) -> bool:
    """Whether the payload of a link holds the code of a workshop."""
    return payload.lower().startswith(WORKSHOP_PREFIX)


def names_wave(payload: str, wave_id: str) -> bool:
    """Whether the payload of a link leads to a wave, in capitals or not: those who copy a link by
    hand begin a word with a large letter.
    """
    written, wave = payload.lower(), wave_id.lower()
    return written == wave or written.startswith(wave + "-")


def list_announced_sources(waves: Iterable[str], words: Iterable[str]) -> frozenset[str]:
    """All ways in which somebody can have come that somebody of ours has put into the world.

    ``waves`` are their ids, ``words`` those that links may carry behind one, or alone.
    """
    ways = {word.lower() for word in (*words, FORWARDED_WORD)}
    ids = {wave.lower() for wave in waves}
    return frozenset(
        {*ways, *ids, *(f"{wave}-{word}" for wave in ids for word in ways), WEB_PAGE_SOURCE}
    )


def parse_source(payload: str, announced: Collection[str]) -> str:
    """The way somebody came by a link: one that was announced, or that it was another one.

    What else a link carries is up to whoever made it, and may be somebody's name and number:
    nothing of it is kept. Capitals make no other way of it.
    """
    way = payload.lower()
    return way if way in announced or not way else OTHER_SOURCE

"""What this process remembers of what people look at, besides the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.attempts import AttemptLimiter
from bot.screens.workshop.workshop_page import WorkshopPage


@dataclass(frozen=True, slots=True)
class LongText:
    """An answer that was so long that a phone may have sent the rest of it as another message."""

    message_id: int
    sent_at: datetime
    interview_id: int
    key: str
    text: str


class ViewMemory:
    """What people in a workshop look at, by Telegram id, and how many wrong codes they tried.

    It may be lost at a restart, and need not be shared between processes, because nothing that was
    kept depends on it: whoever's page is forgotten sees what the room brings; a vote that is typed
    for a ballot that nobody remembers to have asked is not counted but asked again; the rest of a
    text that came in parts is not taken for an answer; a questionnaire that a ballot stood in front
    of comes back with the next tap; and whoever tries codes has ten tries more.
    """

    def __init__(self) -> None:
        self.attempt_limiter = AttemptLimiter()
        self._pages: dict[int, WorkshopPage] = {}
        self._asked_ballots: dict[int, tuple[int, int]] = {}
        self._interrupted: set[int] = set()
        self._long_texts: dict[int, LongText] = {}

    def get_page(self, person: int) -> WorkshopPage:
        """What somebody looks at: what the room brings, if nothing else is remembered."""
        return self._pages.get(person, WorkshopPage())

    def set_page(self, person: int, page: WorkshopPage) -> None:
        """Let somebody look at a page from now on."""
        self._pages[person] = page

    def close_page(self, person: int) -> None:
        """Let somebody look at what the room brings."""
        self._pages.pop(person, None)

    def note_asked_ballot(self, person: int, ballot: int, opening: int) -> None:
        """Somebody's card asks for a vote on a ballot, in the round that a move opened."""
        self._asked_ballots[person] = (ballot, opening)

    def was_asked(self, person: int, ballot: int, opening: int) -> bool:
        """Whether that is what somebody's card asked last."""
        return self._asked_ballots.get(person) == (ballot, opening)

    def note_interruption(self, person: int, interrupted: bool) -> None:
        """Remember whether a ballot stands in front of somebody's questionnaire."""
        if interrupted:
            self._interrupted.add(person)
        else:
            self._interrupted.discard(person)

    def is_interrupted(self, person: int) -> bool:
        """Whether a ballot stood in front of somebody's questionnaire when they last saw it."""
        return person in self._interrupted

    def forget_person(self, person: int) -> None:
        """Somebody has withdrawn: nothing of what they looked at or wrote is left."""
        self._pages.pop(person, None)
        self._asked_ballots.pop(person, None)
        self._interrupted.discard(person)
        self._long_texts.pop(person, None)

    def forget_people(self, is_meant: Callable[[int], bool]) -> None:
        """Some people are another worker's from now on."""
        known = {*self._pages, *self._asked_ballots, *self._interrupted, *self._long_texts}
        for person in filter(is_meant, known):
            self.forget_person(person)

    def note_long_text(self, person: int, part: LongText) -> None:
        """Somebody sent what may be the beginning of a longer text."""
        self._long_texts[person] = part

    def take_long_text(self, person: int) -> LongText | None:
        """What may be the beginning of what somebody sends now; it is asked for once."""
        return self._long_texts.pop(person, None)

"""How things stand for a person, what they are told, and the request by which they act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from survey.forms.model.questionnaire import Questionnaire
from survey.interview.interview import Interview
from survey.interview.state import NOT_BEGUN
from survey.interview.steps import StepRefusalReason
from survey.people import Respondent, Wave
from survey.store.contacts import Contact, ShownScreen
from survey.store.interviews import Cause, InterviewRow
from survey.store.result_requests import ResultRequestStatus
from survey.workshop.plan import Room


class Notice(StrEnum):
    """What to say to a person besides showing where they are; each says all by itself."""

    UNKNOWN_CODE = "unknown code"
    CODE_USED_UP = "code used up"
    CODE_OVER = "code over"
    JOINED = "joined"
    OUTSIDE = "outside"
    PLACED = "placed"
    EDITED = "edited"
    DECLINED = "declined"
    CLOSED = "closed"
    ALBUM = "album"
    GUESSED = "guessed"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class FileTooLarge:
    """The file that a person sent is larger than what is taken, in megabytes."""

    largest_mb: int


@dataclass(frozen=True, slots=True)
class WorkshopLeft:
    """A person has left the workshop with this code, by which they may come back."""

    code: str


#: All that a person can be told; a reason is why what they did was not taken.
AnyNotice = Notice | FileTooLarge | WorkshopLeft | StepRefusalReason


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How things stand for one person. ``wave`` and ``interview`` are what they are at now.

    Before the consent ``interview`` is one that is kept nowhere, and there is no ``interview_row``.
    ``open_waves`` are the waves they may answer, with their ``questionnaires`` by wave;
    ``sent_waves`` those that they handed in. ``notice`` is what to tell them besides, ``read_at``
    when this was looked at, ``file_sizes`` the bytes of each file that is an answer, by its name,
    ``room`` the workshop they are in, and ``result_request_status`` whether they are to be told the
    results of the wave they are at.
    """

    telegram_id: int
    contact: Contact | None = None
    wave: Wave | None = None
    interview: Interview | None = None
    interview_row: InterviewRow | None = None
    open_waves: tuple[Wave, ...] = ()
    sent_waves: frozenset[str] = frozenset()
    questionnaires: dict[str, Questionnaire] = field(default_factory=dict)
    notice: AnyNotice | None = None
    read_at: datetime = NOT_BEGUN
    file_sizes: Mapping[str, int] = field(default_factory=dict)
    room: Room | None = None
    result_request_status: ResultRequestStatus = ResultRequestStatus.NONE

    @property
    def is_in_room(self) -> bool:
        """Whether the workshop is what they should see now."""
        return self.room is not None and self.room.is_shown

    @property
    def respondent(self) -> Respondent:
        """The respondent. Raises LookupError for somebody we do not know."""
        if self.contact is None:
            raise LookupError("nobody we know")
        return self.contact.respondent

    @property
    def screen(self) -> ShownScreen:
        """Of what the person's newest screen is: another one after each step of theirs."""
        if self.interview_row is None:
            return ShownScreen()
        return ShownScreen(self.interview_row.id, self.interview_row.step_count)

    @property
    def next_wave(self) -> Wave | None:
        """The wave after the one they are at that they have not handed in, the first after the
        last; so that whoever goes on, or declines, is asked of all of them in turn.
        """
        at = self.open_waves.index(self.wave) if self.wave in self.open_waves else -1
        after = self.open_waves[at + 1 :] + self.open_waves[: max(at, 0)]
        return next((wave for wave in after if wave.id not in self.sent_waves), None)


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody acts: who, when, and the update that causes it.

    ``last_seen`` is how things stood when they were last looked at. It saves reading again; what
    was decided on an old one collides, and then it is read anew.
    """

    telegram_id: int
    at: datetime
    cause: Cause
    last_seen: Snapshot | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a withdrawal deleted: answers by wave, how many files, and votes in workshops."""

    code: str
    deleted_answers: dict[str, int]
    file_count: int = 0
    vote_count: int = 0

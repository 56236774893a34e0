"""A workshop as it was prepared, and how things stand in its room for whoever looks. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256

from survey.workshop.ballots import Ballot, Workshop
from survey.workshop.moves import BallotPhase, MoveRefused, Vote, VoteChannel
from survey.workshop.register import Labels, Register, RegisterItem
from survey.workshop.results import RoundKey, Tally
from survey.workshop.session import Session


@dataclass(frozen=True)
class EarlierAnswers:
    """Where the answers stand that participants gave before the session.

    ``wave`` and ``questionnaire`` are their ids, ``asset`` the path of the question that holds the
    asset's code, ``shocks`` the paths of the ratings by the shocks' codes, in the same repeat.
    """

    wave: str
    questionnaire: str
    asset: str
    shocks: Mapping[str, str]


@dataclass(frozen=True)
class WorkshopPlan:
    """What is fixed before the session, with its words. ``screen`` opens the projector.

    ``programme`` are the times of the day and what happens then.
    """

    workshop: Workshop
    name: Labels
    code: str
    held_at: datetime
    register: Register
    ballots: tuple[Ballot, ...]
    screen: str
    programme: tuple[tuple[str, Labels], ...] = ()
    earlier_answers: EarlierAnswers | None = None

    @property
    def id(self) -> str:
        return self.workshop.id

    def title(self, language: str) -> str:
        """Its name."""
        return self.name.get(language) or next(iter(self.name.values()), self.id)

    def asset(self, ballot: Ballot, language: str) -> str:
        """What a ballot judges."""
        return self._find_label(self._assets_by_code, ballot.asset, language)

    def shock(self, ballot: Ballot, language: str) -> str:
        """Under which shock."""
        return self._find_label(self._shocks_by_code, ballot.shock, language)

    @staticmethod
    def _find_label(items: Mapping[str, RegisterItem], code: str, language: str) -> str:
        return items[code].label(language) if code in items else code

    @cached_property
    def _assets_by_code(self) -> Mapping[str, RegisterItem]:
        return {item.code: item for item in self.register.assets}

    @cached_property
    def _shocks_by_code(self) -> Mapping[str, RegisterItem]:
        return {item.code: item for item in self.register.shocks}


@dataclass(frozen=True, slots=True)
class Attendance:
    """Somebody in the room. ``aside``: they look at a questionnaire until a ballot opens.

    Who ``leads`` facilitates this workshop and no other. ``web_seat`` is the number by which a
    facilitator knows whoever came by the web page.
    """

    respondent: int
    sector: str
    category: str
    language: str
    seat: int | None
    channel: VoteChannel
    briefed: bool = False
    aside: bool = False
    leads: bool = False
    web_seat: int | None = None
    consented: bool = False

    @property
    def is_facilitator(self) -> bool:
        """Whether they run the session instead of voting in it."""
        return self.leads


@dataclass(frozen=True, slots=True)
class ConsentWording:
    """The words that somebody agrees to before their first vote, in their language."""

    language: str
    words: str

    @property
    def digest(self) -> str:
        """Its version: SHA-256 of the words."""
        return sha256(self.words.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class GroupChat:
    """A group chat where people vote on one message that they all see."""

    workshop_id: str
    chat_id: int
    message_id: int
    language: str


@dataclass(frozen=True, slots=True)
class WebSeat:
    """A seat that the web page gave to one browser; its number is never given again."""

    number: int
    joined_at: datetime
    sector: str
    category: str


@dataclass(frozen=True, slots=True)
class AttendanceCounts:
    """How many take part: at each table, and how many said that they read the briefing.

    ``people`` is how many there are in the room, as a facilitator named it.
    """

    seats: Mapping[int | None, int] = field(default_factory=dict)
    briefed: int = 0
    people: int = 0

    @property
    def joined(self) -> int:
        """Everybody in the room."""
        return sum(self.seats.values())


@dataclass(frozen=True)
class Room:
    """How things stand in a workshop.

    ``me`` and ``votes`` (by ballot, in its present round) are of whoever looks; ``voter_counts``
    says how many voted in each round that is under way; ``tallies`` and ``earlier_counts`` (answers
    given before the session: ballot's number -> value -> people) hold only what is revealed: of the
    whole session for facilitators and the projector, of what was revealed last for others.
    ``web_seats`` are given to facilitators alone. ``refused`` is why what they just did was not
    taken.
    """

    plan: WorkshopPlan
    session: Session
    presence: AttendanceCounts = AttendanceCounts()
    voter_counts: Mapping[RoundKey, int] = field(default_factory=dict)
    me: Attendance | None = None
    votes: Mapping[int, Vote] = field(default_factory=dict)
    tallies: Mapping[RoundKey, Tally] = field(default_factory=dict)
    earlier_counts: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    refused: MoveRefused | None = None
    web_seats: tuple[WebSeat, ...] = ()

    def list_votable(self) -> list[Ballot]:
        """The ballots that whoever looks can vote on now."""
        if self.me is None or self.me.is_facilitator:
            return []
        return self.session.list_open_for(self.me.seat)

    @property
    def is_shown(self) -> bool:
        """Whether the room is what they should see: not while they turned aside in a pause."""
        return self.me is not None and (not self.me.aside or bool(self.list_votable()))

    def list_under_way(self) -> list[Ballot]:
        """Ballots that are open, or closed and not revealed."""
        return self.session.list_in_phase(BallotPhase.OPEN, BallotPhase.CLOSED)

    def count_electorate(self, ballot: Ballot) -> int:
        """How many of those present may vote on a ballot."""
        workshop = self.plan.workshop
        return sum(
            count
            for seat, count in self.presence.seats.items()
            if workshop.can_judge(seat, ballot.category)
        )

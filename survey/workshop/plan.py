"""A workshop as it was prepared, and how things stand in its room for whoever looks. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from survey.people import Role
from survey.workshop.ballots import Ballot, Workshop
from survey.workshop.moves import Channel, Refused, State, Vote
from survey.workshop.register import Item, Labels, Register
from survey.workshop.results import Round, Tally
from survey.workshop.session import Session


@dataclass(frozen=True)
class Before:
    """Where the answers stand that participants gave before the session.

    ``wave`` and ``questionnaire`` are their ids, ``asset`` the path of the question that holds the
    asset's code, ``shocks`` the paths of the ratings by the shocks' codes, in the same repeat.
    """

    wave: str
    questionnaire: str
    asset: str
    shocks: Mapping[str, str]


@dataclass(frozen=True)
class Plan:
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
    before: Before | None = None

    @property
    def id(self) -> str:
        return self.workshop.id

    def title(self, language: str) -> str:
        """Its name."""
        return self.name.get(language) or next(iter(self.name.values()), self.id)

    def asset(self, ballot: Ballot, language: str) -> str:
        """What a ballot judges."""
        return self._named(self._assets, ballot.asset, language)

    def shock(self, ballot: Ballot, language: str) -> str:
        """Under which shock."""
        return self._named(self._shocks, ballot.shock, language)

    @staticmethod
    def _named(items: Mapping[str, Item], code: str, language: str) -> str:
        return items[code].label(language) if code in items else code

    @cached_property
    def _assets(self) -> Mapping[str, Item]:
        return {item.code: item for item in self.register.assets}

    @cached_property
    def _shocks(self) -> Mapping[str, Item]:
        return {item.code: item for item in self.register.shocks}


@dataclass(frozen=True, slots=True)
class Attendance:
    """Somebody in the room. ``aside``: they look at a questionnaire until a ballot opens."""

    respondent: int
    role: Role
    sector: str
    category: str
    language: str
    seat: int | None
    channel: Channel
    briefed: bool = False
    aside: bool = False

    @property
    def leads(self) -> bool:
        """Whether they run the session instead of voting in it."""
        return self.role is Role.FACILITATOR


@dataclass(frozen=True, slots=True)
class GroupChat:
    """A group chat where people vote on one message that they all see."""

    workshop_id: str
    chat_id: int
    message_id: int
    language: str


@dataclass(frozen=True, slots=True)
class Presence:
    """How many take part: at each table, and how many said that they read the briefing."""

    seats: Mapping[int | None, int] = field(default_factory=dict)
    briefed: int = 0

    @property
    def joined(self) -> int:
        """Everybody in the room."""
        return sum(self.seats.values())


@dataclass(frozen=True)
class Room:
    """How things stand in a workshop.

    ``me`` and ``votes`` (by ballot, in its present round) are of whoever looks; ``voted`` says how
    many voted in each round that is under way; ``tallies`` and ``before`` (answers given before the
    session: ballot's number -> value -> people) hold only what is revealed: of the whole session
    for facilitators and the projector, of what was revealed last for others. ``refused`` is why
    what they just did was not taken.
    """

    plan: Plan
    session: Session
    presence: Presence = Presence()
    voted: Mapping[Round, int] = field(default_factory=dict)
    me: Attendance | None = None
    votes: Mapping[int, Vote] = field(default_factory=dict)
    tallies: Mapping[Round, Tally] = field(default_factory=dict)
    before: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    refused: Refused | None = None

    def mine(self) -> list[Ballot]:
        """The ballots that whoever looks can vote on now."""
        if self.me is None or self.me.leads:
            return []
        return self.session.open_for(self.me.seat)

    @property
    def shown(self) -> bool:
        """Whether the room is what they should see: not while they turned aside in a pause."""
        return self.me is not None and (not self.me.aside or bool(self.mine()))

    def under_way(self) -> list[Ballot]:
        """Ballots that are open, or closed and not revealed."""
        return self.session.in_state(State.OPEN, State.CLOSED)

    def electorate(self, ballot: Ballot) -> int:
        """How many of those present may vote on a ballot."""
        workshop = self.plan.workshop
        return sum(
            count
            for seat, count in self.presence.seats.items()
            if workshop.may_judge(seat, ballot.category)
        )

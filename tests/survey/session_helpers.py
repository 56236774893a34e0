"""A workshop room in the tests: facilitators, participants, and a clock that they share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from survey.workshop.agreement import AgreementRule
from survey.workshop.ballots import Ballot, BallotMode, Table, Workshop
from survey.workshop.moves import BallotState, Move, MoveRefused, Vote, VoteChannel, WorkshopRequest
from survey.workshop.register import Register, build_register
from survey.workshop.results import BallotResult, RoundKey, Tally, build_results, tally_votes
from survey.workshop.session import Session
from tests.survey.form_helpers import load_shipped_form

START = datetime(2026, 9, 20, 9, 0, tzinfo=UTC)
BOT, OTHER_BOT = 700, 701
WAYAN, SITI = 1, 2
TABLES = (Table(1, "Air", ("air",)), Table(2, "Banjir dan sampah", ("banjir", "sampah")))
BALLOTS = (
    Ballot(1, "pompa_pluit", "banjir", "banjir"),
    Ballot(2, "pompa_pluit", "rob", "banjir", BallotMode.CONFIRM, 3, "Data 2016"),
    Ballot(3, "kbt", "banjir", "banjir", BallotMode.BLIND, 2),
    Ballot(4, "ipa_buaran", "banjir", "air"),
    Ballot(5, "ipa_buaran", "padam", "air", BallotMode.CONFIRM, 4),
)


def load_register() -> Register:
    """The assets, shocks and scale of the questionnaire that comes with Suara."""
    return build_register(load_shipped_form("kerentanan"))


class WorkshopSession:
    """A session, all its votes, and who does what; every tap is an update a second later."""

    def __init__(
        self,
        ballots: Sequence[Ballot] = BALLOTS,
        *,
        rounds: int = 2,
        tables: tuple[Table, ...] = (),
        rule: AgreementRule | None = None,
    ) -> None:
        self.ballots = ballots
        self.workshop = Workshop(
            "uji", load_register().scale, rule or AgreementRule(), rounds, tables
        )
        self.session = Session(self.workshop, ballots)
        self.votes: list[Vote] = []
        self.now = START
        self.key = 1000

    def tap(self, who: int = WAYAN, source: int = BOT) -> WorkshopRequest:
        """The next tap, on a screen that is up to date."""
        self.now += timedelta(seconds=1)
        self.key += 1
        return WorkshopRequest(who, self.now, source, self.key, self.session.number)

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def apply_decision(self, decided: Move | MoveRefused) -> Move:
        """Carry out what was decided, which must be a move."""
        assert isinstance(decided, Move), decided
        self.session.apply(decided)
        return decided

    def open(self, *ballots: int, seconds: int = 0) -> Move:
        return self.apply_decision(self.session.open(ballots, seconds, self.tap()))

    def close(self, *ballots: int) -> Move:
        return self.apply_decision(self.session.close(ballots, self.tap()))

    def reveal(self, *ballots: int) -> Move:
        self.wait(2)
        return self.apply_decision(self.session.reveal(ballots, self.tap()))

    def open_again(self, *ballots: int) -> Move:
        return self.apply_decision(self.session.open_next_round(ballots, 0, self.tap()))

    def undo(self) -> Move:
        return self.apply_decision(self.session.undo(self.tap()))

    def cast_vote(self, who: int, ballot: int, value: str, reason: str = "") -> Vote:
        """A vote in the round at hand, which must be taken."""
        vote = self.try_vote(who, ballot, value, reason)
        assert isinstance(vote, Vote), vote
        return vote

    def try_vote(
        self,
        who: int,
        ballot: int,
        value: str,
        reason: str = "",
        *,
        tap: WorkshopRequest | None = None,
        table: int | None = None,
        opening: int | None = None,
    ) -> Vote | MoveRefused:
        standing = self.session.states.get(ballot, BallotState())
        decided = self.session.vote(
            ballot,
            standing.opening if opening is None else opening,
            value,
            tap or self.tap(who),
            table=table,
            channel=VoteChannel.TELEGRAM,
            reason=reason,
        )
        if isinstance(decided, Vote):
            self.votes.append(decided)
        return decided

    def cast_votes(self, ballot: int, values: str) -> None:
        """People 101, 102 … each say one of the words of ``values``."""
        for who, value in enumerate(values.split(), start=101):
            self.cast_vote(who, ballot, value)

    def run_round(self, ballot: int, values: str) -> BallotResult:
        """The next round of a ballot from opening to reveal."""
        (self.open_again if self.session.states[ballot].round else self.open)(ballot)
        self.cast_votes(ballot, values)
        self.close(ballot)
        self.reveal(ballot)
        return self.result(ballot)

    def results(self) -> list[BallotResult]:
        return build_results(self.session, tally_rounds(self.votes))

    def result(self, ballot: int) -> BallotResult:
        return next(r for r in self.results() if r.ballot.number == ballot)

    def restore_session(self) -> Session:
        """The session as its record gives it back."""
        return Session(self.workshop, self.ballots, self.session.moves)


def tally_rounds(votes: Iterable[Vote]) -> dict[RoundKey, Tally]:
    """The tally of every round voted in; ``votes`` in the order in which they were kept.

    A person's last vote in a round counts.
    """
    last: dict[RoundKey, dict[int, Vote]] = {}
    for vote in votes:
        last.setdefault((vote.ballot, vote.opening), {})[vote.respondent] = vote
    return {key: tally_votes(people.values()) for key, people in last.items()}


def session_state(session: Session) -> dict[str, object]:
    """All that others can see of a session."""
    return {
        "standings": dict(session.states),
        "locked": session.locked,
        "last": session.last_move,
        "next": session.propose_next(),
        "open": [session.list_open_for(table) for table in (None, 1, 2)],
    }

"""A workshop room in the tests: facilitators, participants, and a clock that they share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from surveying import shipped

from survey.workshop.agreement import Rule
from survey.workshop.ballots import Ballot, Mode, Table, Workshop
from survey.workshop.moves import Channel, Move, Refused, Standing, Tap, Vote
from survey.workshop.register import Register, register
from survey.workshop.results import Result, results, tallies
from survey.workshop.session import Session

START = datetime(2026, 9, 20, 9, 0, tzinfo=UTC)
BOT, OTHER_BOT = 700, 701
WAYAN, SITI = 1, 2
TABLES = (Table(1, "Air", ("air",)), Table(2, "Banjir dan sampah", ("banjir", "sampah")))
BALLOTS = (
    Ballot(1, "pompa_pluit", "banjir", "banjir"),
    Ballot(2, "pompa_pluit", "rob", "banjir", Mode.CONFIRM, 3, "Data 2016"),
    Ballot(3, "kbt", "banjir", "banjir", Mode.BLIND, 2),
    Ballot(4, "ipa_buaran", "banjir", "air"),
    Ballot(5, "ipa_buaran", "padam", "air", Mode.CONFIRM, 4),
)


def asked() -> Register:
    """The assets, shocks and scale of the questionnaire that comes with Suara."""
    return register(shipped("kerentanan"))


class Room:
    """A session, all its votes, and who does what; every tap is an update a second later."""

    def __init__(
        self,
        ballots: Sequence[Ballot] = BALLOTS,
        *,
        rounds: int = 2,
        tables: tuple[Table, ...] = (),
        rule: Rule | None = None,
    ) -> None:
        self.ballots = ballots
        self.workshop = Workshop("uji", asked().scale, rule or Rule(), rounds, tables)
        self.session = Session(self.workshop, ballots)
        self.votes: list[Vote] = []
        self.now = START
        self.key = 1000

    def tap(self, who: int = WAYAN, source: int = BOT) -> Tap:
        """The next tap, on a screen that is up to date."""
        self.now += timedelta(seconds=1)
        self.key += 1
        return Tap(who, self.now, source, self.key, self.session.number)

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def do(self, decided: Move | Refused) -> Move:
        """Carry out what was decided, which must be a move."""
        assert isinstance(decided, Move), decided
        self.session.apply(decided)
        return decided

    def open(self, *ballots: int, seconds: int = 0) -> Move:
        return self.do(self.session.open(ballots, seconds, self.tap()))

    def close(self, *ballots: int) -> Move:
        return self.do(self.session.close(ballots, self.tap()))

    def reveal(self, *ballots: int) -> Move:
        self.wait(2)
        return self.do(self.session.reveal(ballots, self.tap()))

    def again(self, *ballots: int) -> Move:
        return self.do(self.session.again(ballots, 0, self.tap()))

    def undo(self) -> Move:
        return self.do(self.session.undo(self.tap()))

    def says(self, who: int, ballot: int, value: str, reason: str = "") -> Vote:
        """A vote in the round at hand, which must be taken."""
        vote = self.tries(who, ballot, value, reason)
        assert isinstance(vote, Vote), vote
        return vote

    def tries(
        self,
        who: int,
        ballot: int,
        value: str,
        reason: str = "",
        *,
        tap: Tap | None = None,
        table: int | None = None,
        opening: int | None = None,
    ) -> Vote | Refused:
        standing = self.session.standings.get(ballot, Standing())
        decided = self.session.vote(
            ballot,
            standing.opening if opening is None else opening,
            value,
            tap or self.tap(who),
            table=table,
            channel=Channel.TELEGRAM,
            reason=reason,
        )
        if isinstance(decided, Vote):
            self.votes.append(decided)
        return decided

    def vote(self, ballot: int, values: str) -> None:
        """People 101, 102 … each say one of the words of ``values``."""
        for who, value in enumerate(values.split(), start=101):
            self.says(who, ballot, value)

    def whole(self, ballot: int, values: str) -> Result:
        """The next round of a ballot from opening to reveal."""
        (self.again if self.session.standings[ballot].round else self.open)(ballot)
        self.vote(ballot, values)
        self.close(ballot)
        self.reveal(ballot)
        return self.result(ballot)

    def results(self) -> list[Result]:
        return results(self.session, tallies(self.votes))

    def result(self, ballot: int) -> Result:
        return next(r for r in self.results() if r.ballot.number == ballot)

    def restored(self) -> Session:
        """The session as its record gives it back."""
        return Session(self.workshop, self.ballots, self.session.moves)


def state(session: Session) -> dict[str, object]:
    """All that others can see of a session."""
    return {
        "standings": dict(session.standings),
        "locked": session.locked,
        "last": session.last,
        "next": session.next_ballots(),
        "open": [session.open_for(table) for table in (None, 1, 2)],
    }

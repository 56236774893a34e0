"""What the votes of a workshop come to: counts, outcomes, shifts. Pure.

Nothing is counted up while people vote: a result is computed from a session and the tallies of its
rounds, so no count can be wrong, and what is not revealed is not in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import floor

from survey.workshop.agreement import (
    AgreementRule,
    Rating,
    Verdict,
    compute_rating,
    compute_rwg_index,
)
from survey.workshop.ballots import Ballot
from survey.workshop.moves import BallotPhase, BallotState, Vote, VoteChannel
from survey.workshop.register import NOT_EXPOSED, RatingScale
from survey.workshop.session import Session


@dataclass(frozen=True, slots=True)
class Tally:
    """How often each answer is somebody's last in a round, the ways they came, and their reasons.

    ``counts``: value -> people; ``reasons``: one of ``ChangeReason`` or own words -> people.
    """

    counts: Mapping[str, int]
    channels: Mapping[VoteChannel, int]
    reasons: Mapping[str, int]

    @property
    def voter_count(self) -> int:
        """How many people voted, whatever they said."""
        return sum(self.counts.values())

    @property
    def points(self) -> dict[int, int]:
        """How often each point of the scale was chosen: the denominator of every figure."""
        return {int(v): count for v, count in self.counts.items() if v.isdecimal()}

    @property
    def unexposed_count(self) -> int:
        """How many said that the shock does not reach the asset."""
        return self.counts.get(NOT_EXPOSED, 0)

    @property
    def rating(self) -> Rating:
        """Median, quartiles, and the share within one point."""
        return compute_rating(self.points)


EMPTY_TALLY = Tally({}, {}, {})

#: A round of a ballot: its number, and the number of the move that opened the round.
RoundKey = tuple[int, int]


def tally_votes(last: Iterable[Vote]) -> Tally:
    """The tally of one round from everybody's last vote in it."""
    votes = list(last)
    return Tally(
        Counter(vote.value for vote in votes),
        Counter(vote.channel for vote in votes),
        Counter(vote.reason for vote in votes if vote.reason),
    )


class Outcome(StrEnum):
    """What a round, or a ballot by its last revealed round, has come to."""

    #: Agreed, and on the baseline.
    CONFIRMED = "confirmed"
    #: Agreed on another value than the baseline.
    CHANGED = "changed"
    #: Agreed, where there was no baseline.
    RATED = "rated"
    NOT_AGREED = "not_agreed"
    TOO_FEW = "too_few"
    #: Nothing is revealed yet.
    PENDING = "pending"
    SKIPPED = "skipped"


def determine_outcome(ballot: Ballot, found: Tally, rule: AgreementRule) -> Outcome:
    """What a round has come to by the workshop's rule."""
    verdict = rule.judge(found.points)
    if verdict is not Verdict.AGREED:
        return Outcome(verdict.value)
    if ballot.baseline is None:
        return Outcome.RATED
    confirmed = choose_agreed_value(found.rating.median, ballot.baseline) == ballot.baseline
    return Outcome.CONFIRMED if confirmed else Outcome.CHANGED


def choose_agreed_value(median: float, baseline: int) -> int:
    """The point of the scale that a median stands for.

    A median midway between two points counts as the one nearer to the baseline: half of the votes
    do not go beyond it, and nothing is changed further than more than half want.
    """
    below = floor(median)
    return below if median == below or baseline <= below else below + 1


@dataclass(frozen=True, slots=True)
class Shift:
    """What changed from the round before: the figures of now less those of then.

    ``median`` and ``iqr`` in points, ``within_one`` as a difference of shares.
    """

    median: float
    iqr: float
    within_one: float


@dataclass(frozen=True, slots=True)
class BallotResult:
    """A ballot with all that may be seen of it: also a cell of the heat map, asset × shock.

    ``tallies`` are those of the revealed rounds, the first one first; the last one counts.
    """

    ballot: Ballot
    state: BallotState
    tallies: tuple[Tally, ...]
    rule: AgreementRule
    scale: RatingScale

    @property
    def tally(self) -> Tally | None:
        """The round that counts; None while nothing is revealed."""
        return self.tallies[-1] if self.tallies else None

    @property
    def rating(self) -> Rating | None:
        """Its figures; None while nothing is revealed."""
        return self.tally.rating if self.tally else None

    @property
    def verdict(self) -> Verdict | None:
        """Agreed or not by the rule; None while nothing is revealed."""
        return self.rule.judge(self.tally.points) if self.tally else None

    @property
    def rwg_index(self) -> float:
        """r*wg of the round that counts; NaN where there is none (``compute_rwg_index``)."""
        return compute_rwg_index(self.tally.points if self.tally else {}, len(self.scale.points))

    @property
    def outcome(self) -> Outcome:
        """What the ballot has come to so far."""
        if self.tally:
            return determine_outcome(self.ballot, self.tally, self.rule)
        skipped = self.state.phase is BallotPhase.SKIPPED
        return Outcome.SKIPPED if skipped else Outcome.PENDING

    @property
    def agreed_value(self) -> int | None:
        """The point agreed on, if the baseline was confirmed or changed."""
        if self.rating is None or self.ballot.baseline is None:
            return None
        settled = self.outcome in (Outcome.CONFIRMED, Outcome.CHANGED)
        return choose_agreed_value(self.rating.median, self.ballot.baseline) if settled else None

    @property
    def dissenter_count(self) -> int:
        """How many rated otherwise than the baseline; 0 without one."""
        if self.tally is None or self.ballot.baseline is None:
            return 0
        points = self.tally.points
        return sum(points.values()) - points.get(self.ballot.baseline, 0)

    @property
    def shift(self) -> Shift | None:
        """From the round before; None if there was none."""
        if len(self.tallies) < 2:
            return None
        then, now = (found.rating for found in self.tallies[-2:])
        return Shift(now.median - then.median, now.iqr - then.iqr, now.within_one - then.within_one)


def build_results(session: Session, counted: Mapping[RoundKey, Tally]) -> list[BallotResult]:
    """Every ballot's result in their order; of rounds not revealed nothing is taken."""
    return [
        BallotResult(
            ballot,
            standing,
            tuple(
                counted.get((number, opening), EMPTY_TALLY)
                for opening in standing.revealed_openings
            ),
            session.workshop.rule,
            session.workshop.scale,
        )
        for number, ballot in session.ballots.items()
        for standing in (session.states[number],)
    ]


def sort_least_agreed(found: Iterable[BallotResult]) -> list[BallotResult]:
    """Those with enough ratings, the least agreed on first: what is worth a discussion.

    By the share within one point; then the wider middle half, then the lower r*wg.
    """
    judged = [r for r in found if r.verdict in (Verdict.AGREED, Verdict.NOT_AGREED)]
    return sorted(judged, key=build_agreement_key)


def build_agreement_key(result: BallotResult) -> tuple[float, ...]:
    """Sorts revealed results, the least agreed on first."""
    rated = result.rating
    if rated is None or rated.n < 2:
        return (1.0, 0.0, 1.0)
    return (rated.within_one, -rated.iqr, result.rwg_index)

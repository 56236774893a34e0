"""A ballot's result as far as it may be shown: nothing of a round with too few ratings. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.web.page_locale import PageLocale
from survey.workshop.agreement import Rating, Verdict
from survey.workshop.plan import Room
from survey.workshop.results import BallotResult, Tally

#: What stands for a verdict beside its colour and words.
VERDICT_SIGNS = {Verdict.AGREED: "✓", Verdict.NOT_AGREED: "≠", Verdict.TOO_FEW: "…"}


@dataclass(frozen=True, slots=True)
class RatingRow:
    """A point of the scale, with shares (0-1): of this round, the one before, before the session.

    ``length`` and the others are drawn against the largest of them all.
    """

    value: int
    anchor: str
    count: int
    share: float
    earlier: float | None
    before: float | None
    baseline: bool
    largest: float

    def scale_bar(self, share: float) -> float:
        """The length of a bar, of 100."""
        return round(100 * share / self.largest, 2)


class ResultView:
    """A result with its words."""

    def __init__(self, result: BallotResult, room: Room, words: PageLocale) -> None:
        self.result, self.room, self.words = result, room, words
        self.ballot, self.plan = result.ballot, room.plan
        self.asset = self.plan.asset(self.ballot, words.language)
        self.shock = self.plan.shock(self.ballot, words.language)

    @property
    def is_showable(self) -> bool:
        """Whether its figures may be shown."""
        return self.verdict in (Verdict.AGREED, Verdict.NOT_AGREED)

    @property
    def verdict(self) -> Verdict:
        # Without a verdict as with too few: whatever asks whether figures may be shown is told no.
        return self.result.verdict or Verdict.TOO_FEW

    @property
    def sign(self) -> str:
        return VERDICT_SIGNS[self.verdict]

    @property
    def verdict_text(self) -> str:
        """What it has come to."""
        return self.words.format_outcome(self.result)

    @property
    def short_verdict(self) -> str:
        """What it has come to, in a word or two for a list."""
        return self.words.format_short_outcome(self.result)

    @property
    def n(self) -> int:
        """How many rated."""
        return self.result.rating.n if self.result.rating else 0

    @property
    def rating(self) -> Rating:
        """The figures; to be shown only if ``is_showable``.

        Raises ValueError otherwise.
        """
        rating = self.result.rating
        if rating is None or not self.is_showable:
            raise ValueError("too few ratings to show")
        return rating

    @cached_property
    def earlier(self) -> Tally | None:
        """The round before, if it may be shown."""
        tallies = self.result.tallies
        return tallies[-2] if len(tallies) > 1 and self._has_enough(tallies[-2]) else None

    @cached_property
    def before(self) -> Tally | None:
        """What was answered before the session, if it may be shown."""
        tally = Tally(self.room.earlier_counts.get(self.ballot.number, {}), {}, {})
        return tally if self._has_enough(tally) else None

    @property
    def specials(self) -> list[tuple[str, int]]:
        """The answers that are no rating."""
        tally, scale = self.result.tally, self.plan.workshop.scale
        if tally is None or not self.is_showable:
            return []
        named = ((v, tally.counts.get(v, 0)) for v in scale.specials)
        return [(scale.anchor(v, self.words.language), count) for v, count in named if count]

    @property
    def rows(self) -> list[RatingRow]:
        """The distribution, the lowest point first."""
        scale = self.plan.workshop.scale
        tally = self.result.tally
        if tally is None or not self.is_showable:
            return []
        current, earlier, before = (
            compute_shares(t.points) if t else {} for t in (tally, self.earlier, self.before)
        )
        largest = max([*current.values(), *earlier.values(), *before.values()])
        return [
            RatingRow(
                value,
                scale.anchor(str(value), self.words.language),
                tally.points.get(value, 0),
                current.get(value, 0.0),
                earlier.get(value, 0.0) if earlier else None,
                before.get(value, 0.0) if before else None,
                value == self.ballot.baseline,
                largest,
            )
            for value in scale.points
        ]

    def locate_value(self, value: float) -> float:
        """Where a value lies among the rows, each ten high."""
        return 10 * (value - self.plan.workshop.scale.points[0]) + 5

    @property
    def segments(self) -> list[tuple[int, int, float, float]]:
        """The distribution as one bar: value, people, where it begins and how long it is, of 100.

        A row of results compares ballots, so each bar is as long as the other.
        """
        begin, segments = 0.0, []
        for row in self.rows:
            segments.append((row.value, row.count, round(begin, 2), round(100 * row.share, 2)))
            begin += 100 * row.share
        return segments

    @property
    def median_step(self) -> int:
        """The colour of its median."""
        points = self.plan.workshop.scale.points
        # Not round(), which takes halves to the even neighbour: 2.5 would get the colour of 2, and
        # 3.5 that of 4.
        return min(points[-1], max(points[0], int(self.rating.median + 0.5)))

    def _has_enough(self, tally: Tally) -> bool:
        return sum(tally.points.values()) >= self.plan.workshop.rule.least


def compute_shares(points: Mapping[int, int]) -> dict[int, float]:
    """Counts as shares of all."""
    n = sum(points.values())
    return {value: count / n for value, count in points.items()}

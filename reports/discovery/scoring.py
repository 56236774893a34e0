"""Which discovery areas the evidence proposes, and how firmly. Pure; docs/discovery.md explains.

Candidates are set side by side by additive weighting (Hwang & Yoon 1981, *Multiple Attribute
Decision Making*; Belton & Stewart 2002, *Multiple Criteria Decision Analysis*, ch. 4-6): every
criterion is a value from 0 (nothing speaks for the candidate) to 1, on a scale that is fixed and
knows nothing of the other candidates' perception, assets or shocks, so that leaving one out
reverses no two others (as Belton & Gear 1983, Omega 11:228, found of scales that do). Weights are a
judgement. So each candidate's rank is also computed under many others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, isnan, sqrt
from random import Random

from survey.rounding import round_half_up

NAN = float("nan")
PERCEPTION, ASSETS, PRESSURE, PLANS = "perception", "assets", "pressure", "plans"
CRITERIA = (PERCEPTION, ASSETS, PRESSURE, PLANS)
Weights = Mapping[str, float]

#: As many as Jakarta's own assessment made into discovery areas.
TOP_COUNT = 5
#: Scores alike to so many digits are tied: the figures behind them are no more precise.
SCORE_DIGITS = 2
#: What a plan counts for a driver that it helps indirectly, and directly 1.
INDIRECT_WEIGHT = 0.5
DRAWS, SEED = 1000, 100


@dataclass(frozen=True)
class Candidate:
    """``values`` are its evidence by criterion, each 0-1; without enough data there is none."""

    name: str
    values: Mapping[str, float]


@dataclass(frozen=True)
class WeightSetting:
    """One way of weighing: ``name`` says which, of which ``criterion`` if it is about one.

    ``missing`` stands in for a value that a candidate lacks; None leaves it out of the mean.
    ``by_rank`` replaces each value by the candidate's place among the others.
    """

    name: str
    criterion: str
    weights: Weights
    missing: float | None = None
    by_rank: bool = False


@dataclass(frozen=True)
class Ranking:
    """What a candidate comes to; the ``rank`` is None, and the ``score`` NaN, without evidence.

    ``ranks`` are those under each setting in its order, None where nothing can be said. ``top`` is
    the share (0-1) of drawn weights under which it is among the first ``TOP_COUNT``.
    """

    candidate: Candidate
    score: float
    rank: int | None
    ranks: tuple[int | None, ...]
    top_share: float

    @property
    def rank_range(self) -> tuple[int, int] | None:
        """The best and the worst rank under all settings."""
        known = [rank for rank in self.ranks if rank is not None]
        return (min(known), max(known)) if known else None


def scale_median(median: float, points: int = 5) -> float:
    """A median on a scale of 1 to ``points`` as 0-1."""
    return (median - 1) / (points - 1)


def compute_geometric_mean(one: float, other: float) -> float:
    """The geometric mean of two values of 0-1: high only where both are."""
    return sqrt(one * other)


def compute_known_mean(values: Sequence[float]) -> float:
    """The mean of what is known; NaN unless at least half of the values are."""
    known = [value for value in values if not isnan(value)]
    return fsum(known) / len(known) if known and 2 * len(known) >= len(values) else NAN


def compute_plan_gap(plans: float, average: float) -> float:
    """How little is planned, 0-1: 1 without a plan, 1/2 with as many as the ``average`` candidate.

    ``average`` / (``average`` + ``plans``); NaN if there are no plans at all.
    """
    return average / (average + plans) if average else NAN


def compute_score(values: Mapping[str, float], weights: Weights) -> float:
    """The weighted mean of the values that are there; NaN if they have no weight."""
    there = [(weights[c], values[c]) for c in CRITERIA if c in values and c in weights]
    total = fsum(weight for weight, _ in there)
    return fsum(weight * value for weight, value in there) / total if total else NAN


def rank_scores(scores: Sequence[float]) -> list[int | None]:
    """Each one's place, the highest score first; ties share the better one, NaN has none."""
    # As they are printed: two that read alike must not be told apart by digits nobody sees.
    printed = [round_half_up(score, SCORE_DIGITS) for score in scores]
    return [None if isnan(mine) else 1 + sum(s > mine for s in printed) for mine in printed]


def list_usable_criteria(candidates: Sequence[Candidate]) -> tuple[str, ...]:
    """The criteria that can tell candidates apart: at least half of these have a value."""
    return tuple(
        c for c in CRITERIA if 0 < len(candidates) <= 2 * sum(c in k.values for k in candidates)
    )


def rank_candidates(candidates: Sequence[Candidate], weights: Weights) -> list[Ranking]:
    """Every candidate in the order given, ranked under the weights and under all settings."""
    used = list_usable_criteria(candidates)
    given = {c: weights.get(c, 0) for c in used}
    kept = [keep_ranked_values(k, used) for k in candidates]
    under = [rank_under_setting(kept, setting) for setting in list_weight_settings(kept, given)]
    return [
        Ranking(k, compute_score(k.values, given), places[0], places, top)
        for k, places, top in zip(
            kept, zip(*under, strict=True), compute_top_shares(kept, used), strict=True
        )
    ]


def keep_ranked_values(candidate: Candidate, used: Sequence[str]) -> Candidate:
    """A candidate with its values on the criteria in use; with none if it has fewer than half.

    The mean of a single value among others' four would be ranked by what is not known of it.
    """
    known = {c: candidate.values[c] for c in used if c in candidate.values}
    return Candidate(candidate.name, known if 2 * len(known) >= len(used) else {})


def list_weight_settings(
    candidates: Sequence[Candidate], given: Weights
) -> Iterator[WeightSetting]:
    """The weights as given; each criterion doubled, and left out; by rank; missing as 0, as 1."""
    yield WeightSetting("given", "", given)
    for c in given:
        yield WeightSetting("doubled", c, {**given, c: 2 * given[c]})
    for c in given:
        rest = {**given, c: 0.0}
        # With no weight left nobody would have a score.
        if any(rest.values()):
            yield WeightSetting("without", c, rest)
    yield WeightSetting("by_rank", "", given, by_rank=True)
    if any(c not in k.values for c in given for k in candidates if k.values):
        yield WeightSetting("missing_low", "", given, missing=0.0)
        yield WeightSetting("missing_high", "", given, missing=1.0)


def rank_under_setting(candidates: Sequence[Candidate], setting: WeightSetting) -> list[int | None]:
    """The candidates' ranks under a setting. Missing values never stand for a whole candidate."""
    every = [k.values for k in candidates]
    if setting.by_rank:
        every = convert_to_borda(every)
    if setting.missing is not None:
        # A candidate without any evidence stays without: filled up it would be ranked by nothing
        # but the assumption.
        blank = dict.fromkeys(setting.weights, setting.missing)
        every = [{**blank, **values} if values else values for values in every]
    return rank_scores([compute_score(values, setting.weights) for values in every])


def convert_to_borda(every: Sequence[Mapping[str, float]]) -> list[Mapping[str, float]]:
    """Each value as the share of the others below it, ties half: Borda's count, 0-1."""
    known = {c: [v[c] for v in every if c in v] for c in CRITERIA}
    return [
        {c: compute_relative_rank(value, known[c]) for c, value in values.items() if c in known}
        for values in every
    ]


def compute_relative_rank(value: float, values: Sequence[float]) -> float:
    """Where a value lies among all: 0 the lowest, 1 the highest, 1/2 if it is alone."""
    below = sum(other < value for other in values)
    alike = sum(other == value for other in values) - 1
    return (below + alike / 2) / (len(values) - 1) if len(values) > 1 else 0.5


def compute_top_shares(candidates: Sequence[Candidate], used: Sequence[str]) -> list[float]:
    """Under which share of all possible weights each candidate is among the first ``TOP_COUNT``.

    Weights are drawn evenly from all that add up to 1 (Dirichlet with all parameters 1), always the
    same ``DRAWS``. It is the sum of the first ``TOP_COUNT`` rank acceptability indices of Lahdelma
    & Salminen (2001, SMAA-2, Oper Res 49:444). NaN without evidence.
    """
    counts = [0] * len(candidates)
    for weights in draw_weights(used):
        for index, rank in enumerate(
            rank_scores([compute_score(k.values, weights) for k in candidates])
        ):
            counts[index] += rank is not None and rank <= TOP_COUNT
    return [count / DRAWS if k.values else NAN for count, k in zip(counts, candidates, strict=True)]


def draw_weights(used: Sequence[str]) -> Iterator[Weights]:
    """Weights that fall evenly over all possible ones: exponential numbers, divided by their sum.

    ``compute_score`` divides, so it is not done here.
    """
    # Seeded, so that a report made again says the same. Exponential numbers over their sum are
    # Dirichlet with all parameters 1 (Devroye 1986, Non-Uniform Random Variate Generation, XI.4).
    chance = Random(SEED)  # noqa: S311
    for _ in range(DRAWS if used else 0):
        yield {c: chance.expovariate(1) for c in used}

"""Weights that bring the make-up of respondents to that of the population. Pure.

A weight depends on nothing but a respondent's categories, so all work is done on *cells*: how many
respondents share the same categories. A million respondents in 500 cells cost as much as 500.

Weights repair what the margins know of and nothing else. Of volunteers they remove little of the
error, and may add some (Mercer, Lau & Kennedy 2018, Pew Research Center, *For weighting online
opt-in samples, what matters most?*). So results with weights say so, with n, effective n and
design effect, and what was trimmed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from reports.localizer import gettext_noop
from reports.statistics.margins import Margin, MarginFault, WeightingError
from survey.rounding import round_half_up

#: What somebody said of themselves, for each variable; None where they did not.
CellCategories = tuple[str | None, ...]
Value = TypeVar("Value")

#: The fewest respondents that are weighted at all: our own limit. Below it single people
#: would count for too much.
FEWEST_RESPONDENTS = 300
#: Shares count as reached within this (0-1) …
TOLERANCE = 1e-6
#: … and after so many rounds they are taken not to be reachable.
MOST_ROUNDS = 200


@dataclass(frozen=True)
class WeightingCells:
    """How many respondents there are of each combination of categories of the ``variables``."""

    variables: tuple[str, ...]
    counts: Mapping[CellCategories, int]

    @property
    def n(self) -> int:
        """How many respondents there are in all cells."""
        return sum(self.counts.values())

    def find_category(self, cell: CellCategories, margin: Margin) -> tuple[str, ...] | None:
        """The margin's category that a cell is of; None if one of its variables is not known."""
        values = [cell[self.variables.index(variable)] for variable in margin.variables]
        known = tuple(value for value in values if value is not None)
        return known if len(known) == len(values) else None

    def count_by_category(
        self, margin: Margin, weights: Mapping[CellCategories, float] | None = None
    ) -> dict[tuple[str, ...], float]:
        """How many people are in each category of a margin, each counted by their weight."""
        found: dict[tuple[str, ...], float] = {}
        for cell, count in self.counts.items():
            category = self.find_category(cell, margin)
            if category is not None and count:
                weight = weights[cell] if weights else 1.0
                found[category] = found.get(category, 0.0) + count * weight
        return found


@dataclass(frozen=True)
class WeightLimits:
    """The least and the most that one respondent may count for, the average being 1.

    Caps of this size are common (Pew trims opt-in weights; DeBell & Krosnick 2009, ANES technical
    report nes012427, cap at 5). Raises ValueError if 1 does not lie between them.
    """

    least: float = 0.3
    most: float = 3.0

    def __post_init__(self) -> None:
        if not 0 <= self.least <= 1 <= self.most:
            raise ValueError("The least weight lies between 0 and 1, the most is 1 or more.")

    def clamp(self, weight: float) -> float:
        """The weight, or the limit that it lies beyond."""
        return min(self.most, max(self.least, weight))


@dataclass(frozen=True)
class MarginGap:
    """What the weights leave: shares (0-1) of a category in the population, before and after."""

    margin: str
    category: tuple[str, ...]
    wanted: float
    before: float
    after: float


@dataclass(frozen=True)
class Weighting:
    """A weight for each cell, the average over the respondents being 1.

    ``rounds``: how many times the margins were gone through. ``trimmed``: how many respondents
    have a weight that was cut or lifted to a limit.
    """

    cells: WeightingCells
    weights: Mapping[CellCategories, float]
    rounds: int
    trimmed: int
    gaps: tuple[MarginGap, ...]

    @cached_property
    def effective_n(self) -> float:
        """As many unweighted respondents would give means that vary as little."""
        return compute_effective_n(
            (self.weights[c], count) for c, count in self.cells.counts.items()
        )

    @property
    def design_effect(self) -> float:
        """How many times larger the weights make the variance of a mean; 1 if all are alike."""
        return self.cells.n / self.effective_n


def compute_effective_n(weights: Iterable[tuple[float, float]]) -> float:
    """Kish's effective n, (Σw)² / Σw², of pairs (weight, people who have it); NaN of nobody.

    Kish (1965) *Survey Sampling*, 11.7; n over it is the design effect 1 + CV²(w) (Kish 1992, J Off
    Stat 8:183). Conditions: weights unrelated to the answer; where the margins explain it, the
    effective n is in truth larger.
    """
    pairs = list(weights)
    squares = sum(count * weight * weight for weight, count in pairs)
    total = sum(count * weight for weight, count in pairs)
    return total * total / squares if squares else float("nan")


def compute_weights(
    cells: WeightingCells,
    margins: Sequence[Margin],
    limits: WeightLimits | None = None,
    least: int = FEWEST_RESPONDENTS,
) -> Weighting:
    """Weights by raking; with one margin alone this is post-stratification.

    Raking (iterative proportional fitting: Deming & Stephan 1940, Ann Math Stat 11:427): the
    weights in each category of a margin are multiplied by its share over the share found, margin
    after margin, until all hold within ``TOLERANCE``; then weights are trimmed to the ``limits``,
    after which ``gaps`` says how far the margins are missed. Who did not name a category keeps the
    weight in that margin: it then holds among those who did.

    Raises WeightingError under ``least`` respondents, where a category has nobody or is in the
    respondents alone, or if the margins cannot be reached together.
    """
    faults = list(find_weighting_faults(cells, margins, least))
    if faults:
        raise WeightingError(faults)
    raked, rounds = rake_weights(cells, margins)
    limits = limits or WeightLimits()
    weights = trim_weights(raked, cells.counts, limits)
    # A weight that raking put on a limit by itself was not trimmed.
    held = [c for c in weights if weights[c] in (limits.least, limits.most)]
    trimmed = sum(cells.counts[c] for c in held if weights[c] != raked[c])
    return Weighting(
        cells, weights, rounds, trimmed, tuple(list_margin_gaps(cells, margins, weights))
    )


def find_weighting_faults(
    cells: WeightingCells, margins: Sequence[Margin], least: int
) -> Iterator[MarginFault]:
    """Why these respondents cannot be weighted to these margins, and what to do."""
    if cells.n < least:
        text = gettext_noop(
            "{n} people answered; under {least} results are not weighted, since single people "
            "would count for too much. Show them without weights, or go on collecting."
        )
        yield MarginFault(text, {"n": cells.n, "least": least})
        # Of few people, it would say too much to name the categories that nobody is of.
        return
    if not margins:
        yield MarginFault(
            gettext_noop("There is no margin to weight to. Fill in the population file."), {}
        )
    for margin in margins:
        missing = [v for v in margin.variables if v not in cells.variables]
        if missing:
            text = gettext_noop(
                "Margin “{margin}”: respondents were not asked for “{variables}”. Correct the name "
                "in the population file, or leave the margin out."
            )
            yield MarginFault(text, {"margin": margin.name, "variables": ", ".join(missing)})
        else:
            yield from find_unmatched_categories(margin, cells.count_by_category(margin))


def find_unmatched_categories(
    margin: Margin, found: Mapping[tuple[str, ...], float]
) -> Iterator[MarginFault]:
    """Categories that are only in the population, or only among the respondents."""
    for category, share in margin.shares.items():
        values: dict[str, object] = {"margin": margin.name, "category": ", ".join(category)}
        if share and not found.get(category):
            text = gettext_noop(
                "Margin “{margin}”: nobody who answered is “{category}”. Invite such people, or "
                "leave that line out of the population file: the results then say nothing of them."
            )
            yield MarginFault(text, values)
    yield from find_unlisted_categories(margin, found)


def find_unlisted_categories(
    margin: Margin, found: Iterable[tuple[str, ...]]
) -> Iterator[MarginFault]:
    """Categories that are only among the respondents."""
    for category in found:
        # Of a category with 0 people too: raking would multiply the weights of who is in it by 0.
        if not margin.shares.get(category):
            # How many they are might be too few to be told.
            text = gettext_noop(
                "Margin “{margin}”: people answered who are “{category}”, of whom the population "
                "file has none. Add the category, or leave the margin out."
            )
            yield MarginFault(text, {"margin": margin.name, "category": ", ".join(category)})


def rake_weights(
    cells: WeightingCells, margins: Sequence[Margin]
) -> tuple[dict[CellCategories, float], int]:
    """Weights of average 1 that reach every margin, and in how many rounds.

    Raises WeightingError if ``MOST_ROUNDS`` do not do: then the pattern of empty cells allows no
    such weights, or hardly any.
    """
    weights = dict.fromkeys(cells.counts, 1.0)
    for rounds in range(1, MOST_ROUNDS + 1):
        for margin in margins:
            adjust_to_margin(weights, cells, margin)
        # Looked at after the whole round, since each margin disturbs those before it.
        worst = max(
            list_margin_gaps(cells, margins, weights), key=lambda gap: abs(gap.after - gap.wanted)
        )
        if abs(worst.after - worst.wanted) < TOLERANCE:
            return weights, rounds
    text = gettext_noop(
        "The margins cannot be reached together: “{category}” of “{margin}” stays at {found} "
        "percent instead of {wanted}. Too few combinations of categories answered. Merge "
        "categories, or leave a margin out."
    )
    values = {
        "margin": worst.margin,
        "category": ", ".join(worst.category),
        "found": round_half_up(100 * worst.after, 1),
        "wanted": round_half_up(100 * worst.wanted, 1),
    }
    raise WeightingError([MarginFault(text, values)])


def adjust_to_margin(
    weights: dict[CellCategories, float], cells: WeightingCells, margin: Margin
) -> None:
    """Make one margin hold among those whose category is known; their sum stays."""
    found = cells.count_by_category(margin, weights)
    known = sum(found.values())
    # Who did not name a category stays out of both sums, so that the margin holds among the others
    # and nobody is given a category that they did not name.
    for cell in weights:
        category = cells.find_category(cell, margin)
        if category is not None and found.get(category):
            weights[cell] *= margin.shares[category] * known / found[category]


def list_margin_gaps(
    cells: WeightingCells, margins: Sequence[Margin], weights: Mapping[CellCategories, float]
) -> Iterator[MarginGap]:
    """What each category lacks; shares are of the people whose category is known."""
    for margin in margins:
        before, after = cells.count_by_category(margin), cells.count_by_category(margin, weights)
        people, weight = sum(before.values()), sum(after.values())
        for category, wanted in margin.shares.items():
            shares = before.get(category, 0.0) / people, after.get(category, 0.0) / weight
            yield MarginGap(margin.name, category, wanted, *shares)


def trim_weights(
    weights: Mapping[CellCategories, float],
    counts: Mapping[CellCategories, int],
    limits: WeightLimits,
) -> dict[CellCategories, float]:
    """Weights of average 1, cut to the limits; what is cut goes to the others in equal parts.

    w' = min(most, max(least, w + c)) with the one c that keeps the sum. Where only the upper limit
    is touched, this is ``trimWeights(strict = TRUE)`` of R's ``survey`` (Lumley 2010, *Complex
    Surveys*, 7.2).
    """
    total = float(sum(counts.values()))

    def shifted(by: float) -> dict[CellCategories, float]:
        return {cell: limits.clamp(weight + by) for cell, weight in weights.items()}

    def missing(by: float) -> float:
        return total - sum(counts[cell] * weight for cell, weight in shifted(by).items())

    # Bisection comes near to 0 and not quite there, and would move weights of which none is cut.
    if all(limits.clamp(weight) == weight for weight in weights.values()):
        return dict(weights)
    # Shifted by -max everybody counts for the least, by +most everybody for the most; the average
    # of 1 lies between the two, and rises with c. Bisection, as the limits put corners into it.
    low, high = -max(weights.values(), default=0.0), limits.most
    # Each round halves the distance; after 100 it is less than floats can tell apart.
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if missing(middle) > 0 else (low, middle)
    return shifted((low + high) / 2)


def scale_to_effective_n(
    weighting: Weighting, tally: Mapping[tuple[CellCategories, Value], int]
) -> dict[Value, float]:
    """Weighted counts of answers, scaled to add up to the effective n of who gave them.

    ``tally`` says how many of a cell gave an answer; who did not answer is not in it. Shares,
    medians, ranges and comparisons take these counts like plain ones: the shares are the weighted
    ones, and the ranges as wide as so few effective people make them.
    """
    weighted: dict[Value, float] = {}
    for (cell, value), people in tally.items():
        weighted[value] = weighted.get(value, 0.0) + people * weighting.weights[cell]
    # Of those who answered this question: others' weights do not make its answers vary.
    size = compute_effective_n(
        (weighting.weights[cell], people) for (cell, _), people in tally.items()
    )
    total = sum(weighted.values())
    return {value: size * part / total for value, part in weighted.items()} if total else {}

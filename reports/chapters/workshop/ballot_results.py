"""What a workshop made of the ratings of assets: confirmed, changed, not agreed, too few."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from reports import question_names
from reports.chapters.elements import COUNT, SCORE, SHARE, Column, KeyFigure, Picture, Table
from reports.charts import vote_spreads
from reports.localizer import Words, later
from reports.reading.held_workshops import Held
from reports.request import Order
from survey.workshop.agreement import Rating, rating
from survey.workshop.ballots import Mode
from survey.workshop.moves import Why
from survey.workshop.results import Outcome, Result

#: Rows of a page's worth of spreads.
DRAWN = 20
MODES = {Mode.BLIND: later("blind"), Mode.CONFIRM: later("confirm")}
OUTCOMES = {
    Outcome.CONFIRMED: later("confirmed"),
    Outcome.CHANGED: later("changed"),
    Outcome.RATED: later("rated anew"),
    Outcome.NOT_AGREED: later("not agreed"),
    Outcome.TOO_FEW: later("too few ratings"),
    Outcome.SKIPPED: later("skipped"),
    Outcome.PENDING: later("not judged"),
}
REASONS = {
    Why.NEW_DATA: later("new data"),
    Why.CHANGED: later("its condition changed"),
    Why.NEVER_RIGHT: later("it was never right"),
}
OWN = later("own words")


@dataclass(frozen=True)
class Judged:
    """One ballot of a workshop with what may be shown of it."""

    held: Held
    result: Result
    asset: str
    shock: str
    minimum: int

    @property
    def least(self) -> int:
        """The fewest ratings that are shown: the workshop's rule, or the report's if stricter."""
        return max(self.result.rule.least, self.minimum)

    @property
    def rating(self) -> Rating | None:
        """The figures of the round that counts, if enough people stand behind them."""
        found = self.result.rating
        return found if found and found.n >= self.least else None

    @property
    def outcome(self) -> Outcome:
        """What the ballot came to, as far as it may be told."""
        hidden = self.result.tally is not None and self.rating is None
        return Outcome.TOO_FEW if hidden else self.result.outcome

    @property
    def before(self) -> Rating | None:
        """What was rated before the session, if enough people did."""
        counts = self.held.before.get(self.result.ballot.number, {})
        found = rating({int(v): count for v, count in counts.items() if v.isdecimal()})
        return found if found.n >= self.minimum else None

    @property
    def moved(self) -> int:
        """By how many points the earlier rating was changed; 0 if it was not."""
        value, baseline = self.result.value, self.result.ballot.baseline
        changed = self.outcome is Outcome.CHANGED and value is not None and baseline is not None
        return (value or 0) - (baseline or 0) if changed else 0

    @property
    def reasons(self) -> Counter[str]:
        """How many gave which kind of reason; nothing where too few gave any."""
        given = self.result.tally.reasons if self.result.tally and self.rating else {}
        kinds: Counter[str] = Counter()
        for reason, count in given.items():
            kinds[REASONS[Why(reason)] if reason in REASONS else OWN] += count
        return kinds if kinds.total() >= self.least else Counter()


def judged(held: Held, order: Order, words: Words) -> list[Judged]:
    """Every ballot of a workshop in its order."""
    plan = held.plan
    return [
        Judged(
            held,
            result,
            plan.asset(result.ballot, words.language),
            plan.shock(result.ballot, words.language),
            order.minimum_cell,
        )
        for result in held.results
    ]


def findings(found: Sequence[Judged], words: Words) -> Iterator[str]:
    """What a workshop came to, what moved most, and why."""
    held = found[0].held
    yield words(
        "{workshop}, {day}: {outcomes}.",
        workshop=held.plan.title(words.language),
        day=words.full_date(held.session.moves[0].at),
        outcomes=words.listed(told(found, words)),
    )
    changed = sorted((j for j in found if j.moved), key=lambda j: -abs(j.moved))
    if changed:
        cells = (
            words(
                "{asset} under {shock} (from {old} to {new})",
                asset=j.asset,
                shock=j.shock,
                old=j.result.ballot.baseline,
                new=j.result.value,
            )
            for j in changed[:3]
        )
        yield words("Changed most in the workshop: {cells}.", cells=words.listed(cells))
    reasons: Counter[str] = sum((j.reasons for j in found), Counter())
    if reasons:
        given = (f"{words(kind)} ({words.count(n)})" for kind, n in reasons.most_common())
        yield words("Reasons for another value: {reasons}.", reasons=words.listed(given))


def told(found: Sequence[Judged], words: Words) -> Iterator[str]:
    """*12 confirmed* and so on, without what did not happen."""
    counts = Counter(j.outcome for j in found)
    return (f"{words.count(counts[o])} {words(name)}" for o, name in OUTCOMES.items() if counts[o])


def key_figure(found: Sequence[Judged], words: Words) -> KeyFigure:
    """How much the room agreed on."""
    agreed = [j for j in found if j.outcome in (Outcome.CONFIRMED, Outcome.CHANGED, Outcome.RATED)]
    value = words("{agreed} of {all}", agreed=words.count(len(agreed)), all=words.count(len(found)))
    return KeyFigure(words("Agreed in the workshop"), value, "; ".join(told(found, words)))


def spread(found: Sequence[Judged], words: Words) -> Iterator[Picture]:
    """The ballots without agreement, as the ratings lie on the scale."""
    apart = [j for j in found if j.outcome is Outcome.NOT_AGREED and j.rating]
    if not apart:
        return
    scale = apart[0].held.plan.register.scale
    rows = [
        vote_spreads.Spread(
            words("{asset}, {shock}", asset=j.asset, shock=j.shock),
            [j.result.tally.points.get(p, 0) if j.result.tally else 0 for p in scale.points],
            j.rating.median,
            j.result.ballot.baseline,
            (
                words.count(j.rating.n),
                words.percent(j.rating.within_one),
                words.score(j.rating.iqr),
            ),
        )
        for j in sorted(apart, key=lambda j: j.rating.within_one if j.rating else 0)
        if j.rating
    ]
    points = [
        f"{p} · {scale.anchor(str(p), words.language).partition(':')[0]}" for p in scale.points
    ]
    names = (words("ratings"), words("median"), words("earlier rating"))
    heads = (words("n"), words("within 1 point"), words("IQR"))
    yield Picture(
        words("Not agreed in the workshop: how the ratings lie, the least agreed on first"),
        words("Columns over the points of the scale for {number} ballots.", number=len(rows)),
        partial(vote_spreads.spreads, rows[:DRAWN], points, names, heads),
    )


def table(every: Sequence[Sequence[Judged]], words: Words) -> Table:
    """One row for each ballot of each workshop."""
    several = len(every) > 1
    columns = (
        Column("workshop", words("Workshop"), printed=several),
        Column("category", words("Category"), printed=False),
        Column("asset", words("Asset")),
        Column("shock", words("Shock")),
        Column("mode", words("Way of asking")),
        Column("baseline", words("Earlier rating"), COUNT),
        Column("outcome", words("Outcome")),
        Column("value", words("Agreed value"), COUNT, printed=False),
        Column("moved", words("Changed by"), COUNT, printed=False),
        Column("median", words("Median"), SCORE),
        Column("iqr", words("IQR"), SCORE),
        Column("within_one", words("Within one point"), SHARE),
        Column("n", words("Rated (n)"), COUNT),
        Column("rounds", words("Rounds"), COUNT, printed=False),
        Column("before", words("Before the session"), SCORE),
        Column("before_n", words("Before the session (n)"), COUNT, printed=False),
        Column("reasons", words("Reasons"), printed=False),
    )
    rows = [row(j, words) for found in every for j in found]
    title = words("What the workshop made of each rating")
    return Table.of("workshop", title, columns, rows, printed=len(rows))


def row(j: Judged, words: Words) -> dict[str, object]:
    """A ballot's row; what is hidden is not in it."""
    ballot, category = j.result.ballot, j.result.ballot.category
    return {
        "workshop": j.held.plan.title(words.language),
        "category": words(question_names.CATEGORIES.get(category, "")) or category,
        "asset": j.asset,
        "shock": j.shock,
        "mode": words(MODES[ballot.mode]),
        "baseline": ballot.baseline,
        "outcome": outcome(j, words),
        "value": j.result.value if j.rating else None,
        "moved": j.moved or None,
        **({"iqr": j.rating.iqr, **vars(j.rating)} if j.rating else {}),
        "rounds": len(j.result.tallies),
        **({"before": j.before.median, "before_n": j.before.n} if j.before else {}),
        "reasons": "; ".join(f"{words(kind)}: {n}" for kind, n in j.reasons.most_common()),
    }


def outcome(j: Judged, words: Words) -> str:
    """In words; of a change to what and by how much."""
    if j.moved:
        return words(
            "changed to {value} ({by})", value=j.result.value, by=f"{j.moved:+}".replace("-", "−")
        )
    unexposed = j.result.tally.unexposed if j.result.tally else 0
    if j.outcome is Outcome.TOO_FEW and unexposed >= j.least:
        return words("most say: not exposed")
    return words(OUTCOMES[j.outcome])


def notes(held: Held, order: Order, words: Words) -> Iterator[str]:
    """The rule and the rounds fixed beforehand, the ways of asking, what is hidden."""
    workshop = held.plan.workshop
    rule = words(
        "Agreed in the workshop: at least {share} of the ratings within one point of the median",
        share=words.percent(workshop.rule.within_one),
    )
    wide = (
        ""
        if workshop.rule.iqr is None
        else words(
            ", and an interquartile range of at most {iqr}", iqr=words.score(workshop.rule.iqr)
        )
    )
    yield words(
        "{rule}{wide}. {rounds}; both were fixed before the session. A ballot's last revealed "
        "round counts, and in it everybody's last vote.",
        rule=rule,
        wide=wide,
        rounds=words.many("{number} round at most", "{number} rounds at most", workshop.rounds),
    )
    yield words(
        "The value agreed on is the median; midway between two points it is the one nearer to the "
        "earlier rating: with an earlier 3 a median of 3.5 confirms it."
    )
    yield words(
        "Blind: the earlier rating was shown only after the vote. Confirm: it stood on the card, "
        "which draws votes towards it; the two are not to be compared without saying so."
    )
    yield words(
        "“Before the session” is what participants answered in the questionnaire; it is never "
        "pooled with the votes. Results with fewer than {least} ratings are hidden. Reasons in "
        "people's own words are only counted.",
        least=max(workshop.rule.least, order.minimum_cell),
    )

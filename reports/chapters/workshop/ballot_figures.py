"""What a workshop made of the ratings of assets: confirmed, changed, not agreed, too few."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from reports import question_names
from reports.chapters.elements import (
    COUNT,
    SCORE,
    SHARE,
    KeyFigure,
    Picture,
    ReportTable,
    TableColumn,
)
from reports.chapters.leader_texts import limit_names
from reports.charts import vote_spreads
from reports.localizer import Localizer, gettext_noop
from reports.reading.held_workshops import HeldWorkshop
from reports.request import ReportRequest
from reports.statistics.leaders import MOST_NAMED
from survey.workshop.agreement import Rating, compute_rating
from survey.workshop.ballots import BallotMode
from survey.workshop.moves import ChangeReason
from survey.workshop.results import BallotResult, Outcome

#: Rows of a page's worth of spreads.
DRAWN_BALLOTS = 20
MODE_NAMES = {BallotMode.BLIND: gettext_noop("blind"), BallotMode.CONFIRM: gettext_noop("confirm")}
OUTCOME_NAMES = {
    Outcome.CONFIRMED: gettext_noop("confirmed"),
    Outcome.CHANGED: gettext_noop("changed"),
    Outcome.RATED: gettext_noop("rated anew"),
    Outcome.NOT_AGREED: gettext_noop("not agreed"),
    Outcome.TOO_FEW: gettext_noop("too few ratings"),
    Outcome.SKIPPED: gettext_noop("skipped"),
    Outcome.PENDING: gettext_noop("not judged"),
}
REASON_NAMES = {
    ChangeReason.NEW_DATA: gettext_noop("new data"),
    ChangeReason.CHANGED: gettext_noop("its condition changed"),
    ChangeReason.NEVER_RIGHT: gettext_noop("it was never right"),
}
OWN_WORDS = gettext_noop("own words")


@dataclass(frozen=True)
class BallotFigures:
    """One ballot of a workshop with what may be shown of it."""

    held: HeldWorkshop
    result: BallotResult
    asset: str
    shock: str
    minimum: int

    @property
    def min_ratings(self) -> int:
        """The fewest ratings that are shown: the workshop's rule, or the report's if stricter."""
        return max(self.result.rule.least, self.minimum)

    @property
    def rating(self) -> Rating | None:
        """The figures of the round that counts, if enough people stand behind them."""
        found = self.result.rating
        return found if found and found.n >= self.min_ratings else None

    @property
    def outcome(self) -> Outcome:
        """What the ballot came to, as far as it may be told."""
        hidden = self.result.tally is not None and self.rating is None
        return Outcome.TOO_FEW if hidden else self.result.outcome

    @property
    def prior_rating(self) -> Rating | None:
        """What was rated before the session, if enough people did."""
        counts = self.held.answers_before.get(self.result.ballot.number, {})
        found = compute_rating({int(v): count for v, count in counts.items() if v.isdecimal()})
        return found if found.n >= self.minimum else None

    @property
    def value_change(self) -> int:
        """By how many points the earlier rating was changed; 0 if it was not."""
        value, baseline = self.result.agreed_value, self.result.ballot.baseline
        changed = self.outcome is Outcome.CHANGED and value is not None and baseline is not None
        return (value or 0) - (baseline or 0) if changed else 0

    @property
    def reason_counts(self) -> Counter[str]:
        """How many gave which kind of reason; nothing where too few gave any."""
        given = self.result.tally.reasons if self.result.tally and self.rating else {}
        kinds: Counter[str] = Counter()
        for reason, count in given.items():
            kinds[REASON_NAMES[ChangeReason(reason)] if reason in REASON_NAMES else OWN_WORDS] += (
                count
            )
        return kinds if kinds.total() >= self.min_ratings else Counter()


def list_ballot_figures(
    held: HeldWorkshop, order: ReportRequest, words: Localizer
) -> list[BallotFigures]:
    """Every ballot of a workshop in its order."""
    plan = held.plan
    return [
        BallotFigures(
            held,
            result,
            plan.asset(result.ballot, words.language),
            plan.shock(result.ballot, words.language),
            order.minimum_cell,
        )
        for result in held.results
    ]


def list_workshop_findings(found: Sequence[BallotFigures], words: Localizer) -> Iterator[str]:
    """What a workshop came to, what moved most, and why."""
    held = found[0].held
    yield words(
        "{workshop}, {day}: {outcomes}.",
        workshop=held.plan.title(words.language),
        day=words.format_full_date(held.session.moves[0].at),
        outcomes=words.join_items(format_outcome_counts(found, words)),
    )
    changed = sorted((j for j in found if j.value_change), key=lambda j: -abs(j.value_change))
    if changed:
        cells = [
            words(
                "{asset} under {shock} (from {old} to {new})",
                asset=j.asset,
                shock=j.shock,
                old=j.result.ballot.baseline,
                new=j.result.agreed_value,
            )
            for j in changed
        ]
        yield words(
            "Changed in the workshop: {cells}.", cells=limit_names(cells, MOST_NAMED, words)
        )
    reasons: Counter[str] = sum((j.reason_counts for j in found), Counter())
    if reasons:
        given = (f"{words(kind)} ({words.format_count(n)})" for kind, n in reasons.most_common())
        yield words("Reasons for another value: {reasons}.", reasons=words.join_items(given))


def format_outcome_counts(found: Sequence[BallotFigures], words: Localizer) -> Iterator[str]:
    """*12 confirmed* and so on, without what did not happen."""
    counts = Counter(j.outcome for j in found)
    return (
        f"{words.format_count(counts[o])} {words(name)}"
        for o, name in OUTCOME_NAMES.items()
        if counts[o]
    )


def build_agreement_figure(found: Sequence[BallotFigures], words: Localizer) -> KeyFigure:
    """How much the room agreed on."""
    agreed = [j for j in found if j.outcome in (Outcome.CONFIRMED, Outcome.CHANGED, Outcome.RATED)]
    value = words(
        "{agreed} of {all}",
        agreed=words.format_count(len(agreed)),
        all=words.format_count(len(found)),
    )
    return KeyFigure(
        words("Agreed in the workshop"), value, "; ".join(format_outcome_counts(found, words))
    )


def draw_spread_picture(found: Sequence[BallotFigures], words: Localizer) -> Iterator[Picture]:
    """The ballots without agreement, as the ratings lie on the scale."""
    apart = [j for j in found if j.outcome is Outcome.NOT_AGREED and j.rating]
    if not apart:
        return
    scale = apart[0].held.plan.register.scale
    rows = [
        vote_spreads.VoteSpread(
            words("{asset}, {shock}", asset=j.asset, shock=j.shock),
            [j.result.tally.points.get(p, 0) if j.result.tally else 0 for p in scale.points],
            j.rating.median,
            j.result.ballot.baseline,
            (
                words.format_count(j.rating.n),
                words.format_share(j.rating.within_one),
                words.format_score(j.rating.iqr),
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
        partial(vote_spreads.draw_vote_spreads, rows[:DRAWN_BALLOTS], points, names, heads),
    )


def build_ballots_table(every: Sequence[Sequence[BallotFigures]], words: Localizer) -> ReportTable:
    """One row for each ballot of each workshop."""
    several = len(every) > 1
    columns = (
        TableColumn("workshop", words("Workshop"), printed=several),
        TableColumn("category", words("Category"), printed=False),
        TableColumn("asset", words("Asset")),
        TableColumn("shock", words("Shock")),
        TableColumn("mode", words("Way of asking")),
        TableColumn("baseline", words("Earlier rating"), COUNT),
        TableColumn("outcome", words("Outcome")),
        TableColumn("value", words("Agreed value"), COUNT, printed=False),
        TableColumn("moved", words("Changed by"), COUNT, printed=False),
        TableColumn("median", words("Median"), SCORE),
        TableColumn("iqr", words("IQR"), SCORE),
        TableColumn("within_one", words("Within one point"), SHARE),
        TableColumn("n", words("Rated (n)"), COUNT),
        TableColumn("rounds", words("Rounds"), COUNT, printed=False),
        TableColumn("before", words("Before the session"), SCORE),
        TableColumn("before_n", words("Before the session (n)"), COUNT, printed=False),
        TableColumn("reasons", words("Reasons"), printed=False),
    )
    rows = [build_ballot_row(j, words) for found in every for j in found]
    title = words("What the workshop made of each rating")
    return ReportTable.from_rows("workshop", title, columns, rows, printed_rows=len(rows))


def build_ballot_row(j: BallotFigures, words: Localizer) -> dict[str, object]:
    """A ballot's row; what is hidden is not in it."""
    ballot, category = j.result.ballot, j.result.ballot.category
    return {
        "workshop": j.held.plan.title(words.language),
        "category": words(question_names.CATEGORIES.get(category, "")) or category,
        "asset": j.asset,
        "shock": j.shock,
        "mode": words(MODE_NAMES[ballot.mode]),
        "baseline": ballot.baseline,
        "outcome": format_ballot_outcome(j, words),
        "value": j.result.agreed_value if j.rating else None,
        "moved": j.value_change or None,
        **({"iqr": j.rating.iqr, **vars(j.rating)} if j.rating else {}),
        "rounds": len(j.result.tallies),
        **(
            {"before": j.prior_rating.median, "before_n": j.prior_rating.n}
            if j.prior_rating
            else {}
        ),
        "reasons": "; ".join(f"{words(kind)}: {n}" for kind, n in j.reason_counts.most_common()),
    }


def format_ballot_outcome(j: BallotFigures, words: Localizer) -> str:
    """In words; of a change to what and by how much."""
    if j.value_change:
        return words(
            "changed to {value} ({by})",
            value=j.result.agreed_value,
            by=f"{j.value_change:+}".replace("-", "−"),
        )
    unexposed = j.result.tally.unexposed_count if j.result.tally else 0
    if j.outcome is Outcome.TOO_FEW and unexposed >= j.min_ratings:
        return words("most say: not exposed")
    return words(OUTCOME_NAMES[j.outcome])


def list_workshop_notes(
    held: HeldWorkshop, order: ReportRequest, words: Localizer
) -> Iterator[str]:
    """The rule and the rounds fixed beforehand, the ways of asking, what is hidden."""
    workshop = held.plan.workshop
    rule = words(
        "Agreed in the workshop: at least {share} of the ratings within one point of the median",
        share=words.format_share(workshop.rule.within_one),
    )
    wide = (
        ""
        if workshop.rule.iqr is None
        else words(
            ", and an interquartile range of at most {iqr}",
            iqr=words.format_score(workshop.rule.iqr),
        )
    )
    yield words(
        "{rule}{wide}. {rounds}; both were fixed before the session. A ballot's last revealed "
        "round counts, and in it everybody's last vote.",
        rule=rule,
        wide=wide,
        rounds=words.translate_plural(
            "{number} round at most", "{number} rounds at most", workshop.rounds
        ),
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

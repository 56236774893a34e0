"""What is said of a ballot wherever it stands: its name, the scale, figures and bars."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from math import isnan

from bot.screens.formatting import localize_number
from bot.screens.screen import (
    escape_html,
    format_bold,
    join_paragraphs,
)
from bot.screens.workshop.workshop_view import WorkshopView
from survey.workshop.ballots import Ballot
from survey.workshop.results import EMPTY_TALLY, BallotResult, Outcome, Tally, build_results

#: Blocks of the longest bar.
BAR_WIDTH = 10
#: Results on one card at the most; a message holds 4,096 characters.
MAX_BALLOT_LINES = 12


def group_by_asset(ballots: Iterable[Ballot]) -> list[list[Ballot]]:
    """Ballots in rows: those of an asset and category together."""
    rows: dict[tuple[str, str], list[Ballot]] = {}
    for ballot in ballots:
        rows.setdefault((ballot.asset, ballot.category), []).append(ballot)
    return list(rows.values())


def format_scale_anchors(view: WorkshopView) -> str:
    """What the points of the scale mean."""
    points = view.plan.workshop.scale.points
    return "\n".join(
        f"{point} = {escape_html(view.describe_value(str(point)))}" for point in points
    )


def find_ballot_result(view: WorkshopView, ballot: Ballot) -> BallotResult:
    """What is revealed of a ballot."""
    return next(
        r for r in build_results(view.room.session, view.room.tallies) if r.ballot == ballot
    )


def find_last_tally(view: WorkshopView, ballot: Ballot) -> Tally | None:
    """The last round whose result may be seen."""
    revealed = view.get_ballot_state(ballot).revealed_openings
    return view.room.tallies.get((ballot.number, revealed[-1]), EMPTY_TALLY) if revealed else None


def has_enough_ratings(view: WorkshopView, tally: Tally) -> bool:
    """Whether figures may be shown: those of too few people would give somebody's vote away."""
    return tally.rating.n >= view.plan.workshop.rule.least


def draw_vote_bars(view: WorkshopView, tally: Tally, own_value: str = "") -> str:
    """How often each answer was given, a line each; one's own is marked, alone if too few."""
    if not has_enough_ratings(view, tally):
        return (
            f"{view.t('Your vote')}: {escape_html(view.format_vote(own_value))}"
            if own_value
            else ""
        )
    counts = tally.counts
    points = [str(point) for point in view.plan.workshop.scale.points]
    most = max((counts.get(point, 0) for point in points), default=0) or 1
    lines = []
    for point in points:
        count = counts.get(point, 0)
        blocks = "█" * max(round(BAR_WIDTH * count / most), bool(count)) or "·"
        mark = " ◂ " + view.t("you") if point == own_value else ""
        lines.append(f"<code>{point} {blocks}</code> {count}{mark}")
    special = ", ".join(
        f"{escape_html(view.describe_value(value))} {counts[value]}"
        + (" ◂ " + view.t("you") if value == own_value else "")
        for value in view.plan.workshop.scale.specials
        if counts.get(value)
    )
    return "\n".join([*lines, *[special] * bool(special)])


def format_tally_figures(view: WorkshopView, tally: Tally) -> str:
    """``Middle rating 3 · 8 of 10 nearly the same``; of too few only their number.

    Where the rule asks for it, how far the middle half is apart stands beside: without it "10 of
    10" would look like agreement.
    """
    found, t = tally.rating, view.t
    if not found.n:
        return t("no ratings")
    if not has_enough_ratings(view, tally):
        return f"n = {found.n} · {t('too few')}"
    words = [
        t("middle rating {value}", value=format_figure(view, found.median)),
        t("{n} of {of} nearly the same", n=round(found.within_one * found.n), of=found.n),
        t("half of them {n} apart", n=format_figure(view, found.iqr))
        if view.plan.workshop.rule.iqr is not None
        else "",
    ]
    return " · ".join(filter(None, words))


def format_figure(view: WorkshopView, value: float) -> str:
    """A figure as people of the language write it."""
    return "–" if isnan(value) else localize_number(Decimal(str(value)), view.locale)


def describe_outcome(view: WorkshopView, result: BallotResult) -> str:
    """What a ballot has come to, in a few words."""
    t = view.t
    match result.outcome:
        case Outcome.CONFIRMED:
            return t("✅ agreed: stays {value}", value=result.agreed_value)
        case Outcome.CHANGED:
            return t(
                "✅ agreed: {before} becomes {value}",
                before=result.ballot.baseline,
                value=result.agreed_value,
            )
        case Outcome.RATED:
            return t("✅ agreed")
        case Outcome.NOT_AGREED:
            return t("↔️ not agreed yet")
        case Outcome.TOO_FEW:
            least = view.plan.workshop.rule.least
            return t("too few ratings (fewer than {n})", n=least)
        case Outcome.SKIPPED:
            return t("skipped")
        case Outcome.PENDING:
            return t("not revealed yet")


def summarize_ballots(view: WorkshopView, ballots: Iterable[Ballot]) -> str:
    """Each asset with a line for each of its ballots: its median, what it has come to."""
    found = list(ballots)
    rows = [
        "\n".join(
            [
                format_bold(escape_html(view.name_asset(row[0]))),
                *(summarize_ballot(view, b) for b in row),
            ]
        )
        for row in group_by_asset(found[:MAX_BALLOT_LINES])
    ]
    return join_paragraphs(*rows, format_remainder(view, len(found) - MAX_BALLOT_LINES))


def format_remainder(view: WorkshopView, remaining: int) -> str:
    """What stands below a list that is cut."""
    return view.t("… and {n} more", n=remaining) if remaining > 0 else ""


def summarize_ballot(view: WorkshopView, ballot: Ballot) -> str:
    """``× Banjir: 4 · agreed``."""
    result = find_ballot_result(view, ballot)
    tally = result.tally
    median = (
        format_figure(view, tally.rating.median)
        if tally and has_enough_ratings(view, tally)
        else "–"
    )
    own_vote = view.room.votes.get(ballot.number)
    own = f" ({view.t('you')}: {escape_html(view.format_vote(own_vote.value))})" if own_vote else ""
    shock, outcome = escape_html(view.name_shock(ballot)), describe_outcome(view, result)
    return f"× {shock}: <b>{median}</b>{own} · {outcome}"

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


def format_scale_anchors(here: WorkshopView) -> str:
    """What the points of the scale mean."""
    points = here.plan.workshop.scale.points
    return "\n".join(
        f"{point} = {escape_html(here.describe_value(str(point)))}" for point in points
    )


def find_ballot_result(here: WorkshopView, ballot: Ballot) -> BallotResult:
    """What is revealed of a ballot."""
    return next(
        r for r in build_results(here.room.session, here.room.tallies) if r.ballot == ballot
    )


def find_last_tally(here: WorkshopView, ballot: Ballot) -> Tally | None:
    """The last round whose result may be seen."""
    revealed = here.get_ballot_state(ballot).revealed_openings
    return here.room.tallies.get((ballot.number, revealed[-1]), EMPTY_TALLY) if revealed else None


def has_enough_ratings(here: WorkshopView, tally: Tally) -> bool:
    """Whether figures may be shown: those of too few people would give somebody's vote away."""
    return tally.rating.n >= here.plan.workshop.rule.least


def draw_vote_bars(here: WorkshopView, tally: Tally, mine: str = "") -> str:
    """How often each answer was given, a line each; one's own is marked, alone if too few."""
    if not has_enough_ratings(here, tally):
        return f"{here.t('Your vote')}: {escape_html(here.format_vote(mine))}" if mine else ""
    counts = tally.counts
    points = [str(point) for point in here.plan.workshop.scale.points]
    most = max((counts.get(point, 0) for point in points), default=0) or 1
    lines = []
    for point in points:
        count = counts.get(point, 0)
        blocks = "█" * max(round(BAR_WIDTH * count / most), bool(count)) or "·"
        own = " ◂ " + here.t("you") if point == mine else ""
        lines.append(f"<code>{point} {blocks}</code> {count}{own}")
    special = ", ".join(
        f"{escape_html(here.describe_value(value))} {counts[value]}"
        + (" ◂ " + here.t("you") if value == mine else "")
        for value in here.plan.workshop.scale.specials
        if counts.get(value)
    )
    return "\n".join([*lines, *[special] * bool(special)])


def format_tally_figures(here: WorkshopView, tally: Tally) -> str:
    """``median 3 · 80% within one point · IQR 1 · 12 ratings``; of too few only their number.

    The quartiles' range stands there if the rule asks for it: else 100% looks like agreement.
    """
    found, t = tally.rating, here.t
    if not found.n:
        return t("no ratings")
    if not has_enough_ratings(here, tally):
        return f"n = {found.n} · {t('too few')}"
    words = [
        t("median") + " " + format_figure(here, found.median),
        t("{share} within ±1", share=f"{round(100 * found.within_one)}%"),
        f"IQR {format_figure(here, found.iqr)}" if here.plan.workshop.rule.iqr is not None else "",
        t("{n} ratings", n=found.n),
    ]
    return " · ".join(filter(None, words))


def format_figure(here: WorkshopView, value: float) -> str:
    """A figure as people of the language write it."""
    return "–" if isnan(value) else localize_number(Decimal(str(value)), here.locale)


def describe_outcome(here: WorkshopView, result: BallotResult) -> str:
    """What a ballot has come to, in a few words."""
    t = here.t
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
            least = here.plan.workshop.rule.least
            return t("too few ratings (fewer than {n})", n=least)
        case Outcome.SKIPPED:
            return t("skipped")
        case Outcome.PENDING:
            return t("not revealed yet")


def summarize_ballots(here: WorkshopView, ballots: Iterable[Ballot]) -> str:
    """Each asset with a line for each of its ballots: its median, what it has come to."""
    found = list(ballots)
    rows = [
        "\n".join(
            [
                format_bold(escape_html(here.name_asset(row[0]))),
                *(summarize_ballot(here, b) for b in row),
            ]
        )
        for row in group_by_asset(found[:MAX_BALLOT_LINES])
    ]
    return join_paragraphs(*rows, format_remainder(here, len(found) - MAX_BALLOT_LINES))


def format_remainder(here: WorkshopView, left: int) -> str:
    """What stands below a list that is cut."""
    return here.t("… and {n} more", n=left) if left > 0 else ""


def summarize_ballot(here: WorkshopView, ballot: Ballot) -> str:
    """``× Banjir: 4 · agreed``."""
    result = find_ballot_result(here, ballot)
    tally = result.tally
    median = (
        format_figure(here, tally.rating.median)
        if tally and has_enough_ratings(here, tally)
        else "–"
    )
    mine = here.room.votes.get(ballot.number)
    own = f" ({here.t('you')}: {escape_html(here.format_vote(mine.value))})" if mine else ""
    shock, outcome = escape_html(here.name_shock(ballot)), describe_outcome(here, result)
    return f"× {shock}: <b>{median}</b>{own} · {outcome}"

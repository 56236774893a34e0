"""What is said of a ballot wherever it stands: its name, the scale, figures and bars."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from math import isnan

from bot.callbacks.workshop_callbacks import See, mark
from bot.screens.bot_info import About
from bot.screens.formatting import LOCALES, clock_words, day_words, number_words
from bot.screens.screen import BUTTON, Button, bold, paragraphs, safe, shortened
from bot.screens.workshop.workshop_page import Sight
from bot.translation import Texts
from survey.workshop.ballots import Ballot
from survey.workshop.moves import Standing
from survey.workshop.plan import Plan, Room
from survey.workshop.results import NOTHING, Outcome, Result, Tally, results

#: Blocks of the longest bar.
WIDTH = 10
#: Results on one card at the most; a message holds 4,096 characters.
LINES = 12


@dataclass(frozen=True, slots=True)
class Here:
    """Everything that drawing a card of the room needs, gathered once."""

    room: Room
    sight: Sight
    t: Texts
    about: About
    at: datetime

    @property
    def plan(self) -> Plan:
        return self.room.plan

    @property
    def mark(self) -> str:
        return mark(self.plan.id)

    @property
    def locale(self) -> str:
        return LOCALES.get(self.t.language, "en_GB")

    def see(self, label: str, page: str, number: int = 0) -> Button:
        """A button that shows another page."""
        return Button(shortened(label, BUTTON), See(self.mark, page, number, self.sight.seconds))

    def standing(self, ballot: Ballot) -> Standing:
        """How things stand with a ballot."""
        return self.room.session.standings[ballot.number]

    def name(self, ballot: Ballot) -> str:
        """``Pompa Pluit × Banjir``."""
        return f"{self.asset(ballot)} × {self.shock(ballot)}"

    def brief(self, ballot: Ballot, width: int = 30) -> str:
        """The same for a button, in so many letters: of two long names each keeps about half."""
        shock = self.shock(ballot)
        asset = shortened(self.asset(ballot), max(width - 3 - len(shock), width // 2 - 1))
        return f"{asset} × {shortened(shock, width - 3 - len(asset))}"

    def asset(self, ballot: Ballot) -> str:
        """What is judged."""
        return self.plan.asset(ballot, self.t.language)

    def shock(self, ballot: Ballot) -> str:
        """Under which shock."""
        return self.plan.shock(ballot, self.t.language)

    def anchor(self, value: str) -> str:
        """What an answer means, or the answer itself."""
        scale = self.plan.workshop.scale
        return scale.anchor(value, self.t.language) if value in scale.answers else value

    def saying(self, value: str) -> str:
        """A vote in a word: its number, or what it means."""
        return value if value.isdecimal() else self.anchor(value)

    def until(self, ballot: Ballot) -> str:
        """``until 10.42`` where a timer runs; nothing ends by itself when it is over."""
        standing, left = self.standing(ballot), self.standing(ballot).left(self.at)
        if left is None or standing.since is None:
            return ""
        if not left:
            return self.t("⏰ time is up")
        ends = standing.since + timedelta(seconds=standing.seconds)
        return self.t("until {time}", time=self.clock(ends))

    def clock(self, at: datetime) -> str:
        """The time on the clock of the city."""
        return clock_words(at.astimezone(self.about.zone).time(), self.locale)

    def day(self, at: datetime) -> str:
        """A day in words."""
        return day_words(at.astimezone(self.about.zone).date(), self.locale)

    def round(self, ballot: Ballot) -> str:
        """``Round 1 of 2``."""
        of = self.plan.workshop.rounds
        return self.t("Round {n} of {of}", n=self.standing(ballot).round or 1, of=of)


def by_asset(ballots: Iterable[Ballot]) -> list[list[Ballot]]:
    """Ballots in rows: those of an asset and category together."""
    rows: dict[tuple[str, str], list[Ballot]] = {}
    for ballot in ballots:
        rows.setdefault((ballot.asset, ballot.category), []).append(ballot)
    return list(rows.values())


def anchors(here: Here) -> str:
    """What the points of the scale mean."""
    points = here.plan.workshop.scale.points
    return "\n".join(f"{point} = {safe(here.anchor(str(point)))}" for point in points)


def result_of(here: Here, ballot: Ballot) -> Result:
    """What is revealed of a ballot."""
    return next(r for r in results(here.room.session, here.room.tallies) if r.ballot == ballot)


def last_round(here: Here, ballot: Ballot) -> Tally | None:
    """The last round whose result may be seen."""
    revealed = here.standing(ballot).revealed
    return here.room.tallies.get((ballot.number, revealed[-1]), NOTHING) if revealed else None


def enough(here: Here, tally: Tally) -> bool:
    """Whether figures may be shown: those of too few people would give somebody's vote away."""
    return tally.rating.n >= here.plan.workshop.rule.least


def bars(here: Here, tally: Tally, mine: str = "") -> str:
    """How often each answer was given, a line each; one's own is marked, alone if too few."""
    if not enough(here, tally):
        return f"{here.t('Your vote')}: {safe(here.saying(mine))}" if mine else ""
    counts = tally.counts
    points = [str(point) for point in here.plan.workshop.scale.points]
    most = max((counts.get(point, 0) for point in points), default=0) or 1
    lines = []
    for point in points:
        count = counts.get(point, 0)
        blocks = "█" * max(round(WIDTH * count / most), bool(count)) or "·"
        own = " ◂ " + here.t("you") if point == mine else ""
        lines.append(f"<code>{point} {blocks}</code> {count}{own}")
    special = ", ".join(
        f"{safe(here.anchor(value))} {counts[value]}"
        + (" ◂ " + here.t("you") if value == mine else "")
        for value in here.plan.workshop.scale.specials
        if counts.get(value)
    )
    return "\n".join([*lines, *[special] * bool(special)])


def figures(here: Here, tally: Tally) -> str:
    """``median 3 · 80% within one point · IQR 1 · 12 ratings``; of too few only their number.

    The quartiles' range stands there if the rule asks for it: else 100% looks like agreement.
    """
    found, t = tally.rating, here.t
    if not found.n:
        return t("no ratings")
    if not enough(here, tally):
        return f"n = {found.n} · {t('too few')}"
    words = [
        t("median") + " " + number(here, found.median),
        t("{share} within ±1", share=f"{round(100 * found.within_one)}%"),
        f"IQR {number(here, found.iqr)}" if here.plan.workshop.rule.iqr is not None else "",
        t("{n} ratings", n=found.n),
    ]
    return " · ".join(filter(None, words))


def number(here: Here, value: float) -> str:
    """A figure as people of the language write it."""
    return "–" if isnan(value) else number_words(Decimal(str(value)), here.locale)


def outcome(here: Here, result: Result) -> str:
    """What a ballot has come to, in a few words."""
    t = here.t
    match result.outcome:
        case Outcome.CONFIRMED:
            return t("✅ agreed: stays {value}", value=result.value)
        case Outcome.CHANGED:
            return t(
                "✅ agreed: {before} becomes {value}",
                before=result.ballot.baseline,
                value=result.value,
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


def summed_up(here: Here, ballots: Iterable[Ballot]) -> str:
    """Each asset with a line for each of its ballots: its median, what it has come to."""
    found = list(ballots)
    rows = [
        "\n".join([bold(safe(here.asset(row[0]))), *(in_a_line(here, b) for b in row)])
        for row in by_asset(found[:LINES])
    ]
    return paragraphs(*rows, and_more(here, len(found) - LINES))


def and_more(here: Here, left: int) -> str:
    """What stands below a list that is cut."""
    return here.t("… and {n} more", n=left) if left > 0 else ""


def in_a_line(here: Here, ballot: Ballot) -> str:
    """``× Banjir: 4 · agreed``."""
    result = result_of(here, ballot)
    tally = result.tally
    median = number(here, tally.rating.median) if tally and enough(here, tally) else "–"
    mine = here.room.votes.get(ballot.number)
    own = f" ({here.t('you')}: {safe(here.saying(mine.value))})" if mine else ""
    return f"× {safe(here.shock(ballot))}: <b>{median}</b>{own} · {outcome(here, result)}"

"""What the screen of a room shows of it: which pages, and what stands on them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.web.page_locale import PageLocale
from bot.web.result_view import ResultView
from survey.workshop.agreement import Verdict
from survey.workshop.ballots import Ballot, BallotMode
from survey.workshop.moves import BallotPhase, BallotState
from survey.workshop.plan import Room
from survey.workshop.results import Outcome, build_results, sort_least_agreed

#: Seconds for which a page stays, when there are several: what was revealed just now, and the rest.
NEWS_SECONDS, PAGE_SECONDS = 60, 15
#: So many have room on a page: rows of the heat map, results, ballots under way.
MAP_ROWS, RESULT_ROWS, LINE_ROWS = 8, 6, 7
#: Rows of a heat map whose shocks are written upright, which takes room.
UPRIGHT_ROWS = 6
#: More shocks than these have their names written upright.
MOST_LEVEL_SHOCKS = 7


@dataclass(frozen=True)
class ProjectorPage:
    """A page of the screen: its template, what it shows, and for how many seconds."""

    template: str
    shows: Any
    seconds: int = PAGE_SECONDS


@dataclass(frozen=True)
class ProjectorLine:
    """A ballot that is under way, with how many of how many have voted."""

    ballot: Ballot
    standing: BallotState
    asset: str
    shock: str
    second: str
    voted: int
    of: int

    @property
    def open(self) -> bool:
        return self.standing.phase is BallotPhase.OPEN

    @property
    def confirms(self) -> bool:
        """Whether the earlier rating is in sight."""
        return self.ballot.mode is BallotMode.CONFIRM


@dataclass(frozen=True)
class ProjectorGroup:
    """The ballots of one asset that are under way, and the tables that judge them."""

    tables: str
    lines: tuple[ProjectorLine, ...]

    @property
    def asset(self) -> str:
        return self.lines[0].asset

    @property
    def voted(self) -> int:
        return sum(line.voted for line in self.lines)

    @property
    def of(self) -> int:
        return sum(line.of for line in self.lines)


@dataclass(frozen=True)
class ProjectorCell:
    """A cell of the heat map: ``kind`` is none, waiting, skipped, open, few, unexposed or rated."""

    kind: str
    shown: ResultView | None = None


@dataclass(frozen=True)
class HeatMap:
    """Assets down, shocks across."""

    shocks: list[str]
    rows: list[tuple[str, list[ProjectorCell]]]

    @property
    def upright(self) -> bool:
        return len(self.shocks) > MOST_LEVEL_SHOCKS


class ProjectorView:
    """The screen of a room."""

    def __init__(self, room: Room, words: PageLocale) -> None:
        self.room, self.words = room, words
        self.plan, self.session = room.plan, room.session
        results = build_results(room.session, room.tallies)
        self.shown = {r.ballot.number: ResultView(r, room, words) for r in results}

    @property
    def scene(self) -> str:
        """What goes on: before, voting, results, between, final."""
        if self.session.locked:
            return "final"
        latest, under_way = self.session.list_just_revealed(), self.room.list_under_way()
        if latest and self._revealed_since(under_way):
            return "results"
        if under_way:
            return "voting"
        return "between" if any(s.result.tally for s in self.shown.values()) else "before"

    @property
    def key(self) -> str:
        """Changes when something else is to be seen, not when a count does."""
        all_states = self.session.states
        states = (
            (n, s.phase, s.round) for n, s in all_states.items() if s.phase != BallotPhase.WAITING
        )
        # Python salts the hashes of texts at each start, so the key holds for one process. After a
        # restart the page takes it for something new, and only begins with its first page again.
        return f"{self.scene} {hash(tuple(states)) & 0xFFFFFFFF:x}"

    @property
    def pages(self) -> list[ProjectorPage]:
        """The pages of the scene, in the order in which they come."""
        match self.scene:
            case "before":
                return [ProjectorPage("before", None)]
            case "voting":
                return self._build_voting_pages()
            case "results":
                return [*self._build_result_pages(), *self._build_overview_pages()]
            case "between":
                return self._build_overview_pages()
            case _:
                return [
                    ProjectorPage("final", self.count_outcomes(), NEWS_SECONDS // 2),
                    *self._build_map_pages(),
                ]

    @property
    def open(self) -> bool:
        """Whether anybody can vote."""
        return bool(self.session.list_in_phase(BallotPhase.OPEN))

    @property
    def common_round(self) -> int:
        """The round of what is under way, or of what was revealed; 0 if they differ."""
        seen = (
            self.room.list_under_way()
            if self.scene == "voting"
            else self.session.list_just_revealed()
        )
        rounds = {self.session.states[ballot.number].round for ballot in seen}
        return rounds.pop() if len(rounds) == 1 else 0

    # Voting

    @property
    def groups(self) -> list[ProjectorGroup]:
        """What is under way, asset by asset."""
        by_asset: dict[tuple[str, str], list[ProjectorLine]] = {}
        for ballot in self.room.list_under_way():
            by_asset.setdefault((ballot.asset, ballot.category), []).append(self.build_line(ballot))
        return [
            ProjectorGroup(self._name_tables(lines[0].ballot), tuple(lines))
            for lines in by_asset.values()
        ]

    def build_line(self, ballot: Ballot) -> ProjectorLine:
        """A ballot that is under way."""
        state = self.session.states[ballot.number]
        voted = self.room.voter_counts.get((ballot.number, state.opening), 0)
        return ProjectorLine(
            ballot,
            state,
            self.plan.asset(ballot, self.words.language),
            self.plan.shock(ballot, self.words.language),
            f"{self.plan.asset(ballot, self.words.other)} · "
            f"{self.plan.shock(ballot, self.words.other)}",
            voted,
            # Whoever voted and then left, or went to another table, is not among those present any
            # more; “7 of 6” would look like a fault.
            max(voted, self.room.count_electorate(ballot)),
        )

    @property
    def until(self) -> datetime | None:
        """When the timer of what is open ends."""
        ends = (
            s.opened_at + time_left
            for b in self.session.list_in_phase(BallotPhase.OPEN)
            if (s := self.session.states[b.number]).opened_at
            and (time_left := s.compute_time_left(s.opened_at)) is not None
        )
        return max(ends, default=None)

    @property
    def milliseconds(self) -> int:
        """When the timer ends, in milliseconds since 1970 as browsers count; 0 if there is none."""
        return round(self.until.timestamp() * 1000) if self.until else 0

    def _build_voting_pages(self) -> list[ProjectorPage]:
        groups = self.groups
        if len(groups) == 1 and len(groups[0].lines) == 1:
            return [ProjectorPage("ballot", groups[0].lines[0])]
        if len(groups) == 1:
            return [
                ProjectorPage("row", ProjectorGroup(groups[0].tables, tuple(p)))
                for p in split_into_pages(groups[0].lines, LINE_ROWS)
            ]
        return [ProjectorPage("tables", part) for part in split_into_pages(groups, 4)]

    # Results

    def _build_result_pages(self) -> list[ProjectorPage]:
        shown = [self.shown[ballot.number] for ballot in self.session.list_just_revealed()]
        if len(shown) == 1:
            return [ProjectorPage("result", shown[0], NEWS_SECONDS)]
        return [
            ProjectorPage("results", part, NEWS_SECONDS // 2)
            for part in split_into_pages(shown, RESULT_ROWS)
        ]

    def _build_overview_pages(self) -> list[ProjectorPage]:
        ranked = [self.shown[r.ballot.number] for r in sort_least_agreed(self._list_results())]
        split = [shown for shown in ranked if shown.verdict is Verdict.NOT_AGREED]
        least = [ProjectorPage("least", split[:RESULT_ROWS])] if split else []
        return [*least, *self._build_map_pages()]

    def count_outcomes(self) -> list[tuple[Outcome, int]]:
        """How many ballots came to what, as far as any did."""
        counted = Counter(result.outcome for result in self._list_results())
        return [(outcome, counted[outcome]) for outcome in Outcome if counted[outcome]]

    def _list_results(self) -> list[Any]:
        return [shown.result for shown in self.shown.values()]

    # The heat map

    def _build_map_pages(self) -> list[ProjectorPage]:
        language = self.words.language
        used = {ballot.shock for ballot in self.plan.ballots}
        shocks = [s for s in self.plan.register.shocks if s.code in used]
        assets = {b.asset: self.plan.asset(b, language) for b in self.plan.ballots}
        numbers = {(b.asset, b.shock): b.number for b in self.plan.ballots}
        rows = [
            (name, [self.build_cell(numbers.get((asset, shock.code))) for shock in shocks])
            for asset, name in assets.items()
        ]
        names = [shock.label(language) for shock in shocks]
        most = UPRIGHT_ROWS if len(names) > MOST_LEVEL_SHOCKS else MAP_ROWS
        return [
            ProjectorPage("map", HeatMap(names, list(part)))
            for part in split_into_pages(rows, most)
        ]

    def build_cell(self, number: int | None) -> ProjectorCell:
        """How far a ballot is, and what it came to."""
        if number is None:
            return ProjectorCell("none")
        shown, state = self.shown[number], self.session.find_phase(number)
        tally = shown.result.tally
        if state in (BallotPhase.OPEN, BallotPhase.CLOSED):
            return ProjectorCell("open")
        if tally is None:
            return ProjectorCell("skipped" if state is BallotPhase.SKIPPED else "waiting")
        if (
            tally.unexposed_count > shown.n
            and tally.unexposed_count >= self.plan.workshop.rule.least
        ):
            return ProjectorCell("unexposed")
        return ProjectorCell("rated" if shown.is_showable else "few", shown)

    # Inside

    def _name_tables(self, ballot: Ballot) -> str:
        numbers = self.plan.workshop.find_tables(ballot.category)
        return ", ".join(t.name for t in self.plan.workshop.tables if t.number in numbers)

    def _revealed_since(self, under_way: Sequence[Ballot]) -> bool:
        """Whether the last reveal came after everything that is under way."""
        last = self.session.last_reveal
        states = (self.session.states[ballot.number] for ballot in under_way)
        moments = (
            moment
            for s in states
            for moment in (s.opened_at, s.closing_move and s.closing_move.at)
            if moment
        )
        return last is not None and all(moment < last.at for moment in moments)


def split_into_pages(things: Sequence[Any], most: int) -> list[Sequence[Any]]:
    """In parts of nearly the same size, none larger than ``most``."""
    parts = -(-len(things) // most)
    size = -(-len(things) // parts) if parts else 1
    return [things[start : start + size] for start in range(0, len(things), size)]

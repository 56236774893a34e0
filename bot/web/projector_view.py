"""What the screen of a room shows of it: which pages, and what stands on them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.web.page_locale import Words
from bot.web.result_view import Shown
from survey.workshop.agreement import Verdict
from survey.workshop.ballots import Ballot, Mode
from survey.workshop.moves import Standing, State
from survey.workshop.plan import Room
from survey.workshop.results import Outcome, least_agreed, results

#: Seconds for which a page stays, when there are several: what was revealed just now, and the rest.
NEWS, OTHERS = 60, 15
#: So many have room on a page: rows of the heat map, results, ballots under way.
MAP_ROWS, RESULT_ROWS, LINES = 8, 6, 7
#: Rows of a heat map whose shocks are written upright, which takes room.
UPRIGHT_ROWS = 6
#: More shocks than these have their names written upright.
WIDE = 7


@dataclass(frozen=True)
class Page:
    """A page of the screen: its template, what it shows, and for how many seconds."""

    template: str
    shows: Any
    seconds: int = OTHERS


@dataclass(frozen=True)
class Line:
    """A ballot that is under way, with how many of how many have voted."""

    ballot: Ballot
    standing: Standing
    asset: str
    shock: str
    second: str
    voted: int
    of: int

    @property
    def open(self) -> bool:
        return self.standing.state is State.OPEN

    @property
    def confirms(self) -> bool:
        """Whether the earlier rating is in sight."""
        return self.ballot.mode is Mode.CONFIRM


@dataclass(frozen=True)
class Group:
    """The ballots of one asset that are under way, and the tables that judge them."""

    tables: str
    lines: tuple[Line, ...]

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
class Cell:
    """A cell of the heat map: ``kind`` is none, waiting, skipped, open, few, unexposed or rated."""

    kind: str
    shown: Shown | None = None


@dataclass(frozen=True)
class HeatMap:
    """Assets down, shocks across."""

    shocks: list[str]
    rows: list[tuple[str, list[Cell]]]

    @property
    def upright(self) -> bool:
        return len(self.shocks) > WIDE


class Wall:
    """The screen of a room."""

    def __init__(self, room: Room, words: Words) -> None:
        self.room, self.words = room, words
        self.plan, self.session = room.plan, room.session
        found = results(room.session, room.tallies)
        self.shown = {r.ballot.number: Shown(r, room, words) for r in found}

    @property
    def scene(self) -> str:
        """What goes on: before, voting, results, between, final."""
        if self.session.locked:
            return "final"
        latest, under_way = self.session.latest(), self.room.under_way()
        if latest and self._revealed_since(under_way):
            return "results"
        if under_way:
            return "voting"
        return "between" if any(s.result.tally for s in self.shown.values()) else "before"

    @property
    def key(self) -> str:
        """Changes when something else is to be seen, not when a count does."""
        standings = self.session.standings
        states = ((n, s.state, s.round) for n, s in standings.items() if s.state != State.WAITING)
        return f"{self.scene} {hash(tuple(states)) & 0xFFFFFFFF:x}"

    @property
    def pages(self) -> list[Page]:
        """The pages of the scene, in the order in which they come."""
        match self.scene:
            case "before":
                return [Page("before", None)]
            case "voting":
                return self._voting()
            case "results":
                return [*self._results(), *self._overview()]
            case "between":
                return self._overview()
            case _:
                return [Page("final", self.outcomes(), NEWS // 2), *self._maps()]

    @property
    def open(self) -> bool:
        """Whether anybody can vote."""
        return bool(self.session.in_state(State.OPEN))

    @property
    def rounds(self) -> int:
        """The round of what is under way, or of what was revealed; 0 if they differ."""
        seen = self.room.under_way() if self.scene == "voting" else self.session.latest()
        found = {self.session.standings[ballot.number].round for ballot in seen}
        return found.pop() if len(found) == 1 else 0

    # Voting

    @property
    def groups(self) -> list[Group]:
        """What is under way, asset by asset."""
        found: dict[tuple[str, str], list[Line]] = {}
        for ballot in self.room.under_way():
            found.setdefault((ballot.asset, ballot.category), []).append(self.line(ballot))
        return [Group(self._tables(lines[0].ballot), tuple(lines)) for lines in found.values()]

    def line(self, ballot: Ballot) -> Line:
        """A ballot that is under way."""
        standing = self.session.standings[ballot.number]
        voted = self.room.voted.get((ballot.number, standing.opening), 0)
        return Line(
            ballot,
            standing,
            self.plan.asset(ballot, self.words.language),
            self.plan.shock(ballot, self.words.language),
            f"{self.plan.asset(ballot, self.words.other)} · "
            f"{self.plan.shock(ballot, self.words.other)}",
            voted,
            max(voted, self.room.electorate(ballot)),
        )

    @property
    def until(self) -> datetime | None:
        """When the timer of what is open ends."""
        ends = (
            s.since + left
            for b in self.session.in_state(State.OPEN)
            if (s := self.session.standings[b.number]).since
            and (left := s.left(s.since)) is not None
        )
        return max(ends, default=None)

    @property
    def milliseconds(self) -> int:
        """The same as browsers count time; 0 if there is no timer."""
        return round(self.until.timestamp() * 1000) if self.until else 0

    def _voting(self) -> list[Page]:
        groups = self.groups
        if len(groups) == 1 and len(groups[0].lines) == 1:
            return [Page("ballot", groups[0].lines[0])]
        if len(groups) == 1:
            return [
                Page("row", Group(groups[0].tables, tuple(p)))
                for p in paged(groups[0].lines, LINES)
            ]
        return [Page("tables", part) for part in paged(groups, 4)]

    # Results

    def _results(self) -> list[Page]:
        shown = [self.shown[ballot.number] for ballot in self.session.latest()]
        if len(shown) == 1:
            return [Page("result", shown[0], NEWS)]
        return [Page("results", part, NEWS // 2) for part in paged(shown, RESULT_ROWS)]

    def _overview(self) -> list[Page]:
        ranked = [self.shown[r.ballot.number] for r in least_agreed(self._all())]
        split = [shown for shown in ranked if shown.verdict is Verdict.NOT_AGREED]
        least = [Page("least", split[:RESULT_ROWS])] if split else []
        return [*least, *self._maps()]

    def outcomes(self) -> list[tuple[Outcome, int]]:
        """How many ballots came to what, as far as any did."""
        counted = Counter(result.outcome for result in self._all())
        return [(outcome, counted[outcome]) for outcome in Outcome if counted[outcome]]

    def _all(self) -> list[Any]:
        return [shown.result for shown in self.shown.values()]

    # The heat map

    def _maps(self) -> list[Page]:
        language = self.words.language
        used = {ballot.shock for ballot in self.plan.ballots}
        shocks = [s for s in self.plan.register.shocks if s.code in used]
        assets = {b.asset: self.plan.asset(b, language) for b in self.plan.ballots}
        numbers = {(b.asset, b.shock): b.number for b in self.plan.ballots}
        rows = [
            (name, [self.cell(numbers.get((asset, shock.code))) for shock in shocks])
            for asset, name in assets.items()
        ]
        names = [shock.label(language) for shock in shocks]
        most = UPRIGHT_ROWS if len(names) > WIDE else MAP_ROWS
        return [Page("map", HeatMap(names, list(part))) for part in paged(rows, most)]

    def cell(self, number: int | None) -> Cell:
        """How far a ballot is, and what it came to."""
        if number is None:
            return Cell("none")
        shown, state = self.shown[number], self.session.state_of(number)
        tally = shown.result.tally
        if state in (State.OPEN, State.CLOSED):
            return Cell("open")
        if tally is None:
            return Cell("skipped" if state is State.SKIPPED else "waiting")
        if tally.unexposed > shown.n and tally.unexposed >= self.plan.workshop.rule.least:
            return Cell("unexposed")
        return Cell("rated" if shown.enough else "few", shown)

    # Inside

    def _tables(self, ballot: Ballot) -> str:
        numbers = self.plan.workshop.tables_for(ballot.category)
        return ", ".join(t.name for t in self.plan.workshop.tables if t.number in numbers)

    def _revealed_since(self, under_way: Sequence[Ballot]) -> bool:
        """Whether the last reveal came after everything that is under way."""
        last = self.session.last_reveal
        standings = (self.session.standings[ballot.number] for ballot in under_way)
        moments = (at for s in standings for at in (s.since, s.closing and s.closing.at) if at)
        return last is not None and all(at < last.at for at in moments)


def paged(things: Sequence[Any], most: int) -> list[Sequence[Any]]:
    """In parts of nearly the same size, none larger than ``most``."""
    parts = -(-len(things) // most)
    size = -(-len(things) // parts) if parts else 1
    return [things[start : start + size] for start in range(0, len(things), size)]

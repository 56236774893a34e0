"""What somebody on the voting page sees: what they can vote on, and what came out. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from bot.web.page_locale import PageLocale
from bot.web.result_view import ResultView
from bot.web.site import Site
from survey.workshop.ballots import Ballot, BallotMode
from survey.workshop.moves import BallotPhase, BallotState, ChangeReason, MoveRefusalReason, Vote
from survey.workshop.plan import Room
from survey.workshop.register import RegisterItem
from survey.workshop.results import build_results


@dataclass(frozen=True)
class BallotPaper:
    """A ballot in somebody's hands; ``active`` is the one that they are to fill in now."""

    ballot: Ballot
    standing: BallotState
    asset: str
    shock: str
    vote: Vote | None
    active: bool
    until: str
    #: Its last revealed round, if there was one.
    before: ResultView | None = None

    @property
    def confirms(self) -> bool:
        return self.ballot.mode is BallotMode.CONFIRM

    @property
    def owes_reason(self) -> bool:
        """Whether they voted otherwise than the earlier rating and did not say why."""
        vote = self.vote
        return bool(vote and not vote.reason and self.ballot.wants_reason(vote.value))


class VotingView:
    """The page of somebody in the room. ``refusal`` is why what they did was not taken."""

    def __init__(self, room: Room, site: Site, words: PageLocale, refusal: str = "") -> None:
        if room.me is None:
            raise ValueError("nobody looks")
        self.room, self.words, self.site, self.me = room, words, site, room.me
        self._said = refusal

    @property
    def needs_details(self) -> bool:
        """Whether they are asked at the door whom they stand for."""
        return not self.me.sector or self.lacks_table

    @property
    def lacks_table(self) -> bool:
        return bool(self.room.plan.workshop.tables) and self.me.seat is None

    @property
    def categories(self) -> list[RegisterItem]:
        """Of what is judged here."""
        used = {ballot.category for ballot in self.room.plan.ballots}
        return [item for item in self.site.categories if item.code in used]

    @property
    def standing_for(self) -> str:
        """Sector and table in words."""
        items, tables = self.site.sectors, self.room.plan.workshop.tables
        sector = (i.label(self.words.language) for i in items if i.code == self.me.sector)
        table = (table.name for table in tables if table.number == self.me.seat)
        return " · ".join([*sector, *table])

    @property
    def papers(self) -> list[BallotPaper]:
        """What they can vote on; the first without a vote is in their hands."""
        votable = self.room.list_votable()
        free = next((b.number for b in votable if b.number not in self.room.votes), None)
        return [self._build_paper(b, len(votable) == 1 or b.number == free) for b in votable]

    @property
    def owed_reasons(self) -> list[BallotPaper]:
        """The ballots closed meanwhile for which they can still give a reason."""
        done = [*self.closed_ballots, *self.room.session.list_just_revealed()]
        papers = (self._build_paper(ballot, False) for ballot in done)
        return [p for p in papers if p.owes_reason and not self.room.session.locked]

    @property
    def has_open_form(self) -> bool:
        """Whether there is something to fill in that loading the page again would lose."""
        return (
            self.needs_details
            or bool(self.owed_reasons)
            or any(paper.owes_reason for paper in self.papers)
        )

    @property
    def closed_ballots(self) -> list[Ballot]:
        """The ballots that they may judge and whose result is to come."""
        can_judge = self.room.plan.workshop.can_judge
        closed = self.room.session.list_in_phase(BallotPhase.CLOSED)
        return [ballot for ballot in closed if can_judge(self.me.seat, ballot.category)]

    @property
    def results(self) -> list[tuple[ResultView, str]]:
        """What was revealed last, in the end all of their table, each with one's own vote."""
        session, votes = self.room.session, self.room.votes
        can_judge = self.room.plan.workshop.can_judge
        if session.locked:
            revealed = [
                b
                for b in session.list_in_phase(BallotPhase.REVEALED)
                if can_judge(self.me.seat, b.category)
            ]
        else:
            revealed = session.list_just_revealed()
        numbers = sorted(ballot.number for ballot in revealed)
        return [(self._result_views[n], votes[n].value if n in votes else "") for n in numbers]

    @cached_property
    def _result_views(self) -> dict[int, ResultView]:
        results = build_results(self.room.session, self.room.tallies)
        return {r.ballot.number: ResultView(r, self.room, self.words) for r in results}

    @property
    def offered_reasons(self) -> list[tuple[ChangeReason, str]]:
        """The reasons that are offered."""
        t = self.words.t
        return [
            (ChangeReason.NEW_DATA, t("There is newer data")),
            (ChangeReason.CHANGED, t("The condition has changed")),
            (ChangeReason.NEVER_RIGHT, t("It was never right")),
        ]

    def format_answer(self, value: str) -> str:
        """An answer in words, a point with its number."""
        anchor = self.room.plan.workshop.scale.anchor(value, self.words.language)
        return f"{value} – {anchor}" if value.isdecimal() else anchor

    @property
    def refusal_text(self) -> str:
        """Why what they just did was not taken; nothing if it was."""
        t = self.words.t
        match self._said:
            case MoveRefusalReason.CLOSED:
                return t("Voting had closed already. Your last vote counts.")
            case MoveRefusalReason.STALE:
                return t("That was an earlier round. The page now shows the current one.")
            case MoveRefusalReason.TABLE:
                return t("That ballot belongs to another table.")
            case MoveRefusalReason.WORDS:
                return t("Please write a few words, without telephone numbers.")
            case "form":
                return t("That did not work. Please try again.")
            case known if known in set(MoveRefusalReason):
                return t("That cannot be voted on now.")
            case _:
                return ""

    def _build_paper(self, ballot: Ballot, active: bool) -> BallotPaper:
        state, plan = self.room.session.states[ballot.number], self.room.plan
        ends = state.opened_at and state.opened_at + timedelta(seconds=state.timer_seconds)
        return BallotPaper(
            ballot,
            state,
            plan.asset(ballot, self.words.language),
            plan.shock(ballot, self.words.language),
            self.room.votes.get(ballot.number),
            active,
            self.words.format_clock(ends) if ends and state.timer_seconds else "",
            self._result_views[ballot.number] if state.revealed_openings else None,
        )

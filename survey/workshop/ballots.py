"""What a workshop puts to the vote, and at which tables. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from survey.workshop.agreement import AgreementRule
from survey.workshop.register import NOT_EXPOSED, RatingScale


class BallotMode(StrEnum):
    """How a ballot is put: without the baseline in sight, or to confirm it."""

    BLIND = "blind"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class Ballot:
    """One asset under one shock (their codes), the ``number``-th thing to be judged.

    ``baseline`` is the earlier rating, if there is one, and ``note`` what was written beside it.
    Raises ValueError for a ballot that asks to confirm nothing.
    """

    number: int
    asset: str
    shock: str
    category: str = ""
    mode: BallotMode = BallotMode.BLIND
    baseline: int | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.mode is BallotMode.CONFIRM and self.baseline is None:
            raise ValueError(f"Ballot {self.number} asks to confirm a rating and has none.")

    def wants_reason(self, value: str) -> bool:
        """Whether a vote disagrees with the rating that it was asked to confirm.

        Who does not know, or whose field it is not, does not disagree.
        """
        disagrees = value.isdecimal() or value == NOT_EXPOSED
        return self.mode is BallotMode.CONFIRM and disagrees and value != str(self.baseline)


@dataclass(frozen=True, slots=True)
class Table:
    """Where participants sit; they judge the ballots of their ``categories``, or all if none."""

    number: int
    name: str
    categories: tuple[str, ...] = ()

    def judges(self, category: str) -> bool:
        """Whether a ballot of that category is this table's."""
        return not self.categories or category in self.categories


@dataclass(frozen=True, slots=True)
class Workshop:
    """What is fixed before the session. Without ``tables`` everybody judges everything."""

    id: str
    scale: RatingScale
    rule: AgreementRule = field(default_factory=AgreementRule)
    rounds: int = 2
    tables: tuple[Table, ...] = ()

    def find_tables(self, category: str) -> frozenset[int]:
        """The numbers of the tables that judge a category; 0 is the room as a whole."""
        if not self.tables:
            return frozenset({0})
        return frozenset(table.number for table in self.tables if table.judges(category))

    def can_judge(self, table: int | None, category: str) -> bool:
        """Whether somebody who sits at ``table`` (None: at none) judges a category."""
        return not self.tables or table in self.find_tables(category)

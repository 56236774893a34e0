"""What a recount has before it, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from reports.verification.counted_answers import CountedAnswers, ReportedData
from reports.verification.documented_formulas import (
    divide,
    find_weighted_share,
    find_wilson_range,
    round_as_read,
    summarize_ratings,
)
from reports.verification.expected_cells import (
    ExpectedRow,
    HiddenCell,
    HideableCell,
    LeakedCell,
    NotRecomputable,
    is_blank,
)
from reports.verification.label_readers import read_driver_labels
from reports.verification.published_tables import PublishedReport, PublishedTable

DRIVERS = "pendorong"
RESIDENT, PARTICIPANT = "resident", "participant"
SCALE_KEYS = ("median", "lower", "upper", "within_one", "n")


@dataclass(frozen=True)
class RecountedTable:
    """What each published row should be, in their order; and rows that are not there."""

    rows: Sequence[ExpectedRow | str]
    missing: Sequence[str] = ()


@dataclass(frozen=True)
class RecountBasis:
    """The data that a report is made of, and the report in one language."""

    reported: ReportedData
    report: PublishedReport

    @property
    def minimum(self) -> int:
        """The fewest people that are told of."""
        return self.report.facts.minimum_cell

    @property
    def language(self) -> str:
        return self.report.language

    @cached_property
    def survey(self) -> CountedAnswers | None:
        """The questionnaire that has the drivers."""
        return self.reported.find_form(DRIVERS)

    @cached_property
    def residents(self) -> CountedAnswers | None:
        """The residents who answered it."""
        return self.survey and self.survey.select_role(RESIDENT)

    @cached_property
    def drivers(self) -> dict[str, str]:
        """What a driver is called in the report -> its path."""
        if self.survey is None:
            return {}
        return read_driver_labels(self.survey, self.report, self.survey.list_group(DRIVERS))

    def name_codes(self, what: str) -> dict[str, str]:
        """Name in the report -> code."""
        return self.report.list_codes(what)


Recount = Callable[[RecountBasis, PublishedTable], RecountedTable]


def count_weak(form: CountedAnswers, path: str) -> tuple[int, int]:
    """How many find a driver weak or very weak, of how many who rated it."""
    values = form.get_values(path)
    rated = values[values.str.isdigit()]
    return int(rated.isin(["1", "2"]).sum()), len(rated)


def read_weights(form: CountedAnswers, people: pd.Index[Any]) -> pd.Series[float] | None:
    """The weights of some people; None where the files have none."""
    if "weight" not in form.people:
        return None
    weights = pd.to_numeric(form.people.loc[people, "weight"], errors="coerce")
    return None if weights.isna().any() else weights


def expect_weighted_share(
    form: CountedAnswers, having: pd.Series[bool], *, with_range: bool
) -> dict[str, Any]:
    """The weighted columns of a share, ``having`` being everybody who answered."""
    keys = ("weighted", "effective_n", *(("weighted_low", "weighted_high") if with_range else ()))
    weights = read_weights(form, having.index)
    if weights is None:
        why = NotRecomputable("needs the column “weight” of interviews.csv")
        return dict.fromkeys(keys, why)
    share, effective = find_weighted_share(having.tolist(), weights.tolist())
    share, effective = round_as_read(share, 2), round_as_read(effective, 0)
    low, high = find_wilson_range(share * effective, effective)
    return dict(zip(keys, (share, effective, low, high), strict=False))


def expect_scale_figures(points: Sequence[int], minimum: int) -> dict[str, Any]:
    """The columns of ratings on a scale; hidden where too few rated."""
    found = summarize_ratings(points)
    if found.n < minimum:
        return dict.fromkeys(SCALE_KEYS, HiddenCell(f"fewer than {minimum} ratings"))
    return {key: getattr(found, key) for key in SCALE_KEYS}


def hide_all(keys: Sequence[str], minimum: int) -> dict[str, Any]:
    """Columns that must be empty, because fewer than the minimum stand behind them."""
    return dict.fromkeys(keys, HiddenCell(f"fewer than {minimum} people"))


def expect_share(part: int, whole: int) -> dict[str, float]:
    """A share with its range."""
    low, high = find_wilson_range(part, whole)
    return {"share": divide(part, whole), "low": low, "high": high}


def expect_blocks(
    blocks: Sequence[Any],
    counts: Sequence[int],
    published: Sequence[Any],
    minimum: int,
    waiting: Mapping[Any, int] | None = None,
    has_waiting_row: bool = False,
) -> list[Any]:
    """Counts whose sum is known for each block: what must be hidden, may be, or gives itself away.

    ``blocks`` says of each count to which block it belongs, ``waiting`` how many of a block are in
    no row yet: then noughts are hidden, as each of them may be of any row. With ``has_waiting_row``
    they are a count of the block themselves; else they hide among what is hidden.
    """
    found: list[Any] = [None] * len(counts)
    for block in dict.fromkeys(blocks):
        places = [place for place, name in enumerate(blocks) if name == block]
        hidden = [place for place in places if is_blank(published[place])]
        rest = (waiting or {}).get(block, 0)
        values = [counts[place] for place in hidden]
        if rest and has_waiting_row:
            values = [count for count in values if count]
        elif rest:
            values.append(rest)
        leaks = not hides_enough(values, minimum)
        for place in places:
            small = 0 < counts[place] < minimum or (rest > 0 and not counts[place])
            if leaks and place in hidden and len(hidden) < len(places):
                found[place] = LeakedCell("what is hidden can be worked out from the total")
            else:
                why = f"{counts[place]} is under {minimum}"
                found[place] = HiddenCell(why) if small else HideableCell(counts[place])
    return found


def hides_enough(hidden: Sequence[int], minimum: int) -> bool:
    """Whether hidden counts whose sum is known hide among each other (docs/statistics.md)."""
    return not hidden or (len(hidden) > 1 and sum(hidden) >= minimum and sum(hidden) > len(hidden))


def list_missing(
    wanted: Mapping[Any, Any] | Sequence[Any], published: Sequence[Any]
) -> tuple[str, ...]:
    """What should have a row and has none."""
    there = set(published)
    return tuple(str(one) for one in wanted if one not in there)

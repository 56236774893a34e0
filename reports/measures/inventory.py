"""The actions inventory: what participants told of plans, and which of it is the same plan."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from reports import question_names
from reports.reading.form_answers import FormAnswers

#: Question's name -> what was said, "" for nothing; several codes are joined by spaces.
PlanEntry = Mapping[str, str]


@dataclass(frozen=True)
class CityPlan:
    """One plan as everybody told of it who gave it the same name and owner."""

    number: int
    entries: tuple[PlanEntry, ...]

    def get_usual_answer(self, question: str) -> str:
        """What was said most often, of equals the first; "" if nobody said anything."""
        every = Counter(value for entry in self.entries if (value := entry.get(question, "")))
        return every.most_common(1)[0][0] if every else ""

    def list_codes(self, question: str) -> tuple[str, ...]:
        """Every choice that anybody ticked, in the order in which they were told."""
        ticked = (code for entry in self.entries for code in entry.get(question, "").split())
        return tuple(dict.fromkeys(ticked))

    @cached_property
    def direct_drivers(self) -> tuple[str, ...]:
        """The drivers that it strengthens directly."""
        return self.list_codes(question_names.DIRECT)

    @cached_property
    def indirect_drivers(self) -> tuple[str, ...]:
        """The drivers that it helps, and that nobody said it strengthens directly."""
        return tuple(
            code
            for code in self.list_codes(question_names.INDIRECT)
            if code not in self.direct_drivers
        )

    def get_year(self, question: str) -> int | None:
        """The year of a date, if one was told."""
        told = self.get_usual_answer(question)[:4]
        return int(told) if told.isdecimal() else None


def list_city_plans(form: FormAnswers) -> list[CityPlan]:
    """The plans of all participants, each once, in the order in which they were first told."""
    rows = form.build_repeat_table(question_names.PLANS)
    entries = rows.drop(columns=["interview", "occurrence"]).to_dict("records")
    return merge_entries(
        [{str(name): str(value) for name, value in row.items()} for row in entries]
    )


def merge_entries(entries: Iterable[PlanEntry]) -> list[CityPlan]:
    """Entries of the same plan together; what nobody gave a name is none."""
    same: dict[tuple[str, str, str], list[PlanEntry]] = {}
    for entry in entries:
        if identify_plan(entry)[0]:
            same.setdefault(identify_plan(entry), []).append(entry)
    return [CityPlan(number, tuple(found)) for number, found in enumerate(same.values(), 1)]


def identify_plan(entry: PlanEntry) -> tuple[str, str, str]:
    """What tells plans apart: name and owner, however they are spelt."""
    other = entry.get(question_names.OTHER_OWNER, "")
    return (
        normalize_plan_name(entry.get(question_names.PLAN_NAME, "")),
        entry.get(question_names.OWNER, ""),
        normalize_plan_name(other),
    )


def normalize_plan_name(text: str) -> str:
    """Letters and digits alone, small, without accents: *JakLingko (2024)* as *jaklingko 2024*."""
    # NFKD takes accents off their letters, as combining marks that are then left out.
    letters = unicodedata.normalize("NFKD", text).casefold()
    kept = (c if c.isalnum() else " " for c in letters if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


@dataclass(frozen=True)
class PlanCoverage:
    """How many plans address something directly, and how many others only indirectly.

    ``active`` of the direct ones are under way or done. ``indirect`` is None where that was not
    asked.
    """

    code: str
    label: str
    direct: int
    indirect: int | None
    active: int

    @property
    def is_gap(self) -> bool:
        """Whether no plan addresses it directly."""
        return not self.direct


#: Stages from which a plan is more than paper: under way, done.
ACTIVE_STAGES = ("4", "5")
PlanCodes = Callable[[CityPlan], Collection[str]]


def count_coverage(
    plans: Sequence[CityPlan],
    labels: Mapping[str, str],
    direct: PlanCodes,
    indirect: PlanCodes | None = None,
) -> list[PlanCoverage]:
    """For each code of ``labels`` the plans that address it; what fewest address comes first."""
    firsts, others, active = Counter[str](), Counter[str](), Counter[str]()
    for plan in plans:
        first = set(direct(plan))
        firsts.update(first)
        active.update(
            first if plan.get_usual_answer(question_names.PLAN_STAGE) in ACTIVE_STAGES else ()
        )
        others.update(set(indirect(plan)) - first if indirect else ())
    found = (
        PlanCoverage(code, label, firsts[code], others[code] if indirect else None, active[code])
        for code, label in labels.items()
    )
    return sorted(found, key=lambda c: (c.direct, c.indirect or 0, c.active))

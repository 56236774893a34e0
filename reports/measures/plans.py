"""What participants told of plans, and what these address."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reports import question_names
from reports.discovery.candidate_file import Area, read_candidates
from reports.localizer import Words, later
from reports.measures.inventory import Coverage, Plan, coverage, plans
from reports.reading.form_answers import Form
from reports.request import Order
from reports.toml_files import GivenError

ADDRESSED = {
    question_names.DRIVERS: later("Drivers"),
    question_names.SHOCKS: later("Shocks"),
    question_names.STRESSES: later("Stresses"),
}


@dataclass(frozen=True)
class Inventory:
    """The plans, how many people told of them, and what they address."""

    form: Form
    plans: Sequence[Plan]
    people: int
    covered: Mapping[str, Sequence[Coverage]]

    @property
    def gaps(self) -> Iterator[tuple[str, list[Coverage]]]:
        """Drivers, shocks and stresses that no plan addresses directly."""
        for name, found in self.covered.items():
            if empty := [c for c in found if c.is_gap]:
                yield name, empty

    @property
    def repeated(self) -> list[Plan]:
        """The plans that were told of more than once."""
        return [plan for plan in self.plans if len(plan.entries) > 1]


def read(form: Form, order: Order, words: Words) -> Inventory:
    """What the participants told of, each plan once."""
    told = plans(form)
    rows = form.occurrences(question_names.PLANS).reindex(
        columns=["interview", question_names.PLAN_NAME]
    )
    people = rows.loc[rows[question_names.PLAN_NAME] != "", "interview"].nunique()
    return Inventory(form, told, people, addressed(form, told, order, words))


def addressed(
    form: Form, told: Sequence[Plan], order: Order, words: Words
) -> dict[str, list[Coverage]]:
    """Drivers, shocks and stresses with the plans that address them.

    The questionnaire asks only which shocks and stresses a plan deals with. It addresses another
    one indirectly, if it directly strengthens a driver that the candidates' file gives it to.
    """
    found = {}
    if asked := form.question(question_names.DIRECT):
        labels = {c: driver_name(c, label, words) for c, label in form.choices(asked).items()}
        found[question_names.DRIVERS] = coverage(
            told, labels, lambda plan: plan.direct, lambda plan: plan.indirect
        )
    areas = candidates(order)
    through = {
        question_names.SHOCKS: {area.driver: area.shocks for area in areas},
        question_names.STRESSES: {area.driver: area.stresses for area in areas},
    }
    for name, belonging in through.items():
        if asked := form.question(name):
            labels = form.choices(asked)
            found[name] = named(told, labels, name, belonging)
    return found


def candidates(order: Order) -> tuple[Area, ...]:
    """Those of the file; none where it cannot be used, of which the chapter on them tells."""
    try:
        return read_candidates(Path(order.candidates)).candidates if order.candidates else ()
    except GivenError:
        return ()


def driver_name(code: str, label: str, words: Words) -> str:
    """A driver as it is called in the report, or as the questionnaire has it."""
    return words(question_names.DRIVER_NAMES.get(code, "")) or label


def named(
    told: Sequence[Plan],
    labels: Mapping[str, str],
    question: str,
    belonging: Mapping[str, Collection[str]],
) -> list[Coverage]:
    """What plans deal with as their tellers said, or else through a driver."""

    def through(plan: Plan) -> set[str]:
        return {code for driver in plan.direct for code in belonging.get(driver, ())}

    return coverage(told, labels, lambda plan: plan.codes(question), through if belonging else None)

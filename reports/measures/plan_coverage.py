"""What participants told of plans, and what these address."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reports import question_names
from reports.discovery.candidate_file import CandidateArea, read_candidates
from reports.localizer import Localizer, gettext_noop
from reports.measures.inventory import CityPlan, PlanCoverage, count_coverage, list_city_plans
from reports.reading.form_answers import FormAnswers
from reports.request import ReportRequest
from reports.toml_files import InvalidInputError

TARGET_KINDS = {
    question_names.DRIVERS: gettext_noop("Drivers"),
    question_names.SHOCKS: gettext_noop("Shocks"),
    question_names.STRESSES: gettext_noop("Stresses"),
}


@dataclass(frozen=True)
class PlanInventory:
    """The plans, how many people told of them, and what they address."""

    form: FormAnswers
    plans: Sequence[CityPlan]
    people: int
    coverage: Mapping[str, Sequence[PlanCoverage]]

    @property
    def gaps(self) -> Iterator[tuple[str, list[PlanCoverage]]]:
        """Drivers, shocks and stresses that no plan addresses directly."""
        for name, found in self.coverage.items():
            if empty := [c for c in found if c.is_gap]:
                yield name, empty

    @property
    def repeated_plans(self) -> list[CityPlan]:
        """The plans that were told of more than once."""
        return [plan for plan in self.plans if len(plan.entries) > 1]


def read_plan_inventory(form: FormAnswers, order: ReportRequest, words: Localizer) -> PlanInventory:
    """What the participants told of, each plan once."""
    told = list_city_plans(form)
    rows = form.build_repeat_table(question_names.PLANS).reindex(
        columns=["interview", question_names.PLAN_NAME]
    )
    people = rows.loc[rows[question_names.PLAN_NAME] != "", "interview"].nunique()
    return PlanInventory(form, told, people, match_plans_to_targets(form, told, order, words))


def match_plans_to_targets(
    form: FormAnswers, told: Sequence[CityPlan], order: ReportRequest, words: Localizer
) -> dict[str, list[PlanCoverage]]:
    """Drivers, shocks and stresses with the plans that address them.

    The questionnaire asks only which shocks and stresses a plan deals with. It addresses another
    one indirectly, if it directly strengthens a driver that the candidates' file gives it to.
    """
    found = {}
    if asked := form.find_question(question_names.DIRECT):
        labels = {
            c: translate_driver(c, label, words)
            for c, label in form.get_choice_labels(asked).items()
        }
        found[question_names.DRIVERS] = count_coverage(
            told, labels, lambda plan: plan.direct_drivers, lambda plan: plan.indirect_drivers
        )
    areas = load_candidate_areas(order)
    through = {
        question_names.SHOCKS: {area.driver: area.shocks for area in areas},
        question_names.STRESSES: {area.driver: area.stresses for area in areas},
    }
    for name, belonging in through.items():
        if asked := form.find_question(name):
            labels = form.get_choice_labels(asked)
            found[name] = match_plans_by_answer(told, labels, name, belonging)
    return found


def load_candidate_areas(order: ReportRequest) -> tuple[CandidateArea, ...]:
    """Those of the file; none where it cannot be used, of which the chapter on them tells."""
    try:
        return read_candidates(Path(order.candidates)).candidates if order.candidates else ()
    except InvalidInputError:
        return ()


def translate_driver(code: str, label: str, words: Localizer) -> str:
    """A driver as it is called in the report, or as the questionnaire has it."""
    return words(question_names.DRIVER_NAMES.get(code, "")) or label


def match_plans_by_answer(
    told: Sequence[CityPlan],
    labels: Mapping[str, str],
    question: str,
    belonging: Mapping[str, Collection[str]],
) -> list[PlanCoverage]:
    """What plans deal with as their tellers said, or else through a driver."""

    def through(plan: CityPlan) -> set[str]:
        return {code for driver in plan.direct_drivers for code in belonging.get(driver, ())}

    return count_coverage(
        told, labels, lambda plan: plan.list_codes(question), through if belonging else None
    )

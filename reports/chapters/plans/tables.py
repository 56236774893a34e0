"""The tables of plans: what they address, how many of which kind, and all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from reports import question_names
from reports.chapters.elements import COUNT, ReportTable, TableColumn
from reports.localizer import Localizer, gettext_noop
from reports.measures.inventory import CityPlan
from reports.measures.plan_coverage import TARGET_KINDS, PlanInventory
from reports.reading.form_answers import FormAnswers
from reports.request import ReportRequest
from survey.forms.answers.kind_definition import ChoiceMode

#: By what the plans are counted, and what that is called.
COUNTED_QUESTIONS = {
    question_names.PLAN_KIND: gettext_noop("Kind of plan"),
    question_names.PLAN_STAGE: gettext_noop("Stage"),
    question_names.FUNDING: gettext_noop("Money"),
    question_names.COST: gettext_noop("Cost"),
    question_names.PLAN_EXTENT: gettext_noop("Where"),
    question_names.PLAN_AREA: gettext_noop("In which city"),
    question_names.BENEFIT: gettext_noop("What people gain"),
    question_names.OBSTACLES: gettext_noop("In the way"),
}

YEARS_TITLE = gettext_noop("Years")
#: Plans whose names stand in the PDF.
PRINTED_PLANS = 40


def build_plan_coverage_table(found: PlanInventory, words: Localizer) -> ReportTable:
    """A row for each driver, shock and stress; within each kind what is least addressed first."""
    rows = [
        {
            "kind": words(TARGET_KINDS[name]),
            "label": c.label,
            "direct": c.direct,
            "indirect": c.indirect,
            "active": c.active,
            "gap": words("yes") if c.is_gap else "",
        }
        for name, covered in found.coverage.items()
        for c in covered
    ]
    columns = (
        TableColumn("kind", words("Kind")),
        TableColumn("label", words("Driver, shock or stress")),
        TableColumn("direct", words("Plans that address it directly"), COUNT),
        TableColumn("active", words("Of these under way or done"), COUNT),
        TableColumn("indirect", words("Others that do so indirectly"), COUNT),
        TableColumn("gap", words("Nothing direct")),
    )
    title = words("What plans address")
    return ReportTable.from_rows(
        "addressed", title, columns, rows, plotted=("direct", "indirect"), against="label"
    )


def build_plan_counts_table(
    found: PlanInventory, order: ReportRequest, words: Localizer
) -> ReportTable:
    """How many plans of each kind, stage and so on. Obstacles and places count once each."""
    rows = [
        {"by": words(COUNTED_QUESTIONS[name]), "label": label, "plans": number}
        for name in COUNTED_QUESTIONS
        for label, number in count_plans_by_answer(found, name)
    ]
    rows += [
        {"by": words(YEARS_TITLE), "label": label, "plans": number}
        for label, number in count_plans_by_year(found.plans, order.end.year, words)
    ]
    columns = (
        TableColumn("by", words("By")),
        TableColumn("label", words("Answer")),
        TableColumn("plans", words("Plans"), COUNT),
    )
    return ReportTable.from_rows("plans_by", words("Plans by kind, stage and money"), columns, rows)


def count_plans_by_answer(found: PlanInventory, name: str) -> Iterator[tuple[str, int]]:
    """Label -> plans, in the order of the sheet."""
    question = found.form.find_question(name)
    if question is None:
        return
    several = question.kind.choices is ChoiceMode.SEVERAL
    counts = Counter(
        code
        for plan in found.plans
        for code in (plan.list_codes(name) if several else [plan.get_usual_answer(name)])
    )
    for code, label in found.form.get_choice_labels(question).items():
        yield label, counts[code]


def count_plans_by_year(
    plans: Sequence[CityPlan], year: int, words: Localizer
) -> Iterator[tuple[str, int]]:
    """Plans that end before the year of the report, run in it, begin after it, or do not say."""
    kinds = Counter(classify_plan_time(plan, year) for plan in plans)
    yield words("ended before {year}", year=year), kinds["before"]
    yield words("in {year}", year=year), kinds["now"]
    yield words("begin after {year}", year=year), kinds["after"]
    yield words("not told"), kinds[""]


def classify_plan_time(plan: CityPlan, year: int) -> str:
    """Where a plan lies; one without an end goes on."""
    begins, ends = (
        plan.get_year(question_names.PLAN_BEGINS),
        plan.get_year(question_names.PLAN_ENDS),
    )
    if ends is not None and ends < year:
        return "before"
    if begins is None:
        return ""
    return "after" if begins > year else "now"


def build_plan_list_table(found: PlanInventory, words: Localizer) -> ReportTable:
    """Every entry, those of the same plan under its number; nothing of who told it."""
    labels = PlanLabels(found.form, words)
    rows = [
        build_plan_entry_row(plan, entry, labels) for plan in found.plans for entry in plan.entries
    ]
    columns = (
        TableColumn("number", words("Plan"), COUNT),
        TableColumn("name", words("Name")),
        TableColumn("owner", words("Responsible")),
        TableColumn("kind", words("Kind of plan")),
        TableColumn("stage", words("Stage")),
        TableColumn("begins", words("Begins")),
        TableColumn("ends", words("Ends")),
        TableColumn("where", words("Where")),
        TableColumn("money", words("Money")),
        TableColumn("cost", words("Cost")),
        TableColumn("direct", words("Strengthens directly")),
        TableColumn("indirect", words("Helps indirectly")),
        TableColumn("shocks", words("Shocks")),
        TableColumn("stresses", words("Stresses")),
        TableColumn("benefit", words("What people gain")),
        TableColumn("obstacles", words("In the way")),
        TableColumn("link", words("Link")),
        TableColumn("told", words("Told of (times)"), COUNT),
    )
    return ReportTable.from_rows("plans", words("All plans"), columns, rows)


def build_plan_names_table(found: PlanInventory, words: Localizer) -> ReportTable:
    """Every plan once, with what a page has room for."""
    labels = PlanLabels(found.form, words)

    def label_usual_answer(plan: CityPlan, question: str) -> str:
        return labels(question, {question: plan.get_usual_answer(question)})

    rows = [
        {
            "number": plan.number,
            "name": plan.get_usual_answer(question_names.PLAN_NAME),
            "owner": plan.get_usual_answer(question_names.OTHER_OWNER)
            or label_usual_answer(plan, question_names.OWNER),
            "stage": label_usual_answer(plan, question_names.PLAN_STAGE),
            "drivers": labels(
                question_names.DIRECT, {question_names.DIRECT: " ".join(plan.direct_drivers)}
            ),
        }
        for plan in found.plans
    ]
    columns = (
        TableColumn("number", words("Plan"), COUNT),
        TableColumn("name", words("Name")),
        TableColumn("owner", words("Responsible")),
        TableColumn("stage", words("Stage")),
        TableColumn("drivers", words("Strengthens directly")),
    )
    title = words("Plans that were told of")
    return ReportTable.from_rows(
        "plan_names", title, columns, rows, printed_rows=min(PRINTED_PLANS, len(rows))
    )


def build_plan_entry_row(
    plan: CityPlan, entry: Mapping[str, str], labels: PlanLabels
) -> dict[str, object]:
    """A row of the list: what one entry says of a plan."""
    return {
        "number": plan.number,
        "name": entry.get(question_names.PLAN_NAME, ""),
        "owner": entry.get(question_names.OTHER_OWNER, "") or labels(question_names.OWNER, entry),
        "kind": labels(question_names.PLAN_KIND, entry),
        "stage": labels(question_names.PLAN_STAGE, entry),
        "begins": entry.get(question_names.PLAN_BEGINS, "")[:4],
        "ends": entry.get(question_names.PLAN_ENDS, "")[:4],
        "where": labels(question_names.PLAN_AREA, entry)
        or labels(question_names.PLAN_EXTENT, entry),
        "money": labels(question_names.FUNDING, entry),
        "cost": labels(question_names.COST, entry),
        "direct": labels(question_names.DIRECT, entry),
        "indirect": labels(question_names.INDIRECT, entry),
        "shocks": labels(question_names.SHOCKS, entry),
        "stresses": labels(question_names.STRESSES, entry),
        "benefit": labels(question_names.BENEFIT, entry),
        "obstacles": labels(question_names.OBSTACLES, entry),
        "link": entry.get(question_names.PLAN_LINK, ""),
        "told": len(plan.entries),
    }


class PlanLabels:
    """What the codes of an entry say in the report's language."""

    def __init__(self, form: FormAnswers, words: Localizer) -> None:
        asked = (
            (name, form.find_question(name))
            for name in (*COUNTED_QUESTIONS, *TARGET_KINDS, question_names.OWNER)
        )
        self._labels = {name: form.get_choice_labels(q) for name, q in asked if q}
        drivers = {c: words(label) for c, label in question_names.DRIVER_NAMES.items()}
        self._labels[question_names.DIRECT] = self._labels[question_names.INDIRECT] = drivers

    def __call__(self, question: str, entry: Mapping[str, str]) -> str:
        """The labels of what was ticked, one after another."""
        labels = self._labels.get(question, {})
        return "; ".join(labels.get(code, code) for code in entry.get(question, "").split())

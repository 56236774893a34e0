"""The tables of plans: what they address, how many of which kind, and all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from reports import question_names
from reports.chapters.elements import COUNT, Column, Table
from reports.localizer import Words, later
from reports.measures.inventory import Plan
from reports.measures.plans import ADDRESSED, Inventory
from reports.reading.form_answers import Form
from reports.request import Order

#: By what the plans are counted, and what that is called.
COUNTED = {
    question_names.KIND: later("Kind of plan"),
    question_names.STAGE: later("Stage"),
    question_names.FUNDING: later("Money"),
    question_names.COST: later("Cost"),
    question_names.EXTENT: later("Where"),
    question_names.WHERE: later("In which city"),
    question_names.BENEFIT: later("What people gain"),
    question_names.OBSTACLES: later("In the way"),
}

YEARS = later("Years")
#: Plans whose names stand in the PDF.
PRINTED = 40


def covered_table(found: Inventory, words: Words) -> Table:
    """A row for each driver, shock and stress; within each kind what is least addressed first."""
    rows = [
        {
            "kind": words(ADDRESSED[name]),
            "label": c.label,
            "direct": c.direct,
            "indirect": c.indirect,
            "active": c.active,
            "gap": words("yes") if c.is_gap else "",
        }
        for name, covered in found.covered.items()
        for c in covered
    ]
    columns = (
        Column("kind", words("Kind")),
        Column("label", words("Driver, shock or stress")),
        Column("direct", words("Plans that address it directly"), COUNT),
        Column("active", words("Of these under way or done"), COUNT),
        Column("indirect", words("Others that do so indirectly"), COUNT),
        Column("gap", words("Nothing direct")),
    )
    title = words("What plans address")
    return Table.of(
        "addressed", title, columns, rows, plotted=("direct", "indirect"), against="label"
    )


def counted_table(found: Inventory, order: Order, words: Words) -> Table:
    """How many plans of each kind, stage and so on. Obstacles and places count once each."""
    rows = [
        {"by": words(COUNTED[name]), "label": label, "plans": number}
        for name in COUNTED
        for label, number in counted(found, name)
    ]
    rows += [
        {"by": words(YEARS), "label": label, "plans": number}
        for label, number in by_years(found.plans, order.end.year, words)
    ]
    columns = (
        Column("by", words("By")),
        Column("label", words("Answer")),
        Column("plans", words("Plans"), COUNT),
    )
    return Table.of("plans_by", words("Plans by kind, stage and money"), columns, rows)


def counted(found: Inventory, name: str) -> Iterator[tuple[str, int]]:
    """Label -> plans, in the order of the sheet."""
    question = found.form.question(name)
    if question is None:
        return
    several = question.kind.startswith("select_multiple")
    told = Counter(
        code
        for plan in found.plans
        for code in (plan.codes(name) if several else [plan.said(name)])
    )
    for code, label in found.form.choices(question).items():
        yield label, told[code]


def by_years(told: Sequence[Plan], year: int, words: Words) -> Iterator[tuple[str, int]]:
    """Plans that end before the year of the report, run in it, begin after it, or do not say."""
    kinds = Counter(time_of(plan, year) for plan in told)
    yield words("ended before {year}", year=year), kinds["before"]
    yield words("in {year}", year=year), kinds["now"]
    yield words("begin after {year}", year=year), kinds["after"]
    yield words("not told"), kinds[""]


def time_of(plan: Plan, year: int) -> str:
    """Where a plan lies; one without an end goes on."""
    begins, ends = plan.year(question_names.BEGINS), plan.year(question_names.ENDS)
    if ends is not None and ends < year:
        return "before"
    if begins is None:
        return ""
    return "after" if begins > year else "now"


def list_of(found: Inventory, words: Words) -> Table:
    """Every entry, those of the same plan under its number; nothing of who told it."""
    said = Labels(found.form, words)
    rows = [row_of(plan, entry, said) for plan in found.plans for entry in plan.entries]
    columns = (
        Column("number", words("Plan"), COUNT),
        Column("name", words("Name")),
        Column("owner", words("Responsible")),
        Column("kind", words("Kind of plan")),
        Column("stage", words("Stage")),
        Column("begins", words("Begins")),
        Column("ends", words("Ends")),
        Column("where", words("Where")),
        Column("money", words("Money")),
        Column("cost", words("Cost")),
        Column("direct", words("Strengthens directly")),
        Column("indirect", words("Helps indirectly")),
        Column("shocks", words("Shocks")),
        Column("stresses", words("Stresses")),
        Column("benefit", words("What people gain")),
        Column("obstacles", words("In the way")),
        Column("link", words("Link")),
        Column("told", words("Told of (times)"), COUNT),
    )
    return Table.of("plans", words("All plans"), columns, rows)


def names_of(found: Inventory, words: Words) -> Table:
    """Every plan once, with what a page has room for."""
    said = Labels(found.form, words)

    def told(plan: Plan, question: str) -> str:
        return said(question, {question: plan.said(question)})

    rows = [
        {
            "number": plan.number,
            "name": plan.said(question_names.PLAN_NAME),
            "owner": plan.said(question_names.OTHER_OWNER) or told(plan, question_names.OWNER),
            "stage": told(plan, question_names.STAGE),
            "drivers": said(question_names.DIRECT, {question_names.DIRECT: " ".join(plan.direct)}),
        }
        for plan in found.plans
    ]
    columns = (
        Column("number", words("Plan"), COUNT),
        Column("name", words("Name")),
        Column("owner", words("Responsible")),
        Column("stage", words("Stage")),
        Column("drivers", words("Strengthens directly")),
    )
    title = words("Plans that were told of")
    return Table.of("plan_names", title, columns, rows, printed=min(PRINTED, len(rows)))


def row_of(plan: Plan, entry: Mapping[str, str], said: Labels) -> dict[str, object]:
    """A row of the list: what one entry says of a plan."""
    return {
        "number": plan.number,
        "name": entry.get(question_names.PLAN_NAME, ""),
        "owner": entry.get(question_names.OTHER_OWNER, "") or said(question_names.OWNER, entry),
        "kind": said(question_names.KIND, entry),
        "stage": said(question_names.STAGE, entry),
        "begins": entry.get(question_names.BEGINS, "")[:4],
        "ends": entry.get(question_names.ENDS, "")[:4],
        "where": said(question_names.WHERE, entry) or said(question_names.EXTENT, entry),
        "money": said(question_names.FUNDING, entry),
        "cost": said(question_names.COST, entry),
        "direct": said(question_names.DIRECT, entry),
        "indirect": said(question_names.INDIRECT, entry),
        "shocks": said(question_names.SHOCKS, entry),
        "stresses": said(question_names.STRESSES, entry),
        "benefit": said(question_names.BENEFIT, entry),
        "obstacles": said(question_names.OBSTACLES, entry),
        "link": entry.get(question_names.LINK, ""),
        "told": len(plan.entries),
    }


class Labels:
    """What the codes of an entry say in the report's language."""

    def __init__(self, form: Form, words: Words) -> None:
        asked = (
            (name, form.question(name)) for name in (*COUNTED, *ADDRESSED, question_names.OWNER)
        )
        self._labels = {name: form.choices(q) for name, q in asked if q}
        drivers = {c: words(label) for c, label in question_names.DRIVER_NAMES.items()}
        self._labels[question_names.DIRECT] = self._labels[question_names.INDIRECT] = drivers

    def __call__(self, question: str, entry: Mapping[str, str]) -> str:
        """The labels of what was ticked, one after another."""
        labels = self._labels.get(question, {})
        return "; ".join(labels.get(code, code) for code in entry.get(question, "").split())

"""The city's plans: each once, what they address, how many of which kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from reports.verification.counted_answers import CountedAnswers
from reports.verification.expected_cells import ExpectedRow, NotRecomputable
from reports.verification.label_readers import read_choice_labels
from reports.verification.published_tables import PublishedTable
from reports.verification.recount_assets import NOT_ASKED, simplify_name
from reports.verification.recount_basis import (
    DRIVERS,
    RecountBasis,
    RecountedTable,
    list_missing,
)

PLANS, DIRECT, INDIRECT, STAGE = "rencana", "langsung", "tidak_langsung", "tahap"
ACTIVE_STAGES = ("4", "5")
NO_CANDIDATES = NotRecomputable("needs the file of candidates in “inputs”")


@dataclass(frozen=True)
class ToldPlan:
    """All entries of one plan: those of the same name and owner, however spelt."""

    entries: tuple[Mapping[str, str], ...]

    def get_usual(self, question: str) -> str:
        """What was said most often, of equals the first."""
        said = Counter(e[question] for e in self.entries if e.get(question))
        return said.most_common(1)[0][0] if said else ""

    def list_ticked(self, question: str) -> set[str]:
        """Every choice that anybody ticked."""
        return {code for e in self.entries for code in e.get(question, "").split()}


def read_told_plans(form: CountedAnswers) -> list[ToldPlan]:
    """Each plan once, in the order in which they were first told."""
    table = form.read_repeat(PLANS)
    same: dict[tuple[str, str, str], list[Mapping[str, str]]] = {}
    for entry in table.astype(str).to_dict("records"):
        row = {str(key): str(value) for key, value in entry.items()}
        name = simplify_name(row.get("nama", ""))
        if name:
            other = simplify_name(row.get("pemilik_lain", ""))
            same.setdefault((name, row.get("pemilik", ""), other), []).append(row)
    return [ToldPlan(tuple(entries)) for entries in same.values()]


def recount_addressed(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """How many plans address each driver, shock and stress, directly and otherwise."""
    form = basis.reported.find_form(PLANS)
    if form is None:
        return RecountedTable([NOT_ASKED] * len(table.rows))
    plans, targets = read_told_plans(form), basis.name_codes("target")
    labels = {name: read_target_labels(basis, form, what) for name, what in targets.items()}
    rows = [
        expect_target(basis, plans, targets[row["kind"]], labels[row["kind"]][row["label"]])
        for row in table.rows
    ]
    wanted = [(kind, label) for kind, inside in labels.items() for label in inside]
    return RecountedTable(
        rows, list_missing(wanted, [(row["kind"], row["label"]) for row in table.rows])
    )


def read_target_labels(basis: RecountBasis, form: CountedAnswers, what: str) -> dict[str, str]:
    """Label -> code of drivers, shocks or stresses; drivers have short names."""
    path = form.find_question(DIRECT if what == DRIVERS else what)
    labels = read_choice_labels(form, path, basis.language)
    if what != DRIVERS:
        return labels
    names = {code: name for name, code in basis.name_codes("driver").items()}
    return {names.get(code, label): code for label, code in labels.items()}


def expect_target(
    basis: RecountBasis, plans: Collection[ToldPlan], what: str, code: str
) -> ExpectedRow:
    direct = [p for p in plans if code in p.list_ticked(DIRECT if what == DRIVERS else what)]
    rest = [p for p in plans if p not in direct]
    indirect: Any = sum(code in p.list_ticked(INDIRECT) for p in rest)
    if what != DRIVERS:
        given = basis.reported.data.candidates
        indirect = NO_CANDIDATES
        if given is not None:
            through = {driver for driver, of in given.items() if code in of[what]}
            indirect = sum(bool(through & p.list_ticked(DIRECT)) for p in rest)
    return {
        "direct": len(direct),
        "active": sum(p.get_usual(STAGE) in ACTIVE_STAGES for p in direct),
        "indirect": indirect,
        "gap": None if direct else basis.report.names["word:yes"],
    }


def recount_plan_counts(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Plans by kind, stage, money and so on, and by when they run."""
    form = basis.reported.find_form(PLANS)
    if form is None:
        return RecountedTable([NOT_ASKED] * len(table.rows))
    plans, by = read_told_plans(form), basis.name_codes("counted")
    years, year = basis.name_codes("year"), basis.report.facts.end.year
    rows: list[ExpectedRow] = []
    for row in table.rows:
        question = by[row["by"]]
        if question == "years":
            wanted = years[row["label"]]
            rows.append({"plans": sum(classify_years(plan, year) == wanted for plan in plans)})
            continue
        path = form.find_question(question)
        code = read_choice_labels(form, path, basis.language)[row["label"]]
        rows.append({"plans": sum(code in list_said(form, plan, path) for plan in plans)})
    return RecountedTable(rows)


def list_said(form: CountedAnswers, plan: ToldPlan, path: str | None) -> set[str]:
    """What counts of a plan's answers: of several all that were ticked, else the usual one."""
    name = (path or "").rpartition("/")[2]
    if form.get_kind(path or "") == "select_multiple":
        return plan.list_ticked(name)
    return {plan.get_usual(name)}


def classify_years(plan: ToldPlan, year: int) -> str:
    """Whether a plan ended before the year, runs in it or begins after it; '' if not told."""
    begins, ends = (plan.get_usual(name)[:4] for name in ("mulai", "selesai"))
    if ends.isdecimal() and int(ends) < year:
        return "before"
    if not begins.isdecimal():
        return ""
    return "after" if int(begins) > year else "now"


def recount_plan_names(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Every plan under its number."""
    form = basis.reported.find_form(PLANS)
    if form is None:
        return RecountedTable([NOT_ASKED] * len(table.rows))
    plans = read_told_plans(form)
    rows = [
        {"number": number, "name": plan.get_usual("nama")} for number, plan in enumerate(plans, 1)
    ]
    return match_rows(rows, table)


def recount_plan_entries(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """Every entry, under the number of its plan."""
    form = basis.reported.find_form(PLANS)
    if form is None:
        return RecountedTable([NOT_ASKED] * len(table.rows))
    rows = [
        {
            "number": number,
            "name": entry.get("nama"),
            "begins": entry.get("mulai", "")[:4],
            "ends": entry.get("selesai", "")[:4],
            "told": len(plan.entries),
        }
        for number, plan in enumerate(read_told_plans(form), 1)
        for entry in plan.entries
    ]
    return match_rows(rows, table)


def match_rows(rows: list[dict[str, Any]], table: PublishedTable) -> RecountedTable:
    """Rows in their order; what is too many or too few on either side is said."""
    spare = len(table.rows) - len(rows)
    missing = tuple(str(row["name"]) for row in rows[len(table.rows) :])
    return RecountedTable([*rows[: len(table.rows)], *["no such plan"] * max(0, spare)], missing)

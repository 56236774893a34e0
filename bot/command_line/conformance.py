"""How far expressions and forms agree with the cases of others, and what is left.

The cases lie in a folder beside this project: expressions taken from the tests of ODK Web Forms
and of JavaRosa, and what ODK's engine did with public forms, step by step.
"""

from __future__ import annotations

import gzip
import json
import math
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from survey.forms.authoring.faults import QuestionnaireError
from survey.forms.authoring.lint import examine_workbook
from survey.forms.authoring.workbook import read_workbook
from survey.forms.expressions.expression import evaluate_in_document
from survey.forms.runtime.form_replay import FormReplay, PathError

EXPRESSION_CASES = Path("conformance/xpath_cases.jsonl.gz")
FORM_TRACES = Path("conformance/engine_traces.jsonl.gz")
FORM_FOLDER = Path("conformance/forms")
#: How a case's value is asked for.
VALUE_KINDS = {
    "number-rounded": "number",
    "string-match": "string",
    "string-length": "string",
    "nodes": "nodeset",
    "nodes-unordered": "nodeset",
    "error": None,
}
#: The day on which the traces were made, at an hour at which it is the same day in every zone.
OTHER_START = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
#: What expressions look like that are left, by pattern -> why.
KNOWN_REASONS = {
    r"^jr:itext": "a translation's short and guidance forms are other texts",
    r"namespace::": "libxml2 gives namespaces as pairs of names, not as nodes",
    r"e-?\d+": "XPath 1.0 has no numbers with exponents",
}


@dataclass(frozen=True, slots=True)
class ConformanceOutcome:
    """One case: where it is from, how it is tagged, whether we agree, and else what we said."""

    source: str
    tags: tuple[str, ...]
    name: str
    agrees: bool
    found: str = ""

    @property
    def reason(self) -> str:
        """Why it is left, where that is known."""
        found = (why for pattern, why in KNOWN_REASONS.items() if re.search(pattern, self.name))
        return next(found, "") if self.tags else ""


def read_cases(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a compressed file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def run_expression_cases(folder: Path) -> list[ConformanceOutcome]:
    """The outcome of every expression."""
    return [run_expression_case(case) for case in read_cases(folder / EXPRESSION_CASES)]


def run_expression_case(case: dict[str, Any]) -> ConformanceOutcome:
    """The outcome of one expression."""
    kind = VALUE_KINDS.get(case["kind"], case["kind"])
    # JavaRosa's tests count dates in UTC, whatever zone is noted: 10:20:30+03:00 is 0.3059 there.
    zone = "UTC" if case["src"].startswith("javarosa") else case["tz"]
    try:
        found: Any = evaluate_in_document(
            case["expr"], case["xml"], case["ctx"], kind, case["now"], zone, case["lang"]
        )
        agrees = case["kind"] != "error" and is_expected(case, found)
    except Exception as fault:  # any fault is an outcome
        found, agrees = repr(fault), case["kind"] == "error"
    name = f"{case['expr']} = {case['expected']}"
    return ConformanceOutcome(
        case["src"], tuple(case["tags"]), name, agrees, "" if agrees else str(found)
    )


def is_expected(case: dict[str, Any], found: Any) -> bool:
    """Whether a value is what a case expects."""
    expected = case["expected"]
    match case["kind"]:
        case "number" | "number-rounded":
            return is_close(float(expected), float(found), case["factor"])
        case "string-match":
            return re.search(str(expected), found) is not None
        case "string-length":
            return len(found) == int(expected)
        case "nodes-unordered":
            return sorted(found) == sorted(expected)
    return bool(found == expected)


def is_close(expected: float, found: float, factor: str | float | None) -> bool:
    """Whether numbers agree as closely as the case wants."""
    if not math.isfinite(expected):
        return repr(expected) == repr(found)
    close = 1 / float(factor or 1e9)
    return math.isclose(expected, found, rel_tol=1e-12, abs_tol=close)


def run_form_traces(folder: Path, zone: tzinfo = UTC) -> list[ConformanceOutcome]:
    """The outcome of every step of every form, the first state of each being one, too."""
    return [
        outcome
        for trace in read_cases(folder / FORM_TRACES)
        for outcome in run_form_trace(folder, trace, zone)
    ]


def run_form_trace(
    folder: Path, trace: dict[str, Any], zone: tzinfo
) -> Iterator[ConformanceOutcome]:
    """The outcomes of one form; ``zone`` is for a trace that does not say where it was made."""
    name, source = trace["form"], f"{trace['engine']}, {trace['source'][0]}"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = read_workbook(folder / FORM_FOLDER / name)
            questionnaire, faults = examine_workbook(workbook, folder / FORM_FOLDER)
    except QuestionnaireError as error:
        questionnaire, faults = None, error.faults
    if questionnaire is None:
        first = next((fault for fault in faults if not fault.warning), "")
        yield ConformanceOutcome(source, (), name, agrees=False, found=str(first))
        return
    begun = find_start_time(trace["initial"])
    made_in = begun.tzinfo if begun else None
    filling = FormReplay(questionnaire, now=begun or OTHER_START, zone=made_in or zone)
    found: Any = drop_random_values(filling.begin()["changed"])
    agrees = found == drop_random_values(trace["initial"])
    yield ConformanceOutcome(source, (), f"{name} at first", agrees, "" if agrees else str(found))
    for step in trace["steps"]:
        found = compare_step(filling, step)
        yield ConformanceOutcome(
            source, (), f"{name} {step['ref']} = {step['value']}", not found, found
        )


def compare_step(filling: FormReplay, step: dict[str, Any]) -> str:
    """What is other than in the trace after one answer; ``''`` if nothing is."""
    try:
        key = filling.find_key(step["ref"])
        required = filling.form.is_required(key)
        labels = filling.list_offered_labels(key)
        found = filling.answer(step["ref"], step["value"])
    except PathError as error:
        return str(error)
    pairs = {
        "required": (required, step["required"]),
        "choices": (found["choices"], step.get("choices", [])),
        "labels": (labels, [label.strip() for label in step.get("labels", [])]),
        "valid": (found["valid"], step["valid"]),
        "changed": (drop_random_values(found["changed"]), drop_random_values(step["changed"])),
    }
    return "; ".join(f"{name}: {ours}" for name, (ours, theirs) in pairs.items() if ours != theirs)


def drop_random_values(values: dict[str, str | None]) -> dict[str, str | None]:
    """Values without those that chance makes."""
    return {path: value for path, value in values.items() if not path.endswith("/instanceID[1]")}


def find_start_time(initial: dict[str, str]) -> datetime | None:
    """When a trace was made, in its own time zone; None if it does not say."""
    moments = (v for v in initial.values() if re.match(r"\d{4}-\d\d-\d\dT", v))
    found = next(moments, None)
    return datetime.fromisoformat(found) if found else None


def print_conformance(folder: Path, console: Console, zone: tzinfo) -> bool:
    """Print pass rates by source and what is left; whether all that should agree does."""
    outcomes = [*run_expression_cases(folder), *run_form_traces(folder, zone)]
    table = Table("source", "tags", "cases", "agree", "%", title="Conformance")
    groups: dict[tuple[str, str], list[ConformanceOutcome]] = {}
    for outcome in outcomes:
        groups.setdefault((outcome.source, ", ".join(outcome.tags)), []).append(outcome)
    for (source, tags), found in sorted(groups.items()):
        agree = sum(outcome.agrees for outcome in found)
        table.add_row(source, tags, str(len(found)), str(agree), f"{agree / len(found):.1%}")
    console.print(table)
    left = [outcome for outcome in outcomes if not outcome.agrees]
    for outcome in left:
        console.print(f"{outcome.name} → {outcome.found}", markup=False, highlight=False)
        console.print(f"    {outcome.reason or 'not explained'}", markup=False, highlight=False)
    return all(outcome.reason for outcome in left)

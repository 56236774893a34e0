"""Questions that wait for each other, found in the sheet where there is no form to look into."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from survey.forms.authoring.checks.form_outline import REFERENCE_PATTERN, FormOutline, SurveyEntry


def find_cycle(outline: FormOutline) -> list[str]:
    """The paths of one circle, the first of them also at its end; empty if there is none."""
    waits = {e.path: set(list_awaited_paths(outline, e)) - {e.path} for e in outline.questions}
    try:
        TopologicalSorter(waits).prepare()
    except CycleError as fault:
        return list(fault.args[1])
    return []


def list_awaited_paths(outline: FormOutline, entry: SurveyEntry) -> Iterator[str]:
    """What a question waits for: what its formulas name, and whether its group is shown."""
    for column in ("calculation", "relevant"):
        for name in REFERENCE_PATTERN.findall(entry.row.get(column)):
            if name in outline.by_name:
                yield outline.by_name[name].path
    if entry.parent in outline.by_path:
        yield entry.parent

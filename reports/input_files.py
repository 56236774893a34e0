"""The files that the settings name for reports: what is wrong with them, for the operator.

A report is made without a file that cannot be used, and says so in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from reports.charts.boundaries import read_boundaries
from reports.discovery.candidate_file import read_candidates
from reports.opinions.themes import ThemeMatcher
from reports.reading.resident_weights import read_population
from reports.request import ReportRequest
from reports.statistics.margins import WeightingError
from reports.toml_files import InvalidInputError


def find_file_faults(order: ReportRequest) -> Iterator[str]:
    """Each file that cannot be used: its setting, what is wrong and how to mend it."""
    named: tuple[tuple[str, str, Callable[[Path], object]], ...] = (
        ("reports.population", order.population, read_population),
        ("reports.districts", order.boundaries, read_boundaries),
        ("questionnaires.candidates", order.candidates, read_candidates),
        ("questionnaires.themes", order.themes, lambda file: ThemeMatcher.read(str(file))),
    )
    for setting, path, read in named:
        if path and (why := explain_input_fault(Path(path), read)):
            yield f"{setting}: {path}: {why}"


def explain_input_fault(file: Path, read: Callable[[Path], object]) -> str:
    """Why a file cannot be used and how to mend that; else empty."""
    if not file.exists():
        return "there is no such file. Correct its name in the settings."
    try:
        read(file)
    except WeightingError as found:
        return " ".join(each.text.format(**each.values) for each in found.faults)
    except InvalidInputError as found:
        return " ".join(found.faults)
    except (OSError, ValueError) as found:
        return str(found)
    return ""

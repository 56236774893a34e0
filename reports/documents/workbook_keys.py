"""What a program has to know to read the workbook: a hidden sheet beside those for people.

Sheets, headings and labels are in the reader's language. The sheet ``keys`` says of each sheet
which table it is, of each column what stands in it, and what names mean that no codebook has. It is
read by ``suara verify`` and by whoever reads a report with a program.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from reports import question_names
from reports.chapters.elements import ReportTable
from reports.chapters.fieldwork.respondents import (
    NO_LINK,
    NOT_BROKEN_DOWN,
    OTHER_LINKS,
    TRAIT_TITLES,
)
from reports.chapters.perception.readiness import READINESS_TITLES
from reports.chapters.plans.tables import COUNTED_QUESTIONS, YEARS_TITLE
from reports.chapters.scenarios.scenario_ratings import SCENARIO_SCALES
from reports.chapters.shocks.worries import WORRY_KINDS
from reports.chapters.workshop.ballot_figures import MODE_NAMES, OUTCOME_NAMES
from reports.localizer import Localizer
from reports.measures.asset_states import ASPECT_NAMES
from reports.measures.plan_coverage import TARGET_KINDS
from reports.measures.ratings import RATED_GROUPS
from reports.measures.wave_names import name_waves
from reports.reading.held_workshops import HeldWorkshop
from reports.report_content import ReportContent

KEYS_SHEET = "keys"
KEY_COLUMNS = ("what", "language", "sheet", "place", "key", "text")
#: Names of codes by what they are names of; each is translated for the reader.
NAMED_CODES: Mapping[str, Mapping[str, str]] = {
    "driver": question_names.DRIVER_NAMES,
    "role": question_names.ROLES,
    "sector": question_names.SECTORS,
    "category": question_names.CATEGORIES,
    "trait": TRAIT_TITLES,
    "worry": WORRY_KINDS,
    "rated": RATED_GROUPS,
    "aspect": ASPECT_NAMES,
    "scale": SCENARIO_SCALES,
    "target": TARGET_KINDS,
    "readiness": READINESS_TITLES,
    "counted": {**COUNTED_QUESTIONS, "years": YEARS_TITLE},
    "mode": {str(mode): name for mode, name in MODE_NAMES.items()},
    "outcome": {str(outcome): name for outcome, name in OUTCOME_NAMES.items()},
    "link": {"": NO_LINK, "other": OTHER_LINKS},
    "row": {"waiting": NOT_BROKEN_DOWN},
}
KeyRow = tuple[str, str, str, int | None, str, str]


@dataclass
class WorkbookKeys:
    """Gathers the rows of the sheet while the others are written."""

    rows: list[KeyRow] = field(default_factory=list)

    def add_report(self, content: ReportContent) -> None:
        """What was ordered, and what names mean in its language."""
        order, language = content.request, content.words.language
        about = {
            "kind": str(order.kind),
            "scope": order.scope,
            "start": order.start.isoformat(),
            "end": order.end.isoformat(),
            "timezone": order.timezone,
            "minimum_cell": str(order.minimum_cell),
        }
        self.rows += [("report", language, "", None, key, text) for key, text in about.items()]
        self.rows += [("name", language, "", None, key, text) for key, text in list_names(content)]

    def add_table(self, table: ReportTable, sheet: str, language: str) -> None:
        """Which table a sheet has, and which columns."""
        self.rows.append(("table", language, sheet, None, table.key, table.title))
        self.rows += [
            ("column", language, sheet, place, column.key, column.kind)
            for place, column in enumerate(table.columns)
        ]


def list_names(content: ReportContent) -> Iterator[tuple[str, str]]:
    """*driver:kesehatan* and the like -> what the report calls it."""
    words = content.words
    for what, names in NAMED_CODES.items():
        for code, name in names.items():
            yield f"{what}:{code}", words(name)
    for wave, name in name_waves(content.frames, words).items():
        yield f"wave:{wave}", name
    for code in sorted({code for wave in content.frames.waves for code in wave.languages}):
        yield f"language:{code}", words.name_language(code)
    for form in content.frames.forms:
        yield f"form:{form.questionnaire.id}", form.questionnaire.get_title(words.language)
    for held in content.frames.workshops:
        yield from list_workshop_names(held, words)
    for code, name in question_names.CATEGORIES.items():
        yield f"all:{code}", words("All: {category}", category=words(name))
    yield "word:yes", words("yes")
    yield "word:no", words("no")
    minimum = content.request.minimum_cell
    yield "stop:elsewhere", words("elsewhere, fewer than {minimum} each", minimum=minimum)
    yield "missing:category", words("Category")
    yield "missing:asset", words("Asset")
    year = content.request.end.year
    yield "year:before", words("ended before {year}", year=year)
    yield "year:now", words("in {year}", year=year)
    yield "year:after", words("begin after {year}", year=year)
    yield "year:", words("not told")


def list_workshop_names(held: HeldWorkshop, words: Localizer) -> Iterator[tuple[str, str]]:
    """A workshop, its rule (share within one point, IQR or -, least), what its ballots judge."""
    plan, rule = held.plan, held.plan.workshop.rule
    yield f"workshop:{plan.id}", plan.title(words.language)
    iqr = "-" if rule.iqr is None else rule.iqr
    yield f"rule:{plan.id}", f"{rule.within_one} {iqr} {rule.least}"
    for result in held.results:
        ballot = result.ballot
        yield f"asset:{plan.id}:{ballot.asset}", plan.asset(ballot, words.language)
        yield f"shock:{plan.id}:{ballot.shock}", plan.shock(ballot, words.language)

"""Whom the residents who answered stand for: their make-up beside the population's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from reports import question_names
from reports.chapters.elements import (
    COUNT,
    SCORE,
    SHARE,
    Chapter,
    Picture,
    ReportTable,
    TableColumn,
)
from reports.chapters.fieldwork.respondents import TRAIT_TITLES
from reports.charts import bar_charts
from reports.charts.bar_charts import Bar
from reports.localizer import Localizer, gettext_noop
from reports.reading.form_answers import FormAnswers
from reports.reading.frames import Frames
from reports.reading.resident_weights import (
    WEIGHTED_ROLE,
    build_margin_variables,
    explain_missing_weights,
    read_population,
)
from reports.request import ReportRequest
from reports.statistics.margins import Margin, MarginFault, WeightingError
from reports.statistics.row_suppression import compute_share, suppress_margin
from reports.statistics.weighting import find_unlisted_categories
from survey.catalogue import list_languages

NO_FILE = gettext_noop("There is nothing to compare: no population file is set up.")
TOO_FEW = gettext_noop(
    "There is nothing to compare: too few residents have said what the population file names."
)
#: Category -> how many people are of it.
CategoryTally = Mapping[tuple[str, ...], int]
#: A group is told of if its share is under this part of the population's.
FEW_RATIO = 0.8
#: So many of these are named.
NAMED_GROUPS = 3


@dataclass(frozen=True)
class CoverageGroup:
    """People of one category: ``people`` of ``n`` who answered, ``population`` a share of 0-1.

    ``people`` is None where there are too few to be told.
    """

    trait: str
    label: str
    people: int | None
    n: int
    population: float

    @property
    def share(self) -> float | None:
        return None if self.people is None else compute_share(self.people, self.n)

    @property
    def ratio(self) -> float | None:
        """1 where as many answered as live there, 2 where twice as many did."""
        found = self.share
        return None if found is None or not self.population else found / self.population


def build_coverage_chapter(frames: Frames, order: ReportRequest, words: Localizer) -> Chapter:
    """Every margin of the population file, those least covered first in the findings."""
    title = words("Coverage of the population")
    form = frames.find_form(question_names.DRIVERS)
    try:
        margins = read_population(Path(order.population)) if order.population else ()
    except WeightingError as refused:
        return Chapter("coverage", title, (explain_missing_weights(refused.faults, order, words),))
    if not margins:
        return Chapter("coverage", title, (words(NO_FILE),))
    residents = form and form.select_role(WEIGHTED_ROLE)
    found = list(tally_margins(residents, margins, order)) if residents else []
    groups = list(build_coverage_groups(residents, found, order, words)) if residents else []
    faults = [
        fault for margin, _ in found if residents for fault in find_lacking(residents, margin)
    ]
    why = (explain_missing_weights(faults, order, words),) if faults else ()
    if not groups:
        return Chapter("coverage", title, why or (words(TOO_FEW),))
    return Chapter(
        key="coverage",
        title=title,
        findings=(*list_findings(groups, words), *why),
        pictures=tuple(draw_pictures(groups, words)),
        tables=(build_population_table(groups, words),),
        notes=(
            words(
                "Residents with complete and partial interviews, of those who said what they are. "
                "Ratio 1: as many among who answered as in the population; 0.5: half as many. "
                "Coverage says nothing of how alike who answered and who did not are."
            ),
            words("Population: {file}.", file=Path(order.population).name),
        ),
    )


def tally_margins(
    residents: FormAnswers, margins: Sequence[Margin], order: ReportRequest
) -> Iterator[tuple[Margin, CategoryTally]]:
    """Each margin of one variable that enough people answered, with the people of each category."""
    for margin in (m for m in margins if len(m.variables) == 1):
        known = build_margin_variables(residents, [margin])
        for name in known:
            counts = known[name].value_counts()
            if counts.sum() + residents.count_waiting(str(name)) >= order.minimum_cell:
                yield margin, {(str(c),): int(people) for c, people in counts.items() if people}


def find_lacking(residents: FormAnswers, margin: Margin) -> list[MarginFault]:
    """The categories that people are of, broken down or not, and that the file does not have."""
    known = build_margin_variables(residents, [margin], full=True)
    tally = {(str(category),): 1 for name in known for category in known[name].dropna().unique()}
    return list(find_unlisted_categories(margin, tally))


def build_coverage_groups(
    residents: FormAnswers,
    found: Sequence[tuple[Margin, CategoryTally]],
    order: ReportRequest,
    words: Localizer,
) -> Iterator[CoverageGroup]:
    """The categories of each margin, in the order of the file.

    Where the file lacks one that people are of, shares would be of the others alone, and give away
    how many these people are.
    """
    for margin, tally in found:
        (name,) = margin.variables
        if find_lacking(residents, margin):
            continue
        labels, waiting = name_categories(residents, name, words), residents.count_waiting(name)
        n = sum(tally.values()) + waiting
        # In the order of the sheet, so that what is hidden is the same as where it stands alone.
        codes = list(dict.fromkeys([*labels, *(code for (code,) in margin.shares)]))
        counts = [tally.get((code,), 0) for code in codes]
        masks = dict(zip(codes, suppress_margin(counts, waiting, order.minimum_cell), strict=True))
        for (code,), part in margin.shares.items():
            people = None if masks[code] else tally.get((code,), 0)
            yield CoverageGroup(
                title_variable(residents, name, words), labels.get(code, code), people, n, part
            )


def name_categories(form: FormAnswers, name: str, words: Localizer) -> dict[str, str]:
    """Category -> what it is called."""
    if question := form.find_question(name):
        return form.get_choice_labels(question)
    return {code: words.name_language(code) for code in list_languages()}


def title_variable(form: FormAnswers, name: str, words: Localizer) -> str:
    question = form.find_question(name)
    return words(TRAIT_TITLES.get(name, "")) or (
        form.get_question_label(question) if question else name
    )


def list_findings(groups: Sequence[CoverageGroup], words: Localizer) -> Iterator[str]:
    # Nobody at all is the least of all: a ratio of 0, and not one that is not known. Of several
    # such groups the largest in the population is missed most.
    few = sorted(
        (g for g in groups if g.ratio is not None and g.ratio < FEW_RATIO),
        key=lambda g: (g.ratio, -g.population),
    )
    for group in few[:NAMED_GROUPS]:
        yield words(
            "Under-represented: {group}, with {share} of the {n} who told, and {population} of the "
            "population.",
            group=f"{group.label} ({group.trait.lower()})",
            n=words.format_count(group.n),
            share=words.format_share(group.share or 0),
            population=words.format_share(group.population),
        )
    if (rest := len(few) - NAMED_GROUPS) > 0:
        yield words.translate_plural(
            "{number} more group is under-represented.",
            "{number} more groups are under-represented.",
            rest,
        )
    if not few:
        yield words("No group that can be shown is far fewer than in the population.")
    if unseen := sum(g.people is None for g in groups):
        yield words.translate_plural(
            "{number} group is too small to be shown.",
            "{number} groups are too small to be shown.",
            unseen,
        )


def draw_pictures(groups: Sequence[CoverageGroup], words: Localizer) -> Iterator[Picture]:
    for what in dict.fromkeys(group.trait for group in groups):
        inside = [group for group in groups if group.trait == what]
        rows = [Bar(g.label, None if g.share is None else (g.share, g.population)) for g in inside]
        n = words.format_count(inside[0].n)
        yield Picture(
            words("{what}: who answered (n = {n}) beside the population", what=what, n=n),
            words("Two dots on a line for each of {number} groups.", number=len(inside)),
            partial(
                bar_charts.draw_dot_pairs,
                rows,
                (words("who answered"), words("population")),
                words.format_share,
            ),
        )


def build_population_table(groups: Sequence[CoverageGroup], words: Localizer) -> ReportTable:
    rows = [
        {
            "what": g.trait,
            "label": g.label,
            "people": g.people,
            "share": g.share,
            "population": g.population,
            "ratio": g.ratio,
        }
        for g in groups
    ]
    columns = (
        TableColumn("what", words("What")),
        TableColumn("label", words("Group")),
        TableColumn("people", words("People"), COUNT),
        TableColumn("share", words("Share"), SHARE),
        TableColumn("population", words("Population"), SHARE),
        TableColumn("ratio", words("Ratio"), SCORE),
    )
    return ReportTable.from_rows(
        "coverage",
        words("Who answered beside the population"),
        columns,
        rows,
        printed_rows=len(rows),
    )

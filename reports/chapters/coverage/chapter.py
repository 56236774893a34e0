"""Whom the residents who answered stand for: their make-up beside the population's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from reports import question_names
from reports.chapters.elements import COUNT, SCORE, SHARE, Chapter, Column, Picture, Table
from reports.chapters.fieldwork.respondents import TITLES
from reports.charts import bar_charts
from reports.charts.bar_charts import Bar
from reports.localizer import Words, later
from reports.question_names import LANGUAGES
from reports.reading.form_answers import Form
from reports.reading.frames import Frames
from reports.reading.resident_weights import WEIGHTED, population, reasons, variables
from reports.request import Order
from reports.statistics.margins import Margin, WeightingError
from reports.statistics.row_suppression import hidden, share
from reports.statistics.weighting import unlisted

NO_FILE = later("There is nothing to compare: no population file is set up.")
TOO_FEW = later(
    "There is nothing to compare: too few residents have said what the population file names."
)
#: Category -> how many people are of it.
Tally = Mapping[tuple[str, ...], int]
#: A group is told of if its share is under this part of the population's.
FEW = 0.8


@dataclass(frozen=True)
class Group:
    """People of one category: ``people`` of ``n`` who answered, ``population`` a share of 0-1.

    ``people`` is None where there are too few to be told.
    """

    what: str
    label: str
    people: int | None
    n: int
    population: float

    @property
    def share(self) -> float | None:
        return None if self.people is None else share(self.people, self.n)

    @property
    def ratio(self) -> float | None:
        """1 where as many answered as live there, 2 where twice as many did."""
        found = self.share
        return None if found is None or not self.population else found / self.population


def chapter(frames: Frames, order: Order, words: Words) -> Chapter:
    """Every margin of the population file, those least covered first in the findings."""
    title = words("Coverage of the population")
    form = frames.form_with(question_names.DRIVERS)
    try:
        margins = population(Path(order.population)) if order.population else ()
    except WeightingError as refused:
        return Chapter("coverage", title, (reasons(refused.faults, order, words),))
    if not margins:
        return Chapter("coverage", title, (words(NO_FILE),))
    residents = form and form.of(WEIGHTED)
    found = list(tallied(residents, margins, order)) if residents else []
    groups = list(read(residents, found, order, words)) if residents else []
    faults = [fault for margin, tally in found for fault in unlisted(margin, tally)]
    why = (reasons(faults, order, words),) if faults else ()
    if not groups:
        return Chapter("coverage", title, why or (words(TOO_FEW),))
    return Chapter(
        key="coverage",
        title=title,
        findings=(*findings(groups, words), *why),
        pictures=tuple(pictures(groups, words)),
        tables=(table(groups, words),),
        notes=(
            words(
                "Residents with complete and partial interviews, of those who said what they are. "
                "Ratio 1: as many among who answered as in the population; 0.5: half as many. "
                "Coverage says nothing of how alike who answered and who did not are."
            ),
            words("Population: {file}.", file=Path(order.population).name),
        ),
    )


def tallied(
    residents: Form, margins: Sequence[Margin], order: Order
) -> Iterator[tuple[Margin, Tally]]:
    """Each margin of one variable that enough people answered, with the people of each category."""
    for margin in (m for m in margins if len(m.variables) == 1):
        known = variables(residents, [margin])
        for name in known:
            counts = known[name].value_counts()
            if counts.sum() >= order.minimum_cell:
                yield margin, {(str(c),): int(people) for c, people in counts.items() if people}


def read(
    residents: Form, found: Sequence[tuple[Margin, Tally]], order: Order, words: Words
) -> Iterator[Group]:
    """The categories of each margin, in the order of the file.

    Where the file lacks one that people are of, shares would be of the others alone, and give away
    how many these people are.
    """
    for margin, tally in found:
        (name,) = margin.variables
        if any(unlisted(margin, tally)):
            continue
        labels, n = named(residents, name, words), sum(tally.values())
        # In the order of the sheet, so that what is hidden is the same as where it stands alone.
        codes = list(dict.fromkeys([*labels, *(code for (code,) in margin.shares)]))
        counts = [tally.get((code,), 0) for code in codes]
        masks = dict(zip(codes, hidden(counts, order.minimum_cell), strict=True))
        for (code,), part in margin.shares.items():
            people = None if masks[code] else tally.get((code,), 0)
            yield Group(title_of(residents, name, words), labels.get(code, code), people, n, part)


def named(form: Form, name: str, words: Words) -> dict[str, str]:
    """Category -> what it is called."""
    if question := form.question(name):
        return form.choices(question)
    return {code: words(label) for code, label in LANGUAGES.items()}


def title_of(form: Form, name: str, words: Words) -> str:
    question = form.question(name)
    return words(TITLES.get(name, "")) or (form.label(question) if question else name)


def findings(groups: Sequence[Group], words: Words) -> Iterator[str]:
    few = sorted((g for g in groups if (g.ratio or 1) < FEW), key=lambda g: g.ratio or 0)
    for group in few[:3]:
        yield words(
            "Under-represented: {group}, with {share} of the {n} who told, and {population} of the "
            "population.",
            group=f"{group.label} ({group.what.lower()})",
            n=words.count(group.n),
            share=words.percent(group.share or 0),
            population=words.percent(group.population),
        )
    if not few:
        yield words("No group that can be shown is far fewer than in the population.")
    if unseen := sum(g.people is None for g in groups):
        yield words.many(
            "{number} group is too small to be shown.",
            "{number} groups are too small to be shown.",
            unseen,
        )


def pictures(groups: Sequence[Group], words: Words) -> Iterator[Picture]:
    for what in dict.fromkeys(group.what for group in groups):
        inside = [group for group in groups if group.what == what]
        rows = [Bar(g.label, None if g.share is None else (g.share, g.population)) for g in inside]
        n = words.count(inside[0].n)
        yield Picture(
            words("{what}: who answered (n = {n}) beside the population", what=what, n=n),
            words("Two dots on a line for each of {number} groups.", number=len(inside)),
            partial(
                bar_charts.compared,
                rows,
                (words("who answered"), words("population")),
                words.percent,
            ),
        )


def table(groups: Sequence[Group], words: Words) -> Table:
    rows = [
        {
            "what": g.what,
            "label": g.label,
            "people": g.people,
            "share": g.share,
            "population": g.population,
            "ratio": g.ratio,
        }
        for g in groups
    ]
    columns = (
        Column("what", words("What")),
        Column("label", words("Group")),
        Column("people", words("People"), COUNT),
        Column("share", words("Share"), SHARE),
        Column("population", words("Population"), SHARE),
        Column("ratio", words("Ratio"), SCORE),
    )
    return Table.of(
        "coverage", words("Who answered beside the population"), columns, rows, printed=len(rows)
    )

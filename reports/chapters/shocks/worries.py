"""What residents named among their three, and what they lived through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from reports import question_names
from reports.chapters.elements import COUNT, SHARE, Picture, ReportTable, TableColumn
from reports.charts import dot_plots
from reports.charts.dot_plots import Dot, DotLegend, DotRow
from reports.localizer import Localizer, gettext_noop
from reports.measures.paired_answers import (
    PeopleMask,
    SayingPeople,
    compare_saying,
    mask_answers,
    mask_people,
)
from reports.reading.form_answers import FormAnswers
from reports.reading.weighted_tally import NO_WEIGHTED_SHARE, WeightedShare, build_weighted_tally
from reports.request import ReportRequest
from reports.statistics.leaders import Leaders, find_leaders
from reports.statistics.ranges import NAN, Range, compute_share_range
from reports.statistics.row_suppression import compute_share
from survey.forms.model.questionnaire import Question
from survey.rounding import round_percent

WORRY_KINDS = {
    question_names.SHOCKS: gettext_noop("Shocks"),
    question_names.STRESSES: gettext_noop("Stresses"),
}


@dataclass(frozen=True)
class Worry:
    """How many of ``n`` named something among their three, and how many of ``of`` lived it.

    ``lived`` is None where that was not asked.
    """

    code: str
    label: str
    named: int
    n: int
    lived: int | None
    lived_n: int
    weighted: WeightedShare = NO_WEIGHTED_SHARE

    @property
    def share(self) -> float:
        return compute_share(self.named, self.n)

    @property
    def lived_share(self) -> float:
        """Of those who said what they lived through, who lived through it; NaN if not asked."""
        return compute_share(self.lived or 0, self.lived_n)

    @property
    def range(self) -> Range:
        return compute_share_range(self.named, self.n)


def read_worries(form: FormAnswers, name: str) -> list[Worry]:
    """The choices of a top-three question, most named first."""
    question = form.find_question(name)
    if question is None:
        return []
    n, tally, lived, of = form.count_answered(question), form.count_choices(question), {}, 0
    if name == question_names.SHOCKS and (
        through := form.find_question(question_names.LIVED_THROUGH)
    ):
        lived = form.count_choices(through)
        of = form.count_answered(through) - lived.get(question_names.NOT_SAID, 0)
    labels, weighted = form.get_choice_labels(question), build_weighted_tally(form, question)
    found = [
        Worry(c, labels[c], count, n, lived.get(c), of, weighted.get_share([c]))
        for c, count in tally.items()
    ]
    return sorted(found, key=lambda worry: -worry.named)


def mask_ticked(form: FormAnswers, question: Question, code: str) -> PeopleMask:
    """For everybody, whether they gave that choice."""
    return mask_answers(form, question, (code,))


def mask_answered(form: FormAnswers, question: Question) -> PeopleMask:
    """For everybody, whether they answered it."""
    return mask_people(form, form.get_answers(question).person)


def find_leading_worries(
    form: FormAnswers, name: str, worries: Sequence[Worry]
) -> Leaders[Worry] | None:
    """The shocks (or stresses) that most people named."""
    return find_leaders(
        worries, lambda w: round_percent(w.share), partial(compare_worries, form, name)
    )


def find_most_lived(
    form: FormAnswers, worries: Sequence[Worry], order: ReportRequest
) -> Leaders[Worry] | None:
    """The shocks that most people lived through, if enough people said what they lived through."""
    asked = [w for w in worries if w.lived is not None and w.lived_n >= order.minimum_cell]
    chance = partial(compare_worries, form, question_names.LIVED_THROUGH)
    return find_leaders(asked, lambda w: round_percent(w.lived_share), chance)


def compare_worries(form: FormAnswers, name: str, first: Worry, second: Worry) -> float:
    """Two-sided p that the same people ticked one thing as often as another."""
    question = form.find_question(name)
    if question is None:
        return NAN
    asked = mask_answered(form, question)
    one, other = (mask_ticked(form, question, worry.code) for worry in (first, second))
    return compare_saying(SayingPeople(one, asked), SayingPeople(other, asked))


def format_worry(worry: Worry, words: Localizer) -> str:
    """*Flood (34%)*."""
    return f"{worry.label} ({words.format_share(worry.share)})"


def draw_worry_pictures(
    shown: Mapping[str, Sequence[Worry]], order: ReportRequest, words: Localizer
) -> Iterator[Picture]:
    """Both rankings with their ranges; shocks beside what was lived through."""
    captions = {
        question_names.SHOCKS: words(
            "Sudden events that worry residents most, and what they lived through"
        ),
        question_names.STRESSES: words("Everyday problems that weigh most on residents"),
    }
    for name, worries in shown.items():
        if not worries:
            continue
        names = [words("among their three (n = {n})", n=words.format_count(worries[0].n))]
        if worries[0].lived is not None and worries[0].lived_n >= order.minimum_cell:
            of = words.format_count(worries[0].lived_n)
            names.append(words("lived through in 12 months (n = {n})", n=of))
        rows = [DotRow(w.label, [*build_worry_dots(w, order)]) for w in worries]
        caption = captions[name]
        if len(names) == 1:
            caption = words("{title} (n = {n})", title=caption, n=words.format_count(worries[0].n))
        yield Picture(
            caption,
            words("Ranking with ranges for {number} rows.", number=len(rows)),
            partial(
                dot_plots.draw_dot_plot,
                [("", rows)],
                names,
                DotLegend("", "", words("range"), words("hidden: too few")),
                "",
                words.format_share,
            ),
        )


def build_worry_dots(worry: Worry, order: ReportRequest) -> Iterator[Dot]:
    """Named, and lived through where enough people said that."""
    yield Dot(worry.share, worry.range)
    if worry.lived is not None and worry.lived_n >= order.minimum_cell:
        yield Dot(worry.lived_share, compute_share_range(worry.lived, worry.lived_n))


def build_worry_table(
    worries: Mapping[str, Sequence[Worry]], order: ReportRequest, words: Localizer
) -> Iterator[ReportTable]:
    rows = [
        {"kind": words(WORRY_KINDS[name]), "label": w.label} | tabulate_worry(w, order)
        for name, found in worries.items()
        for w in found
    ]
    columns = (
        TableColumn("kind", words("Kind")),
        TableColumn("label", words("Shock or stress")),
        TableColumn("share", words("Among their three"), SHARE),
        TableColumn("low", words("Range, from"), SHARE),
        TableColumn("high", words("to"), SHARE),
        TableColumn("named", words("Named"), COUNT),
        TableColumn("n", words("Answered (n)"), COUNT),
        *list_worry_weight_columns(worries, words),
        TableColumn("lived_share", words("Lived through"), SHARE),
        TableColumn("lived", words("Lived through (people)"), COUNT),
        TableColumn("of", words("Answered on that (n)"), COUNT),
    )
    if rows:
        title = words("Shocks and stresses named")
        yield ReportTable.from_rows(
            "named", title, columns, rows, plotted=("share",), against="label"
        )


def list_worry_weight_columns(
    worries: Mapping[str, Sequence[Worry]], words: Localizer
) -> tuple[TableColumn, ...]:
    """Only where something is weighted."""
    if not any(w.weighted.effective_n > 0 for found in worries.values() for w in found):
        return ()
    return (
        TableColumn("weighted", words("Weighted"), SHARE),
        TableColumn("effective_n", words("Effective n"), COUNT),
    )


def tabulate_worry(worry: Worry, order: ReportRequest) -> dict[str, float]:
    """What may be shown of one shock or stress."""
    found: dict[str, float] = {}
    if worry.n >= order.minimum_cell:
        around, weighted = worry.range, worry.weighted
        found |= {"named": worry.named, "n": worry.n, "share": worry.share}
        found |= {"low": around.low, "high": around.high}
        found |= {"weighted": weighted.share, "effective_n": weighted.effective_n}
    if worry.lived is not None and worry.lived_n >= order.minimum_cell:
        found |= {"lived": worry.lived, "of": worry.lived_n, "lived_share": worry.lived_share}
    return found

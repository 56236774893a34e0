"""Felt against lived through: whether those whom a shock has hit name it more often."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from reports import question_names
from reports.chapters.elements import Picture
from reports.chapters.leader_texts import limit_names
from reports.chapters.shocks.worries import Worry, mask_answered, mask_ticked
from reports.charts import dot_plots
from reports.charts.dot_plots import Dot, DotLegend, DotRow
from reports.localizer import Localizer
from reports.reading.form_answers import FormAnswers
from reports.request import ReportRequest
from reports.statistics.leaders import MOST_NAMED
from reports.statistics.ranges import compute_share_range
from reports.statistics.share_contrasts import Contrast, correct_contrasts, select_significant


def compare_lived_through(
    form: FormAnswers, worries: Sequence[Worry], order: ReportRequest, words: Localizer
) -> list[Contrast]:
    """Who named a shock among those who did not live through it, and among those who did.

    Who would rather not say is in neither. Nothing where one of the groups, or who is in neither
    and could be worked out from the totals, is of too few people. How many of enough people named
    it is told, however few: it is an answer, and not who they are.
    """
    named, lived = (
        form.find_question(question_names.SHOCKS),
        form.find_question(question_names.LIVED_THROUGH),
    )
    if named is None or lived is None or not worries:
        return []
    asked, answered = mask_answered(form, named), mask_answered(form, lived)
    if question_names.NOT_SAID in form.get_choice_labels(lived):
        answered &= ~mask_ticked(form, lived, question_names.NOT_SAID)
    groups = words("who did not live through it"), words("who lived through it")
    found = []
    for worry in (w for w in worries if w.lived is not None):
        through, naming = mask_ticked(form, lived, worry.code), mask_ticked(form, named, worry.code)
        masks = asked & answered & ~through, asked & answered & through
        pairs = [(int((mask & naming).sum()), int(mask.sum())) for mask in masks]
        sizes = [n for _, n in pairs]
        if min(sizes) >= order.minimum_cell and not 0 < worry.n - sum(sizes) < order.minimum_cell:
            (one, other), (first, second) = groups, pairs
            found.append(Contrast(worry.code, worry.label, "", one, other, first, second))
    return correct_contrasts(found)


def list_lived_findings(
    contrasts: Sequence[Contrast], asked: int, words: Localizer
) -> Iterator[str]:
    """Which differences stand; of how many shocks, and how many of all could be compared."""
    if not contrasts:
        return
    stand = select_significant(contrasts)
    compared = words.translate_plural(
        "{number} of {asked} shocks could be compared without giving few people away.",
        "{number} of {asked} shocks could be compared without giving few people away.",
        len(contrasts),
        asked=words.format_count(asked),
    )
    if not stand:
        yield words(
            "Felt and lived through: no shock that could be compared is clearly named more or less "
            "often by those who lived through it. {compared}",
            compared=compared,
        )
        return
    yield words(
        "Felt and lived through: those who lived through it name it {list} (against those who did "
        "not). {compared}",
        list=limit_names(
            [
                f"{c.what} {words.format_share(c.shares[1])} ({words.format_share(c.shares[0])})"
                for c in stand
            ],
            MOST_NAMED,
            words,
        ),
        compared=compared,
    )


def draw_lived_picture(contrasts: Sequence[Contrast], words: Localizer) -> Iterator[Picture]:
    if not contrasts:
        return
    rows = [
        DotRow(
            c.what,
            [
                Dot(
                    pair[0] / pair[1],
                    compute_share_range(*pair),
                    c.is_significant,
                    words.format_count(pair[1]),
                )
                for pair in (c.second_counts, c.first_counts)
            ],
        )
        for c in sorted(contrasts, key=lambda c: -c.shares[1])
    ]
    yield Picture(
        words("Felt and lived through: share naming a shock among their three"),
        words("Two dots a shock: those who lived through it, and those who did not."),
        partial(
            dot_plots.draw_dot_plot,
            [("", rows)],
            (contrasts[0].second_group, contrasts[0].first_group),
            DotLegend(
                words("the difference stands"),
                words("it does not"),
                words("range"),
                words("hidden: too few"),
            ),
            words("n"),
            words.format_share,
        ),
    )

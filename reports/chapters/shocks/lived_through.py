"""Felt against lived through: whether those whom a shock has hit name it more often."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from reports import question_names
from reports.chapters.elements import Picture
from reports.chapters.shocks.worries import Worry, answered, ticked
from reports.charts import dot_plots as charts
from reports.charts.dot_plots import Dot, Key, Row
from reports.localizer import Words
from reports.reading.form_answers import Form
from reports.request import Order
from reports.statistics.group_suppression import Parts, hidden_parts
from reports.statistics.ranges import share_range
from reports.statistics.share_contrasts import Contrast, corrected, standing


def felt(form: Form, worries: Sequence[Worry], order: Order, words: Words) -> list[Contrast]:
    """Who named a shock among those who did not live through it, and among those who did.

    Who would rather not say is in neither. Nothing where a small number could be worked out.
    """
    named, lived = form.question(question_names.SHOCKS), form.question(question_names.LIVED)
    if named is None or lived is None or not worries:
        return []
    asked, said = answered(form, named), answered(form, lived)
    if question_names.NOT_SAID in form.choices(lived):
        said &= ~ticked(form, lived, question_names.NOT_SAID)
    groups = words("who did not live through it"), words("who lived through it")
    found = []
    for worry in (w for w in worries if w.lived is not None):
        through, naming = ticked(form, lived, worry.code), ticked(form, named, worry.code)
        masks = asked & said & ~through, asked & said & through
        pairs = [(int((mask & naming).sum()), int(mask.sum())) for mask in masks]
        parts = Parts([[p] for p, _ in pairs], [n for _, n in pairs], [worry.named], worry.n)
        if not any(row[0] for row in hidden_parts(parts, order.minimum_cell).cells):
            (one, other), (first, second) = groups, pairs
            found.append(Contrast(worry.code, worry.label, "", one, other, first, second))
    return corrected(found)


def felt_findings(contrasts: Sequence[Contrast], words: Words) -> Iterator[str]:
    if not contrasts:
        return
    stand = standing(contrasts)
    if not stand:
        yield words(
            "Felt and lived through: of {number} shocks none is clearly named more or less often "
            "by those who lived through it.",
            number=words.count(len(contrasts)),
        )
        return
    yield words(
        "Felt and lived through: those who lived through it name it {list} (against those who did "
        "not). {number} shocks were compared.",
        list=words.listed(
            f"{c.what} {words.percent(c.shares[1])} ({words.percent(c.shares[0])})"
            for c in stand[:3]
        ),
        number=words.count(len(contrasts)),
    )


def felt_picture(contrasts: Sequence[Contrast], words: Words) -> Iterator[Picture]:
    if not contrasts:
        return
    rows = [
        Row(
            c.what,
            [
                Dot(pair[0] / pair[1], share_range(*pair), c.stands, words.count(pair[1]))
                for pair in (c.second, c.first)
            ],
        )
        for c in sorted(contrasts, key=lambda c: -c.shares[1])
    ]
    yield Picture(
        words("Felt and lived through: share naming a shock among their three"),
        words("Two dots a shock: those who lived through it, and those who did not."),
        partial(
            charts.dots,
            [("", rows)],
            (contrasts[0].other, contrasts[0].one),
            Key(
                words("the difference stands"),
                words("it does not"),
                words("range"),
                words("hidden: too few"),
            ),
            words("n"),
            words.percent,
        ),
    )

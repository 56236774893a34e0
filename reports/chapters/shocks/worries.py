"""What residents named among their three, and what they lived through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from reports import question_names
from reports.chapters.elements import COUNT, SHARE, Column, Picture, Table
from reports.charts import dot_plots
from reports.charts.dot_plots import Dot, Key, Row
from reports.localizer import Words, later
from reports.reading.form_answers import Form
from reports.reading.weighted_tally import UNWEIGHTED, Weighted, weighted_tally
from reports.request import Order
from reports.statistics.ranges import Range, share_range
from reports.statistics.row_suppression import share
from survey.forms.model.questionnaire import Question

People = NDArray[np.bool_]

NAMED = {question_names.SHOCKS: later("Shocks"), question_names.STRESSES: later("Stresses")}


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
    of: int
    weighted: Weighted = UNWEIGHTED

    @property
    def share(self) -> float:
        return share(self.named, self.n)

    @property
    def range(self) -> Range:
        return share_range(self.named, self.n)


def named(form: Form, name: str) -> list[Worry]:
    """The choices of a top-three question, most named first."""
    question = form.question(name)
    if question is None:
        return []
    n, tally, lived, of = form.answered(question), form.tally(question), {}, 0
    if name == question_names.SHOCKS and (through := form.question(question_names.LIVED)):
        lived = form.tally(through)
        of = form.answered(through) - lived.get(question_names.NOT_SAID, 0)
    labels, weighted = form.choices(question), weighted_tally(form, question)
    found = [
        Worry(c, labels[c], count, n, lived.get(c), of, weighted.share([c]))
        for c, count in tally.items()
    ]
    return sorted(found, key=lambda worry: -worry.named)


def ticked(form: Form, question: Question, code: str) -> People:
    """For everybody, whether they gave that choice."""
    found, place = form.answers(question), list(form.choices(question)).index(code)
    mask = np.zeros(form.n, bool)
    mask[found.person[found.choice == place]] = True
    return mask


def answered(form: Form, question: Question) -> People:
    """For everybody, whether they answered it."""
    mask = np.zeros(form.n, bool)
    mask[form.answers(question).person] = True
    return mask


def leading(worries: Sequence[Worry], words: Words) -> str:
    return words.listed(f"{w.label} ({words.percent(w.share)})" for w in worries[:3])


def named_pictures(shown: Mapping[str, Sequence[Worry]], words: Words) -> Iterator[Picture]:
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
        names = [words("among their three (n = {n})", n=words.count(worries[0].n))]
        if worries[0].of:
            of = words.count(worries[0].of)
            names.append(words("lived through in 12 months (n = {n})", n=of))
        rows = [Row(w.label, [*dots(w)]) for w in worries]
        caption = captions[name]
        if len(names) == 1:
            caption = words("{title} (n = {n})", title=caption, n=words.count(worries[0].n))
        yield Picture(
            caption,
            words("Ranking with ranges; most named: {names}.", names=leading(worries, words)),
            partial(
                dot_plots.dots,
                [("", rows)],
                names,
                Key("", "", words("range"), words("hidden: too few")),
                "",
                words.percent,
            ),
        )


def dots(worry: Worry) -> Iterator[Dot]:
    """Named, and lived through where that was asked."""
    yield Dot(worry.share, worry.range)
    if worry.lived is not None and worry.of:
        yield Dot(share(worry.lived, worry.of), share_range(worry.lived, worry.of))


def named_table(
    worries: Mapping[str, Sequence[Worry]], order: Order, words: Words
) -> Iterator[Table]:
    rows = [
        {"kind": words(NAMED[name]), "label": w.label} | figures(w, order)
        for name, found in worries.items()
        for w in found
    ]
    columns = (
        Column("kind", words("Kind")),
        Column("label", words("Shock or stress")),
        Column("share", words("Among their three"), SHARE),
        Column("low", words("Range, from"), SHARE),
        Column("high", words("to"), SHARE),
        Column("named", words("Named"), COUNT),
        Column("n", words("Answered (n)"), COUNT),
        *weighted_columns(worries, words),
        Column("lived_share", words("Lived through"), SHARE),
        Column("lived", words("Lived through (people)"), COUNT),
        Column("of", words("Answered on that (n)"), COUNT),
    )
    if rows:
        title = words("Shocks and stresses named")
        yield Table.of("named", title, columns, rows, plotted=("share",), against="label")


def weighted_columns(worries: Mapping[str, Sequence[Worry]], words: Words) -> tuple[Column, ...]:
    """Only where something is weighted."""
    if not any(w.weighted.effective_n > 0 for found in worries.values() for w in found):
        return ()
    return (
        Column("weighted", words("Weighted"), SHARE),
        Column("effective_n", words("Effective n"), COUNT),
    )


def figures(worry: Worry, order: Order) -> dict[str, float]:
    """What may be shown of one shock or stress."""
    found: dict[str, float] = {}
    if worry.n >= order.minimum_cell:
        around, weighted = worry.range, worry.weighted
        found |= {"named": worry.named, "n": worry.n, "share": worry.share}
        found |= {"low": around.low, "high": around.high}
        found |= {"weighted": weighted.share, "effective_n": weighted.effective_n}
    if worry.lived is not None and worry.of >= order.minimum_cell:
        lived_share = share(worry.lived, worry.of)
        found |= {"lived": worry.lived, "of": worry.of, "lived_share": lived_share}
    return found

"""What people named among their three, and what they lived through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from reports import roles
from reports.chapters.chapter import COUNT, SHARE, Column, Picture, Table
from reports.charts import bars
from reports.charts.bars import Bar
from reports.form import Form
from reports.order import Order
from reports.statistics import share
from reports.words import Words, later

NAMED = {roles.SHOCKS: later("Shocks"), roles.STRESSES: later("Stresses")}


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

    @property
    def share(self) -> float:
        return share(self.named, self.n)


def named(form: Form, name: str) -> list[Worry]:
    """The choices of a top-three question, most named first."""
    question = form.question(name)
    if question is None:
        return []
    n, tally, lived, of = form.people(question), form.tally(question), {}, 0
    if name == roles.SHOCKS and (through := form.question(roles.LIVED)):
        lived = form.tally(through)
        of = form.people(through) - lived.get(roles.NOT_SAID, 0)
    labels = form.choices(question)
    found = [Worry(c, labels[c], count, n, lived.get(c), of) for c, count in tally.items()]
    return sorted(found, key=lambda worry: -worry.named)


def leading(worries: list[Worry], words: Words) -> str:
    return words.listed(f"{w.label} ({words.percent(w.share)})" for w in worries[:3])


def named_pictures(shown: dict[str, list[Worry]], words: Words) -> Iterator[Picture]:
    captions = {
        roles.SHOCKS: words("Sudden events that worry people most, and what they lived through"),
        roles.STRESSES: words("Everyday problems that weigh most"),
    }
    for name, worries in shown.items():
        if not worries:
            continue
        n = words.count(worries[0].n)
        names = [words("among their three (n = {n})", n=n)]
        if worries[0].of:
            of = words.count(worries[0].of)
            names.append(words("lived through in 12 months (n = {n})", n=of))
        rows = [
            Bar(w.label, (w.share,) if w.lived is None else (w.share, share(w.lived, w.of)))
            for w in worries
        ]
        yield Picture(
            captions[name],
            words("Bars; most named: {names}.", names=leading(worries, words)),
            bars.ranked(rows, names, words.percent),
        )


def named_table(worries: dict[str, list[Worry]], order: Order, words: Words) -> Iterator[Table]:
    rows = []
    for name, found in worries.items():
        for w in found:
            row: dict[str, object] = {"kind": words(NAMED[name]), "label": w.label}
            if w.n >= order.minimum_cell:
                row |= {"named": w.named, "n": w.n, "share": w.share}
            if w.lived is not None and w.of >= order.minimum_cell:
                row |= {"lived": w.lived, "of": w.of, "lived_share": share(w.lived, w.of)}
            rows.append(row)
    columns = (
        Column("kind", words("Kind")),
        Column("label", words("Shock or stress")),
        Column("share", words("Among their three"), SHARE),
        Column("named", words("Named"), COUNT),
        Column("n", words("Answered (n)"), COUNT),
        Column("lived_share", words("Lived through"), SHARE),
        Column("lived", words("Lived through (people)"), COUNT),
        Column("of", words("Answered on that (n)"), COUNT),
    )
    if rows:
        frame = pd.DataFrame(rows, columns=[c.key for c in columns])
        title = words("Shocks and stresses named")
        yield Table("named", title, columns, frame, plotted=("share",), against="label")

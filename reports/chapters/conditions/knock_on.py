"""Knock-on: which kinds of assets fail along when one stops, as participants judge it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from reports import question_names
from reports.chapters.elements import COUNT, SHARE, Column, Picture, Table
from reports.charts import bar_charts
from reports.charts.bar_charts import Bar
from reports.localizer import Words
from reports.reading.form_answers import Form
from reports.request import Order
from reports.statistics.row_suppression import share

#: Chains that a picture shows.
DRAWN = 15


@dataclass(frozen=True)
class Link:
    """When ``asset`` stops, ``named`` of ``n`` people said that ``target`` fails too.

    ``target`` is a category other than the asset's own ``category``. ``n`` leaves out who does not
    know.
    """

    category: str
    asset: str
    target: str
    named: int
    n: int

    @property
    def share(self) -> float:
        return share(self.named, self.n)

    def holds(self, order: Order) -> bool:
        """Whether enough people named it, and at least half of those who were asked."""
        return self.named >= order.minimum_cell and 2 * self.named >= self.n


def read(form: Form, rows: pd.DataFrame, words: Words) -> list[Link]:
    """Every asset of the list with every other category; ``rows`` are those of the assets."""
    question = form.question(question_names.FAILS_TOO)
    targets = (
        [c for c in form.choices(question) if c in question_names.CATEGORIES] if question else []
    )
    found = {
        code: tally(said)
        for code, said in rows.groupby(question_names.ASSET_CODE)[question_names.FAILS_TOO]
    }
    links = []
    for item in question_names.items(form.questionnaire, question_names.ASSETS):
        named, n = found.get(item.get("name", ""), (Counter[str](), 0))
        own = item.get(question_names.ASSET_CATEGORY, "")
        label = question_names.item_label(item, words.language)
        links += [
            Link(category(own, words), label, category(target, words), named[target], n)
            for target in targets
            if target != own
        ]
    return links


def category(code: str, words: Words) -> str:
    """A category as it is called in the report, or its code."""
    return words(question_names.CATEGORIES.get(code, "")) or code


def tally(said: pd.Series[str]) -> tuple[Counter[str], int]:
    """How often each category was named, and by how many people who knew."""
    known = [codes for codes in map(str.split, said) if codes and codes != [question_names.UNKNOWN]]
    return Counter(code for codes in known for code in codes), len(known)


def leaned_on(links: Sequence[Link], order: Order) -> list[tuple[str, list[Link]]]:
    """The assets that take others along, and what with them; those with the most come first."""
    found: dict[str, list[Link]] = {}
    for link in links:
        if link.holds(order):
            found.setdefault(link.asset, []).append(link)
    for taken in found.values():
        taken.sort(key=lambda link: -link.share)
    return sorted(found.items(), key=lambda item: (-len(item[1]), -sum(k.share for k in item[1])))


def findings(links: Sequence[Link], order: Order, words: Words) -> Iterator[str]:
    first = leaned_on(links, order)
    if first:
        yield words(
            "Most leaned on, with what would fail along: {assets}.",
            assets=words.listed(
                words("{asset} ({others})", asset=asset, others=", ".join(k.target for k in taken))
                for asset, taken in first[:3]
            ),
        )
        targets = Counter(link.target for link in links if link.holds(order))
        most, number = targets.most_common(1)[0]
        yield words.many(
            "{category} is taken along most often: by {number} asset of other kinds.",
            "{category} is taken along most often: by {number} assets of other kinds.",
            number,
            category=most,
        )
    elif any(link.n >= order.minimum_cell for link in links):
        yield words(
            "No knock-on was named by half of those who were asked and by at least {minimum} "
            "people.",
            minimum=order.minimum_cell,
        )


def pictures(links: Sequence[Link], order: Order, words: Words) -> Iterator[Picture]:
    """The chains that hold, named by the largest shares."""
    chains = sorted((k for k in links if k.holds(order)), key=lambda k: -k.share)[:DRAWN]
    if chains:
        yield Picture(
            words("What fails along when an asset stops, as at least half of those asked say"),
            words("Bars; most named: {names}.", names=chain(chains[0])),
            partial(
                bar_charts.ranked,
                [Bar(chain(k), (k.share,)) for k in chains],
                [words("say so (n = {n})", n=words.span(k.n for k in chains))],
                words.percent,
            ),
        )


def chain(link: Link) -> str:
    """*Muara Karang power plant → Telecom and data*."""
    return f"{link.asset} → {link.target}"


def table(links: Sequence[Link], order: Order, words: Words) -> Iterator[Table]:
    """A row for each asset and category that anybody named; too few people are left out."""
    if not links:
        return
    rows = [
        {
            "category": link.category,
            "asset": link.asset,
            "target": link.target,
            "share": link.share,
            "named": link.named,
            "n": link.n,
            "holds": words("yes") if link.holds(order) else "",
        }
        for link in links
        if link.named and link.n >= order.minimum_cell
    ]
    columns = (
        Column("category", words("Category")),
        Column("asset", words("Asset")),
        Column("target", words("Fails too")),
        Column("share", words("Say so"), SHARE),
        Column("named", words("Say so (people)"), COUNT),
        Column("n", words("Answered (n)"), COUNT),
        Column("holds", words("Named by half and enough")),
    )
    title = words("What fails along with an asset")
    yield Table.of(
        "knock_on", title, columns, rows, plotted=("share",), against="asset", across="target"
    )

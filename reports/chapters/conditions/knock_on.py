"""Knock-on: which kinds of assets fail along when one stops, as participants judge it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from reports import question_names
from reports.chapters.elements import COUNT, SHARE, Picture, ReportTable, TableColumn
from reports.chapters.leader_texts import format_leaders
from reports.charts import bar_charts
from reports.charts.bar_charts import Bar
from reports.localizer import Localizer
from reports.reading.form_answers import FormAnswers
from reports.request import ReportRequest
from reports.statistics.leaders import find_leaders
from reports.statistics.row_suppression import compute_share

#: Chains that a picture shows.
DRAWN_CHAINS = 15


@dataclass(frozen=True)
class KnockOnLink:
    """When ``asset`` stops, ``named`` of ``n`` people said that ``target`` fails too.

    ``target`` is a category other than the asset's own ``category``. ``n`` leaves out who does not
    know.
    """

    category: str
    asset: str
    target: str
    named_by: int
    n: int

    @property
    def share(self) -> float:
        return compute_share(self.named_by, self.n)

    def is_firm(self, order: ReportRequest) -> bool:
        """Whether enough people named it, and at least half of those who were asked."""
        return self.named_by >= order.minimum_cell and 2 * self.named_by >= self.n


def read_knock_on_links(
    form: FormAnswers, rows: pd.DataFrame, words: Localizer
) -> list[KnockOnLink]:
    """Every asset of the list with every other category; ``rows`` are those of the assets."""
    question = form.find_question(question_names.FAILS_TOO)
    targets = (
        [c for c in form.get_choice_labels(question) if c in question_names.CATEGORIES]
        if question
        else []
    )
    found = {
        code: tally_categories(answers)
        for code, answers in rows.groupby(question_names.ASSET_CODE)[question_names.FAILS_TOO]
    }
    links = []
    for item in question_names.list_carried_items(form.questionnaire, question_names.ASSETS):
        named, n = found.get(item.get("name", ""), (Counter[str](), 0))
        own = item.get(question_names.ASSET_CATEGORY, "")
        label = question_names.get_item_label(item, words.language)
        links += [
            KnockOnLink(
                translate_category(own, words),
                label,
                translate_category(target, words),
                named[target],
                n,
            )
            for target in targets
            if target != own
        ]
    return links


def translate_category(code: str, words: Localizer) -> str:
    """A category as it is called in the report, or its code."""
    return words(question_names.CATEGORIES.get(code, "")) or code


def tally_categories(answers: pd.Series[str]) -> tuple[Counter[str], int]:
    """How often each category was named, and by how many people who knew."""
    known = [
        codes for codes in map(str.split, answers) if codes and codes != [question_names.UNKNOWN]
    ]
    return Counter(code for codes in known for code in codes), len(known)


def rank_knock_on_assets(
    links: Sequence[KnockOnLink], order: ReportRequest
) -> list[tuple[str, list[KnockOnLink]]]:
    """The assets that take others along, and what with them; those with the most come first."""
    found: dict[str, list[KnockOnLink]] = {}
    for link in links:
        if link.is_firm(order):
            found.setdefault(link.asset, []).append(link)
    for taken in found.values():
        taken.sort(key=lambda link: -link.share)
    return sorted(found.items(), key=lambda item: (-len(item[1]), -sum(k.share for k in item[1])))


def list_knock_on_findings(
    links: Sequence[KnockOnLink], order: ReportRequest, words: Localizer
) -> Iterator[str]:
    if any(link.is_firm(order) for link in links):
        yield from list_taken_along(links, order, words)
    elif any(link.n >= order.minimum_cell for link in links):
        yield words(
            "No knock-on was named by half of those who were asked and by at least {minimum} "
            "people.",
            minimum=order.minimum_cell,
        )


def list_taken_along(
    links: Sequence[KnockOnLink], order: ReportRequest, words: Localizer
) -> Iterator[str]:
    """The assets that take most others along, and the kinds that most assets take along.

    Compared are the assets that enough people were asked about.
    """
    chains = dict(rank_knock_on_assets(links, order))
    judged = [link for link in links if link.n >= order.minimum_cell]
    assets = list(dict.fromkeys([*chains, *(link.asset for link in judged)]))
    if found := find_leaders(assets, lambda asset: len(chains.get(asset, ()))):
        yield words(
            "With the most kinds of assets that would fail along: {assets}.",
            assets=format_leaders(
                found, lambda asset: format_taken_along(asset, chains[asset], words), words
            ),
        )
    taken = Counter(link.target for link in links if link.is_firm(order))
    kinds = list(dict.fromkeys(link.target for link in judged))
    if most := find_leaders(kinds, lambda kind: taken[kind]):
        yield words(
            "Taken along by the most assets of other kinds: {categories}.",
            categories=format_leaders(
                most, lambda kind: f"{kind} ({words.format_count(taken[kind])})", words
            ),
        )


def format_taken_along(asset: str, taken: Sequence[KnockOnLink], words: Localizer) -> str:
    """*Muara Karang power plant (Telecom and data, Water)*."""
    others = ", ".join(link.target for link in taken)
    return words("{asset} ({others})", asset=asset, others=others)


def draw_knock_on_picture(
    links: Sequence[KnockOnLink], order: ReportRequest, words: Localizer
) -> Iterator[Picture]:
    """The chains that hold, named by the largest shares."""
    chains = sorted((k for k in links if k.is_firm(order)), key=lambda k: -k.share)[:DRAWN_CHAINS]
    if chains:
        yield Picture(
            words("What fails along when an asset stops, as at least half of those asked say"),
            words("Bars for {number} chains.", number=len(chains)),
            partial(
                bar_charts.draw_ranked_bars,
                [Bar(format_chain(k), (k.share,)) for k in chains],
                [words("say so (n = {n})", n=words.format_span(k.n for k in chains))],
                words.format_share,
            ),
        )


def format_chain(link: KnockOnLink) -> str:
    """*Muara Karang power plant → Telecom and data*."""
    return f"{link.asset} → {link.target}"


def build_knock_on_table(
    links: Sequence[KnockOnLink], order: ReportRequest, words: Localizer
) -> Iterator[ReportTable]:
    """A row for each asset and category that anybody named; too few people are left out."""
    if not links:
        return
    rows = [
        {
            "category": link.category,
            "asset": link.asset,
            "target": link.target,
            "share": link.share,
            "named": link.named_by,
            "n": link.n,
            "holds": words("yes") if link.is_firm(order) else "",
        }
        for link in links
        if link.named_by and link.n >= order.minimum_cell
    ]
    columns = (
        TableColumn("category", words("Category")),
        TableColumn("asset", words("Asset")),
        TableColumn("target", words("Fails too")),
        TableColumn("share", words("Say so"), SHARE),
        TableColumn("named", words("Say so (people)"), COUNT),
        TableColumn("n", words("Answered (n)"), COUNT),
        TableColumn("holds", words("Named by half and enough")),
    )
    title = words("What fails along with an asset")
    yield ReportTable.from_rows(
        "knock_on", title, columns, rows, plotted=("share",), against="asset", across="target"
    )

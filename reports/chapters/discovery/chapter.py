"""Discovery areas: what the evidence proposes and how firmly; the secretariat decides."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from reports.chapters.discovery.ranking import CRITERIA, Ranked, points, read
from reports.chapters.discovery.tables import evidence_table, items_table, settings_table, table
from reports.chapters.elements import Chapter, KeyFigure, Picture
from reports.charts import candidate_chart as chart
from reports.discovery import scoring
from reports.localizer import Words, unusable
from reports.reading.frames import Frames
from reports.request import Order
from reports.toml_files import GivenError

#: From this share of drawn weights on a place among the first is called firm.
FIRM = 0.9


def chapter(frames: Frames, order: Order, words: Words) -> Chapter:
    """The proposed order with its evidence, and how it would be under other weights."""
    title = words("Discovery areas")
    if not order.candidates:
        return Chapter("discovery", title, (words("No file of candidates is set up."),))
    try:
        found = read(frames, order, words)
    except GivenError:
        why = unusable(order.candidates, words)
        return Chapter("discovery", title, (words("Nothing is proposed: {why}", why=why),))
    if not found.proposed:
        told = words("Too little evidence to propose anything yet.")
        return Chapter("discovery", title, (told,), notes=tuple(notes(found, words)))
    return Chapter(
        key="discovery",
        title=title,
        findings=tuple(findings(found, words)),
        key_figures=tuple(key_figures(found, words)),
        pictures=tuple(pictures(found, words)),
        tables=(
            table(found, words),
            evidence_table(found, words),
            items_table(found, words),
            settings_table(found, words),
        ),
        notes=tuple(notes(found, words)),
    )


def findings(found: Ranked, words: Words) -> Iterator[str]:
    yield words(
        "The rule proposes, in this order (points of 100): {candidates}.",
        candidates=words.listed(f"{e.label} ({points(s.score, words)})" for e, s in found.proposed),
    )
    firm = [e.label for e, s in found.proposed if s.top >= FIRM]
    loose = [(e, s) for e, s in found.proposed if s.top < FIRM]
    if firm:
        yield words(
            "Firm, among the first {top} under at least {share} of all possible weights of the "
            "criteria: {candidates}.",
            top=scoring.TOP,
            share=words.percent(FIRM),
            candidates=words.listed(firm),
        )
    if loose:
        yield words(
            "Their place depends on the weights: {candidates}.",
            candidates=words.listed(
                words(
                    "{name} (first {top} under {share})",
                    name=e.label,
                    top=scoring.TOP,
                    share=words.percent(s.top),
                )
                for e, s in loose
            ),
        )
    yield words("This is a proposal by a rule. The secretariat decides, and writes down why.")
    yield from lacking(found, words)
    yield from tied(found, words)


def tied(found: Ranked, words: Words) -> Iterator[str]:
    """Candidates that two digits do not tell apart."""
    same: dict[int, list[str]] = {}
    for evidence, standing in found.rows:
        if standing.rank is not None:
            same.setdefault(standing.rank, []).append(evidence.label)
    groups = [words.listed(labels) for labels in same.values() if len(labels) > 1]
    if groups:
        yield words("Tied: {candidates}.", candidates="; ".join(groups))


def lacking(found: Ranked, words: Words) -> Iterator[str]:
    """Criteria that are left out, and candidates that lack some of the others."""
    gone = [words(name) for key, name in CRITERIA.items() if key not in found.used]
    if gone:
        yield words("Left out, too little data: {criteria}.", criteria=words.listed(gone))
    for key in found.used:
        without = [e.label for e, s in found.rows if key not in s.candidate.values]
        if without:
            yield words(
                "Without enough data on “{criterion}”: {candidates}.",
                criterion=words(CRITERIA[key]),
                candidates=words.listed(without),
            )


def key_figures(found: Ranked, words: Words) -> Iterator[KeyFigure]:
    evidence, standing = found.rows[0]
    detail = words(
        "{points} of 100; among the first {top} under {share} of all weights",
        points=points(standing.score, words),
        top=scoring.TOP,
        share=words.percent(standing.top),
    )
    yield KeyFigure(words("First candidate for a discovery area"), evidence.label, detail)


def pictures(found: Ranked, words: Words) -> Iterator[Picture]:
    """The candidates in the proposed order, with all that speaks for them side by side."""
    drawn = [
        chart.Candidate(
            e.label,
            [e.values.get(criterion) for criterion in found.used],
            s.score,
            s.rank,
            *s.reach,
        )
        for e, s in found.rows
        if s.rank is not None and s.reach
    ]
    heads = chart.Heads(
        [words(CRITERIA[criterion]) for criterion in found.used],
        words("Points"),
        words("Ranks under other weights"),
        words("too little data"),
    )
    yield Picture(
        words("Candidates for discovery areas in the order that the rule proposes (points of 100)"),
        words("Bars for each criterion; first: {candidate}.", candidate=drawn[0].label),
        partial(chart.table, drawn, heads, lambda value: points(value, words)),
    )


def notes(found: Ranked, words: Words) -> Iterator[str]:
    yield words(
        "Each criterion is worth 0 to 100 points on a fixed scale: the share of residents who find "
        "the driver weak; how vulnerable and how critical its assets are; how pressing its shocks "
        "and stresses are; how few plans there are (50 = as many as the average candidate). The "
        "score is their weighted mean. Candidates whose scores are equal once rounded are tied. "
        "Firm means under other weights, not with other data: what people answered has its own "
        "uncertainty, and nobody has checked the plans."
    )
    weights = found.settings[0].weights if found.settings else {}
    if weights:
        yield words(
            "Weights: {weights}. What belongs to which candidate, and these weights, stand in a "
            "file that the secretariat fixed beforehand.",
            weights=words.listed(
                f"{words(CRITERIA[c])} {words.score(w)}" for c, w in weights.items()
            ),
        )
    yield words(
        "Other weights: every criterion doubled, and left out; ranks instead of values; and "
        "{draws} weights drawn evenly from all possible ones.",
        draws=words.count(scoring.DRAWS),
    )

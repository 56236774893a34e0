"""The tables of candidates: proposed order, evidence, ranks under other weights."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from reports.chapters.discovery.evidence import Evidence, Item
from reports.chapters.discovery.ranking import CRITERIA, Ranked, points
from reports.chapters.elements import COUNT, SHARE, Column, Table
from reports.discovery.scoring import Setting
from reports.localizer import Words, later

SETTINGS = {
    "given": later("Weights as set"),
    "doubled": later("{criterion} doubled"),
    "without": later("without {criterion}"),
    "by_rank": later("By ranks instead of values"),
    "missing_low": later("What is missing taken as 0"),
    "missing_high": later("What is missing taken as 100"),
}


def table(found: Ranked, words: Words) -> Table:
    """A row for each candidate, with an empty cell for what the secretariat decides."""
    rows = []
    for evidence, standing in found.rows:
        row: dict[str, object] = {
            "candidate": evidence.label,
            "why": why(evidence, words),
            "decision": "",
        }
        if standing.rank is not None and standing.reach:
            row |= {
                "rank": standing.rank,
                "score": round(100 * standing.score),
                "reach": "–".join(map(words.count, dict.fromkeys(standing.reach))),
                "top": standing.top,
                **{key: round(100 * value) for key, value in standing.candidate.values.items()},
            }
        rows.append(row)
    columns = (
        Column("candidate", words("Candidate")),
        Column("rank", words("Rank"), COUNT),
        Column("score", words("Points"), COUNT),
        Column("reach", words("Ranks under other weights")),
        Column("top", words("Among the first five"), SHARE),
        *(Column(key, words(name), COUNT, printed=False) for key, name in CRITERIA.items()),
        Column("why", words("What belongs to it"), printed=False),
        Column("decision", words("Decision of the secretariat")),
    )
    title = words("Candidates for discovery areas")
    return Table.of(
        "discovery",
        title,
        columns,
        rows,
        printed=len(rows),
        plotted=("score",),
        against="candidate",
    )


def why(evidence: Evidence, words: Words) -> str:
    return evidence.area.why.said(words.language)


def evidence_table(found: Ranked, words: Words) -> Table:
    """A row for each candidate: under each criterion its points, and what speaks for it most."""
    rows = [
        {
            "candidate": evidence.label,
            **{key: summed_up(evidence, key, words) for key in CRITERIA},
        }
        for evidence, _ in found.rows
    ]
    columns = (
        Column("candidate", words("Candidate")),
        *(Column(key, words(name)) for key, name in CRITERIA.items()),
    )
    return Table.of(
        "evidence", words("What speaks for each candidate"), columns, rows, printed=len(rows)
    )


def summed_up(evidence: Evidence, key: str, words: Words) -> str:
    """*61 · 61% of 138 residents find it weak*; how much of it is not known is said."""
    items = evidence.items[key]
    known = sum(not isnan(item.value) for item in items)
    if key not in evidence.values:
        return words("too little data ({known} of {all})", known=known, all=len(items))
    strongest = "; ".join(said(item) for item in heaviest(items))
    told = f"{points(evidence.values[key], words)} · {strongest}"
    if known == len(items):
        return told
    return told + " " + words("({known} of {all} known)", known=known, all=len(items))


def heaviest(items: Sequence[Item]) -> list[Item]:
    """The two items of the highest value that are known."""
    known = [item for item in items if not isnan(item.value)]
    return sorted(known, key=lambda item: -item.value)[:2]


def said(item: Item) -> str:
    """*Flood: named by 34% of 150 residents*."""
    return f"{item.label}: {item.figure}" if item.label else item.figure


def items_table(found: Ranked, words: Words) -> Table:
    """Every figure that went into a value."""
    rows = [
        {
            "candidate": evidence.label,
            "criterion": words(CRITERIA[key]),
            "what": item.label or evidence.label,
            "figure": item.figure,
            **({} if isnan(item.value) else {"points": round(100 * item.value)}),
        }
        for evidence, _ in found.rows
        for key, items in evidence.items.items()
        for item in items
    ]
    columns = (
        Column("candidate", words("Candidate")),
        Column("criterion", words("Criterion")),
        Column("what", words("Of what")),
        Column("figure", words("What was found")),
        Column("points", words("Points"), COUNT),
    )
    return Table.of("evidence_items", words("Every figure behind the candidates"), columns, rows)


def settings_table(found: Ranked, words: Words) -> Table:
    """A row for each candidate and way of weighing: its rank there."""
    rows = [
        {"setting": setting_name(setting, words), "candidate": evidence.label, "rank": rank}
        for place, setting in enumerate(found.settings)
        for evidence, standing in found.rows
        if (rank := standing.ranks[place]) is not None
    ]
    columns = (
        Column("setting", words("Way of weighing")),
        Column("candidate", words("Candidate")),
        Column("rank", words("Rank"), COUNT),
    )
    return Table.of("weighings", words("Ranks under other weights"), columns, rows)


def setting_name(setting: Setting, words: Words) -> str:
    """A way of weighing in words."""
    return words(SETTINGS[setting.name], criterion=words(CRITERIA.get(setting.criterion, "")))

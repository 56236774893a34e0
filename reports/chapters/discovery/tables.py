"""The tables of candidates: proposed order, evidence, ranks under other weights."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from reports.chapters.discovery.evidence import Evidence, EvidenceItem
from reports.chapters.discovery.ranking import (
    CRITERION_NAMES,
    RankedCandidates,
    format_criterion_points,
)
from reports.chapters.elements import COUNT, SHARE, ReportTable, TableColumn
from reports.discovery.scoring import WeightSetting
from reports.localizer import Localizer, gettext_noop
from survey.rounding import round_percent

SETTING_NAMES = {
    "given": gettext_noop("Weights as set"),
    "doubled": gettext_noop("{criterion} doubled"),
    "without": gettext_noop("without {criterion}"),
    "by_rank": gettext_noop("By ranks instead of values"),
    "missing_low": gettext_noop("What is missing taken as 0"),
    "missing_high": gettext_noop("What is missing taken as 100"),
}


def build_candidates_table(found: RankedCandidates, words: Localizer) -> ReportTable:
    """A row for each candidate, with an empty cell for what the secretariat decides."""
    rows = []
    for evidence, standing in found.rows:
        row: dict[str, object] = {
            "candidate": evidence.label,
            "why": explain_candidate(evidence, words),
            "decision": "",
        }
        if standing.rank is not None and standing.rank_range:
            row |= {
                "rank": standing.rank,
                "score": round_percent(standing.score),
                "reach": "–".join(map(words.format_count, dict.fromkeys(standing.rank_range))),
                "top": standing.top_share,
                **{key: round_percent(value) for key, value in standing.candidate.values.items()},
            }
        rows.append(row)
    columns = (
        TableColumn("candidate", words("Candidate")),
        TableColumn("rank", words("Rank"), COUNT),
        TableColumn("score", words("Points"), COUNT),
        TableColumn("reach", words("Ranks under other weights")),
        TableColumn("top", words("Among the first five"), SHARE),
        *(
            TableColumn(key, words(name), COUNT, printed=False)
            for key, name in CRITERION_NAMES.items()
        ),
        TableColumn("why", words("What belongs to it"), printed=False),
        TableColumn("decision", words("Decision of the secretariat")),
    )
    title = words("Candidates for discovery areas")
    return ReportTable.from_rows(
        "discovery",
        title,
        columns,
        rows,
        printed_rows=len(rows),
        plotted=("score",),
        against="candidate",
    )


def explain_candidate(evidence: Evidence, words: Localizer) -> str:
    return evidence.area.why.get_text(words.language)


def build_evidence_table(found: RankedCandidates, words: Localizer) -> ReportTable:
    """A row for each candidate: under each criterion its points, and what speaks for it most."""
    rows = [
        {
            "candidate": evidence.label,
            **{key: summarize_evidence(evidence, key, words) for key in CRITERION_NAMES},
        }
        for evidence, _ in found.rows
    ]
    columns = (
        TableColumn("candidate", words("Candidate")),
        *(TableColumn(key, words(name)) for key, name in CRITERION_NAMES.items()),
    )
    return ReportTable.from_rows(
        "evidence", words("What speaks for each candidate"), columns, rows, printed_rows=len(rows)
    )


def summarize_evidence(evidence: Evidence, key: str, words: Localizer) -> str:
    """*61 · 61% of 138 residents find it weak*; how much of it is not known is said."""
    items = evidence.items[key]
    known = sum(not isnan(item.value) for item in items)
    if key not in evidence.values:
        return words("too little data ({known} of {all})", known=known, all=len(items))
    strongest = "; ".join(format_evidence_item(item) for item in pick_strongest_items(items))
    summary = f"{format_criterion_points(evidence.values[key], words)} · {strongest}"
    if known == len(items):
        return summary
    return summary + " " + words("({known} of {all} known)", known=known, all=len(items))


def pick_strongest_items(items: Sequence[EvidenceItem]) -> list[EvidenceItem]:
    """The two items of the highest value that are known."""
    known = [item for item in items if not isnan(item.value)]
    return sorted(known, key=lambda item: -item.value)[:2]


def format_evidence_item(item: EvidenceItem) -> str:
    """*Flood: named by 34% of 150 residents*."""
    return f"{item.label}: {item.figure}" if item.label else item.figure


def build_items_table(found: RankedCandidates, words: Localizer) -> ReportTable:
    """Every figure that went into a value."""
    rows = [
        {
            "candidate": evidence.label,
            "criterion": words(CRITERION_NAMES[key]),
            "what": item.label or evidence.label,
            "figure": item.figure,
            **({} if isnan(item.value) else {"points": round_percent(item.value)}),
        }
        for evidence, _ in found.rows
        for key, items in evidence.items.items()
        for item in items
    ]
    columns = (
        TableColumn("candidate", words("Candidate")),
        TableColumn("criterion", words("Criterion")),
        TableColumn("what", words("Of what")),
        TableColumn("figure", words("What was found")),
        TableColumn("points", words("Points"), COUNT),
    )
    return ReportTable.from_rows(
        "evidence_items", words("Every figure behind the candidates"), columns, rows
    )


def build_settings_table(found: RankedCandidates, words: Localizer) -> ReportTable:
    """A row for each candidate and way of weighing: its rank there."""
    rows = [
        {"setting": name_setting(setting, words), "candidate": evidence.label, "rank": rank}
        for place, setting in enumerate(found.settings)
        for evidence, standing in found.rows
        if (rank := standing.ranks[place]) is not None
    ]
    columns = (
        TableColumn("setting", words("Way of weighing")),
        TableColumn("candidate", words("Candidate")),
        TableColumn("rank", words("Rank"), COUNT),
    )
    return ReportTable.from_rows("weighings", words("Ranks under other weights"), columns, rows)


def name_setting(setting: WeightSetting, words: Localizer) -> str:
    """A way of weighing in words."""
    return words(
        SETTING_NAMES[setting.name], criterion=words(CRITERION_NAMES.get(setting.criterion, ""))
    )

"""Discovery areas: what the evidence proposes and how firmly; the secretariat decides."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from reports.chapters.discovery.evidence import Evidence
from reports.chapters.discovery.ranking import (
    CRITERION_NAMES,
    FIRM_CRITERIA,
    FIRM_RESIDENTS,
    RankedCandidates,
    format_criterion_points,
    rank_with_evidence,
)
from reports.chapters.discovery.tables import (
    build_candidates_table,
    build_evidence_table,
    build_items_table,
    build_settings_table,
)
from reports.chapters.elements import Chapter, ChapterWarning, KeyFigure, Picture
from reports.chapters.leader_texts import build_leader_figure
from reports.charts import candidate_chart
from reports.discovery import scoring
from reports.discovery.scoring import Ranking
from reports.localizer import Localizer, explain_unusable_file
from reports.reading.frames import Frames
from reports.request import ReportRequest
from reports.statistics.leaders import Leaders
from reports.toml_files import InvalidInputError

#: From this share of drawn weights on a place among the first is called firm.
FIRM_SHARE = 0.9


def build_discovery_chapter(frames: Frames, order: ReportRequest, words: Localizer) -> Chapter:
    """The proposed order with its evidence, and how it would be under other weights."""
    title = words("Discovery areas")
    if not order.candidates:
        return Chapter("discovery", title, (words("No file of candidates is set up."),))
    try:
        found = rank_with_evidence(frames, order, words)
    except InvalidInputError:
        why = explain_unusable_file(order.candidates, words)
        return Chapter("discovery", title, (words("Nothing is proposed: {why}", why=why),))
    if not found.proposed_rows:
        finding = words("Too little evidence to propose anything yet.")
        return Chapter("discovery", title, (finding,), notes=tuple(list_notes(found, words)))
    return Chapter(
        key="discovery",
        title=title,
        findings=tuple(list_findings(found, words)),
        warnings=tuple(list_evidence_warnings(found, words)),
        key_figures=tuple(list_key_figures(found, words)),
        pictures=tuple(draw_pictures(found, words)),
        tables=(
            build_candidates_table(found, words),
            build_evidence_table(found, words),
            build_items_table(found, words),
            build_settings_table(found, words),
        ),
        notes=tuple(list_notes(found, words)),
    )


def list_findings(found: RankedCandidates, words: Localizer) -> Iterator[str]:
    yield propose_candidates(found, words)
    tested = [(e, s) for e, s in found.proposed_rows if found.is_testable(e, s)]
    firm = [e.label for e, s in tested if s.top_share >= FIRM_SHARE]
    loose = [(e, s) for e, s in tested if s.top_share < FIRM_SHARE]
    untested = [e.label for e, s in found.proposed_rows if not found.is_testable(e, s)]
    if firm:
        yield words(
            "Firm, among the first {top} under at least {share} of all possible weights of the "
            "criteria: {candidates}.",
            top=scoring.TOP_COUNT,
            share=words.format_share(FIRM_SHARE),
            candidates=words.join_items(firm),
        )
    if loose:
        yield words(
            "Their place depends on the weights: {candidates}.",
            candidates=words.join_items(
                words(
                    "{name} (first {top} under {share})",
                    name=e.label,
                    top=scoring.TOP_COUNT,
                    share=words.format_share(s.top_share),
                )
                for e, s in loose
            ),
        )
    if untested:
        yield words(
            "How firm it is cannot be said, with fewer than {criteria} criteria, fewer than "
            "{residents} residents who rated, or no more than {top} candidates: {candidates}.",
            criteria=FIRM_CRITERIA,
            residents=FIRM_RESIDENTS,
            top=scoring.TOP_COUNT,
            candidates=words.join_items(untested),
        )
    yield words("This is a proposal by a rule. The secretariat decides, and writes down why.")
    yield from list_tied_candidates(found, words)


def propose_candidates(found: RankedCandidates, words: Localizer) -> str:
    """The first candidates with their points; in an order, unless there is none."""
    candidates = words.join_items(
        f"{e.label} ({format_criterion_points(s.score, words)})" for e, s in found.proposed_rows
    )
    if len({s.rank for _, s in found.proposed_rows}) > 1:
        return words(
            "The rule proposes, in this order (points of 100; equal points are tied): "
            "{candidates}.",
            candidates=candidates,
        )
    if len(found.proposed_rows) == 1:
        return words(
            "Only one candidate has enough data to be ranked (points of 100): {candidates}.",
            candidates=candidates,
        )
    return words(
        "The rule does not tell these apart (points of 100): {candidates}.", candidates=candidates
    )


def list_tied_candidates(found: RankedCandidates, words: Localizer) -> Iterator[str]:
    """Candidates that two digits do not tell apart."""
    same: dict[int, list[str]] = {}
    for evidence, standing in found.rows:
        if standing.rank is not None:
            same.setdefault(standing.rank, []).append(evidence.label)
    groups = [words.join_items(labels) for labels in same.values() if len(labels) > 1]
    if groups:
        yield words("Tied: {candidates}.", candidates="; ".join(groups))


def list_evidence_warnings(found: RankedCandidates, words: Localizer) -> Iterator[ChapterWarning]:
    """Criteria that are left out, candidates that lack some of the others, or too many of them."""
    gone = [words(name) for key, name in CRITERION_NAMES.items() if key not in found.used_criteria]
    if gone:
        text = words("Left out, too little data: {criteria}.", criteria=words.join_items(gone))
        yield ChapterWarning(text, text)
    unranked = [e.label for e, s in found.rows if s.rank is None]
    if unranked:
        text = words(
            "Not ranked, data on fewer than half of the criteria: {candidates}.",
            candidates=words.join_items(unranked),
        )
        yield ChapterWarning(text, text)
    for key in found.used_criteria:
        without = [e.label for e, _ in found.ranked_rows if key not in e.values]
        if without:
            text = words(
                "Without enough data on “{criterion}”: {candidates}.",
                criterion=words(CRITERION_NAMES[key]),
                candidates=words.join_items(without),
            )
            yield ChapterWarning(text, text)


def list_key_figures(found: RankedCandidates, words: Localizer) -> Iterator[KeyFigure]:
    """The first candidate, or those that share the first place, where several are ranked."""
    if len(found.ranked_rows) < 2:
        return
    first = tuple((e, s) for e, s in found.ranked_rows if s.rank == 1)

    def detail(alike: tuple[tuple[Evidence, Ranking], ...]) -> str:
        evidence, standing = alike[0]
        points = format_criterion_points(standing.score, words)
        if len(alike) > 1 or not found.is_testable(evidence, standing):
            return words("{points} of 100", points=points)
        return words(
            "{points} of 100; among the first {top} under {share} of all weights",
            points=points,
            top=scoring.TOP_COUNT,
            share=words.format_share(standing.top_share),
        )

    yield from build_leader_figure(
        words("First candidate for a discovery area"),
        Leaders(first, (), None),
        lambda row: row[0].label,
        detail,
        words,
    )


def draw_pictures(found: RankedCandidates, words: Localizer) -> Iterator[Picture]:
    """The candidates in the proposed order, with all that speaks for them side by side."""
    drawn = [
        candidate_chart.CandidateBars(
            e.label,
            [e.values.get(criterion) for criterion in found.used_criteria],
            s.score,
            s.rank,
            *s.rank_range,
        )
        for e, s in found.rows
        if s.rank is not None and s.rank_range
    ]
    heads = candidate_chart.CandidateHeadings(
        [words(CRITERION_NAMES[criterion]) for criterion in found.used_criteria],
        words("Points"),
        words("Ranks under other weights"),
        words("too little data"),
    )
    yield Picture(
        words("Candidates for discovery areas in the order that the rule proposes (points of 100)"),
        words("Bars for each criterion of {number} candidates.", number=len(drawn)),
        partial(
            candidate_chart.draw_candidate_table,
            drawn,
            heads,
            lambda value: format_criterion_points(value, words),
        ),
    )


def list_notes(found: RankedCandidates, words: Localizer) -> Iterator[str]:
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
            weights=words.join_items(
                f"{words(CRITERION_NAMES[c])} {words.format_score(w)}" for c, w in weights.items()
            ),
        )
    yield words(
        "Other weights: every criterion doubled, and left out; ranks instead of values; and "
        "{draws} weights drawn evenly from all possible ones.",
        draws=words.format_count(scoring.DRAWS),
    )

"""The candidates with their evidence, in the order that the rule proposes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path

from reports.chapters.discovery.evidence import Evidence, gather_evidence
from reports.discovery import scoring
from reports.discovery.candidate_file import read_candidates
from reports.discovery.scoring import Ranking, WeightSetting
from reports.localizer import Localizer, gettext_noop
from reports.reading.frames import Frames
from reports.request import ReportRequest
from survey.rounding import round_percent

CRITERION_NAMES = {
    scoring.PERCEPTION: gettext_noop("Weak perception"),
    scoring.ASSETS: gettext_noop("Vulnerable, important assets"),
    scoring.PRESSURE: gettext_noop("Pressing shocks and stresses"),
    scoring.PLANS: gettext_noop("Missing plans"),
}
#: A place is called firm only with values on so many criteria, and so many residents behind it.
FIRM_CRITERIA, FIRM_RESIDENTS = 3, 30


@dataclass(frozen=True)
class RankedCandidates:
    """Candidates with their evidence and standing, in the proposed order; the settings tried."""

    rows: Sequence[tuple[Evidence, Ranking]]
    settings: Sequence[WeightSetting]
    used_criteria: tuple[str, ...]

    @property
    def proposed_rows(self) -> list[tuple[Evidence, Ranking]]:
        """The first ones, and whoever is tied with the last of them."""
        return [(e, s) for e, s in self.rows if s.rank is not None and s.rank <= scoring.TOP_COUNT]

    @property
    def ranked_rows(self) -> list[tuple[Evidence, Ranking]]:
        """Those of which enough is known to rank them."""
        return [(e, s) for e, s in self.rows if s.rank is not None]

    def is_testable(self, evidence: Evidence, standing: Ranking) -> bool:
        """Whether other weights could have moved a candidate, and enough people stand behind it.

        Where only few candidates are ranked, all are among the first; under one or two criteria
        weights change little; and what few residents say, a few more would change.
        """
        return (
            len(self.ranked_rows) > scoring.TOP_COUNT
            and len(standing.candidate.values) >= FIRM_CRITERIA
            and evidence.rating_residents >= FIRM_RESIDENTS
        )


def rank_with_evidence(frames: Frames, order: ReportRequest, words: Localizer) -> RankedCandidates:
    """Gather the evidence and rank the candidates of the file."""
    file = read_candidates(Path(order.candidates))
    evidence = list(gather_evidence(file.candidates, frames, order, words))
    candidates = [e.candidate for e in evidence]
    used = scoring.list_usable_criteria(candidates)
    given = {c: file.weights.get(c, 0) for c in used}
    standings = scoring.rank_candidates(candidates, file.weights)
    rows = sorted(
        zip(evidence, standings, strict=True), key=lambda row: row[1].rank or len(evidence) + 1
    )
    return RankedCandidates(rows, list(scoring.list_weight_settings(candidates, given)), used)


def format_criterion_points(value: float, words: Localizer) -> str:
    """A value of 0-1 in whole points of 0 to 100."""
    return "–" if isnan(value) else words.format_count(round_percent(value))

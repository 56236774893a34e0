"""The candidates with their evidence, in the order that the rule proposes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path

from reports.chapters.discovery.evidence import Evidence, gathered
from reports.discovery import scoring
from reports.discovery.candidate_file import read_candidates
from reports.discovery.scoring import Setting, Standing
from reports.localizer import Words, later
from reports.reading.frames import Frames
from reports.request import Order

CRITERIA = {
    scoring.PERCEPTION: later("Weak perception"),
    scoring.ASSETS: later("Vulnerable, important assets"),
    scoring.PRESSURE: later("Pressing shocks and stresses"),
    scoring.PLANS: later("Missing plans"),
}


@dataclass(frozen=True)
class Ranked:
    """Candidates with their evidence and standing, in the proposed order; the settings tried."""

    rows: Sequence[tuple[Evidence, Standing]]
    settings: Sequence[Setting]
    used: tuple[str, ...]

    @property
    def proposed(self) -> list[tuple[Evidence, Standing]]:
        """The first ones, and whoever is tied with the last of them."""
        return [(e, s) for e, s in self.rows if s.rank is not None and s.rank <= scoring.TOP]


def read(frames: Frames, order: Order, words: Words) -> Ranked:
    """Gather the evidence and rank the candidates of the file."""
    file = read_candidates(Path(order.candidates))
    evidence = list(gathered(file.candidates, frames, order, words))
    candidates = [e.candidate for e in evidence]
    used = scoring.usable(candidates)
    given = {c: file.weights.get(c, 0) for c in used}
    standings = scoring.compared(candidates, file.weights)
    rows = sorted(
        zip(evidence, standings, strict=True), key=lambda row: row[1].rank or len(evidence) + 1
    )
    return Ranked(rows, list(scoring.settings(candidates, given)), used)


def points(value: float, words: Words) -> str:
    """A value of 0-1 in whole points of 0 to 100."""
    return "–" if isnan(value) else words.count(round(100 * value))

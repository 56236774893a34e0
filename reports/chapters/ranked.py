"""The candidates with their evidence, in the order that the rule proposes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path

from reports import discovery
from reports.candidates import read_candidates
from reports.chapters.evidence import Evidence, gathered
from reports.discovery import Setting, Standing
from reports.order import Order
from reports.reading.frames import Frames
from reports.words import Words, later

CRITERIA = {
    discovery.PERCEPTION: later("Weak perception"),
    discovery.ASSETS: later("Vulnerable, important assets"),
    discovery.PRESSURE: later("Pressing shocks and stresses"),
    discovery.PLANS: later("Missing plans"),
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
        return [(e, s) for e, s in self.rows if s.rank is not None and s.rank <= discovery.TOP]


def read(frames: Frames, order: Order, words: Words) -> Ranked:
    """Gather the evidence and rank the candidates of the file."""
    file = read_candidates(Path(order.candidates))
    evidence = list(gathered(file.candidates, frames, order, words))
    candidates = [e.candidate for e in evidence]
    used = discovery.usable(candidates)
    given = {c: file.weights.get(c, 0) for c in used}
    standings = discovery.compared(candidates, file.weights)
    rows = sorted(
        zip(evidence, standings, strict=True), key=lambda row: row[1].rank or len(evidence) + 1
    )
    return Ranked(rows, list(discovery.settings(candidates, given)), used)


def points(value: float, words: Words) -> str:
    """A value of 0-1 in whole points of 0 to 100."""
    return "–" if isnan(value) else words.count(round(100 * value))

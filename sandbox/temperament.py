"""How one simulated person chooses: by seed and question, never by the clock."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Sequence

from sandbox.habits import Habits

ORDERED_COUNTS = range(2, 8)
SPREAD = 0.55
BOX_MARKS = re.compile(r"^[☐☑●] ")


class Temperament:
    """A person's lasting inclination.

    Every decision has a generator of its own, seeded with the person and the question, so that
    the same seed gives the same preferences however fast or in whatever order things happen.
    """

    def __init__(
        self, seed: int, person: int, habits: Habits, group: str = "", links: Sequence[str] = ()
    ) -> None:
        self._name = f"{seed}/{person}"
        self._habits = habits
        traits = [self.pick_weighted(f"trait {n}", trait) for n, trait in enumerate(habits.trait)]
        self.description = " ".join([group, *traits, *links])
        self._leans = [lean for lean in habits.lean if lean.group.search(self.description)]
        inclination = self.make_dice("temper").gauss(0, 0.5) * habits.pace.temper
        self._centre = max(-1.0, min(1.0, inclination))

    def make_dice(self, question: str) -> random.Random:
        """The generator for one question; the same question gives the same throws."""
        return random.Random(f"{self._name}/{question}")  # noqa: S311 - play, not secrets

    def pick_weighted(self, question: str, weights: dict[str, float]) -> str:
        """One of the values, by weight."""
        return self.make_dice(question).choices(list(weights), list(weights.values()))[0]

    def choose_label(self, labels: list[str], text: str, dice: random.Random) -> str:
        """One of the labels, in the order in which they are shown."""
        return dice.choices(labels, self._weights(labels, text))[0]

    def _weights(self, labels: list[str], text: str) -> list[float]:
        count = len(labels)
        leans = [lean for lean in self._leans if lean.text.search(text)]
        weights = []
        for place, label in enumerate(labels):
            weight = self._nearness(place * 2 / (count - 1) - 1) if count in ORDERED_COUNTS else 1.0
            for lean in leans:
                if lean.button.search(label):
                    weight *= lean.weight
            weights.append(weight)
        return weights if any(weights) else [1.0] * count

    def _nearness(self, place: float) -> float:
        """How near an answer at `place` (-1 … 1) is to what this person tends to."""
        if not self._habits.pace.temper:
            return 1.0
        return math.exp(-(((place - self._centre) / SPREAD) ** 2) / 2) + 0.02

    def choose_tick_count(self, labels: list[str]) -> int:
        """How many boxes this person ticks in a multiple choice: one to three."""
        question = "|".join(BOX_MARKS.sub("", label) for label in labels)
        return min(self.make_dice(f"boxes {question}").choice((1, 1, 2, 2, 3)), len(labels))

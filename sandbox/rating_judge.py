"""What a simulated person thinks of something that is to be rated, and how they say it.

Behind everything there is a hidden true value, drawn from the seed and from what it is; people
scatter around it, on some things more than on others. What somebody thinks depends on nothing
else, so the same seed gives the same opinions whenever they are asked for.
"""

from __future__ import annotations

import random
import re

from sandbox.habits import Pattern, RatingHabit
from sandbox.phone_screen import ShownMessage
from sandbox.temperament import Temperament

#: How far people stand from the true value on plain and on disputed things, on a scale of five.
SCATTER = (0.4, 1.8)
#: How far an earlier rating, and what the others said, draws somebody from their own value: 0-1.
ANCHOR_PULL, OTHERS_PULL = 0.5, 0.6
#: Share of opinions that nothing moves.
FIRM_SHARE = 0.3


class RatingJudge:
    """A person who rates. Remembers only what they have changed their mind about."""

    def __init__(self, seed: int, temper: Temperament, opinions: list[RatingHabit]) -> None:
        self._seed = seed
        self._temper = temper
        self._opinions = opinions
        self._changed: set[str] = set()

    def find_habit(self, card: ShownMessage) -> RatingHabit | None:
        """What kind of opinion a card asks for, if any."""
        return next((each for each in self._opinions if each.text.search(card.text)), None)

    def choose_label(self, asked: RatingHabit, card: ShownMessage) -> str:
        """The button to tap; "" to leave it as it is."""
        found = asked.about.search(card.text)
        thing = " × ".join(filter(None, found.groups())) if found else card.text
        others = asked.others.search(card.text)
        occasion = f"{thing} {others.group() if others else ''}"
        if self._temper.make_dice(f"absent {occasion}").random() < asked.absent:
            return ""
        if asked.given.search(card.text):
            return self._choose_changed_rating(asked, card, thing, occasion)
        return self._choose_special(asked, card, thing) or self._choose_rating(asked, card, thing)

    def _choose_special(self, asked: RatingHabit, card: ShownMessage, thing: str) -> str:
        """A button that is no rating, for those who would rather not rate this."""
        throw = self._temper.make_dice(f"special {thing}").random()
        for regex, share in asked.special.items():
            if throw < share:
                return next((label for label in card.labels if re.search(regex, label)), "")
            throw -= share
        return ""

    def _choose_rating(self, asked: RatingHabit, card: ShownMessage, thing: str) -> str:
        points = [label for label in card.labels if asked.points.search(label)]
        value = self._value(asked, card, thing, len(points))
        agree = next(filter(asked.agree.search, card.labels), "")
        if agree and value == _number(asked.earlier, card.text):
            return agree
        return points[value - 1] if points else ""

    def _value(self, asked: RatingHabit, card: ShownMessage, thing: str, points: int) -> int:
        """Which point of the scale, from 1: one's own, drawn to the earlier and the others'."""
        truth = random.Random(f"{self._seed}/{thing}")  # noqa: S311 - play, not secrets
        drawn = truth.uniform(1.2, max(points - 0.2, 1.2))
        known = (true for regex, true in asked.truth.items() if re.search(regex, thing))
        middle = next(known, drawn)
        scatter = truth.uniform(*SCATTER) * points / 5
        dice = self._temper.make_dice(f"rating {thing}")
        own, firm = dice.gauss(middle, scatter), dice.random() < FIRM_SHARE
        for regex, pull in ((asked.earlier, ANCHOR_PULL), (asked.others, OTHERS_PULL)):
            if not firm and (there := _number(regex, card.text)) is not None:
                own += pull * (there - own)
        return min(max(round(own), 1), max(points, 1))

    def _choose_changed_rating(
        self, asked: RatingHabit, card: ShownMessage, thing: str, occasion: str
    ) -> str:
        """The point beside one's own, for the few who change their mind, once."""
        dice = self._temper.make_dice(f"change {occasion}")
        if occasion in self._changed or dice.random() >= asked.change:
            return ""
        self._changed.add(occasion)
        points = [label for label in card.labels if asked.points.search(label)]
        value = self._value(asked, card, thing, len(points))
        return points[value - 2 if value > 1 else value] if len(points) > 1 else ""


def _number(regex: Pattern, text: str) -> float | None:
    """The number that a regex's only group finds; people write a comma or a point in it."""
    found = regex.search(text)
    return float(found[1].replace(",", ".")) if found else None

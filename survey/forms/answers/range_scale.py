"""The numbers that a range offers, from its start to its end."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from survey.forms.answers.kind_definition import AskedQuestion


@dataclass(frozen=True, slots=True)
class RangeScale:
    """From ``low`` to ``high`` (both offered if the step allows) in steps counted from ``start``.

    A range may run downwards; XLSForm's own defaults are 1, 10 and 1.
    """

    # Decimals, since a step such as 0.1 is no exact binary fraction, and whether a number lies on a
    # step is asked by a remainder of exactly 0.
    start: Decimal
    end: Decimal
    step: Decimal
    whole: bool

    @classmethod
    def from_question(cls, question: AskedQuestion) -> RangeScale:
        """The scale of a range; what its author wrote wrongly is as if it were left out."""
        # A step of 0 would be divided by: it counts as left out.
        step = abs(parse_range_number(question.suara_attributes.get("step"), 1)) or Decimal(1)
        return cls(
            parse_range_number(question.suara_attributes.get("start"), 1),
            parse_range_number(question.suara_attributes.get("end"), 10),
            step,
            question.datatype == "int",
        )

    @property
    def low(self) -> Decimal:
        """The smallest number within the bounds."""
        return min(self.start, self.end)

    @property
    def high(self) -> Decimal:
        """The largest number within the bounds."""
        return max(self.start, self.end)

    @property
    def length(self) -> int:
        """How many numbers there are."""
        return int((self.high - self.low) // self.step) + 1

    def contains(self, value: Decimal) -> bool:
        """Whether a number lies within the bounds and on a step."""
        return self.low <= value <= self.high and (value - self.start) % self.step == 0

    def get_value(self, place: int) -> Decimal:
        """The number so many steps from the start; the nearest one where there is none."""
        way = self.step if self.start <= self.end else -self.step
        return self.start + way * min(max(place, 0), self.length - 1)

    def count_steps(self, value: Decimal) -> int:
        """How many steps a number lies from the start."""
        return int(abs(value - self.start) // self.step)

    def format_value(self, value: Decimal) -> str:
        """A number as it is stored."""
        return str(int(value)) if self.whole else format(value, "f")


def parse_range_number(text: str | None, otherwise: int) -> Decimal:
    """A number that an author wrote."""
    try:
        found = Decimal(text or "")
    except InvalidOperation:
        return Decimal(otherwise)
    return found if found.is_finite() else Decimal(otherwise)

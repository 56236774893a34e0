"""Signs that somebody answered without reading. Pure.

A flag is a reason to look, and none to delete: some are quick, and some do find everything alike.
Results are shown with and without those who are flagged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from math import isnan
from statistics import median

#: Under this part of the median duration somebody was very fast.
FRACTION = 1 / 3
#: Seconds a word takes at the very least: Zhang & Conrad (2014, Surv Res Methods 8:127).
WORD = 0.3
#: The fewest rows of a table that say anything when all are alike.
ROWS = 4
#: Seconds between two taps that are still spent on the question; more than that is a pause.
PAUSE = 300.0


def sameness(answers: Sequence[Hashable]) -> float:
    """The share (0-1) of a table's rows that have its commonest answer; NaN of no answer.

    Only for tables whose rows one may be expected to judge differently. “Don't know” is an answer
    here: a row of nothing else is a straight line too.
    """
    return max(Counter(answers).values()) / len(answers) if answers else float("nan")


def straight(answers: Sequence[Hashable], rows: int = ROWS) -> bool:
    """Whether all of a table's answers are the same, of ``rows`` or more.

    “Simple nondifferentiation” in Kim, Dykema, Stevenson, Black & Moberg (2019, Soc Sci Comput Rev
    37:214).
    """
    return len(answers) >= rows and sameness(answers) == 1


def active_seconds(gaps: Iterable[float]) -> float:
    """How long somebody was at it, from the seconds between their steps; a pause counts ``PAUSE``.

    In a chat people put the telephone away and come back the next day.
    """
    return sum(min(gap, PAUSE) for gap in gaps)


def reading_seconds(words: int) -> float:
    """The seconds that nobody can need less of to read ``words`` words."""
    return words * WORD


def speeding(seconds: Sequence[float], floor: float = 0.0) -> list[bool]:
    """Who took less than a third of the median duration, or less than ``floor`` seconds.

    ``seconds`` are durations of complete interviews of one questionnaire; NaN is never flagged. The
    median alone is circular: were half of them speeding, it would find nobody. The floor
    (``reading_seconds`` of what everybody is asked) does not depend on the others.
    """
    known = [duration for duration in seconds if not isnan(duration)]
    least = max(floor, FRACTION * median(known)) if known else floor
    return [duration < least for duration in seconds]

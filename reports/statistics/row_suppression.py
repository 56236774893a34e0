"""Shares, and what of small counts must not be shown. Pure.

No margin of error is computed anywhere: the respondents are volunteers, and for such samples
sampling error cannot be computed (AAPOR, *Opt-in surveys and margin of error*).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def compute_share(part: float, whole: float) -> float:
    """``part`` of ``whole``, 0-1; NaN of nothing."""
    return part / whole if whole else float("nan")


def suppress_row(counts: Sequence[int], minimum: int) -> list[bool]:
    """Which cells of a row with a known total must not be shown, for a ``minimum`` of 3 or more.

    Hidden are counts from 1 to ``minimum`` - 1, and then the smallest others until nobody can work
    one out from the total: at least two cells, standing for ``minimum`` people or more, of whom
    some cell holds two. Where that takes all there are, the noughts are hidden too.
    """
    return suppress_complement(counts, [0 < count < minimum for count in counts], minimum)


def suppress_margin(counts: Sequence[int], waiting: int, minimum: int) -> list[bool]:
    """Which rows of a margin must not be shown, of which some people are not broken down yet.

    ``waiting`` are so many. Rows hold nobody or enough people then; which of those that hold nobody
    are truly empty is not told, or it would say who waits.
    """
    hidden = suppress_row(counts, minimum)
    return [hide or (waiting > 0 and not n) for n, hide in zip(counts, hidden, strict=True)]


def suppress_complement(counts: Sequence[int], hide: Sequence[bool], minimum: int) -> list[bool]:
    """What else of a row must be hidden once some of its cells are; see ``suppress_row``."""
    mask = list(hide)
    if not any(mask):
        return mask
    # The smallest first, as they cost readers least; a nought hides nobody, and is left for last.
    for index in sorted(range(len(counts)), key=lambda i: counts[i]):
        if is_covered(counts, mask, minimum):
            return mask
        if counts[index]:
            mask[index] = True
    return mask if is_covered(counts, mask, minimum) else [True] * len(counts)


def is_covered(counts: Sequence[int], mask: Sequence[bool], minimum: int) -> bool:
    """Whether what is hidden of a row hides among enough others."""
    # One hidden cell is the total less the rest. Two or more that stand for as many people as there
    # are cells hold one each, since readers know that noughts are not hidden among them.
    cells, people = sum(mask), sum(c for c, hide in zip(counts, mask, strict=True) if hide)
    return cells > 1 and people >= minimum and people > cells


def suppress_nested(
    totals: Mapping[Key, int], parts: Mapping[Key, Sequence[int]], minimum: int
) -> tuple[dict[Key, bool], dict[Key, list[bool]]]:
    """What to hide on two levels by ``suppress_row``: totals of places, and parts of each place.

    Nothing of a place whose own total is hidden is shown.
    """
    outer = dict(zip(totals, suppress_row(list(totals.values()), minimum), strict=True))
    inner = {
        key: [True] * len(cells) if outer[key] else suppress_row(cells, minimum)
        for key, cells in parts.items()
    }
    return outer, inner

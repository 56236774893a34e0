"""One rounding for every figure that people read: halves go away from nought, as in spreadsheets.

Python rounds halves to the even neighbour, so that 12.5% would be 12% on a page and 13% in the
workbook beside it. Whatever is printed goes through here.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, ROUND_UP, Decimal
from math import isfinite

#: As many digits as spreadsheets keep. 0.145 is 0.14499999… in binary; people mean 0.145.
KEPT_DIGITS = 15


def round_half_up(value: float, digits: int = 0) -> float:
    """The number with so many decimals, halves away from nought; NaN and infinity stay."""
    return quantize_decimal(value, digits, ROUND_HALF_UP)


def round_outwards(value: float, digits: int = 0) -> float:
    """The next number with so many decimals that is no nearer to nought: for *at most* and *under*.

    NaN and infinity stay.
    """
    return quantize_decimal(value, digits, ROUND_UP)


def round_percent(share: float) -> int:
    """A share (or difference of shares) of 0-1 in whole percent. Raises ValueError for NaN."""
    return int(quantize_decimal(share, 2, ROUND_HALF_UP, scale=2))


def quantize_decimal(value: float, digits: int, way: str, scale: int = 0) -> float:
    """Round what the number reads as, and not what lies behind it in binary.

    ``scale`` moves the point of the result so many places to the right.
    """
    if not isfinite(value):
        return value
    step = Decimal(1).scaleb(-digits)
    rounded = Decimal(f"{value:.{KEPT_DIGITS}g}").quantize(step, rounding=way)
    # Nothing has no sign: -0.0 would be printed with one.
    return float(rounded.scaleb(scale)) or 0.0

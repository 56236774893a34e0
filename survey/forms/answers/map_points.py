"""Points on the map: as they are typed, as ODK stores them, as they are shown."""

from __future__ import annotations

import re

# Decimals are demanded, so that no two whole numbers in a text are taken for a place.
#: ``-6.2, 106.8``, also in the middle of a map's link, with a real minus sign …
POINT_PATTERN = re.compile(r"(-?\d{1,3}\.\d+)\s*[,;\s]\s*(-?\d{1,3}\.\d+)")
#: … and with decimal commas.
DECIMAL_COMMA_PATTERN = re.compile(r"\s*(-?\d{1,3}),(\d+)[;,]?\s+(-?\d{1,3}),(\d+)\s*")


def parse_typed_point(text: str) -> str | None:
    """The point that somebody typed or pasted, as it is stored; None if there is none."""
    text = text.replace("\N{MINUS SIGN}", "-")
    text = DECIMAL_COMMA_PATTERN.sub(r"\1.\2 \3.\4", text)
    found = POINT_PATTERN.search(text)
    return format_stored_point(float(found[1]), float(found[2])) if found else None


def format_stored_point(latitude: float, longitude: float, accuracy: float | None = None) -> str:
    """As ODK stores it: latitude and longitude (degrees), altitude and accuracy (metres).

    0 stands for an altitude and an accuracy that nobody knows.
    """
    return f"{format_degrees(latitude)} {format_degrees(longitude)} 0.0 {accuracy or 0:.1f}"


def format_degrees(degrees: float) -> str:
    """To about a centimetre, without zeros at the end but one and without an exponent."""
    written = f"{degrees:.7f}".rstrip("0")
    return f"{written}0" if written.endswith(".") else written


def format_readable_point(value: str) -> str:
    """``-6.17540, 106.82720``: to about a metre."""
    return ", ".join(f"{float(part):.5f}" for part in value.split()[:2])

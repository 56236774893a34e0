"""What a drawing says and shows, read from its SVG."""

from __future__ import annotations

import re

from lxml import etree

SVG = {"svg": "http://www.w3.org/2000/svg"}


def percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def drawn(svg: bytes) -> etree._Element:
    return etree.fromstring(svg)


def texts(svg: bytes) -> list[str]:
    return [text.text or "" for text in drawn(svg).iterfind(".//svg:text", SVG)]


def squeezed(text: str) -> str:
    """Without spaces, since a label is broken into lines where it must."""
    return re.sub(r"\s", "", text)


def says(svg: bytes, label: str) -> bool:
    """Whether a label stands in the drawing, over however many lines."""
    return squeezed(label) in squeezed("".join(texts(svg)))


def hatched(svg: bytes) -> int:
    """How many shapes are hatched, those of the key too."""
    shapes = drawn(svg).iterfind(".//*[@style]")
    return sum("fill: url(#" in (shape.get("style") or "") for shape in shapes)


def filled(svg: bytes, colour: str) -> int:
    return svg.count(f"fill: {colour}".encode())

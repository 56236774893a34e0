"""What a drawing says and shows, read from its SVG."""

from __future__ import annotations

import re

from lxml import etree

SVG_NAMESPACE = {"svg": "http://www.w3.org/2000/svg"}


def format_percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def parse_svg(svg: bytes) -> etree._Element:
    return etree.fromstring(svg)


def list_svg_texts(svg: bytes) -> list[str]:
    return [text.text or "" for text in parse_svg(svg).iterfind(".//svg:text", SVG_NAMESPACE)]


def remove_spaces(text: str) -> str:
    """Without spaces, since a label is broken into lines where it must."""
    return re.sub(r"\s", "", text)


def has_label(svg: bytes, label: str) -> bool:
    """Whether a label stands in the drawing, over however many lines."""
    return remove_spaces(label) in remove_spaces("".join(list_svg_texts(svg)))


def count_hatched(svg: bytes) -> int:
    """How many shapes are hatched, those of the key too."""
    shapes = parse_svg(svg).iterfind(".//*[@style]")
    return sum("fill: url(#" in (shape.get("style") or "") for shape in shapes)


def count_filled(svg: bytes, colour: str) -> int:
    return svg.count(f"fill: {colour}".encode())

"""The fonts that documents are set in, shipped with us, so that they look alike everywhere."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst
from matplotlib.ft2font import FT2Font

from reports.charts.style import FALLBACK_FONTS, FONTS

#: For Chinese, Japanese and Korean; for Thai. Both under the SIL Open Font License.
FURTHER = ("noto_cjk_sans_otc", "fontpkg_noto_sans_thai")
#: A word longer than this may be broken anywhere.
WORD = 28
LONG_WORD = re.compile(rf"\S{{{WORD}}}(?=\S)")
#: Of signs that no font has these are left out: symbols, and what only changes other signs.
DISPENSABLE = ("S", "C", "M")
UNKNOWN = "\ufffd"


@cache
def folder() -> TemporaryDirectory[str]:
    """DejaVu alone: the folder it comes in has a font that draws every sign as a box."""
    made = TemporaryDirectory(prefix="suara-fonts-")
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"):
        shutil.copy(FALLBACK_FONTS / name, made.name)
    return made


def folders() -> Iterator[Path]:
    """Where the fonts lie, the ones that are looked at first in front."""
    yield from (FONTS, Path(folder().name))
    yield from (Path(str(files(package))) for package in FURTHER)


@cache
def fonts() -> typst.Fonts:
    """What Typst may set with: ours alone."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(path) for path in folders()],
    )


@cache
def drawable() -> frozenset[int]:
    """The code points that one of our fonts has."""
    found = (
        path for folder in folders() for path in folder.rglob("*.tt?") if "It." not in path.name
    )
    return frozenset(code for path in found for code in FT2Font(str(path)).get_charmap())


def readable(value: Any) -> Any:
    """The same data with texts that can be set: no sign without a shape, no word without a break.

    A sign that no font has would be a box, and is not allowed in an accessible document.
    """
    if isinstance(value, str):
        return LONG_WORD.sub("\\g<0>\u200b", legible(value))
    if isinstance(value, dict):
        return {k: legible(v) if k == "svg" else readable(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [readable(inner) for inner in value]
    return value


def legible(text: str) -> str:
    """A text in signs that our fonts have."""
    return text if text.isascii() else "".join(map(sign, text))


@cache
def sign(letter: str) -> str:
    """The sign itself, nothing, or the sign for one that cannot be shown."""
    if letter in "\n\t" or ord(letter) in drawable():
        return letter
    return "" if unicodedata.category(letter).startswith(DISPENSABLE) else UNKNOWN

"""The fonts that documents are set in, shipped with us, so that they look alike everywhere."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import regex
import typst
from matplotlib.ft2font import FT2Font

from reports.charts.style import FALLBACK_FONTS, FONTS

#: For Chinese, Japanese and Korean; for Thai. Both under the SIL Open Font License.
FURTHER = ("noto_cjk_sans_otc", "fontpkg_noto_sans_thai")
#: A word longer than this may be broken after every few letters.
WORD, FEW = 28, 4
LONG_WORD = re.compile(rf"\S{{{WORD + 1},}}")
PIECE = regex.compile(rf"\X{{{FEW}}}(?=\X)")
#: Of signs that no font has these are left out: symbols, and what only changes other signs.
DISPENSABLE = ("S", "C", "M")
#: What must not stand in an accessible document, whatever a font makes of it.
FORBIDDEN = ("Cc", "Co", "Cs")
BYTE_ORDER = "\ufeff"
#: Other ends of lines and paragraphs.
LINES = ("Zl", "Zp")
UNKNOWN = "\ufffd"
#: A letter with its marks.
CLUSTER = regex.compile(r"\X")


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
def faces() -> tuple[FT2Font, ...]:
    """Our fonts, the ones that are looked at first in front."""
    found = (
        path for folder in folders() for path in folder.rglob("*.tt?") if "It." not in path.name
    )
    return tuple(FT2Font(str(path)) for path in found)


def drawn_by(letter: str, fonts: Iterable[FT2Font]) -> FT2Font | None:
    """The first of some fonts that has a letter."""
    return next((font for font in fonts if font.get_char_index(ord(letter))), None)


def readable(value: Any) -> Any:
    """The same data with texts that can be set: no sign without a shape, no word without a break.

    A sign that no font has would be a box, and is not allowed in an accessible document.
    """
    if isinstance(value, str):
        return LONG_WORD.sub(lambda word: PIECE.sub("\\g<0>\u200b", word[0]), legible(value))
    if isinstance(value, dict):
        return {k: legible(v) if k == "svg" else readable(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [readable(inner) for inner in value]
    return value


def legible(text: str) -> str:
    """A text in signs that our fonts have."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(letter, CLUSTER.findall(text)))


@cache
def letter(cluster: str) -> str:
    """A letter with those of its marks that are in the font which sets the letter.

    A picture in which they come from two fonts cannot be made accessible.
    """
    base, *marks = list(unicodedata.normalize("NFC", cluster))
    font = drawn_by(base, faces())
    fonts = (font,) if font else faces()
    kept = (m for m in marks if drawn_by(m, fonts) or not unicodedata.category(m).startswith("M"))
    return "".join(map(sign, [base, *kept]))


@cache
def sign(letter: str) -> str:
    """The sign itself, nothing, or the sign for one that cannot be shown."""
    category = unicodedata.category(letter)
    if letter in "\n\t":
        return letter
    if category in LINES:
        return "\n"
    if letter == BYTE_ORDER or category in FORBIDDEN:
        return ""
    if drawn_by(letter, faces()):
        return letter
    return "" if category.startswith(DISPENSABLE) else UNKNOWN

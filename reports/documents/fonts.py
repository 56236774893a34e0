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
FURTHER_FONT_PACKAGES = ("noto_cjk_sans_otc", "fontpkg_noto_sans_thai")
#: A word longer than this may be broken after every few letters.
LONGEST_WORD, PIECE_LENGTH = 28, 4
LONG_WORD_PATTERN = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
PIECE_PATTERN = regex.compile(rf"\X{{{PIECE_LENGTH}}}(?=\X)")
#: Of signs that no font has these are left out: symbols, and what only changes other signs.
DISPENSABLE_CATEGORIES = ("S", "C", "M")
#: What must not stand in an accessible document, whatever a font makes of it.
FORBIDDEN_CATEGORIES = ("Cc", "Co", "Cs")
BYTE_ORDER = "\ufeff"
#: Other ends of lines and paragraphs.
LINE_SEPARATORS = ("Zl", "Zp")
UNKNOWN_SIGN = "\ufffd"
#: What stands for a run of letters that none of our fonts has, such as those of Javanese script.
LEFT_OUT_MARK = "[?]"
UNKNOWN_PATTERN = re.compile(f"{UNKNOWN_SIGN}(?:\\s*{UNKNOWN_SIGN})*")
#: A letter with its marks.
CLUSTER_PATTERN = regex.compile(r"\X")


@cache
def create_dejavu_folder() -> TemporaryDirectory[str]:
    """DejaVu alone: the folder it comes in has a font that draws every sign as a box."""
    # The cache holds the object, with which the folder would go.
    made = TemporaryDirectory(prefix="suara-fonts-")
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"):
        shutil.copy(FALLBACK_FONTS / name, made.name)
    return made


def list_font_folders() -> Iterator[Path]:
    """Where the fonts lie, the ones that are looked at first in front."""
    yield from (FONTS, Path(create_dejavu_folder().name))
    yield from (Path(str(files(package))) for package in FURTHER_FONT_PACKAGES)


@cache
def load_fonts() -> typst.Fonts:
    """What Typst may set with: ours alone."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(path) for path in list_font_folders()],
    )


@cache
def load_font_faces() -> tuple[FT2Font, ...]:
    """Our fonts, the ones that are looked at first in front."""
    found = (
        path
        for folder in list_font_folders()
        for path in folder.rglob("*.tt?")
        if "It." not in path.name
    )
    return tuple(FT2Font(str(path)) for path in found)


def find_font_with(letter: str, fonts: Iterable[FT2Font]) -> FT2Font | None:
    """The first of some fonts that has a letter."""
    return next((font for font in fonts if font.get_char_index(ord(letter))), None)


def make_typesettable(value: Any) -> Any:
    """Data for a template with texts that can be set: each sign has a shape, long words may break.

    A sign that no font has would be a box, and is not allowed in an accessible document.
    """
    if isinstance(value, str):
        return LONG_WORD_PATTERN.sub(
            lambda word: PIECE_PATTERN.sub("\\g<0>\u200b", word[0]), make_legible(value)
        )
    if isinstance(value, dict):
        # A drawing has long words of its own, such as the outlines of paths, that must stay whole.
        return {
            k: make_legible(v) if k == "svg" else make_typesettable(v) for k, v in value.items()
        }
    if isinstance(value, list | tuple):
        return [make_typesettable(inner) for inner in value]
    return value


def make_legible(text: str) -> str:
    """A text in signs that our fonts have, with a mark for the letters that they lack."""
    if text.isascii() and text.isprintable():
        return text
    shown = "".join(map(clean_letter, CLUSTER_PATTERN.findall(text)))
    return UNKNOWN_PATTERN.sub(LEFT_OUT_MARK, shown)


def has_letters_left_out(value: Any) -> bool:
    """Whether any text of a template's data has letters that none of our fonts has."""
    if isinstance(value, str):
        return any(clean_sign(letter) == UNKNOWN_SIGN for letter in set(value))
    if isinstance(value, dict):
        return any(map(has_letters_left_out, value.values()))
    return isinstance(value, list | tuple) and any(map(has_letters_left_out, value))


@cache
def clean_letter(cluster: str) -> str:
    """A letter with those of its marks that are in the font which sets the letter.

    A picture in which they come from two fonts cannot be made accessible.
    """
    # Composed where Unicode can: then one sign of the font is enough, and no mark gets lost.
    base, *marks = list(unicodedata.normalize("NFC", cluster))
    font = find_font_with(base, load_font_faces())
    fonts = (font,) if font else load_font_faces()
    kept = (
        m for m in marks if find_font_with(m, fonts) or not unicodedata.category(m).startswith("M")
    )
    return "".join(map(clean_sign, [base, *kept]))


@cache
def clean_sign(letter: str) -> str:
    """The sign itself, nothing, or the sign for one that cannot be shown."""
    category = unicodedata.category(letter)
    if letter in "\n\t":
        return letter
    if category in LINE_SEPARATORS:
        return "\n"
    if letter == BYTE_ORDER or category in FORBIDDEN_CATEGORIES:
        return ""
    if find_font_with(letter, load_font_faces()):
        return letter
    return "" if category.startswith(DISPENSABLE_CATEGORIES) else UNKNOWN_SIGN

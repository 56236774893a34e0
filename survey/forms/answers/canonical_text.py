"""One form for what can be typed in several: composed letters, ASCII digits.

The same word may be written with é as one character or as e and an accent, the same number with the
digits of many scripts. People cannot see the difference, and comparisons, calculations and
statistics programs can: so what is kept has one form.
"""

from __future__ import annotations

import re
import unicodedata

#: Whatever may be a digit of another script.
FOREIGN_PATTERN = re.compile(r"[^\x00-\x7f]")
#: Signs of numbers as other keyboards have them -> as they are read here.
NUMBER_SIGNS = str.maketrans(
    {
        "\N{MINUS SIGN}": "-",
        "\N{FULLWIDTH HYPHEN-MINUS}": "-",
        "\N{SMALL HYPHEN-MINUS}": "-",
        "\N{FULLWIDTH PLUS SIGN}": "+",
        "\N{FULLWIDTH COMMA}": ",",
        "\N{FULLWIDTH FULL STOP}": ".",
        "\N{FULLWIDTH COLON}": ":",
        "\N{FULLWIDTH SOLIDUS}": "/",
        "\N{ARABIC DECIMAL SEPARATOR}": ",",
        "\N{ARABIC THOUSANDS SEPARATOR}": None,
        "\N{ARABIC COMMA}": ",",
        "\N{NO-BREAK SPACE}": " ",
        "\N{NARROW NO-BREAK SPACE}": " ",
        "\N{THIN SPACE}": " ",
        "\N{FIGURE SPACE}": " ",
        "\N{IDEOGRAPHIC SPACE}": " ",
    }
)
#: Letters whose stroke or bow Unicode does not part from them -> as people type them without.
UNPARTED_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
)
#: Marks that nobody sees, such as the direction that a keyboard writes before a number.
INVISIBLE_PATTERN = re.compile(
    "[\N{ZERO WIDTH SPACE}\N{WORD JOINER}\N{ZERO WIDTH NO-BREAK SPACE}\N{SOFT HYPHEN}"
    "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}"
    "\N{ARABIC LETTER MARK}\u202a-\u202e\u2066-\u2069]"
)


def canonicalize_text(text: str) -> str:
    """A text with composed letters (Unicode's NFC) and ASCII digits."""
    composed = unicodedata.normalize("NFC", text)
    return FOREIGN_PATTERN.sub(lambda found: write_ascii_digit(found[0]), composed)


def write_ascii_digit(character: str) -> str:
    """The ASCII digit that a character stands for; the character itself for any other."""
    # Not ``isdigit``: ² and ③ are no digits of a number.
    return str(unicodedata.decimal(character)) if character.isdecimal() else character


def canonicalize_number_signs(text: str) -> str:
    """What was typed where numbers, days, times or points are asked, with the usual signs."""
    return INVISIBLE_PATTERN.sub("", text.translate(NUMBER_SIGNS)).strip()


def fold_accents(text: str) -> str:
    """A text for searching: without accents, in lower case, digits and letters in one form."""
    # NFKD parts a letter from its accents, and makes one of the several widths of a letter.
    parted = unicodedata.normalize("NFKD", canonicalize_text(text).casefold())
    plain = "".join(c for c in parted if not unicodedata.combining(c))
    return plain.translate(UNPARTED_LETTERS)

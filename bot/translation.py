"""What the bot says, in the language of whoever reads it: gettext catalogues, English as key."""

from __future__ import annotations

import gettext
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES_FOLDER = Path(__file__).parent / "locales"
#: Languages by their own name.
LANGUAGE_NAMES = {"id": "Bahasa Indonesia", "en": "English"}


class Translator:
    """The words of one language. Call it with the English text; ``{name}`` is filled in."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue = load_catalogue(language)

    def __call__(self, message: str, /, **values: object) -> str:
        text = self._catalogue.gettext(message)
        return text.format(**values) if values else text


@cache
def load_catalogue(language: str) -> gettext.NullTranslations:
    """A catalogue, compiled in memory; English needs none."""
    path = LOCALES_FOLDER / language / "suara.po"
    if not path.exists():
        return gettext.NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@cache
def get_translator(language: str) -> Translator:
    """The words of a language."""
    return Translator(language)


def match_language(code: str | None, offered: tuple[str, ...]) -> str:
    """The offered language nearest to a person's language code; the first one otherwise."""
    wanted = (code or "").partition("-")[0].lower()
    return wanted if wanted in offered else offered[0]

"""Catalogues of texts: PO files of gettext, of which the English text in the code is the key.

A language is there when there is a catalogue of it, ``FOLDER/LANGUAGE/DOMAIN.po``: nothing in the
code lists languages. Catalogues are shipped beside the code that speaks, and a city may bring its
own. Where both have a text the city's goes before; a text that none has stays English.
"""

from __future__ import annotations

import gettext
import re
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

#: The language of the texts in the code, which needs no catalogue.
SOURCE_LANGUAGE = "en"
SOURCE_NAME = "English"
#: Which of its countries' habits English dates and numbers follow.
SOURCE_LOCALE = "en_GB"
#: What a language calls itself stands in this header of its catalogue.
NAME_HEADER = re.compile(r'^"X-Language-Name: (.+)\\n"$', re.MULTILINE)
SHIPPED_FOLDERS = tuple(
    Path(__file__).parents[1] / package / "locales" for package in ("bot", "reports")
)
#: The catalogues of the city that this process speaks for, as gettext's bindtextdomain keeps them:
#: a process has one city, and texts are asked for where no settings are at hand.
_bound_folders: list[Path] = []


def bind_city_catalogues(folder: Path | str) -> None:
    """Let texts of this process come from a city's catalogues too; there need not be any."""
    _bound_folders[:] = [Path(folder)] if str(folder) else []


def list_languages() -> tuple[str, ...]:
    """Every language there is a catalogue of, by code, and that of the code itself at the end."""
    return _list_languages((*_bound_folders, *SHIPPED_FOLDERS))


@cache
def _list_languages(folders: tuple[Path, ...]) -> tuple[str, ...]:
    found = {file.parent.name for folder in folders for file in folder.glob("*/*.po")}
    return (*sorted(found - {SOURCE_LANGUAGE}), SOURCE_LANGUAGE)


def load_catalogue(domain: str, language: str) -> gettext.NullTranslations:
    """The texts of a domain, such as ``suara``, in a language; English for those it lacks."""
    return compile_catalogues(find_catalogues(f"{domain}.po", language))


def find_catalogues(pattern: str, language: str) -> tuple[Path, ...]:
    """The catalogues of a language, those that go before others first."""
    return _find_catalogues((*_bound_folders, *SHIPPED_FOLDERS), pattern, language)


@cache
def _find_catalogues(folders: tuple[Path, ...], pattern: str, language: str) -> tuple[Path, ...]:
    # Every tap asks for texts; what lies in the folders does not change while we run.
    return tuple(file for f in folders for file in sorted((f / language).glob(pattern)))


@cache
def compile_catalogues(files: tuple[Path, ...]) -> gettext.NullTranslations:
    """Catalogues compiled in memory, each falling back on the next one."""
    if not files:
        return gettext.NullTranslations()
    compiled = BytesIO()
    with files[0].open("rb") as file:
        write_mo(compiled, read_po(file, locale=files[0].parent.name))
    compiled.seek(0)
    found = gettext.GNUTranslations(compiled)
    found.add_fallback(compile_catalogues(files[1:]))
    return found


def get_own_name(language: str) -> str:
    """What a language calls itself: as its catalogue says, else as CLDR does, else its code."""
    if language == SOURCE_LANGUAGE:
        return SOURCE_NAME
    found = map(read_own_name, find_catalogues("*.po", language))
    return next(filter(None, found), get_language_name(language, language))


@cache
def read_own_name(file: Path) -> str:
    """The name in a catalogue's header; Babel drops headers that it does not know."""
    found = NAME_HEADER.search(file.read_text(encoding="utf-8"))
    return found[1].strip() if found else ""


def get_language_name(language: str, within: str) -> str:
    """What a language is called in the language ``within``, after CLDR; its code if unknown."""
    try:
        return Locale.parse(language).get_display_name(within) or language
    except (UnknownLocaleError, ValueError):
        return language


def list_language_names(code: str) -> tuple[str, ...]:
    """What people may call a language, in small letters: its own name, and in each language."""
    named = (get_language_name(code, within) for within in (code, *list_languages()))
    every = dict.fromkeys(name.lower() for name in (get_own_name(code), *named))
    return tuple(name for name in every if name != code)


def get_babel_locale(language: str) -> str:
    """The locale by which dates and numbers are written in a language."""
    return SOURCE_LOCALE if language == SOURCE_LANGUAGE else language

"""The choice of a language."""

from __future__ import annotations

from bot.callbacks.participation_callbacks import ChooseLanguage
from bot.screens.bot_info import BotInfo
from bot.screens.screen import Button, Screen
from bot.translation import LANGUAGE_NAMES, Translator


def list_other_languages(t: Translator, about: BotInfo) -> list[tuple[str, str]]:
    """The other languages: code and own name."""
    return [(code, LANGUAGE_NAMES[code]) for code in about.languages if code != t.language]


def draw_language_screen(t: Translator, about: BotInfo) -> Screen:
    """The answer to /bahasa: a button for each language."""
    buttons = [
        Button(
            f"● {LANGUAGE_NAMES[c]}" if c == t.language else LANGUAGE_NAMES[c],
            ChooseLanguage(c),
        )
        for c in about.languages
    ]
    return Screen(t("Choose your language:"), tuple((button,) for button in buttons))

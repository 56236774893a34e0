"""What the bot says, in the language of whoever reads it: gettext catalogues, English as key."""

from __future__ import annotations

from survey.catalogue import load_catalogue

#: The name of the bot's catalogues.
BOT_DOMAIN = "suara"


class Translator:
    """The words of one language. Call it with the English text; ``{name}`` is filled in."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue = load_catalogue(BOT_DOMAIN, language)

    def __call__(self, message: str, /, **values: object) -> str:
        text = self._catalogue.gettext(message)
        # Only with values, since a text without them may hold braces of its own.
        return text.format(**values) if values else text


def get_translator(language: str) -> Translator:
    """The words of a language."""
    return Translator(language)


def match_language(code: str | None, offered: tuple[str, ...]) -> str:
    """The offered language nearest to a person's language code; the first one otherwise."""
    wanted = (code or "").partition("-")[0].lower()
    return wanted if wanted in offered else offered[0]

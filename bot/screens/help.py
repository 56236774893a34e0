"""The help, and how to come into a workshop."""

from __future__ import annotations

from collections.abc import Sequence

from bot.callbacks.participation_callbacks import ShowCurrent
from bot.screens.bot_info import BotInfo
from bot.screens.screen import Button, Screen, escape_html, format_bold, join_paragraphs
from bot.translation import Translator
from reports.city_file import choose_text


def draw_help_screen(commands: Sequence[str], t: Translator, about: BotInfo) -> Screen:
    """What this is for, and which commands there are; ``commands`` has a line for each."""
    emergency = choose_text(about.emergency, t.language)
    return Screen(
        join_paragraphs(
            format_bold(t("Help")),
            t(
                "Suara asks how resilient {city} is, for {secretariat}. Tap a button or type your "
                "answer. You can stop at any moment and continue later from the last question.",
                city=escape_html(about.city),
                secretariat=escape_html(about.secretariat),
            ),
            "\n".join(commands),
            t("Do you have an invitation code? Just type it."),
            " ".join((t("This bot only asks."), escape_html(emergency))).strip(),
        ),
        ((Button(t("Continue ›"), ShowCurrent()),),),
    )


def draw_code_screen(t: Translator) -> Screen:
    """The answer to /lokakarya from somebody who is in no workshop: type its code."""
    return Screen(
        join_paragraphs(
            format_bold(t("Workshop")),
            t("Type the workshop's code; it is on the screen of the room. It looks like AIR-2017."),
        ),
        ((Button(t("Continue ›"), ShowCurrent()),),),
    )

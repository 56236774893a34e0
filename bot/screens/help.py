"""The help, and how to come into a workshop."""

from __future__ import annotations

from bot.callbacks import codec
from bot.screens.bot_info import BotInfo
from bot.screens.screen import Button, Screen, escape_html, format_bold, join_paragraphs
from bot.translation import Translator


def draw_help_screen(t: Translator, about: BotInfo) -> Screen:
    """The answer to /bantuan: what the bot is for and which commands it knows."""
    return Screen(
        join_paragraphs(
            format_bold(t("Help")),
            t(
                "Suara asks how resilient {city} is, for {secretariat}. Tap a button or type your "
                "answer. You can stop at any moment and go on later: your place is kept.",
                city=escape_html(about.city),
                secretariat=escape_html(about.secretariat),
            ),
            t(
                "/start – go on with the survey\n/lokakarya – to the workshop\n"
                "/bahasa – choose the language\n"
                "/hapus – withdraw and delete your answers\n/bantuan – this help"
            ),
            t("Do you have an invitation code? Just type it."),
            t("This bot only asks. To report a flood or a fire, use JAKI or call 112."),
        ),
        ((Button(t("Go on ›"), codec.ShowCurrent()),),),
    )


def draw_code_screen(t: Translator) -> Screen:
    """The answer to /lokakarya from somebody who is in no workshop: type its code."""
    return Screen(
        join_paragraphs(
            format_bold(t("Workshop")),
            t("Type the workshop's code; it is on the screen of the room. It looks like AIR-2017."),
        ),
        ((Button(t("Go on ›"), codec.ShowCurrent()),),),
    )

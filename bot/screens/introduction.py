"""How the bot introduces itself in a group that it was added to."""

from __future__ import annotations

from bot.screens.bot_info import BotInfo
from bot.screens.screen import Screen, escape_html, join_paragraphs
from bot.translation import Translator

#: How a link from a group is told from others, as the way somebody came.
FROM_GROUP = "grup"


def draw_introduction(chat_id: int, t: Translator, about: BotInfo) -> Screen:
    """Who this is, and what it can do in this group."""
    return Screen(
        join_paragraphs(
            t(
                "Hello! I am Suara. For {secretariat} I ask people how resilient {city} is.",
                city=escape_html(about.city),
                secretariat=escape_html(about.secretariat),
            ),
            t(
                "• Workshops: a facilitator who has joined one sends /lokakarya here; the group "
                "then votes on one message."
            ),
            t(
                "• The secretariat: reports come here once the operator has added this group; its "
                "number is {number}.",
                number=escape_html(str(chat_id)),
            ),
            explain_privacy(t, about),
        )
    )


def explain_privacy(t: Translator, about: BotInfo) -> str:
    """Where answers are given: not in a group."""
    return t(
        "Answers are private. Please write to me here: {link}",
        link=about.build_start_link(FROM_GROUP),
    )

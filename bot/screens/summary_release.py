"""The secretariat's card on a summary: may it go to those who asked for it?"""

from __future__ import annotations

from bot.callbacks.release_callbacks import ReleaseSummary
from bot.screens.screen import Button, Screen, escape_html, format_bold, join_paragraphs
from bot.translation import Translator
from survey.store.summaries import SummaryDecision


def draw_release_screen(ruled: SummaryDecision, title: str, people: int, t: Translator) -> Screen:
    """Asks, or says what was decided; ``people`` are still to be told. A no can become a yes."""
    yes = Button(t("✅ Send to {n} people", n=people), ReleaseSummary(ruled.version, 1))
    no = Button(t("✖ Do not send"), ReleaseSummary(ruled.version, 0))
    head = format_bold(t("📣 Results for those who answered: {title}", title=escape_html(title)))
    if ruled.released:
        said = t(
            "✅ Released. It goes to everybody who asked, once each, between 07:00 and 21:00. "
            "Still to be told: {n}.",
            n=people,
        )
        return Screen(join_paragraphs(head, said))
    if ruled.released is False:
        said = t("✖ It is not sent. You can still change your mind.")
        return Screen(join_paragraphs(head, said), ((yes,),))
    asked = t(
        "The survey has closed, and {n} people asked to be told the results. What they would "
        "get is above, each in their own language. Nothing is sent before you allow it.",
        n=people,
    )
    return Screen(join_paragraphs(head, asked), ((yes,), (no,)))

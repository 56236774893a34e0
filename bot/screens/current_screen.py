"""Which screen a person sees is decided here: everything that they do comes back to it.

Only what a command asks for (help, languages, withdrawing) is drawn past it, until the next tap.
"""

from __future__ import annotations

from bot.screens.bot_info import BotInfo
from bot.screens.consent import draw_consent_screen, draw_declined_screen
from bot.screens.no_survey import draw_no_survey_screen, draw_survey_closed_screen
from bot.screens.question import draw_question_screen
from bot.screens.repeat_prompt import draw_prompt_screen
from bot.screens.review import draw_review_screen
from bot.screens.screen import Screen
from bot.screens.thanks import draw_thanks_screen
from bot.screens.view_state import ViewState
from bot.screens.workshop.participant import draw_workshop_screen
from bot.translation import Translator
from survey.interview.question_order import REVIEW
from survey.services.snapshot import Notice, Snapshot


def draw_current_screen(now: Snapshot, view: ViewState, t: Translator, about: BotInfo) -> Screen:
    """The screen for how things stand: the one thing that everything comes back to."""
    if now.notice is Notice.DECLINED:
        return draw_declined_screen(now, t)
    if now.room is not None and now.is_in_room:
        return draw_workshop_screen(now, now.room, view.workshop_page, t, about)
    if now.contact is None or now.wave is None or now.interview is None:
        return draw_no_survey_screen(now, t)
    if now.interview_row is None:
        return draw_consent_screen(now, now.interview, t, about)
    made = now.interview
    if made.is_unchanged:
        return draw_thanks_screen(now, t, about)
    if now.wave not in now.open_waves:
        return draw_survey_closed_screen(t)
    if made.position == REVIEW:
        return draw_review_screen(now, made, view, t)
    if made.find_repeat(made.position):
        return draw_prompt_screen(now, made, view, t)
    return draw_question_screen(now, made, view, t)

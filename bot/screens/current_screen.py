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


def draw_current_screen(
    snapshot: Snapshot, view: ViewState, t: Translator, about: BotInfo
) -> Screen:
    """The screen for how things stand: the one thing that everything comes back to."""
    if snapshot.notice is Notice.DECLINED:
        return draw_declined_screen(snapshot, t)
    if snapshot.room is not None and snapshot.is_in_room:
        return draw_workshop_screen(snapshot, snapshot.room, view.workshop_page, t, about)
    if snapshot.contact is None or snapshot.wave is None or snapshot.interview is None:
        return draw_no_survey_screen(snapshot, t)
    if snapshot.interview_row is None:
        return draw_consent_screen(snapshot, snapshot.interview, t, about)
    interview = snapshot.interview
    if interview.is_unchanged:
        return draw_thanks_screen(snapshot, t, about)
    if snapshot.wave not in snapshot.open_waves:
        return draw_survey_closed_screen(t)
    if interview.position == REVIEW:
        return draw_review_screen(snapshot, interview, view, t)
    if interview.find_repeat(interview.position):
        return draw_prompt_screen(snapshot, interview, view, t)
    return draw_question_screen(snapshot, interview, view, t)

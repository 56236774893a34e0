"""The first screen of an interview: who asks, what is kept, and whether they agree."""

from __future__ import annotations

from bot.callbacks.participation_callbacks import (
    ChooseLanguage,
    DeclineAsMinor,
    DeclineConsent,
    GiveConsent,
)
from bot.screens.bot_info import BotInfo
from bot.screens.card import Card
from bot.screens.instructions import explain_code_result
from bot.screens.language_choice import list_other_languages
from bot.screens.screen import Button, Screen, escape_html, format_bold, join_paragraphs
from bot.screens.thanks import build_wave_row
from bot.screens.view_state import ViewState
from bot.translation import Translator
from survey.forms.model.questionnaire import Questionnaire
from survey.interview.interview import Interview
from survey.interview.steps import StepRefusalReason
from survey.services.snapshot import Snapshot


def draw_consent_screen(
    snapshot: Snapshot, interview: Interview, t: Translator, about: BotInfo
) -> Screen:
    """Who asks, why, what is kept, how long, how to withdraw; nothing is kept before it."""
    wave = snapshot.wave.id if snapshot.wave else ""
    card = Card(snapshot, interview, ViewState(), t)
    question = interview.consent_question
    body = join_paragraphs(
        explain_code_result(snapshot, t),
        format_bold(escape_html(interview.questionnaire.get_title(t.language))),
        card.render_html(question.label, question.path) if question else explain_who_asks(t, about),
        card.render_html(question.hint, question.path) if question else "",
        explain_kept_files(interview.questionnaire, t),
        t(
            "Answers are kept for at most {months} months after the survey closes; what links "
            "them to your Telegram account is deleted after {days} days. Delete everything "
            "yourself at any time: /hapus",
            months=about.answers_months,
            days=about.contacts_days,
        ),
        t("Please tap “{yes}” or “{no}”.", yes=t("Yes, I agree"), no=t("No, thank you"))
        if snapshot.notice is StepRefusalReason.KIND
        else t("Do you agree to take part?"),
    )
    others = [Button(name, ChooseLanguage(code)) for code, name in list_other_languages(t, about)]
    return Screen(
        body,
        (
            (Button(t("Yes, I agree"), GiveConsent(wave)),),
            (Button(t("No, thank you"), DeclineConsent(wave)),),
            (Button(t("I am not 18 yet"), DeclineAsMinor(wave)),),
            tuple(others),
        ),
    )


def explain_who_asks(t: Translator, about: BotInfo) -> str:
    """Who asks, for a questionnaire that does not say it itself."""
    return t(
        "{secretariat} would like to ask you some questions. Taking part is up to you, and you can "
        "stop at any time.",
        secretariat=escape_html(about.secretariat),
    )


def explain_kept_files(form: Questionnaire, t: Translator) -> str:
    """That more than words is asked for, where it is."""
    asks_files = any(question.kind.takes_file for question in form.questions)
    asks_point = any(question.kind.takes_location for question in form.questions)
    files = t("The photos, recordings or files that you send are kept with your answers.")
    point = t("Where a point on the map is asked, that exact point is kept.")
    return " ".join([files] * asks_files + [point] * asks_point)


def draw_minor_screen(t: Translator) -> Screen:
    """After somebody said that they are under 18."""
    return Screen(
        t(
            "Thank you for telling us, and for your interest in your city. Until you are 18 we may "
            "not ask you, so we keep nothing about you. Come back when you are: /start"
        )
    )


def draw_declined_screen(snapshot: Snapshot, t: Translator) -> Screen:
    """After a refusal: to whoever stays, what else there is."""
    if (
        snapshot.contact is not None
        and snapshot.wave
        and snapshot.wave.id == snapshot.contact.wave_id
    ):
        words = t("That is all right, thank you for letting us know. Perhaps this one?")
        return Screen(words, (build_wave_row(snapshot, snapshot.wave, t),))
    return Screen(
        t(
            "That is all right, thank you for letting us know. We keep nothing about you. "
            "Should you change your mind: /start"
        )
    )

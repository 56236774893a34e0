"""The screens around an interview: consent, thanks, help, language, withdrawal."""

from __future__ import annotations

from collections.abc import Sequence
from html import unescape
from urllib.parse import quote

from bot.callbacks.interview_callbacks import GoToQuestion
from bot.callbacks.participation_callbacks import (
    ChooseLanguage,
    ConfirmWithdrawal,
    DeclineConsent,
    GiveConsent,
    GoToWave,
    RequestResults,
    ShowCurrent,
)
from bot.screens.bot_info import BotInfo
from bot.screens.card import Card, ViewState
from bot.screens.instructions import explain_answer_refusal, explain_code_result
from bot.screens.question import draw_question_screen
from bot.screens.repeat_prompt import draw_prompt_screen
from bot.screens.review import draw_review_screen
from bot.screens.screen import Button, Screen, escape_html, format_bold, join_paragraphs
from bot.screens.workshop.participant import draw_workshop_screen
from bot.translation import LANGUAGE_NAMES, Translator
from survey.forms.model.questionnaire import UPLOADS, Questionnaire
from survey.interview.interview import Interview
from survey.interview.question_order import REVIEW
from survey.interview.steps import StepRefusalReason
from survey.people import Wave
from survey.services.snapshot import Notice, Receipt, Snapshot
from survey.store.result_requests import ResultRequestStatus


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


def draw_consent_screen(now: Snapshot, made: Interview, t: Translator, about: BotInfo) -> Screen:
    """Who asks, why, what is kept, how long, how to withdraw; nothing is kept before it."""
    wave = now.wave.id if now.wave else ""
    card = Card(now, made, ViewState(), t)
    asked = made.consent_question
    body = join_paragraphs(
        explain_code_result(now, t),
        format_bold(escape_html(made.questionnaire.get_title(t.language))),
        card.render_html(asked.label, asked.path) if asked else explain_who_asks(t, about),
        card.render_html(asked.hint, asked.path) if asked else "",
        explain_kept_files(made.questionnaire, t),
        t(
            "Answers are kept for at most {months} months after the survey closes; what links "
            "them to your Telegram account is deleted after {days} days. Delete everything "
            "yourself at any time: /hapus",
            months=about.answers_months,
            days=about.contacts_days,
        ),
        t("Please tap “{yes}” or “{no}”.", yes=t("Yes, I agree"), no=t("No, thank you"))
        if now.notice is StepRefusalReason.KIND
        else t("Do you agree to take part?"),
    )
    others = [Button(name, ChooseLanguage(code)) for code, name in list_other_languages(t, about)]
    return Screen(
        body,
        (
            (Button(t("Yes, I agree"), GiveConsent(wave)),),
            (Button(t("No, thank you"), DeclineConsent(wave)),),
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
    kinds = {question.kind for question in form.questions}
    files = t("The photos, recordings or files that you send are kept with your answers.")
    point = t("Where a point on the map is asked, that exact point is kept.")
    return " ".join([files] * bool(kinds & UPLOADS) + [point] * ("geopoint" in kinds))


def list_other_languages(t: Translator, about: BotInfo) -> list[tuple[str, str]]:
    """The other languages: code and own name."""
    return [(code, LANGUAGE_NAMES[code]) for code in about.languages if code != t.language]


def draw_thanks_screen(now: Snapshot, t: Translator, about: BotInfo) -> Screen:
    """After sending: what happens next, what else there is, a link to pass on."""
    wave = now.wave.id if now.wave else ""
    passed_on = (w for w in now.open_waves if "resident" in w.audience)
    public = min(passed_on, key=lambda w: w.id != wave, default=None)  # This one if it may be.
    link = about.build_start_link(f"{public.id}-ajakan") if public else ""
    row_id = now.interview_row.id if now.interview_row else 0
    can_change = wave in {w.id for w in now.open_waves}
    body = join_paragraphs(
        t("🙏 Thank you! Your answers have arrived."),
        explain_code_result(now, t),
        t(
            "What happens next: {secretariat} reads the results as totals, without names, and "
            "prepares the city's resilience plan from them.",
            secretariat=escape_html(about.secretariat),
        ),
        t("You can change your answers until the survey closes.") if can_change else "",
        explain_results_request(now, t, about),
        t("Pass it on: {link}", link=link) if link else "",
    )
    rows: list[tuple[Button, ...]] = []
    if now.result_request_status is ResultRequestStatus.NONE:
        rows.append((Button(t("🔔 Tell me the results"), RequestResults(wave, 1)),))
    elif now.result_request_status is ResultRequestStatus.WAITING:
        rows.append((Button(t("🔕 Do not tell me the results"), RequestResults(wave, 0)),))
    if now.next_wave:
        rows.append(build_wave_row(now, now.next_wave, t))
    if can_change:
        rows.append((Button(t("✏️ See or change answers"), GoToQuestion(row_id, "review")),))
    if public:
        words = quote(now.questionnaires[public.id].get_title(t.language))
        share = f"https://t.me/share/url?url={quote(link)}&text={words}"
        rows.append((Button(t("Share the link"), url=share),))
    return Screen(body, tuple(rows))


def explain_results_request(now: Snapshot, t: Translator, about: BotInfo) -> str:
    """Whether they will be told the results, and what is kept for that."""
    return {
        ResultRequestStatus.NONE: t(
            "Shall we tell you the results here? For that we keep only that you asked, apart from "
            "your answers."
        ),
        ResultRequestStatus.WAITING: t(
            "🔔 You will be told the results here after the survey has closed, once {secretariat} "
            "lets them out. /hapus deletes this request too.",
            secretariat=escape_html(about.secretariat),
        ),
        ResultRequestStatus.TOLD: "",
    }[now.result_request_status]


def build_wave_row(now: Snapshot, wave: Wave, t: Translator) -> tuple[Button, ...]:
    """A row that leads to another questionnaire."""
    return (Button(f"▶ {now.questionnaires[wave.id].get_title(t.language)}", GoToWave(wave.id)),)


def draw_declined_screen(now: Snapshot, t: Translator) -> Screen:
    """After a refusal: to whoever stays, what else there is."""
    if now.contact is not None and now.wave and now.wave.id == now.contact.wave_id:
        said = t("That is all right, thank you for letting us know. Perhaps this one?")
        return Screen(said, (build_wave_row(now, now.wave, t),))
    return Screen(
        t(
            "That is all right, thank you for letting us know. We keep nothing about you. "
            "Should you change your mind: /start"
        )
    )


def draw_stranger_screen(t: Translator) -> Screen:
    """Somebody we do not know taps a card from before."""
    return Screen(t("Hello! Send /start to begin."))


def draw_no_survey_screen(now: Snapshot, t: Translator) -> Screen:
    """There is nothing to answer just now."""
    return Screen(
        join_paragraphs(
            explain_code_result(now, t),
            t("There is no open survey for you at the moment. Thank you for stopping by!"),
        )
    )


def draw_survey_closed_screen(t: Translator) -> Screen:
    """The wave ended while somebody was at it."""
    return Screen(
        t("This survey has closed. What you had answered is kept. Thank you! /hapus deletes it.")
    )


def draw_help_screen(commands: Sequence[str], t: Translator, about: BotInfo) -> Screen:
    """/bantuan; ``commands`` is a line for each."""
    return Screen(
        join_paragraphs(
            format_bold(t("Help")),
            t(
                "Suara asks how resilient {city} is, for {secretariat}. Tap a button or type your "
                "answer. You can stop at any moment and go on later: your place is kept.",
                city=escape_html(about.city),
                secretariat=escape_html(about.secretariat),
            ),
            "\n".join(commands),
            t("Do you have an invitation code? Just type it."),
            t("This bot only asks. To report a flood or a fire, use JAKI or call 112."),
        ),
        ((Button(t("Go on ›"), ShowCurrent()),),),
    )


def draw_code_screen(t: Translator) -> Screen:
    """/lokakarya without being in one."""
    return Screen(
        join_paragraphs(
            format_bold(t("Workshop")),
            t("Type the workshop's code; it is on the screen of the room. It looks like AIR-2017."),
        ),
        ((Button(t("Go on ›"), ShowCurrent()),),),
    )


def draw_language_screen(t: Translator, about: BotInfo) -> Screen:
    """/bahasa"""
    buttons = [
        Button(
            f"● {LANGUAGE_NAMES[c]}" if c == t.language else LANGUAGE_NAMES[c],
            ChooseLanguage(c),
        )
        for c in about.languages
    ]
    return Screen(t("Choose your language:"), tuple((button,) for button in buttons))


def draw_withdrawal_screen(
    holdings: dict[str, int],
    files: int,
    votes: int,
    titles: dict[str, Questionnaire],
    t: Translator,
) -> Screen:
    """/hapus: what will be deleted, asked once."""
    lines = list_holdings(holdings, files, votes, titles, t)
    return Screen(
        join_paragraphs(
            format_bold(t("Withdraw and delete everything?")),
            t(
                "We would delete the link to your Telegram account, your language, your request "
                "for the results, and:"
            ),
            "\n".join(lines) or t("• no answers: none are kept"),
            t("This cannot be undone. Figures in reports already made stay as they are."),
        ),
        (
            (Button(t("Yes, delete everything"), ConfirmWithdrawal()),),
            (Button(t("No, keep them"), ShowCurrent()),),
        ),
    )


def list_holdings(
    answers: dict[str, int], files: int, votes: int, titles: dict[str, Questionnaire], t: Translator
) -> list[str]:
    """A line for each survey's answers, one for the files and one for the votes."""
    lines = [
        t("• {title}: {n} answers", title=escape_html(name_wave(wave, titles, t)), n=n)
        for wave, n in answers.items()
    ]
    if files:
        lines.append(t("• {n} photos, recordings or files", n=files))
    if votes:
        lines.append(t("• {n} votes in workshops", n=votes))
    return lines


def name_wave(wave: str, titles: dict[str, Questionnaire], t: Translator) -> str:
    """A wave's title, or its id where it is not open any more."""
    return titles[wave].get_title(t.language) if wave in titles else wave


def draw_receipt_screen(
    receipt: Receipt | None, titles: dict[str, Questionnaire], t: Translator
) -> Screen:
    """After a withdrawal."""
    if receipt is None:
        return Screen(t("There is nothing of yours here: nothing had to be deleted."))
    lines = list_holdings(
        receipt.deleted_answers, receipt.file_count, receipt.vote_count, titles, t
    )
    return Screen(
        join_paragraphs(
            format_bold(t("Deleted.")),
            "\n".join(lines),
            t("Your receipt: {code}", code=f"<code>{receipt.code}</code>"),
            t(
                "We no longer know who you are. What stands in this chat you can delete yourself. "
                "Thank you for the time you gave us."
            ),
        )
    )


def format_toast(now: Snapshot, t: Translator) -> str:
    """A short word for a tap that changed nothing; Telegram shows 200 characters."""
    if now.notice is StepRefusalReason.STALE:
        return t("This card has moved on.")
    if now.notice is StepRefusalReason.INCOMPLETE:
        return t("One question is still open.")
    if now.notice is Notice.CLOSED:
        return t("This survey has closed.")
    if now.interview is None or now.interview.position == REVIEW or now.interview_row is None:
        return ""
    return format_plain_refusal(Card(now, now.interview, ViewState(), t))


def format_plain_refusal(card: Card) -> str:
    """The reason without markup."""
    return unescape(explain_answer_refusal(card))[:200]

"""The screens around an interview: consent, thanks, help, language, withdrawal."""

from __future__ import annotations

from html import unescape
from urllib.parse import quote

from bot.callbacks import codec
from bot.screens.bot_info import About
from bot.screens.card import Card, View
from bot.screens.instructions import about_code, reason
from bot.screens.question import question_screen
from bot.screens.repeat_prompt import prompt_screen
from bot.screens.review import review_screen
from bot.screens.screen import Button, Screen, bold, paragraphs, safe
from bot.screens.workshop.participant import room_screen
from bot.translation import LANGUAGES, Texts
from survey.forms.model.questionnaire import UPLOADS, Questionnaire
from survey.interview.interview import Interview
from survey.interview.question_order import REVIEW
from survey.interview.steps import Reason
from survey.people import Wave
from survey.services.snapshot import Receipt, Situation, Told
from survey.store.result_requests import Wished


def where(now: Situation, view: View, t: Texts, about: About) -> Screen:
    """The screen for how things stand: the one thing that everything comes back to."""
    if now.told is Told.DECLINED:
        return declined(now, t)
    if now.room is not None and now.in_room:
        return room_screen(now, now.room, view.sight, t, about)
    if now.contact is None or now.wave is None or now.interview is None:
        return nothing_open(now, t)
    if now.row is None:
        return consent(now, now.interview, t, about)
    made = now.interview
    if made.rests:
        return thanks(now, t, about)
    if now.wave not in now.open:
        return closed(t)
    if made.at == REVIEW:
        return review_screen(now, made, view, t)
    if made.repeat(made.at):
        return prompt_screen(now, made, view, t)
    return question_screen(now, made, view, t)


def consent(now: Situation, made: Interview, t: Texts, about: About) -> Screen:
    """Who asks, why, what is kept, how long, how to withdraw; nothing is kept before it."""
    wave = now.wave.id if now.wave else ""
    card = Card(now, made, View(), t)
    asked = made.consent
    body = paragraphs(
        about_code(now, t),
        bold(safe(made.questionnaire.called(t.language))),
        card.say(asked.label, asked.path) if asked else who_asks(t, about),
        card.say(asked.hint, asked.path) if asked else "",
        kept_besides(made.questionnaire, t),
        t(
            "Answers are kept for at most {months} months after the survey closes; what links "
            "them to your Telegram account is deleted after {days} days. Delete everything "
            "yourself at any time: /hapus",
            months=about.answers_months,
            days=about.contacts_days,
        ),
        t("Please tap “{yes}” or “{no}”.", yes=t("Yes, I agree"), no=t("No, thank you"))
        if now.told is Reason.KIND
        else t("Do you agree to take part?"),
    )
    others = [Button(name, codec.Speak(code)) for code, name in others_than(t, about)]
    return Screen(
        body,
        (
            (Button(t("Yes, I agree"), codec.Agree(wave)),),
            (Button(t("No, thank you"), codec.Decline(wave)),),
            tuple(others),
        ),
    )


def who_asks(t: Texts, about: About) -> str:
    """Who asks, for a questionnaire that does not say it itself."""
    return t(
        "{secretariat} would like to ask you some questions. Taking part is up to you, and you can "
        "stop at any time.",
        secretariat=safe(about.secretariat),
    )


def kept_besides(form: Questionnaire, t: Texts) -> str:
    """That more than words is asked for, where it is."""
    kinds = {question.kind for question in form.questions}
    files = t("The photos, recordings or files that you send are kept with your answers.")
    point = t("Where a point on the map is asked, that exact point is kept.")
    return " ".join([files] * bool(kinds & UPLOADS) + [point] * ("geopoint" in kinds))


def others_than(t: Texts, about: About) -> list[tuple[str, str]]:
    """The other languages: code and own name."""
    return [(code, LANGUAGES[code]) for code in about.languages if code != t.language]


def thanks(now: Situation, t: Texts, about: About) -> Screen:
    """After sending: what happens next, what else there is, a link to pass on."""
    wave = now.wave.id if now.wave else ""
    passed_on = (w for w in now.open if "resident" in w.audience)
    public = min(passed_on, key=lambda w: w.id != wave, default=None)  # This one if it may be.
    link = about.link(f"{public.id}-ajakan") if public else ""
    row_id = now.row.id if now.row else 0
    can_change = wave in {w.id for w in now.open}
    body = paragraphs(
        t("🙏 Thank you! Your answers have arrived."),
        about_code(now, t),
        t(
            "What happens next: {secretariat} reads the results as totals, without names, and "
            "prepares the city's resilience plan from them.",
            secretariat=safe(about.secretariat),
        ),
        t("You can change your answers until the survey closes.") if can_change else "",
        about_results(now, t, about),
        t("Pass it on: {link}", link=link) if link else "",
    )
    rows: list[tuple[Button, ...]] = []
    if now.wished is Wished.NO:
        rows.append((Button(t("🔔 Tell me the results"), codec.Tell(wave, 1)),))
    elif now.wished is Wished.YES:
        rows.append((Button(t("🔕 Do not tell me the results"), codec.Tell(wave, 0)),))
    if now.next_wave:
        rows.append(to_wave(now, now.next_wave, t))
    if can_change:
        rows.append((Button(t("✏️ See or change answers"), codec.Edit(row_id, "review")),))
    if public:
        words = quote(now.titles[public.id].called(t.language))
        share = f"https://t.me/share/url?url={quote(link)}&text={words}"
        rows.append((Button(t("Share the link"), url=share),))
    return Screen(body, tuple(rows))


def about_results(now: Situation, t: Texts, about: About) -> str:
    """Whether they will be told the results, and what is kept for that."""
    return {
        Wished.NO: t(
            "Shall we tell you the results here? For that we keep only that you asked, apart from "
            "your answers."
        ),
        Wished.YES: t(
            "🔔 You will be told the results here after the survey has closed, once {secretariat} "
            "lets them out. /hapus deletes this request too.",
            secretariat=safe(about.secretariat),
        ),
        Wished.TOLD: "",
    }[now.wished]


def to_wave(now: Situation, wave: Wave, t: Texts) -> tuple[Button, ...]:
    """A row that leads to another questionnaire."""
    return (Button(f"▶ {now.titles[wave.id].called(t.language)}", codec.Turn(wave.id)),)


def declined(now: Situation, t: Texts) -> Screen:
    """After a refusal: to whoever stays, what else there is."""
    if now.contact is not None and now.wave and now.wave.id == now.contact.wave_id:
        said = t("That is all right, thank you for letting us know. Perhaps this one?")
        return Screen(said, (to_wave(now, now.wave, t),))
    return Screen(
        t(
            "That is all right, thank you for letting us know. We keep nothing about you. "
            "Should you change your mind: /start"
        )
    )


def stranger(t: Texts) -> Screen:
    """Somebody we do not know taps a card from before."""
    return Screen(t("Hello! Send /start to begin."))


def nothing_open(now: Situation, t: Texts) -> Screen:
    """There is nothing to answer just now."""
    return Screen(
        paragraphs(
            about_code(now, t),
            t("There is no open survey for you at the moment. Thank you for stopping by!"),
        )
    )


def closed(t: Texts) -> Screen:
    """The wave ended while somebody was at it."""
    return Screen(
        t("This survey has closed. What you had answered is kept. Thank you! /hapus deletes it.")
    )


def help_screen(t: Texts, about: About) -> Screen:
    """/bantuan"""
    return Screen(
        paragraphs(
            bold(t("Help")),
            t(
                "Suara asks how resilient {city} is, for {secretariat}. Tap a button or type your "
                "answer. You can stop at any moment and go on later: your place is kept.",
                city=safe(about.city),
                secretariat=safe(about.secretariat),
            ),
            t(
                "/start – go on with the survey\n/lokakarya – to the workshop\n"
                "/bahasa – choose the language\n"
                "/hapus – withdraw and delete your answers\n/bantuan – this help"
            ),
            t("Do you have an invitation code? Just type it."),
            t("This bot only asks. To report a flood or a fire, use JAKI or call 112."),
        ),
        ((Button(t("Go on ›"), codec.Look()),),),
    )


def code_screen(t: Texts) -> Screen:
    """/lokakarya without being in one."""
    return Screen(
        paragraphs(
            bold(t("Workshop")),
            t("Type the workshop's code; it is on the screen of the room. It looks like AIR-2017."),
        ),
        ((Button(t("Go on ›"), codec.Look()),),),
    )


def language_screen(t: Texts, about: About) -> Screen:
    """/bahasa"""
    buttons = [
        Button(f"● {LANGUAGES[c]}" if c == t.language else LANGUAGES[c], codec.Speak(c))
        for c in about.languages
    ]
    return Screen(t("Choose your language:"), tuple((button,) for button in buttons))


def withdraw_screen(
    holdings: dict[str, int], files: int, votes: int, titles: dict[str, Questionnaire], t: Texts
) -> Screen:
    """/hapus: what will be deleted, asked once."""
    lines = held(holdings, files, votes, titles, t)
    return Screen(
        paragraphs(
            bold(t("Withdraw and delete everything?")),
            t(
                "We would delete the link to your Telegram account, your language, your request "
                "for the results, and:"
            ),
            "\n".join(lines) or t("• no answers: none are kept"),
            t("This cannot be undone. Figures in reports already made stay as they are."),
        ),
        (
            (Button(t("Yes, delete everything"), codec.Withdraw()),),
            (Button(t("No, keep them"), codec.Look()),),
        ),
    )


def held(
    answers: dict[str, int], files: int, votes: int, titles: dict[str, Questionnaire], t: Texts
) -> list[str]:
    """A line for each survey's answers, one for the files and one for the votes."""
    lines = [
        t("• {title}: {n} answers", title=safe(named(wave, titles, t)), n=n)
        for wave, n in answers.items()
    ]
    if files:
        lines.append(t("• {n} photos, recordings or files", n=files))
    if votes:
        lines.append(t("• {n} votes in workshops", n=votes))
    return lines


def named(wave: str, titles: dict[str, Questionnaire], t: Texts) -> str:
    """A wave's title, or its id where it is not open any more."""
    return titles[wave].called(t.language) if wave in titles else wave


def receipt_screen(receipt: Receipt | None, titles: dict[str, Questionnaire], t: Texts) -> Screen:
    """After a withdrawal."""
    if receipt is None:
        return Screen(t("There is nothing of yours here: nothing had to be deleted."))
    lines = held(receipt.deleted, receipt.files, receipt.votes, titles, t)
    return Screen(
        paragraphs(
            bold(t("Deleted.")),
            "\n".join(lines),
            t("Your receipt: {code}", code=f"<code>{receipt.code}</code>"),
            t(
                "We no longer know who you are. What stands in this chat you can delete yourself. "
                "Thank you for the time you gave us."
            ),
        )
    )


def toast(now: Situation, t: Texts) -> str:
    """A short word for a tap that changed nothing; Telegram shows 200 characters."""
    if now.told is Reason.STALE:
        return t("This card has moved on.")
    if now.told is Reason.INCOMPLETE:
        return t("One question is still open.")
    if now.told is Told.CLOSED:
        return t("This survey has closed.")
    if now.interview is None or now.interview.at == REVIEW or now.row is None:
        return ""
    return plain_reason(Card(now, now.interview, View(), t))


def plain_reason(card: Card) -> str:
    """The reason without markup."""
    return unescape(reason(card))[:200]

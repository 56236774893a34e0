"""The secretariat's cards: one answer at a time, to be quoted or not."""

from __future__ import annotations

from bot.callbacks.release_callbacks import ReviewQuote, ShowQuotes
from bot.screens.screen import (
    Button,
    Screen,
    draw_progress_bar,
    escape_html,
    format_bold,
    format_italic,
    join_paragraphs,
)
from bot.translation import Translator
from survey.redaction import RedactedText, find_possible_names, redact
from survey.services.quote_service import QuoteCase, QuoteDecision
from survey.store.quotes import QuotableAnswer, QuoteCounts


def draw_open_quote_screen(
    case: QuoteCase, t: Translator, before: QuotableAnswer | None = None
) -> Screen:
    """The next answer to decide on; ``before`` is the one just decided on."""
    undo = (
        [Button(t("↩️ Undo the last one"), build_quote_callback("undo", before))] if before else []
    )
    listed = t("📋 Released ({number})", number=case.counts.released)
    last = [Button(listed, ShowQuotes("released"))] if case.counts.released else []
    head = join_paragraphs(
        format_bold(t("💬 Quotes for the reports")), format_review_progress(case.counts, t)
    )
    if case.answer is None:
        empty = t("All have been looked at.") if case.counts.total else t("Nobody has written.")
        return Screen(join_paragraphs(head, empty), (tuple(undo), tuple(last)))
    shown = redact(case.answer.text)
    text = join_paragraphs(
        head,
        format_quote(case, shown.text),
        format_privacy_warnings(shown, t),
        t("May this be quoted? Nobody should be able to tell who wrote it or whom it is about."),
        t("✂️ To shorten it, reply to this message with the part that may be quoted."),
    )
    decide = (
        Button(t("✅ Release"), build_quote_callback("ok", case.answer)),
        Button(t("❌ Do not quote"), build_quote_callback("no", case.answer)),
    )
    later = (Button(t("⏭ Later"), build_quote_callback("later", case.answer)), *undo)
    return Screen(text, (decide, later, tuple(last)))


def draw_released_quote_screen(case: QuoteCase, t: Translator) -> Screen:
    """One of those that were released."""
    judge = Button(t("💬 Look at more"), ShowQuotes("open"))
    head = format_bold(t("📋 Released: {number}", number=case.counts.released))
    if case.answer is None:
        return Screen(join_paragraphs(head, t("None is released at present.")), ((judge,),))
    back = Button(t("↩️ Take back"), build_quote_callback("back", case.answer))
    after = Button(t("▶ Next one"), build_quote_callback("next", case.answer))
    text = join_paragraphs(head, format_quote(case, case.answer.released_text or ""))
    return Screen(text, ((back, after), (judge,)))


def format_quote(case: QuoteCase, text: str) -> str:
    """The question and what was answered."""
    return join_paragraphs(format_italic(escape_html(case.question)), f"“{escape_html(text)}”")


def format_review_progress(judged: QuoteCounts, t: Translator) -> str:
    """How far they have got; what was given a decision counts, whatever it was."""
    done = judged.total - judged.undecided
    counts = t(
        "{done} of {written} looked at · {released} released",
        done=done,
        written=judged.total,
        released=judged.released,
    )
    return f"{draw_progress_bar(done, judged.total)} {counts}" if judged.total else ""


def format_privacy_warnings(shown: RedactedText, t: Translator) -> str:
    """What was taken out, and what may still be a name."""
    lines = []
    if shown.removals:
        lines.append(t("🛡 Taken out already: {number}", number=shown.removals))
    if names := find_possible_names(shown.text):
        lines.append(t("⚠️ A name? {words}", words=escape_html(", ".join(names))))
    return "\n".join(lines)


def build_quote_callback(what: str, answer: QuotableAnswer) -> ReviewQuote:
    place = answer.place
    return ReviewQuote(what, place.interview, place.question, place.occurrence, answer.version)


def explain_ruling(ruled: QuoteDecision, t: Translator) -> str:
    """Why a decision was not kept; nothing where it was."""
    return {
        QuoteDecision.DONE: "",
        QuoteDecision.ALREADY: t("That was decided already."),
        QuoteDecision.CHANGED: t("This answer was changed or deleted meanwhile."),
        QuoteDecision.OTHER_WORDS: t(
            "A quote can only be shortened. Please send words of the answer itself, in their order."
        ),
    }[ruled]

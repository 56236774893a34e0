"""The secretariat's cards: one answer at a time, to be quoted or not."""

from __future__ import annotations

from bot.callbacks import codec
from bot.screens.screen import Button, Screen, bar, bold, italic, paragraphs, safe
from bot.translation import Texts
from survey.redaction import Redacted, doubtful, redacted
from survey.services.quote_service import Case, Ruled
from survey.store.quotes import Judged, Written


def open_screen(case: Case, t: Texts, before: Written | None = None) -> Screen:
    """The next answer to decide on; ``before`` is the one just decided on."""
    undo = [Button(t("↩️ Undo the last one"), tap("undo", before))] if before else []
    listed = t("📋 Released ({number})", number=case.judged.released)
    last = [Button(listed, codec.Quotes("released"))] if case.judged.released else []
    head = paragraphs(bold(t("💬 Quotes for the reports")), progress(case.judged, t))
    if case.answer is None:
        empty = t("All have been looked at.") if case.judged.written else t("Nobody has written.")
        return Screen(paragraphs(head, empty), (tuple(undo), tuple(last)))
    shown = redacted(case.answer.text)
    text = paragraphs(
        head,
        quoted(case, shown.text),
        warnings(shown, t),
        t("May this be quoted? Nobody should be able to tell who wrote it or whom it is about."),
        t("✂️ To shorten it, reply to this message with the part that may be quoted."),
    )
    decide = (
        Button(t("✅ Release"), tap("ok", case.answer)),
        Button(t("❌ Do not quote"), tap("no", case.answer)),
    )
    later = (Button(t("⏭ Later"), tap("later", case.answer)), *undo)
    return Screen(text, (decide, later, tuple(last)))


def released_screen(case: Case, t: Texts) -> Screen:
    """One of those that were released."""
    judge = Button(t("💬 Look at more"), codec.Quotes("open"))
    head = bold(t("📋 Released: {number}", number=case.judged.released))
    if case.answer is None:
        return Screen(paragraphs(head, t("None is released at present.")), ((judge,),))
    back = Button(t("↩️ Take back"), tap("back", case.answer))
    after = Button(t("▶ Next one"), tap("next", case.answer))
    text = paragraphs(head, quoted(case, case.answer.quoted or ""))
    return Screen(text, ((back, after), (judge,)))


def quoted(case: Case, text: str) -> str:
    """The question and what was answered."""
    return paragraphs(italic(safe(case.question)), f"“{safe(text)}”")


def progress(judged: Judged, t: Texts) -> str:
    """How far they have got; what was given a decision counts, whatever it was."""
    done = judged.written - judged.open
    counts = t(
        "{done} of {written} looked at · {released} released",
        done=done,
        written=judged.written,
        released=judged.released,
    )
    return f"{bar(done, judged.written)} {counts}" if judged.written else ""


def warnings(shown: Redacted, t: Texts) -> str:
    """What was taken out, and what may still be a name."""
    lines = []
    if shown.removed:
        lines.append(t("🛡 Taken out already: {number}", number=shown.removed))
    if names := doubtful(shown.text):
        lines.append(t("⚠️ A name? {words}", words=safe(", ".join(names))))
    return "\n".join(lines)


def tap(what: str, answer: Written) -> codec.Quote:
    place = answer.place
    return codec.Quote(what, place.interview, place.question, place.occurrence, answer.version)


def ruling(ruled: Ruled, t: Texts) -> str:
    """Why a decision was not kept; nothing where it was."""
    return {
        Ruled.DONE: "",
        Ruled.ALREADY: t("That was decided already."),
        Ruled.CHANGED: t("This answer was changed or deleted meanwhile."),
        Ruled.OTHER_WORDS: t(
            "A quote can only be shortened. Please send words of the answer itself, in their order."
        ),
    }[ruled]

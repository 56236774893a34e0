"""Residents and participants: what they type."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.handlers.context import HandlerContext
from bot.handlers.participants import enter_code
from bot.handlers.participants import handle_workshop_text as in_room
from bot.handlers.private_messages import accepts_text, interpret_text, welcome_and_read_request
from bot.handlers.view_memory import LongText
from bot.screens.card import Card, find_choice_page, format_choice_label
from bot.screens.choice_buttons import has_long_labels
from bot.screens.view_state import ViewState
from bot.telegram.taps import IncomingUpdate
from survey.forms.answers.canonical_text import canonicalize_number_signs, canonicalize_text
from survey.forms.answers.date_parsing import parse_day
from survey.forms.answers.stored_values import fits_question, match_labels, normalize_label
from survey.forms.model.questionnaire import Question
from survey.interview.interview import Interview
from survey.interview.question_order import REVIEW
from survey.interview.steps import StepRefusalReason
from survey.people import parse_code
from survey.services.snapshot import Notice, Request, Snapshot

#: What people type to say yes, in both languages.
CONSENT_WORDS = frozenset(
    {"ya", "iya", "ya, saya setuju", "setuju", "saya setuju", "yes", "yes, i agree"}
)
#: What people type at a repeat's prompt for another instance, and for no more.
MORE_WORDS = frozenset(
    {"ya", "iya", "ada", "ada lagi", "lagi", "masih", "masih ada", "tambah", "tambah lagi"}
    | {"yes", "add", "add another", "another", "more"}
)
ENOUGH_WORDS = frozenset(
    {"tidak", "tidak ada", "tidak ada lagi", "cukup", "sudah", "selesai", "lanjut", "cukup lanjut"}
    | {"no", "none", "enough", "done", "next", "go on"}
)

#: A message has no more UTF-16 units (core.telegram.org/bots/api, Message); phones cut a longer
#: text into several, at a blank that they look for before that. How far before is not documented.
LONGEST_MESSAGE = 4096
SHORTEST_PART = LONGEST_MESSAGE - 600
#: The parts are sent one right after the other; on a bad network that may take some seconds.
LONGEST_SPLIT = timedelta(seconds=10)
#: Nobody has read the next question and typed an answer so soon.
QUICKEST_ANSWER = timedelta(seconds=2)


async def handle_text(context: HandlerContext, update: IncomingUpdate, text: str) -> None:
    """A text: a code, a yes, or an answer to the question on the card."""
    request, snapshot = await welcome_and_read_request(context, update)
    if parse_code(text):
        joined = await enter_code(context, request, snapshot, text)
        no_code = joined.notice in (Notice.UNKNOWN_CODE, Notice.GUESSED)
        if not no_code or not (accepts_text(snapshot) or snapshot.is_in_room):
            context.show_current(update, joined)
            return
        request, snapshot = (
            replace(request, last_seen=snapshot),
            replace(snapshot, notice=joined.notice if snapshot.is_in_room else None),
        )
    if snapshot.is_in_room:
        await in_room(context, update, request, snapshot, text)
        return
    if await join_long_text(context, update, request, snapshot, text):
        return
    if not await context.has_seen(update, snapshot):
        context.show_current(update, replace(snapshot, notice=Notice.UNSEEN))
        return
    interview = snapshot.interview
    if (
        snapshot.interview_row is None
        and snapshot.wave is not None
        and text.strip().casefold() in CONSENT_WORDS
    ):
        context.show_current(update, await context.services.interviews.agree(request))
    elif (
        interview is not None
        and interview.find_repeat(interview.position)
        and snapshot.interview_row is not None
        and not interview.is_unchanged
    ):
        context.show_current(update, await answer_prompt(context, request, snapshot, text))
    elif interview is None or not accepts_text(snapshot):
        context.show_current(
            update,
            replace(snapshot, notice=StepRefusalReason.KIND)
            if snapshot.interview_row is None
            else snapshot,
        )
    elif interview.find_question(interview.position).itemset is not None:
        await choose_from_list(context, update, request, snapshot, interview, text)
    else:
        await answer_with_text(context, update, request, snapshot, interview, text)


async def answer_with_text(
    context: HandlerContext,
    update: IncomingUpdate,
    request: Request,
    snapshot: Snapshot,
    interview: Interview,
    text: str,
) -> None:
    """Typing an answer. Of a day and a time the day alone will do: the card then asks the time."""
    value = interpret_text(request, interview, interview.position, text)
    question, at = (
        interview.find_question(interview.position),
        request.at.astimezone(interview.form.zone),
    )
    day = (
        parse_day(text, at.date()) if question.kind.asks_day and question.kind.asks_clock else None
    )
    if day and not fits_question(question, value):
        context.show_current(update, snapshot, ViewState(page=int(f"{day:%Y%m%d}")))
    else:
        key = interview.position
        after = await context.services.interviews.answer(request, key, value)
        note_long_text(context, update, after, key, text)
        context.show_current(update, after)


# Texts that a phone has cut


def note_long_text(
    context: HandlerContext, update: IncomingUpdate, after: Snapshot, key: str, text: str
) -> None:
    """Remember an answer that may go on in the next message."""
    sent = update.message
    if sent and after.notice is None and after.interview_row and count_units(text) >= SHORTEST_PART:
        context.views.note_long_text(
            after.telegram_id,
            LongText(sent.message_id, sent.date, after.interview_row.id, key, text),
        )


async def join_long_text(
    context: HandlerContext, update: IncomingUpdate, request: Request, snapshot: Snapshot, text: str
) -> bool:
    """Whether a text goes on with the one before it; then both are the answer to its question."""
    begun, sent = context.views.take_long_text(request.telegram_id), update.message
    interview, row = snapshot.interview, snapshot.interview_row
    if begun is None or sent is None or interview is None or row is None:
        return False
    saw_next = context.senders.shown_screens.has_seen(snapshot, sent.date, sent.message_id)
    longest = QUICKEST_ANSWER if saw_next else LONGEST_SPLIT
    goes_on = sent.date - begun.sent_at <= longest and sent.message_id > begun.message_id
    if not goes_on or row.id != begun.interview_id or interview.last_key != begun.key:
        return False
    # Phones take away the blank at which they cut; one that found none cuts where it must.
    between = "" if count_units(begun.text) == LONGEST_MESSAGE else " "
    whole = begun.text + between + text
    value = interpret_text(request, interview, begun.key, whole)
    after = await context.services.interviews.change_answer(request, begun.key, value)
    note_long_text(context, update, after, begun.key, whole)
    context.show_current(update, after)
    return True


def count_units(text: str) -> int:
    """The length of a text as Telegram counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


async def answer_prompt(
    context: HandlerContext, request: Request, snapshot: Snapshot, text: str
) -> Snapshot:
    """Words for another instance, or for enough."""
    at = snapshot.interview.position if snapshot.interview else REVIEW
    words = normalize_label(text)
    if words in MORE_WORDS:
        return await context.services.interviews.add_instance(request, at)
    if words in ENOUGH_WORDS:
        return await context.services.interviews.finish_repeat(request, at)
    return replace(snapshot, notice=StepRefusalReason.KIND)


async def choose_from_list(
    context: HandlerContext,
    update: IncomingUpdate,
    request: Request,
    snapshot: Snapshot,
    interview: Interview,
    text: str,
) -> None:
    """Typing at a list: what fits alone is chosen, several are shown, none is said.

    What fits by a code that the card does not show is shown to be tapped, not chosen.
    """
    key, question = interview.position, interview.find_question(interview.position)
    offered = [choice.value for choice in interview.form.list_choices(key)]
    card = Card(snapshot, interview, ViewState(), context.choose_texts(update, snapshot))
    found = find_fitting_choices(card, text)
    by_code = [] if found else find_fitting_codes(card, text)
    level = context.services.interviews.smallest_level
    if not found and (smallest := find_named_place(interview, question, text, level)):
        context.show_current(
            update, await context.services.interviews.answer_by_place(request, smallest)
        )
    elif not found and not by_code:
        context.show_current(update, replace(snapshot, notice=StepRefusalReason.CHOICE))
    elif len(found) != 1:
        numbers = (find_choice_number(interview, key, offered[i]) for i in found or by_code)
        context.show_current(update, snapshot, ViewState(matches=tuple(numbers)))
    elif question.kind.takes_several:
        chosen = offered[found[0]]
        ticked = chosen not in interview.form.get_value(key).split()
        after = await context.services.interviews.tick_choice(request, key, chosen, ticked)
        context.show_current(
            update, after, ViewState(page=find_choice_page(interview, key, chosen))
        )
    else:
        context.show_current(
            update, await context.services.interviews.answer(request, key, offered[found[0]])
        )


def find_fitting_choices(card: Card, text: str) -> list[int]:
    """Which of the choices on offer somebody means by typing ``text``, a part of a label.

    A number means first what the card shows with it: a point of a table's scale, a label that is
    that number, the number before a label that was too long for its button.
    """
    choices = card.interview.form.list_choices(card.key)
    labels = [format_choice_label(card, card.key, choice) for choice in choices]
    written = canonicalize_number_signs(canonicalize_text(text))
    if not any(map(str.isalpha, written)):
        is_table = card.interview.find_page(card.key) != card.key
        shown = labels
        if is_table:
            shown = [choice.value for choice in choices]
        elif has_long_labels(card):
            shown = [str(number) for number, _ in enumerate(choices, 1)]
        found = [index for index, label in enumerate(shown) if label == written]
        # A search knows no signs: of -1 it would find 1.
        if found or is_table or written.startswith(("-", "+")):
            return found
    return match_labels(labels, written)


def find_fitting_codes(card: Card, text: str) -> list[int]:
    """Which codes somebody may mean by typing ``text``, where no label fits.

    None in a table, whose buttons show the codes.
    """
    if card.interview.find_page(card.key) != card.key:
        return []
    codes = [choice.value for choice in card.interview.form.list_choices(card.key)]
    written = canonicalize_number_signs(canonicalize_text(text))
    if written.startswith(("-", "+")):
        return [index for index, code in enumerate(codes) if code == written]
    return match_labels(codes, written)


def find_named_place(
    interview: Interview, question: Question, text: str, smallest_level: str
) -> str | None:
    """The one smallest place that somebody means who names it where a larger one is asked."""
    if "place" not in question.suara_attributes:
        return None
    lists = (
        q
        for q in interview.questionnaire.questions
        if q.suara_attributes.get("place") == smallest_level
    )
    choices = [choice for each in lists for choice in each.choices]
    found = match_labels(
        [c.label.get_plain_text(interview.questionnaire.languages[0]) for c in choices], text
    )
    return choices[found[0]].value if len(found) == 1 else None


def find_choice_number(interview: Interview, key: str, value: str) -> int:
    """The place of a choice in the whole list."""
    return interview.get_whole_list(key).positions[value]

"""What a card draws and says for each kind of question, by the kind's name.

A kind that people type needs no more than its words; one with buttons of its own names the
function that draws them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from bot.callbacks.interview_callbacks import ConfirmAnswer
from bot.screens.card import Card, list_chosen_labels
from bot.screens.choice_buttons import build_choice_rows, explain_search
from bot.screens.date_picker import build_date_picker, explain_date_picker, format_date_example
from bot.screens.formatting import (
    MASKED_ANSWER,
    keep_value,
    localize_date_answer,
    localize_datetime_answer,
    localize_number,
    localize_number_answer,
    localize_point_answer,
    localize_time_answer,
)
from bot.screens.number_picker import (
    build_counter_rows,
    build_range_rows,
    format_bounds,
    has_button_for_each,
)
from bot.screens.screen import Button, ButtonRows, escape_html, truncate_text
from bot.screens.uploads import (
    UploadWords,
    describe_any_file,
    describe_photo,
    describe_recording,
    describe_video,
    format_file_size,
)
from bot.translation import Translator
from survey.forms.model.questionnaire import Question

#: What is shown of an answer on its own card, in letters.
LONGEST_PRESENT_ANSWER = 1000

#: Words, or '' where the buttons say enough.
CardWords = Callable[[Card], str]
#: The card and the key of an answer that is not empty -> the answer in words.
AnswerFormatter = Callable[[Card, str], str]

# What is drawn


def build_onward_rows(card: Card) -> ButtonRows:
    """The one button of what only tells."""
    label = card.question.kind.confirmation or card.t("Next ›")
    return ((Button(label, ConfirmAnswer(card.interview_id, card.encode_key(card.key))),),)


def build_suggestion_rows(card: Card) -> ButtonRows:
    """What confirms the form's own suggestion where people type."""
    if not is_suggested(card):
        return ()
    return (
        (
            Button(
                card.t("Yes, that is right ›"),
                ConfirmAnswer(card.interview_id, card.encode_key(card.key)),
            ),
        ),
    )


def build_integer_rows(card: Card) -> ButtonRows:
    """Steps up and down where the author wants a counter."""
    if "counter" in card.question.appearance:
        return build_counter_rows(card)
    return build_suggestion_rows(card)


def is_suggested(card: Card) -> bool:
    """Whether the form filled the answer in by itself, and the person has not said a word."""
    return bool(card.get_answer(card.key)) and card.key not in card.interview.visited


# How to answer


def say_nothing(_card: Card) -> str:
    """Nothing: the buttons say it."""
    return ""


def explain_typing(card: Card) -> str:
    """How to answer with a text."""
    appearance = card.question.appearance
    if "numbers" in appearance:
        return card.t("⌨️ Type the digits and send them.")
    if "url" in appearance:
        return card.t("⌨️ Type the address and send it, such as https://jakarta.go.id")
    if "multiline" in appearance:
        return card.t("⌨️ Type your answer and send it; several lines are fine.")
    return card.t("⌨️ Type your answer and send it.")


def explain_barcode(card: Card) -> str:
    """A chat scans nothing, so the number is typed."""
    return card.t("⌨️ Type the number below the bars and send it.")


def explain_integer(card: Card) -> str:
    """How to answer with a whole number."""
    if "counter" in card.question.appearance:
        return card.t("⌨️ Tap, or type a number and send it.")
    return card.t("⌨️ Type a number and send it.")


def explain_decimal(card: Card) -> str:
    """How to answer with a number."""
    return card.t("⌨️ Type a number and send it; decimals are fine.")


def explain_range(card: Card) -> str:
    """Which numbers a range takes, unless each has its button."""
    if has_button_for_each(card):
        return ""
    return card.t("⌨️ Tap, or type a number: {numbers}.", numbers=format_bounds(card))


def explain_location(card: Card) -> str:
    """How a location is shared, and that it is kept as it is."""
    return card.t("📍 Share a location: 📎 → Location. This exact point is kept.")


# What to say about something of another kind


def ask_for_tap(card: Card) -> str:
    """Something was typed or sent where only buttons answer."""
    return card.t("Please tap one of the buttons.")


def ask_for_text(card: Card) -> str:
    """Something was sent that is no text, or none of digits where those are asked."""
    if "numbers" in card.question.appearance:
        return card.t("Please type digits only.")
    return card.t("Please type your answer as a text.")


def ask_for_integer(card: Card) -> str:
    """Something is no whole number."""
    return card.t("Please type a whole number, such as 12.")


def ask_for_decimal(card: Card) -> str:
    """Something is no number."""
    half = localize_number(Decimal("2.5"), card.locale)
    return card.t("Please type a number, such as {example}.", example=half)


def ask_for_range(card: Card) -> str:
    """Something is no number of the range."""
    return card.t("That is not among these numbers: {numbers}.", numbers=format_bounds(card))


def ask_for_moment(card: Card) -> str:
    """Something is no day, or no time of day."""
    return card.t(
        "We could not read that. Please tap it, or type it like this: {example}",
        example=format_date_example(card),
    )


def ask_for_location(card: Card) -> str:
    """Something is no point on the map."""
    return card.t("Please share a location (📎 → Location), or type a point: -6.2, 106.8")


# The answer in words


def localize_with(localize: Callable[[Question, str, str], str]) -> AnswerFormatter:
    """A formatter of typed answers, from one of a question, its stored value and a locale."""

    def format_typed(card: Card, key: str) -> str:
        question, value = card.interview.find_question(key), card.get_answer(key)
        if "masked" in question.appearance:
            return MASKED_ANSWER
        try:
            return localize(question, value, card.locale)
        except (ValueError, ArithmeticError):
            # A formula of the form may put into a question what is not of its kind.
            return value

    return format_typed


format_text = localize_with(keep_value)


def format_choices(card: Card, key: str) -> str:
    """What was chosen, by its labels."""
    return ", ".join(list_chosen_labels(card, key))


def present_typed(card: Card) -> str:
    """The answer as it was typed before, or as the form suggests it."""
    if not card.get_answer(card.key):
        return ""
    said = escape_html(truncate_text(format_answer(card, card.key), LONGEST_PRESENT_ANSWER))
    if is_suggested(card):
        return card.t("Filled in already: {answer}", answer=said)
    return card.t("Your answer: {answer}", answer=said)


def present_ranking(card: Card) -> str:
    """What has its place so far, one below the other."""
    return escape_html("\n".join(list_chosen_labels(card, card.key)))


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionControl:
    """How one kind of question is asked in a chat.

    ``build_rows`` draws the buttons that answer. ``explain_answering`` says how to answer,
    ``explain_refusal`` what to do after something of another kind. ``format_answer`` puts an answer
    into words, for the review and wherever else it is named; ``present_answer`` says on the card
    what was answered before, where no button shows it.
    """

    build_rows: Callable[[Card], ButtonRows] = build_suggestion_rows
    explain_answering: CardWords = explain_typing
    explain_refusal: CardWords = ask_for_text
    format_answer: AnswerFormatter = format_text
    present_answer: CardWords = present_typed


def build_upload_control(describe: Callable[[Translator], UploadWords]) -> QuestionControl:
    """The control of a kind that is answered with a file: words alone."""

    def present(card: Card) -> str:
        value = card.get_answer(card.key)
        size = card.snapshot.file_sizes.get(value, 0)
        received = describe(card.t).received if value else ""
        return f"{received} ({format_file_size(size)})" if received and size else received

    return QuestionControl(
        explain_answering=lambda card: describe(card.t).request,
        explain_refusal=lambda card: describe(card.t).refusal,
        format_answer=lambda card, _key: describe(card.t).label,
        present_answer=present,
    )


def build_moment_control(localize: Callable[[Question, str, str], str]) -> QuestionControl:
    """The control of days and times of day: a picker."""
    return QuestionControl(
        build_rows=build_date_picker,
        explain_answering=explain_date_picker,
        explain_refusal=ask_for_moment,
        format_answer=localize_with(localize),
    )


TYPED_TEXT = QuestionControl()
CHOICE_LIST = QuestionControl(
    build_rows=build_choice_rows,
    explain_answering=explain_search,
    explain_refusal=ask_for_tap,
    format_answer=format_choices,
    present_answer=say_nothing,
)
DISPLAY = QuestionControl(
    build_rows=build_onward_rows, explain_answering=say_nothing, explain_refusal=ask_for_tap
)

QUESTION_CONTROLS: Mapping[str, QuestionControl] = {
    "text": TYPED_TEXT,
    "integer": QuestionControl(
        build_rows=build_integer_rows,
        explain_answering=explain_integer,
        explain_refusal=ask_for_integer,
        format_answer=localize_with(localize_number_answer),
    ),
    "decimal": QuestionControl(
        explain_answering=explain_decimal,
        explain_refusal=ask_for_decimal,
        format_answer=localize_with(localize_number_answer),
    ),
    "range": QuestionControl(
        build_rows=build_range_rows,
        explain_answering=explain_range,
        explain_refusal=ask_for_range,
        format_answer=localize_with(localize_number_answer),
    ),
    "date": build_moment_control(localize_date_answer),
    "time": build_moment_control(localize_time_answer),
    "datetime": build_moment_control(localize_datetime_answer),
    "geopoint": QuestionControl(
        explain_answering=explain_location,
        explain_refusal=ask_for_location,
        format_answer=localize_with(localize_point_answer),
    ),
    "geotrace": TYPED_TEXT,
    "geoshape": TYPED_TEXT,
    "barcode": QuestionControl(explain_answering=explain_barcode),
    "select_one": CHOICE_LIST,
    "select_multiple": CHOICE_LIST,
    "rank": QuestionControl(
        build_rows=build_choice_rows,
        explain_answering=explain_search,
        explain_refusal=ask_for_tap,
        format_answer=format_choices,
        present_answer=present_ranking,
    ),
    "image": build_upload_control(describe_photo),
    "audio": build_upload_control(describe_recording),
    "video": build_upload_control(describe_video),
    "file": build_upload_control(describe_any_file),
    "note": DISPLAY,
    "acknowledge": DISPLAY,
}


def find_control(question: Question) -> QuestionControl:
    """How a question is asked."""
    return QUESTION_CONTROLS[question.kind.name]


def format_answer(card: Card, key: str) -> str:
    """An answer as its person would say it; a dash where there is none."""
    if not card.get_answer(key):
        return "–"
    return find_control(card.interview.find_question(key)).format_answer(card, key)

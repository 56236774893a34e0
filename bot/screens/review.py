"""The review: all answers before sending."""

from __future__ import annotations

from collections.abc import Iterator

from bot.callbacks.interview_callbacks import GoBack, GoToQuestion, SubmitInterview
from bot.screens.breadcrumbs import find_repeat_heading, format_instance_path
from bot.screens.card import ITEMS_PER_PAGE, Card, build_paging_rows
from bot.screens.instructions import explain_code_result
from bot.screens.question_controls import format_answer
from bot.screens.screen import (
    Button,
    Screen,
    escape_html,
    format_bold,
    join_paragraphs,
    strip_number,
    truncate_text,
)
from bot.screens.view_state import ViewState
from bot.translation import Translator
from survey.interview.interview import Interview
from survey.services.snapshot import Snapshot


def draw_review_screen(now: Snapshot, made: Interview, view: ViewState, t: Translator) -> Screen:
    """All answers, each to be changed, then Send."""
    card = Card(now, made, view, t)
    pages = made.list_pages()
    entries = [(n, page) for n, page in enumerate(pages, 1) if is_answerable(made, page)]
    sheets = max(1, -(-len(entries) // ITEMS_PER_PAGE))
    sheet = min(find_review_page(made, view, [page for _, page in entries]), sheets - 1)
    shown = entries[sheet * ITEMS_PER_PAGE : (sheet + 1) * ITEMS_PER_PAGE]
    body = join_paragraphs(
        explain_code_result(now, t),
        format_bold(t("Your answers")),
        explain_review(made, bool(entries), t),
        "\n".join(list_review_lines(card, shown)),
    )
    edits = [build_edit_button(card, number, page) for number, page in shown]
    rows = tuple(tuple(edits[n : n + 4]) for n in range(0, len(edits), 4))
    send = Button(t("Send ✓"), SubmitInterview(card.interview_id))
    back = Button(t("‹ Back"), GoBack(card.interview_id))
    return Screen(body, (*rows, *build_paging_rows(card, sheet, sheets), (back, send)))


def explain_review(made: Interview, changeable: bool, t: Translator) -> str:
    """What the review is for, now."""
    if made.sent_at:
        return t("Already sent. Changes are saved automatically; tap Send when you are done.")
    if not changeable:
        return t("Almost done: tap Send.")
    return t("Please look once more. Tap ✏️ to change one, then Send.")


def find_review_page(made: Interview, view: ViewState, pages: list[str]) -> int:
    """The sheet that was asked for; else the one with the question that was changed."""
    if view.page is not None:
        return view.page
    last = made.find_page(made.last_key) if made.is_place(made.last_key) else ""
    return pages.index(last) // ITEMS_PER_PAGE if last in pages and last != pages[-1] else 0


def is_answerable(made: Interview, page: str) -> bool:
    """Whether a card asks something, rather than telling."""
    return not all(map(made.is_display_only, made.question_order.cards[page]))


def list_review_lines(card: Card, entries: list[tuple[int, str]]) -> Iterator[str]:
    """The entries, those of a repeat's instance under its title."""
    above = ""
    for number, page in entries:
        title = format_instance_path(card, card.interview.question_order.cards[page][0])
        if title and title != above:
            yield f"— {escape_html(title)} —"
        above = title
        yield format_review_entry(card, number, page)


def build_edit_button(card: Card, number: int, page: str) -> Button:
    key = card.interview.question_order.cards[page][0]
    return Button(f"✏️ {number}", GoToQuestion(card.interview_id, card.encode_key(key)))


def format_review_entry(card: Card, number: int, page: str) -> str:
    """One answer in the review; of a table how many rows were rated."""
    made, key = card.interview, card.interview.question_order.cards[page][0]
    if repeat := made.find_repeat(key):
        return format_entry_lines(
            number, find_repeat_heading(card, repeat, key), str(len(made.list_instances(key)))
        )
    question = made.find_question(key)
    if page != key:
        rows = made.list_card_keys(key)
        rated = sum(bool(card.get_answer(row)) for row in rows)
        heading = made.questionnaire.groups_by_path[question.path][-1].heading
        said = card.t("{done} of {total} rated", done=rated, total=len(rows))
        return format_entry_lines(number, card.render_plain(heading, key), said)
    return format_entry_lines(
        number, card.render_plain(question.label, key), format_answer(card, key)
    )


def format_entry_lines(number: int, label: str, answer: str) -> str:
    """A label and below it what was said, each in one line."""
    asked = escape_html(truncate_text(strip_number(label), 48))
    return (
        f"{number}. {asked}\n    <b>{escape_html(truncate_text(' '.join(answer.split()), 120))}</b>"
    )

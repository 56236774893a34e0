"""The review: all answers before sending."""

from __future__ import annotations

from collections.abc import Iterator

from bot.callbacks import codec
from bot.screens.breadcrumbs import heading_of, title_of
from bot.screens.card import A_PAGE, Card, View, answer_label, paging
from bot.screens.instructions import about_code
from bot.screens.screen import Button, Screen, bold, paragraphs, safe, shortened, unnumbered
from bot.translation import Texts
from survey.interview.interview import Interview
from survey.services.snapshot import Situation


def review_screen(now: Situation, made: Interview, view: View, t: Texts) -> Screen:
    """All answers, each to be changed, then Send."""
    card = Card(now, made, view, t)
    pages = made.pages()
    entries = [(n, page) for n, page in enumerate(pages, 1) if is_answerable(made, page)]
    sheets = max(1, -(-len(entries) // A_PAGE))
    sheet = min(sheet_to_show(made, view, [page for _, page in entries]), sheets - 1)
    shown = entries[sheet * A_PAGE : (sheet + 1) * A_PAGE]
    body = paragraphs(
        about_code(now, t),
        bold(t("Your answers")),
        what_to_do(made, bool(entries), t),
        "\n".join(listed(card, shown)),
    )
    edits = [edit_button(card, number, page) for number, page in shown]
    rows = tuple(tuple(edits[n : n + 4]) for n in range(0, len(edits), 4))
    send = Button(t("Send ✓"), codec.Send(card.id))
    back = Button(t("‹ Back"), codec.Back(card.id))
    return Screen(body, (*rows, *paging(card, sheet, sheets), (back, send)))


def what_to_do(made: Interview, changeable: bool, t: Texts) -> str:
    """What the review is for, now."""
    if made.sent_at:
        return t("Already sent. Changes are kept at once; tap Send when you are done.")
    if not changeable:
        return t("Almost done: tap Send.")
    return t("Please look once more. Tap ✏️ to change one, then Send.")


def sheet_to_show(made: Interview, view: View, pages: list[str]) -> int:
    """The sheet that was asked for; else the one with the question that was changed."""
    if view.page is not None:
        return view.page
    last = made.page_of(made.last) if made.last in made.asked() else ""
    return pages.index(last) // A_PAGE if last in pages and last != pages[-1] else 0


def is_answerable(made: Interview, page: str) -> bool:
    """Whether a card asks something, rather than telling."""
    return not all(map(made.tells, made.walk.cards[page]))


def listed(card: Card, entries: list[tuple[int, str]]) -> Iterator[str]:
    """The entries, those of a repeat's instance under its title."""
    above = ""
    for number, page in entries:
        title = title_of(card, card.made.walk.cards[page][0])
        if title and title != above:
            yield f"— {safe(title)} —"
        above = title
        yield entry(card, number, page)


def edit_button(card: Card, number: int, page: str) -> Button:
    key = card.made.walk.cards[page][0]
    return Button(f"✏️ {number}", codec.Edit(card.id, card.ref(key)))


def entry(card: Card, number: int, page: str) -> str:
    """One answer in the review; of a table how many rows were rated."""
    made, key = card.made, card.made.walk.cards[page][0]
    if repeat := made.repeat(key):
        return said_of(number, heading_of(card, repeat, key), str(len(made.instances(key))))
    question = made.question(key)
    if page != key:
        rows = made.rows(key)
        rated = sum(bool(card.value(row)) for row in rows)
        heading = made.questionnaire.group_of[question.path][-1].heading
        said = card.t("{done} of {total} rated", done=rated, total=len(rows))
        return said_of(number, card.plain(heading, key), said)
    return said_of(number, card.plain(question.label, key), answer_label(card, key))


def said_of(number: int, label: str, answer: str) -> str:
    """A label and below it what was said, each in one line."""
    asked = safe(shortened(unnumbered(label), 48))
    return f"{number}. {asked}\n    <b>{safe(shortened(' '.join(answer.split()), 120))}</b>"

"""The card of one question, or of the rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot import taps
from bot.screens.screen import (
    BUTTON,
    Button,
    Screen,
    bar,
    bold,
    italic,
    paired,
    paragraphs,
    safe,
    shortened,
)
from bot.texts import Texts
from survey.acts import Situation, Told
from survey.forms.questionnaire import Choice, Question, Text
from survey.interview import REVIEW, TOLD, Interview, Reason
from survey.people import Role

#: Lists longer than this are shown in pages and can be searched by typing.
WHOLE = 10
A_PAGE = 8


@dataclass(frozen=True, slots=True)
class View:
    """How to look at a card; nothing of it is kept. ``found`` are choices that a search left."""

    page: int | None = None
    found: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """Everything that drawing a question needs, gathered once."""

    now: Situation
    made: Interview
    view: View
    t: Texts

    @property
    def key(self) -> str:
        return self.made.at

    @property
    def question(self) -> Question:
        return self.made.question(self.key)

    @property
    def id(self) -> int:
        return self.now.row.id if self.now.row else 0

    @property
    def language(self) -> str:
        return self.made.questionnaire.language(self.t.language)

    def say(self, text: Text, key: str | None = None) -> str:
        """A text of the questionnaire in the person's language, safe for HTML."""
        return safe(self.made.form.text(text, self.key if key is None else key, self.language))

    def plain(self, text: Text, key: str | None = None) -> str:
        """A text of the questionnaire for a button."""
        return self.made.form.text(text, self.key if key is None else key, self.language)

    def ref(self, key: str) -> str:
        """How callback data names a question."""
        return taps.reference(self.made.questionnaire, key)

    def value(self, key: str) -> str:
        return self.made.form.value(key)


def question_screen(now: Situation, made: Interview, view: View, t: Texts) -> Screen:
    """The card that the person stands at."""
    card = Card(now, made, view, t)
    if made.page_of(card.key) != card.key:
        return table(card)
    body = paragraphs(
        progress(card),
        warning(card),
        bold(card.say(card.question.label)),
        italic(card.say(card.question.hint)),
        how_to(card),
        standing(card),
    )
    return Screen(body, (*controls(card), navigation(card)))


def progress(card: Card) -> str:
    """``7 of 25`` with a bar."""
    pages = card.made.pages()
    here = pages.index(card.made.page_of(card.key)) + 1
    counted = card.t("{here} of {total}", here=here, total=len(pages))
    return f"{counted}  {bar(here - 1, len(pages))}"


def warning(card: Card) -> str:
    """Why the last thing was not taken."""
    if card.now.told is Told.PLACED:
        return card.t("📍 {place}. Wrong? Tap ‹ Back.", place=safe(placed(card)))
    said = reason(card)
    return f"⚠️ {said}" if said else about_code(card.now, card.t)


def placed(card: Card) -> str:
    """The place that was understood, the smallest first."""
    keys = [key for key in card.made.asked() if "place" in card.made.question(key).own]
    return ", ".join(answer_label(card, key) for key in reversed(keys))


def reason(card: Card) -> str:
    """What to say about something that was not taken."""
    told, t = card.now.told, card.t
    bind = card.question.bind
    if told is Reason.CONSTRAINT:
        own = card.say(bind.constraint_message)
        return own or t("That value does not fit here. Please try another one.")
    if told is Reason.REQUIRED:
        return card.say(bind.required_message) or t("Please answer this one first.")
    if told is Reason.KIND:
        return kind_expected(card)
    if told is Reason.CHOICE:
        if is_long(card) or "place" in card.question.own:
            return t("That is not on the list. Tap a button, or type a part of its name.")
        return t("Please tap one of the buttons below.")
    if told is Told.EDITED:
        return t("Editing a message does not change your answer: tap ‹ Back for that.")
    if told is Told.OUTSIDE:
        return t("That point is not in the city. Please choose from the list.")
    return ""


def about_code(now: Situation, t: Texts) -> str:
    """What to tell a person about the code that they showed."""
    match now.told:
        case Told.JOINED if now.who.role is Role.FACILITATOR:
            return t("✅ Welcome! You take part as a facilitator.")
        case Told.JOINED:
            return t("✅ Welcome! You take part as a participant.")
        case Told.UNKNOWN_CODE:
            return t("We do not know that code. Please check it; it looks like AIR-2017.")
        case Told.CODE_USED_UP:
            return t("That code was used up. Please ask the secretariat for another one.")
    return ""


def kind_expected(card: Card) -> str:
    """What kind of answer the question takes."""
    match card.question.kind:
        case "integer":
            return card.t("Please type a whole number, such as 12.")
        case "decimal" | "range":
            return card.t("Please type a number, such as 2.5.")
        case kind if card.question.itemset or kind in TOLD:
            return card.t("Please tap one of the buttons.")
        case _:
            return card.t("Please type your answer as a text.")


def how_to(card: Card) -> str:
    """How to answer, where the buttons do not say it."""
    kind = card.question.kind
    if kind == "integer":
        return card.t("⌨️ Type a number and send it.")
    if kind in ("decimal", "range"):
        return card.t("⌨️ Type a number and send it; decimals are fine.")
    if card.question.itemset:
        return searching(card)
    return "" if kind in TOLD else card.t("⌨️ Type your answer and send it.")


def searching(card: Card) -> str:
    """That a long list has pages and can be searched, or what a search left."""
    if card.view.found is not None:
        return card.t("🔎 These fit what you typed:")
    if is_long(card):
        offered = len(card.made.form.choices(card.key))
        return card.t("🔎 {n} choices: ▶ shows more, or type a part of the name.", n=offered)
    return ""


def is_long(card: Card) -> bool:
    """Whether the choices do not fit on one card."""
    return len(card.made.form.choices(card.key)) > WHOLE


def page_with(made: Interview, key: str, value: str) -> int:
    """The page of a long list on which a choice stands."""
    offered = [choice.value for choice in made.form.choices(key)]
    return offered.index(value) // A_PAGE if value in offered and len(offered) > WHOLE else 0


def standing(card: Card) -> str:
    """An answer given before, where no button shows it."""
    value = card.value(card.key)
    if not value or card.question.itemset or card.question.kind in TOLD:
        return ""
    return card.t("Your answer: {answer}", answer=safe(shortened(value, 1000)))


def controls(card: Card) -> tuple[tuple[Button, ...], ...]:
    """The buttons that answer."""
    kind = card.question.kind
    if kind in TOLD:
        label = "OK" if kind == "acknowledge" else card.t("Next ›")
        return ((Button(label, taps.Done(card.id, card.ref(card.key))),),)
    if not card.question.itemset:
        return ()
    offered = listed(card)
    page, shown = card.view.page or 0, offered
    if len(offered) > WHOLE:
        shown = offered[page * A_PAGE : (page + 1) * A_PAGE]
    rows = paired([choice_button(card, index, choice) for index, choice in shown])
    if len(offered) > WHOLE:
        rows += paging(card, page, -(-len(offered) // A_PAGE))
    if kind == "select_multiple":
        rows += ((Button(done_label(card), taps.Done(card.id, card.ref(card.key))),),)
    return rows


def done_label(card: Card) -> str:
    """That choosing is done, with how many of how many where there is a limit."""
    limit, ticked = card.question.own.get("limit"), len(card.value(card.key).split())
    done = card.t("Done choosing ›")
    return f"{done} ({ticked}/{limit})" if limit else done


def listed(card: Card) -> list[tuple[int, Choice]]:
    """Choices on offer with their number in the whole list; those of a search if there was one."""
    numbers = {choice.value: n for n, choice in enumerate(card.question.choices)}
    offered = [(numbers[c.value], c) for c in card.made.form.choices(card.key)]
    found = card.view.found
    return offered if found is None else [pair for pair in offered if pair[0] in found]


def choice_button(card: Card, index: int, choice: Choice) -> Button:
    """A choice: ticked or not, chosen or not."""
    label = card.plain(choice.label) or choice.value
    ticked = choice.value in card.value(card.key).split()
    ref = card.ref(card.key)
    if card.question.kind == "select_multiple":
        sign = "☑" if ticked else "☐"
        tick = taps.Tick(card.id, ref, index, int(not ticked))
        return Button(shortened(f"{sign} {label}", BUTTON), tick)
    label = f"● {label}" if ticked else label
    return Button(shortened(label, BUTTON), taps.Choose(card.id, ref, index))


def paging(card: Card, page: int, pages: int) -> tuple[tuple[Button, ...], ...]:
    """Earlier and later pages of a list, going round at its ends."""
    if pages < 2:
        return ()
    before, after = (page - 1) % pages, (page + 1) % pages
    here = Button(f"{page + 1}/{pages}", taps.Page(card.id, page))
    return (
        (
            Button("◀", taps.Page(card.id, before)),
            here,
            Button("▶", taps.Page(card.id, after)),
        ),
    )


def navigation(card: Card) -> tuple[Button, ...]:
    """Back, skip, on: as far as each makes sense here."""
    pages = card.made.pages()
    row = []
    if pages.index(card.made.page_of(card.key)) > 0:
        row.append(Button(card.t("‹ Back"), taps.Back(card.id)))
    gone = not any(map(card.made.pends, card.made.rows(card.key)))
    if card.question.kind in TOLD:
        return tuple(row)
    if not card.made.form.required(card.key) and (not gone or card.value(card.key)):
        label = card.t("🗑 Remove") if gone else card.t("Skip")
        row.append(Button(label, taps.Skip(card.id, card.ref(card.key))))
    if gone:
        onward = card.t("To the review ›") if card.made.through else card.t("Next ›")
        row.append(Button(onward, taps.Forward(card.id)))
    return tuple(row)


# A table: one card for many rows that share their choices


def table(card: Card) -> Screen:
    """One row to rate just above the buttons, what it means above that, what is done on top."""
    rows = card.made.rows(card.key)
    around = card.made.questionnaire.group_of[card.question.path][-1]
    choices = card.made.form.choices(card.key)
    body = paragraphs(
        progress(card),
        " · ".join(rated(card, key) for key in rows if card.value(key) and key != card.key),
        bold(card.say(around.heading)),
        italic(card.say(around.heading_hint)),
        anchors(card, choices),
        warning(card),
        active_row(card, rows),
    )
    return Screen(body, (*rating(card, choices), row_moves(card, rows), navigation(card)))


def is_scale(choice: Choice) -> bool:
    """Whether a choice is a point of a scale rather than a special answer."""
    return choice.value.isdigit()


def anchors(card: Card, choices: Sequence[Choice]) -> str:
    """What the points of the scale mean."""
    return "\n".join(f"{c.value} = {card.say(c.label)}" for c in choices if is_scale(c))


def rated(card: Card, key: str) -> str:
    """A row that was rated, in a few words."""
    value = card.value(key)
    return (
        f"{card.say(card.made.question(key).label, key)} <b>{value if value.isdigit() else '–'}</b>"
    )


def active_row(card: Card, rows: list[str]) -> str:
    """The row that the buttons rate, and which one of how many it is."""
    here = card.t("{here} of {total}", here=rows.index(card.key) + 1, total=len(rows))
    return f"▶ {bold(card.say(card.question.label))} ({here})"


def rating(card: Card, choices: Sequence[Choice]) -> tuple[tuple[Button, ...], ...]:
    """The points of the scale in one row, special answers below."""
    ref, value = card.ref(card.key), card.value(card.key)
    numbers = {choice.value: n for n, choice in enumerate(card.question.choices)}

    def button(choice: Choice, label: str) -> Button:
        label = f"● {label}" if choice.value == value else label
        return Button(shortened(label, BUTTON), taps.Choose(card.id, ref, numbers[choice.value]))

    scale = tuple(button(c, c.value) for c in choices if is_scale(c))
    special = [button(c, card.plain(c.label)) for c in choices if not is_scale(c)]
    return (*((scale,) if scale else ()), *paired(special))


def row_moves(card: Card, rows: list[str]) -> tuple[Button, ...]:
    """To the row above and the row below, going round at the ends."""
    here = rows.index(card.key)
    above, below = rows[here - 1], rows[(here + 1) % len(rows)]
    return (
        Button("▲", taps.Edit(card.id, card.ref(above))),
        Button("▼", taps.Edit(card.id, card.ref(below))),
    )


# The review


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
        t("Already sent. Changes are kept at once; tap Send when you are done.")
        if made.sent_at
        else t("Please look once more. Tap ✏️ to change one, then Send."),
        "\n".join(entry(card, number, page) for number, page in shown),
    )
    edits = [edit_button(card, number, page) for number, page in shown]
    rows = tuple(tuple(edits[n : n + 4]) for n in range(0, len(edits), 4))
    send = Button(t("Send ✓"), taps.Send(card.id))
    back = Button(t("‹ Back"), taps.Back(card.id))
    return Screen(body, (*rows, *paging(card, sheet, sheets), (back, send)))


def sheet_to_show(made: Interview, view: View, pages: list[str]) -> int:
    """The sheet that was asked for; else the one with the question that was changed."""
    if view.page is not None:
        return view.page
    last = made.page_of(made.last) if made.last in made.asked() else ""
    return pages.index(last) // A_PAGE if last in pages and last != pages[-1] else 0


def is_answerable(made: Interview, page: str) -> bool:
    """Whether a card asks something, rather than telling."""
    return made.question(first_row(made, page)).kind not in TOLD


def first_row(made: Interview, page: str) -> str:
    return next(key for key in made.asked() if made.page_of(key) == page)


def edit_button(card: Card, number: int, page: str) -> Button:
    key = first_row(card.made, page)
    return Button(f"✏️ {number}", taps.Edit(card.id, card.ref(key)))


def entry(card: Card, number: int, page: str) -> str:
    """One answer in the review; of a table how many rows were rated."""
    made, key = card.made, first_row(card.made, page)
    question = made.question(key)
    if page != key:
        rows = made.rows(key)
        rated = sum(bool(card.value(row)) for row in rows)
        heading = made.questionnaire.group_of[question.path][-1].heading
        said = card.t("{done} of {total} rated", done=rated, total=len(rows))
        return f"{number}. {safe(shortened(card.plain(heading, key), 48))}\n    <b>{said}</b>"
    label = safe(shortened(card.plain(question.label, key), 48))
    return f"{number}. {label}\n    <b>{safe(shortened(answer_label(card, key), 120))}</b>"


def answer_label(card: Card, key: str) -> str:
    """An answer as its person would say it; a dash where there is none."""
    question, value = card.made.question(key), card.value(key)
    if question.itemset is None or not value:
        return value or "–"
    labels = (card.made.form.label_of(question, one, key, card.language) for one in value.split())
    return ", ".join(labels)


__all__ = ["REVIEW", "View", "question_screen", "review_screen"]

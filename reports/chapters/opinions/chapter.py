"""Open answers: what people write about, and what of it may be quoted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from reports import question_names
from reports.chapters.elements import COUNT, SHARE, Chapter, Column, KeyFigure, Picture, Table
from reports.chapters.opinions.themes_and_quotes import (
    Opinions,
    counted,
    is_shown,
    opinions,
    place_picture,
    place_table,
    quote_table,
    theme_picture,
    theme_table,
)
from reports.charts import bar_charts
from reports.charts.bar_charts import Bar
from reports.localizer import Words, unusable
from reports.opinions.terms import STEMMERS, Term, frequent
from reports.opinions.themes import Themes, ThemesError
from reports.reading.frames import Frames
from reports.reading.released_quotes import Released
from reports.request import Order
from reports.statistics.row_suppression import share

#: Words and phrases in the picture, and in the workbook.
DRAWN, LISTED = 12, 60
#: For each language: how many wrote in it, and their words and phrases.
Terms = Sequence[tuple[str, int, list[Term]]]


def chapter(frames: Frames, order: Order, words: Words) -> Chapter:
    """Words, themes and released quotes of every question that is answered freely."""
    title = words("In people's own words")
    themes, faults = known_themes(order, words)
    every = [found for found in asked(frames, themes) if found.wrote]
    released = quotes(frames)
    if not every:
        return Chapter("opinions", title, (words("Nobody has written an open answer yet."),))
    shown = [found for found in every if found.n >= order.minimum_cell]
    terms = [tuple(spoken(found, order)) for found in shown]
    pictures = [
        picture
        for found, its in zip(shown, terms, strict=True)
        for picture in (
            *word_picture(found, its, words),
            *theme_picture(found, themes, order, words),
            *place_picture(found, themes, order, words),
        )
    ]
    return Chapter(
        key="opinions",
        title=title,
        findings=(*findings(every, themes, released, order, words), *faults),
        key_figures=tuple(key_figures(shown, themes, order, words)),
        pictures=tuple(pictures),
        tables=(
            *quote_table(released, themes, words),
            theme_table(every, themes, order, words),
            *place_table(shown, themes, order, words),
            word_table(list(zip(shown, terms, strict=True)), words),
        ),
        notes=tuple(notes(order, words)),
    )


def known_themes(order: Order, words: Words) -> tuple[Themes, tuple[str, ...]]:
    """The themes of the file; none if it cannot be used, and then why."""
    try:
        return Themes.read(order.themes), ()
    except ThemesError:
        why = unusable(order.themes, words)
        return Themes(()), (words("No themes: {why}", why=why),)


def asked(frames: Frames, themes: Themes) -> Iterator[Opinions]:
    """The questions that are answered freely, in the order of the forms."""
    for form in frames.forms:
        for name in question_names.OPINIONS:
            question = form.question(name)
            if question is not None and question.kind == "text":
                yield opinions(form, question, themes)


def quotes(frames: Frames) -> list[Released]:
    """Those of the waves that the report is about."""
    waves = {wave.id for wave in frames.waves}
    return [one for one in frames.released if one.wave in waves]


def findings(
    every: Sequence[Opinions],
    themes: Themes,
    released: Sequence[Released],
    order: Order,
    words: Words,
) -> Iterator[str]:
    few = [found.label for found in every if found.n < order.minimum_cell]
    for found in (found for found in every if found.n >= order.minimum_cell):
        yield words(
            "“{question}”: {number} people wrote something.",
            number=words.count(found.wrote),
            question=found.label,
        )
        leading = [pair for pair in counted(found, themes) if is_shown(pair[1], order)][:3]
        if leading:
            yield words(
                "They write most of {themes}.",
                themes=words.listed(
                    f"{theme.called(words.language)} ({words.percent(share(count, found.n))})"
                    for theme, count in leading
                ),
            )
    if few:
        yield words(
            "Fewer than {minimum} wrote words that can be counted, so nothing is shown: "
            "{questions}.",
            minimum=order.minimum_cell,
            questions=words.listed(f"“{label}”" for label in few),
        )
    if released:
        yield words.many(
            "{number} answer was released to be quoted.",
            "{number} answers were released to be quoted.",
            len(released),
        )
    else:
        yield words("No answer has been released to be quoted.")


def key_figures(
    shown: Sequence[Opinions], themes: Themes, order: Order, words: Words
) -> Iterator[KeyFigure]:
    """What most people ask for who answer the question with the most answers."""
    most = max(shown, key=lambda found: found.n, default=None)
    leading = [p for p in counted(most, themes) if is_shown(p[1], order)] if most else []
    if most and leading:
        theme, count = leading[0]
        detail = words(
            "{share} of {n} who wrote",
            share=words.percent(share(count, most.n)),
            n=words.count(most.n),
        )
        yield KeyFigure(words("Written about most"), theme.called(words.language), detail)


def spoken(found: Opinions, order: Order) -> Iterator[tuple[str, int, list[Term]]]:
    """For each language: how many wrote in it, and their words; none where they are too few."""
    for language in STEMMERS:
        texts = [text for text in found.texts.values() if text.language == language]
        if len(texts) >= order.minimum_cell:
            yield language, len(texts), frequent(texts, order.minimum_cell, LISTED)


def word_picture(found: Opinions, terms: Terms, words: Words) -> Iterator[Picture]:
    titled = []
    for language, n, every in terms:
        name = words(question_names.LANGUAGES[language])
        title = words("{title} (n = {n})", title=name, n=words.count(n))
        rows = [Bar(t.text, (share(t.people, n),), (words.count(t.people),)) for t in every[:DRAWN]]
        titled += [(title, rows)] if rows else []
    if titled:
        yield Picture(
            words("Most frequent words and phrases: “{question}”", question=found.label),
            words(
                "Bars of words, by people who wrote them; first: {word}.",
                word=titled[0][1][0].label,
            ),
            partial(bar_charts.panels, titled, words.percent),
        )


def word_table(shown: Sequence[tuple[Opinions, Terms]], words: Words) -> Table:
    rows = [
        {
            "question": found.label,
            "language": words(question_names.LANGUAGES[language]),
            "word": term.text,
            "people": term.people,
            "n": n,
            "share": share(term.people, n),
        }
        for found, terms in shown
        for language, n, every in terms
        for term in every
    ]
    columns = (
        Column("question", words("Question")),
        Column("language", words("Language")),
        Column("word", words("Word or phrase")),
        Column("people", words("People"), COUNT),
        Column("n", words("Wrote in it (n)"), COUNT),
        Column("share", words("Share"), SHARE),
    )
    return Table.of("words", words("Words and phrases"), columns, rows)


def notes(order: Order, words: Words) -> Iterator[str]:
    yield words(
        "Before anything was counted, numbers, addresses and names that could be recognised were "
        "taken out ({mark}). Each person counts once for a word, whatever its form. Words of fewer "
        "than {minimum} people are not shown.",
        mark="[…]",
        minimum=order.minimum_cell,
    )
    yield words(
        "A text belongs to each theme of which it has a word, so shares add up to more than 100%. "
        "The words of the themes stand in a file that anyone can read and change."
    )
    yield words(
        "Quotes were released one by one by the secretariat and stand in the language in which "
        "they were written. They illustrate; they were not chosen to represent. Shares are not "
        "weighted."
    )

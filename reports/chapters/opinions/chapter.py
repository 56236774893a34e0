"""Open answers: what people write about, and what of it may be quoted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from reports import question_names
from reports.chapters.elements import (
    COUNT,
    SHARE,
    Chapter,
    KeyFigure,
    Picture,
    ReportTable,
    TableColumn,
)
from reports.chapters.leader_texts import build_leader_figure, format_leaders
from reports.chapters.opinions.themes_and_quotes import (
    OpenAnswers,
    build_quote_table,
    build_theme_place_table,
    build_theme_table,
    count_themes,
    draw_theme_picture,
    draw_theme_place_picture,
    is_count_shown,
    read_open_answers,
)
from reports.charts import bar_charts
from reports.charts.bar_charts import Bar
from reports.city_file import load_redactor, load_vocabulary
from reports.localizer import Localizer, explain_unusable_file
from reports.measures.paired_answers import SayingPeople, compare_saying, mask_people
from reports.opinions.publishable_words import PublishableWords
from reports.opinions.terms import FrequentTerms, find_frequent_terms
from reports.opinions.themes import Theme, ThemeFileError, ThemeMatcher
from reports.reading.frames import Frames
from reports.reading.released_quotes import ReleasedQuote
from reports.request import ReportRequest
from reports.statistics.leaders import Leaders, find_leaders
from reports.statistics.row_suppression import compute_share
from survey.catalogue import list_languages
from survey.redaction.redactor import Redactor
from survey.rounding import round_percent

#: Words and phrases in the picture, and in the workbook.
DRAWN_TERMS, LISTED_TERMS = 12, 60
#: For each language: how many wrote in it, and their words and phrases.
LanguageTerms = Sequence[tuple[str, int, FrequentTerms]]


def build_opinions_chapter(frames: Frames, order: ReportRequest, words: Localizer) -> Chapter:
    """Words, themes and released quotes of every question that is answered freely."""
    title = words("In people's own words")
    themes, faults = load_themes(order, words)
    redactor = load_redactor(Path(order.city_file))
    every = [found for found in list_open_answers(frames, themes, redactor) if found.writers]
    released = list_released_quotes(frames)
    if not every:
        return Chapter("opinions", title, (words("Nobody has written an open answer yet."),))
    shown = [found for found in every if found.n >= order.minimum_cell]
    known = PublishableWords(load_vocabulary(Path(order.city_file)), (q.text for q in released))
    terms = [tuple(list_terms_by_language(found, order, known)) for found in shown]
    pictures = [
        picture
        for found, its in zip(shown, terms, strict=True)
        for picture in (
            *draw_word_picture(found, its, words),
            *draw_theme_picture(found, themes, order, words),
            *draw_theme_place_picture(found, themes, order, words),
        )
    ]
    return Chapter(
        key="opinions",
        title=title,
        findings=(*list_findings(every, themes, released, order, words), *faults),
        key_figures=tuple(list_key_figures(shown, themes, order, words)),
        pictures=tuple(pictures),
        tables=(
            *build_quote_table(released, themes, words),
            build_theme_table(every, themes, order, words),
            *build_theme_place_table(shown, themes, order, words),
            build_word_table(list(zip(shown, terms, strict=True)), words),
        ),
        notes=tuple(list_notes(order, terms, words)),
    )


def load_themes(order: ReportRequest, words: Localizer) -> tuple[ThemeMatcher, tuple[str, ...]]:
    """The themes of the file; none if it cannot be used, and then why."""
    try:
        return ThemeMatcher.read(order.themes), ()
    except ThemeFileError:
        why = explain_unusable_file(order.themes, words)
        return ThemeMatcher(()), (words("No themes: {why}", why=why),)


def list_open_answers(
    frames: Frames, themes: ThemeMatcher, redactor: Redactor
) -> Iterator[OpenAnswers]:
    """The questions that are answered freely, in the order of the forms."""
    for form in frames.forms:
        for name in question_names.OPINIONS:
            question = form.find_question(name)
            if question is not None and question.kind.is_free_text:
                yield read_open_answers(form, question, themes, redactor)


def list_released_quotes(frames: Frames) -> list[ReleasedQuote]:
    """Those of the waves that the report is about."""
    waves = {wave.id for wave in frames.waves}
    return [one for one in frames.released_quotes if one.wave in waves]


def list_findings(
    every: Sequence[OpenAnswers],
    themes: ThemeMatcher,
    released: Sequence[ReleasedQuote],
    order: ReportRequest,
    words: Localizer,
) -> Iterator[str]:
    few = [found.label for found in every if found.n < order.minimum_cell]
    for found in (found for found in every if found.n >= order.minimum_cell):
        yield words(
            "“{question}”: {number} people wrote something.",
            number=words.format_count(found.writers),
            question=found.label,
        )
        if leading := find_leading_themes(found, themes, order):
            name = partial(format_theme, n=found.n, words=words)
            yield words(
                "They write most often of: {themes}.",
                themes=format_leaders(leading, name, words),
            )
    if few:
        yield words(
            "Fewer than {minimum} wrote words that can be counted, so nothing is shown: "
            "{questions}.",
            minimum=order.minimum_cell,
            questions=words.join_items(f"“{label}”" for label in few),
        )
    if released:
        yield words.translate_plural(
            "{number} answer was released to be quoted.",
            "{number} answers were released to be quoted.",
            len(released),
        )
    else:
        yield words("No answer has been released to be quoted.")


def list_key_figures(
    shown: Sequence[OpenAnswers], themes: ThemeMatcher, order: ReportRequest, words: Localizer
) -> Iterator[KeyFigure]:
    """What most people ask for who answer the question with the most answers."""
    most = max(shown, key=lambda found: found.n, default=None)
    if most:
        yield from build_leader_figure(
            words("Theme that most of them write about"),
            find_leading_themes(most, themes, order),
            lambda pair: pair[0].get_label(words.language),
            lambda alike: words(
                "{share} of {n} who wrote",
                share=words.format_share(compute_share(alike[0][1], most.n)),
                n=words.format_count(most.n),
            ),
            words,
        )


def format_theme(pair: tuple[Theme, int], n: int, words: Localizer) -> str:
    """*Drainage (34%)*."""
    theme, count = pair
    return f"{theme.get_label(words.language)} ({words.format_share(compute_share(count, n))})"


def find_leading_themes(
    found: OpenAnswers, themes: ThemeMatcher, order: ReportRequest
) -> Leaders[tuple[Theme, int]] | None:
    """The themes that most people wrote of, of all that may be shown; nobody's among them."""
    counts = {theme.name: count for theme, count in count_themes(found, themes)}
    pairs = [(theme, counts.get(theme.name, 0)) for theme in themes.every]
    asked = mask_people(found.form, found.themes)

    def compare(first: tuple[Theme, int], second: tuple[Theme, int]) -> float:
        one, other = (
            mask_people(
                found.form, (row for row, names in found.themes.items() if theme.name in names)
            )
            for theme, _ in (first, second)
        )
        return compare_saying(SayingPeople(one, asked), SayingPeople(other, asked))

    return find_leaders(
        [pair for pair in pairs if is_count_shown(pair[1], order)],
        lambda pair: round_percent(compute_share(pair[1], found.n)),
        compare,
    )


def list_terms_by_language(
    found: OpenAnswers, order: ReportRequest, known: PublishableWords
) -> Iterator[tuple[str, int, FrequentTerms]]:
    """For each language: how many wrote in it, and their words; none where they are too few."""
    for language in list_languages():
        texts = [text for text in found.texts.values() if text.language == language]
        if len(texts) >= order.minimum_cell:
            terms = find_frequent_terms(texts, order.minimum_cell, LISTED_TERMS, known.has_word)
            yield language, len(texts), terms


def draw_word_picture(
    found: OpenAnswers, terms: LanguageTerms, words: Localizer
) -> Iterator[Picture]:
    titled = []
    for language, n, every in terms:
        name = words.name_language(language)
        title = words("{title} (n = {n})", title=name, n=words.format_count(n))
        rows = [
            Bar(t.text, (compute_share(t.people, n),), (words.format_count(t.people),))
            for t in every.terms[:DRAWN_TERMS]
        ]
        titled += [(title, rows)] if rows else []
    if titled:
        yield Picture(
            words("Most frequent words and phrases: “{question}”", question=found.label),
            words("Bars of words, by people who wrote them."),
            partial(bar_charts.draw_panels, titled, words.format_share),
        )


def build_word_table(
    shown: Sequence[tuple[OpenAnswers, LanguageTerms]], words: Localizer
) -> ReportTable:
    rows = [
        {
            "question": found.label,
            "language": words.name_language(language),
            "word": term.text,
            "people": term.people,
            "n": n,
            "share": compute_share(term.people, n),
        }
        for found, terms in shown
        for language, n, every in terms
        for term in every.terms
    ]
    columns = (
        TableColumn("question", words("Question")),
        TableColumn("language", words("Language")),
        TableColumn("word", words("Word or phrase")),
        TableColumn("people", words("People"), COUNT),
        TableColumn("n", words("Wrote in it (n)"), COUNT),
        TableColumn("share", words("Share"), SHARE),
    )
    return ReportTable.from_rows("words", words("Words and phrases"), columns, rows)


def list_notes(
    order: ReportRequest, terms: Sequence[LanguageTerms], words: Localizer
) -> Iterator[str]:
    yield words(
        "Before anything was counted, numbers, addresses and names that could be recognised were "
        "taken out ({mark}). Each person counts once for a word, whatever its form. Words of fewer "
        "than {minimum} people are not shown.",
        mark="[…]",
        minimum=order.minimum_cell,
    )
    withheld = sum(every.withheld for its in terms for _, _, every in its)
    if withheld:
        yield words.translate_plural(
            "{number} more word was written by that many and is not shown: it is in no list of "
            "words that are no names, nor in a released quote.",
            "{number} more words were written by that many and are not shown: they are in no list "
            "of words that are no names, nor in a released quote.",
            withheld,
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

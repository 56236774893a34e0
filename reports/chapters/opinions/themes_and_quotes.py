"""What the open answers are about, and what of them was released."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from reports import question_names
from reports.chapters.elements import COUNT, SHARE, Picture, ReportTable, TableColumn
from reports.chapters.shocks.worries_by_place import pick_largest_places
from reports.charts import bar_charts, share_table
from reports.charts.bar_charts import Bar
from reports.localizer import Localizer
from reports.opinions.terms import OpenText, detect_language, tokenize_text
from reports.opinions.themes import Theme, ThemeMatcher
from reports.reading.form_answers import FormAnswers
from reports.reading.released_quotes import ReleasedQuote
from reports.request import ReportRequest
from reports.statistics.row_suppression import compute_share, suppress_complement, suppress_row
from survey.forms.model.questionnaire import Question
from survey.redaction.redactor import Redactor

#: The longest quote in a report, and how many a theme has at the most.
MAX_QUOTE_LENGTH, MAX_QUOTES = 300, 3


@dataclass(frozen=True)
class OpenAnswers:
    """What people wrote to one question, without personal data.

    ``writers`` people answered it; ``texts`` are those of them with more than stop words,
    ``themes`` what each is about, and ``cities`` where each writer is, by row of the form's
    interviews.
    """

    form: FormAnswers
    question: Question
    writers: int
    texts: dict[int, OpenText]
    themes: dict[int, set[str]]
    cities: dict[int, str]

    @property
    def n(self) -> int:
        """People whose words can be counted."""
        return len(self.texts)

    @property
    def label(self) -> str:
        return self.form.get_question_label(self.question)


def read_open_answers(
    form: FormAnswers, question: Question, themes: ThemeMatcher, redactor: Redactor
) -> OpenAnswers:
    """Take apart what was answered to a question, without what could tell who is meant."""
    # Redacted before anything is counted, so that no name can become a term or a theme.
    hints = form.interviews["language"].astype(str).tolist()
    given = form.get_texts(question)
    apart = {
        row: tokenize_text(redactor.redact(text).text, hints[row])
        for row, text in zip(given.index.tolist(), given.tolist(), strict=True)
    }
    texts = {row: text for row, text in apart.items() if text.has_content_words}
    about = {row: themes.match_text(text) for row, text in texts.items()}
    where = form.get_cities()[0].tolist() if form.find_question(question_names.CITY) else []
    cities = {row: where[row] for row in texts if where and isinstance(where[row], str)}
    return OpenAnswers(form, question, form.count_answered(question), texts, about, cities)


def count_themes(found: OpenAnswers, themes: ThemeMatcher) -> list[tuple[Theme, int]]:
    """How many people wrote of each theme, most first; themes of nobody are left out."""
    counts = Counter(name for names in found.themes.values() for name in names)
    present = [(theme, counts[theme.name]) for theme in themes.every if counts[theme.name]]
    return sorted(present, key=lambda pair: -pair[1])


def count_unthemed(found: OpenAnswers) -> int:
    """How many wrote of none."""
    return sum(not names for names in found.themes.values())


def is_count_shown(count: int, order: ReportRequest) -> bool:
    """Whether enough people stand behind a number, or nobody at all."""
    return count == 0 or count >= order.minimum_cell


def draw_theme_picture(
    found: OpenAnswers, themes: ThemeMatcher, order: ReportRequest, words: Localizer
) -> Iterator[Picture]:
    counts = [pair for pair in count_themes(found, themes) if is_count_shown(pair[1], order)]
    if not counts:
        return
    rows = [
        Bar(t.get_label(words.language), (compute_share(count, found.n),)) for t, count in counts
    ]
    rest = count_unthemed(found)
    if rest >= order.minimum_cell:
        rows.append(Bar(words("Other themes"), (compute_share(rest, found.n),)))
    yield Picture(
        words("What they wrote about: “{question}”", question=found.label),
        words("Bars for {number} themes.", number=len(rows)),
        partial(
            bar_charts.draw_ranked_bars,
            rows,
            [words("share of those who wrote (n = {n})", n=words.format_count(found.n))],
            words.format_share,
        ),
    )


def build_theme_table(
    every: Sequence[OpenAnswers], themes: ThemeMatcher, order: ReportRequest, words: Localizer
) -> ReportTable:
    """A row a question and theme; the hidden have no numbers."""
    rows = []
    for found in every:
        named = [(t.get_label(words.language), count) for t, count in count_themes(found, themes)]
        for label, count in [*named, (words("Other themes"), count_unthemed(found))]:
            row: dict[str, object] = {"question": found.label, "theme": label}
            if is_count_shown(count, order) and found.n >= order.minimum_cell:
                row |= {"people": count, "n": found.n, "share": compute_share(count, found.n)}
            rows.append(row)
    columns = (
        TableColumn("question", words("Question"), printed=len(every) > 1),
        TableColumn("theme", words("Theme")),
        TableColumn("people", words("People"), COUNT),
        TableColumn("n", words("Wrote (n)"), COUNT),
        TableColumn("share", words("Share"), SHARE),
    )
    return ReportTable.from_rows("themes", words("Themes of the open answers"), columns, rows)


def build_theme_place_table(
    every: Sequence[OpenAnswers], themes: ThemeMatcher, order: ReportRequest, words: Localizer
) -> Iterator[ReportTable]:
    """Themes by city, where the place was asked and enough people wrote."""
    rows = [row for found in every for row in list_theme_place_rows(found, themes, order, words)]
    columns = (
        TableColumn("theme", words("Theme")),
        TableColumn("place", words("City")),
        TableColumn("share", words("Share"), SHARE),
        TableColumn("people", words("People"), COUNT),
        TableColumn("n", words("Wrote (n)"), COUNT),
    )
    if rows:
        yield ReportTable.from_rows("theme_places", words("Themes by city"), columns, rows)


def draw_theme_place_picture(
    found: OpenAnswers, themes: ThemeMatcher, order: ReportRequest, words: Localizer
) -> Iterator[Picture]:
    """The share of writers in each city whose answers are about a theme, as shaded cells."""
    keys = ["theme", "place", "share", "n"]
    frame = pd.DataFrame(list(list_theme_place_rows(found, themes, order, words)), columns=keys)
    if frame.empty or frame["n"].isna().all():
        return
    wide, most = frame.set_index(["theme", "place"]), frame.groupby("place")["n"].max()
    every = dict.fromkeys(frame["place"])
    places = pick_largest_places(
        {place: int(most[place]) if most[place] > 0 else None for place in every}
    )
    rows = [
        (theme, [parse_share(wide.loc[(theme, place), "share"]) for place in places])
        for theme in dict.fromkeys(frame["theme"])
    ]
    heads = [
        (place, words("n = {n}", n=words.format_count(most[place])) if most[place] > 0 else "–")
        for place in places
    ]
    yield Picture(
        words("What they wrote about, by city: “{question}”", question=found.label),
        words(
            "A shaded table of {rows} themes and {columns} cities.",
            rows=len(rows),
            columns=len(places),
        ),
        partial(
            share_table.draw_share_table,
            [("", rows)],
            heads,
            words("hidden, so that few people cannot be made out"),
            words.format_share,
        ),
    )


def parse_share(value: object) -> float | None:
    """A share, or None where it was hidden."""
    return float(value) if isinstance(value, float) and value == value else None


def list_theme_place_rows(
    found: OpenAnswers, themes: ThemeMatcher, order: ReportRequest, words: Localizer
) -> Iterator[dict[str, object]]:
    if not found.cities:
        return
    (_, labels), n = found.form.get_cities(), Counter(found.cities.values())
    places = [code for code in labels if n[code]]
    totals = [n[code] for code in places]
    unseen = suppress_row(totals, order.minimum_cell)
    for theme, _ in count_themes(found, themes):
        people = Counter(
            city for row, city in found.cities.items() if theme.name in found.themes[row]
        )
        counts = [people[code] for code in places]
        mask = mask_theme_counts(counts, totals, unseen, order.minimum_cell)
        for code, count, total, hide in zip(places, counts, totals, mask, strict=True):
            row: dict[str, object] = {
                "theme": theme.get_label(words.language),
                "place": labels[code],
            }
            numbers = {"share": compute_share(count, total), "people": count, "n": total}
            yield row if hide else row | numbers


def mask_theme_counts(
    counts: Sequence[int], totals: Sequence[int], unseen: Sequence[bool], minimum: int
) -> list[bool]:
    """Which of ``counts``, each a part of its total, must not be shown.

    Neither they nor what is left of their totals may be worked out, the sums of both being known.
    """
    rest = [total - count for count, total in zip(counts, totals, strict=True)]
    if 0 < sum(counts) < minimum or 0 < sum(rest) < minimum:
        return [True] * len(counts)
    few = zip(unseen, counts, rest, strict=True)
    mask = [hide or 0 < one < minimum or 0 < other < minimum for hide, one, other in few]
    while (
        more := suppress_complement(rest, suppress_complement(counts, mask, minimum), minimum)
    ) != mask:
        mask = more
    return mask


def build_quote_table(
    released: Sequence[ReleasedQuote], themes: ThemeMatcher, words: Localizer
) -> Iterator[ReportTable]:
    """Quotes under their themes, some for each; equal ones once, where there are fewest."""
    labels = {theme.name: theme.get_label(words.language) for theme in themes.every}
    shelves: dict[str, list[ReleasedQuote]] = {name: [] for name in [*labels, ""]}
    for one in {one.text.casefold(): one for one in released}.values():
        about = themes.match_text(tokenize_text(one.text, one.language)) or {""}
        shelf = shelves[min(sorted(about), key=lambda name: len(shelves[name]))]
        if len(shelf) < MAX_QUOTES:
            shelf.append(one)
    rows = [
        {
            "theme": labels.get(name) or words("Other themes"),
            "quote": f"“{shorten_printed_quote(one.text)}”",
            "language": name_quote_language(one, words),
        }
        for name, shelf in shelves.items()
        for one in shelf
    ]
    columns = (
        TableColumn("theme", words("Theme")),
        TableColumn("quote", words("Quote")),
        TableColumn("language", words("Language")),
    )
    if rows:
        title = words("In their own words")
        yield ReportTable.from_rows("quotes", title, columns, rows, printed_rows=len(rows))


def name_quote_language(one: ReleasedQuote, words: Localizer) -> str:
    """The name of the language in which somebody wrote."""
    return words.name_language(detect_language(one.text, one.language))


def shorten_printed_quote(text: str) -> str:
    """At most ``MAX_QUOTE_LENGTH`` letters, whole words."""
    if len(text) <= MAX_QUOTE_LENGTH:
        return text
    return text[: MAX_QUOTE_LENGTH - 1].rpartition(" ")[0].rstrip(" ,;:.") + "…"

"""What the open answers are about, and what of them was released."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from reports import question_names
from reports.chapters.elements import COUNT, SHARE, Column, Picture, Table
from reports.chapters.shocks.worries_by_place import room_for
from reports.charts import bar_charts, share_table
from reports.charts.bar_charts import Bar
from reports.localizer import Words
from reports.opinions.terms import Text, language_of, taken_apart
from reports.opinions.themes import Theme, Themes
from reports.reading.form_answers import Form
from reports.reading.released_quotes import Released
from reports.request import Order
from reports.statistics.row_suppression import hidden, hidden_more, share
from survey.forms.model.questionnaire import Question

#: The longest quote in a report, and how many a theme has at the most.
LONGEST_QUOTE, QUOTES = 300, 3


@dataclass(frozen=True)
class Opinions:
    """What people wrote to one question, without personal data.

    ``wrote`` have answered it; ``texts`` are those of them with more than stop words, ``themes``
    what each is about, and ``cities`` where each writer is, by row of the form's interviews.
    """

    form: Form
    question: Question
    wrote: int
    texts: dict[int, Text]
    themes: dict[int, set[str]]
    cities: dict[int, str]

    @property
    def n(self) -> int:
        """People whose words can be counted."""
        return len(self.texts)

    @property
    def label(self) -> str:
        return self.form.label(self.question)


def opinions(form: Form, question: Question, themes: Themes) -> Opinions:
    """Take apart what was answered to a question."""
    from survey.redaction import redacted  # Heavy, and not for a week's two pages.

    hints = form.interviews["language"].astype(str).tolist()
    given = form.texts(question)
    apart = {
        row: taken_apart(redacted(text).text, hints[row])
        for row, text in zip(given.index.tolist(), given.tolist(), strict=True)
    }
    texts = {row: text for row, text in apart.items() if text.says_something}
    about = {row: themes.of(text) for row, text in texts.items()}
    where = form.cities()[0].tolist() if form.question(question_names.CITY) else []
    cities = {row: where[row] for row in texts if where and isinstance(where[row], str)}
    return Opinions(form, question, form.answered(question), texts, about, cities)


def counted(found: Opinions, themes: Themes) -> list[tuple[Theme, int]]:
    """How many people wrote of each theme, most first; themes of nobody are left out."""
    counts = Counter(name for names in found.themes.values() for name in names)
    present = [(theme, counts[theme.name]) for theme in themes.every if counts[theme.name]]
    return sorted(present, key=lambda pair: -pair[1])


def others(found: Opinions) -> int:
    """How many wrote of none."""
    return sum(not names for names in found.themes.values())


def is_shown(count: int, order: Order) -> bool:
    """Whether enough people stand behind a number, or nobody at all."""
    return count == 0 or count >= order.minimum_cell


def theme_picture(found: Opinions, themes: Themes, order: Order, words: Words) -> Iterator[Picture]:
    counts = [pair for pair in counted(found, themes) if is_shown(pair[1], order)]
    if not counts:
        return
    rows = [Bar(t.called(words.language), (share(count, found.n),)) for t, count in counts]
    rest = others(found)
    if rest >= order.minimum_cell:
        rows.append(Bar(words("Other themes"), (share(rest, found.n),)))
    yield Picture(
        words("What they wrote about: “{question}”", question=found.label),
        words("Bars for {number} themes; most: {theme}.", number=len(rows), theme=rows[0].label),
        partial(
            bar_charts.ranked,
            rows,
            [words("share of those who wrote (n = {n})", n=words.count(found.n))],
            words.percent,
        ),
    )


def theme_table(every: Sequence[Opinions], themes: Themes, order: Order, words: Words) -> Table:
    """A row a question and theme; the hidden have no numbers."""
    rows = []
    for found in every:
        named = [(t.called(words.language), count) for t, count in counted(found, themes)]
        for label, count in [*named, (words("Other themes"), others(found))]:
            row: dict[str, object] = {"question": found.label, "theme": label}
            if is_shown(count, order) and found.n >= order.minimum_cell:
                row |= {"people": count, "n": found.n, "share": share(count, found.n)}
            rows.append(row)
    columns = (
        Column("question", words("Question"), printed=len(every) > 1),
        Column("theme", words("Theme")),
        Column("people", words("People"), COUNT),
        Column("n", words("Wrote (n)"), COUNT),
        Column("share", words("Share"), SHARE),
    )
    return Table.of("themes", words("Themes of the open answers"), columns, rows)


def place_table(
    every: Sequence[Opinions], themes: Themes, order: Order, words: Words
) -> Iterator[Table]:
    """Themes by city, where the place was asked and enough people wrote."""
    rows = [row for found in every for row in place_rows(found, themes, order, words)]
    columns = (
        Column("theme", words("Theme")),
        Column("place", words("City")),
        Column("share", words("Share"), SHARE),
        Column("people", words("People"), COUNT),
        Column("n", words("Wrote (n)"), COUNT),
    )
    if rows:
        yield Table.of("theme_places", words("Themes by city"), columns, rows)


def place_picture(found: Opinions, themes: Themes, order: Order, words: Words) -> Iterator[Picture]:
    """The same as a table whose cells are shaded."""
    keys = ["theme", "place", "share", "n"]
    frame = pd.DataFrame(list(place_rows(found, themes, order, words)), columns=keys)
    if frame.empty or frame["n"].isna().all():
        return
    wide, most = frame.set_index(["theme", "place"]), frame.groupby("place")["n"].max()
    every = dict.fromkeys(frame["place"])
    places = room_for({place: int(most[place]) if most[place] > 0 else None for place in every})
    rows = [
        (theme, [number(wide.loc[(theme, place), "share"]) for place in places])
        for theme in dict.fromkeys(frame["theme"])
    ]
    heads = [
        (place, words("n = {n}", n=words.count(most[place])) if most[place] > 0 else "–")
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
            share_table.table,
            [("", rows)],
            heads,
            words("hidden, so that few people cannot be made out"),
            words.percent,
        ),
    )


def number(value: object) -> float | None:
    """A share, or None where it was hidden."""
    return float(value) if isinstance(value, float) and value == value else None


def place_rows(
    found: Opinions, themes: Themes, order: Order, words: Words
) -> Iterator[dict[str, object]]:
    if not found.cities:
        return
    (_, labels), n = found.form.cities(), Counter(found.cities.values())
    places = [code for code in labels if n[code]]
    totals = [n[code] for code in places]
    unseen = hidden(totals, order.minimum_cell)
    for theme, _ in counted(found, themes):
        people = Counter(
            city for row, city in found.cities.items() if theme.name in found.themes[row]
        )
        counts = [people[code] for code in places]
        mask = hidden_parts(counts, totals, unseen, order.minimum_cell)
        for code, count, total, hide in zip(places, counts, totals, mask, strict=True):
            row: dict[str, object] = {
                "theme": theme.called(words.language),
                "place": labels[code],
            }
            numbers = {"share": share(count, total), "people": count, "n": total}
            yield row if hide else row | numbers


def hidden_parts(
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
    while (more := hidden_more(rest, hidden_more(counts, mask, minimum), minimum)) != mask:
        mask = more
    return mask


def quote_table(released: Sequence[Released], themes: Themes, words: Words) -> Iterator[Table]:
    """Quotes under their themes, some for each; equal ones once, where there are fewest."""
    labels = {theme.name: theme.called(words.language) for theme in themes.every}
    shelves: dict[str, list[Released]] = {name: [] for name in [*labels, ""]}
    for one in {one.text.casefold(): one for one in released}.values():
        about = themes.of(taken_apart(one.text, one.language)) or {""}
        shelf = shelves[min(sorted(about), key=lambda name: len(shelves[name]))]
        if len(shelf) < QUOTES:
            shelf.append(one)
    rows = [
        {
            "theme": labels.get(name) or words("Other themes"),
            "quote": f"“{cut(one.text)}”",
            "language": spoken(one, words),
        }
        for name, shelf in shelves.items()
        for one in shelf
    ]
    columns = (
        Column("theme", words("Theme")),
        Column("quote", words("Quote")),
        Column("language", words("Language")),
    )
    if rows:
        title = words("In their own words")
        yield Table.of("quotes", title, columns, rows, printed=len(rows))


def spoken(one: Released, words: Words) -> str:
    """The name of the language in which somebody wrote."""
    return words(question_names.LANGUAGES.get(language_of(one.text, one.language), ""))


def cut(text: str) -> str:
    """At most ``LONGEST_QUOTE`` letters, whole words."""
    if len(text) <= LONGEST_QUOTE:
        return text
    return text[: LONGEST_QUOTE - 1].rpartition(" ")[0].rstrip(" ,;:.") + "…"

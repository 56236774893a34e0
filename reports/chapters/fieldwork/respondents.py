"""Who answered and where they are, small cells hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from reports import question_names
from reports.chapters.elements import COUNT, SHARE, Column, Picture, Table
from reports.charts import bar_charts
from reports.charts.bar_charts import Bar
from reports.localizer import Words, later
from reports.reading.form_answers import Form
from reports.reading.frames import Frames
from reports.reading.resident_weights import SILENT
from reports.request import Order
from reports.statistics.row_suppression import hidden, hidden_within, share

NO_LINK = later("without a marked link")
OTHERS = later("Others")
#: The most links that are told apart.
LINKS = 8
#: The most answers of one question in the picture; the workbook has all.
DRAWN = 16
TITLES = {
    question_names.CITY: later("City"),
    question_names.TIE: later("Tie to Jakarta"),
    "kelamin": later("Sex"),
    "umur": later("Age"),
    "pendidikan": later("Schooling"),
    "language": later("Language of the interview"),
    "source": later("Link they came by"),
    "sector": later("Sector of participants"),
}


@dataclass(frozen=True)
class Makeup:
    """How many of each kind there are among those who answered one question about themselves."""

    title: str
    counts: Mapping[str, int]
    masked: tuple[bool, ...]

    @property
    def n(self) -> int:
        return sum(self.counts.values())

    @property
    def drawn(self) -> list[tuple[tuple[str, int], bool]]:
        """What a picture has room for: of many answers the most frequent ones that are shown."""
        every = list(zip(self.counts.items(), self.masked, strict=True))
        largest = sorted(every, key=lambda one: len(every) if one[1] else -one[0][1])[:DRAWN]
        return [one for one in every if one in largest]


def makeup(title: str, counts: Mapping[str, int], order: Order) -> Makeup:
    masked = hidden(list(counts.values()), order.minimum_cell)
    return Makeup(title, counts, tuple(masked))


def who_answered(frames: Frames, order: Order, words: Words) -> tuple[Table, list[Picture]]:
    """The make-up of those who answered, as one tidy table and one picture."""
    found = [m for m in makeups(frames, order, words) if m.n]
    enough = [m for m in found if m.n >= order.minimum_cell]
    return table(found, words), picture(enough, words)


def makeups(frames: Frames, order: Order, words: Words) -> Iterator[Makeup]:
    """City, tie and background as residents answered; language and link as recorded; sectors.

    All of residents alone: tables of residents beside tables of everybody would give away the few
    participants.
    """
    asked = frames.form_with(question_names.DRIVERS)
    if asked is not None:
        form = asked.of(question_names.RESIDENT)
        about = [
            q for name in (question_names.CITY, question_names.TIE) if (q := form.question(name))
        ]
        for question in (*about, *form.questions(question_names.BACKGROUND)):
            labels = form.choices(question)
            # Coverage tells how many said what they are: who did not must hide nobody here.
            gone = (
                {*SILENT, question_names.NO_TIE} if question.name == question_names.TIE else SILENT
            )
            said = {c: n for c, n in form.tally(question).items() if c not in gone}
            counts = {labels[code]: n for code, n in said.items()}
            title = words(TITLES.get(question.name, "")) or form.label(question)
            yield makeup(title, counts, order)
        yield recorded(form, "language", question_names.LANGUAGES, order, words)
        yield recorded(form, "source", {"": NO_LINK}, order, words)
    experts = frames.vulnerability
    if experts is not None:
        yield recorded(experts, "sector", question_names.SECTORS, order, words)


def recorded(
    form: Form, column: str, names: Mapping[str, str], order: Order, words: Words
) -> Makeup:
    """What is known of the interviews of one questionnaire without asking."""
    counts: dict[str, int] = {}
    every = form.interviews[column].astype(str).value_counts()
    for rank, (value, people) in enumerate(every.items()):
        # What a link carries is up to whoever made it: few people's words are not repeated.
        unknown = value not in names and (rank >= LINKS or people < order.minimum_cell)
        name = words(OTHERS if unknown else names.get(str(value), "")) or str(value)
        counts[name] = counts.get(name, 0) + int(people)
    return makeup(words(TITLES[column]), counts, order)


def table(found: list[Makeup], words: Words) -> Table:
    rows = [
        {
            "what": m.title,
            "answer": answer,
            "people": None if mask else count,
            "share": None if mask else share(count, m.n),
            "n": m.n,
            "hidden": words("yes") if mask else "",
        }
        for m in found
        for (answer, count), mask in zip(m.counts.items(), m.masked, strict=True)
    ]
    columns = (
        Column("what", words("What")),
        Column("answer", words("Answer")),
        Column("people", words("People"), COUNT),
        Column("share", words("Share"), SHARE),
        Column("n", words("Answered (n)"), COUNT),
        Column("hidden", words("Hidden (too few)")),
    )
    return Table.of("who", words("Residents who answered"), columns, rows)


def picture(found: list[Makeup], words: Words) -> list[Picture]:
    if not found:
        return []
    titled = [
        (
            headed(m, words),
            [
                Bar(answer, None if mask else (share(count, m.n),), (words.count(count),))
                for (answer, count), mask in m.drawn
            ],
        )
        for m in found
    ]
    caption = words("Residents who answered (number in brackets; – hidden, too few)")
    alt = words("Small bars for {what}.", what=words.listed(m.title for m in found))
    return [Picture(caption, alt, partial(bar_charts.panels, titled, words.percent))]


def headed(found: Makeup, words: Words) -> str:
    """The title of a block of bars, and that it has not all of them."""
    told = {"title": found.title, "n": words.count(found.n)}
    if len(found.counts) <= DRAWN:
        return words("{title} (n = {n})", **told)
    return words("{title} (n = {n}), the {most} most frequent", most=DRAWN, **told)


def places_tables(frames: Frames, order: Order, words: Words) -> Iterator[Table]:
    """Every district with its city; nothing that would give a hidden number away."""
    asked = frames.form_with(question_names.CITY) or frames.form_with(question_names.DRIVERS)
    form = asked.of(question_names.RESIDENT) if asked else None
    city = form.question(question_names.CITY) if form else None
    district = form.question(question_names.DISTRICT) if form else None
    if form is None or city is None or district is None or not form.answered(district):
        return
    counted = form.crossed(district, form.each(city)).stack().to_dict()
    labels = form.choices(city)
    parts: dict[str, dict[str, int]] = {code: {} for code in labels}
    names = {}
    for item in question_names.items(form.questionnaire, question_names.DISTRICT):
        inside, code = item.get(question_names.CITY, ""), item.get("name", "")
        if inside in parts:
            parts[inside][code] = int(counted.get((inside, code), 0))
        names[code] = question_names.item_label(item, words.language)
    totals = form.tally(city)
    _, inner = hidden_within(
        totals, {c: list(cells.values()) for c, cells in parts.items()}, order.minimum_cell
    )
    rows = [
        {
            "city": labels[code],
            "district": names[district],
            "people": None if mask else count,
            "hidden": words("yes") if mask else "",
        }
        for code, cells in parts.items()
        for (district, count), mask in zip(cells.items(), inner[code], strict=True)
    ]
    columns = (
        Column("city", words("City")),
        Column("district", words("District")),
        Column("people", words("People"), COUNT),
        Column("hidden", words("Hidden (too few)")),
    )
    yield Table.of("districts", words("Where they are, by district"), columns, rows)

"""Who answered and where they are, small cells hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from reports import question_names
from reports.chapters.elements import COUNT, SHARE, Picture, ReportTable, TableColumn
from reports.charts import bar_charts
from reports.charts.bar_charts import Bar
from reports.localizer import Localizer, gettext_noop
from reports.measures.language_names import name_languages
from reports.reading.form_answers import FormAnswers
from reports.reading.frames import Frames
from reports.reading.releases import SILENT_CODES
from reports.request import ReportRequest
from reports.statistics.row_suppression import compute_share, suppress_margin, suppress_nested
from survey.people import OTHER_SOURCE

NO_LINK = gettext_noop("without a marked link")
OTHER_LINKS = gettext_noop("Others")
#: The row of those who are in the totals and in no other row.
NOT_BROKEN_DOWN = gettext_noop("not yet broken down")
#: The most links that are told apart.
MAX_LINKS = 8
#: The most answers of one question in the picture; the workbook has all.
DRAWN_ANSWERS = 16
TRAIT_TITLES = {
    question_names.CITY: gettext_noop("City"),
    question_names.CITY_TIE: gettext_noop("Tie to the city"),
    "kelamin": gettext_noop("Sex"),
    "umur": gettext_noop("Age"),
    "pendidikan": gettext_noop("Schooling"),
    "language": gettext_noop("Language of the interview"),
    "source": gettext_noop("Link they came by"),
    "sector": gettext_noop("Sector of participants"),
}


@dataclass(frozen=True)
class Makeup:
    """How many of each kind there are among those who answered one question about themselves.

    The last may be those who answered it and are not broken down yet.
    """

    title: str
    counts: Mapping[str, int]
    masked: tuple[bool, ...]

    @property
    def n(self) -> int:
        return sum(self.counts.values())

    @property
    def shown_answers(self) -> list[tuple[tuple[str, int], bool]]:
        """What a picture has room for: of many answers the most frequent ones that are shown."""
        every = list(zip(self.counts.items(), self.masked, strict=True))
        largest = sorted(every, key=lambda one: len(every) if one[1] else -one[0][1])[
            :DRAWN_ANSWERS
        ]
        return [one for one in every if one in largest]


def build_makeup(
    title: str, counts: Mapping[str, int], waiting: int, order: ReportRequest, words: Localizer
) -> Makeup:
    # Who did not answer waits among them, too, and is not in this table: so they may be too few.
    rows = counts if not waiting else {**counts, words(NOT_BROKEN_DOWN): waiting}
    return Makeup(
        title, rows, tuple(suppress_margin(list(rows.values()), waiting, order.minimum_cell))
    )


def build_makeup_parts(
    frames: Frames, order: ReportRequest, words: Localizer
) -> tuple[ReportTable, list[Picture]]:
    """The make-up of those who answered, as one tidy table and one picture."""
    found = [m for m in list_makeups(frames, order, words) if m.n]
    enough = [m for m in found if m.n >= order.minimum_cell]
    return build_makeup_table(found, words), draw_makeup_picture(enough, words)


def list_makeups(frames: Frames, order: ReportRequest, words: Localizer) -> Iterator[Makeup]:
    """City, tie and background as residents answered; language and link as recorded; sectors.

    All of residents alone: tables of residents beside tables of everybody would give away the few
    participants.
    """
    asked = frames.find_form(question_names.DRIVERS)
    if asked is not None:
        form = asked.select_role(question_names.RESIDENT)
        about = [
            q
            for name in (question_names.CITY, question_names.CITY_TIE)
            if (q := form.find_question(name))
        ]
        for question in (*about, *form.list_group_questions(question_names.BACKGROUND_QUESTIONS)):
            labels = form.get_choice_labels(question)
            # Coverage tells how many said what they are: who did not must hide nobody here.
            gone = (
                {*SILENT_CODES, question_names.NO_CITY_TIE}
                if question.name == question_names.CITY_TIE
                else SILENT_CODES
            )
            choice_counts = {c: n for c, n in form.count_choices(question).items() if c not in gone}
            counts = {labels[code]: n for code, n in choice_counts.items()}
            title = words(TRAIT_TITLES.get(question.name, "")) or form.get_question_label(question)
            yield build_makeup(title, counts, form.count_waiting(question.name), order, words)
        yield build_recorded_makeup(
            form, "language", name_languages(form.interviews, words), order, words
        )
        yield build_recorded_makeup(form, "source", name_sources(words), order, words)
    experts = frames.vulnerability_form
    if experts is not None:
        sectors = {code: words(name) for code, name in question_names.SECTORS.items()}
        yield build_recorded_makeup(experts, "sector", sectors, order, words)


def name_sources(words: Localizer) -> dict[str, str]:
    """The ways to come that no link's word says."""
    return {"": words(NO_LINK), OTHER_SOURCE: words(OTHER_LINKS)}


def build_recorded_makeup(
    form: FormAnswers, column: str, names: Mapping[str, str], order: ReportRequest, words: Localizer
) -> Makeup:
    """What is known of the interviews of one questionnaire without asking.

    ``names`` are the values' names in the language of the report.
    """
    counts: dict[str, int] = {}
    every = form.get_recorded_series(column).dropna().astype(str).value_counts()
    for rank, (value, people) in enumerate(every.items()):
        # Few people's words are not repeated, though they were announced.
        unknown = value not in names and (rank >= MAX_LINKS or people < order.minimum_cell)
        name = words(OTHER_LINKS) if unknown else names.get(str(value)) or str(value)
        counts[name] = counts.get(name, 0) + int(people)
    waiting = form.count_waiting(column)
    return build_makeup(words(TRAIT_TITLES[column]), counts, waiting, order, words)


def build_makeup_table(found: list[Makeup], words: Localizer) -> ReportTable:
    rows = [
        {
            "what": m.title,
            "answer": answer,
            "people": None if mask else count,
            "share": None if mask else compute_share(count, m.n),
            "n": m.n,
            "hidden": words("yes") if mask else "",
        }
        for m in found
        for (answer, count), mask in zip(m.counts.items(), m.masked, strict=True)
    ]
    columns = (
        TableColumn("what", words("What")),
        TableColumn("answer", words("Answer")),
        TableColumn("people", words("People"), COUNT),
        TableColumn("share", words("Share"), SHARE),
        TableColumn("n", words("Answered (n)"), COUNT),
        TableColumn("hidden", words("Hidden (too few)")),
    )
    return ReportTable.from_rows("who", words("Residents who answered"), columns, rows)


def draw_makeup_picture(found: list[Makeup], words: Localizer) -> list[Picture]:
    if not found:
        return []
    titled = [
        (
            format_makeup_heading(m, words),
            [
                Bar(
                    answer,
                    None if mask else (compute_share(count, m.n),),
                    (words.format_count(count),),
                )
                for (answer, count), mask in m.shown_answers
            ],
        )
        for m in found
    ]
    caption = words("Residents who answered (number in brackets; – hidden, too few)")
    alt = words("Small bars for {what}.", what=words.join_items(m.title for m in found))
    return [Picture(caption, alt, partial(bar_charts.draw_panels, titled, words.format_share))]


def format_makeup_heading(found: Makeup, words: Localizer) -> str:
    """The title of a block of bars, and that it has not all of them."""
    values = {"title": found.title, "n": words.format_count(found.n)}
    if len(found.counts) <= DRAWN_ANSWERS:
        return words("{title} (n = {n})", **values)
    return words("{title} (n = {n}), the {most} most frequent", most=DRAWN_ANSWERS, **values)


def build_district_table(
    frames: Frames, order: ReportRequest, words: Localizer
) -> Iterator[ReportTable]:
    """Every district with its city; nothing that would give a hidden number away."""
    asked = frames.find_form(question_names.CITY) or frames.find_form(question_names.DRIVERS)
    form = asked.select_role(question_names.RESIDENT) if asked else None
    city = form.find_question(question_names.CITY) if form else None
    district = form.find_question(question_names.DISTRICT) if form else None
    if form is None or city is None or district is None or not form.count_answered(district):
        return
    counted = form.cross_tabulate(district, form.get_choice_series(city)).stack().to_dict()
    labels = form.get_choice_labels(city)
    parts: dict[str, dict[str, int]] = {code: {} for code in labels}
    names = {}
    for item in question_names.list_carried_items(form.questionnaire, question_names.DISTRICT):
        inside, code = item.get(question_names.CITY, ""), item.get("name", "")
        if inside in parts:
            parts[inside][code] = int(counted.get((inside, code), 0))
        names[code] = question_names.get_item_label(item, words.language)
    totals = form.count_choices(city)
    _, inner = suppress_nested(
        totals, {c: list(cells.values()) for c, cells in parts.items()}, order.minimum_cell
    )
    waiting = form.count_waiting(question_names.DISTRICT) > 0
    rows = [
        {
            "city": labels[code],
            "district": names[district],
            "people": None if mask else count,
            "hidden": words("yes") if mask else "",
        }
        for code, cells in parts.items()
        for (district, count), hide in zip(cells.items(), inner[code], strict=True)
        for mask in [hide or (waiting and not count)]
    ]
    columns = (
        TableColumn("city", words("City")),
        TableColumn("district", words("District")),
        TableColumn("people", words("People"), COUNT),
        TableColumn("hidden", words("Hidden (too few)")),
    )
    yield ReportTable.from_rows("districts", words("Where they are, by district"), columns, rows)

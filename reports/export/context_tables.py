"""What has to be known beside the answers to compute a report anew.

``waves.csv``, ``codebook.csv``, ``lists.csv``, ``left_out.csv`` and ``quotes.csv``; what each
column is stands in ``docs/data.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from reports import question_names
from reports.export.interview_rows import format_local_time
from reports.export.submissions import FieldedQuestionnaire
from reports.localizer import Localizer
from reports.question_labels import read_label
from reports.reading.counted_interviews import CountedInterviews
from reports.reading.frames import count_invited_places, count_joined, count_withdrawn
from reports.reading.released_quotes import read_released_quotes
from survey.code_numbers import SPECIAL_NUMBERS
from survey.forms.model.questionnaire import Question, Questionnaire
from survey.store.schema import refusal

WAVE_FILE, CODEBOOK_FILE, LIST_FILE = "waves.csv", "codebook.csv", "lists.csv"
LEFT_OUT_FILE, QUOTE_FILE = "left_out.csv", "quotes.csv"
WAVE_COLUMNS = (
    *("wave", "questionnaire", "version", "title", "audience", "opens_at", "closes_at"),
    *("languages", "counted_with", "invited_places", "joined", "declined", "withdrew"),
    "unweighted_why",
)
LIST_COLUMNS = ("questionnaire", "list", "name", "column", "value")
LEFT_OUT_COLUMNS = ("questionnaire", "waves", "version", "question", "why")
QUOTE_COLUMNS = ("wave", "questionnaire", "question", "language", "text")
CODEBOOK_COLUMNS = ("questionnaire", "question", "kind", "code", "number", "missing", "versions")
#: A column of a carried list that only names a text; the texts stand in the codebook.
TEXT_ID_COLUMN = "itextId"


@dataclass(frozen=True)
class ContextTable:
    """One of the files: its columns, and its rows."""

    name: str
    columns: Sequence[str]
    rows: Iterator[Sequence[Any]]


def list_context_tables(
    connection: Connection,
    forms: Sequence[FieldedQuestionnaire],
    counted: CountedInterviews,
    words: Localizer,
    now: datetime,
) -> Iterator[ContextTable]:
    """All of them. ``words`` says titles and reasons in the language that was asked for."""
    languages = list(dict.fromkeys(code for wave in counted.waves for code in wave.languages))
    spoken = {code: words.speak(code) for code in languages}
    told = (*(f"wording_{code}" for code in spoken), *(f"label_{code}" for code in spoken))
    yield ContextTable(WAVE_FILE, WAVE_COLUMNS, list_wave_rows(connection, counted, words, now))
    yield ContextTable(CODEBOOK_FILE, (*CODEBOOK_COLUMNS, *told), list_code_rows(forms, spoken))
    yield ContextTable(LIST_FILE, LIST_COLUMNS, list_carried_rows(forms))
    yield ContextTable(LEFT_OUT_FILE, LEFT_OUT_COLUMNS, list_left_out_rows(counted, words))
    yield ContextTable(QUOTE_FILE, QUOTE_COLUMNS, list_quote_rows(connection, now))


def list_wave_rows(
    connection: Connection, counted: CountedInterviews, words: Localizer, now: datetime
) -> Iterator[Sequence[Any]]:
    """A row a wave that had opened."""
    joined, withdrew = count_joined(connection, now), count_withdrawn(connection, now)
    places, declined = count_invited_places(connection, now), count_declined(connection, now)
    for wave in counted.waves:
        form = counted.find_form(wave.id)
        together = form.waves if form else (wave.id,)
        yield (
            wave.id,
            wave.questionnaire.id,
            wave.version,
            wave.questionnaire.get_title(words.language),
            " ".join(wave.audience),
            format_local_time(wave.opens_at, words.zone),
            format_local_time(wave.closes_at, words.zone),
            " ".join(wave.languages),
            " ".join(together),
            "" if question_names.RESIDENT in wave.audience else places,
            sum(joined.get(role, 0) for role in wave.audience),
            declined.get(wave.id, 0),
            withdrew.get(wave.id, 0),
            " ".join(words(f.text, **f.values) for f in counted.faults.get(together, ())),
        )


def count_declined(connection: Connection, as_of: datetime) -> dict[str, int]:
    """Wave -> how many declined."""
    query = (
        select(refusal.c.wave_id, func.count())
        .where(refusal.c.at < as_of)
        .group_by(refusal.c.wave_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def list_code_rows(
    forms: Sequence[FieldedQuestionnaire], spoken: Mapping[str, Localizer]
) -> Iterator[Sequence[Any]]:
    """A row for each code of each question, in the order of fielding; one for other questions."""
    for form in forms:
        paths = dict.fromkeys(q.path for version in form.forms for q in version.questions)
        for path in paths:
            asked = [(one, one.by_path[path]) for one in form.forms if path in one.by_path]
            newest, question = asked[0]
            wording = translate_label(newest, question, spoken)
            about = (form.id, path.split("/", 2)[-1], question.kind.name)
            if path not in form.numbers:
                versions = "; ".join(form.names[one.digest] for one, _ in asked)
                yield (*about, "", "", "", versions, *wording, *([""] * len(spoken)))
                continue
            for code, cells in list_code_cells(form, asked, spoken).items():
                number, missing = form.numbers[path][code], code in SPECIAL_NUMBERS
                versions, *labels = cells
                yield (*about, code, number, int(missing), versions, *wording, *labels)


def list_code_cells(
    form: FieldedQuestionnaire,
    asked: Sequence[tuple[Questionnaire, Question]],
    spoken: Mapping[str, Localizer],
) -> dict[str, list[str]]:
    """Code -> the versions that offer it and its newest labels, in the order of fielding."""
    found: dict[str, list[str]] = {}
    for one, question in asked:
        for value, choice in {c.value: c for c in reversed(question.choices)}.items():
            if value in found:
                found[value][0] += f"; {form.names[one.digest]}"
                continue
            labels = (
                read_label(choice.label, one.match_language(code), words) or value
                for code, words in spoken.items()
            )
            found[value] = [form.names[one.digest], *labels]
    return {code: found[code] for code in form.numbers[asked[0][1].path] if code in found}


def translate_label(
    form: Questionnaire, question: Question, spoken: Mapping[str, Localizer]
) -> list[str]:
    """A question's wording in each language."""
    return [
        read_label(question.label, form.match_language(code), words)
        for code, words in spoken.items()
    ]


def list_carried_rows(forms: Sequence[FieldedQuestionnaire]) -> Iterator[Sequence[Any]]:
    """A row for each cell of each list that the newest version of a questionnaire carries."""
    for form in forms:
        lists = question_names.read_carried_lists(form.forms[0].xform)
        for name, items in lists.items():
            for item in items:
                for column, value in item.items():
                    if value and column not in ("name", TEXT_ID_COLUMN):
                        yield (form.id, name, item.get("name", ""), column, value)


def list_left_out_rows(counted: CountedInterviews, words: Localizer) -> Iterator[Sequence[Any]]:
    """A row for each question of which the answers of an older version are counted nowhere."""
    for form in counted.forms:
        for gone in form.left_out:
            yield (
                form.questionnaire.id,
                " ".join(form.waves),
                gone.version,
                gone.question.path.split("/", 2)[-1],
                words(gone.reason),
            )


def list_quote_rows(connection: Connection, now: datetime) -> Iterator[Sequence[Any]]:
    """A row for each quote that the secretariat had released."""
    for quote in read_released_quotes(connection, now):
        question = quote.path.split("/", 2)[-1]
        yield (quote.wave, quote.questionnaire, question, quote.language, quote.text)

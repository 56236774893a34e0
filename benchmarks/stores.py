"""A real SQLite store as large as one likes: people who answered ``persepsi``, about 29 rows each.

``python -m benchmarks.stores 1000000 1m.db`` makes a file with that many rows of answers. Tables,
indexes and integer codes are made by the store itself; what the engine would write while people
answer is drawn here and inserted at once: their rows, interviews and the answers that stand,
calculated ones too. The steps that led to them are left out: nothing that reads answers needs them.
What one person says need not agree with itself.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from reports import question_names
from survey.forms.authoring.xlsform import compile_file
from survey.forms.model.questionnaire import Question, Questionnaire
from survey.people import Role, Wave
from survey.store import waves as fielding
from survey.store.database import Store
from survey.store.schema import EPOCH
from survey.store.waves import Codebook

PERCEPTION = Path(__file__).parents[1] / "questionnaires" / "persepsi.md"
#: The last wave opens then, each before it a quarter of a year earlier; all last six weeks.
OPENS = datetime(2026, 11, 1, 17, tzinfo=UTC)
WAVE_INTERVAL, WAVE_LENGTH = timedelta(days=91), timedelta(days=44)
#: People come in the first three weeks of a wave.
ARRIVAL_PERIOD = timedelta(days=21)
#: Rows for one person at the mean; so many people are drawn at a time.
ROWS_PER_PERSON, PEOPLE_PER_BATCH = 29, 20_000
SENT_SHARE, PARTICIPANT_SHARE, ENGLISH_SHARE, WRITING_SHARE, SKIP_SHARE = (
    0.82,
    0.03,
    0.06,
    0.35,
    0.03,
)
TEXTS = (
    "Drainase, lalu trotoar",
    "Banjir di gang kami setiap hujan 🌊",
    '=1+1, "air"\nbersih',
    "Kemacetan dan udara kotor, terutama pagi hari di sekitar sekolah",
    "Taman untuk anak-anak",
    "More trees, please",
    "مياه نظيفة",
    "地铁",
    "Angkutan umum sampai malam",
    "Harga rumah",
)
SOURCES = ("", "ig", "kelurahan", "poster")
MICROSECONDS = 1_000_000
Numbers = np.ndarray[Any, np.dtype[np.int64]]
#: What a question adds to the rows: whose, the n-th choice, its code or 0, its text or 0.
AnswerColumns = tuple[Numbers, Numbers, Numbers, Numbers]


def build_store(path: Path, answers: int, seed: int = 7, waves: int = 1) -> None:
    """Fill a new store at ``path`` with exactly so many rows of answers, evenly over the waves.

    With the same seed the same people say the same. Raises FileExistsError if something is there.
    """
    if path.exists():
        raise FileExistsError(path)
    form = compile_file(PERCEPTION)
    opened = [OPENS - WAVE_INTERVAL * number for number in reversed(range(waves))]
    codes = asyncio.run(field_questionnaire(path, form, opened))
    drawn = AnswerGenerator(form, codes, np.random.default_rng(seed))
    connection = sqlite3.connect(path)
    try:
        fill_store(connection, drawn, opened, answers)
    finally:
        connection.close()


async def field_questionnaire(
    path: Path, form: Questionnaire, opened: Sequence[datetime]
) -> Codebook:
    """Make the tables and register the questionnaire, as the bot does when it starts."""
    async with Store.open(f"sqlite+aiosqlite:///{path}") as store, store.read() as connection:
        await store.keep(await fielding.add_questionnaire(connection, form, opened[0]))
        for number, at in enumerate(opened, 1):
            name = "persepsi" if len(opened) == 1 else f"persepsi-{number}"
            new = Wave(name, form.digest, (Role.RESIDENT, Role.PARTICIPANT), at, at + WAVE_LENGTH)
            await store.keep(await fielding.seed_wave(connection, new))
        return await Codebook.read(connection)


def fill_store(
    connection: sqlite3.Connection, crowd: AnswerGenerator, opened: Sequence[datetime], answers: int
) -> None:
    """Insert until there are so many; the index on codes is made at the end, all at once."""
    index = "ix_answer_question_id_code_id"
    (again,) = connection.execute(
        "SELECT sql FROM sqlite_master WHERE name = ?", [index]
    ).fetchone()
    for pragma in ("synchronous = OFF", "cache_size = -1000000", "foreign_keys = OFF"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(f"DROP INDEX {index}")
    ids = [row[0] for row in connection.execute("SELECT id FROM wave ORDER BY opens_at")]
    for number, (wave, at) in enumerate(zip(ids, opened, strict=True)):
        wanted = answers // len(ids) + (number < answers % len(ids))
        while wanted:
            people = min(PEOPLE_PER_BATCH, wanted // ROWS_PER_PERSON + 100)
            wanted -= crowd.insert_answers(connection, wave, at, people, wanted)
            connection.commit()
    connection.execute(again)
    connection.execute("ANALYZE")
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@dataclass
class AnswerGenerator:
    """People who come one after another and say something."""

    form: Questionnaire
    codes: Codebook
    random: np.random.Generator
    people: int = 0

    def __post_init__(self) -> None:
        city = {
            row["name"]: row["kota"]
            for row in question_names.list_carried_items(self.form, question_names.DISTRICT)
        }
        rows = question_names.list_carried_items(self.form, "kelurahan")
        places = [(city[row["kecamatan"]], row["kecamatan"], row["name"]) for row in rows]
        self.places = np.array([[self.codes.values[code] for code in place] for place in places])

    def insert_answers(
        self, connection: sqlite3.Connection, wave: str, opens: datetime, people: int, most: int
    ) -> int:
        """Let so many people begin, and insert at most so many rows of answers; how many it was.

        People without a row keep their interviews: they broke off at the first question.
        """
        first, self.people = self.people + 1, self.people + people
        came = (opens - EPOCH) // timedelta(microseconds=1)
        begun = (
            came
            + np.sort(self.random.integers(0, int(ARRIVAL_PERIOD.total_seconds()), people))
            * MICROSECONDS
        )
        ids = self.draw_interview_ids(people)
        sent = self.random.random(people) < SENT_SHARE
        asked = list(self.form.binds)
        stop = np.where(sent, len(asked), self.random.integers(1, len(asked), people))
        rows = self.build_answer_rows(asked, people, stop)[:, :most]
        seconds = 12 * (rows[1] + 1) + rows[0] % 7
        connection.executemany(
            "INSERT INTO respondent (id, pseudonym, role, sector, category, source, language,"
            " joined_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            self.build_respondents(first, begun.tolist()),
        )
        connection.executemany(
            "INSERT INTO interview (id, wave_id, respondent_id, digest, seed, language, started_at,"
            " last_at, sent_at, spent, steps, progress, position)"
            " SELECT ?1, ?2, id, ?4, ?3, language, ?5, ?6, iif(?7, ?6, NULL), ?6 - ?5, ?8, ?9, ?10"
            " FROM respondent WHERE id = ?3",
            self.build_interviews(wave, first, ids, begun, sent, stop, asked),
        )
        connection.executemany(
            "INSERT INTO answer (interview_id, question_id, number, code_id, value, answered_at,"
            " occurrence) VALUES (?, ?, ?, nullif(?, 0), ?, ?, '')",
            zip(
                ids[rows[0]].tolist(),
                self.list_question_ids(asked)[rows[1]].tolist(),
                rows[2].tolist(),
                rows[3].tolist(),
                (self.said[text] for text in rows[4].tolist()),
                (begun[rows[0]] + seconds * MICROSECONDS).tolist(),
                strict=True,
            ),
        )
        return len(rows[0])

    def draw_interview_ids(self, people: int) -> Numbers:
        """Numbers of interviews: drawn, as in life, so that they do not lie in their order."""
        high = self.random.integers(0, 1 << 20, people)
        return (high << 24) + np.arange(self.people - people, self.people)

    def list_question_ids(self, asked: Sequence[str]) -> Numbers:
        """The integer codes of the questions."""
        return np.array([self.codes.questions[self.form.id, path] for path in asked])

    def build_respondents(self, first: int, begun: Sequence[int]) -> Iterator[tuple[Any, ...]]:
        """The rows of respondents, who came at the moments in ``begun`` (microseconds)."""
        participant = self.random.random(len(begun)) < PARTICIPANT_SHARE
        english = self.random.random(len(begun)) < ENGLISH_SHARE
        source = self.random.integers(0, len(SOURCES), len(begun)).tolist()
        sectors, categories = list(question_names.SECTORS), list(question_names.CATEGORIES)
        for number, at in enumerate(begun):
            invited = bool(participant[number])
            yield (
                first + number,
                f"P{first + number:09d}",
                "participant" if invited else "resident",
                sectors[number % len(sectors)] if invited else "",
                categories[number % len(categories)] if invited else "",
                "" if invited else SOURCES[source[number]],
                "en" if english[number] else "id",
                at,
            )

    def build_interviews(
        self,
        wave: str,
        first: int,
        ids: Numbers,
        begun: Numbers,
        sent: np.ndarray[Any, np.dtype[np.bool_]],
        stop: Numbers,
        asked: Sequence[str],
    ) -> Iterator[tuple[Any, ...]]:
        """The rows of interviews; whoever did not send stands at the question they stopped at."""
        last = begun + 12 * stop * MICROSECONDS
        for number, (key, at, end, whole, done) in enumerate(
            zip(*(column.tolist() for column in (ids, begun, last, sent, stop)), strict=True)
        ):
            where = "" if whole else asked[done]
            share = 1.0 if whole else done / len(asked)
            yield (key, wave, first + number, self.form.digest, at, end, whole, done, share, where)

    def build_answer_rows(self, asked: Sequence[str], people: int, stop: Numbers) -> Numbers:
        """Five rows of numbers: person, question, the n-th choice, code, text; in their order."""
        self.said: list[str | None] = [None, *TEXTS]
        place = self.places[self.random.integers(0, len(self.places), people)]
        steps = (question_names.CITY, question_names.DISTRICT, "kelurahan")
        found = []
        for number, path in enumerate(asked):
            name = question_names.get_path_name(path)
            question = self.form.by_path.get(path)
            if name in steps:
                given = build_choice_columns(np.arange(people), place[:, steps.index(name)])
            elif question is None:
                given = self.build_calculated(path, people)
            elif question.kind.is_display_only:
                continue
            else:
                given = self.draw_answers(question, people)
            kept = stop[given[0]] > number
            found.append(np.stack([given[0], np.full_like(given[0], number), *given[1:]])[:, kept])
        rows = np.concatenate(found, axis=1)
        return rows[:, np.lexsort((rows[2], rows[1], rows[0]))]

    def build_calculated(self, path: str, people: int) -> AnswerColumns:
        """What the form works out for itself: here always the same words."""
        if "/meta/" in path or not self.form.binds[path].calculate:
            nobody = np.zeros(0, dtype=np.int64)
            return nobody, nobody, nobody, nobody
        if "tinggal" not in self.said:
            self.said += ["tinggal", "live"]
        text = self.said.index("live" if path.endswith("_en") else "tinggal")
        return build_text_columns(np.arange(people), np.full(people, text))

    def draw_answers(self, question: Question, people: int) -> AnswerColumns:
        """Some answer, the first choices of a list more often; a few skip it."""
        everybody = np.arange(people)
        if question.kind.is_free_text:
            who = everybody[self.random.random(people) < WRITING_SHARE]
            return build_text_columns(who, self.random.integers(1, len(TEXTS) + 1, len(who)))
        values = np.array([self.codes.values[choice.value] for choice in question.choices])
        who = everybody[self.random.random(people) > SKIP_SHARE]
        # The smallest of these numbers come first: weighted drawing without putting back
        # (Efraimidis and Spirakis 2006).
        weights = 1 / (1 + 0.5 * np.arange(len(values)))
        order = np.argsort(self.random.exponential(size=(len(who), len(values))) / weights, axis=1)
        if not question.kind.takes_several:
            return build_choice_columns(who, values[order[:, 0]])
        picked = self.random.integers(1, 4, len(who))
        place = np.arange(3)
        ticked = place < picked[:, None]
        nobody = np.zeros(int(ticked.sum()), dtype=np.int64)
        return (
            np.repeat(who, picked),
            np.broadcast_to(place, ticked.shape)[ticked],
            values[order[:, :3]][ticked],
            nobody,
        )


def build_choice_columns(who: Numbers, codes: Numbers) -> AnswerColumns:
    """One choice each."""
    return who, np.zeros_like(who), codes, np.zeros_like(who)


def build_text_columns(who: Numbers, texts: Numbers) -> AnswerColumns:
    """One text each."""
    return who, np.zeros_like(who), np.zeros_like(who), texts


if __name__ == "__main__":
    build_store(Path(sys.argv[2]), int(sys.argv[1]))

"""A real SQLite store filled with people who answered the two real questionnaires."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, insert, select

from reports import question_names
from reports.request import ReportRequest
from survey.forms.authoring.xlsform import compile_file
from survey.forms.model.questionnaire import Questionnaire
from survey.store import schema
from tests.reports.random_answers import (
    Answers,
    Value,
    draw_condition_answers,
    draw_participant_answers,
    draw_plan_answers,
    draw_resident_answers,
    draw_scenario_answers,
    list_places,
)
from tests.shared_results import make_shared_folder
from tests.survey.form_helpers import CITY_FILE

FORMS = Path(__file__).parents[2] / "questionnaires"
OPENS = datetime(2026, 11, 1, 17, tzinfo=UTC)
START = datetime(2026, 11, 15, 17, tzinfo=UTC)
END = datetime(2026, 11, 22, 17, tzinfo=UTC)
CLOSES = datetime(2026, 12, 15, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class FilledStore:
    """Writes people and their interviews; questions and codes get their numbers as they come."""

    connection: Connection
    url: str
    random: random.Random
    forms: dict[str, Questionnaire] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    questions: dict[tuple[str, str], int] = field(default_factory=dict)
    people_count: int = 0
    interview_count: int = 0
    answers: list[dict[str, Any]] = field(default_factory=list)

    def open_wave(
        self,
        name: str,
        audience: list[str],
        questionnaire: Questionnaire | None = None,
        wave: str = "",
        **times: datetime,
    ) -> Questionnaire:
        """Field a questionnaire in a wave of (by default) the same name."""
        form = questionnaire or compile_once(FORMS / f"{name}.md")
        self.forms[wave or name] = form
        known = self.connection.execute(
            select(schema.questionnaire).where(schema.questionnaire.c.digest == form.digest)
        ).first()
        if known is None:
            self.insert_row(
                schema.questionnaire,
                digest=form.digest,
                id=form.id,
                version=form.version,
                xform=form.xform,
                added_at=OPENS,
            )
        self.insert_row(
            schema.wave,
            id=wave or name,
            digest=form.digest,
            audience=audience,
            opens_at=times.get("opens_at", OPENS),
            closes_at=times.get("closes_at", CLOSES),
            languages=["id", "en"],
        )
        return form

    def insert_row(self, table: Any, **values: Any) -> None:
        self.connection.execute(insert(table).values(**values))

    def add_respondent(self, role: str = "resident", at: datetime = OPENS, **about: str) -> int:
        """A respondent; their number."""
        self.people_count += 1
        self.insert_row(
            schema.respondent,
            id=self.people_count,
            pseudonym=f"p{self.people_count:06d}",
            role=role,
            language=about.pop("language", "id"),
            joined_at=at,
            **about,
        )
        return self.people_count

    def add_interview(
        self,
        wave: str,
        respondent: int,
        answers: Answers,
        started: datetime,
        sent: datetime | None = None,
        progress: float = 1.0,
        last: datetime | None = None,
        position: str = "",
        language: str = "id",
    ) -> int:
        """One pass; ``answers`` maps (path, occurrence) to a code, several codes, or a text."""
        self.interview_count += 1
        form = self.forms[wave]
        self.insert_row(
            schema.interview,
            id=self.interview_count,
            wave_id=wave,
            respondent_id=respondent,
            digest=form.digest,
            seed=self.interview_count,
            language=language,
            started_at=started,
            last_at=last or sent or started,
            sent_at=sent,
            steps=len(answers),
            progress=progress,
            spent=((last or sent or started) - started) // schema.MICROSECOND,
            position=position,
        )
        for (path, occurrence), value in answers.items():
            self.add_answer(form, path, occurrence, value, started)
        return self.interview_count

    def add_answer(
        self, form: Questionnaire, path: str, occurrence: str, value: Value, at: datetime
    ) -> None:
        asked = form.by_path.get(path)
        is_choice = asked is not None and bool(asked.choices)
        for number, single in enumerate(value if isinstance(value, list) else [value]):
            self.answers.append(
                {
                    "interview_id": self.interview_count,
                    "question_id": self.find_question_id(form.id, path),
                    "occurrence": occurrence,
                    "number": number,
                    "code_id": self.find_code_id(single) if is_choice else None,
                    "value": None if is_choice else single,
                    "answered_at": at,
                }
            )

    def find_question_id(self, questionnaire: str, path: str) -> int:
        key = (questionnaire, path)
        if key not in self.questions:
            self.questions[key] = len(self.questions) + 1
            self.insert_row(
                schema.question, id=self.questions[key], questionnaire=questionnaire, path=path
            )
        return self.questions[key]

    def find_code_id(self, value: str) -> int:
        if value not in self.codes:
            self.codes[value] = len(self.codes) + 1
            self.insert_row(schema.code, id=self.codes[value], value=value)
        return self.codes[value]

    def write_rows(self) -> None:
        """Write what is gathered."""
        if self.answers:
            self.connection.execute(insert(schema.answer), self.answers)
            self.answers = []
        self.connection.commit()


def share_store(
    factory: pytest.TempPathFactory, name: str, fill: Callable[[Path], FilledStore]
) -> FilledStore:
    """A store of the worker's own as ``fill`` makes it in a folder; filled once for all workers."""

    def make(folder: Path) -> dict[str, Any]:
        filled = fill(folder)
        filled.connection.close()
        parts = {part.name: getattr(filled, part.name) for part in fields(filled)}
        return parts | {"connection": None}

    folder, parts = make_shared_folder(factory, name, make)
    url = f"sqlite:///{folder / 'suara.db'}"
    return FilledStore(**parts | {"connection": create_engine(url).connect(), "url": url})


#: The shipped questionnaires never change, and nobody changes one that was read.
compile_once = cache(compile_file)


def create_store(path: Path, seed: int = 1) -> FilledStore:
    """An empty store in a file, or what there is in it."""
    if not path.exists():
        path.write_bytes(build_empty_file())
    url = f"sqlite:///{path}"
    return FilledStore(create_engine(url).connect(), url, random.Random(seed))  # noqa: S311


@cache
def build_empty_file() -> bytes:
    """A database file with all tables and nothing in them; making it takes longer than a copy."""
    with TemporaryDirectory() as folder:
        first = Path(folder, "suara.db")
        engine = create_engine(f"sqlite:///{first}")
        schema.metadata.create_all(engine)
        engine.dispose()
        return first.read_bytes()


def build_report_request(store: FilledStore, **changes: Any) -> ReportRequest:
    """The report with everything, of the period that the population lives in."""
    fields: dict[str, Any] = {
        "kind": "pra",
        "start": START,
        "end": END,
        "language": "id",
        "made_at": END + 14 * HOUR,
        "late": False,
        "timezone": "Asia/Jakarta",
        "database_url": store.url,
        "city": "Jakarta",
        "secretariat": "Sekretariat Jakarta Berketahanan",
        "minimum_cell": 5,
        "city_file": str(CITY_FILE),
        "links": ("ig", "kelurahan", "poster"),
    }
    return ReportRequest(**fields | changes)


def add_crowd(store: FilledStore, residents: int = 250, participants: int = 60) -> None:
    """People of both roles; most send, some break off, some are still at it."""
    rng = store.random
    perception = store.open_wave("persepsi", ["resident", "participant"])
    assets = store.open_wave("kerentanan", ["participant"])
    where = list_places(perception)
    categories = list(question_names.CATEGORIES)
    store.insert_row(
        schema.invitation, code="LOKA", role="participant", uses=participants, created_at=OPENS
    )
    for number in range(residents + participants):
        role = "participant" if number >= residents else "resident"
        begun = OPENS + rng.random() * (END - OPENS - HOUR)
        category = categories[number % len(categories)] if role == "participant" else ""
        person = store.add_respondent(
            role,
            begun,
            source=rng.choice(["", "ig", "kelurahan", "poster"]) if role == "resident" else "",
            sector=rng.choice(list(question_names.SECTORS)) if role == "participant" else "",
            category=category,
            language="en" if rng.random() < 0.06 else "id",
        )
        answers = draw_resident_answers(perception, rng, rng.choice(where))
        add_crowd_interview(store, "persepsi", person, answers, begun)
        if role == "participant" and rng.random() < 0.9:
            answers = draw_participant_answers(assets, rng, category)
            add_crowd_interview(store, "kerentanan", person, answers, begun + HOUR / 2)
    for _ in range(residents // 12):
        store.insert_row(
            schema.refusal,
            wave_id="persepsi",
            language="id",
            at=OPENS + rng.randrange(20) * 24 * HOUR,
        )
    store.insert_row(schema.receipt, code="W1", at=OPENS + 30 * HOUR, interviews={"persepsi": 23})
    store.write_rows()


def add_crowd_interview(
    store: FilledStore,
    wave: str,
    person: int,
    answers: Answers,
    begun: datetime,
) -> None:
    """Send it, or stop somewhere."""
    if store.random.random() < 0.82:
        minutes = timedelta(minutes=store.random.randint(4, 25))
        store.add_interview(wave, person, answers, begun, begun + minutes)
        return
    stop = store.random.randint(2, len(answers) - 1)
    kept = dict(list(answers.items())[:stop])
    store.add_interview(
        wave,
        person,
        kept,
        begun,
        progress=stop / len(answers),
        last=begun + HOUR / 6,
        position=list(answers)[stop][0],
    )


def add_assessments(store: FilledStore, participants: int = 140) -> None:
    """Participants who tell of the condition of assets, of plans and of scenarios."""
    rng = store.random
    conditions = store.open_wave("kondisi-aset", ["participant"])
    plans = store.open_wave("rencana-kota", ["participant"])
    scenarios = store.open_wave("skenario", ["participant"])
    categories = list(question_names.CATEGORIES)
    for number in range(participants):
        begun = OPENS + rng.random() * (END - OPENS - 2 * HOUR)
        category = categories[number % len(categories)]
        sector = rng.choice(list(question_names.SECTORS))
        person = store.add_respondent("participant", begun, sector=sector, category=category)
        judged = draw_condition_answers(conditions, rng, category)
        add_crowd_interview(store, "kondisi-aset", person, judged, begun)
        add_crowd_interview(
            store, "rencana-kota", person, draw_plan_answers(plans, rng), begun + HOUR / 2
        )
        expected = draw_scenario_answers(scenarios, rng)
        add_crowd_interview(store, "skenario", person, expected, begun + HOUR)
    store.write_rows()

"""Every kind of question has its cases: read, refused, drawn, explained, exported.

Whoever adds a kind adds a case here; without one the first test fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from bot.screens.card import Card, ViewState
from bot.screens.instructions import explain_answering, explain_expected_kind
from bot.screens.question import build_answer_rows
from bot.screens.question_controls import QUESTION_CONTROLS, format_answer
from bot.translation import get_translator
from reports.export.kind_exports import KIND_EXPORTS
from survey.forms.answers.question_kinds import QUESTION_KINDS
from survey.forms.answers.stored_values import LONGEST_ANSWER
from survey.forms.answers.typed_answers import parse_typed_answer
from survey.interview.interview import Interview
from survey.interview.steps import Step, StepRefused
from survey.interview.uploads import UploadedFile
from survey.services.snapshot import Snapshot
from survey.store.interviews import InterviewRow
from tests.bot.card_helpers import NOW, ZONE, build_question_sheets
from tests.reports.exported_files import export_all, read_spss
from tests.reports.filled_store import HOUR, START, create_store
from tests.reports.random_answers import Answers
from tests.survey.form_helpers import SETTINGS, compile_form

TOO_LONG = "x" * (LONGEST_ANSWER + 1)
CHOICES = """
| choices | list_name | name | label::Indonesia (id) | label::English (en) |
|---|---|---|---|---|
| | hal | banjir | Banjir | Flood |
| | hal | api | Kebakaran | Fire |
"""


@dataclass(frozen=True)
class Words:
    """What the card says, in Indonesian and in English; '' where the buttons say enough."""

    id: str
    en: str


@dataclass(frozen=True)
class KindCase:
    """What is expected of one kind.

    ``stored`` maps what people type (or, of a select, choose) to what is stored. ``refused`` cannot
    be stored; of a file that are media types. ``buttons`` are among those drawn in English.
    ``how`` explains how to answer, ``unfit`` what to do after something of another kind, ``said``
    is the first answer of ``stored`` in words. ``exported`` are variables of SPSS, by what follows
    the question's name in theirs, and what the first answer is there; a kind that nobody answers
    has none.
    """

    stored: Mapping[str, str]
    refused: tuple[str, ...]
    buttons: tuple[str, ...]
    how: Words
    unfit: Words
    said: Words
    exported: Mapping[str, Any]


TYPE_IT = Words("⌨️ Ketik jawaban Anda lalu kirim.", "⌨️ Type your answer and send it.")
AS_TEXT = Words("Mohon ketik jawaban Anda sebagai teks.", "Please type your answer as a text.")
TAP_IT = Words("Mohon ketuk salah satu tombol.", "Please tap one of the buttons.")
NOTHING = Words("", "")
FLOOD = Words("Banjir", "Flood")


def build_typed_case(text: str, how: Words = TYPE_IT) -> KindCase:
    """A kind that takes any text."""
    return KindCase({text: text}, (TOO_LONG,), (), how, AS_TEXT, Words(text, text), {"": text})


def build_file_case(refused: str, how: Words, unfit: Words, said: Words) -> KindCase:
    """A kind that is answered with a file, whose name is stored."""
    name = "q-0123456789abcdef.bin"
    return KindCase({name: name}, (refused,), (), how, unfit, said, {"": name})


def build_moment_example(indonesian: str, english: str) -> Words:
    """What is said after something that is no day and no time."""
    return Words(
        f"Maaf, itu belum terbaca. Silakan ketuk, atau ketik seperti ini: {indonesian}",
        f"We could not read that. Please tap it, or type it like this: {english}",
    )


KIND_CASES: Mapping[str, KindCase] = {
    "text": build_typed_case("Saluran air\ndi jalan"),
    "integer": KindCase(
        {"1.234": "1234", "-7": "-7"},
        ("tiga", "3,5", "1" * 40),
        (),
        Words("⌨️ Ketik angka lalu kirim.", "⌨️ Type a number and send it."),
        Words(
            "Mohon ketik bilangan bulat, misalnya 12.",
            "Please type a whole number, such as 12.",
        ),
        Words("1234", "1234"),
        {"": 1234},
    ),
    "decimal": KindCase(
        {"3,5": "3.5", "12": "12"},
        ("tiga", "1,2,3", "nan"),
        (),
        Words(
            "⌨️ Ketik angka lalu kirim; boleh desimal.",
            "⌨️ Type a number and send it; decimals are fine.",
        ),
        Words("Mohon ketik angka, misalnya 2,5.", "Please type a number, such as 2.5."),
        Words("3,5", "3.5"),
        {"": 3.5},
    ),
    "range": KindCase(
        {"10": "10", "1": "1"},
        ("11", "0", "2,5"),
        ("1", "10"),
        NOTHING,
        Words(
            "Angka itu di luar pilihan: 1 sampai 10.",
            "That is not among these numbers: 1 to 10.",
        ),
        Words("10", "10"),
        {"": 10},
    ),
    "date": KindCase(
        {"17/8/2025": "2025-08-17", "kemarin": "2026-11-22"},
        ("30/2/2025", "14.30"),
        ("Nov 2026 ▾", "23", "Today"),
        Words(
            "🗓 Ketuk tanggalnya, atau ketik: 23/11/2026",
            "🗓 Tap the day, or type it: 23/11/2026",
        ),
        build_moment_example("23/11/2026", "23/11/2026"),
        Words("Minggu, 17 Agustus 2025", "Sunday, 17 August 2025"),
        {"": date(2025, 8, 17)},
    ),
    "time": KindCase(
        {"setengah 10 malam": "21:30:00.000+07:00"},
        ("25.00", "besok"),
        ("00", "23", "Now"),
        Words(
            "🕘 Ketuk jamnya, atau ketik waktunya: 14.30",
            "🕘 Tap the hour, or type the time: 14:30",
        ),
        build_moment_example("14.30", "14:30"),
        Words("21.30", "21:30"),
        {"": "21:30:00.000+07:00"},
    ),
    "datetime": KindCase(
        {"17/8/2025 jam 9": "2025-08-17T09:00:00.000+07:00"},
        ("17/8/2025", "jam 9"),
        ("Nov 2026 ▾", "23", "Now"),
        Words(
            "🗓 Ketuk tanggalnya, atau ketik: 23/11/2026 14.30",
            "🗓 Tap the day, or type it: 23/11/2026 14:30",
        ),
        build_moment_example("23/11/2026 14.30", "23/11/2026 14:30"),
        Words("Minggu, 17 Agustus 2025, 09.00", "Sunday, 17 August 2025, 09:00"),
        {"": "2025-08-17T09:00:00.000+07:00"},
    ),
    "geopoint": KindCase(
        {"-6.2, 106.8": "-6.2 106.8 0.0 0.0"},
        ("Monas", "91.5, 10.5"),
        (),
        Words(
            "📍 Bagikan lokasi: 📎 → Lokasi. Titik itu kami simpan.",
            "📍 Share a location: 📎 → Location. This exact point is kept.",
        ),
        Words(
            "Mohon bagikan lokasi (📎 → Lokasi), atau ketik titiknya: -6.2, 106.8",
            "Please share a location (📎 → Location), or type a point: -6.2, 106.8",
        ),
        Words("-6.20000, 106.80000", "-6.20000, 106.80000"),
        {"_latitude": -6.2, "_longitude": 106.8, "_altitude": 0, "_accuracy": 0},
    ),
    "geotrace": build_typed_case("dari pasar ke sungai"),
    "geoshape": build_typed_case("seluruh RT 5"),
    "barcode": build_typed_case(
        "8991234567890",
        Words(
            "⌨️ Ketik nomor di bawah garis-garisnya lalu kirim.",
            "⌨️ Type the number below the bars and send it.",
        ),
    ),
    "select_one": KindCase(
        {"banjir": "banjir"},
        ("gempa", "banjir api"),
        ("Flood", "Fire"),
        NOTHING,
        TAP_IT,
        FLOOD,
        {"": 1},
    ),
    "select_multiple": KindCase(
        {"banjir": "banjir", "banjir api": "banjir api"},
        ("gempa", "banjir banjir"),
        ("☐ Flood", "☐ Fire", "Done choosing ›"),
        NOTHING,
        TAP_IT,
        FLOOD,
        {"_banjir": 1, "_api": 0},
    ),
    "rank": KindCase(
        {"api banjir": "api banjir"},
        ("api", "api gempa"),
        ("Flood", "Fire"),
        Words(
            "Ketuk berurutan, mulai dari yang pertama. Ketuk lagi untuk mengeluarkannya.",
            "Tap them in order, the first one first. Tap one again to take it out.",
        ),
        TAP_IT,
        Words("1. Kebakaran, 2. Banjir", "1. Fire, 2. Flood"),
        {"_api": 1, "_banjir": 2},
    ),
    "image": build_file_case(
        "video/mp4",
        Words(
            "📷 Kirim satu foto: 📎 → Galeri atau Kamera.",
            "📷 Send one photo: 📎 → Gallery or Camera.",
        ),
        Words(
            "Mohon kirim foto (📎 → Galeri atau Kamera).",
            "Please send a photo (📎 → Gallery or Camera).",
        ),
        Words("📷 1 foto", "📷 1 photo"),
    ),
    "audio": build_file_case(
        "image/jpeg",
        Words("🎤 Kirim satu pesan suara atau rekaman.", "🎤 Send a voice message or a recording."),
        Words(
            "Mohon kirim pesan suara atau rekaman.",
            "Please send a voice message or a recording.",
        ),
        Words("🎤 1 rekaman", "🎤 1 recording"),
    ),
    "video": build_file_case(
        "image/jpeg",
        Words("🎬 Kirim satu video.", "🎬 Send one video."),
        Words("Mohon kirim video.", "Please send a video."),
        Words("🎬 1 video", "🎬 1 video"),
    ),
    "file": build_file_case(
        "",
        Words("📄 Kirim satu berkas: 📎 → Berkas.", "📄 Send one file: 📎 → File."),
        Words("Mohon kirim berkas (📎 → Berkas).", "Please send a file (📎 → File)."),
        Words("📄 1 berkas", "📄 1 file"),
    ),
    "note": KindCase({"": ""}, (), ("Next ›",), NOTHING, TAP_IT, Words("–", "–"), {}),
    "acknowledge": KindCase({"": "OK"}, (), ("OK",), NOTHING, TAP_IT, Words("OK", "OK"), {}),
}

every_kind = pytest.mark.parametrize("kind", sorted(QUESTION_KINDS))


def build_row_type(kind: str) -> str:
    """What an author writes into the column ``type``."""
    return f"{kind} hal" if QUESTION_KINDS[kind].is_select else kind


def begin_interview(kind: str) -> Interview:
    """Somebody who stands at the only question of a questionnaire."""
    sheets = build_question_sheets(build_row_type(kind), choices=CHOICES)
    made = Interview(compile_form(sheets), zone=ZONE)
    step = made.agree(NOW)
    assert isinstance(step, Step)
    made.apply(step)
    return made


def answer(made: Interview, typed: str) -> Step | StepRefused:
    """What becomes of something typed."""
    question = made.find_question("/data/q")
    value = parse_typed_answer(question, typed, NOW.astimezone(ZONE))
    return made.answer("/data/q", value, NOW)


def build_card(made: Interview, language: str) -> Card:
    """The card as its person sees it, back at the question."""
    row = InterviewRow(7, "uji", "", 1, 1, None)
    now = Snapshot(1, interview=made, interview_row=row, read_at=NOW)
    return Card(now, made, ViewState(), get_translator(language))


def test_each_kind_has_its_control_its_export_and_its_cases() -> None:
    kinds = set(QUESTION_KINDS)
    assert set(QUESTION_CONTROLS) == kinds, "bot/screens/question_controls.py"
    assert set(KIND_EXPORTS) == kinds, "reports/export/kind_exports.py"
    assert set(KIND_CASES) == kinds, "the cases in this file"


@every_kind
def test_what_an_author_writes_is_read_as_that_kind(kind: str) -> None:
    assert begin_interview(kind).find_question("/data/q").kind is QUESTION_KINDS[kind]


@every_kind
def test_what_people_type_is_stored(kind: str) -> None:
    assert KIND_CASES[kind].stored
    for typed, stored in KIND_CASES[kind].stored.items():
        step = answer(begin_interview(kind), typed)
        assert isinstance(step, Step), (typed, step)
        assert step.value == stored


@every_kind
def test_what_is_of_another_kind_is_refused(kind: str) -> None:
    known, refused = QUESTION_KINDS[kind], KIND_CASES[kind].refused
    assert refused or known.is_display_only
    for typed in refused:
        if known.takes_file:
            sent = UploadedFile(typed, 1, 1, "file", "unique")
            assert sent.can_answer(known) is (kind == "file"), typed
        else:
            assert isinstance(answer(begin_interview(kind), typed), StepRefused), typed


@every_kind
def test_its_control_is_drawn(kind: str) -> None:
    rows = build_answer_rows(build_card(begin_interview(kind), "en"))
    labels = [button.label for row in rows for button in row]
    assert set(KIND_CASES[kind].buttons) <= set(labels)
    assert bool(labels) == bool(KIND_CASES[kind].buttons)


@every_kind
@pytest.mark.parametrize("language", ["id", "en"])
def test_its_words_are_there_in_both_languages(kind: str, language: str) -> None:
    case, made = KIND_CASES[kind], begin_interview(kind)
    card = build_card(made, language)
    assert explain_answering(card) == getattr(case.how, language)
    assert explain_expected_kind(card) == getattr(case.unfit, language) != ""
    step = answer(made, next(iter(case.stored)))
    assert isinstance(step, Step)
    made.apply(step)
    assert format_answer(build_card(made, language), "/data/q") == getattr(case.said, language)


@cache
def build_whole_form() -> str:
    """A questionnaire with a question of every kind, named for it."""
    rows = "".join(f"| | {build_row_type(kind)} | {kind} | {kind} |\n" for kind in QUESTION_KINDS)
    return f"\n| survey | type | name | label |\n{rows}{CHOICES}{SETTINGS}"


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pd.Series[Any]]:
    """The row of somebody who gave the first answer of every case, as SPSS reads it."""
    folder: Path = tmp_path_factory.mktemp("kinds")
    store = create_store(folder / "suara.db")
    store.open_wave("uji", ["resident"], compile_form(build_whole_form()))
    said: Answers = {}
    for name, kind in QUESTION_KINDS.items():
        value = next(iter(KIND_CASES[name].stored.values()))
        if not kind.is_display_only:
            said[f"/data/{name}", ""] = value.split() if kind.takes_several else value
    store.add_interview("uji", store.add_respondent(), said, START, START + HOUR)
    store.write_rows()
    yield read_spss(export_all(store.url, folder)["uji.sav"]).rows.iloc[0]
    store.connection.close()


@every_kind
def test_its_answer_is_exported(kind: str, exported: pd.Series[Any]) -> None:
    expected = {f"{kind}{part}": value for part, value in KIND_CASES[kind].exported.items()}
    assert bool(expected) is not QUESTION_KINDS[kind].is_display_only
    mine = [n for n in exported.index if n == kind or n.startswith(f"{kind}_")]
    assert {name: exported[name] for name in mine} == expected

"""People who wrote something, in a store, and what the secretariat released of it."""

from __future__ import annotations

from collections.abc import Iterable

from reports import question_names
from survey.store import schema
from tests.reports.filled_store import HOUR, OPENS, FilledStore

FLOOD_TEXTS = [
    "Banjir di kampung kami tiap hujan, saluran air mampet.",
    "tolong benerin saluran air yg mampet dong",
    "BANJIR!!! Saluran air penuh sampah",
    "Kebanjiran terus. Pompa rusak dan kali dangkal",
    "banjir rob di Muara Angke, tanggul bocor",
]
TRAFFIC_TEXTS = [
    "Macet parah tiap pagi, tambah angkutan umum",
    "Kurangi kemacetan, MRT sampai pinggiran",
    "macet lagi macet lagi 😤",
    "Angkutan umum jangan telat",
]
ENGLISH_TEXTS = [
    "Clean water for everyone, please",
    "Better sidewalks and clean water",
    "The sidewalks are full of motorbikes",
    "clean water and wider sidewalks",
]
EMPTY_TEXTS = ["tidak ada", "👍👍", "-", "..."]


def add_open_answers(
    store: FilledStore, texts: Iterable[str], place: str = "31.71", language: str = "id"
) -> list[int]:
    """A resident for each text, who sent it; the numbers of their interviews."""
    form = store.forms.get("persepsi") or store.open_wave("persepsi", ["resident"])
    city, question = (
        question_names.find_named_question(form, question_names.CITY),
        question_names.find_named_question(form, "perbaikan"),
    )
    assert city is not None
    assert question is not None
    numbers = []
    for text in texts:
        answers: dict[tuple[str, str], str | list[str]] = {
            (city.path, ""): place,
            (question.path, ""): text,
        }
        begun = OPENS + HOUR * (store.people_count + 1)
        person = store.add_respondent(language=language)
        numbers.append(
            store.add_interview("persepsi", person, answers, begun, begun + HOUR, language=language)
        )
    store.write_rows()
    return numbers


def release_quote(store: FilledStore, interview: int, text: str | None) -> None:
    """As the secretariat does it in the chat."""
    form = store.forms["persepsi"]
    question = question_names.find_named_question(form, "perbaikan")
    assert question is not None
    store.insert_row(
        schema.quote,
        interview_id=interview,
        question_id=store.find_question_id(form.id, question.path),
        occurrence="",
        number=0,
        text=text,
        at=OPENS + 30 * HOUR,
    )
    store.write_rows()

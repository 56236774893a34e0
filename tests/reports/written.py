"""People who wrote something, in a store, and what the secretariat released of it."""

from __future__ import annotations

from collections.abc import Iterable

from reported_people import HOUR, OPENS, Store

from reports import question_names
from survey.store import schema

FLOOD = [
    "Banjir di kampung kami tiap hujan, saluran air mampet.",
    "tolong benerin saluran air yg mampet dong",
    "BANJIR!!! Saluran air penuh sampah",
    "Kebanjiran terus. Pompa rusak dan kali dangkal",
    "banjir rob di Muara Angke, tanggul bocor",
]
TRAFFIC = [
    "Macet parah tiap pagi, tambah angkutan umum",
    "Kurangi kemacetan, MRT sampai pinggiran",
    "macet lagi macet lagi 😤",
    "Angkutan umum jangan telat",
]
ENGLISH = [
    "Clean water for everyone, please",
    "Better sidewalks and clean water",
    "The sidewalks are full of motorbikes",
    "clean water and wider sidewalks",
]
NOTHING = ["tidak ada", "👍👍", "-", "..."]


def write(
    store: Store, texts: Iterable[str], place: str = "31.71", language: str = "id"
) -> list[int]:
    """A resident for each text, who sent it; the numbers of their interviews."""
    form = store.forms.get("persepsi") or store.open("persepsi", ["resident"])
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
        begun = OPENS + HOUR * (store.people + 1)
        person = store.person(language=language)
        numbers.append(
            store.interview("persepsi", person, answers, begun, begun + HOUR, language=language)
        )
    store.close()
    return numbers


def release(store: Store, interview: int, text: str | None) -> None:
    """As the secretariat does it in the chat."""
    form = store.forms["persepsi"]
    question = question_names.find_named_question(form, "perbaikan")
    assert question is not None
    store.add(
        schema.quote,
        interview_id=interview,
        question_id=store.question_id(form.id, question.path),
        occurrence="",
        number=0,
        text=text,
        at=OPENS + 30 * HOUR,
    )
    store.close()

"""How somebody goes through a whole questionnaire: what they read, do, and mean by it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sandbox import ShownMessage
from tests.bot.running_bot import Phone


class ExpectedAnswer(NamedTuple):
    """Words that tell the card, what is tapped (``>`` before what is typed), what is kept."""

    name: str
    words: dict[str, str]
    actions: dict[str, list[str]]
    stored_value: str


def expect_one(
    name: str, id_: str, en: str, does_id: str, does_en: str, kept: str
) -> ExpectedAnswer:
    return ExpectedAnswer(name, {"id": id_, "en": en}, {"id": [does_id], "en": [does_en]}, kept)


def expect_several(
    name: str, words: tuple[str, str], ticks: dict[str, tuple[str, str]]
) -> ExpectedAnswer:
    """Tick some, then say that one is done."""
    id_ = [f"☐ {label}" for label, _ in ticks.values()] + ["Selesai memilih ›"]
    en = [f"☐ {label}" for _, label in ticks.values()] + ["Done choosing ›"]
    words_by = {"id": words[0], "en": words[1]}
    return ExpectedAnswer(name, words_by, {"id": id_, "en": en}, " ".join(sorted(ticks)))


FAIR = ("Cukup, bisa lebih baik", "Fair, can improve", "3")
WEAK = ("Lemah", "Weak", "2")
STRONG = ("Sudah kuat", "Strong", "4")
UNKNOWN = ("Tidak tahu", "Don't know", "tt")

PERCEPTION_ANSWERS: tuple[ExpectedAnswer, ...] = (
    expect_one("hubungan", "Apa hubungan", "What ties you", "Tinggal di Jakarta",
        "I live in Jakarta",
        "tinggal"),
    expect_one("kota", "Di kota mana", "In which city", "Jakarta Selatan", "South Jakarta",
        "31.74"),
    expect_one("kecamatan", "Di kecamatan", "In which district", "Tebet", "Tebet", "31.74.01"),
    expect_one("kelurahan", "Di kelurahan", "In which sub-district", "Tebet Barat", "Tebet Barat",
        "31.74.01.1002"),
    expect_one("kebutuhan", "kebutuhan pokok", "basic needs", *FAIR),
    expect_one("pekerjaan", "lapangan kerja", "creating jobs", *WEAK),
    expect_one("kesehatan", "layanan kesehatan", "health care", *STRONG),
    expect_one("kerukunan", "gotong royong", "get on and help", *UNKNOWN),
    expect_one("keamanan", "menjaga keamanan", "keeping people safe", *FAIR),
    expect_one("ekonomi", "ekonomi Jakarta", "Jakarta's economy", *WEAK),
    expect_one("pelindung", "pelindung Jakarta", "protection from disasters", *STRONG),
    expect_one("layanan", "Saat ada gangguan", "In times of trouble", *FAIR),
    expect_one("mobilitas", "angkutan umum", "public transport", *WEAK),
    expect_one("kepemimpinan", "pemerintah Jakarta", "Jakarta's government", *FAIR),
    expect_one("keterlibatan", "suara warganya", "listening to them", *UNKNOWN),
    expect_one("perencanaan", "jangka panjang", "the long term", *STRONG),
    expect_several("guncangan", ("Kejadian mendadak", "Which sudden events"), {
        "banjir": ("Banjir hujan atau sungai", "Rain or river flood"),
        "gempa": ("Gempa bumi", "Earthquake"),
    }),
    expect_several("tekanan", ("Masalah sehari-hari", "Which everyday problems"), {
        "macet": ("Kemacetan", "Traffic jams"),
        "udara": ("Udara kotor", "Dirty air"),
        "sampah": ("Sampah menumpuk", "Waste piling up"),
    }),
    expect_several("alami", ("Anda alami sendiri", "lived through"), {
        "padam": ("Listrik padam berjam-jam", "Power cut for hours"),
    }),
    expect_one("bertahan", "air dan listrik mati", "water and power failed", "1–2 hari", "1–2 days",
        "1"),
    expect_one("banding", "dua tahun lalu", "two years ago", "Lebih baik", "Better", "baik"),
    expect_one("perbaikan", "hanya satu hal", "just one thing", "> Saluran air <b>kami</b>",
        "> Saluran air <b>kami</b>", "Saluran air <b>kami</b>"),
    expect_one("kelamin", "jenis kelamin", "your sex", "Perempuan", "Female", "perempuan"),
    expect_one("umur", "usia Anda", "How old", "35–44 tahun", "35–44", "35"),
    expect_one("pendidikan", "pendidikan terakhir", "highest schooling", "SMA/SMK sederajat",
        "Senior high school", "sma"),
)  # fmt: skip

STORED_VALUES = {turn.name: turn.stored_value for turn in PERCEPTION_ANSWERS}
QUESTION_NAMES = tuple(STORED_VALUES)


def find_expected_answer(
    card: ShownMessage, language: str = "id", turns: Sequence[ExpectedAnswer] = PERCEPTION_ANSWERS
) -> ExpectedAnswer | None:
    """The turn whose words stand on the card; None on the review and any other card."""
    if any(label.startswith("✏️") for label in card.labels):
        return None
    found = [turn for turn in turns if turn.words[language] in card.text]
    assert len(found) < 2, card.text
    return found[0] if found else None


async def answer_question(phone: Phone, card: ShownMessage, language: str = "id") -> ShownMessage:
    """Answer the question on the card as the walk says."""
    turn = find_expected_answer(card, language)
    assert turn is not None, card.text
    for does in turn.actions[language]:
        said = does.removeprefix("> ")
        card = await (phone.say(said) if does.startswith("> ") else phone.tap(said))
    return card


async def answer_until(phone: Phone, until: str = "", language: str = "id") -> ShownMessage:
    """Answer one card after the other up to the question ``until``, or to the review."""
    card = await phone.wait_for_card()
    while (turn := find_expected_answer(card, language)) is not None and turn.name != until:
        card = await answer_question(phone, card, language)
    return card


async def answer_all_and_send(phone: Phone, language: str = "id") -> ShownMessage:
    """Answer everything and send it."""
    await answer_until(phone, language=language)
    return await phone.tap({"id": "Kirim ✓", "en": "Send ✓"}[language])

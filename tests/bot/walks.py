"""How somebody goes through a whole questionnaire: what they read, do, and mean by it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sandbox import ShownMessage
from tests.bot.suaras import Phone


class Turn(NamedTuple):
    """Words that tell the card, what is tapped (``>`` before what is typed), what is kept."""

    name: str
    words: dict[str, str]
    does: dict[str, list[str]]
    kept: str


def one(name: str, id_: str, en: str, does_id: str, does_en: str, kept: str) -> Turn:
    return Turn(name, {"id": id_, "en": en}, {"id": [does_id], "en": [does_en]}, kept)


def several(name: str, words: tuple[str, str], ticks: dict[str, tuple[str, str]]) -> Turn:
    """Tick some, then say that one is done."""
    id_ = [f"☐ {label}" for label, _ in ticks.values()] + ["Selesai memilih ›"]
    en = [f"☐ {label}" for _, label in ticks.values()] + ["Done choosing ›"]
    words_by = {"id": words[0], "en": words[1]}
    return Turn(name, words_by, {"id": id_, "en": en}, " ".join(sorted(ticks)))


FAIR = ("Cukup, bisa lebih baik", "Fair, can improve", "3")
WEAK = ("Lemah", "Weak", "2")
STRONG = ("Sudah kuat", "Strong", "4")
UNKNOWN = ("Tidak tahu", "Don't know", "tt")

PERSEPSI: tuple[Turn, ...] = (
    one("hubungan", "Apa hubungan", "What ties you", "Tinggal di Jakarta", "I live in Jakarta",
        "tinggal"),
    one("kota", "Di kota mana", "In which city", "Jakarta Selatan", "South Jakarta", "31.74"),
    one("kecamatan", "Di kecamatan", "In which district", "Tebet", "Tebet", "31.74.01"),
    one("kelurahan", "Di kelurahan", "In which sub-district", "Tebet Barat", "Tebet Barat",
        "31.74.01.1002"),
    one("kebutuhan", "kebutuhan pokok", "basic needs", *FAIR),
    one("pekerjaan", "lapangan kerja", "creating jobs", *WEAK),
    one("kesehatan", "layanan kesehatan", "health care", *STRONG),
    one("kerukunan", "gotong royong", "get on and help", *UNKNOWN),
    one("keamanan", "menjaga keamanan", "keeping people safe", *FAIR),
    one("ekonomi", "ekonomi Jakarta", "Jakarta's economy", *WEAK),
    one("pelindung", "pelindung Jakarta", "protection from disasters", *STRONG),
    one("layanan", "Saat ada gangguan", "In times of trouble", *FAIR),
    one("mobilitas", "angkutan umum", "public transport", *WEAK),
    one("kepemimpinan", "pemerintah Jakarta", "Jakarta's government", *FAIR),
    one("keterlibatan", "suara warganya", "listening to them", *UNKNOWN),
    one("perencanaan", "jangka panjang", "the long term", *STRONG),
    several("guncangan", ("Kejadian mendadak", "Which sudden events"), {
        "banjir": ("Banjir hujan atau sungai", "Rain or river flood"),
        "gempa": ("Gempa bumi", "Earthquake"),
    }),
    several("tekanan", ("Masalah sehari-hari", "Which everyday problems"), {
        "macet": ("Kemacetan", "Traffic jams"),
        "udara": ("Udara kotor", "Dirty air"),
        "sampah": ("Sampah menumpuk", "Waste piling up"),
    }),
    several("alami", ("Anda alami sendiri", "lived through"), {
        "padam": ("Listrik padam berjam-jam", "Power cut for hours"),
    }),
    one("bertahan", "air dan listrik mati", "water and power failed", "1–2 hari", "1–2 days", "1"),
    one("banding", "dua tahun lalu", "two years ago", "Lebih baik", "Better", "baik"),
    one("perbaikan", "hanya satu hal", "just one thing", "> Saluran air <b>kami</b>",
        "> Saluran air <b>kami</b>", "Saluran air <b>kami</b>"),
    one("kelamin", "jenis kelamin", "your sex", "Perempuan", "Female", "perempuan"),
    one("umur", "usia Anda", "How old", "35–44 tahun", "35–44", "35"),
    one("pendidikan", "pendidikan terakhir", "highest schooling", "SMA/SMK sederajat",
        "Senior high school", "sma"),
)  # fmt: skip

KEPT = {turn.name: turn.kept for turn in PERSEPSI}
NAMES = tuple(KEPT)


def turn_for(
    card: ShownMessage, language: str = "id", turns: Sequence[Turn] = PERSEPSI
) -> Turn | None:
    """The turn whose words stand on the card; None on the review and any other card."""
    if any(label.startswith("✏️") for label in card.labels):
        return None
    found = [turn for turn in turns if turn.words[language] in card.text]
    assert len(found) < 2, card.text
    return found[0] if found else None


async def answer(phone: Phone, card: ShownMessage, language: str = "id") -> ShownMessage:
    """Answer the question on the card as the walk says."""
    turn = turn_for(card, language)
    assert turn is not None, card.text
    for does in turn.does[language]:
        said = does.removeprefix("> ")
        card = await (phone.say(said) if does.startswith("> ") else phone.tap(said))
    return card


async def go_on(phone: Phone, until: str = "", language: str = "id") -> ShownMessage:
    """Answer one card after the other up to the question ``until``, or to the review."""
    card = await phone.seen()
    while (turn := turn_for(card, language)) is not None and turn.name != until:
        card = await answer(phone, card, language)
    return card


async def send(phone: Phone, language: str = "id") -> ShownMessage:
    """Answer everything and send it."""
    await go_on(phone, language=language)
    return await phone.tap({"id": "Kirim ✓", "en": "Send ✓"}[language])

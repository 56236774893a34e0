"""Personal data in people's own words: what somebody tries to hide in them is found."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from reports.city_file import load_redactor
from survey.redaction.quote_excerpts import shorten_quote
from survey.redaction.text_tokens import REDACTION_MARK
from tests.survey.form_helpers import CITY_FILE

REDACTOR = load_redactor(CITY_FILE)
redact, find_possible_names = REDACTOR.redact, REDACTOR.find_possible_names

NUMBERS = [
    "0812-3456-7890",
    "+62 812 3456 7890",
    "(021) 555-1234",
    "O812 3456 789O",
    "08l2 3456 7890",
    "0 8 1 2 3 4 5 6",
    "0812. 3456. 7890",
    "0812/3456/7890",
    "0812_3456_7890",
    "0812\u200b3456\u200b7890",
    "0812\u202e34567890",
    "０８１２３４５６７８９",
    "٠٨١٢٣٤٥٦٧٨",
    "𝟬𝟴𝟭𝟮𝟯𝟰𝟱𝟲",
    "①②③④⑤⑥",
    "⁰⁸¹²³⁴⁵",
    "0️⃣8️⃣1️⃣2️⃣3️⃣4️⃣",
    "nol delapan satu dua tiga empat lima",
    "kosong delapan 1 2 tiga 4",
    "zero eight one two three four",
    "3174051234560001",
    "3174 0512 3456 0001",
    "09.254.294.3-407.000",
]
#: What is written -> what is left.
FOUND = {
    "tulis ke budi.s@gmail.com ya": "tulis ke […] ya",
    "tulis ke budi at gmail dot com ya": "tulis ke […] ya",
    "tulis ke budi(at)gmail.com ya": "tulis ke […] ya",
    "lihat https://x.id/abc?d=1 dulu": "lihat […] dulu",
    "lihat t.me/budi_1 dulu": "lihat […] dulu",
    "ikuti @budi_88 dan ig: budi.88": "ikuti […] dan […]",
    "mobil B 1234 XYZ parkir": "mobil […] parkir",
    "motor b 4321 kzz ngebut": "motor […] ngebut",
    "RT 05/RW 02 banjir": "[…] banjir",
    "rt03 rw 4 gelap": "[…] gelap",
    "RT/RW 005/010 gelap": "RT/RW […] gelap",
    "RT lima gelap": "[…] gelap",
    "Jl. Kenanga No. 12 banjir": "[…] banjir",
    "Jl.Kenanga no.12A banjir": "[…] banjir",
    "Jalan Melati Raya banjir": "[…] banjir",
    "jalan melati nomor 5 banjir": "[…] banjir",
    "gg. kelinci gelap": "[…] gelap",
    "gang Mawar 3 gelap": "[…] gelap",
    "blok C4 no 12 bocor": "[…] bocor",
    "apartemen Kalibata City bocor": "[…] bocor",
    "Komplek Griya Asri no 7 banjir": "[…] banjir",
    "Pak Budi Santoso tidak peduli": "Pak […] tidak peduli",
    "pak budi tidak peduli": "pak […] tidak peduli",
    "PAK BUDI TIDAK PEDULI": "PAK […] TIDAK PEDULI",
    "Ibu Siti Nurhaliza dan Bang Jago": "Ibu […] dan Bang […]",
    "H. Abdul Karim dan dr. Siti": "H. […] dan dr. […]",
    "Haji Lulung dan Mbak Rina": "Haji […] dan Mbak […]",
    "Pak RT Joko dan Lurah Bambang": "Pak RT […] dan Lurah […]",
    "Pak Gubernur Pramono, tolong": "Pak Gubernur […], tolong",
    "nama saya budi": "nama saya […]",
    "nama saya Budi Santoso, saya warga": "nama saya […], saya warga",
    "my name is John Smith and I care": "my name is […] and I care",
    "saya Rina, warga sini": "saya […], warga sini",
    "suami saya Joko jatuh": "suami saya […] jatuh",
    "banjir terus. Salam, Budi": "banjir terus. Salam, […]",
    "saya lahir di Jakarta 17 Agustus 1990": "saya […]",
    "ttl: 1-2-1990": "ttl: […]",
    "kata Zulkarnain Hasibuan banjir": "kata […] banjir",
    "kata budi banjir": "kata […] banjir",
}
LEFT = [
    "Jalan rusak di mana-mana, trotoar juga",
    "PERBAIKI JALAN DAN TROTOAR",
    "jl. rusak dan berlubang",
    "Pak Gubernur tolong perbaiki saluran air",
    "ibu hamil dan ibu rumah tangga antre lama",
    "Ibu kota pindah, Jakarta tetap macet",
    "gang sempit, mobil damkar tidak masuk",
    "ketua RT dan RW kami sudah bergerak",
    "banjir 50 cm sejak 2020",
    "naik dari Blok M ke Kota macet 2 jam",
    "Perbaiki drainase di Jakarta Utara 👍🏽 karena rob",
    "مياه نظيفة للجميع",
    "air dr pam kotor",
    "Saya warga Jakarta sejak lama",
    "please fix the roads and the drains",
]
DIGITS = regex.compile(r"(?:[\p{Nd}\p{No}][\s\p{P}\p{S}\p{M}\p{Cf}]{0,3}){5}[\p{Nd}\p{No}]")


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("around", ["Telepon {} ya", "{}", "saya:{}!", "({})", "a {} b {}"])
def test_a_number_is_found_however_it_is_written(number: str, around: str) -> None:
    left = redact(around.replace("{}", number)).text
    assert REDACTION_MARK in left
    assert not regex.search(r"[\p{Nd}\p{No}]|delapan|eight", left)


@pytest.mark.parametrize(("written", "left"), FOUND.items())
def test_what_tells_who_is_meant_is_taken_out(written: str, left: str) -> None:
    assert redact(written).text == left


@pytest.mark.parametrize("text", LEFT)
def test_what_tells_nothing_stays(text: str) -> None:
    assert redact(text).text == text


def test_how_many_places_were_taken_out_is_known() -> None:
    assert redact("Pak Budi bilang 0812 3456 7890 banjir di RT 5").removals == 3
    assert redact("banjir").removals == 0


def test_one_word_that_nobody_knows_is_left_to_the_eye_and_pointed_at() -> None:
    text = redact("tolong tangkap Gondrong di Tanjung Priok dekat MRT").text
    assert "Gondrong" in text
    assert find_possible_names(text) == ["Gondrong"]
    assert find_possible_names("Perbaiki jalan di Jakarta") == []


PIECES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [*NUMBERS, *FOUND, *LEFT, REDACTION_MARK, " ", "Pak", "jl", "no", "RT", "saya", "-"]
    ),
)


@given(st.lists(PIECES, max_size=6).map("".join))
def test_whatever_is_written_six_digits_never_stay_together(text: str) -> None:
    left = redact(text).text
    assert not DIGITS.search(left)
    assert redact(left).text == left
    assert "\n" not in left


@given(st.lists(PIECES, max_size=5).map(" ".join), st.data())
def test_an_excerpt_has_only_words_of_the_text_in_their_order(
    text: str, data: st.DataObject
) -> None:
    words = redact(text).text.split()
    chosen = [word for word in words if data.draw(st.booleans())]
    found = shorten_quote(" ".join(words), " ".join(chosen))
    rest = iter(words)
    for word in (found or "").split():
        assert word == REDACTION_MARK or word in rest


@pytest.mark.parametrize(
    ("part", "left"),
    [
        ("air bersih jangan mati", "Air bersih jangan mati, […]"),
        ("jangan mati, tolong!", "[…] jangan mati, tolong"),
        ("Air … tolong", "Air […] tolong"),
        ("Air bersih jangan mati, tolong", "Air bersih jangan mati, tolong"),
        ("jangan mati", "[…] jangan mati, […]"),
        ("mati air", None),
        ("air kotor", None),
        ("", None),
        ("…", None),
    ],
)
def test_a_quote_can_be_shortened_and_nothing_else(part: str, left: str | None) -> None:
    assert shorten_quote("Air bersih jangan mati, tolong", part) == left


def test_of_two_places_the_one_is_quoted_where_the_words_stand_together() -> None:
    text = "jangan buang sampah, jangan mati air"
    assert shorten_quote(text, "jangan mati") == "[…] jangan mati […]"
    assert shorten_quote(text, "jangan air") == "jangan […] air"

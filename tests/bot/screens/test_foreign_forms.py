"""Forms as other people write them: numbered labels, names on groups, defaults, tables by hand."""

from __future__ import annotations

import pytest

from bot.callbacks.interview_callbacks import ConfirmAnswer
from bot.screens.screen import strip_number
from tests.bot.card_helpers import compile_one_question
from tests.bot.card_reader import CardReader
from tests.survey.form_helpers import SETTINGS, compile_form

HOSPITAL = f"""
| survey | type | name | label |
| | begin_group | rumah_sakit | Rumah sakit |
| | text | nama | 1. Nama rumah sakit? |
| | begin_repeat | orang | |
| | begin_group | siapa | ${{depan}} ${{belakang}} - ${{umur}} |
| | text | depan | 2.1 Nama depan? |
| | text | belakang | 2.2 Nama belakang? |
| | integer | umur | 2.3 Umur? |
| | end_group |
| | end_repeat |
| | end_group |
| | begin_group | saran | Saran Anda |
| | text | pesan | Saran Anda |
| | end_group |
{SETTINGS}"""

SKILLS = f"""
| survey | type | name | label | appearance |
| | begin_group | bisa | Keterampilan | field-list |
| | select_one mahir | judul | Seberapa mahir Anda? | label |
| | select_one mahir | masak | Memasak | list-nolabel |
| | select_one mahir | jahit | Menjahit | list-nolabel |
| | end_group |

| choices | list_name | name | label |
| | mahir | belum | Belum bisa |
| | mahir | sudah | Sudah bisa |
{SETTINGS}"""

ONLY_TOLD = f"""
| survey | type | name | label |
| | acknowledge | baca | Saya sudah membaca |
| | note | salam | Sampai jumpa |
{SETTINGS}"""

COUNTRY = f"""
| survey | type | name | label | default | required |
| | text | negara | Negara? | Indonesia | yes |
| | text | kota | Kota? |
{SETTINGS}"""


def with_ani() -> CardReader:
    reader = CardReader(compile_form(HOSPITAL))
    for value in ("RS Tarakan", "Ani", "Wijaya", "34"):
        reader.answer(value)
    return reader


def test_a_group_names_the_instance_of_a_repeat_that_has_no_label() -> None:
    reader = CardReader(compile_form(HOSPITAL))
    reader.answer("RS Tarakan")
    assert reader.read_lines()[1] == "Isian 1 dari 1"
    reader.answer("Ani")
    assert reader.read_lines()[1] == "Ani (1 dari 1)"
    reader.answer("Wijaya")
    reader.answer("34")
    assert "1. Ani Wijaya - 34" in reader.read_lines()


def test_a_repeat_without_a_label_is_headed_by_what_it_is_in() -> None:
    assert "<b>Rumah sakit</b>" in with_ani().read_lines()


def test_a_group_that_says_what_the_question_says_is_said_once() -> None:
    reader = with_ani()
    reader.decline_more()
    assert reader.draw_screen().text.count("Saran Anda") == 1


def test_the_review_numbers_once() -> None:
    reader = with_ani()
    reader.decline_more()
    reader.answer("Lebih\nbanyak bangku", "pesan")
    lines = reader.read_lines()
    assert "1. Nama rumah sakit?" in lines
    assert "2. Nama depan?" in lines
    assert "— Ani Wijaya - 34 —" in lines
    assert "    <b>Lebih banyak bangku</b>" in lines


@pytest.mark.parametrize(
    ("label", "bare"),
    [
        ("3. Anak", "Anak"),
        ("3) Anak", "Anak"),
        ("Q3. Anak", "Anak"),
        ("3.4.1 Nama", "Nama"),
        ("3.4.1. Nama", "Nama"),
        ("2 orang", "2 orang"),
        ("1.5 juta rupiah", "1.5 juta rupiah"),
        ("2026: apa yang berubah?", "2026: apa yang berubah?"),
        ("3.", "3."),
    ],
)
def test_only_an_authors_number_is_left_out(label: str, bare: str) -> None:
    assert strip_number(label) == bare


def test_a_review_without_answers_offers_no_change() -> None:
    reader = CardReader(compile_form(ONLY_TOLD))
    reader.answer("OK")
    reader.answer("")
    assert "Hampir selesai: ketuk Kirim." in reader.read_lines()
    assert "✏️" not in reader.draw_screen().text
    assert reader.labels == ["‹ Kembali", "Kirim ✓"]


def test_what_the_form_filled_in_is_confirmed_with_a_tap() -> None:
    reader = CardReader(compile_form(COUNTRY))
    assert "Sudah terisi: Indonesia" in reader.read_lines()
    assert reader.labels == ["Ya, sudah benar ›"]
    assert isinstance(reader.draw_screen().rows[0][0].callback, ConfirmAnswer)
    reader.confirm()
    assert reader.labels == ["‹ Kembali", "Lewati"]
    reader.move("/data/negara")
    assert "Jawaban Anda: Indonesia" in reader.read_lines()
    assert "Ya, sudah benar ›" not in reader.labels


def test_a_table_made_by_hand_is_one_card_headed_by_the_question_above_it() -> None:
    reader = CardReader(compile_form(SKILLS))
    assert reader.read_lines()[1] == "Keterampilan"
    assert "<b>Seberapa mahir Anda?</b>" in reader.read_lines()
    assert "▶ <b>Memasak</b> (1 dari 2)" in reader.read_lines()
    reader.answer("belum")
    assert "Memasak <b>Belum bisa</b>" in reader.read_lines()
    reader.answer("sudah")
    review = reader.read_lines()
    assert "1. Seberapa mahir Anda?" in review
    assert "    <b>2 dari 2 dinilai</b>" in review


def test_a_decimal_that_is_whole_is_said_without_decimals() -> None:
    assert compile_one_question("decimal").say("12") == "12.0"
    card = compile_one_question("decimal")
    card.say("12")
    assert "Jawaban Anda: 12\n" in f"{card.screen.text}\n"


def test_a_percentage_in_fives_takes_few_taps() -> None:
    card = compile_one_question("range", "| start=0 end=100 step=5")
    assert card.labels[0] == ["−25", "−5", "+5", "+25"]
    for label in ("+25", "+25", "+25", "−5"):
        card.tap(label)
    assert card.tap("Pilih 70 ✓") == "70"


def test_the_marks_from_nought_to_ten_stand_on_one_card() -> None:
    marks = "\n".join(f"| | nilai | {n} | {n} |" for n in range(11))
    choices = f"\n| choices | list_name | name | label |\n{marks}\n"
    card = compile_one_question("select_one nilai", "likert", choices)
    assert [label for label in card.all_labels if label.isdigit()] == [str(n) for n in range(11)]

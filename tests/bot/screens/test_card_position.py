"""Where a card says that one is: in which instance, in which group; and what can only be read."""

from __future__ import annotations

import pytest

from bot.screens.view_state import ViewState
from survey.interview.steps import StepRefusalReason
from tests.bot.card_reader import CardReader
from tests.survey.form_helpers import SETTINGS, compile_form

FARM = f"""
| survey | type | name | label | relevant | calculation | readonly | default | appearance | hint |
|---|---|---|---|---|---|---|---|---|---|
| | begin_group | lahan | Lahan <Anda> |
| | text | desa | Desa? |
| | text | luas | Luas? |
| | begin_repeat | petak | Petak: ${{isi}} |
| | begin_group | rinci | Rincian |
| | text | isi | Ditanami apa? |
| | end_group |
| | begin_repeat | panen | Panen |
| | select_one bulan | bulan | Bulan apa? |
| | integer | kilo | Berapa kilo? |
| | end_repeat |
| | end_repeat |
| | end_group |
| | begin_repeat | tanpa_nama | |
| | begin_group | nilai | Nilai | | | | | table-list | Di ${{desa}} |
| | select_one bulan | satu | Satu |
| | select_one bulan | dua | Dua |
| | end_group |
| | end_repeat |
| | select_one bulan | tetap | Bulan panen raya | | | ${{desa}} != '' | jan |
| | text | lagi | Pernah? | | 'belum ditanya' | ${{desa}} != '' |

| choices | list_name | name | label |
| | bulan | jan | Januari |
| | bulan | feb | Februari |
{SETTINGS}"""


def in_second_plot() -> CardReader:
    reader = CardReader(compile_form(FARM))
    for value in ("Sukamaju", "2", "Padi", "jan", "40"):
        reader.answer(value)
    reader.decline_more()
    reader.add()
    return reader


def test_a_groups_label_stands_where_the_group_begins() -> None:
    reader = CardReader(compile_form(FARM))
    assert reader.read_lines()[1] == "Lahan &lt;Anda&gt;"
    reader.answer("Sukamaju", "desa")
    assert reader.read_lines()[1] == ""


def test_a_question_in_a_repeat_says_in_which_instance_one_is() -> None:
    reader = in_second_plot()
    assert reader.read_lines()[1] == "Petak 2 dari 2 › Rincian"
    reader.answer("Jagung", "isi")
    assert reader.read_lines()[1] == "Petak: Jagung (2 dari 2)"
    assert "<b>Panen</b>" in reader.read_lines()
    reader.add()
    assert reader.read_lines()[1] == "Petak: Jagung (2 dari 2) › Panen 1 dari 1"
    assert reader.read_lines("en")[1] == "Petak: Jagung (2 of 2) › Panen 1 of 1"
    reader.answer("feb", "bulan")
    reader.answer("5", "kilo")
    assert "1. Februari" in reader.read_lines()


def test_how_far_one_has_got_counts_the_prompts_and_grows_with_the_instances() -> None:
    reader = CardReader(compile_form(FARM))
    assert reader.read_lines()[0].startswith("1 dari 11 ")
    reader = in_second_plot()
    assert reader.read_lines()[0].startswith("7 dari 13 ")


def test_a_repeat_without_a_label_or_with_a_table_is_counted_without_names() -> None:
    reader = in_second_plot()
    reader.skip()
    reader.decline_more()
    reader.decline_more()
    assert reader.read_lines()[1] == "Isian 1 dari 1"
    assert "<i>Di Sukamaju</i>" in reader.read_lines()
    reader.answer("jan", "satu")
    reader.answer("feb", "dua")
    assert "1. –" in reader.read_lines()


def test_what_is_read_only_shows_its_value_and_goes_on() -> None:
    reader = in_second_plot()
    reader.move("/data/tetap")
    assert "Januari" in reader.read_lines()
    assert reader.labels == ["Lanjut ›", "‹ Kembali"]
    reader.answer("")
    reader.move("/data/lagi")
    assert "belum ditanya" in reader.read_lines()
    assert reader.labels == ["Lanjut ›", "‹ Kembali"]
    assert "Ketik" not in reader.draw_screen().text
    reader.move("/data/lahan/desa")
    assert "‹ Kembali" not in reader.labels


def test_a_full_repeat_offers_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("survey.forms.runtime.form.MOST_REPEATS", 2)
    reader = in_second_plot()
    reader.skip()
    reader.decline_more()
    assert reader.labels == ["Sudah semua, lanjut ›", "🗑 Hapus salah satu", "‹ Kembali"]
    assert "Sudah paling banyak" in reader.draw_screen(told=StepRefusalReason.FULL).text
    assert reader.draw_screen(view=ViewState(page=9, removing=True)).rows[1][0].label == "🗑 2. –"


def test_the_review_puts_what_belongs_to_an_instance_under_its_title() -> None:
    reader = in_second_plot()
    reader.answer("Jagung", "isi")
    reader.decline_more()
    reader.decline_more()
    reader.answer("jan", "satu")
    reader.answer("feb", "dua")
    reader.decline_more()
    reader.answer("")
    reader.answer("")
    first, second = (
        reader.read_lines(),
        reader.draw_screen(view=ViewState(page=1)).text.splitlines(),
    )
    titles = [line for line in first + second if line.startswith("—")]
    assert titles == [
        "— Petak: Padi —",
        "— Petak: Padi › Panen 1: Januari —",
        "— Petak: Padi —",
        "— Petak: Jagung —",
        "— Isian 1 —",
    ]

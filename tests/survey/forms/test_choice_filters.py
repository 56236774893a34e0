"""Choices that come and go: filters, lists on the question, answers of a repeat as choices."""

from __future__ import annotations

from datetime import UTC, datetime

from survey.forms.runtime.form_replay import FormReplay, replay_answers
from tests.survey.form_helpers import SETTINGS, compile_form

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PLACES = """
| choices | list_name | name | label | kota | kecamatan |
|---|---|---|---|---|---|
| | kota | barat | Barat | | |
| | kota | utara | Utara | | |
| | kecamatan | tambora | Tambora | barat | |
| | kecamatan | cilincing | Cilincing | utara | |
| | kelurahan | angke | Angke | | tambora |
| | kelurahan | kalibaru | Kalibaru | | cilincing |
"""
CASCADE = """
| survey | type | name | label | choice_filter | calculation | relevant |
|---|---|---|---|---|---|---|
| | select_one kota | kota | Kota | | | |
| | select_one kecamatan | kecamatan | Kecamatan | kota=${kota} | | |
| | select_one kelurahan | kelurahan | Kelurahan | kecamatan=${kecamatan} | | |
| | calculate | alamat | | | concat(${kelurahan}, ' ', ${kota}) | |
| | text | jalan | Jalan | | | ${kelurahan} != '' |
"""


def filling(form: str) -> FormReplay:
    """A form that was begun."""
    begun = FormReplay(compile_form(f"{form}\n{SETTINGS}"), now=NOW)
    begun.begin()
    return begun


def test_what_the_filter_takes_away_counts_no_longer_and_comes_back_with_it() -> None:
    form = filling(CASCADE + PLACES)
    for path, value in (("kota", "barat"), ("kecamatan", "tambora"), ("kelurahan", "angke")):
        form.answer(f"/data/{path}", value)
    assert form.answer("/data/kota", "utara")["changed"] == {
        "/kota[1]": "utara",
        "/kecamatan[1]": "",
        "/kelurahan[1]": "",
        "/alamat[1]": " utara",
        "/jalan[1]": None,
    }
    assert form.form.find_problem("/data/kecamatan") == "choice"
    assert form.form.get_value("/data/kelurahan") == ""
    assert form.answer("/data/kota", "barat")["changed"] == {
        "/kota[1]": "barat",
        "/kecamatan[1]": "tambora",
        "/kelurahan[1]": "angke",
        "/alamat[1]": "angke barat",
        "/jalan[1]": "",
    }
    assert form.form.find_problem("/data/kecamatan") is None


def test_of_several_ticks_those_still_on_offer_count() -> None:
    form = filling(
        """
| survey | type | name | label | choice_filter |
|---|---|---|---|---|
| | integer | umur | Umur | |
| | select_multiple hal | hal | Hal | dari <= ${umur} |

| choices | list_name | name | label | dari |
|---|---|---|---|---|
| | hal | main | Main | 0 |
| | hal | kerja | Kerja | 15 |
"""
    )
    form.answer("/data/umur", "20")
    assert form.answer("/data/hal", "main kerja")["valid"]
    assert form.answer("/data/umur", "10")["changed"] == {"/umur[1]": "10", "/hal[1]": "main"}


def test_choices_that_exclude_each_other_are_no_circle() -> None:
    form = filling(
        """
| survey | type | name | label | choice_filter |
|---|---|---|---|---|
| | select_one warna | satu | Satu | name != ${dua} |
| | select_one warna | dua | Dua | name != ${satu} |

| choices | list_name | name | label |
|---|---|---|---|
| | warna | merah | Merah |
| | warna | putih | Putih |
"""
    )
    assert form.answer("/data/satu", "merah")["choices"] == ["merah", "putih"]
    assert form.answer("/data/dua", "putih")["choices"] == ["putih"]
    assert not form.answer("/data/dua", "merah")["valid"]


def test_names_given_in_a_repeat_are_choices_as_soon_as_they_change() -> None:
    form = filling(
        """
| survey | type | name | label |
|---|---|---|---|
| | begin_repeat | orang | Orang |
| | text | nama | Nama |
| | end_repeat | | |
| | select_one ${nama} | kepala | Kepala keluarga |
"""
    )
    form.answer("/data/orang[1]/nama", "Sri")
    assert form.answer("/data/kepala", "Sri")["choices"] == ["Sri"]
    assert form.answer("/data/orang[1]/nama", "Siti")["changed"] == {
        "/orang[1]/nama[1]": "Siti",
        "/kepala[1]": "",
    }


def test_a_list_that_mentions_the_last_interview_offers_its_own_items() -> None:
    form = filling(
        """
| survey | type | name | label | choice_filter |
|---|---|---|---|---|
| | select_one hal | hal | Hal | not(selected(${last-saved#hal}, name)) |

| choices | list_name | name | label |
|---|---|---|---|
| | hal | banjir | Banjir |
"""
    )
    step = form.answer("/data/hal", "banjir")
    assert step["valid"]
    assert step["choices"] == ["banjir"]


def test_choices_on_the_question_itself_are_offered() -> None:
    form = filling(
        """
| survey | type | name | label | appearance |
|---|---|---|---|---|
| | select_one buah | buah | Buah | search('fruits') |

| choices | list_name | name | label |
|---|---|---|---|
| | buah | kode | nama |
"""
    )
    assert form.list_offered_labels("/data/buah") == ["nama"]
    assert form.answer("/data/buah", "kode")["choices"] == ["kode"]


def test_a_value_that_is_no_choice_counts_for_nothing() -> None:
    rows = """
| survey | type | name | label | calculation |
|---|---|---|---|---|
| | select_one y | s | S | true() |
| | calculate | d | | concat('<', ${s}, '>') |

| choices | list_name | name | label |
|---|---|---|---|
| | y | ya | Ya |
"""
    first = next(iter(replay_answers(compile_form(rows + SETTINGS), [], now=NOW)))["changed"]
    assert (first["/s[1]"], first["/d[1]"]) == ("", "<>")
    form = filling(rows)
    assert not form.answer("/data/s", "zzz")["valid"]
    assert form.answer("/data/s", "ya")["changed"] == {"/s[1]": "ya", "/d[1]": "<ya>"}


def test_the_marks_of_a_range_are_no_choices() -> None:
    form = filling(
        """
| survey | type | name | label | parameters |
|---|---|---|---|---|
| | range | r | R | start=1 end=5 tick_labelset=t |

| choices | list_name | name | label |
|---|---|---|---|
| | t | 1 | Buruk |
| | t | 5 | Baik |
"""
    )
    step = form.answer("/data/r", "3")
    assert (step["choices"], step["valid"], step["changed"]) == ([], True, {"/r[1]": "3"})

"""Repeats: how many instances there are, and what a new one begins with."""

# ruff: noqa: E501 - a row of a table is one line.

from __future__ import annotations

from datetime import UTC, datetime

from survey.forms.runtime.form_replay import FormReplay
from tests.survey.form_helpers import SETTINGS, compile_form

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def filling(form: str) -> FormReplay:
    """A form that was begun."""
    begun = FormReplay(compile_form(f"{form}\n{SETTINGS}"), now=NOW)
    begun.begin()
    return begun


HOUSES = """
| survey | type | name | label | repeat_count | calculation |
|---|---|---|---|---|---|
| | begin_repeat | rumah | Rumah | | |
| | integer | lantai | Lantai | | |
| | begin_repeat | tingkat | Tingkat | ${lantai} | |
| | integer | kamar | Kamar | | |
| | end_repeat | | | | |
| | calculate | semua | | | sum(${kamar}) |
| | end_repeat | | | | |
"""


def test_a_count_inside_a_repeat_belongs_to_its_own_instance() -> None:
    form = filling(HOUSES)
    form.answer("/data/rumah[1]/lantai", "2")
    assert form.answer("/data/rumah[2]/lantai", "1")["changed"] == {
        "/rumah[2]/lantai[1]": "1",
        "/rumah[2]/tingkat[1]/kamar[1]": "",
        "/rumah[2]/semua[1]": "",
    }
    assert len(form.form.list_occurrences("/data/rumah/tingkat", "/data/rumah[1]")) == 2


def test_a_sum_over_nothing_is_nothing() -> None:
    form = filling(HOUSES)
    form.answer("/data/rumah[1]/lantai", "1")
    step = form.answer("/data/rumah[1]/tingkat[1]/kamar", "3")
    assert step["changed"]["/rumah[1]/semua[1]"] == "3"
    step = form.answer("/data/rumah[1]/lantai", "0")
    assert step["changed"]["/rumah[1]/semua[1]"] == ""


def test_a_number_that_is_taken_back_takes_the_instances_and_brings_them_back() -> None:
    form = filling(HOUSES)
    form.answer("/data/rumah[1]/lantai", "1")
    form.answer("/data/rumah[1]/tingkat[1]/kamar", "3")
    assert form.answer("/data/rumah[1]/lantai", "")["changed"] == {
        "/rumah[1]/lantai[1]": "",
        "/rumah[1]/tingkat[1]/kamar[1]": None,
        "/rumah[1]/semua[1]": "",
    }
    step = form.answer("/data/rumah[1]/lantai", "1")
    assert step["changed"]["/rumah[1]/tingkat[1]/kamar[1]"] == "3"


def test_a_new_instance_has_none_of_the_repeats_inside_it_yet() -> None:
    form = filling(
        """
| survey | type | name | label |
|---|---|---|---|
| | begin_repeat | rumah | Rumah |
| | text | alamat | Alamat |
| | begin_repeat | orang | Orang |
| | text | nama | Nama |
| | end_repeat | | |
| | end_repeat | | |
"""
    )
    assert form.form.list_occurrences("/data/rumah/orang", "/data/rumah[1]")
    form.answer("/data/rumah[2]/alamat", "Jalan Kali")
    assert not form.form.list_occurrences("/data/rumah/orang", "/data/rumah[2]")
    step = form.answer("/data/rumah[2]/orang[1]/nama", "Sri")
    assert step["changed"] == {"/rumah[2]/orang[1]/nama[1]": "Sri"}


def test_a_repeat_grows_by_what_is_answered_in_its_last_instance() -> None:
    form = filling(
        """
| survey | type | name | label | calculation | repeat_count |
|---|---|---|---|---|---|
| | calculate | ada | | count(${aset}) | |
| | calculate | perlu | | if(${ada} = 0 or /data/aset[position() = /data/ada]/lagi = 'ya', ${ada} + 1, ${ada}) | |
| | begin_repeat | aset | Aset | | ${perlu} |
| | text | lagi | Lagi? | | |
| | end_repeat | | | | |
"""
    )
    assert form.state["/ada[1]"] == "1"
    step = form.answer("/data/aset[1]/lagi", "ya")
    assert step["changed"]["/aset[2]/lagi[1]"] == ""
    assert step["changed"]["/ada[1]"] == "2"
    assert "/aset[3]/lagi[1]" not in form.answer("/data/aset[2]/lagi", "tidak")["changed"]

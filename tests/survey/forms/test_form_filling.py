"""Questionnaires filled in from a list of answers."""

# ruff: noqa: E501 - a row of a table is one line.

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from survey.forms.runtime.form_replay import FormReplay, PathError, replay_answers
from tests.survey.form_helpers import SETTINGS, compile_form

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def filling(rows: str, choices: str = "") -> FormReplay:
    """A form that was begun."""
    begun = FormReplay(compile_form(f"{rows}\n\n{choices}\n{SETTINGS}"), now=NOW)
    begun.begin()
    return begun


def changed(form: FormReplay, path: str, value: str) -> dict[str, str | None]:
    return form.answer(path, value)["changed"]


DEFAULTS = """
| survey | type | name | label | default | trigger | calculation |
|---|---|---|---|---|---|---|
| | start | mulai |
| | today | hari |
| | text | kota | Kota | Jakarta |
| | date | kapan | Kapan? | today() |
| | integer | umur | Umur |
| | text | dicatat | Dicatat | | ${umur} | concat('umur ', ${umur}) |
| | begin_repeat | anak | Anak |
| | text | nama | Nama | concat('anak dari ', ${kota}) |
| | end_repeat |
"""


def test_a_form_begins_with_its_defaults_and_with_what_is_known() -> None:
    first = next(iter(replay_answers(compile_form(DEFAULTS + SETTINGS), [], now=NOW)))
    values = {path: value for path, value in first["changed"].items() if "meta" not in path}
    assert first["question"] is None
    assert values == {
        "/mulai[1]": "2026-03-02T09:30:00.000+00:00",
        "/hari[1]": "2026-03-02",
        "/kota[1]": "Jakarta",
        "/kapan[1]": "2026-03-02",
        "/umur[1]": "",
        "/dicatat[1]": "",
        "/anak[1]/nama[1]": "anak dari Jakarta",
    }


def test_a_trigger_sets_a_value_only_when_its_question_changes() -> None:
    form = filling(DEFAULTS)
    assert changed(form, "/data/umur", "7") == {"/umur[1]": "7", "/dicatat[1]": "umur 7"}
    assert changed(form, "/data/dicatat", "lain") == {"/dicatat[1]": "lain"}
    assert changed(form, "/data/kota", "Bogor") == {"/kota[1]": "Bogor"}
    assert changed(form, "/data/umur", "7") == {}
    assert changed(form, "/data/umur", "8") == {"/umur[1]": "8", "/dicatat[1]": "umur 8"}


def test_the_next_instance_of_a_repeat_is_added_by_answering_in_it() -> None:
    form = filling(DEFAULTS)
    changed(form, "/data/kota", "Bogor")
    form.form.add_instance("/data/anak", "/data")
    assert form.collect_changes() == {"/anak[2]/nama[1]": "anak dari Bogor"}
    assert changed(form, "/data/anak[3]/nama", "Sri") == {"/anak[3]/nama[1]": "Sri"}
    with pytest.raises(PathError, match=r"anak\[9\]"):
        form.answer("/data/anak[9]/nama", "x")


def test_an_instance_that_is_taken_away_lets_the_next_move_up() -> None:
    form = filling(DEFAULTS)
    changed(form, "/data/anak[2]/nama", "Sri")
    form.form.remove_instance("/data/anak[1]")
    assert form.collect_changes() == {"/anak[1]/nama[1]": "Sri", "/anak[2]/nama[1]": None}


def test_what_was_answered_in_a_repeat_can_be_chosen_elsewhere() -> None:
    form = filling("""
| survey | type | name | label |
|---|---|---|---|
| | begin_repeat | orang | Orang |
| | text | nama | Nama |
| | end_repeat |
| | select_one ${nama} | kepala | Kepala keluarga |
""")
    form.answer("/data/orang[1]/nama", "Sri")
    form.answer("/data/orang[2]/nama", "Budi")
    step = form.answer("/data/kepala", "Budi")
    assert step["choices"] == ["Sri", "Budi"]
    assert step["valid"]
    assert not form.answer("/data/kepala", "Tono")["valid"]


def test_an_invalid_value_is_kept_and_reported() -> None:
    form = filling("""
| survey | type | name | label | constraint | relevant |
|---|---|---|---|---|---|
| | integer | umur | Umur | . < 120 |
| | text | kerja | Kerja | | ${umur} > 150 |
""")
    step = form.answer("/data/umur", "200")
    assert not step["valid"]
    assert step["changed"] == {"/umur[1]": "200", "/kerja[1]": ""}
    assert form.answer("/data/umur", "20")["changed"] == {"/umur[1]": "20", "/kerja[1]": None}


def test_what_was_typed_over_a_calculation_stands_until_that_gives_something_else() -> None:
    form = filling("""
| survey | type | name | label | calculation | repeat_count |
|---|---|---|---|---|---|
| | integer | a | A |
| | integer | b | B |
| | integer | jumlah | Jumlah | ${a} + ${b} |
""")
    form.answer("/data/a", "1")
    assert changed(form, "/data/b", "2") == {"/b[1]": "2", "/jumlah[1]": "3"}
    form.answer("/data/jumlah", "9")
    assert changed(form, "/data/b", "2") == {}
    assert changed(form, "/data/b", "3") == {"/b[1]": "3", "/jumlah[1]": "4"}


def test_calculations_of_a_group_come_with_it() -> None:
    form = filling("""
| survey | type | name | label | relevant | calculation |
|---|---|---|---|---|---|
| | integer | n | N |
| | begin_group | g | G | ${n} > 1 |
| | calculate | tetap | | | 'ada' |
| | text | t | T |
| | end_group |
""")
    assert changed(form, "/data/n", "2") == {
        "/n[1]": "2",
        "/g[1]/tetap[1]": "ada",
        "/g[1]/t[1]": "",
    }
    assert changed(form, "/data/n", "1")["/g[1]/tetap[1]"] is None


def test_decimals_are_kept_with_their_point_as_in_odk() -> None:
    form = filling("| survey | type | name | label |\n|---|---|---|---|\n| | decimal | d | D |")
    assert changed(form, "/data/d", "2") == {"/d[1]": "2.0"}


def test_a_default_that_is_no_choice_is_none() -> None:
    rows = "| survey | type | name | label | default |\n|---|---|---|---|---|\n| | select_one y | s | S | no |"
    form = filling(rows, "| choices | list_name | name | label |\n| | y | 1 | Ya |")
    assert form.form.get_value("/data/s") == ""


def test_choices_come_from_xml_and_geojson_files(tmp_path: Path) -> None:
    (tmp_path / "pos.geojson").write_text(
        """{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "p1",
        "properties": {"title": "Pos satu"},
        "geometry": {"type": "Point", "coordinates": [106.8, -6.2]}}]}"""
    )
    (tmp_path / "kali.xml").write_text(
        "<root><item><name>c</name><label>Ciliwung</label></item></root>"
    )
    rows = """
| survey | type | name | label | calculation |
|---|---|---|---|---|
| | select_one_from_file pos.geojson | pos | Pos |
| | select_one_from_file kali.xml | kali | Kali |
| | calculate | letak | | instance('pos')/root/item[id = ${pos}]/geometry |
"""
    form = FormReplay(compile_form(rows + SETTINGS, tmp_path), now=NOW)
    form.begin()
    assert form.answer("/data/kali", "c")["choices"] == ["c"]
    assert form.list_offered_labels("/data/pos") == ["Pos satu"]
    assert changed(form, "/data/pos", "p1")["/letak[1]"] == "-6.2 106.8 0 0"

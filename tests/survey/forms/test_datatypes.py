"""How values of each data type are kept, typed or computed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.forms.answers.canonical_values import (
    format_computed_value,
    format_stored_value,
)
from survey.forms.answers.question_kinds import DATATYPE_WRITERS
from survey.forms.runtime.form_replay import FormReplay
from tests.survey.form_helpers import SETTINGS, compile_form


@pytest.mark.parametrize(
    ("datatype", "value", "kept"),
    [
        ("int", "007", "7"),
        ("int", "2.7", None),
        ("int", "81234567890", None),
        ("decimal", "2", "2.0"),
        ("decimal", "12.50", "12.5"),
        ("decimal", "1e-7", "0.0000001"),
        ("decimal", "dua", None),
        ("date", "2026-03-02T09:30", "2026-03-02"),
        ("date", "2026-02-30", None),
        ("time", "09:30", "09:30"),
        ("time", "25:00", None),
        ("dateTime", "2026-03-02T09:30:00.000+07:00", "2026-03-02T09:30:00.000+07:00"),
        ("dateTime", "2026-03-02", None),
        ("geopoint", "-6.2 106.8", "-6.2 106.8"),
        ("geopoint", "-6.2 106.8 0 5", "-6.2 106.8 0.0 5.0"),
        ("geopoint", "0 0", None),
        ("geopoint", "91 0 0 0", None),
        ("geotrace", "-6 106 0 0; -6.1 106 0 0;", "-6.0 106.0 0.0 0.0;-6.1 106.0 0.0 0.0"),
        ("geotrace", "-6 106;-6 106", None),
        ("geoshape", "-6 106;-6 107;-6 106", "-6.0 106.0;-6.0 107.0;-6.0 106.0"),
        ("string", " apa saja ", " apa saja "),
    ],
)
def test_a_value_is_written_as_xforms_has_it_or_is_none(
    datatype: str, value: str, kept: str | None
) -> None:
    assert format_stored_value(datatype, value) == kept


def test_what_is_computed_is_cut_to_its_type_or_left_out() -> None:
    assert format_computed_value("int", "2.7") == "2"
    assert format_computed_value("int", "-2.7") == "-2"
    assert format_computed_value("date", "2026-03-02T09:30:00.000+07:00") == ""
    assert format_computed_value("int", "") == ""


@given(st.sampled_from(sorted(DATATYPE_WRITERS)), st.text(max_size=40))
def test_what_is_written_once_is_written_the_same_again(datatype: str, value: str) -> None:
    kept = format_computed_value(datatype, value)
    assert format_computed_value(datatype, kept) == kept


def test_defaults_and_calculations_keep_to_their_types() -> None:
    form = """
| survey | type | name | label | default | calculation | bind::type |
|---|---|---|---|---|---|---|
| | integer | salah | Salah | foo | | |
| | decimal | lebar | Lebar | 2 | | |
| | date | kapan | Kapan | now() | | |
| | calculate | bagian | | | 7 div 2 | int |
"""
    filling = FormReplay(compile_form(form + SETTINGS), now=datetime(2026, 3, 2, 9, 30, tzinfo=UTC))
    first = filling.begin()["changed"]
    assert (first["/salah[1]"], first["/lebar[1]"], first["/kapan[1]"]) == ("", "2.0", "")
    assert first["/bagian[1]"] == "3"


def test_what_a_person_gives_wrongly_is_kept_and_reported() -> None:
    form = "| survey | type | name | label |\n|---|---|---|---|\n| | integer | umur | Umur |\n"
    filling = FormReplay(compile_form(form + SETTINGS))
    filling.begin()
    step = filling.answer("/data/umur", "tiga")
    assert (step["valid"], step["changed"]) == (False, {"/umur[1]": "tiga"})
    assert filling.answer("/data/umur", "03")["changed"] == {"/umur[1]": "3"}

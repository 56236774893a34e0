"""The numbers in SPSS files, codebooks and DDI: what they are, and that they never change."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest
from lxml import etree
from sqlalchemy import text

from reports.export.data_export import export_data
from reports.export.ddi import NAMESPACE
from reports.request import DataFormat, ExportLayout
from survey.forms.authoring.xlsform import compile_source
from survey.store.schema import code_number
from tests.reports.exported_files import JAKARTA, export_all, read_csv_lines, read_spss
from tests.reports.filled_store import END, HOUR, START, FilledStore
from tests.reports.random_answers import Answers

DDI = {"d": NAMESPACE}
SETTINGS = """
| settings | form_title | form_id | version |
| | {form} | {form} | {version} |
"""


def field(store: FilledStore, sheet: str, wave: str, form: str = "uji", version: int = 1) -> None:
    """Open a wave with a form of one's own."""
    whole = sheet + SETTINGS.format(form=form, version=version)
    store.open_wave(wave, ["resident"], compile_source(whole, ".md", Path()))


def answer(store: FilledStore, wave: str, said: dict[str, Any], language: str = "id") -> None:
    answers: Answers = {(f"/data/{name}", ""): value for name, value in said.items()}
    store.add_interview(
        wave, store.add_respondent(), answers, START, START + HOUR, language=language
    )


HALVES = """
| survey | type | name | label |
| | select_one d | d | Dosis pupuk? |
| | select_one s | s | Skala? |
| | select_one c | c | Campur? |
| choices | list_name | name | label |
| | d | 1.5 | 1,5 kg |
| | d | 2.0 | 2 kg |
| | d | 2.5 | 2,5 kg |
| | s | -99 | Tidak tahu |
| | s | -1 | Kurang |
| | s | 0 | Sama |
| | s | 1 | Lebih |
| | c | 1 | Satu |
| | c | 2 | Dua |
| | c | lain | Lainnya |
| | c | tt | Tidak tahu |
"""


def test_decimals_and_negative_codes_stay_what_they_are(store: FilledStore, tmp_path: Path) -> None:
    field(store, HALVES, "satu")
    for d, s, c in (("1.5", "-99", "1"), ("2.0", "1", "lain"), ("2.5", "-1", "tt")):
        answer(store, "satu", {"d": d, "s": s, "c": c})
    store.write_rows()
    files = export_all(store.url, tmp_path)
    rows, about = read_spss(files["uji.sav"])
    assert rows[["d", "s", "c"]].to_numpy().tolist() == [
        [1.5, -99, 1],
        [2, 1, 1001],
        [2.5, -1, -1],
    ]
    assert about.variable_value_labels["d"] == {1.5: "1,5 kg", 2: "2 kg", 2.5: "2,5 kg"}
    assert about.original_variable_types["d"] == "F8.1"
    assert "s" not in about.missing_ranges, "the author's own codes are no missing values of ours"
    assert about.missing_ranges["c"] == [{"lo": -1, "hi": -1}]
    assert about.variable_measure["d"] == about.variable_measure["s"] == "ordinal"
    book = etree.parse(files["uji.ddi.xml"])
    values = book.xpath("//d:var[@name='d']/d:catgry/d:catValu/text()", namespaces=DDI)
    assert values == ["1.5", "2", "2.5"]
    told = {
        (row["question"], row["code"]): row["number"]
        for row in read_csv_lines(files["codebook.csv"])
    }
    assert (told["d", "2.0"], told["c", "lain"], told["s", "-99"]) == ("2", "1001", "-99")


COLOURS = """
| survey | type | name | label |
| | select_one warna | warna | Warna apa? |
| | select_multiple warna | semua | Warna apa saja? |
| choices | list_name | name | label |
| | warna | merah | Merah |
| | warna | biru | Biru |
"""
MORE_COLOURS = COLOURS.replace(
    "| | warna | merah", "| | warna | hijau | Hijau |\n| | warna | merah"
)


def test_a_version_with_a_choice_on_top_renumbers_nobody(
    store: FilledStore, tmp_path: Path
) -> None:
    field(store, COLOURS, "satu")
    answer(store, "satu", {"warna": "merah", "semua": ["merah", "biru"]})
    store.write_rows()
    before = read_spss(export_all(store.url, tmp_path / "a")["uji.sav"])
    store.connection.execute(text("UPDATE questionnaire SET added_at = added_at - 1"))
    field(store, MORE_COLOURS, "dua", version=2)
    answer(store, "dua", {"warna": "hijau", "semua": ["hijau"]})
    store.write_rows()
    files = export_all(store.url, tmp_path / "b")
    rows, about = read_spss(files["uji.sav"])
    labels = before.metadata.variable_value_labels["warna"]
    assert labels == {1: "Merah", 2: "Biru"}
    assert about.variable_value_labels["warna"] == {**labels, 3: "Hijau"}
    assert rows["warna"].tolist() == [1, 3]
    ticks = rows[["semua_merah", "semua_biru", "semua_hijau"]]
    # Version 1 never offered green: nobody was asked, which is not the same as not choosing it.
    assert ticks.fillna(9).to_numpy().tolist() == [[1, 1, 9], [0, 0, 1]]
    told = {row["code"]: row for row in read_csv_lines(files["codebook.csv"])}
    assert [told[code]["versions"] for code in ("merah", "hijau")] == ["2; 1", "2"]


def test_a_number_that_the_database_keeps_is_the_one_in_every_file(
    store: FilledStore, tmp_path: Path
) -> None:
    field(store, COLOURS, "satu")
    answer(store, "satu", {"warna": "biru", "semua": ["merah"]})
    kept = {"question_id": store.find_question_id("uji", "/data/warna"), "place": 1}
    store.insert_row(code_number, code_id=store.find_code_id("biru"), number=7, **kept)
    store.write_rows()
    files = export_all(store.url, tmp_path)
    rows, about = read_spss(files["uji.sav"])
    assert rows["warna"].tolist() == [7]
    assert about.variable_value_labels["warna"] == {7: "Biru", 1: "Merah"}
    told = {row["question"]: row for row in read_csv_lines(files["codebook.csv"])[:1]}
    assert told["warna"]["number"] == "7"


@pytest.mark.parametrize("layout", [ExportLayout.CENTRAL, ExportLayout.KOBO])
def test_in_other_layouts_too_a_choice_that_was_not_there_is_empty(
    store: FilledStore, tmp_path: Path, layout: ExportLayout
) -> None:
    field(store, COLOURS, "satu")
    field(store, MORE_COLOURS, "dua", version=2)
    answer(store, "satu", {"semua": ["merah"]})
    answer(store, "dua", {"semua": ["biru"]})
    store.write_rows()
    export_data(store.url, tmp_path, JAKARTA, END, layout=layout)
    mark = ";" if layout is ExportLayout.KOBO else ","
    with (tmp_path / "uji.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=mark))
    names = [f"semua/{code}" for code in ("merah", "biru", "hijau")]
    assert [[row[name] for name in names] for row in rows] == [["1", "0", ""], ["0", "1", "0"]]


MARKUP = """
| survey | type | name | label::Bahasa Indonesia (id) | label::English (en) |
| | select_one p or_other | p | **Penting:** *aman* <b>rumah</b> Anda?<br>Jujur ya | How safe? |
| | select_multiple p | r | <span style="color:red">Merah</span> &amp; biru &lt;3 | Red |
| choices | list_name | name | label::Bahasa Indonesia (id) | label::English (en) |
| | p | 1 | **Aman** sekali | Safe |
| | p | 2 | Tidak <b>aman</b> [peta](https://contoh.id) | Unsafe |
"""


def test_labels_are_what_people_read(store: FilledStore, tmp_path: Path) -> None:
    """No markup, no entities, and what XLSForm puts in in the language of the labels."""
    field(store, MARKUP, "satu")
    answer(store, "satu", {"p": "other", "r": ["2"]})
    store.write_rows()
    files = export_all(store.url, tmp_path)
    about = read_spss(files["uji.sav"]).metadata
    assert about.column_names_to_labels["p"] == "Penting: aman rumah Anda? Jujur ya"
    assert about.column_names_to_labels["r_1"] == "Merah & biru <3 – Aman sekali"
    assert about.variable_value_labels["p"] == {
        1: "Aman sekali",
        2: "Tidak aman peta (https://contoh.id)",
        1001: "Lainnya",
    }
    book = etree.parse(files["uji.ddi.xml"])
    path = "//d:var[@name='p']/d:catgry[d:catValu='1001']/d:labl/text()"
    assert book.xpath(path, namespaces=DDI) == ["Lainnya", "Other"]
    other = next(r for r in read_csv_lines(files["codebook.csv"]) if r["code"] == "other")
    assert (other["label_id"], other["label_en"]) == ("Lainnya", "Other")
    asked = book.xpath("string(//d:var[@name='p_other']/d:labl)", namespaces=DDI)
    assert asked == "Apa lainnya? Silakan ketik."


def test_one_bad_cell_is_empty_and_named_and_all_else_is_there(
    store: FilledStore, tmp_path: Path
) -> None:
    field(
        store,
        """
| survey | type | name | label |
| | integer | umur | Umur? |
| | date | sejak | Sejak? |
| | geopoint | titik | Di mana? |
| | text | cerita | Cerita? |
""",
        "satu",
    )
    answer(store, "satu", {"umur": "٤٢", "sejak": "31/12/9999", "titik": "x 106", "cerita": "a\0b"})
    answer(store, "satu", {"umur": "41", "sejak": "2026-11-30", "titik": "-6 106", "cerita": "c"})
    answer(store, "satu", {"umur": "inf", "sejak": "12026-01-01"})
    store.write_rows()
    heard: list[Any] = []
    paths = export_data(
        store.url, tmp_path, JAKARTA, END, formats=tuple(DataFormat), tell=heard.append
    )
    assert {path.name for path in paths} >= {"uji.sav", "uji.ddi.xml", "interviews.csv"}
    rows = pyreadstat.read_sav(tmp_path / "uji.sav")[0]
    assert rows["umur"].fillna(0).tolist() == [0, 41, 0]
    assert [pd.isna(day) for day in rows["sejak"]] == [True, False, True]
    assert rows["titik_longitude"].fillna(0).tolist() == [106, 106, 0]
    assert rows["cerita"].tolist() == ["ab", "c", ""]
    first, third = rows["key"][0], rows["key"][2]
    assert {(cell.file, cell.interview, cell.variable) for cell in heard} == {
        ("uji.sav", first, "umur"),
        ("uji.sav", first, "sejak"),
        ("uji.sav", first, "titik_latitude"),
        ("uji.sav", third, "umur"),
        ("uji.sav", third, "sejak"),
    }
    assert read_csv_lines(tmp_path / "answers.csv")[0]["value"], "in CSV it is as it was given"


def test_five_thousand_choices_are_written_in_seconds(store: FilledStore, tmp_path: Path) -> None:
    choices = "\n".join(f"| | besar | k{number} | Pilihan {number} |" for number in range(5000))
    sheet = f"""
| survey | type | name | label |
| | select_one besar | satu | Yang mana? |
| | select_multiple besar | semua | Yang mana saja? |
| choices | list_name | name | label |
{choices}
"""
    field(store, sheet, "satu")
    answer(store, "satu", {"satu": "k4999", "semua": ["k0", "k4999"]})
    store.write_rows()
    begun = time.process_time()
    export_data(store.url, tmp_path, JAKARTA, END, formats=[DataFormat.SAV])
    # It took eighty; the limit leaves room for a slow machine, and none for a square.
    assert time.process_time() - begun < 25
    rows = pyreadstat.read_sav(tmp_path / "uji.sav")[0]
    ticked = [name for name in rows.columns if name.startswith("semua_") and rows[name][0] == 1]
    assert ticked == ["semua_k0", "semua_k4999"]
    assert rows["satu"].tolist() == [5000]


@pytest.fixture(autouse=True)
def nothing_else_is_left_behind(tmp_path: Path) -> Iterator[None]:
    yield
    assert not [path for path in tmp_path.rglob(".*") if path.is_file()]

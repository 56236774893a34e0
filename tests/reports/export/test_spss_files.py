"""The SPSS files say what the CSV says, with labels and missing values."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from lxml import etree

from reports.export.data_export import export_data
from reports.export.ddi import Study
from reports.request import DataFormat
from survey.forms.authoring.xlsform import compile_file, compile_source
from tests.reports.exported_files import JAKARTA, export_all, read_csv_lines, read_spss
from tests.reports.filled_store import FORMS, HOUR, START, FilledStore
from tests.reports.household_survey import HOUSEHOLD_ANSWERS, NOW, HouseholdSurvey
from tests.reports.random_answers import Answers


def test_spss_says_of_each_interview_what_the_csv_says(of_crowd: dict[str, Path]) -> None:
    """Labels read back are those of the questionnaire; nobody is missing, or there twice."""
    people = {row["key"]: row for row in read_csv_lines(of_crowd["interviews.csv"])}
    usable = {
        key
        for key, row in people.items()
        if row["questionnaire"] == "persepsi" and row["disposition"] in ("complete", "partial")
    }
    rows, about = read_spss(of_crowd["persepsi.sav"])
    assert sorted(rows["key"]) == sorted(usable)
    form = compile_file(FORMS / "persepsi.md")
    language = form.match_language("id")
    said = {
        (row["wave"], row["respondent"], row["question"]): row["value"]
        for row in read_csv_lines(of_crowd["answers.csv"])
    }
    checked = 0
    for question in form.questions:
        if question.kind.name != "select_one":
            continue
        labels = {
            choice.value: choice.label.get_plain_text(language) for choice in question.choices
        }
        shown = rows[question.name].map(about.variable_value_labels[question.name])
        for row, label in zip(rows.to_dict("records"), shown, strict=True):
            path = question.path.removeprefix("/data/")
            code = said.get((row["wave"], row["respondent"], path))
            assert (labels[code] if code else None) == (label if pd.notna(label) else None)
            checked += code is not None
    assert checked > 2000
    for row in rows.to_dict("records"):
        known = people[row["key"]]
        assert row["disposisi"] == known["disposition"]
        assert {n: row[n] for n in ("role", "sector", "language")} == {
            n: known[n] for n in ("role", "sector", "language")
        }
        assert f"{row['started_at'].isoformat(timespec='seconds')}+07:00" == known["started_at"]
        assert pd.isna(row["sent_at"]) == (known["sent_at"] == "")
        text = said.get((row["wave"], row["respondent"], "warga/perbaikan"), "")
        assert row["perbaikan"] == text


def test_ticks_are_ones_and_zeros_and_nobody_who_skipped_has_either(
    of_crowd: dict[str, Path],
) -> None:
    rows, about = read_spss(of_crowd["persepsi.sav"])
    said = {
        (row["wave"], row["respondent"]): row["value"].split()
        for row in read_csv_lines(of_crowd["answers.csv"])
        if row["question"] == "warga/alami"
    }
    ticks = [name for name in rows.columns if name.startswith("alami_")]
    assert "alami_tm" not in ticks
    found = {-2: 0, 0: 0, 1: 0}
    for row in rows.to_dict("records"):
        ticked = said.get((row["wave"], row["respondent"]))
        for name in ticks:
            code = name.removeprefix("alami_")
            if ticked is None:
                assert pd.isna(row[name])
                continue
            assert row[name] == (1 if code in ticked else -2 if "tm" in ticked else 0)
            found[int(row[name])] += 1
    assert all(found.values())
    assert about.missing_ranges["alami_banjir"] == [{"lo": -2.0, "hi": -2.0}]
    assert about.variable_value_labels["alami_banjir"] == {
        0: "Tidak dipilih",
        1: "Dipilih",
        -2: "Tidak ingin menjawab",
    }


def test_missing_answers_are_declared_and_levels_of_measurement_are_set(
    of_crowd: dict[str, Path],
) -> None:
    rows, about = read_spss(of_crowd["persepsi.sav"])
    assert about.missing_ranges["kebutuhan"] == [{"lo": -1.0, "hi": -1.0}]
    assert about.variable_value_labels["kebutuhan"][-1] == "Tidak tahu"
    assert (rows["kebutuhan"] == -1).any()
    without = pyreadstat.read_sav(of_crowd["persepsi.sav"])[0]
    assert without["kebutuhan"].min() == 1
    assert without["kebutuhan"].notna().sum() == (rows["kebutuhan"] > 0).sum()
    measure = about.variable_measure
    assert (measure["kebutuhan"], measure["kota"], measure["started_at"]) == (
        "ordinal",
        "nominal",
        "scale",
    )
    shocks = read_spss(of_crowd["kerentanan-aset.sav"])
    specials = {"tt": -1, "tp": -3}
    ranges = shocks.metadata.missing_ranges["banjir"]
    assert ranges[0]["lo"] <= specials["tp"]
    assert ranges[0]["hi"] == specials["tt"]


def test_a_repeat_is_a_file_whose_key_leads_to_the_interview(of_crowd: dict[str, Path]) -> None:
    root, repeat = (read_spss(of_crowd[f"kerentanan{name}.sav"]).rows for name in ("", "-aset"))
    keys = set(root["key"])
    assert set(repeat["key"]) <= keys
    assert not repeat.duplicated(["key", "aset"]).any()
    people = {row["key"]: row for row in read_csv_lines(of_crowd["interviews.csv"])}
    said = {
        (row["wave"], row["respondent"], row["question"]): row["value"]
        for row in read_csv_lines(of_crowd["answers.csv"])
    }
    for row in repeat.to_dict("records"):
        who = people[row["key"]]
        question = f"aset[{int(row['aset'])}]/kode"
        assert said.get((who["wave"], who["respondent"], question), "") == row["kode"]
    expected = sum(
        question.endswith("]/kode")
        and f"{wave} {who}"
        in {f"{person['wave']} {person['respondent']}" for person in (people[key] for key in keys)}
        for wave, who, question in said
    )
    assert len(repeat) == expected


def test_labels_come_in_the_language_that_was_asked_for(store: FilledStore, tmp_path: Path) -> None:
    store.open_wave("persepsi", ["resident"])
    store.write_rows()
    english = export_all(store.url, tmp_path, Study(language="en"))["persepsi.sav"]
    about = read_spss(english).metadata
    assert about.column_names_to_labels["hubungan"] == "What ties you to Jakarta?"
    assert about.variable_value_labels["kebutuhan"][-1] == "Don't know"
    assert about.column_names_to_labels["role"] == "Role"


def test_labels_longer_than_spss_takes_are_cut_between_letters(
    store: FilledStore, tmp_path: Path
) -> None:
    wording = "👩‍👩‍👧" * 40
    form = compile_source(
        f"""
| survey | type | name | label |
| | select_one satu | satu | {wording} |
| choices | list_name | name | label |
| | satu | 1 | {wording} |
| settings | form_title | form_id | version |
| | {"Judul " * 30} | panjang | 1 |
""",
        ".md",
        Path(),
    )
    store.open_wave("panjang", ["resident"], form)
    store.add_interview(
        "panjang", store.add_respondent(), {("/data/satu", ""): "1"}, START, START + HOUR
    )
    store.write_rows()
    about = read_spss(export_all(store.url, tmp_path)["panjang.sav"]).metadata
    label, value = (
        about.column_names_to_labels["satu"],
        about.variable_value_labels["satu"][1],
    )
    assert label == "👩‍👩‍👧" * 14 + "…"
    assert value == "👩‍👩‍👧" * 6 + "…"


BEFORE = """
| survey | type | name | label::Indonesia (id) |
| | select_one warna | warna | Warna apa? |
| | text | umur | Umur? |
| | integer | lama | Berapa lama? |
| choices | list_name | name | label::Indonesia (id) |
| | warna | merah | Merah |
| | warna | biru | Biru |
| | warna | tt | Tidak tahu |
| settings | form_title | form_id | version |
| | Warna | warna | 1 |
"""


AFTER = (
    BEFORE.replace("| | warna | merah | Merah |", "| | warna | hijau | Hijau |")
    .replace("| | text | umur |", "| | integer | umur |")
    .replace("| | integer | lama | Berapa lama? |", "| | date | sejak | Sejak kapan? |")
    .replace("| warna | 1 |", "| warna | 2 |")
)


def test_a_questionnaire_that_changed_midway_stays_one_file(
    store: FilledStore, tmp_path: Path
) -> None:
    older, newer = (compile_source(text, ".md", Path()) for text in (BEFORE, AFTER))
    store.open_wave("satu", ["resident"], older)
    said: Answers = {("/data/warna", ""): "merah", ("/data/umur", ""): "41 tahun"}
    said |= {("/data/lama", ""): "7"}
    store.add_interview("satu", store.add_respondent(), said, START, START + HOUR)
    store.open_wave("dua", ["resident"], newer)
    said = {("/data/warna", ""): "tt", ("/data/umur", ""): "42", ("/data/sejak", ""): "1926-02-28"}
    store.add_interview("dua", store.add_respondent(), said, START, START + HOUR)
    store.write_rows()
    files = export_all(store.url, tmp_path, Study(language="en"))
    book = etree.parse(files["warna.ddi.xml"])
    assert set(book.xpath("//@xml:lang")) == {"id"}
    rows, about = read_spss(files["warna.sav"])
    labels = about.variable_value_labels["warna"]
    assert set(labels.values()) == {"Hijau", "Biru", "Merah", "Tidak tahu"}
    assert labels[-1] == "Tidak tahu"
    assert [labels[code] for code in rows["warna"]] == ["Merah", "Tidak tahu"]
    assert list(rows["umur"]) == ["41 tahun", "42"]
    assert rows["lama"].to_list()[0] == 7
    assert pd.isna(rows["lama"][1])
    assert pd.isna(rows["sejak"][0])
    assert rows["sejak"][1].isoformat() == "1926-02-28"
    assert sorted(rows["version"]) == ["1", "2"]
    assert sorted(rows["wave"]) == ["dua", "satu"]


def test_a_group_that_became_a_repeat_lies_in_both_files(
    store: FilledStore, tmp_path: Path
) -> None:
    before = """
| survey | type | name | label |
| | begin_group | anak | Anak |
| | text | nama | Nama |
| | end_group |
| settings | form_title | form_id | version |
| | Anak | anak | 1 |
"""
    after = before.replace("_group |", "_repeat |").replace("| anak | 1 |", "| anak | 2 |")
    for wave, text, occurrence in (("satu", before, ""), ("dua", after, "3")):
        store.open_wave(wave, ["resident"], compile_source(text, ".md", Path()))
        said: Answers = {("/data/anak/nama", occurrence): wave}
        store.add_interview(wave, store.add_respondent(), said, START, START + HOUR)
    store.write_rows()
    files = export_all(store.url, tmp_path)
    root, repeat = read_spss(files["anak.sav"]).rows, read_spss(files["anak-anak.sav"]).rows
    assert root[["wave", "nama"]].to_numpy().tolist() == [["satu", "satu"], ["dua", ""]]
    assert repeat[["anak", "nama"]].to_numpy().tolist() == [[3, "dua"]]


async def test_points_ranks_dates_and_repeats_in_repeats(tmp_path: Path) -> None:
    async with HouseholdSurvey(tmp_path / "suara.db") as village:
        await village.field_form()
        await village.complete_interview(1, HOUSEHOLD_ANSWERS)
        await village.complete_interview(2, {"rt/bahaya": "api", "banyak": "0"})
        now = NOW + timedelta(days=1)
        paths = export_data(village.url, tmp_path / "out", JAKARTA, now, formats=[DataFormat.SAV])
    files = {path.name: path for path in paths}
    root, about = read_spss(files["rumah tangga.sav"])
    said, other = sorted(root.to_dict("records"), key=lambda row: row["banyak"], reverse=True)
    assert (said["titik_latitude"], said["titik_longitude"]) == (-6.175, 106.827)
    assert pd.isna(said["titik_altitude"])
    assert (said["bahaya_banjir"], said["bahaya_api"], said["bahaya_other"]) == (1, 0, 1)
    assert (other["bahaya_banjir"], other["bahaya_api"]) == (0, 1)
    assert (said["urutan_dekat"], said["urutan_teduh"]) == (1, 2)
    assert pd.isna(other["urutan_teduh"])
    assert about.variable_measure["urutan_teduh"] == "ordinal"
    assert (said["banyak"], said["nama"]) == (2, "Melati; 05")
    houses = read_spss(files["rumah tangga-rumah.sav"]).rows
    children = read_spss(files["rumah tangga-anak.sav"]).rows
    assert houses[["rumah", "luas"]].fillna(0).to_numpy().tolist() == [[1, 36.5], [2, 0]]
    assert children[["rumah", "anak"]].to_numpy().tolist() == [[2, 1], [2, 2]]
    assert [day.isoformat() for day in children["lahir"]] == ["2019-02-03", "2021-12-31"]
    joined = children.merge(houses, on=["key", "rumah"], validate="many_to_one")
    assert set(joined["penghuni"]) == {2}


def test_names_that_spss_does_not_take_are_changed_and_stay_apart(
    store: FilledStore, tmp_path: Path
) -> None:
    form = compile_source(
        """
| survey | type | name | label |
| | text | all | Semua |
| | text | a-b | Satu |
| | text | a_b | Dua |
| | text | role | Tiga |
| | text | _x | Empat |
| | begin_group | satu | Satu |
| | text | sama | Lima |
| | end_group |
| | begin_group | dua | Dua |
| | text | Sama | Enam |
| | end_group |
| settings | form_title | form_id | version |
| | Nama | nama | 1 |
""",
        ".md",
        Path(),
    )
    store.open_wave("nama", ["resident"], form)
    store.write_rows()
    names = read_spss(export_all(store.url, tmp_path)["nama.sav"]).metadata.column_names_to_labels
    asked = {label: name for name, label in names.items()}
    assert [asked[label] for label in ("Semua", "Satu", "Dua", "Tiga", "Empat")] == [
        "v_all",
        "a_b",
        "a_b_2",
        "role_2",
        "x",
    ]
    assert (asked["Lima"], asked["Enam"]) == ("satu_sama", "dua_Sama")


@pytest.fixture(autouse=True)
def nothing_else_is_left_behind(tmp_path: Path) -> Iterator[None]:
    yield
    assert not [path for path in tmp_path.rglob(".*") if path.is_file()]

"""What the author of a broken questionnaire is told: what, where, and how to mend it."""

# ruff: noqa: E501 - a row of a table is one line.

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from survey.forms.authoring.faults import Fault
from survey.forms.authoring.lint import check_file
from survey.forms.authoring.xlsform import QuestionnaireError, compile_file
from tests.survey.form_helpers import SETTINGS, SHIPPED, compile_form, find_faults

CHOICES = """
| choices | list_name | name | label |
|---|---|---|---|
| | nilai | 1 | Satu |
| | nilai | 2 | Dua |
"""


def told(markdown: str, *, warnings: bool = False) -> list[tuple[str, int, int, str, str]]:
    """Sheet, row, line, column and message of every fault, or of every warning."""
    return [
        (f.sheet, f.row, f.line, f.column, f.message)
        for f in find_faults(markdown)
        if f.warning is warnings
    ]


@pytest.mark.parametrize("name", ["persepsi", "kerentanan"])
def test_the_questionnaires_that_come_with_suara_have_neither_faults_nor_warnings(
    name: str,
) -> None:
    assert check_file(SHIPPED / f"{name}.md") == []


def test_expressions_that_cannot_be_read_are_found_all_at_once() -> None:
    broken = """
# Banjir

| survey | type | name | label | relevant | constraint | calculation |
|:---|:---:|--- | ---|---|---|---|
| | integer | kali | Berapa? | | . => 0 |
| | text | kapan | Kapan? | selectd(${kali}, 'x') |
| | text | mana | Di mana? | selected(${kali}) | (. != 'x' |
| | calculate | jumlah | | | | ${kalo} + 1; 2 |
| | note | habis | Selesai | ${kali} == 3 | |
"""
    assert told(broken) == [
        (
            "survey",
            2,
            6,
            "constraint",
            "The expression cannot be read: “>” was not expected (at character 4).",
        ),
        ("survey", 3, 7, "relevant", "There is no function selectd()."),
        ("survey", 4, 8, "relevant", "selected() is given 1 argument."),
        (
            "survey",
            4,
            8,
            "constraint",
            "The expression cannot be read: “)” is missing before “the end” (at character 10).",
        ),
        ("survey", 5, 9, "calculation", "There is no question kalo."),
        (
            "survey",
            5,
            9,
            "calculation",
            "The expression cannot be read: “;” cannot stand here (at character 12).",
        ),
        (
            "survey",
            6,
            10,
            "relevant",
            "The expression cannot be read: “=” was not expected (at character 10).",
        ),
    ]
    assert [fault.remedy for fault in find_faults(broken) if not fault.warning] == [
        "Write >= instead of =>.",
        "Did you mean selected()?",
        "It takes 2.",
        "It has 1 “(” and 0 “)”.",
        "Did you mean kali?",
        "Write , instead of ;.",
        "Write = instead of ==.",
    ]


def test_expressions_outside_of_the_usual_columns_are_read_too() -> None:
    broken = """
| survey | type | name | label | default | trigger |
|---|---|---|---|---|---|
| | text | a | A | uncle() | |
| | text | b | B | ${satu} | |
| | text | c | C ${dua} | hari ini | ${tiga} |

| settings | form_id | version | instance_name |
|---|---|---|---|
| | uji | 1 | concat(${a}, gabung(1)) |
"""
    assert [(sheet, row, column, message) for sheet, row, _, column, message in told(broken)] == [
        ("survey", 2, "default", "There is no function uncle()."),
        ("survey", 3, "default", "There is no question satu."),
        ("survey", 4, "label", "There is no question dua."),
        ("survey", 4, "trigger", "There is no question tiga."),
        ("settings", 2, "instance_name", "There is no function gabung()."),
    ]


def test_paths_and_lists_that_do_not_exist_are_found() -> None:
    broken = """
| survey | type | name | label | relevant | calculation | choice_filter |
|---|---|---|---|---|---|---|
| | select_one_from_file kota.csv | kota | Kota |
| | select_one_from_file kecamatan.csv | kec | Kecamatan | | | kotta = ${kota} |
| | select_one_from_file jalan.csv | jalan | Jalan |
| | select_one_from_file ../kota.csv | luar | Luar |
| | calculate | nama | | | pulldata('aset', 'labl', 'name', 'x') |
| | calculate | banyak | | | count(instance('aset')/root/item[kelompok = 1]) |
| | calculate | lain | | | count(instance('toko')/root/item) |
| | text | a | A | /data/kotta = 1 |
| | text | b | B | tentu |
"""
    assert [(row, column, message) for _, row, _, column, message in told(broken)] == [
        (4, "type", "There is no file jalan.csv beside the form."),
        (5, "type", "“../kota.csv” is not the plain name of a file."),
        (8, "calculation", "There is no list toko."),
    ]
    assert [place[1::2] for place in told(broken, warnings=True)][1:] == [
        (3, "choice_filter"),
        (6, "calculation"),
        (7, "calculation"),
        (9, "relevant"),
        (10, "relevant"),
    ]
    remedies = {f.message: f.remedy for f in find_faults(broken)}
    empty = "it counts as empty."
    assert remedies[f"The list kecamatan has no column kotta: {empty}"] == "Did you mean kota?"
    assert remedies[f"There is no /data/kotta in this form: {empty}"] == "Did you mean /data/kota?"
    assert remedies[f"“tentu” stands there without quotes or braces: {empty}"] == (
        "Write 'tentu' for the text, ${tentu} for the answer to a question."
    )


def test_calculations_that_wait_for_each_other_are_named() -> None:
    broken = """
| survey | type | name | label | calculation |
|---|---|---|---|---|
| | text | awal | Mulai |
| | calculate | satu | | ${dua} + 1 |
| | calculate | dua | | ${tiga} + 1 |
| | calculate | tiga | | ${satu} + 1 |
"""
    (place,) = told(broken)
    assert place[:4] == ("survey", 3, 5, "calculation")
    assert {"satu", "dua", "tiga"} <= set(place[4].replace(".", "").split())


def test_a_circle_is_found_beside_faults_that_leave_no_form_to_look_into() -> None:
    broken = """
| survey | type | name | label | relevant | calculation |
|---|---|---|---|---|---|
| | txt | awal | Mulai | | |
| | begin_group | g | G | ${dua} = 1 | |
| | calculate | satu | | | ${tiga} + 1 |
| | end_group | | | | |
| | calculate | dua | | | ${satu} + 1 |
| | calculate | tiga | | | ${tigaa} + 1 |
"""
    assert [(row, column) for _, row, _, column, _ in told(broken)] == [
        (2, "type"),
        (3, "relevant"),
        (7, "calculation"),
    ]
    assert "Questions wait for each other: " in told(broken)[1][4]


def test_lists_of_choices_are_checked_row_by_row() -> None:
    broken = f"""
| survey | type | name | label |
|---|---|---|---|
| | select_one warna | warna | Warna? |
| | select_one | lupa | Lupa? |
| | select_multiple nilai | nilai | Nilai? |
{CHOICES}| | nilai | 2 | Dua lagi |
| | nilai | dua kali | Dua kali |
| | nilai | {"x" * 256} | Panjang |
| | nilai | 4 | |
| | nilai | 5 | {"l" * 41} |
| | sisa | 1 | Sisa |
"""
    assert [(sheet, row, line, column) for sheet, row, line, column, _ in told(broken)] == [
        ("survey", 2, 4, "type"),
        ("survey", 3, 5, "type"),
        ("choices", 4, 12, "name"),
        ("choices", 5, 13, "name"),
        ("choices", 6, 14, "name"),
    ]
    assert [(row, column) for _, row, _, column, _ in told(broken, warnings=True)] == [
        (1, ""),
        (7, "label"),
        (8, "label"),
        (9, "list_name"),
    ]


def test_misspelt_headings_and_languages_are_told_with_what_was_meant() -> None:
    broken = """
| survey | type | name | label::Indonesia (id) | label::English (en) | hint::Indonesia (id) | hint::Inglish (en) | relevent | catatan |
|---|---|---|---|---|---|---|---|---|
| | text | a | A | A | a | a | 1 = 1 | hmm |

| settings | form_id | vesion | default_language |
|---|---|---|---|
| | uji | 1 | Melayu (ms) |
"""
    assert told(broken) == []
    found = {(f.sheet, f.row, f.column): f.remedy for f in find_faults(broken)}
    assert (
        found.items()
        >= {
            ("survey", 1, "relevent"): "Did you mean relevant?",
            ("survey", 1, "hint::Inglish (en)"): "Did you mean hint::English (en)?",
            ("settings", 1, "vesion"): "Did you mean version?",
            (
                "settings",
                2,
                "default_language",
            ): "Use one of: Indonesia (id), English (en).",
        }.items()
    )
    assert ("survey", 1, 2, "catatan") in [place[:4] for place in told(broken, warnings=True)]


def test_missing_and_overlong_texts_are_found() -> None:
    broken = f"""
| survey | type | name | label::Indonesia (id) | label::English (en) | hint::Indonesia (id) |
|---|---|---|---|---|---|
| | text | a | Apa? | | petunjuk |
| | text | b | | | |
| | text | c | {"p" * 3000} | Long | {"q" * 501} |
| | select_one nilai | d | D | D |

| choices | list_name | name | label::Indonesia (id) | label::English (en) |
|---|---|---|---|---|
| | nilai | 1 | Satu | |
"""
    assert [place[:4] for place in told(broken)] == [
        ("survey", 3, 5, "label"),
        ("survey", 4, 6, "label::Indonesia (id)"),
    ]
    assert [place[:4] for place in told(broken, warnings=True)][1:] == [
        ("survey", 2, 4, "label::English (en)"),
        ("survey", 2, 4, "hint::English (en)"),
        ("survey", 4, 6, "hint::English (en)"),
        ("choices", 2, 11, "label::English (en)"),
    ]


def test_suaras_own_columns_stand_where_they_work() -> None:
    broken = f"""
| survey | type | name | label | body::suara:consent | body::suara:limit | body::suara:place | body::suara:shuffle | bind::suara:given | body::suara:shufle |
|---|---|---|---|---|---|---|---|---|---|
| | note | awal | Halo |
| | acknowledge | setuju | Boleh? | ya |
| | acknowledge | lagi | Lagi? | yes |
| | select_multiple nilai | a | A | | tiga |
| | select_multiple nilai | b | B | | 2 |
| | select_one nilai | c | C | | 2 | desa! |
| | text | d | D | | | | yes |
| | hidden | e | | | | | | colour |
{CHOICES}"""
    assert [place[:4] for place in told(broken)] == [
        ("survey", 1, 2, "body::suara:shufle"),
        ("survey", 3, 5, "body::suara:consent"),
        ("survey", 5, 7, "body::suara:limit"),
        ("survey", 7, 9, "body::suara:limit"),
        ("survey", 7, 9, "body::suara:place"),
        ("survey", 8, 10, "body::suara:shuffle"),
        ("survey", 9, 11, "bind::suara:given"),
        ("settings", 1, 0, "namespaces"),
    ]
    assert [place[:4] for place in told(broken, warnings=True)] == [
        ("survey", 2, 4, "type"),
        ("survey", 6, 8, "body::suara:limit"),
    ]


def test_kinds_that_a_chat_cannot_ask_are_told_with_what_happens_instead() -> None:
    odd = """
| survey | type | name | label | appearance | default |
|---|---|---|---|---|---|
| | geotrace | jalur | Jalur |
| | image | tanda | Tanda tangan | signature |
| | deviceid | alat |
| | text | a | A | | today() |
| | barcode | kode | Kode |
"""
    warned = [f for f in find_faults(odd) if f.row > 1]
    assert all(fault.warning for fault in warned)
    assert [(f.row, f.column) for f in warned] == [
        (2, "type"),
        (3, "appearance"),
        (3, ""),
        (4, "type"),
        (6, "type"),
    ]
    assert warned[1].remedy == "A photo is asked for."
    assert len(compile_form(odd).questions) == 4


STRUCTURES = {
    "| | txet | a | A |": (2, "type", "There is no type txet."),
    "| | text | a | A |\n| | text | a | B |": (3, "name", "'name' value 'a' is invalid"),
    "| | text | a b | A |": (2, "name", "'name' value is invalid"),
    "| | text | | A |": (2, "name", "The question has no name."),
    "| | | a | A |": (2, "", "Question with no type."),
    "| | begin_group | g | G |\n| | text | a | A |": (2, "type", "This begin_group never ends."),
    "| | text | a | A |\n| | end_group |": (3, "type", "Nothing that began ends with this"),
    "| | begin_group | g | G |\n| | end_repeat |": (
        3,
        "type",
        "The begin_group of row 2 cannot end with end_repeat.",
    ),
    "| | calculate | a | |": (2, "calculation", "Nothing is calculated."),
    "| | text | a | A ${b} |": (2, "label", "There is no question b."),
    "| | select_one nilai | a | A | randomise=true |": (2, "parameters", "invalid parameter key"),
    "| | text | a | A | | lebih |": (2, "", "The row has 5 cells, the header 4."),
    "": (1, "", "There are no questions."),
}


@pytest.mark.parametrize("rows", STRUCTURES)
def test_faults_of_structure_are_found_on_their_row(rows: str) -> None:
    head = "\n| survey | type | name | label | parameters |\n|---|---|---|---|---|\n"
    row, column, message = STRUCTURES[rows]
    found = [f for f in find_faults(head + rows + "\n" + CHOICES) if not f.warning]
    assert [(f.sheet, f.row, f.column) for f in found] == [("survey", row, column)]
    assert message in found[0].message
    assert found[0].line == (row + 2 if row > 1 else 2)
    assert found[0].remedy or "parameter key" in message


def test_a_vertical_bar_may_stand_in_a_cell_and_an_open_row_is_read_to_its_end() -> None:
    questionnaire = compile_form(
        r"""
| survey | type | name | label | hint
| :--- | :-: | --- | ---: | --- |
| | text | a | Banjir \| rob? | Satu \| dua
"""
    )
    (question,) = questionnaire.questions
    assert question.label.get_plain_text("default") == "Banjir | rob?"
    assert question.hint.get_plain_text("default") == "Satu | dua"


def test_tables_that_would_be_lost_are_told() -> None:
    lost = f"""
| survey | type | name | label |
|---|---|---|---|
| | text | a | A |
| text | b | B | |

| survey | type | name | label |
|---|---|---|---|
| | text | c | C |
{SETTINGS}"""
    assert ("", 0, 5, "", "“text” is no sheet, so this table is not read.") in told(
        lost, warnings=True
    )
    again = "A sheet of this name begins on line 2 already, which is not read."
    assert ("survey", 1, 7, "", again) in told(lost, warnings=True)
    assert told(lost) == []
    assert [q.name for q in compile_form(lost).questions] == ["c"]


def test_parameters_of_a_group_are_said_to_do_nothing() -> None:
    form = """
| survey | type | name | label | parameters |
| | begin_group | g | G | randomize=true |
| | text | a | A |
| | end_group |
"""
    place = ("survey", 2, 3, "parameters", "Parameters do nothing on a group.")
    assert place in told(form, warnings=True)
    assert told(form) == []


def test_curly_quotes_work_but_are_pointed_out() -> None:
    curly = """
| survey | type | name | label | relevant |
|---|---|---|---|---|
| | text | a | A | |
| | text | b | B | ${a} = ‘ya’ |
"""
    assert told(curly) == []
    assert ("survey", 3, 5, "relevant") in [place[:4] for place in told(curly, warnings=True)]
    relevant = compile_form(curly).binds["/data/b"].relevant
    assert relevant is not None
    assert relevant.source.endswith("= 'ya'")


def test_a_workbook_counts_its_rows_as_the_spreadsheet_does(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    survey = book.active
    assert survey is not None
    survey.title = "survey"
    survey.append(["type", "name", "label", "relevant"])
    survey.append(["text", "a", "A"])
    survey.append([])
    survey.append(["text", "b", "B", "${a} =< 3"])
    book.save(tmp_path / "buku.xlsx")
    found = [f for f in check_file(tmp_path / "buku.xlsx") if not f.warning]
    assert [(f.sheet, f.row, f.line, f.column) for f in found] == [("survey", 4, 0, "relevant")]
    assert str(found[0]).startswith("sheet survey, row 4, column relevant: The expression cannot")
    with pytest.raises(QuestionnaireError) as error:
        compile_file(tmp_path / "buku.xlsx")
    assert error.value.faults == found


def test_a_csv_form_is_read_with_its_lines(tmp_path: Path) -> None:
    text = 'survey\n,type,name,label,relevant\n,text,a,"A\nB",\n,text,b,B,${c}\n'
    (tmp_path / "form.csv").write_text(text, encoding="utf-8")
    found = [f for f in check_file(tmp_path / "form.csv") if not f.warning]
    assert [(f.row, f.line, f.message) for f in found] == [(3, 5, "There is no question c.")]


def test_list_files_are_checked_where_they_are(tmp_path: Path) -> None:
    rows = ["name,label", "a,Satu", "a,Dua", "b c,Tiga", f"d,{'x' * 41}"]
    (tmp_path / "tempat.csv").write_text("\n".join(rows), encoding="utf-8")
    form = "| survey | type | name | label |\n| | select_multiple_from_file tempat.csv | t | T |"
    found = [f for f in find_faults(form, tmp_path) if f.sheet == "tempat.csv"]
    assert [(f.row, f.column, f.warning) for f in found] == [
        (3, "name", True),
        (4, "name", False),
        (5, "label", True),
    ]


def deep(levels: int) -> str:
    head = "| survey | type | name | label |\n"
    begin = "".join(f"| | begin_group | g{n} | G |\n" for n in range(levels))
    return head + begin + "| | text | a | A |\n" + "| | end_group |\n" * levels


def test_hostile_files_are_refused_with_a_reason(tmp_path: Path) -> None:
    assert "More than 30 groups" in only(find_faults(deep(40))).message
    assert told(deep(20)) == []
    row = "| | note | n | N |\n"
    assert (
        "20,000 rows"
        in only(find_faults("| survey | type | name | label |\n" + row * 20_001)).message
    )
    assert "5 MB" in only(find_faults("x" * 5_000_001)).message
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "0" * 60_000_000)
    assert (tmp_path / "bomb.xlsx").stat().st_size < 100_000
    assert "50 MB" in only(check_file(tmp_path / "bomb.xlsx")).message
    (tmp_path / "no.xlsx").write_bytes(b"PK nothing")
    assert "no Excel workbook" in only(check_file(tmp_path / "no.xlsx")).message.replace(
        "not an", "no"
    )
    with zipfile.ZipFile(tmp_path / "empty.xlsx", "w") as archive:
        archive.writestr("a", "b")
    assert check_file(tmp_path / "empty.xlsx")
    (tmp_path / "latin.md").write_bytes(b"| survey | type |\n| | \xe9 |")
    assert "UTF-8" in only(check_file(tmp_path / "latin.md")).message
    assert "no XLSForm" in only(check_file(tmp_path / "form.docx")).message
    assert "No such file" in only(check_file(tmp_path / "nowhere.md")).message


def only(found: list[Fault]) -> Fault:
    (fault,) = found
    return fault


def test_entities_in_a_label_stay_the_words_they_are() -> None:
    questionnaire = compile_form(
        "| survey | type | name | label |\n| | note | n | <b>&lol;</b> ]]> <!ENTITY a 'b'> |"
    )
    assert (
        questionnaire.questions[0].label.get_plain_text("default")
        == "<b>&lol;</b> ]]> <!ENTITY a 'b'>"
    )


def test_a_questionnaire_with_faults_cannot_be_run(tmp_path: Path) -> None:
    text = (SHIPPED / "persepsi.md").read_text(encoding="utf-8")
    for name in ("kota.csv", "kecamatan.csv", "kelurahan.csv"):
        (tmp_path / name).write_bytes((SHIPPED / name).read_bytes())
    broken = tmp_path / "persepsi.md"
    broken.write_text(text.replace("count-selected(.) <= 3", "count-selectd(.) <= 3"), "utf-8")
    with pytest.raises(QuestionnaireError) as error:
        compile_file(broken)
    assert [fault.message for fault in error.value.faults] == [
        "There is no function count-selectd()."
    ] * 2
    lines = text.splitlines()
    assert all("count-selected(.) <= 3" in lines[fault.line - 1] for fault in error.value.faults)

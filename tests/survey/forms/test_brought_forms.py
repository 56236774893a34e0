"""Forms that other programs run, brought from elsewhere: none is refused, nothing is invented."""

# ruff: noqa: E501 - a row of a table is one line.

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from survey.forms.authoring.faults import Fault
from survey.forms.authoring.lint import check_file, exclude_warnings
from survey.forms.authoring.workbook import read_workbook
from survey.forms.authoring.xlsform import compile_file
from survey.forms.runtime.form_replay import FormReplay
from tests.survey.form_helpers import START, compile_form, find_faults


def list_said(found: list[Fault]) -> list[tuple[str, int, str]]:
    """Place of every warning but that of consent; faults there are none."""
    assert exclude_warnings(found) == []
    return [(f.sheet, f.row, f.column) for f in found if "consent" not in f.message]


def save_workbook(path: Path, **sheets: list[list[str | None]]) -> Path:
    """A workbook with these sheets; ``_`` in a sheet's name is a blank."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_a_text_without_a_language_is_in_that_of_the_labels() -> None:
    form = """
| survey | type | name | label::English (en) | label::French (fr) | hint |
| | select_one sex | sex | Sex? | Sexe? | choose one |
| choices | list_name | name | label::English (en) | label::French (fr) |
| | sex | f | Female | Femme |
| | sex | m | Male | Homme |
"""
    assert list_said(find_faults(form)) == [("survey", 2, "hint::French (fr)")]
    compiled = compile_form(form)
    assert compiled.languages == ("English (en)", "French (fr)")
    (question,) = compiled.questions
    assert question.hint.get_plain_text("English (en)") == "choose one"
    assert "-" not in {c.label.get_plain_text("French (fr)") for c in question.choices}


def test_a_text_without_a_language_stands_beside_its_translations() -> None:
    form = """
| survey | type | name | label::English (en) | label::French (fr) | hint | hint::French (fr) | image |
| | text | why | Why? | Pourquoi? | Say it | Dites | why.png |
"""
    (question,) = compile_form(form).questions
    hints = [question.hint.get_plain_text(f) for f in ("English (en)", "French (fr)")]
    assert hints == ["Say it", "Dites"]
    assert question.media.files["French (fr)"] == {"image": "why.png"}


def test_a_default_language_that_no_label_has_is_none() -> None:
    form = """
| survey | type | name | label::English (en) | hint |
| | text | why | Why? | Say it |
| settings | default_language |
| | {language} |
"""
    for language in ("English", "Melayu"):
        said = find_faults(form.format(language=language))
        assert list_said(said) == [("settings", 2, "default_language")]
        compiled = compile_form(form.format(language=language))
        assert compiled.languages == ("English (en)",)
        assert compiled.questions[0].hint.get_plain_text("English (en)") == "Say it"


def test_columns_of_a_list_keep_their_capitals() -> None:
    form = """
| survey | Type | NAME | Label | Choice_Filter |
| | select_one region | region | Region? | |
| | select_one village | village | Village? | Region=${region} |
| Choices | List Name | Name | Label | Region |
| | region | a | A | |
| | region | b | B | |
| | village | v1 | V1 | a |
| | village | v2 | V2 | b |
"""
    assert list_said(find_faults(form)) == []
    filled = FormReplay(compile_form(form), now=START)
    filled.answer("/data/region", "b")
    assert filled.answer("/data/village", "v2")["choices"] == ["v2"]


def test_a_question_may_be_called_as_the_form_is() -> None:
    form = """
| survey | type | name | label |
| | date | data | Data da visita? |
| | note | n | You said ${data} |
"""
    assert list_said(find_faults(form)) == []
    filled = FormReplay(compile_form(form), now=START)
    assert filled.answer("/form/data", "2026-03-01")["changed"]["/data[1]"] == "2026-03-01"
    note = filled.form.get_question("/form/n")
    assert filled.form.render_text(note.label, "/form/n", "default") == "You said 2026-03-01"
    # Whoever calls a question form as well gets yet another root.
    assert compile_form(form + "| | text | form | F? |\n").body.path == "/form_2"


def test_a_note_needs_no_name() -> None:
    form = """
| survey | type | name | label | relevant |
| | text | go | Go on? | |
| | begin group | g | G | ${go}='y' |
| | note | | Read this | |
| | end group | | | |
"""
    assert list_said(find_faults(form)) == []


def test_headings_and_settings_that_nobody_knows_are_warned_of() -> None:
    form = """
| survey | type | name | label | requird |
| | text | a | A? | yes |
| settings | form_title | form_tittle |
| | T | x |
"""
    assert list_said(find_faults(form)) == [
        ("survey", 1, "requird"),
        ("settings", 1, "form_tittle"),
    ]


def test_a_code_may_stand_twice_where_the_author_says_so_and_means_what_is_offered() -> None:
    form = """
| survey | type | name | label | choice_filter | calculation |
| | select_one city | city | City? | | |
| | select_one village | village | Village? | city=${city} | |
| | calculate | said | | | jr:choice-name(${village}, '${village}') |
| choices | list_name | name | label | city |
| | city | a | A | |
| | city | b | B | |
| | village | 1 | A north | a |
| | village | 1 | B north | b |
| settings | allow_choice_duplicates |
| | yes |
"""
    assert list_said(find_faults(form)) == []
    filled = FormReplay(compile_form(form), now=START)
    filled.answer("/data/city", "b")
    filled.answer("/data/village", "1")
    village = filled.form.get_question("/data/village")
    said = filled.form.find_choice_label(village, "1", "/data/village", "default")
    assert (said, filled.form.get_value("/data/said")) == ("B north", "B north")


def test_people_of_a_repeat_are_chosen_by_what_they_said_of_themselves() -> None:
    form = """
| survey | type | name | label | choice_filter |
| | begin_repeat | w | Warga | |
| | text | nama | Nama | |
| | integer | umur | Umur | |
| | end_repeat | | | |
| | select_one ${nama} | ketua | Siapa ketua? | umur > 17 |
"""
    assert list_said(find_faults(form)) == []
    filled = FormReplay(compile_form(form), now=START)
    for number, (name, age) in enumerate([("Siti", "40"), ("Joko", "12")], start=1):
        filled.answer(f"/data/w[{number}]/nama", name)
        filled.answer(f"/data/w[{number}]/umur", age)
    assert filled.answer("/data/ketua", "Siti")["choices"] == ["Siti"]


LISTS = {
    "titik": 'name;label;kab\nB1;Satu;tuban\nB2;"Dua; tiga";tuban\n',
    "tab": "name\tlabel\nB1\tSatu\nB2\tDua\n",
    "koma": '\ufeffname, label\nB1,"Satu; dua"\nB2,Dua\n',
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_read_whatever_its_spreadsheet_parts_cells_with(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / f"{name}.csv").write_text(LISTS[name], encoding="utf-8")
    form = tmp_path / "form.md"
    form.write_text(
        f"| survey | type | name | label |\n| | select_one_from_file {name}.csv | q | Pilih? |\n"
    )
    assert list_said(check_file(form)) == []
    (question,) = compile_file(form).questions
    assert [choice.value for choice in question.choices] == ["B1", "B2"]


def test_a_list_says_what_is_odd_about_it(tmp_path: Path) -> None:
    form = tmp_path / "form.md"
    form.write_text("| survey | type | name | label |\n| | select_one_from_file l.csv | q | Q? |\n")
    texts: dict[bytes, str] = {
        b"name,label\n": "has no rows",
        "name,label\nF1,Café\n".encode("cp1252"): "is not UTF-8",
        b"name,label\nA,Satu\nA,Dua\n": "stands there already",
        b"name,label\n,Satu\nA,Dua\n": "has no code",
    }
    for content, words in texts.items():
        (tmp_path / "l.csv").write_bytes(content)
        found = check_file(form)
        assert exclude_warnings(found) == []
        assert any(words in fault.message for fault in found)
    for encoding in ("utf-16", "utf-8-sig"):
        (tmp_path / "l.csv").write_text("name,label\nF1,Café\n", encoding=encoding)
        assert list_said(check_file(form)) == []
        (choice,) = compile_file(form).questions[0].choices
        assert choice.label.get_plain_text("default") == "Café"
    (tmp_path / "l.csv").write_bytes(b"")
    assert "is empty" in exclude_warnings(check_file(form))[0].message
    (tmp_path / "l.csv").write_bytes(b"Name,Label\nA,Satu\n")
    assert exclude_warnings(check_file(form))[0].remedy == "Did you mean Name?"


@pytest.mark.parametrize("parted", [",", ";", "\t"])
def test_a_form_is_read_whatever_its_spreadsheet_parts_cells_with(
    tmp_path: Path, parted: str
) -> None:
    rows = [
        ["survey"],
        ["", "type", "name", "label"],
        ["", "select_one ya", "a", "Ada?"],
        ["choices"],
        ["", "list_name", "name", "label"],
        ["", "ya", "1", "Ya"],
    ]
    form = tmp_path / "form.csv"
    form.write_text("\n".join(parted.join(row) for row in rows), encoding="utf-8")
    assert list_said(check_file(form)) == []
    assert [choice.value for choice in compile_file(form).questions[0].choices] == ["1"]


def test_a_workbook_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    made = save_workbook(
        tmp_path / "a.xlsx", survey=[["type", "name", "label"], ["text", "a", "A?"]]
    )
    shutil.copy(made, tmp_path / "a.xls")
    assert list_said(check_file(tmp_path / "a.xls")) == []
    (tmp_path / "b.xls").write_bytes(b"<html>no workbook</html>")
    (fault,) = check_file(tmp_path / "b.xls")
    assert fault.remedy == "Save it again as .xlsx."
    (tmp_path / "c.xls").write_bytes(b"\xd0\xcf\x11\xe0 nothing behind it")
    (fault,) = check_file(tmp_path / "c.xls")
    assert "Error" not in fault.message.partition("(")[0]


def test_what_nobody_sees_in_a_workbook_changes_nothing(tmp_path: Path) -> None:
    made = save_workbook(
        tmp_path / "a.xlsx",
        _Survey_=[
            [" Type", "name ", "Label", "Relevant"],
            ["select_one  kafe", " tempat\u200b", "Di mana?", None],
            ["text\xa0", "menu\u0301", "Menu?", "${ tempat } = 'kaf\xe9'"],
            ["note", "n", "Menu: ${men\xfa}", None],
        ],
        choices=[["list name", "name", "label"], ["kafe ", "kafe\u0301", "Kafe\u0301"]],
    )
    assert list_said(check_file(made)) == []
    filled = FormReplay(compile_file(made), now=START)
    filled.answer("/data/tempat", "kafe\u0301")
    assert filled.form.get_value("/data/tempat") == "kaf\xe9"
    assert filled.form.is_relevant("/data/men\xfa")


def test_a_blank_too_many_in_a_condition_is_named() -> None:
    form = """
| survey | type | name | label | relevant |
| | select_one ya | a | A? | |
| | text | b | B? | ${a} = 'ya ' |
| choices | list_name | name | label |
| | ya | ya | Ya |
"""
    (fault,) = [f for f in find_faults(form) if f.row == 3]
    assert "“ya ” has a blank too many" in fault.message
    assert fault.remedy == "Write 'ya'."


def test_a_sheet_whose_name_is_nearly_right_is_not_left_out_in_silence(tmp_path: Path) -> None:
    made = save_workbook(
        tmp_path / "a.xlsx",
        survey=[["type", "name", "label"], ["text", "a", "A?"]],
        Setting=[["form_title"], ["Pasar"]],
    )
    (fault,) = [f for f in check_file(made) if f.sheet == "Setting"]
    assert (fault.warning, fault.message) == (True, "The sheet “Setting” is not read.")
    assert "Setting" in read_workbook(made).raw["sheet_names"]


def test_what_the_compiler_warns_of_reaches_the_author_with_its_row_and_a_remedy() -> None:
    form = """
| survey | type | name | label | disabled |
| | text | Umur | Umur? | |
| | text | umur | Umur lagi? | |
| | text | lama | Lama? | yes |
| | image | foto | Foto? | |
| | begin_repeat | r | | |
| | text | x | X? | |
| | end_repeat | | | |
"""
    told = [(f.row, f.line) for f in find_faults(form) if f.warning and f.row > 1 and f.remedy]
    assert told == [(3, 4), (4, 5), (5, 6), (6, 7)]


def test_a_filter_that_leaves_nothing_is_named_with_the_answer() -> None:
    form = """
| survey | type | name | label | choice_filter | relevant |
| | select_one kab | kab | Kabupaten? | | |
| | select_one desa | desa | Desa? | kab = ${kab} | |
| | select_one desa | lain | Desa lain? | kab = ${kab} | ${kab} = 'tuban' |
| choices | list_name | name | label | kab |
| | kab | tuban | Tuban | |
| | kab | blora | Blora | |
| | desa | d1 | Desa satu | tuban |
"""
    (fault,) = [f for f in find_faults(form) if f.row > 1]
    assert (fault.row, fault.column, fault.warning) == (3, "choice_filter", True)
    assert "If kab is “blora”" in fault.message


CAUTIONS = {
    "| calculate | c | | once(${a}) + 1 | | | |": "calculation",
    "| calculate | c | | . + 1 | | | |": "calculation",
    "| calculate | c | | ${a} + 1 | . < 5 | | |": "constraint",
    "| integer | c | C? | | | abc | |": "default",
    "| date | c | C? | | | kemarin | |": "default",
    "| select_one l | c | C? | | | z | |": "default",
    "| select_one l | c | C? | | | | |": "type",
    "| note | c | Halo ${x} | | | | |": "label",
    "| note | c | 2026-03-02 00:00:00 | | | | |": "label",
}


@pytest.mark.parametrize("row", CAUTIONS)
def test_what_hardly_does_what_was_meant_is_pointed_out(row: str) -> None:
    form = f"""
| survey | type | name | label | calculation | constraint | default | repeat_count |
| | integer | a | A? | | | | |
| | select_one l or_other | s | S? | | | | |
| | begin_repeat | r | R | | | | 2 |
| | text | x | X? ${{x}} | | | | |
| | end_repeat | | | | | | |
| {row}
| choices | list_name | name | label |
| | l | y | Y |
"""
    said = {(f.row, f.column) for f in find_faults(form) if f.warning and f.row > 1}
    assert (7, CAUTIONS[row]) in said
    assert {row for row, _ in said} == {7}


def test_half_an_instance_is_pointed_out() -> None:
    form = """
| survey | type | name | label | repeat_count |
| | begin_repeat | r | R | 3.7 |
| | text | x | X? | |
| | end_repeat | | | |
"""
    (fault,) = [f for f in find_faults(form) if f.row > 1]
    assert fault.message == "There cannot be 3.7 of them: 3 are asked."


def test_patterns_are_those_of_odk_and_a_row_may_be_a_setting() -> None:
    form = r"""
| survey | type | name | label | constraint |
| | form_title | Judul | | |
| | text | a | A? | regex(., '^\p{L}+$') |
"""
    assert list_said(find_faults(form)) == []
    filled = FormReplay(compile_form(form), now=START)
    assert filled.answer("/data/a", "Łódź")["valid"]
    assert not filled.answer("/data/a", "Łódź 1")["valid"]

"""Questionnaires made to hurt who checks them: an answer comes, and soon."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import openpyxl
import pytest

from survey.forms.authoring.faults import QuestionnaireError
from survey.forms.authoring.lint import exclude_warnings
from survey.forms.authoring.workbook import parse_workbook
from tests.survey.form_helpers import find_faults

HEAD = "| survey | type | name | label | relevant | calculation |\n"
CHOICES = "| choices | list_name | name | label |\n"


@contextmanager
def seconds(most: float) -> Iterator[None]:
    begun = time.process_time()
    yield
    assert time.process_time() - begun < most


def first(markdown: str) -> str:
    """The first of the faults."""
    return str(exclude_warnings(find_faults(markdown))[0])


def packed(*changes: tuple[str, str], rows: int = 1) -> bytes:
    """A workbook whose first sheet was tampered with."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("survey")
    sheet.append(["type", "name", "label"])
    for number in range(rows):
        sheet.append(["text", f"a{number}", "Apa?"])
    clean, tampered = io.BytesIO(), io.BytesIO()
    book.save(clean)
    with zipfile.ZipFile(clean) as before, zipfile.ZipFile(tampered, "w") as after:
        for name in before.namelist():
            text = before.read(name).decode()
            for change in changes if name == "xl/worksheets/sheet1.xml" else ():
                text = text.replace(*change)
            after.writestr(name, text, zipfile.ZIP_DEFLATED)
    return tampered.getvalue()


def test_the_workbook_that_is_tampered_with_below_is_a_good_one() -> None:
    (row,) = parse_workbook(packed(("Apa?", "Siapa?")), ".xlsx").get_sheet("survey").rows
    assert row.get("label") == "Siapa?"


def test_entities_in_a_workbook_are_never_opened() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    for entities in (
        f'<!ENTITY l0 "ha">{laughs}<!ENTITY used "&l11;">',
        '<!ENTITY used SYSTEM "file:///etc/passwd">',
    ):
        content = packed(
            ("<worksheet", f"<!DOCTYPE worksheet [{entities}]><worksheet"), ("Apa?", "&used;")
        )
        with seconds(5), pytest.raises(QuestionnaireError, match="cannot be read"):
            parse_workbook(content, ".xlsx")


def test_a_workbook_of_a_hundred_thousand_rows_is_refused_before_it_is_read() -> None:
    content = packed(rows=100_000)
    with seconds(2), pytest.raises(QuestionnaireError, match=r"more than 40,000 rows"):
        parse_workbook(content, ".xlsx")


def test_a_cell_at_the_far_end_of_a_sheet_does_not_make_it_endless() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "survey"
    sheet.append(["type", "name", "label"])
    sheet.append(["text", "a", "Apa?"])
    sheet["XFD1048576"] = "jauh"
    file = io.BytesIO()
    book.save(file)
    with seconds(5):
        assert len(parse_workbook(file.getvalue(), ".xlsx").get_sheet("survey").rows) == 1


def test_cells_and_sheets_without_end_are_refused_with_their_place() -> None:
    long = f"| | text | a | {'x' * 40_000} |\n"
    wide = "| survey | type | " + " | ".join(f"c{n}" for n in range(100_000)) + " |\n"
    with seconds(3):
        assert first(HEAD + "| | text | a | A |\n" + long) == (
            "sheet survey, row 3: A cell has more than 32,767 characters. Shorten it."
        )
        assert first(wide) == "The sheet survey has more than 500 columns. Remove some."


def test_braces_that_never_close_cost_no_time() -> None:
    rows = "".join(f"| | note | a{n} | A | {'${a' * 10_000} |\n" for n in range(100))
    spaces = "".join(f"| | note | a{n} | ${{{' ' * 30_000}x | |\n" for n in range(100))
    with seconds(10):
        assert "cannot be read" in first(HEAD + rows)
        find_faults(HEAD + spaces)


def test_thousands_of_misspelt_names_are_all_told_soon() -> None:
    rows = "".join(f"| | text | pertanyaan{n} | P | ${{pertanyan{n}}} = 1 |\n" for n in range(1900))
    with seconds(15):
        found = exclude_warnings(find_faults(HEAD + rows))
    assert len(found) == 1900
    assert found[0].remedy == "Did you mean pertanyaan0?"
    assert found[-1].remedy == "Check the spelling of the name."


def test_thousands_of_lists_and_a_list_of_thousands_are_checked_soon() -> None:
    lists = "".join(f"| | l{n} | a | A |\n" for n in range(2000))
    selects = "".join(f"| | select_one l{n} | q{n} | Q |\n" for n in range(2000))
    many = "".join(f"| | a | x{n} | X |\n" for n in range(19_000))
    asked = "| | select_one a | a | A |\n| | text | b | B | ${a} = 'x18999' |\n"
    with seconds(15):
        assert exclude_warnings(find_faults(HEAD + selects + CHOICES + lists)) == []
        assert exclude_warnings(find_faults(HEAD + asked + CHOICES + many)) == []


def test_loops_within_loops_are_refused_before_they_are_made() -> None:
    begin = "".join(f"| | begin_loop over a | l{n} | L |\n" for n in range(4))
    codes = "".join(f"| | a | x{n} | X |\n" for n in range(1000))
    loops = HEAD + begin + "| | text | t | T |\n" + "| | end_loop |\n" * 4 + CHOICES + codes
    with seconds(3):
        assert "The loops make more than 20,000 questions." in first(loops)


PATHS = {
    "| | select_one_from_file ../kota.csv | a | A |": "type",
    "| | select_one_from_file /etc/passwd.csv | a | A |": "type",
    "| | select_one_from_file http://contoh.id/a.csv | a | A |": "type",
    "| | select_multiple_from_file ..\\kota.csv | a | A |": "type",
    "| | calculate | a | | | pulldata('../../etc/passwd', 'a', 'b', 'c') |": "calculation",
    "| | calculate | a | | | pulldata('/etc/passwd', 'a', 'b', 'c') |": "calculation",
    "| | text | a | A | pulldata('../rahasia', 'a', 'b', 'c') = 1 |": "relevant",
    "| | calculate | a | | | instance('/etc/passwd')/root/item |": "calculation",
    "| | csv-external | ../rahasia | |": "name",
    "| | xml-external | .rahasia | |": "type",
}


@pytest.mark.parametrize("row", PATHS)
def test_no_list_is_read_from_outside_the_folder(row: str, tmp_path: Path) -> None:
    inside = tmp_path / "formulir"
    inside.mkdir()
    for folder in (tmp_path, inside):
        (folder / "rahasia.csv").write_text("a,b,c\n1,2,3\n", encoding="utf-8")
    found = exclude_warnings(find_faults(HEAD + row, inside))
    assert found
    assert (found[0].sheet, found[0].row, found[0].column) == ("survey", 2, PATHS[row])
    assert any(
        words in found[0].message
        for words in ("not the plain name of a file", "no list /etc/passwd", "value is invalid")
    )

"""Questionnaires made to hurt: each is refused or bounded, and soon."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import pytest

from survey.forms.authoring.faults import QuestionnaireError
from survey.forms.authoring.list_files import ListError, read_list_file
from survey.forms.authoring.workbook import parse_workbook
from survey.forms.authoring.xlsform import compile_source
from survey.forms.expressions.expression import Expression, evaluate_in_document
from survey.forms.expressions.lexer import ExpressionError
from survey.forms.model.xform_reader import read_xform
from tests.survey.form_helpers import SETTINGS, start_form

HEAD = "| survey | type | name | label | calculation | repeat_count |\n|---|---|---|---|---|---|\n"


def test_a_catastrophic_pattern_matches_nothing_and_does_not_hang() -> None:
    begun = time.process_time()
    assert evaluate_in_document(f"regex('{'a' * 60}!', '^(a+)+$')", "<a/>", kind="boolean") is False
    assert evaluate_in_document("regex('x', '(')", "<a/>", kind="boolean") is False
    assert time.process_time() - begun < 1


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 60_000_000)
    with pytest.raises(QuestionnaireError, match="more than 50 MB"):
        parse_workbook(packed.getvalue(), ".xlsx")


def test_a_list_of_a_hundred_thousand_rows_is_refused(tmp_path: Path) -> None:
    rows = "".join(f"{n},x\n" for n in range(100_000))
    (tmp_path / "besar.csv").write_text("name,label\n" + rows)
    with pytest.raises(ListError, match="20,000 rows"):
        read_list_file(tmp_path, "besar.csv")


def test_entities_are_not_opened_and_files_not_read() -> None:
    secret = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'
    assert evaluate_in_document("string(/a)", secret, kind="string") == ""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]><a>&l11;</a>'
    with pytest.raises(ValueError, match="amplification"):
        evaluate_in_document("string(/a)", bomb, kind="string")
    for reading in ("document('file:///etc/passwd')", "unparsed-text('/etc/passwd')"):
        with pytest.raises(Exception, match=r"(?i)unregistered|undefined|no function"):
            evaluate_in_document(reading, "<a/>")


def test_expressions_nested_or_chained_without_end_are_refused() -> None:
    for source in (
        "(" * 5000 + "1" + ")" * 5000,
        "1" + "+1" * 5000,
        "not(" * 500 + "1" + ")" * 500,
    ):
        with pytest.raises(ExpressionError):
            Expression(source)
    with pytest.raises(ExpressionError):
        Expression("-" * 50_000 + "1")


def test_groups_nested_without_end_are_refused() -> None:
    depth = 400
    rows = "".join(f"| | begin_group | g{n} | G |\n" for n in range(depth))
    rows += "| | text | t | T |\n" + "| | end_group |\n" * depth
    with pytest.raises(QuestionnaireError):
        compile_source(HEAD + rows + SETTINGS, ".md", Path())


def test_five_thousand_questions_are_compiled_and_filled_in_seconds() -> None:
    begun = time.process_time()
    rows = "".join(
        f"| | integer | t{n} | T |\n| | calculate | h{n} | | ${{t{n}}} + 1 |\n" for n in range(2500)
    )
    filled = start_form(HEAD + rows + SETTINGS)
    filled.set_value("/data/t2000", "4")
    assert filled.get_value("/data/h2000") == "5"
    assert time.process_time() - begun < 15


def test_repeats_that_ask_for_millions_are_bounded() -> None:
    rows = """| | begin_repeat | a | A | | 1000000 |
| | begin_repeat | b | B | | 1000000 |
| | text | t | T |
| | end_repeat |
| | end_repeat |
"""
    begun = time.process_time()
    filled = start_form(HEAD + rows + SETTINGS)
    assert len(filled.nodes) <= 20_500
    assert time.process_time() - begun < 10


def test_what_is_no_xform_is_no_crash() -> None:
    with pytest.raises(ValueError, match="not an XForm"):
        read_xform("<a/>")
    with pytest.raises(ValueError, match="not XML"):
        evaluate_in_document("1", "<a>")

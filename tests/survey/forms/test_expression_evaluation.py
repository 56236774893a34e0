"""Single expressions against a document given as text."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.forms.expressions.expression import evaluate_in_document
from survey.forms.expressions.function_registry import (
    NATIVE_FUNCTIONS,
    NonsenseError,
    registered_functions,
)

DOCUMENT = """<!-- awal --><data>
  <lahir>2012-07-23</lahir><kosong/><nol>0</nol><kata>tidak</kata>
  <luar><dalam/></luar><catatan><!-- hanya ini --></catatan><spasi> </spasi>
  <aset nama="a" xmlns:x="https://example.org" x:nama="b"/>
</data>"""
FORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
<h:head><model><itext>
<translation lang="id" default=""><text id="satu"><value>Satu</value></text></translation>
<translation lang="en"><text id="satu"><value form="short">1</value><value>One</value></text>
</translation></itext><instance><data/></instance></model></h:head></h:html>"""


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("count-non-empty(/data/*)", 5.0),
        ("count-non-empty(/data/luar)", 1.0),
        ("count-non-empty(/data/catatan)", 0.0),
        ("checklist(2, 2, /data/kosong | /data/nol | /data/kata)", True),
        ("checklist(1, 1, /data/kosong)", False),
        ("weighted-checklist(5, 5, /data/nol | /data/kosong, /data/nol | /data/kosong)", False),
        ("weighted-checklist(5, 5, /data/nol, 5, /data/kosong, 3)", True),
        ("10 + date('2012-07-24') = date('2012-08-03')", True),
        ("/data/lahir = date('2012-07-24') - 1", True),
        ("'2012-08-03' = 10 + '2012-07-24'", True),
        ("(1 + 1) = true()", True),
        ("1 + 1 = /data/kata", False),
        ("6.1 - 7.8 = -1.7", True),
        ("4 div2 + 5mod3", 4.0),
        ("1 and1 or0", True),
        ("/data/nol[position() = last()] = 0", True),
        ("position() + last()", 2.0),
        ("count(/) + count(/data/ancestor-or-self::node())", 3.0),
        ("string(number('1970-01-02'))", "0"),
        ("concat(number('1970-01-02T12:00:00+00:00'), '|', number('2.50'))", "1|2.5"),
    ],
)
def test_an_expression_has_its_value(expression: str, value: object) -> None:
    zone = "Asia/Jakarta"
    assert evaluate_in_document(expression, DOCUMENT, timezone=zone) == value


def test_days_as_text_are_whole_and_as_a_number_exact() -> None:
    day = "number('1970-01-02')"
    assert evaluate_in_document(day, DOCUMENT, kind="string", timezone="America/Phoenix") == "1"
    found = evaluate_in_document(day, DOCUMENT, kind="number", timezone="America/Phoenix")
    assert found == pytest.approx(1 + 7 / 24)


@pytest.mark.parametrize(
    ("expression", "context", "nodes"),
    [
        ("/", "/data", ["/"]),
        ("self::node()", "/", ["/"]),
        ("current()", "/", ["/"]),
        ("ancestor::node()", "/data/kosong", ["/", "/node()[2]"]),
        ("/data", "/", ["/node()[2]"]),
        ("attribute::*", "/data/aset", ["/node()[2]/node()[11]/@nama"] * 2),
    ],
)
def test_nodes_are_named_by_their_paths(expression: str, context: str, nodes: list[str]) -> None:
    assert evaluate_in_document(expression, DOCUMENT, context, "nodeset") == nodes


def test_a_translation_is_a_text_and_the_nodes_it_stands_in() -> None:
    assert evaluate_in_document("jr:itext('satu')", FORM, kind="string") == "Satu"
    assert evaluate_in_document("jr:itext('satu')", FORM, kind="string", language="en") == "One"
    english = evaluate_in_document("jr:itext('satu')", FORM, kind="nodeset", language="en")
    assert isinstance(english, list)
    assert [evaluate_in_document("string(.)", FORM, path) for path in english] == ["One"]


@pytest.mark.parametrize(
    "expression",
    [
        "distance()",
        "count-non-empty('a')",
        "sum(1)",
        "uuid('x')",
        "if(1, 2)",
        "selected('a')",
        "unknown(1)",
        "$tempat",
        "q:y",
        "position(/data/aset/@nama)",
        "base64-decode('AGEAYg==')",
    ],
)
def test_what_makes_no_sense_is_said(expression: str) -> None:
    with pytest.raises(NonsenseError):
        evaluate_in_document(expression, DOCUMENT)


def test_what_is_never_reached_may_make_no_sense() -> None:
    assert evaluate_in_document("true() or unknown(1)", DOCUMENT) is True
    assert evaluate_in_document("false() and substring()", DOCUMENT) is False


NAMES = st.sampled_from(sorted({*NATIVE_FUNCTIONS, *registered_functions, "current", "position"}))
ATOMS = st.sampled_from(
    [
        *("/", ".", "..", "//*", "@*", "/data/aset/@nama", "text()", "comment()", "../..", "''"),
        *("/data/kosong", "'a'", "'2026-13-41'", "'(a+)+$'", "'[['", "1", "-1", "1e", "(1 div 0)"),
        *("9999999999999999999999", "(0 div 0)", "'-6 106;-6 107;-6 106'", "$v", "q:y"),
    ]
)
SIGNS = st.sampled_from(["+", "-", "*", "div", "mod", "=", "!=", "<", ">=", "and", "or", "|"])
EXPRESSIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds(lambda name, given: f"{name}({', '.join(given)})", NAMES, st.lists(inner)),
        st.builds(lambda a, sign, b: f"{a} {sign} {b}", inner, SIGNS, inner),
        st.builds(lambda a, b: f"({a})[{b}]", inner, inner),
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(
    EXPRESSIONS,
    st.sampled_from(["/", "/data", "/data/aset/@nama", "/data/kata/text()"]),
    st.sampled_from([None, "string", "number", "boolean", "nodeset"]),
)
def test_any_expression_has_a_value_or_a_reason_why_not(
    expression: str, context: str, kind: str | None
) -> None:
    try:
        found = evaluate_in_document(expression, DOCUMENT, context, kind)
    except ValueError as fault:
        assert str(fault)  # noqa: PT017 - it may raise or not
        return
    expected = {"string": str, "number": float, "boolean": bool, "nodeset": list}
    assert isinstance(found, expected.get(kind or "", (str, float, bool, list)))


def test_long_and_costly_expressions_come_to_an_end() -> None:
    assert evaluate_in_document("+".join(["1"] * 300), DOCUMENT) == 300.0
    assert evaluate_in_document("regex('" + "a" * 60 + "!', '(a+)+$')", DOCUMENT) is False
    assert math.isinf(float(evaluate_in_document("1" * 20_000, DOCUMENT, kind="number")))  # type: ignore[arg-type]
    for endless in ("(" * 500 + "1" + ")" * 500, "1+" * 5000 + "1", "not(" * 500, "/a" * 14_000):
        with pytest.raises(ValueError, match=r"."):
            evaluate_in_document(endless, DOCUMENT)

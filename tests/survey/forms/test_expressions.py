"""Expressions: what they are worth, what they read, and where they cannot be read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from survey.forms.expressions import functions  # noqa: F401 - fills the library
from survey.forms.expressions.expression import Environment, Expression, as_string, get_arity
from survey.forms.expressions.grammar import parse_expression
from survey.forms.expressions.lexer import ExpressionError
from survey.forms.expressions.references import find_read_paths, find_references

DOCUMENT = """<data>
  <umur>34</umur><nama>Sri</nama><lahir>1991-08-17</lahir><pilihan>banjir rob</pilihan><kosong/>
  <aset><nilai>4</nilai></aset><aset><nilai>2</nilai></aset>
</data>"""
PLACES = """<instance><root>
  <item><name>71</name><kota>pusat</kota><label>Gambir</label></item>
  <item><name>73</name><kota>barat</kota><label>Tambora</label></item>
</root></instance>"""
JAKARTA = timezone(timedelta(hours=7))


def worth(expression: str, at: str = "umur") -> str:
    document = etree.Element("forms")
    document.append(etree.fromstring(DOCUMENT))
    main = document[0]
    known = Environment(
        main,
        {"tempat": etree.fromstring(PLACES)},
        now=datetime(2026, 3, 1, 22, 30, tzinfo=UTC),
        zone=JAKARTA,
        seed=5,
    )
    context = main.find(at)
    assert context is not None
    return as_string(Expression(expression).evaluate(context, known))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (". + 1", "35"),
        ("/data/umur div 4", "8.5"),
        (". >= 18 and /data/nama = 'Sri'", "true"),
        ("if(. > 40, 'tua', 'muda')", "muda"),
        ("../umur mod 10", "4"),
        ("-. + 4", "-30"),
        ("round(2.456, 2)", "2.46"),
        ("round(-2.5)", "-2"),
        ("sqrt(16) + pi() - pi()", "4"),
        ("log(-1)", "NaN"),
        ("concat('a', /data/aset/nilai)", "a42"),
        ("join(', ', /data/aset/nilai)", "4, 2"),
        ("sum(/data/aset/nilai)", "6"),
        ("max(/data/aset/nilai)", "4"),
        ("count(/data/aset)", "2"),
        ("position(/data/aset[2])", "2"),
        ("indexed-repeat(/data/aset/nilai, /data/aset, 2)", "2"),
        ("selected(/data/pilihan, 'rob')", "true"),
        ("selected-at(/data/pilihan, 1)", "rob"),
        ("count-selected(/data/pilihan)", "2"),
        ("coalesce(/data/kosong, 'kosong')", "kosong"),
        ("instance('tempat')/root/item[kota = 'barat']/label", "Tambora"),
        ("instance('tempat')/root/item[name = 71]/label", "Gambir"),
        ("pulldata('tempat', 'label', 'name', '73')", "Tambora"),
        ("pulldata('tempat', 'label', 'name', '99')", ""),
        ("regex(/data/nama, '^[A-Z]r$')", "false"),
        ("regex(/data/nama, '[A-Z][a-z]+')", "true"),
        ("regex('a-b.c', '[\\w-\\.]+')", "true"),
        ("coalesce(/data/kosong * 2, 'tidak ada')", "tidak ada"),
        ("boolean-from-string('1')", "true"),
        ("substr(/data/nama, 1, 2)", "r"),
        ("following-sibling::nama", "Sri"),
        ("self::umur", "34"),
        ("1 div 0", "Infinity"),
        ("number('x')", "NaN"),
        ("0.1 + 0.2 > 0.3", "true"),
        ("checklist(1, 2, true(), false())", "true"),
    ],
)
def test_an_expression_is_worth_what_xpath_and_openrosa_say(expression: str, value: str) -> None:
    assert worth(expression) == value


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("today()", "2026-03-02"),
        ("/data/lahir < today()", "true"),
        ("/data/lahir > today()", "false"),
        ("today() - date('2026-03-01')", "1"),
        ("date(/data/lahir + 1)", "1991-08-18"),
        ("format-date(/data/lahir, '%d/%m/%Y')", "17/08/1991"),
        ("int((today() - /data/lahir) div 365.25)", "34"),
        ("/data/lahir = '1991-08-17'", "true"),
        ("now() > today()", "true"),
        ("date('31 Februari')", "Invalid Date"),
        ("number('1970-01-03') - number('1970-01-01')", "2"),
    ],
)
def test_dates_are_compared_and_counted_in_the_time_of_jakarta(expression: str, value: str) -> None:
    assert worth(expression) == value


def test_chance_depends_on_the_interview_and_never_on_the_clock() -> None:
    assert worth("random()") == worth("random()")
    assert worth("uuid()") == worth("uuid()")
    assert worth("join(' ', randomize(/data/*, 42))") == worth("join(' ', randomize(/data/*, 42))")


@pytest.mark.parametrize(
    ("expression", "column", "message"),
    [
        ("a => 3", 4, "“>” was not expected"),
        ("a == 3", 4, "“=” was not expected"),
        ("(a", 3, "“)” is missing before “the end”"),
        ("a)", 2, "“)” was not expected"),
        ("a[1", 4, "“]” is missing before “the end”"),
        ("selected(a; 'x')", 11, "“;” cannot stand here"),
        ("a = ‘ya’", 5, "“‘” cannot stand here"),
        ("a = 'ya", 5, "“'” cannot stand here"),
        ("1 +", 4, "something is missing at the end"),
        ("$", 2, "something is missing at the end"),
        ("", 1, "something is missing at the end"),
    ],
)
def test_a_fault_is_told_with_its_column(expression: str, column: int, message: str) -> None:
    with pytest.raises(ExpressionError) as error:
        parse_expression(expression)
    assert (str(error.value), error.value.column) == (message, column)


@pytest.mark.parametrize("hostile", ["-" * 9000 + "1", "+".join("1" * 9000), "(" * 999, "a[" * 999])
def test_an_expression_without_end_is_refused_and_does_not_exhaust_the_stack(hostile: str) -> None:
    with pytest.raises(ExpressionError):
        parse_expression(hostile)


@given(st.text(alphabet="ab$/.[]()'\"@*+-=<>!| ,:1{}‘", max_size=30))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused_with_a_column_inside_it(text: str) -> None:
    fault = None
    try:
        find_references(parse_expression(text), "/data/x")
    except ExpressionError as error:
        fault = error
    assert fault is None or 1 <= fault.column <= len(text) + 1


@pytest.mark.parametrize(
    ("expression", "read"),
    [
        ("/data/a + ../b", {"/data/a", "/data/g/b"}),
        ("current()/../c", {"/data/g/c"}),
        ("/data/g[x = 1]/y", {"/data/g/x", "/data/g/y"}),
        ("(/data/g)[x = 1]/y", {"/data/g", "/data/g/x", "/data/g/y"}),
        ("count(//a)", {"/*"}),
        ("sum(/data/r/*)", {"/data/r/*"}),
        ("instance('l')/root/item[k = current()/../b]/name", {"/data/g/b"}),
        ("instance('l')/root/item[k = /data/g/b]/name", {"/data/g/b"}),
    ],
)
def test_what_an_expression_reads_is_known_before_it_runs(expression: str, read: set[str]) -> None:
    assert find_references(parse_expression(expression), "/data/g/q") == read


def test_the_columns_of_a_list_that_an_expression_reads_are_known_too() -> None:
    tree = parse_expression("instance('aset')/root/item[kategori = /data/k]/name")
    found = find_read_paths(tree, "/data/q", "/data/q")
    assert found == {"/data/k", "?aset/root/item/kategori", "?aset/root/item/name"}


def test_every_function_knows_how_many_arguments_it_takes() -> None:
    assert get_arity("selected") == (2, 2)
    assert get_arity("concat") == (0, None)
    assert get_arity("jr:choice-name") == (2, 2)
    assert get_arity("substring") == (2, 3)
    assert get_arity("position") == (0, 1)
    assert get_arity("selectd") is None


ODD = st.sampled_from(
    ["", "x", "-1", "1e400", "inf", "NaN", "2020-99-99", "99999999999999", "(", "0.5"]
)
CALLS = (
    "substr({0}, {1}, {2})",
    "selected-at({0}, {1})",
    "round({0}, {1})",
    "pow({0}, {1})",
    "date({0})",
    "format-date({0}, {1})",
    "decimal-date-time({0})",
    "regex({0}, {1})",
    "indexed-repeat(/data/aset/nilai, /data/aset, {0})",
    "count(randomize(/data/aset, {0}))",
    "uuid({0})",
    "int({0}) + {1} < {2}",
    "min({0}, {1})",
    "checklist({0}, {1}, {2})",
)


@given(st.sampled_from(CALLS), ODD, ODD, ODD)
@settings(max_examples=300, deadline=None)
def test_no_function_stumbles_over_odd_arguments(call: str, a: str, b: str, c: str) -> None:
    assert isinstance(worth(call.format(*(f"'{text}'" for text in (a, b, c)))), str)
    assert isinstance(worth(call.format("1 div 0", f"'{b}'", "0 div 0")), str)

"""Whatever is answered in whatever order."""

# ruff: noqa: E501 - a row of a table is one line.

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from survey.forms.expressions.expression import Expression
from survey.forms.runtime.form import Form
from tests.survey.form_helpers import SETTINGS, compile_form, list_asked

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

#: Relevance above relevance, chains of calculations, counted repeats in repeats, cascades, dates.
FORM = f"""
| survey | type | name | label | relevant | constraint | calculation | choice_filter | repeat_count | required |
|---|---|---|---|---|---|---|---|---|---|
| | integer | n | N | | . < 4 | | | | ${{m}} > 1 |
| | integer | m | M | ${{n}} != 2 |
| | calculate | jumlah | | | | ${{n}} + ${{m}} |
| | calculate | ganda | | ${{jumlah}} > 2 | | ${{jumlah}} * 2 |
| | begin_group | g | G | ${{n}} > 0 |
| | begin_repeat | r | R | | | | | ${{n}} |
| | integer | x | X | | . > sum(../../r/x) - 9 |
| | calculate | ke | | | | position(..) |
| | calculate | total | | | | sum(../s/y) + ${{x}} |
| | begin_repeat | s | S | ../x > 1 | | | | ../x |
| | integer | y | Y | ${{x}} != 3 |
| | end_repeat |
| | end_repeat |
| | calculate | semua | | | | sum(${{total}}) + count(${{r}}) |
| | end_group |
| | select_one k | k | K | ${{semua}} > 3 or ${{ganda}} > 6 |
| | select_multiple l | l | L ${{k}} | | count-selected(.) <= ${{n}} | | k = ${{k}} |
| | calculate | nama | | | | jr:choice-name(${{k}}, '${{k}}') |
| | date | d | D | | . <= today() and . > '2020-01-01' |
| | calculate | hari | | | | int(decimal-date-time(${{d}})) mod 7 |
| | calculate | pola | | | | if(regex(${{t}}, '^[a-c]+$'), substr(${{t}}, ${{n}}), digest(${{t}}, 'MD5')) |
| | text | t | T | selected(${{l}}, 'a1') or ${{hari}} = 3 |

| choices | list_name | name | label | k |
| | k | a | A | |
| | k | b | B | |
| | l | a1 | A satu | a |
| | l | a2 | A dua | a |
| | l | b1 | B satu | b |
{SETTINGS}"""
KEYS = st.sampled_from(
    [
        *("/data/n", "/data/m", "/data/k", "/data/l", "/data/d", "/data/t"),
        *(f"/data/g/r[{n}]/x" for n in (1, 2, 3)),
        *(f"/data/g/r[{n}]/s[{m}]/y" for n in (1, 2) for m in (1, 2, 3)),
    ]
)
VALUES = st.sampled_from(
    ["", "0", "1", "2", "3", "4", "a", "b", "a1", "a1 a2", "b1", "2026-01-07", "abc", "x'y\"", "-1"]
) | st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=6)
ANSWERS = st.lists(st.tuples(KEYS, VALUES), max_size=14)


def state(form: Form) -> dict[str, str]:
    """All that can be seen of a form."""
    leaves = {k: v for k, v in form.collect_leaves().items() if "/meta/" not in k}
    return leaves | {f"{key}?": str(form.find_problem(key)) for key in list_asked(form)}


def filled(answers: list[tuple[str, str]]) -> Form:
    form = Form(compile_form(FORM), 1, NOW)
    for key, value in answers:
        if key in form.nodes:
            form.set_value(key, value)
    return form


@given(ANSWERS, KEYS, VALUES, VALUES)
@settings(max_examples=60, deadline=None)
def test_changing_an_answer_is_the_same_as_having_given_it_so_in_the_first_place(
    answers: list[tuple[str, str]], key: str, other: str, last: str
) -> None:
    form = filled(answers)
    if key not in form.nodes:
        return
    form.set_value(key, other)
    form.set_value(key, last)
    assert state(form) == state(filled([*answers, (key, last)]))


@given(ANSWERS)
@settings(max_examples=60, deadline=None)
def test_computing_everything_anew_changes_nothing(answers: list[tuple[str, str]]) -> None:
    form = filled(answers)
    before = state(form)
    form.recompute()
    assert state(form) == before


@given(ANSWERS, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_what_follows_does_not_depend_on_the_order_of_answering(
    answers: list[tuple[str, str]], random: object
) -> None:
    last = {key: value for key, value in answers if "/g/" not in key}
    one, other = list(last.items()), list(reversed(last.items()))
    random.shuffle(one)  # type: ignore[attr-defined]
    assert state(filled(one)) == state(filled(other))


@given(st.text("()[]/.,*+-<>=!'\"$@|: \nabdiv01", max_size=30))
@settings(max_examples=150, deadline=None)
def test_an_expression_is_read_or_refused_and_never_raises_in_a_form(
    source: str,
) -> None:
    try:
        expression = Expression(source)
    except ValueError:
        return
    form = filled([("/data/n", "2")])
    running = form._calculation  # noqa: SLF001 - what every expression of a form goes through
    assert isinstance(running.evaluate_string(expression, form.nodes["/data/n"].element), str)

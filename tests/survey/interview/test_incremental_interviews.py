"""What is kept up to date step by step is what one would find by looking at everything anew."""

# ruff: noqa: E501 - a row of a table is one line.

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from survey.forms.authoring.lint import examine_workbook
from survey.forms.authoring.workbook import parse_workbook
from survey.forms.runtime.form import Form, strip_positions
from survey.interview.interview import Interview
from survey.interview.state import AnswerChange
from survey.interview.steps import Step
from tests.survey.form_helpers import SETTINGS, SHIPPED, Interviewee, interview_state
from tests.survey.interview.test_interview_properties import ACTS, ALL, NESTED, VALUES, act

KINDS = (
    "integer",
    "text",
    "select_one k",
    "select_multiple k",
    "rank k",
    "select_one l",
    "note",
    "calculate",
)
HEAD = """
| survey | type | name | label | required | readonly | relevant | calculation | choice_filter | repeat_count | body::suara:shuffle | body::suara:place |
|---|---|---|---|---|---|---|---|---|---|---|---|
"""
CHOICES = f"""
| choices | list_name | name | label | group |
| | k | 1 | Satu | |
| | k | 2 | Dua | |
| | k | x | Iks | |
| | l | a | A | 1 |
| | l | b | B | 1 |
| | l | c | C | 2 |
| | l | d | D | |
{SETTINGS}"""


@dataclass
class RowWriter:
    """Draws the rows of a form; ``known`` are what expressions may read so far."""

    draw: st.DrawFn
    known: list[str]

    def write_rows(self, prefix: str, most: int, within: str = "") -> list[str]:
        """Questions with conditions and calculations on what stands above them."""
        rows = []
        for number in range(self.draw(st.integers(1, most))):
            name, kind = f"{prefix}{number}", self.draw(st.sampled_from(KINDS))
            calculation = self.write_calculation(within) if kind == "calculate" else ""
            filtered = (
                self.draw(st.sampled_from(FILTERS)).format(self.pick())
                if kind == "select_one l"
                else ""
            )
            relevant = self.draw(st.sampled_from(["", "", *CONDITIONS])).format(self.pick())
            readonly = self.draw(st.sampled_from(["", "", "", "{} = '2'"])).format(self.pick())
            place = "kota" if kind == "select_one k" and self.draw(st.booleans()) else ""
            label = f"{name} {self.pick()}" if place else name
            rows.append(
                f"| | {kind} | {name} | {label} | | {readonly} | {relevant} | {calculation} | {filtered} | | | {place} |"
            )
            self.known.append(f"${{{name}}}")
        return rows

    def write_calculation(self, within: str) -> str:
        """A formula; inside a repeat perhaps one that looks at other instances."""
        across = (
            [f"sum(/data/{within}/*)", f"count(/data/{within})", "position(..)"] if within else []
        )
        read = self.pick()
        running = [f"indexed-repeat({read}, ${{{within}}}, 1)"] if within else []
        plain = [f"concat({read}, '-')", f"{read} + 1", f"count-selected({read})", f"sum({read})"]
        return self.draw(st.sampled_from([*plain, *across, *running]))

    def pick(self) -> str:
        return self.draw(st.sampled_from(self.known))


FILTERS = (
    "group = {}",
    "{} = group",
    "group != {}",
    "group = '1'",
    "selected({}, group)",
    "group = {} and name != 'b'",
)
CONDITIONS = ("{} != '1'", "{} > 1", "string-length({}) > 0", "selected({}, 'x')")


@st.composite
def forms(draw: st.DrawFn) -> str:
    """A form with a repeat, counted or by hand, and questions before, in and after it."""
    writer = RowWriter(draw, ["${n}"])
    rows = ["| | integer | n | Berapa |", *writer.write_rows("a", 4)]
    before = list(writer.known)
    count = draw(st.sampled_from(["", "${n}"]))
    relevant = draw(st.sampled_from(["", *CONDITIONS])).format(writer.pick())
    rows.append(f"| | begin_repeat | r | R | | | {relevant} | | | {count} | | |")
    inner = writer.write_rows("b", 4, "r")
    inside = [name for name in writer.known if name not in before]
    writer.known = [*before, *(f"sum({name})" for name in inside)]
    after = writer.write_rows("c", 3)
    return HEAD + "\n".join([*rows, *inner, "| | end_repeat |", *after]) + "\n" + CHOICES


def look_at_everything(form: Form) -> dict[str, object]:
    """What the nodes hold, and what each select offers by XPath alone."""
    running = form._calculation  # noqa: SLF001 - the lists as they are without any short cut
    return {
        node.key: (
            node.relevant,
            node.value,
            node.effective_value,
            tuple(c.value for c in running.evaluate_choices(question, node))
            if (question := form.questionnaire.controls.get(node.bind.path)) and question.itemset
            else (),
        )
        for node in form.nodes.values()
    }


def list_offers(form: Form) -> dict[str, object]:
    """What the form itself says of the same."""
    return {
        node.key: (
            node.relevant,
            node.value,
            node.effective_value,
            tuple(c.value for c in form.list_choices(node.key))
            if (question := form.questionnaire.controls.get(node.bind.path)) and question.itemset
            else (),
        )
        for node in form.nodes.values()
    }


def find_places(interview: Interview) -> list[str]:
    """The places by looking at each node and at all that it stands in."""
    form = interview.form

    def is_there(key: str) -> bool:
        above = [key.rsplit("/", n)[0] for n in range(key.count("/"))]
        return all(form.is_relevant(one) for one in above)

    return [
        key for key in interview.list_place_keys() if interview.find_repeat(key) or is_there(key)
    ]


def check_against_scratch(person: Interviewee, kept: dict[str, str]) -> None:
    """Everything that was kept up to date, beside the same restored from the record."""
    interview, restored = person.interview, person.restore_interview()
    assert interview_state(interview) == interview_state(restored)
    assert kept == restored.collect_answers()
    assert interview.has_visited_all == (
        not any(map(restored.is_pending, restored.list_place_keys()))
    )
    assert interview.list_pages() == restored.list_pages()
    assert list_offers(interview.form) == look_at_everything(interview.form)
    assert find_places(interview) == interview.list_place_keys()
    asked = [
        q for q in interview.form.nodes if strip_positions(q) in interview.questionnaire.by_path
    ]
    assert all(interview.form.is_relevant(k) == restored.form.is_relevant(k) for k in asked)
    before = look_at_everything(interview.form)
    interview.form.recompute()
    assert look_at_everything(interview.form) == before


class Recorder(Interviewee):
    """Somebody whose answers are also kept as the store does: change by change."""

    def apply_decision(self, decided):  # type: ignore[no-untyped-def]
        """Carry out what was decided, and keep the answers that it changed."""
        if not hasattr(self, "kept"):
            self.kept: dict[str, str] = {}
        if isinstance(decided, Step):
            keep_changes(self.kept, self.interview.carry_out([decided]))
            self.steps.append(decided)
        return decided


def keep_changes(kept: dict[str, str], changed: dict[str, AnswerChange]) -> None:
    """As the store does: each change begins with what stood there."""
    for key, (before, after) in changed.items():
        assert kept.get(key, "") == before != after
        kept[key] = after
        if not after:
            del kept[key]


def walk(form: str, seed: int, acts: list[tuple[str, int, str]]) -> None:
    # Not compiled, which refuses conditions that never hold: those are as good as any here.
    questionnaire, _ = examine_workbook(parse_workbook(form, ".md"), SHIPPED)
    assume(questionnaire is not None)
    person = Recorder(questionnaire, seed)
    for kind, number, value in acts:
        act(person, kind, number, value)
        check_against_scratch(person, person.kept)


#: Answers that fit, which lead far into a form, and then whatever people do there.
FITTING = st.tuples(st.just("fit"), st.integers(0, 30), VALUES)
REMOVING = st.tuples(st.just("remove"), st.integers(0, 3), VALUES)
WALKS = st.builds(
    list.__add__, st.lists(FITTING, max_size=14), st.lists(ACTS | FITTING | REMOVING, max_size=14)
)


@given(forms(), st.integers(0, 9), WALKS)
@settings(max_examples=60, deadline=None)
def test_step_by_step_is_as_from_scratch_on_random_forms(
    form: str, seed: int, acts: list[tuple[str, int, str]]
) -> None:
    walk(form, seed, acts)


@given(st.sampled_from([ALL, NESTED]), st.integers(0, 9), WALKS)
@settings(max_examples=40, deadline=None)
def test_step_by_step_is_as_from_scratch_with_repeats_in_repeats(
    form: str, seed: int, acts: list[tuple[str, int, str]]
) -> None:
    walk(form, seed, acts)

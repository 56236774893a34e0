"""How buttons name questions, prompts and instances: shortly, and forged names name nothing."""

from __future__ import annotations

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from bot.callbacks import codec
from bot.callbacks.interview_callbacks import AddInstance, GoToQuestion, RemoveInstance, TickChoice
from bot.callbacks.question_keys import decode_question_key, encode_question_key
from survey.forms.authoring.xlsform import compile_source
from survey.forms.model.questionnaire import Questionnaire
from survey.interview.interview import Interview
from survey.interview.question_order import split_instance
from tests.bot.running_bot import ROOT
from tests.survey.form_helpers import SETTINGS

LEVELS = "abcde"
#: The largest number of an interview, and of steps that anybody will take.
LARGEST, MANY = 2**40 - 1, 10**6


@cache
def deep() -> Questionnaire:
    """Repeats in repeats with a question on each level."""
    inwards = (f"| | begin_repeat | {n} | {n} |\n| | text | t{n} | T |" for n in LEVELS)
    outwards = ("| | end_repeat |" for _ in LEVELS)
    rows = "\n".join([*inwards, *outwards])
    head = "| survey | type | name | label |\n|---|---|---|---|"
    other = "| | begin_repeat | lain | Lain |\n| | text | x | X |\n| | end_repeat |"
    return compile_source(f"{head}\n{rows}\n{other}\n{SETTINGS}", ".md", ROOT / "questionnaires")


def test_every_place_and_every_instance_is_found_again_by_its_name() -> None:
    made = Interview(deep())
    made.form.add_instance("/data/a", "/data")
    instances = [key for key in made.form.nodes if key.endswith("]")]
    assert len(instances) > len(LEVELS)
    names = set()
    for key in [*made.list_place_keys(), *instances]:
        name = encode_question_key(deep(), key)
        assert decode_question_key(deep(), name) == key
        names.add(name)
    assert len(names) == len(made.list_place_keys()) + len(instances)


def test_a_name_fits_into_a_button_however_deep_it_leads() -> None:
    key = "/data" + "".join(f"/{level}[200]" for level in LEVELS)
    prompt, _ = split_instance(key)
    for tap in (
        RemoveInstance(LARGEST, encode_question_key(deep(), key), MANY),
        AddInstance(LARGEST, encode_question_key(deep(), prompt)),
        GoToQuestion(LARGEST, encode_question_key(deep(), prompt)),
        TickChoice(LARGEST, encode_question_key(deep(), f"{key}/te"), 9999, 1),
    ):
        assert codec.parse_callback(codec.encode_callback(tap)) == tap


@given(st.text("r0123456789.²-[]/ab", max_size=14) | st.text(max_size=8))
def test_a_forged_name_leads_nowhere_or_to_the_place_that_is_called_so(name: str) -> None:
    key = decode_question_key(deep(), name)
    if key in Interview(deep()).list_place_keys():
        assert encode_question_key(deep(), key) == name

"""OpenRosa's functions, as libxml2 calls them: one module for each chapter of the specification.

Each takes libxml2's context first and then its arguments: node sets as lists, numbers, texts, truth
values. Specification: https://getodk.github.io/xforms-spec/#xpath-functions
"""

from survey.forms.expressions.functions import (
    logic_functions,
    node_functions,
    number_functions,
    place_functions,
    select_functions,
    text_functions,
    time_functions,
)
from survey.forms.expressions.functions.text_functions import translate_pattern

__all__ = [
    "logic_functions",
    "node_functions",
    "number_functions",
    "place_functions",
    "select_functions",
    "text_functions",
    "time_functions",
    "translate_pattern",
]

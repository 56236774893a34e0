"""OpenRosa's functions, as libxml2 calls them: one module for each chapter of the specification.

Each takes libxml2's context first and then its arguments: node sets as lists, numbers, texts, truth
values. Specification: https://getodk.github.io/xforms-spec/#xpath-functions
"""

from survey.forms.functions import choices, logic, nodes, numbers, places, texts, times
from survey.forms.functions.texts import in_python

__all__ = ["choices", "in_python", "logic", "nodes", "numbers", "places", "texts", "times"]

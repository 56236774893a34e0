"""What is kept of a value, by the XForms data type of the node that it stands in."""

from __future__ import annotations

import math

from survey.forms.answers.datatypes import parse_form_number
from survey.forms.answers.question_kinds import DATATYPE_WRITERS


def format_stored_value(datatype: str, value: str) -> str | None:
    """A value as XForms writes one of that data type; None if it is none."""
    write = DATATYPE_WRITERS.get(datatype)
    return write(value.strip()) if write and value else value


def format_computed_value(datatype: str, value: str) -> str:
    """What is kept of a computed value: of an int the whole part, nothing of another type."""
    if datatype == "int" and (number := parse_form_number(value.strip())) is not None:
        value = str(math.trunc(number))
    return format_stored_value(datatype, value) or ""

"""The tables that answers lie in where each question is a column: one, and one for each repeat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from survey.forms.model.questionnaire import Questionnaire
from survey.forms.runtime.instance import prepared

#: What becomes of a value: all others stay in one column as they are.
PLAIN, POINT, SEVERAL = "plain", "geopoint", "select_multiple"


@dataclass(frozen=True)
class Field:
    """A value of a questionnaire, asked or not, by its path without positions.

    ``choices`` are the codes of what can be ticked, in the order of the sheet.
    """

    path: str
    kind: str = PLAIN
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """The fields of the root or of a repeat, at ``path``; ``parent`` is the table around, or ''."""

    path: str
    parent: str
    fields: tuple[Field, ...]


def tables(questionnaire: Questionnaire) -> dict[str, Table]:
    """Path -> table, the root first; fields in the order of the form, what is told included."""
    form = prepared(questionnaire)
    root = f"/{form.main.tag}"
    parents: dict[str, str] = {root: ""}
    fields: dict[str, dict[str, Field]] = {root: {}}

    def descend(element: etree._Element, path: str, table: str) -> None:
        for child in element:
            below = f"{path}/{child.tag}"
            inside = table
            if below in form.repeats:
                parents[below], inside = table, below
                fields.setdefault(below, {})
            if len(child) or below in form.repeats:
                descend(child, below, inside)
            elif not is_helper(questionnaire, below):
                fields[table][below] = field(questionnaire, below)

    descend(form.main, root, root)
    return {path: Table(path, parents[path], tuple(fields[path].values())) for path in parents}


def is_helper(questionnaire: Questionnaire, path: str) -> bool:
    """Whether it only carries a table's heading: never filled, and named anew in each version."""
    control = questionnaire.controls.get(path)
    return control is not None and control.helper


def field(questionnaire: Questionnaire, path: str) -> Field:
    """The field at a path, by its control and its data type."""
    control, bind = questionnaire.controls.get(path), questionnaire.binds.get(path)
    if control and control.kind == SEVERAL:
        return Field(path, SEVERAL, tuple(dict.fromkeys(c.value for c in control.choices)))
    return Field(path, POINT if bind and bind.datatype == POINT else PLAIN)


def united(versions: Sequence[Mapping[str, Table]]) -> dict[str, Table]:
    """The tables of all versions, newest first: its fields in order, then those gone since."""
    found = {}
    for path in dict.fromkeys(path for version in versions for path in version):
        same = [version[path] for version in versions if path in version]
        found[path] = Table(path, same[0].parent, tuple(united_fields(same)))
    return found


def united_fields(same: Sequence[Table]) -> Iterator[Field]:
    """Each field once; one whose kind has changed is a plain column."""
    every = [field for table in same for field in table.fields]
    for path in dict.fromkeys(field.path for field in every):
        alike = [field for field in every if field.path == path]
        kinds = {field.kind for field in alike}
        if len(kinds) > 1:
            yield Field(path)
        else:
            choices = dict.fromkeys(choice for field in alike for choice in field.choices)
            yield Field(path, alike[0].kind, tuple(choices))

"""The tables that answers lie in where each question is a column: one, and one for each repeat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from reports.export.kind_exports import KIND_EXPORTS, OdkColumns, find_datatype_export
from survey.forms.model.questionnaire import Questionnaire
from survey.forms.runtime.instance import build_form_template


@dataclass(frozen=True)
class ExportField:
    """A value of a questionnaire, asked or not, by its path without positions.

    ``choices`` are the codes of what can be ticked, in the order of the sheet.
    """

    path: str
    columns: OdkColumns = OdkColumns.PLAIN
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExportTable:
    """The fields of the root or of a repeat, at ``path``; ``parent`` is the table around, or ''."""

    path: str
    parent: str
    fields: tuple[ExportField, ...]


def build_export_tables(questionnaire: Questionnaire) -> dict[str, ExportTable]:
    """Path -> table, the root first; fields in the order of the form, what is told included."""
    form = build_form_template(questionnaire)
    root = f"/{form.main.tag}"
    parents: dict[str, str] = {root: ""}
    fields: dict[str, dict[str, ExportField]] = {root: {}}

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
                fields[table][below] = build_export_field(questionnaire, below)

    descend(form.main, root, root)
    return {
        path: ExportTable(path, parents[path], tuple(fields[path].values())) for path in parents
    }


def is_helper(questionnaire: Questionnaire, path: str) -> bool:
    """Whether it only carries a table's heading: never filled, and named anew in each version."""
    control = questionnaire.controls.get(path)
    return control is not None and control.is_helper


def build_export_field(questionnaire: Questionnaire, path: str) -> ExportField:
    """The field at a path, by its control and its data type."""
    control, bind = questionnaire.controls.get(path), questionnaire.binds.get(path)
    if control is None or control.kind.is_display_only:
        # What is told may be a point too: an author makes a note of any question by ``readonly``.
        return ExportField(path, find_datatype_export(bind.datatype if bind else "").columns)
    columns = KIND_EXPORTS[control.kind.name].columns
    ticked = control.choices if columns is OdkColumns.CHOICES else ()
    return ExportField(path, columns, tuple(dict.fromkeys(c.value for c in ticked)))


def unite_tables(versions: Sequence[Mapping[str, ExportTable]]) -> dict[str, ExportTable]:
    """The tables of all versions, newest first: its fields in order, then those gone since."""
    found = {}
    for path in dict.fromkeys(path for version in versions for path in version):
        same = [version[path] for version in versions if path in version]
        found[path] = ExportTable(path, same[0].parent, tuple(unite_fields(same)))
    return found


def unite_fields(same: Sequence[ExportTable]) -> Iterator[ExportField]:
    """Each field once; one whose kind has changed is a plain column."""
    every = [field for table in same for field in table.fields]
    for path in dict.fromkeys(field.path for field in every):
        alike = [field for field in every if field.path == path]
        if len({field.columns for field in alike}) > 1:
            yield ExportField(path)
        else:
            choices = dict.fromkeys(choice for field in alike for choice in field.choices)
            yield ExportField(path, alike[0].columns, tuple(choices))

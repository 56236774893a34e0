"""From an XLSForm (Markdown, .xlsx, .xls, .csv) to a Questionnaire that can be run safely."""

from __future__ import annotations

from pathlib import Path

from survey.forms.authoring.external_choices import add_external_selects
from survey.forms.authoring.faults import Fault, QuestionnaireError
from survey.forms.authoring.lint import examine_workbook
from survey.forms.authoring.workbook import Workbook, parse_workbook, read_workbook
from survey.forms.model.questionnaire import Questionnaire
from survey.forms.model.xform_reader import read_xform

__all__ = ["Fault", "QuestionnaireError", "compile_file", "compile_source"]


def compile_file(path: Path) -> Questionnaire:
    """Compile the XLSForm at ``path``. Raises QuestionnaireError with all that is wrong with it."""
    return compile_workbook(read_workbook(path), path.parent)


def compile_source(source: str | bytes, suffix: str, folder: Path) -> Questionnaire:
    """Compile an XLSForm's text or bytes; its lists are looked for in ``folder``.

    Raises QuestionnaireError with all that is wrong with it.
    """
    return compile_workbook(parse_workbook(source, suffix), folder)


def compile_workbook(workbook: Workbook, folder: Path) -> Questionnaire:
    """The questionnaire in a workbook. Raises QuestionnaireError; warnings do not stop it."""
    questionnaire, faults = examine_workbook(workbook, folder)
    if questionnaire is None or any(not fault.warning for fault in faults):
        raise QuestionnaireError([fault for fault in faults if not fault.warning])
    xform = add_external_selects(questionnaire.xform, workbook)
    return questionnaire if xform == questionnaire.xform else read_xform(xform)

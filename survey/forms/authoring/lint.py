"""Everything wrong with a questionnaire at once, with its place and how to mend it.

pyxform stops at the first fault of structure and does not read expressions at all. So the sheets
are checked as their author wrote them (``checks``), and what pyxform and the dependencies of the
finished form (``order_formulas``) have to say comes on top.
"""

from __future__ import annotations

from pathlib import Path

from survey.forms.authoring.checks import (
    caution_checks,
    choice_checks,
    column_checks,
    cycle_checks,
    expression_checks,
    filter_checks,
    question_checks,
    reachability_checks,
    text_checks,
)
from survey.forms.authoring.checks.form_outline import FormOutline
from survey.forms.authoring.faults import Fault, QuestionnaireError, build_file_error
from survey.forms.authoring.text_tables import SHEET_NAMES
from survey.forms.authoring.version_comparison import compare_versions
from survey.forms.authoring.workbook import Workbook, read_workbook
from survey.forms.authoring.xform_conversion import convert_workbook
from survey.forms.expressions.lexer import ExpressionError
from survey.forms.model.questionnaire import Questionnaire
from survey.forms.model.xform_reader import read_xform
from survey.forms.runtime.dependencies import CycleFault, order_formulas

FORM_CHECKS = (
    column_checks.check_columns,
    question_checks.check_questions,
    choice_checks.check_choices,
    expression_checks.check_expressions,
    reachability_checks.check_reachability,
    filter_checks.check_filters,
    caution_checks.check_cautions,
    text_checks.check_texts,
)


def check_file(path: Path, against: Path | None = None) -> list[Fault]:
    """All faults and warnings of the questionnaire at ``path``, in the order of its sheets.

    With ``against``, the version before, those that keep answers from being compared, too.
    """
    try:
        workbook = read_workbook(path)
        found = examine_workbook(workbook, path.parent)[1]
        if against is not None:
            found += compare_versions(read_old_outline(against), FormOutline(workbook, path.parent))
        return sorted(dict.fromkeys(found), key=build_fault_sort_key)
    except QuestionnaireError as error:
        return error.faults


def read_old_outline(path: Path) -> FormOutline:
    """The version before. Raises QuestionnaireError, in which the file is named."""
    try:
        return FormOutline(read_workbook(path), path.parent)
    except QuestionnaireError as error:
        first = error.faults[0]
        raise build_file_error(f"{path} cannot be compared with: {first}", "") from None


def format_verdict(found: list[Fault]) -> str:
    """In a few words whether a questionnaire can be used."""
    faults, warnings = len(exclude_warnings(found)), len(found) - len(exclude_warnings(found))
    counted = [
        f"{n} {word}{'s' * (n > 1)}" for n, word in ((faults, "fault"), (warnings, "warning")) if n
    ]
    if not counted:
        return "good"
    return f"{'needs mending' if faults else 'can be used'}: {', '.join(counted)}"


def examine_workbook(workbook: Workbook, folder: Path) -> tuple[Questionnaire | None, list[Fault]]:
    """The questionnaire, if there is one to run, and what is wrong with it.

    Raises QuestionnaireError if it is not even looked into.
    """
    outline = FormOutline(workbook, folder)
    faults = [*workbook.faults, *(fault for check in FORM_CHECKS for fault in check(outline))]
    questionnaire = None
    try:
        xform, told = convert_workbook(workbook, folder)
        faults += [fault for fault in told if fault.warning or not is_already_found(fault, faults)]
        read = read_xform(xform)
        # Called for the CycleFault that it may raise.
        order_formulas(read)
        questionnaire = read
    except QuestionnaireError as error:
        faults += [fault for fault in error.faults if not is_already_found(fault, faults)]
        if paths := cycle_checks.find_cycle(outline):
            faults.append(build_cycle_fault(outline, CycleFault(paths)))
    except CycleFault as fault:
        faults.append(build_cycle_fault(outline, fault))
    except ExpressionError as fault:
        # The checks name the row of an expression that cannot be read; what is left for this place
        # stands where none of them looks.
        if not exclude_warnings(faults):
            reason = f"An expression cannot be read: {fault}."
            faults.append(Fault(reason, "Look at the settings.", "settings"))
    return questionnaire, sorted(dict.fromkeys(faults), key=build_fault_sort_key)


def exclude_warnings(faults: list[Fault]) -> list[Fault]:
    """Faults without the warnings."""
    return [fault for fault in faults if not fault.warning]


def is_already_found(fault: Fault, faults: list[Fault]) -> bool:
    """Whether what pyxform says was found already: on its row, or anywhere if it names none."""
    found = exclude_warnings(faults)
    if not fault.row:
        return bool(found)
    return any((other.sheet, other.row) == (fault.sheet, fault.row) for other in found)


def build_cycle_fault(outline: FormOutline, fault: CycleFault) -> Fault:
    """Where a circle of calculations begins, and through which questions it goes."""
    paths = [path for path in fault.paths if path in outline.paths]
    names = " → ".join(path.rpartition("/")[2] for path in paths)
    message, remedy = f"Questions wait for each other: {names}.", "Let one do without the others."
    first = next((entry for entry in outline.questions if entry.path in paths), None)
    if first is None:
        return Fault(message, remedy, "survey")
    column = "calculation" if first.row.get("calculation") else "relevant"
    return first.row.build_fault(message, remedy, column)


def build_fault_sort_key(fault: Fault) -> tuple[int, str, int, int]:
    """Sorts faults as their author reads the sheets."""
    order = SHEET_NAMES.index(fault.sheet) if fault.sheet in SHEET_NAMES else len(SHEET_NAMES)
    return order, fault.sheet, fault.row, fault.line

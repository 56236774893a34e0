"""Everything wrong with a questionnaire at once, with its place and how to mend it.

pyxform stops at the first fault of structure and does not read expressions at all. So the sheets
are checked as their author wrote them (``checks``), and what pyxform and the dependencies of the
finished form (``form.in_order``) have to say comes on top.
"""

from __future__ import annotations

from pathlib import Path

from survey.forms.authoring.checks import (
    choice_checks,
    column_checks,
    cycle_checks,
    expression_checks,
    question_checks,
    reachability_checks,
    text_checks,
)
from survey.forms.authoring.checks.form_outline import Outline
from survey.forms.authoring.faults import Fault, QuestionnaireError, refused
from survey.forms.authoring.text_tables import KNOWN
from survey.forms.authoring.version_comparison import compared
from survey.forms.authoring.workbook import Workbook, read_file
from survey.forms.authoring.xform_conversion import converted
from survey.forms.expressions.lexer import ExpressionError
from survey.forms.model.questionnaire import Questionnaire
from survey.forms.model.xform_reader import read_xform
from survey.forms.runtime.dependencies import CycleFault, in_order

CHECKS = (
    column_checks.check,
    question_checks.check,
    choice_checks.check,
    expression_checks.check,
    reachability_checks.check,
    text_checks.check,
)


def check_file(path: Path, against: Path | None = None) -> list[Fault]:
    """All faults and warnings of the questionnaire at ``path``, in the order of its sheets.

    With ``against``, the version before, those that keep answers from being compared, too.
    """
    try:
        workbook = read_file(path)
        found = examined(workbook, path.parent)[1]
        if against is not None:
            found += compared(outlined(against), Outline(workbook, path.parent))
        return sorted(dict.fromkeys(found), key=place)
    except QuestionnaireError as error:
        return error.faults


def outlined(path: Path) -> Outline:
    """The version before. Raises QuestionnaireError, in which the file is named."""
    try:
        return Outline(read_file(path), path.parent)
    except QuestionnaireError as error:
        first = error.faults[0]
        raise refused(f"{path} cannot be compared with: {first}", "") from None


def verdict(found: list[Fault]) -> str:
    """In a few words whether a questionnaire can be used."""
    faults, warnings = len(serious(found)), len(found) - len(serious(found))
    counted = [
        f"{n} {word}{'s' * (n > 1)}" for n, word in ((faults, "fault"), (warnings, "warning")) if n
    ]
    if not counted:
        return "good"
    return f"{'needs mending' if faults else 'can be used'}: {', '.join(counted)}"


def examined(workbook: Workbook, folder: Path) -> tuple[Questionnaire | None, list[Fault]]:
    """The questionnaire, if there is one to run, and what is wrong with it.

    Raises QuestionnaireError if it is not even looked into.
    """
    outline = Outline(workbook, folder)
    faults = [*workbook.faults, *(fault for check in CHECKS for fault in check(outline))]
    questionnaire = None
    try:
        xform, missing = converted(workbook, folder)
        faults += [fault for fault in missing if not is_known(fault, faults)]
        read = read_xform(xform)
        in_order(read)
        questionnaire = read
    except QuestionnaireError as error:
        faults += [fault for fault in error.faults if not is_known(fault, faults)]
        if paths := cycle_checks.circle(outline):
            faults.append(circle(outline, CycleFault(paths)))
    except CycleFault as fault:
        faults.append(circle(outline, fault))
    except ExpressionError as fault:
        if not serious(faults):
            reason = f"An expression cannot be read: {fault}."
            faults.append(Fault(reason, "Look at the settings.", "settings"))
    return questionnaire, sorted(dict.fromkeys(faults), key=place)


def serious(faults: list[Fault]) -> list[Fault]:
    """Faults without the warnings."""
    return [fault for fault in faults if not fault.warning]


def is_known(fault: Fault, faults: list[Fault]) -> bool:
    """Whether what pyxform says was found already: on its row, or anywhere if it names none."""
    found = serious(faults)
    if not fault.row:
        return bool(found)
    return any((other.sheet, other.row) == (fault.sheet, fault.row) for other in found)


def circle(outline: Outline, fault: CycleFault) -> Fault:
    """Where a circle of calculations begins, and through which questions it goes."""
    paths = [path for path in fault.paths if path in outline.paths]
    names = " → ".join(path.rpartition("/")[2] for path in paths)
    message, remedy = f"Questions wait for each other: {names}.", "Let one do without the others."
    first = next((entry for entry in outline.questions if entry.path in paths), None)
    if first is None:
        return Fault(message, remedy, "survey")
    column = "calculation" if first.row.get("calculation") else "relevant"
    return first.row.fault(message, remedy, column)


def place(fault: Fault) -> tuple[int, str, int, int]:
    """Sorts faults as their author reads the sheets."""
    order = KNOWN.index(fault.sheet) if fault.sheet in KNOWN else len(KNOWN)
    return order, fault.sheet, fault.row, fault.line

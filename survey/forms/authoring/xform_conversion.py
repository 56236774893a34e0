"""From the sheets of an XLSForm to the text of an XForm, with the lists from files put into it."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lxml import etree
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from survey.forms.authoring.checks.form_outline import ROOT_NAMES, choose_root_name
from survey.forms.authoring.faults import Fault, QuestionnaireError
from survey.forms.authoring.list_files import ListError, read_list_file
from survey.forms.authoring.missing_translations import (
    choose_default_language,
    complete_translations,
)
from survey.forms.authoring.workbook import Workbook
from survey.forms.expressions.xml_document import XFORMS, build_xml_parser

#: Where the values of the interview before this one would be: there never is one.
LAST_SAVED = "jr://instance/last-saved"
#: How pyxform writes the address of a list file.
LIST_ADDRESS_PATTERN = re.compile(r"jr://file(-csv)?/")


def convert_workbook(workbook: Workbook, folder: Path) -> tuple[str, list[Fault]]:
    """The XForm of a workbook, its lists taken from ``folder``, and what is wrong with it.

    That is list files which cannot be used, and what pyxform warns of. Raises QuestionnaireError.
    """
    try:
        warnings: list[str] = []
        xform = convert(adapt_for_pyxform(workbook), warnings, form_name=ROOT_NAMES[0]).xform
        root = etree.fromstring(xform.encode(), build_xml_parser())
        missing = insert_list_files(root, folder)
        lines = map_lines(workbook)
        told = [
            parse_pyxform_message(text, lines, warning=True)
            for text in warnings
            if not any(words in text for words in SAID_BY_CHECKS)
        ]
        return etree.tostring(root, encoding="unicode"), [*missing, *told]
    except PyXFormError as fault:
        raise QuestionnaireError([parse_pyxform_message(str(fault), map_lines(workbook))]) from None
    except etree.XMLSyntaxError as fault:
        remedy = "A prefix such as suara: is explained under “namespaces” in the sheet settings."
        raise QuestionnaireError(
            [Fault(f"The form is not XML: {fault.msg}.", remedy, "settings")]
        ) from None
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as fault:
        # pyxform's own checks have gaps; what falls through them ends in one of these.
        reason = f"The form cannot be put together ({type(fault).__name__}: {fault})."
        remedy = "Compare it with the example in docs/questionnaires.md."
        raise QuestionnaireError([Fault(reason, remedy)]) from None


def adapt_for_pyxform(workbook: Workbook) -> dict[str, Any]:
    """What pyxform takes: every text in every language, the form's root under its name."""
    # A copy, since pyxform may write into what it is given, and the checks read the same rows.
    raw = copy.deepcopy({**workbook.raw, **complete_translations(workbook)})
    sheet = workbook.get_sheet("settings")
    headings = {column.name: column.heading for column in sheet.columns}
    # Codes that stand twice in a list are found by the checks; a form with them can be run.
    wanted = {"allow_choice_duplicates": "yes", "name": choose_root_name(workbook)}
    if language := choose_default_language(workbook):
        wanted["default_language"] = language
    settings: dict[str, Any] = next(iter(raw.get("settings", ())), {})
    settings |= {headings.get(name, name): text for name, text in wanted.items()}
    return raw | {"settings": [settings], "settings_header": [dict.fromkeys(settings)]}


#: Words of pyxform's messages -> how to mend what they are about.
PYXFORM_REMEDIES = {
    "no type": "Fill in type.",
    "must be unique": "Rename one of them.",
    "letters, digits": "Use letters, digits and _.",
    "sheet named": "Name the table of questions survey.",
    "must be set to true or false": "Write randomize=true.",
    "has no label": "Write a label: people read it above each instance.",
    "case-insensitive": "Rename one of them.",
    "must not contain spaces": "Write _ instead of the space, or remove the column.",
    "max-pixels": "It does nothing in a chat: Telegram makes photos smaller by itself.",
    "'disabled' column": "It is read here, too.",
    "is being skipped": "Remove the row, or fill in type and name.",
    "only meant for filtered": "Write a choice_filter, or select_one.",
    "form_id and id_string": "Keep one of the two columns.",
    "machine-readable codes": "Write the code behind the name, as in label::English (en).",
    "or_other": "Write the choice “other” and a question for it yourself.",
}
#: Words of pyxform's warnings of what our own checks say row by row.
SAID_BY_CHECKS = ("Choices should have a label", "is missing the ", "no longer supported on most")
OTHER_REMEDY = "See https://xlsform.org for what is meant."
ROW_PATTERN = re.compile(r"\[row : (\d+)\]\s*(On the '\w+' sheet, t)?")


def map_lines(workbook: Workbook) -> dict[tuple[str, int], int]:
    """Sheet and number of a row -> the line of the file where it stands."""
    sheets = workbook.sheets.items()
    return {(name, row.number): row.line for name, sheet in sheets for row in sheet.rows}


def parse_pyxform_message(
    text: str, lines: Mapping[tuple[str, int], int], *, warning: bool = False
) -> Fault:
    """What pyxform says, taken apart into the place and the fault."""
    # Below its first line pyxform prints the row as it holds it.
    message = " ".join(re.split(r"\n\{|: \{'", text)[0].split())
    row = ROW_PATTERN.search(message)
    sheet = re.search(r"'(survey|choices|settings|entities)' sheet|sheet: '(\w+)'", message)
    column = re.search(r"the '([^']+)' value", message)
    name = (sheet[1] or sheet[2]) if sheet else ("survey" if row else "")
    number = int(row[1]) if row else 0
    said = ROW_PATTERN.sub(lambda m: "T" * bool(m[2]), message).strip()
    known = (remedy for words, remedy in PYXFORM_REMEDIES.items() if words in message)
    return Fault(
        message=said if said.endswith((".", ":")) or "http" in said else f"{said}.",
        remedy=next(known, OTHER_REMEDY if warning else ""),
        sheet=name,
        row=number,
        column=column[1] if column else "",
        warning=warning,
        line=lines.get((name, number), 0),
    )


def insert_list_files(root: etree._Element, folder: Path) -> list[Fault]:
    """Put every list file into an XForm; one that cannot be used is a fault and an empty list."""
    # ODK leaves lists in files beside the form. Here they become a part of it, because the database
    # keeps every version that was ever fielded, whole.
    faults = []
    for element in root.iterfind(f".//{XFORMS}instance[@src]"):
        if element.get("src") == LAST_SAVED:
            del element.attrib["src"]
            continue
        try:
            insert_list_file(element, folder)
        except ListError as fault:
            faults.append(Fault(str(fault), fault.remedy, "survey"))
            del element.attrib["src"]
    return faults


def insert_list_file(element: etree._Element, folder: Path) -> None:
    """Replace an instance's address by the rows of its file. Raises ListError."""
    found = read_list_file(folder, LIST_ADDRESS_PATTERN.sub("", element.get("src", "")))
    table = etree.SubElement(element, f"{XFORMS}root")
    for row in found.rows:
        item = etree.SubElement(table, f"{XFORMS}item")
        for column, value in row.items():
            etree.SubElement(item, f"{XFORMS}{column}").text = value
    del element.attrib["src"]

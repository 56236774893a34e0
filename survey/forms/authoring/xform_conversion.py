"""From the sheets of an XLSForm to the text of an XForm, with the lists from files put into it."""

from __future__ import annotations

import copy
import re
from pathlib import Path

from lxml import etree
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from survey.forms.authoring.faults import Fault, QuestionnaireError
from survey.forms.authoring.list_files import ListError, read_list_file
from survey.forms.authoring.missing_translations import complete_translations
from survey.forms.authoring.workbook import Workbook
from survey.forms.expressions.xml_document import XFORMS, build_xml_parser

#: Where the values of the interview before this one would be: there never is one.
LAST_SAVED = "jr://instance/last-saved"
#: How pyxform writes the address of a list file.
LIST_ADDRESS_PATTERN = re.compile(r"jr://file(-csv)?/")


def convert_workbook(workbook: Workbook, folder: Path) -> tuple[str, list[Fault]]:
    """The XForm of a workbook, its lists taken from ``folder``, and what is wrong with those.

    Raises QuestionnaireError.
    """
    try:
        # A copy, since pyxform may write into what it is given, and the checks read the same rows.
        raw = copy.deepcopy({**workbook.raw, **complete_translations(workbook)})
        # Codes that stand twice in a list are found by the checks; a form with them can be run.
        settings = {**next(iter(raw.get("settings", ())), {}), "allow_choice_duplicates": "yes"}
        raw |= {"settings": [settings], "settings_header": [dict.fromkeys(settings)]}
        # The root is always called data, so that the paths of answers do not depend on a file's
        # name.
        xform = convert(raw, warnings=[], form_name="data").xform
        return insert_list_files(xform, folder)
    except PyXFormError as fault:
        raise QuestionnaireError([parse_pyxform_error(fault, workbook)]) from None
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


#: Words of pyxform's messages -> how to mend what they are about.
PYXFORM_REMEDIES = {
    "no type": "Fill in type.",
    "must be unique": "Rename one of them.",
    "letters, digits": "Use letters, digits and _.",
    "sheet named": "Name the table of questions survey.",
    "must be set to true or false": "Write randomize=true.",
}


def parse_pyxform_error(error: PyXFormError, workbook: Workbook) -> Fault:
    """pyxform's message taken apart into the place and the fault."""
    # Below its first line pyxform prints the row as it holds it.
    message = " ".join(str(error).partition("\n{")[0].split())
    row = re.search(r"\[row : (\d+)\]", message)
    sheet = re.search(r"'(survey|choices|settings|entities)' sheet|sheet: '(\w+)'", message)
    column = re.search(r"the '([^']+)' value", message)
    name = (sheet[1] or sheet[2]) if sheet else ("survey" if row else "")
    number = int(row[1]) if row else 0
    rows = workbook.get_sheet(name).rows
    return Fault(
        message=re.sub(
            r"\[row : \d+\]\s*(On the '\w+' sheet, t)?", lambda m: "T" * bool(m[1]), message
        ),
        remedy=next((remedy for words, remedy in PYXFORM_REMEDIES.items() if words in message), ""),
        sheet=name,
        row=number,
        column=column[1] if column else "",
        line=next((r.line for r in rows if r.number == number), 0),
    )


def insert_list_files(xform: str, folder: Path) -> tuple[str, list[Fault]]:
    """The XForm with every list file inside it; a file that cannot be used is an empty list."""
    # ODK leaves lists in files beside the form. Here they become a part of it, because the database
    # keeps every version that was ever fielded, whole.
    root = etree.fromstring(xform.encode(), build_xml_parser())
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
    return etree.tostring(root, encoding="unicode"), faults


def insert_list_file(element: etree._Element, folder: Path) -> None:
    """Replace an instance's address by the rows of its file. Raises ListError."""
    found = read_list_file(folder, LIST_ADDRESS_PATTERN.sub("", element.get("src", "")))
    table = etree.SubElement(element, f"{XFORMS}root")
    for row in found.rows:
        item = etree.SubElement(table, f"{XFORMS}item")
        for column, value in row.items():
            etree.SubElement(item, f"{XFORMS}{column}").text = value
    del element.attrib["src"]

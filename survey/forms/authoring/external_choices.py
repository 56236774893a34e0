"""Choices on the sheet ``external_choices``: offered, where ODK's engine would let people type.

pyxform makes a text question with a ``query`` of a ``select_one_external`` and leaves its choices
in a file beside the form, which ODK Collect alone reads. Here they go into the form.
"""

from __future__ import annotations

from lxml import etree

from survey.forms.authoring.workbook import SheetRow, Workbook
from survey.forms.expressions.xml_document import XFORMS, build_xml_parser
from survey.forms.model.xform_reader import parse_language_code


def add_external_selects(xform: str, workbook: Workbook) -> str:
    """The XForm with a select for each question whose choices are on that sheet."""
    rows = workbook.get_sheet("external_choices").rows
    if not rows:
        return xform
    root = etree.fromstring(xform.encode(), build_xml_parser())
    asked = list(root.iterfind(f".//{XFORMS}input[@query]"))
    for element in asked:
        element.tag = f"{XFORMS}select1"
        itemset = etree.SubElement(element, f"{XFORMS}itemset", nodeset=element.attrib.pop("query"))
        etree.SubElement(itemset, f"{XFORMS}value", ref="name")
        etree.SubElement(itemset, f"{XFORMS}label", ref="label")
    # The first instance is the form itself: lists stand behind it.
    first = root.find(f".//{XFORMS}instance")
    for name in dict.fromkeys(row.get("list_name") for row in rows):
        if first is not None and name:
            first.addnext(
                build_list_instance(name, [row for row in rows if row.get("list_name") == name])
            )
    return etree.tostring(root, encoding="unicode")


def build_list_instance(name: str, rows: list[SheetRow]) -> etree._Element:
    """A list as XForms has it; a label in another language than the first is ``label_en``."""
    instance = etree.Element(f"{XFORMS}instance", id=name)
    table = etree.SubElement(instance, f"{XFORMS}root")
    for row in rows:
        item = etree.SubElement(table, f"{XFORMS}item")
        cells = {
            "label": row.get("label"),
            **{
                f"label_{parse_language_code(lang)}": text
                for lang, text in row.get_texts("label").items()
                if lang
            },
            **{c.name: text for c, text in row.cells.items() if c.name != "label"},
        }
        for column, text in cells.items():
            if column != "list_name" and column.isidentifier():
                etree.SubElement(item, f"{XFORMS}{column}").text = text
    return instance

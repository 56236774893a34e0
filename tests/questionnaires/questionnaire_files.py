"""Reads the files in ``questionnaires/`` as the tests beside this one need them."""

from __future__ import annotations

import csv
import re
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree
from pyxform.xls2xform import convert

Element = Any  # lxml's stubs call whatever find() returns optional

ROOT = Path(__file__).parents[2]
QUESTIONNAIRE_FOLDER = ROOT / "questionnaires"
FORMS = ("persepsi", "kerentanan", "kondisi-aset", "rencana-kota", "skenario")
LANGUAGES = ("Indonesia (id)", "English (en)")
XFORM_NAMESPACES = {"x": "http://www.w3.org/2002/xforms"}
SUARA_NAMESPACE = "{https://suara.id/xforms}"
CODE_PATTERN = re.compile(r"[a-z][a-z0-9_]*")
HELPER_PREFIXES = ("generated_table_list_label_", "reserved_name_for_field_list_labels_")


@cache
def read_xform_tree(form: str) -> Element:
    warnings: list[str] = []
    made = convert(QUESTIONNAIRE_FOLDER / f"{form}.md", file_type=".md", warnings=warnings)
    assert warnings == []
    return etree.fromstring(made.xform.encode())


def read_csv_rows(name: str) -> list[dict[str, str]]:
    with (QUESTIONNAIRE_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def text_of_element(element: Element) -> str:
    """A text as read on the phone, an ellipsis where an answer is put in."""
    parts = [element.text or ""]
    for output in element:
        parts += ["…", output.tail or ""]
    return " ".join("".join(parts).split())


@cache
def read_texts(form: str) -> dict[str, dict[str, str]]:
    """Language -> key -> words."""
    return {
        translation.get("lang"): {
            text.get("id"): text_of_element(text.find("x:value", XFORM_NAMESPACES))
            for text in translation.iterfind("x:text", XFORM_NAMESPACES)
        }
        for translation in read_xform_tree(form).iterfind(".//x:translation", XFORM_NAMESPACES)
    }


def read_choice_lists(form: str) -> dict[str, dict[str, str]]:
    """List -> code -> key of its label."""
    return {
        instance.get("id"): {
            item.findtext("x:name", namespaces=XFORM_NAMESPACES): item.findtext(
                "x:itextId", namespaces=XFORM_NAMESPACES
            )
            for item in instance.iterfind("x:root/x:item", XFORM_NAMESPACES)
        }
        for instance in read_xform_tree(form).iterfind(".//x:instance[@id]", XFORM_NAMESPACES)
        if instance.get("src") is None
    }


def list_controls(form: str) -> list[Element]:
    """All questions on the cards, without the helpers of ``table-list``."""
    kinds = ("input", "select", "select1", "trigger")
    found = (
        node
        for kind in kinds
        for node in read_xform_tree(form).iterfind(f".//x:{kind}", XFORM_NAMESPACES)
    )
    return [node for node in found if not name_of_control(node).startswith(HELPER_PREFIXES)]


def name_of_control(control: Element) -> str:
    return str(control.get("ref")).rpartition("/")[2]


def read_suara_attribute(form: str, attribute: str) -> dict[str, str]:
    """Name -> value of one of Suara's own attributes, wherever it arrived."""
    return {
        (node.get("ref") or node.get("nodeset")).rpartition("/")[2]: node.get(
            SUARA_NAMESPACE + attribute
        )
        for node in read_xform_tree(form).iter()
        if node.get(SUARA_NAMESPACE + attribute) is not None
    }


def list_table_lines(form: str, group: str) -> list[str]:
    """The lines of a card."""
    return [
        name_of_control(c)
        for c in list_controls(form)
        if c.getparent().get("ref") == group and c.get("appearance")
    ]


def build_single_document(form: str, lists: dict[str, str]) -> Element:
    """The answers and the CSV lists under one root, namespaces gone, for plain XPath 1.0."""
    top = etree.Element("top")
    instance = deepcopy(read_xform_tree(form).find(".//x:instance", XFORM_NAMESPACES)[0])
    for node in instance.iter():
        node.tag = etree.QName(node).localname
    top.append(instance)
    for name, file in lists.items():
        root = etree.SubElement(etree.SubElement(top, "list", id=name), "root")
        for row in read_csv_rows(file):
            item = etree.SubElement(root, "item")
            for column, value in row.items():
                etree.SubElement(item, column).text = value
    return top

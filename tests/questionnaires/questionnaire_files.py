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
HOME = ROOT / "questionnaires"
FORMS = ("persepsi", "kerentanan", "kondisi-aset", "rencana-kota", "skenario")
LANGUAGES = ("Indonesia (id)", "English (en)")
XF = {"x": "http://www.w3.org/2002/xforms"}
SUARA = "{https://suara.id/xforms}"
CODE = re.compile(r"[a-z][a-z0-9_]*")
HELPERS = ("generated_table_list_label_", "reserved_name_for_field_list_labels_")


@cache
def xform(form: str) -> Element:
    warnings: list[str] = []
    made = convert(HOME / f"{form}.md", file_type=".md", warnings=warnings)
    assert warnings == []
    return etree.fromstring(made.xform.encode())


def rows(name: str) -> list[dict[str, str]]:
    with (HOME / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def words(element: Element) -> str:
    """A text as read on the phone, an ellipsis where an answer is put in."""
    parts = [element.text or ""]
    for output in element:
        parts += ["…", output.tail or ""]
    return " ".join("".join(parts).split())


@cache
def texts(form: str) -> dict[str, dict[str, str]]:
    """Language -> key -> words."""
    return {
        translation.get("lang"): {
            text.get("id"): words(text.find("x:value", XF))
            for text in translation.iterfind("x:text", XF)
        }
        for translation in xform(form).iterfind(".//x:translation", XF)
    }


def choices(form: str) -> dict[str, dict[str, str]]:
    """List -> code -> key of its label."""
    return {
        instance.get("id"): {
            item.findtext("x:name", namespaces=XF): item.findtext("x:itextId", namespaces=XF)
            for item in instance.iterfind("x:root/x:item", XF)
        }
        for instance in xform(form).iterfind(".//x:instance[@id]", XF)
        if instance.get("src") is None
    }


def controls(form: str) -> list[Element]:
    """All questions on the cards, without the helpers of ``table-list``."""
    kinds = ("input", "select", "select1", "trigger")
    found = (node for kind in kinds for node in xform(form).iterfind(f".//x:{kind}", XF))
    return [node for node in found if not leaf(node).startswith(HELPERS)]


def leaf(control: Element) -> str:
    return str(control.get("ref")).rpartition("/")[2]


def marked(form: str, attribute: str) -> dict[str, str]:
    """Name -> value of one of Suara's own attributes, wherever it arrived."""
    return {
        (node.get("ref") or node.get("nodeset")).rpartition("/")[2]: node.get(SUARA + attribute)
        for node in xform(form).iter()
        if node.get(SUARA + attribute) is not None
    }


def table(form: str, group: str) -> list[str]:
    """The lines of a card."""
    return [
        leaf(c) for c in controls(form) if c.getparent().get("ref") == group and c.get("appearance")
    ]


def one_document(form: str, lists: dict[str, str]) -> Element:
    """The answers and the CSV lists under one root, namespaces gone, for plain XPath 1.0."""
    top = etree.Element("top")
    instance = deepcopy(xform(form).find(".//x:instance", XF)[0])
    for node in instance.iter():
        node.tag = etree.QName(node).localname
    top.append(instance)
    for name, file in lists.items():
        root = etree.SubElement(etree.SubElement(top, "list", id=name), "root")
        for row in rows(file):
            item = etree.SubElement(root, "item")
            for column, value in row.items():
                etree.SubElement(item, column).text = value
    return top

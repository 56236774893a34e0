"""A document given as text, and the node in it at which an expression is evaluated."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from typing import Any, cast
from zoneinfo import ZoneInfo

from lxml import etree

from survey.forms.expressions.casts import as_boolean, as_number, as_string
from survey.forms.expressions.function_registry import Environment, Value

XFORMS = "{http://www.w3.org/2002/xforms}"
#: Prefixes that are known in every document.
NAMESPACE_PREFIXES = {
    "h": "http://www.w3.org/1999/xhtml",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "jr": "http://openrosa.org/javarosa",
    "odk": "http://www.opendatakit.org/xforms",
    "orx": "http://openrosa.org/xforms",
    "xforms": "http://www.w3.org/2002/xforms",
}
LAST_STEP_PATTERN = re.compile(r"(.*)/(@.+|[\w-]+\(\)(\[\d+\])?)$")


def build_xml_parser(*, strip_cdata: bool = True) -> etree.XMLParser:
    """A parser that opens nothing but the text it is given."""
    # A form may come from a stranger: entities could read files of this machine or grow without
    # end, and a DTD could be fetched from anywhere.
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        strip_cdata=strip_cdata,
    )


class XmlDocument:
    """A document and a node in it.

    If it is an XForm, absolute paths begin at the instance that the node is in and names have no
    namespaces, as in a running form. ``origin`` leads from ``context`` to the node where that is
    the document, an attribute or a text: libxml2 wants an element.
    """

    def __init__(self, xml: str, context: str, language: str | None) -> None:
        """Raise ValueError if there is no such document or node."""
        try:
            self.root = etree.fromstring(xml.encode(), build_xml_parser(strip_cdata=False))
        except etree.XMLSyntaxError as fault:
            raise ValueError(f"This is not XML: {fault.msg}") from None
        self.language = language
        self.namespaces = NAMESPACE_PREFIXES | {
            prefix: address
            for element in self.root.iter(etree.Element)
            for prefix, address in element.nsmap.items()
            if prefix
        }
        self.context, self.origin = self.find_element(context)
        model = next(self.root.iter(f"{XFORMS}model"), None)
        self.model = None if model is None or model is self.root else model
        self.main = self.root if self.model is None else self.find_instance_around()
        self.root_variable = "" if self.model is None else "$main"
        # The last step, since model and instances are found by their names with namespaces.
        if self.model is not None:
            for element in self.model.iter(etree.Element):
                element.tag = etree.QName(element).localname

    def find_element(self, path: str) -> tuple[etree._Element, str]:
        """The element at or above a path, and the way from it to the node.

        Raises ValueError for a path to no node, or to none that an element holds.
        """
        if path == "/":
            return self.root, "/"
        nodes = self.root.getroottree().xpath(path, namespaces=self.namespaces)
        if not isinstance(nodes, list) or not nodes:
            raise ValueError(f"There is no {path} in the document.")
        if isinstance(nodes[0], etree._Element) and isinstance(nodes[0].tag, str):
            return nodes[0], ""
        last = LAST_STEP_PATTERN.match(path)
        if last is None:
            raise ValueError(f"{path} is no path to one node.")
        return self.find_element(last[1])[0], f"{last[2]}/"

    def find_instance_around(self) -> etree._Element:
        """The instance that the node is in; else the first."""
        above = (self.context, *self.context.iterancestors())
        inside = (e for e in above if e.tag == f"{XFORMS}instance")
        found = next(inside, None)
        return next(self.root.iter(f"{XFORMS}instance"), self.root) if found is None else found

    def build_environment(
        self, now: str | float | None, zone: str | tzinfo | None, *, strict: bool
    ) -> Environment:
        """What functions know. Raises ValueError for a time or a time zone that is none."""
        if isinstance(now, str):
            moment = datetime.fromisoformat(now)
        else:
            moment = datetime.fromtimestamp((now or 0) / 1000, UTC)
        place = ZoneInfo(zone) if isinstance(zone, str) else zone or UTC
        return Environment(
            main=next(iter(self.main), self.main),
            instances=self.collect_instances(),
            now=moment if moment.tzinfo else moment.replace(tzinfo=place),
            zone=place,
            translate=self.find_translation,
            strict=strict,
        )

    def collect_instances(self) -> dict[str, etree._Element]:
        """The instances of an XForm by their name."""
        found = [] if self.model is None else self.model.iter("instance")
        return {element.get("id", ""): element for element in found}

    def find_translation(self, key: str) -> list[etree._Element]:
        """What stands under an itext key in the wanted language, else in the default one."""
        every = [] if self.model is None else list(self.model.iter("translation"))
        every.sort(key=lambda e: (e.get("lang") != self.language, e.get("default") is None))
        texts = every[0].iterfind("text") if every else ()
        found = next((text for text in texts if text.get("id") == key), None)
        values = () if found is None else found.iterfind("value")
        return [value for value in values if value.get("form") is None]

    def convert_value(self, value: Value, kind: str | None) -> str | float | bool | list[str]:
        """A value as it is wanted. Raises ValueError where nodes are wanted of something else."""
        if kind == "number":
            return as_number(value)
        if kind == "boolean":
            return as_boolean(value)
        if kind == "string":
            return str(as_string(value))
        if isinstance(value, list):
            return list_node_paths(value)
        if kind == "nodeset":
            raise ValueError("The expression gives no nodes.")
        return str(value) if isinstance(value, str) else value


def list_node_paths(nodes: list[Any]) -> list[str]:
    """The paths of nodes; texts side by side are told apart by their order."""
    found: list[str] = []
    for node in nodes:
        path = build_node_path(node)
        while isinstance(node, str) and not getattr(node, "is_attribute", True) and path in found:
            path = f"{path[: path.rindex('[')]}[{int(path[path.rindex('[') + 1 : -1]) + 1}]"
        found.append(path)
    return found


def build_node_path(node: Any) -> str:
    """The path of a node of any kind, counted among all its siblings."""
    if isinstance(node, etree._Element):
        parent = node.getparent()
        if parent is None:
            return f"/node()[{1 + sum(1 for _ in node.itersiblings(preceding=True))}]"
        siblings = cast("list[Any]", parent.xpath("node()"))
        place = next(n for n, other in enumerate(siblings, 1) if other is node)
        return f"{build_node_path(parent)}/node()[{place}]"
    owner = getattr(node, "getparent", lambda: None)()
    if owner is None:
        return str(node)
    if node.is_attribute:
        return f"{build_node_path(owner)}/@{etree.QName(node.attrname).localname}"
    if node.is_tail:
        before = build_node_path(owner)
        place = int(before[before.rindex("[") + 1 : -1]) + 1
        return f"{before[: before.rindex('/')]}/node()[{place}]"
    return f"{build_node_path(owner)}/node()[1]"

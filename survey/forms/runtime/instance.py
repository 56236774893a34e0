"""The nodes of a running form: where each is, what it holds, and the repeats they are in.

A *key* names a node: its path with a position at every repeat, ``/data/aset[2]/guncangan/banjir``.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from survey.forms.answers.canonical_values import format_computed_value
from survey.forms.expressions.xml_document import XFORMS, build_xml_parser
from survey.forms.model.questionnaire import Bind, Choice, Group, Questionnaire
from survey.forms.runtime.filtered_lists import FilteredList, build_filtered_list

#: A repeat is never made larger than this, whatever its count says, nor a form.
#: A count is often a number that somebody typed: a slip must not fill the memory.
MOST_REPEATS = 200
MOST_NODES = 20_000
POSITION_PATTERN = re.compile(r"\[\d+\]")


@dataclass(slots=True)
class InstanceNode:
    """One value of the instance. ``value`` outlives irrelevance, the element's text does not.

    ``last_computed`` is what its calculation last gave: what was typed over it stands until that
    changes. ``offered_value`` is what the filter of its choices leaves of the value; None if all.
    """

    key: str
    bind: Bind
    element: etree._Element
    value: str = ""
    relevant: bool = True
    last_computed: str | None = None
    offered_value: str | None = None

    @property
    def effective_value(self) -> str:
        """The value as far as it counts: if it is relevant, and on offer."""
        if not self.relevant:
            return ""
        return self.value if self.offered_value is None else self.offered_value

    def update_element(self) -> None:
        """Let expressions see the value, if it counts."""
        if not len(self.element):
            self.element.text = self.effective_value or None


@dataclass(frozen=True, slots=True)
class FormTemplate:
    """What all running forms of a questionnaire begin with or share.

    ``main`` is the empty instance, ``templates`` what a new instance of a repeat at a path is,
    ``lists`` the other instances by name. ``listed_choices`` has for the path of each select the
    choices of its list by value and label as they are written there, ``filtered_lists`` those whose
    filter is looked up.
    """

    main: etree._Element
    templates: Mapping[str, etree._Element]
    lists: Mapping[str, etree._Element]
    listed_choices: Mapping[str, Mapping[tuple[str, str], Choice]]
    filtered_lists: Mapping[str, FilteredList]
    repeats: Mapping[str, Group]


@lru_cache(maxsize=32)
def build_form_template(questionnaire: Questionnaire) -> FormTemplate:
    """The empty instance and the lists of a questionnaire, without namespaces."""
    root = etree.fromstring(questionnaire.xform.encode(), build_xml_parser())
    instances = list(root.iterfind(f".//{XFORMS}instance"))
    # In an XForm the first instance is the form itself, and all others are lists.
    main = strip_namespaces(instances[0][0])
    lists = {element.get("id", ""): strip_namespaces(element) for element in instances[1:]}
    repeats = {
        group.path: group
        for group in questionnaire.body.walk()
        if isinstance(group, Group) and group.repeat
    }
    # A template stands before the first instance of its repeat.
    found = {path: main.find(make_relative_path(path)) for path in repeats}
    templates = {path: build_repeat_template(e) for path, e in found.items() if e is not None}
    offers = dict(collect_listed_choices(questionnaire, lists))
    filtered = dict(collect_filtered_lists(questionnaire, lists, offers))
    return FormTemplate(remove_templates(main), templates, lists, offers, filtered, repeats)


def build_repeat_template(element: etree._Element) -> etree._Element:
    """What a new instance of a repeat is: its template, else its first instance without values."""
    made = remove_templates(copy.deepcopy(element))
    for node in made.iter() if element.get("template") is None else ():
        node.text = None
    return made


def remove_templates(element: etree._Element) -> etree._Element:
    """An element after the templates in it were taken out."""
    element.attrib.pop("template", "")
    for inner in list(element):
        if inner.get("template") is not None:
            element.remove(inner)
        else:
            remove_templates(inner)
    return element


def collect_listed_choices(
    questionnaire: Questionnaire, lists: Mapping[str, etree._Element]
) -> Iterator[tuple[str, Mapping[tuple[str, str], Choice]]]:
    """For each select the choices of its list by their value and label as the list has them."""
    known: dict[int, Mapping[tuple[str, str], Choice]] = {}
    for question in questionnaire.controls.values():
        itemset = question.itemset
        if itemset and itemset.list in lists:
            if id(itemset.all_choices) not in known:
                items = map(itemset.read_item, lists[itemset.list].iterfind("root/item"))
                known[id(itemset.all_choices)] = dict(zip(items, itemset.all_choices, strict=False))
            yield question.path, known[id(itemset.all_choices)]


def collect_filtered_lists(
    questionnaire: Questionnaire,
    lists: Mapping[str, etree._Element],
    listed: Mapping[str, Mapping[tuple[str, str], Choice]],
) -> Iterator[tuple[str, FilteredList]]:
    """For each select whose filter asks for an equal value its list by that."""
    for path, known in listed.items():
        itemset = questionnaire.controls[path].itemset
        if itemset is not None and (
            found := build_filtered_list(itemset, lists[itemset.list], known)
        ):
            yield path, found


def strip_namespaces(element: etree._Element) -> etree._Element:
    """A copy without namespaces, so that ``/data/x`` means what its author meant."""
    made = etree.Element(etree.QName(element).localname)
    made.text = element.text if len(element) == 0 else None
    for name, value in element.attrib.items():
        made.set(etree.QName(name).localname, value)
    # In lxml the tag of a comment or a processing instruction is a function: these are left out.
    made.extend([strip_namespaces(child) for child in element if isinstance(child.tag, str)])
    return made


class Instance:
    """The nodes of one person's form."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        known = build_form_template(questionnaire)
        self.binds = questionnaire.binds
        self.repeats = known.repeats
        self.root = copy.deepcopy(known.main)
        # Absolute paths are run as ``$main/data/x``, so the root needs an element above it.
        etree.Element("forms").append(self.root)
        self.key = f"/{self.root.tag}"
        self.nodes: dict[str, InstanceNode] = {}
        self.nodes_by_path: dict[str, list[InstanceNode]] = {}
        # lxml makes a new Python object for an element when none is alive any more. As keys they
        # stay alive, so that an element is always the same object.
        #: Every node there ever was, so that what a shrinking repeat takes away can come back.
        self.nodes_by_element: dict[etree._Element, InstanceNode] = {}
        self.removed_instances: dict[tuple[etree._Element, str], list[etree._Element]] = {}
        #: How often the nodes were named: what is remembered by key is of one naming.
        self.naming = 0
        self.templates = known.templates
        self.index_nodes()

    def index_nodes(self) -> None:
        """Name all nodes anew, keeping what is known of them."""
        self.nodes, self.nodes_by_path, self.naming = {}, {}, self.naming + 1
        stack = [(self.root, self.key, True)]
        while stack:
            element, key, is_relevant = stack.pop()
            node = self.nodes_by_element.get(element)
            if node is None:
                node = self.make_node(element, key, is_relevant)
            node.key = key
            self.nodes[key] = node
            self.nodes_by_path.setdefault(node.bind.path, []).append(node)
            if len(element):
                below = [
                    (child, key, node.relevant) for child, key in self.list_child_keys(element, key)
                ]
                # Taken from the end of the stack, they come in the order of the form.
                stack.extend(reversed(below))

    def make_node(self, element: etree._Element, key: str, is_relevant: bool) -> InstanceNode:
        """What is known of an element that has just come."""
        path = strip_positions(key)
        bind = self.binds.get(path) or Bind(path)
        given = format_computed_value(bind.datatype, text) if (text := element.text) else ""
        node = InstanceNode(key, bind, element, given, is_relevant)
        if text:
            node.update_element()
        self.nodes_by_element[element] = node
        return node

    def list_child_keys(
        self, element: etree._Element, key: str
    ) -> Iterator[tuple[etree._Element, str]]:
        """The elements below an element with their keys."""
        seen: dict[str, int] = {}
        for child in element:
            below = f"{key}/{child.tag}"
            if strip_positions(below) in self.repeats:
                seen[child.tag] = seen.get(child.tag, 0) + 1
                below = f"{below}[{seen[child.tag]}]"
            yield child, below

    def list_nodes_below(self, node: InstanceNode) -> Iterator[InstanceNode]:
        """The nodes directly below a node."""
        return (self.nodes_by_element[child] for child in node.element)

    def list_occurrences(self, path: str, within: str) -> list[str]:
        """Keys of the repeat's instances inside the node ``within``."""
        found: list[str] = []
        while (key := f"{within}/{path.rpartition('/')[2]}[{len(found) + 1}]") in self.nodes:
            found.append(key)
        return found

    def find_nodes_beside(self, path: str, key: str) -> list[InstanceNode]:
        """The nodes at ``path`` in the same instances of repeats as the node ``key``."""
        around = {strip_positions(repeat): repeat for repeat in list_repeat_keys(key)}
        return [
            node
            for node in self.nodes_by_path.get(path, ())
            if all(around.get(strip_positions(r), r) == r for r in list_repeat_keys(node.key))
        ]

    def find_nodes(self, path: str, within: Set[str]) -> list[InstanceNode]:
        """The nodes at a path inside some instances of repeats around it; all with ``''``."""
        if "" in within:
            return self.nodes_by_path.get(path, [])
        found: list[InstanceNode] = []
        for instance in within:
            node = self.nodes.get(instance + path[len(strip_positions(instance)) :])
            if node is not None:
                found.append(node)
            else:  # Other repeats lie between.
                below = f"{instance}/"
                nodes = self.nodes_by_path.get(path, ())
                found.extend(node for node in nodes if node.key.startswith(below))
        return found

    def resize_repeat(self, holder: InstanceNode, path: str, wanted: int) -> list[etree._Element]:
        """Give a repeat as many instances as wanted, within bounds; the added ones.

        What is taken away is put aside and comes back first.
        """
        there = [self.nodes[key].element for key in self.list_occurrences(path, holder.key)]
        wanted = min(wanted, MOST_REPEATS)
        spare = self.removed_instances.setdefault((holder.element, path), [])
        # The last one goes onto the pile first, so that they come back in their order.
        for surplus in reversed(there[wanted:]):
            holder.element.remove(surplus)
            spare.append(surplus)
        added = []
        for _ in range(min(wanted - len(there), self.count_room(path))):
            added.append(spare.pop() if spare else copy.deepcopy(self.templates[path]))
            holder.element.insert(self.find_insert_index(holder, path), added[-1])
        return added

    def count_room(self, path: str) -> int:
        """How many more instances of a repeat the form can take."""
        size = sum(1 for _ in self.templates[path].iter())
        return max(0, MOST_NODES - len(self.nodes)) // size

    def find_insert_index(self, holder: InstanceNode, path: str) -> int:
        """Where the next instance of a repeat goes: after the last, else at the end."""
        last = holder.element.findall(path.rpartition("/")[2])
        return holder.element.index(last[-1]) + 1 if last else len(holder.element)


def find_instance_key(key: str, repeat: str) -> str:
    """The instance of a repeat that a key leads through; ``''`` for no repeat."""
    return "/".join(key.split("/")[: repeat.count("/") + 1]) if repeat else ""


def list_repeat_keys(key: str) -> list[str]:
    """The keys of the repeats that a key leads through."""
    return [key[: found.end()] for found in POSITION_PATTERN.finditer(key)]


@lru_cache(maxsize=65536)
def strip_positions(key: str) -> str:
    """A key without its positions."""
    return POSITION_PATTERN.sub("", key)


def make_relative_path(path: str) -> str:
    """``/data/g/r`` as seen from the root element: ``g/r``."""
    return path.split("/", 2)[2]


def get_occurrence(key: str) -> str:
    """The positions in a key: ``2`` for ``/data/aset[2]/x``, ``2.1`` for nested ones."""
    return ".".join(found[1:-1] for found in POSITION_PATTERN.findall(key))

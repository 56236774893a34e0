"""The running form: one person's values, and what follows from them.

A *key* names a node of the instance: its path with a position at every repeat,
``/data/aset[2]/guncangan/banjir``. A value is text as XForms writes it; ``''`` is no answer.

A node that is not relevant is empty for every expression but keeps its value, which comes back
with it. What follows is computed along the dependencies (``in_order``), never by trying until
nothing changes.
"""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter

from lxml import etree

from survey.forms.grammar import references
from survey.forms.questionnaire import Bind, Choice, Group, Question, Questionnaire, Text
from survey.forms.xform import XFORMS, parser
from survey.forms.xpath import Environment, Expression, as_number, as_string, number_text

#: A repeat is never made larger than this, whatever its count says.
MOST_REPEATS = 200
POSITION = re.compile(r"\[\d+\]")


class CycleFault(ValueError):  # noqa: N818 - a fault of the author, not of the program
    """Calculations that wait for each other; ``paths`` are those of the circle."""

    def __init__(self, paths: list[str]) -> None:
        super().__init__(" → ".join(paths))
        self.paths = paths


@dataclass(slots=True)
class Node:
    """One value of the instance. ``value`` outlives irrelevance, the element's text does not."""

    key: str
    bind: Bind
    element: etree._Element
    value: str = ""
    relevant: bool = True


@dataclass(frozen=True, slots=True)
class Formula:
    """What follows from other values: ``aspect`` is relevant, calculate, count or choices."""

    path: str
    aspect: str
    expression: Expression
    reads: frozenset[str]


def formulas(questionnaire: Questionnaire) -> Iterator[Formula]:
    """Every relevant, calculate, repeat count and list of choices of the questionnaire."""
    for bind in questionnaire.binds.values():
        for aspect in ("relevant", "calculate"):
            if expression := getattr(bind, aspect):
                yield Formula(bind.path, aspect, expression, reads(expression, bind.path))
    for question in questionnaire.questions:
        if question.itemset:
            nodeset = question.itemset.nodeset
            yield Formula(question.path, "choices", nodeset, reads(nodeset, question.path))
    for group in questionnaire.body.walk():
        if isinstance(group, Group) and group.repeat and group.count:
            found = reads(group.count, group.path)
            yield Formula(group.path, "count", group.count, found)


def reads(expression: Expression, path: str) -> frozenset[str]:
    """The paths an expression depends on; its own value is not among them."""
    return references(expression.tree, path) - {path}


def feeds(source: Formula, target: Formula) -> bool:
    """Whether what ``source`` changes can change ``target``."""
    if source.path == target.path:
        # A node's relevance decides whether its calculation counts, not the other way round.
        return source.aspect == "relevant" and target.aspect == "calculate"
    if source.aspect == "choices":
        return False
    above = source.aspect != "calculate" and target.path.startswith(source.path + "/")
    return above or any(touches(source.path, path) for path in target.reads)


def touches(changed: str, read: str) -> bool:
    """Whether a change at or above a path, or anywhere below ``/*``, concerns who reads it."""
    if read.endswith("/*") and changed.startswith(read[:-1]):
        return True
    return read == changed or read.startswith(changed + "/")


@lru_cache(maxsize=32)
def prepared(questionnaire: Questionnaire) -> tuple[etree._Element, dict[str, etree._Element]]:
    """The empty instance and the lists of a questionnaire, without namespaces."""
    root = etree.fromstring(questionnaire.xform.encode(), parser())
    instances = list(root.iterfind(f".//{XFORMS}instance"))
    main = bare(instances[0][0])
    for template in list(main.iter()):
        if template.get("template") is not None:
            parent = template.getparent()
            if parent is not None:
                parent.remove(template)
    lists = {}
    for element in instances[1:]:
        holder = etree.Element("instance")
        holder.extend([bare(child) for child in element])
        lists[element.get("id", "")] = holder
    return main, lists


def bare(element: etree._Element) -> etree._Element:
    """A copy without namespaces, so that ``/data/x`` means what its author meant."""
    made = etree.Element(etree.QName(element).localname)
    made.text = element.text if len(element) == 0 else None
    for name, value in element.attrib.items():
        made.set(etree.QName(name).localname, value)
    made.extend([bare(child) for child in element if isinstance(child.tag, str)])
    return made


@lru_cache(maxsize=32)
def in_order(questionnaire: Questionnaire) -> tuple[Formula, ...]:
    """The formulas of a questionnaire, each after those it reads from. Raises CycleFault."""
    found = list(formulas(questionnaire))
    at: dict[str, list[Formula]] = {}
    for formula in found:
        at.setdefault(formula.path, []).append(formula)
    graph = {
        formula: {
            other for other in near(formula, at) if other is not formula and feeds(other, formula)
        }
        for formula in found
    }
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError as fault:
        raise CycleFault([formula.path for formula in fault.args[1]]) from None


def near(target: Formula, at: Mapping[str, list[Formula]]) -> Iterator[Formula]:
    """The formulas that may feed ``target``: at and above its own path and those it reads."""
    if any(read.endswith("/*") for read in target.reads):
        yield from (formula for formulas_there in at.values() for formula in formulas_there)
        return
    paths = {target.path, *target.reads}
    while paths:
        yield from (formula for path in paths for formula in at.get(path, ()))
        paths = {path.rpartition("/")[0] for path in paths} - {""}


@dataclass
class Form:
    """A questionnaire being filled in. Not safe for two threads at once."""

    questionnaire: Questionnaire
    seed: int = 0
    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    zone: tzinfo = UTC
    nodes: dict[str, Node] = field(default_factory=dict, init=False, repr=False)
    _at: dict[str, list[Node]] = field(default_factory=dict, init=False, repr=False)
    _offered: dict[str, tuple[Choice, ...]] = field(default_factory=dict, init=False, repr=False)
    #: Every node there ever was, so that what a shrinking repeat takes away can come back.
    _known: dict[str, Node] = field(default_factory=dict, init=False, repr=False)
    _spare: dict[str, list[etree._Element]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        main, lists = prepared(self.questionnaire)
        self._formulas = in_order(self.questionnaire)
        self._root = copy.deepcopy(main)
        document = etree.Element("forms")
        document.append(self._root)
        self._repeats = {
            group.path: group
            for group in self.questionnaire.body.walk()
            if isinstance(group, Group) and group.repeat
        }
        self._templates = {
            path: copy.deepcopy(element)
            for path in self._repeats
            if (element := self._root.find(relative(path))) is not None
        }
        self.environment = Environment(
            main=self._root,
            instances=lists,
            now=self.now,
            zone=self.zone,
            seed=self.seed,
        )
        self._index()
        self._start_counted_repeats()
        self._recalculate({""})

    # Reading

    def value(self, key: str) -> str:
        """The value that counts: empty where the node is missing or not relevant."""
        node = self.nodes.get(key)
        return node.value if node and node.relevant else ""

    def relevant(self, key: str) -> bool:
        """Whether the node is there and everything above it is relevant."""
        node = self.nodes.get(key)
        return node is not None and node.relevant

    def required(self, key: str) -> bool:
        """Whether an answer must be given."""
        return self._true(key, self.nodes[key].bind.required, otherwise=False)

    def problem(self, key: str) -> str | None:
        """What is wrong with the value: ``required``, ``constraint``, ``choice`` or None."""
        node = self.nodes[key]
        if not node.relevant:
            return None
        if not node.value:
            return "required" if self.required(key) else None
        if not self.offers(key):
            return "choice"
        return None if self._true(key, node.bind.constraint, otherwise=True) else "constraint"

    def text(self, text: Text, key: str, language: str) -> str:
        """A label, hint or message for the node at ``key``, its expressions evaluated."""
        known = replace(
            self.environment,
            translate=lambda name: self._itext(name, key, language),
            choice_label=lambda value, path: self._choice_label(value, path, language),
        )
        element = self.nodes[key].element if key in self.nodes else self._root
        words = (
            part if isinstance(part, str) else part.string(element, known)
            for part in text.of(language)
        )
        return "".join(words).strip()

    def choices(self, key: str) -> tuple[Choice, ...]:
        """What a select offers now, in the order for this person."""
        if key not in self._offered:
            self._offered[key] = self._choices(key)
        return self._offered[key]

    def _choices(self, key: str) -> tuple[Choice, ...]:
        question = self.questionnaire.by_path[path_of(key)]
        if question.itemset is None:
            return ()
        items = question.itemset.nodeset.evaluate(self.nodes[key].element, self.environment)
        known = {choice.value: choice for choice in question.itemset.everything}
        values = [i.findtext(question.itemset.value) or "" for i in as_nodes(items)]
        return tuple(known[value] for value in values if value in known)

    def offers(self, key: str) -> bool:
        """Whether what was chosen is still on offer: its filter may follow a changed answer."""
        question = self.questionnaire.by_path.get(path_of(key))
        if question is None or question.itemset is None or not question.itemset.is_filtered:
            return True
        value = self.value(key)
        chosen = [value] if question.kind == "select_one" and value else value.split()
        return set(chosen) <= {choice.value for choice in self.choices(key)}

    def label_of(self, question: Question, value: str, key: str, language: str) -> str:
        """The label of a choice by its value; the value itself if there is none."""
        found = next((c for c in question.choices if c.value == value), None)
        return self.text(found.label, key, language) or value if found else value

    def asked(self) -> list[str]:
        """Keys of all questions that are relevant now, in the order for this person."""
        return list(self._walk(self.questionnaire.body, f"/{self._root.tag}"))

    def values(self) -> dict[str, str]:
        """Every value that counts, asked or calculated, by key."""
        return {k: n.value for k, n in self.nodes.items() if n.relevant and n.value}

    def occurrences(self, path: str, within: str) -> list[str]:
        """Keys of the repeat's instances inside the node ``within``."""
        found: list[str] = []
        while (key := f"{within}/{path.rpartition('/')[2]}[{len(found) + 1}]") in self.nodes:
            found.append(key)
        return found

    def trial(self, key: str, value: str, at: datetime) -> str | None:
        """What would be wrong with ``value`` given at ``at``, as in ``problem``; changes nothing.

        As in ODK the constraint sees the new value at its own node, what follows from it not yet.
        """
        node, known = self.nodes[key], self.environment
        before, text = node.value, node.element.text
        self.environment = replace(known, now=at)
        node.value = node.element.text = value
        try:
            return self.problem(key)
        finally:
            self.environment = known
            node.value, node.element.text = before, text

    # Changing

    def put(self, key: str, value: str, at: datetime | None = None) -> None:
        """Give a node a value, valid or not, and compute what follows. ``at`` is the new now."""
        if at is not None:
            self.environment = replace(self.environment, now=at)
        node = self.nodes[key]
        node.value = value
        if node.relevant:
            node.element.text = value
        self._recalculate({node.bind.path})

    # Inside

    def _true(self, key: str, expression: Expression | None, *, otherwise: bool) -> bool:
        if expression is None:
            return otherwise
        return expression.boolean(self.nodes[key].element, self.environment)

    def _itext(self, name: str, key: str, language: str) -> str:
        return self.text(self.questionnaire.texts.get(name, Text()), key, language)

    def _choice_label(self, value: str, path: str, language: str) -> str:
        question = self.questionnaire.by_path.get(path)
        return self.label_of(question, value, "", language) if question else value

    def _index(self) -> None:
        """Make the nodes anew from the elements, keeping values and relevance."""
        self.nodes, self._at = {}, {}
        stack = [(self._root, f"/{self._root.tag}")]
        while stack:
            element, key = stack.pop()
            path = path_of(key)
            bind = self.questionnaire.binds.get(path) or Bind(path)
            known = self._known.get(key)
            if known is None or known.element is not element:
                parent = self.nodes.get(key.rpartition("/")[0])
                relevant = parent is None or parent.relevant
                known = Node(key, bind, element, element.text or "", relevant)
            self.nodes[key] = self._known[key] = known
            self._at.setdefault(path, []).append(known)
            stack.extend(reversed(list(self._children(element, key))))

    def _children(self, element: etree._Element, key: str) -> Iterator[tuple[etree._Element, str]]:
        seen: dict[str, int] = {}
        for child in element:
            below = f"{key}/{child.tag}"
            if path_of(below) in self._repeats:
                seen[child.tag] = seen.get(child.tag, 0) + 1
                below = f"{below}[{seen[child.tag]}]"
            yield child, below

    def _start_counted_repeats(self) -> None:
        """Repeats whose number is computed begin with none."""
        for path, group in self._repeats.items():
            if group.count:
                for node in self._at.get(path, ()):
                    parent = node.element.getparent()
                    if parent is not None:
                        parent.remove(node.element)
        self._index()

    def _recalculate(self, changed: set[str]) -> None:
        """Evaluate every formula that reads from ``changed``, in order, once."""
        for formula in self._formulas:
            if not concerns(formula, changed):
                continue
            if self._apply(formula):
                changed.add(formula.path)

    def _apply(self, formula: Formula) -> bool:
        """Evaluate one formula at each of its nodes; whether anything changed."""
        if formula.aspect == "count":
            return self._apply_count(formula)
        if formula.aspect == "choices":
            for node in self._at.get(formula.path, ()):
                self._offered.pop(node.key, None)
            return False
        changed = False
        for node in self._at.get(formula.path, ()):
            if formula.aspect == "relevant":
                changed |= self._apply_relevance(node, formula.expression)
            elif node.relevant:
                changed |= self._apply_value(node, formula.expression)
        return changed

    def _apply_value(self, node: Node, expression: Expression) -> bool:
        found = expression.evaluate(node.element, self.environment)
        value = number_text(found) if isinstance(found, float) else as_string(found)
        value = "" if value == "NaN" else value
        if value == node.value and (node.element.text or "") == value:
            return False
        node.value = node.element.text = value
        return True

    def _apply_relevance(self, node: Node, expression: Expression) -> bool:
        parent = self.nodes.get(node.key.rpartition("/")[0])
        above = parent is None or parent.relevant
        relevant = above and expression.boolean(node.element, self.environment)
        if relevant == node.relevant:
            return False
        self._spread(node, relevant)
        return True

    def _spread(self, node: Node, relevant: bool) -> None:
        """Set the relevance of a node and of all below it that has no reason of its own."""
        node.relevant = relevant
        below = [n for n in self.nodes.values() if n.key.startswith(node.key + "/")]
        if not below and len(node.element) == 0:
            node.element.text = node.value if relevant else None
        for child in below:
            parent = self.nodes[child.key.rpartition("/")[0]]
            own = child.bind.relevant
            child.relevant = parent.relevant and (
                own is None or own.boolean(child.element, self.environment)
            )
            if len(child.element) == 0:
                child.element.text = child.value if child.relevant else None

    def _apply_count(self, formula: Formula) -> bool:
        changed = False
        parent_path = formula.path.rpartition("/")[0]
        for holder in list(self._at.get(parent_path, ())):
            wanted = as_number(formula.expression.evaluate(holder.element, self.environment))
            changed |= self._resize(holder, formula.path, int(wanted) if wanted > 0 else 0)
        if changed:
            self._index()
            for holder in self._at.get(parent_path, ()):
                self._spread(holder, holder.relevant)
            self._calculate_below(formula.path)
        return changed

    def _resize(self, holder: Node, path: str, wanted: int) -> bool:
        """Give a counted repeat as many instances as wanted; whether that changed anything."""
        there = [self.nodes[key].element for key in self.occurrences(path, holder.key)]
        wanted = min(wanted, MOST_REPEATS)
        kept = there[:wanted]
        spare = self._spare.setdefault(f"{holder.key} {path}", [])
        for surplus in reversed(there[wanted:]):
            holder.element.remove(surplus)
            spare.append(surplus)
        at = holder.element.index(kept[-1]) + 1 if kept else len(holder.element)
        for n in range(wanted - len(kept)):
            made = spare.pop() if spare else copy.deepcopy(self._templates[path])
            holder.element.insert(at + n, made)
        return len(there) != wanted

    def _calculate_below(self, path: str) -> None:
        """New instances of a repeat have formulas of their own that were never evaluated."""
        for formula in self._formulas:
            if formula.path.startswith(path + "/"):
                self._apply(formula)

    def _walk(self, group: Group, key: str) -> Iterator[str]:
        for child in self._in_order(group, key):
            if isinstance(child, Question):
                at = f"{key}/{child.name}" if not child.helper else ""
                if self.relevant(at):
                    yield at
            elif child.repeat:
                for below in self.occurrences(child.path, key):
                    if self.relevant(below):
                        yield from self._walk(child, below)
            else:
                below = key + child.path[len(path_of(key)) :]
                if self.relevant(below):
                    yield from self._walk(child, below)

    def _in_order(self, group: Group, key: str) -> tuple[Group | Question, ...]:
        """Children as this person meets them: shuffled where the author asks for it."""
        if group.own.get("shuffle") != "yes":
            return group.children
        children = list(group.children)
        random.Random(f"{self.seed} {key}").shuffle(children)  # noqa: S311 - order, not secrecy
        return tuple(children)


def concerns(formula: Formula, changed: set[str]) -> bool:
    """Whether a formula reads anything that changed."""
    if "" in changed:
        return True
    return any(touches(path, read) for path in changed for read in formula.reads)


def as_nodes(value: object) -> list[etree._Element]:
    """A node set; anything else is none."""
    return [n for n in value if isinstance(n, etree._Element)] if isinstance(value, list) else []


@lru_cache(maxsize=65536)
def path_of(key: str) -> str:
    """A key without its positions."""
    return POSITION.sub("", key)


def relative(path: str) -> str:
    """``/data/g/r`` as seen from the root element: ``g/r``."""
    return path.split("/", 2)[2]


def occurrence(key: str) -> str:
    """The positions in a key: ``2`` for ``/data/aset[2]/x``, ``2.1`` for nested ones."""
    return ".".join(found[1:-1] for found in POSITION.findall(key))

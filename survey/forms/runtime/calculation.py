"""Computing what follows from a change in a running form, and nothing else."""

from __future__ import annotations

import copy
import random
import uuid
from collections.abc import Iterable, Set
from dataclasses import replace
from datetime import datetime
from heapq import heapify, heappop, heappush

from lxml import etree

from survey.forms.answers.datatypes import computed, written
from survey.forms.expressions.expression import Expression
from survey.forms.model.questionnaire import SELECTS, Action, Choice, Itemset, Questionnaire
from survey.forms.runtime.dependencies import Formula, Graph
from survey.forms.runtime.evaluation import Evaluation
from survey.forms.runtime.instance import Instance, Node

#: How often actions may set off each other.
MOST_ROUNDS = 50


class Calculation(Evaluation):
    """Keeps a form's values up to date. ``offered`` are the choices that were looked up before."""

    def __init__(self, questionnaire: Questionnaire, instance: Instance, graph: Graph) -> None:
        self.questionnaire = questionnaire
        self.instance = instance
        self.graph = graph
        self.offered: dict[str, tuple[Choice, ...]] = {}
        self.changed: dict[etree._Element, Node] = {}
        self.triggers = {action.source for action in questionnaire.actions}

    # What happens to a form

    def begin(self) -> None:
        """The first values: what is known beforehand, what follows, dynamic defaults."""
        for path, group in self.instance.repeats.items():
            if group.count:
                self.empty(path)
        self.drop_unknown_defaults()
        self.preload("date today", "timestamp start", "uid")
        everything = range(len(self.graph.formulas))
        self.run(everything)
        for action in self.questionnaire.actions:
            if action.event == "begun":
                self.act(action, self.instance.at.get(action.target, ()))
        self.changed.clear()

    def drop_unknown_defaults(self) -> None:
        """A default that is no choice of its question is none."""
        for question in self.questionnaire.controls.values():
            if question.choices:
                known = {choice.value for choice in question.choices}
                for node in self.instance.at.get(question.path, ()):
                    chosen = [word for word in node.value.split() if word in known]
                    self.keep(node, node.value if node.value in known else " ".join(chosen))

    def empty(self, path: str) -> None:
        """Repeats whose number is computed begin with none."""
        for node in self.instance.at.get(path, ()):
            parent = node.element.getparent()
            if parent is not None:
                parent.remove(node.element)
        self.instance.index()

    def tell(self, at: datetime | None) -> None:
        """The new now."""
        if at is not None and at != self.known.now:
            self.known = replace(self.known, now=at)

    def preload(self, *kinds: str) -> None:
        """Fill what the author wants to have filled at this moment."""
        for bind in self.questionnaire.binds.values():
            if bind.preload in kinds:
                for node in self.instance.at.get(bind.path, ()):
                    self.compute(node, self.preloaded(bind.preload))

    def preloaded(self, kind: str) -> str:
        here = self.known.now.astimezone(self.known.zone)
        if kind == "date today":
            return here.date().isoformat()
        if kind == "uid":
            bits = random.Random(f"{self.known.seed} {self.known.now}").getrandbits(128)  # noqa: S311
            return f"uuid:{uuid.UUID(int=bits, version=4)}"
        return here.isoformat(timespec="milliseconds")

    def put(self, node: Node, value: str) -> None:
        """A value is given, whatever it is; all that follows, and what it sets off."""
        self.changed.clear()
        self.keep(node, written(node.bind.datatype, value) or value)
        self.run(self.graph.readers(node.bind.path))
        self.set_off()

    def keep(self, node: Node, value: str) -> bool:
        """Store a value; whether it is another one."""
        if value == node.value:
            return False
        node.value = value
        self.narrow(node)
        self.changed[node.element] = node
        return True

    def compute(self, node: Node, value: str) -> bool:
        """Store a computed value as its type has it; whether it is another one."""
        return self.keep(node, computed(node.bind.datatype, value))

    def narrow(self, node: Node) -> None:
        """Let that of a value count which is among the choices on offer."""
        node.left = None
        question = self.questionnaire.controls.get(node.bind.path) if node.value else None
        if question and question.itemset and question.kind in SELECTS:
            offered = self.values_on(question.itemset, node)
            chosen = (node.value,) if question.kind == "select_one" else node.value.split()
            if not set(chosen) <= offered:
                node.left = " ".join(value for value in chosen if value in offered)
        node.show()

    def values_on(self, itemset: Itemset, node: Node) -> Set[str]:
        """The values that a list offers at a node."""
        if itemset.nodeset is None or not itemset.is_filtered:
            return itemset.values
        items = self.nodes(itemset.nodeset, node.element)
        return {itemset.written(item)[0] for item in items}

    def set_off(self) -> None:
        """Actions wait for values to change; what they set may set off others."""
        for _ in range(MOST_ROUNDS):
            nodes = [n for n in self.changed.values() if n.bind.path in self.triggers]
            self.changed.clear()
            for node in nodes:
                for action in self.questionnaire.actions:
                    if action.event == "changed" and action.source == node.bind.path:
                        self.act(action, self.instance.beside(action.target, node.key))
            if not self.changed:
                return

    def act(self, action: Action, nodes: Iterable[Node]) -> None:
        """Set the value of an action at nodes."""
        for node in list(nodes):
            made = action.value
            value = made if isinstance(made, str) else self.string(made, node.element)
            if self.compute(node, value):
                self.run(self.graph.readers(node.bind.path))

    def resize(self, holder: Node, path: str, wanted: int) -> None:
        """A repeat is given another number of instances by hand."""
        self.changed.clear()
        if self.sized(holder, path, wanted):
            self.run(self.graph.readers(path))
        self.set_off()

    def remove(self, node: Node) -> None:
        """An instance of a repeat is taken away."""
        self.changed.clear()
        parent = node.element.getparent()
        if parent is not None:
            parent.remove(node.element)
            self.instance.index()
            self.offered.clear()
            self.run({*self.graph.readers(node.bind.path), *self.graph.below(node.bind.path)})
        self.set_off()

    # Formulas

    def run(self, places: Iterable[int]) -> None:
        """Compute formulas, given by their places, and those that read what they change."""
        waiting = list(places)
        heapify(waiting)
        before, rounds = -1, MOST_ROUNDS
        while waiting:
            place = heappop(waiting)
            if place == before:
                continue
            before = place
            formula = self.graph.formulas[place]
            if self.apply(formula, self.instance.at.get(formula.path, ())):
                # What a repeat has may decide, further up, how many it shall have.
                again = formula.aspect == "count" and rounds > 0
                rounds -= again
                for reader in self.following(formula):
                    if reader > place or again:
                        heappush(waiting, reader)

    def following(self, formula: Formula) -> Iterable[int]:
        """The formulas that a changed result concerns."""
        readers = self.graph.readers(formula.path)
        below = () if formula.aspect == "calculate" else self.graph.below(formula.path)
        return readers + below

    def apply(self, formula: Formula, nodes: Iterable[Node]) -> bool:
        """Compute one formula at nodes; whether anything changed."""
        if formula.aspect == "count":
            return self.apply_count(formula)
        apply = {"relevant": self.apply_relevance, "calculate": self.apply_value}.get(
            formula.aspect, self.apply_choices
        )
        # All of them: a sum over generators, not the first that changed.
        return sum(apply(node, formula.expression) for node in nodes) > 0

    def apply_choices(self, node: Node, _: Expression) -> bool:
        self.offered.pop(node.key, None)
        before = node.counts
        self.narrow(node)
        return node.counts != before

    def apply_value(self, node: Node, expression: Expression) -> bool:
        if not node.relevant:
            return False
        value = self.string(expression, node.element)
        if value == node.computed:
            return False
        node.computed = value
        return self.compute(node, value)

    def apply_relevance(self, node: Node, expression: Expression) -> bool:
        parent = node.element.getparent()
        holder = None if parent is None else self.instance.known.get(parent)
        above = holder is None or holder.relevant
        relevant = above and self.boolean(expression, node.element)
        if relevant == node.relevant:
            return False
        self.spread(node, relevant=relevant)
        return True

    def spread(self, node: Node, *, relevant: bool) -> None:
        """Set the relevance of a node and of all below it that has no reason of its own."""
        node.relevant = relevant
        node.computed = None
        node.show()
        for child in self.instance.below(node):
            if child.bind.relevant is None or not relevant:
                self.spread(child, relevant=relevant)

    def would_repeat(self, path: str, holder: Node) -> bool:
        """Whether another instance of a repeat would be relevant inside the node that holds it."""
        bind = self.questionnaire.binds.get(path)
        if bind is None or bind.relevant is None or not holder.relevant:
            return holder.relevant
        fresh = copy.deepcopy(self.instance.templates[path])
        holder.element.insert(self.instance.end_of(holder, path), fresh)
        found = self.boolean(bind.relevant, fresh)
        holder.element.remove(fresh)
        return found

    def apply_count(self, formula: Formula) -> bool:
        """Give every instance of a counted repeat its number; whether any had another."""
        changed = False
        for holder in list(self.instance.at.get(formula.path.rpartition("/")[0], ())):
            # The count is seen from the repeat itself, of which there may be none yet.
            seen = etree.SubElement(holder.element, "count")
            wanted = self.number(formula.expression, seen)
            holder.element.remove(seen)
            changed |= self.sized(holder, formula.path, int(min(wanted, 1e6)) if wanted > 0 else 0)
        return changed

    def sized(self, holder: Node, path: str, wanted: int) -> bool:
        """Resize a repeat and start its new instances; whether that changed anything."""
        before = len(holder.element)
        added = self.instance.resize(holder, path, wanted)
        if not added and len(holder.element) == before:
            return False
        self.offered.clear()
        self.instance.index()
        for element in added:
            self.spread(self.instance.known[element], relevant=holder.relevant)
        self.start(path, {below for element in added for below in element.iter()})
        return True

    def start(self, path: str, made: set[etree._Element]) -> None:
        """Compute what new nodes below a repeat are, with their dynamic defaults."""
        for place in self.graph.below(path):
            formula = self.graph.formulas[place]
            nodes = self.instance.at.get(formula.path, ())
            self.apply(formula, [node for node in nodes if node.element in made])
        for action in self.questionnaire.actions:
            if action.event == "added" and f"{action.target}/".startswith(f"{path}/"):
                nodes = self.instance.at.get(action.target, ())
                self.act(action, [node for node in nodes if node.element in made])

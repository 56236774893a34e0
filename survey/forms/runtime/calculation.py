"""Computing what follows from a change in a running form, and nothing else."""

from __future__ import annotations

import copy
import random
import uuid
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from heapq import heapify, heappop, heappush

from lxml import etree

from survey.forms.answers.canonical_values import format_computed_value, format_stored_value
from survey.forms.expressions.expression import Expression
from survey.forms.model.questionnaire import (
    NO_CHOICES,
    Action,
    Choice,
    ChoiceList,
    Question,
    Questionnaire,
    Text,
)
from survey.forms.runtime.dependencies import DependencyGraph, Formula
from survey.forms.runtime.evaluation import Evaluation
from survey.forms.runtime.instance import (
    Instance,
    InstanceNode,
    build_form_template,
    find_instance_key,
)

#: How often actions may set off each other.
#: Actions are in no dependency graph, so two that set off each other would never come to rest.
MOST_TRIGGER_ROUNDS = 50


@dataclass(slots=True)
class FormChanges:
    """What has changed in a form: the nodes whose value, relevance or choices did, by their keys.

    ``relevance`` says that another node is relevant, or no longer; ``structure`` that instances of
    repeats came or went, after which any key may name another node.
    """

    keys: set[str] = field(default_factory=set)
    relevance: bool = False
    structure: bool = False


class Calculation(Evaluation):
    """Keeps a form's values up to date.

    ``choice_cache`` has the choices looked up before, ``changes`` what changed since they were last
    taken.
    """

    def __init__(
        self, questionnaire: Questionnaire, instance: Instance, graph: DependencyGraph
    ) -> None:
        self.questionnaire = questionnaire
        self.instance = instance
        self.graph = graph
        self.choice_cache: dict[str, ChoiceList] = {}
        self.changes = FormChanges(relevance=True, structure=True)
        self.changed_nodes: dict[etree._Element, InstanceNode] = {}
        self.trigger_paths = {action.source for action in questionnaire.actions}

    # What happens to a form

    def begin(self) -> None:
        """The first values: what is known beforehand, what follows, dynamic defaults."""
        # pyxform writes one instance even of a counted repeat. Here the count alone decides, so
        # that a form is what its answers say, whatever came before.
        for path, group in self.instance.repeats.items():
            if group.count:
                self.empty_counted_repeat(path)
        self.drop_unknown_defaults()
        self.fill_preloads("date today", "timestamp start", "uid")
        self.run_formulas((place, "") for place in range(len(self.graph.formulas)))
        for action in self.questionnaire.actions:
            if action.event == "begun":
                self.run_action(action, self.instance.nodes_by_path.get(action.target, ()))
        # Triggers wait for an answer: what a form fills in at its beginning sets none of them off.
        self.changed_nodes.clear()

    def drop_unknown_defaults(self) -> None:
        """A default that is no choice of its question is none."""
        for question in self.questionnaire.controls.values():
            for node in self.instance.nodes_by_path.get(question.path, ()):
                if node.value and question.choices:
                    known = {choice.value for choice in question.choices}
                    # The code of a select_one may have a space in it, so the whole value is looked
                    # up as well as its words.
                    chosen = [word for word in node.value.split() if word in known]
                    self.store_value(node, node.value if node.value in known else " ".join(chosen))

    def empty_counted_repeat(self, path: str) -> None:
        """Repeats whose number is computed begin with none."""
        for node in self.instance.nodes_by_path.get(path, ()):
            parent = node.element.getparent()
            if parent is not None:
                parent.remove(node.element)
        self.instance.index_nodes()

    def set_now(self, at: datetime | None) -> None:
        """The new now."""
        if at is not None and at != self.environment.now:
            self.environment = replace(self.environment, now=at)

    def fill_preloads(self, *kinds: str) -> None:
        """Fill what the author wants to have filled at this moment."""
        for bind in self.questionnaire.binds.values():
            if bind.preload in kinds:
                for node in self.instance.nodes_by_path.get(bind.path, ()):
                    self.store_computed_value(node, self.compute_preload(bind.preload))

    def compute_preload(self, kind: str) -> str:
        """The value of a ``jr:preload``: https://getodk.github.io/xforms-spec/#preload-attributes."""
        here = self.environment.now.astimezone(self.environment.zone)
        if kind == "date today":
            return here.date().isoformat()
        if kind == "uid":
            # Derived from the seed and the time of the step, never drawn: a replay must give the
            # same id.
            bits = random.Random(f"{self.environment.seed} {self.environment.now}").getrandbits(128)  # noqa: S311
            return f"uuid:{uuid.UUID(int=bits, version=4)}"
        return here.isoformat(timespec="milliseconds")

    def set_value(self, node: InstanceNode, value: str) -> None:
        """A value is given, whatever it is; all that follows, and what it sets off."""
        self.changed_nodes.clear()
        # What is not of the type is kept as it was given: it can then be reported as not valid,
        # instead of vanishing before the eyes of whoever gave it.
        self.store_value(node, format_stored_value(node.bind.datatype, value) or value)
        self.run_formulas(self.list_readers(node))
        self.run_triggered_actions()

    def store_value(self, node: InstanceNode, value: str) -> bool:
        """Store a value; whether it is another one."""
        if value == node.value:
            return False
        node.value = value
        self.narrow_to_offered(node)
        self.changed_nodes[node.element] = node
        self.changes.keys.add(node.key)
        return True

    def store_computed_value(self, node: InstanceNode, value: str) -> bool:
        """Store a computed value as its type has it; whether it is another one."""
        return self.store_value(node, format_computed_value(node.bind.datatype, value))

    def narrow_to_offered(self, node: InstanceNode) -> None:
        """Let that of a value count which is among the choices on offer."""
        node.offered_value = None
        question = self.questionnaire.controls.get(node.bind.path) if node.value else None
        if question and question.itemset and question.kind.is_select:
            offered = self.find_offered_values(question, node)
            chosen = question.kind.split_choices(node.value)
            # The value itself stays as it was chosen: when the filter lets it again, it comes back.
            if not all(value in offered for value in chosen):
                node.offered_value = " ".join(value for value in chosen if value in offered)
        node.update_element()

    def find_offered_values(self, question: Question, node: InstanceNode) -> Set[str]:
        """The values that a select offers at a node now."""
        itemset = question.itemset
        if itemset is None or itemset.nodeset is None or not itemset.is_filtered:
            return itemset.choices_by_value.keys() if itemset else frozenset()
        if question.path in self.graph.passing_lists:
            return self.compute_choices(question, node).positions.keys()
        return self.list_choices(node).positions.keys()

    def list_choices(self, node: InstanceNode) -> ChoiceList:
        """What a select offers at a node, in the order for this person."""
        # Remembered until something that the list reads changes (``apply_choices``).
        found = self.choice_cache.get(node.key)
        if found is None:
            question = self.questionnaire.controls.get(node.bind.path)
            found = self.compute_choices(question, node) if question else NO_CHOICES
            self.choice_cache[node.key] = found
        return found

    def compute_choices(self, question: Question, node: InstanceNode) -> ChoiceList:
        """The same, looked up anew: in a list that everybody shares wherever there is one."""
        if (itemset := question.itemset) is None:
            return NO_CHOICES
        if itemset.is_whole:
            return itemset.whole_list
        filtered = build_form_template(self.questionnaire).filtered_lists.get(question.path)
        if filtered is not None:
            found = filtered.find_list(self.evaluate(filtered.wanted, node.element))
            if found is not None:
                return found
        return ChoiceList(tuple(self.evaluate_choices(question, node)))

    def evaluate_choices(self, question: Question, node: InstanceNode) -> Iterator[Choice]:
        """The same by XPath."""
        itemset = question.itemset
        if itemset is None or itemset.nodeset is None:
            return
        known = build_form_template(self.questionnaire).listed_choices.get(question.path, {})
        for item in self.evaluate_nodes(itemset.nodeset, node.element):
            value, label = itemset.read_item(item)
            # Items of a list are made into choices once, with all their translations. Only answers
            # of a repeat become choices here; an instance where nothing was answered yet is none.
            if (value, label) in known:
                yield known[value, label]
            elif value and not itemset.list:
                yield Choice(value, Text(dict.fromkeys(self.questionnaire.languages, (label,))))

    def run_triggered_actions(self) -> None:
        """Actions wait for values to change; what they set may set off others."""
        for _ in range(MOST_TRIGGER_ROUNDS):
            # Taken before any action runs: what these change is looked at in the next round.
            nodes = [n for n in self.changed_nodes.values() if n.bind.path in self.trigger_paths]
            self.changed_nodes.clear()
            for node in nodes:
                for action in self.questionnaire.actions:
                    if action.event == "changed" and action.source == node.bind.path:
                        self.run_action(
                            action, self.instance.find_nodes_beside(action.target, node.key)
                        )
            if not self.changed_nodes:
                return

    def run_action(self, action: Action, nodes: Iterable[InstanceNode]) -> None:
        """Set the value of an action at nodes."""
        for node in list(nodes):
            made = action.value
            value = made if isinstance(made, str) else self.evaluate_string(made, node.element)
            if self.store_computed_value(node, value):
                self.run_formulas(self.list_readers(node))

    def resize_repeat(self, holder: InstanceNode, path: str, wanted: int) -> None:
        """A repeat is given another number of instances by hand."""
        self.changed_nodes.clear()
        if self.change_repeat_size(holder, path, wanted):
            self.run_formulas((reader.place, "") for reader in self.graph.find_readers(path))
        self.run_triggered_actions()

    def remove_instance(self, node: InstanceNode) -> None:
        """An instance of a repeat is taken away."""
        self.changed_nodes.clear()
        parent = node.element.getparent()
        if parent is not None:
            parent.remove(node.element)
            self.instance.index_nodes()
            self.forget_keys()
            # Instances that moved up have another position, which their formulas may read.
            self.run_formulas((place, "") for place in self.list_structure_readers(node.bind.path))
        self.run_triggered_actions()

    def forget_keys(self) -> None:
        """Instances came or went, and what is remembered by key may be another node's."""
        self.choice_cache.clear()
        self.changes.structure = True

    def list_structure_readers(self, path: str) -> set[int]:
        """The formulas that are concerned where instances of a repeat come or go."""
        readers = {reader.place for reader in self.graph.find_readers(path)}
        return readers.union(self.graph.find_formulas_below(path))

    # Formulas

    def run_formulas(self, concerned: Iterable[tuple[int, str]]) -> None:
        """Compute formulas, given by their places, and those that read what they change.

        With each place stands the instance of a repeat in which it is concerned, or ``''``.
        """
        waiting: dict[int, set[str]] = {}
        for place, instance in concerned:
            waiting.setdefault(place, set()).add(instance)
        # Each formula has its place after all that it reads from, so that taking the smallest place
        # first computes each of them once.
        heap = list(waiting)
        heapify(heap)
        before, rounds = -1, MOST_TRIGGER_ROUNDS
        while heap:
            place = heappop(heap)
            within = waiting.pop(place)
            if place == before:
                continue
            before = place
            formula = self.graph.formulas[place]
            affected = self.compute_formula(formula, within)
            # What a repeat has may decide, further up, how many it shall have.
            again = formula.aspect == "count" and bool(affected) and rounds > 0
            rounds -= again
            for reader, instance in affected:
                # A reader with an earlier place closes a circle that was cut (``order_formulas``).
                # It is left as it is until the next change, or the circle would never end.
                if reader > place or again:
                    if reader not in waiting:
                        heappush(heap, reader)
                    waiting.setdefault(reader, set()).add(instance)

    def compute_formula(self, formula: Formula, within: Set[str]) -> set[tuple[int, str]]:
        """Compute one formula inside some instances of repeats; what the change concerns."""
        if formula.aspect == "count":
            changed = self.apply_count(formula)
            return {(p, "") for p in self.list_structure_readers(formula.path) if changed}
        nodes = self.instance.find_nodes(formula.path, within)
        affected: set[tuple[int, str]] = set()
        for node in self.apply_formula(formula, nodes):
            affected.update(self.list_readers(node))
            if formula.aspect != "calculate":
                # The formulas “below” a node include its own: a calculation that becomes relevant
                # is computed at that moment.
                instance = node.key[: node.key.rfind("]") + 1]
                below = self.graph.find_formulas_below(formula.path)
                affected.update((place, instance) for place in below)
        return affected

    def list_readers(self, node: InstanceNode) -> Iterator[tuple[int, str]]:
        """The formulas that read a node, each with the instance of a repeat where it does."""
        for reader in self.graph.find_readers(node.bind.path):
            yield reader.place, find_instance_key(node.key, reader.repeat)

    def apply_formula(self, formula: Formula, nodes: Iterable[InstanceNode]) -> list[InstanceNode]:
        """Compute one formula at nodes; those where anything changed."""
        apply = {"relevant": self.apply_relevance, "calculate": self.apply_value}.get(
            formula.aspect, self.apply_choices
        )
        return [node for node in nodes if apply(node, formula.expression)]

    def apply_choices(self, node: InstanceNode, _: Expression) -> bool:
        """Look anew which of its chosen values a node offers; whether another value counts."""
        self.choice_cache.pop(node.key, None)
        self.changes.keys.add(node.key)
        before = node.effective_value
        self.narrow_to_offered(node)
        return node.effective_value != before

    def apply_value(self, node: InstanceNode, expression: Expression) -> bool:
        """Compute a node's formula; whether its value is another one."""
        if not node.relevant:
            return False
        value = self.evaluate_string(expression, node.element)
        # Only another result than the last replaces the value, so that what was typed over a
        # calculation stands until the calculation itself gives something else.
        if value == node.last_computed:
            return False
        node.last_computed = value
        return self.store_computed_value(node, value)

    def apply_relevance(self, node: InstanceNode, expression: Expression) -> bool:
        parent = node.element.getparent()
        holder = None if parent is None else self.instance.nodes_by_element.get(parent)
        above = holder is None or holder.relevant
        relevant = above and self.evaluate_boolean(expression, node.element)
        if relevant == node.relevant:
            return False
        self.spread_relevance(node, relevant=relevant)
        return True

    def spread_relevance(self, node: InstanceNode, *, relevant: bool) -> None:
        """Set the relevance of a node and of all below it that has no reason of its own."""
        node.relevant = relevant
        self.changes.keys.add(node.key)
        self.changes.relevance = True
        # Forgotten, so that a calculation that was typed over is computed anew when its group comes
        # back.
        node.last_computed = None
        node.update_element()
        for child in self.instance.list_nodes_below(node):
            # A child with a condition of its own is decided by its own formula, whose place is
            # after this one.
            if child.bind.relevant is None or not relevant:
                self.spread_relevance(child, relevant=relevant)

    def is_next_instance_relevant(self, path: str, holder: InstanceNode) -> bool:
        """Whether another instance of a repeat would be relevant inside the node that holds it."""
        bind = self.questionnaire.binds.get(path)
        if bind is None or bind.relevant is None or not holder.relevant:
            return holder.relevant
        # A condition can only be evaluated at a node, so an instance is put there for that moment;
        # it is never indexed, and nothing else sees it.
        fresh = copy.deepcopy(self.instance.templates[path])
        holder.element.insert(self.instance.find_insert_index(holder, path), fresh)
        found = self.evaluate_boolean(bind.relevant, fresh)
        holder.element.remove(fresh)
        return found

    def apply_count(self, formula: Formula) -> bool:
        """Give every instance of a counted repeat its number; whether any had another."""
        changed = False
        for holder in list(self.instance.nodes_by_path.get(formula.path.rpartition("/")[0], ())):
            # The count is seen from the repeat itself, of which there may be none yet.
            seen = etree.SubElement(holder.element, "count")
            wanted = self.evaluate_number(formula.expression, seen)
            holder.element.remove(seen)
            # NaN is not above 0 and so means none; infinity, which int() refuses, is cut.
            changed |= self.change_repeat_size(
                holder, formula.path, int(min(wanted, 1e6)) if wanted > 0 else 0
            )
        return changed

    def change_repeat_size(self, holder: InstanceNode, path: str, wanted: int) -> bool:
        """Resize a repeat and start its new instances; whether that changed anything."""
        before = len(holder.element)
        added = self.instance.resize_repeat(holder, path, wanted)
        if not added and len(holder.element) == before:
            return False
        self.forget_keys()
        self.instance.index_nodes()
        for element in added:
            self.spread_relevance(self.instance.nodes_by_element[element], relevant=holder.relevant)
        self.start_instances(path, {below for element in added for below in element.iter()})
        return True

    def start_instances(self, path: str, made: set[etree._Element]) -> None:
        """Compute what new nodes below a repeat are, with their dynamic defaults."""
        for place in self.graph.find_formulas_below(path):
            formula = self.graph.formulas[place]
            if formula.aspect == "count":
                self.apply_count(formula)
                continue
            nodes = self.instance.nodes_by_path.get(formula.path, ())
            self.apply_formula(formula, [node for node in nodes if node.element in made])
        for action in self.questionnaire.actions:
            if action.event == "added" and f"{action.target}/".startswith(f"{path}/"):
                nodes = self.instance.nodes_by_path.get(action.target, ())
                self.run_action(action, [node for node in nodes if node.element in made])

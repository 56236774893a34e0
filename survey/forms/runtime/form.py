"""The running form: one person's values, and what follows from them.

A value is text as XForms writes it; ``''`` is no answer. A node that is not relevant is empty for
every expression but keeps its value, which comes back with it. What follows is computed along the
dependencies (``dependencies``), never by trying until nothing changes.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from typing import NamedTuple

from survey.forms.expressions.expression import Environment, Expression
from survey.forms.model.questionnaire import (
    Choice,
    ChoiceList,
    Group,
    Question,
    Questionnaire,
    Text,
)
from survey.forms.runtime.calculation import Calculation, FormChanges
from survey.forms.runtime.dependencies import (
    CycleFault,
    DependencyGraph,
    build_dependency_graph,
    order_formulas,
)
from survey.forms.runtime.instance import (
    MOST_REPEATS,
    POSITION_PATTERN,
    Instance,
    InstanceNode,
    build_form_template,
    get_occurrence,
    strip_positions,
)

__all__ = [
    "MOST_REPEATS",
    "POSITION_PATTERN",
    "CycleFault",
    "DependencyGraph",
    "Form",
    "get_occurrence",
    "order_formulas",
    "strip_positions",
]


class OutlinedPlace(NamedTuple):
    """A place that there is if the node is relevant: a question, or a prompt in the node.

    ``repeat`` is that of a prompt which asks only while another instance would be relevant.
    """

    key: str
    node: InstanceNode
    repeat: str = ""


@dataclass
class Form:
    """A questionnaire being filled in. Not safe for two threads at once."""

    questionnaire: Questionnaire
    # Chance and time come from the interview's record (its seed, the time of the step), never from
    # the clock, so that replaying the steps gives the same form.
    seed: int = 0
    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    zone: tzinfo = UTC
    _instance: Instance = field(init=False, repr=False)
    _calculation: Calculation = field(init=False, repr=False)
    _outline: list[OutlinedPlace] = field(init=False, repr=False, default_factory=list)
    _outlined: int = field(init=False, repr=False, default=0)

    def __post_init__(self) -> None:
        self._instance = Instance(self.questionnaire)
        known = Environment(
            main=self._instance.root,
            instances=build_form_template(self.questionnaire).lists,
            now=self.now,
            zone=self.zone,
            seed=self.seed,
        )
        self._calculation = Calculation(
            self.questionnaire, self._instance, build_dependency_graph(self.questionnaire)
        )
        # What a calculation makes of labels is stored, so it is in the form's first language,
        # whichever language the person reads.
        self._calculation.environment = self._set_label_language(
            known, "", self.questionnaire.languages[0]
        )
        self._calculation.begin()

    @property
    def environment(self) -> Environment:
        """What expressions know."""
        return self._calculation.environment

    @property
    def nodes(self) -> dict[str, InstanceNode]:
        """The nodes by their keys."""
        return self._instance.nodes

    @property
    def root(self) -> str:
        """The key of the root."""
        return self._instance.key

    @property
    def repeats(self) -> Mapping[str, Group]:
        """The repeats by their paths."""
        return self._instance.repeats

    def get_question(self, key: str) -> Question:
        """The definition behind a key."""
        return self.questionnaire.controls[strip_positions(key)]

    # Reading

    def get_value(self, key: str) -> str:
        """The value that counts: empty where the node is missing or not relevant."""
        node = self.nodes.get(key)
        return node.effective_value if node else ""

    def is_relevant(self, key: str) -> bool:
        """Whether the node is there and everything above it is relevant."""
        node = self.nodes.get(key)
        return node is not None and node.relevant

    def is_required(self, key: str) -> bool:
        """Whether an answer must be given."""
        return self._evaluate_condition(key, self.nodes[key].bind.required, otherwise=False)

    def is_readonly(self, key: str) -> bool:
        """Whether the value can be seen but not changed."""
        return self._evaluate_condition(key, self.nodes[key].bind.readonly, otherwise=False)

    def find_problem(self, key: str) -> str | None:
        """What is wrong with the value: ``required``, ``constraint``, ``choice`` or None."""
        node = self.nodes[key]
        if not node.relevant:
            return None
        # Asked first, since the stored value outlives the filter that took it away.
        if not self.is_still_offered(key):
            return "choice"
        if not node.value:
            return "required" if self.is_required(key) else None
        return (
            None
            if self._evaluate_condition(key, node.bind.constraint, otherwise=True)
            else "constraint"
        )

    def render_text(self, text: Text, key: str, language: str) -> str:
        """A label, hint or message for the node at ``key``, its expressions evaluated."""
        parts = text.get_parts(language)
        if all(isinstance(part, str) for part in parts):
            return "".join(map(str, parts)).strip()
        known = self._set_label_language(self.environment, key, language)
        # The prompt for another instance has a key of its own, and no node.
        element = self.nodes[key].element if key in self.nodes else self._instance.root
        words = (
            part
            if isinstance(part, str)
            else self._calculation.evaluate_string(part, element, known)
            for part in parts
        )
        return "".join(words).strip()

    def list_choices(self, key: str) -> tuple[Choice, ...]:
        """What a select offers now, in the order for this person."""
        return self.get_choice_list(key).choices

    def get_choice_list(self, key: str) -> ChoiceList:
        """The same, with where each value stands in it."""
        return self._calculation.list_choices(self.nodes[key])

    def take_changes(self) -> FormChanges:
        """What changed since this was last asked; at first everything."""
        taken, self._calculation.changes = self._calculation.changes, FormChanges()
        return taken

    def is_still_offered(self, key: str) -> bool:
        """Whether what was chosen is still on offer: its filter may follow a changed answer."""
        node = self.nodes.get(key)
        return node is None or not node.relevant or node.offered_value is None

    def find_choice_label(self, question: Question, value: str, key: str, language: str) -> str:
        """The label of a choice by its value; the value itself if there is none."""
        if question.itemset and question.choices:
            found = list(question.itemset.choices_by_value.get(value, ()))
        else:
            there = self.list_choices(key) if key in self.nodes else ()
            found = [choice for choice in there if choice.value == value]
        if len(found) > 1 and key in self.nodes:
            # A code that stands twice means the choice that the filter leaves.
            found = [c for c in self.list_choices(key) if c.value == value] or found
        return self.render_text(found[0].label, key, language) or value if found else value

    def offers_nothing(self, key: str) -> bool:
        """Whether a select's filter, or its list, leaves nothing to choose now."""
        itemset = self.get_question(key).itemset
        if itemset is None or (itemset.all_choices and not itemset.is_filtered):
            return False
        return not self.list_choices(key)

    def list_places(self) -> list[str]:
        """Keys of the questions that are relevant now and of the prompts for more, in order.

        A prompt stands after the instances of each repeat that can be added to.
        Its key is that of the instances without their position.
        """
        # Every node knows whether all above it is relevant, so no group need be looked into.
        asks = self._calculation.is_next_instance_relevant
        return [
            key
            for key, node, repeat in self.outline
            if node.relevant and (not repeat or asks(repeat, node))
        ]

    @property
    def outline(self) -> list[OutlinedPlace]:
        """All places that there can be with these instances of repeats, in their order."""
        if self._outlined != self._instance.naming:
            self._outline = list(self._walk_places(self.questionnaire.body, self._instance.key))
            self._outlined = self._instance.naming
        return self._outline

    def list_nodes(self, path: str) -> Sequence[InstanceNode]:
        """The nodes at a path, one in each instance of the repeats around it."""
        return self._instance.nodes_by_path.get(path, ())

    def collect_values(self) -> dict[str, str]:
        """Every value that counts, asked or calculated, by key."""
        return {
            key: node.effective_value for key, node in self.nodes.items() if node.effective_value
        }

    def collect_leaves(self) -> dict[str, str]:
        """What would be sent: every relevant node without relevant nodes below it, by key."""
        shown = {key: node.effective_value for key, node in self.nodes.items() if node.relevant}
        above = {key.rpartition("/")[0] for key in shown}
        return {key: value for key, value in shown.items() if key not in above}

    def list_occurrences(self, path: str, within: str) -> list[str]:
        """Keys of the repeat's instances inside the node ``within``."""
        return self._instance.list_occurrences(path, within)

    def find_trial_problem(self, key: str, value: str, at: datetime) -> str | None:
        """What ``find_problem`` would say of ``value``, given at ``at``; changes nothing.

        As in ODK the constraint sees the new value at its own node, what follows from it not yet.
        """
        node, known = self.nodes[key], self.environment
        before = node.value
        self._calculation.environment = replace(known, now=at)
        node.value = value
        self._calculation.narrow_to_offered(node)
        try:
            return self.find_problem(key)
        finally:
            self._calculation.environment = known
            node.value = before
            self._calculation.narrow_to_offered(node)

    def has_room(self, path: str, within: str) -> bool:
        """Whether another instance of the repeat ``path`` fits into the node ``within``."""
        there = len(self.list_occurrences(path, within))
        return there < MOST_REPEATS and self._instance.count_room(path) > 0

    # Changing

    def set_value(self, key: str, value: str, at: datetime | None = None) -> None:
        """Give a node a value, valid or not, and compute what follows. ``at`` is the new now."""
        self._calculation.set_now(at)
        self._calculation.set_value(self.nodes[key], value)

    def add_instance(self, path: str, within: str, at: datetime | None = None) -> str | None:
        """Another instance of the repeat ``path`` inside the node ``within``; its key.

        None where the number is computed or no more are taken.
        """
        self._calculation.set_now(at)
        if self._instance.repeats[path].count or not self.has_room(path, within):
            return None
        there = len(self.list_occurrences(path, within))
        self._calculation.resize_repeat(self.nodes[within], path, there + 1)
        found = self.list_occurrences(path, within)
        return found[-1] if len(found) > there else None

    def remove_instance(self, key: str, at: datetime | None = None) -> None:
        """Take away the instance of a repeat that ``key`` names; those after it move up."""
        self._calculation.set_now(at)
        self._calculation.remove_instance(self.nodes[key])

    def recompute(self) -> None:
        """Compute every formula. Changes nothing: what follows from an answer always did."""
        formulas = self._calculation.graph.formulas
        self._calculation.run_formulas((place, "") for place in range(len(formulas)))

    def finish(self, at: datetime) -> None:
        """Fill what is known at the end."""
        self._calculation.set_now(at)
        self._calculation.fill_preloads("timestamp end")

    # Inside

    def _evaluate_condition(
        self, key: str, expression: Expression | None, *, otherwise: bool
    ) -> bool:
        if expression is None:
            return otherwise
        return self._calculation.evaluate_boolean(expression, self.nodes[key].element)

    def _set_label_language(self, known: Environment, key: str, language: str) -> Environment:
        """An environment whose labels are in ``language``."""
        return replace(
            known,
            translate=lambda name: self._render_itext(name, key, language),
            choice_label=lambda value, path: self._render_choice_label(value, path, language),
        )

    def _render_itext(self, name: str, key: str, language: str) -> str:
        return self.render_text(self.questionnaire.texts.get(name, Text()), key, language)

    def _render_choice_label(self, value: str, path: str, language: str) -> str:
        question = self.questionnaire.by_path.get(path)
        if question is None:
            return value
        # jr:choice-name() is given a path without positions: of a question in a repeat the first
        # instance speaks for all.
        key = next((node.key for node in self._instance.nodes_by_path.get(path, ())), "")
        return self.find_choice_label(question, value, key, language)

    def _walk_places(self, group: Group, key: str) -> Iterator[OutlinedPlace]:
        for child in self._order_children(group, key):
            if isinstance(child, Question):
                # Below the last repeat a path has no positions, so the rest of it can follow the
                # key.
                at = key + child.path[len(strip_positions(key)) :]
                if not child.is_helper and at in self.nodes:
                    yield OutlinedPlace(at, self.nodes[at])
            else:
                for below in self._list_group_keys(child, key):
                    if below in self.nodes:
                        yield from self._walk_places(child, below)
                # The prompt stands in the order like a question, so that going back, going on after
                # a restart and “what is still open” need no rule of their own.
                if child.repeat and not child.count:
                    yield self._outline_prompt(child, self._build_holder_key(child, key))

    def _outline_prompt(self, repeat: Group, holder: str) -> OutlinedPlace:
        bind = self.questionnaire.binds.get(repeat.path)
        decides = repeat.path if bind and bind.relevant else ""
        prompt = f"{holder}/{repeat.path.rpartition('/')[2]}"
        return OutlinedPlace(prompt, self.nodes[holder], decides)

    def _list_group_keys(self, group: Group, key: str) -> Iterable[str]:
        """Where a group is inside the node ``key``: once, or as often as it repeats."""
        if not group.repeat:
            return (key + group.path[len(strip_positions(key)) :],)
        return self.list_occurrences(group.path, self._build_holder_key(group, key))

    def _build_holder_key(self, group: Group, key: str) -> str:
        """The key of the node that holds a group, inside the node ``key``."""
        return key + group.path.rpartition("/")[0][len(strip_positions(key)) :]

    def _order_children(self, group: Group, key: str) -> tuple[Group | Question, ...]:
        """Children as this person meets them: shuffled where the author asks for it."""
        if group.suara_attributes.get("shuffle") != "yes":
            return group.children
        # The seed makes the order this person's own, and the same after every restart.
        children = list(group.children)
        random.Random(f"{self.seed} {key}").shuffle(children)  # noqa: S311 - order, not secrecy
        return tuple(children)

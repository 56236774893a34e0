"""The running form: one person's values, and what follows from them.

A value is text as XForms writes it; ``''`` is no answer. A node that is not relevant is empty for
every expression but keeps its value, which comes back with it. What follows is computed along the
dependencies (``dependencies``), never by trying until nothing changes.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo

from survey.forms.expressions.expression import Environment, Expression
from survey.forms.model.questionnaire import Choice, Group, Question, Questionnaire, Text
from survey.forms.runtime.calculation import Calculation
from survey.forms.runtime.dependencies import CycleFault, Graph, graph, in_order
from survey.forms.runtime.instance import (
    MOST_REPEATS,
    POSITION,
    Instance,
    Node,
    occurrence,
    path_of,
    prepared,
)

__all__ = [
    "MOST_REPEATS",
    "POSITION",
    "CycleFault",
    "Form",
    "Graph",
    "in_order",
    "occurrence",
    "path_of",
]


@dataclass
class Form:
    """A questionnaire being filled in. Not safe for two threads at once."""

    questionnaire: Questionnaire
    seed: int = 0
    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    zone: tzinfo = UTC
    _instance: Instance = field(init=False, repr=False)
    _running: Calculation = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._instance = Instance(self.questionnaire)
        known = Environment(
            main=self._instance.root,
            instances=prepared(self.questionnaire).lists,
            now=self.now,
            zone=self.zone,
            seed=self.seed,
        )
        self._running = Calculation(self.questionnaire, self._instance, graph(self.questionnaire))
        self._running.known = self._speaking(known, "", self.questionnaire.languages[0])
        self._running.begin()

    @property
    def environment(self) -> Environment:
        """What expressions know."""
        return self._running.known

    @property
    def nodes(self) -> dict[str, Node]:
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

    def question(self, key: str) -> Question:
        """The definition behind a key."""
        return self.questionnaire.controls[path_of(key)]

    # Reading

    def value(self, key: str) -> str:
        """The value that counts: empty where the node is missing or not relevant."""
        node = self.nodes.get(key)
        return node.counts if node else ""

    def relevant(self, key: str) -> bool:
        """Whether the node is there and everything above it is relevant."""
        node = self.nodes.get(key)
        return node is not None and node.relevant

    def required(self, key: str) -> bool:
        """Whether an answer must be given."""
        return self._true(key, self.nodes[key].bind.required, otherwise=False)

    def readonly(self, key: str) -> bool:
        """Whether the value can be seen but not changed."""
        return self._true(key, self.nodes[key].bind.readonly, otherwise=False)

    def problem(self, key: str) -> str | None:
        """What is wrong with the value: ``required``, ``constraint``, ``choice`` or None."""
        node = self.nodes[key]
        if not node.relevant:
            return None
        if not self.offers(key):
            return "choice"
        if not node.value:
            return "required" if self.required(key) else None
        return None if self._true(key, node.bind.constraint, otherwise=True) else "constraint"

    def text(self, text: Text, key: str, language: str) -> str:
        """A label, hint or message for the node at ``key``, its expressions evaluated."""
        parts = text.of(language)
        if all(isinstance(part, str) for part in parts):
            return "".join(map(str, parts)).strip()
        known = self._speaking(self.environment, key, language)
        element = self.nodes[key].element if key in self.nodes else self._instance.root
        words = (
            part if isinstance(part, str) else self._running.string(part, element, known)
            for part in parts
        )
        return "".join(words).strip()

    def choices(self, key: str) -> tuple[Choice, ...]:
        """What a select offers now, in the order for this person."""
        offered = self._running.offered
        if key not in offered:
            offered[key] = tuple(self._choices(key))
        return offered[key]

    def _choices(self, key: str) -> Iterator[Choice]:
        question = self.questionnaire.controls[path_of(key)]
        if question.itemset is None:
            return
        if question.itemset.nodeset is None:
            yield from question.choices
            return
        known = prepared(self.questionnaire).offered.get(question.path, {})
        for item in self._running.nodes(question.itemset.nodeset, self.nodes[key].element):
            value, label = question.itemset.written(item)
            if (value, label) in known:
                yield known[value, label]
            elif value and not question.itemset.list:
                yield Choice(value, Text(dict.fromkeys(self.questionnaire.languages, (label,))))

    def offers(self, key: str) -> bool:
        """Whether what was chosen is still on offer: its filter may follow a changed answer."""
        node = self.nodes.get(key)
        return node is None or not node.relevant or node.left is None

    def label_of(self, question: Question, value: str, key: str, language: str) -> str:
        """The label of a choice by its value; the value itself if there is none."""
        choices = question.choices or (self.choices(key) if key in self.nodes else ())
        found = next((c for c in choices if c.value == value), None)
        return self.text(found.label, key, language) or value if found else value

    def asked(self) -> list[str]:
        """Keys of all questions that are relevant now, in the order for this person."""
        return [key for key in self.places() if path_of(key) not in self.repeats]

    def places(self) -> list[str]:
        """The same with a prompt after the instances of each repeat that can be added to.

        A prompt's key is that of its instances without their position.
        """
        return list(self._walk(self.questionnaire.body, self._instance.key))

    def values(self) -> dict[str, str]:
        """Every value that counts, asked or calculated, by key."""
        return {key: node.counts for key, node in self.nodes.items() if node.counts}

    def leaves(self) -> dict[str, str]:
        """What would be sent: every relevant node without relevant nodes below it, by key."""
        shown = {key: node.counts for key, node in self.nodes.items() if node.relevant}
        above = {key.rpartition("/")[0] for key in shown}
        return {key: value for key, value in shown.items() if key not in above}

    def occurrences(self, path: str, within: str) -> list[str]:
        """Keys of the repeat's instances inside the node ``within``."""
        return self._instance.occurrences(path, within)

    def trial(self, key: str, value: str, at: datetime) -> str | None:
        """What would be wrong with ``value`` given at ``at``, as in ``problem``; changes nothing.

        As in ODK the constraint sees the new value at its own node, what follows from it not yet.
        """
        node, known = self.nodes[key], self.environment
        before = node.value
        self._running.known = replace(known, now=at)
        node.value = value
        self._running.narrow(node)
        try:
            return self.problem(key)
        finally:
            self._running.known = known
            node.value = before
            self._running.narrow(node)

    def room(self, path: str, within: str) -> bool:
        """Whether another instance of the repeat ``path`` fits into the node ``within``."""
        there = len(self.occurrences(path, within))
        return there < MOST_REPEATS and self._instance.room(path) > 0

    # Changing

    def put(self, key: str, value: str, at: datetime | None = None) -> None:
        """Give a node a value, valid or not, and compute what follows. ``at`` is the new now."""
        self._running.tell(at)
        self._running.put(self.nodes[key], value)

    def add(self, path: str, within: str, at: datetime | None = None) -> str | None:
        """Another instance of the repeat ``path`` inside the node ``within``; its key.

        None where the number is computed or no more are taken.
        """
        self._running.tell(at)
        if self._instance.repeats[path].count or not self.room(path, within):
            return None
        there = len(self.occurrences(path, within))
        self._running.resize(self.nodes[within], path, there + 1)
        found = self.occurrences(path, within)
        return found[-1] if len(found) > there else None

    def remove(self, key: str, at: datetime | None = None) -> None:
        """Take away the instance of a repeat that ``key`` names; those after it move up."""
        self._running.tell(at)
        self._running.remove(self.nodes[key])

    def recompute(self) -> None:
        """Compute every formula. Changes nothing: what follows from an answer always did."""
        self._running.run(range(len(self._running.graph.formulas)))

    def finish(self, at: datetime) -> None:
        """Fill what is known at the end."""
        self._running.tell(at)
        self._running.preload("timestamp end")

    # Inside

    def _true(self, key: str, expression: Expression | None, *, otherwise: bool) -> bool:
        if expression is None:
            return otherwise
        return self._running.boolean(expression, self.nodes[key].element)

    def _speaking(self, known: Environment, key: str, language: str) -> Environment:
        """An environment whose labels are in ``language``."""
        return replace(
            known,
            translate=lambda name: self._itext(name, key, language),
            choice_label=lambda value, path: self._choice_label(value, path, language),
        )

    def _itext(self, name: str, key: str, language: str) -> str:
        return self.text(self.questionnaire.texts.get(name, Text()), key, language)

    def _choice_label(self, value: str, path: str, language: str) -> str:
        question = self.questionnaire.by_path.get(path)
        if question is None:
            return value
        key = next((node.key for node in self._instance.at.get(path, ())), "")
        return self.label_of(question, value, key, language)

    def _walk(self, group: Group, key: str) -> Iterator[str]:
        for child in self._in_order(group, key):
            if isinstance(child, Question):
                at = key + child.path[len(path_of(key)) :]
                if not child.helper and self.relevant(at):
                    yield at
            else:
                for below in self._places(child, key):
                    if self.relevant(below):
                        yield from self._walk(child, below)
                if child.repeat and not child.count:
                    holder = self._holder(child, key)
                    if self._running.would_repeat(child.path, self.nodes[holder]):
                        yield f"{holder}/{child.path.rpartition('/')[2]}"

    def _places(self, group: Group, key: str) -> Iterable[str]:
        """Where a group is inside the node ``key``: once, or as often as it repeats."""
        if not group.repeat:
            return (key + group.path[len(path_of(key)) :],)
        return self.occurrences(group.path, self._holder(group, key))

    def _holder(self, group: Group, key: str) -> str:
        """The key of the node that holds a group, inside the node ``key``."""
        return key + group.path.rpartition("/")[0][len(path_of(key)) :]

    def _in_order(self, group: Group, key: str) -> tuple[Group | Question, ...]:
        """Children as this person meets them: shuffled where the author asks for it."""
        if group.own.get("shuffle") != "yes":
            return group.children
        children = list(group.children)
        random.Random(f"{self.seed} {key}").shuffle(children)  # noqa: S311 - order, not secrecy
        return tuple(children)

"""What follows from what: the formulas of a questionnaire and the order to compute them in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from survey.forms.expressions.expression import Expression
from survey.forms.expressions.references import find_references, find_target_path
from survey.forms.model.questionnaire import Group, Itemset, Questionnaire

#: Aspects that concern all nodes below, too.
STRUCTURAL_ASPECTS = frozenset({"relevant", "count"})
#: Aspects through which formulas may come back to themselves.
#: Filters that exclude each other's choices and repeats that grow by what is answered in them are
#: usual in forms: such a circle is cut, not refused.
LOOSE_ASPECTS = frozenset({"choices", "count"})


class CycleFault(ValueError):  # noqa: N818 - a fault of the author, not of the program
    """Calculations that wait for each other; ``paths`` are those of the circle."""

    def __init__(self, paths: list[str]) -> None:
        super().__init__(" → ".join(paths))
        self.paths = paths


@dataclass(frozen=True, slots=True)
class Formula:
    """What follows from other values: ``aspect`` is relevant, calculate, count or choices."""

    path: str
    aspect: str
    expression: Expression
    reads: frozenset[str]


@dataclass(frozen=True, slots=True)
class DependencyGraph:
    """The formulas, each after those it reads from, and which of them a change concerns."""

    formulas: tuple[Formula, ...]
    # Filled when first asked for: the graph is shared by all forms of a questionnaire.
    _readers: dict[str, tuple[int, ...]] = field(default_factory=dict)
    _below: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def find_readers(self, path: str) -> tuple[int, ...]:
        """The formulas (by their place) that read what is at a path, above or below it."""
        if path not in self._readers:
            self._readers[path] = tuple(
                place
                for place, formula in enumerate(self.formulas)
                if any(affects_path(path, read) for read in formula.reads)
            )
        return self._readers[path]

    def find_formulas_below(self, path: str) -> tuple[int, ...]:
        """The formulas (by their place) of a node and of all nodes below it."""
        if path not in self._below:
            self._below[path] = tuple(
                place
                for place, formula in enumerate(self.formulas)
                if f"{formula.path}/".startswith(f"{path}/")
            )
        return self._below[path]


def list_formulas(questionnaire: Questionnaire) -> Iterator[Formula]:
    """Every relevant, calculate, repeat count and list of choices of the questionnaire."""
    for bind in questionnaire.binds.values():
        for aspect in ("relevant", "calculate"):
            if expression := getattr(bind, aspect):
                yield Formula(
                    bind.path, aspect, expression, find_dependencies(expression, bind.path)
                )
    for question in questionnaire.controls.values():
        if question.itemset and (nodeset := question.itemset.nodeset):
            found = find_dependencies(nodeset, question.path) | find_choice_paths(
                question.itemset, nodeset, question.path
            )
            yield Formula(question.path, "choices", nodeset, found)
    for group in questionnaire.body.walk():
        if isinstance(group, Group) and group.repeat and group.count:
            found = find_dependencies(group.count, group.path)
            yield Formula(group.path, "count", group.count, found)


def find_dependencies(expression: Expression, path: str) -> frozenset[str]:
    """The paths an expression depends on; its own value is not among them."""
    # A calculation may look at its own last value (“if it is empty, …”), which is no circle.
    return find_references(expression.tree, path) - {path}


def find_choice_paths(itemset: Itemset, nodeset: Expression, path: str) -> frozenset[str]:
    """The paths of values and labels of choices that are answers of a repeat."""
    items = find_target_path(nodeset.tree, path, path)
    names = () if items.startswith("?") else (itemset.value, itemset.label)
    return frozenset(f"{items}/{name}" for name in names)


def affects_formula(source: Formula, target: Formula) -> bool:
    """Whether what ``source`` changes can change ``target``."""
    if source.path == target.path:
        # A node's relevance decides whether its calculation counts, not the other way round.
        return source.aspect == "relevant" and target.aspect == "calculate"
    above = source.aspect in STRUCTURAL_ASPECTS and target.path.startswith(source.path + "/")
    return above or any(affects_path(source.path, path) for path in target.reads)


def affects_path(changed: str, read: str) -> bool:
    """Whether a change at or above a path, or anywhere below ``/*``, concerns who reads it."""
    if read.endswith("/*") and changed.startswith(read[:-1]):
        return True
    # A change above what is read counts, too: a group that goes takes its values with it.
    return read == changed or read.startswith(changed + "/")


# Questionnaires are told apart by identity: one graph for each version that is in use.
@lru_cache(maxsize=32)
def build_dependency_graph(questionnaire: Questionnaire) -> DependencyGraph:
    """The dependencies of a questionnaire. Raises CycleFault."""
    return DependencyGraph(order_formulas(questionnaire))


def order_formulas(questionnaire: Questionnaire) -> tuple[Formula, ...]:
    """The formulas of a questionnaire, each after those it reads from. Raises CycleFault.

    Choices may exclude each other, and a repeat may grow by what is answered in it: in such a
    circle nothing waits for them.
    """
    found = list(list_formulas(questionnaire))
    at: dict[str, list[Formula]] = {}
    for formula in found:
        at.setdefault(formula.path, []).append(formula)
    before = {
        formula: {
            other
            for other in list_possible_sources(formula, at)
            if other is not formula and affects_formula(other, formula)
        }
        for formula in found
    }
    # The sorter names one circle at a time, and there may be several: each turn cuts one.
    while True:
        try:
            return tuple(TopologicalSorter(before).static_order())
        except CycleError as fault:
            circle: list[Formula] = fault.args[1]
            # A CycleError lists each formula directly before one that waits for it.
            loose = [(a, b) for a, b in pairwise(circle) if a.aspect in LOOSE_ASPECTS]
            if not loose:
                raise CycleFault([formula.path for formula in circle]) from None
            for source, target in loose:
                before[target].discard(source)


def list_possible_sources(target: Formula, at: Mapping[str, list[Formula]]) -> Iterator[Formula]:
    """The formulas that may feed ``target``: at and above its own path and those it reads."""
    # A path through a wildcard may meet any node, so every formula may feed it.
    if any(read.endswith("/*") for read in target.reads):
        yield from (formula for formulas_there in at.values() for formula in formulas_there)
        return
    # Only what stands at or above these paths is looked at: comparing every pair of formulas takes
    # too long in forms with thousands of questions.
    paths = {target.path, *target.reads}
    while paths:
        yield from (formula for path in paths for formula in at.get(path, ()))
        paths = {path.rpartition("/")[0] for path in paths} - {""}

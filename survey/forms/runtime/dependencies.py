"""What follows from what: the formulas of a questionnaire and the order to compute them in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import NamedTuple

from survey.forms.expressions.expression import Expression
from survey.forms.expressions.grammar import FunctionCall, walk_tree
from survey.forms.expressions.references import find_references, find_target_path
from survey.forms.model.questionnaire import Itemset, Questionnaire

#: Aspects that concern all nodes below, too.
STRUCTURAL_ASPECTS = frozenset({"relevant", "count"})
#: Aspects through which formulas may come back to themselves.
#: Filters that exclude each other's choices and repeats that grow by what is answered in them are
#: usual in forms: such a circle is cut, not refused.
LOOSE_ASPECTS = frozenset({"choices", "count"})
#: Functions whose value depends on more than what they are given: the time, labels.
OUTWARD_FUNCTIONS = frozenset({"jr:choice-name", "jr:itext", "now", "random", "today"})
#: Marks a repeat in a path by which a formula stays inside its own instance of it.
OWN_INSTANCE = "\0"


class CycleFault(ValueError):  # noqa: N818 - a fault of the author, not of the program
    """Calculations that wait for each other; ``paths`` are those of the circle."""

    def __init__(self, paths: list[str]) -> None:
        super().__init__(" → ".join(paths))
        self.paths = paths


@dataclass(frozen=True, slots=True)
class Formula:
    """What follows from other values: ``aspect`` is relevant, calculate, count or choices.

    In ``own_reads`` a repeat is marked (``OWN_INSTANCE``) where only the instance is read that the
    formula itself is in.
    """

    path: str
    aspect: str
    expression: Expression
    reads: frozenset[str]
    own_reads: frozenset[str] = frozenset()
    reads_itself: bool = False


class FormulaReader(NamedTuple):
    """A formula, by its place, that reads a path: of each instance of ``repeat`` only in itself.

    Where ``repeat`` is empty a change anywhere concerns it everywhere.
    """

    place: int
    repeat: str


@dataclass(frozen=True)
class DependencyGraph:
    """The formulas, each after those it reads from, and which of them a change concerns."""

    formulas: tuple[Formula, ...]

    def find_readers(self, path: str) -> tuple[FormulaReader, ...]:
        """The formulas that read what is at a path, above or below it, in their order."""
        # Filled when first asked for: the graph is shared by all forms of a questionnaire.
        if path not in self._found_readers:
            found = dict(self._readers.get(path, {}))
            for above in list_paths_above(path):
                found |= dict.fromkeys(self._wildcard_readers.get(above, ()), "")
            self._found_readers[path] = tuple(
                FormulaReader(*entry) for entry in sorted(found.items())
            )
        return self._found_readers[path]

    def find_formulas_below(self, path: str) -> tuple[int, ...]:
        """The formulas (by their place) of a node and of all nodes below it."""
        return self._below.get(path, ())

    @cached_property
    def passing_lists(self) -> frozenset[str]:
        """The paths of selects whose list may change although nothing that it reads does.

        It depends on the time or on labels, or on what was chosen from it.
        """
        return frozenset(
            formula.path
            for formula in self.formulas
            if formula.aspect == "choices"
            and (looks_outward(formula.expression) or formula.reads_itself)
        )

    @cached_property
    def _found_readers(self) -> dict[str, tuple[FormulaReader, ...]]:
        return {}

    @cached_property
    def _readers(self) -> Mapping[str, Mapping[int, str]]:
        """For a path the places of those who read it or what is below, each with its repeat."""
        found: dict[str, dict[int, str]] = {}
        for place, formula in enumerate(self.formulas):
            for read in formula.own_reads:
                for path, repeat in list_shared_repeats(read):
                    readers = found.setdefault(path, {})
                    # Who reads it in two ways is concerned wherever one of them leads.
                    readers[place] = min(readers.get(place, repeat), repeat, key=len)
        return found

    @cached_property
    def _wildcard_readers(self) -> Mapping[str, list[int]]:
        """For a path the places of those who read anything below."""
        found: dict[str, list[int]] = {}
        for place, formula in enumerate(self.formulas):
            for read in formula.reads:
                if read.endswith("/*"):
                    found.setdefault(read.removesuffix("/*"), []).append(place)
        return found

    @cached_property
    def _below(self) -> Mapping[str, tuple[int, ...]]:
        found: dict[str, list[int]] = {}
        for place, formula in enumerate(self.formulas):
            for path in (formula.path, *list_paths_above(formula.path)):
                found.setdefault(path, []).append(place)
        return {path: tuple(places) for path, places in found.items()}


def list_paths_above(path: str) -> Iterator[str]:
    """The paths above a path, the nearest first, the empty one at the end."""
    while path:
        path = path.rpartition("/")[0]
        yield path


def list_shared_repeats(read: str) -> Iterator[tuple[str, str]]:
    """A marked path and those above it, unmarked, each with the innermost repeat marked in it."""
    path, repeat = "", ""
    for step in read.split("/")[1:]:
        path += f"/{step.removesuffix(OWN_INSTANCE)}"
        repeat = path if step.endswith(OWN_INSTANCE) else repeat
        yield path, repeat


def list_formulas(questionnaire: Questionnaire) -> Iterator[Formula]:
    """Every relevant, calculate, repeat count and list of choices of the questionnaire."""
    repeats = [node for node in questionnaire.groups.values() if node.repeat]
    within = {group.path for group in repeats}
    for bind in questionnaire.binds.values():
        at = mark_own_instances(bind.path, within)
        for aspect in ("relevant", "calculate"):
            if expression := getattr(bind, aspect):
                yield build_formula(at, aspect, expression)
    for question in questionnaire.controls.values():
        if question.itemset and (nodeset := question.itemset.nodeset):
            at = mark_own_instances(question.path, within)
            offered = find_choice_paths(question.itemset, nodeset, at)
            yield build_formula(at, "choices", nodeset, offered)
    for group in repeats:
        if group.count:
            # How many instances there are is decided outside of them.
            at = mark_own_instances(group.path, within - {group.path})
            yield build_formula(at, "count", group.count)


def mark_own_instances(path: str, repeats: Iterable[str]) -> str:
    """A path with a mark at each of the repeats that it leads through."""
    around = {repeat.count("/") for repeat in repeats if f"{path}/".startswith(f"{repeat}/")}
    steps = path.split("/")
    return "/".join(f"{step}{OWN_INSTANCE * (n in around)}" for n, step in enumerate(steps))


def build_formula(
    at: str, aspect: str, expression: Expression, offered: frozenset[str] = frozenset()
) -> Formula:
    """The formula at a marked path; ``offered`` is what it reads besides its expression."""
    path = at.replace(OWN_INSTANCE, "")
    found = find_references(expression.tree, at) | offered
    # A calculation may look at its own last value (“if it is empty, …”), which is no circle; but if
    # it looks at that of other instances, a change in one concerns the others.
    own = frozenset(read for read in found if read.replace(OWN_INSTANCE, "") != path)
    reads = frozenset(read.replace(OWN_INSTANCE, "") for read in own)
    reads_itself = len(own) < len(found)
    if found - own - {at} or looks_outward(expression):
        own = reads
    # Where a path is not followed to its end, it may lead into other instances.
    own = frozenset(r.replace(OWN_INSTANCE, "") if r.endswith("/*") else r for r in own)
    return Formula(path, aspect, expression, reads, own, reads_itself)


def looks_outward(expression: Expression) -> bool:
    """Whether the value depends on more than the nodes that the expression reads."""
    calls = (node for node in walk_tree(expression.tree) if isinstance(node, FunctionCall))
    return any(call.name in OUTWARD_FUNCTIONS for call in calls)


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

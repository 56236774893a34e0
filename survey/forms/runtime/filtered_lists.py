"""Lists whose filter asks for an equal value: sorted by it once, and then only looked up.

``kota = ${kota}`` is how most lists are narrowed. Evaluated as XPath it looks at each item of the
list for each person; here everybody shares what one look at the whole list gave.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from survey.forms.expressions.casts import get_string_value
from survey.forms.expressions.expression import Expression
from survey.forms.expressions.function_registry import Value
from survey.forms.expressions.grammar import (
    BinaryOperation,
    Constant,
    FunctionCall,
    LocationPath,
    PathStep,
    SyntaxNode,
)
from survey.forms.model.questionnaire import NO_CHOICES, Choice, ChoiceList, Itemset


@dataclass(frozen=True, slots=True)
class FilteredList:
    """A list by the values of one of its columns. ``wanted`` gives the value that is looked for."""

    wanted: Expression
    lists: Mapping[str, ChoiceList]

    def find_list(self, value: Value) -> ChoiceList | None:
        """The items with that value; None where it is none that can be looked up."""
        if isinstance(value, list):
            # Of several nodes any may be equal, which is left to XPath.
            if len(value) > 1:
                return None
            return self.lists.get(get_string_value(value[0]), NO_CHOICES) if value else NO_CHOICES
        return self.lists.get(value, NO_CHOICES) if isinstance(value, str) else None


def build_filtered_list(
    itemset: Itemset, table: etree._Element, known: Mapping[tuple[str, str], Choice]
) -> FilteredList | None:
    """The list behind a select by the value that its filter asks for; None for other filters."""
    found = find_equality(itemset.nodeset.tree) if itemset.nodeset else None
    if found is None:
        return None
    column, wanted = found
    lists: dict[str, list[Choice]] = {}
    for item in table.iterfind("root/item"):
        for value in {get_string_value(cell) for cell in item.iterfind(column)}:
            lists.setdefault(value, []).append(known[itemset.read_item(item)])
    return FilteredList(
        Expression("", wanted), {value: ChoiceList(tuple(one)) for value, one in lists.items()}
    )


def find_equality(tree: SyntaxNode) -> tuple[str, SyntaxNode] | None:
    """The column and what it has to be equal to, in ``instance('list')/root/item[column = …]``."""
    match tree:
        case LocationPath(
            start=FunctionCall(name="instance"),
            steps=(
                PathStep("", "root", ()),
                PathStep("", "item", (BinaryOperation("=", left, right),)),
            ),
        ):
            for here, there in ((left, right), (right, left)):
                if (column := find_column(here)) and is_outside(there):
                    return column, there
    return None


def find_column(node: SyntaxNode) -> str:
    """The column of an item that an operand is; ``''`` for anything else."""
    match node:
        case LocationPath(start="", steps=(PathStep("", test, ()),)):
            return test if test.isidentifier() else ""
    return ""


def is_outside(node: SyntaxNode) -> bool:
    """Whether an operand is the same for all items: a text, or a plain path in the form."""
    match node:
        case Constant(source=source):
            return source[0] in "\"'"
        case LocationPath(start="/" | FunctionCall(name="current"), steps=steps):
            return not any(step.predicates for step in steps)
    return False

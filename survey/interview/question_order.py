"""The places of an interview in the order in which a person comes to them, and their cards.

A place is a question or a *prompt*: where a repeat without a fixed number asks for another
instance. A prompt's key is that of the repeat's instances without their position,
``/data/rumah[1]/anak`` after ``/data/rumah[1]/anak[2]``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from functools import cached_property, lru_cache
from itertools import islice, takewhile

from survey.forms.expressions.expression import Expression
from survey.forms.expressions.references import find_references
from survey.forms.model.questionnaire import Questionnaire
from survey.forms.runtime.dependencies import looks_outward
from survey.forms.runtime.form import Form, strip_positions

#: The key of the place after the last one, where all answers are shown before sending.
REVIEW = ""


class QuestionOrder:
    """The places as they are now; after anything that changes a form, it must be made anew.

    ``visited`` are the keys of the places that were gone through.
    """

    def __init__(self, form: Form, consent: str | None, visited: Set[str]) -> None:
        self._rows = find_table_rows(form.questionnaire)
        #: Keys in their order, without that of the question for consent, and without selects that
        #: have nothing to choose: nobody could answer them.
        self.keys: list[str] = [key for key in form.list_places() if key != consent]
        empty = find_empty_selects(form)
        if empty:
            asked, self.keys = self.keys, []
            for key in asked:
                if key not in empty or self._may_offer(form, key, visited):
                    self.keys.append(key)

    def _may_offer(self, form: Form, key: str, visited: Set[str]) -> bool:
        """Whether a select whose list is empty may offer something yet."""
        # As long as an earlier question that its filter reads was not asked, it counts as one that
        # is to come.
        read = find_filter_sources(form.questionnaire).get(strip_positions(key), frozenset())
        return any(strip_positions(one) in read and one not in visited for one in self.keys)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each key stands, from 0."""
        return {key: number for number, key in enumerate(self.keys)}

    @cached_property
    def pages(self) -> Mapping[str, int]:
        """Where each card stands among the cards, by its page, from 0."""
        return {page: number for number, page in enumerate(self.cards)}

    @cached_property
    def starts(self) -> Mapping[str, int]:
        """Where the places below each group begin, by the group's key."""
        found: dict[str, int] = {}
        for number, key in enumerate(self.keys):
            above = key.rpartition("/")[0]
            while above and above not in found:
                found[above] = number
                above = above.rpartition("/")[0]
        return found

    def list_below(self, group: str) -> Iterator[str]:
        """The keys of the places inside a group or an instance, which all follow each other."""
        start = self.starts.get(group, len(self.keys))
        return takewhile(lambda key: key.startswith(f"{group}/"), islice(self.keys, start, None))

    @cached_property
    def cards(self) -> dict[str, list[str]]:
        """The places on each card, by the card's page."""
        found: dict[str, list[str]] = {}
        if not self._rows:
            return {key: [key] for key in self.keys}
        for key in self.keys:
            found.setdefault(self.find_page(key), []).append(key)
        return found

    def find_page(self, key: str) -> str:
        """Places with the same page share a card: the rows of a table do, others stand alone."""
        return key.rpartition("/")[0] if self._rows and strip_positions(key) in self._rows else key


@lru_cache(maxsize=32)
def find_table_rows(questionnaire: Questionnaire) -> frozenset[str]:
    """The paths of the questions that are rows of a table."""
    around = questionnaire.groups_by_path.items()
    return frozenset(path for path, groups in around if groups and groups[-1].is_table)


def find_empty_selects(form: Form) -> set[str]:
    """The keys of the selects that have nothing to choose now."""
    nodes = (
        node
        for path in find_uncertain_selects(form.questionnaire)
        for node in form.list_nodes(path)
    )
    return {node.key for node in nodes if node.relevant and form.offers_nothing(node.key)}


@lru_cache(maxsize=32)
def find_uncertain_selects(questionnaire: Questionnaire) -> tuple[str, ...]:
    """The paths of the selects whose list may be empty: it is filtered, or has nothing in it."""
    return tuple(
        question.path
        for question in questionnaire.questions
        if (itemset := question.itemset) and (itemset.is_filtered or not itemset.all_choices)
    )


@lru_cache(maxsize=32)
def may_places_vary(questionnaire: Questionnaire) -> bool:
    """Whether there may be other places although the same nodes are relevant.

    Selects may become empty, and a condition decides whether another instance is asked for.
    """
    repeats = (group.path for group in questionnaire.groups.values() if group.repeat)
    conditions = (
        questionnaire.binds[path].relevant for path in repeats if path in questionnaire.binds
    )
    return bool(find_uncertain_selects(questionnaire)) or any(conditions)


@lru_cache(maxsize=32)
def find_wording_sources(questionnaire: Questionnaire) -> dict[str, frozenset[str] | None]:
    """For each question for a place the paths that its wording reads; None if it reads more."""
    language = questionnaire.languages[0]
    return {
        question.path: find_label_sources(question.label.get_parts(language), question.path)
        for question in questionnaire.questions
        if "place" in question.suara_attributes
    }


def find_label_sources(parts: Iterable[str | Expression], path: str) -> frozenset[str] | None:
    """The paths that a label at a path reads; None for one that also reads labels or the time."""
    filled = [part for part in parts if not isinstance(part, str)]
    if any(map(looks_outward, filled)):
        return None
    return frozenset(read for part in filled for read in find_references(part.tree, path))


@lru_cache(maxsize=32)
def find_filter_sources(questionnaire: Questionnaire) -> dict[str, frozenset[str]]:
    """For the path of each select the paths that its choices are filtered by."""
    return {
        question.path: find_references(question.itemset.nodeset.tree, question.path)
        for question in questionnaire.questions
        if question.itemset and question.itemset.nodeset
    }


def renumber_key(key: str, removed: str) -> str | None:
    """A key after an instance was removed: later ones move up; None for what went with it."""
    repeat, gone = split_instance(removed)
    if not key.startswith(f"{repeat}["):
        return key
    position, _, below = key[len(repeat) + 1 :].partition("]")
    if int(position) == gone:
        return None
    return f"{repeat}[{int(position) - (int(position) > gone)}]{below}"


def split_instance(instance: str) -> tuple[str, int]:
    """The prompt's key and the position of an instance."""
    repeat, _, position = instance.removesuffix("]").rpartition("[")
    return repeat, int(position)

"""The places of an interview in the order in which a person comes to them, and their cards.

A place is a question or a *prompt*: where a repeat without a fixed number asks for another
instance. A prompt's key is that of the repeat's instances without their position,
``/data/rumah[1]/anak`` after ``/data/rumah[1]/anak[2]``.
"""

from __future__ import annotations

from collections.abc import Set
from functools import cached_property, lru_cache

from survey.forms.expressions.references import find_references
from survey.forms.model.questionnaire import Questionnaire
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
        self.keys: list[str] = []
        for key in form.list_places():
            if key != consent and not self._is_empty_select(form, key, visited):
                self.keys.append(key)

    def _is_empty_select(self, form: Form, key: str, visited: Set[str]) -> bool:
        """Whether a place is a select whose list is empty, whatever comes before it."""
        path = strip_positions(key)
        if path in form.repeats or not form.offers_nothing(key):
            return False
        # As long as an earlier question that its filter reads was not asked, it may offer something
        # yet, and counts as one that is to come.
        read = find_filter_sources(form.questionnaire).get(path, frozenset())
        return not any(strip_positions(one) in read and one not in visited for one in self.keys)

    @cached_property
    def cards(self) -> dict[str, list[str]]:
        """The places on each card, by the card's page."""
        found: dict[str, list[str]] = {}
        for key in self.keys:
            found.setdefault(self.find_page(key), []).append(key)
        return found

    def find_page(self, key: str) -> str:
        """Places with the same page share a card: the rows of a table do, others stand alone."""
        return key.rpartition("/")[0] if strip_positions(key) in self._rows else key


@lru_cache(maxsize=32)
def find_table_rows(questionnaire: Questionnaire) -> frozenset[str]:
    """The paths of the questions that are rows of a table."""
    around = questionnaire.groups_by_path.items()
    return frozenset(path for path, groups in around if groups and groups[-1].is_table)


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

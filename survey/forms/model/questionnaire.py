"""The definition of a questionnaire, as read from its XForm: what never changes between people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING

from survey.catalogue import list_language_names
from survey.forms.answers.kind_definition import ChoiceMode, QuestionKind

if TYPE_CHECKING:
    from lxml import etree

    from survey.forms.expressions.expression import Expression

#: The namespace of Suara's own attributes in a questionnaire (``suara:shuffle`` …).
SUARA_NAMESPACE = "https://suara.id/xforms"


@dataclass(frozen=True, slots=True)
class Text:
    """A text in every language of the questionnaire; expressions stand between the words.

    ``parts`` maps a language to strings and expressions in reading order.
    """

    parts: Mapping[str, tuple[str | Expression, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.parts)

    def get_parts(self, language: str) -> tuple[str | Expression, ...]:
        """The parts in ``language``; in another one where the translation is missing."""
        return self.parts.get(language) or next((p for p in self.parts.values() if p), ())

    def get_plain_text(self, language: str) -> str:
        """The words alone, an ellipsis for what depends on the answers: for tables and reports."""
        words = (part if isinstance(part, str) else "…" for part in self.get_parts(language))
        return " ".join("".join(words).split())


@dataclass(frozen=True, slots=True)
class Media:
    """Files that go with a label: language -> kind (image, audio, video) -> name of the file."""

    files: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def get_files(self, language: str) -> Mapping[str, str]:
        """The files in ``language``; in another one where it has none."""
        return self.files.get(language) or next((f for f in self.files.values() if f), {})


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that a select offers: ``value`` is what is stored."""

    value: str
    label: Text
    media: Media = field(default_factory=Media)


# Told apart by identity: comparing two of thousands of choices takes longer than making them.
@dataclass(frozen=True, eq=False)
class ChoiceList:
    """Choices in the order in which they are offered, and where each value stands among them."""

    choices: tuple[Choice, ...] = ()

    @cached_property
    def positions(self) -> Mapping[str, int]:
        """The place of each value, from 0; of one that stands twice the first."""
        numbered = list(enumerate(self.choices))
        return {choice.value: number for number, choice in reversed(numbered)}


NO_CHOICES = ChoiceList()


@dataclass(frozen=True)
class Itemset:
    """Where the choices of a select come from.

    ``nodeset`` is evaluated for the choices on offer now; ``value`` and ``label`` are child names.
    ``translated`` says that the label is a key into the texts. ``list`` is the name of the list it
    draws from, ``all_choices`` all items of that, whatever the filter, in the order of the sheet; a
    select that offers what was answered in a repeat has neither. Choices that stand on the
    question itself have no ``nodeset`` and no ``list``.
    """

    nodeset: Expression | None
    value: str
    label: str
    translated: bool
    all_choices: tuple[Choice, ...]
    list: str = ""

    @property
    def is_filtered(self) -> bool:
        """Whether what is on offer depends on other answers."""
        # pyxform writes a choice_filter as a predicate; a list without brackets is offered whole.
        return self.nodeset is not None and (not self.list or "[" in self.nodeset.source)

    @property
    def is_whole(self) -> bool:
        """Whether everybody is always offered all items, in the order of the sheet."""
        whole = f"instance('{self.list}')/root/item"
        return self.nodeset is None or (bool(self.list) and self.nodeset.source == whole)

    @cached_property
    def whole_list(self) -> ChoiceList:
        """All items."""
        return ChoiceList(self.all_choices)

    @cached_property
    def choices_by_value(self) -> Mapping[str, tuple[Choice, ...]]:
        """All items with a value, of which there is mostly one."""
        found: dict[str, tuple[Choice, ...]] = {}
        for choice in self.all_choices:
            found[choice.value] = (*found.get(choice.value, ()), choice)
        return found

    @cached_property
    def has_media(self) -> bool:
        """Whether a file goes with any item."""
        return any(choice.media.files for choice in self.all_choices)

    def read_item(self, item: etree._Element) -> tuple[str, str]:
        """Value and label of an item as it has them."""
        return item.findtext(self.value) or "", item.findtext(self.label) or ""


@dataclass(frozen=True, slots=True)
class Bind:
    """What an XForm says of one node, whether it is asked or calculated."""

    path: str
    datatype: str = "string"
    relevant: Expression | None = None
    required: Expression | None = None
    constraint: Expression | None = None
    readonly: Expression | None = None
    calculate: Expression | None = None
    constraint_message: Text = field(default_factory=Text)
    required_message: Text = field(default_factory=Text)
    attributes: Mapping[str, str] = field(default_factory=dict)
    preload: str = ""
    """What fills it when the form begins or ends: ``date today``, ``timestamp start`` …"""


@dataclass(frozen=True, slots=True)
class Action:
    """A value that is set once when something happens (XForms' ``setvalue``).

    ``event`` is begun (the form), added (an instance of the repeat ``source``) or changed (the
    value of the question ``source``). ``value`` is computed at the node ``target``.
    """

    event: str
    target: str
    value: Expression | str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask (or to tell: a note).

    ``path`` is absolute and without positions; ``index`` is its place among all questions and
    stays the same within a version. ``suara_attributes`` are without their prefix.
    ``guidance`` is what may be read besides the hint, ``media`` what can be looked at or heard.
    """

    index: int
    path: str
    kind: QuestionKind
    label: Text
    hint: Text
    bind: Bind
    itemset: Itemset | None = None
    appearance: frozenset[str] = frozenset()
    suara_attributes: Mapping[str, str] = field(default_factory=dict)
    guidance: Text = field(default_factory=Text)
    media: Media = field(default_factory=Media)

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    @property
    def datatype(self) -> str:
        """The XForms data type of its node."""
        return self.bind.datatype

    @property
    def choices(self) -> tuple[Choice, ...]:
        """All choices of the list, in the order of the sheet; none for other kinds."""
        return self.itemset.all_choices if self.itemset else ()

    @property
    def shared_list(self) -> str:
        """The list that a line of a table offers; ``''`` for what cannot be one."""
        if self.kind.choices is not ChoiceMode.ONE or "list-nolabel" not in self.appearance:
            return ""
        return "" if self.itemset is None or self.itemset.is_filtered else self.itemset.list

    @property
    def is_helper(self) -> bool:
        """Carries a table's heading or the names of its columns: never asked.

        Made by ``table-list``, or by the author as a question with the appearance ``label``.
        """
        # So pyxform calls the questions that it adds to a group with the appearance table-list.
        made = ("generated_table_list_label", "reserved_name_for_field_list")
        own = self.kind.choices is ChoiceMode.ONE and "label" in self.appearance
        return own or self.name.startswith(made)


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that belong together; a repeat if ``repeat`` is set (then ``count`` may fix it)."""

    path: str
    label: Text
    children: tuple[Group | Question, ...]
    appearance: frozenset[str] = frozenset()
    suara_attributes: Mapping[str, str] = field(default_factory=dict)
    repeat: bool = False
    count: Expression | None = None

    @property
    def is_table(self) -> bool:
        """Whether its questions are the rows of one card that share their choices."""
        rows = [c for c in self.children if not (isinstance(c, Question) and c.is_helper)]
        lists = {row.shared_list for row in rows if isinstance(row, Question)}
        return len(lists) == 1 and "" not in lists and all(isinstance(r, Question) for r in rows)

    @property
    def heading(self) -> Text:
        """The group's label; a table's is on the helper question, if there is one.

        So a table's heading is evaluated at the key of one of its rows, not at the group's.
        """
        return next((c.label for c in self._helpers() if c.label), self.label)

    @property
    def heading_hint(self) -> Text:
        """The hint below a table's heading, evaluated as it is; other groups have none."""
        return next((c.hint for c in self._helpers() if c.hint), Text())

    def _helpers(self) -> Iterator[Question]:
        return (c for c in self.children if isinstance(c, Question) and c.is_helper)

    def walk(self) -> Iterator[Group | Question]:
        """The group itself and all below it, in the order of the sheet."""
        yield self
        for child in self.children:
            if isinstance(child, Group):
                yield from child.walk()
            else:
                yield child


# Told apart by identity, so that it can be the key of a cache: its mappings have no hash.
@dataclass(frozen=True, eq=False)
class Questionnaire:
    """A compiled questionnaire. ``xform`` is the whole of it as text, lists included.

    ``titles`` are those in other languages, by the language's code; XLSForm itself knows but one.
    ``texts`` are the translations by their itext key, ``actions`` what sets values once.
    """

    id: str
    version: str
    title: str
    languages: tuple[str, ...]
    body: Group
    binds: Mapping[str, Bind]
    texts: Mapping[str, Text]
    xform: str
    digest: str
    actions: tuple[Action, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """All questions but the helpers', in the order of the sheet."""
        return tuple(n for n in self.body.walk() if isinstance(n, Question) and not n.is_helper)

    @cached_property
    def controls(self) -> Mapping[str, Question]:
        """All questions, the helpers' too, by their path without positions."""
        return {node.path: node for node in self.body.walk() if isinstance(node, Question)}

    @cached_property
    def by_path(self) -> Mapping[str, Question]:
        """Questions by their path without positions."""
        return {question.path: question for question in self.questions}

    @cached_property
    def groups(self) -> Mapping[str, Group]:
        """Groups by their path, the outermost with everything in it among them."""
        return {node.path: node for node in self.body.walk() if isinstance(node, Group)}

    @cached_property
    def uploads(self) -> frozenset[str]:
        """The paths of the questions that are answered with a file."""
        return frozenset(q.path for q in self.questions if q.kind.takes_file)

    @cached_property
    def groups_by_path(self) -> Mapping[str, tuple[Group, ...]]:
        """For each question's path the groups around it, outermost first."""
        found: dict[str, tuple[Group, ...]] = {}

        def descend(group: Group, around: tuple[Group, ...]) -> None:
            for child in group.children:
                if isinstance(child, Group):
                    descend(child, (*around, child))
                else:
                    found[child.path] = around

        descend(self.body, ())
        return found

    def get_title(self, code: str) -> str:
        """The title in the language of an IETF code such as ``en``; else the title of the form."""
        return self.titles.get(code.partition("-")[0].lower(), self.title)

    def match_language(self, code: str) -> str:
        """The questionnaire's language for an IETF code such as ``id``; its first if it has none.

        XLSForm names languages like ``Indonesia (id)``; older forms leave the code out, or have
        nothing but it.
        """
        return find_language(code, self.languages)


@cache
def find_language(code: str, languages: tuple[str, ...]) -> str:
    """The language that a code means, out of those a questionnaire has; else the first."""
    wanted = code.partition("-")[0].lower()
    names = list_language_names(wanted)

    def fits(name: str) -> bool:
        bare = name.lower() == wanted or name.lower().startswith(names)
        return bare or f"({wanted})" in name.lower()

    return next(filter(fits, languages), languages[0])

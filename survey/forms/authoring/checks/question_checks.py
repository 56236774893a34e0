"""Kinds of questions and Suara's own attributes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

from survey.forms.authoring.checks.form_outline import (
    SELECT_TYPES,
    FormOutline,
    SurveyEntry,
    suggest_similar_word,
)
from survey.forms.authoring.checks.text_checks import GROUP_KINDS
from survey.forms.authoring.faults import Fault

#: Types that XLSForm knows.
KNOWN_KINDS = (
    frozenset(QUESTION_TYPE_DICT) | SELECT_TYPES | {"begin_group", "begin_repeat", "begin_loop"}
)
#: Kinds that a chat asks in another way: what a chat cannot do, and what happens instead.
REPLACED_KINDS = {
    "barcode": ("A chat scans no codes.", "The person types the number."),
    "geotrace": ("A chat cannot draw a line.", "The person describes it in words."),
    "geoshape": ("A chat cannot draw an area.", "The person describes it in words."),
    "osm": ("A chat has no map.", "The person answers in words."),
    "start-geopoint": ("A chat locates nobody unasked.", "It stays empty. Ask with geopoint."),
    "background-geopoint": ("A chat locates nobody unasked.", "It stays empty. Ask with geopoint."),
    "background-audio": ("A chat records nothing unasked.", "It stays empty. Ask with audio."),
    "audit": ("A chat keeps no audit file.", "The time of every answer is kept anyway."),
}
#: Rows that a phone's own data would fill.
PHONE_KINDS = frozenset(
    kind
    for kind, made in QUESTION_TYPE_DICT.items()
    if made.get("bind", {}).get("jr:preload") == "property"
)
#: Appearances that a chat does not have, by kind -> what happens instead.
REPLACED_APPEARANCES = {
    "image": {
        "signature": ("Nobody can sign in a chat.", "A photo is asked for."),
        "draw": ("Nobody can draw in a chat.", "A photo is asked for."),
        "annotate": ("Nobody can draw on a photo in a chat.", "A photo is asked for."),
    },
    "select_one": {
        "map": ("A chat has no map.", "The choices are buttons."),
        "image-map": ("Nobody can tap on a picture in a chat.", "The choices are buttons."),
    },
    "select_multiple": {
        "image-map": ("Nobody can tap on a picture in a chat.", "The choices are buttons."),
    },
}
ONE_BY_ONE = "The questions of this group are asked one by one, as without table-list."
#: Which administrative levels there are the city file says, not the questionnaire.
ANY_WORD: frozenset[str] = frozenset()
ATTRIBUTE_NAMESPACE = "https://suara.id/xforms"
#: Heading -> on which kinds, with which values (none: any word; None: a whole number above 0).
SUARA_ATTRIBUTES: dict[str, tuple[frozenset[str], frozenset[str] | None]] = {
    "body::suara:consent": (frozenset({"acknowledge"}), frozenset({"yes"})),
    "body::suara:place": (frozenset(k for k in SELECT_TYPES if "one" in k), ANY_WORD),
    "body::suara:shuffle": (frozenset({"begin_group"}), frozenset({"yes"})),
    "body::suara:limit": (frozenset(k for k in SELECT_TYPES if "multiple" in k), None),
    "bind::suara:given": (frozenset({"hidden"}), frozenset({"sector", "category"})),
}


def check_questions(outline: FormOutline) -> Iterator[Fault]:
    """Everything wrong with kinds and attributes."""
    for entry in outline.questions:
        yield from check_kind(entry)
        yield from check_attributes(entry)
    yield from check_group_ends(outline)
    yield from check_attribute_headings(outline)
    yield from check_rating_tables(outline)
    yield from check_single_use(outline)
    if not outline.workbook.get_sheet("survey").rows:
        remedy = "Add rows below the header."
        yield outline.workbook.get_sheet("survey").build_fault("There are no questions.", remedy)
    elif not any(e.row.get("body::suara:consent") for e in outline.questions):
        sheet = outline.workbook.get_sheet("survey")
        remedy = "Begin with an acknowledge that has body::suara:consent."
        yield sheet.build_fault("No question asks for consent.", remedy, warning=True)


def check_kind(entry: SurveyEntry) -> Iterator[Fault]:
    """A type that there is not, or that a chat asks in another way."""
    if not entry.row.get("name") and entry.kind not in ("note", "audit"):
        yield entry.row.build_fault("The question has no name.", "Give it one.", "name")
    if entry.kind == "calculate" and not any(map(entry.row.get, ("calculation", "default"))):
        yield entry.row.build_fault("Nothing is calculated.", "Fill in calculation.", "calculation")
    if entry.kind in REPLACED_KINDS:
        yield entry.row.build_fault(*REPLACED_KINDS[entry.kind], "type", warning=True)
    elif entry.kind in PHONE_KINDS:
        message = f"A chat does not know a phone's {entry.kind}."
        yield entry.row.build_fault(message, "It stays empty.", "type", warning=True)
    elif entry.kind not in KNOWN_KINDS:
        remedy = suggest_similar_word(
            entry.kind, KNOWN_KINDS, "The types are listed in docs/questionnaires.md."
        )
        yield entry.row.build_fault(f"There is no type {entry.kind}.", remedy, "type")
    unlike = REPLACED_APPEARANCES.get("image" if entry.kind == "photo" else entry.kind, {})
    for word in entry.row.get("appearance").split():
        if word in unlike:
            yield entry.row.build_fault(*unlike[word], "appearance", warning=True)
    if entry.kind in GROUP_KINDS and entry.row.get("parameters"):
        remedy = "To shuffle its questions use body::suara:shuffle."
        message = "Parameters do nothing on a group."
        yield entry.row.build_fault(message, remedy, "parameters", warning=True)


def check_group_ends(outline: FormOutline) -> Iterator[Fault]:
    """Groups that do not end, and ends of what did not begin."""
    begun: list[SurveyEntry] = []
    for entry in outline.entries:
        if entry.kind in GROUP_KINDS:
            begun.append(entry)
        elif entry.kind.startswith("end_") and not begun:
            remedy = "Remove the row, or add the one that begins it."
            yield entry.row.build_fault(
                f"Nothing that began ends with this {entry.kind}.", remedy, "type"
            )
        elif entry.kind.startswith("end_"):
            last = begun.pop()
            wanted = last.kind.replace("begin", "end")
            if entry.kind != wanted:
                message = f"The {last.kind} of row {last.row.number} cannot end with {entry.kind}."
                yield entry.row.build_fault(message, f"Write {wanted}.", "type")
    for entry in begun:
        wanted = entry.kind.replace("begin", "end")
        message = f"This {entry.kind} never ends."
        yield entry.row.build_fault(message, f"Add a row {wanted} below its questions.", "type")


def check_attributes(entry: SurveyEntry) -> Iterator[Fault]:
    """Suara's attributes on the wrong kind or with a wrong value."""
    for column, value in entry.row.cells.items():
        if column.name not in SUARA_ATTRIBUTES:
            continue
        kinds, values = SUARA_ATTRIBUTES[column.name]
        if entry.kind not in kinds:
            remedy = f"It belongs on: {', '.join(sorted(kinds))}."
            message = f"{column.heading} does nothing on {entry.kind}."
            yield entry.row.build_fault(message, remedy, column.heading)
        elif values is None and not (value.isdecimal() and int(value) > 0):
            yield entry.row.build_fault(
                f"“{value}” is no number.", "Write one above 0.", column.heading
            )
        elif values is ANY_WORD and not value.isidentifier():
            yield entry.row.build_fault(
                f"“{value}” is no name.", "Write a level of the city file.", column.heading
            )
        elif values and value not in values:
            remedy = f"Write {' or '.join(sorted(values))}."
            yield entry.row.build_fault(f"“{value}” is not known here.", remedy, column.heading)
        elif values is None and not entry.row.get("constraint"):
            remedy = f"Write the constraint too: count-selected(.) <= {value}"
            message = "The limit holds in Suara only."
            yield entry.row.build_fault(message, remedy, column.heading, warning=True)


def check_attribute_headings(outline: FormOutline) -> Iterator[Fault]:
    """Attributes that there are not, and the namespace that they need."""
    sheet = outline.workbook.get_sheet("survey")
    own = [column for column in sheet.columns if "suara:" in column.name]
    for column in own:
        if column.name not in SUARA_ATTRIBUTES:
            message = f"The column {column.heading} is not known."
            known = ", ".join(SUARA_ATTRIBUTES)
            remedy = suggest_similar_word(
                column.name, frozenset(SUARA_ATTRIBUTES), f"There are {known}."
            )
            yield sheet.build_fault(message, remedy, column.heading)
    settings = outline.workbook.get_sheet("settings")
    row = next(iter(settings.rows), None)
    declared = row.get("namespaces") if row else ""
    if own and f'suara="{ATTRIBUTE_NAMESPACE}"' not in declared.replace("“", '"').replace("”", '"'):
        remedy = f'Write suara="{ATTRIBUTE_NAMESPACE}" there.'
        message = "Columns with suara: need their namespace."
        place = row.build_fault if row else settings.build_fault
        yield place(message, remedy, "namespaces")


def check_rating_tables(outline: FormOutline) -> Iterator[Fault]:
    """Cards with many ratings: all their questions share one list from the sheet."""
    cards = {e.path for e in outline.questions if "table-list" in e.row.get("appearance").split()}
    lists: dict[str, str] = {}
    for entry in outline.questions:
        if entry.parent not in cards or entry.kind == "calculate":
            continue
        message, column = "", "type"
        if entry.kind != "select_one":
            message = f"A table holds only select_one questions, no {entry.kind}."
        elif entry.list_name != lists.setdefault(entry.parent, entry.list_name):
            message = f"The questions of a table share one list, here {lists[entry.parent]}."
        elif entry.row.get("choice_filter"):
            message, column = "A table cannot filter its choices.", "choice_filter"
        if message:
            yield entry.row.build_fault(message, ONE_BY_ONE, column, warning=True)


def check_single_use(outline: FormOutline) -> Iterator[Fault]:
    """Consent is asked once, and each level of place."""
    seen: Counter[str] = Counter()
    for entry in outline.questions:
        for name in ("body::suara:consent", "body::suara:place", "bind::suara:given"):
            value = entry.row.get(name)
            seen[f"{name}={value}"] += 1
            if value and seen[f"{name}={value}"] > 1:
                message = f"Another question has {value} here already."
                yield entry.row.build_fault(message, "Keep one of them.", name)
    first = next(iter(outline.questions), None)
    if first and not first.row.get("body::suara:consent") and seen["body::suara:consent=yes"]:
        message = "The question that asks for consent is not the first."
        yield first.row.build_fault(message, "Move it to the top.", "type", warning=True)

"""Kinds of questions and Suara's own attributes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

from survey.forms.authoring.checks.form_outline import SELECTS, Entry, Outline, suggestion
from survey.forms.authoring.checks.text_checks import GROUPS
from survey.forms.authoring.faults import Fault

#: Types that XLSForm knows.
KINDS = frozenset(QUESTION_TYPE_DICT) | SELECTS | {"begin_group", "begin_repeat", "begin_loop"}
#: Kinds that a chat asks in another way: what a chat cannot do, and what happens instead.
INSTEAD = {
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
OF_PHONES = frozenset(
    kind
    for kind, made in QUESTION_TYPE_DICT.items()
    if made.get("bind", {}).get("jr:preload") == "property"
)
#: Appearances that a chat does not have, by kind -> what happens instead.
APPEARANCES = {
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
PLACES = frozenset({"kota", "kecamatan", "kelurahan"})
NAMESPACE = "https://suara.id/xforms"
#: Heading -> on which kinds, with which values (None: a whole number above 0).
OWN: dict[str, tuple[frozenset[str], frozenset[str] | None]] = {
    "body::suara:consent": (frozenset({"acknowledge"}), frozenset({"yes"})),
    "body::suara:place": (frozenset(k for k in SELECTS if "one" in k), PLACES),
    "body::suara:shuffle": (frozenset({"begin_group"}), frozenset({"yes"})),
    "body::suara:limit": (frozenset(k for k in SELECTS if "multiple" in k), None),
    "bind::suara:given": (frozenset({"hidden"}), frozenset({"sector", "category"})),
}


def check(outline: Outline) -> Iterator[Fault]:
    """Everything wrong with kinds and attributes."""
    for entry in outline.questions:
        yield from kind(entry)
        yield from attributes(entry)
    yield from unbalanced(outline)
    yield from headings(outline)
    yield from tables(outline)
    yield from once(outline)
    if not outline.workbook.sheet("survey").rows:
        remedy = "Add rows below the header."
        yield outline.workbook.sheet("survey").fault("There are no questions.", remedy)
    elif not any(e.row.get("body::suara:consent") for e in outline.questions):
        sheet = outline.workbook.sheet("survey")
        remedy = "Begin with an acknowledge that has body::suara:consent."
        yield sheet.fault("No question asks for consent.", remedy, warning=True)


def kind(entry: Entry) -> Iterator[Fault]:
    """A type that there is not, or that a chat asks in another way."""
    if not entry.row.get("name") and entry.kind not in ("note", "audit"):
        yield entry.row.fault("The question has no name.", "Give it one.", "name")
    if entry.kind == "calculate" and not any(map(entry.row.get, ("calculation", "default"))):
        yield entry.row.fault("Nothing is calculated.", "Fill in calculation.", "calculation")
    if entry.kind in INSTEAD:
        yield entry.row.fault(*INSTEAD[entry.kind], "type", warning=True)
    elif entry.kind in OF_PHONES:
        message = f"A chat does not know a phone's {entry.kind}."
        yield entry.row.fault(message, "It stays empty.", "type", warning=True)
    elif entry.kind not in KINDS:
        remedy = suggestion(entry.kind, KINDS, "The types are listed in docs/questionnaires.md.")
        yield entry.row.fault(f"There is no type {entry.kind}.", remedy, "type")
    unlike = APPEARANCES.get("image" if entry.kind == "photo" else entry.kind, {})
    for word in entry.row.get("appearance").split():
        if word in unlike:
            yield entry.row.fault(*unlike[word], "appearance", warning=True)
    if entry.kind in GROUPS and entry.row.get("parameters"):
        remedy = "To shuffle its questions use body::suara:shuffle."
        yield entry.row.fault("Parameters do nothing on a group.", remedy, "parameters")


def unbalanced(outline: Outline) -> Iterator[Fault]:
    """Groups that do not end, and ends of what did not begin."""
    begun: list[Entry] = []
    for entry in outline.entries:
        if entry.kind in GROUPS:
            begun.append(entry)
        elif entry.kind.startswith("end_") and not begun:
            remedy = "Remove the row, or add the one that begins it."
            yield entry.row.fault(
                f"Nothing that began ends with this {entry.kind}.", remedy, "type"
            )
        elif entry.kind.startswith("end_"):
            last = begun.pop()
            wanted = last.kind.replace("begin", "end")
            if entry.kind != wanted:
                message = f"The {last.kind} of row {last.row.number} cannot end with {entry.kind}."
                yield entry.row.fault(message, f"Write {wanted}.", "type")
    for entry in begun:
        wanted = entry.kind.replace("begin", "end")
        message = f"This {entry.kind} never ends."
        yield entry.row.fault(message, f"Add a row {wanted} below its questions.", "type")


def attributes(entry: Entry) -> Iterator[Fault]:
    """Suara's attributes on the wrong kind or with a wrong value."""
    for column, value in entry.row.cells.items():
        if column.name not in OWN:
            continue
        kinds, values = OWN[column.name]
        if entry.kind not in kinds:
            remedy = f"It belongs on: {', '.join(sorted(kinds))}."
            message = f"{column.heading} does nothing on {entry.kind}."
            yield entry.row.fault(message, remedy, column.heading)
        elif values is None and not (value.isdecimal() and int(value) > 0):
            yield entry.row.fault(f"“{value}” is no number.", "Write one above 0.", column.heading)
        elif values is not None and value not in values:
            remedy = f"Write {' or '.join(sorted(values))}."
            yield entry.row.fault(f"“{value}” is not known here.", remedy, column.heading)
        elif values is None and not entry.row.get("constraint"):
            remedy = f"Write the constraint too: count-selected(.) <= {value}"
            message = "The limit holds in Suara only."
            yield entry.row.fault(message, remedy, column.heading, warning=True)


def headings(outline: Outline) -> Iterator[Fault]:
    """Attributes that there are not, and the namespace that they need."""
    sheet = outline.workbook.sheet("survey")
    own = [column for column in sheet.columns if "suara:" in column.name]
    for column in own:
        if column.name not in OWN:
            message = f"The column {column.heading} is not known."
            known = ", ".join(OWN)
            remedy = suggestion(column.name, frozenset(OWN), f"There are {known}.")
            yield sheet.fault(message, remedy, column.heading)
    settings = outline.workbook.sheet("settings")
    row = next(iter(settings.rows), None)
    declared = row.get("namespaces") if row else ""
    if own and f'suara="{NAMESPACE}"' not in declared.replace("“", '"').replace("”", '"'):
        remedy = f'Write suara="{NAMESPACE}" there.'
        message = "Columns with suara: need their namespace."
        place = row.fault if row else settings.fault
        yield place(message, remedy, "namespaces")


def tables(outline: Outline) -> Iterator[Fault]:
    """Cards with many ratings: all their questions share one list from the sheet."""
    cards = {e.path for e in outline.questions if "table-list" in e.row.get("appearance").split()}
    lists: dict[str, str] = {}
    for entry in outline.questions:
        if entry.parent not in cards or entry.kind == "calculate":
            continue
        message, column = "", "type"
        if entry.kind != "select_one":
            message = f"A table holds only select_one questions, no {entry.kind}."
        elif entry.list != lists.setdefault(entry.parent, entry.list):
            message = f"The questions of a table share one list, here {lists[entry.parent]}."
        elif entry.row.get("choice_filter"):
            message, column = "A table cannot filter its choices.", "choice_filter"
        if message:
            yield entry.row.fault(message, ONE_BY_ONE, column, warning=True)


def once(outline: Outline) -> Iterator[Fault]:
    """Consent is asked once, and each level of place."""
    seen: Counter[str] = Counter()
    for entry in outline.questions:
        for name in ("body::suara:consent", "body::suara:place", "bind::suara:given"):
            value = entry.row.get(name)
            seen[f"{name}={value}"] += 1
            if value and seen[f"{name}={value}"] > 1:
                message = f"Another question has {value} here already."
                yield entry.row.fault(message, "Keep one of them.", name)
    first = next(iter(outline.questions), None)
    if first and not first.row.get("body::suara:consent") and seen["body::suara:consent=yes"]:
        message = "The question that asks for consent is not the first."
        yield first.row.fault(message, "Move it to the top.", "type", warning=True)

"""What a new version of a questionnaire does to the answers that the old one brought.

Two versions are compared as their author wrote them. What keeps old and new answers from being
put into one table is a fault; what may move them is a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

from survey.forms.authoring.checks.form_outline import Entry, Outline, stem
from survey.forms.authoring.checks.text_checks import GROUPS, SILENT, excerpt
from survey.forms.authoring.faults import Fault
from survey.forms.authoring.list_files import ListFile
from survey.forms.authoring.workbook import Row, Workbook

#: Columns that decide who is asked, what may be answered or what is computed -> what has changed.
LOGIC = {
    "relevant": "Others are asked than before",
    "required": "Whether it must be answered has changed",
    "constraint": "Other answers are allowed than before",
    "choice_filter": "Other choices are offered than before",
    "calculation": "It is computed otherwise than before",
    "repeat_count": "It is asked another number of times",
    "default": "It begins with another value",
}
#: Rows that bring no answers: what is only said, and what a phone fills in.
TELLING = frozenset({"note", "hidden"})
APART = "Old and new answers cannot be put together"
Codes = Mapping[str, dict[str, str]]


def compared(old: Outline, new: Outline) -> list[Fault]:
    """What keeps the answers to ``new`` from being compared with those to ``old``.

    Faults are breaks, warnings what the reader of a report should know. Places are those of the
    new version; what is there no longer is named with its row in the old one.
    """
    found = [
        *identity(old.workbook, new.workbook),
        *gone(old, new),
        *chain.from_iterable(
            changed(before, entry, old, new)
            for entry in new.questions
            if (before := old.by_path.get(entry.path)) and entry.name
        ),
        *lists(old, new),
    ]
    return list(dict.fromkeys(found))


def identity(old: Workbook, new: Workbook) -> Iterator[Fault]:
    """The form's name, and a version that says that something has changed."""
    before, after = settings(old), settings(new)
    sheet = new.sheet("settings")
    row = next(iter(sheet.rows), None)
    place = row.fault if row else sheet.fault
    was, now = before.get("form_id", ""), after.get("form_id", "")
    if was != now:
        message = f"form_id was {was or 'empty'} and is {now or 'empty'}: another questionnaire."
        yield place(message, f"Write {was} again." if was else "Leave it out.", "form_id")
    version = after.get("version", "")
    if before.get("version", "") == version and content(old) != content(new):
        is_same = f"The version is still {version}" if version else "There is no version"
        message = f"{is_same}, but the content differs."
        yield place(message, "Raise the version with every change.", "version")


def settings(workbook: Workbook) -> dict[str, str]:
    """The settings by their names."""
    row = next(iter(workbook.sheet("settings").rows), None)
    return {column.name: text for column, text in row.cells.items()} if row else {}


def content(workbook: Workbook) -> list[list[dict[tuple[str, str], str]]]:
    """What stands in the survey and the choices, without the order of the columns."""
    return [
        [{(c.name, c.language): text for c, text in row.cells.items()} for row in sheet.rows]
        for sheet in (workbook.sheet("survey"), workbook.sheet("choices"))
    ]


def answered(entry: Entry) -> bool:
    """Whether a row brings values that a report may count."""
    return bool(entry.name) and entry.kind not in GROUPS | TELLING and not filled(entry)


def filled(entry: Entry) -> bool:
    """Whether nobody answers a row, and nothing is computed in it."""
    return entry.kind in SILENT and not entry.row.get("calculation")


def gone(old: Outline, new: Outline) -> Iterator[Fault]:
    """Questions that were removed, renamed or moved."""
    added = {e.path: e for e in new.questions if answered(e) and e.path not in old.paths}
    for before in old.questions:
        if not answered(before) or before.path in new.by_path:
            continue
        name, group = before.name, inside(before)
        moved = new.named.get(name)
        alike = next((e for e in added.values() if words(e) and words(e) == words(before)), None)
        if moved is not None:
            message = f"The question {name} was {group} and is {inside(moved)}: {APART.lower()}."
            yield moved.row.fault(message, "Move it back, or give it a new name.", "name")
        elif alike is not None:
            message = f"This question was called {name}. {APART}."
            yield alike.row.fault(message, f"Call it {name} again.", "name")
        else:
            message = f"The question {name} is gone (row {before.row.number} of the old version)."
            yield Fault(message, "Put it back, or report it up to the old version.", "survey")


def inside(entry: Entry) -> str:
    """In which group a question is."""
    around = entry.parent.split("/")[2:]
    return f"in {' › '.join(around)}" if around else "in no group"


def words(entry: Entry) -> dict[str, str]:
    """The labels of a row."""
    return entry.row.texts("label")


def changed(before: Entry, entry: Entry, old: Outline, new: Outline) -> Iterator[Fault]:
    """What has changed at one question."""
    row = entry.row
    was, now = kind(before), kind(entry)
    if was != now and (answered(before) or answered(entry) or "begin_repeat" in (was, now)):
        message = f"The type was {before.kind} and is {entry.kind}. {APART}."
        yield row.fault(message, f"Give the {entry.kind} a new name.", "type")
    if entry.kind == "range":
        yield from steps(before, entry)
    for name in ("label", "hint"):
        yield from reworded(before.row, row, name)
    for column, what in LOGIC.items():
        if "".join(before.row.get(column).split()) != "".join(row.get(column).split()):
            message = f"{what}: it said {quoted(before.row.get(column))}."
            yield row.fault(message, "Say so beside the results.", column, warning=True)
    if was == now and before.list != entry.list:
        yield from another_list(before, entry, old, new)


def kind(entry: Entry) -> object:
    """What makes answers of one kind: other names of a type are the same."""
    plain = entry.kind.removesuffix("_from_file")
    made = QUESTION_TYPE_DICT.get(plain)
    return plain if made is None or "select" in plain else str(made)


def quoted(text: str) -> str:
    """An expression or a text, shortened, or that there was none."""
    return excerpt(text, 60) if text else "nothing"


def steps(before: Entry, entry: Entry) -> Iterator[Fault]:
    """The ends and the steps of a range."""
    for name, usual in (("start", "1"), ("end", "10"), ("step", "1")):
        was, now = before.parameter(name, usual), entry.parameter(name, usual)
        if was != now:
            message = f"The {name} of the range was {was} and is {now}. {APART}."
            yield entry.row.fault(message, f"Write {name}={was} again.", "parameters")


def reworded(before: Row, row: Row, name: str) -> Iterator[Fault]:
    """Texts that say something else than before, in each language that both versions have."""
    now = row.texts(name)
    for language, text in before.texts(name).items():
        if " ".join(now.get(language, text).split()) != " ".join(text.split()):
            heading = next(c.heading for c in row.cells if (c.name, c.language) == (name, language))
            message = f"The {name} was {quoted(text)} and is {quoted(now[language])}."
            yield row.fault(message, "Answers may differ for that alone.", heading, warning=True)


def another_list(before: Entry, entry: Entry, old: Outline, new: Outline) -> Iterator[Fault]:
    """A select that offers another list: which codes that takes away."""
    was, now = codes(old, before), codes(new, entry)
    if was is None or now is None:
        return
    missing = [code for code in was if code not in now]
    if missing:
        message = f"The list was {before.list} and is {entry.list}: {listed(missing)} gone."
        yield entry.row.fault(message, f"{APART}: use {before.list} again.", "type")


def listed(found: list[str]) -> str:
    """Codes in a sentence."""
    return f"{', '.join(found[:8])}{' …' if found[8:] else ''} {'are' if found[1:] else 'is'}"


def codes(outline: Outline, entry: Entry) -> dict[str, str] | None:
    """Code -> label of what a select may offer, in the first language; None if not known."""
    if entry.from_file:
        found = outline.files.get(stem(entry.list))
        if not isinstance(found, ListFile):
            return None
        usual = ("id", "title") if entry.list.endswith(".geojson") else ("name", "label")
        code, label = entry.parameter("value", usual[0]), entry.parameter("label", usual[1])
        return {row.get(code, ""): row.get(label, "") for row in found.rows}
    rows = outline.choices.get(entry.list)
    return None if rows is None else {row.get("name"): row.get("label") for row in rows}


def lists(old: Outline, new: Outline) -> Iterator[Fault]:
    """What has changed in the lists that questions of both versions use."""
    seen: set[str] = set()
    for entry in new.questions:
        before = old.by_path.get(entry.path)
        if before is None or not entry.is_select or before.list != entry.list:
            continue
        if entry.list not in seen:
            seen.add(entry.list)
            yield from one_list(before, entry, old, new)


def one_list(before: Entry, entry: Entry, old: Outline, new: Outline) -> Iterator[Fault]:
    """What has changed in a list that ``entry`` uses, now as before."""
    was, now = codes(old, before), codes(new, entry)
    if was is None or now is None:
        if entry.from_file:
            message = f"{entry.list} is not beside both versions: its rows are not compared."
            yield entry.row.fault(message, "Put the old one there, too.", "type", warning=True)
        return
    at = placed(entry, new)
    missing = [code for code in was if code not in now]
    if missing:
        names = [f"{code} ({excerpt(was[code], 24)})" for code in missing]
        message = f"In the list {entry.list} {listed(names)} gone; {entry.name} offered it before."
        yield at("", "name", message, "Put it back: those who chose it cannot be counted.", False)
    for code in [code for code in now if code not in was]:
        message = f"The list {entry.list} has a new choice, {code}: shares are of other choices."
        yield at(code, "name", message, "Compare numbers, not percentages.", True)
    kept = [code for code in was if code in now]
    if [code for code in now if code in was] != kept:
        message = f"The choices of {entry.list} stand in another order."
        yield at("", "name", message, "What stands first is chosen more often.", True)
    for code in kept:
        yield from renamed(code, was, now, at)


def renamed(
    code: str,
    was: Mapping[str, str],
    now: Mapping[str, str],
    at: Callable[[str, str, str, str, bool], Fault],
) -> Iterator[Fault]:
    """A code that means something else, or is said in other words."""
    if " ".join(was[code].split()) == " ".join(now[code].split()):
        return
    other = next((c for c in was if c != code and was[c] == now[code]), None)
    if other is not None:
        message = f"{code} now means {quoted(now[code])}, which was {other}. {APART}."
        yield at(code, "label", message, f"Write {quoted(was[code])} at {code} again.", False)
    else:
        message = f"{code} was {quoted(was[code])} and is {quoted(now[code])}."
        yield at(code, "label", message, "The same code should mean the same thing.", True)


def placed(entry: Entry, outline: Outline) -> Callable[[str, str, str, str, bool], Fault]:
    """How to point at a code of the list of ``entry``, or at its beginning."""
    if entry.from_file:
        found = list(codes(outline, entry) or ())
        return lambda code, column, message, remedy, warning: Fault(
            message,
            remedy,
            entry.list,
            found.index(code) + 2 if code else 1,
            entry.parameter("value", "name") if column == "name" else column,
            warning,
        )
    rows = {row.get("name"): row for row in outline.choices[entry.list]}
    first = outline.choices[entry.list][0]
    return lambda code, column, message, remedy, warning: rows.get(code, first).fault(
        message, remedy, column, warning=warning
    )

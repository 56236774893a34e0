"""What a new version of a questionnaire does to the answers that the old one brought.

Two versions are compared as their author wrote them. What keeps old and new answers from being
put into one table is a fault; what may move them is a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

from survey.forms.authoring.checks.form_outline import FormOutline, SurveyEntry, strip_list_suffix
from survey.forms.authoring.checks.text_checks import GROUP_KINDS, SILENT_KINDS, quote_excerpt
from survey.forms.authoring.faults import Fault
from survey.forms.authoring.list_files import ListFile
from survey.forms.authoring.workbook import SheetRow, Workbook

#: Columns that decide who is asked, what may be answered or what is computed -> what has changed.
LOGIC_COLUMNS = {
    "relevant": "Others are asked than before",
    "required": "Whether it must be answered has changed",
    "constraint": "Other answers are allowed than before",
    "choice_filter": "Other choices are offered than before",
    "calculation": "It is computed otherwise than before",
    "repeat_count": "It is asked another number of times",
    "default": "It begins with another value",
}
#: Rows that bring no answers: what is only said, and what a phone fills in.
ANSWERLESS_KINDS = frozenset({"note", "hidden"})
INCOMPARABLE = "Old and new answers cannot be put together"


def compare_versions(old: FormOutline, new: FormOutline) -> list[Fault]:
    """What keeps the answers to ``new`` from being compared with those to ``old``.

    Faults are breaks, warnings what the reader of a report should know. Places are those of the
    new version; what is there no longer is named with its row in the old one.
    """
    found = [
        *compare_identity(old.workbook, new.workbook),
        *find_gone_questions(old, new),
        *chain.from_iterable(
            compare_question(before, entry, old, new)
            for entry in new.questions
            if (before := old.by_path.get(entry.path)) and entry.name
        ),
        *compare_lists(old, new),
    ]
    return list(dict.fromkeys(found))


def compare_identity(old: Workbook, new: Workbook) -> Iterator[Fault]:
    """The form's name, and a version that says that something has changed."""
    before, after = read_settings_sheet(old), read_settings_sheet(new)
    sheet = new.get_sheet("settings")
    row = next(iter(sheet.rows), None)
    place = row.build_fault if row else sheet.build_fault
    was, now = before.get("form_id", ""), after.get("form_id", "")
    if was != now:
        message = f"form_id was {was or 'empty'} and is {now or 'empty'}: another questionnaire."
        yield place(message, f"Write {was} again." if was else "Leave it out.", "form_id")
    version = after.get("version", "")
    if before.get("version", "") == version and collect_sheet_content(old) != collect_sheet_content(
        new
    ):
        is_same = f"The version is still {version}" if version else "There is no version"
        message = f"{is_same}, but the content differs."
        yield place(message, "Raise the version with every change.", "version")


def read_settings_sheet(workbook: Workbook) -> dict[str, str]:
    """The settings by their names."""
    row = next(iter(workbook.get_sheet("settings").rows), None)
    return {column.name: text for column, text in row.cells.items()} if row else {}


def collect_sheet_content(workbook: Workbook) -> list[list[dict[tuple[str, str], str]]]:
    """What stands in the survey and the choices, without the order of the columns."""
    return [
        [{(c.name, c.language): text for c, text in row.cells.items()} for row in sheet.rows]
        for sheet in (workbook.get_sheet("survey"), workbook.get_sheet("choices"))
    ]


def is_countable(entry: SurveyEntry) -> bool:
    """Whether a row brings values that a report may count."""
    return (
        bool(entry.name)
        and entry.kind not in GROUP_KINDS | ANSWERLESS_KINDS
        and not is_silent(entry)
    )


def is_silent(entry: SurveyEntry) -> bool:
    """Whether nobody answers a row, and nothing is computed in it."""
    return entry.kind in SILENT_KINDS and not entry.row.get("calculation")


def find_gone_questions(old: FormOutline, new: FormOutline) -> Iterator[Fault]:
    """Questions that were removed, renamed or moved."""
    added = {e.path: e for e in new.questions if is_countable(e) and e.path not in old.paths}
    for before in old.questions:
        if not is_countable(before) or before.path in new.by_path:
            continue
        name, group = before.name, describe_parent_group(before)
        moved = new.by_name.get(name)
        alike = next(
            (e for e in added.values() if get_labels(e) and get_labels(e) == get_labels(before)),
            None,
        )
        if moved is not None:
            message = (
                f"The question {name} was {group} and is {describe_parent_group(moved)}: "
                f"{INCOMPARABLE.lower()}."
            )
            yield moved.row.build_fault(message, "Move it back, or give it a new name.", "name")
        elif alike is not None:
            message = f"This question was called {name}. {INCOMPARABLE}."
            yield alike.row.build_fault(message, f"Call it {name} again.", "name")
        else:
            message = f"The question {name} is gone (row {before.row.number} of the old version)."
            yield Fault(message, "Put it back, or report it up to the old version.", "survey")


def describe_parent_group(entry: SurveyEntry) -> str:
    """In which group a question is."""
    around = entry.parent.split("/")[2:]
    return f"in {' › '.join(around)}" if around else "in no group"


def get_labels(entry: SurveyEntry) -> dict[str, str]:
    """The labels of a row."""
    return entry.row.get_texts("label")


def compare_question(
    before: SurveyEntry, entry: SurveyEntry, old: FormOutline, new: FormOutline
) -> Iterator[Fault]:
    """What has changed at one question."""
    row = entry.row
    was, now = normalize_kind(before), normalize_kind(entry)
    if was != now and (is_countable(before) or is_countable(entry) or "begin_repeat" in (was, now)):
        message = f"The type was {before.kind} and is {entry.kind}. {INCOMPARABLE}."
        yield row.build_fault(message, f"Give the {entry.kind} a new name.", "type")
    if entry.kind == "range":
        yield from compare_range(before, entry)
    for name in ("label", "hint"):
        yield from compare_texts(before.row, row, name)
    for column, what in LOGIC_COLUMNS.items():
        if "".join(before.row.get(column).split()) != "".join(row.get(column).split()):
            message = f"{what}: it said {quote_or_nothing(before.row.get(column))}."
            yield row.build_fault(message, "Say so beside the results.", column, warning=True)
    if was == now and before.list_name != entry.list_name:
        yield from compare_list_name(before, entry, old, new)


def normalize_kind(entry: SurveyEntry) -> object:
    """What makes answers of one kind: other names of a type are the same."""
    plain = entry.kind.removesuffix("_from_file")
    made = QUESTION_TYPE_DICT.get(plain)
    return plain if made is None or "select" in plain else str(made)


def quote_or_nothing(text: str) -> str:
    """An expression or a text, shortened, or that there was none."""
    return quote_excerpt(text, 60) if text else "nothing"


def compare_range(before: SurveyEntry, entry: SurveyEntry) -> Iterator[Fault]:
    """The ends and the steps of a range."""
    for name, usual in (("start", "1"), ("end", "10"), ("step", "1")):
        was, now = before.get_parameter(name, usual), entry.get_parameter(name, usual)
        if was != now:
            message = f"The {name} of the range was {was} and is {now}. {INCOMPARABLE}."
            yield entry.row.build_fault(message, f"Write {name}={was} again.", "parameters")


def compare_texts(before: SheetRow, row: SheetRow, name: str) -> Iterator[Fault]:
    """Texts that say something else than before, in each language that both versions have."""
    now = row.get_texts(name)
    for language, text in before.get_texts(name).items():
        if " ".join(now.get(language, text).split()) != " ".join(text.split()):
            heading = next(c.heading for c in row.cells if (c.name, c.language) == (name, language))
            message = (
                f"The {name} was {quote_or_nothing(text)} and is {quote_or_nothing(now[language])}."
            )
            yield row.build_fault(
                message, "Answers may differ for that alone.", heading, warning=True
            )


def compare_list_name(
    before: SurveyEntry, entry: SurveyEntry, old: FormOutline, new: FormOutline
) -> Iterator[Fault]:
    """A select that offers another list: which codes that takes away."""
    was, now = read_choice_labels(old, before), read_choice_labels(new, entry)
    if was is None or now is None:
        return
    missing = [code for code in was if code not in now]
    if missing:
        gone = format_codes(missing)
        message = f"The list was {before.list_name} and is {entry.list_name}: {gone} gone."
        yield entry.row.build_fault(
            message, f"{INCOMPARABLE}: use {before.list_name} again.", "type"
        )


def format_codes(found: list[str]) -> str:
    """Codes in a sentence."""
    return f"{', '.join(found[:8])}{' …' if found[8:] else ''} {'are' if found[1:] else 'is'}"


def read_choice_labels(outline: FormOutline, entry: SurveyEntry) -> dict[str, str] | None:
    """Code -> label of what a select may offer, in the first language; None if not known."""
    if entry.is_from_file:
        found = outline.files_by_list.get(strip_list_suffix(entry.list_name))
        if not isinstance(found, ListFile):
            return None
        usual = ("id", "title") if entry.list_name.endswith(".geojson") else ("name", "label")
        code, label = entry.get_parameter("value", usual[0]), entry.get_parameter("label", usual[1])
        return {row.get(code, ""): row.get(label, "") for row in found.rows}
    rows = outline.choices.get(entry.list_name)
    return None if rows is None else {row.get("name"): row.get("label") for row in rows}


def compare_lists(old: FormOutline, new: FormOutline) -> Iterator[Fault]:
    """What has changed in the lists that questions of both versions use."""
    seen: set[str] = set()
    for entry in new.questions:
        before = old.by_path.get(entry.path)
        if before is None or not entry.is_select or before.list_name != entry.list_name:
            continue
        if entry.list_name not in seen:
            seen.add(entry.list_name)
            yield from compare_list(before, entry, old, new)


def compare_list(
    before: SurveyEntry, entry: SurveyEntry, old: FormOutline, new: FormOutline
) -> Iterator[Fault]:
    """What has changed in a list that ``entry`` uses, now as before."""
    was, now = read_choice_labels(old, before), read_choice_labels(new, entry)
    if was is None or now is None:
        if entry.is_from_file:
            message = f"{entry.list_name} is not beside both versions: its rows are not compared."
            yield entry.row.build_fault(
                message, "Put the old one there, too.", "type", warning=True
            )
        return
    at = build_code_locator(entry, new)
    missing = [code for code in was if code not in now]
    if missing:
        names = [f"{code} ({quote_excerpt(was[code], 24)})" for code in missing]
        message = (
            f"In the list {entry.list_name} {format_codes(names)} gone; "
            f"{entry.name} offered it before."
        )
        yield at("", "name", message, "Put it back: those who chose it cannot be counted.", False)
    for code in [code for code in now if code not in was]:
        message = (
            f"The list {entry.list_name} has a new choice, {code}: shares are of other choices."
        )
        yield at(code, "name", message, "Compare numbers, not percentages.", True)
    kept = [code for code in was if code in now]
    if [code for code in now if code in was] != kept:
        message = f"The choices of {entry.list_name} stand in another order."
        yield at("", "name", message, "What stands first is chosen more often.", True)
    for code in kept:
        yield from compare_code(code, was, now, at)


def compare_code(
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
        message = (
            f"{code} now means {quote_or_nothing(now[code])}, which was {other}. {INCOMPARABLE}."
        )
        yield at(
            code, "label", message, f"Write {quote_or_nothing(was[code])} at {code} again.", False
        )
    else:
        message = f"{code} was {quote_or_nothing(was[code])} and is {quote_or_nothing(now[code])}."
        yield at(code, "label", message, "The same code should mean the same thing.", True)


def build_code_locator(
    entry: SurveyEntry, outline: FormOutline
) -> Callable[[str, str, str, str, bool], Fault]:
    """How to point at a code of the list of ``entry``, or at its beginning."""
    if entry.is_from_file:
        found = list(read_choice_labels(outline, entry) or ())
        return lambda code, column, message, remedy, warning: Fault(
            message,
            remedy,
            entry.list_name,
            found.index(code) + 2 if code else 1,
            entry.get_parameter("value", "name") if column == "name" else column,
            warning,
        )
    rows = {row.get("name"): row for row in outline.choices[entry.list_name]}
    first = outline.choices[entry.list_name][0]
    return lambda code, column, message, remedy, warning: rows.get(code, first).build_fault(
        message, remedy, column, warning=warning
    )

"""What a workshop judges, chosen from what a questionnaire asks. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from survey.forms.authoring.faults import Fault
from survey.forms.model.questionnaire import Group, Question, Questionnaire
from survey.workshop import baseline
from survey.workshop.ballots import Ballot, BallotMode
from survey.workshop.baseline import BaselineError, BaselineLine, NumberedRow
from survey.workshop.name_lookup import NameLookup
from survey.workshop.plan import EarlierAnswers
from survey.workshop.register import ASSET_GROUP, Register, RegisterItem

#: The question that holds the code of the asset that is rated.
ASSET_CODE_QUESTION = "kode"
#: What a column of a list may be called.
ITEM_HEADINGS = {
    "name": ("name", "code", "kode"),
    "label": ("label", "nama"),
    "label_en": ("label_en",),
    "category": ("kategori", "category"),
}


def locate_earlier_answers(
    questionnaire: Questionnaire, wave: str, group: str = ASSET_GROUP
) -> EarlierAnswers:
    """Where a questionnaire's ratings of assets under shocks stand.

    Raises ValueError if it does not ask for them.
    """
    groups = (node for node in questionnaire.body.walk() if isinstance(node, Group))
    asked = next((node for node in groups if node.path.endswith(f"/{group}")), None)
    if asked is None:
        raise ValueError(f"{questionnaire.id} has no group “{group}”.")
    shocks = {
        node.name: node.path
        for node in asked.walk()
        if isinstance(node, Question) and node.choices and not node.is_helper
    }
    return EarlierAnswers(wave, questionnaire.id, f"{asked.path}/{ASSET_CODE_QUESTION}", shocks)


def read_register_items(
    rows: Sequence[NumberedRow], known: Iterable[RegisterItem]
) -> tuple[RegisterItem, ...]:
    """The assets or shocks of a list, in its order: by their code, or new ones with their names.

    Columns: name; label, label_en and kategori for what the questionnaire does not know, or calls
    otherwise. Raises BaselineError with everything that is wrong.
    """
    by_code = {item.code: item for item in known}
    places = {
        name: place
        for place, cell in reversed(list(enumerate(rows[0][1] if rows else ())))
        for name in NameLookup(ITEM_HEADINGS.items()).find(cell)
    }
    if "name" not in places:
        remedy = "Call it name; the first row is the header."
        raise BaselineError([Fault("This column is missing.", remedy, row=1, column="name")])
    header = baseline.BaselineHeader(places, len(rows[0][1]))
    lines = [
        BaselineLine(n, row, header) for n, row in rows[1:] if any(cell.strip() for cell in row)
    ]
    faults = [fault for line in lines for fault in check_item_line(line, by_code)]
    if not lines:
        faults.append(Fault("The list has no rows.", "Write one for each.", row=1))
    if faults:
        raise BaselineError(faults)
    return tuple(
        {item.code: item for item in (read_item_line(line, by_code) for line in lines)}.values()
    )


def check_item_line(line: BaselineLine, known: Collection[str]) -> Iterable[Fault]:
    """What is wrong in a row of a list."""
    code = line.get_cell("name")
    if not code:
        yield line.build_fault("name", "The cell is empty.", "Write a code.")
    elif code not in known and not line.get_cell("label"):
        remedy = "Mend the code, or write its name into a column label."
        yield line.build_fault("name", f"The questionnaire has no “{code}”.", remedy)
    if len(code) > 64:
        yield line.build_fault("name", "The code is too long.", "Shorten it to 64 letters.")


def read_item_line(line: BaselineLine, known: dict[str, RegisterItem]) -> RegisterItem:
    """An asset or shock from its row."""
    code, label = line.get_cell("name"), line.get_cell("label")
    item = known.get(code) or RegisterItem(code, {})
    if label:
        item = replace(item, labels={"id": label, "en": line.get_cell("label_en") or label})
    return replace(item, category=line.get_cell("category") or item.category)


def choose_items(codes: Sequence[str], known: Iterable[RegisterItem]) -> tuple[RegisterItem, ...]:
    """The items with these codes, in this order. Raises BaselineError with those there are not."""
    by_code = {item.code: item for item in known}
    names = NameLookup((code, (code,)) for code in by_code)
    faults = [
        Fault(
            f"There is no “{code}”.",
            names.suggest_name(code, f"There are {names.list_examples()}."),
        )
        for code in codes
        if code not in by_code
    ]
    if faults:
        raise BaselineError(faults)
    return tuple(by_code[code] for code in dict.fromkeys(codes))


def select_ballots(
    rows: Sequence[NumberedRow] | None, register: Register, wanted: Register, mode: BallotMode
) -> tuple[Ballot, ...]:
    """The ballots of a baseline, or every asset under every shock of ``wanted``.

    A baseline may name everything in ``register``; of its rows those are taken that ``wanted`` has
    too. Raises BaselineError with its faults, and for what is wanted and has no row.
    """
    if rows is None:
        return baseline.build_grid(wanted)
    taken = [
        ballot
        for ballot in baseline.read_baseline(rows, register, mode)
        if ballot.asset in collect_codes(wanted.assets)
        and ballot.shock in collect_codes(wanted.shocks)
    ]
    if faults := list(check_missing_rows(register, wanted, taken)):
        raise BaselineError(faults)
    return tuple(replace(ballot, number=n) for n, ballot in enumerate(taken, start=1))


def check_missing_rows(
    register: Register, wanted: Register, taken: Iterable[Ballot]
) -> Iterable[Fault]:
    """What was named to be judged and stands nowhere in the baseline."""
    found = select_used_items(register, taken)
    pairs = (
        ("asset", register.assets, wanted.assets, found.assets),
        ("shock", register.shocks, wanted.shocks, found.shocks),
    )
    for kind, every, named, there in pairs:
        missing = (
            collect_codes(named) - collect_codes(there)
            if collect_codes(named) != collect_codes(every)
            else ()
        )
        for code in sorted(missing):
            remedy = f"Add a row, or take it from the {kind}s to be judged."
            yield Fault(f"No row has the {kind} “{code}”.", remedy)


def collect_codes(items: Iterable[RegisterItem]) -> set[str]:
    """Their codes."""
    return {item.code for item in items}


def select_used_items(register: Register, found: Iterable[Ballot]) -> Register:
    """The register with what the ballots judge, and no more."""
    every = tuple(found)
    assets, shocks = {b.asset for b in every}, {b.shock for b in every}
    return replace(
        register,
        assets=tuple(item for item in register.assets if item.code in assets),
        shocks=tuple(item for item in register.shocks if item.code in shocks),
    )

"""What a workshop judges, chosen from what a questionnaire asks. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from survey.forms.authoring.faults import Fault
from survey.forms.model.questionnaire import Group, Question, Questionnaire
from survey.workshop import baseline
from survey.workshop.ballots import Ballot, Mode
from survey.workshop.baseline import BaselineError, Line, Row
from survey.workshop.name_lookup import Names
from survey.workshop.plan import Before
from survey.workshop.register import ASSETS, Item, Register

#: The question that holds the code of the asset that is rated.
CODE = "kode"
#: What a column of a list may be called.
HEADINGS = {
    "name": ("name", "code", "kode"),
    "label": ("label", "nama"),
    "label_en": ("label_en",),
    "category": ("kategori", "category"),
}


def answered_before(questionnaire: Questionnaire, wave: str, group: str = ASSETS) -> Before:
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
        if isinstance(node, Question) and node.choices and not node.helper
    }
    return Before(wave, questionnaire.id, f"{asked.path}/{CODE}", shocks)


def items_of(rows: Sequence[Row], known: Iterable[Item]) -> tuple[Item, ...]:
    """The assets or shocks of a list, in its order: by their code, or new ones with their names.

    Columns: name; label, label_en and kategori for what the questionnaire does not know, or calls
    otherwise. Raises BaselineError with everything that is wrong.
    """
    by_code = {item.code: item for item in known}
    places = {
        name: place
        for place, cell in reversed(list(enumerate(rows[0][1] if rows else ())))
        for name in Names(HEADINGS.items()).find(cell)
    }
    if "name" not in places:
        remedy = "Call it name; the first row is the header."
        raise BaselineError([Fault("This column is missing.", remedy, row=1, column="name")])
    header = baseline.Header(places, len(rows[0][1]))
    lines = [Line(n, row, header) for n, row in rows[1:] if any(cell.strip() for cell in row)]
    faults = [fault for line in lines for fault in item_faults(line, by_code)]
    if not lines:
        faults.append(Fault("The list has no rows.", "Write one for each.", row=1))
    if faults:
        raise BaselineError(faults)
    return tuple({item.code: item for item in (item_in(line, by_code) for line in lines)}.values())


def item_faults(line: Line, known: Collection[str]) -> Iterable[Fault]:
    """What is wrong in a row of a list."""
    code = line.get("name")
    if not code:
        yield line.fault("name", "The cell is empty.", "Write a code.")
    elif code not in known and not line.get("label"):
        remedy = "Mend the code, or write its name into a column label."
        yield line.fault("name", f"The questionnaire has no “{code}”.", remedy)
    if len(code) > 64:
        yield line.fault("name", "The code is too long.", "Shorten it to 64 letters.")


def item_in(line: Line, known: dict[str, Item]) -> Item:
    """An asset or shock from its row."""
    code, label = line.get("name"), line.get("label")
    item = known.get(code) or Item(code, {})
    if label:
        item = replace(item, labels={"id": label, "en": line.get("label_en") or label})
    return replace(item, category=line.get("category") or item.category)


def chosen(codes: Sequence[str], known: Iterable[Item]) -> tuple[Item, ...]:
    """The items with these codes, in this order. Raises BaselineError with those there are not."""
    by_code = {item.code: item for item in known}
    names = Names((code, (code,)) for code in by_code)
    faults = [
        Fault(f"There is no “{code}”.", names.hint(code, f"There are {names.some()}."))
        for code in codes
        if code not in by_code
    ]
    if faults:
        raise BaselineError(faults)
    return tuple(by_code[code] for code in dict.fromkeys(codes))


def ballots(
    rows: Sequence[Row] | None, register: Register, wanted: Register, mode: Mode
) -> tuple[Ballot, ...]:
    """The ballots of a baseline, or every asset under every shock of ``wanted``.

    A baseline may name everything in ``register``; of its rows those are taken that ``wanted`` has
    too. Raises BaselineError with its faults, and for what is wanted and has no row.
    """
    if rows is None:
        return baseline.grid(wanted)
    taken = [
        ballot
        for ballot in baseline.read(rows, register, mode)
        if ballot.asset in codes(wanted.assets) and ballot.shock in codes(wanted.shocks)
    ]
    if faults := list(without_row(register, wanted, taken)):
        raise BaselineError(faults)
    return tuple(replace(ballot, number=n) for n, ballot in enumerate(taken, start=1))


def without_row(register: Register, wanted: Register, taken: Iterable[Ballot]) -> Iterable[Fault]:
    """What was named to be judged and stands nowhere in the baseline."""
    found = used(register, taken)
    pairs = (
        ("asset", register.assets, wanted.assets, found.assets),
        ("shock", register.shocks, wanted.shocks, found.shocks),
    )
    for kind, every, named, there in pairs:
        missing = codes(named) - codes(there) if codes(named) != codes(every) else ()
        for code in sorted(missing):
            remedy = f"Add a row, or take it from the {kind}s to be judged."
            yield Fault(f"No row has the {kind} “{code}”.", remedy)


def codes(items: Iterable[Item]) -> set[str]:
    """Their codes."""
    return {item.code for item in items}


def used(register: Register, found: Iterable[Ballot]) -> Register:
    """The register with what the ballots judge, and no more."""
    every = tuple(found)
    assets, shocks = {b.asset for b in every}, {b.shock for b in every}
    return replace(
        register,
        assets=tuple(item for item in register.assets if item.code in assets),
        shocks=tuple(item for item in register.shocks if item.code in shocks),
    )

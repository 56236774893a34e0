"""What ``suara verify`` says: a table of outcomes, what differs, what is unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from reports.verification.expected_cells import CellOutcome, CheckedCell
from reports.verification.folder_verification import FolderVerification
from reports.verification.printed_numbers import PrintedDocument


def format_verification(found: FolderVerification, most: int = 20) -> Iterator[str]:
    """The table of outcomes, line by line; of differences the first ones."""
    yield from format_outcomes(found)
    for document in found.printed:
        yield format_document(document, most)
    reasons = found.count_reasons()
    if reasons:
        yield ""
        yield "Not recomputable:"
        yield from (f"{number:>7}  {why}" for why, number in reasons.items())
    different = [cell for cell in found.cells if cell.outcome is CellOutcome.DIFFERS]
    if different:
        yield ""
        yield f"Differ ({len(different)}):"
        yield from map(format_difference, different[:most])
        if len(different) > most:
            yield f"  … and {len(different) - most} more"
    yield from found.unread


def format_document(document: PrintedDocument, most: int) -> str:
    if document.note:
        return f"{document.name}: {document.note}"
    absent = f"; NOT FOUND: {', '.join(document.absent[:most])}" if document.absent else ""
    return f"{document.name}: {document.number:,} numbers found in the workbook{absent}"


def format_outcomes(found: FolderVerification) -> Iterator[str]:
    counted = list(found.count_outcomes())
    heads = [str(outcome) for outcome in CellOutcome]
    wide = max([len(f"{file} · {sheet}") for file, sheet, _ in counted], default=10)
    yield f"{'':<{wide}}" + "".join(f"{head:>18}" for head in heads)
    total: Counter[CellOutcome] = Counter()
    for file, sheet, outcomes in counted:
        total += outcomes
        yield f"{f'{file} · {sheet}':<{wide}}" + format_counts(outcomes)
    yield f"{'all':<{wide}}" + format_counts(total)
    yield ""


def format_counts(outcomes: Counter[CellOutcome]) -> str:
    return "".join(f"{outcomes[outcome]:>18,}" for outcome in CellOutcome)


def format_difference(cell: CheckedCell) -> str:
    return f"  {cell.file} · {cell.sheet} · {cell.row} · {cell.column}: {cell.why}"

"""Every figure of the reports in a folder beside what its data files give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from reports.verification.counted_answers import read_reported_data
from reports.verification.data_folder import DataFolder, read_data_folder
from reports.verification.expected_cells import CellOutcome, CheckedCell, check_row
from reports.verification.printed_numbers import PrintedDocument, read_printed_documents
from reports.verification.published_tables import (
    PublishedReport,
    PublishedTable,
    UnreadableWorkbookError,
    read_published_reports,
)
from reports.verification.recount_basis import RecountBasis, RecountedTable
from reports.verification.recount_margins import find_weight_gap
from reports.verification.recounted_tables import (
    NO_RECOUNT,
    NO_RULE,
    RECOUNTS,
    TABLES_WITHOUT_FIGURES,
)

#: So far may weights that were raked twice lie apart: raking ends at a tolerance.
WEIGHT_TOLERANCE = 1e-4


@dataclass(frozen=True)
class FolderVerification:
    """What came of every figure, in the order of the sheets, and of every printed number."""

    cells: tuple[CheckedCell, ...]
    printed: tuple[PrintedDocument, ...]
    #: Workbooks that could not be read by a program, with why.
    unread: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether anything is otherwise than the files say, or printed and in no workbook."""
        return bool(self.unread) or any(
            (
                any(cell.outcome is CellOutcome.DIFFERS for cell in self.cells),
                any(document.absent for document in self.printed),
            )
        )

    def count_outcomes(self) -> Iterator[tuple[str, str, Counter[CellOutcome]]]:
        """File, sheet, and how many figures came to what."""
        for (file, sheet), cells in groupby(self.cells, key=lambda c: (c.file, c.sheet)):
            yield file, sheet, Counter(cell.outcome for cell in cells)

    def count_reasons(self) -> Mapping[str, int]:
        """Why figures could not be recomputed -> how many."""
        unknown = [cell.why for cell in self.cells if cell.outcome is CellOutcome.UNKNOWN]
        return dict(Counter(unknown).most_common())


def verify_folder(folder: Path, population: Path | None = None) -> FolderVerification:
    """Recompute every figure of the workbooks of a folder from its data files.

    Then look up every number of the PDFs, messages and charts in the workbooks. Raises
    IncompleteFolderError where the data files are not there, and FileNotFoundError where there is
    no workbook.
    """
    data = read_data_folder(folder, population)
    paths = sorted(folder.glob("*.xlsx"))
    if not paths:
        raise FileNotFoundError(f"{folder} has no workbook of a report (.xlsx).")
    reports: list[PublishedReport] = []
    unread: list[str] = []
    for path in paths:
        try:
            reports += read_published_reports(path)
        except UnreadableWorkbookError as fault:
            unread.append(str(fault))
    cells = tuple(cell for report in reports for cell in verify_report(data, report))
    return FolderVerification(cells, tuple(read_printed_documents(folder, reports)), tuple(unread))


def verify_report(data: DataFolder, report: PublishedReport) -> Iterator[CheckedCell]:
    """Every figure of every table of a report."""
    basis = RecountBasis(read_reported_data(data, report.facts), report)
    for table in report.tables:
        if table.key in TABLES_WITHOUT_FIGURES:
            continue
        found = recount_table(basis, table)
        for row, expected in zip(table.rows, found.rows, strict=True):
            yield from check_row(report.file, table, row, expected)
        for name in found.missing:
            yield CheckedCell(
                report.file, table.sheet, name, "", None, name, CellOutcome.DIFFERS, "no such row"
            )
        if table.key == "weights":
            yield from check_weights(basis, table)


def recount_table(basis: RecountBasis, table: PublishedTable) -> RecountedTable:
    """What the rows of a table should be; a fault in reading it is said of each row."""
    recount = RECOUNTS.get(table.key)
    if recount is None:
        return RecountedTable([NO_RECOUNT.get(table.key, NO_RULE)] * len(table.rows))
    return recount(basis, table)


def check_weights(basis: RecountBasis, table: PublishedTable) -> Iterator[CheckedCell]:
    """The column ``weight`` beside weights that are raked anew."""
    gap = find_weight_gap(basis)
    if gap is None:
        return
    outcome = CellOutcome.AGREES if gap < WEIGHT_TOLERANCE else CellOutcome.DIFFERS
    why = "" if outcome is CellOutcome.AGREES else f"a weight lies {gap:.4f} from one raked anew"
    yield CheckedCell(
        basis.report.file, table.sheet, "interviews.csv", "weight", gap, 0.0, outcome, why
    )

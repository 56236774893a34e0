"""The brief that the benchmarks have made: of which week, with which lists."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from reports.request import ReportKind, ReportRequest

QUESTIONNAIRES = Path(__file__).parents[1] / "questionnaires"
END = datetime(2026, 12, 1, tzinfo=UTC)
WEEK = timedelta(days=7)


def build_request(store: Path) -> ReportRequest:
    """The week's brief of a store, with weights and as shipped."""
    return ReportRequest(
        kind=ReportKind.WEEKLY,
        start=END - WEEK,
        end=END,
        language="id",
        made_at=END,
        late=False,
        timezone="Asia/Jakarta",
        database_url=f"sqlite:///{store}",
        city="Jakarta",
        secretariat="Sekretariat Jakarta Berketahanan",
        minimum_cell=5,
        formats=("pdf", "xlsx"),
        population=str(QUESTIONNAIRES / "penduduk.csv"),
        boundaries=str(QUESTIONNAIRES / "kecamatan.geojson"),
    )

"""What every report has in common: what config.toml says of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bot.config import Config
from bot.questionnaire_folder import resolve_input_path
from reports.request import ReportKind, ReportRequest


def build_report_request(config: Config) -> ReportRequest:
    """The request from which each report is made, by replacing what differs.

    Kind, period, language and the moment of making stand in it only because a request has them:
    whoever orders a report replaces them.
    """
    epoch = datetime.fromtimestamp(0, UTC)
    return ReportRequest(
        kind=ReportKind.WEEKLY,
        start=epoch,
        end=epoch,
        language=config.suara.languages[0],
        made_at=epoch,
        late=False,
        timezone=config.suara.timezone,
        database_url=config.database.url_to_read,
        release_url=config.database.url,
        city=config.suara.city,
        secretariat=config.suara.secretariat,
        minimum_cell=config.reports.minimum_cell,
        release_weeks=config.reports.release_weeks,
        breakdown_weeks=config.reports.breakdown_weeks,
        city_file=str(config.questionnaires.city_file),
        population=str(config.reports.population or ""),
        boundaries=resolve_input_path(config, config.reports.districts),
        candidates=resolve_input_path(config, config.questionnaires.candidates),
        links=config.reports.links,
        themes=resolve_input_path(config, config.questionnaires.themes),
    )


def list_report_inputs(config: Config) -> list[Path]:
    """The files that figures of reports depend on, as far as the settings name them."""
    request = build_report_request(config)
    named = (request.population, request.themes, request.candidates)
    return [Path(name) for name in named if name]

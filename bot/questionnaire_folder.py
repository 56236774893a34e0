"""What lies in the folder of questionnaires: they themselves, lists, boundaries."""

from __future__ import annotations

import csv
from pathlib import Path

from bot.config import Config
from bot.seeds import WaveSeed
from survey.boundaries import Boundaries
from survey.forms.authoring.xlsform import Fault, QuestionnaireError, compile_file
from survey.forms.model.questionnaire import Questionnaire
from survey.workshop.register import RegisterItem, build_asset


def read_register_items(config: Config, name: str) -> tuple[RegisterItem, ...]:
    """The items of a list beside the questionnaires; none if there is no such file."""
    path = config.questionnaires.folder / name
    if not path.exists():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(map(build_asset, csv.DictReader(file)))


def resolve_input_path(config: Config, name: str) -> str:
    """The path of a file beside the questionnaires; empty if none is named."""
    return str(config.questionnaires.folder / name) if name else ""


def compile_questionnaires(config: Config) -> dict[str, Questionnaire]:
    """The questionnaire of each wave, by its id. Raises QuestionnaireError with all faults."""
    compiled: dict[str, Questionnaire] = {}
    faults: list[Fault] = []
    for wave in config.waves:
        try:
            compiled[wave.id] = compile_file(locate_questionnaire(config, wave))
        except QuestionnaireError as found:
            faults += found.faults
    if faults:
        raise QuestionnaireError(faults)
    return compiled


def locate_questionnaire(config: Config, wave: WaveSeed) -> Path:
    """The file of a wave's questionnaire."""
    return config.questionnaires.folder / wave.questionnaire


def read_boundaries(config: Config) -> Boundaries:
    """The boundaries by which a shared location becomes a place.

    Raises QuestionnaireError if they cannot be read.
    """
    path = config.questionnaires.folder / config.questionnaires.boundaries
    try:
        return Boundaries.from_geojson(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError) as fault:
        remedy = "See questionnaires.boundaries in config.toml."
        raise QuestionnaireError([Fault(f"{path}: {fault}.", remedy)]) from None

"""What lies in the folder of questionnaires: they themselves, lists, boundaries."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from bot.config import Config
from bot.seeds import WaveSeed
from reports.city_file import read_city
from survey.boundaries import Boundaries
from survey.forms.authoring.compiled_forms import CompiledForms
from survey.forms.authoring.faults import Fault, QuestionnaireError
from survey.forms.model.questionnaire import Questionnaire
from survey.store.database import find_database_file
from survey.workshop.register import RegisterItem, build_asset


def read_register_items(config: Config, name: str) -> tuple[RegisterItem, ...]:
    """The items of a list beside the questionnaires; none if there is no such file."""
    path = config.questionnaires.folder / name
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(map(build_asset, csv.DictReader(file)))


def resolve_input_path(config: Config, name: str) -> str:
    """The path of a file beside the questionnaires; empty if none is named."""
    return str(config.questionnaires.folder / name) if name else ""


def compile_questionnaires(config: Config) -> dict[str, Questionnaire]:
    """The questionnaire of each wave, by its id. Raises QuestionnaireError with all faults.

    What was compiled before is not compiled again: it is kept beside the database.
    """
    compiled: dict[str, Questionnaire] = {}
    faults: list[Fault] = []
    forms = CompiledForms(find_compiled_folder(config))
    for wave in config.waves:
        try:
            file = locate_questionnaire(config, wave)
            compiled[wave.id] = forms.compile_file(file)
            faults += find_level_faults(file, compiled[wave.id], config.questionnaires.city_file)
        except QuestionnaireError as found:
            faults += found.faults
    if faults:
        raise QuestionnaireError(faults)
    forms.remove_unused()
    return compiled


def find_compiled_folder(config: Config) -> Path | None:
    """Where compiled questionnaires are kept; None where the database is no file."""
    database = find_database_file(config.database.url)
    return None if database is None else database.parent / f"{database.name}-forms"


def find_level_faults(file: Path, form: Questionnaire, city_file: Path) -> Iterator[Fault]:
    """Each question that asks for a place at a level which the city does not have."""
    levels = [level.name for level in read_city(city_file).levels]
    for question in form.questions:
        if (level := question.suara_attributes.get("place", levels[0])) not in levels:
            message = f"{file}: {question.name}: suara:place is “{level}”."
            yield Fault(message, f"Write {' or '.join(levels)}, or add it to {city_file}.")


def locate_questionnaire(config: Config, wave: WaveSeed) -> Path:
    """The file of a wave's questionnaire."""
    return config.questionnaires.folder / wave.questionnaire


def read_boundaries(config: Config) -> Boundaries:
    """The boundaries by which a shared location becomes a place.

    Raises QuestionnaireError if they cannot be read.
    """
    if not config.questionnaires.boundaries:
        return Boundaries(())
    path = config.questionnaires.folder / config.questionnaires.boundaries
    levels = read_city(config.questionnaires.city_file).level_properties
    try:
        return Boundaries.from_geojson(path.read_text(encoding="utf-8"), levels)
    except (OSError, ValueError, KeyError) as fault:
        remedy = "See questionnaires.boundaries in config.toml."
        raise QuestionnaireError([Fault(f"{path}: {fault}.", remedy)]) from None

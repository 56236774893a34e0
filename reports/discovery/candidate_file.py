"""The file that says what could become a discovery area, and what belongs to each candidate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from reports.discovery.scoring import CRITERIA
from reports.toml_files import InvalidInputError, TomlSection, read_toml, validate_input

CriterionWeight = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class CandidateReason(TomlSection):
    """A reason in both languages."""

    id: str = Field(min_length=1)
    en: str = ""

    def get_text(self, language: str) -> str:
        """In a language; who wrote one means it for both."""
        return self.en if language == "en" and self.en else self.id


class CandidateArea(TomlSection):
    """A candidate: a driver with the shocks, stresses and categories of assets that belong to it.

    All are codes of the questionnaires' lists.
    """

    driver: str = Field(min_length=1)
    shocks: tuple[str, ...] = ()
    stresses: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    why: CandidateReason


class CandidateFile(TomlSection):
    """The whole file: candidates in their order, and what each criterion weighs (0 or more)."""

    weights: dict[str, CriterionWeight]
    candidates: tuple[CandidateArea, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def check_weights_and_drivers(self) -> CandidateFile:
        """Raise ValueError for weights of unknown criteria, none at all, or a driver twice."""
        if strange := sorted(set(self.weights) - set(CRITERIA)):
            raise ValueError(f"weights: {strange[0]!r} is none of {', '.join(CRITERIA)}")
        if not any(self.weights.values()):
            raise ValueError("weights: at least one must be above 0")
        drivers = [area.driver for area in self.candidates]
        if twice := sorted({d for d in drivers if drivers.count(d) > 1}):
            raise ValueError(f"candidates: {', '.join(twice)} stands there twice; keep one")
        return self


def read_candidates(path: Path) -> CandidateFile:
    """Read the file. Raises InvalidInputError with every fault and where it is."""
    try:
        return validate_input(
            CandidateFile, read_toml(path, "See questionnaires.candidates in config.toml.")
        )
    except InvalidInputError as fault:
        raise fault.prefix_file(path.name) from None

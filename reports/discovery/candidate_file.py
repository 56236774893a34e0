"""The file that says what could become a discovery area, and what belongs to each candidate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from reports.discovery.scoring import CRITERIA
from reports.toml_files import GivenError, Section, checked, contents

Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Why(Section):
    """A reason in both languages."""

    id: str = Field(min_length=1)
    en: str = ""

    def said(self, language: str) -> str:
        """In a language; who wrote one means it for both."""
        return self.en if language == "en" and self.en else self.id


class Area(Section):
    """A candidate: a driver with the shocks, stresses and categories of assets that belong to it.

    All are codes of the questionnaires' lists.
    """

    driver: str = Field(min_length=1)
    shocks: tuple[str, ...] = ()
    stresses: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    why: Why


class Candidates(Section):
    """The whole file: candidates in their order, and what each criterion weighs (0 or more)."""

    weights: dict[str, Weight]
    candidates: tuple[Area, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def sensible(self) -> Candidates:
        """Raise ValueError for weights of unknown criteria, none at all, or a driver twice."""
        if strange := sorted(set(self.weights) - set(CRITERIA)):
            raise ValueError(f"weights: {strange[0]!r} is none of {', '.join(CRITERIA)}")
        if not any(self.weights.values()):
            raise ValueError("weights: at least one must be above 0")
        drivers = [area.driver for area in self.candidates]
        if twice := sorted({d for d in drivers if drivers.count(d) > 1}):
            raise ValueError(f"candidates: {', '.join(twice)} stands there twice; keep one")
        return self


def read_candidates(path: Path) -> Candidates:
    """Read the file. Raises GivenError with every fault and where it is."""
    try:
        return checked(Candidates, contents(path, "See questionnaires.candidates in config.toml."))
    except GivenError as fault:
        raise fault.of(path.name) from None

"""The file that describes a workshop, read into a plan: every fault at once, with its remedy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, field_validator, model_validator

from bot.config import Config
from bot.seeds import SeedId, validate_invitation_code
from bot.spreadsheets import SpreadsheetError, read_spreadsheet
from reports.toml_files import InvalidInputError, TomlSection, read_toml, validate_input
from survey.forms.authoring.faults import QuestionnaireError
from survey.forms.authoring.xlsform import compile_file
from survey.forms.model.questionnaire import Questionnaire
from survey.workshop.agreement import AGREEMENT_SHARE, AgreementRule
from survey.workshop.ballot_selection import (
    choose_items,
    locate_earlier_answers,
    read_register_items,
    select_ballots,
    select_used_items,
)
from survey.workshop.ballots import Ballot, BallotMode, Table, Workshop
from survey.workshop.baseline import BaselineError, NumberedRow
from survey.workshop.plan import EarlierAnswers, WorkshopPlan
from survey.workshop.register import Register, RegisterItem, build_register


class BilingualText(TomlSection):
    """A text in both languages."""

    id: str = Field(min_length=1, max_length=120)
    en: str = Field(default="", max_length=120)

    @property
    def labels(self) -> dict[str, str]:
        """By language; who wrote one language means it for both."""
        return {"id": self.id, "en": self.en or self.id}


class AgreementSection(TomlSection):
    """When a workshop speaks of agreement."""

    within_one: float = AGREEMENT_SHARE
    iqr: float | None = 1.0
    least: int = 5

    @field_validator("iqr", mode="before")
    @classmethod
    def convert_empty_iqr(cls, iqr: object) -> object:
        """An empty text: the interquartile range is not asked for."""
        return None if iqr == "" else iqr

    @model_validator(mode="after")
    def check_satisfiable(self) -> AgreementSection:
        """Raise ValueError for a rule that nothing could satisfy."""
        try:
            self.rule  # noqa: B018
        except ValueError as fault:
            raise ValueError(str(fault).rstrip(".")) from None
        return self

    @property
    def rule(self) -> AgreementRule:
        """The rule itself."""
        return AgreementRule(self.within_one, self.iqr, self.least)


class TableSection(TomlSection):
    """A table, and the categories that it judges."""

    name: str = Field(min_length=1, max_length=64)
    categories: tuple[str, ...] = ()


class ProgrammeSlot(BilingualText):
    """What happens when."""

    # Indonesian writes 09.00, English 09:00.
    time: str = Field(pattern=r"^\d{1,2}[.:]\d{2}$")


class WorkshopFile(TomlSection):
    """The whole file."""

    id: SeedId = Field(max_length=64)
    name: BilingualText
    held_at: AwareDatetime
    code: Annotated[str, AfterValidator(validate_invitation_code)] = Field(
        default="", max_length=32
    )
    questionnaire: str = Field(default="kerentanan.md", min_length=1)
    wave: str = ""
    assets: str | tuple[str, ...] = ()
    shocks: str | tuple[str, ...] = ()
    mode: BallotMode = BallotMode.BLIND
    rounds: int = Field(default=2, ge=1, le=9)
    rule: AgreementSection = AgreementSection()
    tables: tuple[TableSection, ...] = ()
    programme: tuple[ProgrammeSlot, ...] = ()

    @model_validator(mode="after")
    def check_table_names_unique(self) -> WorkshopFile:
        """Raise ValueError for two tables of one name."""
        names = [table.name.casefold() for table in self.tables]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"tables: {', '.join(twice)} stands there twice; keep one")
        return self


@dataclass(frozen=True)
class PreparedPlan:
    """A plan without what only the database can give, and what to tell beside it.

    A code that the file leaves out is empty in the plan, and so is the projector's secret.
    """

    plan: WorkshopPlan
    warnings: tuple[str, ...] = ()


def read_workshop_file(path: Path, baseline: Path | None, given: Config) -> PreparedPlan:
    """Read a workshop's file and its baseline. Raises InvalidInputError with all that is wrong."""
    try:
        agenda = validate_input(WorkshopFile, read_toml(path, "Name the workshop's file."))
        asked = compile_file(given.questionnaires.folder / agenda.questionnaire)
        every = build_register(asked)
    except InvalidInputError as fault:
        raise fault.prefix_file(path) from None
    except (QuestionnaireError, ValueError) as fault:
        lines = str(fault).splitlines()
        raise InvalidInputError([f"{path}: questionnaire: {line}" for line in lines]) from None
    return PlanBuilder(path, agenda, given).build(asked, every, baseline)


class PlanBuilder:
    """Makes a plan of what was read, and gathers in ``faults`` what is wrong."""

    def __init__(self, path: Path, agenda: WorkshopFile, given: Config) -> None:
        self.faults: list[str] = []
        self.warnings: list[str] = []
        self._path = path
        self._agenda = agenda
        self._given = given

    def build(self, asked: Questionnaire, every: Register, baseline: Path | None) -> PreparedPlan:
        """The plan. Raises InvalidInputError with all that is wrong."""
        agenda = self._agenda
        assets = self._select_items("assets", agenda.assets, every.assets)
        shocks = self._select_items("shocks", agenda.shocks, every.shocks)
        wanted = replace(every, assets=assets, shocks=shocks)
        every = replace(
            every,
            assets=merge_items(assets, every.assets),
            shocks=merge_items(shocks, every.shocks),
        )
        found = self._build_ballots(baseline, every, wanted)
        self._check_tables(every, found)
        before = self._find_earlier_answers(asked)
        if self.faults:
            raise InvalidInputError(self.faults)
        return PreparedPlan(
            self._build_plan(select_used_items(every, found), found, before), tuple(self.warnings)
        )

    def _build_plan(
        self, kept: Register, found: tuple[Ballot, ...], before: EarlierAnswers | None
    ) -> WorkshopPlan:
        agenda = self._agenda
        tables = tuple(Table(n, t.name, t.categories) for n, t in enumerate(agenda.tables, start=1))
        return WorkshopPlan(
            workshop=Workshop(agenda.id, kept.scale, agenda.rule.rule, agenda.rounds, tables),
            name=agenda.name.labels,
            code=agenda.code,
            held_at=agenda.held_at,
            register=kept,
            ballots=found,
            screen="",
            programme=tuple((slot.time, slot.labels) for slot in agenda.programme),
            earlier_answers=before,
        )

    @contextmanager
    def _gather_faults(self, place: str) -> Iterator[None]:
        """Keep what goes wrong instead of raising it."""
        try:
            yield
        except SpreadsheetError as fault:
            self.faults.append(str(fault))
        except (BaselineError, QuestionnaireError) as fault:
            self.faults += [f"{place}: {each}" for each in fault.faults]

    def _read_rows(self, path: Path) -> list[NumberedRow]:
        table = read_spreadsheet(path)
        if table.warning:
            self.warnings.append(f"{path}: {table.warning}")
        return table.rows

    def _select_items(
        self, key: str, named: str | Sequence[str], known: tuple[RegisterItem, ...]
    ) -> tuple[RegisterItem, ...]:
        """What a list of codes, or a file beside this one, says is to be judged; else all."""
        if isinstance(named, str):
            path = self._path.parent / named
            with self._gather_faults(str(path)):
                return read_register_items(self._read_rows(path), known)
        elif named:
            with self._gather_faults(f"{self._path}: {key}"):
                return choose_items(named, known)
        return known

    def _build_ballots(
        self, baseline: Path | None, every: Register, wanted: Register
    ) -> tuple[Ballot, ...]:
        mode = self._agenda.mode
        if baseline is None and mode is BallotMode.CONFIRM:
            remedy = "Give it with --baseline, or choose the mode blind."
            self.faults.append(f"{self._path}: mode: there is no baseline to confirm. {remedy}")
            return ()
        with self._gather_faults(str(baseline)):
            return select_ballots(
                self._read_rows(baseline) if baseline else None, every, wanted, mode
            )
        # Reached only after a fault was gathered; going on finds the others, so that all are told
        # at once.
        return ()

    def _check_tables(self, every: Register, found: Iterable[Ballot]) -> None:
        """Tables name categories that exist, and every ballot has a table."""
        tables = self._agenda.tables
        for number, table in enumerate(tables):
            if unknown := [c for c in table.categories if c not in every.categories]:
                known = ", ".join(filter(None, every.categories))
                place = f"{self._path}: tables[{number}].categories"
                self.faults.append(f"{place}: there is no {', '.join(unknown)}. One of {known}.")
        judged = {category for table in tables for category in table.categories}
        if tables and all(table.categories for table in tables):
            for category in dict.fromkeys(b.category for b in found if b.category not in judged):
                remedy = f"Add “{category}” to a table, or take its ballots out."
                self.faults.append(f"{self._path}: tables: no table judges {category!r}. {remedy}")

    def _find_earlier_answers(self, asked: Questionnaire) -> EarlierAnswers | None:
        """Where the answers given before the session stand, if the wave asks for them."""
        wave = self._agenda.wave
        if not wave:
            return None
        known = {w.id: w.questionnaire for w in self._given.waves}
        if known.get(wave) != self._agenda.questionnaire:
            fits = [w for w, file in known.items() if file == self._agenda.questionnaire]
            remedy = f"Write {' or '.join(fits)}." if fits else "Leave it out."
            self.faults.append(
                f"{self._path}: wave: config.toml has no wave {wave!r} of "
                f"{self._agenda.questionnaire}. {remedy}"
            )
        return locate_earlier_answers(asked, wave)


def merge_items(
    first: Iterable[RegisterItem], rest: Iterable[RegisterItem]
) -> tuple[RegisterItem, ...]:
    """Both, each code once and as it stands first."""
    every: dict[str, RegisterItem] = {}
    for item in (*first, *rest):
        every.setdefault(item.code, item)
    return tuple(every.values())

"""The file that describes a workshop, read into a plan: every fault at once, with its remedy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, field_validator, model_validator

from bot.config import Config
from bot.seeds import Id, invitation_code
from bot.spreadsheets import TableError, read_table
from reports.toml_files import GivenError, Section, checked, contents
from survey.forms.authoring.faults import QuestionnaireError
from survey.forms.authoring.xlsform import compile_file
from survey.forms.model.questionnaire import Questionnaire
from survey.workshop.agreement import AGREED, Rule
from survey.workshop.ballot_selection import answered_before, ballots, chosen, items_of, used
from survey.workshop.ballots import Ballot, Mode, Table, Workshop
from survey.workshop.baseline import BaselineError, Row
from survey.workshop.plan import Before, Plan
from survey.workshop.register import Item, Register, register


class Named(Section):
    """A text in both languages."""

    id: str = Field(min_length=1, max_length=120)
    en: str = Field(default="", max_length=120)

    @property
    def labels(self) -> dict[str, str]:
        """By language; who wrote one language means it for both."""
        return {"id": self.id, "en": self.en or self.id}


class Agreement(Section):
    """When a workshop speaks of agreement."""

    within_one: float = AGREED
    iqr: float | None = 1.0
    least: int = 5

    @field_validator("iqr", mode="before")
    @classmethod
    def empty_is_none(cls, iqr: object) -> object:
        """An empty text: the interquartile range is not asked for."""
        return None if iqr == "" else iqr

    @model_validator(mode="after")
    def possible(self) -> Agreement:
        """Raise ValueError for a rule that nothing could satisfy."""
        try:
            self.rule  # noqa: B018
        except ValueError as fault:
            raise ValueError(str(fault).rstrip(".")) from None
        return self

    @property
    def rule(self) -> Rule:
        """The rule itself."""
        return Rule(self.within_one, self.iqr, self.least)


class Seats(Section):
    """A table, and the categories that it judges."""

    name: str = Field(min_length=1, max_length=64)
    categories: tuple[str, ...] = ()


class Slot(Named):
    """What happens when."""

    time: str = Field(pattern=r"^\d{1,2}[.:]\d{2}$")


class Agenda(Section):
    """The whole file."""

    id: Id = Field(max_length=64)
    name: Named
    held_at: AwareDatetime
    code: Annotated[str, AfterValidator(invitation_code)] = Field(default="", max_length=32)
    questionnaire: str = Field(default="kerentanan.md", min_length=1)
    wave: str = ""
    assets: str | tuple[str, ...] = ()
    shocks: str | tuple[str, ...] = ()
    mode: Mode = Mode.BLIND
    rounds: int = Field(default=2, ge=1, le=9)
    rule: Agreement = Agreement()
    tables: tuple[Seats, ...] = ()
    programme: tuple[Slot, ...] = ()

    @model_validator(mode="after")
    def no_doubles(self) -> Agenda:
        """Raise ValueError for two tables of one name."""
        names = [table.name.casefold() for table in self.tables]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"tables: {', '.join(twice)} stands there twice; keep one")
        return self


@dataclass(frozen=True)
class Prepared:
    """A plan without what only the database can give, and what to tell beside it.

    A code that the file leaves out is empty in the plan, and so is the projector's secret.
    """

    plan: Plan
    warnings: tuple[str, ...] = ()


def prepared(path: Path, baseline: Path | None, given: Config) -> Prepared:
    """Read a workshop's file and its baseline. Raises GivenError with all that is wrong."""
    try:
        agenda = checked(Agenda, contents(path, "Name the workshop's file."))
        asked = compile_file(given.questionnaires.folder / agenda.questionnaire)
        every = register(asked)
    except GivenError as fault:
        raise fault.of(path) from None
    except (QuestionnaireError, ValueError) as fault:
        lines = str(fault).splitlines()
        raise GivenError([f"{path}: questionnaire: {line}" for line in lines]) from None
    return Preparing(path, agenda, given).prepared(asked, every, baseline)


class Preparing:
    """Makes a plan of what was read, and gathers in ``faults`` what is wrong."""

    def __init__(self, path: Path, agenda: Agenda, given: Config) -> None:
        self.faults: list[str] = []
        self.warnings: list[str] = []
        self._path = path
        self._agenda = agenda
        self._given = given

    def prepared(self, asked: Questionnaire, every: Register, baseline: Path | None) -> Prepared:
        """The plan. Raises GivenError."""
        agenda = self._agenda
        assets = self._listed("assets", agenda.assets, every.assets)
        shocks = self._listed("shocks", agenda.shocks, every.shocks)
        wanted = replace(every, assets=assets, shocks=shocks)
        every = replace(
            every, assets=together(assets, every.assets), shocks=together(shocks, every.shocks)
        )
        found = self._ballots(baseline, every, wanted)
        self._check_tables(every, found)
        before = self._before(asked)
        if self.faults:
            raise GivenError(self.faults)
        return Prepared(self._plan(used(every, found), found, before), tuple(self.warnings))

    def _plan(self, kept: Register, found: tuple[Ballot, ...], before: Before | None) -> Plan:
        agenda = self._agenda
        tables = tuple(Table(n, t.name, t.categories) for n, t in enumerate(agenda.tables, start=1))
        return Plan(
            workshop=Workshop(agenda.id, kept.scale, agenda.rule.rule, agenda.rounds, tables),
            name=agenda.name.labels,
            code=agenda.code,
            held_at=agenda.held_at,
            register=kept,
            ballots=found,
            screen="",
            programme=tuple((slot.time, slot.labels) for slot in agenda.programme),
            before=before,
        )

    @contextmanager
    def _gathering(self, place: str) -> Iterator[None]:
        """Keep what goes wrong instead of raising it."""
        try:
            yield
        except TableError as fault:
            self.faults.append(str(fault))
        except (BaselineError, QuestionnaireError) as fault:
            self.faults += [f"{place}: {each}" for each in fault.faults]

    def _rows(self, path: Path) -> list[Row]:
        table = read_table(path)
        if table.warning:
            self.warnings.append(f"{path}: {table.warning}")
        return table.rows

    def _listed(
        self, key: str, named: str | Sequence[str], known: tuple[Item, ...]
    ) -> tuple[Item, ...]:
        """What a list of codes, or a file beside this one, says is to be judged; else all."""
        if isinstance(named, str):
            path = self._path.parent / named
            with self._gathering(str(path)):
                return items_of(self._rows(path), known)
        elif named:
            with self._gathering(f"{self._path}: {key}"):
                return chosen(named, known)
        return known

    def _ballots(
        self, baseline: Path | None, every: Register, wanted: Register
    ) -> tuple[Ballot, ...]:
        mode = self._agenda.mode
        if baseline is None and mode is Mode.CONFIRM:
            remedy = "Give it with --baseline, or choose the mode blind."
            self.faults.append(f"{self._path}: mode: there is no baseline to confirm. {remedy}")
            return ()
        with self._gathering(str(baseline)):
            return ballots(self._rows(baseline) if baseline else None, every, wanted, mode)
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

    def _before(self, asked: Questionnaire) -> Before | None:
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
        return answered_before(asked, wave)


def together(first: Iterable[Item], rest: Iterable[Item]) -> tuple[Item, ...]:
    """Both, each code once and as it stands first."""
    every: dict[str, Item] = {}
    for item in (*first, *rest):
        every.setdefault(item.code, item)
    return tuple(every.values())

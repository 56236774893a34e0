"""The city file, beside the questionnaires: what is of one city and of no other.

Emergency numbers, administrative levels, lists and the packs of redaction are data, so that Suara
serves another city without a line of code. Both the bot and the reports read it, each once.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, field_validator

from reports.toml_files import InvalidInputError, TomlSection, read_toml, validate_input
from survey.redaction.redaction_pack import RedactionPack
from survey.redaction.redactor import Redactor

#: Where a city's own catalogues lie, beside its file.
CATALOGUE_FOLDER = "locales"
#: A word of a vocabulary.
WORD_PATTERN = re.compile(r"[^\W\d_]+")
FILE_REMEDY = "See questionnaires.city in config.toml."


def validate_zone(name: str) -> str:
    """Raise ValueError for a time zone that does not exist."""
    if name not in list_time_zones():
        raise ValueError("is no time zone; write one like Africa/Nairobi")
    return name


@cache
def list_time_zones() -> frozenset[str]:
    """The names of all time zones: to list them opens each of their six hundred files."""
    return frozenset(available_timezones())


TimeZoneName = Annotated[str, AfterValidator(validate_zone)]


class CityLevel(TomlSection):
    """An administrative level: what questionnaires call it, and its code in the boundaries."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    property: str = Field(min_length=1)


class CityFiles(TomlSection):
    """Files beside the city file; empty where there is none."""

    sectors: str = ""
    categories: str = ""
    boundaries: str = ""
    districts: str = ""
    candidates: str = ""
    themes: str = ""


class City(TomlSection):
    """The whole file. ``levels`` are the smallest first, ``emergency`` is a text by language.

    ``redaction`` are packs, ``vocabulary`` files of words that are no names, both beside this file.
    """

    timezone: TimeZoneName
    redaction: tuple[str, ...]
    vocabulary: tuple[str, ...] = ()
    emergency: dict[str, str] = Field(default_factory=dict)
    levels: tuple[CityLevel, ...] = Field(min_length=1)
    files: CityFiles = CityFiles()

    @field_validator("levels")
    @classmethod
    def check_levels_unique(cls, levels: tuple[CityLevel, ...]) -> tuple[CityLevel, ...]:
        """Raise ValueError where two levels have one name."""
        names = [level.name for level in levels]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"name {twice[0]} twice; keep one")
        return levels

    @property
    def level_properties(self) -> tuple[tuple[str, str], ...]:
        """Name and property of each level, the smallest first."""
        return tuple((level.name, level.property) for level in self.levels)


class PatternSection(TomlSection):
    """A pattern of a redaction pack."""

    name: str = Field(min_length=1)
    pattern: str = Field(min_length=1)


class PackFile(TomlSection):
    """A redaction pack as it is written."""

    words: dict[str, str] = Field(default_factory=dict)
    phrases: dict[str, str] = Field(default_factory=dict)
    patterns: tuple[PatternSection, ...] = ()
    harmless: tuple[PatternSection, ...] = ()


def choose_text(texts: Mapping[str, str], language: str) -> str:
    """A text of the city in a language; in the first that it was written in, if it lacks that."""
    return texts.get(language) or next(iter(texts.values()), "")


@cache
def read_city(path: Path) -> City:
    """Read a city file. Raises InvalidInputError with every fault, each with the file's name."""
    try:
        return validate_input(City, read_toml(path, FILE_REMEDY))
    except InvalidInputError as fault:
        raise fault.prefix_file(path) from None


@cache
def load_redactor(path: Path) -> Redactor:
    """What takes personal data out, by the packs of a city file.

    Raises InvalidInputError for a pack that cannot be used: without it nothing may be quoted.
    """
    packs, faults = [], list[str]()
    for name in read_city(path).redaction:
        try:
            packs.append(read_pack(path.parent / name))
        except InvalidInputError as fault:
            faults += fault.prefix_file(path.parent / name).faults
    if faults:
        raise InvalidInputError(faults)
    try:
        return Redactor(packs, load_vocabulary(path))
    except ValueError as fault:
        raise InvalidInputError([f"{path}: redaction: {fault}."]) from None


def read_pack(path: Path) -> RedactionPack:
    """Read a redaction pack. Raises InvalidInputError."""
    found = validate_input(PackFile, read_toml(path, "Mend redaction in the city file."))
    return RedactionPack(
        found.words,
        found.phrases,
        {each.name: each.pattern for each in found.patterns},
        {each.name: each.pattern for each in found.harmless},
    )


@cache
def load_vocabulary(path: Path) -> frozenset[str]:
    """The words of a city that are no names, without capitals: of its vocabulary's files.

    Raises InvalidInputError for a file or a pack that cannot be read.
    """
    found, faults = set[str](), list[str]()
    for name in read_city(path).vocabulary:
        try:
            text = (path.parent / name).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            faults.append(
                f"{path.parent / name}: cannot be read. Mend vocabulary in the city file."
            )
            continue
        written = list_labels(text) if name.endswith(".csv") else list_uncommented(text)
        found.update(word.casefold() for line in written for word in WORD_PATTERN.findall(line))
    if faults:
        raise InvalidInputError(faults)
    # Places are called after people: Setia Budi.
    return frozenset(found - load_given_names(path))


@cache
def load_given_names(path: Path) -> frozenset[str]:
    """The names that the packs of a city file know. Raises InvalidInputError."""
    packs = (read_pack(path.parent / name) for name in read_city(path).redaction)
    return frozenset(
        name.casefold() for pack in packs for name in pack.words.get("given_names", "").split()
    )


def list_uncommented(text: str) -> Iterator[str]:
    """The lines of a file of words without what follows a ``#``."""
    return (line.partition("#")[0] for line in text.splitlines())


def list_labels(text: str) -> Iterator[str]:
    """What a list of places or choices calls things, in every language that it has."""
    for row in csv.DictReader(io.StringIO(text)):
        yield from (value for name, value in row.items() if name and name.startswith("label"))

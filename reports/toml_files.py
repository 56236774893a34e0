"""TOML files that somebody wrote: every fault at once, each with its key and its remedy."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

ReadModel = TypeVar("ReadModel", bound=BaseModel)
#: Name and password in an address.
CREDENTIALS = re.compile(r"//[^/@\s]+@")


class InvalidInputError(Exception):
    """What was given cannot be used; ``faults`` say where and how to mend it."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults

    def prefix_file(self, file: Path | str) -> InvalidInputError:
        """An error of these faults, each with its file before it."""
        return InvalidInputError([f"{file}: {fault}" for fault in self.faults])


class TomlSection(BaseModel):
    """A table of a file; a key it does not know is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def read_toml(path: Path, remedy: str) -> dict[str, Any]:
    """What stands in a TOML file; ``remedy`` is for one that cannot be opened.

    Raises InvalidInputError.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise InvalidInputError([f"{fault.strerror}. {remedy}"]) from None
    except UnicodeDecodeError:
        raise InvalidInputError(["holds signs of another encoding. Save it in UTF-8."]) from None
    except tomllib.TOMLDecodeError as fault:
        raise InvalidInputError([f"{fault}. Mend that line."]) from None


def validate_input(model: type[ReadModel], raw: dict[str, Any]) -> ReadModel:
    """What was read, as ``model``. Raises InvalidInputError with every fault."""
    try:
        return model.model_validate(raw)
    except ValidationError as found:
        faults = [dict(fault) for fault in found.errors()]
        raise InvalidInputError(
            # pydantic drops a list's faulty entries and then finds it too short, which nobody can
            # mend.
            [describe_input_fault(f) for f in faults if not is_consequence(f, faults)]
        ) from None


def is_consequence(fault: dict[str, Any], faults: list[dict[str, Any]]) -> bool:
    """Whether a list seems too short only because its entries are faulty."""
    place = fault["loc"]
    inside = (f["loc"][: len(place)] == place for f in faults if f is not fault)
    return fault["type"] == "too_short" and any(inside)


def describe_input_fault(fault: dict[str, Any]) -> str:
    """One fault as ``key.path: what is wrong. How to mend it.``"""
    path = f"{where}: " if (where := format_key_path(fault["loc"])) else ""
    given = abbreviate_value(fault.get("input"))
    match fault["type"]:
        case "extra_forbidden":
            return f"{path}no such setting. Remove it or mend its spelling."
        case "missing":
            return f"{path}is missing. Add it."
        case "value_error":
            message = str(fault["ctx"]["error"])
            whole = isinstance(fault["input"], dict)
            return f"{path}{message}." if whole else f"{path}{given} {message}."
        case "timezone_aware":
            return f"{path}{given} has no time zone. Write it like 2026-11-01T00:00:00+07:00."
        case _:
            return f"{path}{given} will not do: {fault['msg'][:1].lower()}{fault['msg'][1:]}."


def abbreviate_value(given: object) -> str:
    """What stands in the file, not too long, and without the name and password of an address."""
    written = repr(given) if isinstance(given, str) else str(given)
    return CREDENTIALS.sub("//…@", written)[:60]


def format_key_path(places: Iterable[str | int]) -> str:
    """``waves[0].opens``, empty for the whole file; lists count from 0 as in TOML."""
    path = ""
    for place in places:
        path += f"[{place}]" if isinstance(place, int) else f".{place}"
    return path.lstrip(".")

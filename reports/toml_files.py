"""TOML files that somebody wrote: every fault at once, each with its key and its remedy."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

Read = TypeVar("Read", bound=BaseModel)


class GivenError(Exception):
    """What was given cannot be used; ``faults`` say where and how to mend it."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults

    def of(self, file: Path | str) -> GivenError:
        """The same faults, each with its file before it."""
        return GivenError([f"{file}: {fault}" for fault in self.faults])


class Section(BaseModel):
    """A table of a file; a key it does not know is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def contents(path: Path, remedy: str) -> dict[str, Any]:
    """What stands in a TOML file; ``remedy`` is for one that cannot be opened.

    Raises GivenError.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise GivenError([f"{fault.strerror}. {remedy}"]) from None
    except UnicodeDecodeError:
        raise GivenError(["holds signs of another encoding. Save it in UTF-8."]) from None
    except tomllib.TOMLDecodeError as fault:
        raise GivenError([f"{fault}. Mend that line."]) from None


def checked(model: type[Read], raw: dict[str, Any]) -> Read:
    """What was read, as ``model``. Raises GivenError with every fault."""
    try:
        return model.model_validate(raw)
    except ValidationError as found:
        faults = [dict(fault) for fault in found.errors()]
        raise GivenError([explained(f) for f in faults if not follows(f, faults)]) from None


def follows(fault: dict[str, Any], faults: list[dict[str, Any]]) -> bool:
    """Whether a list seems too short only because its entries are faulty."""
    place = fault["loc"]
    inside = (f["loc"][: len(place)] == place for f in faults if f is not fault)
    return fault["type"] == "too_short" and any(inside)


def explained(fault: dict[str, Any]) -> str:
    """One fault as ``key.path: what is wrong. How to mend it.``"""
    path = f"{where}: " if (where := key_path(fault["loc"])) else ""
    given = shown(fault.get("input"))
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


def shown(given: object) -> str:
    """What stands in the file, not too long."""
    return (repr(given) if isinstance(given, str) else str(given))[:60]


def key_path(places: Iterable[str | int]) -> str:
    """``waves[0].opens``, empty for the whole file; lists count from 0 as in TOML."""
    path = ""
    for place in places:
        path += f"[{place}]" if isinstance(place, int) else f".{place}"
    return path.lstrip(".")

"""How well redaction does: by kind on variants of personal data, and on harmless answers."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import regex

VARIANT_FILE = Path(__file__).parent / "redaction_variants.toml"
BRACES = regex.compile(r"\{([^}]+)\}")
#: Words and numbers of a secret that nothing else in the text may be.
SECRET_WORDS = regex.compile(r"\p{L}{3,}|\p{N}+")


@dataclass(frozen=True)
class PersonalVariant:
    """A text in which somebody is told of, and what of it must go."""

    kind: str
    text: str
    secrets: tuple[str, ...]

    def is_hidden_in(self, left: str) -> bool:
        """Whether nothing of the secrets can be read any more."""
        around = set(SECRET_WORDS.findall(BRACES.sub(" ", self.text)))
        wanted = {word for secret in self.secrets for word in SECRET_WORDS.findall(secret)}
        return not (wanted - around) & set(SECRET_WORDS.findall(left))

    @property
    def written(self) -> str:
        """As it was written."""
        return BRACES.sub(r"\1", self.text)


@cache
def load_variants() -> tuple[PersonalVariant, ...]:
    """All of them, kind by kind."""
    kinds = tomllib.loads(VARIANT_FILE.read_text(encoding="utf-8"))
    return tuple(
        PersonalVariant(kind, line, tuple(BRACES.findall(line)))
        for kind, lines in kinds.items()
        for line in lines.strip().splitlines()
    )


HARMLESS_FILE = Path(__file__).parent / "harmless_answers.toml"
PLACES = regex.compile(r"\{(\w+)\}")


@cache
def load_harmless_answers() -> tuple[str, ...]:
    """Answers that tell of nobody, each once: those written by hand, then those of templates."""
    read = tomllib.loads(HARMLESS_FILE.read_text(encoding="utf-8"))
    words = {name: text.split("|") for name, text in read["words"].items()}
    made = fill_templates(read["templates"]["lines"].strip().splitlines(), words)
    found = dict.fromkeys(read["answers"].strip().splitlines())
    wanted = len(found) + read["templates"]["count"]
    for answer in made:
        found[answer] = None
        if len(found) == wanted:
            break
    return tuple(found)


def fill_templates(lines: list[str], words: dict[str, list[str]]) -> Iterator[str]:
    """Answers without end, the lines in turn, each time with other words."""
    # Steps without a common divisor, so that words meet in ever new pairs.
    for number in range(10**6):
        line, step = lines[number % len(lines)], number // len(lines)
        places = PLACES.findall(line)
        for place, name in enumerate(places):
            word = words[name][(step * (2 * place + 1) + number) % len(words[name])]
            line = line.replace(f"{{{name}}}", word, 1)
        yield line

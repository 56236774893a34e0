"""Questionnaires that somebody brings to the demo: each is fielded to residents for the day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.demo.sandbox_process import Player
from survey.forms.authoring.xlsform import compile_file
from survey.people import INVITED

#: Those who open the links of brought questionnaires have numbers from here on.
FIRST = 2001
#: Letters of a wave's id.
LONGEST = 32


@dataclass(frozen=True, slots=True)
class Brought:
    """A questionnaire, the id of the wave that fields it, and who opens its link."""

    file: Path
    wave: str
    player: Player


def brought(files: Iterable[Path], taken: Iterable[str]) -> list[Brought]:
    """Questionnaires with ids of waves that are not ``taken``. Raises QuestionnaireError."""
    waves = set(taken)
    found = []
    for number, file in enumerate(files, FIRST):
        form = compile_file(file)
        wave = another(fit(form.id), waves)
        waves.add(wave)
        player = Player(number, f"Eka ({wave})", "id", f"resident, “{form.title}”", start=wave)
        found.append(Brought(file.resolve(), wave, player))
    return found


def fit(form_id: str) -> str:
    """A form's id as the id of a wave, which also stands in a link."""
    words = re.sub(r"[^a-z0-9]+", "-", form_id.lower()).removeprefix(INVITED)
    return words[:LONGEST].strip("-") or "form"


def another(wave: str, waves: set[str]) -> str:
    """The id itself, or with the next number behind it where it is taken."""
    number, free = 1, wave
    while free in waves:
        number += 1
        free = f"{wave[: LONGEST - 4]}-{number}"
    return free

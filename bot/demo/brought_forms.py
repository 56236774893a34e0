"""Questionnaires that somebody brings to the demo: each is fielded to residents for the day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.demo.sandbox_process import DemoPerson
from survey.forms.authoring.xlsform import compile_file
from survey.people import INVITATION_PREFIX

#: Those who open the links of brought questionnaires have numbers from here on.
FIRST_VISITOR_ID = 2001
#: Letters of a wave's id.
LONGEST_WAVE_ID = 32


@dataclass(frozen=True, slots=True)
class BroughtForm:
    """A questionnaire, the id of the wave that fields it, and who opens its link."""

    file: Path
    wave: str
    person: DemoPerson


def read_brought_forms(files: Iterable[Path], taken: Iterable[str]) -> list[BroughtForm]:
    """Questionnaires with ids of waves that are not ``taken``. Raises QuestionnaireError."""
    waves = set(taken)
    forms = []
    for number, file in enumerate(files, FIRST_VISITOR_ID):
        form = compile_file(file)
        wave = find_free_wave_id(format_wave_id(form.id), waves)
        waves.add(wave)
        player = DemoPerson(number, f"Eka ({wave})", "id", f"resident, “{form.title}”", start=wave)
        forms.append(BroughtForm(file.resolve(), wave, player))
    return forms


def format_wave_id(form_id: str) -> str:
    """A form's id as the id of a wave, which also stands in a link."""
    words = re.sub(r"[^a-z0-9]+", "-", form_id.lower()).removeprefix(INVITATION_PREFIX)
    return words[:LONGEST_WAVE_ID].strip("-") or "form"


def find_free_wave_id(wave: str, waves: set[str]) -> str:
    """The id itself, or with the next number behind it where it is taken."""
    number, free = 1, wave
    while free in waves:
        number += 1
        free = f"{wave[: LONGEST_WAVE_ID - 4]}-{number}"
    return free

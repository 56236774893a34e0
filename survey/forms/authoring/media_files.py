"""Where the files lie that go with a questionnaire's labels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from survey.forms.model.questionnaire import Questionnaire


def find_media_file(form: Path, name: str) -> Path | None:
    """The file called ``name`` of the questionnaire at ``form``; None if there is none.

    It is looked for in ``<form>-media`` as ODK has it, in ``media``, and beside the questionnaire;
    never outside its folder, whatever the name says.
    """
    home = form.parent.resolve()
    for folder in (home / f"{form.stem}-media", home / "media", home):
        found = (folder / name).resolve()
        if found.is_relative_to(home) and found.is_file():
            return found
    return None


def list_media_names(questionnaire: Questionnaire) -> Iterator[str]:
    """The names of all files that its questions and choices name."""
    for question in questionnaire.controls.values():
        for media in (question.media, *(choice.media for choice in question.choices)):
            for files in media.files.values():
                yield from files.values()

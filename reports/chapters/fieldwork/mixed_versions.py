"""Whether a questionnaire changed while it was answered, and what of that cannot be added up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from reports.chapters.elements import COUNT, Column, KeyFigure, Table
from reports.localizer import Words
from reports.reading.disposition import COMPLETE
from reports.reading.form_answers import Form
from reports.reading.frames import Frames
from reports.reading.reported_waves import Wave

#: The most questions that are printed.
PRINTED = 12


@dataclass(frozen=True)
class Mixed:
    """Waves counted together, or one that is not counted (then without a form).

    ``title`` is what readers know the last of them by. ``interviews`` are those begun, not all in
    the newest version.
    """

    title: str
    waves: tuple[Wave, ...]
    form: Form | None
    interviews: pd.DataFrame

    @property
    def begun(self) -> dict[str, int]:
        """Version -> interviews, the newest first even if nobody has answered it."""
        counts = self.interviews["version"].value_counts()
        every = dict.fromkeys((self.waves[-1].version, *sorted(counts.index)))
        return {version: int(counts.get(version, 0)) for version in every}


def mixed(frames: Frames, names: Mapping[str, str]) -> Iterator[Mixed]:
    """Where interviews were begun in another version than the newest. ``names``: by a wave's id."""
    counted = [(form.waves, form) for form in frames.forms]
    together = {wave for waves, _ in counted for wave in waves}
    alone = [((wave.id,), None) for wave in frames.waves if wave.id not in together]
    for ids, form in (*counted, *alone):
        waves = tuple(wave for wave in frames.waves if wave.id in ids)
        interviews = frames.interviews[frames.interviews["wave"].isin(ids)]
        if (interviews["version"] != waves[-1].version).any():
            yield Mixed(names[waves[-1].id], waves, form, interviews)


def version_figures(found: Sequence[Mixed], words: Words) -> Iterator[KeyFigure]:
    for one in found:
        told = [f"{version}: {words.count(number)}" for version, number in one.begun.items()]
        apart = {gone.question.path for gone in one.form.left_out} if one.form else set()
        if apart:
            told.append(
                words.many(
                    "{number} question counted in the newest only",
                    "{number} questions counted in the newest only",
                    len(apart),
                )
            )
        label = words("{wave}: versions of the questionnaire", wave=one.title)
        yield KeyFigure(label, words.count(len(one.begun)), "; ".join(told))


def version_tables(found: Sequence[Mixed], words: Words) -> Iterator[Table]:
    """How many interviews of each version, and the questions whose answers were left out."""
    columns = (
        Column("wave", words("Wave")),
        Column("version", words("Version")),
        Column("begun", words("Begun"), COUNT),
        Column("complete", words("Complete"), COUNT),
    )
    rows = pd.DataFrame([row for one in found for row in counted(one)])
    if len(rows):
        yield Table("versions", words("Interviews by version"), columns, rows, printed=len(rows))
    columns = (
        Column("wave", words("Wave")),
        Column("version", words("Version")),
        Column("question", words("Question")),
        Column("why", words("What differs")),
    )
    gone = pd.DataFrame([row for one in found for row in left_out(one, words)])
    if len(gone):
        name = words("Answers of older versions that are not counted")
        yield Table("left_out", name, columns, gone, printed=PRINTED)


def counted(one: Mixed) -> Iterator[dict[str, object]]:
    for version, begun in one.begun.items():
        same = one.interviews[one.interviews["version"] == version]
        complete = int((same["disposition"] == COMPLETE).sum())
        yield {"wave": one.title, "version": version, "begun": begun, "complete": complete}


def left_out(one: Mixed, words: Words) -> Iterator[dict[str, object]]:
    if one.form is not None:
        for gone in one.form.left_out:
            yield {
                "wave": one.title,
                "version": gone.version,
                "question": one.form.label(gone.question) or gone.question.name,
                "why": words(gone.why),
            }


def version_notes(found: Sequence[Mixed], words: Words) -> Iterator[str]:
    if found:
        yield words(
            "Versions: the questionnaire changed while it was answered. Answers are counted "
            "together where the question stands at the same place, is of the same kind and its "
            "choices have the same codes; the wording may differ. Otherwise those of the newest "
            "version are shown and those of older ones left out."
        )

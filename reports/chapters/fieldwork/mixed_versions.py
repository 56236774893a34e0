"""Whether a questionnaire changed while it was answered, and what of that cannot be added up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from reports.chapters.elements import COUNT, KeyFigure, ReportTable, TableColumn
from reports.localizer import Localizer
from reports.reading.disposition import COMPLETE
from reports.reading.form_answers import FormAnswers
from reports.reading.frames import Frames
from reports.reading.reported_waves import ReportedWave

#: The most questions that are printed.
PRINTED_QUESTIONS = 12


@dataclass(frozen=True)
class MixedVersions:
    """Waves counted together, or one that is not counted (then without a form).

    ``title`` is what readers know the last of them by. ``interviews`` are those begun, not all in
    the newest version.
    """

    title: str
    waves: tuple[ReportedWave, ...]
    form: FormAnswers | None
    interviews: pd.DataFrame

    @property
    def begun_by_version(self) -> dict[str, int]:
        """Version -> interviews, the newest first even if nobody has answered it."""
        counts = self.interviews["version"].value_counts()
        every = dict.fromkeys((self.waves[-1].version, *sorted(counts.index)))
        return {version: int(counts.get(version, 0)) for version in every}


def find_mixed_versions(frames: Frames, names: Mapping[str, str]) -> Iterator[MixedVersions]:
    """Where interviews were begun in another version than the newest. ``names``: by a wave's id."""
    counted = [(form.waves, form) for form in frames.forms]
    together = {wave for waves, _ in counted for wave in waves}
    alone = [((wave.id,), None) for wave in frames.waves if wave.id not in together]
    for ids, form in (*counted, *alone):
        waves = tuple(wave for wave in frames.waves if wave.id in ids)
        interviews = frames.interviews[frames.interviews["wave"].isin(ids)]
        if (interviews["version"] != waves[-1].version).any():
            yield MixedVersions(names[waves[-1].id], waves, form, interviews)


def list_version_figures(found: Sequence[MixedVersions], words: Localizer) -> Iterator[KeyFigure]:
    for one in found:
        explanations = [
            f"{version}: {words.format_count(number)}"
            for version, number in one.begun_by_version.items()
        ]
        apart = {gone.question.path for gone in one.form.left_out} if one.form else set()
        if apart:
            explanations.append(
                words.translate_plural(
                    "{number} question counted in the newest only",
                    "{number} questions counted in the newest only",
                    len(apart),
                )
            )
        label = words("{wave}: versions of the questionnaire", wave=one.title)
        yield KeyFigure(
            label, words.format_count(len(one.begun_by_version)), "; ".join(explanations)
        )


def build_version_tables(found: Sequence[MixedVersions], words: Localizer) -> Iterator[ReportTable]:
    """How many interviews of each version, and the questions whose answers were left out."""
    columns = (
        TableColumn("wave", words("Wave")),
        TableColumn("version", words("Version")),
        TableColumn("begun", words("Begun"), COUNT),
        TableColumn("complete", words("Complete"), COUNT),
    )
    rows = pd.DataFrame([row for one in found for row in list_version_rows(one)])
    if len(rows):
        yield ReportTable(
            "versions", words("Interviews by version"), columns, rows, printed_rows=len(rows)
        )
    columns = (
        TableColumn("wave", words("Wave")),
        TableColumn("version", words("Version")),
        TableColumn("question", words("Question")),
        TableColumn("why", words("What differs")),
    )
    gone = pd.DataFrame([row for one in found for row in list_left_out_rows(one, words)])
    if len(gone):
        name = words("Answers of older versions that are not counted")
        yield ReportTable("left_out", name, columns, gone, printed_rows=PRINTED_QUESTIONS)


def list_version_rows(one: MixedVersions) -> Iterator[dict[str, object]]:
    for version, begun in one.begun_by_version.items():
        same = one.interviews[one.interviews["version"] == version]
        complete = int((same["disposition"] == COMPLETE).sum())
        yield {"wave": one.title, "version": version, "begun": begun, "complete": complete}


def list_left_out_rows(one: MixedVersions, words: Localizer) -> Iterator[dict[str, object]]:
    if one.form is not None:
        for gone in one.form.left_out:
            yield {
                "wave": one.title,
                "version": gone.version,
                "question": one.form.get_question_label(gone.question) or gone.question.name,
                "why": words(gone.reason),
            }


def list_version_notes(found: Sequence[MixedVersions], words: Localizer) -> Iterator[str]:
    if found:
        yield words(
            "Versions: the questionnaire changed while it was answered. Answers are counted "
            "together where the question stands at the same place, is of the same kind and its "
            "choices have the same codes; the wording may differ. Otherwise those of the newest "
            "version are shown and those of older ones left out."
        )

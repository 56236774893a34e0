"""Where interviews were given up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pandas as pd

from reports.chapters.elements import COUNT, ReportTable, TableColumn
from reports.localizer import Localizer
from reports.question_labels import read_label
from reports.reading.disposition import BREAK_OFF, PARTIAL
from reports.reading.frames import Frames
from reports.reading.reported_waves import ReportedWave
from reports.request import ReportRequest

#: The most places that are printed.
PRINTED_STOPS = 8


def count_stops(frames: Frames, names: Mapping[str, str], words: Localizer) -> pd.DataFrame:
    """wave, question, people: where partial and broken-off interviews stand, most first.

    ``names`` are what waves are called, by their id.
    """
    given_up = frames.interviews["disposition"].isin([PARTIAL, BREAK_OFF])
    found = frames.interviews[given_up & (frames.interviews["position"] != "")]
    found = found.assign(path=found["position"].str.replace(r"\[\d+\]", "", regex=True))
    counts = found.groupby(["wave", "path"], observed=True).size().reset_index(name="people")
    waves = {wave.id: wave for wave in frames.waves}
    rows = [
        {
            "wave": names[str(row["wave"])],
            "question": label_stop(waves[str(row["wave"])], str(row["path"]), words),
            "people": row["people"],
        }
        for row in counts.sort_values("people", ascending=False, kind="stable").to_dict("records")
    ]
    return pd.DataFrame(rows, columns=["wave", "question", "people"])


def label_stop(wave: ReportedWave, path: str, words: Localizer) -> str:
    """A question as its readers know it; of a table the heading too."""
    questionnaire = wave.questionnaire
    language = questionnaire.match_language(words.language)
    question = questionnaire.by_path.get(path)
    if question is None:
        return re.sub(r"^/[^/]+/", "", path)
    label = read_label(question.label, language, words)
    around = questionnaire.groups_by_path.get(path, ())
    if around and around[-1].is_table:
        return f"{read_label(around[-1].heading, language, words)} › {label}"
    return label


def merge_small_stops(
    stopped: pd.DataFrame, order: ReportRequest, words: Localizer
) -> pd.DataFrame:
    """The places where people stopped, those of too few people added up, wave by wave.

    ``stopped`` has wave, question and people, and so has what is returned. Too few in all are left
    out: a sum of small numbers can be a small number.
    """
    few = stopped["people"] < order.minimum_cell
    rest = stopped[few].groupby("wave", sort=False)["people"].sum().reset_index()
    rest = rest[rest["people"] >= order.minimum_cell]
    rest["question"] = words("elsewhere, fewer than {minimum} each", minimum=order.minimum_cell)
    return pd.concat([stopped[~few], rest], ignore_index=True)[list(stopped.columns)]


def build_stops_table(stopped: pd.DataFrame, words: Localizer) -> Iterator[ReportTable]:
    columns = (
        TableColumn("wave", words("Wave")),
        TableColumn("question", words("Question at which they stopped")),
        TableColumn("people", words("Interviews"), COUNT),
    )
    if len(stopped):
        title = words("Where interviews were given up")
        yield ReportTable("stops", title, columns, stopped, printed_rows=PRINTED_STOPS)

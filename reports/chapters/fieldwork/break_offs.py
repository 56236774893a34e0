"""Where interviews were given up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pandas as pd

from reports.chapters.elements import COUNT, Column, Table
from reports.localizer import Words
from reports.reading.disposition import BREAK_OFF, PARTIAL
from reports.reading.frames import Frames
from reports.reading.reported_waves import Wave
from reports.request import Order

#: The most places that are printed.
STOPS = 8


def stops(frames: Frames, names: Mapping[str, str], words: Words) -> pd.DataFrame:
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
            "question": stop_label(waves[str(row["wave"])], str(row["path"]), words),
            "people": row["people"],
        }
        for row in counts.sort_values("people", ascending=False, kind="stable").to_dict("records")
    ]
    return pd.DataFrame(rows, columns=["wave", "question", "people"])


def stop_label(wave: Wave, path: str, words: Words) -> str:
    """A question as its readers know it; of a table the heading too."""
    questionnaire = wave.questionnaire
    language = questionnaire.language(words.language)
    question = questionnaire.by_path.get(path)
    if question is None:
        return re.sub(r"^/[^/]+/", "", path)
    label = question.label.plain(language)
    around = questionnaire.group_of.get(path, ())
    if around and around[-1].is_table:
        return f"{around[-1].heading.plain(language)} › {label}"
    return label


def few_together(stopped: pd.DataFrame, order: Order, words: Words) -> pd.DataFrame:
    """The same with the places of too few people added up, wave by wave."""
    few = stopped["people"] < order.minimum_cell
    rest = stopped[few].groupby("wave", sort=False)["people"].sum().reset_index()
    rest = rest[rest["people"] >= order.minimum_cell]
    rest["question"] = words("elsewhere, fewer than {minimum} each", minimum=order.minimum_cell)
    return pd.concat([stopped[~few], rest], ignore_index=True)[list(stopped.columns)]


def stop_table(stopped: pd.DataFrame, words: Words) -> Iterator[Table]:
    columns = (
        Column("wave", words("Wave")),
        Column("question", words("Question at which they stopped")),
        Column("people", words("Interviews"), COUNT),
    )
    if len(stopped):
        title = words("Where interviews were given up")
        yield Table("stops", title, columns, stopped, printed=STOPS)

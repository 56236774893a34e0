"""What workshops came to, apart from what was answered in questionnaires."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from reports.chapters.elements import COUNT, Chapter, ReportTable, TableColumn
from reports.chapters.workshop import ballot_figures
from reports.chapters.workshop.ballot_figures import BallotFigures
from reports.localizer import Localizer
from reports.reading.frames import Frames
from reports.request import ReportRequest


def build_workshop_chapter(frames: Frames, order: ReportRequest, words: Localizer) -> Chapter:
    """Every workshop with results: what it agreed on, what it left open, and how it voted."""
    held = [
        ballot_figures.list_ballot_figures(session, order, words) for session in frames.workshops
    ]
    if not held:
        return Chapter("workshop", words("Workshop"), (words("No workshop has results yet."),))
    noted = (
        line
        for found in held
        for line in ballot_figures.list_workshop_notes(found[0].held, order, words)
    )
    return Chapter(
        key="workshop",
        title=words.join_items(found[0].held.plan.title(words.language) for found in held),
        findings=tuple(
            line for found in held for line in ballot_figures.list_workshop_findings(found, words)
        ),
        key_figures=tuple(ballot_figures.build_agreement_figure(found, words) for found in held),
        pictures=tuple(
            p for found in held for p in ballot_figures.draw_spread_picture(found, words)
        ),
        tables=(build_outcomes_table(held, words), ballot_figures.build_ballots_table(held, words)),
        notes=tuple(dict.fromkeys(noted)),
    )


def build_outcomes_table(every: Sequence[Sequence[BallotFigures]], words: Localizer) -> ReportTable:
    """How many ballots of each workshop came to what."""
    rows = [
        {"workshop": found[0].held.plan.title(words.language), "outcome": words(name), "ballots": n}
        for found in every
        for outcome, name in ballot_figures.OUTCOME_NAMES.items()
        if (n := Counter(j.outcome for j in found)[outcome])
    ]
    columns = (
        TableColumn("workshop", words("Workshop")),
        TableColumn("outcome", words("Outcome")),
        TableColumn("ballots", words("Ballots"), COUNT),
    )
    title = words("What the ballots came to")
    return ReportTable.from_rows(
        "outcomes", title, columns, rows, plotted=("ballots",), against="outcome"
    )


def describe_voting(order: ReportRequest, words: Localizer) -> Iterator[tuple[str, str]]:
    """How the votes came about."""
    yield words("Conducted by"), order.secretariat
    yield (
        words("Who voted"),
        words(
            "People who were invited for what they know of the assets, and joined the workshop. "
            "Nobody was drawn by lot."
        ),
    )
    yield (
        words("How"),
        words(
            "Each on a phone of their own, all at the same time, round by round; a result was "
            "shown to all when its round was closed. The votes of anyone who withdraws are "
            "deleted and not counted."
        ),
    )
    yield (
        words("Hidden cells"),
        words(
            "Results with fewer than {minimum} people behind them are hidden.",
            minimum=order.minimum_cell,
        ),
    )
    yield (
        words("Limits"),
        words("Ratings are judgements of those in the room, not measurements."),
    )

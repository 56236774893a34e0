"""What is new since the last report; to be read in ten seconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reports import question_names
from reports.chapters.elements import COUNT, SHARE, Chapter, ReportTable, TableColumn
from reports.chapters.leader_texts import format_leaders, limit_names
from reports.chapters.workshop.ballot_figures import OUTCOME_NAMES
from reports.localizer import Localizer
from reports.measures.drivers import DriverFigures, read_drivers
from reports.measures.new_interviews import mask_new_interviews
from reports.reading.form_answers import FormAnswers
from reports.reading.frames import Frames
from reports.reading.held_workshops import HeldWorkshop
from reports.reading.resident_weights import WEIGHTED_ROLE
from reports.request import ReportRequest
from reports.statistics.leaders import find_leaders
from reports.statistics.row_suppression import suppress_nested, suppress_row
from survey.rounding import round_half_up, round_percent
from survey.workshop.results import BallotResult
from survey.workshop.session import Session

#: The most drivers, places and workshops that a sentence names.
MAX_NAMED = 3
#: A share that moved by less is not worth a word.
MIN_CHANGE = 0.01


@dataclass(frozen=True)
class NewsChange:
    """One driver as those judged it who had answered by the last report, and as all do now."""

    before: DriverFigures
    now: DriverFigures

    @property
    def difference(self) -> float:
        return self.now.weak_share - self.before.weak_share


def build_news_chapter(frames: Frames, order: ReportRequest, words: Localizer) -> Chapter:
    """New interviews, what moved, what can now be shown, new results of workshops."""
    form = frames.find_form(question_names.DRIVERS)
    before = form.select_people(mask_known_before(form, order)) if form else None
    moves = find_driver_changes(before, form, order, words) if form and before else []
    reached = list_newly_shown(before, form, order) if form and before else []
    people = count_new_people(frames, order)
    results = [
        (held, fresh) for held in frames.workshops if (fresh := list_new_results(held, order))
    ]
    findings = (
        *list_people_findings(people, words),
        *list_result_findings(results, words),
        *(list_new_place_findings(form, order, words) if form else ()),
        *list_change_findings(moves, words),
        *list_reached_findings(reached, words),
    )
    nothing = words(
        "Nothing new has come in since {date}.", date=words.format_full_date(order.start)
    )
    return Chapter(
        key="news",
        title=words("New since {date}", date=words.format_full_date(order.start)),
        findings=findings or (nothing,),
        tables=tuple(build_changes_table(moves, words)),
        notes=(
            words(
                "What moved is a description: the figures of all who have answered, beside those "
                "of who had answered by then. It is no test, and most are the same people."
            ),
        )
        if moves
        else (),
    )


def mask_known_before(form: FormAnswers, order: ReportRequest) -> NDArray[np.bool_]:
    """Whose answers the last report could have: in a release made by its end.

    Before the first release was kept: sent, or begun and not sent, by then.
    """
    released = form.interviews["released_at"]
    sent, begun = form.interviews["sent_at"], form.interviews["started_at"]
    mask = (sent < order.start) | (sent.isna() & (begun < order.start))
    return mask.where(released.isna(), released <= order.start).to_numpy(bool)


def count_new_people(frames: Frames, order: ReportRequest) -> dict[str, int]:
    """New interviews, by the role of who sent them."""
    new = frames.interviews[mask_new_interviews(frames, order)]
    counts = new["role"].value_counts()
    return {
        role: int(counts.get(role, 0)) for role in question_names.AUDIENCES if counts.get(role, 0)
    }


def list_people_findings(people: dict[str, int], words: Localizer) -> Iterator[str]:
    if people:
        who, total = format_role_counts(people, words), sum(people.values())
        yield words.translate_plural(
            "{number} new interview ({who}).", "{number} new interviews ({who}).", total, who=who
        )


def format_role_counts(people: dict[str, int], words: Localizer) -> str:
    """*residents: 48, participants: 12*."""
    return ", ".join(
        f"{words(question_names.AUDIENCES[role]).lower()}: {words.format_count(n)}"
        for role, n in people.items()
    )


def list_new_place_findings(
    form: FormAnswers, order: ReportRequest, words: Localizer
) -> Iterator[str]:
    """Where new residents' interviews come from, as far as that may be shown.

    What is hidden are the smallest numbers, so that those with the most are among the shown ones.
    """
    city = form.find_question(question_names.CITY)
    is_sent = form.interviews["sent_at"].notna().to_numpy(bool)
    new = form.select_people(is_sent & ~mask_known_before(form, order)).select_role(WEIGHTED_ROLE)
    if city is None or new.n < order.minimum_cell:
        return
    counts, labels = new.count_choices(city), new.get_choice_labels(city)
    # Who did not say is a cell of the row as well: the total of new interviews is printed.
    mask = suppress_row([*counts.values(), new.n - sum(counts.values())], order.minimum_cell)
    every = [
        (labels[code], 0 if hide else count)
        for (code, count), hide in zip(counts.items(), mask, strict=False)
    ]
    if most := find_leaders(every, lambda place: place[1]):
        yield words(
            "Most new residents by place: {places}.",
            places=format_leaders(
                most, lambda place: f"{place[0]} ({words.format_count(place[1])})", words
            ),
        )


def find_driver_changes(
    before: FormAnswers, now: FormAnswers, order: ReportRequest, words: Localizer
) -> list[NewsChange]:
    """Residents' drivers, what moved most first; only where enough people were added."""
    # Plain counts: differences are told without weights (docs/statistics.md, “Weights”).
    plain = (replace(form.select_role(WEIGHTED_ROLE), weighting=None) for form in (before, now))
    pairs = zip(*(read_drivers(form, words) for form in plain), strict=True)
    # Both what was there before and what came since must be enough people: the difference of two
    # printed shares tells how the new ones answered.
    found = [NewsChange(a, b) for a, b in pairs if min(a.n, b.n - a.n) >= order.minimum_cell]
    return sorted(found, key=lambda move: -abs(move.difference))


def list_change_findings(moves: Sequence[NewsChange], words: Localizer) -> Iterator[str]:
    if not moves:
        return
    # Rounded, as 0.31 less 0.3 is a hair more or less than a point.
    moved = [move for move in moves if round_half_up(abs(move.difference), 6) >= MIN_CHANGE]
    if not moved:
        yield words("Weak or very weak: no driver moved by a whole point.")
        return
    drivers = [format_driver_change(move, words) for move in moved]
    yield words(
        "Share weak or very weak, moved by a point or more: {drivers}.",
        drivers=limit_names(drivers, MAX_NAMED, words),
    )


def format_driver_change(move: NewsChange, words: Localizer) -> str:
    """*Health care from 41% to 44%, n 120 → 180*."""
    return words(
        "{driver} from {then} to {now} (n {before} → {after})",
        driver=move.now.label,
        then=words.format_share(move.before.weak_share),
        now=words.format_share(move.now.weak_share),
        before=words.format_count(move.before.n),
        after=words.format_count(move.now.n),
    )


def list_newly_shown(before: FormAnswers, now: FormAnswers, order: ReportRequest) -> list[str]:
    """Districts of which residents' number can be shown now, and could not be before."""
    old, new = (
        list_shown_districts(f.select_role(WEIGHTED_ROLE), order.minimum_cell)
        for f in (before, now)
    )
    district = now.find_question(question_names.DISTRICT)
    labels = now.get_choice_labels(district) if district else {}
    return [labels.get(code, code) for code in new if code not in old]


def list_shown_districts(form: FormAnswers, minimum: int) -> list[str]:
    """Those with enough people, nothing hidden for the sake of another."""
    city, district = (
        form.find_question(question_names.CITY),
        form.find_question(question_names.DISTRICT),
    )
    if city is None or district is None:
        return []
    counts = form.cross_tabulate(district, form.get_choice_series(city))
    parts = {
        str(code): [int(n) for n in row]
        for code, row in zip(counts.index, counts.to_numpy(), strict=True)
    }
    _, inner = suppress_nested(form.count_choices(city), parts, minimum)
    return [
        code
        for place, row in parts.items()
        for code, count, hide in zip(counts.columns, row, inner[place], strict=True)
        if count >= minimum and not hide
    ]


def list_reached_findings(reached: Sequence[str], words: Localizer) -> Iterator[str]:
    if reached:
        yield words(
            "The number of people can be shown now, and could not before: {places}.",
            places=limit_names([*reached], MAX_NAMED, words),
        )


def list_new_results(held: HeldWorkshop, order: ReportRequest) -> list[BallotResult]:
    """Ballots of which a round was revealed in the period."""
    session = held.session
    earlier = [move for move in session.moves if move.at < order.start]
    then = Session(session.workshop, session.ballots.values(), earlier)
    return [
        result
        for result in held.results
        if result.tally
        and result.state.revealed_openings[-1]
        not in then.states[result.ballot.number].revealed_openings
    ]


def list_result_findings(
    results: Sequence[tuple[HeldWorkshop, list[BallotResult]]], words: Localizer
) -> Iterator[str]:
    for held, fresh in results[:MAX_NAMED]:
        counts = Counter(result.outcome for result in fresh).most_common()
        outcomes = ", ".join(
            f"{words(OUTCOME_NAMES[o])}: {words.format_count(n)}" for o, n in counts
        )
        workshop = held.plan.title(words.language)
        yield words.translate_plural(
            "{workshop}: {number} new result ({outcomes}).",
            "{workshop}: {number} new results ({outcomes}).",
            len(fresh),
            workshop=workshop,
            outcomes=outcomes,
        )
    if (rest := len(results) - MAX_NAMED) > 0:
        yield words.translate_plural(
            "{number} more workshop has new results.",
            "{number} more workshops have new results.",
            rest,
        )


def build_changes_table(moves: Sequence[NewsChange], words: Localizer) -> Iterator[ReportTable]:
    columns = (
        TableColumn("driver", words("Driver")),
        TableColumn("before", words("Weak by then"), SHARE),
        TableColumn("n_before", words("n by then"), COUNT),
        TableColumn("now", words("Weak now"), SHARE),
        TableColumn("n_now", words("n now"), COUNT),
        TableColumn("by", words("Moved, in points"), COUNT, signed=True),
    )
    if moves:
        rows = [
            {
                "driver": move.now.label,
                "before": move.before.weak_share,
                "n_before": move.before.n,
                "now": move.now.weak_share,
                "n_now": move.now.n,
                "by": round_percent(move.difference),
            }
            for move in moves
        ]
        title = words("Drivers before and since")
        yield ReportTable.from_rows("moves", title, columns, rows)

"""What is new since the last report; to be read in ten seconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reports import question_names
from reports.chapters.elements import COUNT, SHARE, Chapter, Column, Table
from reports.chapters.workshop.ballot_results import OUTCOMES
from reports.localizer import Words
from reports.measures.drivers import Driver, read_all
from reports.reading.form_answers import Form
from reports.reading.frames import Frames
from reports.reading.held_workshops import Held
from reports.reading.resident_weights import WEIGHTED
from reports.request import Order
from reports.statistics.row_suppression import hidden, hidden_within
from survey.workshop.results import Result
from survey.workshop.session import Session

#: The most drivers, places and workshops that a sentence names.
NAMED = 3
#: A share that moved by less is not worth a word.
WORTH = 0.01


@dataclass(frozen=True)
class Move:
    """One driver as those judged it who had answered by the last report, and as all do now."""

    before: Driver
    now: Driver

    @property
    def by(self) -> float:
        return self.now.weak - self.before.weak


def chapter(frames: Frames, order: Order, words: Words) -> Chapter:
    """New interviews, what moved, what can now be shown, new results of workshops."""
    form = frames.form_with(question_names.DRIVERS)
    before = form.only(known(form, order)) if form else None
    moves = moved(before, form, order, words) if form and before else []
    reached = newly_shown(before, form, order) if form and before else []
    people = new_people(frames, order)
    results = [(held, fresh) for held in frames.held if (fresh := new_results(held, order))]
    said = (
        *people_findings(people, words),
        *(place_findings(form, order, words) if form else ()),
        *move_findings(moves, words),
        *reached_findings(reached, words),
        *result_findings(results, words),
    )
    nothing = words("Nothing new has come in since {date}.", date=words.full_date(order.start))
    return Chapter(
        key="news",
        title=words("New since {date}", date=words.full_date(order.start)),
        findings=said or (nothing,),
        tables=tuple(table(moves, words)),
        notes=(
            words(
                "What moved is a description: the figures of all who have answered, beside those "
                "of who had answered by then. It is no test, and most are the same people."
            ),
        )
        if moves
        else (),
    )


def known(form: Form, order: Order) -> NDArray[np.bool_]:
    """Whose answers the last report could have: sent, or begun and not sent, before its end."""
    sent, begun = form.interviews["sent_at"], form.interviews["started_at"]
    mask = (sent < order.start) | (sent.isna() & (begun < order.start))
    return mask.to_numpy(bool)


def new_people(frames: Frames, order: Order) -> dict[str, int]:
    """Interviews sent in the period, by the role of who sent them."""
    new = frames.interviews[frames.interviews["sent_at"] >= order.start]
    counts = new["role"].value_counts()
    return {
        role: int(counts.get(role, 0)) for role in question_names.AUDIENCES if counts.get(role, 0)
    }


def people_findings(people: dict[str, int], words: Words) -> Iterator[str]:
    if people:
        who, total = by_role(people, words), sum(people.values())
        yield words.many(
            "{number} new interview ({who}).", "{number} new interviews ({who}).", total, who=who
        )


def by_role(people: dict[str, int], words: Words) -> str:
    """*residents: 48, participants: 12*."""
    return ", ".join(
        f"{words(question_names.AUDIENCES[role]).lower()}: {words.count(n)}"
        for role, n in people.items()
    )


def place_findings(form: Form, order: Order, words: Words) -> Iterator[str]:
    """Where new residents' interviews come from, as far as that may be shown."""
    city = form.question(question_names.CITY)
    new = form.only((form.interviews["sent_at"] >= order.start).to_numpy(bool)).of(WEIGHTED)
    if city is None or new.n < order.minimum_cell:
        return
    counts, labels = new.tally(city), new.choices(city)
    mask = hidden([*counts.values(), new.n - sum(counts.values())], order.minimum_cell)
    shown = [
        (labels[code], count)
        for (code, count), hide in zip(counts.items(), mask, strict=False)
        if count and not hide
    ]
    if shown:
        most = sorted(shown, key=lambda pair: -pair[1])[:NAMED]
        yield words(
            "Most residents from {places}.",
            places=words.listed(f"{place} ({words.count(n)})" for place, n in most),
        )


def moved(before: Form, now: Form, order: Order, words: Words) -> list[Move]:
    """Residents' drivers, what moved most first; only where enough people were added."""
    plain = (replace(form.of(WEIGHTED), weighting=None) for form in (before, now))
    pairs = zip(*(read_all(form, words) for form in plain), strict=True)
    found = [Move(a, b) for a, b in pairs if min(a.n, b.n - a.n) >= order.minimum_cell]
    return sorted(found, key=lambda move: -abs(move.by))


def move_findings(moves: Sequence[Move], words: Words) -> Iterator[str]:
    if not moves:
        return
    most = [move for move in moves if abs(move.by) >= WORTH][:NAMED]
    if not most:
        yield words("Weak or very weak: no driver moved by a whole point.")
        return
    yield words(
        "Share weak or very weak, moved most: {drivers}.",
        drivers=words.listed(told(move, words) for move in most),
    )


def told(move: Move, words: Words) -> str:
    """*Health care from 41% to 44%, n 120 → 180*."""
    return words(
        "{driver} from {then} to {now} (n {before} → {after})",
        driver=move.now.label,
        then=words.percent(move.before.weak),
        now=words.percent(move.now.weak),
        before=words.count(move.before.n),
        after=words.count(move.now.n),
    )


def newly_shown(before: Form, now: Form, order: Order) -> list[str]:
    """Districts of which residents' number can be shown now, and could not be before."""
    old, new = (shown_districts(f.of(WEIGHTED), order.minimum_cell) for f in (before, now))
    district = now.question(question_names.DISTRICT)
    labels = now.choices(district) if district else {}
    return [labels.get(code, code) for code in new if code not in old]


def shown_districts(form: Form, minimum: int) -> list[str]:
    """Those with enough people, nothing hidden for the sake of another."""
    city, district = form.question(question_names.CITY), form.question(question_names.DISTRICT)
    if city is None or district is None:
        return []
    counts = form.crossed(district, form.each(city))
    parts = {
        str(code): [int(n) for n in row]
        for code, row in zip(counts.index, counts.to_numpy(), strict=True)
    }
    _, inner = hidden_within(form.tally(city), parts, minimum)
    return [
        code
        for place, row in parts.items()
        for code, count, hide in zip(counts.columns, row, inner[place], strict=True)
        if count >= minimum and not hide
    ]


def reached_findings(reached: Sequence[str], words: Words) -> Iterator[str]:
    if reached:
        rest = len(reached) - NAMED
        names = [*reached[:NAMED]]
        if rest > 0:
            names.append(words("{number} more", number=words.count(rest)))
        yield words("Now enough answers to be shown: {places}.", places=words.listed(names))


def new_results(held: Held, order: Order) -> list[Result]:
    """Ballots of which a round was revealed in the period."""
    session = held.session
    earlier = [move for move in session.moves if move.at < order.start]
    then = Session(session.workshop, session.ballots.values(), earlier)
    return [
        result
        for result in held.results
        if result.tally
        and result.standing.revealed[-1] not in then.standings[result.ballot.number].revealed
    ]


def result_findings(results: Sequence[tuple[Held, list[Result]]], words: Words) -> Iterator[str]:
    for held, fresh in results[:NAMED]:
        counts = Counter(result.outcome for result in fresh).most_common()
        outcomes = ", ".join(f"{words(OUTCOMES[o])}: {words.count(n)}" for o, n in counts)
        workshop = held.plan.title(words.language)
        yield words.many(
            "{workshop}: {number} new result ({outcomes}).",
            "{workshop}: {number} new results ({outcomes}).",
            len(fresh),
            workshop=workshop,
            outcomes=outcomes,
        )


def table(moves: Sequence[Move], words: Words) -> Iterator[Table]:
    columns = (
        Column("driver", words("Driver")),
        Column("before", words("Weak by then"), SHARE),
        Column("n_before", words("n by then"), COUNT),
        Column("now", words("Weak now"), SHARE),
        Column("n_now", words("n now"), COUNT),
        Column("by", words("Moved, in points"), COUNT, signed=True),
    )
    if moves:
        rows = [
            {
                "driver": move.now.label,
                "before": move.before.weak,
                "n_before": move.before.n,
                "now": move.now.weak,
                "n_now": move.now.n,
                "by": round(100 * move.by),
            }
            for move in moves
        ]
        title = words("Drivers before and since")
        yield Table.of("moves", title, columns, rows)

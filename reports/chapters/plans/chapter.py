"""What is planned and done already, for which driver, shock and stress; and where nothing is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from reports import question_names
from reports.chapters.elements import Chapter, KeyFigure, Picture
from reports.chapters.plans.tables import counted_table, covered_table, list_of, names_of
from reports.charts import stacked_bars
from reports.localizer import Words
from reports.measures.inventory import ACTIVE, Coverage
from reports.measures.plans import ADDRESSED, Inventory, read
from reports.reading.frames import Frames
from reports.request import Order


def chapter(frames: Frames, order: Order, words: Words) -> Chapter:
    """Gaps first; then what is done about what, by whom, in which stage."""
    title = words("Plans and programmes")
    form = frames.form_with(question_names.PLANS)
    if form is None:
        return Chapter("plans", title, (words("No wave with these questions has opened."),))
    found = read(form, order, words)
    return Chapter(
        key="plans",
        title=title,
        findings=tuple(findings(found, order, words)),
        key_figures=tuple(key_figures(found, words)),
        pictures=tuple(pictures(found, words)),
        tables=(
            covered_table(found, words),
            counted_table(found, order, words),
            names_of(found, words),
            list_of(found, words),
        ),
        notes=tuple(notes(words)),
    )


def findings(found: Inventory, order: Order, words: Words) -> Iterator[str]:
    if not found.plans:
        yield words("Nobody has told of a plan yet.")
        return
    for name, empty in found.gaps:
        yield words(
            "{kind} that no plan addresses directly: {names}.",
            kind=words(ADDRESSED[name]),
            names=words.listed(gap_name(c, words) for c in empty),
        )
    if not any(found.gaps):
        yield words("Every driver, shock and stress is addressed directly by at least one plan.")
    for name, covered in found.covered.items():
        fewest = [c for c in covered if not c.is_gap][:3]
        if fewest:
            yield words(
                "{kind} with the fewest direct plans, of those that have any: {names}.",
                kind=words(ADDRESSED[name]),
                names=words.listed(f"{c.label} ({words.count(c.direct)})" for c in fewest),
            )
    yield told_line(found, order, words)
    if found.repeated:
        yield words.many(
            "{number} plan was told of more than once, and is counted once.",
            "{number} plans were told of more than once, and are counted once.",
            len(found.repeated),
        )


def gap_name(c: Coverage, words: Words) -> str:
    """Something that nothing addresses; the plans that do so indirectly are said."""
    if not c.indirect:
        return c.label
    return words("{name} (indirectly: {number})", name=c.label, number=words.count(c.indirect))


def told_line(found: Inventory, order: Order, words: Words) -> str:
    """How many plans, by how many people unless these are too few to say."""
    active = sum(plan.said(question_names.STAGE) in ACTIVE for plan in found.plans)
    if found.people < order.minimum_cell:
        return words.many(
            "{number} plan was told of, {active} of them under way or done.",
            "{number} plans were told of, {active} of them under way or done.",
            len(found.plans),
            active=words.count(active),
        )
    return words.many(
        "{number} plan was told of by {people} participants, {active} of them under way or done.",
        "{number} plans were told of by {people} participants, {active} of them under way or done.",
        len(found.plans),
        people=words.count(found.people),
        active=words.count(active),
    )


def key_figures(found: Inventory, words: Words) -> Iterator[KeyFigure]:
    if not found.plans:
        return
    active = sum(plan.said(question_names.STAGE) in ACTIVE for plan in found.plans)
    detail = words("{active} under way or done", active=words.count(active))
    number = len(found.plans)
    yield KeyFigure(words("Plans and programmes"), words.count(number), detail, number)
    drivers = found.covered.get(question_names.DRIVERS, ())
    if drivers:
        least = drivers[0]
        alike = sum((c.direct, c.indirect) == (least.direct, least.indirect) for c in drivers)
        detail = words.many(
            "directly: {direct}; indirectly: {indirect}; no other as few",
            "directly: {direct}; indirectly: {indirect}; {number} as few",
            alike,
            direct=words.count(least.direct),
            indirect=words.count(least.indirect or 0),
        )
        yield KeyFigure(words("Driver with the fewest plans"), least.label, detail)


def pictures(found: Inventory, words: Words) -> Iterator[Picture]:
    """For drivers, shocks and stresses the plans that address each, the gaps first."""
    captions = {
        question_names.DRIVERS: words("Plans by the driver that they strengthen"),
        question_names.SHOCKS: words("Plans by the shock that they deal with"),
        question_names.STRESSES: words("Plans by the stress that they deal with"),
    }
    for name, covered in found.covered.items():
        if found.plans:
            gaps = [c.label for c in covered if c.is_gap]
            yield Picture(
                captions[name],
                words("Bars; nothing direct: {names}.", names=words.listed(gaps) or "–"),
                partial(
                    stacked_bars.addressed,
                    [
                        (
                            "",
                            [
                                stacked_bars.Addressed(c.label, c.direct, c.indirect or 0)
                                for c in covered
                            ],
                        )
                    ],
                    (words("directly"), words("only indirectly")),
                    words("no plan"),
                    words.count,
                ),
            )


def notes(words: Words) -> Iterator[str]:
    yield words(
        "Plans and their names as participants told of them: nobody has checked them, nor whether "
        "the list is complete. Plans of the same name and owner, however spelt, are counted once: "
        "what several people ticked is taken together, of single answers the most frequent one. "
        "The workbook has every entry."
    )
    yield words(
        "Directly: named as one of up to three drivers that a plan strengthens, or as a shock or "
        "stress that it deals with. Indirectly: named so of a driver; of a shock or stress, that "
        "the plan directly strengthens a driver to which the file of candidates gives it."
    )

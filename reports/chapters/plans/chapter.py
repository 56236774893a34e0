"""What is planned and done already, for which driver, shock and stress; and where nothing is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from reports import question_names
from reports.chapters.elements import Chapter, KeyFigure, Picture
from reports.chapters.leader_texts import build_leader_figure, format_leaders
from reports.chapters.plans.tables import (
    build_plan_counts_table,
    build_plan_coverage_table,
    build_plan_list_table,
    build_plan_names_table,
)
from reports.charts import stacked_bars
from reports.localizer import Localizer
from reports.measures.inventory import ACTIVE_STAGES, PlanCoverage
from reports.measures.plan_coverage import TARGET_KINDS, PlanInventory, read_plan_inventory
from reports.reading.frames import Frames
from reports.request import ReportRequest
from reports.statistics.leaders import find_leaders


def build_plans_chapter(frames: Frames, order: ReportRequest, words: Localizer) -> Chapter:
    """Gaps first; then what is done about what, by whom, in which stage."""
    title = words("Plans and programmes")
    form = frames.find_form(question_names.PLANS)
    if form is None:
        return Chapter("plans", title, (words("No wave with these questions has opened."),))
    found = read_plan_inventory(form, order, words)
    return Chapter(
        key="plans",
        title=title,
        findings=tuple(list_findings(found, order, words)),
        key_figures=tuple(list_key_figures(found, words)),
        pictures=tuple(draw_pictures(found, words)),
        tables=(
            build_plan_coverage_table(found, words),
            build_plan_counts_table(found, order, words),
            build_plan_names_table(found, words),
            build_plan_list_table(found, words),
        ),
        notes=tuple(list_notes(words)),
    )


def list_findings(found: PlanInventory, order: ReportRequest, words: Localizer) -> Iterator[str]:
    if not found.plans:
        yield words("Nobody has told of a plan yet.")
        return
    for name, empty in found.gaps:
        yield words(
            "{kind} that no plan addresses directly: {names}.",
            kind=words(TARGET_KINDS[name]),
            names=words.join_items(name_gap(c, words) for c in empty),
        )
    # Of what was not asked nothing is known to be addressed.
    if not any(found.gaps) and set(found.coverage) == set(TARGET_KINDS):
        yield words("Every driver, shock and stress is addressed directly by at least one plan.")
    for name, covered in found.coverage.items():
        addressed = [c for c in covered if not c.is_gap]
        if fewest := find_leaders(addressed, lambda c: c.direct, lowest=True):
            yield words(
                "{kind} with the fewest direct plans, of those that have any: {names}.",
                kind=words(TARGET_KINDS[name]),
                names=format_leaders(
                    fewest, lambda c: f"{c.label} ({words.format_count(c.direct)})", words
                ),
            )
    yield summarize_plans(found, order, words)
    if found.repeated_plans:
        yield words.translate_plural(
            "{number} plan was told of more than once, and is counted once.",
            "{number} plans were told of more than once, and are counted once.",
            len(found.repeated_plans),
        )


def name_gap(c: PlanCoverage, words: Localizer) -> str:
    """Something that nothing addresses; the plans that do so indirectly are said."""
    if not c.indirect:
        return c.label
    return words(
        "{name} (indirectly: {number})", name=c.label, number=words.format_count(c.indirect)
    )


def summarize_plans(found: PlanInventory, order: ReportRequest, words: Localizer) -> str:
    """How many plans, by how many people unless these are too few to say."""
    active = sum(
        plan.get_usual_answer(question_names.PLAN_STAGE) in ACTIVE_STAGES for plan in found.plans
    )
    if found.people < order.minimum_cell:
        return words.translate_plural(
            "{number} plan was told of, {active} of them under way or done.",
            "{number} plans were told of, {active} of them under way or done.",
            len(found.plans),
            active=words.format_count(active),
        )
    return words.translate_plural(
        "{number} plan was told of by {people} participants, {active} of them under way or done.",
        "{number} plans were told of by {people} participants, {active} of them under way or done.",
        len(found.plans),
        people=words.format_count(found.people),
        active=words.format_count(active),
    )


def list_key_figures(found: PlanInventory, words: Localizer) -> Iterator[KeyFigure]:
    if not found.plans:
        return
    active = sum(
        plan.get_usual_answer(question_names.PLAN_STAGE) in ACTIVE_STAGES for plan in found.plans
    )
    detail = words("{active} under way or done", active=words.format_count(active))
    number = len(found.plans)
    yield KeyFigure(words("Plans and programmes"), words.format_count(number), detail, number)
    yield from build_leader_figure(
        words("Driver with the fewest direct plans"),
        find_leaders(
            found.coverage.get(question_names.DRIVERS, ()), lambda c: c.direct, lowest=True
        ),
        lambda c: c.label,
        lambda alike: words("directly: {direct}", direct=words.format_count(alike[0].direct)),
        words,
    )


def draw_pictures(found: PlanInventory, words: Localizer) -> Iterator[Picture]:
    """For drivers, shocks and stresses the plans that address each, the gaps first."""
    captions = {
        question_names.DRIVERS: words("Plans by the driver that they strengthen"),
        question_names.SHOCKS: words("Plans by the shock that they deal with"),
        question_names.STRESSES: words("Plans by the stress that they deal with"),
    }
    for name, covered in found.coverage.items():
        if found.plans:
            gaps = [c.label for c in covered if c.is_gap]
            yield Picture(
                captions[name],
                words("Bars; nothing direct: {names}.", names=words.join_items(gaps) or "–"),
                partial(
                    stacked_bars.draw_plan_bars,
                    [
                        (
                            "",
                            [
                                stacked_bars.PlanBar(c.label, c.direct, c.indirect or 0)
                                for c in covered
                            ],
                        )
                    ],
                    (words("directly"), words("only indirectly")),
                    words("no plan"),
                    words.format_count,
                ),
            )


def list_notes(words: Localizer) -> Iterator[str]:
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

"""The briefing: what participants should know before they judge, as cards to page through."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from bot.callbacks.workshop_callbacks import ConfirmBriefing
from bot.screens.screen import Button, Screen, escape_html, format_bold, join_paragraphs
from bot.screens.workshop.ballot_text import format_scale_anchors
from bot.screens.workshop.workshop_view import WorkshopView
from survey.rounding import round_percent


def draw_briefing_screen(view: WorkshopView) -> Screen:
    """The page of the briefing that somebody turned to."""
    pages = [page for page in (write(view) for write in BRIEFING_PAGES) if page]
    number = min(view.page.number, len(pages) - 1)
    t = view.t
    paging = (
        *[view.build_view_button(t("‹ Back"), "brief", number - 1)] * (number > 0),
        *[view.build_view_button(t("Next ›"), "brief", number + 1)] * (number < len(pages) - 1),
    )
    is_last = number == len(pages) - 1
    done = (Button(t("Got it ✓"), ConfirmBriefing(view.short_id)),) if is_last else ()
    later = (view.build_view_button(t("Later"), ""),) if not is_last else ()
    count = t("{here} of {total}", here=number + 1, total=len(pages))
    return Screen(join_paragraphs(f"📖 {count}", pages[number]), (done, paging, later))


def explain_network(view: WorkshopView) -> str:
    """What the programme is."""
    t = view.t
    return join_paragraphs(
        format_bold(t("Why we meet")),
        t(
            "100 Resilient Cities is a network of cities that prepare for sudden disasters and for "
            "everyday problems. {city} joined in 2016.",
            city=escape_html(view.about.city),
        ),
        t(
            "The first step is a preliminary assessment: what people see, which assets are "
            "fragile, what is being done already. Today is about the assets."
        ),
    )


def explain_resilience(view: WorkshopView) -> str:
    """Resilience and its four dimensions with twelve drivers."""
    t = view.t
    return join_paragraphs(
        format_bold(t("What resilience means")),
        t(
            "A resilient city keeps going, adapts and grows, whatever stresses and shocks it "
            "meets. We look at 4 dimensions with 3 drivers each:"
        ),
        t(
            "<b>Health and wellbeing</b>\n1 basic needs · 2 jobs · 3 health care\n\n"
            "<b>Economy and society</b>\n4 living together · 5 safety and justice · 6 a strong "
            "economy\n\n"
            "<b>Infrastructure and environment</b>\n7 protection by nature and structures · "
            "8 services that keep running · 9 transport and communication\n\n"
            "<b>Leadership and strategy</b>\n10 leadership · 11 citizens who take part · "
            "12 long-term planning"
        ),
    )


def format_day_programme(view: WorkshopView) -> str:
    """The day; nothing if it is not fixed."""
    slots = view.plan.programme
    if not slots:
        return ""
    day = view.plan.held_at.astimezone(view.about.zone)
    lines = [
        f"{escape_html(time)}  "
        f"{escape_html(words.get(view.t.language) or next(iter(words.values()), ''))}"
        for time, words in slots
    ]
    return join_paragraphs(
        format_bold(view.t("Programme of {day}", day=view.format_day(day))), "\n".join(lines)
    )


def explain_roles(view: WorkshopView) -> str:
    """What participants are there for."""
    t = view.t
    return join_paragraphs(
        format_bold(t("Your three roles")),
        t("1. <b>Source</b>: you know these assets; share data and experience."),
        t("2. <b>Judge</b>: you rate for yourself, and confirm or correct earlier ratings."),
        t("3. <b>Resilience agent</b>: you carry the results to your office and your neighbours."),
    )


def format_people_share(view: WorkshopView, share: float) -> str:
    """A share (0-1) as people say it: ``3 of 4``; in per cent where no small group has it."""
    part = Fraction(share).limit_denominator(10)
    if float(part) != share:
        return f"{round_percent(share)}%"
    return view.t("{here} of {total}", here=part.numerator, total=part.denominator)


def explain_voting(view: WorkshopView) -> str:
    """The scale, the rounds and when there is agreement."""
    t, workshop = view.t, view.plan.workshop
    rule = workshop.rule
    narrow = t(
        "; half of them are at most {n} points apart",
        n=f"{rule.iqr:g}",
    )
    return join_paragraphs(
        format_bold(t("How we vote")),
        format_scale_anchors(view),
        t(
            "Each ballot has at most {n} rounds. Results stay hidden until voting closes; nobody "
            "sees who voted what.",
            n=workshop.rounds,
        ),
        t(
            "Agreed: at least {share} of the people who rate give nearly the same value (at most "
            "one point from the middle one), {least} ratings or more{narrow}.",
            share=format_people_share(view, rule.within_one),
            narrow=narrow if rule.iqr is not None else "",
            least=rule.least,
        ),
        t("“Don't know” and “not my field” are good answers too; they do not count as ratings."),
    )


BRIEFING_PAGES: tuple[Callable[[WorkshopView], str], ...] = (
    explain_network,
    explain_resilience,
    format_day_programme,
    explain_roles,
    explain_voting,
)

"""The briefing: what participants should know before they judge, as cards to page through."""

from __future__ import annotations

from collections.abc import Callable

from bot.callbacks.workshop_callbacks import Briefed
from bot.screens.screen import Button, Screen, bold, paragraphs, safe
from bot.screens.workshop.ballot_text import Here, anchors


def briefing(here: Here) -> Screen:
    """One of its pages."""
    made = [page for page in (write(here) for write in PAGES) if page]
    at = min(here.sight.number, len(made) - 1)
    t = here.t
    paging = (
        *[here.see(t("‹ Back"), "brief", at - 1)] * (at > 0),
        *[here.see(t("Next ›"), "brief", at + 1)] * (at < len(made) - 1),
    )
    last = at == len(made) - 1
    done = (Button(t("Got it ✓"), Briefed(here.mark)),) if last else ()
    later = (here.see(t("Later"), ""),) if not last else ()
    count = t("{here} of {total}", here=at + 1, total=len(made))
    return Screen(paragraphs(f"📖 {count}", made[at]), (done, paging, later))


def why_here(here: Here) -> str:
    """What the programme is."""
    t = here.t
    return paragraphs(
        bold(t("Why we meet")),
        t(
            "100 Resilient Cities is a network of cities that prepare for sudden disasters and for "
            "everyday problems. {city} joined in 2016.",
            city=safe(here.about.city),
        ),
        t(
            "The first step is a preliminary assessment: what people see, which assets are "
            "fragile, what is being done already. Today is about the assets."
        ),
    )


def concept(here: Here) -> str:
    """Resilience and its four dimensions with twelve drivers."""
    t = here.t
    return paragraphs(
        bold(t("What resilience means")),
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


def programme(here: Here) -> str:
    """The day; nothing if it is not fixed."""
    slots = here.plan.programme
    if not slots:
        return ""
    day = here.plan.held_at.astimezone(here.about.zone)
    lines = [
        f"{safe(time)}  {safe(words.get(here.t.language) or next(iter(words.values()), ''))}"
        for time, words in slots
    ]
    return paragraphs(bold(here.t("Programme of {day}", day=here.day(day))), "\n".join(lines))


def roles(here: Here) -> str:
    """What participants are there for."""
    t = here.t
    return paragraphs(
        bold(t("Your three roles")),
        t("1. <b>Source</b>: you know these assets; share data and experience."),
        t("2. <b>Judge</b>: you rate for yourself, and confirm or correct earlier ratings."),
        t("3. <b>Resilience agent</b>: you carry the results to your office and your neighbours."),
    )


def voting(here: Here) -> str:
    """The scale, the rounds and when there is agreement."""
    t, workshop = here.t, here.plan.workshop
    rule = workshop.rule
    share = f"{round(100 * rule.within_one)}%"
    narrow = t(
        "and the middle half spans at most {n} points",
        n=f"{rule.iqr:g}",
    )
    return paragraphs(
        bold(t("How we vote")),
        anchors(here),
        t(
            "Each ballot has at most {n} rounds. Results stay hidden until voting closes; nobody "
            "sees who voted what.",
            n=workshop.rounds,
        ),
        t(
            "We speak of agreement if at least {share} of the ratings lie within one point of the "
            "median{narrow}, from {least} ratings on.",
            share=share,
            narrow=f" {narrow}" if rule.iqr is not None else "",
            least=rule.least,
        ),
        t("“Don't know” and “not my field” are good answers too; they do not count as ratings."),
    )


PAGES: tuple[Callable[[Here], str], ...] = (why_here, concept, programme, roles, voting)

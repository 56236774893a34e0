"""Which report? The choices of a secretariat's chat, drawn into one message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.callbacks.report_choice import Wish
from bot.callbacks.workshop_callbacks import mark
from bot.screens.screen import (
    BUTTON,
    Button,
    Rows,
    Screen,
    bold,
    column,
    paragraphs,
    rowed,
    safe,
    shortened,
)
from bot.translation import LANGUAGES, Texts

ALL = "all"
PERIODS = ("new", "last", "month", "all")
#: Of more waves or workshops than this the newest are offered.
MOST = 20


@dataclass(frozen=True, slots=True)
class Offered:
    """What there is to choose from: of each kind with a scope its waves or workshops, by id.

    ``language`` is the chat's own, ``languages`` all that it can have.
    """

    scopes: Mapping[str, Mapping[str, str]]
    languages: tuple[str, ...]
    language: str

    def marked(self, kind: str) -> dict[str, tuple[str, str]]:
        """The newest waves or workshops of a kind: mark -> id and name."""
        newest = list(self.scopes.get(kind, {}).items())[-MOST:]
        return {mark(id_): (id_, name) for id_, name in newest}

    def kinds(self, t: Texts) -> dict[str, str]:
        """The kinds of reports and what they are called; none of workshops before there is one."""
        every = {
            "weekly": t("Weekly"),
            "wave": t("Wave"),
            "workshop": t("Workshop"),
            "pra": t("PRA (everything)"),
        }
        return {kind: name for kind, name in every.items() if self.scopes.get(kind) != {}}

    def fits(self, wish: Wish, t: Texts) -> bool:
        """Whether what was chosen can be chosen."""
        return (
            wish.kind in ("", *self.kinds(t))
            and wish.scope in ("", ALL, *self.marked(wish.kind))
            and wish.period in ("", *PERIODS)
            and wish.language in ("", *self.languages)
        )

    def complete(self, wish: Wish) -> bool:
        """Whether nothing is left to choose."""
        return all((wish.kind, wish.scope, wish.period, wish.language))


def reporting_screen(wish: Wish, offered: Offered, t: Texts) -> Screen:
    """The page of the choices that a button wants."""
    pages = {"scope": scopes, "period": periods, "language": languages}
    draw = pages.get(wish.page)
    if draw is None or not wish.kind:
        return kinds(offered, t)
    return Screen(
        paragraphs(bold(t("📄 Which report?")), safe(chosen(wish, offered, t))),
        (*draw(wish, offered, t), (Button(t("‹ Back"), Wish()),)),
    )


def kinds(offered: Offered, t: Texts) -> Screen:
    """The first page; what is wanted most is one tap away."""
    likeliest = Wish("make", "weekly", ALL, "new", offered.language)
    named = [
        Button(name, following(Wish("kind", kind), offered))
        for kind, name in offered.kinds(t).items()
    ]
    return Screen(
        paragraphs(bold(t("📄 Which report?")), t("It comes into this chat.")),
        (
            (Button(t("📄 Weekly report up to now"), likeliest),),
            *rowed(named, 2),
            (Button(t("✕ Close"), Wish("close")),),
        ),
    )


def scopes(wish: Wish, offered: Offered, t: Texts) -> Rows:
    """Which wave, or which workshop."""
    every = t("All waves") if wish.kind == "wave" else t("All workshops")
    marks = offered.marked(wish.kind).items()
    named = {ALL: every} | {scope: name for scope, (_, name) in marks}
    return column(
        [
            Button(shortened(name, BUTTON), following(replace(wish, scope=scope), offered))
            for scope, name in named.items()
        ]
    )


def periods(wish: Wish, offered: Offered, t: Texts) -> Rows:
    """Of the weekly report what is to be called new; of the others up to when."""
    return column(
        [
            Button(name, following(replace(wish, period=period), offered))
            for period, name in period_names(wish.kind, t).items()
        ]
    )


def languages(wish: Wish, offered: Offered, t: Texts) -> Rows:
    """In which language; the tap orders the report."""
    return column(
        [
            Button(language_name(code, t), replace(wish, page="make", language=code))
            for code in offered.languages
        ]
    )


def following(wish: Wish, offered: Offered) -> Wish:
    """The wish with the next thing that is to be chosen; where there is no choice, it is made."""
    several = len(offered.scopes.get(wish.kind, ())) > 1
    if not wish.scope and several:
        return replace(wish, page="scope")
    wish = replace(wish, scope=wish.scope or ALL)
    if wish.kind == "workshop":
        wish = replace(wish, period=ALL)
    if not wish.period:
        return replace(wish, page="period")
    if len(offered.languages) > 1:
        return replace(wish, page="language")
    return replace(wish, page="make", language=offered.language)


def chosen(wish: Wish, offered: Offered, t: Texts) -> str:
    """What was chosen so far, in one line."""
    _, scope = offered.marked(wish.kind).get(wish.scope, ("", ""))
    period = period_names(wish.kind, t).get(wish.period, "")
    language = language_name(wish.language, t) if wish.language else ""
    said = (offered.kinds(t).get(wish.kind, ""), scope, period, language)
    return " · ".join(word for word in said if word)


def period_names(kind: str, t: Texts) -> dict[str, str]:
    """The periods of a kind and what they are called; a workshop has its own day."""
    if kind == "workshop":
        return {}
    if kind != "weekly":
        return {"all": t("All up to now"), "last": t("All up to last Monday")}
    return {
        "new": t("Since the last report"),
        "last": t("Last week"),
        "month": t("The last 30 days"),
        "all": t("Since the start"),
    }


def language_name(code: str, t: Texts) -> str:
    """A language by its own name; of two, that it is both."""
    return LANGUAGES.get(code) or t("Both languages")


def being_made(wish: Wish, offered: Offered, t: Texts) -> Screen:
    """What stands there while the report is made."""
    return Screen(
        paragraphs(t("⏳ The report is being prepared …"), safe(chosen(wish, offered, t)))
    )


def closed(t: Texts) -> Screen:
    """No report after all."""
    return Screen(t("Closed. /laporan brings the choices again."))

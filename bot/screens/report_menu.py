"""Which report? The choices of a secretariat's chat, drawn into one message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.callbacks.report_choice import ReportChoice
from bot.callbacks.workshop_callbacks import shorten_id
from bot.screens.screen import (
    BUTTON_LENGTH,
    Button,
    ButtonRows,
    Screen,
    arrange_in_column,
    arrange_in_rows,
    escape_html,
    format_bold,
    join_paragraphs,
    truncate_text,
)
from bot.translation import LANGUAGE_NAMES, Translator
from reports.report_kinds import REPORT_KINDS, ReportSubject, get_definition
from reports.request import ReportKind

ALL = "all"
REPORT_PERIODS = ("new", "last", "month", "all")
#: Of more waves or workshops than this the newest are offered.
MAX_SCOPES = 20


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """What there is to choose from: of each kind with a scope its waves or workshops, by id.

    ``language`` is the chat's own, ``languages`` all that it can have.
    """

    scopes: Mapping[str, Mapping[str, str]]
    languages: tuple[str, ...]
    language: str

    def list_scopes(self, kind: str) -> dict[str, tuple[str, str]]:
        """The newest waves or workshops of a kind: mark -> id and name."""
        newest = list(self.scopes.get(kind, {}).items())[-MAX_SCOPES:]
        return {shorten_id(id_): (id_, name) for id_, name in newest}

    def list_kinds(self, t: Translator) -> dict[str, str]:
        """The kinds of reports and what they are called; none of workshops before there is one."""
        names = {
            ReportKind.WEEKLY: t("Weekly"),
            ReportKind.WAVE: t("Wave"),
            ReportKind.WORKSHOP: t("Workshop"),
            ReportKind.PRA: t("PRA (everything)"),
        }
        return {kind: names[kind] for kind in REPORT_KINDS if self.scopes.get(kind) != {}}

    def allows_choice(self, wish: ReportChoice, t: Translator) -> bool:
        """Whether what was chosen can be chosen."""
        return (
            wish.kind in ("", *self.list_kinds(t))
            and wish.scope in ("", ALL, *self.list_scopes(wish.kind))
            and wish.period in ("", *REPORT_PERIODS)
            and wish.language in ("", *self.languages)
        )

    def is_complete(self, wish: ReportChoice) -> bool:
        """Whether nothing is left to choose."""
        return all((wish.kind, wish.scope, wish.period, wish.language))


def draw_report_menu(wish: ReportChoice, offered: ReportOptions, t: Translator) -> Screen:
    """The page of the choices that a button wants."""
    pages = {
        "scope": build_scope_rows,
        "period": build_period_rows,
        "language": build_language_rows,
    }
    draw = pages.get(wish.page)
    if draw is None or not wish.kind:
        return draw_kind_menu(offered, t)
    return Screen(
        join_paragraphs(
            format_bold(t("📄 Which report?")), escape_html(format_report_choice(wish, offered, t))
        ),
        (*draw(wish, offered, t), (Button(t("‹ Back"), ReportChoice()),)),
    )


def draw_kind_menu(offered: ReportOptions, t: Translator) -> Screen:
    """The first page; what is wanted most is one tap away."""
    likeliest = ReportChoice("make", ReportKind.WEEKLY, ALL, "new", offered.language)
    named = [
        Button(name, advance_report_choice(ReportChoice("kind", kind), offered))
        for kind, name in offered.list_kinds(t).items()
    ]
    return Screen(
        join_paragraphs(format_bold(t("📄 Which report?")), t("It comes into this chat.")),
        (
            (Button(t("📄 Weekly report up to now"), likeliest),),
            *arrange_in_rows(named, 2),
            (Button(t("✕ Close"), ReportChoice("close")),),
        ),
    )


def build_scope_rows(wish: ReportChoice, offered: ReportOptions, t: Translator) -> ButtonRows:
    """Which wave, or which workshop."""
    every = (
        t("All waves")
        if get_definition(wish.kind).subject is ReportSubject.WAVE
        else t("All workshops")
    )
    marks = offered.list_scopes(wish.kind).items()
    named = {ALL: every} | {scope: name for scope, (_, name) in marks}
    return arrange_in_column(
        [
            Button(
                truncate_text(name, BUTTON_LENGTH),
                advance_report_choice(replace(wish, scope=scope), offered),
            )
            for scope, name in named.items()
        ]
    )


def build_period_rows(wish: ReportChoice, offered: ReportOptions, t: Translator) -> ButtonRows:
    """Of the weekly report what is to be called new; of the others up to when."""
    return arrange_in_column(
        [
            Button(name, advance_report_choice(replace(wish, period=period), offered))
            for period, name in list_period_names(wish.kind, t).items()
        ]
    )


def build_language_rows(wish: ReportChoice, offered: ReportOptions, t: Translator) -> ButtonRows:
    """In which language; the tap orders the report."""
    return arrange_in_column(
        [
            Button(name_report_language(code, t), replace(wish, page="make", language=code))
            for code in offered.languages
        ]
    )


def advance_report_choice(wish: ReportChoice, offered: ReportOptions) -> ReportChoice:
    """The wish with the next thing that is to be chosen; where there is no choice, it is made."""
    several = len(offered.scopes.get(wish.kind, ())) > 1
    if not wish.scope and several:
        return replace(wish, page="scope")
    wish = replace(wish, scope=wish.scope or ALL)
    if get_definition(wish.kind).subject is ReportSubject.WORKSHOP:
        wish = replace(wish, period=ALL)
    if not wish.period:
        return replace(wish, page="period")
    if len(offered.languages) > 1:
        return replace(wish, page="language")
    return replace(wish, page="make", language=offered.language)


def format_report_choice(wish: ReportChoice, offered: ReportOptions, t: Translator) -> str:
    """What was chosen so far, in one line."""
    _, scope = offered.list_scopes(wish.kind).get(wish.scope, ("", ""))
    period = list_period_names(wish.kind, t).get(wish.period, "")
    language = name_report_language(wish.language, t) if wish.language else ""
    said = (offered.list_kinds(t).get(wish.kind, ""), scope, period, language)
    return " · ".join(word for word in said if word)


def list_period_names(kind: str, t: Translator) -> dict[str, str]:
    """The periods of a kind and what they are called; a workshop has its own day."""
    definition = get_definition(kind)
    if definition.subject is ReportSubject.WORKSHOP:
        return {}
    if not definition.is_periodic:
        return {"all": t("All up to now"), "last": t("All up to last Monday")}
    return {
        "new": t("Since the last report"),
        "last": t("Last week"),
        "month": t("The last 30 days"),
        "all": t("Since the start"),
    }


def name_report_language(code: str, t: Translator) -> str:
    """A language by its own name; of two, that it is both."""
    return LANGUAGE_NAMES.get(code) or t("Both languages")


def draw_report_pending(wish: ReportChoice, offered: ReportOptions, t: Translator) -> Screen:
    """What stands there while the report is made."""
    return Screen(
        join_paragraphs(
            t("⏳ The report is being prepared …"),
            escape_html(format_report_choice(wish, offered, t)),
        )
    )


def draw_report_menu_closed(t: Translator) -> Screen:
    """No report after all."""
    return Screen(t("Closed. /laporan brings the choices again."))

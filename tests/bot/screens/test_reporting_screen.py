"""The choices before a report: complete, short enough, and never a dead end."""

from __future__ import annotations

from itertools import product

import pytest

from bot.callbacks import codec
from bot.callbacks.report_choice import ReportChoice
from bot.jobs.report_sender import format_absence, format_notice
from bot.screens.report_menu import ReportOptions, draw_report_menu
from bot.screens.screen import BUTTON_LENGTH, Screen
from bot.translation import get_translator
from reports.request import ReportFormat, ReportKind

NAME = "Lokakarya tentang semua aset yang penting bagi Jakarta"
LONG = "lokakarya-ketahanan-aset-dan-infrastruktur-vital-jakarta-2026-2027"[:64]


def offered(
    waves: int, workshops: int, languages: tuple[str, ...] = ("id", "en", "id+en")
) -> ReportOptions:
    names = {"wave": waves, "workshop": workshops}
    scopes = {
        kind: {f"{LONG[:60]}-{n}": f"{n}. {NAME}" for n in range(many)}
        for kind, many in names.items()
    }  # fmt: skip
    return ReportOptions(scopes, languages, languages[-1])


def buttons(screen: Screen) -> dict[str, ReportChoice]:
    found = {button.label: button.callback for row in screen.rows for button in row}
    assert all(isinstance(tap, ReportChoice) for tap in found.values())
    return {label: tap for label, tap in found.items() if isinstance(tap, ReportChoice)}


def ways(start: ReportChoice, choice: ReportOptions, language: str) -> set[ReportChoice]:
    """Every report that can be ordered from a page on, by tapping."""
    t = get_translator(language)
    screen = draw_report_menu(start, choice, t)
    assert 0 < len(screen.text) < 1000
    found: set[ReportChoice] = set()
    for label, wish in buttons(screen).items():
        assert 0 < len(label) <= BUTTON_LENGTH
        assert len(codec.encode_callback(wish).encode()) <= codec.MAX_BYTES
        assert codec.parse_callback(codec.encode_callback(wish)) == wish
        assert choice.allows_choice(wish, t)
        if wish.page == "make":
            assert choice.is_complete(wish)
            found.add(wish)
        elif wish.kind:
            found |= ways(wish, choice, language)
    return found


@pytest.mark.parametrize(
    ("waves", "workshops", "languages", "language"),
    [
        (waves, workshops, languages, language)
        for waves, workshops, languages, language in product(
            (0, 1, 3), (0, 1, 30), (("id",), ("id", "en", "id+en")), ("id", "en")
        )
    ],
)
def test_every_choice_leads_to_a_report_within_telegrams_limits(
    waves: int, workshops: int, languages: tuple[str, ...], language: str
) -> None:
    choice = offered(waves, workshops, languages)
    orders = ways(ReportChoice(), choice, language)
    kinds = (
        {"weekly", "pra"} | ({"wave"} if waves else set()) | ({"workshop"} if workshops else set())
    )
    assert {order.kind for order in orders} == kinds
    assert {order.language for order in orders} == set(languages)
    assert {order.period for order in orders if order.kind == "weekly"} == {
        "new", "last", "month", "all"
    }  # fmt: skip
    assert {order.period for order in orders if order.kind == "pra"} == {"all", "last"}
    scopes = {order.scope for order in orders if order.kind == "workshop"}
    assert len(scopes) == {0: 0, 1: 1, 30: 21}[workshops]


def test_the_likeliest_report_is_one_tap_away_in_the_chats_own_language() -> None:
    first = next(
        iter(buttons(draw_report_menu(ReportChoice(), offered(2, 0), get_translator("en"))).items())
    )
    assert first == (
        "📄 Weekly report up to now", ReportChoice("make", "weekly", "all", "new", "id+en")
    )  # fmt: skip


def test_a_workshop_is_asked_for_by_name_and_without_a_period() -> None:
    choice, t = offered(0, 2), get_translator("en")
    first = buttons(draw_report_menu(ReportChoice(), choice, t))["Workshop"]
    names = buttons(draw_report_menu(first, choice, t))
    assert next(iter(names)) == "All workshops"
    chosen = next(wish for label, wish in names.items() if label.startswith("0. "))
    screen = draw_report_menu(chosen, choice, t)
    assert "Bahasa Indonesia" in buttons(screen)
    assert f"0. {NAME}" in screen.text
    assert "Since the start" not in screen.text


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_kind_of_report_has_a_name_of_its_own_in_the_menu(language: str) -> None:
    names = offered(1, 1).list_kinds(get_translator(language))
    assert list(names) == list(ReportKind)
    assert len(set(names.values())) == len(ReportKind)


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_format_has_a_notice_until_it_comes_and_words_for_when_it_does_not(
    language: str,
) -> None:
    t = get_translator(language)
    for format_text in (format_notice, format_absence):
        assert len({format_text(part, t) for part in ReportFormat}) == len(ReportFormat)


def test_going_back_begins_again() -> None:
    choice, t = offered(2, 2), get_translator("id")
    for wish in (
        ReportChoice("scope", "wave"),
        ReportChoice("period", "weekly", "all"),
        ReportChoice("nowhere", "pra"),
    ):
        screen = draw_report_menu(wish, choice, t)
        again = buttons(screen).get("‹ Kembali", ReportChoice())
        assert draw_report_menu(again, choice, t) == draw_report_menu(ReportChoice(), choice, t)

"""The choices before a report: complete, short enough, and never a dead end."""

from __future__ import annotations

from itertools import product

import pytest

from bot.callbacks import codec
from bot.callbacks.report_choice import Wish
from bot.screens.report_menu import Offered, reporting_screen
from bot.screens.screen import BUTTON, Screen
from bot.translation import texts

NAME = "Lokakarya tentang semua aset yang penting bagi Jakarta"
LONG = "lokakarya-ketahanan-aset-dan-infrastruktur-vital-jakarta-2026-2027"[:64]


def offered(
    waves: int, workshops: int, languages: tuple[str, ...] = ("id", "en", "id+en")
) -> Offered:
    names = {"wave": waves, "workshop": workshops}
    scopes = {
        kind: {f"{LONG[:60]}-{n}": f"{n}. {NAME}" for n in range(many)}
        for kind, many in names.items()
    }  # fmt: skip
    return Offered(scopes, languages, languages[-1])


def buttons(screen: Screen) -> dict[str, Wish]:
    found = {button.label: button.tap for row in screen.rows for button in row}
    assert all(isinstance(tap, Wish) for tap in found.values())
    return {label: tap for label, tap in found.items() if isinstance(tap, Wish)}


def ways(start: Wish, choice: Offered, language: str) -> set[Wish]:
    """Every report that can be ordered from a page on, by tapping."""
    t = texts(language)
    screen = reporting_screen(start, choice, t)
    assert 0 < len(screen.text) < 1000
    found: set[Wish] = set()
    for label, wish in buttons(screen).items():
        assert 0 < len(label) <= BUTTON
        assert len(codec.write(wish).encode()) <= codec.LONGEST
        assert codec.read(codec.write(wish)) == wish
        assert choice.fits(wish, t)
        if wish.page == "make":
            assert choice.complete(wish)
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
    orders = ways(Wish(), choice, language)
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
    first = next(iter(buttons(reporting_screen(Wish(), offered(2, 0), texts("en"))).items()))
    assert first == (
        "📄 Weekly report up to now", Wish("make", "weekly", "all", "new", "id+en")
    )  # fmt: skip


def test_a_workshop_is_asked_for_by_name_and_without_a_period() -> None:
    choice, t = offered(0, 2), texts("en")
    first = buttons(reporting_screen(Wish(), choice, t))["Workshop"]
    names = buttons(reporting_screen(first, choice, t))
    assert next(iter(names)) == "All workshops"
    chosen = next(wish for label, wish in names.items() if label.startswith("0. "))
    screen = reporting_screen(chosen, choice, t)
    assert "Bahasa Indonesia" in buttons(screen)
    assert f"0. {NAME}" in screen.text
    assert "Since the start" not in screen.text


def test_going_back_begins_again() -> None:
    choice, t = offered(2, 2), texts("id")
    for wish in (Wish("scope", "wave"), Wish("period", "weekly", "all"), Wish("nowhere", "pra")):
        screen = reporting_screen(wish, choice, t)
        again = buttons(screen).get("‹ Kembali", Wish())
        assert reporting_screen(again, choice, t) == reporting_screen(Wish(), choice, t)

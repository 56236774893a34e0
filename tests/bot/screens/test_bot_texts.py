"""What the bot says: complete in both languages, and within what Telegram can show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bot.callbacks import codec
from bot.callbacks.participation_callbacks import GiveConsent
from bot.screens.bot_info import BotInfo
from bot.screens.consent import draw_consent_screen
from bot.screens.current_screen import draw_current_screen
from bot.screens.screen import Screen
from bot.screens.thanks import draw_thanks_screen
from bot.screens.view_state import ViewState
from bot.screens.withdrawal import draw_receipt_screen, draw_withdrawal_screen
from bot.telegram.message_arguments import build_message_arguments
from bot.translation import get_translator
from survey.interview.interview import Interview
from survey.interview.question_order import REVIEW
from survey.interview.steps import Step, StepRefusalReason
from survey.people import Respondent, Role, Wave
from survey.services.snapshot import (
    AnyNotice,
    FileTooLarge,
    Notice,
    Receipt,
    Snapshot,
    WorkshopLeft,
)
from survey.store.contacts import Contact
from survey.store.interviews import InterviewRow
from tests.bot.running_bot import ROOT
from tests.survey.form_helpers import load_shipped_form

NOW = datetime(2026, 11, 20, tzinfo=UTC)
ABOUT = BotInfo("suara_jakarta_bot", "Jakarta", "Sekretariat <J>", 24, 90, ("id", "en"))
PLACEHOLDER = re.compile(r"\{(\w*)\}")
#: The largest number that an interview can have.
LARGEST = 2**40 - 1
#: All that a person can be told besides their question.
NOTICES = (*Notice, *StepRefusalReason, FileTooLarge(20), WorkshopLeft("LOKA-7K3MX"))


def said() -> set[str]:
    """Every message that stands in the code."""
    found = extract_from_dir(
        ROOT / "bot",
        [("**.py", "python"), ("**.html", "jinja2")],
        keywords={"t": None},
        comment_tags=(),
    )
    return {message for _, _, message, _, _ in found if isinstance(message, str)}


@cache
def catalogue() -> Catalog:
    with (Path(__file__).parents[3] / "bot/locales/id" / "suara.po").open("rb") as file:
        return read_po(file, locale="id")


def test_everything_that_is_said_is_also_said_in_indonesian() -> None:
    translated = {m.id for m in catalogue() if m.id and m.string and not m.fuzzy}
    assert len(said()) > 50
    assert said() - translated == set()


def test_nothing_is_translated_that_nobody_says() -> None:
    assert {m.id for m in catalogue() if m.id} - said() == set()
    assert not catalogue().obsolete


def test_a_translation_fills_in_the_same_values() -> None:
    for message in catalogue():
        if message.id:
            assert set(PLACEHOLDER.findall(str(message.id))) == set(
                PLACEHOLDER.findall(str(message.string))
            ), message.id


def test_the_languages_really_differ() -> None:
    t = get_translator("id")
    same = [message for message in said() if t(message) == message]
    assert len(same) < 3, same


# Screens


def passes(name: str, language: str) -> Iterator[tuple[Snapshot, ViewState]]:
    """Everything that somebody can see who goes through a questionnaire and answers at length."""
    form = load_shipped_form(name)
    wave = Wave(name, form.digest, (Role.PARTICIPANT,), NOW, NOW + timedelta(days=9))
    who = Respondent(1, "P", Role.PARTICIPANT, language, "pemerintah", "energi", "AIR-7K3M")
    row = InterviewRow(LARGEST, name, form.digest, 2**47, 1, None)
    made = Interview(form, 2**47)

    def now(told: AnyNotice | None = None) -> Snapshot:
        contact = Contact(2**52, who, name, 5)
        return Snapshot(2**52, contact, wave, made, row, (wave,), frozenset(), {name: form}, told)

    def take(step: object) -> None:
        assert isinstance(step, Step), step
        made.apply(step)

    yield replace(now(), interview_row=None), ViewState()
    take(made.agree(NOW))
    for given, value in (("sector", "pemerintah"), ("category", "energi")):
        if step := made.prefill(given, value, NOW):
            take(step)
    while made.position != REVIEW:
        offered = made.form.list_choices(made.position)
        for page in range(-(-len(offered) // 8) if len(offered) > 15 else 1):
            yield now(), ViewState(page=page)
        for told in NOTICES:
            yield now(told), ViewState()
        yield now(), ViewState(matches=tuple(range(len(offered))))
        kind = made.find_question(made.position).kind.name
        longest = max(offered, key=lambda c: len(c.label.get_plain_text(language)), default=None)
        length = {"perbaikan": 500, "catatan": 1000}.get(made.find_question(made.position).name, 0)
        value = longest.value if longest else "<&>" * (length // 3) if kind == "text" else ""
        take(made.answer(made.position, value, NOW))
    for page in range(-(-len(made.list_pages()) // 8)):
        yield now(), ViewState(page=page)
    take(made.send(NOW))
    yield now(), ViewState()


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", ["persepsi", "kerentanan"])
def test_every_screen_fits_into_what_telegram_shows(name: str, language: str) -> None:
    count = 0
    for now, view in passes(name, language):
        screen = draw_current_screen(now, view, get_translator(language), ABOUT)
        fits(screen)
        count += 1
    assert count > 100


def fits(screen: Screen) -> None:
    """Raise AssertionError for what Telegram would refuse or a small phone could not show."""
    assert 0 < len(screen.text.encode("utf-16-le")) // 2 < 4096
    assert sum(map(len, screen.rows)) <= 100
    for row in screen.rows:
        assert len(row) <= 8
        for button in row:
            assert button.label.strip()
            assert (button.callback is None) != (button.url is None)
            if button.callback:
                data = codec.encode_callback(button.callback)
                assert len(data.encode()) <= 64
                assert codec.parse_callback(data) == button.callback
    assert build_message_arguments(screen)["text"] == screen.text


def test_what_a_secretariat_is_called_cannot_break_a_screen() -> None:
    now, _ = list(passes("persepsi", "id"))[-1]
    assert "Sekretariat &lt;J&gt;" in draw_thanks_screen(now, get_translator("id"), ABOUT).text


def test_the_other_screens_fit_as_well() -> None:
    t = get_translator("id")
    first, _ = next(passes("kerentanan", "id"))
    for told in NOTICES:
        fits(draw_current_screen(replace(first, notice=told), ViewState(), t, ABOUT))
    fits(draw_withdrawal_screen({"kerentanan": 120, "lama": 3}, 2, 48, first.questionnaires, t))
    fits(
        draw_receipt_screen(
            Receipt("ABCD-EFGH", {"kerentanan": 120}, 0, 48), first.questionnaires, t
        )
    )
    assert first.interview is not None
    assert "Kerentanan" in draw_consent_screen(first, first.interview, t, ABOUT).text


def test_a_button_that_is_too_long_for_telegram_is_found_when_it_is_made() -> None:
    with pytest.raises(ValueError, match="64 bytes"):
        codec.encode_callback(GiveConsent("x" * 61))


@pytest.mark.parametrize(
    "data",
    ["", "a", "zzz", "a:1:2", "a:1:2:3:4", "a:x:2:3", "a:-1:2:3", "a:1:2:" + "9" * 16, "a:²:2:3",
     "look:", "b:", "t:1:2:3:"],
)  # fmt: skip
def test_what_no_button_says_means_nothing(data: str) -> None:
    assert codec.parse_callback(data) is None

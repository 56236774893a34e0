"""Callback data: every callback comes back as it was written, and is read once on its way."""

from __future__ import annotations

from dataclasses import fields
from types import ModuleType
from typing import ClassVar

import pytest
from telegram import CallbackQuery, Update, User

from bot.callbacks import report_choice, workshop_callbacks
from bot.callbacks.callback import Callback
from bot.callbacks.codec import (
    CALLBACK_TYPES,
    encode_callback,
    parse_callback,
    register_callbacks,
)
from bot.callbacks.interview_callbacks import GoBack
from bot.handlers.callback_reader import CallbackReader
from tests.bot.running_bot import ROOT


def build_example(kind: type[Callback]) -> Callback:
    """A callback with a number in each field that is one, and words in the others."""
    return kind(**{f.name: 7 if f.type == "int" else "a-b" for f in fields(kind)})  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", CALLBACK_TYPES.values(), ids=lambda kind: kind.__name__)
def test_every_callback_comes_back_as_it_was_written(kind: type[Callback]) -> None:
    assert {f.type for f in fields(kind)} <= {"int", "str"}  # type: ignore[arg-type]
    example = build_example(kind)
    assert parse_callback(encode_callback(example)) == example


@pytest.mark.parametrize(
    "data", ["", ":", "b", "b:", "b:x", "b:1:2", "b:-1", "b:1" + "0" * 15, "zz"]
)
def test_what_no_button_of_ours_says_means_nothing(data: str) -> None:
    assert parse_callback(data) is None


def test_every_module_of_callbacks_is_registered() -> None:
    written = {
        path.stem
        for path in (ROOT / "bot/callbacks").glob("*.py")
        if "(Callback)" in path.read_text(encoding="utf-8")
    }
    assert written == {kind.__module__.rpartition(".")[2] for kind in CALLBACK_TYPES.values()}


def test_two_callbacks_with_one_verb_are_refused() -> None:
    class Another(Callback):
        verb: ClassVar[str] = "rep"

    module = ModuleType("another")
    module.Another = Another  # type: ignore[attr-defined]
    assert "rep" in register_callbacks([report_choice, workshop_callbacks])
    with pytest.raises(ValueError, match="two callbacks have the verb rep"):
        register_callbacks([report_choice, module])


def build_update(number: int, data: str | None) -> Update:
    """An update with a tap, or with nothing."""
    who = User(1, "Ani", is_bot=False)
    return Update(number, callback_query=CallbackQuery("q", who, "c", data=data) if data else None)


def test_an_update_is_read_once_until_it_was_handled() -> None:
    reader, update = CallbackReader(), build_update(5, "b:12")
    first = reader.read(update)
    assert first == GoBack(12)
    assert reader.read(update) is first
    reader.forget(update)
    assert reader.read(update) is not first
    assert reader.read(build_update(6, None)) is None

"""Callback data of what somebody takes part in: consent, waves, language, withdrawal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.callbacks.callback import Callback


@dataclass(frozen=True, slots=True)
class GiveConsent(Callback):
    """Consent to a wave."""

    verb: ClassVar[str] = "yes"
    wave: str


@dataclass(frozen=True, slots=True)
class DeclineConsent(Callback):
    """Do not take part in a wave."""

    verb: ClassVar[str] = "no"
    wave: str


@dataclass(frozen=True, slots=True)
class DeclineAsMinor(Callback):
    """Be too young to take part in a wave, or in anything: nothing of them is kept."""

    verb: ClassVar[str] = "young"
    wave: str


@dataclass(frozen=True, slots=True)
class RequestResults(Callback):
    """Want to be told a wave's results (1) or no longer (0)."""

    verb: ClassVar[str] = "tell"
    wave: str
    wanted: int


@dataclass(frozen=True, slots=True)
class GoToWave(Callback):
    """Go to a wave."""

    verb: ClassVar[str] = "w"
    wave: str


@dataclass(frozen=True, slots=True)
class ChooseLanguage(Callback):
    """Choose a language."""

    verb: ClassVar[str] = "lang"
    language: str


@dataclass(frozen=True, slots=True)
class ConfirmWithdrawal(Callback):
    """Delete everything."""

    verb: ClassVar[str] = "forget"


@dataclass(frozen=True, slots=True)
class ShowCurrent(Callback):
    """Show where I am; for cards that only tell something."""

    verb: ClassVar[str] = "look"

"""The people who tap: what somebody does with the card that they see. Each has a seed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

Keyboard = list[list[dict[str, Any]]]
#: Which button somebody taps; None if there is nothing more to do.
Habit = Callable[[Keyboard, Random], str | None]

#: Buttons of the bot's own cards are told by the verb of their callback data (bot/callbacks).
CONSENT, SUBMIT, CHOOSE, TICK, CONFIRM, SKIP = "yes", "send", "a", "t", "d", "s"
#: Whoever has no tie to Jakarta is asked nothing more.
NO_TIE = "Bukan ketiganya"
#: Somebody ticks so many boxes of a list, of those at its beginning: at its end stand “none”, which
#: cannot be ticked with others.
TICKS, FIRST_BOXES = 2, 8
TAG_PATTERN = re.compile(r"<[^>]+>")


def tap_any(keyboard: Keyboard, rng: Random) -> str | None:
    """Tap any button: all of them answer."""
    buttons = [button for row in keyboard for button in row]
    return str(rng.choice(buttons)["callback_data"]) if buttons else None


def tap_like_resident(keyboard: Keyboard, rng: Random) -> str | None:
    """Agree, answer, tick a box or two, leave the open question out, hand in."""
    by_verb: dict[str, list[str]] = {}
    for button in (button for row in keyboard for button in row):
        data = str(button.get("callback_data", ""))
        if button["text"] != NO_TIE:
            by_verb.setdefault(data.partition(":")[0], []).append(data)
    if TICK in by_verb:
        return tick_or_confirm(by_verb[TICK], by_verb.get(CONFIRM, []), rng)
    for verb in (CONSENT, SUBMIT, CHOOSE, CONFIRM, SKIP):
        if verb in by_verb:
            return rng.choice(by_verb[verb])
    return None


def tick_or_confirm(boxes: list[str], confirms: list[str], rng: Random) -> str:
    """Tick a box, or be done if enough are: data end with 1 where a tap ticks, else with 0."""
    unticked = [data for data in boxes[:FIRST_BOXES] if data.endswith(":1")]
    if confirms and sum(data.endswith(":0") for data in boxes) >= TICKS:
        return confirms[0]
    return rng.choice(unticked)


@dataclass(slots=True)
class Resident:
    """Somebody with a phone, who does one thing at a time and waits for what it brings.

    ``patience`` is after how many taps they leave; None if they stay to the end.
    """

    id: int
    rng: Random
    patience: int | None = None
    taps: int = 0
    card: dict[str, Any] = field(default_factory=dict)
    #: When they acted last, by the bot's own clock.
    acted_at: float = 0.0

    def choose(self, habit: Habit) -> str | None:
        """What they tap next; None if they leave."""
        if self.patience is not None and self.taps >= self.patience:
            return None
        keyboard = self.card.get("reply_markup", {}).get("inline_keyboard", [])
        return habit(keyboard, self.rng)

    def describe(self) -> dict[str, Any]:
        """As Telegram writes them."""
        return {
            "id": self.id,
            "is_bot": False,
            "first_name": f"Warga {self.id}",
            "language_code": "id",
        }

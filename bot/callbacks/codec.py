"""Callback data: what a button means, in at most 64 bytes.

Written as words with colons between, the first of which is the verb. What concerns an interview or
a workshop names it, so that a button of one never acts in another. Nothing here is trusted: whoever
tapped is looked up by their Telegram id, and the core checks every value.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from functools import cache
from types import ModuleType

from bot.callbacks import (
    interview_callbacks,
    participation_callbacks,
    release_callbacks,
    report_choice,
    workshop_callbacks,
)
from bot.callbacks.callback import Callback

#: As much as Telegram takes behind a button (core.telegram.org/bots/api, InlineKeyboardButton).
MAX_BYTES = 64
#: Numbers of more digits are none of ours, and would not fit into the database.
MOST_DIGITS = 15


def register_callbacks(modules: Iterable[ModuleType]) -> dict[str, type[Callback]]:
    """The callbacks of some modules by their verbs. Raises ValueError if two share one."""
    found: dict[str, type[Callback]] = {}
    for module in modules:
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, Callback) and "verb" in vars(kind):
                if kind.verb in found:
                    raise ValueError(f"two callbacks have the verb {kind.verb}")
                found[kind.verb] = kind
    return found


CALLBACK_TYPES = register_callbacks(
    (
        participation_callbacks,
        interview_callbacks,
        release_callbacks,
        workshop_callbacks,
        report_choice,
    )
)


def encode_callback(callback: Callback) -> str:
    """The callback data of a button. Raises ValueError if it is too long for Telegram."""
    names = list_callback_fields(callback.verb)
    data = ":".join([callback.verb, *(str(getattr(callback, name)) for name in names)])
    if len(data.encode()) > MAX_BYTES:
        raise ValueError(f"callback data is longer than {MAX_BYTES} bytes: {data}")
    return data


def parse_callback(data: str) -> Callback | None:
    """What was meant; None for what no button of ours says."""
    verb, *words = data.split(":")
    kind = CALLBACK_TYPES.get(verb)
    if kind is None or len(words) != len(list_callback_fields(verb)):
        return None
    values: dict[str, str | int] = {}
    for (name, is_number), word in zip(list_callback_fields(verb).items(), words, strict=True):
        # isdigit() alone also accepts “²”, at which int() raises, and digits of other scripts,
        # which int() would take.
        if is_number and not (word.isascii() and word.isdigit() and len(word) <= MOST_DIGITS):
            return None
        values[name] = int(word) if is_number else word
    return kind(**values)


@cache
def list_callback_fields(verb: str) -> dict[str, bool]:
    """The names of what stands after a verb, in order, and whether each is a number."""
    # Annotations are text here, as every module postpones them.
    return {field.name: field.type == "int" for field in fields(CALLBACK_TYPES[verb])}  # type: ignore[arg-type]
